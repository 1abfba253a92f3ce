//! Days of Japan's calendar and the digit strings HL7 and SS-MIX2 want.

use chart::when::{Moment, When};

const DAY_MILLIS: i64 = 86_400_000;
const JST_MILLIS: i64 = 9 * 3_600_000;

/// A day in Japan: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// A day of the Gregorian calendar; 1970-01-01 when there is no such day.
    pub fn new(year: i32, month: u32, day: u32) -> Day {
        When::date(year, month, day).map_or(Day(0), |when| Day::of(when.start))
    }

    /// The day a moment falls on.
    pub fn of(moment: Moment) -> Day {
        Day((moment.0 + JST_MILLIS).div_euclid(DAY_MILLIS))
    }

    /// A time of this day; hours past 24 run into the next.
    pub fn at(self, hour: i64, minute: i64) -> Moment {
        Moment(self.0 * DAY_MILLIS - JST_MILLIS + (hour * 60 + minute) * 60_000)
    }

    /// This many days later.
    pub fn plus(self, days: i64) -> Day {
        Day(self.0 + days)
    }

    /// 0 Monday … 6 Sunday.
    pub fn weekday(self) -> i64 {
        (self.0 + 3).rem_euclid(7)
    }

    /// Monday to Friday: the clinics are open.
    pub fn open(self) -> bool {
        self.weekday() < 5
    }

    /// This day, or the next on which the clinics are open.
    pub fn next_open(self) -> Day {
        self.plus([0, 0, 0, 0, 0, 2, 1][self.weekday() as usize])
    }

    /// `(year, month, day)`.
    pub fn ymd(self) -> (i32, u32, u32) {
        let c = self.at(0, 0).civil();
        (c.year, c.month, c.day)
    }

    /// `YYYYMMDD`.
    pub fn digits(self) -> String {
        let (y, m, d) = self.ymd();
        format!("{y:04}{m:02}{d:02}")
    }

    /// Whole years from `self` to `then`.
    pub fn years_until(self, then: Day) -> i64 {
        let ((y0, m0, d0), (y1, m1, d1)) = (self.ymd(), then.ymd());
        i64::from(y1 - y0) - i64::from((m1, d1) < (m0, d0))
    }
}

/// The moment `minutes` later.
pub fn later(moment: Moment, minutes: i64) -> Moment {
    Moment(moment.0 + minutes * 60_000)
}

/// `YYYYMMDDHHMMSS`.
pub fn seconds(moment: Moment) -> String {
    let mut text = moment.digits17();
    text.truncate(14);
    text
}

/// `YYYYMMDDHHMM`.
pub fn minutes(moment: Moment) -> String {
    let mut text = moment.digits17();
    text.truncate(12);
    text
}
