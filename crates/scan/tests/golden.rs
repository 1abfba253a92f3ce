//! Every sheet as a picture: drawn by the reader of scans, compared with the picture of it that somebody looked at and kept.
//!
//! `ANDON_GOLDEN=keep cargo test -p scan --test golden` keeps what is drawn now; look at what `git diff` shows before it is committed.
//! Pictures are small (a page 330 pixels high, four greys): they hold where things stand and how dark they are, not letters' edges.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chart::{Chart, Lang, Moment};
use image::{GrayImage, Luma, imageops};
use paper::{
    ActionCard, ActionPrint, Bed, CHRONOLOGY_LINES, CallLine, CallPrint, Card, Checkpoint, ChronologyPrint,
    ChronologyRow, ChronologySpan, Extent, GateNotice, GateSeen, GateState, Head, Inpatient, Institution, LabelKind,
    Labels, Memo, NoticeLetter, Pack, PackageBlock, PackagePrint, PackageRow, QueueLine, QueuePrint, RegisterList,
    RegisterPrint, RegisterRow, SheetId, ThingInside, ThingTag, VisitTicket,
};

#[path = "../../chart/tests/build/mod.rs"]
mod build;
#[path = "../../paper/src/tests/extremes.rs"]
mod extremes;

/// Pixels on the longer side: A4 at 28 dpi, at which a line of writing is still a line.
const LONGEST: u32 = 330;
/// Greys that are kept.
const GREYS: u8 = 4;
/// Places of a page compared, pixels on a side.
const PLACE: u32 = 5;
/// By how much the mean of a place may differ, of 255: what two builds of one renderer differ by, far below a missing letter.
const MOST: i32 = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn head() -> Head {
    Head {
        hospital: "美灯町立病院（訓練）".into(),
        institution: Institution::default(),
        training: true,
        made: build::moment(extremes::NOW),
        printed_by: "山田 花子（3東-1）".into(),
        valid_until: Moment(build::moment(extremes::NOW).0 + 8 * 3_600_000),
    }
}

/// The head of a hospital that said where it is, at length.
fn head_in_full() -> Head {
    let [address, phone, prefecture, table, code] = extremes::INSTITUTION.map(str::to_owned);
    Head { institution: Institution { address, phone, prefecture, table, code }, ..head() }
}

fn id() -> SheetId {
    SheetId { number: "A1-000007".into() }
}

