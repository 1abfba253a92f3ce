//! Line ends that a scanner or a one-line input box dropped: the text is divided again where the records must have begun.

use super::Kind;
use super::layout::{Layout, layouts, may_follow};

/// Fields of a text that is divided again: twenty codes full of them. Beyond it the text is left whole, and said so.
const TOKENS_MAX: usize = 6_000;

/// Record numbers have at most three digits.
const DIGITS_MAX: usize = 3;

/// How a record that begins at some field goes on in the cheapest way.
#[derive(Clone, Copy)]
struct Way {
    cost: u32,
    /// The field in which it ends, and how many bytes of that are the next record's number; 0 at the end of the text.
    end: usize,
    digits: usize,
    /// Index of the next record's layout.
    next: usize,
}

/// Divides the fields of a text without line ends into records, each with its number first. `first` is the number of the
/// first record, whose fields are `tokens`. `None` where no division gives every field its shape.
pub(super) fn divide(kind: Kind, first: &str, tokens: &[&str]) -> Option<Vec<Vec<String>>> {
    let rows = layouts(kind);
    let number: u16 = first.parse().ok()?;
    let mut row = rows.iter().position(|row| row.number == number)?;
    if tokens.len() > TOKENS_MAX {
        return None;
    }
    let mut ways: Vec<Vec<Option<Way>>> = vec![vec![None; rows.len()]; tokens.len() + 1];
    for at in (0..tokens.len()).rev() {
        let found: Vec<Option<Way>> = rows.iter().map(|row| best(kind, rows, row, tokens, at, &ways)).collect();
        ways[at] = found;
    }
    let (mut records, mut at) = (Vec::new(), 0);
    while let Some(way) = *ways.get(at)?.get(row)? {
        let tail = &tokens[way.end][..tokens[way.end].len() - way.digits];
        let fields = tokens[at..way.end].iter().copied().chain([tail]);
        records.push(std::iter::once(rows[row].number.to_string()).chain(fields.map(str::to_owned)).collect());
        if way.digits == 0 {
            return Some(records);
        }
        (at, row) = (way.end + 1, way.next);
    }
    None
}

/// The cheapest way for one record whose fields begin at `at`. A record with all its fields costs nothing.
fn best(
    kind: Kind,
    rows: &[Layout],
    row: &Layout,
    tokens: &[&str],
    at: usize,
    ways: &[Vec<Option<Way>>],
) -> Option<Way> {
    let mut best: Option<Way> = None;
    let mut offer = |way: Way| {
        if best.is_none_or(|best| way.cost < best.cost) {
            best = Some(way);
        }
    };
    let fitting = tokens[at..].iter().enumerate().take_while(|(nth, field)| row.fits_at(*nth, field)).count();
    // The last field need not fit: a number is to be taken from it.
    for fields in (row.fewest..=row.shapes.len().min(fitting + 1)).rev() {
        let end = at + fields - 1;
        let Some(last) = tokens.get(end) else { continue };
        let short = u32::from(row.shapes.len() != fields);
        let whole = |tail: &str| row.fits_at(fields - 1, tail);
        if end + 1 == tokens.len() && whole(last) {
            offer(Way { cost: short, end, digits: 0, next: 0 });
        }
        for digits in 1..=DIGITS_MAX.min(last.len()) {
            let Some((tail, number)) = last.split_at_checked(last.len() - digits) else { break };
            let Some(next) = rows.iter().position(|row| row.number.to_string() == number) else {
                continue;
            };
            let after = ways.get(end + 1).and_then(|ways| ways.get(next)).copied().flatten();
            if let Some(after) = after
                && may_follow(kind, row.number, rows[next].number)
                && whole(tail)
            {
                offer(Way { cost: short + after.cost, end, digits, next });
            }
        }
    }
    best
}
