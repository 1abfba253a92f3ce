//! What a patient brought beside what the copy says: both stand, neither wins, and a named person's words last as long as both say
//! what they said.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod build;

use build::*;
use chart::*;

const NOW: &str = "202110310030";

/// What was handed in, on one file.
fn brought(position: u64, bodies: Vec<Body>) -> Message {
    let mut message = message(HANDED_IN, position, "20211029100000000", bodies);
    message.origin.source = HANDED_IN.to_owned();
    message.origin.path = format!("jahis/ff{position}#0");
    message.origin.order_no = position.to_string();
    message
}

fn dosed(name: &str, daily: &str, usage: &str, start: &str, days: &str) -> Body {
    Body::from(Drug {
        drug: coded(name),
        daily: Quantity { value: daily.to_owned(), unit: coded("錠") },
        usage: vec![coded(usage)],
        start: Some(when(start)),
        duration: Quantity { value: days.to_owned(), unit: coded("日分") },
        ..Drug::default()
    })
}

/// Code, about, in what, copy, brought of each.
fn said(chart: &Chart) -> Vec<(&str, String, String)> {
    let one = |item: &Item<Disagreement>| {
        let (code, about) = (item.value.code, item.value.about.clone());
        (code, about, item.value.in_what.join(" "))
    };
    chart.disagreements.iter().map(one).collect()
}

