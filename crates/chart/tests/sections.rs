//! What each section of a chart says of a few messages.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod build;

use build::*;
use std::sync::Arc;

use chart::drugs::{Course, LastGiven, rp_groups};
use chart::freshness::Held;
use chart::infection::Finding;
use chart::*;

const NOW: &str = "202110310030";

fn adt00(position: u64, sent: &str, bodies: Vec<Body>) -> Message {
    message("ADT-00", position, sent, bodies)
}

#[test]
fn a_married_name_keeps_the_earlier_one_with_its_span() {
    let messages = [
        adt00(1, "20180401100000000", vec![person("佐藤", "花子", "サトウ ハナコ")]).flag(Flag::Superseded),
        adt00(2, "20190401100000000", vec![person("佐藤", "花子", "サトウ ハナコ")]).flag(Flag::Superseded),
        adt00(3, "20200601100000000", vec![person("髙橋", "花子", "タカハシ ハナコ")]),
    ];
    let patient = chart_at(&messages, NOW).patient;
    assert_eq!((patient.name.as_str(), patient.kana.as_str()), ("髙橋 花子", "タカハシ ハナコ"));
    assert_eq!(patient.birth_era, "昭和45年3月2日");
    assert_eq!(patient.age.unwrap().words, "51歳");
    assert_eq!(patient.former_names.len(), 1);
    let former = &patient.former_names[0];
    assert_eq!(former.name, "佐藤 花子");
    assert_eq!(former.since.map(|since| since.start), Some(moment("201804011000")));
    assert_eq!(former.until.map(|until| until.start), Some(moment("202006011000")));
    let before = Chart::at(&record(&messages), &AsOf::past(moment("20190601"), moment(NOW))).patient;
    assert_eq!((before.name.as_str(), before.former_names.len()), ("佐藤 花子", 0));
}

#[test]
fn a_name_newer_than_the_identity_is_a_doubt() {
    let Body::Person(mut other) = person("髙橋", "花子", "タカハシ ハナコ") else { unreachable!() };
    Arc::make_mut(&mut other).basic = false;
    let messages = [
        adt00(1, "20180401100000000", vec![person("佐藤", "花子", "サトウ ハナコ")]),
        message("OMP-01", 2, "20211028100000000", vec![Body::Person(other)]),
    ];
    let chart = chart_at(&messages, NOW);
    assert_eq!(chart.patient.name, "佐藤 花子");
    assert!(chart.patient.former_names.is_empty());
    assert_eq!(chart.faults[0].fault.code, "name_differs");
    assert_eq!(chart.patient.versions.len(), 1);
}

#[test]
fn nothing_recorded_is_not_none() {
    let adt61 = |bodies| vec![message("ADT-61", 1, "20211028090000000", bodies)];
    let deleted = || {
        let Body::Allergy(mut entry) = allergy("ペニシリン") else { unreachable!() };
        Arc::make_mut(&mut entry).action.code = "D".to_owned();
        Body::Allergy(entry)
    };
    for (messages, want) in [
        (vec![], Answer::NotCopied),
        (vec![message("OML-11", 1, "20211028090000000", vec![])], Answer::NotCopied),
        (adt61(vec![]), Answer::NotRecorded),
        (adt61(vec![allergy("アレルギーなし")]), Answer::NoneConfirmed),
        (adt61(vec![allergy("ペニシリン")]), Answer::Recorded),
        (adt61(vec![allergy("なし"), allergy("ペニシリン")]), Answer::Recorded),
        (adt61(vec![deleted()]), Answer::NotRecorded),
    ] {
        // A message without facts is known only by what the source carries.
        let mut record = record(&messages);
        record.carried = messages
            .iter()
            .map(|message| Carried {
                source: "std1".to_owned(),
                kind: message.origin.kind.clone(),
                ..Carried::default()
            })
            .collect();
        let chart = Chart::at(&record, &AsOf::live(moment(NOW)));
        assert_eq!(chart.allergies.answer, want, "{:?}", chart.allergies);
    }
    let confirmed = chart_at(&adt61(vec![allergy("NKDA")]), NOW).allergies;
    assert_eq!(confirmed.confirmed.map(|at| at.start), Some(moment("202110280900")));
}

