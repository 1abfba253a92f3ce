//! 本部台帳: every register with its counts; one register with its items, one of which can be opened and changed; and what of it the desk and
//! the telephone read.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use super::out;
use crate::event::{ItemAct, ItemSaid};
use crate::home::Problem;
use crate::incident::{Incident, Told, in_words, now as current};
use crate::parents::Seen;
use crate::registers::words::{Tally, counts_in_words, done_in_words, fields_in_words, value_in_words};
use crate::registers::{Item, Present, Register, Shape, counts, present, register};
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Visit, answer, encoded, refusal_in_words};
use crate::writing::{Answer, Request};

/// Items on one page; the rest is found by state or word, and in the CSV.
const ROWS_SHOWN: usize = 300;

fn items_of<'a>(present: &'a Present, of: &Register) -> &'a [Arc<Item>] {
    present.iter().find(|(register, _)| register.code == of.code).map_or(&[], |(_, items)| items)
}

/// A register on the page of all.
struct Card {
    code: &'static str,
    title: String,
    counts: Vec<(String, usize)>,
    tally: Tally,
}

#[derive(Template)]
#[template(path = "command/registers/all.html")]
struct AllPage {
    frame: Frame,
    cards: Vec<Card>,
}

/// `GET /command/registers`
pub async fn all(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (asked.words, own.now());
        let card = |(of, items): &(&'static Register, Vec<Arc<Item>>)| Card {
            code: of.code,
            title: t.word("register", of.code),
            counts: counts_in_words(of, items, t),
            tally: Tally::of(of, items, now),
        };
        let cards = present(reader)?.iter().map(card).collect();
        Ok(AllPage { frame: Frame::new(&own, &asked, reader)?, cards })
    });
    let made = made.await;
    answer(&site, &visit, made)
}

/// `/command/registers/{register}?…`
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// Only of this state; `open`: those in which something is to be done; empty: all.
    #[serde(default)]
    state: String,
    /// A word in any field.
    #[serde(default)]
    q: String,
    /// The item that is open.
    #[serde(default)]
    item: String,
}

/// An item in words.
pub(super) struct Row {
    pub name: String,
    pub number: String,
    pub title: String,
    pub state: String,
    pub is_open: bool,
    pub is_late: bool,
    pub doubtful: bool,
    pub struck: String,
    /// Fields with their words, the first left out.
    pub fields: Vec<(String, String)>,
    pub holder: String,
    pub offered: String,
    pub by: String,
}

/// What the list shows of an item: all that it says, of an action card whose it is and when.
fn brief(of: &Register, item: &Item, t: Words) -> Vec<(String, String)> {
    let fields = fields_in_words(of, item, t);
    if of.ticked().is_none() {
        return fields;
    }
    let shown = ["phase", "department", "trigger"].map(|code| t.word("item-field", code));
    fields.into_iter().filter(|(field, _)| shown.contains(field)).collect()
}

fn by(told: Option<&Told>) -> String {
    told.map_or_else(String::new, |told| format!("{} {}", told.entry, told.who))
}

pub(super) fn row(of: &Register, item: &Item, now: chart::Moment, t: Words) -> Row {
    Row {
        name: item.name.clone(),
        number: item.number.clone(),
        title: item.value(of.name()).to_owned(),
        state: t.word("item-state", item.state),
        is_open: item.is_open(of),
        is_late: item.is_late(of, now),
        doubtful: item.doubtful,
        struck: item
            .struck
            .as_ref()
            .map_or_else(String::new, |told| format!("{} {} {}", told.words, told.who, told.entry)),
        fields: brief(of, item, t),
        holder: item.holder.clone(),
        offered: item.offered.clone(),
        by: by(item.last()),
    }
}

