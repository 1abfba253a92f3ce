//! The people to look up: names that hurt, births in every era, allergies that clash, two who are one and one who are two.

use crate::census::{self, Role};
use crate::courses::{self, Course, Setting};
use crate::day::{Day, later};
use crate::people::{self, Person};
use crate::plan::Plan;

/// Somebody a demo, a story or a test can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Special {
    /// A word for programs, e.g. `married-name`; two of a kind share it.
    pub key: &'static str,
    /// What is special, in Japanese.
    pub what: &'static str,
    /// Patient number as in the path.
    pub id: String,
    /// Name as the hospital means it, before the character set flattens it.
    pub name: String,
    /// Kana.
    pub kana: String,
}

/// Where a special patient is met.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// A clinic: the course by its name.
    Clinic(&'static str),
    /// One visit long ago, in this year.
    Past(&'static str, i32),
    /// The last stay of a bed: ward, bed within the ward, course.
    Bed(usize, u32, &'static str),
    /// The last stay of a mother's or child's bed, whose course the bed gives.
    Cot(u32),
}

type Row = (&'static str, &'static str, At, fn(&mut Person));

fn called(person: &mut Person, names: [&str; 4]) {
    let [family, given, family_kana, given_kana] = names.map(str::to_owned);
    (person.family, person.given, person.family_kana, person.given_kana) = (family, given, family_kana, given_kana);
}

fn born(person: &mut Person, year: i32, month: u32, day: u32) {
    person.birth = Day::new(year, month, day);
}

const DIABETES: &str = "2型糖尿病（内服）";
const INSULIN: &str = "2型糖尿病（インスリン）";
const PRESSURE: &str = "高血圧症";

use At::*;

/// People of the clinics come first in this table and in the plan's numbers.
static ROWS: &[Row] = &[
    ("same-name", "同姓同名・同一生年月日（1人目）", Clinic(PRESSURE), |p| {
        called(p, ["田中", "和江", "タナカ", "カズエ"]);
        born(p, 1948, 3, 3);
        p.sex = 'F';
    }),
    ("same-name", "同姓同名・同一生年月日（2人目）", Clinic(INSULIN), |p| {
        called(p, ["田中", "和江", "タナカ", "カズエ"]);
        born(p, 1948, 3, 3);
        p.sex = 'F';
        p.allergies = vec![&people::PENICILLIN];
    }),
    ("twins", "双子（兄）", Clinic("小児喘息"), |p| {
        called(p, ["原田", "蒼太", "ハラダ", "ソウタ"]);
        born(p, 2015, 6, 20);
        p.sex = 'M';
    }),
    ("twins", "双子（弟）", Clinic("小児喘息"), |p| {
        called(p, ["原田", "颯太", "ハラダ", "ソウタ"]);
        born(p, 2015, 6, 20);
        p.sex = 'M';
        p.allergies = vec![&people::EGG];
    }),
    ("married-name", "改姓（旧姓は過去履歴のADT-00に）", Clinic("妊婦健診"), |p| {
        called(p, ["藤川", "美咲", "フジカワ", "ミサキ"]);
        born(p, 1993, 9, 14);
        p.former = Some(("新居".to_owned(), "ニイ".to_owned(), Day::new(2021, 10, 4)));
    }),
    ("variant-kanji", "髙（はしごだか）", Clinic(PRESSURE), |p| {
        called(p, ["髙橋", "豊", "タカハシ", "ユタカ"])
    }),
    ("variant-kanji", "﨑（たつさき）", Clinic(DIABETES), |p| {
        called(p, ["宮﨑", "定次郎", "ミヤザキ", "サダジロウ"])
    }),
    ("variant-kanji", "邉", Clinic(PRESSURE), |p| called(p, ["渡邉", "節子", "ワタナベ", "セツコ"])),
    ("unsendable-kanji", "𠮷（つちよし）は■で届く", Clinic("甲状腺機能低下症"), |p| {
        called(p, ["𠮷田", "文江", "ヨシダ", "フミエ"]);
    }),
    ("unsendable-kanji", "德・濵", Clinic("慢性心不全"), |p| {
        called(p, ["德濵", "勇吉", "トクハマ", "ユウキチ"])
    }),
    ("foreign-name", "カタカナの外国人", Clinic("妊婦健診"), |p| {
        called(p, ["グエン", "ティ ミン チャウ", "グエン", "ティ ミン チャウ"]);
    }),
    ("long-name", "20文字の氏名", Clinic(PRESSURE), |p| {
        called(p, ["アレハンドロガルシア", "フェルナンデスロペス", "アレハンドロガルシア", "フェルナンデスロペス"]);
        p.sex = 'M';
    }),
    ("leading-zero", "先頭の0だけが違うID（8桁）", Clinic(PRESSURE), |p| p.id = "01234567".to_owned()),
    ("leading-zero", "先頭の0だけが違うID（7桁）", Clinic(DIABETES), |p| p.id = "1234567".to_owned()),
    ("era-meiji", "明治生まれ", Past("感冒", 2003), |p| {
        called(p, ["美馬", "トメ", "ミマ", "トメ"]);
        born(p, 1912, 7, 29);
        p.sex = 'F';
    }),
    ("era-taisho", "大正生まれ", Clinic("脳梗塞後・認知症"), |p| born(p, 1912, 7, 30)),
    ("era-taisho", "大正最後の日", Clinic("慢性心不全"), |p| born(p, 1926, 12, 24)),
    ("era-showa", "昭和64年生まれ", Clinic("花粉症"), |p| {
        called(p, ["新居", "麻衣", "ニイ", "マイ"]);
        born(p, 1989, 1, 5);
        p.sex = 'F';
    }),
    ("era-heisei", "平成31年生まれ", Clinic("小児喘息"), |p| born(p, 2019, 4, 30)),
    ("era-reiwa", "令和元年生まれ", Clinic("小児喘息"), |p| {
        called(p, ["東", "凛", "アズマ", "リン"]);
        born(p, 2019, 5, 1);
    }),
    (
        "allergy-clash",
        "ペニシリンアレルギーにアモキシシリン処方",
        Clinic("胃炎・ピロリ除菌"),
        |p| {
            p.allergies = vec![&people::PENICILLIN];
        },
    ),
    (
        "allergy-clash",
        "アスピリン喘息にロキソプロフェン処方",
        Clinic("変形性膝関節症・骨粗鬆症"),
        |p| {
            p.allergies = vec![&people::NSAID];
        },
    ),
    ("twenty-years", "20年通院", Clinic(DIABETES), |p| {
        called(p, ["逢坂", "清次", "オウサカ", "セイジ"]);
        born(p, 1944, 11, 2);
        p.sex = 'M';
    }),
    ("hbv", "維持透析・HBs抗原陽性", Clinic("維持透析"), |p| p.infections = vec![people::HBV]),
    ("hcv", "維持透析・HCV抗体陽性", Clinic("維持透析"), |p| p.infections = vec![people::HCV]),
    ("chemotherapy", "大腸癌 mFOLFOX6（骨髄抑制）", Clinic("大腸癌 mFOLFOX6"), |_| ()),
    ("untold", "未告知の大腸癌", Clinic("大腸癌 mFOLFOX6"), |p| p.untold = true),
    ("warfarin", "ワルファリン・PT-INR", Clinic("心房細動（ワルファリン）"), |_| ()),
    ("insulin", "インスリン自己注射", Clinic(INSULIN), |_| ()),
    ("cancelled-order", "取り消された検査・処方", Clinic(DIABETES), |_| ()),
    ("died", "死亡退院でない死亡（PID-30）", Past("膀胱炎", 2019), |p| {
        p.died = Some(Day::new(2020, 2, 11).at(4, 12));
    }),
    ("rare-blood", "AB型Rh陰性", Clinic("妊婦健診"), |p| (p.abo, p.rh) = ("AB", "-")),
    ("same-name-ward", "同じ病棟の同姓同名（1人目）", Bed(1, 0, "肺炎"), |p| {
        called(p, ["大西", "キヨ", "オオニシ", "キヨ"]);
        p.sex = 'F';
    }),
    ("same-name-ward", "同じ病棟の同姓同名（2人目）", Bed(1, 1, "大腿骨頚部骨折 術後"), |p| {
        called(p, ["大西", "キヨ", "オオニシ", "キヨ"]);
        p.sex = 'F';
        p.allergies = vec![&people::CEPHEM];
    }),
    ("untold", "未告知の膵癌（入院中）", Bed(1, 2, "膵癌 緩和"), |p| p.untold = true),
    ("allergy-clash", "セフェムアレルギーにセフトリアキソン", Bed(1, 3, "肺炎"), |p| {
        p.allergies = vec![&people::CEPHEM];
    }),
    ("food-allergy", "ソバ・エビアレルギーの入院食", Bed(1, 4, "糖尿病教育入院"), |p| {
        p.allergies = vec![&people::BUCKWHEAT, &people::SHRIMP];
    }),
    ("on-leave", "停止時に外泊中", Bed(1, 5, "大腿骨頚部骨折 術後"), |_| ()),
    ("warfarin", "心不全・ワルファリン（入院中）", Bed(1, 6, "心不全増悪"), |_| ()),
    ("unknown", "身元不明", Bed(2, 0, "身元不明・意識障害"), |p| {
        called(p, ["身元不明", "甲", "ミモトフメイ", "コウ"]);
        born(p, 1900, 1, 1);
        p.unknown = true;
        p.asked_allergies = false;
        p.allergies = Vec::new();
        p.address = (String::new(), String::new());
        p.phone = String::new();
    }),
    ("mrsa", "MRSA・接触予防策", Bed(2, 1, "肺炎（耐性菌）"), |p| p.infections = vec![people::MRSA]),
    ("covid", "COVID-19陽性", Bed(2, 2, "COVID-19"), |_| ()),
    ("child-inpatient", "体重換算の小児（入院中）", Bed(0, 12, "小児喘息発作"), |_| ()),
    ("mother", "分娩後の母", Cot(0), |_| ()),
    ("newborn", "○○ベビー", Cot(1), |_| ()),
];

/// How many of the table are met in clinics; the plan's numbers begin with them.
pub const CLINIC_PEOPLE: u32 = 32;

fn clinic_row(number: u32) -> Option<&'static Row> {
    (number < CLINIC_PEOPLE).then(|| ROWS.get(number as usize)).flatten()
}

/// The course that the last stay of a bed must be, where a special patient lies in it.
pub fn ward_person(ward: usize, within: u32) -> Option<&'static Course> {
    ROWS.iter().find_map(|row| match row.2 {
        Bed(w, b, course) if (w, b) == (ward, within) => Some(courses::named(course)),
        _ => None,
    })
}

