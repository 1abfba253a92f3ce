//! クロノロ on paper: the lines as they stand, block by block with a sum, for meetings (A4) and for the wall (A3).

use axum::extract::State;
use axum::response::Response;
use chart::{Lang, Moment};
use paper::{CHRONOLOGY_LINES, ChronologyPrint, ChronologyRow, ChronologySpan};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::Reader;

use super::pieces::Write;
use super::whereabouts::given;
use super::{Printed, of_house};
use crate::chronology::{Line, Wanted, lines};
use crate::home::Problem;
use crate::incident::{in_words, now as current};
use crate::text::Words;
use crate::web::{Posted, Site, Via, Visit};

/// Lines printed at once: two months of a hospital.
const LINES_MAX: usize = 10_000;

/// Digits of an attached file's hash on paper.
const HASH_PRINTED: usize = 16;

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct ChronologyOrder {
    /// Which lines.
    pub wanted: Wanted,
    /// On A3 in large letters.
    pub wall: bool,
    /// Language of the sheet.
    pub lang: Lang,
    /// Name and role of who prints.
    pub by: (String, String),
}

/// Prints the chronology of the present incident.
///
/// # Errors
/// When the store cannot be read, there are too many lines, or the run cannot be written down.
pub fn print(reader: &Reader, order: &ChronologyOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let (t, open) = (Words::of(order.lang), current(reader)?);
    let all = lines(reader, open.as_ref())?;
    let wanted = all.iter().filter(|line| order.wanted.is(line));
    let rows: Vec<ChronologyRow> = wanted.map(|line| row(line, t)).collect();
    if rows.len() > LINES_MAX {
        return Err(Problem::usage(format!(
            "{LINES_MAX}行を超えるものは一度に印刷できません。未対応・要点・部門で絞ってください。\n\
             More than {LINES_MAX} lines cannot be printed at once: choose open lines, key lines or a department."
        )));
    }
    let print = ChronologyPrint {
        incident: open.map_or_else(String::new, |open| in_words(&open, now, t)),
        chosen: order.wanted.log.clone().unwrap_or_default(),
        wall: order.wall,
        pages: rows.chunks(CHRONOLOGY_LINES[usize::from(order.wall)]).map(span).collect(),
    };
    of_house(reader, (order.lang, &order.by), now, write, |making| {
        let id = making.next_id();
        let made = making.pack.chronology(&print, &id);
        making.keep(made, id, None, String::new());
    })
}

/// A block of lines with the sum over all that stands in it.
fn span(rows: &[ChronologyRow]) -> ChronologySpan {
    let mut sum = Sha256::new();
    for row in rows {
        let texts = [&row.number, &row.at, &row.entered, &row.between, &row.kind, &row.text, &row.before, &row.task];
        for text in texts.into_iter().chain([&row.state, &row.by]) {
            sum.update(text.as_bytes());
            sum.update([0]);
        }
    }
    let sum = vault::hash::to_hex(&sum.finalize()[..8]);
    ChronologySpan { sum, lines: rows.to_vec() }
}

fn row(line: &Line, t: Words) -> ChronologyRow {
    let (said, told) = (&line.said, &line.told);
    let parts = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("　");
    let before =
        line.corrections.iter().zip(std::iter::once(&said.text).chain(line.corrections.iter().map(|(text, _)| text)));
    let mut before: Vec<String> = before
        .map(|((_, told), text)| format!("{}「{text}」{} {}", t.text("chronology-before"), told.who, told.words))
        .collect();
    before.extend(line.struck.as_ref().map(|told| format!("{} {} {}", t.text("command-struck"), told.who, told.words)));
    let means = if said.means.is_empty() { String::new() } else { t.word("command-means", &said.means) };
    let about = if said.about == "1" { t.text("command-about-mark") } else { String::new() };
    let late = told.entry.0.saturating_sub(told.at.0) >= 60_000;
    let state = if line.state.is_empty() { String::new() } else { t.word("command-state", line.state) };
    let text = if line.struck.is_some() { String::new() } else { line.text.clone() };
    ChronologyRow {
        number: said.number.clone(),
        at: format!("{}{about}", told.at),
        entered: if late { format!("（{}）", told.entry) } else { String::new() },
        between: format!("{} → {}", said.from, said.to),
        kind: parts(&[&t.word("command-category", &said.category), &means]),
        text: format!("{}{text}", if line.key { "★" } else { "" }),
        before: match line.struck.is_some() {
            true => parts(&[&line.text, &before.join("　")]),
            false => before.join("　"),
        },
        task: parts(&[&said.task, &said.due]),
        state: if line.doubtful { parts(&[&state, &t.text("command-doubtful")]) } else { state },
        by: parts(&[&told.who, &comes_with(line, t)]),
    }
}

/// From which row of which sheet it was entered, and what is attached to it, each file by its name and the beginning of its hash.
fn comes_with(line: &Line, t: Words) -> String {
    let row = line.paper.as_ref().map(|row| {
        let number = t.with("entry-source", format!("{}-{}", row.sheet, row.row));
        format!("{number} {}", t.with("entry-by", row.writer.as_str()))
    });
    let files = line.said.attached.lines().filter_map(|line| line.split_once('\t')).map(|(name, sha256)| {
        let hash: String = sha256.chars().take(HASH_PRINTED).collect();
        format!("{} {name} {hash}", t.text("command-attached"))
    });
    row.into_iter().chain(files).collect::<Vec<_>>().join("　")
}

/// `POST /sheets/chronology`
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    show: String,
    #[serde(default)]
    log: String,
    #[serde(default)]
    wall: String,
}

/// The document.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let (own, write) = (site.clone(), site.writer());
    let wanted = Wanted {
        log: (!form.log.is_empty()).then(|| form.log.clone()),
        all: form.show != "headquarters" && form.log.is_empty(),
        open: form.show == "open",
        key: form.show == "key",
        ..Wanted::default()
    };
    let order = ChronologyOrder { wanted, wall: form.wall == "1", lang: visit.words.lang, by: visit.by() };
    let printed = site.read(move |reader| print(reader, &order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}
