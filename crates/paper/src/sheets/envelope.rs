//! Papers of an envelope (閲覧用カルテファイル): the tag that goes with it, and for each holder a sheet to be sealed with the figures that open
//! it. The two never lie in one place. A tag is what a loss report is written from (users.md 14).

use chart::Moment;

use crate::canvas::{Area, MM};
use crate::code::code_of;
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static TAG: Form = Form {
    code: "PE",
    version: 1,
    class: Class::Return,
    title: ["閲覧用カルテファイルの票", "Tag of a chart file"],
    size: Size::Upright,
    note: [
        "ファイルの入ったスティックに付ける。開くための番号の紙とは別の場所に置く。紛失は、すぐ情報担当と本部へ。下の件数が報告の元になる。",
        "Goes with the stick the file is on; never beside the sealed sheets. A loss is told to IT and headquarters at once: the counts below go into the report.",
    ],
    standing: [
        "スティックに付ける・返却か廃棄で戻す",
        "Stays with the stick; comes back when it is returned or destroyed",
    ],
    bare: false,
};

pub(crate) static OPENING: Form = Form {
    code: "PU",
    version: 1,
    class: Class::Return,
    title: ["閲覧用カルテファイルを開く番号（封入用）", "Figures that open a chart file (to be sealed)"],
    size: Size::Upright,
    note: [
        "印刷したら折って封筒に入れ、封をして署名する。写しを取らない。写真に撮らない。開封したら、このファイルは使い回さない。",
        "Fold, seal and sign as soon as it is printed. No copies, no photographs. Once the seal is broken, the file is not used again.",
    ],
    standing: ["封をして持ち主が保管・開封したら返す", "Kept sealed by its holder; returned once opened"],
    bare: false,
};

/// What the tag of an envelope says.
#[derive(Clone, Debug)]
pub struct EnvelopeTag {
    /// Number of the file.
    pub number: String,
    /// Figures of its SHA-256, in groups: `1a2b-3c4d-5e6f-7a8b`.
    pub hash: String,
    /// Figures of the hash of the station's key, in groups.
    pub station: String,
    /// Names of its files.
    pub files: Vec<String>,
    /// When it was made.
    pub made: Moment,
    /// Until when it may be worked by.
    pub until: Moment,
    /// The newest data in it.
    pub data: Option<Moment>,
    /// What it holds and how many of each, in words.
    pub counts: Vec<(String, String)>,
    /// Who decided what its index holds, and when, in words.
    pub decided: String,
    /// Names of the holders of its sealed sheets.
    pub holders: Vec<String>,
}

/// What a sealed sheet says. It has no `Debug`: its figures are for paper.
pub struct EnvelopeOpening {
    /// Number of the file.
    pub number: String,
    /// Whose sheet it is.
    pub holder: String,
    /// Until when the file may be worked by.
    pub until: Moment,
    /// The figures in their groups; the check figures are the last.
    pub groups: Vec<String>,
    /// All figures, for a scanner.
    pub whole: String,
}

/// How the code of a tag begins: no form of ours is called so.
const CODE: &str = "ENV";
const CODE_SIDE: f32 = 24.0 * MM;
const LINE: f32 = 11.0 * MM;
/// Lines of the log of a sealed sheet: what its page has room for.
const LOOKS: usize = 8;
const FIGURES: f32 = 22.0;

