//! What a run of everyday printing adds: what is new on a summary, the swap list, appointments and memo.

use chart::{Lang, Moment};

use super::*;

fn before(chart: Chart) -> Before {
    Before { chart, number: "A1-000007".into(), printed: moment("202110301800") }
}

fn since(lang: Lang, then: Chart, now: &Chart) -> Vec<Page> {
    let mut pack = Pack::new(lang, head(false));
    pack.summary_since(&row(&bed(), now), Extent::FirstPage, &before(then), &id(1)).unwrap();
    pack.laid
}

/// Somebody on these drugs, each an order of its own, with these allergies.
fn with_drugs(names: &[&str], allergies: &[&str]) -> Chart {
    let mut messages = vec![message("ADT-00", 1, "20211001080000", vec![patient_named()])];
    for (at, name) in (2..).zip(names) {
        let body = drug(name, name, "1", "20211030", "14");
        messages.push(message("OMP-01", at, "20211030090000", vec![body]).order(&at.to_string()));
    }
    for (at, name) in (50..).zip(allergies) {
        messages.push(message("ADT-61", at, "20211030090000", vec![allergy(name)]));
    }
    chart_at(&messages, NOW)
}

fn patient_named() -> Body {
    person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")
}

#[test]
fn what_is_new_is_marked_and_what_is_gone_is_named() {
    let then = with_drugs(&["アムロジピン錠5mg", "ワルファリン錠1mg"], &[]);
    let now = with_drugs(&["アムロジピン錠5mg", "フロセミド錠20mg"], &["ペニシリン"]);
    let pages = since(Lang::Ja, then.clone(), &now);
    let text = run(&pages);
    assert!(text.contains("前回の帳票 №A1-000007"), "{text}");
    assert!(text.contains("▲フロセミド錠20mg"), "{text}");
    assert!(!text.contains("▲アムロジピン錠5mg"), "{text}");
    assert!(text.contains("なくなったもの: ワルファリン錠1mg"), "{text}");
    assert!(text.contains("▲アレルギー"), "{text}");
    assert!(!text.contains("▲感染症"), "{text}");
    sound(&pages, "new and gone");
    let same = run(&since(Lang::Ja, then.clone(), &then));
    assert!(!same.contains('▲'), "nothing is marked, so no mark is explained: {same}");
    let same = run(&since(Lang::En, then.clone(), &then));
    assert!(!same.contains('▲'), "{same}");
    assert!(
        !run(&summary(Lang::Ja, &now, Extent::FirstPage)).contains('▲'),
        "without an earlier sheet nothing is marked"
    );
}

#[test]
fn a_summary_with_forty_drugs_marks_them_and_stays_sound() {
    for lang in [Lang::Ja, Lang::En] {
        let pages = since(lang, chart_with(patient_named(), Vec::new()), &forty_drugs());
        sound(&pages, "forty new drugs");
        assert!(run(&pages).matches('▲').count() > 20);
    }
}

fn expected(at: &str, name: &str) -> Expected {
    Expected {
        at: Some(when(at)),
        number: "0000123".into(),
        name: name.into(),
        kana: "ﾔﾏﾀﾞ ﾊﾅｺ".into(),
        birth: Some(when("19700302")),
        department: "内科　山田".into(),
        what: "再診".into(),
        place: String::new(),
    }
}

#[test]
fn appointments_stand_by_day_and_say_that_they_may_not_be_all() {
    for lang in [Lang::Ja, Lang::En] {
        let mut pack = Pack::new(lang, head(true));
        let mut rows: Vec<Expected> =
            NAMES.iter().map(|(family, given)| expected("202111010930", &format!("{family} {given}"))).collect();
        rows.extend((0..120).map(|_| expected("20211101", "行灯 太郎")));
        let days = [Day { day: when("20211101"), rows }, Day { day: when("20211102"), rows: Vec::new() }];
        let pages = pack.appointments(&days, Some(moment("202110310029")), &id(1)).unwrap();
        assert_eq!((pages.form, pages.missing.is_empty()), ("PA", true));
        sound(&pack.laid, "appointments");
        let text = run(&pack.laid);
        let weekday = if lang == Lang::Ja { "2021-11-01（月）" } else { "2021-11-01 (Mon)" };
        assert!(text.contains(weekday), "{text}");
        assert!(text.contains(if lang == Lang::Ja {
            "この日の予約はない（ないとは限らない）"
        } else {
            "does not mean none"
        }));
    }
}

#[test]
fn a_swap_list_counts_what_comes_out() {
    let swap = |new: &str, old: &str, pages| Swap {
        bed: "305-2".into(),
        whose: NAMES[1].1.into(),
        new: new.into(),
        old: old.into(),
        printed: Some(Moment(moment(NOW).0 - 86_400_000)),
        pages,
    };
    let swaps = [swap("A1-9-1", "A1-8-1", 2), swap("A1-9-2", "", 0), swap("", "A1-8-3", 1)];
    for lang in [Lang::Ja, Lang::En] {
        let mut pack = Pack::new(lang, head(false));
        pack.swaps("3東", &swaps, 31, &id(1)).unwrap();
        sound(&pack.laid, "swap list");
        let text = all_said(&pack.laid);
        // Two go in, three pages come out, thirty-one patients stay.
        for count in ["\n2\n", "\n3\n", "\n31\n"] {
            assert!(text.contains(count), "{count:?} {text}");
        }
    }
}

#[test]
fn a_memo_is_one_page_with_room_to_write() {
    for lang in [Lang::Ja, Lang::En] {
        let mut pack = Pack::new(lang, head(false));
        let memo = Memo {
            text: "305-2 山田さん 夜間せん妄あり\n".repeat(12), by: "行灯 花子".into(), at: moment(NOW)
        };
        pack.memo("3東", Some(&memo), &id(1)).unwrap();
        pack.memo("3東", None, &id(2)).unwrap();
        assert_eq!(pack.laid.len(), 2, "one page each");
        sound(&pack.laid, "memo");
        assert!(all_said(&pack.laid).contains("夜間せん妄あり"));
    }
}

#[test]
fn what_a_ward_scanned_stands_on_a_page_of_its_own() {
    // The head of a JPEG is all that is read; a viewer shows the rest.
    let jpeg = [0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 60, 0, 80, 1].to_vec();
    let picture = Picture::read(jpeg.clone()).unwrap();
    let scanned =
        Scanned { picture, sheet: "P5 A1-000007".into(), by: "スキャナー".into(), at: moment("202110310600") };
    let mut pack = Pack::new(Lang::Ja, head(false));
    pack.scanned("3東", &scanned, &id(1)).unwrap();
    sound(&pack.laid, "scanned");
    let area =
        pack.laid[0].ops.iter().find_map(|op| if let Op::Picture { area, .. } = op { Some(*area) } else { None });
    let area = area.unwrap();
    assert!(area.w > 400.0 && (area.w / area.h - 80.0 / 60.0).abs() < 0.01, "{area:?}");
    assert!(all_said(&pack.laid).contains("P5 A1-000007"));
    let pdf = pack.finish().unwrap();
    assert!(pdf.windows(jpeg.len()).any(|bytes| bytes == jpeg.as_slice()), "as it came");
    assert!(String::from_utf8_lossy(&pdf).contains("/DCTDecode"));
}