#[test]
fn contraindications_stand_apart() {
    let Body::Allergy(mut entry) = allergy("ヨード造影剤") else { unreachable!() };
    Arc::make_mut(&mut entry).category.code = "MC".to_owned();
    let chart = chart_at(&[message("ADT-61", 1, "20211028090000000", vec![Body::Allergy(entry)])], NOW);
    assert_eq!(chart.contraindications.answer, Answer::Recorded);
    assert_eq!(chart.allergies.answer, Answer::NotRecorded);
}

#[test]
fn infections_come_from_results_with_their_date() {
    let mut mrsa = lab("培養同定", "MRSA", "20211020");
    mrsa.coded = Some(coded("MRSA"));
    let labs = vec![
        Body::from(lab("HBs抗原", "(-)", "20200101")),
        Body::from(lab("HCV抗体", "陰性", "20200101")),
        Body::from(mrsa),
    ];
    let message = message("OML-11", 1, "20211028090000000", labs);
    let chart = chart_at(std::slice::from_ref(&message), NOW);
    assert_eq!(chart.infections.answer, Answer::Recorded);
    let first = &chart.infections.items[0];
    assert_eq!((first.about, first.finding), ("MRSA", Finding::Positive));
    let mut negative = message;
    negative.bodies.truncate(2);
    let chart = chart_at(&[negative], NOW);
    assert_eq!(chart.infections.answer, Answer::NoneConfirmed);
    assert_eq!(chart.infections.scope, ["HBs抗原", "HCV抗体"]);
    assert_eq!(chart.pregnancy.answer, Answer::NotCopied);
}

#[test]
fn the_words_of_a_test_say_what_it_is_about_before_its_code_does() {
    let mut other = lab("HCV抗体", "陽性", "20200101");
    other.item.code = "5F016001".to_owned();
    let mut coded_only = lab("", "陽性", "20200101");
    coded_only.item.code = "5F016000002302311".to_owned();
    let labs = vec![Body::from(other), Body::from(coded_only)];
    let chart = chart_at(&[message("OML-11", 1, "20211028090000000", labs)], NOW);
    let mut told: Vec<_> = chart.infections.items.iter().map(|item| item.about).collect();
    told.sort_unstable();
    assert_eq!(told, ["HBV", "HCV"]);
}

#[test]
fn what_is_current_by_days_and_end() {
    let prescription = |drug| chart_at(&[message("OMP-01", 1, "20211020090000000", vec![drug])], NOW);
    for (start, days, want, doubt) in [
        ("20211025", "7", Course::Current, false),
        ("20211024", "7", Course::Ended, false),
        ("20211101", "7", Course::Planned, false),
        ("20211020", "", Course::Current, true),
    ] {
        let chart = prescription(drug("カロナール錠200", "1", "1", start, days));
        let item = &chart.medications[0];
        assert_eq!((item.in_use.course, item.doubts.contains(&"no_end")), (want, doubt), "{start} {days}");
    }
    let Body::Drug(mut stopped) = drug("カロナール錠200", "1", "1", "20211025", "14") else { unreachable!() };
    Arc::make_mut(&mut stopped).order.control = "DC".to_owned();
    assert_eq!(prescription(Body::Drug(stopped)).medications[0].in_use.course, Course::Stopped);
}

