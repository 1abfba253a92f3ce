//! What stands at the head and foot of every sheet, and what the forms of the law say of the hospital beside its name: 様式第二号 (保険医療機関及び保険医療養担当規則 第23条), 退院証明書,
//! 診療情報提供書, certificates of birth and death.

use chart::Moment;

use crate::form::{Slot, What};
use crate::words::Label;

/// What stands at the head and foot of every sheet of a pack.
#[derive(Clone, Debug)]
pub struct Head {
    /// Name of the hospital.
    pub hospital: String,
    /// Where it is and its numbers, for the forms of the law.
    pub institution: Institution,
    /// True for a home whose patients are invented: every page is banded 訓練.
    pub training: bool,
    /// When the pack is made.
    pub made: Moment,
    /// Who printed it, and at which station.
    pub printed_by: String,
    /// Until when it may be worked by; the next run takes its place.
    pub valid_until: Moment,
}

/// Address, telephone and numbers of the hospital. What is empty leaves room for a stamp or a pen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Institution {
    /// 所在地, in a line.
    pub address: String,
    /// 電話番号.
    pub phone: String,
    /// 都道府県番号: two digits, `01` to `47`.
    pub prefecture: String,
    /// 点数表番号: one digit, `1` 医科, `3` 歯科.
    pub table: String,
    /// 医療機関コード: seven digits.
    pub code: String,
}

impl Institution {
    /// Name and address, a line each, as they stand in one box.
    pub fn place(&self, name: &str) -> String {
        [name, &self.address].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Name, address and telephone, a line each.
    pub fn letterhead(&self, name: &str) -> String {
        let place = self.place(name);
        if self.phone.is_empty() { place } else { format!("{place}\n☎ {}", self.phone) }
    }
}

/// A slot for a number of the hospital: the number where it is known, else its boxes.
pub(crate) fn numbered<'a>(
    code: &'static str,
    label: Label,
    share: f32,
    (known, boxes): (&'a str, &'a [(usize, Label)]),
) -> Slot<'a> {
    crate::form::slot(code, label, share, if known.is_empty() { What::Digits(boxes) } else { What::Large(known) })
}
