//! What desk and telephone decide alike: which rule stands for a visit, whether it is within it, and where the patient goes first. Pure. Nobody is refused
//! here: what is outside a rule goes to a nurse, and a doctor decides (users.md 20).

use std::sync::Arc;

use super::clinics::Clinic;
use super::{KINDS, RED};
use crate::parents::Seen;
use crate::registers::{Item, register};

/// The register of services.
pub const SERVICES: &str = "services";

/// Words by which a service says of which visits it speaks, as people write them, each with its kind.
const KIND_WORDS: [(&str, &str); 8] = [
    ("再来", "return"),
    ("予約", "booked"),
    ("救急", "emergency"),
    ("新規", "new"),
    ("初診", "new"),
    ("新患", "new"),
    ("手術", "surgery"),
    ("入院", "admission"),
];

/// Kinds that a service speaks of; none where it says nothing of them.
fn kinds(said: &str) -> Vec<&str> {
    let parts = said.split(|c: char| c.is_whitespace() || "、,，・/／".contains(c)).filter(|part| !part.is_empty());
    let kind = |part: &str| {
        let by_word = KIND_WORDS.iter().find(|(word, _)| *word == part).map(|(_, kind)| *kind);
        by_word.or_else(|| KINDS.into_iter().find(|kind| *kind == part))
    };
    parts.filter_map(kind).collect()
}

/// How much a service says of such a visit: `None` where it speaks of something else, more for its department than for its kind.
fn says(item: &Item, kind: &str, clinic: &Clinic) -> Option<u8> {
    let (department, service) = (item.value("department"), item.value("service"));
    let own = [department, service].iter().any(|said| *said == clinic.name || *said == clinic.letter);
    let of_kinds = kinds(item.value("visits"));
    let another = !department.is_empty() && !own;
    let other_kind = !of_kinds.is_empty() && !of_kinds.contains(&kind);
    (!another && !other_kind && (own || !of_kinds.is_empty()))
        .then_some(u8::from(own) * 2 + u8::from(!of_kinds.is_empty()))
}

/// The rule in force for a visit of a kind to a department: the one that says most of it, of those the safest; `None` where headquarters said
/// nothing.
pub fn rule<'i>(items: &'i [Arc<Item>], kind: &str, clinic: &Clinic) -> Option<&'i Arc<Item>> {
    let safety = |item: &Item| {
        let states = register(SERVICES).map_or(&[][..], |of| of.states);
        states.iter().position(|state| *state == item.state).unwrap_or_default()
    };
    let stand = items.iter().filter(|item| item.struck.is_none());
    let said = stand.filter_map(|item| says(item, kind, clinic).map(|much| (much, item)));
    said.max_by_key(|(much, item)| (*much, std::cmp::Reverse(safety(item)))).map(|(_, item)| item)
}

/// What names a rule as it stands now: who receives says by it which one he had before him.
pub fn mark(rule: &Item) -> String {
    format!("{} {}", rule.number, Seen::of(&rule.tips).as_str())
}

/// Whether a visit is outside the rule: always where the service is stopped, and where it is limited unless the desk says that what it asks
/// for is met.
pub fn is_outside(state: Option<&str>, fits: bool) -> bool {
    match state {
        Some("stopped") => true,
        Some("limited") => !fits,
        _ => false,
    }
}

/// Signs that take a patient to a nurse at once, of those that were ticked; others are nobody's.
pub fn red(ticked: &str) -> Vec<&'static str> {
    let ticked: Vec<&str> = ticked.split_whitespace().collect();
    RED.into_iter().filter(|sign| ticked.contains(sign)).collect()
}

/// Where a patient goes first: to the nurse for a red sign, outside the rule, or as an emergency; else to the doctor.
pub fn first_place(kind: &str, red: bool, outside: bool) -> &'static str {
    if red || outside || kind == "emergency" { "triage" } else { "doctor" }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::event::{Event, ItemSaid, new_event};
    use crate::folds::Fold;

    fn items(services: &[&[(&str, &str)]]) -> Vec<Arc<Item>> {
        let stored = |(at, values): (usize, &&[(&str, &str)])| {
            let values: BTreeMap<String, String> =
                values.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
            let said = ItemSaid {
                register: SERVICES.into(),
                no: at as u64 + 1,
                act: "set".into(),
                values,
                ..ItemSaid::default()
            };
            let store::NewEvent { kind, version, payload, .. } =
                new_event(&Event::Item(said), ("", ""), Default::default()).unwrap();
            let envelope =
                store::Envelope { no: at as u64, hlc: at as u64, kind, version, payload, ..Default::default() };
            let hash = store::EventHash([at as u8 + 1; 32]);
            store::StoredEvent { no: store::EventNo(at as u64 + 1), hash, bytes: Vec::new(), envelope }
        };
        Fold::<Item>::of(services.iter().enumerate().map(stored).collect()).to_vec()
    }

    fn clinic(letter: &str, name: &str) -> Clinic {
        Clinic { letter: letter.into(), name: name.into(), room: String::new(), closed: false, sheets: String::new() }
    }

    #[test]
    fn what_says_most_of_a_visit_is_its_rule_and_of_two_the_safer() {
        let items = items(&[
            &[("service", "外来（予約再診）"), ("state", "limited"), ("visits", "予約、再来")],
            &[("service", "初診"), ("state", "stopped"), ("visits", "新規 初診")],
            &[("service", "小児科"), ("state", "running")],
            &[("service", "小児科の新患"), ("department", "小児科"), ("state", "limited"), ("visits", "新規")],
            &[("service", "内視鏡"), ("state", "stopped")],
            &[("service", "救急A"), ("state", "running"), ("visits", "救急")],
            &[("service", "救急B"), ("state", "limited"), ("visits", "emergency")],
        ]);
        let [medicine, children] = [clinic("内", "内科"), clinic("小", "小児科")];
        for (kind, clinic, service) in [
            ("booked", &medicine, Some("外来（予約再診）")),
            ("new", &medicine, Some("初診")),
            ("new", &children, Some("小児科の新患")),
            ("booked", &children, Some("小児科")),
            ("emergency", &medicine, Some("救急B")),
            ("surgery", &medicine, None),
        ] {
            let found = rule(&items, kind, clinic).map(|item| item.value("service"));
            assert_eq!(found, service, "{kind} {}", clinic.name);
        }
    }

    #[test]
    fn what_is_outside_goes_to_a_nurse_and_is_never_refused() {
        assert!(is_outside(Some("stopped"), true) && is_outside(Some("limited"), false));
        assert!(!is_outside(Some("limited"), true) && !is_outside(Some("running"), false) && !is_outside(None, false));
        for (kind, red, outside, place) in [
            ("booked", false, false, "doctor"),
            ("booked", true, false, "triage"),
            ("new", false, true, "triage"),
            ("emergency", false, false, "triage"),
        ] {
            assert_eq!(first_place(kind, red, outside), place);
        }
        assert_eq!(red("chest breath 変"), ["chest", "breath"]);
    }
}
