//! Where the vault's log stands, at the end of a sheet that is printed every day: paper that was given out cannot be changed afterwards,
//! and so knows a vault whose history was.

use chart::Moment;

use crate::Error;
use crate::canvas::MM;
use crate::code::long_code;
use crate::font::Weight;
use crate::sheet::Sheet;
use crate::table::BODY;
use crate::words::{Label, Words};

/// Side of the code with its quiet zone: 45 modules of half a millimetre.
const SIDE: f32 = 22.0 * MM;
/// Digits of the hash that a person compares.
const DIGITS: usize = 16;

/// A head of the vault's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// What its code says: words of `0-9A-Z` with `-` between, at most 178 letters; the last is the hash.
    pub code: String,
    /// The last segment it covers.
    pub number: u32,
    /// When that was closed.
    pub sealed: Moment,
}

/// Draws it below what stands on the sheet, on a new page where it does not fit.
pub(crate) fn draw(sheet: &mut Sheet<'_>, w: &Words, seen: &Checkpoint) -> Result<(), Error> {
    sheet.need(SIDE + 4.0);
    sheet.ink.at(w.say(TITLE));
    let (left, top) = (sheet.left(), sheet.y + 2.0);
    let code = long_code(&seen.code, left, top, SIDE);
    sheet.page().ops.push(code.ok_or_else(|| Error::BadNumber { number: seen.number.to_string() })?);
    let (x, room) = (left + SIDE + 6.0, sheet.room() - SIDE - 6.0);
    let hash: String = seen.code.rsplit('-').next().unwrap_or_default().chars().take(DIGITS).collect();
    let said = format!("{} {}  {}  {hash}", w.with(NUMBER, seen.number), seen.sealed, w.say(HASH));
    let mut y = top + 6.0;
    y += sheet.block(w.say(TITLE), x, y, room, BODY, Weight::Bold) + 1.0;
    y += sheet.block(&said, x, y, room, BODY, Weight::Regular) + 1.0;
    sheet.block(w.say(WHAT), x, y, room, BODY, Weight::Regular);
    sheet.y = top + SIDE + 2.0;
    Ok(())
}

const TITLE: Label = ["保管庫の記録", "Vault log"];
const NUMBER: Label = ["保管単位 {} まで", "Up to segment {}"];
const HASH: Label = ["先頭の16桁", "First 16 digits"];
const WHAT: Label = [
    "この紙は、保管庫があとから作り替えられていないかを確かめる証拠になる。攻撃を疑うときは捨てずに情報担当へ（andon vault verify --seen にコードを読ませる）。患者の情報は入っていない。",
    "This paper shows whether the vault was made anew afterwards. When an attack is suspected keep it and give it to IT (scan the code into: andon vault verify --seen). It holds no patient data.",
];
