//! Times as a recorder types them.

use chart::{Lang, Moment, When};

use crate::text::narrow;

const DAY_MILLIS: i64 = 86_400_000;
/// A day without a year that lies further back than this is of the next year, where what is ahead is meant, milliseconds.
const MONTH_MILLIS: i64 = 31 * DAY_MILLIS;
/// A clock time that lies further ahead than this is of the day before, milliseconds.
const AHEAD_MILLIS: i64 = 3_600_000;

/// When something happened: `0030` or `00:30`, of today (of yesterday where that would lie ahead); `10/31 00:30`, of this year or the
/// last; or a whole time such as `2021-10-31T00:30`. Empty is now, full-width figures are as good. `None` for no time.
pub fn when(typed: &str, now: Moment) -> Option<Moment> {
    read(typed, now, false)
}

/// By when something is to be done, as [`when`], but ahead: `1700` is of today, or of tomorrow where that has passed; `1/4 8:30` is of
/// this year or the next.
pub fn due(typed: &str, now: Moment) -> Option<Moment> {
    read(typed, now, true)
}

/// When something happened that a sheet of paper tells: a clock time on the day that stands at its head (`10/31`, `2021-10-31`), or a time with a
/// day of its own as [`when`]. `None` for no time; an empty one is none, and so is a clock time without a day.
pub fn on_day(day: &str, typed: &str, now: Moment) -> Option<Moment> {
    let (day, typed) = (half_width(day), half_width(typed));
    match clock(&typed) {
        Some(time) if day.contains(['/', '-']) => read(&format!("{} {time}", day.replace('-', "/")), now, false),
        None if !typed.is_empty() => read(&typed, now, false),
        _ => None,
    }
}

/// A day in words: with its day of the week, in Japanese in both calendars.
pub fn day_in_words(day: &When, lang: Lang) -> String {
    let weekday = (day.start.0 + 9 * 3_600_000).div_euclid(DAY_MILLIS).rem_euclid(7) as usize;
    // The first of January 1970 was a Thursday.
    let weekdays = ["木", "金", "土", "日", "月", "火", "水"].into_iter();
    let (ja, en) = weekdays.zip(["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]).nth(weekday).unwrap_or_default();
    match lang {
        Lang::Ja => format!("{}（{ja}） {}", day.iso(), chart::era_date(day)),
        Lang::En => format!("{en} {}", day.iso()),
    }
}

/// The day a person means: `2026-11-27`, `R8.11.27`, `令和8年11月27日`, 今日, 明日, 明後日 (also in English), or none typed:
/// today. `None` when it is no day.
pub fn day(text: &str, now: Moment) -> Option<When> {
    let ahead = match text.trim() {
        "" | "今日" | "本日" | "today" => 0,
        "明日" | "翌日" | "tomorrow" => 1,
        "明後日" => 2,
        other => {
            let (from, to) = chart::parse_birth(other)?;
            return (from == to).then_some(from);
        }
    };
    Some(now.plus_days(ahead).day())
}

fn read(typed: &str, now: Moment, ahead: bool) -> Option<Moment> {
    let typed = half_width(typed);
    if typed.is_empty() {
        return Some(now);
    }
    let text = now.to_string();
    let (today, _) = text.split_once(' ')?;
    if let Some(time) = clock(&typed) {
        let at = moment(&format!("{today}T{time}"))?;
        return Some(match ahead {
            true if at.0 < now.0 => Moment(at.0 + DAY_MILLIS),
            false if at.0 > now.0 + AHEAD_MILLIS => Moment(at.0 - DAY_MILLIS),
            _ => at,
        });
    }
    if let Some((day, time)) = typed.split_once(' ')
        && let (Some((month, day)), Some(time)) = (day.split_once('/'), clock(time.trim()))
        && !day.contains('/')
    {
        let year: i32 = today.get(..4)?.parse().ok()?;
        let of = |year: i32| moment(&format!("{year}-{month:0>2}-{day:0>2}T{time}"));
        let fits = |at: &Moment| if ahead { at.0 >= now.0 - MONTH_MILLIS } else { at.0 <= now.0 + DAY_MILLIS };
        return of(year).filter(fits).or_else(|| of(if ahead { year + 1 } else { year - 1 }));
    }
    moment(&typed)
}

/// `00:30` of `0030`, `0:30` or `00:30`; `None` for anything else.
fn clock(typed: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match typed.split_once(':') {
        Some((hour, minute)) if digits(hour) && digits(minute) && hour.len() <= 2 => {
            Some(format!("{hour:0>2}:{minute}"))
        }
        None if typed.len() == 4 && digits(typed) => Some(format!("{}:{}", &typed[..2], &typed[2..])),
        _ => None,
    }
}

/// The beginning of what a whole time names, with a zone (`Z`, `+09:00`) or of Japan.
fn moment(text: &str) -> Option<Moment> {
    let (time, zone) = match text.strip_suffix('Z') {
        Some(time) => (time, "+0000".to_owned()),
        None => match text.rfind('+').or_else(|| text.rfind('-').filter(|at| text[..*at].contains('T'))) {
            Some(at) => (&text[..at], text[at..].replace(':', "")),
            None => (text, String::new()),
        },
    };
    let plain = time.chars().all(|c| c.is_ascii_digit() || "-/:T .".contains(c));
    let digits: String = time.chars().filter(char::is_ascii_digit).take(14).collect();
    let whole = plain && digits.len() >= 8;
    When::parse(&(digits + &zone)).filter(|_| whole).map(|when| when.start)
}

/// Full-width figures and signs as half.
fn half_width(text: &str) -> String {
    text.trim().chars().map(narrow).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2021-10-31 00:35 in Japan.
    const NOW: Moment = Moment(1_635_608_100_000);

    #[test]
    fn times_are_read_as_a_recorder_types_them() {
        let read = |typed: &str| when(typed, NOW).map(|at| at.to_string());
        for typed in ["0030", "00:30", "0:30", "００：３０", "10/31 00:30", "2021-10-31T00:30", "2021-10-30T15:30Z"]
        {
            assert_eq!(read(typed).as_deref(), Some("2021-10-31 00:30"), "{typed}");
        }
        assert_eq!(read("2021-10-31T00:30:00+09:00").as_deref(), Some("2021-10-31 00:30"));
        assert_eq!(read("2350").as_deref(), Some("2021-10-30 23:50"));
        assert_eq!(read("12/1 10:00").as_deref(), Some("2020-12-01 10:00"));
        assert_eq!(when("", NOW), Some(NOW));
        let paper = |day: &str, typed: &str| on_day(day, typed, NOW).map(|at| at.to_string());
        for (day, typed) in [("10/31", "0020"), ("10-31", "0:20"), ("2021-10-31", "00:20"), ("", "10/31 00:20")] {
            assert_eq!(paper(day, typed).as_deref(), Some("2021-10-31 00:20"), "{day} {typed}");
        }
        assert_eq!(paper("10/30", "23:50").as_deref(), Some("2021-10-30 23:50"));
        for (day, typed) in [("", "00:20"), ("10/31", ""), ("10/31", "25:00"), ("31", "00:20"), ("13/31", "00:20")] {
            assert_eq!(paper(day, typed), None, "{day} {typed}");
        }
        for typed in ["25:00", "0:3a", "昨日", "10/31", "13/31 00:30"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
