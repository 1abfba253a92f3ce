//! What is particular to single forms: what stands on them, and what must never.

use super::*;
use crate::font::Letter;

/// The forms of this file, by code.
const CODES: [&str; 26] = [
    "P1", "P2A", "P2B", "P2C", "P3", "P3A", "P3B", "P3C", "P6", "P8A", "P8B", "P11A", "P11B", "P11C", "P11D", "P11E",
    "P12A", "P12C", "P16A", "P16B", "P16C", "P16D", "P16G", "P16H", "P7", "P9A",
];

fn made(lang: Lang, code: &str, chart: Option<&Chart>, marks: &[String]) -> (Pages, Vec<Page>) {
    let (bed, mut pack) = (bed(), Pack::new(lang, head(false)));
    let row = Inpatient { bed: &bed, chart, hide_name: false, marks };
    let pages = pack.form(code, chart.map(|_| &row), &id(7)).unwrap();
    (pages, pack.laid)
}

fn of(code: &str, chart: &Chart) -> String {
    run(&made(Lang::Ja, code, Some(chart), &[]).1)
}

fn sick() -> Chart {
    let food = chart::Allergy {
        category: Coded { code: "FA".into(), ..Coded::default() },
        allergen: coded("エビ"),
        ..chart::Allergy::default()
    };
    let diet = chart::Meal {
        diet: coded("全粥食"),
        kind: "D".into(),
        start: Some(when("20211030")),
        ..chart::Meal::default()
    };
    let measure = |item: &str, value: &str, unit: &str| {
        Body::from(chart::Measure {
            item: coded(item),
            value: value.into(),
            unit: coded(unit),
            at: Some(when("20211029")),
            ..chart::Measure::default()
        })
    };
    patient(vec![
        Body::from(food),
        allergy("ペニシリン系"),
        Body::from(problem("肺がん")),
        drug("パクリタキセル注射液", "1", "1", "20211030", "14"),
        Body::from(diet),
        measure("体重", "52.4", "kg"),
        measure("身長", "161", "cm"),
    ])
}

#[test]
fn a_blank_form_is_one_page_and_a_day_s_board_two() {
    for lang in [Lang::Ja, Lang::En] {
        for code in CODES {
            assert_eq!(made(lang, code, None, &[]).0.count, if code == "P8A" { 2 } else { 1 }, "{code} {lang:?}");
        }
    }
}

#[test]
fn no_japanese_is_left_in_an_english_form() {
    let is_japanese = |ch: char| ('ぁ'..='ヿ').contains(&ch) || ('一'..='龥').contains(&ch);
    for code in CODES {
        for page in made(Lang::En, code, None, &[]).1 {
            for (_, text) in texts(&page) {
                // The hospital's and the printer's own names.
                let own = text.contains("美灯町立病院") || text.contains("山田 花子");
                assert!(own || !text.contains(is_japanese), "{code}: {text}");
            }
        }
    }
}

#[test]
fn hics_numbers_stand_in_english_only() {
    for (code, number) in [("P1", "HICS 214"), ("P2A", "HICS 202"), ("P2B", "HICS 251"), ("P2C", "HICS 207")] {
        assert!(run(&made(Lang::En, code, None, &[]).1).contains(number), "{code}");
        assert!(!run(&made(Lang::Ja, code, None, &[]).1).contains("HICS"), "{code}");
    }
}

#[test]
fn a_form_of_nobody_s_never_bears_a_patient_even_when_one_is_given() {
    let chart = sick();
    for form in forms().filter(|form| !form.of_patient) {
        let (pages, laid) = made(Lang::Ja, form.code, Some(&chart), &[]);
        let text = run(&laid);
        assert!(!text.contains("0000123") && !text.contains("ﾔﾏﾀﾞ") && !text.contains("患者ラベル"), "{}", form.code);
        let Some(SheetCode::Page(code)) = SheetCode::read(&pages.codes[0]) else { panic!("{}", pages.codes[0]) };
        assert_eq!(code.named, Named::Nobody, "{}", form.code);
    }
}

