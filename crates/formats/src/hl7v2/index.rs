//! Text to segments and leaves, in one pass over the bytes.

use std::borrow::Cow;

use chart::Fault;
use memchr::memchr;

use super::{Delimiters, LEAVES_MAX, Leaf, Message, SEGMENTS_MAX, Segment};
use crate::charset::Charset;

/// Classes of bytes; 0 is text.
const SUBCOMPONENT: u8 = 1;
const COMPONENT: u8 = 2;
const REPETITION: u8 = 3;
const FIELD: u8 = 4;
/// CR or LF, and the block marks of MLLP and DOS, which end a segment wherever they stand.
const END: u8 = 5;

const TERMINATORS: [u8; 6] = [b'\r', b'\n', 0x0B, 0x1C, 0x1A, 0x00];

/// Indexes text. Never fails; faults are added to those given.
pub(super) fn index(text: Cow<'_, str>, charset: Charset, mut faults: Vec<Fault>) -> Message<'_> {
    let bytes = text.as_bytes();
    let start = bytes.iter().position(|b| !TERMINATORS.contains(b) && *b != b' ').unwrap_or(bytes.len());
    let delimiters = delimiters(&text, start, &mut faults);
    let mut pass = Pass {
        bytes,
        classes: classes(delimiters),
        segments: Vec::with_capacity(bytes.len() / 64 + 4),
        leaves: Vec::with_capacity(bytes.len() / 4 + 4),
    };
    let full = pass.run(start);
    let Pass { segments, leaves, .. } = pass;
    let mut message = Message { text, charset, delimiters, segments, leaves, faults };
    if let Some(at) = full {
        message.fault("limit", format!("character {at}"), String::new());
    }
    ending(&mut message);
    message
}

/// MSH-1 and MSH-2. Anything that cannot be a delimiter leaves the usual ones, with a fault.
fn delimiters(text: &str, start: usize, faults: &mut Vec<Fault>) -> Delimiters {
    let usual = Delimiters::default();
    let head = text.get(start..).unwrap_or_default();
    if !head.starts_with("MSH") && !head.starts_with("BHS") && !head.starts_with("FHS") {
        faults.push(Fault { code: "no_msh", at: "MSH".into(), text: head.chars().take(40).collect() });
        return usual;
    }
    marks(head).unwrap_or_else(|| {
        faults.push(Fault { code: "delimiters", at: "MSH-2".into(), text: head.chars().take(9).collect() });
        usual
    })
}

/// Reads `MSH|^~\&`: five different marks, all but the escape ASCII.
fn marks(head: &str) -> Option<Delimiters> {
    let found: Vec<char> = head.chars().skip(3).take(5).collect();
    let [field, component, repetition, escape, subcomponent] = *found.as_slice() else { return None };
    let distinct = (1..found.len()).all(|i| !found[..i].contains(&found[i]));
    let byte = |c: char| u8::try_from(c).ok().filter(u8::is_ascii_punctuation);
    let read = Delimiters {
        field: byte(field)?,
        component: byte(component)?,
        repetition: byte(repetition)?,
        subcomponent: byte(subcomponent)?,
        escape,
    };
    (distinct && !escape.is_alphanumeric() && !escape.is_control()).then_some(read)
}

fn classes(delimiters: Delimiters) -> [u8; 256] {
    let mut classes = [0; 256];
    classes[usize::from(delimiters.subcomponent)] = SUBCOMPONENT;
    classes[usize::from(delimiters.component)] = COMPONENT;
    classes[usize::from(delimiters.repetition)] = REPETITION;
    classes[usize::from(delimiters.field)] = FIELD;
    TERMINATORS.iter().for_each(|b| classes[usize::from(*b)] = END);
    classes
}

struct Pass<'a> {
    bytes: &'a [u8],
    classes: [u8; 256],
    segments: Vec<Segment>,
    leaves: Vec<Leaf>,
}

