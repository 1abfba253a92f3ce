//! Whatever comes: the gate never stops, never trusts what it calls bad, and says the same after a restart.

use chart::Moment;
use proptest::prelude::*;

use super::counters::{ACTS, Counters, Deed};
use super::look::{Look, look, odd};
use super::rules::{Known, judge};
use super::{packed, unpacked};

/// One thing that happens: minutes that pass, kind, bad in each way, an act.
type Step = (u16, u8, [bool; 3], Option<usize>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let bad = prop_oneof![4 => Just([false; 3]), 1 => any::<[bool; 3]>()];
    let act = prop_oneof![6 => Just(None), 1 => (0usize..4).prop_map(Some)];
    prop::collection::vec((0u16..300, 0u8..4, bad, act), 1..400)
}

/// Plays steps; the first position of anything bad or done, and all alarms.
fn play(steps: &[Step], restart: bool) -> (Vec<super::rules::Alarm>, u64) {
    let (mut counters, mut now, mut first) = (Counters::default(), Moment(1_600_000_000_000), u64::MAX);
    let mut alarms = Vec::new();
    for (position, (minutes, kind, bad, act)) in (1u64..).zip(steps) {
        now = Moment(now.0 + i64::from(*minutes) * 60_000);
        let [unreadable, dense, wordless] = *bad;
        let rule = act.map(|act| ACTS[act]);
        counters.stored(&kind.to_string(), &[Deed { position, rule }], 1, now);
        counters.listed(&format!("K{kind}"), position, Look { unreadable, dense, wordless }, now);
        if rule.is_some() || bad.contains(&true) {
            first = first.min(position);
        }
        if restart {
            counters = unpacked(&packed(&counters));
        }
        let told = judge(&counters, Known::default(), now);
        for alarm in &told {
            assert!(alarm.trusted.is_none_or(|trusted| trusted < position), "{alarm:?} at {position}");
            assert!(alarm.since <= now.0 && alarm.count >= 1, "{alarm:?}");
        }
        alarms.extend(told);
    }
    (alarms, first)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_and_names_are_looked_at(path in prop::collection::vec(any::<u8>(), 0..200), bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
        look(&path, &bytes, []);
        odd(&path);
        prop_assert_eq!(unpacked(&bytes), unpacked(&bytes));
    }

    #[test]
    fn what_is_trusted_ends_before_what_is_bad_and_all_that_is_good_stays_trusted(steps in steps()) {
        let (alarms, first) = play(&steps, false);
        for alarm in alarms.iter().filter(|alarm| alarm.rule.holds()) {
            // Nothing before the first bad entry of all is ever held back.
            prop_assert!(alarm.trusted.is_some_and(|trusted| trusted + 1 >= first), "{:?} {}", alarm, first);
        }
    }

}

proptest! {
    // Each keeps its counters hundreds of times.
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_restart_after_every_entry_changes_nothing(steps in steps()) {
        prop_assert_eq!(play(&steps, false).0, play(&steps, true).0);
    }
}
