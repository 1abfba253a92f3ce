//! Reference ranges and critical limits (パニック値) by item, as the hospital types them; until it has, an example that calls itself one. Pure.

use std::sync::Arc;

use chart::fold_name;

use super::Entry;
use super::rows::Row;
use crate::ranges::number;

/// Fields of a limit: its name, other names with blanks between, the analyte part of its JLAC10 code (5 characters), unit, reference range,
/// at or below and at or above which it is critical, whether it counts no more.
pub const LIMIT_FIELDS: [&str; 8] = ["name", "aliases", "code", "unit", "range", "low", "high", "off"];

/// The limits of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// Name.
    pub name: String,
    /// Other names, with blanks between.
    pub aliases: String,
    /// Analyte part of the JLAC10 code.
    pub code: String,
    /// Unit; a value in another unit is not judged.
    pub unit: String,
    /// Reference range.
    pub range: String,
    /// At or below this it is critical; empty for none.
    pub low: String,
    /// At or above this it is critical; empty for none.
    pub high: String,
    /// The program's example, which nobody of the hospital has said.
    pub example: bool,
}

/// What stands ready: name, other names, code, unit, range, low, high.
pub type Example = [&'static str; 7];

/// An example, to be put into the hospital's own numbers. Ranges: JCCLS 共用基準範囲 (2022) where it has one for both sexes. The critical
/// limits are of no guideline: each hospital sets its own.
pub const EXAMPLES: [Example; 11] = [
    ["カリウム", "K", "3H015", "mmol/L", "3.6-4.8", "2.5", "6.5"],
    ["ナトリウム", "Na", "3H010", "mmol/L", "138-145", "115", "160"],
    ["カルシウム", "Ca", "3H030", "mg/dL", "8.8-10.1", "6.5", "12.5"],
    ["グルコース", "血糖 GLU Glu", "3D010", "mg/dL", "73-109", "50", "500"],
    ["クレアチニン", "CRE Cr", "3C015", "mg/dL", "", "", "8.0"],
    ["総ビリルビン", "T-Bil TBIL", "3J010", "mg/dL", "0.4-1.5", "", "15"],
    ["ＡＳＴ", "AST GOT", "3B035", "U/L", "13-30", "", "1000"],
    ["白血球数", "WBC", "2A010", ".10*2/uL", "33-86", "10", "300"],
    ["ヘモグロビン", "Hb HGB", "2A030", "g/dL", "", "6.0", ""],
    ["血小板数", "PLT", "2A050", ".10*4/uL", "15.8-34.8", "3.0", "100"],
    ["ＰＴ−ＩＮＲ", "PT-INR INR", "2B030", "", "0.85-1.15", "", "4.0"],
];

const KEY: &str = "item:";

/// By which name the limits of an item are spoken of, the same at every station.
pub fn key(name: &str) -> String {
    format!("{KEY}{}", fold_name(name))
}

/// True for such a name.
pub fn is_key(name: &str) -> bool {
    name.starts_with(KEY)
}

/// Of an example.
pub fn example(one: &Example) -> Limit {
    let [name, aliases, code, unit, range, low, high] = one.map(str::to_owned);
    Limit { name, aliases, code, unit, range, low, high, example: true }
}

impl Limit {
    /// As somebody set it.
    pub fn of(entry: &Entry) -> Limit {
        let [name, aliases, code, unit, range, low, high, _] = LIMIT_FIELDS.map(|field| entry.value(field).to_owned());
        Limit { name, aliases, code, unit, range, low, high, example: false }
    }

    /// It speaks of this item: by the analyte of its code, else by one of its names.
    pub fn is_of(&self, row: &Row) -> bool {
        let coded = !self.code.is_empty() && row.code.starts_with(&self.code);
        let own = fold_name(&row.name);
        let named = || std::iter::once(self.name.as_str()).chain(self.aliases.split_whitespace());
        coded || (!own.is_empty() && named().any(|name| fold_name(name) == own))
    }

    /// The limit that a value reaches, in words; of two that two stations say apart see [`all`].
    pub fn reached(&self, value: &str) -> Option<String> {
        let text = value.trim();
        // `> 500` reaches 500; `< 2.0` reaches 2.5.
        let bare = text.trim_start_matches(['<', '>', '≦', '≧', '≤', '≥', '＜', '＞', '=', ' ']);
        let value = number(bare)?;
        let (less, more) = (text.starts_with(['<', '≦', '≤', '＜']), text.starts_with(['>', '≧', '≥', '＞']));
        let mark = if self.example { "（例）" } else { "" };
        let low = number(&self.low).filter(|low| value <= *low && !more).map(|_| format!("≦{}{mark}", self.low));
        let high = number(&self.high).filter(|high| value >= *high && !less).map(|_| format!("≧{}{mark}", self.high));
        low.or(high)
    }
}

/// The limits that count: what the hospital set, then the examples of which it said nothing. Where two stations said different things of an
/// item, the limit that is reached sooner counts until somebody who saw both says which.
pub fn all(entries: &[Arc<Entry>]) -> Vec<Limit> {
    let sooner = |entry: &Entry, field: &str, pick: fn(f64, f64) -> f64| {
        let numbers: Vec<f64> = entry.said_of(field).into_iter().filter_map(number).collect();
        numbers.into_iter().reduce(pick).map(|value| value.to_string())
    };
    let own = entries.iter().filter(|entry| !entry.says("off")).map(|entry| {
        let mut limit = Limit::of(entry);
        if entry.is_doubtful() {
            limit.low = sooner(entry, "low", f64::max).unwrap_or_default();
            limit.high = sooner(entry, "high", f64::min).unwrap_or_default();
        }
        limit
    });
    let said = |limit: &Limit| entries.iter().any(|entry| entry.name == key(&limit.name));
    own.chain(EXAMPLES.iter().map(example).filter(|limit| !said(limit))).collect()
}

/// The limits of an item.
pub fn of<'a>(all: &'a [Limit], row: &Row) -> Option<&'a Limit> {
    all.iter().find(|limit| limit.is_of(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_found_by_code_or_by_any_of_its_names_and_by_nothing_else() {
        let limits = all(&[]);
        let found = |code: &str, name: &str| {
            let row = Row { code: code.into(), name: name.into(), ..Row::default() };
            of(&limits, &row).map(|limit| limit.name.clone())
        };
        assert_eq!(found("3H015000002326101", ""), Some("カリウム".into()));
        assert_eq!(found("", "ｋ"), Some("カリウム".into()));
        assert_eq!(found("", "PT-INR"), Some("ＰＴ−ＩＮＲ".into()));
        assert_eq!((found("", "KL-6"), found("", "")), (None, None));
    }

    #[test]
    fn what_is_less_or_more_than_a_number_reaches_a_limit_on_its_side_alone() {
        let limit = Limit { low: "2.5".into(), high: "6.5".into(), ..Limit::default() };
        for (value, want) in [
            ("2.5", Some("≦2.5")),
            ("<2.0", Some("≦2.5")),
            ("> 7", Some("≧6.5")),
            ("<7.0", None),
            (">2.0", None),
            ("4", None),
            ("溶血", None),
        ] {
            assert_eq!(limit.reached(value).as_deref(), want, "{value}");
        }
        assert!(Limit { example: true, ..limit }.reached("9").unwrap().contains("例"));
    }

    #[test]
    fn examples_have_names_and_keys_of_their_own_and_limits_in_order() {
        let keys: std::collections::BTreeSet<String> = EXAMPLES.iter().map(|one| key(one[0])).collect();
        assert_eq!(keys.len(), EXAMPLES.len());
        for one in EXAMPLES.iter().map(example) {
            let (low, high) = (number(&one.low), number(&one.high));
            assert!(low.is_some() || high.is_some(), "{}", one.name);
            assert!(low.zip(high).is_none_or(|(low, high)| low < high), "{}", one.name);
        }
    }
}