impl Pass<'_> {
    /// Runs to the end, or to where a limit is met: then the offset.
    fn run(&mut self, start: usize) -> Option<usize> {
        let mut at = start;
        while at < self.bytes.len() {
            if self.classes[usize::from(self.bytes[at])] == END {
                at += 1;
                continue;
            }
            if self.segments.len() >= SEGMENTS_MAX || self.leaves.len() >= LEAVES_MAX {
                return Some(at);
            }
            at = self.segment(at);
        }
        None
    }

    /// Indexes one segment; returns where its terminator stands.
    fn segment(&mut self, start: usize) -> usize {
        let first_leaf = self.leaves.len() as u32;
        let segment = self.segments.len() as u16;
        let rest = &self.bytes[start..];
        let name_length = rest.iter().position(|b| matches!(self.classes[usize::from(*b)], FIELD | END));
        let name_length = name_length.unwrap_or(rest.len());
        let mut at = start + name_length;
        let mut place = Leaf { start: 0, end: 0, segment, field: 0, repetition: 1, component: 1, subcomponent: 1 };
        if matches!(&rest[..name_length], b"MSH" | b"BHS" | b"FHS") && at < self.bytes.len() {
            at = self.marks(at, &mut place);
        }
        at = self.fields(at, place);
        self.segments.push(Segment {
            start: start as u32,
            end: at as u32,
            name_length: name_length.min(usize::from(u16::MAX)) as u16,
            first_leaf,
            end_leaf: self.leaves.len() as u32,
        });
        at
    }

    /// MSH-2 is made of delimiters and is one leaf; MSH-1 is the delimiter before it.
    fn marks(&mut self, at: usize, place: &mut Leaf) -> usize {
        let separator = self.bytes[at];
        if self.classes[usize::from(separator)] != FIELD {
            return at;
        }
        let rest = &self.bytes[at + 1..];
        let length = memchr(separator, rest).unwrap_or(rest.len());
        let length = rest[..length].iter().position(|b| self.classes[usize::from(*b)] == END).unwrap_or(length);
        place.field = 2;
        if length > 0 {
            let (start, end) = (at as u32 + 1, (at + 1 + length) as u32);
            self.leaves.push(Leaf { start, end, ..*place });
        }
        at + 1 + length
    }

    /// The kernel: one look-up a byte, some work a delimiter.
    fn fields(&mut self, from: usize, mut place: Leaf) -> usize {
        let bytes = self.bytes;
        let mut leaf_start = from;
        let mut at = from;
        loop {
            while at < bytes.len() && self.classes[usize::from(bytes[at])] == 0 {
                at += 1;
            }
            if at > leaf_start {
                self.leaves.push(Leaf { start: leaf_start as u32, end: at as u32, ..place });
            }
            let class = if at < bytes.len() { self.classes[usize::from(bytes[at])] } else { END };
            match class {
                SUBCOMPONENT => place.subcomponent = place.subcomponent.saturating_add(1),
                COMPONENT => {
                    place.component = place.component.saturating_add(1);
                    place.subcomponent = 1;
                }
                REPETITION => {
                    place.repetition = place.repetition.saturating_add(1);
                    (place.component, place.subcomponent) = (1, 1);
                }
                FIELD => {
                    place.field = place.field.saturating_add(1);
                    (place.repetition, place.component, place.subcomponent) = (1, 1, 1);
                }
                _ => return at,
            }
            at += 1;
            leaf_start = at;
        }
    }
}

/// A message that stops in the middle: names that are not names, no terminator after CR-terminated segments.
fn ending(message: &mut Message<'_>) {
    let mut faults = Vec::new();
    let last = message.segments.len().saturating_sub(1);
    for (i, segment) in message.segments.iter().enumerate() {
        let name = message.name(segment);
        if !segment_name(name) {
            let code = if i == last && i > 0 && name.len() < 3 { "truncated" } else { "segment_name" };
            let text = message.text.get(segment.start as usize..segment.end as usize).unwrap_or_default();
            faults.push(Fault { code, at: format!("segment {}", i + 1), text: text.chars().take(1000).collect() });
        }
    }
    let bytes = message.text.as_bytes();
    // The LF dialect leaves the last terminator out (standards.md §1.4); with CR its absence means a cut.
    let ended = bytes.last().is_none_or(|b| TERMINATORS.contains(b)) || memchr(b'\r', bytes).is_none();
    let told = message.faults.iter().chain(&faults).any(|fault| fault.code == "truncated");
    if !ended && !told && message.segments.len() > 1 {
        let at = message.segments.get(last).map(|s| message.name(s).to_owned()).unwrap_or_default();
        faults.push(Fault { code: "truncated", at, text: String::new() });
    }
    message.faults.extend(faults.into_iter().take(crate::charset::DOUBTS_MAX));
}

/// `PID`, `ZE1`: three capitals or digits, a letter first (HL7 v2.5 §2.5.1).
pub(crate) fn segment_name(name: &str) -> bool {
    name.len() == 3
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
