//! Milligrams a day out of a name and an amount: `カロナール細粒20%` 1.5 g, `クラビット錠250mg` 2錠. `None` where they do not say it.

use crate::dosing::a_day;
use crate::fact::Drug;
use crate::fold::fold_kana;

/// What one unit holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Strength {
    /// Milligrams a tablet, capsule or packet.
    Each(f64),
    /// Milligrams a gram, or a millilitre.
    Within(f64),
}

/// What is taken a day, mg.
pub(super) fn milligrams_a_day(drug: &Drug) -> Option<f64> {
    let (amount, unit) = a_day(drug)?;
    let unit = fold_kana(unit.shown());
    match (unit.as_str(), strength(drug.drug.shown())) {
        ("mg", _) => Some(amount),
        ("g" | "ml", Some(Strength::Within(each))) => Some(amount * each),
        ("錠" | "tab" | "t" | "カプセル" | "cap" | "c" | "cp" | "包" | "pck" | "個", Some(Strength::Each(each))) => {
            Some(amount * each)
        }
        _ => None,
    }
}

/// The last strength in a name: behind another number stands its maker or packet.
fn strength(name: &str) -> Option<Strength> {
    let name = fold_kana(name);
    let mut found = None;
    for (at, _) in name.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let begins = name[..at].chars().next_back().is_none_or(|before| !before.is_ascii_digit() && before != '.');
        if !begins {
            continue;
        }
        let digits: String = name[at..].chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let Ok(number) = digits.parse::<f64>() else { continue };
        let rest = &name[at + digits.len()..];
        let strength = match () {
            () if rest.starts_with("mg/ml") => Some(Strength::Within(number)),
            () if rest.starts_with("mg") => Some(Strength::Each(number)),
            () if rest.starts_with('%') => Some(Strength::Within(number * 10.0)),
            () if rest.starts_with('g') => Some(Strength::Each(number * 1000.0)),
            () => None,
        };
        found = strength.or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{Coded, Quantity};

    #[test]
    fn milligrams_come_from_strength_and_amount_or_not_at_all() {
        let coded = |text: &str| Coded { text: text.to_owned(), ..Coded::default() };
        let quantity = |value: &str, unit: &str| Quantity { value: value.to_owned(), unit: coded(unit) };
        let of = |name: &str, value: &str, unit: &str| {
            milligrams_a_day(&Drug { drug: coded(name), daily: quantity(value, unit), ..Drug::default() })
        };
        assert_eq!(of("カロナール細粒２０％", "1.5", "g"), Some(300.0));
        assert_eq!(of("クラビット錠250mg「第一三共」", "２", "錠"), Some(500.0));
        assert_eq!(of("サワシリンカプセル250", "3", "カプセル"), None, "250 of what");
        assert_eq!(of("タミフルドライシロップ3%", "2", "g"), Some(60.0));
        assert_eq!(of("アスベリンシロップ0.5%", "6", "mL"), Some(30.0));
        assert_eq!(of("バルトレックス錠500mg", "6", "錠"), Some(3000.0));
        assert_eq!(of("ロキソニン錠60mg", "3", "包み"), None);
        assert_eq!(of("アモキシシリン", "750", "mg"), Some(750.0));
    }
}
