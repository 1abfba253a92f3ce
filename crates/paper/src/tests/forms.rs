//! What must hold of every form, blank and filled, in both languages, with the charts at the edge.

use super::*;

/// What goes to a registry: its first page has no patient's block.
const REGISTERED: [&str; 2] = ["P15C", "P15D"];

/// Every form with every chart at the edge and none: its name, what was said of it, its pages.
fn all(lang: Lang) -> Vec<(String, Pages, Vec<Page>)> {
    let extremes = extremes::all();
    let charts = extremes.iter().map(|(name, chart)| (name.as_str(), Some(chart))).chain([("blank", None)]);
    let mut made = Vec::new();
    for (name, chart) in charts {
        for form in forms() {
            let head = if name == "full" { head_in_full() } else { head(true) };
            let (bed, mut pack) = (bed(), Pack::new(lang, head));
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
            // Longer names and staler data are no reason for a page that nobody looks for.
            let wanted = match said.form {
                "P15C" | "P15D" | "P17" => 2,
                "P19" => 4,
                _ => pages.len(),
            };
            assert_eq!(pages.len(), wanted, "{name}");
            let form = sheets::forms::FORMS.iter().find(|sheet| sheet.form.code == said.form).unwrap();
            // What leaves comes first; the copy may be longer, since it says what was checked.
            let bare = pages.iter().take_while(|page| codes(page).is_empty()).count();
            assert!(if form.form.bare { bare >= 1 && bare * 2 <= pages.len() } else { bare == 0 }, "{name}");
            for (at, page) in pages.iter().enumerate() {
                let (codes, text) = (codes(page), super::said(page));
                if at < bare {
                    assert!(codes.is_empty() && !text.contains("A1-000007"), "{name} page {}", at + 1);
                    continue;
                }
                let printed = symbols(page);
                // The page's own are drawn last.
                let own = printed.iter().rev().take(2);
                assert!(codes.len() >= 2 && own.clone().all(|code| code.w >= 15.0 * MM), "{name} page {}", at + 1);
                assert!(own.map(|code| code.w).eq([printed[printed.len() - 1].w; 2]), "{name}");
                assert!(text.contains("A1-000007"), "{name} page {}", at + 1);
                let Some(SheetCode::Page(code)) = SheetCode::read(&said.codes[at]) else {
                    panic!("{name}: {}", said.codes[at])
                };
                assert_eq!((code.form.as_str(), code.page, code.pages), (said.form, at as u16 + 1, pages.len() as u16));
            }
        }
    }
}

/// Every place of a page that is left empty to be written in: slots with nothing but a label, empty cells of tables, lined areas.
fn to_write_in(page: &Page) -> Vec<Area> {
    let said = texts(page);
    let inside = |text: &Area, area: &Area| {
        text.x >= area.x - 0.5
            && text.right() <= area.right() + 0.5
            && text.y >= area.y - 0.5
            && text.bottom() <= area.bottom() + 0.5
    };
    let is_line = |op: &&Op| matches!(op, Op::Line { .. });
    let lines: Vec<_> = page
        .ops
        .iter()
        .filter(is_line)
        .filter_map(|op| match op {
            Op::Line { from, to, thick } => Some((*from, *to, *thick)),
            _ => None,
        })
        .collect();
    let frames = page.ops.iter().filter_map(|op| if let Op::Frame { area, .. } = op { Some(*area) } else { None });
    // What is wider than a word and no box of a digit, a tick or a code.
    let frames: Vec<Area> = frames.filter(|area| area.w > 20.0 * MM && area.h < 60.0).collect();
    let mut empty = Vec::new();
    for frame in frames {
        // The columns of a row of a table.
        let mut cuts: Vec<f32> = lines
            .iter()
            .filter(|(from, to, _)| {
                from.0 == to.0
                    && (from.1 - frame.y).abs() < 0.1
                    && (to.1 - frame.bottom()).abs() < 0.1
                    && from.0 > frame.x
            })
            .map(|(from, ..)| from.0)
            .collect();
        cuts.insert(0, frame.x);
        cuts.push(frame.right());
        for pair in cuts.windows(2) {
            let cell = Area::new(pair[0], frame.y, pair[1] - pair[0], frame.h);
            let mut within = said.iter().filter(|(text, _)| inside(text, &cell)).map(|(text, _)| text);
            let marked = page.ops.iter().any(|op| match op {
                Op::Frame { area, .. } | Op::Fill { area, .. } | Op::Code { area, .. } => {
                    inside(area, &cell) && (area.w < cell.w - 1.0 || area.h < cell.h - 1.0)
                }
                _ => false,
            });
            match (within.next(), within.next()) {
                _ if marked || cell.w < 8.0 * MM => {}
                (None, _) => empty.push(cell),
                // A label, and nothing below it.
                (Some(label), None) if cuts.len() == 2 && label.y - cell.y < 3.0 => {
                    empty.push(Area::new(cell.x, label.bottom(), cell.w, cell.bottom() - label.bottom()));
                }
                _ => {}
            }
        }
    }
    let mut ruled: Vec<(f32, f32)> = lines
        .iter()
        .filter(|(from, to, thick)| from.1 == to.1 && *thick == 0.3 && to.0 - from.0 > 100.0)
        .map(|(from, ..)| *from)
        .collect();
    ruled.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let apart = ruled
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| Area::new(pair[0].0, pair[0].1, 100.0, pair[1].1 - pair[0].1));
    empty.extend(apart);
    empty
}

