//! Which message stands: flags, renames, cancels, double readings, and views of the past.
#![allow(clippy::unwrap_used)]

mod build;

use build::*;
use chart::*;

const NOW: &str = "202110310030";

fn drugs(chart: &Chart) -> Vec<&str> {
    chart.medications.iter().map(|item| item.drug.drug.text.as_str()).collect()
}

fn codes(chart: &Chart) -> Vec<&str> {
    chart.faults.iter().map(|fault| fault.fault.code).collect()
}

fn prescription(name: &str, position: u64, sent: &str) -> Message {
    message("OMP-01", position, sent, vec![drug(name, "1", "1", "20211028", "14")]).on("20211028")
}

fn at(messages: &[Message], moment_text: &str) -> Chart {
    Chart::at(&record(messages), &AsOf::past(moment(moment_text), moment(NOW)))
}

#[test]
fn an_update_takes_the_place_of_what_it_updates() {
    let messages = [
        prescription("ロキソニン錠60mg", 1, "20211028090000000").flag(Flag::Superseded),
        prescription("カロナール錠200", 2, "20211028100000000"),
    ];
    let chart = chart_at(&messages, NOW);
    assert_eq!(drugs(&chart), ["カロナール錠200"]);
    assert_eq!(chart.earlier.len(), 1);
    assert_eq!(chart.earlier[0].standing, Standing::Superseded);
    assert_eq!(drugs(&at(&messages, "202110280930")), ["ロキソニン錠60mg"]);
    assert_eq!(drugs(&at(&messages, "202110280800")), Vec::<&str>::new());
}

#[test]
fn a_cancelled_order_stood_until_the_cancel_was_sent() {
    let cancel = Body::Cancel { trigger: "O11".to_owned() };
    let messages = [
        prescription("ロキソニン錠60mg", 1, "20211028090000000").flag(Flag::Cancelled),
        message("OMP-01", 2, "20211028120000000", vec![cancel]).on("20211028").flag(Flag::Cancelled),
    ];
    let chart = chart_at(&messages, NOW);
    assert!(drugs(&chart).is_empty());
    assert_eq!(chart.earlier.iter().filter(|item| item.standing == Standing::Cancelled).count(), 2);
    assert_eq!(drugs(&at(&messages, "202110281100")), ["ロキソニン錠60mg"]);
    assert!(drugs(&at(&messages, "202110281300")).is_empty());
}

#[test]
fn a_cancel_by_order_control_is_a_cancel_too() {
    let mut body = drug("ロキソニン錠60mg", "1", "1", "20211028", "14");
    if let Body::Drug(drug) = &mut body {
        std::sync::Arc::make_mut(drug).order.control = "CA".to_owned();
    }
    let messages = [
        prescription("ロキソニン錠60mg", 1, "20211028090000000").flag(Flag::Cancelled),
        message("OMP-01", 2, "20211028120000000", vec![body]).on("20211028").flag(Flag::Cancelled),
    ];
    assert!(drugs(&chart_at(&messages, NOW)).is_empty());
    assert_eq!(drugs(&at(&messages, "202110281100")), ["ロキソニン錠60mg"]);
}

#[test]
fn a_cancel_message_withdraws_before_the_rename_is_seen() {
    let admit = message("ADT-22", 1, "20211028090000000", vec![movement(MoveKind::Admit, "202110280900", "3W")]);
    let cancel = Body::Cancel { trigger: "A11".to_owned() };
    let messages = [admit, message("ADT-22", 2, "20211028100000000", vec![cancel]).flag(Flag::Cancelled)];
    let chart = chart_at(&messages, NOW);
    assert!(chart.stays.is_empty());
}

#[test]
fn an_order_entered_again_after_its_cancel_stands() {
    let cancel = Body::Cancel { trigger: "O11".to_owned() };
    let messages = [
        prescription("ロキソニン錠60mg", 1, "20211028090000000").flag(Flag::Cancelled),
        message("OMP-01", 2, "20211028120000000", vec![cancel]).on("20211028").flag(Flag::Cancelled),
        prescription("カロナール錠200", 3, "20211028130000000"),
    ];
    assert_eq!(drugs(&chart_at(&messages, NOW)), ["カロナール錠200"]);
}

#[test]
fn two_currents_of_one_key_are_shown_as_a_doubt() {
    let messages = [prescription("古い薬", 1, "20211028090000000"), prescription("新しい薬", 2, "20211028100000000")];
    let chart = chart_at(&messages, NOW);
    assert_eq!(drugs(&chart), ["新しい薬"]);
    assert_eq!(codes(&chart), ["two_current"]);
    assert_eq!(chart.earlier.len(), 1);
}

