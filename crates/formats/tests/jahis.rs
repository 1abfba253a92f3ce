//! Codes on paper: what each record tells, in every variant of input, joined from parts, and on a chart.

mod paper;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chart::drugs::Course;
use chart::{AsOf, Body, Chart, Drug, Fact, Origin, PatientId, Record, Sex, When};
use formats::jahis::{Decoded, Kind, decode, is_jahis, join};
use paper::{NOTEBOOK, PRESCRIPTION, account, codes, json, shift_jis, text};

fn told(body: &Body) -> Option<&Drug> {
    match body {
        Body::Drug(drug) => Some(drug),
        _ => None,
    }
}

fn drugs(decoded: &Decoded) -> Vec<&Drug> {
    decoded.bodies.iter().filter_map(told).collect()
}

fn kana(decoded: &Decoded) -> String {
    decoded.holder.iter().flat_map(|person| &person.names).map(|n| format!("{} {} ", n.family, n.given)).collect()
}

#[test]
fn a_notebook_tells_all_it_holds() {
    let sent = text(NOTEBOOK, "\r\n");
    let decoded = decode(&shift_jis(&sent));
    assert_eq!(decoded.faults, []);
    assert_eq!((decoded.kind, decoded.version.as_str(), decoded.from_patient), (Kind::Notebook, "08", false));
    assert_eq!(decoded.date.map(|date| date.iso()).as_deref(), Some("2026-11-03"));
    let holder = decoded.holder.as_deref().unwrap();
    assert_eq!((kana(&decoded).as_str(), holder.sex), ("灯 結 アカリ ユイ ", Sex::Female));
    assert_eq!(holder.birth.map(|birth| birth.iso()).as_deref(), Some("1958-03-03"));
    let told = json(&decoded.bodies);
    for part in [
        r#""category":{"text":"アレルギー歴","code":"1","system":"JAHISTC"},"allergen":{"text":"ペニシリン系抗菌薬""#,
        r#""text":"副作用歴""#,
        "お薬手帳 患者等",
        r#""label":"胃潰瘍""#,
        r#""item":{"text":"血液型","code":"","system":""},"value":"O+""#,
        r#""value":"48.5""#,
        "緊急連絡先 090-0000-0001",
        "成分 アセトアミノフェン レセプト電算 620000099",
        r#""code":"4900000000012","system":"JAN""#,
        "調剤 灯薬局 医療機関コード 23-調剤-0000001 475-0001 愛知県半田市灯町３ 0569-00-0003 薬剤師等 薬師 一 0569-00-0004 処方 海辺診療所",
        "医療機関等提供情報 退院後に必要な情報",
        "残薬は五錠",
        r#""text":"かかりつけ薬剤師""#,
    ] {
        assert!(told.contains(part), "{part} not in {told}");
    }
    assert!(!told.contains(r#""fact":"unplaced""#), "{told}");
    assert_eq!(account(&sent, &decoded), Ok(()));
}

#[test]
fn drugs_of_a_notebook_have_dose_days_codes_and_places() {
    let decoded = decode(&shift_jis(&text(NOTEBOOK, "\r\n")));
    let drugs = drugs(&decoded);
    let [bought, first, second, laxative, ointment, old] = drugs.as_slice() else { panic!("{}", drugs.len()) };
    assert_eq!((bought.drug.text.as_str(), bought.end.map(|end| end.iso())), ("灯かぜ薬", Some("2026-11-05".into())));
    assert_eq!((first.drug.code.as_str(), first.drug.system.as_str()), ("2171022F2ZZ9", "YJ"));
    assert_eq!(first.drug.alternate.as_ref().map(|generic| generic.code.as_str()), Some("2171022F2ZZZ"));
    assert_eq!((first.daily.value.as_str(), first.daily.unit.text.as_str()), ("1", "錠"));
    assert_eq!((first.duration.value.as_str(), first.duration.unit.text.as_str()), ("28", "日分"));
    assert_eq!(first.instruction, "一包化\n服用注意 グレープフルーツを避ける\n透析日も服用\n服用注意 出血に注意");
    assert_eq!(
        second.instruction, "透析日も服用\n服用注意 出血に注意",
        "281 and 291 are of one drug, 311 and 391 of the RP"
    );
    assert_eq!((second.daily.value.as_str(), second.drug.system.as_str()), ("2.5", "レセプト電算"));
    assert_eq!(second.usage[0].system, "JAMISDP01");
    assert_eq!((first.order.doctor.name.as_str(), first.order.department.text.as_str()), ("医師 二郎", "循環器内科"));
    assert_eq!((first.institution.as_str(), first.pharmacy.as_str()), ("海辺診療所", "灯薬局"));
    assert_eq!((laxative.dose.value.as_str(), laxative.kind.text.as_str()), ("2", "屯服"));
    assert_eq!((laxative.drug.system.as_str(), laxative.duration.unit.text.as_str()), ("HOT9", "回分"));
    assert_eq!((ointment.dispensed.value.as_str(), ointment.daily.value.as_str()), ("20", ""));
    assert_eq!((old.institution.as_str(), old.order.doctor.name.as_str()), ("山手病院", "医師 三郎"));
    assert_eq!(old.start.map(|start| start.iso()).as_deref(), Some("2026-10-01"));
    assert_ne!(old.order.number, first.order.number, "RP 1 of two dispensings is not one RP");
}

#[test]
fn a_prescription_tells_all_it_holds() {
    let sent = text(PRESCRIPTION, "\r\n");
    let decoded = decode(&shift_jis(&sent));
    assert_eq!(decoded.faults, []);
    assert_eq!((decoded.kind, decoded.version.as_str()), (Kind::Prescription, "10"));
    assert_eq!(decoded.date.map(|date| date.iso()).as_deref(), Some("2026-11-05"));
    let holder = decoded.holder.as_deref().unwrap();
    assert_eq!((kana(&decoded).as_str(), holder.sex), ("灯 守 ｱｶﾘ ﾏﾓﾙ ", Sex::Male));
    assert_eq!(
        (holder.birth.map(|b| b.iso()), holder.ids.clone()),
        (Some("1960-06-06".into()), vec!["0000456".into()])
    );
    let drugs = drugs(&decoded);
    let [tablet, powder, cream, as_needed] = drugs.as_slice() else { panic!("{}", drugs.len()) };
    assert_eq!((tablet.dose.value.as_str(), tablet.daily.value.as_str()), ("1", "3"));
    assert_eq!((tablet.drug.system.as_str(), tablet.duration.value.as_str()), ("一般名", "14"));
    assert_eq!((tablet.usage[0].code.as_str(), tablet.usage[1].text.as_str()), ("1013044400000000", "隔日 奇数日"));
    assert_eq!((tablet.start, tablet.order.ordered), (None, decoded.date), "issued, not yet dispensed");
    assert_eq!((tablet.prescription.as_str(), tablet.institution.as_str()), ("1234567890123456", "海辺診療所"));
    assert!(
        powder.instruction.contains("用量は力価\n単位変換係数 0.01\n不均等 40 30 20 V140.NNNN"),
        "{}",
        powder.instruction
    );
    assert_eq!((cream.dispensed.value.as_str(), cream.site.code.as_str()), ("50", "42L"));
    assert_eq!((as_needed.dose.value.as_str(), as_needed.duration.unit.text.as_str()), ("1", "回分"));
    let told = json(&decoded.bodies);
    for part in [
        r#""plan":{"text":"国保","code":"2","system":"JAHIS"},"payer_id":"138057","payer_name":"","symbol":"半","number":"１２３ 枝番05""#,
        "第一公費",
        "使用期限 2026-11-09",
        "リフィル 総使用回数 3",
        "備考 朝の分だけ一包化",
        r#"{"at":"line 14: 24-1","text":"30"}"#,
    ] {
        assert!(told.contains(part), "{part} not in {told}");
    }
    assert_eq!(account(&sent, &decoded), Ok(()));
}

/// The same but for what stands where and the faults.
fn alike(one: &Decoded, other: &Decoded) -> bool {
    (one.kind, &one.holder, one.date, &one.bodies) == (other.kind, &other.holder, other.date, &other.bodies)
}

#[test]
fn every_variant_of_input_reads_alike() {
    for lines in [NOTEBOOK, PRESCRIPTION] {
        let plain = decode(&shift_jis(&text(lines, "\r\n")));
        for end in ["\n", "\r", "\t", "\u{1E}", "\r\n\r\n", "\0"] {
            for bytes in [text(lines, end).into_bytes(), shift_jis(&text(lines, end))] {
                let decoded = decode(&bytes);
                assert!(
                    is_jahis(&bytes) && decoded.faults.is_empty() && alike(&decoded, &plain),
                    "{end:?} {:?}",
                    decoded.faults
                );
            }
        }
        for bytes in [
            [&shift_jis(&text(lines, "\r\n"))[..], b"\x1A"].concat(),
            [b"\xEF\xBB\xBF", text(lines, "\n").as_bytes()].concat(),
            text(lines, "\r\n").trim_end().as_bytes().to_vec(),
            text(lines, "\n").replace(',', "，").into_bytes(),
            text(lines, "\n").replace(',', "、").into_bytes(),
            text(lines, "\n").replacen("JAHIS", "ｊａｈｉｓ", 1).replacen('1', "１", 1).into_bytes(),
        ] {
            let decoded = decode(&bytes);
            assert!(is_jahis(&bytes) && decoded.faults.is_empty() && alike(&decoded, &plain), "{:?}", decoded.faults);
        }
    }
}

#[test]
fn a_comma_in_a_value_is_full_width_and_divides_nothing() {
    let sent = "JAHISTC08,1\r\n1,灯 結,2,19580303\r\n5,20261103,1\r\n501,朝，昼、夕に確認,1\r\n";
    let decoded = decode(&shift_jis(sent));
    assert_eq!(codes(&decoded), Vec::<&str>::new());
    assert!(json(&decoded.bodies).contains("朝，昼、夕に確認"));
}

#[test]
fn lost_line_ends_are_put_back_and_said() {
    for lines in [NOTEBOOK, PRESCRIPTION] {
        let plain = decode(&shift_jis(&text(lines, "\r\n")));
        for sent in [text(lines, ""), format!("{}\n{}", lines[0], text(&lines[1..], ""))] {
            for bytes in [shift_jis(&sent), sent.clone().into_bytes()] {
                let decoded = decode(&bytes);
                assert!(is_jahis(&bytes));
                assert_eq!(codes(&decoded), ["separators_lost"]);
                assert_eq!(json(&decoded.bodies), json(&plain.bodies));
            }
        }
    }
    let hopeless = decode("JAHISTC08,11,灯 結,2,きのう,,999".as_bytes());
    assert_eq!(codes(&hopeless)[0], "separators_lost");
    assert!(json(&hopeless.bodies).contains("灯 結"), "{hopeless:?}");
}

#[test]
fn what_is_wrong_is_a_fault_with_its_place_and_the_rest_goes_on() {
    let head = "JAHISTC08,1\n1,灯 結,2,19580303\n5,20261103,1\n";
    for (line, code, at, told) in [
        ("888,あれ,これ", "unknown_record", "line 4: 888", "あれ"),
        ("あれ,これ", "unknown_record", "line 4", "これ"),
        ("501", "fields", "line 4: 501", "501"),
        ("501,備考,1,余り", "fields", "line 4: 501", "余り"),
        ("601,眠い,20261399", "value", "line 4: 601-2", "20261399"),
        ("5,ことし,1", "value", "line 4: 5-1", "ことし"),
        ("411,粉砕,77,1", "value", "line 4: 411-2", "77"),
        ("201,1,灯錠,1,錠,2,,1", "code_missing", "line 4: 201-6", "灯錠"),
        ("201,灯錠,1", "fields", "line 4: 201", r#""drug":{"text":"灯錠""#),
        ("201,1,X1234567,灯錠", "fields", "line 4: 201", "項目の位置が不明: X1234567"),
        ("301,7,毎食後,3,日分,1,1,,1", "orphan", "line 4: 301", "毎食後"),
        ("281,7,一包化,1", "orphan", "line 4: 281", "一包化"),
        ("1,燈 結,2,19580303", "second_patient", "line 4: 1", "燈"),
    ] {
        let sent = format!("{head}{line}\n501,あとも読む,1\n");
        let decoded = decode(sent.as_bytes());
        let fault = &decoded.faults[0];
        assert_eq!((fault.code, fault.at.as_str()), (code, at), "{line}");
        assert!(formats::fault_words(code).0 != code, "{code} has words");
        let all = json(&(&decoded.bodies, &decoded.faults));
        assert!(all.contains(told) && all.contains("あとも読む"), "{line}: {all}");
        assert_eq!(account(&sent, &decoded), Ok(()), "{line}");
    }
    let other = decode(format!("{head}1,燈 結,2,19580303\n2,1,そば,1\n").as_bytes());
    assert!(!other.bodies.iter().any(|body| matches!(body, Body::Allergy(_))), "another's allergy is not the holder's");
    assert_eq!(kana(&other), "灯 結 ");
    let twice = "JAHIS10\n13,3350606\n13,3350606\n13,3350607\n";
    let decoded = decode(twice.as_bytes());
    assert_eq!((codes(&decoded), decoded.faults[0].at.as_str()), (vec!["repeated"], "line 4: 13"));
    assert_eq!(
        decoded.holder.as_ref().and_then(|person| person.birth).map(|birth| birth.iso()).as_deref(),
        Some("1960-06-06")
    );
    assert!(json(&decoded.bodies).contains("3350607"));
    for none in ["", "NOT_JAHIS\n1,a,b", "JAHI", "JAHIS\n1,2", "JAHISTC,1\n", "MSH|^~\\&|"] {
        let decoded = decode(none.as_bytes());
        assert_eq!(
            (is_jahis(none.as_bytes()), decoded.kind, codes(&decoded)),
            (false, Kind::Unknown, vec!["unknown_header"])
        );
        assert_eq!(account(none, &decoded), Ok(()), "{none}");
    }
}

/// A notebook over two codes, cut inside an RP; the second repeats what it stands under.
fn split(id: &str) -> [String; 2] {
    let head = "JAHISTC08,1\r\n1,灯 結,2,19580303\r\n";
    let place = "5,20261103,1\r\n51,海辺診療所,23,1,0000002,1\r\n55,医師 二郎,内科,1\r\n";
    [
        format!("{head}{place}201,1,灯錠,1,錠,1,,1\r\n911,{id},2,1\r\n"),
        format!("{head}{place}201,1,燈錠,2,錠,1,,1\r\n301,1,毎食後,7,日分,1,1,,1\r\n911,{id},2,2\r\n"),
    ]
}

#[test]
fn parts_join_in_any_order_and_twice_is_once() {
    let [one, two] = split("20261103000001");
    let whole = join(&[shift_jis(&one), shift_jis(&two)]);
    let [joined] = whole.as_slice() else { panic!("{whole:?}") };
    assert_eq!((joined.data_id.as_str(), joined.of, joined.missing.len()), ("20261103000001", 2, 0));
    assert_eq!(codes(&joined.decoded), Vec::<&str>::new());
    let found = drugs(&joined.decoded);
    assert_eq!(found.iter().map(|drug| drug.duration.value.as_str()).collect::<Vec<_>>(), ["7", "7"]);
    assert_eq!(found[0].order.number, found[1].order.number);
    let persons = joined.decoded.bodies.iter().filter(|body| matches!(body, Body::Person(_))).count();
    assert_eq!(persons, 1, "who it is, once");
    // Backwards, one of them twice and typed by a scanner; both in one input.
    let again = join(&[two.as_bytes(), &shift_jis(&one), one.replace("\r\n", "\n").as_bytes()]);
    assert_eq!((again.len(), again[0].inputs.len(), &again[0].decoded), (1, 3, &joined.decoded));
    assert_eq!(decode(format!("{two}{one}").as_bytes()), joined.decoded);
}

#[test]
fn a_missing_part_is_named_and_lends_nothing_to_the_next() {
    let [_, two] = split("20261103000001");
    let joined = join(&[two.as_bytes()]);
    assert_eq!((joined[0].missing.as_slice(), codes(&joined[0].decoded)), (&[1][..], vec!["parts_missing"]));
    assert_eq!(joined[0].decoded, decode(two.as_bytes()));
    // Three parts without the second: the third's drug is not of the first's day.
    let one = "JAHISTC08,1\n1,灯 結,2,19580303\n5,20261103,1\n201,1,灯錠,1,錠,1,,1\n911,9,3,1\n";
    let three = "JAHISTC08,1\n201,2,燈錠,2,錠,1,,1\n301,2,毎食後,7,日分,1,1,,1\n911,9,3,3\n";
    let joined = join(&[one, three]);
    assert_eq!((joined.len(), joined[0].missing.as_slice()), (1, &[2][..]));
    let found = drugs(&joined[0].decoded);
    assert_eq!((found[0].start.is_some(), found[1].start), (true, None));
}

#[test]
fn parts_of_different_ids_or_people_stay_apart() {
    let ([one, two], [other, _]) = (split("20261103000001"), split("20261103000002"));
    let joined = join(&[one.as_str(), &other, &two]);
    let missing: Vec<_> = joined.iter().map(|joined| joined.missing.clone()).collect();
    assert_eq!(missing, [vec![], vec![2]]);
    // The same place with other words, and the same ID with another holder: never mixed.
    for changed in [one.replace("灯錠", "塔錠"), two.replace("灯 結", "塔 結")] {
        let joined = join(&[one.as_str(), &changed]);
        assert_eq!(joined.len(), 2);
        for set in &joined {
            assert!(codes(&set.decoded).contains(&"part_conflict"), "{:?}", set.decoded.faults);
        }
    }
    // Two codes that have nothing to do with each other, scanned into one input.
    let (first, second) = (text(NOTEBOOK, "\n"), text(PRESCRIPTION, "\n"));
    let both = format!("{first}{second}");
    assert_eq!(join(&[&both]).len(), 2);
    let decoded = decode(both.as_bytes());
    assert_eq!((decoded.kind, codes(&decoded)), (Kind::Notebook, vec!["several_codes"]));
    assert!(json(&decoded.bodies).contains("灯クリーム"), "what is not decoded is listed");
}

/// The chart of a patient whose paper says this, at a time.
fn chart(decoded: &Decoded, at: &str) -> Chart {
    let now = When::parse(at).map(|at| at.start).unwrap_or_default();
    let origin = Origin {
        source: "paper".into(),
        kind: "JAHIS".into(),
        message: decoded.date,
        received: now,
        ..Origin::default()
    };
    let origin = Arc::new(origin);
    let fact = |body: &Body| Fact { origin: Arc::clone(&origin), body: body.clone() };
    let facts = decoded.bodies.iter().map(fact).collect();
    let patient = PatientId { authority: "半田".into(), id: "0000123".into() };
    Chart::at(&Record { patient, facts, faults: Vec::new(), carried: Vec::new() }, &AsOf::live(now))
}

#[test]
fn days_dispensed_say_what_is_in_force_on_the_chart() {
    let decoded = decode(&shift_jis(&text(NOTEBOOK, "\r\n")));
    let course = |at: &str, name: &str| {
        let chart = chart(&decoded, at);
        let item = chart.medications.iter().find(|item| item.drug.drug.text.contains(name)).unwrap();
        (item.in_use.course, item.doubts.contains(&"no_end"))
    };
    // 28 days from the third of November: the thirtieth is the last.
    assert_eq!(course("202611110030", "アムロジピン"), (Course::Current, false));
    assert_eq!(course("202611302359", "アムロジピン"), (Course::Current, false));
    assert_eq!(course("202612010000", "アムロジピン"), (Course::Ended, false));
    assert_eq!(course("202611110030", "アジスロマイシン"), (Course::Ended, false));
    assert_eq!(course("202611040800", "灯かぜ薬"), (Course::Current, false));
    assert_eq!(course("202611060000", "灯かぜ薬"), (Course::Ended, false));
    // As needed, and a tube: nobody knows when they are used up.
    assert_eq!(course("202611110030", "センノシド"), (Course::Current, true));
    assert_eq!(course("202611110030", "灯軟膏"), (Course::Current, true));
    let told = chart(&decoded, "202611110030");
    assert_eq!(told.allergies.items.len(), 2);
    assert!(told.medications.iter().any(|item| !item.in_use.high_risk.is_empty()), "warfarin is high-risk");
    // An issued prescription counts from its day; every second day makes the end unsure.
    let decoded = decode(&shift_jis(&text(PRESCRIPTION, "\r\n")));
    let chart = chart(&decoded, "202611110030");
    let tablet = chart.medications.iter().find(|item| item.drug.drug.text.contains("ジアゼパム")).unwrap();
    assert_eq!((tablet.in_use.course, tablet.doubts.as_slice()), (Course::Current, &["no_end"][..]));
}

/// File, drugs, who (as far as named), codes of faults.
const OTHERS: [(&str, usize, &str, &[&str]); 9] = [
    ("invalid-header.txt", 0, "", &["unknown_header"]),
    // Not of the layout of Ver.1.10: too few fields.
    ("minimal-valid.txt", 0, "", &["fields"]),
    ("normalization-multi-rp.txt", 2, "", &["fields"; 6]),
    ("normalization-spec-fields.txt", 1, "日薬 太郎", &["fields"]),
    (
        "qr-decoded-anonymized.txt",
        1,
        "テスト 花子 ﾃｽﾄ ﾊﾅｺ",
        &["fields", "fields", "value", "fields", "fields", "fields", "fields"],
    ),
    ("tc-invalid-missing-drug-code.txt", 1, "山田 太郎", &["code_missing"]),
    ("tc-minimal-valid.txt", 1, "山田 太郎 ヤマダ タロウ", &[]),
    ("tc-multi-dispensing.txt", 2, "山田 太郎 ヤマダ タロウ", &[]),
    ("tc-supported-records-full.txt", 2, "山田 太郎 ヤマダ タロウ", &["parts_missing"]),
];

/// Walks up to `shared/data/jahis`.
fn samples() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|dir| dir.join("shared/data/jahis")).find(|dir| dir.is_dir())
}

#[test]
fn samples_of_another_author_are_read() {
    let Some(root) = samples() else {
        println!("skipped: no shared/data/jahis above this crate");
        return;
    };
    for (file, count, names, faults) in OTHERS {
        let sent = fs::read_to_string(root.join(file)).unwrap();
        for bytes in [sent.clone().into_bytes(), shift_jis(&sent)] {
            let decoded = decode(&bytes);
            assert_eq!(drugs(&decoded).len(), count, "{file}");
            assert_eq!(kana(&decoded).trim(), names, "{file}");
            assert_eq!(codes(&decoded), faults, "{file}: {:?}", decoded.faults);
            assert!(drugs(&decoded).iter().all(|drug| !drug.drug.text.is_empty()), "{file}");
            assert_eq!(account(&sent, &decoded), Ok(()), "{file}");
        }
        if std::env::var_os("SHOW").is_some() {
            println!("{file}\n{}", serde_json::to_string_pretty(&decode(sent.as_bytes()).bodies).unwrap());
        }
    }
}