fn copy() -> Vec<Message> {
    let drugs = vec![
        dosed("アムロジピン錠5mg「トーワ」", "1", "1日1回朝食後", "20211020", "28"),
        dosed("ワーファリン錠1mg", "2", "1日1回夕食後", "20211020", "28"),
    ];
    let mut messages = vec![
        message("ADT-00", 1, "20211001", vec![person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")]),
        message("ADT-61", 2, "20211001", vec![allergy("ペニシリン系")]),
    ];
    for (at, drug) in drugs.into_iter().enumerate() {
        messages.push(message("OMP-01", 3 + at as u64, "20211020", vec![drug]).order(&format!("{at}")));
    }
    messages
}

fn with(extra: Vec<Message>) -> Chart {
    chart_at(&[copy(), extra].concat(), NOW)
}

#[test]
fn a_notebook_that_says_what_the_copy_says_disagrees_in_nothing() {
    let same = vec![
        Body::Holder(std::sync::Arc::new(Person {
            names: vec![Name { family: "山田".into(), given: "花子".into(), script: Script::Ideographic }],
            birth: Some(when("19700302")),
            ..Person::default()
        })),
        dosed("【般】アムロジピン錠５ｍｇ", "１", "朝食後に服用", "20211020", "28"),
        dosed("ワーファリン錠１ｍｇ", "2", "分1 夕食後", "20211020", "28"),
        allergy("ペニシリン系抗生物質"),
    ];
    let chart = with(vec![brought(9, same)]);
    assert_eq!(said(&chart), []);
    assert_eq!(chart.holders.len(), 1, "whom it names is shown all the same");
    assert_eq!(chart.patient.versions.len(), 0, "and is no news of who the patient is");
}

#[test]
fn what_differs_stands_with_both_sides_and_nothing_is_resolved() {
    let theirs = vec![
        Body::Holder(std::sync::Arc::new(Person {
            names: vec![Name { family: "川田".into(), given: "花子".into(), script: Script::Ideographic }],
            birth: Some(when("19700303")),
            ..Person::default()
        })),
        dosed("ワーファリン錠1mg", "3", "1日1回夕食後", "20211025", "14"),
        dosed("アムロジピン錠2.5mg「サワイ」", "1", "1日1回朝食後", "20211025", "14"),
        dosed("プレドニゾロン錠5mg", "2", "1日1回朝食後", "20211025", "14"),
        // Over two months ago: nobody takes it any more.
        dosed("ロキソプロフェン錠60mg", "3", "毎食後", "20210801", "5"),
        allergy("そば"),
    ];
    let chart = with(vec![brought(9, theirs)]);
    let about = |code: &'static str, about: &str, what: &str| (code, about.to_owned(), what.to_owned());
    let mut found = said(&chart);
    found.sort();
    assert_eq!(
        found,
        [
            about("allergy_not_in_copy", "そば", ""),
            about("drug_differs", "アムロジピン錠2.5mg「サワイ」", "strength"),
            about("drug_differs", "ワーファリン錠1mg", "amount days"),
            about("drug_not_in_copy", "プレドニゾロン錠5mg", ""),
            about("identity", "", "name birth"),
        ]
    );
    let of = |code: &str, about: &str| {
        chart.disagreements.iter().find(|item| item.value.code == code && item.value.about == about).unwrap()
    };
    let warfarin = of("drug_differs", "ワーファリン錠1mg");
    assert_eq!(warfarin.copy.words, "ワーファリン錠1mg 1日2錠 1日1回夕食後 28日分");
    assert_eq!(warfarin.brought.words, "ワーファリン錠1mg 1日3錠 1日1回夕食後 14日分");
    let kinds = |side: &chart::disagreement::Side| side.source.as_ref().map(|source| source.kind.clone());
    assert_eq!(
        (kinds(&warfarin.copy).as_deref(), kinds(&warfarin.brought).as_deref()),
        (Some("OMP-01"), Some(HANDED_IN))
    );
    assert_eq!(of("allergy_not_in_copy", "そば").copy.words, "あり: ペニシリン系");
    assert_eq!(of("drug_not_in_copy", "プレドニゾロン錠5mg").copy.source, None);
    // Both drugs stay current, each with its source.
    let current =
        chart.medications.iter().filter(|item| item.in_use.current && item.drug.drug.text == "ワーファリン錠1mg");
    assert_eq!(current.count(), 2);
}

#[test]
fn an_older_supply_that_is_over_says_nothing_against_a_newer_prescription() {
    let old = vec![dosed("ワーファリン錠1mg", "3", "1日1回夕食後", "20211001", "14")];
    assert_eq!(said(&with(vec![brought(9, old)])), []);
    // Another hospital's supply that is still taken does, however old; and one that ended after the copy's did.
    let lasting = vec![dosed("ワーファリン錠1mg", "3", "1日1回夕食後", "20211001", "60")];
    assert_eq!(said(&with(vec![brought(9, lasting)])).len(), 1);
    // The newest of several times it was given out counts.
    let twice = vec![
        dosed("ワーファリン錠1mg", "3", "1日1回夕食後", "20210920", "60"),
        dosed("ワーファリン錠1mg", "2", "1日1回夕食後", "20211021", "28"),
    ];
    assert_eq!(said(&with(vec![brought(9, twice)])), []);
    // The copy's own prescription is over: it stands on its side, as what it was.
    let over = dosed("カルボシステイン錠500mg", "3", "毎食後", "20210901", "5");
    let own = message("OMP-01", 7, "20210901", vec![over.clone()]).order("77");
    let again = dosed("カルボシステイン錠500mg", "3", "毎食後", "20211028", "7");
    let chart = with(vec![own, brought(9, vec![again])]);
    assert_eq!(said(&chart), [("drug_over_in_copy", "カルボシステイン錠500mg".to_owned(), String::new())]);
    assert!(chart.disagreements[0].copy.words.ends_with("終了"), "{}", chart.disagreements[0].copy.words);
}

/// users.md 2: なし needs a day and a name, and the code of a notebook has neither.
#[test]
fn a_notebooks_none_is_never_a_confirmed_none() {
    let none = || brought(9, vec![allergy("なし")]);
    let only = chart_at(&[message("ADT-00", 1, "20211001", vec![person("山田", "花子", "")]), none()], NOW);
    assert_eq!((only.allergies.answer, said(&only)), (Answer::NotRecorded, vec![]));
    assert!(only.allergies.items.iter().any(|item| item.says_none), "it is shown with its source");
    // Against a recorded allergy it stands as a disagreement, and the answer is the copy's.
    let chart = with(vec![none()]);
    assert_eq!(chart.allergies.answer, Answer::Recorded);
    assert_eq!(said(&chart), [("allergy_denied", String::new(), String::new())]);
    // The copy's confirmed none, and a notebook that names something: not none any more, and both stand.
    let messages = [message("ADT-61", 2, "20211001", vec![allergy("なし")]), brought(9, vec![allergy("ピリン系")])];
    let chart = chart_at(&messages, NOW);
    assert_eq!((chart.allergies.answer, chart.disagreements[0].copy.words.as_str()), (Answer::Recorded, "なし"));
}

#[test]
fn blood_types_are_compared_and_the_hospitals_own_is_shown() {
    let blood =
        |value: &str| Body::from(Measure { item: coded("血液型"), value: value.to_owned(), ..Measure::default() });
    let own = || message("ADT-00", 1, "20211001", vec![person("山田", "花子", ""), blood("A")]);
    assert_eq!(said(&chart_at(&[own(), brought(9, vec![blood("A型(+)")])], NOW)), []);
    let chart = chart_at(&[own(), brought(9, vec![blood("O")])], NOW);
    assert_eq!((chart.blood_type.abo.as_str(), said(&chart)[0].0), ("A", "blood_type"));
    assert_eq!(chart.blood_type.items[0].source.kind, "ADT-00", "the first is the one whose value and age are shown");
}

#[test]
fn what_was_found_stays_until_either_side_says_something_else() {
    let notebook =
        |daily: &str, start: &str| brought(9, vec![dosed("ワーファリン錠1mg", daily, "夕食後", start, "14")]);
    let first = with(vec![notebook("3", "20211025")]);
    let key = first.disagreements[0].key.clone();
    assert_eq!(key.len(), 16);
    let settle = |position: u64, words: &str| {
        let settled = Settled { key: key.clone(), words: words.into(), by: "行灯 花子".into(), at: moment(NOW) };
        let mut event = message("event", position, "20211030", vec![Body::from(settled)]);
        (event.origin.path, event.origin.content, event.origin.source) = (String::new(), None, "station:a".into());
        event
    };
    let found = |chart: &Chart| chart.disagreements[0].settled.as_ref().map(|settled| settled.words.clone());
    let chart = with(vec![notebook("3", "20211025"), settle(20, "中止と聞いた"), settle(21, "薬局に確認")]);
    assert_eq!(found(&chart).as_deref(), Some("薬局に確認"), "the last word stands");
    assert_eq!(chart.disagreements.len(), 1, "and both sides stay");
    for other in [notebook("4", "20211025"), notebook("3", "20211028")] {
        assert_eq!(found(&with(vec![other, settle(20, "薬局に確認")])), None, "what is new is open again");
    }
}

#[test]
fn who_brought_and_who_checked_stands_beside_it_and_the_patients_copy_has_none_of_it() {
    let paper = Paper {
        scan: "ff9".into(),
        title: "お薬手帳".into(),
        brought_by: "家族".into(),
        checked_by: "行灯 花子".into(),
        ..Paper::default()
    };
    let mut filed = message(PAPER, 10, "20211029", vec![Body::from(paper)]);
    (filed.origin.path, filed.origin.content) = (String::new(), None);
    let chart = with(vec![brought(9, vec![allergy("そば")]), filed]);
    let one = &chart.disagreements[0];
    assert_eq!((one.brought_by.as_str(), one.checked_by.as_str()), ("家族", "行灯 花子"));
    let copy = chart.for_patient();
    assert!(copy.disagreements.is_empty() && copy.holders.is_empty());
}

/// What was asked at a desk, by a named nurse at a moment.
fn asked_at_the_desk(bodies: Vec<Body>) -> Message {
    let mut message = message(chart::intake::INTAKE, 9, "20211031000000000", bodies);
    message.origin.source = format!("{DOWNTIME} 受付1 看護師 甲");
    (message.origin.path, message.origin.content) = (String::new(), None);
    message
}

fn answer(code: &str, value: &str) -> Body {
    Body::from(Measure { item: coded(chart::intake::asked(code)), value: value.to_owned(), ..Measure::default() })
}

/// Asked first and shown after: an answer stands beside the copy, and only where they are not the same somebody has to look.
#[test]
fn what_was_asked_at_the_desk_is_compared_with_the_copy() {
    let known = || {
        let Body::Person(mut known) = person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ") else { unreachable!() };
        std::sync::Arc::make_mut(&mut known).addresses = vec!["架空県美灯市1-2-3".to_owned()];
        std::sync::Arc::make_mut(&mut known).phones = vec!["0569-00-0000".to_owned()];
        message("ADT-00", 20, "20211002", vec![Body::Person(known)])
    };
    let pacemaker = || message("PPR-01", 21, "20201001", vec![Body::from(problem("ペースメーカー植込み後"))]);
    for (said_now, codes) in [
        (answer("anticoagulant", "なし"), &["anticoagulant_denied"][..]),
        (answer("anticoagulant", "あり ワーファリン"), &[]),
        (answer("anticoagulant", "わからない"), &[]),
        (answer("implant", "あり ペースメーカー"), &[]),
        (answer("implant", "なし"), &["implant_denied"]),
        (answer("pregnancy", "あり"), &["pregnancy_not_in_copy"]),
        (answer("pregnancy", "可能性あり"), &["pregnancy_not_in_copy"]),
        (answer("pregnancy", "なし"), &[]),
        (answer("address", "架空県美灯市１−２−３"), &[]),
        (answer("address", "架空県他町9"), &["contact_differs"]),
        (answer("phone", "０５６９（００）００００"), &[]),
        (answer("phone", "090-0000-0001"), &["contact_differs"]),
        (allergy("なし"), &["allergy_denied"]),
        (allergy("ペニシリン系抗生物質"), &[]),
        (allergy("ソバ"), &["allergy_not_in_copy"]),
    ] {
        let chart = with(vec![known(), pacemaker(), asked_at_the_desk(vec![said_now.clone()])]);
        let found: Vec<&str> = said(&chart).into_iter().map(|(code, ..)| code).collect();
        assert_eq!(found, codes, "{said_now:?}");
        for item in &chart.disagreements {
            assert!(item.brought.source.as_ref().is_some_and(|source| source.source.contains("受付1")), "its source");
        }
    }
    // Of a copy that tells of none of it.
    let bare = |said_now: Body| {
        chart_at(
            &[message("ADT-00", 1, "20211001", vec![person("山田", "花子", "")]), asked_at_the_desk(vec![said_now])],
            NOW,
        )
    };
    for (code, missing) in [("anticoagulant", "anticoagulant_not_in_copy"), ("implant", "implant_not_in_copy")] {
        assert_eq!(said(&bare(answer(code, "あり 何か"))), [(missing, String::new(), String::new())]);
        assert_eq!(said(&bare(answer(code, "なし"))), []);
    }
    // なし that somebody asked for, with day and name, is a confirmed none (users.md 2).
    let Body::Allergy(mut none) = allergy("なし") else { unreachable!() };
    std::sync::Arc::make_mut(&mut none).confirmed_by = "看護師 甲".to_owned();
    let chart = bare(Body::Allergy(none));
    assert_eq!((chart.allergies.answer, chart.allergies.confirmed_by.as_str()), (Answer::NoneConfirmed, "看護師 甲"));
}
