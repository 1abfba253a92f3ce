//! The page of orders that end: load, render.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chart::PatientId;

use super::board::{Stand, WhoCell, stand, ward_address, ward_of, who};
use super::ending::{Ending, Endings};
use crate::web::{Frame, Site, Visit, answer};

#[derive(Template)]
#[template(path = "ward/ending.html")]
struct EndingPage {
    frame: Frame,
    ward: String,
    home: String,
    list: Endings,
}

impl EndingPage {
    fn who(&self, row: &Ending) -> WhoCell {
        let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
        who(self.frame.t, &id, (&row.name, &row.kana), row.birth_date, row.alike)
    }

    fn told(&self, row: &Ending) -> Stand {
        stand(self.frame.t, row.told.map(|time| time.to_string()), row.age_minutes, Some(&row.source))
    }
}

/// `GET /wards/{ward}/ending`
pub async fn ending(State(site): State<Site>, visit: Visit, Path(ward): Path<String>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let ward = ward_of(ward);
    let made = site.read(move |reader| {
        let list = super::ending::endings(reader, &ward, own.now())?;
        Ok(EndingPage { home: ward_address(&ward), frame: Frame::new(&own, &asked, reader)?, ward, list })
    });
    answer(&site, &visit, made.await)
}