/// The role of a special patient of the clinics.
pub fn clinic_role(plan: &Plan, number: u32) -> Option<Role> {
    match clinic_row(number)?.2 {
        Clinic(course) => {
            let course = courses::named(course);
            let recent = plan.last_day().plus(-20).next_open();
            Some(if course.setting == Setting::Once { Role::Once(course, recent) } else { Role::Regular(course) })
        }
        Past(course, year) => {
            let day = Day::new(year, 5, 12).next_open();
            Some(Role::Once(courses::named(course), day.min(plan.last_day().plus(-1))))
        }
        _ => None,
    }
}

/// The key of a special patient, e.g. `twenty-years`.
pub fn key_of(plan: &Plan, number: u32) -> Option<&'static str> {
    row_of(plan, number).map(|row| row.0)
}

fn row_of(plan: &Plan, number: u32) -> Option<&'static Row> {
    clinic_row(number).or_else(|| ROWS.iter().find(|row| number_of(plan, row) == Some(number)))
}

/// Patient number of the plan for a row of the wards.
fn number_of(plan: &Plan, row: &Row) -> Option<u32> {
    let (ward, within) = match row.2 {
        Bed(ward, within, _) => (ward, within),
        Cot(within) => (0, within),
        _ => return None,
    };
    let beds = census::beds(plan);
    let bed = (0..beds).find(|bed| crate::house::ward_of(*bed, beds) == (ward, within))?;
    census::patient_of(plan, bed, 0)
}

