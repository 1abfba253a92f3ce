//! What a run prints and what it leaves out. Pure.

use std::collections::BTreeMap;

use chart::{Chart, PatientId};

use super::digest::digest_of;
use crate::event::SheetsEvent;

/// A sheet of a run, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// P5 病棟リーダー板
    Board,
    /// 空白時間確認票
    Gaps,
    /// 食数・禁食・アレルギー一覧
    Meals,
    /// P4 患者サマリー
    Summary,
}

impl Form {
    /// Every form of a ward's pack, in the order printed.
    pub const ALL: [Form; 4] = [Form::Board, Form::Gaps, Form::Meals, Form::Summary];
}

/// Members of a chart's JSON that change with our clock or our numbering alone, or with messages about other patients.
static PASSING: [&str; 12] = [
    "as_of",
    "age",
    "age_minutes",
    "freshness",
    "gap_minutes",
    "gaps",
    "last_received",
    "moment",
    "now",
    "position",
    "received",
    "carried",
];

/// What a chart says, as a digest: equal as long as a new print would tell a nurse nothing new.
pub fn digest(chart: &Chart) -> String {
    digest_of(chart, &PASSING)
}

/// The digest of each patient's sheet as last printed: over all runs of a ward, oldest first.
pub fn printed(runs: impl Iterator<Item = SheetsEvent>) -> BTreeMap<PatientId, String> {
    let sheets = runs.flat_map(|run| match run {
        SheetsEvent::Made { sheets, .. } => sheets,
        SheetsEvent::RunTaken { .. } => Vec::new(),
    });
    let of_patients = sheets.filter(|sheet| !sheet.digest.is_empty());
    of_patients.map(|sheet| (PatientId { authority: sheet.authority, id: sheet.id }, sheet.digest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{MadeSheet, Scope};

    #[test]
    fn the_last_print_of_a_patient_counts() {
        let sheet = |id: &str, digest: &str| MadeSheet {
            number: String::new(),
            form: "P4".into(),
            authority: "self".into(),
            id: id.into(),
            pages: 1,
            digest: digest.into(),
        };
        let run = |sheets| SheetsEvent::Made {
            run: 1,
            scope: Scope::House,
            program: String::new(),
            cut: String::new(),
            sheets,
        };
        let runs = [run(vec![sheet("1", "a"), sheet("2", "b"), sheet("", "")]), run(vec![sheet("1", "c")])];
        let printed = printed(runs.into_iter());
        let of = |id: &str| printed.get(&PatientId { authority: "self".into(), id: id.into() }).map(String::as_str);
        assert_eq!((of("1"), of("2"), of("3")), (Some("c"), Some("b"), None));
    }
}
