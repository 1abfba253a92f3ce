//! What lines of the chronology come with: files that are attached to them, and sheets of paper (P1) from which they were entered.

use serde::{Deserialize, Serialize};

use super::chronology_item;

/// That the bytes of an attached file are kept at the station that says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// SHA-256 of the whole, hexadecimal: as lines name it.
    pub sha256: String,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of each of its pieces, hexadecimal, in order.
    pub pieces: Vec<String>,
}

/// What a printed row of a sheet turned out to be: written on, left blank (空欄), struck out (抹消).
pub const ROW_STATES: [&str; 3] = ["written", "blank", "struck"];

/// What became of one printed row of a sheet of the chronology.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSaid {
    /// Number of the sheet.
    pub sheet: String,
    /// Its form: `P1`, `P1W`.
    pub form: String,
    /// The row's printed number, from 1.
    pub row: u32,
    /// A word of [`ROW_STATES`].
    pub state: String,
    /// The incident of its line; empty for none.
    pub incident: String,
    /// The line it became: station (32 hexadecimal digits), life of its log, and number, with `/` between; empty where nothing was written.
    pub line: String,
    /// Who wrote it on the paper, as it stands there.
    pub writer: String,
    /// Why it is blank or struck, or why it was put right.
    pub words: String,
    /// What was said of the row before, by events that this one takes the place of: their hashes, hexadecimal, with `,` between; empty for
    /// none. They are no parents, since the line that the row was before may be another.
    pub before: String,
}

/// 52: of what lines come with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinesEvent {
    /// A file is kept here.
    Kept(KeptFile),
    /// A row of a sheet was entered.
    Row(RowSaid),
}

const LINES: u16 = 52;
const KEPT: &str = "kept";
const ROW: &str = "row";

/// The item of all files attached to lines.
pub const ATTACHED_ITEM: &str = "chronology-files";
/// The item of all rows of sheets that were entered.
pub const ROWS_ITEM: &str = "chronology-rows";

impl LinesEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<LinesEvent> {
        let own = |text: &&str| (*text).to_owned();
        let (word, rest) = texts.split_first().filter(|_| kind == LINES)?;
        match (*word, rest) {
            (KEPT, [sha256, bytes, pieces @ ..]) => {
                let pieces = pieces.iter().map(own).collect();
                Some(LinesEvent::Kept(KeptFile { sha256: own(sha256), bytes: bytes.parse().ok()?, pieces }))
            }
            (ROW, rest) => {
                let texts: &[&str; 9] = rest.try_into().ok()?;
                let [sheet, form, row, state, incident, line, writer, words, before] = texts.map(str::to_owned);
                ROW_STATES.contains(&state.as_str()).then_some(())?;
                let row = row.parse().ok()?;
                Some(LinesEvent::Row(RowSaid { sheet, form, row, state, incident, line, writer, words, before }))
            }
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            LinesEvent::Kept(KeptFile { sha256, bytes, pieces }) => {
                let head = [KEPT.to_owned(), sha256, bytes.to_string()];
                (LINES, head.into_iter().chain(pieces).collect())
            }
            LinesEvent::Row(RowSaid { sheet, form, row, state, incident, line, writer, words, before }) => {
                let word = ROW.to_owned();
                (LINES, vec![word, sheet, form, row.to_string(), state, incident, line, writer, words, before])
            }
        }
    }

    /// A row that became a line speaks of that line too.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            LinesEvent::Kept(_) => vec![ATTACHED_ITEM.to_owned()],
            LinesEvent::Row(row) if row.line.is_empty() => vec![ROWS_ITEM.to_owned()],
            LinesEvent::Row(row) => vec![ROWS_ITEM.to_owned(), chronology_item(&row.incident)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn kept() -> KeptFile {
        KeptFile { sha256: "ab".repeat(32), bytes: 3, pieces: vec!["cd".repeat(32)] }
    }

    fn row() -> RowSaid {
        let [sheet, form, state, incident] = ["2B7301-3-1", "P1", "written", "2B7301-D1"].map(str::to_owned);
        let (line, writer, words) = (format!("{}/1/1", "01".repeat(16)), "記録 一郎".to_owned(), String::new());
        RowSaid { sheet, form, row: 3, state, incident, line, writer, words, before: "ef".repeat(32) }
    }

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_what_lines_come_with() {
        for (event, golden) in [(LinesEvent::Kept(kept()), KEPT_HEX), (LinesEvent::Row(row()), ROW_HEX)] {
            let event = Event::Lines(event);
            let (number, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex.as_str()), (LINES, 1, golden));
            assert_eq!(Event::read(number, version, &bytes), event);
        }
        assert_eq!(LinesEvent::Row(row()).items(), ["chronology-rows", "chronology:2B7301-D1"]);
        let blank = RowSaid { state: "blank".into(), line: String::new(), ..row() };
        assert_eq!(LinesEvent::Row(blank).items(), ["chronology-rows"]);
    }

    #[test]
    fn a_word_of_a_row_that_is_not_known_is_unknown_and_not_guessed() {
        let (kind, version, bytes) =
            Event::Lines(LinesEvent::Row(RowSaid { state: "torn".into(), ..row() })).encode().unwrap();
        assert_eq!(Event::read(kind, version, &bytes), Event::Unknown { kind, version });
    }

    const KEPT_HEX: &str = "040000006b657074400000006162616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162616201000000334000000063646364636463646364636463646364636463646364636463646364636463646364636463646364636463646364636463646364636463646364636463646364";
    const ROW_HEX: &str = "03000000726f770a0000003242373330312d332d310200000050310100000033070000007772697474656e090000003242373330312d44312400000030313031303130313031303130313031303130313031303130313031303130312f312f310d000000e8a898e98cb220e4b880e9838e000000004000000065666566656665666566656665666566656665666566656665666566656665666566656665666566656665666566656665666566656665666566656665666566";
}
