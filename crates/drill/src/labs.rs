//! Laboratory items: JLAC10-shaped codes, reference ranges, units in ASCII (NHO §1.3.5), and how a value is written and flagged.

/// An item with the reference range of this laboratory.
#[derive(Debug)]
pub struct Lab {
    /// Seventeen characters, JLAC10 shape.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Unit, ASCII.
    pub unit: &'static str,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Digits after the point.
    pub digits: usize,
    /// Panel: the OBR-4 group it is reported under.
    pub group: &'static Group,
}

/// A group of items, one OBR, with the material it is measured in.
#[derive(Debug, PartialEq)]
pub struct Group {
    /// Local code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// SPM-4.
    pub material: (&'static str, &'static str),
}

/// Blood counts.
pub static BLOOD: Group = Group { code: "E001", name: "血液学的検査", material: ("019", "全血") };
/// Chemistry.
pub static CHEMISTRY: Group = Group { code: "E002", name: "生化学的検査", material: ("023", "血清") };
/// Clotting.
pub static CLOTTING: Group = Group { code: "E003", name: "凝固線溶検査", material: ("022", "血漿") };
/// Immunology and hormones.
pub static IMMUNOLOGY: Group = Group { code: "E004", name: "免疫学的検査", material: ("023", "血清") };
/// Urine.
pub static URINE: Group = Group { code: "E005", name: "尿一般検査", material: ("001", "尿") };
/// Virus by amplification.
pub static VIRUS: Group = Group { code: "E006", name: "核酸検査", material: ("051", "鼻咽頭ぬぐい液") };

macro_rules! labs {
    ($($id:ident $group:ident $code:literal $name:literal $unit:literal $low:literal $high:literal $digits:literal;)*) => {
        $(#[doc = $name] pub static $id: Lab = Lab {
            code: $code, name: $name, unit: $unit, low: $low, high: $high, digits: $digits, group: &$group,
        };)*
        /// All of them.
        #[cfg(test)]
        pub static LABS: &[&Lab] = &[$(&$id),*];
    };
}

labs! {
    WBC BLOOD "2A010000001930101" "白血球数" ".10*2/uL" 33.0 86.0 0;
    NEUTROPHILS BLOOD "2A160000001930151" "好中球数" ".10*2/uL" 15.0 70.0 0;
    RBC BLOOD "2A020000001930101" "赤血球数" ".10*4/uL" 386.0 555.0 0;
    HB BLOOD "2A030000001930101" "ヘモグロビン" "g/dL" 11.6 16.8 1;
    HT BLOOD "2A040000001930102" "ヘマトクリット" "%" 35.1 50.1 1;
    PLT BLOOD "2A050000001930101" "血小板数" ".10*4/uL" 15.8 34.8 1;
    TP CHEMISTRY "3A010000002327101" "総蛋白" "g/dL" 6.6 8.1 1;
    ALB CHEMISTRY "3A015000002327101" "アルブミン" "g/dL" 4.1 5.1 1;
    AST CHEMISTRY "3B035000002327201" "ＡＳＴ" "U/L" 13.0 30.0 0;
    ALT CHEMISTRY "3B045000002327201" "ＡＬＴ" "U/L" 7.0 42.0 0;
    LDH CHEMISTRY "3B050000002327201" "ＬＤ" "U/L" 124.0 222.0 0;
    TBIL CHEMISTRY "3J010000002327101" "総ビリルビン" "mg/dL" 0.4 1.5 1;
    BUN CHEMISTRY "3C025000002327101" "尿素窒素" "mg/dL" 8.0 20.0 1;
    CRE CHEMISTRY "3C015000002327101" "クレアチニン" "mg/dL" 0.46 1.07 2;
    UA CHEMISTRY "3C020000002327101" "尿酸" "mg/dL" 2.6 7.8 1;
    NA CHEMISTRY "3H010000002326101" "ナトリウム" "mmol/L" 138.0 145.0 0;
    K CHEMISTRY "3H015000002326101" "カリウム" "mmol/L" 3.6 4.8 1;
    CL CHEMISTRY "3H020000002326101" "クロール" "mmol/L" 101.0 108.0 0;
    CA CHEMISTRY "3H030000002327101" "カルシウム" "mg/dL" 8.8 10.1 1;
    P CHEMISTRY "3H040000002327101" "無機リン" "mg/dL" 2.7 4.6 1;
    GLU CHEMISTRY "3D010000002227101" "グルコース" "mg/dL" 73.0 109.0 0;
    HBA1C CHEMISTRY "3D046000001920402" "ＨｂＡ１ｃ（ＮＧＳＰ）" "%" 4.9 6.0 1;
    LDL CHEMISTRY "3F077000002327101" "ＬＤＬ−コレステロール" "mg/dL" 65.0 163.0 0;
    CRP CHEMISTRY "5C070000002306201" "ＣＲＰ" "mg/dL" 0.0 0.14 2;
    PT_INR CLOTTING "2B030000002231157" "ＰＴ−ＩＮＲ" "" 0.85 1.15 2;
    APTT CLOTTING "2B020000002231151" "ＡＰＴＴ" "sec" 24.0 39.0 1;
    D_DIMER CLOTTING "2B140000002206201" "Ｄダイマー" "ug/mL" 0.0 1.0 1;
    BNP IMMUNOLOGY "4Z271000002205101" "ＢＮＰ" "pg/mL" 0.0 18.4 1;
    TSH IMMUNOLOGY "4A055000002305101" "ＴＳＨ" "uIU/mL" 0.35 4.94 2;
    FT4 IMMUNOLOGY "4B035000002305101" "遊離Ｔ４" "ng/dL" 0.70 1.48 2;
    CEA IMMUNOLOGY "5D010000002305101" "ＣＥＡ" "ng/mL" 0.0 5.0 1;
    CA19_9 IMMUNOLOGY "5D130000002305101" "ＣＡ１９−９" "U/mL" 0.0 37.0 1;
    PSA IMMUNOLOGY "5D305000002305101" "ＰＳＡ" "ng/mL" 0.0 4.0 2;
    PTH IMMUNOLOGY "4C025000002305101" "インタクトＰＴＨ" "pg/mL" 10.0 65.0 0;
    URINE_PH URINE "1A035000000190111" "尿ｐＨ" "" 5.0 7.5 1;
    URINE_WBC URINE "1A105000000162052" "尿沈渣白血球" "/(hpf)" 0.0 4.0 0;
}

