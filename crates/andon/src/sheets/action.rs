//! アクションカード on paper: the cards of headquarters as they stand, two to a page, with what was done in the present incident.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chart::{Lang, Moment};
use paper::{ActionCard, ActionPrint};
use serde::Deserialize;
use store::Reader;

use super::pieces::Write;
use super::whereabouts::given;
use super::{Making, Printed, of_house};
use crate::home::Problem;
use crate::incident::{Incident, head_words, now as current};
use crate::registers::words::{done_in_words, value_in_words};
use crate::registers::{Item, Register, items, known};
use crate::text::Words;
use crate::web::{Posted, Site, Via, Visit};

/// The register of cards.
const CARDS: &str = "cards";
/// Cards printed at once.
const CARDS_MAX: usize = 500;

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct CardsOrder {
    /// Words of which a card's number, name, post or department has one; none: every card that is not withdrawn.
    pub of: Vec<String>,
    /// Language of the sheet.
    pub lang: Lang,
    /// Name and role of who prints.
    pub by: (String, String),
}

fn is_wanted(item: &Item, of: &[String]) -> bool {
    let texts = [item.number.as_str(), item.value("card"), item.value("post"), item.value("department")];
    let has = |word: &String| texts.iter().any(|text| text.contains(word.trim()));
    item.struck.is_none() && item.state == "ready" && (of.is_empty() || of.iter().any(has))
}

/// The cards as they are printed.
///
/// # Errors
/// When the store cannot be read.
pub fn cards(reader: &Reader, of: &[String], lang: Lang, now: Moment) -> Result<ActionPrint, Problem> {
    let (t, open, register) = (Words::of(lang), current(reader)?, known(CARDS)?);
    let all = items(reader, register, open.as_ref())?;
    let wanted = all.iter().filter(|item| is_wanted(item, of)).take(CARDS_MAX);
    let cards = wanted.map(|item| card(register, item, open.as_ref(), t)).collect();
    Ok(ActionPrint { incident: open.as_ref().map_or_else(String::new, |open| head_words(open, now, t)), cards })
}

fn card(of: &Register, item: &Arc<Item>, incident: Option<&Incident>, t: Words) -> ActionCard {
    let field = |code: &str| value_in_words(of, code, item.value(code), t).replace('\n', "、");
    let said = |code: &str| Some((t.word("item-field", code), field(code))).filter(|(_, value)| !value.is_empty());
    let held = (!item.holder.is_empty()).then(|| t.with("item-held-by", item.holder.as_str()));
    let note = [item.value("department"), item.value("trigger")].map(str::to_owned).into_iter().chain(held);
    let step = |(step, done): (&str, Option<&crate::incident::Told>)| {
        (step.to_owned(), done.map_or_else(String::new, done_in_words))
    };
    ActionCard {
        number: item.number.clone(),
        title: item.value(of.name()).to_owned(),
        note: note.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("　"),
        steps: item.steps(of, incident).into_iter().map(step).collect(),
        before: ["never"].into_iter().filter_map(said).collect(),
        fields: ["calls", "report", "sheets", "exit"].into_iter().filter_map(said).collect(),
    }
}

/// Prints cards as a run of their own.
///
/// # Errors
/// There are none; the store cannot be read, or the run cannot be written down.
pub fn print(reader: &Reader, order: &CardsOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let print = cards(reader, &order.of, order.lang, now)?;
    if print.cards.is_empty() {
        return Err(Problem::usage(
            "印刷するアクションカードがありません。例を入れるには `andon register cards prepare`。\n\
             There are no such action cards; `andon register cards prepare` enters examples.",
        ));
    }
    of_house(reader, (order.lang, &order.by), now, write, |making| keep(making, &print))
}

/// Adds the cards to a run.
pub(super) fn keep(making: &mut Making, print: &ActionPrint) {
    let id = making.next_id();
    let made = making.pack.action(print, &id);
    making.keep(made, id, None, String::new());
}

/// `POST /sheets/cards`
#[derive(Deserialize)]
pub struct Form {
    /// One card's number; empty for all.
    #[serde(default)]
    card: String,
}

/// The document.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let (own, write) = (site.clone(), site.writer());
    let of = if form.card.is_empty() { Vec::new() } else { vec![form.card] };
    let order = CardsOrder { of, lang: visit.words.lang, by: visit.by() };
    let printed = site.read(move |reader| print(reader, &order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}
