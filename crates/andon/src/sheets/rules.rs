//! What a run prints and what it leaves out. Pure.

use std::collections::BTreeMap;

use chart::{Chart, PatientId};
use serde_json::Value;
use sha2::{Digest, Sha256};

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
const PASSING: [&str; 12] = [
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
    let mut value = serde_json::to_value(chart).unwrap_or_default();
    settle(&mut value);
    let digest = Sha256::digest(value.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !PASSING.contains(&key.as_str()));
            members.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
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
    fn only_what_a_nurse_would_read_counts() {
        let mut one = serde_json::json!({
            "as_of": {"now": 1}, "age": {"days": 3}, "gaps": [1],
            "labs": [{"value": "3.1", "age_minutes": 7, "source": {"received": 1, "position": 2, "name": "std1"}}],
        });
        settle(&mut one);
        assert_eq!(one, serde_json::json!({"labs": [{"value": "3.1", "source": {"name": "std1"}}]}));
    }

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
