//! Who the patient is: PID, NK1, DB1 and the insurance of ADT-00 (患者基本情報) and of every other message.

use serde::Serialize;

use super::coded::Coded;
use crate::when::When;

/// How a name is written (HL7 table 0465, or by script where XPN.8 is empty).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Kanji, or whatever the hospital writes as the name proper (XPN.8 `I`).
    #[default]
    Ideographic,
    /// Kana (XPN.8 `P`).
    Phonetic,
    /// Latin letters (XPN.8 `A`).
    Alphabetic,
}

/// One writing of a person's name, HL7 XPN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Name {
    /// Family name; the whole name where the sender did not divide it.
    pub family: String,
    /// Given name.
    pub given: String,
    /// How it is written.
    pub script: Script,
}

/// Administrative sex, PID-8 (HL7 table 0001).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// `M`
    Male,
    /// `F`
    Female,
    /// `O`
    Other,
    /// `U`, empty, or anything else.
    #[default]
    Unknown,
}

/// Who the patient is: PID of any message. ADT-00 speaks before the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Person {
    /// PID-3 numbers, as sent.
    pub ids: Vec<String>,
    /// PID-5, every repetition.
    pub names: Vec<Name>,
    /// PID-7 (PID-9 in one dialect that shifts it).
    pub birth: Option<When>,
    /// PID-8.
    pub sex: Sex,
    /// PID-11, each on one line with its postcode.
    pub addresses: Vec<String>,
    /// PID-13 and PID-14 as text with a word for the kind, e.g. `自宅 054-000-0000`.
    pub phones: Vec<String>,
    /// PID-30/PID-29: when death is recorded.
    pub died: Option<When>,
    /// PID-33: last changed at the sender.
    pub updated: Option<When>,
    /// True when it came in ADT-00 (患者基本情報).
    pub basic: bool,
}

/// Next of kin, NK1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Kin {
    /// NK1-2.
    pub names: Vec<Name>,
    /// NK1-3.
    pub relation: Coded,
    /// NK1-4.
    pub addresses: Vec<String>,
    /// NK1-5/6.
    pub phones: Vec<String>,
    /// NK1-13 organisation.
    pub employer: String,
}

/// 障害 DB1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Disability {
    /// DB1-2 whose.
    pub whose: String,
    /// DB1-4 Y/N.
    pub present: String,
    /// DB1-3 identifiers.
    pub text: String,
}

/// Health insurance, IN1 or ZI1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Insurance {
    /// IN1-2 保険種別, JHSD0001.
    pub plan: Coded,
    /// IN1-3 保険者番号.
    pub payer_id: String,
    /// IN1-4 payer name.
    pub payer_name: String,
    /// IN1-10 記号.
    pub symbol: String,
    /// IN1-11 番号.
    pub number: String,
    /// IN1-12.
    pub from: Option<When>,
    /// IN1-13.
    pub until: Option<When>,
    /// IN1-17 本人・家族, HL70063.
    pub relation: Coded,
}
