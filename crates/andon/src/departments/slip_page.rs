//! A slip: whose it is, what it asks for, its results typed beside what the copy has of the same items, and what became of it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use store::Reader;

use super::view::{Line, Past, Set, View};
use super::{Typed, asked, of, values, write};
use crate::desks::rows::{self, Row};
use crate::desks::{Entry, QC, found, limits, limits_of, missing, sets_of};
use crate::event::{DepartmentEvent, DepartmentSaid, RESULTS_ITEM, SLIPS_ITEM};
use crate::finding::shown::{Coded, coded};
use crate::home::Problem;
use crate::parents::Seen;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal_in_words};
use crate::writing::Answer;
use crate::writing::departments::DepartmentWish;

/// Rows of the form beyond those that the slip asks for.
const EMPTY_ROWS: usize = 4;

/// A row of the form.
struct Blank {
    place: usize,
    name: String,
    value: String,
    unit: String,
    range: String,
    /// The last value of the copy, to be looked at beside the new one.
    previous: String,
}

#[derive(Template)]
#[template(path = "departments/slip.html")]
struct SlipPage {
    frame: Frame,
    slip: Line,
    new: bool,
    identified: String,
    sample: String,
    items: String,
    open: bool,
    typed: Typed,
    no: String,
    rows: Vec<Blank>,
    qc: Vec<Coded>,
    sets: Vec<Set>,
    history: Vec<Past>,
}

impl SlipPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }
}

/// `GET /desks/slip`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(typed): Query<Typed>) -> Response {
    if let Some(asks) = super::kept_back(&site, &visit, SLIPS_ITEM, of(&typed, "slip")).await {
        return asks;
    }
    show(&site, &visit, &via, typed, String::new()).await
}

async fn show(site: &Site, visit: &Visit, via: &Via, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, typed, no)).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        let about = page.slip.person.as_ref().map_or_else(String::new, |person| person.id.clone());
        note_about(site, via, &session.person, ("desk_slip", about, page.slip.number.clone()), 200);
    }
    answer(site, visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, typed: Typed, no: String) -> Result<SlipPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let slip = found(reader, SLIPS_ITEM, &of(&typed, "slip"))?;
    let view = View::new(reader, t, now)?;
    let sets = sets_of(reader, &slip.name)?;
    let line = view.slip(&slip, false)?;
    let by = slip.value("identified").split_whitespace().map(|code| view.identifier(code));
    Ok(SlipPage {
        frame: Frame::new(site, visit, reader)?,
        new: typed.contains_key("new"),
        identified: by.collect::<Vec<_>>().join("・"),
        sample: slip.value("sample").to_owned(),
        items: slip.value("items").to_owned(),
        open: !slip.is_over() && slip.slip_state() != "returned",
        rows: blanks(reader, &slip, &line.missing, &typed, now)?,
        qc: coded(QC, |code| t.word("qc", code)),
        sets: sets.iter().rev().map(|set| view.set(set, false)).collect::<Result<_, _>>()?,
        history: view.history(&slip),
        slip: line,
        typed,
        no,
    })
}

/// The rows of the form: what the slip asks for and has no result of, each with unit, range and last value as the copy and the limits have
/// them; then empty ones. What was typed stands.
fn blanks(
    reader: &Reader,
    slip: &Entry,
    left: &[String],
    typed: &Typed,
    now: chart::Moment,
) -> Result<Vec<Blank>, Problem> {
    let asked = missing::asked(slip).into_iter().filter(|(_, name)| left.contains(name));
    let asked: Vec<Row> = asked.map(|(code, name)| Row { code, name, ..Row::default() }).collect();
    let (labs, limits) = (super::say::labs(reader, &slip.patient(), now)?, limits_of(reader)?);
    let row = |(place, row): (usize, Row)| {
        let of = |part: &str, else_: &str| match of(typed, &format!("{part}{place}")) {
            text if text.is_empty() => else_.to_owned(),
            text => text,
        };
        let judged = row.clone().judged(rows::series_of(&labs, &row), limits::of(&limits, &row));
        Blank {
            place,
            name: of("item", &judged.name),
            value: of("value", ""),
            unit: of("unit", &judged.unit),
            range: of("range", &judged.range),
            previous: format!("{} {}", judged.previous, judged.previous_at).trim().to_owned(),
        }
    };
    let all = asked.into_iter().chain(std::iter::repeat_with(Row::default).take(EMPTY_ROWS)).take(rows::ROWS_MAX);
    Ok((1..).zip(all).map(row).collect())
}

/// `POST /desks/slip`: results are typed. What was typed is not lost where it cannot be so.
pub async fn type_(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let mut fields = values(&typed);
    fields.insert("slip".to_owned(), of(&typed, "slip"));
    for place in 1..=rows::ROWS_MAX {
        let part = |part: &str| of(&typed, &format!("{part}{place}"));
        let row = Row {
            name: part("item"),
            value: part("value"),
            unit: part("unit"),
            range: part("range"),
            ..Row::default()
        };
        if !row.is_empty() {
            fields.insert(rows::field(place), row.line());
        }
    }
    let said = DepartmentSaid { act: "type".into(), values: fields, ..DepartmentSaid::default() };
    let event = DepartmentEvent::Results(said);
    let (seen, asked, post, at) = (Seen::default(), Default::default(), String::new(), site.now().0);
    match write(&site, &visit, DepartmentWish::Say { event, seen, asked, post, at }).await {
        Ok(Answer::Arranged(made)) => {
            Redirect::to(&format!("/desks/results?set={}&new=1", encoded(&made.thing))).into_response()
        }
        Ok(_) => Redirect::to("/desks").into_response(),
        Err(problem) => show(&site, &visit, &via, typed, problem.words).await,
    }
}

/// `POST /desks/attach`: a person says whose a doubtful slip or set is.
pub async fn attach(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let (number, thing) = (of(&typed, "number"), of(&typed, "thing"));
    let meant = site.read(move |reader| {
        let number = crate::temporary::plain(reader, &number)?;
        crate::temporary::meant(reader, &number)
    });
    let item = if of(&typed, "sort") == "slip" { SLIPS_ITEM } else { RESULTS_ITEM };
    let written = match meant.await {
        Ok(id) => {
            let wish = DepartmentWish::Attach {
                item: item.to_owned(),
                thing,
                seen: Seen::from(of(&typed, "seen")),
                authority: id.authority,
                id: id.id,
                asked: asked(&typed),
                words: of(&typed, "words"),
                at: site.now().0,
            };
            write(&site, &visit, wish).await
        }
        Err(problem) => Err(problem),
    };
    match written {
        Ok(Answer::Arranged(made)) => {
            let (page, name) = if item == SLIPS_ITEM { ("slip", "slip") } else { ("results", "set") };
            Redirect::to(&format!("/desks/{page}?{name}={}", encoded(&made.thing))).into_response()
        }
        Ok(_) => Redirect::to("/desks").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