#[test]
fn drugs_of_one_rp_stand_together_with_marks_and_gap() {
    let messages = [
        message(
            "OMP-01",
            1,
            "20211028090000000",
            vec![
                drug("サワシリンカプセル250", "1", "01", "20211028", "7"),
                drug("ムコスタ錠100mg", "1", "01", "20211028", "7"),
                drug("ワーファリン錠1mg", "1", "02", "20211028", "14"),
            ],
        ),
        message("ADT-61", 2, "20211001090000000", vec![allergy("ペニシリン")]),
        message(
            "OMP-11",
            3,
            "20211030190000000",
            vec![Body::from(Given {
                order: Order { number: "1".to_owned(), ..Order::default() },
                drug: coded("ﾜｰﾌｧﾘﾝ錠1mg"),
                start: Some(when("202110301800")),
                completion: "CP".to_owned(),
                ..Given::default()
            })],
        ),
    ];
    let chart = chart_at(&messages, NOW);
    let groups: Vec<usize> = rp_groups(&chart.medications).map(<[_]>::len).collect();
    assert_eq!(groups, [2, 1]);
    let [penicillin, _, warfarin] = &chart.medications[..] else { panic!("three drugs") };
    assert!(penicillin.in_use.clashes[0].words.ends_with("要確認"));
    assert_eq!(penicillin.in_use.last_given, Some(LastGiven::NoRecord));
    assert!(matches!(&warfarin.in_use.last_given, Some(LastGiven::Recorded { age_minutes: 390, .. })));
    let codes: Vec<&str> = chart.cautions.iter().map(|caution| caution.code).collect();
    assert_eq!(codes, ["allergy_clash", "high_risk_gap", "high_risk_gap"]);
}

#[test]
fn labs_have_a_trend_and_corrections_come_first() {
    let with = |value: &str, at: &str, status: &str| {
        let mut lab = lab("CRP", value, at);
        lab.status = status.to_owned();
        Body::from(lab)
    };
    let result = |position, value, at: &str, status| {
        message("OML-11", position, &format!("{at}120000000"), vec![with(value, at, status)])
            .order(&position.to_string())
    };
    let messages =
        [result(1, "1.0", "20211001", "F"), result(2, "8.5", "20211028", "P"), result(3, "8.1", "20211028", "C")];
    let chart = chart_at(&messages, NOW);
    let values: Vec<&str> = chart.labs[0].results().map(|item| item.value.value.as_str()).collect();
    assert_eq!(values, ["8.1", "8.5", "1.0"]);
    assert_eq!(chart.labs[0].latest.age_minutes, 3 * 1440 + 30);
}

#[test]
fn cultures_join_organism_quantity_and_susceptibility() {
    let order = Order { number: "7".to_owned(), ..Order::default() };
    let row = |item: &str, value: &str, sub_id: &str, parent: &str| Lab {
        order: order.clone().into(),
        group: coded("細菌培養同定").into(),
        sub_id: sub_id.to_owned(),
        parent_result: parent.to_owned(),
        ..lab(item, value, "20211028")
    };
    let mut coli = row("培養同定菌名", "", "1", "");
    coli.coded = Some(coded("E.coli"));
    let mut aureus = row("培養同定菌名", "", "2", "");
    aureus.coded = Some(coded("S.aureus"));
    let rows = vec![
        Body::from(coli),
        Body::from(row("菌量", "3+", "1", "")),
        Body::from(aureus),
        Body::from(row("ABPC", "R", "", "6B010&培養同定菌名&JC10^1^E.coli")),
        Body::from(row("VCM", "S", "", "6B010&培養同定菌名&JC10^2^S.aureus")),
    ];
    let chart = chart_at(&[message("OML-11", 1, "20211029090000000", rows)], NOW);
    assert!(chart.labs.is_empty());
    let culture = &chart.microbiology[0];
    let told: Vec<_> = culture
        .isolates
        .iter()
        .map(|isolate| {
            let drugs: Vec<&str> = isolate.susceptibilities.iter().map(|row| row.item.text.as_str()).collect();
            (isolate.organism.coded.as_ref().unwrap().text.as_str(), isolate.quantity.len(), drugs)
        })
        .collect();
    assert_eq!(told, [("E.coli", 1, vec!["ABPC"]), ("S.aureus", 0, vec!["VCM"])]);
    assert!(culture.others.is_empty());
}

