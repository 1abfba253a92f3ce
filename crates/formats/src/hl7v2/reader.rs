//! Getters by (segment, field, repetition, component, subcomponent) that remember what was read, so that in the end
//! every leaf is a fact, a fault, or listed as unplaced (promise 2).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use chart::{Fault, Unplaced};
use memchr::memmem;

use super::part::Part;
use super::{Leaf, Message, Segment, escape, unplaced};

/// Faults kept per message from reading values.
const FAULTS_MAX: usize = 500;

/// A message with an account of which leaves were read.
pub struct Reader<'m> {
    pub(super) message: &'m Message<'m>,
    pub(super) text: &'m str,
    /// One bit a leaf.
    read: Vec<Cell<u64>>,
    heads: Vec<Head<'m>>,
    /// Where each field from 0 to the last begins among the leaves, segment by segment; each closes with its end.
    starts: Vec<u32>,
    /// Whether any text may hold an escape sequence, which takes two escape characters.
    escapes: bool,
    faults: RefCell<Vec<Fault>>,
    visible: usize,
}

/// Where the fields of a segment begin: most getters ask for fields that are empty, and learn it from two numbers.
struct Head<'m> {
    name: &'m str,
    /// Of field 0, in [`Reader::starts`].
    first: usize,
    /// Of the end of the last field.
    last: usize,
}

/// One segment of a [`Reader`].
#[derive(Clone, Copy)]
pub struct Seg<'r> {
    reader: &'r Reader<'r>,
    head: &'r Head<'r>,
}

impl<'m> Reader<'m> {
    /// Starts with nothing read. Segments after a second MSH, or after a second PID of another number, belong to
    /// another message: getters do not see them, so that they are listed and never mixed in (promise 15).
    pub fn new(message: &'m Message<'m>) -> Reader<'m> {
        let read = vec![Cell::new(0); message.leaves.len() / 64 + 1];
        let (heads, starts) = heads(message);
        let mut mark = [0; 4];
        let mark = message.delimiters.escape.encode_utf8(&mut mark);
        let escapes = memmem::find_iter(message.text.as_bytes(), mark.as_bytes()).nth(1).is_some();
        let visible = message.segments.len();
        let mut reader =
            Reader { message, text: &message.text, read, heads, starts, escapes, faults: RefCell::default(), visible };
        if let Some((at, name)) = reader.second() {
            reader.visible = at;
            let code = if name == "PID" { "second_patient" } else { "several_messages" };
            reader.fault(code, format!("segment {}", at + 1), name.to_owned());
        }
        reader
    }

    fn second(&self) -> Option<(usize, &'m str)> {
        let mut patient = None;
        let mut started = false;
        for (at, (segment, head)) in self.message.segments.iter().zip(&self.heads).enumerate() {
            match head.name {
                "MSH" if started => return Some((at, "MSH")),
                "PID" => {
                    let leaf = self.leaves_of(segment).iter().find(|leaf| leaf.field == 3);
                    let number = leaf.map(|leaf| self.message.leaf_text(leaf));
                    if patient.is_some_and(|first| first != number) {
                        return Some((at, "PID"));
                    }
                    patient = Some(number);
                }
                _ => {}
            }
            started = true;
        }
        None
    }

    fn leaves_of(&self, segment: &Segment) -> &'m [Leaf] {
        self.message.leaves.get(segment.first_leaf as usize..segment.end_leaf as usize).unwrap_or_default()
    }

    /// Remembers a leaf as read.
    #[inline]
    pub(super) fn mark(&self, leaf: usize) {
        if let Some(word) = self.read.get(leaf / 64) {
            word.set(word.get() | 1 << (leaf % 64));
        }
    }

    /// True when a leaf is remembered as read.
    pub(super) fn is_read(&self, leaf: usize) -> bool {
        self.read.get(leaf / 64).is_some_and(|word| word.get() >> (leaf % 64) & 1 == 1)
    }

    /// The first leaf from one on that nobody read.
    pub(super) fn unread(&self, from: usize) -> Option<usize> {
        let mut at = from / 64;
        let mut unread = !self.read.get(at)?.get() & (u64::MAX << (from % 64));
        while unread == 0 {
            at += 1;
            unread = !self.read.get(at)?.get();
        }
        let leaf = at * 64 + unread.trailing_zeros() as usize;
        (leaf < self.message.leaves.len()).then_some(leaf)
    }

    /// Undoes the escapes in a text of this message.
    #[inline]
    pub(super) fn unescape<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.escapes { escape::unescape(text, &self.message.delimiters) } else { Cow::Borrowed(text) }
    }

    /// The segments of this message in order.
    pub fn segments(&self) -> impl Iterator<Item = Seg<'_>> {
        self.heads.iter().take(self.visible).map(|head| Seg { reader: self, head })
    }

    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<Seg<'_>> {
        self.segments().find(|segment| segment.name() == name)
    }

    /// All segments of a name.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Seg<'s>> {
        self.segments().filter(move |segment| segment.name() == name)
    }

    /// Notes something that was not understood.
    pub fn fault(&self, code: &'static str, at: impl Into<String>, text: impl Into<String>) {
        let fault = Fault { code, at: at.into(), text: text.into() };
        let mut faults = self.faults.borrow_mut();
        if faults.len() < FAULTS_MAX && !faults.contains(&fault) {
            faults.push(fault);
        } else if faults.len() == FAULTS_MAX {
            faults.push(Fault { code: "limit", at: String::new(), text: format!("> {FAULTS_MAX}") });
        }
    }

    /// The faults of the message and of its values.
    pub fn faults(&self) -> Vec<Fault> {
        let mut all = self.message.faults.clone();
        all.extend_from_slice(&self.faults.borrow());
        all
    }

    /// The message under this reader.
    pub fn message(&self) -> &'m Message<'m> {
        self.message
    }

    /// What nobody read, boilerplate excepted: whole fields as one entry with the parts joined by a space, else leaf by
    /// leaf (`OBR-32.2`). The same words at the same place of several segments are listed once.
    pub fn unplaced(&self) -> Vec<Unplaced> {
        unplaced::unplaced(self)
    }
}