/// The PDF of one sheet in a language.
fn sheet(lang: Lang, chart: Option<&Chart>, make: impl FnOnce(&mut Pack, &Inpatient<'_>)) -> Vec<u8> {
    sheet_under(head(), lang, chart, make)
}

fn sheet_under(head: Head, lang: Lang, chart: Option<&Chart>, make: impl FnOnce(&mut Pack, &Inpatient<'_>)) -> Vec<u8> {
    let bed = Bed { ward: "3東".into(), room: "305".into(), bed: "2".into() };
    let mut pack = Pack::new(lang, head);
    make(&mut pack, &Inpatient { bed: &bed, chart, hide_name: false, marks: &[] });
    pack.finish().unwrap()
}

/// Every sheet by name: blank where there is a blank one, and of somebody with forty drugs, which is full and overflows.
fn sheets() -> BTreeMap<String, Vec<u8>> {
    let (forty, long) = (extremes::forty_drugs(), extremes::named(extremes::NAMES[1]));
    let (forty, known) = (Some(&forty), extremes::full());
    let mut sheets = BTreeMap::new();
    for form in paper::forms() {
        let code = form.code;
        let blank = sheet(Lang::Ja, None, |pack, _| drop(pack.form(code, None, &id()).unwrap()));
        sheets.insert(format!("{code}-blank"), blank);
        if form.of_patient {
            let full = sheet(Lang::Ja, forty, |pack, row| drop(pack.form(code, Some(row), &id()).unwrap()));
            sheets.insert(format!("{code}-forty"), full);
            // Of somebody of whom much is known, in long words.
            let form = |pack: &mut Pack, row: &Inpatient<'_>| drop(pack.form(code, Some(row), &id()).unwrap());
            let much = sheet_under(head_in_full(), Lang::Ja, Some(&known), form);
            sheets.insert(format!("{code}-full"), much);
        }
    }
    let mut keep = |name: &str, pdf: Vec<u8>| drop(sheets.insert(name.to_owned(), pdf));
    for (name, lang) in [("P4-forty", Lang::Ja), ("P4-forty-en", Lang::En)] {
        keep(name, sheet(lang, forty, |pack, row| drop(pack.summary(row, Extent::Whole, &id()).unwrap())));
    }
    let rows = |pack: &mut Pack, row: &Inpatient<'_>, which: &str| {
        let row = |chart| Inpatient { bed: row.bed, chart, hide_name: false, marks: &[] };
        let rows = [row(forty), row(Some(&long)), row(None)];
        match which {
            "P5" => {
                let (vault, hash) = ("4F".repeat(16), "9C03A1E7".repeat(8));
                let code = format!("LOG-{vault}-51234-{hash}");
                pack.carry(Some(Checkpoint { code, number: 51_002, sealed: build::moment(extremes::NOW) }));
                pack.board("3東", &rows, &id())
            }
            "PG" => pack.gaps("3東", &rows, &id()),
            "PR" => pack.dialysis(&rows, &id()),
            _ => pack.meals("3東", &rows, &id()),
        }
        .unwrap();
    };
    for name in ["P5", "PG", "PM", "PR"] {
        keep(name, sheet(Lang::Ja, forty, |pack, row| rows(pack, row, name)));
    }
    keep("PH", sheet(Lang::Ja, None, |pack, _| drop(pack.memo("3東", None::<&Memo>, &id()).unwrap())));
    for (name, count) in [("P11G", 0), ("P11G-forty", 40)] {
        let inside = |at| ThingInside {
            number: format!("A101-{at}-1"),
            what: "紙カルテ（入院）　1/3冊".into(),
            patient: format!("{at:08}"),
        };
        let (what, home) = ("箱　令和3年度 入院カルテ あ行".into(), "病歴室 棚5".into());
        let tag = ThingTag { what, home, keep_until: "2031-03-31".into(), inside: (1..=count).map(inside).collect() };
        keep(name, sheet(Lang::Ja, None, |pack, _| drop(pack.thing_tag(&tag, &id()).unwrap())));
    }
    headquarters(&mut keep);
    desk(&mut keep, forty);
    calls(&mut keep);
    results(&mut keep, forty, &known);
    keep("PB", sheet(Lang::Ja, None, |pack, _| drop(pack.batch(40, &id()).unwrap())));
    let codes = (0..10).map(|n| format!("{:04}-{:04}-{:02}", 4821 + n * 37, 9063 - n * 91, 17 + n)).collect();
    let card = Card { ward: "3東".into(), number: "K-03".into(), codes };
    keep("PK", sheet(Lang::Ja, None, |pack, _| drop(pack.card(&card, &id()).unwrap())));
    for (name, lang, state) in [("PN-held", Lang::Ja, GateState::Held), ("PN-over-en", Lang::En, GateState::Released)] {
        keep(name, sheet(lang, None, |pack, _| drop(pack.gate_notice(&notice(state), &id()).unwrap())));
    }
    labels(&mut keep, [("forty", forty), ("long", Some(&long))]);
    sheets
}

/// Labels of every kind.
fn labels(keep: &mut dyn FnMut(&str, Vec<u8>), whose: [(&str, Option<&Chart>); 2]) {
    for (name, kind, count) in
        [("L1", LabelKind::Patient, 21), ("L2", LabelKind::Tube, 6), ("L3", LabelKind::Wristband, 2)]
    {
        for (who, chart) in whose {
            let labels = |pack: &mut Pack, row: &Inpatient<'_>| {
                drop(pack.labels(row, &Labels::of(kind, count), &id()).unwrap());
            };
            keep(&format!("{name}-{who}"), sheet(Lang::Ja, chart, labels));
        }
    }
}

