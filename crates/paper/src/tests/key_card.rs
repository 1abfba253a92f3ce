//! The card of a key: every row of digits large and whole, its code beside it, and no code of ours that a scanner would file.

use super::*;

fn card(holder: &str) -> KeyCard {
    let rows: Vec<String> = (1..=11).map(|row| format!("{row:04} 5678 {:04}", 9012 - row)).collect();
    let code = rows.iter().fold("ANDON-SHARE".to_owned(), |code, row| format!("{code}-{}", row.replace(' ', "")));
    let key = "2994408300".to_owned();
    KeyCard { key, number: 2, total: 5, threshold: 3, holder: holder.into(), rows, code }
}

#[test]
fn a_key_card_shows_every_row_and_one_code_and_no_sheet_number() {
    for (lang, training) in [(Lang::Ja, false), (Lang::En, true)] {
        for holder in ["行灯 花子（事務長）", "", &"行灯 花子 ".repeat(20)] {
            let mut pack = Pack::new(lang, head(training));
            let made = pack.key_card(&card(holder), &id(1)).unwrap();
            assert_eq!((made.form, made.count, made.marks.len()), ("PZ", 1, 0));
            sound(&pack.laid, "key card");
            let said = run(&pack.laid).replace([' ', '　'], "");
            for row in 1..=11 {
                let digits = format!("{row:04}5678{:04}", 9012 - row);
                assert!(said.contains(&digits), "{digits}: {said}");
            }
            assert!(said.contains("2/5") && said.contains("2994408300"), "{said}");
            let codes = pack.laid[0].ops.iter().filter(|op| matches!(op, Op::Code { .. })).count();
            assert_eq!(codes, 1, "only its own");
        }
    }
}

#[test]
fn a_key_card_without_a_code_is_an_error() {
    for code in ["", "secret", "A_B", &"0".repeat(91), &"0-".repeat(200)] {
        let card = KeyCard { code: code.into(), ..card("") };
        let made = Pack::new(Lang::Ja, head(false)).key_card(&card, &id(1));
        assert!(matches!(made, Err(Error::BadNumber { .. })), "{code}");
    }
}

#[test]
fn a_bundle_on_paper_has_a_code_for_each_part_and_none_that_a_scanner_would_file() {
    let parts: Vec<String> = (1..=30).map(|part| format!("BU-0A1B2C3D-{part}-30-{}-0F0F", "Q2".repeat(440))).collect();
    for (lang, training) in [(Lang::Ja, false), (Lang::En, true)] {
        let mut pack = Pack::new(lang, head(training));
        let readers = vec!["本部".to_owned(), "薬剤部".to_owned()];
        let print = BundlePrint { name: "0A1B2C3D".to_owned(), readers, parts: parts.clone() };
        let made = pack.bundle(&print, &id(1)).unwrap();
        sound(&pack.laid, "bundle");
        assert_eq!((made.form, made.marks.len()), ("PQ", 0));
        let codes = |page: &crate::Page| page.ops.iter().filter(|op| matches!(op, Op::Code { .. })).count();
        assert_eq!(
            pack.laid.iter().map(codes).collect::<Vec<_>>(),
            [9, 12, 9],
            "a row less below the head of the first"
        );
        let said = run(&pack.laid);
        assert!(said.contains("30 / 30") && said.contains("薬剤部") && said.contains("0A1B2C3D"), "{said}");
    }
    let bad = BundlePrint { name: String::new(), readers: vec![], parts: vec!["a".repeat(9)] };
    let made = Pack::new(Lang::Ja, head(false)).bundle(&bad, &id(1));
    assert!(matches!(made, Err(Error::BadNumber { .. })));
}
