//! A result as a desk holds it, and what is made of it beside the copy and the hospital's limits: range, flag, delta, critical. Pure.

use chart::labs::LabSeries;
use chart::{Precision, fold_name};

use super::limits::Limit;
use crate::ranges::{self, number};
use crate::text::{narrow, one_line};

/// Characters of one part of a row.
const PART_MAX: usize = 100;
/// Rows of one set: more than an analyser gives of one tube.
pub const ROWS_MAX: usize = 60;

/// One result. Stored as one line of a field, its parts with tabs between, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Row {
    /// Code of the item as the copy has it (JLAC10, 17 characters) or as the file does; empty for unknown.
    pub code: String,
    /// Coding system of the code; `JC10` for JLAC10.
    pub system: String,
    /// The item's name, as the copy has it where the copy knows it.
    pub name: String,
    /// The value as it was written.
    pub value: String,
    /// Unit.
    pub unit: String,
    /// Reference range.
    pub range: String,
    /// Where the range is from: `copy`, `table` (typed by the hospital), `example`, `typed`, `file`; empty for none.
    pub range_from: String,
    /// `H` `L` `HH` `LL` (HL7 table 0078); empty for within, or nothing to judge by.
    pub flag: String,
    /// The last value of the copy in the same unit; empty for none.
    pub previous: String,
    /// Its day.
    pub previous_at: String,
    /// Which critical limit (パニック値) it reaches, `≧6.5`, with `例` where the limit is the example's; empty for none.
    pub critical: String,
}