/// What headquarters prints.
fn headquarters(keep: &mut dyn FnMut(&str, Vec<u8>)) {
    for (name, lang, wall) in [("P1L", Lang::Ja, false), ("P1L-en", Lang::En, false), ("P1M", Lang::Ja, true)] {
        let print = chronology(wall);
        keep(name, sheet(lang, None, |pack, _| drop(pack.chronology(&print, &id()).unwrap())));
    }
    for (name, lang, print) in [
        ("P1N", Lang::Ja, registers(12)),
        ("P1N-en", Lang::En, registers(3)),
        ("P1N-none", Lang::Ja, RegisterPrint { lists: vec![RegisterList::default()], ..RegisterPrint::default() }),
    ] {
        keep(name, sheet(lang, None, |pack, _| drop(pack.register(&print, &id()).unwrap())));
    }
    for (name, lang) in [("P1P", Lang::Ja), ("P1P-en", Lang::En)] {
        keep(name, sheet(lang, None, |pack, _| drop(pack.package(&package(), &id()).unwrap())));
    }
    for (name, lang) in [("P3D", Lang::Ja), ("P3D-en", Lang::En)] {
        keep(name, sheet(lang, None, |pack, _| drop(pack.action(&cards(), &id()).unwrap())));
    }
}

/// What the desk prints: a ticket of a block and one of a station without, a full and an empty queue.
fn desk(keep: &mut dyn FnMut(&str, Vec<u8>), forty: Option<&Chart>) {
    for (name, number) in [("P6-ticket", "内101"), ("P6-ticket-long", "内3F2A01-112")] {
        let (day, departments) = ("2021年11月1日（月）".into(), "内科　整形外科".into());
        let ticket = VisitTicket { number: number.into(), day, departments };
        keep(name, sheet(Lang::Ja, forty, |pack, row| drop(pack.visit_card(Some(row), &ticket, &id()).unwrap())));
    }
    let line = |no: usize| QueueLine {
        ticket: if no % 5 == 4 { format!("整3F2A01-{no}") } else { format!("内1{no:02}") },
        number: format!("{:08}", 4821 + no),
        place: "診察 1診　整形外科".into(),
        since: "10:24（35分）".into(),
        flags: if no.is_multiple_of(3) {
            "結果待ち　他科あり　動きが分かれている".into()
        } else {
            String::new()
        },
    };
    for (name, lang, count) in [("P6Q", Lang::Ja, 40), ("P6Q-none-en", Lang::En, 0)] {
        let print = QueuePrint { about: "内科　残り 40人".into(), lines: (1..=count).map(line).collect() };
        keep(name, sheet(lang, None, |pack, _| drop(pack.queue(&print, &id()).unwrap())));
    }
}

/// Results by day: of somebody without any, of the copy alone, and with two of the outage that nobody confirmed.
fn results(keep: &mut dyn FnMut(&str, Vec<u8>), forty: Option<&Chart>, known: &Chart) {
    let mut outage = known.clone();
    for series in outage.labs.iter_mut().take(2) {
        Arc::make_mut(&mut series.latest.value).status = "R".into();
        Arc::make_mut(&mut series.latest.source).source = "停止中 端末 検査".into();
    }
    let all =
        [("P9E-none-en", Lang::En, forty), ("P9E", Lang::Ja, Some(known)), ("P9E-outage", Lang::Ja, Some(&outage))];
    for (name, lang, chart) in all {
        keep(name, sheet(lang, chart, |pack, row| drop(pack.results(row, &id()).unwrap())));
    }
}