/// The pages of a tag.
pub(crate) fn tag(w: &Words, head: &Head, id: &SheetId, tag: &EnvelopeTag) -> Result<Made, Error> {
    let stand = Stand { words: format!("{} {}", w.say(NUMBER), tag.number), data: tag.data };
    let mut sheet = Sheet::new(w, head, id, &TAG, Who::default(), stand);
    sheet.ink.at(w.say(TAG.title));
    warning(&mut sheet, w.say(WARNING));
    let (left, top, room) = (sheet.left(), sheet.y, sheet.room() - CODE_SIDE - 6.0);
    let payload = format!("{CODE}-{}-{}", tag.number, tag.hash.replace('-', "").to_uppercase());
    let code = code_of(&payload, left + room + 6.0, top, CODE_SIDE);
    sheet.page().ops.extend(code);
    for (label, text) in [(NUMBER, &tag.number), (HASH, &tag.hash), (STATION, &tag.station)] {
        let y = sheet.y;
        sheet.put(w.say(label), left, y, 10.5, Weight::Regular);
        sheet.put(text, left, y + 12.0, 18.0, Weight::Bold);
        sheet.y += 36.0;
    }
    sheet.y = sheet.y.max(top + CODE_SIDE) + 4.0;
    let y = sheet.y;
    sheet.y += sheet.block(w.say(VERIFY), left, y, sheet.room(), 10.5, Weight::Regular) + 6.0;
    let when = |at: Moment| at.to_string();
    let none = w.say(NO_DATA).to_owned();
    let mut facts: Vec<(String, String)> = vec![
        (w.say(FILES).to_owned(), tag.files.join("、")),
        (w.say(MADE).to_owned(), when(tag.made)),
        (w.say(UNTIL).to_owned(), when(tag.until)),
        (w.say(DATA).to_owned(), tag.data.map_or(none, when)),
    ];
    facts.extend(tag.counts.iter().cloned());
    facts.push((w.say(DECIDED).to_owned(), tag.decided.clone()));
    facts.push((w.say(HOLDERS).to_owned(), tag.holders.join("、")));
    let ink = &mut sheet.ink;
    let row = |(label, text): &(String, String)| {
        Row::new(vec![Cell::default().line(ink, label, 10.5, Weight::Regular), Cell::bold(ink, text)])
    };
    let rows = facts.iter().map(row).collect();
    let wide = sheet.room();
    let columns = vec![(String::new(), wide * 0.4), (String::new(), wide * 0.6)];
    sheet.table(&Table { title: w.say(HELD).to_owned(), columns, rows, grid: true, ..Table::default() });
    hands(&mut sheet, w);
    sheet.finish()
}

/// Who has it since when: written by hand.
fn hands(sheet: &mut Sheet<'_>, w: &Words) {
    let wide = sheet.room();
    let columns = [(WHEN, 0.2), (WHAT, 0.3), (WHO, 0.25), (WORDS, 0.25)];
    let columns = columns.map(|(label, part)| (w.say(label).to_owned(), wide * part)).to_vec();
    let ink = &mut sheet.ink;
    let row = |act: &Label| Row {
        least: LINE,
        ..Row::new(vec![
            Cell::default(),
            Cell::default().line(ink, w.say(*act), 10.5, Weight::Regular),
            Cell::default(),
            Cell::default(),
        ])
    };
    let rows = ACTS.iter().map(row).collect();
    sheet.table(&Table { title: w.say(HANDS).to_owned(), columns, rows, grid: true, ..Table::default() });
}

/// The page of a sealed sheet.
pub(crate) fn opening(w: &Words, head: &Head, id: &SheetId, opening: &EnvelopeOpening) -> Result<Made, Error> {
    let words = format!("{} {}   {} {}", w.say(NUMBER), opening.number, w.say(HOLDER), opening.holder);
    let mut sheet = Sheet::new(w, head, id, &OPENING, Who::default(), Stand { words, data: None });
    sheet.ink.at(w.say(OPENING.title));
    warning(&mut sheet, w.say(WARNING));
    let left = sheet.left();
    for (at, step) in STEPS.iter().enumerate() {
        let (y, room) = (sheet.y, sheet.room());
        sheet.put(&format!("{}.", at + 1), left, y, 12.0, Weight::Bold);
        sheet.y += sheet.block(w.say(*step), left + 20.0, y, room - 20.0, 12.0, Weight::Regular) + 2.5;
    }
    let (top, room) = (sheet.y + 8.0, sheet.room());
    let box_wide = room / opening.groups.len().max(1) as f32;
    sheet.ink.at(w.say(GROUPS));
    sheet.put(w.say(GROUPS), left, top, 12.0, Weight::Bold);
    for (at, group) in opening.groups.iter().enumerate() {
        let is_check = at + 1 == opening.groups.len();
        let x = left + at as f32 * box_wide;
        let area = Area::new(x + 2.0, top + 18.0, box_wide - 4.0, 18.0 * MM);
        sheet.page().frame(area, 1.2);
        let label = if is_check { w.say(CHECK).to_owned() } else { (at + 1).to_string() };
        sheet.put(&label, area.x + 4.0, area.y + 3.0, 10.5, Weight::Regular);
        sheet.put(group, area.x + 7.0, area.y + 20.0, FIGURES, Weight::Bold);
    }
    let below = top + 18.0 + 18.0 * MM + 10.0;
    let code = code_of(&opening.whole, left, below, CODE_SIDE);
    sheet.page().ops.extend(code);
    let beside = left + CODE_SIDE + 8.0;
    sheet.block(w.say(SCANNER), beside, below + 4.0, room - CODE_SIDE - 8.0, 10.5, Weight::Regular);
    let until = format!("{} {}", w.say(UNTIL), opening.until);
    sheet.put(&until, beside, below + 44.0, 12.0, Weight::Bold);
    sheet.y = below + CODE_SIDE + 8.0;
    looks(&mut sheet, w);
    sheet.finish()
}

