//! 和暦 and ages: a date as 昭和45年3月2日, and how old a patient is at a moment.
//!
//! Eras: 明治 from 1868-10-23 (Gregorian dates from 1873), 大正 from 1912-07-30, 昭和 from 1926-12-25, 平成 from 1989-01-08,
//! 令和 from 2019-05-01 (standards §5).

use serde::Serialize;

use crate::when::{Civil, Moment, Precision, When};

/// One era of the Japanese calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Era {
    /// Its name, e.g. `昭和`.
    pub name: &'static str,
    /// Its first character, as forms shorten it.
    pub short: char,
    /// Its Latin letter, small.
    pub letter: char,
    /// First day: year, month, day.
    pub from: (i32, u32, u32),
}

/// The eras, oldest first; their order is also their digit in claim files (1 明治 … 5 令和).
pub const ERAS: [Era; 5] = [
    Era { name: "明治", short: '明', letter: 'm', from: (1868, 10, 23) },
    Era { name: "大正", short: '大', letter: 't', from: (1912, 7, 30) },
    Era { name: "昭和", short: '昭', letter: 's', from: (1926, 12, 25) },
    Era { name: "平成", short: '平', letter: 'h', from: (1989, 1, 8) },
    Era { name: "令和", short: '令', letter: 'r', from: (2019, 5, 1) },
];

impl Era {
    /// The Gregorian year of this era's year `n`; a year past the era's end still has one (昭和64年3月, 平成31年6月).
    pub fn gregorian(&self, n: i32) -> i32 {
        self.from.0.saturating_add(n) - 1
    }
}

/// A date in the Japanese calendar to the precision given: `昭和45年3月2日`, `平成元年`, `令和3年10月`; before 1868 the
/// Gregorian year. A year or month in which eras change is named by the era of its first day.
pub fn era_date(when: &When) -> String {
    let c = when.start.civil();
    let year = match ERAS.iter().rev().find(|era| (c.year, c.month, c.day) >= era.from) {
        Some(era) if c.year == era.from.0 => format!("{}元年", era.name),
        Some(era) => format!("{}{}年", era.name, c.year - era.from.0 + 1),
        None => format!("{}年", c.year),
    };
    match when.precision {
        Precision::Year => year,
        Precision::Month => format!("{year}{}月", c.month),
        _ => format!("{year}{}月{}日", c.month, c.day),
    }
}

/// How old a patient is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Age {
    /// Completed years.
    pub years: i32,
    /// Completed months beyond the years.
    pub months: i32,
    /// Days since birth, the day of birth being 0.
    pub days: i64,
    /// True when only the year or month of birth is known: the age is the most it can be.
    pub approximate: bool,
    /// For people: `55歳`, `2歳3か月`, `4か月`, `生後3日`.
    pub words: String,
}

/// The age at a moment; `None` when the birth lies ahead of it. Years turn on the birthday, and one born on 29 February turns
/// on 1 March of a common year here (the law's eve-of-birthday rule is for schools and pensions, not for a chart).
pub fn age_at(birth: &When, moment: Moment) -> Option<Age> {
    let days = birth.start.day().start.minutes_until(moment.day().start) / 1440;
    if birth.start > moment || days < 0 {
        return None;
    }
    let (born, today) = (birth.start.civil(), moment.civil());
    let months = month_count(&today) - month_count(&born) - i64::from(today.day < born.day);
    let (years, months) = ((months / 12) as i32, (months % 12) as i32);
    let approximate = birth.precision < Precision::Day;
    let words = match (years, months) {
        _ if approximate => format!("約{years}歳"),
        (0, _) if days < 28 => format!("生後{days}日"),
        (0, months) => format!("{months}か月"),
        (1..=5, months) => format!("{years}歳{months}か月"),
        _ => format!("{years}歳"),
    };
    Some(Age { years, months, days, approximate, words })
}

fn month_count(c: &Civil) -> i64 {
    i64::from(c.year) * 12 + i64::from(c.month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> When {
        When::parse(text).unwrap_or(When { start: Moment(0), precision: Precision::Milli })
    }

    #[test]
    fn dates_in_both_calendars() {
        for (date, want) in [
            ("19700302", "昭和45年3月2日"),
            ("19890107", "昭和64年1月7日"),
            ("19890108", "平成元年1月8日"),
            ("20190430", "平成31年4月30日"),
            ("20190501", "令和元年5月1日"),
            ("19121224", "大正元年12月24日"),
            ("18991231", "明治32年12月31日"),
            ("18500101", "1850年1月1日"),
            ("202110", "令和3年10月"),
            ("1970", "昭和45年"),
        ] {
            assert_eq!(era_date(&when(date)), want, "{date}");
        }
    }

    #[test]
    fn ages() {
        for (birth, at, want) in [
            ("19700302", "20211031", Some("51歳")),
            ("19700302", "20220301", Some("51歳")),
            ("19700302", "20220302", Some("52歳")),
            ("20211028", "202110310030", Some("生後3日")),
            ("20211031", "202110310030", Some("生後0日")),
            ("202110311200", "202110310030", None),
            ("20210630", "20211031", Some("4か月")),
            ("20190715", "20211031", Some("2歳3か月")),
            ("1970", "20211031", Some("約51歳")),
            ("20211101", "20211031", None),
        ] {
            assert_eq!(age_at(&when(birth), when(at).start).map(|age| age.words).as_deref(), want, "{birth} {at}");
        }
    }
}
