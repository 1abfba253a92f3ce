//! Orders and what came of them: the fields all orders share (ORC), laboratory, examinations, meals.

use std::sync::Arc;

use serde::Serialize;

use super::coded::{Coded, Staff};
use super::condition::Measure;
use crate::when::When;

/// Fields every order shares: ORC with the RP grouping of SS-MIX2.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Order {
    /// ORC-1 control: NW, CA, DC, PA, CH, SC, …
    pub control: String,
    /// ORC-2 (else OBR-2) placer order number.
    pub number: String,
    /// ORC-4: RP number or `order_rp_seq`; drugs of one RP share it.
    pub group: String,
    /// ORC-5 status, where sent.
    pub status: String,
    /// ORC-8 parent order.
    pub parent: String,
    /// ORC-9 entered.
    pub ordered: Option<When>,
    /// ORC-12 ordering doctor, else OBR-16.
    pub doctor: Staff,
    /// ORC-17 department, else ORC-13.
    pub department: Coded,
    /// ORC-29: I inpatient, O outpatient.
    pub setting: Coded,
}

/// A laboratory order, SPM/ORC/OBR (OML-01).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LabOrder {
    /// The order.
    pub order: Order,
    /// SPM-4.
    pub specimen: Coded,
    /// OBR-4.
    pub group: Coded,
    /// OBX-3 of the items asked for.
    pub items: Vec<Coded>,
    /// TQ1-7, OBR-7 or SPM-17: when the sample is to be taken.
    pub planned: Option<When>,
    /// NTE and OBR-13 comments.
    pub comment: String,
}

/// One laboratory result, OBX of OML-11.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lab {
    /// The order it answers; shared by its results, as are specimen and group.
    pub order: Arc<Order>,
    /// SPM-4.
    pub specimen: Arc<Coded>,
    /// OBR-4.
    pub group: Arc<Coded>,
    /// OBX-3.
    pub item: Coded,
    /// OBX-2: NM, ST, SN, CWE, TX …
    pub value_type: String,
    /// OBX-5 as sent; SN is written with its comparator (`< 0.5`), a coded value with its text.
    pub value: String,
    /// OBX-5 where it is coded, e.g. an organism.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coded: Option<Coded>,
    /// OBX-6.
    pub unit: Coded,
    /// OBX-7.
    pub range: String,
    /// OBX-8: H, L, HH, LL, A; S, I, R for susceptibility.
    pub flag: String,
    /// OBX-11: F final, P preliminary, C corrected, X cannot be had, O ordered.
    pub status: String,
    /// OBX-4: rows of one organism share it.
    pub sub_id: String,
    /// OBR-26: the organism row that a susceptibility belongs to.
    pub parent_result: String,
    /// OBX-14, else SPM-17, else OBR-7: when the sample was taken.
    pub collected: Option<When>,
    /// OBR-22.
    pub reported: Option<When>,
    /// NTE that follows.
    pub comment: String,
}

/// Which service an examination belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// 放射線 OMG-01/11.
    #[default]
    Radiology,
    /// 内視鏡 OMG-02/12.
    Endoscopy,
    /// 生理検査 OMG-03/13.
    Physiology,
}

/// How far an examination has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Asked for.
    #[default]
    Ordered,
    /// Carried out.
    Done,
    /// With values or a report.
    Reported,
}

/// Imaging, endoscopy or physiology: ordered, done or reported (OMG-01…03, OMG-11…13).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Exam {
    /// The order; children name their parent.
    pub order: Order,
    /// Which service.
    pub service: Service,
    /// How far.
    pub phase: Phase,
    /// OBR-4, JJ1017 or local.
    pub item: Coded,
    /// OBR-7, TQ1-7 or ZE1 times.
    pub at: Option<When>,
    /// OBX rows that belong to it (weight, values, report text).
    pub values: Vec<Measure>,
    /// IPC-1 accession number.
    pub accession: String,
    /// IPC-3 Study Instance UID.
    pub study_uid: String,
    /// IPC-5.
    pub modality: Coded,
    /// Materials and other details of ZE1/ZE2, OBR-13, NTE, as lines.
    pub details: Vec<String>,
}

/// A meal order, OMD.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Meal {
    /// The order.
    pub order: Order,
    /// ODS-1: D diet, S supplement, P preference.
    pub kind: String,
    /// ODS-3.
    pub diet: Coded,
    /// ODS-4.
    pub text: String,
    /// TQ1-3.
    pub timing: Vec<Coded>,
    /// TQ1-7.
    pub start: Option<When>,
    /// TQ1-8.
    pub end: Option<When>,
}
