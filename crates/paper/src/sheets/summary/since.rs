//! What is new on a summary since the one in the ward's box: a mark on each row, and what is no longer there. Both charts are set in words
//! without ages, and a row is new when the earlier sheet had none that says the same.

use std::collections::BTreeSet;

use chart::{Chart, Moment};

use super::first::{Section, sections};
use super::labels::{GONE_ROWS, MARKED};
use crate::canvas::Area;
use crate::font::{Ink, Weight};
use crate::sheet::Sheet;
use crate::sheets::boxes::{BOXES, found};
use crate::sheets::parts;
use crate::table::{BODY, Para, Row};
use crate::words::Words;

/// Stands before what is new.
pub(super) const MARK: &str = "▲";
/// Rows that are gone and named; more are counted.
const NAMED: usize = 4;
/// Sections whose rows are missed when they go: values of yesterday make way for today's by themselves.
const MISSED: usize = 4;

/// The summary that lies in the ward's box.
#[derive(Clone, Debug)]
pub struct Before {
    /// The chart that it shows, as it stood then.
    pub chart: Chart,
    /// Its number.
    pub number: String,
    /// When it was printed.
    pub printed: Moment,
}

/// Questions at the head of the page.
const QUESTIONS: usize = 4;

/// What the first page of a summary says, without ages: the same as long as a new print would tell a nurse nothing new.
pub(super) fn said(chart: &Chart) -> String {
    let w = Words::ageless(chart::Lang::Ja);
    let (mut ink, patient) = (Ink::new(w.lang), &chart.patient);
    let mut all = vec![
        parts::shown_name(&w, chart, false),
        patient.kana.clone(),
        patient.id.clone(),
        w.birth(patient.birth_date),
        w.sex(patient.sex).to_owned(),
        patient.basic.to_string(),
        patient.died.map_or_else(String::new, |died| died.to_string()),
        parts::stay(&w, chart),
    ];
    all.extend(patient.former_names.iter().map(|former| former.name.clone()));
    all.extend(answers(&w, chart));
    all.extend(BOXES.iter().map(|fixed| found(&w, chart, fixed).unwrap_or_default()));
    for section in sections(&mut ink, &w, chart, ROOM, false) {
        all.extend([section.table.title, section.table.note]);
        all.extend(section.table.rows.iter().map(text));
    }
    all.push(chart.faults.len().to_string());
    all.join("\u{1f}")
}

/// A width to set rows in that are only compared, in points.
const ROOM: f32 = 530.0;

/// Two charts to be told apart.
pub(super) struct Since<'a> {
    before: &'a Before,
    chart: &'a Chart,
    words: Words,
}

