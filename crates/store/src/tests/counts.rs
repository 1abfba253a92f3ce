//! How many bear a name, while counts wait and after they were taken over.

use std::collections::BTreeMap;

use super::filled;
use crate::index::{count_names, name_number};

#[test]
fn counts_are_the_same_before_and_after_they_are_taken_over() {
    let (_folder, writer) = filled();
    let db = &writer.reader.db;
    let number =
        |table: &str| -> u64 { db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap() };
    let name = |no: i64| format!("名{no}");
    db.execute_batch("BEGIN").unwrap();
    for (count, from) in [(1, 0), (2, 30_000), (-1, 50_000)] {
        let counts: BTreeMap<i64, i64> = (from..from + 40_000).map(|no| (name_number(&name(no)), count)).collect();
        count_names(db, &counts).unwrap();
    }
    // The second made 70,000, which were taken over; those of the third wait.
    assert_eq!((number("name_count"), number("name_count_new")), (70_000, 40_000));
    for (no, count) in [(0, 1), (29_999, 1), (30_000, 3), (39_999, 3), (40_000, 2), (50_000, 1), (69_999, 1)] {
        assert_eq!(writer.same_name_count(&name(no)).unwrap(), count, "{no}");
    }
    assert_eq!(writer.same_name_count(&name(90_000)).unwrap(), 0);
    db.execute_batch("ROLLBACK").unwrap();
}
