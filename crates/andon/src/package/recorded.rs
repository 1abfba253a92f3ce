//! What is written down of packages: the warrant before, and on the chronology who was handed which, by its sum.

use std::sync::Arc;

use chart::Moment;
use store::Reader;

use super::Kind;
use super::files::MANIFEST;
use super::make::{Made, Order, patients};
use super::table::{Column, Row, Table, entered, free, named, ours};
use crate::chronology::Line;
use crate::event::{CommandEvent, LineSaid};
use crate::home::Problem;
use crate::parents::Seen;
use crate::registers;
use crate::sheets::{self, pieces::Write};
use crate::text::Words;
use crate::writing::{Answer, Request};

/// How names of packages begin.
const BEGINS: &str = "andon-";

/// Every 照会書 or warrant by which patients' data leaves is in the register of evidence, under its number.
///
/// # Errors
/// One is not, or the store cannot be read.
pub fn warrants(reader: &Reader, numbers: &[String]) -> Result<(), Problem> {
    let items = registers::all(reader)?;
    for number in numbers {
        let alike = chart::fold_name(number);
        let recorded = items.iter().any(|item| {
            item.register == "evidence" && item.struck.is_none() && chart::fold_name(item.value("receipt")) == alike
        });
        if !recorded || !alike.chars().any(|c| c.is_ascii_digit()) {
            return Err(Problem::usage(format!(
                "{number}: この番号の照会書・令状は、台帳「証拠の受け渡し」にありません。紙を受け取った記録を先に：\
                 andon register evidence add thing=捜査関係事項照会書 receipt={number} given_by=… given_to=… original=原本の場所\n\
                 {number}: no inquiry or warrant of this number is in the register `evidence`. Record the paper first: \
                 andon register evidence add thing=… receipt={number} given_by=… given_to=… original=…"
            )));
        }
    }
    Ok(())
}

/// Writes down that a package was handed over, or a publication approved; the number of the line.
///
/// # Errors
/// When it cannot be written.
pub fn handed(made: &Made, order: &Order, now: Moment, write: Write<'_>) -> Result<String, Problem> {
    let by = match order.approved_by.as_str() {
        "" => order.by.clone(),
        name => (name.to_owned(), order.by.1.clone()),
    };
    let package = Handed {
        kind: order.kind,
        name: made.name.clone(),
        sum: made.sum.clone(),
        sheets: made.sheets.clone(),
        patients: patients(made),
        warrants: order.warrants.clone(),
    };
    let approves = !order.approved_by.is_empty();
    said(&package, &made.incident, (&order.to, package.in_words(approves, Words::of(order.lang))), &by, now, write)
}

/// A package that is handed over.
pub struct Handed {
    /// For whom.
    pub kind: Kind,
    /// How it is called.
    pub name: String,
    /// Its sum.
    pub sum: String,
    /// Numbers of its sheets.
    pub sheets: Vec<String>,
    /// How often something of a patient was hidden in it, or stands in it by a warrant.
    pub patients: usize,
    /// The warrants.
    pub warrants: Vec<String>,
}

impl Handed {
    /// What was handed over, or approved; of the police's package whether patients are in it, and by which warrants.
    pub fn in_words(&self, approves: bool, t: Words) -> String {
        let mut text = t.word("package-handed", if approves { "approved" } else { self.kind.code() });
        if self.kind == Kind::Police {
            text += &match self.warrants.is_empty() {
                true => t.with("package-no-patients", self.patients),
                false => t.with("package-patients-stand", self.patients),
            };
        }
        std::iter::once(text).chain(self.warrants.iter().cloned()).collect::<Vec<_>>().join("　")
    }
}

/// The line of the chronology that says so; where it was handed to somebody, its sheets are 交付済.
///
/// # Errors
/// When it cannot be written.
pub fn said(
    package: &Handed,
    incident: &str,
    (to, text): (&str, String),
    by: &(String, String),
    now: Moment,
    write: Write<'_>,
) -> Result<String, Problem> {
    let line = LineSaid {
        incident: incident.to_owned(),
        from: Words::of(crate::text::Lang::Ja).text("command-title"),
        to: to.to_owned(),
        category: if package.kind == Kind::Publication { "press" } else { "outside" }.to_owned(),
        text,
        attached: format!("{}/{MANIFEST}\t{}", package.name, package.sum),
        ..LineSaid::default()
    };
    let event = CommandEvent::Line(line);
    let request = Request::Command { event, seen: Seen::default(), at: now.0, by: by.0.clone(), role: by.1.clone() };
    let Answer::Said { number, .. } = write(&request)? else {
        return Err(Problem::failed("書き込む側の答えが違います。 / The process that writes gave another answer."));
    };
    if !to.is_empty() {
        sheets::package::delivered(&package.sheets, to, by, write)?;
    }
    Ok(number)
}

/// The package that a line speaks of: its name and its sum.
fn of_line(line: &Line) -> Option<(&str, &str)> {
    line.said.attached.lines().find_map(|file| {
        let (name, sum) = file.split_once('\t')?;
        Some((name.strip_suffix(MANIFEST)?.strip_suffix('/').filter(|name| name.starts_with(BEGINS))?, sum))
    })
}

/// A line that says who was handed a package.
pub fn is_of_a_package(line: &Line) -> bool {
    of_line(line).is_some()
}

/// What was handed over before, to whom, with its sum.
pub fn before(lines: &[Arc<Line>], t: Words) -> Table {
    let heads = [
        ("no", "devices-number"),
        ("event_time", "package-at"),
        ("to", "package-to"),
        ("text", "command-text"),
        ("package", "package-file"),
        ("sha256", "device-hash"),
        ("by", "item-field-by"),
    ];
    let rows = lines.iter().filter(|line| line.struck.is_none()).filter_map(|line| {
        let (name, sum) = of_line(line)?;
        let head = [ours(&line.said.number), ours(line.told.at.to_string()), named(&line.said.to), free(&line.text)];
        let cells = head.into_iter().chain([ours(name), ours(sum), entered(&line.told.who)]).collect();
        Some(Row { cells, struck: false, doubtful: line.doubtful })
    });
    let columns = heads.map(|(code, key)| Column { code, title: t.text(key) }).to_vec();
    Table { code: "handed-over", title: t.word("package-table", "handed-over"), columns, rows: rows.collect() }
}
