//! What is known of the patient's body: allergies (IAM, AL1), measures (OBX outside the laboratory), problems (PRB).

use serde::Serialize;

use super::coded::{Coded, Staff};
use crate::when::When;

/// An allergy, adverse reaction or contraindication: IAM of ADT-61, AL1 of ADT-00 or an order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Allergy {
    /// IAM-2 / AL1-2 type, HL70127: DA drug, FA food, EA environment, LA pollen, MA miscellaneous, MC contraindication.
    pub category: Coded,
    /// IAM-3 / AL1-3.
    pub allergen: Coded,
    /// IAM-4 / AL1-4 severity, HL70128: MI, MO, SV.
    pub severity: Coded,
    /// IAM-5 / AL1-5 reactions, word for word.
    pub reaction: String,
    /// IAM-6 action, HL70323: A add, D delete, U update, X no change.
    pub action: Coded,
    /// IAM-11 / AL1-6.
    pub onset: Option<When>,
    /// IAM-12, words such as 小学校低学年の頃.
    pub onset_text: String,
    /// IAM-13 reported, IAM-20 statused: when it was last confirmed, where sent.
    pub confirmed: Option<When>,
    /// IAM-14/18: who reported or confirmed.
    pub confirmed_by: String,
    /// IAM-17 clinical status, where sent.
    pub status: Coded,
}

/// A measured value kept outside laboratory reports: height, weight, blood type, infection marks, vital signs (OBX).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measure {
    /// OBX-3.
    pub item: Coded,
    /// OBX-5, as sent.
    pub value: String,
    /// OBX-5 where it is coded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coded: Option<Coded>,
    /// OBX-6.
    pub unit: Coded,
    /// OBX-8.
    pub flag: String,
    /// OBX-11.
    pub result_status: String,
    /// OBX-14, else the message's time is used for its age.
    pub at: Option<When>,
    /// OBX-4.
    pub sub_id: String,
}

/// A problem: 病名 of PPR-01 (PRB with ZPR).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Problem {
    /// PRB-3 病名管理番号^名称.
    pub name: Coded,
    /// ZPR prefixes and suffixes joined round the name as 病名 is written, where sent; else the same as `name.text`.
    pub label: String,
    /// PRB-4 instance.
    pub instance: String,
    /// PRB-1 action: AD add, UP update, DE delete, …
    pub action: String,
    /// PRB-2.
    pub recorded: Option<When>,
    /// PRB-7 診断日.
    pub diagnosed: Option<When>,
    /// PRB-16 発症日, else PRB-8.
    pub onset: Option<When>,
    /// PRB-17.
    pub onset_text: String,
    /// PRB-9 / PRB-15 転帰日.
    pub ended: Option<When>,
    /// PRB-10 ICD-10 (`code`, `text`, `system`).
    pub icd10: Coded,
    /// PRB-10.4/5 診断種別 JHSD0004.
    pub class: Coded,
    /// PRB-13: 疑い.
    pub suspected: bool,
    /// PRB-14 転帰 HL70241.
    pub outcome: Coded,
    /// PRB-18 主診断 JHSD0007.
    pub rank: Coded,
    /// PRB-25 告知・機密 HL70177.
    pub disclosure: Coded,
    /// Department of ORC-17.
    pub department: Coded,
    /// ORC-12.
    pub doctor: Staff,
}

impl Problem {
    /// True when PRB-25 says that the patient has not been told (未告知): shown to staff as ◇, never on a patient's sheet.
    pub fn untold(&self) -> bool {
        matches!(self.disclosure.code.as_str(), "V" | "R" | "UWM" | "PSY")
            || self.disclosure.text.contains("未告知")
            || self.disclosure.text.contains("非常に限定")
    }
}
