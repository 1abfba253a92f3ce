//! What must hold of every sheet, asked of the pages as they were laid out: nothing beyond the edge, nothing over something else,
//! nothing left out silently, no letter that would print as an empty box.

#[path = "../../../chart/tests/build/mod.rs"]
mod build;
mod drafts;
mod envelope;
mod extremes;
mod forms;
mod full;
mod hospital;
mod key_card;
mod labels;
mod particular;
mod runs;
mod ward;
mod whereabouts;

use chart::{Body, Chart, Coded, Injection, Lang, Order, Quantity};

use crate::canvas::{Area, MM, Op, Page};
use crate::font::width;
use crate::*;
use build::{allergy, chart_at, coded, drug, lab, message, moment, person, problem, when};
use extremes::{NAMES, NOW, chart_with, forty_drugs, named, nothing, patient};

fn head(training: bool) -> Head {
    Head {
        hospital: "美灯町立病院".into(),
        institution: Institution::default(),
        training,
        made: moment(NOW),
        printed_by: "山田 花子（3東-1）".into(),
        valid_until: moment("202110311430"),
    }
}

/// The head of a hospital that said where it is, at length.
fn head_in_full() -> Head {
    let [address, phone, prefecture, table, code] = extremes::INSTITUTION.map(str::to_owned);
    Head { institution: Institution { address, phone, prefecture, table, code }, ..head(true) }
}

fn id(number: u32) -> SheetId {
    SheetId { number: format!("A1-{number:06}") }
}

fn bed() -> Bed {
    Bed { ward: "3東".into(), room: "305".into(), bed: "2".into() }
}

fn row<'a>(bed: &'a Bed, chart: &'a Chart) -> Inpatient<'a> {
    Inpatient { bed, chart: Some(chart), hide_name: false, marks: &[] }
}

/// The pages of one chart's summary.
fn summary(lang: Lang, chart: &Chart, extent: Extent) -> Vec<Page> {
    let mut pack = Pack::new(lang, head(false));
    let pages = pack.summary(&row(&bed(), chart), extent, &id(1)).unwrap();
    assert_eq!(pages.count, pack.laid.len());
    pack.laid
}

/// Every code of a page as printed, without the white about it.
fn symbols(page: &Page) -> Vec<Area> {
    let symbol = |op: &Op| if let Op::Code { area, side, .. } = op { Some(code::symbol(*area, *side)) } else { None };
    page.ops.iter().filter_map(symbol).collect()
}

/// Every text of a page with the area it covers.
fn texts(page: &Page) -> Vec<(Area, String)> {
    let text = |op: &Op| match op {
        Op::Text { x, y, size, letters, .. } => {
            let said = letters.iter().map(|letter| if letter.ch == '\u{a0}' { ' ' } else { letter.ch }).collect();
            Some((Area::new(*x, y - 0.82 * size, width(letters, *size), 0.88 * size), said))
        }
        _ => None,
    };
    page.ops.iter().filter_map(text).collect()
}

fn said(page: &Page) -> String {
    texts(page).into_iter().map(|(_, text)| text + "\n").collect()
}

fn all_said(pages: &[Page]) -> String {
    pages.iter().map(said).collect()
}

/// All text of the pages run together, for words that lines may part.
fn run(pages: &[Page]) -> String {
    all_said(pages).replace('\n', "")
}

/// The white about every code is white: no letter, line, band or black area reaches into it, but the frame of what it is printed on
/// may lie about it.
fn quiet(page: &Page, what: &str) {
    let over = |area: Area, code: &Area| {
        area.right() > code.x + 0.1
            && code.right() > area.x + 0.1
            && area.bottom() > code.y + 0.1
            && code.bottom() > area.y + 0.1
    };
    let drawn = page.ops.iter().filter_map(|op| match op {
        Op::Line { from, to, .. } => {
            Some(Area::new(from.0.min(to.0), from.1.min(to.1), (to.0 - from.0).abs(), (to.1 - from.1).abs()))
        }
        Op::Fill { area, .. } | Op::Stripes { area } => Some(*area),
        _ => None,
    });
    let drawn: Vec<Area> = drawn.chain(texts(page).into_iter().map(|(area, _)| area)).collect();
    for code in page.ops.iter().filter_map(|op| if let Op::Code { area, .. } = op { Some(area) } else { None }) {
        assert!(
            code.x >= 0.0 && code.y >= 0.0 && code.right() <= page.w && code.bottom() <= page.h,
            "{what}: {code:?}"
        );
        let into = drawn.iter().find(|area| over(**area, code));
        assert!(into.is_none(), "{what}: {into:?} in the white of {code:?}");
    }
}

