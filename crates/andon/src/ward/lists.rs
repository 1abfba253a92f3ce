//! What the lists decide: the order of beds, the day that is meant. Pure.

use chart::{Moment, When};

pub use crate::finding::{Alike, alike};
pub use chart::{Piece, natural};

/// The day a person means: `2026-11-27`, `R8.11.27`, `令和8年11月27日`, 今日, 明日, 明後日 (also in English), or none typed:
/// today. `None` when it is no day.
pub fn read_day(text: &str, now: Moment) -> Option<When> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beds_come_in_the_order_people_count() {
        let mut beds = vec!["301-10", "305-2", "301-1", "301-2", "R02", "1001", "R10", "300"];
        beds.sort_by_key(|bed| natural(bed));
        assert_eq!(beds, ["300", "301-1", "301-2", "301-10", "305-2", "1001", "R02", "R10"]);
    }

    #[test]
    fn days_as_people_type_them() {
        let now = When::parse("20261126230000").unwrap().start;
        let day = |text: &str| read_day(text, now).map(|day| day.iso());
        for (typed, want) in [
            ("", Some("2026-11-26")),
            ("明日", Some("2026-11-27")),
            ("tomorrow", Some("2026-11-27")),
            ("2026-11-27", Some("2026-11-27")),
            ("R8.11.27", Some("2026-11-27")),
            ("令和8年11月27日", Some("2026-11-27")),
            ("2026-11", None),
            ("someday", None),
        ] {
            assert_eq!(day(typed).as_deref(), want, "{typed}");
        }
    }
}
