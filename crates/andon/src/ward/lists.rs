//! What the lists decide: the order of beds, the day that is meant. Pure.

pub use crate::finding::{Alike, alike};
pub use crate::typed_time::day as read_day;
pub use chart::{Piece, natural};

#[cfg(test)]
mod tests {
    use chart::When;

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