/// A call list with much and little known of its rows; letters with an address and without.
fn calls(keep: &mut dyn FnMut(&str, Vec<u8>)) {
    let line = |no: u32| CallLine {
        no,
        name: if no == 3 {
            "御手洗 権左衛門ノ進 フランチェスカ".into()
        } else {
            "健診 花子".into()
        },
        kana: "ケンシン ハナコ".into(),
        number: format!("{:08}　1950-01-02", 4821 + no),
        phones: if no == 2 { String::new() } else { "054-000-0000 090-0000-0000".into() },
        planned: "2021-11-15 09:30　健診・予防接種　特定健診".into(),
        known: if no.is_multiple_of(3) {
            "検査は延期できる（佐藤医師）　不在2回".into()
        } else {
            String::new()
        },
    };
    for (name, lang, count) in [("P6C", Lang::Ja, 14), ("P6C-none-en", Lang::En, 0)] {
        let script = vec!["電子カルテが使えないため、ご予約を別の日にお願いする電話です。".to_owned()];
        let print =
            CallPrint {
                about: "健診 11月分　残り 350人".into(), script, lines: (1..=count).map(line).collect()
            };
        keep(name, sheet(lang, None, |pack, _| drop(pack.call_list(&print, &id()).unwrap())));
    }
    let text = "いつも当院をご利用いただきありがとうございます。電子カルテが使えないため、下のご予約を別の日にお願いしたく、お電話しましたがつながりませんでした。\n\nご予約　2021-11-15 09:30　健診・予防接種\n\nお手数ですが、下の番号へお電話ください。";
    for (name, lang, address) in [
        ("P6L", Lang::Ja, &["〒426-8677 静岡県藤枝市駿河台四丁目1番11号", "行灯ハイツ 203号室"][..]),
        ("P6L-to-write-en", Lang::En, &[]),
    ] {
        let letter = NoticeLetter {
            address: address.iter().map(|line| (*line).to_owned()).collect(),
            name: "健診 花子".into(),
            number: "00004821".into(),
            title: "ご予約についてのお知らせ".into(),
            text: text.lines().map(str::to_owned).collect(),
        };
        keep(name, sheet(lang, None, |pack, _| drop(pack.notice_letter(&letter, &id()).unwrap())));
    }
}

/// A cover, devices with much and little to say, a table that is empty.
fn package() -> PackagePrint {
    let says = |field: &str, value: &str| (field.to_owned(), value.to_owned());
    let row = |no: usize| PackageRow {
        lead: vec![format!("本機-{no:04}"), "2021-10-31 11:20".into(), "保全済".into()],
        rest: [
            says("だれが", "調査会社 A"),
            says("照合値（ハッシュ）", &"9c03a1e7".repeat(8)),
            says("封印", "封-0017"),
            says("そのほか・理由", "画面に〔患者〕の名前が写る。"),
        ][..1 + no % 4]
            .to_vec(),
        struck: no == 3,
    };
    let heads = ["番号", "記録時刻", "状態"].map(str::to_owned).to_vec();
    let title = "機器ごとの経過　1/1".to_owned();
    let devices = PackageBlock { title, sum: "9c03a1e79c03a1e7".into(), heads, rows: (1..=12).map(row).collect() };
    let none = PackageBlock { title: "添付の一覧（照合値）".into(), ..PackageBlock::default() };
    PackagePrint {
        stand: "警察への資料　2021-11-05 10:00 時点　6日目　サイバー攻撃の疑い　電子カルテ　停止を宣言".into(),
        cover: vec![
            says("患者の情報", "含まない（照会書・令状の記録なし）。〔患者〕に替えた所：12"),
            says("内容の照合値", &"9c03a1e7".repeat(8)),
            says("確かめ方", "フォルダーの中で sha256sum -c manifest.sha256"),
        ],
        blocks: vec![devices, none],
    }
}

/// Forty lines of the first night: corrected, struck, long, with a task.
fn chronology(wall: bool) -> ChronologyPrint {
    let row = |no: usize| ChronologyRow {
        number: format!("本-{no:04}"),
        at: format!("2021-10-31 {:02}:{:02}", no / 60, no % 60),
        entered: if no.is_multiple_of(4) { "（2021-10-31 02:10）".into() } else { String::new() },
        between: "3病棟 → 本部".into(),
        kind: "報告　電話".into(),
        text: "プリンターから脅迫文が出続けている。".repeat(1 + no % 3),
        before: if no.is_multiple_of(5) {
            "訂正前「紙が出続けている」記録 一郎 聞き違い".into()
        } else {
            String::new()
        },
        task: if no.is_multiple_of(2) {
            "情報担当　LANケーブルを抜く　00:40".into()
        } else {
            String::new()
        },
        state: if no.is_multiple_of(2) { "未対応".into() } else { String::new() },
        by: "記録 一郎".into(),
    };
    let rows: Vec<ChronologyRow> = (1..=40).map(row).collect();
    let span = |rows: &[ChronologyRow]| ChronologySpan { sum: "9c03a1e79c03a1e7".into(), lines: rows.to_vec() };
    ChronologyPrint {
        incident: "1日目　サイバー攻撃の疑い　電子カルテ　停止を宣言　病院体制：黄（通常診療中止・受入）".into(),
        chosen: "本部".into(),
        wall,
        pages: rows.chunks(CHRONOLOGY_LINES[usize::from(wall)]).map(span).collect(),
    }
}

