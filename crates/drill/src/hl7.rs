//! A writer of HL7 v2.5 text: segments, and fields at their positions. Bytes come later ([`crate::jis`]).
//!
//! Text given here comes from the drill's own tables, which hold no delimiter in ASCII.

use crate::kinds::Kind;

/// A message as text, segments parted by CR.
#[derive(Clone, Debug, Default)]
pub struct Message {
    text: String,
    field: usize,
}

impl Message {
    /// An empty message.
    pub fn new() -> Message {
        Message { text: String::with_capacity(2048), field: 0 }
    }

    /// Starts a segment.
    pub fn seg(&mut self, id: &str) -> &mut Message {
        if !self.text.is_empty() {
            self.text.push('\r');
        }
        self.text.push_str(id);
        self.field = usize::from(id == "MSH");
        self
    }

    /// Puts field `number`; fields come in ascending order, an empty one is left out.
    pub fn f(&mut self, number: usize, value: impl AsRef<str>) -> &mut Message {
        let value = value.as_ref();
        if value.is_empty() {
            return self;
        }
        debug_assert!(number > self.field, "field {number} after {}", self.field);
        while self.field < number {
            self.text.push('|');
            self.field += 1;
        }
        self.text.push_str(value);
        self
    }

    /// The whole text, with a CR after the last segment.
    pub fn finish(mut self) -> String {
        self.text.push('\r');
        self.text
    }
}

/// A coded element `code^text^system`.
pub fn ce(code: &str, text: &str, system: &str) -> String {
    format!("{code}^{text}^{system}")
}

/// MSH as the vendor of this hospital writes it (guideline 1.2g §1.2): MSH-11 is `T`, training (HL7 table 0103).
pub fn msh(message: &mut Message, kind: Kind, cancel: bool, sent17: &str) {
    let (kind_of, trigger, structure) = kind.message(cancel);
    message
        .seg("MSH")
        .f(2, "^~\\&")
        .f(3, "ANDON-DRILL")
        .f(4, "SEND")
        .f(5, "GW")
        .f(6, "RCV")
        .f(7, format!("{}.{}", &sent17[..14], &sent17[14..]))
        .f(9, format!("{kind_of}^{trigger}^{structure}"))
        .f(10, sent17)
        .f(11, "T")
        .f(12, "2.5")
        .f(18, "~ISO IR87")
        .f(20, "ISO 2022-1994")
        .f(21, "SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO");
}