#[test]
fn history_without_a_successor_is_still_shown() {
    let messages = [message("ADT-61", 1, "20211028090000000", vec![allergy("ペニシリン")]).flag(Flag::Superseded)];
    let chart = chart_at(&messages, NOW);
    assert_eq!(chart.allergies.answer, Answer::Recorded);
    assert_eq!(codes(&chart), ["successor_missing"]);
}

#[test]
fn one_tree_read_twice_or_by_two_stations_doubles_nothing() {
    let once = [prescription("カロナール錠200", 1, "20211028100000000")];
    let mut renamed = prescription("カロナール錠200", 9, "20211028100000000");
    renamed.origin.content = once[0].origin.content;
    let mut elsewhere = prescription("カロナール錠200", 4, "20211028100000000");
    elsewhere.origin.content = once[0].origin.content;
    elsewhere.origin.source = "std1-copy".to_owned();
    let both = [prescription("カロナール錠200", 1, "20211028100000000"), renamed, elsewhere];
    assert_eq!(chart_at(&both, NOW), chart_at(&once, NOW));
    let superseded = [
        prescription("カロナール錠200", 1, "20211028100000000"),
        prescription("カロナール錠200", 9, "20211028100000000").flag(Flag::Superseded),
        prescription("ロキソニン錠60mg", 10, "20211028110000000"),
    ];
    let mut superseded = superseded;
    superseded[1].origin.content = superseded[0].origin.content;
    assert_eq!(drugs(&chart_at(&superseded, NOW)), ["ロキソニン錠60mg"]);
    assert_eq!(codes(&chart_at(&superseded, NOW)), Vec::<&str>::new());
}

#[test]
fn a_sender_whose_clock_runs_ahead_is_not_hidden_now() {
    let messages = [message("ADT-61", 1, "20211031003500000", vec![allergy("ペニシリン")])];
    let chart = chart_at(&messages, NOW);
    assert_eq!(chart.allergies.answer, Answer::Recorded);
    assert!(chart.allergies.items[0].age_minutes < 0);
}

#[test]
fn a_view_of_the_past_marks_what_was_received_later() {
    let mut late = message("ADT-61", 1, "20211028090000000", vec![allergy("ペニシリン")]);
    late.origin.received = moment("20211030");
    let chart = at(&[late], "20211029");
    assert_eq!(chart.allergies.items[0].doubts, ["received_later"]);
    assert!(chart.as_of.reconstructed);
}

#[test]
fn results_without_an_order_number_are_not_versions_of_one_another() {
    let result = |position, value| {
        message("OML-11", position, "20211028090000000", vec![Body::from(lab("CRP", value, "20211028"))])
            .order("999999999999999")
    };
    let mut second = result(2, "2.0");
    second.origin.sent = Some(when("20211028100000000"));
    let second = second.flag(Flag::Current);
    let chart = chart_at(&[result(1, "1.0"), second], NOW);
    assert_eq!(chart.labs[0].results().count(), 2);
    assert!(codes(&chart).is_empty());
}

#[test]
fn a_cancel_that_does_not_say_so_is_the_newest_of_the_withdrawn() {
    let messages = [
        prescription("ロキソニン錠60mg", 1, "20211028090000000").flag(Flag::Cancelled),
        prescription("ロキソニン錠60mg", 2, "20211028120000000").flag(Flag::Cancelled),
    ];
    assert!(drugs(&chart_at(&messages, NOW)).is_empty());
    assert_eq!(drugs(&at(&messages, "202110281100")), ["ロキソニン錠60mg"]);
    assert!(drugs(&at(&messages, "202110281300")).is_empty());
}

#[test]
fn a_file_written_anew_in_place_is_no_doubt() {
    let half = prescription("ロキソ", 1, "20211028090000000");
    let whole = prescription("ロキソニン錠60mg", 2, "20211028090000000");
    let chart = chart_at(&[half, whole], NOW);
    assert_eq!(drugs(&chart), ["ロキソニン錠60mg"]);
    assert!(codes(&chart).is_empty());
}

#[test]
fn a_linked_number_brings_its_own_versions() {
    let own = message("ADT-00", 1, "20211001090000000", vec![person("佐藤", "花子", "サトウ ハナコ")]);
    let mut linked =
        message("ADT-00", 2, "20211002090000000", vec![person("佐藤", "はな", "サトウ ハナ"), allergy("そば")]);
    linked.origin.path = linked.origin.path.replace("000/001/0000123/", "000/009/0000999/");
    let chart = chart_at(&[own, linked], NOW);
    assert_eq!(chart.patient.name, "佐藤 花子");
    assert!(codes(&chart).is_empty() && chart.patient.former_names.is_empty());
    assert_eq!(chart.patient.versions.len(), 1);
    assert_eq!(chart.allergies.items[0].doubts, ["linked_number"]);
}
