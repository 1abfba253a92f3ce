//! The sheets of a ward: board, gap list, meals, sealed card.

use super::*;

#[test]
fn the_board_has_a_row_a_bed_and_hides_a_name_that_may_not_hang_there() {
    let (one, two) = (
        patient(vec![]),
        chart_with(person("佐藤", "清", "サトウ キヨシ"), vec![drug("ワーファリン錠1mg", "1", "1", "20211030", "14")]),
    );
    let beds: Vec<Bed> = (1..5).map(|n| Bed { ward: "3東".into(), room: "301".into(), bed: n.to_string() }).collect();
    let marks = ["面会制限".to_owned()];
    let rows = [
        row(&beds[0], &one),
        Inpatient { hide_name: true, marks: &marks, ..row(&beds[1], &two) },
        Inpatient { chart: None, ..row(&beds[2], &one) },
    ];
    let mut pack = Pack::new(Lang::Ja, head(true));
    pack.board("3東", &rows, &id(5)).unwrap();
    sound(&pack.laid, "board");
    let text = run(&pack.laid);
    for words in [
        "301-1",
        "301-2",
        "301-3",
        "山田 花子",
        "サ．キ．",
        "面会制限",
        "【高リスク薬】抗凝固薬",
        "患者の記録なし・要確認",
        "入院中 2 人",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("佐藤") && !text.contains("サトウ"));
    assert!(!text.contains("同姓同名"));
}

#[test]
fn two_of_one_name_on_a_ward_are_marked() {
    let mut other = patient(vec![]);
    other.patient.id = "0000999".into();
    let (beds, one) = ([bed(), bed()], patient(vec![]));
    let rows = [row(&beds[0], &one), row(&beds[1], &other)];
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.board("3東", &rows, &id(5)).unwrap();
    pack.meals("3東", &rows, &id(6)).unwrap();
    assert_eq!(run(&pack.laid).matches("この病棟に同姓同名").count(), 4);
}