/// Cards of three lengths: two to a page while they fit, one that does not.
fn cards() -> ActionPrint {
    let card = |number: usize, steps: usize| {
        let step = |at: usize| {
            let text =
                ["保守回線・VPNを外す。線と時刻を書く", "サーバーとPC：LANだけ抜く。電源は切らない・再起動しない"]
                    [at % 2];
            (text.repeat(1 + at / 4), if at == 0 { "10-31 00:41 情報 担当".to_owned() } else { String::new() })
        };
        let fields = [("電話", "電子カルテベンダー、調査会社"), ("終える条件", "外した線を本部が知っている")];
        ActionCard {
            number: format!("本札-{number:04}"),
            title: "情報担当（初動）".into(),
            note: "情報　異常を聞いたとき".into(),
            before: vec![("してはいけないこと".into(), "自分の判断で初期化する".into())],
            steps: (0..steps).map(step).collect(),
            fields: fields.map(|(field, value)| (field.into(), value.into())).to_vec(),
        }
    };
    let incident = "1日目　サイバー攻撃の疑い　電子カルテ　停止を宣言".into();
    ActionPrint { incident, cards: vec![card(1, 6), card(2, 5), card(3, 4), card(4, 14), card(5, 4)] }
}

/// Services with much to say, then a call list.
fn registers(count: usize) -> RegisterPrint {
    let row = |mark: &str, no: usize, name: &str, state: &str, fields: &[(&str, &str)]| RegisterRow {
        number: format!("本{mark}-{no:04}"),
        state: state.into(),
        name: name.into(),
        fields: fields.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect(),
        by: "2021-10-31 10:12 記録 一郎".into(),
    };
    let says = "予約のある再診の方を診ます。お薬手帳と検査結果の写しをお持ちください。".repeat(3);
    let service = |no| {
        let fields = [("条件", says.as_str()), ("例外", "透析・産科は通常どおり"), ("再開の予定", "2022-01-04")];
        row("診", no, "外来（予約再診）", "制限　期限切れ", &fields[..1 + no % 3])
    };
    let call = |no| {
        row(
            "網",
            no,
            "髙橋 﨑太郎",
            "未連絡",
            &[("職", "当直師長"), ("電話", "0883-00-0000"), ("次に電話する相手", "当直医、看護部長")],
        )
    };
    let list = |title: &str, rows: Vec<RegisterRow>| RegisterList {
        title: title.into(),
        counts: format!("制限 {count}"),
        rows,
    };
    RegisterPrint {
        incident: "1日目　サイバー攻撃の疑い　電子カルテ　停止を宣言　病院体制：黄（通常診療中止・受入）".into(),
        lists: vec![
            list("診療・業務の可否", (1..=count).map(service).collect()),
            list("連絡網", (1..=count).map(call).collect()),
        ],
    }
}

/// What the gate says of a source that is being encrypted, or was.
fn notice(state: GateState) -> GateNotice {
    let now = build::moment(extremes::NOW);
    let one = |what: &str, count: &str| GateSeen { at: now, what: what.into(), count: count.into() };
    let held = state == GateState::Held;
    let seen = [one("続けて、または目立って多く、解読できない", "3（3）"), one("古い文書が書き換えられた", "20（20）")];
    GateNotice {
        source: "std1".into(),
        state,
        since: now,
        held: if held { 412 } else { 0 },
        seen: if held { seen.to_vec() } else { Vec::new() },
        due: held.then_some(Moment(now.0 + 24 * 3_600_000)),
        decided: (!held).then(|| (now, "山田 太郎".into(), "保留を解除する  業者と確かめた".into())),
    }
}

