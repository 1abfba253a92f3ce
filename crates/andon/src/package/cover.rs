//! The cover of a package, and the list for the person who approves a publication.

use chart::Moment;
use store::Reader;

use super::Kind;
use super::held::Held;
use super::make::{Made, Order, patients};
use super::search::What;
use crate::incident::in_words;
use crate::spreadsheet::csv;
use crate::text::Words;

/// What it is and as of when, in a line for the head of every page. What people typed in it is cleared by the caller.
pub fn stand(order: &Order, held: &Held, t: Words) -> String {
    let incident = held.incident.as_ref().map_or_else(String::new, |of| in_words(of, held.until, t));
    let as_of = t.with("package-as-of", held.until.to_string());
    [t.word("package-kind", order.kind.code()), as_of, incident].join("　").trim().to_owned()
}

/// The cover: each thing with what is said of it. A publication names nobody.
pub fn said(reader: &Reader, made: &Made, order: &Order, now: Moment, t: Words) -> Vec<(String, String)> {
    let mut said = vec![(t.text("package-what"), t.word("package-kind", order.kind.code()))];
    let mut put = |key: &str, words: String| said.push((t.text(key), words));
    put("package-hospital", reader.about().hospital.clone());
    put("command-number", made.incident.clone());
    put("package-until", made.until.to_string());
    match order.kind {
        Kind::Publication => put("package-made", now.to_string()),
        _ => put("package-made", format!("{now} {}", order.by.0)),
    }
    if order.kind != Kind::Publication && !order.to.is_empty() {
        put("package-to", order.to.clone());
    }
    if order.kind == Kind::Police {
        let words = match order.warrants.is_empty() {
            true => t.with("package-no-patients", patients(made)),
            false => t.with("package-patients-stand", patients(made)),
        };
        put("package-patients", words);
        put("package-warrants", order.warrants.join("、"));
    }
    let hidden = made.counts.iter().map(|(code, count)| format!("{} {count}", t.word("package-why", code)));
    let hidden = hidden.collect::<Vec<_>>().join("、");
    put("package-hidden", if hidden.is_empty() { t.text("package-nothing") } else { hidden });
    let tables = made.tables.iter().map(|table| format!("{} {}（{}.csv）", table.title, table.rows.len(), table.code));
    put("package-tables", tables.collect::<Vec<_>>().join("、"));
    put("package-content", made.content.clone());
    put("package-check", t.text("package-check-how"));
    said.retain(|(_, words)| !words.is_empty());
    said
}

/// What was hidden and what is doubtful, for the eyes of who approves; it does not leave the house. Words of patients and passwords stay
/// where they are: the place is enough to look them up.
pub fn for_approval(made: &Made, t: Words) -> Vec<u8> {
    let heads = ["package-sort", "package-place", "package-word", "package-instead", "package-reason"];
    let mut rows = vec![heads.map(|key| t.text(key))];
    for found in &made.found {
        let private = matches!(found.what, What::Patient | What::Family | What::Password);
        let word = if private { String::new() } else { found.word.clone() };
        let why = t.word("package-why", found.what.code());
        rows.push([t.text("package-hidden"), found.place.clone(), word, found.instead.clone(), why]);
    }
    for doubt in &made.doubts {
        let private = matches!(doubt.why, "family" | "number");
        let word = if private { String::new() } else { doubt.word.clone() };
        let why = t.word("package-doubt", doubt.why);
        rows.push([t.text("package-doubtful"), doubt.place.clone(), word, String::new(), why]);
    }
    csv(rows)
}