/// Four beds: somebody, somebody with letters no font has, a chart gone wild, a chart that cannot be read.
#[test]
fn what_is_wrong_with_one_patient_stays_in_the_row() {
    let warfarin = || drug("ワーファリン錠1mg", "1", "1", "20211030", "14");
    let good = patient(vec![warfarin()]);
    let odd = chart_with(person("吉\u{e000}", "清", "ヨシカワ キヨシ"), vec![warfarin(), allergy("薬\u{e001}")]);
    let long: String = (0..1200).map(|n| format!("物質{n}、")).collect();
    let many = (0..60).map(|n| drug(&format!("ワーファリン錠{n}mg"), "1", &n.to_string(), "20211030", "14"));
    let wild = patient(many.chain([allergy(&long)]).collect());
    let beds: Vec<Bed> = (1..5).map(|n| Bed { ward: "3東".into(), room: "301".into(), bed: n.to_string() }).collect();
    let marks = ["患者番号 0000777".to_owned()];
    let rows = [
        row(&beds[0], &wild),
        row(&beds[1], &odd),
        Inpatient { chart: None, marks: &marks, ..row(&beds[2], &good) },
        row(&beds[3], &good),
    ];
    type Make = fn(&mut Pack, &[Inpatient<'_>], &SheetId) -> Result<Pages, Error>;
    let makes: [Make; 4] = [
        |pack, rows, id| pack.dialysis(rows, id),
        |pack, rows, id| pack.board("3東", rows, id),
        |pack, rows, id| pack.gaps("3東", rows, id),
        |pack, rows, id| pack.meals("3東", rows, id),
    ];
    for make in makes {
        let mut pack = Pack::new(Lang::Ja, head(true));
        let made = make(&mut pack, &rows, &id(5)).unwrap();
        sound(&pack.laid, made.form);
        let text = run(&pack.laid);
        for words in
            ["301-2", "吉〔字形なし U+E000〕", "ヨシカワ キヨシ", "カルテを読めません", "患者番号 0000777", "301-4"]
        {
            assert!(text.contains(words), "{}: {words}\n{text}", made.form);
        }
        assert!(text.contains(if made.form == "PG" { "ほか 20 件" } else { "…→P4" }), "{}\n{text}", made.form);
        assert!(made.missing.iter().all(|missing| missing.place == "3東 301-2"), "{:?}", made.missing);
        assert!(made.flaw().unwrap().contains("U+E000（3東 301-2）"));
        assert!(made.count < 12, "{} took {} pages", made.form, made.count);
    }
}

#[test]
fn the_gap_list_names_high_risk_drugs_in_force_and_says_when_it_found_none() {
    let injection = Injection {
        order: Order { control: "NW".into(), number: "2".into(), ..Order::default() },
        ingredients: vec![chart::Ingredient {
            drug: coded("ヒューマリンR注100単位/mL"),
            amount: Quantity { value: "8".into(), unit: coded("単位") },
            ..chart::Ingredient::default()
        }],
        start: Some(when("20211030")),
        ..Injection::default()
    };
    let chart = patient(vec![Body::from(injection), drug("アムロジピン錠5mg", "1", "1", "20211030", "14")]);
    let bed = bed();
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.gaps("3東", &[row(&bed, &chart)], &id(8)).unwrap();
    sound(&pack.laid, "gaps");
    let text = run(&pack.laid);
    for words in [
        "確かめる薬 1 件",
        "ヒューマリンR注100単位/mL8 単位",
        "実施記録なし・要確認",
        "1人目",
        "2人目",
        "□済",
        "記入して戻す",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("アムロジピン"));
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.gaps("3東", &[row(&bed, &patient(vec![]))], &id(9)).unwrap();
    assert!(run(&pack.laid).contains("高リスク薬がないことを意味しません"));
}

#[test]
fn food_allergies_are_loud_on_the_meals_list_and_a_fast_is_a_word() {
    let mut shrimp = chart::Allergy {
        category: Coded { code: "FA".into(), ..Coded::default() },
        allergen: coded("エビ"),
        ..chart::Allergy::default()
    };
    shrimp.reaction = "呼吸困難".into();
    let fast =
        chart::Meal {
            diet: coded("絶食"), kind: "D".into(), start: Some(when("20211030")), ..chart::Meal::default()
        };
    let chart = patient(vec![Body::from(shrimp), allergy("ペニシリン系"), Body::from(fast)]);
    let (bed, none) = (bed(), patient(vec![]));
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.meals("3東", &[row(&bed, &chart), row(&bed, &none)], &id(8)).unwrap();
    sound(&pack.laid, "meals");
    let text = run(&pack.laid);
    for words in [
        "食物アレルギー・呼吸困難",
        "食物以外: ペニシリン系",
        "【禁食】絶食",
        "食事の記録なし・要確認",
        "記録なし＝未確認",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let sizes = pack.laid[0].ops.iter().filter_map(|op| match op {
        Op::Text { size, letters, .. } if letters.iter().map(|letter| letter.ch).eq("エビ".chars()) => Some(*size),
        _ => None,
    });
    assert_eq!(sizes.collect::<Vec<_>>(), [13.0]);
}

#[test]
fn the_sealed_card_holds_its_codes_and_its_warning_on_one_page() {
    let codes: Vec<String> = (0..10).map(|n| format!("4821-9063-{n:02}")).collect();
    let mut pack = Pack::new(Lang::Ja, head(false));
    let card = Card { ward: "3東".into(), number: "K-03".into(), codes: codes.clone() };
    assert_eq!(pack.card(&card, &id(9)).unwrap().count, 1);
    sound(&pack.laid, "card");
    let text = run(&pack.laid);
    assert!(codes.iter().all(|code| text.contains(code)));
    assert!(text.contains("電子カルテ端末・院内LANにつながっていたPCでは開かない") && text.contains("K-03"));
}

/// A ward's charts are held together only as far as its lists ask of them.
#[test]
fn the_lists_say_the_same_of_what_is_kept_of_a_chart() {
    let charts: Vec<Chart> =
        hospital::charts(60).into_values().chain(extremes::all().into_iter().map(|(_, chart)| chart)).collect();
    let kept: Vec<Chart> = charts.iter().cloned().map(for_lists).collect();
    assert!(kept.iter().all(|chart| chart.labs.is_empty() && chart.unplaced.is_empty()));
    let bed = bed();
    let lists = |charts: &[Chart]| {
        let rows: Vec<Inpatient<'_>> = charts.iter().map(|chart| row(&bed, chart)).collect();
        let mut pack = Pack::new(Lang::Ja, head(true));
        pack.board("3東", &rows, &id(1)).unwrap();
        pack.gaps("3東", &rows, &id(2)).unwrap();
        pack.meals("3東", &rows, &id(3)).unwrap();
        all_said(&pack.laid)
    };
    assert_eq!(lists(&charts), lists(&kept));
}

/// The head of the vault's log is on the board: code and words, once, also where the last page is full.
#[test]
fn the_board_carries_where_the_vaults_log_stands() {
    let (one, code) = (patient(vec![]), format!("LOG-{}-51234-{}", "4F".repeat(16), "9C03A1E7".repeat(8)));
    let sealed = chart::When::parse("20211031002500").unwrap().start;
    for count in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] {
        let bed = |n: usize| Bed { ward: "3東".into(), room: "301".into(), bed: n.to_string() };
        let beds: Vec<Bed> = (0..count).map(bed).collect();
        let rows: Vec<Inpatient<'_>> = beds.iter().map(|bed| row(bed, &one)).collect();
        let mut pack = Pack::new(Lang::Ja, head(true));
        pack.carry(Some(crate::Checkpoint { code: code.clone(), number: 1234, sealed }));
        pack.board("3東", &rows, &id(5)).unwrap();
        sound(&pack.laid, "board");
        let text = run(&pack.laid);
        for words in ["保管庫の記録", "保管単位 1234 まで", "2021-10-31 00:25", "9C03A1E79C03A1E7", "作り替え"]
        {
            assert_eq!(text.matches(words).count(), 1, "{count}: {words}\n{text}");
        }
        assert!(!text.contains("9C03A1E79C03A1E79"), "sixteen digits");
    }
    let mut pack = Pack::new(Lang::En, head(true));
    pack.carry(Some(crate::Checkpoint { code: "no code".into(), number: 1, sealed }));
    let bed = bed();
    assert!(pack.board("3東", &[row(&bed, &one)], &id(5)).is_err());
}
