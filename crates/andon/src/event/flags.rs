//! 秘匿: what a hospital keeps back about a patient at his or his family's wish, or because he works there. SS-MIX2 has no
//! field for it, so a named person says it here.

use chart::PatientId;
use serde::{Deserialize, Serialize};

/// A flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Flag {
    /// 問合せ不可: nobody who asks is told that the patient is here.
    NoInquiry,
    /// 面会制限: visitors are asked for first.
    VisitLimit,
    /// 氏名掲示不可: the name hangs nowhere.
    HideName,
    /// 職員患者: a patient who works here.
    StaffPatient,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Flag; 4] = [Flag::NoInquiry, Flag::VisitLimit, Flag::HideName, Flag::StaffPatient];

    /// The code in stored events, in JSON and in `flag-…` of the texts.
    pub fn code(self) -> &'static str {
        match self {
            Flag::NoInquiry => "no_inquiry",
            Flag::VisitLimit => "visit_limit",
            Flag::HideName => "hide_name",
            Flag::StaffPatient => "staff_patient",
        }
    }

    /// Reads a code.
    pub fn read(code: &str) -> Option<Flag> {
        Flag::ALL.into_iter().find(|flag| flag.code() == code)
    }

    /// Whether the chart of such a patient opens only for a reason.
    pub fn asks_reason(self) -> bool {
        matches!(self, Flag::NoInquiry | Flag::StaffPatient)
    }

    /// Whether the name of such a patient stands on no list, board or sheet that others see.
    pub fn hides_name(self) -> bool {
        self.asks_reason() || self == Flag::HideName
    }
}

/// 13: a named person sets a flag of a patient, or takes it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagEvent {
    /// Assigning authority of the number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Which flag.
    pub flag: Flag,
    /// False: taken away.
    pub on: bool,
    /// Why.
    pub reason: String,
}

/// The kind's number.
pub(super) const FLAG: u16 = 13;
/// The item of every flag of every patient.
pub const FLAGS_ITEM: &str = "flags";

impl FlagEvent {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// Reads version 1.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<FlagEvent> {
        let (FLAG, [authority, id, flag, on, reason]) = (kind, texts) else { return None };
        let [authority, id, reason] = [authority, id, reason].map(|text| (*text).to_owned());
        Some(FlagEvent { authority, id, flag: Flag::read(flag)?, on: super::people::read_flag(on)?, reason })
    }

    /// Fields of version 1.
    pub(super) fn fields(&self) -> Vec<String> {
        let on = if self.on { "1" } else { "0" };
        vec![self.authority.clone(), self.id.clone(), self.flag.code().into(), on.into(), self.reason.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    #[test]
    fn golden_payload_of_a_flag() {
        let [authority, id, reason] = ["self", "001", "本人の希望"].map(str::to_owned);
        let flagged = FlagEvent { authority, id, flag: Flag::HideName, on: true, reason };
        let (kind, version, bytes) = Event::Flag(flagged).encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let golden =
            "0400000073656c660300000030303109000000686964655f6e616d6501000000310f000000e69cace4babae381aee5b88ce69c9b";
        assert_eq!((kind, version, hex.as_str()), (13, 1, golden));
    }
}
