//! The agenda of the next meeting, drawn together from the registers.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page::{Row, row};
use crate::registers::agenda::agenda;
use crate::registers::present;
use crate::web::{Frame, Site, Visit, answer};

/// A section in words.
struct Section {
    title: String,
    departments: String,
    rows: Vec<(&'static str, Row)>,
}

#[derive(Template)]
#[template(path = "command/registers/agenda.html")]
struct AgendaPage {
    frame: Frame,
    sections: Vec<Section>,
}

/// `GET /command/agenda`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (asked.words, own.now());
        let section = |section: crate::registers::agenda::Section| Section {
            title: t.word("agenda", section.code),
            departments: section.departments.join("　"),
            rows: section.items.iter().map(|(of, item)| (of.code, row(of, item, now, t))).collect(),
        };
        let sections = agenda(&*present(reader)?, now).into_iter().map(section).collect();
        Ok(AgendaPage { frame: Frame::new(&own, &asked, reader)?, sections })
    });
    answer(&site, &visit, made.await)
}