/// The pages of a PDF, small and in few greys.
fn drawn(pdf: &[u8]) -> Vec<GrayImage> {
    let mut pages = Vec::new();
    while let Ok(jpeg) = scan::picture(pdf, pages.len() + 1, LONGEST) {
        let mut page = image::load_from_memory(&jpeg).unwrap().into_luma8();
        let step = 255 / (GREYS - 1);
        page.pixels_mut().for_each(|Luma([grey])| *grey = grey.saturating_add(step / 2) / step * step);
        pages.push(page);
    }
    assert!(!pages.is_empty());
    pages
}

/// Where two pictures differ most, and by how much.
fn unlike(a: &GrayImage, b: &GrayImage) -> Option<(u32, u32, i32)> {
    if a.dimensions() != b.dimensions() {
        return Some((0, 0, i32::MAX));
    }
    let places = |picture: &GrayImage| {
        imageops::resize(picture, picture.width() / PLACE, picture.height() / PLACE, imageops::FilterType::Triangle)
    };
    let (a, b) = (places(a), places(b));
    let differ = |(x, y, Luma([grey])): (u32, u32, &Luma<u8>)| {
        (x * PLACE, y * PLACE, (i32::from(*grey) - i32::from(b.get_pixel(x, y).0[0])).abs())
    };
    a.enumerate_pixels().map(differ).max_by_key(|place| place.2).filter(|place| place.2 > MOST)
}

#[test]
fn every_sheet_looks_as_it_did_when_somebody_looked() {
    let keep = std::env::var("ANDON_GOLDEN").is_ok_and(|word| word == "keep");
    let mut kept: Vec<String> = std::fs::read_dir(folder())
        .map(|files| files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    let mut wrong = Vec::new();
    for (name, pdf) in sheets() {
        for (at, page) in drawn(&pdf).iter().enumerate() {
            let file = format!("{name}-{}.png", at + 1);
            let path = folder().join(&file);
            kept.retain(|kept| *kept != file);
            if keep {
                std::fs::create_dir_all(folder()).unwrap();
                page.save(&path).unwrap();
                continue;
            }
            match image::open(&path).map(|kept| unlike(&kept.into_luma8(), page)) {
                Ok(None) => {}
                Ok(Some((x, y, by))) => {
                    let now = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
                    page.save(&now).unwrap();
                    wrong.push(format!("{file}: differs by {by} about {x},{y}; now: {}", now.display()));
                }
                Err(error) => wrong.push(format!("{file}: {error}")),
            }
        }
    }
    if keep {
        kept.iter().for_each(|file| std::fs::remove_file(folder().join(file)).unwrap());
        return;
    }
    wrong.extend(kept.into_iter().map(|file| format!("{file}: no sheet has this page any more")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The comparison sees what a person would: one drug with another strength, a line less, a name that moved.
#[test]
fn a_word_more_or_less_is_seen() {
    let page = |code: &str, chart: Option<&Chart>| {
        drawn(&sheet(Lang::Ja, chart, |pack, row| drop(pack.form(code, Some(row), &id()).unwrap()))).remove(0)
    };
    let one = extremes::patient(vec![build::drug("アムロジピンＯＤ錠５ｍｇ", "1", "1", "20211030", "14")]);
    let other = extremes::patient(vec![build::drug("アムロジピンＯＤ錠５ｍｇ「トーワ」", "1", "1", "20211030", "14")]);
    let of = |chart: &Chart| {
        drawn(&sheet(Lang::Ja, Some(chart), |pack, row| drop(pack.summary(row, Extent::FirstPage, &id()).unwrap())))
            .remove(0)
    };
    assert_eq!(unlike(&of(&one), &of(&one)), None);
    assert!(unlike(&of(&one), &of(&other)).is_some());
    let long = extremes::named(extremes::NAMES[1]);
    assert!(unlike(&page("P13B", Some(&one)), &page("P13B", Some(&long))).is_some());
}
