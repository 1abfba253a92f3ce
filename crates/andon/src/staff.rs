//! Who works here, and who came in by a sealed card: folds of the events about people.

use std::collections::BTreeMap;

use chart::Moment;
use store::{Reader, StoredEvent};

use crate::event::{ACCOUNTS_ITEM, Account, BREAK_GLASS_ITEM, Event, Opening, PeopleEvent, account_item};
use crate::home::Problem;

/// A sealed card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its number.
    pub card: u32,
    /// For which ward; empty where it is written by hand.
    pub ward: String,
    /// How many codes it had.
    pub codes: u16,
    /// When it was made.
    pub made: Moment,
}

/// What somebody found who looked into an opening.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Review {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What was found.
    pub words: String,
}

/// An opening by a sealed card and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// When.
    pub at: Moment,
    /// What was typed.
    pub opening: Opening,
    /// The review; red on every page until there is one.
    pub review: Option<Review>,
}

/// Cards and openings, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BreakGlass {
    /// Cards made.
    pub cards: Vec<Card>,
    /// Openings.
    pub openings: Vec<Opened>,
}

impl BreakGlass {
    /// Openings nobody looked into yet.
    pub fn unreviewed(&self) -> usize {
        self.openings.iter().filter(|opened| opened.review.is_none()).count()
    }

    /// Number of the next card: no number is used twice.
    pub fn next_card(&self) -> u32 {
        self.cards.iter().map(|card| card.card).max().unwrap_or(0) + 1
    }
}

fn people(stored: &StoredEvent) -> Option<PeopleEvent> {
    let envelope = &stored.envelope;
    match Event::read(envelope.kind, envelope.version, &envelope.payload) {
        Event::People(event) => Some(event),
        _ => None,
    }
}

fn fold_accounts(events: &[StoredEvent]) -> BTreeMap<String, Account> {
    let said = events.iter().filter_map(people);
    let accounts = said.filter_map(|event| match event {
        PeopleEvent::Account(account) => Some((account.account.clone(), account)),
        _ => None,
    });
    accounts.collect()
}

/// Every account as it stands.
///
/// # Errors
/// When the store cannot be read.
pub fn accounts(reader: &Reader) -> Result<BTreeMap<String, Account>, Problem> {
    Ok(fold_accounts(&reader.events_of(ACCOUNTS_ITEM)?))
}

/// One account as it stands; `None` when there is none of this name.
///
/// # Errors
/// When the store cannot be read.
pub fn account(reader: &Reader, account: &str) -> Result<Option<Account>, Problem> {
    Ok(fold_accounts(&reader.events_of(&account_item(account))?).remove(account))
}

/// Cards and openings as they stand.
///
/// # Errors
/// When the store cannot be read.
pub fn break_glass(reader: &Reader) -> Result<BreakGlass, Problem> {
    Ok(fold_break_glass(&reader.events_of(BREAK_GLASS_ITEM)?))
}

fn fold_break_glass(events: &[StoredEvent]) -> BreakGlass {
    let mut state = BreakGlass::default();
    for stored in events {
        let at = stored.envelope.event_time;
        match people(stored) {
            Some(PeopleEvent::CardMade { card, ward, codes }) => state.cards.push(Card { card, ward, codes, made: at }),
            Some(PeopleEvent::Opened(opening)) => state.openings.push(Opened { at, opening, review: None }),
            Some(PeopleEvent::Reviewed { opening, words }) => {
                let by = stored.envelope.person.clone();
                let reviewed = state.openings.iter_mut().find(|opened| opened.opening.opening == opening);
                if let Some(opened) = reviewed.filter(|opened| opened.review.is_none()) {
                    opened.review = Some(Review { by, at, words });
                }
            }
            _ => {}
        }
    }
    state
}