impl<'a> Since<'a> {
    pub fn new(w: &Words, before: &'a Before, chart: &'a Chart) -> Since<'a> {
        Since { before, chart, words: Words::ageless(w.lang) }
    }

    /// Which rows of which section are new.
    fn rows(&self, room: f32, parted: bool) -> Vec<Vec<bool>> {
        let then: BTreeSet<String> = self.keys(&self.before.chart, room, parted).into_iter().flatten().collect();
        let now = self.keys(self.chart, room, parted);
        now.into_iter().map(|rows| rows.iter().map(|key| !then.contains(key)).collect()).collect()
    }

    /// Whether anything at all carries the mark.
    fn is_marked(&self, room: f32) -> bool {
        let rows = || self.rows(room, false).iter().flatten().any(|fresh| *fresh);
        let asked = (0..QUESTIONS).any(|question| self.asked(question));
        asked || (0..BOXES.len()).any(|at| self.boxed(at)) || self.notes(room).iter().any(|fresh| *fresh) || rows()
    }

    /// Which sections say something else beside their heading; from the last, since the first may be there or not.
    fn notes(&self, room: f32) -> Vec<bool> {
        let [then, now] = [&self.before.chart, self.chart].map(|chart| {
            let mut ink = Ink::new(self.words.lang);
            let made = sections(&mut ink, &self.words, chart, room, false).into_iter().rev();
            made.map(|section| section.table.note).collect::<Vec<_>>()
        });
        let is_other =
            |(at, note): (usize, &String)| !note.is_empty() && then.get(at).is_some_and(|before| before != note);
        now.iter().enumerate().map(is_other).collect()
    }

    /// Puts the mark on the rows that are new.
    pub fn mark(&self, ink: &mut Ink, sections: &mut [Section], room: f32, parted: bool) {
        for (section, _) in sections.iter_mut().rev().zip(self.notes(room)).filter(|(_, fresh)| *fresh) {
            section.table.note.insert_str(0, MARK);
        }
        for (section, fresh) in sections.iter_mut().zip(self.rows(room, parted)) {
            for (row, _) in section.table.rows.iter_mut().zip(fresh).filter(|(_, fresh)| *fresh) {
                if let Some(para) = row.cells.first_mut().and_then(|cell| cell.0.first_mut()) {
                    para.letters.splice(0..0, ink.letters(MARK, Weight::Bold));
                }
            }
        }
    }

    /// Rows as text without ages, by section. Titles tell sections apart.
    fn keys(&self, chart: &Chart, room: f32, parted: bool) -> Vec<Vec<String>> {
        let mut ink = Ink::new(self.words.lang);
        let made = sections(&mut ink, &self.words, chart, room, parted);
        made.iter().map(|section| section.table.rows.iter().map(text).collect()).collect()
    }

    /// Drugs, injections and problems of the earlier sheet that this one lacks: the first words of each.
    fn gone(&self, room: f32) -> Vec<String> {
        let mut ink = Ink::new(self.words.lang);
        let now: BTreeSet<String> = self
            .keys(self.chart, room, false)
            .into_iter()
            .flatten()
            .flat_map(|key| key.split('\n').next().map(str::to_owned))
            .collect();
        let then = sections(&mut ink, &self.words, &self.before.chart, room, false);
        let rows = then.iter().take(MISSED).flat_map(|section| &section.table.rows);
        rows.map(text)
            .filter_map(|key| key.split('\n').next().map(str::to_owned))
            .filter(|first| !now.contains(first))
            .collect()
    }

    /// Whether the answer to a question is another one: allergies, contraindications, infections, body and pregnancy.
    pub fn asked(&self, question: usize) -> bool {
        answers(&self.words, self.chart).get(question) != answers(&self.words, &self.before.chart).get(question)
    }

    /// Whether a fixed box says something else.
    pub fn boxed(&self, at: usize) -> bool {
        let said = |chart| BOXES.get(at).and_then(|fixed| found(&self.words, chart, fixed));
        said(self.chart) != said(&self.before.chart)
    }

    /// What the mark means, and what is gone: above everything else. Nothing where nothing is marked and nothing is gone.
    pub fn head(&self, sheet: &mut Sheet<'_>) {
        let (w, room) = (sheet.w, sheet.room());
        let gone = self.gone(room);
        if gone.is_empty() && !self.is_marked(room) {
            return;
        }
        let Before { number, printed, .. } = self.before;
        let mut words =
            format!("{MARK} {}", w.with(MARKED, format!("{number}{}", w.in_brackets(&printed.to_string()))));
        if !gone.is_empty() {
            let named = gone.iter().take(NAMED).map(|name| name.trim()).collect::<Vec<_>>().join("、");
            let more = gone.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" +{more}") } else { String::new() };
            words = format!("{words}　{} {named}{more}", w.say(GONE_ROWS));
        }
        let (left, top) = (sheet.left(), sheet.y + 1.0);
        let high = sheet.block(&words, left + 4.0, top + 2.0, room - 8.0, BODY, Weight::Bold) + 4.0;
        sheet.page().frame(Area::new(left, top, room, high), 1.0);
        sheet.y = top + high + 1.0;
    }
}

/// The text of a row, its first paragraph on a line of its own.
fn text(row: &Row) -> String {
    let words = |para: &Para| para.letters.iter().map(|letter| letter.ch).collect::<String>();
    row.cells.iter().flat_map(|cell| cell.0.iter().map(words)).collect::<Vec<_>>().join("\n")
}

/// The four answers at the head of the page as text.
fn answers(w: &Words, chart: &Chart) -> [String; QUESTIONS] {
    let mut ink = Ink::new(w.lang);
    let said = |para: Para| para.letters.iter().map(|letter| letter.ch).collect::<String>();
    let entries = |ink: &mut Ink, answered: &chart::safety::Answered<chart::safety::AllergyEntry>| {
        let known = parts::allergens(w, &answered.items);
        let all = known.iter().map(|allergen| said(parts::allergy(ink, allergen, BODY))).collect::<Vec<_>>();
        format!("{}\n{}", parts::answer(w, answered), all.join("\n"))
    };
    let [allergies, contraindications] =
        [&chart.allergies, &chart.contraindications].map(|answered| entries(&mut ink, answered));
    let infections = parts::infections(&mut ink, w, &chart.infections.items).into_iter().map(said).collect::<Vec<_>>();
    let infections = format!("{}\n{}", parts::answer(w, &chart.infections), infections.join("\n"));
    let measured = chart.measures.iter().map(|item| format!("{}{}", item.item.text, item.value.value));
    let pregnancy = chart.pregnancy.items.iter().map(|item| said(parts::mark(&mut ink, w, item))).collect::<Vec<_>>();
    let body = format!(
        "{}\n{}{}\n{}{}",
        measured.collect::<Vec<_>>().join("\n"),
        chart.blood_type.abo,
        chart.blood_type.rh,
        parts::answer(w, &chart.pregnancy),
        pregnancy.join("\n")
    );
    [allergies, contraindications, infections, body]
}
