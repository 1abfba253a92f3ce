//! What is said of printed sheets: a run takes its number first, then tells what it made, before anything is given out.

use chart::PatientId;
use serde::{Deserialize, Serialize};

/// A sheet of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeSheet {
    /// Its number.
    pub number: String,
    /// Its form: `P4`, `P5` …
    pub form: String,
    /// Assigning authority of the patient's number; empty for a ward's sheet.
    pub authority: String,
    /// The patient's number; empty for a ward's sheet.
    pub id: String,
    /// Pages.
    pub pages: u32,
    /// Digest of what the chart said, hexadecimal: equal when there is nothing new to print. Of a swap list the numbers that come
    /// out, parted by blanks; empty for other sheets of a ward.
    pub digest: String,
}

/// Where the boxes stand that a machine looks into, of sheets of a run that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldBoxes {
    /// Name of the words below: the first 16 digits of their SHA-256.
    pub of: String,
    /// What each box is, asks and means: told once a home, empty wherever they were told before.
    pub words: String,
    /// Where each box stands, in tenths of a millimetre.
    pub places: String,
    /// Numbers of the sheets.
    pub sheets: Vec<String>,
}

/// What a run is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A ward, by its code.
    Ward(String),
    /// One patient.
    Patient {
        /// Assigning authority.
        authority: String,
        /// Number.
        id: String,
    },
    /// Sealed cards, forms of nobody and blank ones.
    House,
}

/// An event about sheets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetsEvent {
    /// 11: a run took its number; numbers are never used again, whatever becomes of the run.
    RunTaken {
        /// The number.
        run: u64,
        /// What for.
        scope: Scope,
    },
    /// 12: what the run made.
    Made {
        /// The run.
        run: u64,
        /// What for.
        scope: Scope,
        /// Program version: which decoder the sheets show.
        program: String,
        /// Which entries counted: the cut, in words of the station.
        cut: String,
        /// The sheets.
        sheets: Vec<MadeSheet>,
    },
    /// 19: where the boxes of the run's sheets stand, so that a later program reads what was ticked.
    Boxes(Vec<ToldBoxes>),
}

const RUN_TAKEN: u16 = 11;
const MADE: u16 = 12;
const BOXES: u16 = 19;

/// The item of every run's number.
pub const RUNS_ITEM: &str = "sheet-runs";

/// The item of everything that runs made.
pub const MADE_ITEM: &str = "sheets-made";

/// The item of the run that a sheet's number names: all before its last dash.
pub fn run_item(number: &str) -> Option<String> {
    Some(run_number_item(number.rsplit_once('-')?.0))
}

/// The item of a run by how its sheets' numbers begin.
pub fn run_number_item(prefix: &str) -> String {
    format!("sheet-run:{prefix}")
}

/// The item under which the words of boxes were told.
pub fn boxes_item(of: &str) -> String {
    format!("boxes:{of}")
}

impl Scope {
    /// As stored, and the item of its sheets.
    pub fn item(&self) -> String {
        match self {
            Scope::Ward(ward) => format!("sheets:ward:{ward}"),
            Scope::Patient { authority, id } => {
                let patient = super::patient_item(&PatientId { authority: authority.clone(), id: id.clone() });
                format!("sheets:{patient}")
            }
            Scope::House => "sheets:house".to_owned(),
        }
    }

    fn read(text: &str) -> Option<Scope> {
        let scope = text.strip_prefix("sheets:")?;
        if scope == "house" {
            return Some(Scope::House);
        }
        match scope.split_once(':')? {
            ("ward", ward) => Some(Scope::Ward(ward.to_owned())),
            ("patient", patient) => {
                let (authority, id) = patient.split_once('/')?;
                Some(Scope::Patient { authority: authority.to_owned(), id: id.to_owned() })
            }
            _ => None,
        }
    }
}

impl SheetsEvent {
    /// Reads version 1 of a kind; `None` when it is of another kind, or not in its form.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<SheetsEvent> {
        match (kind, texts) {
            (RUN_TAKEN, [run, scope]) => {
                Some(SheetsEvent::RunTaken { run: run.parse().ok()?, scope: Scope::read(scope)? })
            }
            (MADE, [run, scope, program, cut, rest @ ..]) => {
                let (sheets, []) = rest.as_chunks::<6>() else { return None };
                let sheets = sheets.iter().map(read_sheet).collect::<Option<_>>()?;
                let (program, cut) = ((*program).to_owned(), (*cut).to_owned());
                Some(SheetsEvent::Made { run: run.parse().ok()?, scope: Scope::read(scope)?, program, cut, sheets })
            }
            (BOXES, rest) => {
                let (groups, []) = rest.as_chunks::<4>() else { return None };
                let told = |[of, words, places, sheets]: &[&str; 4]| {
                    let [of, words, places] = [of, words, places].map(|text| (*text).to_owned());
                    ToldBoxes { of, words, places, sheets: sheets.split(' ').map(str::to_owned).collect() }
                };
                Some(SheetsEvent::Boxes(groups.iter().map(told).collect()))
            }
            _ => None,
        }
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self {
            SheetsEvent::RunTaken { run, scope } => (RUN_TAKEN, vec![run.to_string(), scope.item()]),
            SheetsEvent::Made { run, scope, program, cut, sheets } => {
                let head = [run.to_string(), scope.item(), program.clone(), cut.clone()];
                let sheet = |one: &MadeSheet| {
                    let MadeSheet { number, form, authority, id, pages, digest } = one.clone();
                    [number, form, authority, id, pages.to_string(), digest]
                };
                (MADE, head.into_iter().chain(sheets.iter().flat_map(sheet)).collect())
            }
            SheetsEvent::Boxes(told) => {
                let fields = |one: &ToldBoxes| {
                    let ToldBoxes { of, words, places, sheets } = one.clone();
                    [of, words, places, sheets.join(" ")]
                };
                (BOXES, told.iter().flat_map(fields).collect())
            }
        }
    }

    /// How the numbers of the run's sheets begin; `None` where it made none.
    pub fn prefix(&self) -> Option<&str> {
        match self {
            SheetsEvent::RunTaken { .. } | SheetsEvent::Boxes(_) => None,
            SheetsEvent::Made { sheets, .. } => Some(sheets.first()?.number.rsplit_once('-')?.0),
        }
    }

    /// What it is about.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            SheetsEvent::RunTaken { .. } => vec![RUNS_ITEM.to_owned()],
            SheetsEvent::Made { scope, sheets, .. } => {
                let run = sheets.first().and_then(|sheet| run_item(&sheet.number));
                [scope.item(), MADE_ITEM.to_owned()].into_iter().chain(run).collect()
            }
            SheetsEvent::Boxes(told) => {
                let run = told.iter().find_map(|one| run_item(one.sheets.first()?));
                let first = told.iter().filter(|one| !one.words.is_empty()).map(|one| boxes_item(&one.of));
                run.into_iter().chain(first).collect()
            }
        }
    }
}

fn read_sheet(texts: &[&str; 6]) -> Option<MadeSheet> {
    let [number, form, authority, id, pages, digest] = texts;
    let [number, form, authority, id, digest] = [number, form, authority, id, digest].map(|text| (*text).to_owned());
    Some(MadeSheet { number, form, authority, id, pages: pages.parse().ok()?, digest })
}