#[test]
fn every_line_to_write_on_is_8_mm_high() {
    for lang in [Lang::Ja, Lang::En] {
        let mut places = 0;
        for (name, _, pages) in all(lang) {
            for page in &pages {
                let empty = to_write_in(page);
                places += empty.len();
                let low: Vec<&Area> = empty.iter().filter(|area| area.h < 8.0 * MM - 0.05).collect();
                assert!(low.is_empty(), "{lang:?} {name}: {low:?}");
            }
        }
        assert!(places > 2_000, "{places}");
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

/// A form's version and where its boxes stand, blank, to a tenth of a millimetre. Who moves one raises the version (`kind.rs`), and then
/// writes here what the test says: a print is told apart from those before.
#[test]
fn a_form_whose_boxes_moved_has_a_version_of_its_own() {
    let mut now = String::new();
    for sheet in sheets::forms::FORMS {
        let mut pack = Pack::new(Lang::Ja, head(false));
        let marks = pack.form(sheet.form.code, None, &id(7)).unwrap().marks;
        let boxes = marks.iter().filter(|mark| mark.kind != MarkKind::Code);
        let places = boxes.map(|Mark { page, name, area, .. }| {
            format!("{page} {name} {:?}", area.map(|at| (at / MM * 10.0).round()))
        });
        // FNV-1a of all of them.
        let sum = places
            .flat_map(String::into_bytes)
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        now += &format!("{} {} {sum:016x}\n", sheet.form.code, sheet.form.version);
    }
    let kept = include_str!("places.txt");
    let moved: Vec<&str> = now.lines().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(
        moved.is_empty() && now.lines().count() == kept.lines().count(),
        "raise the version, then keep:\n{}",
        moved.join("\n")
    );
}

#[test]
fn a_blank_form_has_a_place_for_the_patient_and_names_nobody() {
    for form in forms().filter(|form| form.of_patient) {
        let mut pack = Pack::new(Lang::Ja, head(false));
        let pages = pack.form(form.code, None, &id(7)).unwrap();
        // A registry's page asks who it is in its own words.
        let page = &pack.laid[usize::from(REGISTERED.contains(&form.code))];
        assert!(said(page).contains("患者ラベル貼付欄"), "{}", form.code);
        let Some(SheetCode::Page(code)) = SheetCode::read(&pages.codes[0]) else { panic!() };
        assert_eq!(code.named, Named::Nobody);
    }
}

#[test]
fn a_temporary_patients_form_bears_the_number_and_has_room_for_all_else() {
    let chart = extremes::temporary();
    let (bed, number) = (Bed::default(), chart.patient.id.clone());
    let check = chart::check_digit::confirmation(&number).unwrap();
    for form in forms().filter(|form| form.of_patient) {
        let mut pack = Pack::new(Lang::Ja, head(false));
        let pages = pack.form(form.code, Some(&row(&bed, &chart)), &id(7)).unwrap();
        for (at, page) in pack.laid.iter().enumerate() {
            let (text, bare) = (said(page), codes(page).is_empty());
            if bare && REGISTERED.contains(&form.code) {
                assert!(!text.contains(&number) && !text.contains("フリガナ"), "{}: a number of ours", form.code);
                continue;
            }
            assert!(text.contains(&number) && text.contains("フリガナ"), "{} page {}", form.code, at + 1);
            // What leaves the hospital shows nothing of our bookkeeping.
            assert_eq!(!bare, text.contains(&format!("\n{check}\n")) && text.contains("仮患者"), "{}", form.code);
            assert!(!text.contains("未確認") || form.code == "P16I", "{}: an answer, where a pen should", form.code);
        }
        let Some(SheetCode::Page(code)) = SheetCode::read(pages.codes.last().unwrap()) else { panic!() };
        assert_eq!(code.named, Named::Patient(number.clone()));
    }
}

#[test]
fn a_prescription_is_a_draft_without_narcotics_and_leaves_without_our_numbers() {
    let drugs = ["アムロジピンOD錠5mg", "オキシコンチンTR錠5mg"].map(|name| drug(name, "1", "1", "20211028", "14"));
    let chart = patient(drugs.to_vec());
    let bed = bed();
    let mut pack = Pack::new(Lang::Ja, head(false));
    let pages = pack.form("P10A", Some(&row(&bed, &chart)), &id(7)).unwrap();
    assert_eq!(pages.count, 2, "a page for the pharmacy, and its copy");
    let text = run(&pack.laid);
    // Open rows are never called closed; a narcotic is named on our own page alone.
    assert!(text.contains("アムロジピンOD錠5mg") && !text.contains("以下余白"), "{text}");
    let pages = [said(&pack.laid[0]), said(&pack.laid[1])].map(|page| page.replace('\n', ""));
    assert!(pages.iter().all(|page| page.contains("空いた行に斜線を引く")), "{pages:?}");
    assert!(!pages[0].contains("オキシコンチン") && !pages[0].contains("下書き"), "{pages:?}");
    assert!(pages[0].contains("医師の署名がないものは無効") && pages[0].contains("有効です"), "{pages:?}");
    assert!(pages[1].contains("【麻薬】オキシコンチンTR錠5mg は下書きしない"), "{pages:?}");
    assert!(pages[1].contains("医師の署名まで下書き") && !pages[1].contains("有効です"), "{pages:?}");
    assert!(pages[1].contains("控え・調剤には使えない"), "{pages:?}");
    // Drawn by lines, so without the breaks; 様式第二号 as it is since October 2024.
    let whole = text.replace(['\n', ' '], "");
    for asked in ["公費の受給者番号", "変更不可", "患者希望", "調剤実施回数", "受給者番号（第二公費）", "リフィル"]
    {
        assert!(whole.contains(asked), "{asked}: {whole}");
    }
    assert!(codes(&pack.laid[0]).is_empty() && codes(&pack.laid[1]).len() == 2);
    let (out, copy) = (said(&pack.laid[0]), said(&pack.laid[1]));
    assert!(
        !out.contains("3東 305") && !out.contains("照合番号") && copy.contains("【控え】") && copy.contains("照合番号")
    );
    assert!(pack.form("P99", None, &id(8)).is_err());
}

/// One form of one chart, or blank: the text of each page.
fn made(code: &str, chart: Option<&Chart>) -> Vec<String> {
    let (bed, mut pack) = (bed(), Pack::new(Lang::Ja, head(false)));
    let of = chart.map(|chart| row(&bed, chart));
    pack.form(code, of.as_ref(), &id(7)).unwrap();
    pack.laid.iter().map(|page| super::said(page).replace('\n', "")).collect()
}

/// A disease told, one untold and one suspected; a stay that ended, with an address.
fn discharged() -> Chart {
    let disclosure = Coded { code: "N".into(), text: "未告知".into(), ..Coded::default() };
    let untold = chart::Problem { disclosure, ..problem("膵癌") };
    assert!(untold.untold());
    let suspected = chart::Problem { suspected: true, ..problem("肺炎") };
    let mut person = person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ");
    if let chart::Body::Person(person) = &mut person {
        std::sync::Arc::make_mut(person).addresses = vec!["灯野県美灯市1-2-3".into()];
    }
    let messages = [
        message("ADT-00", 1, "20211001", vec![person]),
        message("ADT-22", 2, "20211001", vec![build::movement(chart::MoveKind::Admit, "20211001", "3東")]),
        message("ADT-52", 3, "20211010", vec![build::movement(chart::MoveKind::Discharge, "20211010", "3東")]),
        message("PPR-01", 4, "20211002", vec![problem("胃潰瘍").into(), untold.into(), suspected.into()]),
    ];
    chart_at(&messages, NOW)
}

#[test]
fn what_the_patient_reads_never_names_a_disease_that_was_not_told() {
    let chart = discharged();
    for code in ["P14A", "P16E", "P16F", "P17"] {
        for page in made(code, Some(&chart)) {
            assert!(page.contains("胃潰瘍") && page.contains("肺炎の疑い"), "{code}: {page}");
            assert!(!page.contains("膵癌") && !page.contains('◇'), "{code}: {page}");
        }
    }
    // What stays in the hospital has them all, with the neutral mark.
    for code in ["P13A", "P18"] {
        let text = made(code, Some(&chart)).concat();
        assert!(text.contains("◇膵癌") && text.contains("2021-04-01"), "{code}: {text}");
    }
}

#[test]
fn a_certificate_of_discharge_has_its_days_from_the_stay_and_room_where_the_copy_has_none() {
    let pages = made("P17", Some(&discharged()));
    assert!(pages.iter().all(|page| page.contains("2021-10-01") && page.contains("2021-10-10")), "{pages:?}");
    assert!(pages.iter().all(|page| page.contains("灯野県美灯市1-2-3")));
    assert!(!pages[0].contains("下書き") && pages[1].contains("下書き"), "{pages:?}");
    // Both days counted; only on the copy, since it certifies nothing.
    assert!(!pages[0].contains("10 日間") && pages[1].contains("10 日間（外泊を含む）"), "{pages:?}");
    let marks = |chart: &Chart| {
        let (bed, mut pack) = (bed(), Pack::new(Lang::Ja, head(false)));
        let marks = pack.form("P17", Some(&row(&bed, chart)), &id(7)).unwrap().marks;
        marks.iter().filter(|mark| mark.page == 1 && mark.name.starts_with("left.")).count()
    };
    assert_eq!((marks(&discharged()), marks(&patient(Vec::new()))), (0, 6));
}

#[test]
fn first_visits_and_stays_are_told_with_source_and_age() {
    let text = made("P18", Some(&discharged())).concat();
    for words in ["内科", "2021-10-01", "2021-10-10", "①", "コピーから数えた値"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn narcotics_are_never_drafted_and_a_letter_says_that_there_is_one() {
    let drugs = ["アムロジピンOD錠5mg", "オキシコンチンTR錠5mg"].map(|name| drug(name, "1", "1", "20211028", "14"));
    let chart = patient(drugs.to_vec());
    for code in ["P10D", "P16E", "P10C"] {
        assert!(!made(code, Some(&chart)).concat().contains("オキシコンチン"), "{code}");
    }
    assert!(!made("P10D", Some(&chart)).concat().contains("アムロジピン"));
    let letter = made("P16E", Some(&chart)).concat();
    assert!(letter.contains("アムロジピン") && letter.contains("麻薬の処方がある"));
    assert!(!made("P16E", Some(&discharged())).concat().contains("麻薬の処方がある"));
}

#[test]
fn a_check_up_has_the_last_final_value_with_its_date_beside_the_range() {
    let mut old = build::lab("HbA1c", "6.1", "20210401");
    let new = build::lab("HbA1c", "5.8", "20210901");
    old.unit = coded("%");
    let labs = vec![chart::Body::from(old), chart::Body::from(new)];
    let messages = [
        message("ADT-00", 1, "20210401", vec![person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ")]),
        message("OML-11", 2, "20210901", labs),
    ];
    let text = made("P19", Some(&chart_at(&messages, NOW))).concat();
    assert!(
        text.contains("5.8") && text.contains("09-01") && !text.contains("6.1") && text.contains("5.5以下"),
        "{text}"
    );
}

#[test]
fn a_blank_form_is_as_few_pages_as_it_must_be() {
    for lang in [Lang::Ja, Lang::En] {
        for sheet in sheets::forms::FORMS {
            let mut pack = Pack::new(lang, head(true));
            let count = pack.form(sheet.form.code, None, &id(7)).unwrap().count;
            let want = match sheet.form.code {
                // The graph, what is ticked, the events.
                "P14D" => 3,
                // Asked and measured, looked at and judged; and its copy.
                "P19" => 4,
                _ if sheet.form.bare => 2,
                _ => 1,
            };
            // Others' families have pages of their own.
            let mine = ["P10C", "P10D", "P13", "P14", "P15", "P16E", "P16F", "P17", "P18", "P19", "P20"];
            let mine = mine.iter().any(|code| sheet.form.code.starts_with(code));
            assert!(!mine || count == want, "{lang:?} {}: {count}", sheet.form.code);
        }
    }
}

#[test]
fn a_certificate_of_death_has_the_name_on_the_registrys_page_and_our_block_on_the_copy() {
    let [out, copy] = made("P15D", Some(&patient(Vec::new()))).try_into().unwrap();
    for page in [&out, &copy] {
        for words in
            ["山田 花子", "1970-03-02", "本診断書（検案書）発行年月日（令和）", "上記のとおり診断（検案）する。"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
    assert!(!out.contains("0000123") && !out.contains("ﾔﾏﾀﾞ") && !out.contains("51歳"), "{out}");
    assert!(copy.contains("0000123") && copy.contains("病院控え"), "{copy}");
    let blank = made("P15D", None);
    assert!(blank[0].contains("明治") && !blank[0].contains("患者番号") && blank[1].contains("患者番号"), "{blank:?}");
}