/// Divides the leaves of each segment by field.
fn heads<'m>(message: &'m Message<'m>) -> (Vec<Head<'m>>, Vec<u32>) {
    let mut heads = Vec::with_capacity(message.segments.len());
    let mut starts = Vec::with_capacity(message.leaves.len() * 2 + message.segments.len());
    for segment in &message.segments {
        let first = starts.len();
        let mut fields = 0_u32;
        let leaves = message.leaves.get(segment.first_leaf as usize..segment.end_leaf as usize).unwrap_or_default();
        for (at, leaf) in (segment.first_leaf..).zip(leaves) {
            while fields <= leaf.field.into() {
                starts.push(at);
                fields += 1;
            }
        }
        heads.push(Head { name: message.name(segment), first, last: starts.len() });
        starts.push(segment.end_leaf);
    }
    (heads, starts)
}

impl<'r> Seg<'r> {
    /// `PID`, `ORC`, …
    #[inline]
    pub fn name(&self) -> &'r str {
        self.head.name
    }

    /// The reader it belongs to.
    pub fn reader(&self) -> &'r Reader<'r> {
        self.reader
    }

    /// All that a field holds.
    #[inline]
    pub fn field(&self, field: u16) -> Part<'r> {
        let at = self.head.first + usize::from(field);
        let (start, end) = match self.reader.starts.get(at..at + 2) {
            Some(&[start, end]) if at < self.head.last => (start as usize, end as usize),
            _ => (0, 0),
        };
        Part::new(self.reader, start, end)
    }

    /// Component of a repetition as one text, subcomponents included.
    pub fn comp(&self, field: u16, repetition: u16, component: u16) -> String {
        self.part(field, repetition, component).into_owned()
    }

    /// As [`Seg::comp`], of the message itself where it holds no escape.
    pub fn part(&self, field: u16, repetition: u16, component: u16) -> Cow<'r, str> {
        self.field(field).repetition(repetition).component(component).read()
    }

    /// First component of the first repetition.
    pub fn text(&self, field: u16) -> String {
        self.comp(field, 1, 1)
    }

    /// Numbers of the repetitions that hold something. Reads nothing.
    pub fn repetitions(&self, field: u16) -> impl Iterator<Item = u16> + use<'r> {
        self.field(field).repetitions().map(|part| part.number())
    }

    /// A whole field as it stands, repetitions on lines of their own.
    pub fn lines(&self, field: u16) -> String {
        let mut lines = String::new();
        for (i, repetition) in self.field(field).repetitions().enumerate() {
            if i > 0 {
                lines.push('\n');
            }
            lines.push_str(&repetition.whole());
        }
        lines
    }

    /// Every leaf of a field joined by a space: for people, where the structure is not ours to know.
    pub fn words(&self, field: u16) -> String {
        self.field(field).words()
    }

    /// The highest field number that holds something; 0 when the segment is empty.
    pub fn last_field(&self) -> u16 {
        (self.head.last - self.head.first).saturating_sub(1) as u16
    }

    /// True when the field holds something. Reads nothing.
    #[inline]
    pub fn has(&self, field: u16) -> bool {
        !self.field(field).is_empty()
    }

    /// Text of a component without marking it as read.
    pub fn glance(&self, field: u16, repetition: u16, component: u16) -> Cow<'r, str> {
        self.field(field).repetition(repetition).component(component).glance()
    }

    /// Marks a component as read when it says one of the expected words: structure, not content (`L` of XPN.7).
    pub fn expect(&self, field: u16, repetition: u16, component: u16, words: &[&str]) {
        self.field(field).repetition(repetition).component(component).expect(words);
    }
}
