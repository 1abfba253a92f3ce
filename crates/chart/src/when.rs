//! Times: a [`Moment`] is an instant by somebody's clock, a [`When`] is a date or time as a sender wrote it.
//!
//! SS-MIX2 writes local time without a zone; the hospital's zone is Japan's, UTC+9 all year.

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// How much of a date or time was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// `YYYY`
    Year,
    /// `YYYYMM`
    Month,
    /// `YYYYMMDD`
    Day,
    /// `YYYYMMDDHH`
    Hour,
    /// `YYYYMMDDHHMM`
    Minute,
    /// `YYYYMMDDHHMMSS`
    Second,
    /// with a fraction
    Milli,
}

/// A date or time as written, HL7 v2.5 TS (§2.A.77): its first instant and how much of it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// First instant of the span named, in Japan's zone unless the text gave one.
    pub start: Moment,
    /// How much was given.
    pub precision: Precision,
}

/// Japan's zone, UTC+9, in milliseconds. Japan has had no summer time since 1951.
const JST_MILLIS: i64 = 9 * 3_600_000;
const DAY_MILLIS: i64 = 86_400_000;

/// A civil date and time of day in Japan's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, Gregorian.
    pub year: i32,
    /// Month, 1–12.
    pub month: u32,
    /// Day, 1–31.
    pub day: u32,
    /// Hour, 0–23.
    pub hour: u32,
    /// Minute, 0–59.
    pub minute: u32,
    /// Second, 0–59.
    pub second: u32,
    /// Millisecond, 0–999.
    pub milli: u32,
}

/// Days from 1970-01-01 to a Gregorian date (Howard Hinnant's `days_from_civil`).
fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The Gregorian date of a day count: `(year, month, day)`.
fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    ((year_of_era + era * 400 + i64::from(month <= 2)) as i32, month, day)
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Moment {
    /// The civil time in Japan.
    pub fn civil(self) -> Civil {
        let local = self.0.saturating_add(JST_MILLIS);
        let (year, month, day) = civil_from_days(local.div_euclid(DAY_MILLIS));
        let rest = local.rem_euclid(DAY_MILLIS);
        Civil {
            year,
            month,
            day,
            hour: (rest / 3_600_000) as u32,
            minute: (rest / 60_000 % 60) as u32,
            second: (rest / 1000 % 60) as u32,
            milli: (rest % 1000) as u32,
        }
    }

    /// Whole minutes from `self` to `now`; negative when `self` lies ahead.
    pub fn minutes_until(self, now: Moment) -> i64 {
        now.0.saturating_sub(self.0).div_euclid(60_000)
    }

    /// The whole day in Japan that this moment falls on, as a [`When`].
    pub fn day(self) -> When {
        let days = self.0.saturating_add(JST_MILLIS).div_euclid(DAY_MILLIS);
        let start = days.saturating_mul(DAY_MILLIS).saturating_sub(JST_MILLIS);
        When { start: Moment(start), precision: Precision::Day }
    }

    /// This moment moved by whole days.
    pub fn plus_days(self, days: i64) -> Moment {
        Moment(self.0.saturating_add(days.saturating_mul(DAY_MILLIS)))
    }

    /// HL7 digits to the millisecond, `YYYYMMDDHHMMSSFFF`, as SS-MIX2 writes 発生日時.
    pub fn digits17(self) -> String {
        let c = self.civil();
        format!("{:04}{:02}{:02}{:02}{:02}{:02}{:03}", c.year, c.month, c.day, c.hour, c.minute, c.second, c.milli)
    }
}

impl std::fmt::Display for Moment {
    /// `2021-10-31 00:30`, local.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let c = self.civil();
        write!(f, "{:04}-{:02}-{:02} {:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute)
    }
}

impl serde::Serialize for Moment {
    /// RFC 3339 with Japan's offset; a number where nobody reads it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.0.serialize(serializer);
        }
        serializer.collect_str(&When { start: *self, precision: Precision::Second }.iso())
    }
}

