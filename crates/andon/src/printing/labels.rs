//! How labels are printed at this site (users.md 10): the stock they stand on, the one-dimensional code, length and 検体番号 range that the
//! analyser accepts. What nobody set is as usual.

use paper::{LabelKind, Labels, Stock, Symbology};
use store::Reader;

use super::runs_events;
use crate::event::{LabelSaid, PRINTING_ITEM, RunsEvent};
use crate::home::Problem;

/// Words of the one-dimensional codes, as stored and as typed.
pub const BARS: [(&str, Option<Symbology>); 3] =
    [("none", None), ("code128", Some(Symbology::Code128)), ("nw7", Some(Symbology::Nw7))];
/// Digits of a 検体番号 at most, as many as a tube's code holds.
const DIGITS_MOST: usize = 24;

/// How one kind of label is printed here.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelRule {
    /// Which kind.
    pub kind: LabelKind,
    /// The sheet.
    pub stock: Stock,
    /// The one-dimensional code.
    pub bars: Option<Symbology>,
    /// How many digits the analyser expects.
    pub digits: Option<usize>,
    /// First and last 検体番号 that it accepts; both empty for any.
    pub range: [String; 2],
}

impl LabelRule {
    /// What was said of a kind, understood; else why it cannot be so: a word of `label-no`.
    ///
    /// # Errors
    /// The word.
    pub fn read(said: &LabelSaid) -> Result<LabelRule, &'static str> {
        let kind = LabelKind::of_code(&said.kind).ok_or("kind")?;
        let usual = Labels::of(kind, 1);
        let stock = if said.stock.is_empty() { usual.stock } else { Stock::read(&said.stock).ok_or("stock")? };
        let least = kind.least();
        if stock.label.0 < least.0 || stock.label.1 < least.1 {
            return Err("small");
        }
        let bars = match said.bars.as_str() {
            "" => usual.bars,
            word => BARS.iter().find(|(known, _)| *known == word).ok_or("bars")?.1,
        };
        if kind == LabelKind::Patient && bars.is_some() {
            return Err("patient");
        }
        if kind != LabelKind::Tube && !(said.digits.is_empty() && said.range.concat().is_empty()) {
            return Err("tube");
        }
        let digits = match said.digits.as_str() {
            "" => None,
            word => Some(word.parse().ok().filter(|digits| (1..=DIGITS_MOST).contains(digits)).ok_or("digits")?),
        };
        let [from, to] = &said.range;
        let numbers = [from, to].map(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
        let none = from.is_empty() && to.is_empty();
        let whole = numbers == [true; 2] && from.len() == to.len() && from <= to && from.len() <= DIGITS_MOST;
        let whole = whole && digits.is_none_or(|digits| digits == from.len());
        if !none && !whole {
            return Err("range");
        }
        let long = digits.or((!none).then_some(from.len()));
        if bars.zip(long).is_some_and(|(bars, long)| !Labels::holds(&stock, bars, long)) {
            return Err("wide");
        }
        Ok(LabelRule { kind, stock, bars, digits, range: said.range.clone() })
    }

    /// So many labels of this kind as they are printed here, with a patient's number: one that the analyser does not accept stands there
    /// without bars, so that no machine takes it for another's.
    pub fn run(&self, count: usize, number: &str) -> Labels<'static> {
        let bars = self.bars.filter(|_| self.is_open() || self.accepts(number));
        Labels { stock: self.stock, bars, ..Labels::of(self.kind, count) }
    }

    /// The same with 検体番号, each on so many labels.
    pub fn of_specimens<'n>(&self, count: usize, specimens: &'n [String]) -> Labels<'n> {
        Labels { stock: self.stock, bars: self.bars, digits: self.digits, specimens, ..Labels::of(self.kind, count) }
    }

    /// True where no length and no range was set: any number will do.
    fn is_open(&self) -> bool {
        self.digits.is_none() && self.range.concat().is_empty()
    }

    /// True for a 検体番号 that the analyser accepts.
    pub fn accepts(&self, number: &str) -> bool {
        if self.is_open() {
            return true;
        }
        let [from, to] = &self.range;
        let long = self.digits.is_none_or(|digits| digits == number.len());
        let within = from.is_empty() || (number.len() == from.len() && (from.as_str()..=to.as_str()).contains(&number));
        long && within && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The word of the one-dimensional code.
    pub fn bars_word(&self) -> &'static str {
        BARS.iter().find(|(_, bars)| *bars == self.bars).map_or("", |(word, _)| word)
    }
}

