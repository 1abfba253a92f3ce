//! What a kind of sheet is, whose a sheet is, and how old what it shows is: what a page's head, foot and codes are made of.

use chart::Moment;

use crate::code::Named;
use crate::words::Label;

/// What a kind of sheet is.
pub(crate) struct Form {
    /// Its code: `P4`.
    pub code: &'static str,
    /// Version of its layout: what was printed by an older one is read by it.
    pub version: u16,
    /// What becomes of it.
    pub class: Class,
    pub title: Label,
    /// On which paper.
    pub size: Size,
    /// What it is for and what becomes of it: at the foot of every page.
    pub note: Label,
    /// How it stands to the record, beside the title.
    pub standing: Label,
    /// It begins with pages that carry no code and no number of ours, for an outside pharmacy (users.md 11), up to
    /// [`Sheet::copy`].
    pub bare: bool,
}

/// The paper of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// A4 upright.
    Upright,
    /// A4 across.
    Across,
    /// A3 across, for a wall.
    Wall,
}

/// What becomes of a sheet (users.md 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 記入して戻る: written on, scanned, entered afterwards, or declared void by a person.
    Return,
    /// 交付: handed over; what returns is its copy.
    Deliver,
    /// 参照: good until the next run, then collected and shredded.
    Reference,
}

/// How old what a sheet shows is: in words, and the moment its codes say.
#[derive(Default)]
pub(crate) struct Stand {
    pub words: String,
    /// `None` for a sheet without data: the moment it was made.
    pub data: Option<Moment>,
}

/// Whose sheet it is, in words.
#[derive(Default)]
pub(crate) struct Who {
    pub name: String,
    pub kana: String,
    /// Number, large.
    pub number: String,
    /// Whom the codes name.
    pub named: Named,
    /// Ward, room, bed, large.
    pub place: String,
    /// Birth, age, sex: all that is said beside the name where the sheet leaves the hospital.
    pub birth: String,
    /// Marks, birth, stay.
    pub lines: Vec<String>,
    /// Nobody yet: a blank form, whose patient is written or labelled on it.
    pub blank: bool,
    /// The form itself asks who it is: on its bare pages stands no block of ours, only what the law's form has.
    pub asked: bool,
    /// A 仮患者: number and 照合番号 are printed, name, kana, birth and sex are written.
    pub unnamed: bool,
}