impl When {
    /// From numbers of which the later may be missing; `None` when they name no date.
    pub fn from_civil(c: Civil, precision: Precision) -> Option<When> {
        let valid = (1..=9999).contains(&c.year)
            && (1..=12).contains(&c.month)
            && (1..=days_in_month(c.year, c.month)).contains(&c.day)
            && c.hour < 24
            && c.minute < 60
            && c.second < 60
            && c.milli < 1000;
        let millis = i64::from(c.hour) * 3_600_000
            + i64::from(c.minute) * 60_000
            + i64::from(c.second) * 1000
            + i64::from(c.milli);
        valid.then(|| When {
            start: Moment(days_from_civil(c.year, c.month, c.day) * DAY_MILLIS + millis - JST_MILLIS),
            precision,
        })
    }

    /// A whole day.
    pub fn date(year: i32, month: u32, day: u32) -> Option<When> {
        let civil = Civil { year, month, day, hour: 0, minute: 0, second: 0, milli: 0 };
        When::from_civil(civil, Precision::Day)
    }

    /// Reads `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`, and 17 digits without the dot. `None` for anything else:
    /// the caller keeps the text as a fault.
    ///
    /// HL7 v2.5 §2.A.77 lets a zone follow any precision. Behind a whole day it is read and moves nothing: a birth date
    /// does not change with a zone. Behind a year or month it is refused on purpose: `2026-1107` is a mistyped date, not
    /// the year 2026 at UTC−11:07.
    pub fn parse(text: &str) -> Option<When> {
        let text = text.trim();
        let (body, zone) = match text.bytes().position(|byte| matches!(byte, b'+' | b'-')) {
            Some(at) => (&text[..at], Some(parse_zone(&text[at..])?)),
            None => (text, None),
        };
        let body = body.as_bytes();
        let (whole, fraction) = match body.iter().position(|byte| *byte == b'.') {
            Some(dot) => (&body[..dot], &body[dot + 1..]),
            None => body.split_at(if body.len() == 17 { 14 } else { body.len() }),
        };
        if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return None;
        }
        let precision = match (whole.len(), fraction.is_empty()) {
            (4, true) => Precision::Year,
            (6, true) => Precision::Month,
            (8, true) => Precision::Day,
            (10, true) => Precision::Hour,
            (12, _) => Precision::Minute,
            (14, true) => Precision::Second,
            (14, false) => Precision::Milli,
            _ => return None,
        };
        if zone.is_some() && precision < Precision::Day {
            return None;
        }
        let number = |digits: &[u8]| digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        let part = |from: usize| whole.get(from..from + 2).map(number);
        let milli = fraction.iter().chain(b"000").take(3).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        let civil = Civil {
            year: number(&whole[..4]) as i32,
            month: part(4).unwrap_or(1),
            day: part(6).unwrap_or(1),
            hour: part(8).unwrap_or(0),
            minute: part(10).unwrap_or(0),
            second: part(12).unwrap_or(0),
            milli: if precision == Precision::Milli { milli } else { 0 },
        };
        let mut when = When::from_civil(civil, precision)?;
        if let Some(zone) = zone.filter(|_| precision > Precision::Day) {
            when.start.0 += JST_MILLIS - zone;
        }
        Some(when)
    }

    /// The first instant after the span named: the next day for a day, the next January for a year.
    pub fn end(&self) -> Moment {
        let c = self.start.civil();
        let (year, month) = if c.month == 12 { (c.year.saturating_add(1), 1) } else { (c.year, c.month + 1) };
        let first =
            |year, month| Moment(days_from_civil(year, month, 1).saturating_mul(DAY_MILLIS).saturating_sub(JST_MILLIS));
        let plus = |millis| Moment(self.start.0.saturating_add(millis));
        match self.precision {
            Precision::Year => first(c.year.saturating_add(1), 1),
            Precision::Month => first(year, month),
            Precision::Day => plus(DAY_MILLIS),
            Precision::Hour => plus(3_600_000),
            Precision::Minute => plus(60_000),
            Precision::Second => plus(1000),
            Precision::Milli => plus(1),
        }
    }

    /// ISO 8601 with the precision it was given in: `1970`, `1970-04`, `1970-04-05`, `2011-07-01T08:30+09:00`.
    pub fn iso(&self) -> String {
        let c = self.start.civil();
        let date = format!("{:04}-{:02}-{:02}", c.year, c.month, c.day);
        match self.precision {
            Precision::Year => format!("{:04}", c.year),
            Precision::Month => format!("{:04}-{:02}", c.year, c.month),
            Precision::Day => date,
            Precision::Hour | Precision::Minute => {
                format!("{date}T{:02}:{:02}+09:00", c.hour, c.minute)
            }
            Precision::Second => {
                format!("{date}T{:02}:{:02}:{:02}+09:00", c.hour, c.minute, c.second)
            }
            Precision::Milli => {
                format!("{date}T{:02}:{:02}:{:02}.{:03}+09:00", c.hour, c.minute, c.second, c.milli)
            }
        }
    }
}

