//! What must hold of every form, blank and filled, in both languages, with the charts at the edge.

use super::*;

/// Every form with every chart at the edge and none: its name, what was said of it, its pages.
fn all(lang: Lang) -> Vec<(String, Pages, Vec<Page>)> {
    let extremes = extremes::all();
    let charts = extremes.iter().map(|(name, chart)| (name.as_str(), Some(chart))).chain([("blank", None)]);
    let mut made = Vec::new();
    for (name, chart) in charts {
        for form in forms() {
            let (bed, mut pack) = (bed(), Pack::new(lang, head(true)));
            let row = Inpatient { bed: &bed, chart, hide_name: false, marks: &[] };
            let patient = chart.filter(|_| form.of_patient).map(|_| &row);
            let pages = pack.form(form.code, patient, &id(7)).unwrap();
            made.push((format!("{} {name}", form.code), pages, pack.laid));
        }
    }
    made
}

fn codes(page: &Page) -> Vec<Area> {
    page.ops.iter().filter_map(|op| if let Op::Code { area, .. } = op { Some(*area) } else { None }).collect()
}

#[test]
fn every_form_is_sound_and_coded_on_every_page_that_returns() {
    for lang in [Lang::Ja, Lang::En] {
        for (name, said, pages) in all(lang) {
            sound(&pages, &name);
            let form = sheets::forms::FORMS.iter().find(|sheet| sheet.form.code == said.form).unwrap();
            let bare = if form.form.bare { pages.len() / 2 } else { 0 };
            for (at, page) in pages.iter().enumerate() {
                let (codes, text) = (codes(page), super::said(page));
                if at < bare {
                    assert!(codes.is_empty() && !text.contains("A1-000007"), "{name} page {}", at + 1);
                    continue;
                }
                assert!(
                    codes.len() >= 2 && codes.iter().take(2).all(|code| code.w >= 15.0 * MM),
                    "{name} page {}",
                    at + 1
                );
                assert!(text.contains("A1-000007"), "{name} page {}", at + 1);
                let Some(SheetCode::Page(code)) = SheetCode::read(&said.codes[at]) else {
                    panic!("{name}: {}", said.codes[at])
                };
                assert_eq!((code.form.as_str(), code.page, code.pages), (said.form, at as u16 + 1, pages.len() as u16));
            }
        }
    }
}

#[test]
fn marks_stand_on_their_pages_each_under_a_name_of_its_own() {
    for (name, said, pages) in all(Lang::Ja) {
        let mut names = std::collections::BTreeSet::new();
        for Mark { page, name: mark, area: [x, y, w, h], .. } in &said.marks {
            let on = &pages[page - 1];
            assert!(*x > 0.0 && *y > 0.0 && x + w < on.w && y + h < on.h, "{name} {mark}");
            assert!(names.insert((page, mark.clone())), "{name}: {mark} twice on page {page}");
            assert!(mark.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b)), "{mark}");
        }
    }
}

#[test]
fn a_blank_form_has_a_place_for_the_patient_and_names_nobody() {
    for form in forms().filter(|form| form.of_patient) {
        let mut pack = Pack::new(Lang::Ja, head(false));
        let pages = pack.form(form.code, None, &id(7)).unwrap();
        assert!(said(&pack.laid[0]).contains("患者ラベル貼付欄"), "{}", form.code);
        let Some(SheetCode::Page(code)) = SheetCode::read(&pages.codes[0]) else { panic!() };
        assert_eq!(code.named, Named::Nobody);
    }
}

#[test]
fn a_prescription_is_a_draft_without_narcotics_and_leaves_without_our_numbers() {
    let drugs = ["アムロジピンOD錠5mg", "オキシコンチンTR錠5mg"].map(|name| drug(name, "1", "1", "20211028", "14"));
    let chart = patient(drugs.to_vec());
    let bed = bed();
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.form("P10A", Some(&row(&bed, &chart)), &id(7)).unwrap();
    let text = run(&pack.laid);
    assert!(text.contains("アムロジピンOD錠5mg") && !text.contains("オキシコンチン"), "{text}");
    assert!(text.contains("医師の署名まで下書き") && text.contains("以下余白"));
    let (out, copy) = (said(&pack.laid[0]), said(&pack.laid[1]));
    assert!(
        !out.contains("3東 305") && !out.contains("照合番号") && copy.contains("【控え】") && copy.contains("照合番号")
    );
    assert!(pack.form("P99", None, &id(8)).is_err());
}
