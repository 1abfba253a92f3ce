//! The 26 kinds of data of SS-MIX2 standardized storage, guideline 1.2g table 1-1 (standards.md §1.2).

use chart::{MoveKind, Phase, Service};

/// What family of decoder a kind belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// ADT-00.
    Basic,
    /// ADT-01…52.
    Move(MoveKind),
    /// ADT-61.
    Allergy,
    /// PPR-01.
    Problem,
    /// OMD.
    Meal,
    /// OMP-01.
    Prescription,
    /// OMP-02.
    Injection,
    /// OMP-11 (false) and OMP-12 (true: injection).
    Given(bool),
    /// OML-01.
    LabOrder,
    /// OML-11.
    LabResult,
    /// OMG-01…13.
    Exam(Service, Phase),
    /// ORU^R30 of extended storage, and whatever else brings observations.
    Observations,
}

/// One row of table 1-1.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// データ種別, e.g. `OML-11`.
    pub code: &'static str,
    /// Name in Japanese.
    pub name: &'static str,
    /// Name in English.
    pub english: &'static str,
    /// MSH-9 of a message that sets, type and trigger.
    pub set: (&'static str, &'static str),
    /// Trigger of the message that cancels; empty where there is none.
    pub cancel: &'static str,
    /// The field that gives the 診療日 of the path; `-` where there is no date.
    pub care_date: &'static str,
    /// The segment without which the message says nothing.
    pub needs: &'static str,
    /// Which decoder reads it.
    pub family: Family,
}

macro_rules! kinds {
    ($($code:literal $name:literal $english:literal $type:literal $trigger:literal $cancel:literal $date:literal $needs:literal $family:expr;)*) => {
        /// All kinds, in the order of the table.
        pub const KINDS: [Kind; 26] = [$(Kind { code: $code, name: $name, english: $english, set: ($type, $trigger),
            cancel: $cancel, care_date: $date, needs: $needs, family: $family },)*];
    };
}

kinds! {
    "ADT-00" "患者基本情報" "patient" "ADT" "A08" "A23" "-" "PID" Family::Basic;
    "ADT-01" "担当医変更" "attending doctor" "ADT" "A54" "A55" "-" "PV1" Family::Move(MoveKind::Attending);
    "ADT-12" "外来受付" "outpatient visit" "ADT" "A04" "" "PV1-44" "PV1" Family::Move(MoveKind::Visit);
    "ADT-21" "入院予定" "planned admission" "ADT" "A14" "A27" "PV2-8" "PV1" Family::Move(MoveKind::AdmitPlan);
    "ADT-22" "入院" "admission" "ADT" "A01" "A11" "PV1-44" "PV1" Family::Move(MoveKind::Admit);
    "ADT-31" "外出泊" "leave" "ADT" "A21" "A52" "EVN-6" "PV1" Family::Move(MoveKind::LeaveOut);
    "ADT-32" "外出泊帰院" "return from leave" "ADT" "A22" "A53" "EVN-6" "PV1" Family::Move(MoveKind::LeaveBack);
    "ADT-41" "転科・転棟予定" "planned transfer" "ADT" "A15" "A26" "PV2-8" "PV1" Family::Move(MoveKind::TransferPlan);
    "ADT-42" "転科・転棟" "transfer" "ADT" "A02" "A12" "EVN-6" "PV1" Family::Move(MoveKind::Transfer);
    "ADT-51" "退院予定" "planned discharge" "ADT" "A16" "A25" "PV2-9" "PV1" Family::Move(MoveKind::DischargePlan);
    "ADT-52" "退院" "discharge" "ADT" "A03" "A13" "PV1-45" "PV1" Family::Move(MoveKind::Discharge);
    "ADT-61" "アレルギー" "allergies" "ADT" "A60" "" "-" "IAM" Family::Allergy;
    "PPR-01" "病名" "problems" "PPR" "ZD1" "" "-" "PRB" Family::Problem;
    "OMD" "食事オーダ" "meal order" "OMD" "O03" "" "ORC-9" "ODS" Family::Meal;
    "OMP-01" "処方オーダ" "prescription" "RDE" "O11" "" "ORC-9" "RXE" Family::Prescription;
    "OMP-11" "処方実施" "drugs given" "RAS" "O17" "" "RXA-3" "RXA" Family::Given(false);
    "OMP-02" "注射オーダ" "injection order" "RDE" "O11" "" "ORC-9" "RXE" Family::Injection;
    "OMP-12" "注射実施" "injections given" "RAS" "O17" "" "RXA-3" "RXA" Family::Given(true);
    "OML-01" "検体検査オーダ" "laboratory order" "OML" "O33" "" "ORC-9" "OBR" Family::LabOrder;
    "OML-11" "検体検査結果" "laboratory results" "OUL" "R22" "" "SPM-17" "OBX" Family::LabResult;
    "OMG-01" "放射線オーダ" "radiology order" "OMG" "O19" "" "ORC-9" "OBR" Family::Exam(Service::Radiology, Phase::Ordered);
    "OMG-11" "放射線実施" "radiology done" "OMI" "Z23" "" "OBR-7" "OBR" Family::Exam(Service::Radiology, Phase::Done);
    "OMG-02" "内視鏡オーダ" "endoscopy order" "OMG" "O19" "" "ORC-9" "OBR" Family::Exam(Service::Endoscopy, Phase::Ordered);
    "OMG-12" "内視鏡実施" "endoscopy done" "OMI" "Z23" "" "OBR-7" "OBR" Family::Exam(Service::Endoscopy, Phase::Done);
    "OMG-03" "生理検査オーダ" "physiology order" "OMG" "O19" "" "ORC-9" "OBR" Family::Exam(Service::Physiology, Phase::Ordered);
    "OMG-13" "生理検査結果" "physiology results" "ORU" "R01" "" "OBR-7" "OBX" Family::Exam(Service::Physiology, Phase::Reported);
}

/// The row of a code; `None` for a kind that is not in the table, which is kept all the same.
pub fn kind(code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.code == code)
}

/// The row whose set or cancel message this is, for messages filed under an unknown or wrong kind. Where several
/// kinds share a message (RDE^O11, RAS^O17, OMG^O19, OMI^Z23), the first of them that `prefers` accepts, else the first.
pub fn by_message(message: &str, trigger: &str, prefers: impl Fn(&Kind) -> bool) -> Option<&'static Kind> {
    let fits = |kind: &&Kind| kind.set == (message, trigger) || (kind.set.0 == message && kind.cancel == trigger);
    let cancels_nothing = |kind: &&Kind| !trigger.is_empty() && fits(kind);
    KINDS.iter().filter(cancels_nothing).find(|kind| prefers(kind)).or_else(|| KINDS.iter().find(cancels_nothing))
}