#[test]
fn a_stay_from_admission_to_the_present_place() {
    let messages = [
        message("ADT-12", 1, "20210401090000000", vec![movement(MoveKind::Visit, "202104010900", "")]),
        message("ADT-22", 2, "20211020090000000", vec![movement(MoveKind::Admit, "202110200900", "3W")]),
        message("ADT-42", 3, "20211025090000000", vec![movement(MoveKind::Transfer, "202110250900", "4E")]),
        message("ADT-31", 4, "20211030090000000", vec![movement(MoveKind::LeaveOut, "202110300900", "")]),
        message("ADT-51", 5, "20211030100000000", vec![movement(MoveKind::DischargePlan, "20211105", "")]),
    ];
    let chart = chart_at(&messages, NOW);
    let stay = &chart.stays[0];
    assert_eq!((stay.current, stay.on_leave, stay.place.ward.as_str()), (true, true, "4E"));
    assert_eq!(stay.admitted.map(|at| at.iso()).as_deref(), Some("2021-10-20T09:00+09:00"));
    assert_eq!((chart.visits.len(), chart.first_visits.len()), (1, 1));
    assert_eq!(chart.first_visits[0].at.iso(), "2021-04-01T09:00+09:00");
    assert_eq!(chart.appointments[0].kind, "discharge_plan");
    let before = Chart::at(&record(&messages), &AsOf::past(moment("20211021"), moment(NOW)));
    assert_eq!(before.stays[0].place.ward, "3W");
}

#[test]
fn an_examination_is_one_case_from_order_to_report() {
    let exam = |phase, at: &str| Exam {
        order: Order { number: "55".to_owned(), ..Order::default() },
        phase,
        item: coded("胸部CT"),
        at: Some(when(at)),
        ..Exam::default()
    };
    let messages = [
        message("OMG-01", 1, "20211025090000000", vec![Body::from(exam(Phase::Ordered, "20211026"))]).order("55"),
        message("OMG-11", 2, "20211026110000000", vec![Body::from(exam(Phase::Done, "202110261030"))]).order("55"),
        message(
            "OMG-01",
            3,
            "20211025090000000",
            vec![Body::from(Exam {
                order: Order { number: "56".to_owned(), ..Order::default() },
                ..exam(Phase::Ordered, "20211105")
            })],
        )
        .order("56"),
    ];
    let chart = chart_at(&messages, NOW);
    let told: Vec<_> = chart.exams.iter().map(|case| (case.number.as_str(), case.phase, case.events.len())).collect();
    assert_eq!(told, [("56", Phase::Ordered, 1), ("55", Phase::Done, 2)]);
    assert_eq!(chart.appointments.len(), 1);
    assert_eq!(chart.appointments[0].number, "56");
    let states: Vec<_> = chart.orders.iter().map(|line| line.state).collect();
    assert!(states.contains(&exams::OrderState::Done) && states.contains(&exams::OrderState::Open));
}

#[test]
fn what_was_withdrawn_of_an_order_is_no_part_of_what_stands() {
    let Body::Drug(mut stopped) = drug("架空ワーファリン", "1", "2", "20211028", "14") else { unreachable!() };
    Arc::make_mut(&mut stopped).order.control = "DC".to_owned();
    let drugs = vec![
        drug("架空降圧", "1", "1", "20211028", "14"),
        Body::Drug(stopped),
        drug("架空眠剤", "1", "3", "20211028", "14"),
    ];
    let chart = chart_at(&[message("OMP-01", 1, "20211028090000000", drugs)], NOW);
    let mut told: Vec<_> = chart.orders.iter().map(|line| (line.state, line.text.join("・"))).collect();
    told.sort_by(|a, b| a.1.cmp(&b.1));
    let want = [(exams::OrderState::Stopped, "架空ワーファリン"), (exams::OrderState::Open, "架空降圧・架空眠剤")];
    assert_eq!(told, want.map(|(state, text)| (state, text.to_owned())));
}