/// Makes a special patient special; then lets a newborn take the mother's name.
pub fn apply(plan: &Plan, person: &mut Person) {
    if let Some(row) = row_of(plan, person.number) {
        row.3(person);
    }
    if let Role::Inpatient(stay) = census::role(plan, person.number) {
        if stay.course.name == "膵癌 緩和" && person.number.is_multiple_of(2) {
            person.untold = true;
        }
        if let Some(mother) = stay.mother {
            newborn(plan, person, mother, Day::of(stay.admitted));
        }
        if stay.course.name == "COVID-19" || stay.course.name == "肺炎（耐性菌）" {
            person.former = None;
        }
    }
}

fn newborn(plan: &Plan, person: &mut Person, mother: u32, birth: Day) {
    let mother = people::person(plan, mother);
    person.given = format!("{}ベビー", mother.given);
    person.given_kana = format!("{}ベビー", mother.given_kana);
    (person.family, person.family_kana) = (mother.family, mother.family_kana);
    (person.address, person.phone) = (mother.address, mother.phone);
    person.birth = birth;
    person.former = None;
    person.allergies = Vec::new();
    person.infections = Vec::new();
}

/// Whom to look up in the hospital of a plan.
pub fn special_people(plan: &Plan) -> Vec<Special> {
    let with_number = |(at, row): (usize, &'static Row)| {
        let number = if at < CLINIC_PEOPLE as usize { Some(at as u32) } else { number_of(plan, row) };
        number.map(|number| (number, row))
    };
    let people = ROWS.iter().enumerate().filter_map(with_number).map(|(number, row)| {
        let person = people::person(plan, number);
        Special {
            key: row.0,
            what: row.1,
            name: format!("{} {}", person.family, person.given),
            kana: format!("{} {}", person.family_kana, person.given_kana),
            id: person.id,
        }
    });
    people.collect()
}

