//! Labels: nothing leaves its label, the name is whole, codes say what readers expect, and what a label printer gets is the same.

use super::*;
use crate::bars::bars;

const KINDS: [LabelKind; 3] = [LabelKind::Patient, LabelKind::Tube, LabelKind::Wristband];

fn printed(lang: Lang, chart: &Chart, run: &Labels<'_>) -> (Pages, Vec<Page>) {
    let (bed, mut pack) = (bed(), Pack::new(lang, head(true)));
    let pages = pack.labels(&row(&bed, chart), run, &id(7)).unwrap();
    (pages, pack.laid)
}

/// Charts at the edge that have a number.
fn charts() -> Vec<(String, Chart)> {
    extremes::all().into_iter().filter(|(_, chart)| !chart.patient.id.is_empty()).collect()
}

#[test]
fn whole_sheets_are_sound_and_say_name_number_birth_and_sheet() {
    for lang in [Lang::Ja, Lang::En] {
        for (name, chart) in charts() {
            for kind in KINDS {
                let run = Labels { skip: 2, ..Labels::of(kind, 50) };
                let (said, pages) = printed(lang, &chart, &run);
                sound(&pages, &format!("{kind:?} {name}"));
                assert_eq!(pages.len(), (52_usize).div_ceil(run.stock.columns * run.stock.rows), "{kind:?}");
                let text = super::run(&pages);
                assert_eq!(said.count, pages.len());
                assert!(text.contains(kind.info().code) && text.contains("A1-000007"), "{kind:?}");
                assert!(text.matches(&chart.patient.id).count() >= 50, "{kind:?} {name}");
                let plain = |text: &str| text.replace([' ', '　', '\u{a0}', '\u{e0100}'], "");
                let known = chart.patient.birth_date.is_some() && !name.starts_with("missing");
                // A long name of a tube is cut and says so; elsewhere it is whole.
                let whole = kind != LabelKind::Tube || !text.contains('…');
                assert!(
                    !known || !whole || plain(&text).contains(&plain(&chart.patient.name)),
                    "{kind:?} {name} {}",
                    said_of(&pages[0])
                );
            }
        }
    }
}

/// What the first label says.
fn said_of(page: &Page) -> String {
    said(page).lines().take(8).collect::<Vec<_>>().join("/")
}

#[test]
fn no_label_looks_like_a_page_and_its_code_says_whose() {
    let chart = patient(Vec::new());
    for kind in KINDS {
        let (said, pages) = printed(Lang::Ja, &chart, &Labels::of(kind, 1));
        let code = SheetCode::read(&said.codes[0]);
        match kind {
            LabelKind::Patient => {
                let label = LabelCode { patient: "0000123".into(), number: "A1-000007".into() };
                assert_eq!(code, Some(SheetCode::Label(label)));
            }
            // The plain number: 照合番号 is never inside.
            _ => assert_eq!((code, said.codes[0].as_str()), (None, "0000123")),
        }
        let codes: Vec<Area> = symbols(&pages[0]);
        assert_eq!(codes.len(), usize::from(kind != LabelKind::Tube), "{kind:?}");
        assert!(codes.iter().all(|code| code.w >= 12.0 * MM), "{kind:?} {codes:?}");
        let bars_of = |number| bars(Symbology::Code128, number).unwrap();
        let said =
            pages[0].ops.iter().find_map(|op| if let Op::Bars { dark, .. } = op { Some(dark.to_vec()) } else { None });
        assert_eq!(said, (kind != LabelKind::Patient).then(|| bars_of("0000123")), "{kind:?}");
    }
}

