//! Times as S3 writes them. A time here is milliseconds since 1970 (UTC).

/// Milliseconds of a second.
pub(super) const SECOND: i64 = 1000;
/// Milliseconds of a day.
pub const DAY: i64 = 86_400 * SECOND;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The clock of this machine.
pub(super) fn own() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Year, month, day, hour, minute, second of a time.
fn parts(at: i64) -> (i64, i64, i64, i64, i64, i64) {
    let (days, rest) = (at.div_euclid(DAY), at.rem_euclid(DAY) / SECOND);
    // Days to a date in the Gregorian calendar, years beginning in March (H. Hinnant, "chrono-compatible low-level date algorithms").
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day, rest / 3600, rest / 60 % 60, rest % 60)
}

fn joined(year: i64, month: i64, day: i64, second: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * DAY + second * SECOND)
}

/// `20130524T000000Z`, as signatures have it.
pub(super) fn stamp(at: i64) -> String {
    let (year, month, day, hour, minute, second) = parts(at);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// `2013-05-24T00:00:00Z`, as bodies and headers have it.
pub fn iso(at: i64) -> String {
    let (year, month, day, hour, minute, second) = parts(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The same as people in Japan read it: `2013-05-24 09:00:00 JST`.
pub fn japan(at: i64) -> String {
    let (year, month, day, hour, minute, second) = parts(at.saturating_add(9 * 3600 * SECOND));
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} JST")
}

/// Reads `2013-05-24T00:00:00[.000]Z`, nothing else.
pub fn read_iso(text: &str) -> Option<i64> {
    let text = text.trim().strip_suffix('Z')?;
    let (date, clock) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (clock, part) = clock.split_once('.').unwrap_or((clock, ""));
    let milli: i64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(joined(date.next()??, date.next()??, date.next()??, of_clock(clock)?)? + milli)
}

/// Reads `Fri, 24 May 2013 00:00:00 GMT` (RFC 9110 §5.6.7, the one form that may be sent).
pub(super) fn read_http(text: &str) -> Option<i64> {
    let mut words = text.trim().split_once(", ")?.1.split(' ');
    let day = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let year = words.next()?.parse().ok()?;
    let second = of_clock(words.next()?)?;
    (words.next()? == "GMT").then_some(())?;
    joined(year, month, day, second)
}

fn of_clock(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    (hour < 24 && minute < 60 && second <= 60).then_some(i64::from(hour * 3600 + minute * 60 + second))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{iso, japan, read_http, read_iso, stamp};

    #[test]
    fn known_times_are_read_and_written() {
        assert_eq!(read_http("Fri, 24 May 2013 00:00:00 GMT"), Some(1_369_353_600_000));
        assert_eq!(stamp(1_369_353_600_000), "20130524T000000Z");
        assert_eq!(read_iso("2024-02-29T12:34:56.7Z"), Some(1_709_210_096_700));
        assert_eq!(iso(1_709_210_096_700), "2024-02-29T12:34:56Z");
        assert_eq!(japan(1_709_222_400_000), "2024-03-01 01:00:00 JST");
        for wrong in
            ["", "Z", "2024-13-01T00:00:00Z", "2024-01-01 00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00Z"]
        {
            assert_eq!(read_iso(wrong), None, "{wrong}");
        }
        for wrong in
            ["", "Fri, 24 Mai 2013 00:00:00 GMT", "Friday, 24-May-13 00:00:00 GMT", "Fri, 24 May 2013 00:00:00"]
        {
            assert_eq!(read_http(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(second in 0i64..253_402_300_799) {
            prop_assert_eq!(read_iso(&iso(second * 1000)), Some(second * 1000));
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}") {
            let _ = (read_iso(&text), read_http(&text));
        }
    }
}
