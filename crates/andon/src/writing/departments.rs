//! What department desks (部門受付) have written.

use serde::{Deserialize, Serialize};

use crate::desks::rows::Row;
use crate::event::DepartmentEvent;
use crate::finding::identify::Asked;
use crate::parents::Seen;

/// The results of one sample as an analyser's file has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// 検体番号, as sent; empty where the file names none.
    pub sample: String,
    /// The patient's number as the file has it; empty for none. By itself it attaches nothing.
    pub patient: String,
    /// The patient's name as the file has it; empty for none.
    pub name: String,
    /// When the sample was taken or measured, as the file says; empty for not said.
    pub collected: String,
    /// Reagent lot; empty for not said.
    pub lot: String,
    /// Its results.
    pub rows: Vec<Row>,
}

/// What is asked for. Whether it can be so is looked at by who writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DepartmentWish {
    /// Something is said of a slip, results, a call-back, a delivery, a query or a limit. Critical values open call-backs in the same commit.
    Say {
        /// The event, of kinds 75 to 80.
        event: DepartmentEvent,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// Of a slip: by what it was made sure whose it is.
        #[serde(default)]
        asked: Asked,
        /// The profession of who says so, where the account does not tell it (the station's operator, a temporary): a code of a role.
        #[serde(default)]
        post: String,
        /// When it happened, as the person says, milliseconds.
        at: i64,
    },
    /// A person says whose a doubtful slip or set of results is. What came of it goes along; all or nothing.
    Attach {
        /// The item of its sort: slips or results.
        item: String,
        /// Its name.
        thing: String,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// Assigning authority of the patient's number.
        authority: String,
        /// The patient's number.
        id: String,
        /// By what it was made sure.
        asked: Asked,
        /// How it was found out.
        words: String,
        /// When, as the person says, milliseconds.
        at: i64,
    },
    /// An analyser's file: each sample a set of results, all or nothing.
    Import {
        /// SHA-256 of the file, the first 16 figures: the same file is not taken twice.
        batch: String,
        /// `csv` or `hl7`.
        source: String,
        /// Analyser, as the person names it.
        analyser: String,
        /// 精度管理 of the run, a word of `crate::desks::QC`.
        qc: String,
        /// The samples.
        samples: Vec<Sample>,
        /// What could not be used, each with its line.
        bad: Vec<String>,
        /// When, as the person says, milliseconds.
        at: i64,
    },
}