#[test]
fn the_confirmation_stands_apart_on_the_patients_label_and_what_ails_on_no_wristband() {
    let mut bodies = vec![allergy("セフェム系"), chart::Body::from(problem("肺炎"))];
    bodies.push(drug("アムロジピンOD錠5mg", "1", "1", "20211028", "14"));
    let chart = patient(bodies);
    let (_, label) = printed(Lang::Ja, &chart, &Labels::of(LabelKind::Patient, 1));
    let text = said(&label[0]);
    let check = chart::check_digit::confirmation("0000123").unwrap();
    assert!(text.contains("照合番号\n") && text.contains(&format!("\n{check}\n")), "{text}");
    assert!(!text.contains(&format!("0000123{check}")));
    let (_, band) = printed(Lang::Ja, &chart, &Labels::of(LabelKind::Wristband, 1));
    let text = said(&band[0]);
    for word in ["セフェム", "肺炎", "アムロジピン", "型", "感染"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    for word in ["山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ", "1970-03-02（昭和45年3月2日）", "女"] {
        assert!(text.replace(' ', "　").contains(&word.replace(' ', "　")), "{word}: {text}");
    }
}

#[test]
fn tubes_take_the_analysers_numbers_and_refuse_what_it_cannot_read() {
    let (bed, chart) = (bed(), patient(Vec::new()));
    let mut pack = Pack::new(Lang::Ja, head(false));
    let specimens = ["9000000017".to_owned(), "9000000025".to_owned()];
    let run = Labels {
        specimens: &specimens,
        bars: Some(Symbology::Nw7),
        digits: Some(10),
        ..Labels::of(LabelKind::Tube, 2)
    };
    pack.labels(&row(&bed, &chart), &run, &id(7)).unwrap();
    let text = said(&pack.laid[0]);
    assert_eq!((text.matches("9000000017").count(), text.matches("9000000025").count()), (2, 2));
    // None of them is dropped: too many are refused.
    let many = vec!["9000000017".to_owned(); LABELS_MAX / 2 + 1];
    let refused = pack.labels(&row(&bed, &chart), &Labels { specimens: &many, ..run.clone() }, &id(8));
    assert_eq!(refused, Err(Error::TooManyLabels { number: "A1-000008".into() }));
    for (number, digits) in [("900000001", Some(10)), ("9A00000017", None), ("患者", None), (&"9".repeat(24), None)] {
        let specimens = [number.to_owned()];
        let run = Labels { specimens: &specimens, digits, ..run.clone() };
        let refused = pack.labels(&row(&bed, &chart), &run, &id(8)).unwrap_err();
        assert_eq!(refused, Error::NoBars { number: "A1-000008".into() }, "{number}");
        assert!(!refused.to_string().contains(number));
    }
}

#[test]
fn stock_that_does_not_lie_on_its_paper_is_refused_and_a_custom_one_is_used() {
    let (bed, chart) = (bed(), patient(Vec::new()));
    let mut pack = Pack::new(Lang::Ja, head(false));
    let good = Stock { rows: 6, left: 6.0, top: 20.0, label: (64.0, 40.0), pitch: (66.0, 44.0), ..Stock::A4_21 };
    for (stock, ok) in [
        (good, true),
        (Stock { left: 20.0, ..good }, false),
        (Stock { rows: 9, ..good }, false),
        (Stock { columns: 0, ..good }, false),
        (Stock { top: 2.0, ..good }, false),
        (Stock { pitch: (60.0, 44.0), ..good }, false),
    ] {
        let run = Labels { stock, ..Labels::of(LabelKind::Patient, 18) };
        let made = pack.labels(&row(&bed, &chart), &run, &id(7));
        assert_eq!(made.is_ok(), ok, "{stock:?}: {made:?}");
        assert!(ok || made == Err(Error::BadStock { number: "A1-000007".into() }));
    }
    let nobody = Inpatient { bed: &bed, chart: None, hide_name: false, marks: &[] };
    let run = Labels::of(LabelKind::Patient, 1);
    assert!(matches!(pack.labels(&nobody, &run, &id(7)), Err(Error::NoChart { .. })));
}

/// The dots of a ^GF field, row by row.
fn dots(zpl: &str) -> Vec<Vec<bool>> {
    let field = zpl.split("^GFA,").nth(1).unwrap().split("^FS").next().unwrap();
    let mut parts = field.splitn(4, ',');
    let (total, _, bytes) = (parts.next().unwrap(), parts.next(), parts.next().unwrap());
    let (total, bytes): (usize, usize) = (total.parse().unwrap(), bytes.parse().unwrap());
    let (mut rows, mut row): (Vec<String>, String) = (Vec::new(), String::new());
    for ch in parts.next().unwrap().chars() {
        match ch {
            ':' => rows.push(rows.last().unwrap().clone()),
            ',' => row = format!("{row:0<width$}", width = bytes * 2),
            digit => row.push(digit),
        }
        if row.len() == bytes * 2 {
            rows.push(std::mem::take(&mut row));
        }
    }
    assert_eq!((rows.len() * bytes, row.as_str()), (total, ""));
    let bits = |digit: char| (0..4).map(move |bit| digit.to_digit(16).unwrap() >> (3 - bit) & 1 == 1);
    rows.iter().map(|row| row.chars().flat_map(bits).collect()).collect()
}

#[test]
fn what_a_label_printer_gets_holds_the_code_on_whole_dots() {
    let (bed, chart) = (bed(), patient(Vec::new()));
    let pack = Pack::new(Lang::Ja, head(false));
    let zpl = pack.zpl(&row(&bed, &chart), &Labels::of(LabelKind::Patient, 3), &id(7)).unwrap();
    assert!(zpl.text.is_ascii() && zpl.text.starts_with("^XA^PW528^LL305^") && zpl.text.ends_with("^PQ3^XZ\n"));
    let dots = dots(&zpl.text);
    assert_eq!((dots.len(), dots[0].len()), (305, 528));
    // The code as it was made, looked for dot by dot: four dots a module, eight dots a millimetre, so 12 mm without its white.
    let Some((Op::Code { side, dark, .. }, _)) = crate::code::symbol_of(&zpl.pages.codes[0], 13.0 * MM) else {
        panic!()
    };
    let module = 4;
    assert!(side * module >= 96, "{side}");
    let is_here = |x: usize, y: usize| {
        dark.iter().enumerate().all(|(at, dark)| {
            let (column, line) = (x + at % side * module, y + at / side * module);
            dots[line][column] == *dark && dots[line + module - 1][column + module - 1] == *dark
        })
    };
    let (right, low) = (528 - side * module, 305 - side * module);
    let found = (0..low).flat_map(|y| (300..right).map(move |x| (x, y))).filter(|(x, y)| is_here(*x, *y)).count();
    assert_eq!(found, 1);
    // Letters were filled, not only outlined: the name's rows hold a good share of black.
    let black = dots[20..80].iter().flatten().filter(|dot| **dot).count();
    assert!((1_500..20_000).contains(&black), "{black}");
}

#[test]
fn a_band_is_printed_along_the_roll() {
    let (bed, chart) = (bed(), patient(Vec::new()));
    let pack = Pack::new(Lang::Ja, head(false));
    let zpl = pack.zpl(&row(&bed, &chart), &Labels::of(LabelKind::Wristband, 1), &id(7)).unwrap();
    assert!(zpl.text.starts_with("^XA^PW200^LL2000^"), "{}", &zpl.text[..40]);
    assert!(pack.zpl(&row(&bed, &chart), &Labels::of(LabelKind::Patient, 1), &SheetId { number: "x".into() }).is_err());
}
