//! The 26 data kinds of SS-MIX2 standardized storage, guideline 1.2g table 1-1.

/// One data kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is its code in table 1-1; `meaning` says what it is
pub enum Kind {
    Adt00,
    Adt01,
    Adt12,
    Adt21,
    Adt22,
    Adt31,
    Adt32,
    Adt41,
    Adt42,
    Adt51,
    Adt52,
    Adt61,
    Ppr01,
    Omd,
    Omp01,
    Omp11,
    Omp02,
    Omp12,
    Oml01,
    Oml11,
    Omg01,
    Omg11,
    Omg02,
    Omg12,
    Omg03,
    Omg13,
}

/// Code, set message (type, trigger, structure), cancel trigger, meaning.
type Row = (Kind, &'static str, [&'static str; 3], Option<&'static str>, &'static str);

use Kind::*;

const ROWS: [Row; 26] = [
    (Adt00, "ADT-00", ["ADT", "A08", "ADT_A01"], Some("A23"), "患者基本情報"),
    (Adt01, "ADT-01", ["ADT", "A54", "ADT_A54"], Some("A55"), "担当医の変更"),
    (Adt12, "ADT-12", ["ADT", "A04", "ADT_A01"], None, "外来診察の受付"),
    (Adt21, "ADT-21", ["ADT", "A14", "ADT_A05"], Some("A27"), "入院予定"),
    (Adt22, "ADT-22", ["ADT", "A01", "ADT_A01"], Some("A11"), "入院実施"),
    (Adt31, "ADT-31", ["ADT", "A21", "ADT_A21"], Some("A52"), "外出泊実施"),
    (Adt32, "ADT-32", ["ADT", "A22", "ADT_A21"], Some("A53"), "外出泊帰院"),
    (Adt41, "ADT-41", ["ADT", "A15", "ADT_A15"], Some("A26"), "転科・転棟予定"),
    (Adt42, "ADT-42", ["ADT", "A02", "ADT_A02"], Some("A12"), "転科・転棟実施"),
    (Adt51, "ADT-51", ["ADT", "A16", "ADT_A16"], Some("A25"), "退院予定"),
    (Adt52, "ADT-52", ["ADT", "A03", "ADT_A03"], Some("A13"), "退院実施"),
    (Adt61, "ADT-61", ["ADT", "A60", "ADT_A60"], None, "アレルギー情報"),
    (Ppr01, "PPR-01", ["PPR", "ZD1", "PPR_ZD1"], None, "病名情報"),
    (Omd, "OMD", ["OMD", "O03", "OMD_O03"], None, "食事オーダ"),
    (Omp01, "OMP-01", ["RDE", "O11", "RDE_O11"], None, "処方オーダ"),
    (Omp11, "OMP-11", ["RAS", "O17", "RAS_O17"], None, "処方実施通知"),
    (Omp02, "OMP-02", ["RDE", "O11", "RDE_O11"], None, "注射オーダ"),
    (Omp12, "OMP-12", ["RAS", "O17", "RAS_O17"], None, "注射実施通知"),
    (Oml01, "OML-01", ["OML", "O33", "OML_O33"], None, "検体検査オーダ"),
    (Oml11, "OML-11", ["OUL", "R22", "OUL_R22"], None, "検体検査結果"),
    (Omg01, "OMG-01", ["OMG", "O19", "OMG_O19"], None, "放射線オーダ"),
    (Omg11, "OMG-11", ["OMI", "Z23", "OMI_Z23"], None, "放射線実施"),
    (Omg02, "OMG-02", ["OMG", "O19", "OMG_O19"], None, "内視鏡オーダ"),
    (Omg12, "OMG-12", ["OMI", "Z23", "OMI_Z23"], None, "内視鏡実施"),
    (Omg03, "OMG-03", ["OMG", "O19", "OMG_O19"], None, "生理検査オーダ"),
    (Omg13, "OMG-13", ["ORU", "R01", "ORU_R01"], None, "生理検査結果"),
];

impl Kind {
    /// All of them, in the order of table 1-1.
    pub fn all() -> impl Iterator<Item = Kind> {
        ROWS.iter().map(|row| row.0)
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The code in paths and file names, e.g. `OMP-01`.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// What it is, in the words of table 1-1.
    pub fn meaning(self) -> &'static str {
        self.row().4
    }

    /// MSH-9: type, trigger, structure. A kind without a cancel message of its own withdraws by the same one with
    /// ORC-1 `CA`.
    pub fn message(self, cancel: bool) -> (&'static str, &'static str, &'static str) {
        let [kind, trigger, structure] = self.row().2;
        (kind, self.row().3.filter(|_| cancel).unwrap_or(trigger), structure)
    }

    /// False for the four kinds whose 診療日 is `-` (table 1.2).
    pub fn dated(self) -> bool {
        !matches!(self, Adt00 | Adt01 | Adt61 | Ppr01)
    }

    /// True for orders, which carry a number of their own; the others write fifteen nines.
    pub fn numbered(self) -> bool {
        self >= Omd
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_kinds() {
        for (at, kind) in Kind::all().enumerate() {
            assert_eq!(kind as usize, at, "{}", kind.code());
        }
    }
}
