//! Visits, stays and movements: ADT-01…52.

use serde::Serialize;

use super::coded::{Coded, Place, Staff};
use crate::when::When;

/// What kind of movement an ADT message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// ADT-01 担当医の変更.
    Attending,
    /// ADT-12 外来診察の受付.
    Visit,
    /// ADT-21 入院予定.
    AdmitPlan,
    /// ADT-22 入院実施.
    Admit,
    /// ADT-31 外出泊.
    LeaveOut,
    /// ADT-32 外出泊帰院.
    LeaveBack,
    /// ADT-41 転科・転棟予定.
    TransferPlan,
    /// ADT-42 転科・転棟.
    Transfer,
    /// ADT-51 退院予定.
    DischargePlan,
    /// ADT-52 退院.
    Discharge,
}

/// A visit, stay or movement: PV1/PV2/EVN of ADT-01…52.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Move {
    /// What happened.
    pub kind: MoveKind,
    /// When it happened or is planned: the kind's own field of table 1.2 (EVN-6, PV1-44/45, PV2-8/9).
    pub at: Option<When>,
    /// PV1-2: I inpatient, O outpatient, …
    pub class: String,
    /// PV1-3.
    pub place: Place,
    /// PV1-6 prior place.
    pub prior: Place,
    /// PV1-7 主治医.
    pub attending: Staff,
    /// PV1-17 入院時医師.
    pub admitting: Staff,
    /// PV1-10 診療科 (code; the file name's department where empty).
    pub department: Coded,
    /// PV1-44.
    pub admitted: Option<When>,
    /// PV1-45.
    pub discharged: Option<When>,
    /// PV1-36 退院区分.
    pub disposition: Coded,
    /// PV2-8/9/47: planned admission, discharge or return.
    pub planned: Option<When>,
    /// PV2-3 reason, PV2-12/13 words, where sent.
    pub reason: String,
}
