//! People: who patient number `i` is. A pure function of plan and number.

use chart::when::Moment;

use crate::census::{self, Role};
use crate::courses::Course;
use crate::day::Day;
use crate::names;
use crate::plan::Plan;
use crate::rng::Rng;
use crate::special;

/// An allergy as it stands in ADT-61: HL70127 type, allergen, severity HL70128, reaction, onset.
#[derive(Debug)]
pub struct Allergy {
    /// HL70127 code and words.
    pub kind: (&'static str, &'static str),
    /// Allergen code, words and system.
    pub allergen: (&'static str, &'static str, &'static str),
    /// HL70128 code and words.
    pub severity: (&'static str, &'static str),
    /// IAM-5.
    pub reaction: &'static str,
    /// IAM-11, may be `YYYYMM`.
    pub onset: &'static str,
    /// IAM-12.
    pub onset_text: &'static str,
}

macro_rules! allergies {
    ($($id:ident $kind:literal $words:literal, $code:literal $name:literal $system:literal, $sev:literal $sev_words:literal, $reaction:literal $onset:literal $text:literal;)*) => {
        $(#[doc = $name] pub static $id: Allergy = Allergy {
            kind: ($kind, $words), allergen: ($code, $name, $system), severity: ($sev, $sev_words),
            reaction: $reaction, onset: $onset, onset_text: $text,
        };)*
    };
}

allergies! {
    PENICILLIN "DA" "薬剤アレルギー", "1" "ペニシリン系" "99AND", "SV" "重度", "アナフィラキシー" "199805" "";
    CEPHEM "DA" "薬剤アレルギー", "2" "セフェム系" "99AND", "MO" "中等度", "全身の発疹" "2012" "";
    NSAID "DA" "薬剤アレルギー", "3" "ＮＳＡＩＤｓ（アスピリン喘息）" "99AND", "SV" "重度", "喘息発作" "" "３０歳頃";
    CONTRAST "MC" "その他禁忌", "4" "ヨード造影剤" "99AND", "MO" "中等度", "じんま疹、嘔気" "20180611" "";
    BUCKWHEAT "FA" "食物アレルギー", "J9FC11300000" "ソバ" "JFAGY", "SV" "重度", "呼吸困難" "" "小学校低学年の頃";
    EGG "FA" "食物アレルギー", "J9FA11100000" "鶏卵" "JFAGY", "MO" "中等度", "口周囲の発赤" "2017" "";
    SHRIMP "FA" "食物アレルギー", "J9FB21100000" "エビ" "JFAGY", "MI" "軽度", "口のかゆみ" "2005" "";
    CEDAR "LA" "花粉アレルギー", "5A1002216023023" "スギ" "JC10", "MI" "軽度", "目のかゆみ、鼻汁" "199603" "";
    DUST "EA" "環境アレルギー", "5A1102700023023" "ハウスダスト" "JC10", "MI" "軽度", "くしゃみ" "" "";
    ALCOHOL "MA" "その他アレルギー", "5" "アルコール綿" "99AND", "MI" "軽度", "接触部の発赤" "" "";
}

/// An infection mark of ADT-00: JLAC10-shaped code and name.
pub type Infection = (&'static str, &'static str);
/// HBs antigen.
pub const HBV: Infection = ("5F016000002302301", "ＨＢｓ抗原");
/// HCV antibody.
pub const HCV: Infection = ("5F360000002302301", "ＨＣＶ抗体");
/// MRSA.
pub const MRSA: Infection = ("6B010000006174171", "ＭＲＳＡ");

/// A patient.
#[derive(Clone, Debug)]
pub struct Person {
    /// Number in the plan.
    pub number: u32,
    /// Patient number as in the path, zeros and all.
    pub id: String,
    /// Family name, kanji or what stands for it.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Family name in kana.
    pub family_kana: String,
    /// Given name in kana.
    pub given_kana: String,
    /// Birth date.
    pub birth: Day,
    /// `M`, `F` or `U`.
    pub sex: char,
    /// Postcode and address.
    pub address: (String, String),
    /// Telephone.
    pub phone: String,
    /// Height, cm.
    pub height_cm: f64,
    /// Weight, kg.
    pub weight_kg: f64,
    /// ABO.
    pub abo: &'static str,
    /// Rh, `+` or `-`.
    pub rh: &'static str,
    /// Allergies.
    pub allergies: Vec<&'static Allergy>,
    /// True when the hospital asked and wrote なし.
    pub asked_allergies: bool,
    /// Infection marks.
    pub infections: Vec<Infection>,
    /// Former family name with kana and the day it changed.
    pub former: Option<(String, String, Day)>,
    /// Death.
    pub died: Option<Moment>,
    /// Nobody knows who this is (PID-31).
    pub unknown: bool,
    /// 未告知: PRB-25 of the main problem.
    pub untold: bool,
}

