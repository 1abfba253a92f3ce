//! A package put together: what headquarters held at a moment, cleared of what may not leave, as CSV, JSON and a numbered document, with a
//! list of sums; and who was handed it.

use chart::{Lang, Moment};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::Reader;

use super::held::{Held, chosen};
use super::known::Known;
use super::search::{Rules, What};
use super::table::{Clearing, Doubt, Found, Table};
use super::{Kind, contents, cover, files, recorded};
use crate::home::{Problem, wrong};
use crate::sheets::{self, pieces::Write};
use crate::text::Words;

/// Rows on paper at once.
const ROWS_MAX: usize = 10_000;
/// Rows of one sheet of the document: well below the pages that a sheet may have.
const SHEET_ROWS: usize = 600;
/// Characters of a name.
pub const NAME_CHARS: usize = 100;

/// What is to be made.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// For whom.
    pub kind: Kind,
    /// Number of the incident; empty: the present one, else the last.
    pub incident: String,
    /// As of when; `None`: now.
    pub until: Option<Moment>,
    /// 区分 of the lines that go into the police's package; none: those that concern an attack.
    pub categories: Vec<String>,
    /// Numbers of 照会書 and warrants, by which patients stand.
    pub warrants: Vec<String>,
    /// To whom it is handed; empty: to nobody yet.
    pub to: String,
    /// Who looked at the draft of a publication and approves it; empty: a draft is made.
    pub approved_by: String,
    /// The sum of the draft that was looked at.
    pub draft: String,
    /// Vendors are hidden too.
    pub vendors: bool,
    /// People are told apart by number.
    pub pseudonyms: bool,
    /// Words that are hidden too.
    pub hide: Vec<String>,
    /// Words that stand.
    pub keep: Vec<String>,
    /// Language of titles.
    pub lang: Lang,
    /// Name and role of who makes it.
    pub by: (String, String),
}

/// What was made.
pub struct Made {
    /// How the package is called: of its folder and of its file.
    pub name: String,
    /// Its files, each with its name; the list of sums last.
    pub files: Vec<(String, Vec<u8>)>,
    /// SHA-256 of the list of sums, hexadecimal: the sum of the package.
    pub sum: String,
    /// SHA-256 over the CSVs: what a draft and its approval agree in.
    pub content: String,
    /// The tables as they leave.
    pub tables: Vec<Table>,
    /// What was hidden, or counted where it stands.
    pub found: Vec<Found>,
    /// How often each was found.
    pub counts: std::collections::BTreeMap<&'static str, usize>,
    /// What a person should look at.
    pub doubts: Vec<Doubt>,
    /// Numbers of the sheets of its document; none of a draft.
    pub sheets: Vec<String>,
    /// The chronology's line that says who was handed it, or who approved it.
    pub line: Option<String>,
    /// Nobody has approved it yet: it does not leave the house.
    pub draft: bool,
    /// The incident; empty for none.
    pub incident: String,
    /// As of when.
    pub until: Moment,
}

/// What cannot be asked for together.
fn allowed(order: &Order) -> Result<(), Problem> {
    if !order.warrants.is_empty() && order.kind != Kind::Police {
        return Err(wrong(
            "照会書・令状で患者の情報を出せるのは、警察への資料だけです。",
            "A warrant opens patients' data in the police's package only.",
        ));
    }
    if !(order.categories.is_empty() || order.kind == Kind::Police) {
        return Err(wrong(
            "区分を選べるのは、警察への資料だけです。",
            "Categories are chosen for the police's package only.",
        ));
    }
    for category in &order.categories {
        if !crate::event::CATEGORIES.contains(&category.as_str()) {
            let list = crate::event::CATEGORIES.join(" ");
            return Err(wrong(
                &format!("{category}: この区分はありません。あるもの: {list}"),
                &format!("{category}: no such category; there are: {list}"),
            ));
        }
    }
    if order.kind != Kind::Publication && !order.approved_by.is_empty() {
        return Err(wrong("承認が要るのは、公表用の資料だけです。", "Only a publication is approved."));
    }
    if order.kind == Kind::Publication && !order.approved_by.is_empty() && order.draft.is_empty() {
        return Err(wrong(
            "先に下書きを作り、伏せた所と疑わしい所を見てください。承認するときは、その下書きを指定します（--draft フォルダー）。",
            "First make a draft and look at what was hidden and what is doubtful; to approve, name that draft (--draft FOLDER).",
        ));
    }
    if order.kind == Kind::Publication && order.approved_by.is_empty() && !order.to.is_empty() {
        return Err(wrong(
            "下書きは渡せません。承認してから渡してください。",
            "A draft is not handed over: have it approved first.",
        ));
    }
    let long = |name: &str| name.chars().count() > NAME_CHARS;
    if order.by.0.trim().is_empty() || long(&order.by.0) || long(&order.to) || long(&order.approved_by) {
        return Err(wrong(
            "氏名・渡す相手は、100文字までで書いてください。",
            "Names must be written, with at most 100 characters.",
        ));
    }
    Ok(())
}