/// Nothing that is read or filled in is smaller than 10.5 points. Smaller is the foot of a page, the labels, and on the summary what
/// [`table::FINE`] names.
fn legible(page: &Page, what: &str) {
    let title = |op: &Op| matches!(op, Op::Text { size, .. } if *size == 18.0);
    let said = texts(page);
    let foot = said.iter().filter(|(_, text)| text.starts_with("作成 ") || text.starts_with("Made "));
    let foot = foot.map(|(area, _)| area.y).fold(0.0, f32::max);
    let summary = said.iter().any(|(_, text)| text.starts_with("P4 A1-"));
    if !page.ops.iter().any(title) {
        return;
    }
    assert!(foot > 0.0, "{what}: a page with a title and no foot");
    for op in &page.ops {
        if let Op::Text { size, y, letters, .. } = op {
            let text: String = letters.iter().map(|letter| letter.ch).collect();
            let small = (*y > foot || summary) && *size == table::FINE;
            assert!(*size >= table::BODY || small, "{what}: {size} points: {text}");
        }
    }
}

/// Every upright line of a page, of a table or of a frame: where it stands, and from where to where.
fn uprights(page: &Page) -> Vec<(f32, f32, f32)> {
    let upright = |op: &Op| match op {
        Op::Line { from, to, .. } if from.0 == to.0 => vec![(from.0, from.1.min(to.1), from.1.max(to.1))],
        Op::Frame { area, .. } => vec![(area.x, area.y, area.bottom()), (area.right(), area.y, area.bottom())],
        _ => Vec::new(),
    };
    page.ops.iter().flat_map(upright).collect()
}

/// No text runs through an upright line: in the next column it would be another's.
fn within_lines(page: &Page, what: &str) {
    let uprights = uprights(page);
    for (area, text) in texts(page) {
        let blank = text.chars().rev().take_while(|ch| ch.is_whitespace()).count() as f32;
        let right = area.right() - blank * area.h / 0.88 / 2.0;
        let through = |(x, from, to): &&(f32, f32, f32)| {
            *x > area.x + 0.5 && *x < right - 0.5 && *from < area.bottom() - 1.0 && *to > area.y + 1.0
        };
        let line = uprights.iter().find(through);
        assert!(line.is_none(), "{what}: {text} {area:?} runs through {line:?}");
    }
}

/// No text leaves the page, stands over another or through an upright line, in the white of a code, or is too small.
fn sound(pages: &[Page], what: &str) {
    for (at, page) in pages.iter().enumerate() {
        quiet(page, what);
        legible(page, what);
        within_lines(page, what);
        let texts = texts(page);
        for (one, (area, text)) in texts.iter().enumerate() {
            let within =
                area.x >= 20.0 && area.y >= 5.0 && area.right() <= page.w - 20.0 && area.bottom() <= page.h - 5.0;
            assert!(within, "{what}, page {}: beyond the edge: {text} {area:?}", at + 1);
            for (other, said) in &texts[one + 1..] {
                let apart = area.right() <= other.x + 0.3
                    || other.right() <= area.x + 0.3
                    || area.bottom() <= other.y + 0.3
                    || other.bottom() <= area.y + 0.3;
                assert!(apart, "{what}, page {}: {text} {area:?} over {said} {other:?}", at + 1);
            }
        }
    }
}

#[test]
fn every_page_says_whose_and_how_old_and_of_how_many() {
    let chart = forty_drugs();
    let pages = summary(Lang::Ja, &chart, Extent::Whole);
    let count = pages.len();
    assert!(count > 1);
    for (at, page) in pages.iter().enumerate() {
        let text = said(page);
        for words in [
            "美灯町立病院",
            "患者サマリー",
            "閲覧のみ・参照用（原本ではない）",
            "山田 花子",
            "ﾔﾏﾀﾞ ﾊﾅｺ",
            "0000123",
            "3東 305-2",
            "1970-03-02（昭和45年3月2日）・51歳・女",
            "データ時点 2021-10-30 18:30（12時間前）",
            "作成 2021-10-31 06:30",
            "有効期限 2021-10-31 14:30",
            "連携元 ① std1",
            "P4 A1-000001",
        ] {
            assert!(text.contains(words), "page {}: {words}\n{text}", at + 1);
        }
        assert_eq!(text.matches(&format!("{} / {count} 枚", at + 1)).count(), 2);
    }
}