#[test]
fn a_drug_not_taken_every_day_lasts_longer_than_its_days() {
    let usage = |code: &str, text: &str, system: &str| Coded {
        code: code.to_owned(),
        text: text.to_owned(),
        system: system.to_owned(),
        ..Coded::default()
    };
    for (start, spacing, want) in [
        ("20211020", usage("", "１日１回朝食後", "99U"), Course::Ended),
        ("20211020", usage("I1100000", "１日おき", "JAMISDP01"), Course::Current),
        ("20211020", usage("", "隔日", "99U"), Course::Current),
        ("20211001", usage("", "隔日", "99U"), Course::Ended),
        ("20211010", usage("W0100100", "", "JAMISDP01"), Course::Current),
        ("20211010", usage("", "週１回　起床時", "99U"), Course::Current),
        ("20211010", usage("", "３日おき", "99U"), Course::Current),
        ("20211020", usage("", "８時間おき", "99U"), Course::Ended),
        ("20210701", usage("", "月１回", "99U"), Course::Current),
    ] {
        let Body::Drug(mut drug) = drug("架空の薬", "1", "1", start, "7") else { unreachable!() };
        Arc::make_mut(&mut drug).usage = vec![usage("1011000400000000", "内服・経口", "JAMISDP01"), spacing];
        let chart = chart_at(&[message("OMP-01", 1, "20211001090000000", vec![Body::Drug(drug.clone())])], NOW);
        let item = &chart.medications[0];
        let doubt = item.doubts.contains(&"no_end");
        assert_eq!((item.in_use.course, doubt), (want, want == Course::Current), "{start} {:?}", drug.usage[1]);
    }
}

#[test]
fn an_infusion_begun_in_the_evening_runs_through_the_night() {
    let injection = |start: &str, end: &str, days: &str| {
        Body::from(Injection {
            start: Some(when(start)),
            end: (!end.is_empty()).then(|| when(end)),
            duration: Quantity { value: days.to_owned(), ..Quantity::default() },
            ..Injection::default()
        })
    };
    for (start, end, days, want, no_end) in [
        ("202110301800", "", "", Course::Current, true),
        ("20211030", "", "", Course::Ended, false),
        ("20211031", "", "", Course::Current, true),
        ("202110292300", "", "", Course::Ended, false),
        ("20211029", "", "3", Course::Current, false),
        ("202110301800", "202110302000", "", Course::Ended, false),
    ] {
        let chart =
            chart_at(&[message("OMP-02", 1, "20211029090000000", vec![injection(start, end, days)])], "202110310030");
        let item = &chart.injections[0];
        assert_eq!((item.in_use.course, item.doubts.contains(&"no_end")), (want, no_end), "{start} {end} {days}");
    }
}

#[test]
fn a_visit_without_a_department_begins_none() {
    let Body::Move(mut visit) = movement(MoveKind::Visit, "202110200900", "") else { unreachable!() };
    Arc::make_mut(&mut visit).department = Coded::default();
    let chart = chart_at(&[message("ADT-12", 1, "20211020090000000", vec![Body::Move(visit)])], NOW);
    assert_eq!((chart.visits.len(), chart.first_visits.len()), (1, 0));
}

