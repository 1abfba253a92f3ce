//! Facts: what one message or one event says of one patient, before anybody decides what is current.
//!
//! `formats` makes bodies out of bytes, `andon` wraps each in its [`Origin`], and [`crate::Chart::at`] turns the heap
//! into a chart. Text is kept exactly as sent; an empty `String` means the sender left the field empty.

use std::sync::Arc;

use serde::Serialize;

use crate::when::{Moment, When};

/// A patient's number as one authority assigned it: `(assigning authority, id exactly as sent)`.
/// Leading zeros count; dropping them is for search only (design §2).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct PatientId {
    /// Who assigned the number: the name of the hospital or the source's authority.
    pub authority: String,
    /// The number, byte for byte as it came (decoded to text).
    pub id: String,
}

/// SHA-256 of the bytes of a message: the name of a *content* entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentId(pub [u8; 32]);

impl std::fmt::Debug for ContentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for ContentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for ContentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the file name said of a message (SS-MIX2 コンディションフラグ, guideline 1.2g §1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// `1` 有効, and every entry that has no such flag.
    #[default]
    Current,
    /// `2` 過去履歴: a newer file took its place.
    Superseded,
    /// `0` 無効・削除.
    Cancelled,
}

/// Where a fact came from: one sighting of one file, or one event of one station. Shared by all facts of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Origin {
    /// Name of the source (連携元) in this home, e.g. `std1`; `station:…` for an event.
    pub source: String,
    /// Running number in that source: the only order that is trusted (design §2, *position*).
    pub position: u64,
    /// Data kind: SS-MIX2 code such as `OML-11`, a folder name of extended storage, or `event`.
    pub kind: String,
    /// Path below the root of the source, as text for people; empty for an event.
    pub path: String,
    /// Name of the bytes, where there are bytes.
    pub content: Option<ContentId>,
    /// State by file name as last seen (rename 1→2, 1→0).
    pub flag: Flag,
    /// 診療日 of the path, `-` when the kind has none.
    pub care_date: String,
    /// オーダNo of the file name, zeros kept.
    pub order_no: String,
    /// 診療科コード of the file name, `-` when none.
    pub department: String,
    /// 発生日時 of the file name: when the sender sent it.
    pub sent: Option<When>,
    /// MSH-7: when the sender made the message.
    pub message: Option<When>,
    /// When this home received it, by our clock.
    pub received: Moment,
    /// True once the file was no longer found at the source. Not a cancel.
    pub gone: bool,
    /// Patient numbers of PID-3 that differ from the path's; filed under the path's, shown as a doubt.
    pub other_ids: Vec<String>,
}

impl Origin {
    /// The time the sender puts on the message: 発生日時 of the name, else MSH-7.
    pub fn sent_at(&self) -> Option<When> {
        self.sent.or(self.message)
    }
}

/// One thing said of one patient, with where it came from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// The message or event that says so.
    pub origin: Arc<Origin>,
    /// What it says.
    pub body: Body,
}

/// Something that was not understood, in whole or in part, and is shown as such.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Stable word for programs and tables, e.g. `charset`, `truncated`, `pid_mismatch`, `unknown_kind`.
    pub code: &'static str,
    /// Where in the bytes or the path: `PID-5`, `byte 314`, `path`; never patient data.
    pub at: String,
    /// The doubtful text or value as far as it can be shown (kept out of logs).
    pub text: String,
}

/// A fault with the message it belongs to, as `record()` and the chart hand it on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OriginFault {
    /// The message in which it was found.
    pub origin: Arc<Origin>,
    /// What was not understood.
    #[serde(flatten)]
    pub fault: Fault,
}

/// A coded value, HL7 CE/CWE: the message's own text first, the code second (standards §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Coded {
    /// Component 2: the words the sender wrote.
    pub text: String,
    /// Component 1.
    pub code: String,
    /// Component 3: the coding system, e.g. `HOT9`, `JC10`, `99XYZ`.
    pub system: String,
    /// Components 4–6, the alternate coding, where the sender filled them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternate: Option<Box<Coded>>,
}

impl Coded {
    /// The text, else the code, so that something is always shown.
    pub fn shown(&self) -> &str {
        if self.text.is_empty() { &self.code } else { &self.text }
    }

    /// True when the sender filled nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.code.is_empty()
    }
}

/// A number with its unit, both as sent: doses and results are never re-formatted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quantity {
    /// The value as text, e.g. `1`, `0.5`, `< 0.5`.
    pub value: String,
    /// The unit.
    pub unit: Coded,
}

/// A person of the staff, HL7 XCN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Staff {
    /// Staff number.
    pub id: String,
    /// Name as sent: family and given joined by a space where they came apart.
    pub name: String,
}

/// A place in the hospital, HL7 PL: 病棟^病室^ベッド, or a department for an outpatient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// PL.1: ward code (inpatient) or department code (outpatient).
    pub ward: String,
    /// PL.2.
    pub room: String,
    /// PL.3.
    pub bed: String,
    /// PL.6: `N` nursing unit, `C` clinic.
    pub kind: String,
}

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