/// Who looked at whom and why: the file itself keeps nothing of it.
fn looks(sheet: &mut Sheet<'_>, w: &Words) {
    let wide = sheet.room();
    let columns = [(WHEN, 0.18), (PATIENT, 0.22), (WHY, 0.35), (LOOKED, 0.25)];
    let columns = columns.map(|(label, part)| (w.say(label).to_owned(), wide * part)).to_vec();
    let row = |_| Row { least: LINE, ..Row::new(vec![Cell::default(); 4]) };
    let rows = (0..LOOKS).map(row).collect();
    sheet.table(&Table { title: w.say(LOG).to_owned(), columns, rows, grid: true, ..Table::default() });
}

fn warning(sheet: &mut Sheet<'_>, words: &str) {
    let (left, room, top) = (sheet.left(), sheet.room(), sheet.y + 2.0);
    let high = sheet.block(words, left + 6.0, top + 4.0, room - 12.0, 13.0, Weight::Bold);
    sheet.page().frame(Area::new(left, top, room, high + 8.0), 2.5);
    sheet.y = top + high + 14.0;
}

const WARNING: Label = [
    "⚠ 電子カルテ端末・院内LANにつながっていたPCでは開かない。停止時専用PCだけで使う。",
    "⚠ Never on an EMR terminal or a PC that was on the hospital network. Only on the ward's own downtime PC.",
];
const NUMBER: Label = ["ファイル番号", "File number"];
const HASH: Label = ["照合値（SHA-256 のはじめの16文字）", "Hash (first 16 figures of SHA-256)"];
const STATION: Label = ["作った端末の鍵", "Key of the station that made it"];
const VERIFY: Label = [
    "画面は自分が本物であることを示せない。別の清潔な端末で `andon envelope verify ファイル` を実行し、番号・照合値・鍵がこの票と同じことを確かめる。",
    "A page cannot prove itself. On another, clean machine run `andon envelope verify FILE` and compare number, hash and key with this tag.",
];
const HELD: Label = ["中身（紛失の報告に使う件数）", "What is in it (counts for a loss report)"];
const FILES: Label = ["ファイル", "Files"];
const MADE: Label = ["作成", "Made"];
const UNTIL: Label = ["期限", "Good until"];
const DATA: Label = ["データ時点", "Data as of"];
const NO_DATA: Label = ["データなし", "no data"];
const DECIDED: Label = ["索引の内容を決めた人", "Who decided what the index holds"];
const HOLDERS: Label = ["開く番号の紙を持つ所", "Holders of sealed sheets"];
const HANDS: Label = ["だれの手に", "In whose hands"];
const WHEN: Label = ["日時", "Date, time"];
const WHAT: Label = ["したこと", "What"];
const WHO: Label = ["氏名（渡した人・受け取った人）", "Names (from, to)"];
const WORDS: Label = ["場所・わけ", "Where, why"];
const ACTS: [Label; 4] = [
    ["持出・受領", "handed over"],
    ["開封（使い回さない）", "opened (not used again)"],
    ["返却", "returned"],
    ["廃棄（消去・破砕）", "destroyed (wiped, broken)"],
];
const LOG: Label = ["閲覧の記録（ファイルには残らない）", "Log of looks (the file keeps none)"];
const PATIENT: Label = ["患者番号", "Patient's number"];
const WHY: Label = ["理由（印刷したら「印刷」）", "Why (and \"printed\")"];
const LOOKED: Label = ["見た人の氏名", "Name"];
const HOLDER: Label = ["持ち主", "Holder"];
const STEPS: [Label; 4] = [
    [
        "停止時専用PCにスティックを挿し、番号が同じ HTML ファイルを開く。",
        "Put the stick into the downtime PC and open the HTML file of the same number.",
    ],
    [
        "下の24桁を4桁ずつ、つづけて検査数字2桁を入れる。全角でも半角でもよい。",
        "Type the 24 figures below, four to a box, then the two check figures; full or half width.",
    ],
    ["期限を過ぎたファイルは警告が出る。値は古い。", "A file past its date warns first: its values are old."],
    [
        "だれのカルテをなぜ見たか・印刷したかを、下の閲覧の記録に書く。使い終えたら画面を閉じ、この紙を情報担当に返す。",
        "Write in the log below whose chart was looked at or printed, and why. When done, close it and return this sheet to IT.",
    ],
];
const GROUPS: Label = ["開く番号", "Figures"];
const CHECK: Label = ["検査", "check"];
const SCANNER: Label = [
    "二次元コードリーダーがあれば、最初の枠でこのコードを読む。",
    "With a scanner: read this code into the first box.",
];