#[test]
fn the_untold_has_a_neutral_mark_and_stays_off_the_patients_copy() {
    let mut untold = problem("胃癌");
    untold.disclosure.code = "V".to_owned();
    let messages = [
        message("PPR-01", 1, "20211001090000000", vec![Body::from(untold), Body::from(problem("高血圧症"))]),
        message(
            "OMP-02",
            2,
            "20211029090000000",
            vec![Body::from(Injection {
                ingredients: vec![Ingredient {
                    drug: coded("シスプラチン点滴静注"), ..Ingredient::default()
                }],
                start: Some(when("20211031")),
                ..Injection::default()
            })],
        ),
    ];
    let chart = chart_at(&messages, NOW);
    let cancer = chart.problems.iter().find(|item| item.untold).unwrap();
    assert_eq!((cancer.mark, cancer.active), ("◇", true));
    assert_eq!(chart.chemotherapy.len(), 1);
    let copy = serde_json::to_string(&chart.for_patient()).unwrap();
    assert!(!copy.contains("胃癌") && !copy.contains("シスプラチン") && !copy.contains('◇'));
    assert!(copy.contains("高血圧症"));
}

#[test]
fn the_gap_is_told_per_kind() {
    let mut record = record(&[message("OMP-01", 1, "20211028090000000", vec![drug("薬", "1", "1", "20211028", "5")])]);
    let carried = |kind: &str, sent: &str| Carried {
        source: "std1".to_owned(),
        kind: kind.to_owned(),
        last_sent: Some(moment(sent)),
        last_received: Some(moment(sent)),
    };
    record.carried = vec![carried("OMP-01", "202110302330"), carried("OML-11", "202110302230")];
    let chart = Chart::at(&record, &AsOf::live(moment(NOW)));
    let gap =
        |kind: &str| chart.gaps.iter().find(|gap| gap.kind == kind).map(|gap| (gap.held, gap.gap_minutes)).unwrap();
    assert_eq!(gap("OMP-01"), (Held::Held, Some(60)));
    assert_eq!(gap("OML-11"), (Held::NotRecorded, Some(120)));
    assert_eq!(gap("OMP-12"), (Held::NotCopied, None));
    assert_eq!(chart.freshness.len(), 2);
}

#[test]
fn blood_type_is_for_orientation_only() {
    let measure = |item: &str, value: &str| {
        Body::from(Measure { item: coded(item), value: value.to_owned(), ..Measure::default() })
    };
    let measures = vec![
        measure("血液型ABO式", "A"),
        measure("血液型Rh式", "+"),
        measure("身長", "160.5"),
        measure("体温", "37.2"),
    ];
    let chart = chart_at(&[adt00(1, "20211001090000000", measures)], NOW);
    assert_eq!((chart.blood_type.abo.as_str(), chart.blood_type.rh.as_str()), ("A", "+"));
    assert_eq!(chart.blood_type.note, "参考・輸血には使用不可");
    assert_eq!((chart.measures.len(), chart.vitals.len()), (1, 1));
    let mut sheet = message("ORU", 2, "20211031060000000", vec![measure("疼痛", "NRS 7")]);
    sheet.origin.kind = "L^バイタル^99ZL".to_owned();
    assert_eq!(chart_at(&[sheet], NOW).vitals.len(), 1, "what stands on the sheet of vital signs is one");
}

#[test]
fn the_json_has_the_keys_that_others_rely_on() {
    let json = serde_json::to_value(chart_at(&[], NOW)).unwrap();
    for key in "patient allergies contraindications infections pregnancy blood_type measures problems medications administrations \
        injections labs microbiology orders exams stays visits appointments meals insurance documents vitals operations \
        chemotherapy cautions gaps freshness faults links unplaced earlier as_of"
        .split_whitespace()
    {
        assert!(json.get(key).is_some(), "{key}");
    }
    let one = chart_at(&[message("OMP-01", 1, "20211028090000000", vec![drug("薬", "1", "1", "20211028", "5")])], NOW);
    let item = serde_json::to_value(&one.medications[0]).unwrap();
    assert_eq!(item["time"], "2021-10-28");
    assert_eq!(item["standing"], "current");
    assert_eq!(item["source"]["kind"], "OMP-01");
    assert_eq!(item["drug"]["text"], "薬");
    assert_eq!(item["last_given"]["state"], "no_record");
    assert_eq!(item["age_minutes"], 3 * 1440 + 30);
}