/// Mod 10 check digit of a patient number, as on the patient's card.
fn check_digit(number: u32) -> u32 {
    let digits = number.to_string();
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, b)| {
            let doubled = u32::from(b - b'0') * if at % 2 == 0 { 2 } else { 1 };
            doubled / 10 + doubled % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

/// The number on the card of patient `i`: seven digits and a check digit, so that all begin with zeros.
pub fn id_of(number: u32) -> String {
    let serial = number + 1001;
    format!("{serial:07}{}", check_digit(serial))
}

/// Patient `number` of the plan.
pub fn person(plan: &Plan, number: u32) -> Person {
    let (course, day) = match census::role(plan, number) {
        Role::Inpatient(stay) => (stay.course, Day::of(stay.admitted)),
        Role::Regular(course) => (course, plan.last_day()),
        Role::Once(course, day) => (course, day),
    };
    let mut rng = Rng::new(&[plan.seed, u64::from(number), 1]);
    let mut person = draw(plan, number, course, day, &mut rng);
    // Nobody orders what an allergy forbids, but for the special people in whom it is to be found.
    person.allergies.retain(|allergy| !clashes(allergy, course));
    special::apply(plan, &mut person);
    person
}

/// True when the course holds a drug that somebody with this allergy must not have.
pub fn clashes(allergy: &Allergy, course: &Course) -> bool {
    let drips = course.drips.iter().flat_map(|drip| drip.parts.iter().map(|(drug, _)| *drug));
    let mut drugs = course.lines.iter().map(|line| line.drug).chain(drips);
    allergy.kind.0 == "DA" && drugs.any(|drug| drug.class.clashes(allergy.allergen.0))
}

fn draw(plan: &Plan, number: u32, course: &Course, day: Day, rng: &mut Rng) -> Person {
    let age = rng.between(course.ages.0, course.ages.1);
    let birth = day.plus(-age * 365 - age / 4 - rng.between(8, 360));
    let sex = course.sex.unwrap_or(if rng.percent(52) { 'F' } else { 'M' });
    let family = rng.pick(names::FAMILY);
    let given = match (sex, birth < Day::new(1975, 1, 1)) {
        ('F', true) => rng.pick(names::WOMEN_OLD),
        ('F', false) => rng.pick(names::WOMEN_NEW),
        (_, true) => rng.pick(names::MEN_OLD),
        _ => rng.pick(names::MEN_NEW),
    };
    let place = rng.pick(names::PLACES);
    let (height_cm, weight_kg) = size(age, sex, rng);
    Person {
        number,
        id: id_of(number),
        family: family.0.to_owned(),
        given: given.0.to_owned(),
        family_kana: family.1.to_owned(),
        given_kana: given.1.to_owned(),
        birth,
        sex,
        address: (place.0.to_owned(), format!("{}{}−{}", place.1, wide(rng.between(1, 99)), wide(rng.between(1, 20)))),
        phone: format!("0000-{:02}-{:04}", rng.between(10, 99), rng.below(10_000)),
        height_cm,
        weight_kg,
        abo: ["A", "A", "A", "A", "O", "O", "O", "B", "B", "AB"][rng.below(10) as usize],
        rh: if rng.below(200) == 0 { "-" } else { "+" },
        allergies: some_allergies(rng),
        asked_allergies: rng.percent(55),
        infections: some_infections(age, rng),
        former: (sex == 'F' && age > 25 && rng.percent(4)).then(|| {
            let old = rng.pick(names::FAMILY);
            (old.0.to_owned(), old.1.to_owned(), plan.first_day().plus(rng.between(3, 20)))
        }),
        died: None,
        unknown: false,
        untold: false,
    }
}

/// A number in full-width digits, as addresses have them.
fn wide(number: i64) -> String {
    number.to_string().bytes().filter_map(|b| char::from_u32(0xff10 + u32::from(b - b'0'))).collect()
}

/// Height and weight for an age: rough growth curve, then adults.
fn size(age: i64, sex: char, rng: &mut Rng) -> (f64, f64) {
    let (height, weight) = match age {
        0 => (50.0 + rng.bell() * 3.0, 3.1 + rng.bell() * 0.5),
        1..=15 => {
            let years = age as f64;
            (
                75.0 + years * 6.2 + rng.bell() * 6.0,
                (8.0 + years * 2.1 + years * years * 0.08) * (1.0 + rng.bell() * 0.12),
            )
        }
        _ => {
            let tall = if sex == 'M' { 166.0 } else { 153.0 } + rng.bell() * 11.0;
            (tall, 22.5 * (tall / 100.0) * (tall / 100.0) * (1.0 + rng.bell() * 0.25))
        }
    };
    ((height * 10.0).round() / 10.0, (weight * 10.0).round() / 10.0)
}

fn some_allergies(rng: &mut Rng) -> Vec<&'static Allergy> {
    static COMMON: [&Allergy; 10] =
        [&CEDAR, &CEDAR, &DUST, &EGG, &SHRIMP, &CONTRAST, &PENICILLIN, &CEPHEM, &ALCOHOL, &BUCKWHEAT];
    let many = [0, 0, 0, 0, 0, 1, 1, 2][rng.below(8) as usize];
    let mut chosen: Vec<&'static Allergy> = Vec::new();
    for _ in 0..many {
        let one = COMMON[rng.below(10) as usize];
        if !chosen.iter().any(|known| std::ptr::eq(*known, one)) {
            chosen.push(one);
        }
    }
    chosen
}

fn some_infections(age: i64, rng: &mut Rng) -> Vec<Infection> {
    match rng.below(100) {
        0 if age > 30 => vec![HBV],
        1 if age > 45 => vec![HCV],
        2 if age > 60 => vec![MRSA],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_a_check_digit_and_leading_zeros() {
        assert_eq!(id_of(0), format!("0001001{}", check_digit(1001)));
        assert_eq!(check_digit(1_789_372_997), 4, "17893729974 is a number of Luhn's kind");
        let mut seen = std::collections::HashSet::new();
        assert!((0..100_000).all(|n| seen.insert(id_of(n))));
    }
}
