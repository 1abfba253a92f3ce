//! What the ward decides of a typed moment, and how it says who somebody is (`crate::finding`). Pure.

use chart::{Moment, When};

pub use crate::finding::{Hit, age_words, both_calendars, sex_code};

/// The moment a person means by `2021-10-31`, `2021-10-31T00:30`, HL7 digits or what our own JSON says (`2021-10-31T00:30:00+09:00`): its
/// last instant, so that a day is the whole day.
pub fn read_moment(text: &str) -> Option<Moment> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let time = text.split_once('+').map(|(time, zone)| format!("{}+{}", digits(time), digits(zone)));
    When::parse(&time.unwrap_or_else(|| digits(text))).map(|when| Moment(when.end().0 - 1))
}