/// What is hidden in a package of a kind.
fn rules(order: &Order) -> Rules {
    let publication = order.kind == Kind::Publication;
    let fold = |words: &[String]| words.iter().map(|word| chart::fold_name(word)).collect::<Vec<_>>();
    Rules {
        persons: publication || order.pseudonyms,
        ways: publication,
        vendors: order.vendors,
        hide: super::letters::Terms::of(fold(&order.hide)),
        keep: fold(&order.keep),
    }
}

/// Makes a package; what is given out was numbered, and who is handed it written down, before a byte of it is there.
///
/// # Errors
/// It cannot be asked for, a warrant is not in the register, what was approved is no longer what would leave; the store cannot be read or
/// written.
pub fn make(reader: &Reader, order: &Order, now: Moment, write: Write<'_>) -> Result<Made, Problem> {
    allowed(order)?;
    let (t, until) = (Words::of(order.lang), order.until.unwrap_or(now));
    recorded::warrants(reader, &order.warrants)?;
    let held = Held::of(reader, chosen(reader, &order.incident)?.as_deref(), until)?;
    let (people, accounts, vendors) = held.names();
    let known = Known::of(reader, &people, &accounts, &vendors)?;
    let mut clearing = Clearing {
        known: &known,
        rules: rules(order),
        stands: !order.warrants.is_empty(),
        pseudonyms: order.pseudonyms,
        t,
        found: Vec::new(),
        doubts: Vec::new(),
    };
    let mut tables = contents::of(order, &held, t);
    tables.iter_mut().for_each(|table| clearing.table(table));
    let stand = clearing.text(&cover::stand(order, &held, t), super::search::Sort::Free, "");
    let csvs: Vec<(String, Vec<u8>)> =
        tables.iter().map(|table| (format!("{}.csv", table.code), table.csv())).collect();
    let content = content(&csvs);
    let draft = order.kind == Kind::Publication && order.approved_by.is_empty();
    if !draft && order.kind == Kind::Publication && order.draft != content {
        return Err(wrong(
            "下書きを見てから、出す内容が変わりました（新しい行、訂正、選び方の違い）。下書きを作り直して見てください。",
            "What would be published is no longer what the draft showed (new lines, corrections, other choices): make a draft again and look.",
        ));
    }
    let counts = clearing.counts();
    let Clearing { found, doubts, .. } = clearing;
    let incident = held.incident.as_ref().map(|of| of.id.clone()).unwrap_or_default();
    let name = files::name(order.kind, until, &content, draft);
    let mut made = Made {
        name,
        files: csvs,
        sum: String::new(),
        content,
        tables,
        found,
        counts,
        doubts,
        sheets: Vec::new(),
        line: None,
        draft,
        incident,
        until,
    };
    fill(reader, &mut made, order, (&stand, now), write)?;
    let leaves = !order.to.is_empty() || !order.approved_by.is_empty();
    if !draft && leaves {
        made.line = Some(recorded::handed(&made, order, now, write)?);
    }
    Ok(made)
}

/// The sum over the CSVs.
fn content(csvs: &[(String, Vec<u8>)]) -> String {
    let mut sum = Sha256::new();
    csvs.iter().for_each(|(_, csv)| sum.update(csv));
    vault::hash::to_hex(&sum.finalize())
}

