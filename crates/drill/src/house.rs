//! The house: departments with their doctors, wards with rooms and beds, nurses. All invented.

use crate::rng::Rng;

/// Name of the hospital in ORC-21.
pub const HOSPITAL: &str = "町立行灯病院";
/// Its address in ORC-22.
pub const HOSPITAL_ADDRESS: &str = "^^^^999-4401^JPN^^灯野県灯町大字本町４−１２０";
/// Its telephone in ORC-23.
pub const HOSPITAL_PHONE: &str = "^^^^^^^^^^^0000-64-0120";

/// A person of the staff: number, family and given name.
pub type Staff = (&'static str, &'static str, &'static str);

/// A department: 使用者定義表0069 code (two or three characters) and name.
#[derive(Debug, PartialEq)]
pub struct Department {
    /// 診療科コード.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Doctors, the first is the head.
    pub doctors: &'static [Staff],
}

macro_rules! departments {
    ($($id:ident $code:literal $name:literal $doctors:expr;)*) => {
        $(#[doc = $name] pub static $id: Department = Department { code: $code, name: $name, doctors: &$doctors };)*
        /// Every department of the house.
        #[cfg(test)]
        pub static DEPARTMENTS: &[&Department] = &[$(&$id),*];
    };
}

departments! {
    MEDICINE "01" "内科" [("D0101", "灯台", "守"), ("D0102", "行野", "千尋"), ("D0103", "宵町", "亮"), ("D0104", "月代", "環")];
    PEDIATRICS "09" "小児科" [("D0901", "若葉", "岳"), ("D0902", "小鳩", "美緒")];
    SURGERY "10" "外科" [("D1001", "切通", "剛"), ("D1002", "縫原", "遥")];
    ORTHOPEDICS "11" "整形外科" [("D1101", "骨谷", "巌"), ("D1102", "添木", "直")];
    UROLOGY "20" "泌尿器科" [("D2001", "水口", "渉"), ("D2002", "清瀬川", "司")];
    DIALYSIS "20A" "腎センター" [("D2003", "透野", "澄夫")];
    OBSTETRICS "23" "産婦人科" [("D2301", "産屋", "ゆり"), ("D2302", "暁月", "薫"), ("D2303", "満汐", "玲")];
    CHECKUP "90" "健診センター" [("D9001", "早見", "健吾")];
}

impl Department {
    /// The doctor who looks after one patient here; the same every time.
    pub fn doctor(&self, patient: u32) -> Staff {
        self.doctors[patient as usize % self.doctors.len()]
    }
}

/// A clerk who enters orders.
pub const CLERK: Staff = ("C0501", "代行", "和美");

const NURSES: [Staff; 8] = [
    ("N2011", "夜詰", "さつき"),
    ("N2012", "白樺", "舞"),
    ("N3011", "巡田", "恵"),
    ("N3012", "申送", "純"),
    ("N3013", "手当", "昌子"),
    ("N5011", "防護", "翔"),
    ("N5012", "隔井", "梓"),
    ("N0001", "外来", "節子"),
];

/// A nurse of a ward.
pub fn nurse(ward: &str, rng: &mut Rng) -> Staff {
    let of_ward: Vec<&Staff> = NURSES.iter().filter(|nurse| nurse.0[1..2] == ward[1..2]).collect();
    of_ward.get(rng.below(of_ward.len() as u64) as usize).map_or(NURSES[7], |nurse| **nurse)
}

/// Where a patient lies: ward code of two digits, room, bed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bed {
    /// `02` 2病棟, `03` 3病棟, `05` 5病棟.
    pub ward: &'static str,
    /// Room, three digits.
    pub room: String,
    /// Bed in the room.
    pub bed: String,
}

impl Bed {
    /// PL: `病棟^病室^ベッド^^^N`.
    pub fn location(&self) -> String {
        format!("{}^{}^{}^^^N", self.ward, self.room, self.bed)
    }
}

/// The wards: code, name, share of the beds in 120ths.
pub const WARDS: [(&str, &str, u32); 3] = [
    ("02", "2病棟（産婦人科・小児科・泌尿器科）", 40),
    ("03", "3病棟（内科・外科・整形外科）", 50),
    ("05", "5病棟（感染症・内科）", 30),
];

/// The ward of a bed number and its number within the ward.
pub fn ward_of(bed: u32, beds: u32) -> (usize, u32) {
    let first = beds * WARDS[0].2 / 120;
    let second = first + beds * WARDS[1].2 / 120;
    match bed {
        b if b < first => (0, b),
        b if b < second => (1, b - first),
        b => (2, b - second),
    }
}

/// The place of a bed number: rooms of four, from 201, 301, 501. Room numbers never end in 4 or 9.
pub fn bed_at(bed: u32, beds: u32) -> Bed {
    let (ward, within) = ward_of(bed, beds);
    let code = WARDS[ward].0;
    let room = (1..).filter(|n| n % 10 != 4 && n % 10 != 9).nth(within as usize / 4).unwrap_or(1);
    Bed { ward: code, room: format!("{}{room:02}", &code[1..]), bed: (within % 4 + 1).to_string() }
}

/// The recovery bed next to the nurses' station that a bed's patient starts in.
pub fn recovery_bed(bed: u32, beds: u32) -> Bed {
    let (ward, within) = ward_of(bed, beds);
    let code = WARDS[ward].0;
    Bed { ward: code, room: format!("{}00", &code[1..]), bed: format!("R{:02}", within + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn department_codes_have_two_or_three_characters() {
        let codes: std::collections::BTreeSet<&str> = DEPARTMENTS.iter().map(|d| d.code).collect();
        assert_eq!(codes.len(), DEPARTMENTS.len());
        assert!(codes.iter().all(|code| matches!(code.len(), 2 | 3)));
    }

    #[test]
    fn no_two_beds_share_a_place() {
        let places: std::collections::BTreeSet<Bed> = (0..120).map(|bed| bed_at(bed, 120)).collect();
        assert_eq!(places.len(), 120);
        assert_eq!(places.iter().filter(|bed| bed.ward == "03").count(), 50);
    }
}
