//! HL7 v2: a lossless index over a message, getters by position, and an account of what nobody read.
//!
//! HL7 v2.5 chapter 2. The index never fails: what it cannot divide is kept whole and named by a fault.

mod escape;
mod index;
mod part;
mod peek;
mod reader;
mod types;
mod unplaced;

use std::borrow::Cow;

use chart::Fault;
pub use escape::unescape;
pub use part::Part;
pub use peek::{Peek, peek};
pub use reader::{Reader, Seg};
pub(crate) use types::{filled, letters};

use crate::charset::{self, Charset};

/// Longest message that is read, in bytes. Longer ones are cut here, with a fault; the store keeps all bytes.
pub const MESSAGE_BYTES_MAX: usize = 16 << 20;
/// Most segments that are indexed.
pub const SEGMENTS_MAX: usize = 50_000;
/// Most non-empty leaves that are indexed.
pub const LEAVES_MAX: usize = 1_000_000;

/// The delimiters of one message (MSH-1, MSH-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// MSH-1, usually `|`.
    pub field: u8,
    /// Usually `^`.
    pub component: u8,
    /// Usually `~`.
    pub repetition: u8,
    /// Usually `&`.
    pub subcomponent: u8,
    /// Usually `\`; `¥` where text passed through JIS X 0201.
    pub escape: char,
}

impl Default for Delimiters {
    fn default() -> Delimiters {
        Delimiters { field: b'|', component: b'^', repetition: b'~', subcomponent: b'&', escape: '\\' }
    }
}

/// A piece of text that holds no delimiter and is not empty. Numbers count from 1, as HL7 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// First byte in [`Message::text`].
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// Index in [`Message::segments`].
    pub segment: u16,
    /// Field.
    pub field: u16,
    /// Repetition of the field.
    pub repetition: u16,
    /// Component.
    pub component: u16,
    /// Subcomponent.
    pub subcomponent: u16,
}

/// One segment: where it stands and which leaves are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First byte in [`Message::text`].
    pub start: u32,
    /// Byte after the last, without the terminator.
    pub end: u32,
    /// Bytes of the name.
    pub name_length: u16,
    /// First leaf in [`Message::leaves`].
    pub first_leaf: u32,
    /// Leaf after the last.
    pub end_leaf: u32,
}

/// A message as text with its index. It borrows the bytes where they are UTF-8.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The whole text, terminators included.
    pub text: Cow<'a, str>,
    /// The character set it was read as.
    pub charset: Charset,
    /// MSH-1 and MSH-2.
    pub delimiters: Delimiters,
    /// Segments in order.
    pub segments: Vec<Segment>,
    /// Non-empty leaves in order, boilerplate included.
    pub leaves: Vec<Leaf>,
    /// What was not as it should be: character set, delimiters, limits, truncation.
    pub faults: Vec<Fault>,
}

impl<'a> Message<'a> {
    /// Reads bytes as a message: character set, then index. Never fails.
    pub fn read(bytes: &'a [u8]) -> Message<'a> {
        let kept = bytes.get(..MESSAGE_BYTES_MAX).unwrap_or(bytes);
        let text = charset::decode(kept);
        let faults = text.doubts.iter().map(charset_fault).collect();
        let mut message = index::index(text.text, text.charset, faults);
        if kept.len() < bytes.len() {
            message.fault("limit", format!("byte {}", kept.len()), format!("{} bytes", bytes.len()));
        }
        message
    }

    /// Indexes text that is already decoded.
    pub fn read_text(text: &'a str) -> Message<'a> {
        index::index(Cow::Borrowed(text), Charset::Utf8, Vec::new())
    }

    /// The text of a leaf, escapes not undone.
    pub fn leaf_text(&self, leaf: &Leaf) -> &str {
        self.text.get(leaf.start as usize..leaf.end as usize).unwrap_or_default()
    }

    /// The name of a segment, e.g. `PID`.
    pub fn name(&self, segment: &Segment) -> &str {
        let start = segment.start as usize;
        self.text.get(start..start + usize::from(segment.name_length)).unwrap_or_default()
    }

    fn fault(&mut self, code: &'static str, at: String, text: String) {
        self.faults.push(Fault { code, at, text });
    }
}

pub(crate) fn charset_fault(doubt: &charset::Doubt) -> Fault {
    let at = if doubt.code == "charset_mismatch" { "MSH-18".to_owned() } else { format!("byte {}", doubt.byte) };
    Fault { code: doubt.code, at, text: doubt.text.clone() }
}