#[test]
fn what_a_patient_carries_says_nothing_of_ward_marks_illness_or_infection() {
    let (chart, marks) = (sick(), ["面会制限".to_owned()]);
    let text = |code| run(&made(Lang::Ja, code, Some(&chart), &marks).1);
    let told = [
        "305-2",
        "面会制限",
        "肺がん",
        "ペニシリン系",
        "パクリタキセル",
        "エビ",
        "アレルギー",
        "感染",
        "主治医",
        "入院 ",
    ];
    let card = text("P6");
    for word in told {
        assert!(!card.contains(word), "{word}\n{card}");
    }
    assert!(card.contains("山田 花子") && card.contains("0000123") && card.contains("受付番号"));
    // Of the same patient elsewhere they stand.
    let orders = text("P7");
    for word in ["305-2", "面会制限", "ペニシリン系", "パクリタキセル"] {
        assert!(orders.contains(word), "{word}\n{orders}");
    }
}

#[test]
fn a_regimen_is_never_drafted_and_today_s_measures_are_boxes_beside_the_copy_s() {
    let (pages, laid) = made(Lang::Ja, "P16B", Some(&sick()), &[]);
    let text = run(&laid);
    assert!(!text.contains("パクリタキセル") && text.contains("前のコース・コピーから写さない"), "{text}");
    for words in ["161 cm 10-29（2日前）①", "52.4 kg 10-29（2日前）①", "あり・エビ・ペニシリン系"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let digits = |slot: &str| pages.marks.iter().filter(|mark| mark.name.starts_with(&format!("{slot}."))).count();
    assert_eq!(
        (digits("height"), digits("weight"), digits("surface"), digits("day"), digits("course")),
        (4, 4, 3, 2, 2)
    );
    assert!(!run(&made(Lang::Ja, "P16B", Some(&patient(vec![])), &[]).1).contains("コピーの値"));
}

#[test]
fn food_allergies_stand_on_the_diet_order_and_on_each_tray_card_and_nothing_is_never_none() {
    let text = of("P16D", &sick());
    assert_eq!(text.matches("エビ").count(), 4, "{text}");
    assert_eq!(text.matches("3東 305-2・0000123").count(), 3, "{text}");
    assert!(text.contains("全粥食 10-30") && !text.contains("ペニシリン"), "{text}");
    let drugs = of("P16D", &patient(vec![allergy("ペニシリン系")]));
    assert_eq!(drugs.matches("食物の記録なし＝未確認").count(), 4, "{drugs}");
    let none = of("P16D", &patient(vec![]));
    assert_eq!(none.matches("記録なし＝未確認").count(), 4, "{none}");
}

#[test]
fn what_is_given_or_done_is_given_beside_allergy_and_infection() {
    let chart = sick();
    for code in ["P16A", "P16B", "P16C", "P16H"] {
        let text = of(code, &chart);
        assert!(text.contains("あり・エビ・ペニシリン系") && text.contains("感染症"), "{code}\n{text}");
    }
}

#[test]
fn the_board_has_three_scales_a_line_a_degree_and_every_hour_twice() {
    let (_, laid) = made(Lang::Ja, "P8A", None, &[]);
    for page in &laid {
        let texts: Vec<String> = texts(page).into_iter().map(|(_, text)| text).collect();
        for hour in 0..24 {
            assert!(texts.contains(&hour.to_string()), "{hour}");
        }
    }
    let level = |text: &str| {
        let of = |letters: &[Letter]| letters.iter().map(|letter| letter.ch).eq(text.chars());
        laid[0].ops.iter().find_map(|op| match op {
            // Beside the columns of the hours.
            Op::Text { x, y, letters, .. } if *x < 140.0 && of(letters) => Some(*y),
            _ => None,
        })
    };
    // The three scales share their lines: 37 ℃ beside 80 beats and 20 breaths.
    let (t, p, r) = (level("37").unwrap(), level("80").unwrap(), level("20").unwrap());
    assert!((t - p).abs() < 0.1 && (t - r).abs() < 0.1 && level("41").unwrap() < t);
    let thick = laid[0].ops.iter().filter_map(|op| match op {
        Op::Line { from, to, thick } if from.1 == to.1 && to.0 - from.0 > 300.0 => Some((*thick, from.1)),
        _ => None,
    });
    let lines: Vec<(f32, f32)> = thick.collect();
    assert!(lines.iter().filter(|(thick, _)| *thick == 0.7).count() == 6);
    let normal: Vec<_> = lines.iter().filter(|(thick, _)| *thick == 2.0).collect();
    assert!(normal.len() == 1 && (normal[0].1 - t).abs() < 6.0, "{normal:?} {t}");
}

#[test]
fn a_verbal_order_waits_for_its_signature_and_a_first_card_says_what_is_never_done() {
    let marks = |code| made(Lang::Ja, code, None, &[]).0.marks.into_iter().map(|mark| mark.name).collect::<Vec<_>>();
    let text = |code| run(&made(Lang::Ja, code, None, &[]).1);
    assert!(marks("P16H").iter().any(|name| name == "back.read") && text("P16H").contains("医師 事後署名"));
    for (code, words) in [
        ("P3A", vec!["電源は切らない・再起動しない", "30分以内に2人目の氏名"]),
        ("P3B", vec!["LANケーブルを抜く", "空白時間確認票（PG）", "原本のまま封筒へ"]),
        ("P3C", vec!["VPN・保守回線を外す", "バックアップ媒体を外す", "取込ケーブルが抜けているか", "消防本部"]),
        ("P11C", vec!["受診できるかどうかを受付では決めません", "お支払いがなくなるのではありません"]),
        ("P12A", vec!["特定疾患療養管理料（マル特）", "診療月", "単位"]),
        ("P12C", vec!["実施済・再実施禁止", "代行入力者", "確定医", "返戻"]),
    ] {
        for words in words {
            assert!(text(code).contains(words), "{code}: {words}\n{}", text(code));
        }
    }
    assert!(marks("P12A").iter().any(|name| name == "fee.chronic"));
}

#[test]
fn a_label_of_a_visit_card_always_bears_the_name_however_long() {
    for (family, given) in NAMES {
        let chart = named((family, given));
        let (_, laid) = made(Lang::Ja, "P6", Some(&chart), &[]);
        let begins: String = family.chars().take(3).filter(|ch| *ch != '\u{e0100}').collect();
        let labels = texts(&laid[0]).into_iter().filter(|(area, text)| area.y > 600.0 && text.contains(&begins));
        assert!(labels.count() >= 3, "{family}");
    }
}

/// What a patient brought and the copy does not say stands among what is to be confirmed, both sides, until somebody looked into it.
#[test]
fn the_summary_says_where_what_was_brought_and_the_copy_disagree() {
    let brought = |key: Option<String>| {
        let mut notebook = message(chart::HANDED_IN, 9, "20211029100000000", vec![allergy("そば")]);
        notebook.origin.source = chart::HANDED_IN.to_owned();
        let mut messages = vec![
            message("ADT-00", 1, "20211001", vec![person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")]),
            message("ADT-61", 2, "20211001", vec![allergy("ペニシリン系")]),
            notebook,
        ];
        let settle =
            |key| chart::Settled { key, words: "本人に確認".into(), by: "行灯 花子".into(), at: moment(NOW) };
        messages.extend(key.map(|key| message("event", 10, "20211030", vec![Body::from(settle(key))])));
        chart_at(&messages, NOW)
    };
    let chart = brought(None);
    let open = run(&summary(Lang::Ja, &chart, Extent::FirstPage));
    assert!(open.contains("写しにないアレルギー・副作用") && open.contains("あり: ペニシリン系"), "{open}");
    let settled = brought(Some(chart.disagreements[0].key.clone()));
    assert!(!run(&summary(Lang::Ja, &settled, Extent::FirstPage)).contains("写しにないアレルギー・副作用"));
}
