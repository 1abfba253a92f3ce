//! Dates of the codes: `YYYYMMDD`, `GYYMMDD` with a letter (お薬手帳) or a digit (処方箋) for the era, whole or partial.

use chart::era::ERAS;
use chart::{Civil, Precision, When};

use super::text::half;

/// Years that a paper of today can name. What lies outside is a mistyped date, such as an era's with a digit too many.
const YEARS: std::ops::RangeInclusive<i32> = 1868..=2100;

/// Reads a date to the precision given; `None` for what names no date. Both kinds of era are read in both formats: they
/// cannot be mistaken for each other.
pub(super) fn date(text: &str) -> Option<When> {
    let text = half(text.trim());
    if !text.is_ascii() {
        return None;
    }
    let letter =
        ERAS.iter().find_map(|era| Some((era, text.to_ascii_lowercase().strip_prefix(era.letter)?.to_owned())));
    let (year, rest) = match letter {
        Some((era, rest)) => (era.gregorian(era_year(rest.get(..2)?)?), rest.get(2..)?.to_owned()),
        // With its digit an era date has an odd number of digits.
        None if text.len() % 2 == 1 => {
            let era = ERAS.get(number(text.get(..1)?)?.checked_sub(1)? as usize)?;
            (era.gregorian(era_year(text.get(1..3)?)?), text.get(3..)?.to_owned())
        }
        None => (number(text.get(..4)?)? as i32, text.get(4..)?.to_owned()),
    };
    if !YEARS.contains(&year) {
        return None;
    }
    let (precision, month, day) = match rest.len() {
        0 => (Precision::Year, 1, 1),
        2 => (Precision::Month, number(&rest)?, 1),
        4 => (Precision::Day, number(&rest[..2])?, number(&rest[2..])?),
        _ => return None,
    };
    When::from_civil(Civil { year, month, day, hour: 0, minute: 0, second: 0, milli: 0 }, precision)
}

fn era_year(text: &str) -> Option<i32> {
    number(text).filter(|year| *year > 0).map(|year| year as i32)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn every_way_a_date_is_written() {
        for (text, want) in [
            ("20260310", Some("2026-03-10")),
            ("202603", Some("2026-03")),
            ("2026", Some("2026")),
            ("S330303", Some("1958-03-03")),
            ("s3303", Some("1958-03")),
            ("R08", Some("2026")),
            ("3350606", Some("1960-06-06")),
            ("33506", Some("1960-06")),
            ("335", Some("1960")),
            ("5080310", Some("2026-03-10")),
            ("２０２６０３１０", Some("2026-03-10")),
            ("4310501", Some("2019-05-01")),
            ("", None),
            ("20260230", None),
            ("9350606", None),
            ("0350606", None),
            ("3000606", None),
            ("S3303033", None),
            ("03350606", None),
            ("2026-3-1", None),
            ("きのう", None),
            ("+2026031", None),
        ] {
            assert_eq!(date(text).map(|when| when.iso()).as_deref(), want, "{text}");
        }
    }
}
