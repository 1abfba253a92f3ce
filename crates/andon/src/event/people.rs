//! What is said of people: accounts, sealed cards, what was opened by them, and a person's word for a network. Secrets
//! are never here (they stay in the store's access file).

use serde::{Deserialize, Serialize};

use crate::role::Role;

/// An account as it stands from this event on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What is typed or read from the staff card.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Its reading.
    pub kana: String,
    /// Role.
    pub role: Role,
    /// Ward or department; empty for none.
    pub ward: String,
    /// False: may not come in any more.
    pub active: bool,
    /// Why it was made or changed; may be empty.
    pub reason: String,
}

/// Somebody came in by a sealed card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Its own name: 16 hexadecimal digits.
    pub opening: String,
    /// Number of the card.
    pub card: u32,
    /// Which of the card's codes, from 1.
    pub code: u16,
    /// The name as typed.
    pub name: String,
    /// The post as typed.
    pub post: String,
    /// Who vouched for the person, as typed.
    pub vouched_by: String,
    /// Why; may be empty, since asking must not block.
    pub reason: String,
    /// Until when, milliseconds since 1970 UTC.
    pub until_millis: i64,
}

/// An event about people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleEvent {
    /// 6
    Account(Account),
    /// 7: a sealed card was made, with so many one-time codes.
    CardMade {
        /// Its number, never used again.
        card: u32,
        /// For which ward; empty where it is written by hand.
        ward: String,
        /// How many codes.
        codes: u16,
    },
    /// 8
    Opened(Opening),
    /// 9: somebody looked into an opening afterwards.
    Reviewed {
        /// Which opening.
        opening: String,
        /// What was found.
        words: String,
    },
    /// 10: a person vouches that a network joins nothing else, so that pages go over it without TLS.
    OwnSwitch {
        /// Address and port.
        address: String,
    },
}

const ACCOUNT: u16 = 6;
const CARD_MADE: u16 = 7;
const OPENED: u16 = 8;
const REVIEWED: u16 = 9;
const OWN_SWITCH: u16 = 10;

/// The item of every event about accounts.
pub const ACCOUNTS_ITEM: &str = "people";
/// The item of every event about sealed cards.
pub const BREAK_GLASS_ITEM: &str = "break-glass";

/// The item of one account's events.
pub fn account_item(account: &str) -> String {
    format!("account:{account}")
}

impl PeopleEvent {
    /// Reads version 1 of a kind; `None` when it is of another kind, or not in its form.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<PeopleEvent> {
        let own = |text: &&str| (*text).to_owned();
        Some(match (kind, texts) {
            (ACCOUNT, [account, name, kana, role, ward, active, reason]) => {
                let role = Role::read(role)?;
                let active = read_flag(active)?;
                let [account, name, kana, ward, reason] = [account, name, kana, ward, reason].map(own);
                PeopleEvent::Account(Account { account, name, kana, role, ward, active, reason })
            }
            (CARD_MADE, [card, ward, codes]) => {
                PeopleEvent::CardMade { card: card.parse().ok()?, ward: own(ward), codes: codes.parse().ok()? }
            }
            (OPENED, [opening, card, code, name, post, vouched_by, reason, until]) => {
                let (card, code, until_millis) = (card.parse().ok()?, code.parse().ok()?, until.parse().ok()?);
                let [opening, name, post, vouched_by, reason] = [opening, name, post, vouched_by, reason].map(own);
                PeopleEvent::Opened(Opening { opening, card, code, name, post, vouched_by, reason, until_millis })
            }
            (REVIEWED, [opening, words]) => PeopleEvent::Reviewed { opening: own(opening), words: own(words) },
            (OWN_SWITCH, [address]) => PeopleEvent::OwnSwitch { address: own(address) },
            _ => return None,
        })
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let flag = |active: bool| if active { "1" } else { "0" };
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        match self {
            PeopleEvent::Account(a) => {
                (ACCOUNT, own(&[&a.account, &a.name, &a.kana, a.role.code(), &a.ward, flag(a.active), &a.reason]))
            }
            PeopleEvent::CardMade { card, ward, codes } => {
                (CARD_MADE, own(&[&card.to_string(), ward, &codes.to_string()]))
            }
            PeopleEvent::Opened(o) => {
                let (card, code, until) = (o.card.to_string(), o.code.to_string(), o.until_millis.to_string());
                (OPENED, own(&[&o.opening, &card, &code, &o.name, &o.post, &o.vouched_by, &o.reason, &until]))
            }
            PeopleEvent::Reviewed { opening, words } => (REVIEWED, own(&[opening, words])),
            PeopleEvent::OwnSwitch { address } => (OWN_SWITCH, own(&[address])),
        }
    }

    /// What it is about.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            PeopleEvent::Account(account) => vec![ACCOUNTS_ITEM.to_owned(), account_item(&account.account)],
            PeopleEvent::CardMade { .. } | PeopleEvent::Opened(_) | PeopleEvent::Reviewed { .. } => {
                vec![BREAK_GLASS_ITEM.to_owned()]
            }
            PeopleEvent::OwnSwitch { .. } => Vec::new(),
        }
    }
}

/// `1` or `0`.
pub(super) fn read_flag(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}
