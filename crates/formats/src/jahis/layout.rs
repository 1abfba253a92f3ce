//! How the records of both formats are laid out: number, fewest fields, and the shape of each field.
//!
//! Shapes serve two ends: to tell a record that merely ends early from one whose fields are out of place, and to divide text
//! whose line ends were lost. They are wider than the specification: what a field says is judged where it is read.

use super::Kind;
use super::date::date;
use super::text::half;

/// One record of a format.
pub(super) struct Layout {
    /// Record number.
    pub number: u16,
    /// Fields up to the last that must be there.
    pub fewest: usize,
    /// One letter a field: `N` words, `n` words or nothing, `R` RP number, `D` date, `d` date or nothing, `a` 作成者,
    /// `s` sex, `1` `2` `3` at most so many digits, `q` amount, `x` code.
    pub shapes: &'static str,
}

const fn row(number: u16, fewest: usize, shapes: &'static str) -> Layout {
    Layout { number, fewest, shapes }
}

/// 電子版お薬手帳 Ver.2.6.
const NOTEBOOK: [Layout; 23] = [
    row(1, 3, "Nsdxnnnnqn"),
    row(2, 2, "1na"),
    row(3, 1, "Nddaxx"),
    row(4, 1, "nda"),
    row(5, 1, "Da"),
    row(11, 1, "n21xxnna"),
    row(15, 1, "nna"),
    row(31, 2, "xn1xa"),
    row(51, 1, "n21xa"),
    row(55, 1, "nna"),
    row(201, 5, "RNqn1xan1x"),
    row(281, 2, "Rna"),
    row(291, 2, "Rna"),
    row(301, 5, "Rnqn21xa"),
    row(311, 2, "Rna"),
    row(391, 2, "Rna"),
    row(401, 1, "na"),
    row(411, 1, "n2a"),
    row(421, 1, "na"),
    row(501, 1, "na"),
    row(601, 1, "nd"),
    row(701, 1, "nnndda"),
    row(911, 3, "x33"),
];

/// 院外処方箋2次元シンボル Ver.1.10, tables 3-8 to 3-44.
const PRESCRIPTION: [Layout; 37] = [
    row(1, 3, "1xxn"),
    row(2, 1, "xn"),
    row(3, 1, "nnn"),
    row(4, 2, "1xn"),
    row(5, 3, "xnn"),
    row(11, 2, "xnn"),
    row(12, 1, "s"),
    row(13, 1, "d"),
    row(14, 1, "1"),
    row(21, 1, "x"),
    row(22, 1, "x"),
    row(23, 3, "nn1x"),
    row(24, 2, "33"),
    row(25, 1, "1"),
    row(27, 2, "xx"),
    row(28, 2, "xx"),
    row(29, 2, "xx"),
    row(30, 1, "xx"),
    row(31, 1, "x"),
    row(51, 1, "D"),
    row(52, 1, "D"),
    row(61, 3, "nnn"),
    row(62, 1, "1"),
    row(63, 2, "22"),
    row(64, 1, "1"),
    row(81, 3, "32n"),
    row(82, 2, "1x"),
    row(101, 4, "R1nq"),
    row(102, 3, "Rqq"),
    row(111, 4, "R1xn2"),
    row(181, 4, "R32nxx"),
    row(201, 9, "R211xnq1n"),
    row(211, 3, "R2q"),
    row(221, 4, "R2qqqqqxxxxx"),
    row(231, 2, "R21111"),
    row(241, 3, "R2q2"),
    row(281, 5, "R232nx"),
];

/// All records of a format.
pub(super) fn layouts(kind: Kind) -> &'static [Layout] {
    match kind {
        Kind::Notebook => &NOTEBOOK,
        Kind::Prescription => &PRESCRIPTION,
        Kind::Unknown => &[],
    }
}

/// One record's layout; `None` for a number that the format does not have.
pub(super) fn layout(kind: Kind, number: &str) -> Option<&'static Layout> {
    let number: u16 = number.parse().ok()?;
    layouts(kind).iter().find(|row| row.number == number)
}

impl Layout {
    /// Whether each of the first fields has the shape of its place.
    pub(super) fn fits(&self, fields: &[String]) -> bool {
        fields.iter().enumerate().all(|(at, field)| self.fits_at(at, field))
    }

    /// Whether a field, counted from 0, has the shape of its place; beyond the last it must be empty.
    pub(super) fn fits_at(&self, at: usize, field: &str) -> bool {
        fits(field, self.shapes.as_bytes().get(at).copied())
    }
}

fn fits(field: &str, shape: Option<u8>) -> bool {
    let field = half(field.trim());
    let digits = |most: usize| field.len() <= most && field.bytes().all(|b| b.is_ascii_digit());
    let of = |others: &str| field.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c));
    match shape {
        Some(b'n') => true,
        Some(b'N') => !field.is_empty(),
        Some(b'R') => !field.is_empty() && digits(3),
        Some(b'D') => date(&field).is_some(),
        Some(b'd') => field.is_empty() || date(&field).is_some(),
        Some(b'a') => matches!(field.as_str(), "" | "1" | "2" | "8" | "9"),
        Some(b's') => matches!(field.as_str(), "" | "1" | "2"),
        Some(most @ b'1'..=b'3') => digits(usize::from(most - b'0')),
        Some(b'q') => field.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/')),
        Some(_) => of("-. "),
        None => field.is_empty(),
    }
}

/// Whether a record may follow another, by the order that both specifications lay down (§3.2.5).
pub(super) fn may_follow(kind: Kind, before: u16, next: u16) -> bool {
    let in_turn = next > before;
    match kind {
        Kind::Notebook => {
            let repeats = matches!(next, 2..=4 | 31 | 201..=601) && next == before;
            let rp = (201..=391).contains(&before) && (201..=391).contains(&next);
            let block = before >= 201 && matches!(next, 5 | 51 | 55) && before < 701;
            let over_the_counter = before == 31 && matches!(next, 3..=5);
            // 31 belongs to 3, and nothing else comes before it.
            let own = if next == 31 { matches!(before, 3 | 31) } else { in_turn };
            own || repeats || rp || block || over_the_counter
        }
        Kind::Prescription => {
            let repeats = matches!(next, 81 | 181 | 201 | 281) && next == before;
            in_turn || repeats || (before >= 201 && matches!(next, 101 | 201))
        }
        Kind::Unknown => false,
    }
}
