//! インシデント報告: the form that anybody fills in, the weeks by cause, and what was reported last.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use super::REGISTER;
use super::counts::{Counts, counts};
use crate::event::{ItemAct, ItemSaid};
use crate::home::Problem;
use crate::parents::Seen;
use crate::registers::words::value_in_words;
use crate::registers::{Item, Shape, all, known};
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Visit, answer, encoded};
use crate::writing::{Answer, Request};

/// Weeks on the page: two months, as long as Handa's outage.
pub const WEEKS: usize = 9;
/// Reports on the page; the rest is in the register.
const SHOWN: usize = 20;
/// What the form asks, in its order; what was changed is said where reports are examined.
const ASKED: [&str; 7] = ["event", "cause", "level", "at", "department", "sheet", "achieved"];

type Typed = BTreeMap<String, String>;

/// One thing that the form asks.
struct Asked {
    code: &'static str,
    label: String,
    value: String,
    is_long: bool,
    is_needed: bool,
    choices: Vec<(&'static str, String)>,
}

/// A report in words.
struct Line {
    number: String,
    event: String,
    cause: String,
    level: String,
    state: String,
    by: String,
}

#[derive(Template)]
#[template(path = "safety/page.html")]
struct SafetyPage {
    frame: Frame,
    asked: Vec<Asked>,
    /// Causes in words.
    causes: Vec<String>,
    counts: Counts,
    /// The weeks as `MM-DD`.
    weeks: Vec<String>,
    lines: Vec<Line>,
    /// The number of the report just written; empty for none.
    written: String,
    /// Why nothing was written; empty for nothing.
    no: String,
}

/// `/safety?…`
#[derive(Default, Deserialize)]
pub struct Done {
    /// The number of the report just written.
    #[serde(default)]
    written: String,
}

/// `GET /safety`
pub async fn page(State(site): State<Site>, visit: Visit, Query(done): Query<Done>) -> Response {
    shown(site, visit, Typed::new(), (done.written, String::new())).await
}

/// `POST /safety`: writes a report.
pub async fn report(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let (by, role) = visit.by();
    let said = |code: &&str| typed.get(*code).map(|value| ((*code).to_owned(), value.clone()));
    let event = ItemSaid {
        register: REGISTER.to_owned(),
        act: ItemAct::Set.word().to_owned(),
        values: ASKED.iter().filter_map(said).collect(),
        ..ItemSaid::default()
    };
    match site.write(Request::Item { event, seen: Seen::default(), by, role }).await {
        Ok(Answer::Said { number, .. }) => {
            Redirect::to(&format!("/safety?written={}", encoded(&number))).into_response()
        }
        Ok(_) => Redirect::to("/safety").into_response(),
        Err(problem) => shown(site, visit, typed, (String::new(), problem.words)).await,
    }
}

async fn shown(site: Site, visit: Visit, typed: Typed, told: (String, String)) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader, &typed, told)).await;
    let mut answer = answer(&site, &visit, made);
    // What was typed is in it.
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    typed: &Typed,
    (written, no): (String, String),
) -> Result<SafetyPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let mut items = all(reader)?.to_vec();
    items.retain(|item| item.register == REGISTER);
    let counts = counts(&items, WEEKS, now);
    let cause = |code: &str| if code.is_empty() { t.text("safety-no-cause") } else { t.word("item-choice", code) };
    Ok(SafetyPage {
        frame: Frame::new(site, visit, reader)?,
        asked: asked(typed, t)?,
        causes: counts.causes.iter().map(|of| cause(of.cause)).collect(),
        weeks: counts.weeks.iter().map(|day| day.chars().skip(5).collect()).collect(),
        lines: items.iter().rev().take(SHOWN).map(|item| line(item, t)).collect::<Result<_, _>>()?,
        counts,
        written,
        no,
    })
}

fn asked(typed: &Typed, t: Words) -> Result<Vec<Asked>, Problem> {
    let of = known(REGISTER)?;
    let fields = ASKED.iter().filter_map(|code| of.field(code));
    let asked = fields.map(|field| Asked {
        code: field.code,
        label: t.word("item-field", field.code),
        value: typed.get(field.code).cloned().unwrap_or_default(),
        is_long: field.shape == Shape::Long,
        is_needed: field.code == of.name() || matches!(field.shape, Shape::Choice(_)),
        choices: match field.shape {
            Shape::Choice(of) => of.iter().map(|code| (*code, t.word("item-choice", code))).collect(),
            _ => Vec::new(),
        },
    });
    Ok(asked.collect())
}

fn line(item: &Arc<Item>, t: Words) -> Result<Line, Problem> {
    let of = known(REGISTER)?;
    let value = |field: &str| match item.value(field) {
        "" => String::new(),
        value => value_in_words(of, field, value, t),
    };
    let entered = item.entered();
    Ok(Line {
        number: item.number.clone(),
        event: value("event"),
        cause: value("cause"),
        level: value("level"),
        state: match &item.struck {
            Some(_) => t.word("item-act", ItemAct::Strike.word()),
            None => t.word("item-state", item.state),
        },
        by: entered.map_or_else(String::new, |told| format!("{} {}", told.entry, told.who)),
    })
}
