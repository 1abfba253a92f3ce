//! A card in digits: eleven rows of twelve, ten that say something and two that check them (ISO 7064 MOD 97-10), so that a slip is
//! found in the row where it is made. Digits alone come through a Japanese input method, a numeric pad and copying by hand.
//!
//! Row 1: version, card, how many open, how many there are, kind, two digits each. Row 2: the key's number. Rows 3 to 10: the
//! secret, four bytes a row. Row 11: the first four bytes of a SHA-256 over all before. The check of a row also covers the row's
//! place and, from the second on, the card's number: rows in the wrong order, or of another card, do not fit.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::split::{SHARES_MAX, Share, THRESHOLD_MIN};
use super::{KeyError, KeyId, Result};

/// Rows of a card.
pub const ROWS: usize = 11;
/// Digits of a row.
pub const ROW_DIGITS: usize = 12;

/// The version of this form.
const VERSION: u64 = 1;
/// Kind 00: an age X25519 identity.
const KIND: u64 = 0;
/// What the payload of a card's code begins with.
const CODE_HEAD: &str = "ANDON-SHARE-";
/// What the checksum is taken under.
const SUM_HEAD: &[u8] = b"andon share 1\n";
/// Ten digits.
const TEN: u64 = 10_000_000_000;
/// Bytes of a text with a card beyond which it is surely another file: a card has some hundred.
const TEXT_MAX: usize = 64 << 10;

/// The ten digits of a row with what the check covers before them: the card's number (0 in the first row) and the row.
fn covered(number: u64, row: usize, value: u64) -> u64 {
    (number * 100 + row as u64 + 1) * TEN + value
}

fn check(number: u64, row: usize, value: u64) -> u64 {
    98 - covered(number, row, value) * 100 % 97
}

fn fits(number: u64, row: usize, value: u64, check: u64) -> bool {
    (covered(number, row, value) * 100 + check) % 97 == 1
}

fn head(share: &Share) -> u64 {
    let [number, threshold, total] = [share.number, share.threshold, share.total].map(u64::from);
    (((VERSION * 100 + number) * 100 + threshold) * 100 + total) * 100 + KIND
}

fn sum(values: &[u64]) -> u64 {
    let mut digest = Sha256::new();
    digest.update(SUM_HEAD);
    values.iter().for_each(|value| digest.update(value.to_be_bytes()));
    let digest = digest.finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]).into()
}

impl Share {
    /// The values of its rows.
    fn values(&self) -> Zeroizing<[u64; ROWS]> {
        let mut values = Zeroizing::new([0; ROWS]);
        values[0] = head(self);
        values[1] = self.key.0.into();
        for (at, four) in self.secret.chunks_exact(4).enumerate() {
            values[2 + at] = four.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        }
        values[ROWS - 1] = sum(&values[..ROWS - 1]);
        values
    }

    /// Its rows, each as three groups of four digits with blanks between.
    pub fn rows(&self) -> Vec<Zeroizing<String>> {
        let values = self.values();
        let row = |(row, value): (usize, &u64)| {
            let number = if row == 0 { 0 } else { self.number.into() };
            let digits = Zeroizing::new(format!("{value:010}{:02}", check(number, row, *value)));
            Zeroizing::new(format!("{} {} {}", &digits[..4], &digits[4..8], &digits[8..]))
        };
        values.iter().enumerate().map(row).collect()
    }

    /// What its code says: `0-9A-Z-` alone.
    pub fn code(&self) -> Zeroizing<String> {
        let mut code = Zeroizing::new(String::from(CODE_HEAD));
        for row in self.rows() {
            code.extend(row.chars().filter(char::is_ascii_digit));
            code.push('-');
        }
        code.pop();
        code
    }

    /// Reads a card from a text: its code, or its rows a line each (with `3)` before them or not). Other lines are left alone.
    ///
    /// # Errors
    /// Which row is wrong, or how many there are.
    pub fn read(text: &str) -> Result<Share> {
        if text.len() > TEXT_MAX {
            return Err(KeyError::Rows { found: 0 });
        }
        let mut typing = Typing::new();
        let mut rows = 0;
        for line in text.lines().filter(|line| is_row(line)) {
            if typing.is_whole() {
                return Err(KeyError::Rows { found: rows + 1 });
            }
            typing.row(line)?;
            rows = typing.next_row();
        }
        if !typing.is_whole() {
            return Err(KeyError::Rows { found: rows });
        }
        typing.finish()
    }
}

