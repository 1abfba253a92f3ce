//! Rules of the ward by tables: which moment is meant, how an address is written.

use chart::{Lang, Moment, PatientId, When};

use super::page::address;
use super::rules::{age_words, read_moment};

#[test]
fn the_moment_meant_is_the_last_of_the_span_named() {
    let end = |year, month, day| Moment(When::date(year, month, day).unwrap().end().0 - 1);
    assert_eq!(read_moment("2021-10-31"), Some(end(2021, 10, 31)));
    assert_eq!(read_moment("2021-10"), Some(end(2021, 10, 31)));
    let half_past = When::parse("202110310030").unwrap();
    assert_eq!(read_moment("2021-10-31T00:30"), Some(Moment(half_past.end().0 - 1)));
    let [here, there] = ["2021-10-31T00:30:00+09:00", "2021-10-30T15:30:00+00:00"].map(read_moment);
    assert!(here.is_some() && here == there);
    assert_eq!(read_moment("yesterday"), None);
}

#[test]
fn an_address_holds_any_number() {
    let id = |id: &str| PatientId { authority: "町立/1".into(), id: id.into() };
    assert_eq!(address(&id("00 12?#&")), "/patients/%E7%94%BA%E7%AB%8B%2F1/00%2012%3F%23%26");
}

#[test]
fn ages_in_both_languages() {
    let age = |birth: &str, now: &str| {
        let now = When::parse(now).unwrap().start;
        chart::age_at(&When::parse(birth).unwrap(), now)
            .map(|age| (age_words(&age, Lang::Ja), age_words(&age, Lang::En)))
    };
    assert_eq!(age("19480405", "20211031"), Some(("73歳".into(), "73 y".into())));
    assert_eq!(age("20211028", "20211031").unwrap().1, "3 days old");
}

#[test]
fn a_code_of_a_standard_table_without_words_has_the_words_of_the_table() {
    let coded =
        |code: &str, text: &str| chart::Coded { code: code.into(), text: text.into(), ..chart::Coded::default() };
    let t = crate::text::Words::of(Lang::Ja);
    let severity = |value: &chart::Coded| super::view::worded(value, t.word("severity", &value.code));
    assert_eq!(severity(&coded("SV", "")), "重度（SV）");
    assert_eq!(severity(&coded("SV", "重い")), "重い", "the sender's words stand");
    assert_eq!(severity(&coded("3", "")), "3", "a hospital's own code is not guessed at");
}

#[test]
fn a_stay_whose_admission_never_came_says_so() {
    let told = |kind: &str, trigger: &str| {
        let name =
            format!("001/234/0012345/20211030/{kind}/0012345_20211030_{kind}_999999999999999_20211030100000000_01_1");
        let path = formats::ssmix2::FilePath::parse(name.as_bytes());
        let time = "|".repeat(34);
        let text = format!(
            "MSH|^~\\&|||||20211030||ADT^{trigger}\rEVN||20211030||||202110301000\rPID|||0012345\r\
             PV1||I|3E^301^2|||||||{time}202110301000\r"
        );
        let bodies = formats::ssmix2::decode(&path, text.as_bytes()).bodies;
        let origin = std::sync::Arc::new(chart::Origin { kind: kind.into(), path: name, ..chart::Origin::default() });
        let facts = bodies.into_iter().map(|body| chart::Fact { origin: origin.clone(), body }).collect();
        let patient = PatientId { authority: "架空".into(), id: "0012345".into() };
        let record = chart::Record { patient, facts, faults: Vec::new(), carried: Vec::new() };
        let now = When::parse("202110310030").unwrap().start;
        let chart = chart::Chart::at(&record, &chart::AsOf::live(now));
        super::view::plain(&chart, &[], false)
    };
    let doubt = "入院の記録なし・要確認";
    for (kind, trigger, doubtful) in [("ADT-42", "A02", true), ("ADT-22", "A01", false)] {
        let page = told(kind, trigger);
        assert!(page.contains("入院中 3E 301-2"), "{page}");
        assert_eq!(page.matches(doubt).count(), if doubtful { 2 } else { 0 }, "{page}");
    }
}