#[test]
fn two_codes_in_opposite_corners_and_large_enough() {
    let chart = patient(Vec::new());
    for page in summary(Lang::Ja, &chart, Extent::FirstPage) {
        let [top, foot] = symbols(&page)[..] else { panic!() };
        assert!(top.w >= 15.0 * MM && foot.w >= 15.0 * MM);
        assert!(top.x > page.w / 2.0 && top.y < page.h / 4.0 && foot.x < page.w / 4.0 && foot.bottom() > page.h * 0.9);
    }
    let mut pack = Pack::new(Lang::Ja, head(false));
    let pages = pack.summary(&row(&bed(), &chart), Extent::FirstPage, &id(7)).unwrap();
    assert_eq!(pages.codes, ["P4-1-1-1-2110200000-P0000123-A1-000007"]);
}

#[test]
fn of_forty_drugs_none_is_lost_and_the_first_page_says_how_many_follow() {
    let chart = forty_drugs();
    for extent in [Extent::FirstPage, Extent::Whole] {
        let pages = summary(Lang::Ja, &chart, extent);
        sound(&pages, "forty drugs");
        let text = run(&pages);
        for n in 0..39 {
            assert!(text.contains(&format!("アムロジピンＯＤ錠{n:02}ｍｇ「トーワ」")), "{n}");
        }
        let first = said(&pages[0]).replace('\n', "");
        let shown = first.matches("アムロジピン").count() + 1;
        assert!(first.contains(&format!("ほか {} 件 → 2枚目", 40 - shown)), "{shown}\n{first}");
        assert!(first.contains("いまの処方 （40 件）"));
        // A prescription of two weeks takes two lines.
        assert!(shown >= 8, "{shown}");
        // What is dangerous to miss or give twice comes first.
        assert!(first.contains("ワーファリン錠1mg【抗凝固薬】二名で要確認"), "{first}");
        assert!(first.contains("実施記録なし・要確認"));
        // The heads stand again where the table goes on.
        assert!(said(&pages[1]).contains("最終実施"));
    }
}