/// A field that holds a row.
pub fn is_row(field: &str) -> bool {
    field.strip_prefix("row-").is_some_and(|no| no.len() == 2 && no.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The field of the row of a place, from 1.
pub fn field(place: usize) -> String {
    format!("row-{place:02}")
}

/// What people and files write, as it is compared and counted: full-width as half, blanks gone.
fn plain(text: &str) -> String {
    one_line(text.trim(), PART_MAX).chars().map(narrow).collect::<String>().trim().to_owned()
}

/// A unit as it is compared: `.10*2/uL` is `10*2/ul`.
fn unit_key(unit: &str) -> String {
    fold_name(unit).trim_start_matches('.').to_owned()
}

impl Row {
    fn parts(&mut self) -> [&mut String; 11] {
        let Row { code, system, name, value, unit, range, range_from, flag, previous, previous_at, critical } = self;
        [code, system, name, value, unit, range, range_from, flag, previous, previous_at, critical]
    }

    /// Out of the line of a field; parts that are missing are empty.
    pub fn read(line: &str) -> Row {
        let mut row = Row::default();
        row.parts().into_iter().zip(line.split('\t')).for_each(|(part, text)| text.clone_into(part));
        row
    }

    /// The line of a field.
    pub fn line(&self) -> String {
        let mut row = self.clone();
        row.parts().map(|part| part.replace(['\t', '\n', '\r'], " ")).join("\t")
    }

    /// `カリウム=6.8`, `K 6.8 mmol/L`, `K=6.8 mmol/L 3.6-4.8`: as a person types it on the command line. `None` without a value.
    pub fn typed(text: &str) -> Option<Row> {
        let (name, rest) = text.split_once(['=', '＝']).or_else(|| text.trim().split_once([' ', '　']))?;
        let mut parts = rest.split_whitespace();
        let row = Row {
            name: name.trim().to_owned(),
            value: parts.next()?.to_owned(),
            unit: parts.next().unwrap_or_default().to_owned(),
            range: parts.collect::<Vec<_>>().join(" "),
            ..Row::default()
        };
        (!row.name.is_empty()).then_some(row)
    }

    /// Nothing was measured, or nothing says what.
    pub fn is_empty(&self) -> bool {
        self.value.trim().is_empty() || (self.name.trim().is_empty() && self.code.trim().is_empty())
    }

    /// It is this item: by code where both have one, else by name.
    pub fn is_of(&self, code: &str, name: &str) -> bool {
        let codes = !self.code.is_empty() && self.code == code;
        codes || (!self.name.is_empty() && fold_name(&self.name) == fold_name(name))
    }

    /// Outside its range.
    pub fn is_out(&self) -> bool {
        !self.flag.is_empty()
    }

    /// How far it is from the last value of the copy: difference, and per cent of the last; `None` where either is no number.
    pub fn delta(&self) -> Option<(f64, Option<f64>)> {
        let (before, now) = (number(&self.previous)?, number(&self.value)?);
        Some((now - before, (before != 0.0).then(|| (now - before) / before.abs() * 100.0)))
    }

    /// With what the copy and the hospital's limits say of it. What was typed or sent stands; the copy fills in what is missing, then the
    /// limits. A value in another unit than theirs is judged by neither.
    pub fn judged(mut self, known: Option<&LabSeries>, limit: Option<&Limit>) -> Row {
        self.parts().into_iter().for_each(|part| *part = plain(part));
        if let Some(series) = known {
            self.beside(series);
        }
        let limit = limit.filter(|limit| self.same_unit(&limit.unit));
        if let Some(limit) = limit {
            self.unit = if self.unit.is_empty() { limit.unit.clone() } else { self.unit };
            if self.range.is_empty() && !limit.range.is_empty() {
                self.range.clone_from(&limit.range);
                self.range_from = if limit.example { "example" } else { "table" }.to_owned();
            }
        }
        if self.range_from.is_empty() && !self.range.is_empty() {
            self.range_from = "typed".to_owned();
        }
        if self.flag.is_empty() || self.flag == "N" {
            self.flag = match ranges::written_against(&self.value, ranges::range(&self.range)) {
                "high" => "H",
                "low" => "L",
                _ => "",
            }
            .to_owned();
        }
        self.critical = limit.and_then(|limit| limit.reached(&self.value)).unwrap_or_default();
        if !self.critical.is_empty() {
            self.flag = if self.critical.contains('≧') { "HH" } else { "LL" }.to_owned();
        }
        self
    }

    fn same_unit(&self, unit: &str) -> bool {
        self.unit.is_empty() || unit.is_empty() || unit_key(&self.unit) == unit_key(unit)
    }

    fn beside(&mut self, series: &LabSeries) {
        let latest = &series.latest;
        (self.code, self.system) = (series.item.code.clone(), series.item.system.clone());
        self.name = if series.name.is_empty() { std::mem::take(&mut self.name) } else { series.name.clone() };
        if !self.same_unit(latest.unit.shown()) {
            return;
        }
        if self.unit.is_empty() {
            latest.unit.shown().clone_into(&mut self.unit);
        }
        if self.range.is_empty() && !latest.range.trim().is_empty() {
            (self.range, self.range_from) = (plain(&latest.range), "copy".to_owned());
        }
        self.previous = plain(&latest.value.value);
        let day = latest.time.filter(|time| time.precision >= Precision::Day);
        self.previous_at = day.map_or_else(String::new, |time| time.start.day().iso());
    }
}

/// The series of the copy that an item is: by its whole code, else by its name; of two of one name (two specimens) neither.
pub fn series_of<'a>(labs: &'a [LabSeries], row: &Row) -> Option<&'a LabSeries> {
    if let Some(series) = labs.iter().find(|one| !row.code.is_empty() && one.item.code == row.code) {
        return Some(series);
    }
    let named: Vec<&LabSeries> = labs.iter().filter(|one| fold_name(&one.name) == fold_name(&row.name)).collect();
    match named.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desks::limits::{self, EXAMPLES};

    fn limit(name: &str) -> Limit {
        EXAMPLES.iter().map(limits::example).find(|limit| limit.name == name).unwrap()
    }

    #[test]
    fn a_row_comes_back_and_a_tab_makes_no_other_parts() {
        let row =
            Row { name: "カリウム\t偽".into(), value: "4.1".into(), critical: "≧6.5".into(), ..Row::default() };
        assert_eq!(Row::read(&row.line()), Row { name: "カリウム 偽".into(), ..row });
        assert_eq!(Row::read("3H015"), Row { code: "3H015".into(), ..Row::default() });
        assert!(is_row(&field(7)) && !is_row("row-7") && !is_row("row-ab") && !is_row("lot"));
    }

    #[test]
    fn rows_as_people_type_them() {
        let of = |text| Row::typed(text).map(|row| (row.name, row.value, row.unit, row.range));
        let own = |parts: [&str; 4]| Some((parts[0].into(), parts[1].into(), parts[2].into(), parts[3].into()));
        assert_eq!(of("K=6.8"), own(["K", "6.8", "", ""]));
        assert_eq!(of("カリウム＝6.8 mmol/L 3.6-4.8"), own(["カリウム", "6.8", "mmol/L", "3.6-4.8"]));
        assert_eq!(of("尿蛋白 (2+)"), own(["尿蛋白", "(2+)", "", ""]));
        assert_eq!((of("K"), of("=5"), of("K=")), (None, None, None));
    }

    #[test]
    fn a_value_is_judged_by_its_range_and_by_the_limits_in_its_own_unit_alone() {
        let potassium = limit("カリウム");
        let of = |value: &str, unit: &str| {
            let row = Row { name: "K".into(), value: value.into(), unit: unit.into(), ..Row::default() };
            let row = row.judged(None, Some(&potassium));
            (row.flag, row.critical.is_empty(), row.range_from)
        };
        let told = |flag: &str, calm, from: &str| (flag.to_owned(), calm, from.to_owned());
        assert_eq!(of("4.0", ""), told("", true, "example"));
        assert_eq!(of("５．０", "mmol/L"), told("H", true, "example"), "full-width is read");
        assert_eq!(of("6.5", ""), told("HH", false, "example"));
        assert_eq!(of("2.5", ""), told("LL", false, "example"));
        assert_eq!(of("65", "mg/dL"), told("", true, ""), "in another unit nothing is said");
        assert_eq!(of("溶血", ""), told("", true, "example"));
    }

    #[test]
    fn how_far_a_value_is_from_the_last() {
        let of = |value: &str, previous: &str| {
            Row { value: value.into(), previous: previous.into(), ..Row::default() }.delta()
        };
        assert_eq!(of("6", "4"), Some((2.0, Some(50.0))));
        assert_eq!(of("6", "0"), Some((6.0, None)));
        assert_eq!((of("<5", "4"), of("6", "")), (None, None));
    }
}
