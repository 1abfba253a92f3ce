//! The tables of a package: what each says, cleared in one place of what may not leave, and only then made into CSV, JSON and paper. Pure.

use std::collections::BTreeMap;

use paper::{PackageBlock, PackageRow};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::known::Known;
use super::search::{Rules, Sort, Span, What, doubts, person, spans};
use crate::spreadsheet::csv;
use crate::text::Words;

/// Rows of a block on paper with one sum over them.
const BLOCK_ROWS: usize = 20;
/// Columns that lead a row on paper.
const LEADS: usize = 3;

/// What a column is.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name in JSON.
    pub code: &'static str,
    /// Its name in words.
    pub title: String,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How it came to be; `None`: it is the program's own (a number, a time, a word of a list).
    pub sort: Option<Sort>,
}

/// The program's own words.
pub fn ours(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), sort: None }
}

/// A person's free words.
pub fn free(text: &str) -> Cell {
    Cell { text: text.to_owned(), sort: Some(Sort::Free) }
}

/// Who or whom, in a person's words.
pub fn named(text: &str) -> Cell {
    Cell { text: text.to_owned(), sort: Some(Sort::Named) }
}

/// Who entered it.
pub fn entered(text: &str) -> Cell {
    Cell { text: text.to_owned(), sort: Some(Sort::Entered) }
}

/// One row; the first cell is what it is called by.
#[derive(Clone, Debug)]
pub struct Row {
    /// As many as there are columns.
    pub cells: Vec<Cell>,
    /// 取消.
    pub struck: bool,
    /// 要確認.
    pub doubtful: bool,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name: of its CSV, in JSON, behind `package-table-` of the texts.
    pub code: &'static str,
    /// Its name in words.
    pub title: String,
    /// Its columns; the first three lead on paper.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Something that was hidden, or counted where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where: table, row, column.
    pub place: String,
    /// What it is.
    pub what: What,
    /// The word as it was written; for the person who approves and for nobody else.
    pub word: String,
    /// What stands in its place.
    pub instead: String,
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Where: table, row, column.
    pub place: String,
    /// Why: a code of `package-doubt-` of the texts.
    pub why: &'static str,
    /// The word; for the person who approves and for nobody else.
    pub word: String,
}

/// How tables are cleared, and what came of it.
pub struct Clearing<'a> {
    /// Who and what is known.
    pub known: &'a Known,
    /// What is hidden.
    pub rules: Rules,
    /// What is found is counted and stands: somebody has the right to it.
    pub stands: bool,
    /// People are told apart by number.
    pub pseudonyms: bool,
    /// In which language.
    pub t: Words,
    /// What was found.
    pub found: Vec<Found>,
    /// What a person should look at.
    pub doubts: Vec<Doubt>,
}

impl Clearing<'_> {
    /// Clears a table.
    pub fn table(&mut self, table: &mut Table) {
        let titles: Vec<String> = table.columns.iter().map(|column| column.title.clone()).collect();
        for row in &mut table.rows {
            let number = row.cells.first().map(|cell| cell.text.clone()).unwrap_or_default();
            let place = |title: &str| format!("{} {number} {title}", table.title);
            for (cell, title) in row.cells.iter_mut().zip(&titles) {
                if let Some(sort) = cell.sort.filter(|_| !cell.text.is_empty()) {
                    cell.text = self.text(&cell.text, sort, &place(title));
                }
            }
            if row.doubtful && self.rules.persons {
                self.doubts.push(Doubt { place: place(""), why: "apart", word: String::new() });
            }
        }
    }

    /// A text as it may leave; what was found and what is doubtful is kept.
    pub fn text(&mut self, text: &str, sort: Sort, place: &str) -> String {
        let hidden = spans(text, sort, self.known, &self.rules);
        for (why, from, to) in doubts(text, sort, self.known, &self.rules, &hidden) {
            let word = text.get(from..to).unwrap_or_default().to_owned();
            self.doubts.push(Doubt { place: place.to_owned(), why, word });
        }
        let (mut cleared, mut at) = (String::with_capacity(text.len()), 0);
        for Span { from, to, what } in hidden {
            let word = text.get(from..to).unwrap_or_default();
            let stands = self.stands && what != What::Password;
            let instead = if stands { word.to_owned() } else { self.instead(word, what) };
            cleared += text.get(at..from).unwrap_or_default();
            cleared += &instead;
            at = to;
            self.found.push(Found { place: place.to_owned(), what, word: word.to_owned(), instead });
        }
        cleared + text.get(at..).unwrap_or_default()
    }

    fn instead(&self, word: &str, what: What) -> String {
        let number = Some(what).filter(|what| *what == What::Person && self.pseudonyms);
        let number = number.and_then(|_| person(word, &self.known.persons));
        let said = match number {
            Some(number) => self.t.with("package-person", number),
            None => self.t.word("package-hidden", what.code()),
        };
        format!("〔{said}〕")
    }

    /// How often each was found.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        self.found.iter().for_each(|found| *counts.entry(found.what.code()).or_default() += 1);
        counts
    }
}

impl Table {
    /// As CSV, UTF-8 with a byte order mark; what a spreadsheet would take for a formula is text.
    pub fn csv(&self) -> Vec<u8> {
        let heads: Vec<&str> = self.columns.iter().map(|column| column.title.as_str()).collect();
        let rows = self.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect());
        csv(std::iter::once(heads).chain(rows))
    }

    /// As JSON: a list of rows.
    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            let cells = self.columns.iter().zip(&row.cells);
            Value::Object(cells.map(|(of, cell)| (of.code.to_owned(), json!(cell.text))).collect::<Map<_, _>>())
        };
        self.rows.iter().map(row).collect()
    }

    /// As blocks on paper, each with a sum over its rows.
    pub fn blocks(&self) -> Vec<PackageBlock> {
        let heads: Vec<String> = self.columns.iter().take(LEADS).map(|column| column.title.clone()).collect();
        if self.rows.is_empty() {
            return vec![PackageBlock { title: self.title.clone(), heads, ..PackageBlock::default() }];
        }
        let count = self.rows.len().div_ceil(BLOCK_ROWS);
        let block = |(at, rows): (usize, &[Row])| PackageBlock {
            title: format!("{}　{}/{count}", self.title, at + 1),
            sum: sum(rows),
            heads: heads.clone(),
            rows: rows.iter().map(|row| self.on_paper(row)).collect(),
        };
        self.rows.chunks(BLOCK_ROWS).enumerate().map(block).collect()
    }

    fn on_paper(&self, row: &Row) -> PackageRow {
        let said = self.columns.iter().zip(&row.cells).skip(LEADS).filter(|(_, cell)| !cell.text.is_empty());
        PackageRow {
            lead: row.cells.iter().take(LEADS).map(|cell| cell.text.clone()).collect(),
            rest: said.map(|(column, cell)| (column.title.clone(), cell.text.clone())).collect(),
            struck: row.struck,
        }
    }
}

/// The sum over what stands in rows: the first 16 hexadecimal digits of a SHA-256.
fn sum(rows: &[Row]) -> String {
    let mut sum = Sha256::new();
    for cell in rows.iter().flat_map(|row| &row.cells) {
        sum.update(cell.text.as_bytes());
        sum.update([0]);
    }
    vault::hash::to_hex(&sum.finalize()[..8])
}
