//! Courses: what a patient has, takes and is given, and how the values move from the first day of it to the last.
//! Data only; `outpatient` and `inpatient` turn them into messages.

use crate::drugs::{self as d, Drug};
use crate::house::{self as h, Department};
use crate::labs::{self as l, Lab};
use crate::problems::{self as p, Problem};

/// How much each time.
#[derive(Clone, Copy, Debug)]
pub enum Dose {
    /// In the drug's unit.
    Fixed(f64),
    /// Milligrams per kilogram each time, rounded to 10 mg.
    PerKilo(f64),
}

/// 用法: JAMI code of sixteen, words, times a day.
pub type Usage = (&'static str, &'static str, u32);

/// Once a day after breakfast.
pub const MORNING: Usage = ("1011000400000000", "内服・経口・１日１回朝食後", 1);
/// Once a day at bedtime.
pub const BEDTIME: Usage = ("1011000000100000", "内服・経口・１日１回就寝前", 1);
/// Twice a day.
pub const TWICE: Usage = ("1012040400000000", "内服・経口・１日２回朝夕食後", 2);
/// Three times a day.
pub const THRICE: Usage = ("1013044400000000", "内服・経口・１日３回朝昼夕食後", 3);
/// As needed.
pub const AS_NEEDED: Usage = ("1050110020000000", "内服・経口・疼痛時 １日２回まで", 2);
/// Under the skin, once.
pub const SHOT_NIGHT: Usage = ("3011000000100000", "皮下注射・１日１回就寝前", 1);
/// Under the skin, before meals.
pub const SHOT_MEALS: Usage = ("3013022200000000", "皮下注射・１日３回朝昼夕食直前", 3);
/// On the skin.
pub const PLASTER: Usage = ("2B71000000000000", "外用・貼付・１日１回", 1);
/// Inhaled.
pub const INHALED: Usage = ("2H72000000000000", "外用・吸入・１日２回", 2);

/// One drug of a prescription.
#[derive(Debug)]
pub struct Line {
    /// The drug.
    pub drug: &'static Drug,
    /// Each time.
    pub dose: Dose,
    /// How.
    pub usage: &'static Usage,
}

/// An infusion: its parts (base first), volume and how it runs.
#[derive(Debug)]
pub struct Drip {
    /// Drug and amount in its unit; the first is the base.
    pub parts: &'static [(&'static Drug, f64)],
    /// Volume in mL.
    pub volume: u32,
    /// Hours it runs; 0 for a push.
    pub hours: u32,
    /// Hours of the day at which it starts.
    pub at: &'static [i64],
    /// On which days of the stay, first and last.
    pub days: (i64, i64),
}

/// A value that moves: from `first` to `last` along the course.
pub type Trend = (&'static Lab, f64, f64);

/// Which service carries an examination out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// 放射線.
    Radiology,
    /// 内視鏡.
    Endoscopy,
    /// 生理検査.
    Physiology,
}

/// An examination: service, JJ1017-shaped code, name, modality, finding.
#[derive(Debug)]
pub struct Exam {
    /// Who does it.
    pub service: Service,
    /// 32 digits, JJ1017 shape.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// DICOM modality.
    pub modality: &'static str,
    /// What is seen, for reports.
    pub finding: &'static str,
}

const fn exam(
    service: Service,
    code: &'static str,
    name: &'static str,
    modality: &'static str,
    finding: &'static str,
) -> Exam {
    Exam { service, code, name, modality, finding }
}

use Service::*;
static CHEST: Exam = exam(
    Radiology,
    "10000002000102000000010000000000",
    "胸部.Ｘ線単純撮影.立位正面(P→A)",
    "CR",
    "心拡大なし。肺野に浸潤影なし。",
);
static CHEST_SHADOW: Exam = exam(
    Radiology,
    "10000002000102000000010000000000",
    "胸部.Ｘ線単純撮影.立位正面(P→A)",
    "CR",
    "右下肺野に浸潤影を認める。",
);
static HIP: Exam =
    exam(Radiology, "10000004000102000000010000000000", "股関節.Ｘ線単純撮影.正面", "CR", "右大腿骨頚部に骨折線。");
static KNEE: Exam =
    exam(Radiology, "10000004200102000000010000000000", "膝関節.Ｘ線単純撮影.立位正面", "CR", "内側裂隙の狭小化。");
static HEAD_MRI: Exam =
    exam(Radiology, "60000001000000000000010000000000", "頭部.ＭＲＩ.ＤＷＩ", "MR", "左放線冠に高信号域。");
static BODY_CT: Exam =
    exam(Radiology, "50000003000000000000010000000000", "胸腹部.ＣＴ.造影", "CT", "肝転移を疑う結節を認める。");