/// `+0900` → milliseconds east of UTC.
fn parse_zone(text: &str) -> Option<i64> {
    let (sign, digits) = (if text.starts_with('-') { -1 } else { 1 }, text.get(1..)?);
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    Some(sign * (value / 100 * 3_600_000 + value % 100 * 60_000))
}

impl std::fmt::Display for When {
    /// For people: `2011-07-01 08:30`, `2011-07`, to the precision given; seconds are left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let c = self.start.civil();
        match self.precision {
            Precision::Year => write!(f, "{:04}", c.year),
            Precision::Month => write!(f, "{:04}-{:02}", c.year, c.month),
            Precision::Day => write!(f, "{:04}-{:02}-{:02}", c.year, c.month, c.day),
            _ => self.start.fmt(f),
        }
    }
}

impl serde::Serialize for When {
    /// [`When::iso`]; numbers where nobody reads it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return (self.start, self.precision as u8).serialize(serializer);
        }
        serializer.collect_str(&self.iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        When::parse(text).map(|when| when.iso())
    }

    #[test]
    fn reads_every_precision_and_dialect() {
        for (text, want) in [
            ("1970", "1970"),
            ("199601", "1996-01"),
            ("20070710", "2007-07-10"),
            ("2015040112", "2015-04-01T12:00+09:00"),
            ("201107010830", "2011-07-01T08:30+09:00"),
            ("20111220103059", "2011-12-20T10:30:59+09:00"),
            ("20110701224603984", "2011-07-01T22:46:03.984+09:00"),
            ("20111220224447.3399", "2011-12-20T22:44:47.339+09:00"),
            ("20111220000000+0000", "2011-12-20T09:00:00+09:00"),
            ("18730101", "1873-01-01"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn refuses_what_names_no_date() {
        for text in ["", "2011", "abcd", "20111320", "20110230", "201107012460", "2011070", "20110701.5"] {
            assert_eq!(iso(text).is_some(), text == "2011", "{text}");
        }
    }

    #[test]
    fn a_zone_needs_a_day_before_it_and_moves_only_hours() {
        for (text, want) in [
            ("2026+1107", None),
            ("2026-1107", None),
            ("0123-4567", None),
            ("202611+0900", None),
            ("20261107+0900", Some("2026-11-07")),
            ("20261107-0000", Some("2026-11-07")),
            ("2026110708+0900", Some("2026-11-07T08:00+09:00")),
            ("202611070830+0900", Some("2026-11-07T08:30+09:00")),
            ("20261107083015-0500", Some("2026-11-07T22:30:15+09:00")),
            ("20261107083015.25+0000", Some("2026-11-07T17:30:15.250+09:00")),
            ("20261107083015250+0000", Some("2026-11-07T17:30:15.250+09:00")),
        ] {
            assert_eq!(iso(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn civil_and_back() {
        for days in (-200_000..200_000).step_by(37) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