/// How every kind is printed, and who said so; as usual where nobody did, or what was said cannot be read any more.
///
/// # Errors
/// When the store cannot be read.
pub fn told(reader: &Reader) -> Result<[(LabelRule, LabelSaid, String); 3], Problem> {
    let events = runs_events(reader, PRINTING_ITEM)?;
    Ok(LabelKind::ALL.map(|kind| {
        let code = kind.info().code;
        let of = |(at, by, event): &(_, _, RunsEvent)| match event {
            RunsEvent::Label(said) if said.kind == code => Some((said.clone(), format!("{at} {by}"))),
            _ => None,
        };
        let nothing = || (LabelSaid { kind: code.to_owned(), ..LabelSaid::default() }, String::new());
        let (said, by) = events.iter().rev().find_map(of).unwrap_or_else(nothing);
        (LabelRule::read(&said).unwrap_or_else(|_| usual(kind)), said, by)
    }))
}

/// As a kind is printed where nobody said anything.
pub fn usual(kind: LabelKind) -> LabelRule {
    let Labels { stock, bars, digits, .. } = Labels::of(kind, 1);
    LabelRule { kind, stock, bars, digits, range: Default::default() }
}

/// How every kind is printed.
///
/// # Errors
/// When the store cannot be read.
pub fn rules(reader: &Reader) -> Result<[LabelRule; 3], Problem> {
    Ok(told(reader)?.map(|(rule, ..)| rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, stock: &str, bars: &str, digits: &str, range: [&str; 2]) -> Result<LabelRule, &'static str> {
        let [kind, stock, bars, digits] = [kind, stock, bars, digits].map(str::to_owned);
        LabelRule::read(&LabelSaid { kind, stock, bars, digits, range: range.map(str::to_owned) })
    }

    #[test]
    fn what_cannot_be_printed_is_refused_and_what_is_empty_is_as_usual() {
        let none = ["", ""];
        for kind in LabelKind::ALL {
            let rule = of(kind.info().code, "", "", "", none).unwrap();
            assert_eq!((rule.stock, rule.bars), (Labels::of(kind, 1).stock, Labels::of(kind, 1).bars));
            assert_eq!(Stock::read(&rule.stock.text()), Some(rule.stock));
        }
        for (no, said) in [
            ("kind", of("L9", "", "", "", none)),
            ("stock", of("L1", "3x7:66x38.1:6,15.15:60x38.1", "", "", none)),
            ("small", of("L1", "4x11:48.5x25.4:8,8.8:48.5x25.4", "", "", none)),
            ("bars", of("L2", "", "ean", "", none)),
            ("patient", of("L1", "", "nw7", "", none)),
            ("tube", of("L1", "", "", "7", none)),
            ("tube", of("L3", "", "", "", ["90", "99"])),
            ("digits", of("L2", "", "", "0", none)),
            ("range", of("L2", "", "", "", ["9", ""])),
            ("range", of("L2", "", "", "", ["99", "90"])),
            ("range", of("L2", "", "", "10", ["90", "99"])),
            ("wide", of("L2", "", "nw7", "24", none)),
            ("wide", of("L2", "", "nw7", "", [&"1".repeat(24), &"2".repeat(24)])),
        ] {
            assert_eq!(said.unwrap_err(), no);
        }
        assert!(of("L2", "", "none", "24", none).is_ok() && of("L2", "", "code128", "24", none).is_ok());
        let rule = of("L2", "", "nw7", "2", ["90", "95"]).unwrap();
        let accepted: Vec<&str> =
            ["89", "90", "95", "96", "9", "090", "9A"].into_iter().filter(|n| rule.accepts(n)).collect();
        assert_eq!(accepted, ["90", "95"]);
        assert_eq!(["91", "0000123"].map(|number| rule.run(3, number).bars), [Some(Symbology::Nw7), None]);
    }
}
