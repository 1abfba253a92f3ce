//! 受付で知った氏名: the names that desks learned since the copy ended, to be handed back to the EMR.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::event::{NameSaid, VisitEvent};
use crate::finding::hit_of;
use crate::hospital::Members;
use crate::names::all;
use crate::parents::Seen;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, answered, note_about, refusal_in_words};
use crate::writing::Request;
use crate::writing::desk::DeskWish;

/// A name in words.
struct Row {
    authority: String,
    id: String,
    kind: &'static str,
    kind_words: String,
    name: String,
    kana: String,
    birth: String,
    sex: String,
    phone: String,
    mother: String,
    /// What the copy calls the patient.
    copy: String,
    how: String,
    by: String,
    withdrawn: bool,
}

#[derive(Template)]
#[template(path = "reception/names.html")]
struct NamesPage {
    frame: Frame,
    rows: Vec<Row>,
}

fn rows(reader: &store::Reader, t: crate::text::Words) -> Result<Vec<Row>, crate::home::Problem> {
    let members = reader.once(Members::of)?;
    let mut rows = Vec::new();
    for one in all(reader)?.iter().rev() {
        let said = &one.said;
        let kind = crate::event::NAME_KINDS.into_iter().find(|kind| *kind == said.kind).unwrap_or_default();
        let station = members.all.iter().find(|(id, _)| id.to_string() == one.station);
        let station = station.map_or_else(|| one.station.chars().take(4).collect(), |(id, _)| members.name(*id));
        rows.push(Row {
            authority: said.authority.clone(),
            id: said.id.clone(),
            kind,
            kind_words: t.word("names-kind", kind),
            name: said.name.clone(),
            kana: said.kana.clone(),
            birth: said.birth.clone(),
            sex: if said.sex.is_empty() { String::new() } else { t.word("sex", &said.sex) },
            phone: said.phone.clone(),
            mother: said.mother.split('/').next_back().unwrap_or_default().to_owned(),
            copy: hit_of(reader, &said.patient())?.name,
            how: said.how.clone(),
            by: format!("{} {} {station}", one.told.entry, one.told.who),
            withdrawn: said.withdrawn,
        });
    }
    Ok(rows)
}

/// `GET /reception/names`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site
        .read(move |reader| Ok(NamesPage { frame: Frame::new(&own, &seen, reader)?, rows: rows(reader, seen.words)? }))
        .await;
    if let Ok(page) = &made {
        looked(&site, &visit, &via, &page.rows);
    }
    answer(&site, &visit, made)
}

/// Each patient on the list was seen.
fn looked(site: &Site, visit: &Visit, via: &Via, rows: &[Row]) {
    let about: BTreeSet<String> = rows.iter().map(|row| format!("{}/{}", row.authority, row.id)).collect();
    let Some(session) = &visit.session else { return };
    for about in about {
        note_about(site, via, &session.person, ("reception-names", about, String::new()), 200);
    }
}

/// `GET /reception/names.csv`
pub async fn csv(State(site): State<Site>, visit: Visit, via: Via) -> Response {
    let t = visit.words;
    let made = site.read(move |reader| {
        let head = [
            "patient-id",
            "names-kind",
            "name",
            "names-kana",
            "birth",
            "sex",
            "names-phone",
            "reception-mother",
            "names-copy",
            "reception-how",
            "names-by",
        ];
        let mut table = vec![head.map(|key| t.text(key)).to_vec()];
        let rows: Vec<Row> = rows(reader, t)?.into_iter().filter(|row| !row.withdrawn).collect();
        for row in &rows {
            let Row { id, kind_words, name, kana, birth, sex, phone, mother, copy, how, by, .. } = row;
            let cells = [id, kind_words, name, kana, birth, sex, phone, mother, copy, how, by];
            table.push(cells.map(String::clone).to_vec());
        }
        Ok((crate::spreadsheet::csv(table), rows))
    });
    let made = made.await.map(|(bytes, rows)| {
        looked(&site, &visit, &via, &rows);
        let name = "attachment; filename=\"names.csv\"";
        ([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)], bytes)
            .into_response()
    });
    answered(&site, &visit, made)
}

/// A name that is taken back.
#[derive(Deserialize)]
pub struct Taken {
    authority: String,
    id: String,
    kind: String,
    name: String,
    #[serde(default)]
    how: String,
}

/// `POST /reception/names`: a name that was learned wrongly is taken back.
pub async fn withdraw(State(site): State<Site>, visit: Visit, Posted(taken): Posted<Taken>) -> Response {
    let Taken { authority, id, kind, name, how } = taken;
    let event = VisitEvent::Name(NameSaid { authority, id, kind, name, how, withdrawn: true, ..NameSaid::default() });
    let (by, role) = visit.by();
    match site
        .write(Request::Desk { wish: DeskWish::Visit { event, seen: Seen::default(), at: site.now().0 }, by, role })
        .await
    {
        Ok(_) => axum::response::Redirect::to("/reception/names").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
