//! 未スキャン文書台帳: letters that came on paper and wait to be scanned, by department and あいうえお順. Pure.

use std::collections::BTreeMap;

use chart::{Moment, gojuon, gojuon_row};
use serde::Serialize;

use super::rules::Told;
use crate::event::{Letter, PaperAct};

/// A letter as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LetterRow {
    /// What is known of it.
    #[serde(flatten)]
    pub letter: Letter,
    /// When it was written into the register.
    pub since: Moment,
    /// By whom.
    pub by: String,
    /// How it ended: `scanned` or `hand_on`; `None` while it waits.
    pub ended: Option<Told>,
}

impl LetterRow {
    /// True while it waits to be scanned.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// One more thing said of it.
    pub fn tell(&mut self, told: Told) {
        match told.act {
            PaperAct::Scanned | PaperAct::HandOn => self.ended = Some(told),
            PaperAct::Reopen => self.ended = None,
            _ => {}
        }
    }

    /// Whether something may be said of it now; a word of `where-no-…` of the texts where not.
    ///
    /// # Errors
    /// The word.
    pub fn may(&self, act: PaperAct, words: &str) -> Result<(), &'static str> {
        let no = match act {
            PaperAct::Scanned | PaperAct::HandOn if self.ended.is_some() => "ended",
            PaperAct::Reopen if self.ended.is_none() => "waits",
            PaperAct::HandOn | PaperAct::Reopen if words.is_empty() => "why",
            act if act.is_of_letters() => return Ok(()),
            _ => "letter",
        };
        Err(no)
    }
}

/// By department, then あいうえお順 of the kana, then by when they came. Those of no department stand last.
pub fn sort(rows: &mut [LetterRow]) {
    rows.sort_by_cached_key(|row| {
        let letter = &row.letter;
        let none = letter.department.is_empty();
        (none, letter.department.clone(), gojuon(&letter.kana), letter.received.clone(), letter.number.clone())
    });
}

/// What is wanted of the register.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only of this department; empty for all.
    pub department: String,
    /// Only of this row of the kana table: `カ`; `他` for those without kana. `None` for all.
    pub row: Option<char>,
    /// Also what was scanned or handed on.
    pub all: bool,
}

/// The row of letters whose patient's kana is not known.
pub const NO_ROW: char = '他';

impl Wanted {
    /// Whether a letter is wanted.
    pub fn takes(&self, row: &LetterRow) -> bool {
        (self.all || row.is_open())
            && (self.department.is_empty() || self.department == row.letter.department)
            && self.row.is_none_or(|wanted| gojuon_row(&row.letter.kana).unwrap_or(NO_ROW) == wanted)
    }
}

/// How many wait in each department, in order of their names.
pub fn counts(rows: &[LetterRow]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_open()) {
        *counts.entry(&row.letter.department).or_default() += 1;
    }
    counts.into_iter().map(|(department, count)| (department.to_owned(), count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::PaperSaid;

    fn row(number: &str, department: &str, kana: &str) -> LetterRow {
        let [number, department, kana] = [number, department, kana].map(str::to_owned);
        let letter = Letter { number, department, kana, ..Letter::default() };
        LetterRow { letter, since: Moment(0), by: String::new(), ended: None }
    }

    fn told(act: PaperAct) -> Told {
        let [number, who, place, phone, words, due, within] = ["A", "", "", "", "他科へ", "", ""].map(str::to_owned);
        Told::of(PaperSaid { number, act, who, place, phone, words, due, of: 0, within }, Moment(1), ("係", "clerk"))
    }

    #[test]
    fn letters_stand_by_department_and_in_gojuon_order() {
        let mut rows = [
            row("1", "内科", "ヤマダ タロウ"),
            row("2", "", "アオキ"),
            row("3", "外科", "ｶﾞﾄｳ ｱｷ"),
            row("4", "内科", ""),
            row("5", "外科", "カトウ ジロウ"),
            row("6", "内科", "オオノ"),
            row("7", "内科", "オーノ"),
        ];
        sort(&mut rows);
        let order: String = rows.iter().map(|row| row.letter.number.as_str()).collect();
        assert_eq!(order, "7614532".chars().collect::<String>());
        assert_eq!(counts(&rows), [("".into(), 1), ("内科".into(), 4), ("外科".into(), 2)]);
        let of = |department: &str, row, all| {
            let wanted = Wanted { department: department.into(), row, all };
            rows.iter().filter(|row| wanted.takes(row)).count()
        };
        assert_eq!((of("", None, false), of("内科", None, false), of("", Some('カ'), false)), (7, 4, 2));
        assert_eq!((of("内科", Some(NO_ROW), true), of("内科", Some('ア'), true)), (1, 2));
    }

    #[test]
    fn a_letter_waits_until_it_is_scanned_or_handed_on_for_a_reason() {
        let mut letter = row("1", "内科", "ヤマダ");
        assert_eq!(letter.may(PaperAct::HandOn, ""), Err("why"));
        assert_eq!(letter.may(PaperAct::Lend, ""), Err("letter"));
        assert_eq!(letter.may(PaperAct::Reopen, "違う"), Err("waits"));
        letter.tell(told(PaperAct::Scanned));
        assert!(!letter.is_open() && letter.may(PaperAct::HandOn, "他科へ") == Err("ended"));
        letter.tell(told(PaperAct::Reopen));
        assert!(letter.is_open());
    }
}