impl Lab {
    /// The value as the laboratory writes it.
    pub fn written(&self, value: f64) -> String {
        format!("{:.*}", self.digits, value.max(0.0))
    }

    /// OBX-7.
    pub fn range(&self) -> String {
        let (low, high) = (self.written(self.low), self.written(self.high));
        if self.low <= 0.0 { format!("0-{high}") } else { format!("{low}-{high}") }
    }

    /// OBX-8 of a value as written: the flag and the printed figure can never disagree.
    pub fn flag(&self, written: &str) -> &'static str {
        match written.parse::<f64>() {
            Ok(value) if value < self.low => "L",
            Ok(value) if value > self.high => "H",
            _ => "",
        }
    }

    /// A value in health, `bell` in −1…1.
    pub fn healthy(&self, bell: f64) -> f64 {
        let (middle, half) = ((self.low + self.high) / 2.0, (self.high - self.low) / 2.0);
        middle + bell * half * 0.7
    }
}

/// What every blood sample is asked for.
pub static BASIC: &[&Lab] =
    &[&WBC, &RBC, &HB, &HT, &PLT, &TP, &ALB, &AST, &ALT, &LDH, &TBIL, &BUN, &CRE, &NA, &K, &CL, &GLU, &CRP];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_seventeen_characters_and_one_each() {
        let codes: std::collections::BTreeSet<&str> = LABS.iter().map(|lab| lab.code).collect();
        assert_eq!(codes.len(), LABS.len());
        assert!(codes.iter().all(|code| code.len() == 17), "{codes:?}");
        assert!(LABS.iter().all(|lab| lab.low < lab.high && lab.unit.is_ascii()));
    }

    #[test]
    fn flags_follow_the_printed_figure() {
        for (lab, value, want) in
            [(&CRP, 14.8, "H"), (&CRP, 0.141, ""), (&K, 3.44, "L"), (&K, 3.58, ""), (&HB, 20.0, "H")]
        {
            assert_eq!(lab.flag(&lab.written(value)), want, "{} {value}", lab.name);
        }
    }
}