#[test]
fn nothing_at_all_is_never_none() {
    let pages = summary(Lang::Ja, &nothing(), Extent::Whole);
    sound(&pages, "nothing");
    let text = run(&pages);
    for words in [
        "氏名の記録なし・要確認",
        "データ時点 不明（届いたデータがない）",
        "コピー対象外",
        "コピーに無し・要記入",
        "入院中の記録なし・要確認",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert_eq!(text.matches("コピーに無し・要記入").count(), 8);
    for word in ["アレルギーなし", "禁忌なし", "感染症なし"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn names_are_whole_however_long_and_rare() {
    for (family, given) in NAMES {
        let chart = named((family, given));
        let pages = summary(Lang::Ja, &chart, Extent::FirstPage);
        sound(&pages, family);
        let plain =
            |text: &str| text.chars().filter(|ch| !ch.is_whitespace() && *ch != '\u{e0100}').collect::<String>();
        assert!(plain(&run(&pages)).contains(&plain(&format!("{family}{given}"))), "{family}\n{}", run(&pages));
    }
}

#[test]
fn a_letter_no_font_has_stands_in_words_is_flagged_on_every_page_and_told() {
    let good = patient(Vec::new());
    for (bad, first) in [("バナナ錠😀", '😀'), ("دواء", 'د')] {
        let chart = patient(vec![drug(bad, "1", "1", "20211030", "14")]);
        let mut pack = Pack::new(Lang::Ja, head(true));
        let whole = pack.summary(&row(&bed(), &good), Extent::Whole, &id(1)).unwrap();
        assert_eq!(whole.flaw(), None);
        let flawed = pack.summary(&row(&bed(), &chart), Extent::Whole, &id(2)).unwrap();
        sound(&pack.laid[whole.count..], bad);
        let missing = flawed.missing.first().unwrap();
        assert_eq!((missing.ch, missing.place.as_str()), (first, "いまの処方"));
        let words = flawed.flaw().unwrap();
        let code = format!("U+{:04X}", u32::from(first));
        assert!(words.contains("P4 A1-000002") && words.contains(&code) && !words.contains("バナナ"), "{words}");
        assert!(run(&pack.laid[whole.count..]).contains(&format!("〔字形なし {code}")));
        for (at, page) in pack.laid.iter().enumerate() {
            assert_eq!(said(page).contains("⚠ 〔字形なし〕の字は"), at >= whole.count);
            let boxes = page.ops.iter().filter(|op| match op {
                Op::Text { letters, .. } => letters.iter().any(|letter| letter.glyph == 0),
                _ => false,
            });
            assert_eq!(boxes.count(), 0, "a box in place of a letter");
        }
        assert!(pack.finish().is_ok());
    }
}

#[test]
fn a_number_that_no_scanner_types_is_refused() {
    let chart = patient(Vec::new());
    let mut pack = Pack::new(Lang::Ja, head(false));
    for number in ["", "a1", "A1 2", "帳票1", &"9".repeat(41)] {
        let error = pack.summary(&row(&bed(), &chart), Extent::FirstPage, &SheetId { number: number.into() });
        assert_eq!(error, Err(Error::BadNumber { number: number.into() }));
    }
    let bed = bed();
    let empty = Inpatient { chart: None, ..row(&bed, &chart) };
    assert_eq!(pack.summary(&empty, Extent::Whole, &id(1)), Err(Error::NoChart { number: id(1).number }));
}

#[test]
fn allergies_problems_and_values_stand_with_time_age_and_source() {
    let untold = chart::Problem { disclosure: coded("未告知"), ..problem("膵癌") };
    let result =
        chart::Lab { flag: "H".into(), unit: coded("mg/dL"), ..lab("クレアチニン", "1.40", "202110300600") };
    let before = chart::Lab { unit: coded("mg/dL"), ..lab("クレアチニン", "1.02", "202110290600") };
    let messages = [
        message("ADT-00", 1, "20211020", vec![person("山田", "花子", "ヤマダ")]),
        message("ADT-61", 2, "20211020", vec![allergy("ペニシリン系"), allergy("ペニシリン系")]),
        message("PPR-01", 3, "20211021", vec![Body::from(untold)]),
        message("OML-11", 4, "20211029", vec![Body::from(before)]).order("1"),
        message("OML-11", 5, "20211030", vec![Body::from(result)]).order("2"),
        message("OMP-01", 6, "20211030", vec![drug("アモキシシリンカプセル250mg", "1", "1", "20211030", "5")]),
    ];
    let chart = chart_at(&messages, NOW);
    let pages = summary(Lang::Ja, &chart, Extent::FirstPage);
    sound(&pages, "values");
    let text = run(&pages);
    for words in [
        "ペニシリン系  薬剤アレルギー",
        "10-20（11日前）①",
        "◇ 膵癌",
        "10-30 06:00（24時間前）①",
        "クレアチニン 1.40 H↑ mg/dL(前1.02)  (前10-29)",
        "【抗菌薬】二名で要確認",
        "【 】の薬は停止前後の実施を二名で要確認",
        "アレルギー・禁忌の記録「ペニシリン系」",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn english_sheets_have_english_labels() {
    let pages = summary(Lang::En, &forty_drugs(), Extent::Whole);
    sound(&pages, "english");
    let text = all_said(&pages);
    for words in [
        "Patient summary",
        "Allergies",
        "Data as of 2021-10-30 18:30 (12 hours ago)",
        "Current drugs",
        "Valid until",
        "not the original record",
    ] {
        assert!(text.contains(words), "{words}");
    }
    for words in ["患者サマリー", "有効期限", "データ時点", "枚目", "要記入"] {
        assert!(!text.contains(words), "{words}");
    }
}

#[test]
fn training_is_banded_on_every_page_and_nothing_else_is() {
    let chart = forty_drugs();
    for training in [true, false] {
        let mut pack = Pack::new(Lang::Ja, head(training));
        pack.summary(&row(&bed(), &chart), Extent::FirstPage, &id(1)).unwrap();
        for page in &pack.laid {
            let bands = page.ops.iter().filter(|op| matches!(op, Op::Stripes { .. })).count();
            let words = said(page).matches("訓練　架空の患者です").count();
            assert_eq!((bands, words), if training { (2, 2) } else { (0, 0) });
        }
        sound(&pack.laid, "training");
    }
}

#[test]
fn what_is_read_at_the_bedside_is_never_small() {
    assert_eq!((table::BODY, table::FINE), (10.5, 9.0));
    let chart = forty_drugs();
    let first = summary(Lang::Ja, &chart, Extent::FirstPage).remove(0);
    let drug = first.ops.iter().find_map(|op| match op {
        Op::Text { size, letters, .. } if letters.first().is_some_and(|letter| letter.ch == 'ワ') => Some(*size),
        _ => None,
    });
    assert_eq!(drug, Some(10.5));
}

#[test]
fn very_long_allergies_go_on_and_are_whole() {
    let long = |n: usize| {
        let reaction: String = (0..n * 30).map(|at| format!("反応{at}、")).collect();
        Body::from(chart::Allergy { allergen: coded(&format!("物質{n}号")), reaction, ..chart::Allergy::default() })
    };
    for few in [[1, 2, 3], [9, 10, 11], [60, 1, 2]] {
        let chart = patient(few.into_iter().chain(20..30).map(long).collect());
        let pages = summary(Lang::Ja, &chart, Extent::FirstPage);
        sound(&pages, "long allergies");
        let text = run(&pages);
        assert!(
            few.iter().all(|n| text.contains(&format!("物質{n}号")) && text.contains(&format!("反応{}、", n * 30 - 1)))
        );
        assert!(said(&pages[0]).contains("件 → 2枚目") || pages.len() == 1);
    }
}

#[test]
fn a_row_that_no_page_holds_is_parted_and_whole() {
    let text: String = (0..3000).map(|n| format!("{n:04}、")).collect();
    let chart = patient(vec![drug(&text, "1", "1", "20211030", "14")]);
    let pages = summary(Lang::Ja, &chart, Extent::FirstPage);
    sound(&pages, "a long row");
    let said = run(&pages);
    assert!((0..3000).all(|n| said.contains(&format!("{n:04}"))));
}

#[test]
fn every_patient_of_the_hospital_has_sound_sheets_in_both_languages() {
    let charts = hospital::charts(130);
    let lain: Vec<(Bed, &Chart)> = charts.values().filter_map(|chart| Some((hospital::bed(chart)?, chart))).collect();
    assert!(lain.len() > 30, "{}", lain.len());
    one_page(&lain);
    for (lang, lain) in [(Lang::Ja, &lain[..]), (Lang::En, &lain[..12])] {
        let mut pack = Pack::new(lang, head(true));
        let rows: Vec<Inpatient<'_>> = lain.iter().map(|(bed, chart)| row(bed, chart)).collect();
        for (at, patient) in rows.iter().enumerate() {
            let pages = pack.summary(patient, Extent::Whole, &id(at as u32)).unwrap();
            let first = pack.laid.len() - pages.count;
            sound(&pack.laid[first..], &pages.codes[0]);
        }
        let summaries = pack.laid.len();
        let board = pack.board("3東", &rows, &id(900)).unwrap();
        assert!(rows.len() > 5 * (board.count - 1), "{} beds on {} pages", rows.len(), board.count);
        pack.gaps("3東", &rows, &id(901)).unwrap();
        pack.meals("3東", &rows, &id(902)).unwrap();
        sound(&pack.laid[summaries..], "ward sheets");
        let pdf = pack.finish().unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
        let has = |needle: &[u8]| pdf.windows(needle.len()).any(|window| window == needle);
        // Fonts are subsets with a table back to text, so that what is printed can be searched and copied.
        assert!(has(b"/ToUnicode") && has(b"+BIZUDGothic-Regular") && has(b"+BIZUDGothic-Bold"));
    }
}

/// Nine of ten inpatients have what must be known on one page; of the others the first page says how much follows.
fn one_page(lain: &[(Bed, &Chart)]) {
    let mut pack = Pack::new(Lang::Ja, head(true));
    let mut whole = 0;
    for (at, (bed, chart)) in lain.iter().enumerate() {
        let count = pack.summary(&row(bed, chart), Extent::FirstPage, &id(at as u32)).unwrap().count;
        let first = said(&pack.laid[pack.laid.len() - count]);
        assert_eq!(first.contains("枚目"), count > 1, "{first}");
        whole += usize::from(count == 1);
    }
    sound(&pack.laid, "first pages");
    assert!(whole * 10 >= lain.len() * 9, "{whole} of {} on one page", lain.len());
}

#[test]
fn one_pack_makes_the_same_bytes_twice() {
    let make = || {
        let mut pack = Pack::new(Lang::Ja, head(false));
        pack.summary(&row(&bed(), &forty_drugs()), Extent::Whole, &id(1)).unwrap();
        pack.finish().unwrap()
    };
    assert!(make() == make());
}
