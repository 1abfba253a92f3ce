//! What of the copy's drugs is drafted on a form and what never is; and how a form reads for whoever gets it.

use super::*;
use crate::form::LABEL_BOX;

/// The pages of a form as text, of each whether it bears a code.
fn pages(code: &str, chart: Option<&Chart>) -> Vec<(bool, String)> {
    let (bed, mut pack) = (bed(), Pack::new(Lang::Ja, head(false)));
    let of = chart.map(|chart| row(&bed, chart));
    pack.form(code, of.as_ref(), &id(7)).unwrap();
    sound(&pack.laid, code);
    let coded = |page: &Page| page.ops.iter().any(|op| matches!(op, Op::Code { .. }));
    pack.laid.iter().map(|page| (coded(page), said(page).replace('\n', ""))).collect()
}

/// Somebody on a drug of this hospital, with a notebook of another clinic: one that is taken, one whose days are over.
fn with_notebook() -> Chart {
    let brought = vec![
        drug("ワーファリン錠1mg", "9", "1", "20211028", "28"),
        drug("ジゴシン錠0.25mg", "9", "2", "20210101", "7"),
    ];
    let mut notebook = message(chart::HANDED_IN, 9, "20211029100000000", brought);
    notebook.origin.source = chart::HANDED_IN.to_owned();
    let messages = [
        message("ADT-00", 1, "20211001", vec![person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")]),
        message("OMP-01", 2, "20211028", vec![drug("アムロジピンOD錠5mg", "1", "1", "20211028", "14")]),
        notebook,
    ];
    chart_at(&messages, NOW)
}

/// Patient safety: another clinic's drug on our prescription is a prescription that nobody made.
#[test]
fn what_a_patient_brought_is_named_and_never_drafted() {
    let chart = with_notebook();
    for code in ["P7", "P10A", "P10B", "P16E"] {
        for (coded, text) in pages(code, Some(&chart)) {
            assert!(text.contains("アムロジピン"), "{code}: {text}");
            assert!(!text.contains("ジゴシン"), "{code}: taken no more");
            let named = "持込（お薬手帳など）の薬 1 件: ワーファリン錠1mg。ここには下書きしない。医師が確かめて書く";
            let counted = "持込（お薬手帳など）の薬が 1 件ある（薬名は控え）。ここには下書きしていない";
            // A pharmacy could take a name for one that is prescribed.
            assert!(text.contains(if coded { named } else { counted }), "{code}: {text}");
            assert_eq!(text.matches("ワーファリン").count(), usize::from(coded), "{code}: {text}");
        }
    }
    for code in ["P7", "P10A", "P10B", "P16E"] {
        let text = pages(code, Some(&patient(vec![]))).into_iter().map(|(_, text)| text).collect::<String>();
        assert!(!text.contains("持込"), "{code}");
    }
}

fn injection(number: &str, name: &str, start: &str) -> Body {
    Body::from(Injection {
        order: Order { control: "NW".into(), number: number.into(), ..Order::default() },
        ingredients: vec![chart::Ingredient {
            drug: coded(name),
            amount: Quantity { value: "1".into(), unit: coded("A") },
            ..chart::Ingredient::default()
        }],
        start: Some(when(start)),
        ..Injection::default()
    })
}

/// Whoever works by the order sheet alone must meet every order: the narcotic that is not drafted, the drip that begins in an hour.
#[test]
fn an_order_sheet_names_narcotics_without_drafting_them_and_has_what_begins_today() {
    let mut bodies = vec![
        drug("酸化マグネシウム錠330mg", "1", "1", "20211028", "14"),
        drug("オキシコドン徐放錠10mg", "2", "1", "20211028", "14"),
        injection("3", "モルヒネ塩酸塩注射液10mg", "202110310100"),
        injection("4", "セファゾリンNa点滴静注用1g", "202110311000"),
        injection("5", "メロペネム点滴静注用0.5g", "20211105"),
    ];
    if let Body::Drug(drug) = &mut bodies[1] {
        std::sync::Arc::make_mut(drug).dose = Quantity { value: "77".into(), unit: coded("錠") };
    }
    let chart = patient(bodies);
    let (_, text) = pages("P7", Some(&chart)).remove(0);
    for name in ["オキシコドン徐放錠10mg", "モルヒネ塩酸塩注射液10mg"] {
        let want = format!("【麻薬】{name}下書きしない。麻薬指示は医師が書く");
        assert!(text.contains(&want), "{want}: {text}");
    }
    assert!(!text.contains("77"), "no amount of a narcotic: {text}");
    assert!(text.contains("【これから】セファゾリン") && !text.contains("メロペネム"), "{text}");
    assert!(text.contains("酸化マグネシウム") && !text.contains("【これから】酸化"), "{text}");
}

#[test]
fn a_summary_says_beside_none_in_force_what_begins_later() {
    let planned =
        vec![injection("4", "セファゾリンNa点滴静注用1g", "202110311000"), injection("5", "メロペネム", "20211105")];
    let text = run(&summary(Lang::Ja, &patient(planned), Extent::FirstPage));
    assert!(text.contains("・これから 2 件 10-31 10:00〜"), "{text}");
    let none = run(&summary(Lang::Ja, &patient(vec![]), Extent::FirstPage));
    assert!(!none.contains("これから"), "{none}");
}

#[test]
fn a_supply_that_just_ran_out_is_told_for_reference_and_nothing_is_never_none() {
    let over = patient(vec![
        drug("アムロジピンOD錠5mg", "1", "1", "20211003", "21"),
        drug("オキシコドン徐放錠10mg", "1", "2", "20211003", "21"),
        drug("ランソプラゾールOD錠15mg", "2", "1", "20210601", "21"),
    ]);
    for code in ["P7", "P10A", "P10B", "P16E"] {
        for (coded, text) in pages(code, Some(&over)) {
            let said = "前回の処方 10-03〜10-23・21 日間";
            let named =
                format!("{said}（終了。下書きしていない）: アムロジピンOD錠5mg、【麻薬】オキシコドン徐放錠10mg");
            let bare = format!("{said}は終了。下書きしていない（薬名は控え）");
            assert!(text.contains(if coded { &named } else { &bare }), "{code}: {text}");
            assert!(!text.contains("ランソプラゾール"), "{code}: long over");
            assert_eq!(text.contains("アムロジピン"), coded, "{code}: {text}");
        }
        let words = "（「薬なし」ではない）";
        for (chart, want) in [(Some(patient(vec![])), true), (None, false), (Some(over.clone()), false)] {
            let text = pages(code, chart.as_ref()).into_iter().filter(|(coded, _)| *coded);
            let text: String = text.map(|(_, text)| text).collect();
            assert_eq!(text.contains(words), want, "{code}: {text}");
        }
    }
}

/// L1 is what a ward has: stuck where it belongs it covers nothing.
#[test]
fn a_label_fits_its_place_and_our_own_numbers_their_boxes() {
    let label = Labels::of(LabelKind::Patient, 1).stock.label;
    assert!(label.0 * MM < LABEL_BOX.0 && label.1 * MM < LABEL_BOX.1, "{label:?}");
    // As stations give them where nothing longer is asked for.
    let digits = chart::temporary::Block {
        authority: "self".into(),
        station: "1".repeat(32),
        life: 1,
        width: 14,
        first: 1,
        count: 1,
    };
    let digits = digits.checked().unwrap().patients().remove(0).id.len();
    for form in forms().filter(|form| form.of_patient) {
        let mut pack = Pack::new(Lang::Ja, head(false));
        let made = pack.form(form.code, None, &id(7)).unwrap();
        let coded = |page: &&Page| page.ops.iter().any(|op| matches!(op, Op::Code { .. }));
        let framed = |page: &Page| {
            page.ops.iter().any(|op| match op {
                Op::Frame { area, .. } => (area.w, area.h) == LABEL_BOX,
                _ => false,
            })
        };
        assert!(pack.laid.iter().filter(coded).all(framed), "{}", form.code);
        let last = made.count;
        let of = |slot: &str| {
            let mark = |mark: &&Mark| {
                mark.page == last && mark.name.strip_prefix(slot).is_some_and(|at| at.parse::<u8>().is_ok())
            };
            made.marks.iter().filter(mark).count()
        };
        assert_eq!((of("patient."), of("patient.check.")), (digits, 2), "{}", form.code);
        if form.code == "P15A" {
            assert_eq!(of("child."), digits);
        }
    }
}

#[test]
fn what_goes_out_is_counted_by_itself_and_carries_no_words_to_staff() {
    let forty = forty_drugs();
    for (code, chart) in
        [("P10A", None), ("P10A", Some(&forty)), ("P10D", None), ("P14A", None), ("P15D", None), ("P17", None)]
    {
        let all = pages(code, chart);
        let out = all.iter().filter(|(coded, _)| !coded).count();
        for (at, (coded, text)) in all.iter().enumerate() {
            let numbers = match coded {
                false => format!("{} / {out} 枚", at + 1),
                true => format!("控え {} / {} 枚", at + 1 - out, all.len() - out),
            };
            assert_eq!(text.matches(&numbers).count(), 2, "{code}: {numbers} {text}");
            assert_eq!(text.contains("控え"), *coded, "{code}: {text}");
            assert_eq!(text.contains("コードのない紙"), *coded, "{code}: {text}");
        }
    }
    for (coded, text) in pages("P10A", None) {
        assert_eq!(text.contains("この処方箋は、どの保険薬局でも有効です。"), !coded, "{text}");
        assert!(text.contains("交付年月日（令和・署名した日）"), "{text}");
        assert_eq!(text.contains("「患者希望」欄に「✓」又は「×」を記載すること。"), !coded, "{text}");
    }
}

#[test]
fn a_strip_label_of_a_visit_card_says_whose_it_is_to_a_machine_and_to_people() {
    let chart = patient(vec![]);
    let (bed, mut pack) = (bed(), Pack::new(Lang::Ja, head(false)));
    pack.form("P6", Some(&row(&bed, &chart)), &id(7)).unwrap();
    let text = LabelCode { patient: "0000123".into(), number: "A1-000007".into() }.text();
    let Some(Op::Code { dark: want, .. }) = crate::code::code_of(&text, 0.0, 0.0, 40.0) else { panic!() };
    let labels = pack.laid[0].ops.iter().filter(|op| match op {
        Op::Code { area, side, dark } => *dark == want && crate::code::symbol(*area, *side).w >= 12.0 * MM,
        _ => false,
    });
    let check = chart::check_digit::confirmation("0000123").unwrap();
    let count = labels.count();
    assert!(count >= 3, "{count}");
    assert_eq!(said(&pack.laid[0]).matches(&format!("照合 {check}\n")).count(), count);
    sound(&pack.laid, "P6");
}

/// 𠮷 arrives as ■ from a sender of JIS X 0208: no prescription is for a ■.
#[test]
fn a_name_with_a_letter_that_did_not_arrive_says_so_wherever_it_stands() {
    let words = "届かなかった字がある（■）。本人に確かめて書く";
    let (unsent, whole) = (named(("■田", "文江")), patient(vec![]));
    for code in ["P10A", "P7", "P6", "P16E"] {
        assert!(pages(code, Some(&unsent)).iter().all(|(_, text)| text.contains(words)), "{code}");
        assert!(pages(code, Some(&whole)).iter().all(|(_, text)| !text.contains(words)), "{code}");
    }
    assert!(run(&summary(Lang::Ja, &unsent, Extent::FirstPage)).contains(words));
}

/// Nine sources take three lines of the foot: the page makes room, and nothing stands in the band of a training home.
#[test]
fn a_foot_with_much_to_say_takes_room_from_the_page_and_not_from_the_band() {
    let lab = |n: u64| {
        let mut one = message("OML-11", n, "20211030", vec![Body::from(lab(&format!("項目{n}"), "1", "202110300600"))]);
        one.origin.source = format!("連携元のなまえが長い部門システム{n}");
        one.order(&n.to_string())
    };
    let named = message("ADT-00", 1, "20211001", vec![person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")]);
    let messages: Vec<build::Message> = std::iter::once(named).chain((2..11).map(lab)).collect();
    let chart = chart_at(&messages, NOW);
    let mut pack = Pack::new(Lang::Ja, head(true));
    pack.summary(&row(&bed(), &chart), Extent::Whole, &id(1)).unwrap();
    sound(&pack.laid, "much foot");
    for page in &pack.laid {
        assert!(said(page).replace('\n', "").contains("部門システム10"), "every source is named");
        for (area, text) in texts(page) {
            let band = page.h - 3.0 * MM - 13.0;
            assert!(area.bottom() <= band || text.contains("訓練"), "{text} in the band");
        }
    }
}

#[test]
fn what_is_written_or_read_aloud_is_large_enough() {
    let page = summary(Lang::Ja, &patient(vec![]), Extent::FirstPage).remove(0);
    let kana = page.ops.iter().find_map(|op| match op {
        Op::Text { size, letters, .. } if letters.iter().map(|letter| letter.ch).eq("ﾔﾏﾀﾞ ﾊﾅｺ".chars()) => {
            Some(*size)
        }
        _ => None,
    });
    assert_eq!(kana, Some(10.5));
    let boxes: Vec<Area> = page
        .ops
        .iter()
        .filter_map(|op| match op {
            Op::Frame { area, thick } if *thick == 0.8 && area.w > 100.0 => Some(*area),
            _ => None,
        })
        .collect();
    assert_eq!(boxes.len(), 8);
    for (area, text) in texts(&page).into_iter().filter(|(_, text)| text.contains("要記入")) {
        let Some(around) =
            boxes.iter().find(|one| one.x <= area.x && area.x < one.right() && one.y < area.y && area.y < one.bottom())
        else {
            panic!("{text}")
        };
        assert!(around.bottom() - area.bottom() >= 8.0 * MM, "{text}");
    }
}

#[test]
fn a_summary_without_anything_new_on_its_first_page_says_nothing_of_marks() {
    let with = |more: Option<build::Message>| {
        let mut messages = vec![
            message("ADT-00", 1, "20211001", vec![person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")]),
            message("OMP-01", 2, "20211028", vec![drug("アムロジピンOD錠5mg", "1", "1", "20211028", "14")]),
        ];
        messages.extend(more);
        chart_at(&messages, NOW)
    };
    let then = with(None);
    let meal = |start: &str, end: &str| {
        let meal = chart::Meal {
            diet: coded("全粥食"),
            start: Some(when(start)),
            end: Some(when(end)),
            ..chart::Meal::default()
        };
        message("OMD", 3, "20211001", vec![Body::from(meal)])
    };
    let said_since = |now: &Chart| {
        let before = Before { chart: then.clone(), number: "A1-000006".into(), printed: moment("202110301800") };
        let mut pack = Pack::new(Lang::Ja, head(false));
        pack.summary_since(&row(&bed(), now), Extent::FirstPage, &before, &id(1)).unwrap();
        run(&pack.laid)
    };
    // A meal order that is over stands on the pages behind; one that holds stands in a box.
    let (past, holds) = (with(Some(meal("20211001", "20211002"))), with(Some(meal("20211030", "20211130"))));
    assert_eq!(summary_words(&then), summary_words(&past));
    assert!(!said_since(&past).contains('▲'), "{}", said_since(&past));
    assert_ne!(summary_words(&then), summary_words(&holds));
    assert_eq!(said_since(&holds).matches('▲').count(), 2, "{}", said_since(&holds));
    // A planned injection stands beside the heading alone.
    let planned = with(Some(message("OMP-02", 3, "20211030", vec![injection("4", "セファゾリン", "202111011000")])));
    assert_ne!(summary_words(&then), summary_words(&planned));
    assert!(said_since(&planned).contains("いまの注射▲記録なし"), "{}", said_since(&planned));
    // Whatever the clock says.
    let later = Chart { as_of: chart::AsOf::live(moment("202110311230")), ..then.clone() };
    assert_eq!(summary_words(&then), summary_words(&later));
}