/// The time of a death is told this long after it.
pub fn death_told(person: &Person) -> Option<chart::when::Moment> {
    person.died.map(|at| later(at, 240))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_dealt_out_as_numbered() {
        let clinics = ROWS.iter().take_while(|row| matches!(row.2, Clinic(_) | Past(..))).count();
        assert_eq!(clinics, CLINIC_PEOPLE as usize);
        for row in ROWS {
            if let Clinic(name) | Past(name, _) | Bed(_, _, name) = row.2 {
                assert_eq!(courses::named(name).name, name);
            }
        }
    }

    #[test]
    fn what_is_said_to_clash_clashes_and_nothing_else_does() {
        let plan = Plan { patients: 300, ..Plan::default() };
        let mut clashing = 0;
        for number in 0..plan.patients {
            let (Role::Inpatient(census::Stay { course, .. }) | Role::Regular(course) | Role::Once(course, _)) =
                census::role(&plan, number);
            let person = people::person(&plan, number);
            let clashes = person.allergies.iter().any(|allergy| people::clashes(allergy, course));
            let said = key_of(&plan, number) == Some("allergy-clash") || person.family == "大西";
            assert!(!clashes || said, "{number}");
            clashing += u32::from(clashes);
        }
        assert!(clashing >= 3, "{clashing}");
    }

    #[test]
    fn all_of_them_live_in_a_small_hospital() {
        for patients in [150, 300, 85_000] {
            let plan = Plan { patients, ..Plan::default() };
            assert_eq!(special_people(&plan).len(), ROWS.len(), "{patients}");
        }
    }
}