/// A line that is a row or a code: digits, blanks and hyphens, with `3)` or the head of a code before them or not.
fn is_row(line: &str) -> bool {
    let line = line.trim();
    let rest = after_head(line);
    let mut any = false;
    rest.chars().all(|c| {
        let digit = digit(c);
        any |= digit.is_some();
        digit.is_some() || is_between(c)
    }) && any
}

fn after_head(line: &str) -> &str {
    let line = line.trim();
    if let Some((before, after)) = line.split_once([')', '）'])
        && before.chars().all(|c| digit(c).is_some())
    {
        return after;
    }
    match line.split_at_checked(CODE_HEAD.len()) {
        Some((head, rows)) if head.eq_ignore_ascii_case(CODE_HEAD) => rows,
        _ => line,
    }
}

/// A digit as typed: half-width, or full-width as a Japanese input method leaves it.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// What may stand between digits: blanks and every hyphen that a keyboard gives in their place.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | 'ー' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ｰ')
}

/// The digits of a line that is to be the given row, from 0.
fn digits(line: &str, row: usize) -> Result<Zeroizing<String>> {
    let mut out = Zeroizing::new(String::with_capacity(ROWS * ROW_DIGITS));
    for c in after_head(line).chars().filter(|c| !is_between(*c)) {
        out.push(digit(c).ok_or(KeyError::NotDigits { row: row + 1 })?);
    }
    Ok(out)
}

/// A card being typed, row by row. What was typed is wiped when it is dropped.
#[derive(Default)]
pub struct Typing {
    values: Zeroizing<Vec<u64>>,
}

impl Typing {
    /// Nothing typed yet.
    pub fn new() -> Typing {
        Typing { values: Zeroizing::new(Vec::with_capacity(ROWS)) }
    }

    /// The next row, from 0.
    pub fn next_row(&self) -> usize {
        self.values.len()
    }

    /// True when every row is there.
    pub fn is_whole(&self) -> bool {
        self.values.len() == ROWS
    }

    /// Takes the next row as somebody typed it; or several at once, or all, as a reader of its code gives them.
    ///
    /// # Errors
    /// What is wrong with a row; those before it stay.
    pub fn row(&mut self, text: &str) -> Result<()> {
        let digits = digits(text, self.next_row())?;
        let (row, length) = (self.next_row() + 1, digits.len());
        let rows = length / ROW_DIGITS;
        if rows == 0 || !length.is_multiple_of(ROW_DIGITS) || rows > ROWS - self.values.len() {
            return Err(KeyError::Length { row, digits: length });
        }
        (0..rows).try_for_each(|at| self.one(&digits[at * ROW_DIGITS..(at + 1) * ROW_DIGITS]))
    }

    fn one(&mut self, digits: &str) -> Result<()> {
        let row = self.next_row();
        let wrong = KeyError::Row { row: row + 1 };
        let number = self.values.first().map_or(0, |head| head / 1_000_000 % 100);
        let (value, check) = digits.split_at(ROW_DIGITS - 2);
        let (Ok(value), Ok(check)) = (value.parse(), check.parse()) else { return Err(wrong) };
        if !fits(number, row, value, check) || (row > 0 && value > u64::from(u32::MAX)) {
            return Err(wrong);
        }
        if row == 0 && (value / 100_000_000 != VERSION || value % 100 != KIND) {
            return Err(KeyError::Version);
        }
        self.values.push(value);
        Ok(())
    }

    /// The card.
    ///
    /// # Errors
    /// [`KeyError::Rows`] when rows are missing, [`KeyError::Checksum`] when they are not of one card.
    pub fn finish(self) -> Result<Share> {
        let values: &[u64; ROWS] =
            self.values[..].try_into().map_err(|_| KeyError::Rows { found: self.values.len() })?;
        let part = |shift: u64| u8::try_from(values[0] / shift % 100).unwrap_or(0);
        let (number, threshold, total) = (part(1_000_000), part(10_000), part(100));
        let wrong = KeyError::Checksum { number };
        let sound =
            (THRESHOLD_MIN..=total).contains(&threshold) && (1..=total).contains(&number) && total <= SHARES_MAX;
        if !sound || sum(&values[..ROWS - 1]) != values[ROWS - 1] {
            return Err(wrong);
        }
        let mut secret = Zeroizing::new([0; 32]);
        for (four, value) in secret.chunks_exact_mut(4).zip(&values[2..]) {
            four.copy_from_slice(&u32::try_from(*value).map_err(|_| wrong.clone())?.to_be_bytes());
        }
        let key = KeyId(u32::try_from(values[1]).map_err(|_| wrong)?);
        Ok(Share { key, number, threshold, total, secret })
    }
}
