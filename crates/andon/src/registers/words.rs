//! Items in words, as pages, sheets and commands all say them.

use std::sync::Arc;

use chart::Moment;

use super::{Item, Register, STATE, Shape, counts};
use crate::incident::Told;
use crate::text::Words;

/// What of a register is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Somebody still has something to do with them.
    pub open: usize,
    /// Open ones whose time is past.
    pub late: usize,
    /// 要確認.
    pub doubtful: usize,
}

impl Tally {
    /// Of these items.
    pub fn of(of: &Register, items: &[Arc<Item>], now: Moment) -> Tally {
        let count = |is: &dyn Fn(&Item) -> bool| items.iter().filter(|item| is(item)).count();
        Tally {
            open: count(&|item| item.is_open(of)),
            late: count(&|item| item.is_late(of, now)),
            doubtful: count(&|item| item.doubtful),
        }
    }
}

/// States that an item is in, each with how many.
pub fn counts_in_words(of: &Register, items: &[Arc<Item>], t: Words) -> Vec<(String, usize)> {
    let counts = counts(of, items).into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(state, count)| (t.word("item-state", state), count)).collect()
}

/// When a line of a card was done, and by whom.
pub fn done_in_words(told: &Told) -> String {
    format!("{} {}", told.at, told.who)
}

/// What a field says: a code of a list by its word.
pub fn value_in_words(of: &Register, field: &str, value: &str, t: Words) -> String {
    match of.field(field).map(|field| field.shape) {
        Some(Shape::Choice(_)) => t.word("item-choice", value),
        _ if field == STATE => t.word("item-state", value),
        _ => value.to_owned(),
    }
}

/// The fields of an item that say something, with their names; without the first, which is its title.
pub fn fields_in_words(of: &Register, item: &Item, t: Words) -> Vec<(String, String)> {
    let said = of.fields.iter().skip(1).map(|field| (field.code, item.value(field.code)));
    let said = said.filter(|(_, value)| !value.is_empty());
    said.map(|(field, value)| (t.word("item-field", field), value_in_words(of, field, value, t))).collect()
}
