//! The envelope (閲覧用カルテファイル): one file of boxes, each sealed by itself, that a browser opens with a passphrase and nothing else.
//!
//! `passphrase` makes the digits that people type, `seal` the boxes and the slots that hold their key, `page` the file around them,
//! `signature` says on a file beside it who made it.
//! What is in a box is opaque here. The format is a page of docs: docs/envelope-format.md.

mod page;
mod passphrase;
mod seal;
mod signature;

pub use page::{Page, Written, policy};
pub use passphrase::{GROUPS, Passphrase};
pub use seal::{BoxNo, FileId, ITERATIONS, Sealed, Sealer, SlotKey, open_box};
pub use signature::{Signed, Statement};

/// Why an envelope could not be made or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The operating system gave no random bytes.
    Random,
    /// A box could not be packed or sealed.
    Sealing,
    /// A passphrase opens none of the slots.
    WrongPassphrase,
    /// A box is not what was sealed: other bytes, another place, another file.
    Damaged {
        /// Its number.
        number: BoxNo,
    },
    /// No such box.
    NoBox {
        /// Its number.
        number: BoxNo,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Random => write!(f, "乱数を得られません。 / The operating system gave no random bytes."),
            Error::Sealing => write!(f, "封をできませんでした。 / A box could not be sealed."),
            Error::WrongPassphrase => write!(f, "この番号では開きません。 / This passphrase opens no slot."),
            Error::Damaged { number } => write!(f, "箱 {number} が壊れています。 / Box {number} is damaged."),
            Error::NoBox { number } => write!(f, "箱 {number} がありません。 / There is no box {number}."),
        }
    }
}

impl std::error::Error for Error {}
