//! A set of results: its values beside the last of the copy, confirmed by a second person, put right, handed over.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use store::Reader;

use super::view::{Line, Past, Set, View};
use super::{Typed, of, rules};
use crate::desks::{WAYS, found, of_sort};
use crate::event::{CRITICALS_ITEM, RESULTS_ITEM};
use crate::finding::shown::{Coded, coded};
use crate::home::Problem;
use crate::web::{Frame, Site, Via, Visit, answer, encoded, note_about};

#[derive(Template)]
#[template(path = "departments/set.html")]
struct SetPage {
    frame: Frame,
    set: Set,
    new: bool,
    here: String,
    slip: String,
    /// Who looks at it wrote it: he cannot confirm it.
    own: bool,
    ways: Vec<Coded>,
    criticals: Vec<Line>,
    history: Vec<Past>,
}

/// `GET /desks/results`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(typed): Query<Typed>) -> Response {
    if let Some(asks) = super::kept_back(&site, &visit, RESULTS_ITEM, of(&typed, "set")).await {
        return asks;
    }
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, &typed)).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        let about = page.set.line.person.as_ref().map_or_else(String::new, |person| person.id.clone());
        note_about(&site, &via, &session.person, ("desk_results", about, page.set.line.number.clone()), 200);
    }
    answer(&site, &visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, typed: &Typed) -> Result<SetPage, Problem> {
    let t = visit.words;
    let set = found(reader, RESULTS_ITEM, &of(typed, "set"))?;
    let view = View::new(reader, t, site.now())?;
    let criticals = of_sort(reader, CRITICALS_ITEM)?;
    let names = [set.name.as_str(), set.value("came_of")];
    let own = criticals.iter().filter(|one| names.contains(&one.value("set")));
    let (by, _) = visit.by();
    Ok(SetPage {
        frame: Frame::new(site, visit, reader)?,
        new: typed.contains_key("new"),
        here: format!("/desks/results?set={}", encoded(&set.name)),
        slip: view.slip_of(&set).unwrap_or_default(),
        own: set.writers().iter().any(|writer| rules::same_person(writer, &by)),
        ways: coded(WAYS, |code| t.word("delivery-way", code)),
        criticals: own.map(|one| view.critical(one)).collect::<Result<_, _>>()?,
        history: view.history(&set),
        set: view.set(&set, false)?,
    })
}
