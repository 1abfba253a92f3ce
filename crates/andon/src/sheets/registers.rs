//! 本部台帳 on paper: registers of headquarters as they stand, for a meeting, for the wall, and for the telephone at 00:30.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chart::{Lang, Moment};
use paper::{RegisterList, RegisterPrint, RegisterRow};
use serde::Deserialize;
use store::Reader;

use super::pieces::Write;
use super::whereabouts::given;
use super::{Printed, of_house};
use crate::home::Problem;
use crate::incident::{head_words, now as current};
use crate::registers::agenda::{Section, agenda};
use crate::registers::words::{counts_in_words, fields_in_words};
use crate::registers::{Item, REGISTERS, Register, items, items_at, known, present};
use crate::text::Words;
use crate::web::{Posted, Site, Via, Visit};

/// Items printed at once.
const ITEMS_MAX: usize = 5_000;

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct RegistersOrder {
    /// Codes of the registers; none: every one that has an item.
    pub registers: Vec<String>,
    /// Only what is still to be done.
    pub open: bool,
    /// As they stood then; `None`: now.
    pub as_of: Option<Moment>,
    /// Language of the sheet.
    pub lang: Lang,
    /// Name and role of who prints.
    pub by: (String, String),
}

fn chosen(order: &RegistersOrder) -> Result<Vec<&'static Register>, Problem> {
    if order.registers.is_empty() {
        return Ok(REGISTERS.iter().collect());
    }
    order.registers.iter().map(|code| known(code)).collect()
}

/// Prints registers as they stand in the present incident.
///
/// # Errors
/// There is no such register or there is too much of it; the store cannot be read, or the run cannot be written down.
pub fn print(reader: &Reader, order: &RegistersOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let (t, open) = (Words::of(order.lang), current(reader)?);
    let mut lists = Vec::new();
    for of in chosen(order)? {
        let all = match order.as_of {
            Some(until) => items_at(reader, of, open.as_ref(), until)?,
            None => items(reader, of, open.as_ref())?,
        };
        let wanted = |item: &&Arc<Item>| item.struck.is_none() && (!order.open || item.is_open(of));
        let rows: Vec<RegisterRow> = all.iter().filter(wanted).map(|item| row(of, item, now, t)).collect();
        if !rows.is_empty() || !order.registers.is_empty() {
            lists.push(RegisterList { title: t.word("register", of.code), counts: counted(of, &all, t), rows });
        }
    }
    if lists.iter().map(|list| list.rows.len()).sum::<usize>() > ITEMS_MAX {
        return Err(Problem::usage(format!(
            "{ITEMS_MAX}件を超えるものは一度に印刷できません。台帳を選んでください。\nMore than {ITEMS_MAX} items cannot be printed at once: choose a register."
        )));
    }
    let head = open.map_or_else(String::new, |open| head_words(&open, now, t));
    let as_of = order.as_of.map_or_else(String::new, |until| t.with("registers-as-of", until.to_string()));
    let incident = [as_of, head].join("　").trim().to_owned();
    run(reader, &RegisterPrint { incident, lists }, (order.lang, &order.by), now, write)
}

/// A run of its own.
fn run(
    reader: &Reader,
    print: &RegisterPrint,
    who: (Lang, &(String, String)),
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    of_house(reader, who, now, write, |making| {
        let id = making.next_id();
        let made = making.pack.register(print, &id);
        making.keep(made, id, None, String::new());
    })
}

/// Prints the agenda as it is drawn together now.
///
/// # Errors
/// The store cannot be read, or the run cannot be written down.
pub fn print_agenda(
    reader: &Reader,
    (lang, by): (Lang, (String, String)),
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    let (t, open) = (Words::of(lang), current(reader)?);
    let list = |section: Section| RegisterList {
        title: t.word("agenda", section.code),
        counts: section.departments.join("　"),
        rows: section.items.iter().map(|(of, item)| row(of, item, now, t)).collect(),
    };
    let lists = agenda(&*present(reader)?, now).into_iter().map(list).collect();
    let head = open.map_or_else(String::new, |open| head_words(&open, now, t));
    let incident = [t.text("agenda-title"), head].join("　");
    run(reader, &RegisterPrint { incident, lists }, (lang, &by), now, write)
}

fn counted(of: &Register, items: &[Arc<Item>], t: Words) -> String {
    let counts = counts_in_words(of, items, t).into_iter().map(|(state, count)| format!("{state} {count}"));
    counts.collect::<Vec<_>>().join("　")
}

fn row(of: &Register, item: &Item, now: Moment, t: Words) -> RegisterRow {
    let held = (!item.holder.is_empty()).then(|| (t.word("item-field", "holder"), item.holder.clone()));
    let late = item.is_late(of, now).then(|| t.text("item-late"));
    let doubtful = item.doubtful.then(|| t.text("command-doubtful"));
    let state = std::iter::once(t.word("item-state", item.state)).chain(late).chain(doubtful);
    RegisterRow {
        number: item.number.clone(),
        state: state.collect::<Vec<_>>().join("　"),
        name: item.value(of.name()).to_owned(),
        fields: fields_in_words(of, item, t).into_iter().chain(held).collect(),
        by: item.last().map_or_else(String::new, |told| format!("{} {}", told.entry, told.who)),
    }
}

/// `POST /sheets/registers`
#[derive(Deserialize)]
pub struct Form {
    /// One register; empty for all.
    #[serde(default)]
    register: String,
    #[serde(default)]
    open: String,
}

/// The document.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let (own, write) = (site.clone(), site.writer());
    let registers = if form.register.is_empty() { Vec::new() } else { vec![form.register] };
    let order =
        RegistersOrder { registers, open: form.open == "1", as_of: None, lang: visit.words.lang, by: visit.by() };
    let printed = site.read(move |reader| print(reader, &order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}

/// `POST /sheets/agenda`: the agenda of the next meeting.
pub async fn post_agenda(State(site): State<Site>, visit: Visit, via: Via, Posted(_): Posted<Form>) -> Response {
    let (own, write, order) = (site.clone(), site.writer(), (visit.words.lang, visit.by()));
    let printed = site.read(move |reader| print_agenda(reader, order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}