/// The other files beside the CSVs, and before them the document where there is one.
fn fill(
    reader: &Reader,
    made: &mut Made,
    order: &Order,
    (stand, now): (&str, Moment),
    write: Write<'_>,
) -> Result<(), Problem> {
    let t = Words::of(order.lang);
    let mut list = std::mem::take(&mut made.files);
    let said = cover::said(reader, made, order, now, t);
    if !made.draft {
        let parts = parts(&made.tables, stand, said.clone())?;
        let hospital = reader.about().hospital.clone();
        let shown = if order.kind == Kind::Publication { hospital.as_str() } else { order.by.0.as_str() };
        let printed = sheets::package::print(reader, &parts, (order.lang, shown, &order.by), now, write)?;
        if !printed.failed.is_empty() {
            return Err(Problem::failed(printed.failed.join("\n")));
        }
        made.sheets = printed.sheets.iter().map(|sheet| sheet.number.clone()).collect();
        list.insert(0, ("package.pdf".to_owned(), printed.pdf));
    } else {
        list.push(("for-approval.csv".to_owned(), cover::for_approval(made, t)));
    }
    list.push(("package.json".to_owned(), files::lines(&as_json(reader, made, order, now))?));
    let sums = files::manifest(&list);
    made.sum = files::sum(&sums);
    list.push((files::MANIFEST.to_owned(), sums));
    made.files = list;
    Ok(())
}

/// The document: its cover with the first tables, then a sheet for each so many rows.
fn parts(tables: &[Table], stand: &str, cover: Vec<(String, String)>) -> Result<Vec<paper::PackagePrint>, Problem> {
    if tables.iter().map(|table| table.rows.len()).sum::<usize>() > ROWS_MAX {
        return Err(wrong(
            &format!("{ROWS_MAX}行を超えるものは一度に作れません。時点（--at）か区分（--category）で絞ってください。"),
            &format!(
                "More than {ROWS_MAX} rows cannot be made at once: choose a time (--at) or categories (--category)."
            ),
        ));
    }
    let part = |cover| paper::PackagePrint { stand: stand.to_owned(), cover, blocks: Vec::new() };
    let (mut parts, mut last, mut rows) = (Vec::new(), part(cover), 0);
    for block in tables.iter().flat_map(Table::blocks) {
        if rows + block.rows.len() > SHEET_ROWS {
            parts.push(std::mem::replace(&mut last, part(Vec::new())));
            rows = 0;
        }
        rows += block.rows.len();
        last.blocks.push(block);
    }
    parts.push(last);
    Ok(parts)
}

/// All of it for a program. Of what was hidden only how much; a publication names nobody; what was chosen stands in the draft alone.
fn as_json(reader: &Reader, made: &Made, order: &Order, now: Moment) -> Value {
    let tables: serde_json::Map<String, Value> =
        made.tables.iter().map(|table| (table.code.to_owned(), table.json())).collect();
    let (about, publication) = (reader.about(), order.kind == Kind::Publication);
    let named = |name: &str| if publication { String::new() } else { name.to_owned() };
    let mut said = json!({
        "format": "andon-package-1", "package": order.kind.code(), "name": made.name, "draft": made.draft,
        "training": about.training, "hospital": about.hospital, "incident": made.incident, "as_of": made.until, "made": now,
        "made_by": named(&order.by.0), "to": named(&order.to), "approved": !order.approved_by.is_empty(),
        "warrants": order.warrants, "program": env!("CARGO_PKG_VERSION"), "hidden": made.counts,
        "patients_stand": !order.warrants.is_empty(), "content": made.content, "sheets": made.sheets, "tables": tables,
    });
    if made.draft {
        said["choices"] = json!({"hide": order.hide, "keep": order.keep, "vendors": order.vendors});
    }
    said
}

/// What of a package is a patient's, as the cover counts it.
pub(super) fn patients(made: &Made) -> usize {
    made.found.iter().filter(|found| matches!(found.what, What::Patient | What::Family)).count()
}