/// One drug of a prescription: RXE with its TQ1 and RXR (OMP-01).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Drug {
    /// The order it belongs to.
    pub order: Order,
    /// RXE-2.
    pub drug: Coded,
    /// RXE-3/5 amount each time (`""` for ointments is kept as empty).
    pub dose: Quantity,
    /// RXE-19 total a day.
    pub daily: Quantity,
    /// RXE-10/11 dispensed in all.
    pub dispensed: Quantity,
    /// RXE-6.
    pub form: Coded,
    /// TQ1-3 / RXE-1: how to take it, all repetitions.
    pub usage: Vec<Coded>,
    /// RXE-7 instructions, TQ1-10/11 texts.
    pub instruction: String,
    /// TQ1-6 duration as sent, e.g. `5` + `d`.
    pub duration: Quantity,
    /// TQ1-7.
    pub start: Option<When>,
    /// TQ1-8.
    pub end: Option<When>,
    /// RXR-1.
    pub route: Coded,
    /// RXR-2.
    pub site: Coded,
    /// RXE-21: 外来処方, 院内処方, 入院処方, 退院処方 …, all repetitions.
    pub class: Vec<Coded>,
    /// RXE-27 内服・外用・頓服 JHSP0003.
    pub kind: Coded,
    /// RXE-15 prescription number.
    pub prescription: String,
}

/// One ingredient of an injection, RXC.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ingredient {
    /// RXC-1: B base, A additive.
    pub role: String,
    /// RXC-2.
    pub drug: Coded,
    /// RXC-3/4.
    pub amount: Quantity,
}

/// One injection: RXE with TQ1, RXR and its RXC (OMP-02).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Injection {
    /// The order it belongs to.
    pub order: Order,
    /// RXE-2 注射種別.
    pub class: Coded,
    /// The mixture, base first as sent.
    pub ingredients: Vec<Ingredient>,
    /// RXE-3/5.
    pub volume: Quantity,
    /// RXE-23/24 with RXE-22.
    pub rate: Quantity,
    /// RXE-7.
    pub instruction: String,
    /// TQ1-3.
    pub usage: Vec<Coded>,
    /// TQ1-7.
    pub start: Option<When>,
    /// TQ1-8.
    pub end: Option<When>,
    /// RXR-1.
    pub route: Coded,
    /// RXR-2.
    pub site: Coded,
    /// RXR-3.
    pub device: Coded,
    /// RXE-21.
    pub kinds: Vec<Coded>,
}

/// One administration: RXA (OMP-11 oral, OMP-12 injection).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Given {
    /// The order it belongs to.
    pub order: Order,
    /// True for OMP-12.
    pub injection: bool,
    /// RXA-5.
    pub drug: Coded,
    /// RXA-6/7.
    pub amount: Quantity,
    /// RXA-3.
    pub start: Option<When>,
    /// RXA-4.
    pub end: Option<When>,
    /// RXA-9.
    pub note: String,
    /// RXA-10.
    pub by: Staff,
    /// RXA-11 as text.
    pub place: String,
    /// RXA-12.
    pub rate: String,
    /// RXA-20 completion: CP, PA, NA, RE.
    pub completion: String,
    /// RXA-22.
    pub entered: Option<When>,
    /// RXR-1.
    pub route: Coded,
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
    /// The order it answers.
    pub order: Order,
    /// SPM-4.
    pub specimen: Coded,
    /// OBR-4.
    pub group: Coded,
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

/// A note, summary or report: extended storage (CDA, text) or OBX of type TX/FT/ED.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    /// Type folder or LOINC, e.g. 経過記録 / `11506-3`.
    pub kind: Coded,
    /// Title, where there is one.
    pub title: String,
    /// Text as lines of plain text; empty when only bytes of a kind we do not decode are held.
    pub text: String,
    /// When it was written or what day it tells of.
    pub at: Option<When>,
    /// Who wrote it.
    pub author: Staff,
    /// Media type of the bytes, e.g. `text/plain`, `application/pdf`.
    pub media_type: String,
}

/// A field that holds something we read but give no place of its own: nothing that came is hidden (promise 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unplaced {
    /// Where, e.g. `OBR-32`, `RXE-31.2`, `ZE1-4`.
    pub at: String,
    /// The decoded text.
    pub text: String,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
#[expect(
    clippy::large_enum_variant,
    reason = "most facts are of the large kinds; a box each would cost more than it saves"
)]
pub enum Body {
    /// Who the patient is.
    Person(Person),
    /// Next of kin.
    Kin(Kin),
    /// Allergy or contraindication.
    Allergy(Allergy),
    /// Height, weight, blood type, infection mark or vital sign.
    Measure(Measure),
    /// Disability.
    Disability(Disability),
    /// Insurance.
    Insurance(Insurance),
    /// Problem.
    Problem(Problem),
    /// One drug prescribed.
    Drug(Drug),
    /// One injection ordered.
    Injection(Injection),
    /// One administration.
    Given(Given),
    /// Laboratory order.
    LabOrder(LabOrder),
    /// Laboratory result.
    Lab(Lab),
    /// Imaging, endoscopy, physiology.
    Exam(Exam),
    /// Meal order.
    Meal(Meal),
    /// Visit, stay, movement.
    Move(Move),
    /// Note or summary.
    Document(Document),
    /// The message withdraws what its file-name key named before (A11, A12, A13, A23, A25, A26, A27, A52, A53, A55).
    Cancel {
        /// MSH-9 trigger, e.g. `A11`.
        trigger: String,
    },
    /// A person linked or unlinked another number (event), or the EMR merged it (MRG).
    Link {
        /// The other patient.
        other: PatientId,
        /// False for an unlink.
        linked: bool,
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
    },
    /// Fields read but not placed.
    Unplaced {
        /// The fields.
        fields: Vec<Unplaced>,
    },
}
