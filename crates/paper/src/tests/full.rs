//! How forms read of somebody of whom much is known: totals, units, departments, further pages, boxes that would stand empty.

use super::*;

/// A form's pages as text.
fn made(lang: Lang, code: &str, chart: Option<&Chart>) -> Vec<String> {
    let (bed, mut pack) = (bed(), Pack::new(lang, head(false)));
    let of = chart.map(|chart| row(&bed, chart));
    pack.form(code, of.as_ref(), &id(7)).unwrap();
    sound(&pack.laid, code);
    pack.laid.iter().map(|page| said(page).replace('\n', "")).collect()
}

/// A pharmacy cannot dispense an insulin by days alone; beside tablets the total would only be one more number to differ.
#[test]
fn what_is_dispensed_in_all_stands_where_days_do_not_say_it() {
    let chart = extremes::full();
    for code in ["P10A", "P10B", "P16E"] {
        for page in made(Lang::Ja, code, Some(&chart)).iter().filter(|page| page.contains("グラルギン")) {
            // Drawn by lines, so without the breaks.
            let page = page.replace(' ', "");
            assert!(page.contains("全量2キット") && !page.contains("42錠"), "{code}: {page}");
        }
    }
}

#[test]
fn a_narcotic_in_force_is_named_on_our_own_pages_alone() {
    let chart = extremes::full();
    let words = "【麻薬】オキシコンチンTR錠5mg は下書きしない。麻薬処方箋（P10D）に書く";
    let [out, copy] = made(Lang::Ja, "P10A", Some(&chart)).try_into().unwrap();
    assert!(!out.contains("オキシコンチン") && copy.contains(words), "{copy}");
    assert!(made(Lang::Ja, "P10B", Some(&chart)).concat().contains(words));
}

#[test]
fn a_department_is_a_name_or_said_to_be_a_code() {
    let chart = extremes::full();
    for code in ["P7", "P18"] {
        assert!(made(Lang::Ja, code, Some(&chart)).concat().contains("診療科コード 10"), "{code}");
    }
    let named = Coded { code: "10".into(), text: "外科".into(), ..Coded::default() };
    let mut known = chart.clone();
    known.stays.iter_mut().for_each(|stay| {
        stay.movements.iter_mut().for_each(|item| std::sync::Arc::make_mut(&mut item.value).department = named.clone())
    });
    let text = made(Lang::Ja, "P7", Some(&known)).concat();
    assert!(text.contains("診療科 外科") && !text.contains("コード 10"), "{text}");
}

/// 65 × 10² and 6.5 × 10³ are one count; side by side without their units they are two.
#[test]
fn a_last_value_in_another_unit_says_so() {
    let text = made(Lang::Ja, "P19", Some(&extremes::full())).concat();
    assert!(text.contains("65 ×10²/µL単位が違う") && text.contains("24.8"), "{text}");
    assert!(!text.contains("24.8 ×10") && !text.contains("10*"), "{text}");
    let summary = run(&summary(Lang::Ja, &extremes::full(), Extent::FirstPage));
    assert!(summary.contains("65 ×10²/µL") && !summary.contains("10*"), "{summary}");
}

/// A further page that was parted from the first is still somebody's order and no one's without.
#[test]
fn further_pages_have_what_makes_them_valid() {
    let forty = forty_drugs();
    for (code, words) in [
        ("P10A", ["交付年月日（令和・署名した日）", "医師 署名又は記名押印"]),
        ("P10B", ["アレルギー・禁忌", "医師 署名又は記名押印"]),
        ("P7", ["アレルギー・禁忌", "医師 署名又は記名押印"]),
    ] {
        let pages = made(Lang::Ja, code, Some(&forty));
        assert!(pages.len() > 1, "{code}");
        for page in pages.iter().filter(|page| page.contains("（続き）")) {
            assert!(words.iter().all(|words| page.contains(words)), "{code}: {page}");
        }
    }
}

#[test]
fn forty_orders_leave_room_for_a_new_one_and_three_places_to_sign() {
    let forty = forty_drugs();
    let (bed, mut pack) = (bed(), Pack::new(Lang::Ja, head(false)));
    pack.form("P7", Some(&row(&bed, &forty)), &id(7)).unwrap();
    let last = pack.laid.last().unwrap();
    assert!((1..=3).all(|at| said(last).contains(&format!("{at}回目"))));
    let lowest = texts(last).iter().filter(|(_, text)| text == "40").map(|(area, _)| area.bottom()).fold(0.0, f32::max);
    let rows = last.ops.iter().filter(|op| match op {
        Op::Frame { area, .. } => area.y > lowest && area.w > 400.0,
        _ => false,
    });
    assert!(rows.count() >= 6);
}

#[test]
fn a_box_that_the_copy_fills_never_stands_empty() {
    let nobody = patient(Vec::new());
    for code in ["P16A", "P16D", "P18"] {
        assert!(made(Lang::Ja, code, Some(&nobody)).concat().contains("コピーに記録なし"), "{code}");
        assert!(!made(Lang::Ja, code, None).concat().contains("コピーに記録なし"), "{code}");
    }
    let [out, copy] = made(Lang::Ja, "P16E", Some(&nobody)).try_into().unwrap();
    assert!(out.contains("未確認（電子カルテ停止中）") && !out.contains("記録なし＝未確認"), "{out}");
    assert!(copy.contains("記録なし＝未確認"), "{copy}");
    assert!(made(Lang::Ja, "P7", Some(&extremes::full())).concat().contains("対象外（男）"));
}

#[test]
fn a_tray_card_has_what_its_heading_asks_for() {
    let text = made(Lang::Ja, "P16D", Some(&extremes::full())).concat();
    assert_eq!(text.matches("生年月日 1970-03-02").count(), 4, "the block and three cards: {text}");
    assert!(text.matches("そば・落花生・えび").count() >= 4, "{text}");
}

#[test]
fn what_a_law_has_in_japanese_is_never_in_another_language() {
    for code in ["P10A", "P10D", "P15C", "P15D", "P17"] {
        assert_eq!(made(Lang::En, code, None), made(Lang::Ja, code, None), "{code}");
    }
    assert_ne!(made(Lang::En, "P16E", None), made(Lang::Ja, "P16E", None));
}

#[test]
fn a_temporary_patients_card_has_labels_with_the_number_and_room_for_a_name() {
    let chart = extremes::temporary();
    let text = made(Lang::Ja, "P6", Some(&chart)).concat();
    let check = chart::check_digit::confirmation(&chart.patient.id).unwrap();
    assert_eq!(text.matches(&format!("照合 {check}氏名")).count(), 3, "{text}");
}

#[test]
fn an_empty_bed_is_named_on_the_list_of_meals() {
    let (bed, other) = (bed(), Bed { room: "306".into(), ..self::bed() });
    let mut pack = Pack::new(Lang::Ja, head(false));
    let empty = Inpatient { bed: &other, chart: None, hide_name: false, marks: &[] };
    pack.meals("3東", &[row(&bed, &extremes::full()), empty], &id(9)).unwrap();
    sound(&pack.laid, "PM");
    assert!(run(&pack.laid).contains("コピーで空いている床: 306-2"), "{}", run(&pack.laid));
}

#[test]
fn an_empty_register_says_so() {
    let print = RegisterPrint {
        lists: vec![RegisterList { title: "連絡網".into(), ..RegisterList::default() }, RegisterList::default()],
        ..RegisterPrint::default()
    };
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.register(&print, &id(9)).unwrap();
    let text = run(&pack.laid);
    assert!(text.contains("連絡網ありません。") && text.matches("ありません。").count() == 2, "{text}");
}
