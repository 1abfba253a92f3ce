//! 透析一覧 (PR) on paper: the same people and terms as the page of dialysis, of one moment.

use axum::extract::State;
use axum::response::Response;
use chart::{Lang, Moment};
use serde::Deserialize;
use store::Reader;

use super::bedside::{Bedside, inpatient, whose};
use super::pieces::Write;
use super::whereabouts::given;
use super::{Printed, of_house};
use crate::event::Scope;
use crate::home::{Problem, wrong};
use crate::stays::dialysis::patients;
use crate::text::Words;
use crate::web::{Posted, Site, Via, Visit};

/// Prints who is on dialysis.
///
/// # Errors
/// Nobody is known to be, the store cannot be read, or the run cannot be written down.
pub fn print(
    reader: &Reader,
    (lang, by): (Lang, (String, String)),
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    let (found, _) = patients(reader, now)?;
    let t = Words::of(lang);
    let mut rows: Vec<Bedside> = Vec::new();
    for one in found {
        let scope = Scope::Patient { authority: one.id.authority, id: one.id.id };
        rows.extend(whose(reader, &scope, t, now)?);
    }
    if rows.is_empty() {
        return Err(wrong(
            "透析と分かる人が、コピーにも停止中の記録にもいません。白紙の透析記録（P16A）を使ってください。",
            "Nobody is known to be on dialysis: use a blank dialysis record.",
        ));
    }
    rows.sort_by_cached_key(|row| (row.bed.ward.is_empty(), row.bed.words(), row.id.clone()));
    let rows: Vec<_> = rows.iter().map(inpatient).collect();
    of_house(reader, (lang, &by), now, write, |making| {
        let id = making.next_id();
        let made = making.pack.dialysis(&rows, &id);
        making.keep(made, id, None, String::new());
    })
}

/// `POST /sheets/dialysis`
#[derive(Deserialize)]
pub struct Form {}

/// The list on paper.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(Form {}): Posted<Form>) -> Response {
    let (own, write, who) = (site.clone(), site.writer(), (visit.words.lang, visit.by()));
    let printed = site.read(move |reader| print(reader, who, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}