static CHEST_CT: Exam =
    exam(Radiology, "50000002000000000000010000000000", "胸部.ＣＴ.単純", "CT", "両側末梢にすりガラス影。");
static GASTRO: Exam =
    exam(Endoscopy, "90000003100000000000010000000000", "上部消化管内視鏡", "ES", "萎縮性胃炎。悪性所見なし。");
static COLONO: Exam =
    exam(Endoscopy, "90000003200000000000010000000000", "下部消化管内視鏡", "ES", "Ｓ状結腸に２型腫瘍。生検施行。");
static ECG: Exam = exam(Physiology, "9A100000000000000000000000000000", "１２誘導心電図", "ECG", "正常洞調律");
static ECG_AF: Exam = exam(Physiology, "9A100000000000000000000000000000", "１２誘導心電図", "ECG", "心房細動");
static FETAL_ECHO: Exam =
    exam(Physiology, "9F100000000000000000000000000000", "胎児超音波検査", "US", "頭位。発育は週数相当。");

/// When the course is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Seen every so many days.
    Clinic(i64),
    /// One visit.
    Once,
    /// In a ward (index of [`h::WARDS`]) for so many days.
    Ward(usize, i64, i64),
}

/// A course.
#[derive(Debug)]
pub struct Course {
    /// What it is, for people who read this.
    pub name: &'static str,
    /// Where it is met.
    pub setting: Setting,
    /// Who looks after it.
    pub department: &'static Department,
    /// Ages, years.
    pub ages: (i64, i64),
    /// `M` or `F` when only one.
    pub sex: Option<char>,
    /// Problems, the main one first.
    pub problems: &'static [&'static Problem],
    /// Drugs by mouth and on the skin.
    pub lines: &'static [Line],
    /// Infusions.
    pub drips: &'static [Drip],
    /// Values that move.
    pub trends: &'static [Trend],
    /// Examinations.
    pub exams: &'static [&'static Exam],
    /// Diet: code and name.
    pub diet: (&'static str, &'static str),
    /// A line of the progress notes.
    pub note: &'static str,
    /// How often, beside the others of its setting.
    pub weight: u64,
}

/// What every course starts from.
const BASE: Course = Course {
    name: "",
    setting: Setting::Once,
    department: &h::MEDICINE,
    ages: (20, 90),
    sex: None,
    problems: &[],
    lines: &[],
    drips: &[],
    trends: &[],
    exams: &[],
    diet: ("N001", "常食"),
    note: "",
    weight: 10,
};

const fn line(drug: &'static Drug, dose: f64, usage: &'static Usage) -> Line {
    Line { drug, dose: Dose::Fixed(dose), usage }
}

const fn per_kilo(drug: &'static Drug, dose: f64, usage: &'static Usage) -> Line {
    Line { drug, dose: Dose::PerKilo(dose), usage }
}

macro_rules! drip {
    ($parts:expr, $volume:expr, $hours:expr, $at:expr, $days:expr $(,)?) => {
        Drip { parts: $parts, volume: $volume, hours: $hours, at: $at, days: $days }
    };
}

mod clinic;
mod wards;

pub use clinic::{CLINIC, ONCE};
pub use wards::{CHEMOTHERAPY, DELIVERY, DIALYSIS_DRIP, NEWBORN, UNKNOWN_MAN, WARD};

/// Every course there is.
pub fn all() -> impl Iterator<Item = &'static Course> {
    CLINIC.iter().chain(ONCE).chain(WARD).chain([&DELIVERY, &NEWBORN, &UNKNOWN_MAN])
}

/// The course of a name; the first of all when there is none, which a test rules out.
pub fn named(name: &str) -> &'static Course {
    all().find(|course| course.name == name).unwrap_or(&CLINIC[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dose_is_one_a_pharmacist_would_pass() {
        for course in all() {
            for line in course.lines {
                let daily = match line.dose {
                    Dose::Fixed(dose) | Dose::PerKilo(dose) => dose * f64::from(line.usage.2),
                };
                assert!(daily > 0.0 && daily <= line.drug.most, "{} {} {daily}", course.name, line.drug.name);
                assert_eq!(matches!(line.dose, Dose::PerKilo(_)), line.drug.unit == "MG", "{}", line.drug.name);
            }
            for drip in course.drips {
                for (drug, amount) in drip.parts {
                    let daily = amount * drip.at.len() as f64;
                    assert!(daily > 0.0 && daily <= drug.most, "{} {} {daily}", course.name, drug.name);
                }
            }
        }
    }

    #[test]
    fn children_take_powders_by_weight_and_adults_do_not() {
        for course in all().filter(|c| !c.lines.is_empty()) {
            let by_weight = course.lines.iter().any(|line| matches!(line.dose, Dose::PerKilo(_)));
            assert!(!by_weight || course.ages.1 <= 15, "{}", course.name);
        }
    }
}