/// One input of the form.
struct Input {
    code: &'static str,
    label: String,
    value: String,
    is_long: bool,
    is_needed: bool,
    hint: String,
    choices: Vec<(&'static str, String)>,
}

fn inputs(of: &'static Register, item: Option<&Item>, t: Words) -> Vec<Input> {
    let input = |(at, field): (usize, &'static crate::registers::Field)| Input {
        code: field.code,
        label: t.word("item-field", field.code),
        value: item.map_or_else(String::new, |item| item.value(field.code).to_owned()),
        is_long: field.shape == Shape::Long,
        is_needed: at == 0,
        hint: match field.shape {
            Shape::Time => "10/31 00:30",
            Shape::Due => "1/4 17:00",
            _ => "",
        }
        .to_owned(),
        choices: match field.shape {
            Shape::Choice(of) => of.iter().map(|code| (*code, t.word("item-choice", code))).collect(),
            _ => Vec::new(),
        },
    };
    of.fields.iter().enumerate().map(input).collect()
}

/// One word of an item's history.
struct Past {
    act: String,
    said: Vec<String>,
    words: String,
    by: String,
}

fn past(of: &Register, (said, told): &(ItemSaid, Told), t: Words) -> Past {
    let value = |(field, value): (&String, &String)| {
        format!("{}：{}", t.word("item-field", field), value_in_words(of, field, value, t))
    };
    Past {
        act: t.word("item-act", &said.act),
        said: said.values.iter().map(value).collect(),
        words: said.words.clone(),
        by: format!("{} {}{}", told.entry, told.who, t.with("aside", t.word("role", &told.role))),
    }
}

/// A line of an action card.
struct Step {
    text: String,
    /// When and by whom it was done; empty for not yet.
    done: String,
}

fn steps(of: &Register, item: &Item, incident: Option<&Incident>) -> Vec<Step> {
    let step = |(text, done): (&str, Option<&Told>)| Step {
        text: text.to_owned(),
        done: done.map_or_else(String::new, done_in_words),
    };
    item.steps(of, incident).into_iter().map(step).collect()
}

fn says(of: &Register, item: &Item, t: Words) -> Vec<(String, String)> {
    let Some(lines) = of.ticked().map(|code| t.word("item-field", code)) else { return Vec::new() };
    let rest = fields_in_words(of, item, t).into_iter().filter(|(field, _)| *field != lines);
    rest.map(|(field, value)| (field, value.replace('\n', "　／　"))).collect()
}

/// The open item.
struct One {
    row: Row,
    steps: Vec<Step>,
    /// What an action card says beside its lines.
    says: Vec<(String, String)>,
    seen: Seen,
    inputs: Vec<Input>,
    state: &'static str,
    history: Vec<Past>,
}

#[derive(Template)]
#[template(path = "command/registers/one.html")]
struct OnePage {
    frame: Frame,
    code: &'static str,
    title: String,
    hint: String,
    asked: Asked,
    counts: Vec<(&'static str, String, usize)>,
    open: usize,
    all: usize,
    rows: Vec<Row>,
    /// Rows that did not fit.
    more: usize,
    one: Option<One>,
    inputs: Vec<Input>,
    states: Vec<(&'static str, String)>,
    first: String,
    /// The register is empty, and an example is prepared for it.
    prepared: bool,
}

/// `GET /command/registers/{register}`
pub async fn page(
    State(site): State<Site>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let Some(of) = register(&code) else { return Redirect::to("/command/registers").into_response() };
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, of, asked)).await;
    answer(&site, &visit, made)
}

fn wanted(of: &Register, item: &Item, asked: &Asked) -> bool {
    let q = asked.q.trim();
    item.is_in(of, &asked.state)
        && (q.is_empty() || item.number.contains(q) || item.values.values().any(|value| value.contains(q)))
}

fn made(site: &Site, visit: &Visit, reader: &Reader, of: &'static Register, asked: Asked) -> Result<OnePage, Problem> {
    let (t, now) = (visit.words, site.now());
    let present = present(reader)?;
    let all = items_of(&present, of);
    let mut found: Vec<&Arc<Item>> = all.iter().filter(|item| wanted(of, item, &asked)).collect();
    // What is to be done first, what is struck last; else as entered.
    found.sort_by_key(|item| (item.struck.is_some(), !item.is_open(of), !item.is_late(of, now)));
    let one = all.iter().find(|item| item.name == asked.item || item.number == asked.item);
    let counted = counts(of, all);
    let incident = current(reader)?;
    let states = |state: &&'static str| (*state, t.word("item-state", state));
    Ok(OnePage {
        frame: Frame::new(site, visit, reader)?,
        code: of.code,
        title: t.word("register", of.code),
        hint: t.word("register-hint", of.code),
        counts: of
            .states
            .iter()
            .map(|state| (*state, t.word("item-state", state), counted.get(state).copied().unwrap_or(0)))
            .collect(),
        open: all.iter().filter(|item| item.is_open(of)).count(),
        all: all.len(),
        more: found.len().saturating_sub(ROWS_SHOWN),
        rows: found.into_iter().take(ROWS_SHOWN).map(|item| row(of, item, now, t)).collect(),
        one: one.map(|item| One {
            row: row(of, item, now, t),
            steps: steps(of, item, incident.as_ref()),
            says: says(of, item, t),
            seen: Seen::of(&item.tips),
            inputs: inputs(of, Some(item), t),
            state: item.state,
            history: item.history.iter().rev().map(|said| past(of, said, t)).collect(),
        }),
        inputs: inputs(of, None, t),
        states: of.states.iter().map(states).collect(),
        first: of.first.to_owned(),
        prepared: all.is_empty() && !super::prepared::of(of.code, now).is_empty(),
        asked,
    })
}

/// `POST /command/registers/{register}`: enters an item, changes one, hands it over, enters what is prepared.
pub async fn say(
    State(site): State<Site>,
    visit: Visit,
    Path(code): Path<String>,
    Posted(form): Posted<BTreeMap<String, String>>,
) -> Response {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (by, role) = visit.by();
    let act = text("act");
    let request = if act == "prepare" {
        Request::Prepare { register: code.clone(), by, role }
    } else {
        let values = form.iter().filter_map(|(name, value)| Some((name.strip_prefix("f_")?.to_owned(), value.clone())));
        let act = ItemAct::read(&act).unwrap_or(ItemAct::Set).word().to_owned();
        let (item, words) = (text("item"), text("words"));
        let event =
            ItemSaid { register: code.clone(), item, act, words, values: values.collect(), ..ItemSaid::default() };
        let seen = form.get("seen").cloned().map(Seen::from).unwrap_or_default();
        Request::Item { event, seen, by, role }
    };
    let here = format!("/command/registers/{}", encoded(&code));
    match site.write(request).await {
        Ok(Answer::Said { number, .. }) if !number.is_empty() => {
            Redirect::to(&format!("{here}?item={}#one", encoded(&number))).into_response()
        }
        Ok(_) => Redirect::to(&here).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// `GET /command/registers/{register}/csv`
pub async fn csv(State(site): State<Site>, visit: Visit, Path(code): Path<String>) -> Response {
    let Some(of) = register(&code) else { return Redirect::to("/command/registers").into_response() };
    let t = visit.words;
    let made = site.read(move |reader| Ok(out::csv(of, items_of(&*present(reader)?, of), t)));
    match made.await {
        Ok(bytes) => {
            let name = format!("attachment; filename=\"{}.csv\"", of.code);
            ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
                .into_response()
        }
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

#[derive(Template)]
#[template(path = "command/registers/services.html")]
struct ServicesPage {
    frame: Frame,
    incident: String,
    policy: String,
    services: Vec<Row>,
    rules: Vec<Row>,
    notices: Vec<Row>,
}

/// `GET /services`: what is open and what to say, for the desk and the telephone.
pub async fn services(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (open, t, now, present) = (current(reader)?, asked.words, own.now(), present(reader)?);
        let rows = |code: &str, state: &[&str]| {
            let of =
                register(code).into_iter().flat_map(|of| items_of(&present, of).iter().map(move |item| (of, item)));
            let stands = |item: &Item| item.struck.is_none() && (state.is_empty() || state.contains(&item.state));
            of.filter(|(_, item)| stands(item)).map(|(of, item)| row(of, item, now, t)).collect::<Vec<Row>>()
        };
        Ok(ServicesPage {
            incident: open.as_ref().map_or_else(String::new, |open| in_words(open, now, t)),
            policy: open
                .as_ref()
                .and_then(|open| open.policies.last())
                .map_or_else(String::new, |told| told.words.clone()),
            services: rows("services", &[]),
            rules: rows("rules", &["settled"]),
            notices: rows("press", &["out"]),
            frame: Frame::new(&own, &asked, reader)?,
        })
    });
    let made = made.await;
    answer(&site, &visit, made)
}
