//! A birth date as people type it: 和暦 and Gregorian, whole or partial (standards §5).

use unicode_normalization::UnicodeNormalization;

use crate::era::{ERAS, Era};
use crate::when::{Civil, Moment, Precision, When};

/// Reads a birth date as typed and gives the first and the last day it may mean, both to the day: `S45.3.2`, `昭45/3/2`,
/// `昭和45年3月2日`, `s450302`, `3450302`, `19700302`, `1970-3-2`, `1970/03`, `昭和元年`, `H31.6`. `None` when it is no date.
pub fn parse_birth(text: &str) -> Option<(When, When)> {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect();
    let plain = plain.trim_end_matches("生まれ").trim_end_matches('生').replace('元', "1");
    match named_era(&plain) {
        Some((era, rest)) => {
            let (year, month, day) = if all_digits(rest) { packed(rest)? } else { divided(rest)? };
            (1..=99).contains(&year).then(|| span(era.gregorian(year), month, day))?
        }
        None if all_digits(&plain) => undivided(&plain),
        None => {
            let (year, month, day) = divided(&plain)?;
            plausible(year).then(|| span(year, month, day))?
        }
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Years in which somebody in a chart can have been born.
fn plausible(year: i32) -> bool {
    (1868..=2100).contains(&year)
}

fn named_era(text: &str) -> Option<(&'static Era, &str)> {
    ERAS.iter().find_map(|era| {
        let rest = text
            .strip_prefix(era.name)
            .or_else(|| text.strip_prefix(era.short))
            .or_else(|| text.strip_prefix(era.letter))?;
        Some((era, rest.trim_start_matches(['.', '・', '-', '/'])))
    })
}

type Parts = (i32, Option<u32>, Option<u32>);

/// `45.3.2`, `45年3月`, `1970/03`: numbers with something between them.
fn divided(text: &str) -> Option<Parts> {
    let is_between = |c: char| {
        matches!(c, '.' | '/' | '-' | '年' | '月' | '日' | ',' | '・' | 'ー' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    if !text.chars().all(|c| c.is_ascii_digit() || is_between(c)) {
        return None;
    }
    let numbers: Vec<&str> = text.split(is_between).filter(|part| !part.is_empty()).collect();
    let month = |at: usize| numbers.get(at).map(|n| n.parse::<u32>()).transpose().ok();
    if numbers.len() > 3 {
        return None;
    }
    Some((numbers.first()?.parse().ok()?, month(1)?, month(2)?))
}

/// Era year, month and day in two digits each: `450302`, `4503`, `45`, `1`.
fn packed(text: &str) -> Option<Parts> {
    let two = |at: usize| text.get(at..at + 2).and_then(|n| n.parse::<u32>().ok());
    match text.len() {
        1 | 2 => Some((text.parse().ok()?, None, None)),
        4 => Some((two(0)? as i32, two(2), None)),
        6 => Some((two(0)? as i32, two(2), two(4))),
        _ => None,
    }
}

/// Digits alone: `19700302`, `197003`, `1970`, and the claim files' era digit with six more, `3450302`.
fn undivided(text: &str) -> Option<(When, When)> {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|n| n.parse::<u32>().ok());
    match text.len() {
        4 | 6 | 8 => {
            let year = number(0, 4)? as i32;
            let (month, day) = (number(4, 6), number(6, 8));
            plausible(year).then(|| span(year, month, day))?
        }
        7 => {
            let era = ERAS.get((number(0, 1)? as usize).checked_sub(1)?)?;
            let year = number(1, 3)? as i32;
            (year > 0).then(|| span(era.gregorian(year), number(3, 5), number(5, 7)))?
        }
        _ => None,
    }
}

fn span(year: i32, month: Option<u32>, day: Option<u32>) -> Option<(When, When)> {
    let precision = match (month, day) {
        (None, _) => Precision::Year,
        (_, None) => Precision::Month,
        _ => Precision::Day,
    };
    let (month, day) = (month.unwrap_or(1), day.unwrap_or(1));
    let whole = When::from_civil(Civil { year, month, day, hour: 0, minute: 0, second: 0, milli: 0 }, precision)?;
    Some((whole.start.day(), Moment(whole.end().0 - 1).day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_birth_date() {
        for (typed, from, to) in [
            ("S45.3.2", "1970-03-02", "1970-03-02"),
            ("昭45/3/2", "1970-03-02", "1970-03-02"),
            ("昭和45年3月2日", "1970-03-02", "1970-03-02"),
            ("昭和４５年３月２日生", "1970-03-02", "1970-03-02"),
            ("s450302", "1970-03-02", "1970-03-02"),
            ("S450302", "1970-03-02", "1970-03-02"),
            ("3450302", "1970-03-02", "1970-03-02"),
            ("19700302", "1970-03-02", "1970-03-02"),
            ("1970-3-2", "1970-03-02", "1970-03-02"),
            ("1970/03", "1970-03-01", "1970-03-31"),
            ("1970年", "1970-01-01", "1970-12-31"),
            ("1970", "1970-01-01", "1970-12-31"),
            ("平成元年1月8日", "1989-01-08", "1989-01-08"),
            ("令和元年", "2019-01-01", "2019-12-31"),
            ("S64.3", "1989-03-01", "1989-03-31"),
            ("H31.6.1", "2019-06-01", "2019-06-01"),
            ("㍼45.3.2", "1970-03-02", "1970-03-02"),
            ("明治32年12月31日", "1899-12-31", "1899-12-31"),
            ("t1", "1912-01-01", "1912-12-31"),
            ("2020-2", "2020-02-01", "2020-02-29"),
        ] {
            let read = parse_birth(typed).map(|(from, to)| (from.iso(), to.iso()));
            assert_eq!(read, Some((from.to_owned(), to.to_owned())), "{typed}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for typed in [
            "",
            "山田",
            "1970-2-30",
            "1970-13",
            "9450302",
            "0012",
            "12345",
            "s",
            "S45.3.2.1",
            "3-12",
            "20210231",
            "昭和百年",
        ] {
            assert_eq!(parse_birth(typed), None, "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[昭和平成sth0-9年月日./-]{0,12}") {
            if let Some((from, to)) = parse_birth(&text) {
                proptest::prop_assert!(from <= to);
            }
        }
    }
}
