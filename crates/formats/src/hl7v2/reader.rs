//! Getters by (segment, field, repetition, component, subcomponent) that remember what was read, so that in the end
//! every leaf is a fact, a fault, or listed as unplaced (promise 2).

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use chart::{Fault, Unplaced};

use super::{Leaf, Message, Segment, escape};

/// Faults kept per message from reading values.
const FAULTS_MAX: usize = 500;

/// Fields that say nothing of the patient: delimiters, addresses of programs, set IDs. Never listed as unplaced.
/// HL7 v2.5 §2.15.9 (MSH) and the set ID of each segment.
const BOILERPLATE: [(&str, &[u16]); 21] = [
    ("MSH", &[2, 5, 6, 8, 13, 15, 16, 17, 19, 20, 21]),
    ("EVN", &[1]),
    ("PID", &[1]),
    ("NK1", &[1]),
    ("PV1", &[1]),
    ("DB1", &[1]),
    ("OBX", &[1]),
    ("AL1", &[1]),
    ("IAM", &[1]),
    ("IN1", &[1]),
    ("SPM", &[1]),
    ("OBR", &[1]),
    ("TQ1", &[1]),
    ("NTE", &[1]),
    ("DG1", &[1]),
    ("GT1", &[1]),
    ("PR1", &[1]),
    ("ZI1", &[1]),
    ("ZE1", &[1]),
    ("ZE2", &[1]),
    ("RXA", &[1, 2]),
];

/// A message with an account of which leaves were read.
pub struct Reader<'m> {
    message: &'m Message<'m>,
    read: Vec<Cell<bool>>,
    faults: RefCell<Vec<Fault>>,
    visible: usize,
}

/// One segment of a [`Reader`].
#[derive(Clone, Copy)]
pub struct Seg<'r> {
    reader: &'r Reader<'r>,
    index: usize,
}

impl<'m> Reader<'m> {
    /// Starts with nothing read. Segments after a second MSH, or after a second PID of another number, belong to
    /// another message: getters do not see them, so that they are listed and never mixed in (promise 15).
    pub fn new(message: &'m Message<'m>) -> Reader<'m> {
        let read = vec![Cell::new(false); message.leaves.len()];
        let mut reader = Reader { message, read, faults: RefCell::default(), visible: message.segments.len() };
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
        for (at, segment) in self.message.segments.iter().enumerate() {
            match self.message.name(segment) {
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

    /// The segments of this message in order.
    pub fn segments(&self) -> impl Iterator<Item = Seg<'_>> {
        (0..self.visible).map(|index| Seg { reader: self, index })
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
        all.extend(self.faults.borrow().iter().cloned());
        all
    }

    /// The message under this reader.
    pub fn message(&self) -> &'m Message<'m> {
        self.message
    }

    /// What nobody read, boilerplate excepted: whole fields as one entry with the parts joined by a space, else leaf by
    /// leaf (`OBR-32.2`). The same words at the same place of several segments are listed once.
    pub fn unplaced(&self) -> Vec<Unplaced> {
        let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
        for segment in &self.message.segments {
            let name = self.message.name(segment);
            let name = if super::index::segment_name(name) { name } else { "?" };
            let first = segment.first_leaf as usize;
            let leaves = self.leaves_of(segment);
            let mut at = 0;
            while at < leaves.len() {
                let same = |leaf: &&Leaf| (leaf.field, leaf.repetition) == (leaves[at].field, leaves[at].repetition);
                let length = leaves[at..].iter().take_while(same).count();
                let field = &leaves[at..at + length];
                if !self.boilerplate(name, field) {
                    let read = self.read.get(first + at..first + at + length).unwrap_or_default();
                    self.unread(name, field, read, &mut |entry| {
                        if seen.insert((entry.at.clone(), entry.text.clone())) {
                            out.push(entry);
                        }
                    });
                }
                at += length;
            }
        }
        out
    }

    /// On the list; a set ID only while it is a number.
    fn boilerplate(&self, name: &str, field: &[Leaf]) -> bool {
        let listed = BOILERPLATE.iter().any(|(segment, fields)| *segment == name && fields.contains(&field[0].field));
        let number = || field.len() == 1 && self.message.leaf_text(&field[0]).bytes().all(|b| b.is_ascii_digit());
        listed && (matches!(name, "MSH" | "EVN") || number())
    }

    fn unread(&self, name: &str, field: &[Leaf], read: &[Cell<bool>], put: &mut impl FnMut(Unplaced)) {
        let text = |leaf: &Leaf| escape::unescape(self.message.leaf_text(leaf), &self.message.delimiters).into_owned();
        if read.iter().all(|read| !read.get()) {
            let words: Vec<String> = field.iter().map(text).collect();
            let at = if field.len() == 1 { place(name, &field[0]) } else { field_place(name, &field[0]) };
            return put(Unplaced { at, text: words.join(" ") });
        }
        for (leaf, _) in field.iter().zip(read).filter(|(_, read)| !read.get()) {
            put(Unplaced { at: place(name, leaf), text: text(leaf) });
        }
    }
}

fn field_place(name: &str, leaf: &Leaf) -> String {
    match leaf.repetition {
        1 => format!("{name}-{}", leaf.field),
        repetition => format!("{name}-{}({repetition})", leaf.field),
    }
}

fn place(name: &str, leaf: &Leaf) -> String {
    let field = field_place(name, leaf);
    match (leaf.component, leaf.subcomponent) {
        (1, 1) => field,
        (component, 1) => format!("{field}.{component}"),
        (component, subcomponent) => format!("{field}.{component}.{subcomponent}"),
    }
}

impl<'r> Seg<'r> {
    /// `PID`, `ORC`, …
    pub fn name(&self) -> &'r str {
        self.reader.message.name(self.segment())
    }

    /// The reader it belongs to.
    pub fn reader(&self) -> &'r Reader<'r> {
        self.reader
    }

    fn segment(&self) -> &'r Segment {
        &self.reader.message.segments[self.index]
    }

    /// Leaves whose key lies in a span of keys, marked as read; with the index of the first.
    fn take(&self, from: [u16; 4], to: [u16; 4]) -> &'r [Leaf] {
        let (leaves, first) = self.look(from, to);
        for read in self.reader.read.get(first..first + leaves.len()).unwrap_or_default() {
            read.set(true);
        }
        leaves
    }

    fn look(&self, from: [u16; 4], to: [u16; 4]) -> (&'r [Leaf], usize) {
        let leaves = self.reader.leaves_of(self.segment());
        let key = |leaf: &Leaf| [leaf.field, leaf.repetition, leaf.component, leaf.subcomponent];
        let start = leaves.partition_point(|leaf| key(leaf) < from);
        let end = start + leaves[start..].iter().take_while(|leaf| key(leaf) <= to).count();
        (&leaves[start..end], self.segment().first_leaf as usize + start)
    }

    /// The text from the first to the last of these leaves, delimiters between them included, escapes undone;
    /// HL7's explicit null `""` reads as empty.
    fn span(&self, leaves: &[Leaf], lead: bool) -> String {
        let (Some(first), Some(last)) = (leaves.first(), leaves.last()) else { return String::new() };
        let message = self.reader.message;
        let mut start = first.start as usize;
        if lead {
            // A text that begins with a delimiter, such as an SN without a comparator.
            let (delimiters, bytes) = (&message.delimiters, message.text.as_bytes());
            let inner = |b: &u8| *b == delimiters.component || *b == delimiters.subcomponent;
            while start > 0 && bytes.get(start - 1).is_some_and(inner) {
                start -= 1;
            }
        }
        let raw = message.text.get(start..last.end as usize).unwrap_or_default();
        if raw == "\"\"" { String::new() } else { escape::unescape(raw, &message.delimiters).into_owned() }
    }

    /// Component of a repetition as one text, subcomponents included.
    pub fn comp(&self, field: u16, repetition: u16, component: u16) -> String {
        self.span(self.take([field, repetition, component, 0], [field, repetition, component, u16::MAX]), false)
    }

    /// Subcomponent.
    pub fn sub(&self, field: u16, repetition: u16, component: u16, subcomponent: u16) -> String {
        let key = [field, repetition, component, subcomponent];
        self.span(self.take(key, key), false)
    }

    /// First component of the first repetition.
    pub fn text(&self, field: u16) -> String {
        self.comp(field, 1, 1)
    }

    /// A whole repetition as it stands, delimiters included.
    pub fn repetition(&self, field: u16, repetition: u16) -> String {
        self.span(self.take([field, repetition, 0, 0], [field, repetition, u16::MAX, u16::MAX]), true)
    }

    /// A whole field as it stands, repetitions on lines of their own.
    pub fn lines(&self, field: u16) -> String {
        let lines: Vec<String> = self.repetitions(field).map(|n| self.repetition(field, n)).collect();
        lines.join("\n")
    }

    /// Every leaf of a field joined by a space: for people, where the structure is not ours to know.
    pub fn words(&self, field: u16) -> String {
        let leaves = self.take([field, 0, 0, 0], [field, u16::MAX, u16::MAX, u16::MAX]);
        let words: Vec<String> = leaves.iter().map(|leaf| self.span(&[*leaf], false)).collect();
        words.join(" ").trim().to_owned()
    }

    /// Numbers of the repetitions that hold something. Reads nothing.
    pub fn repetitions(&self, field: u16) -> impl Iterator<Item = u16> + use<'r> {
        let (leaves, _) = self.look([field, 0, 0, 0], [field, u16::MAX, u16::MAX, u16::MAX]);
        let mut last = 0;
        leaves.iter().map(|leaf| leaf.repetition).filter(move |n| std::mem::replace(&mut last, *n) != *n)
    }

    /// The highest field number that holds something; 0 when the segment is empty.
    pub fn last_field(&self) -> u16 {
        self.reader.leaves_of(self.segment()).last().map_or(0, |leaf| leaf.field)
    }

    /// True when the field holds something. Reads nothing.
    pub fn has(&self, field: u16) -> bool {
        self.repetitions(field).next().is_some()
    }

    /// True when this component has subcomponents beyond the first. Reads nothing.
    pub fn has_subs(&self, field: u16, repetition: u16, component: u16) -> bool {
        !self.look([field, repetition, component, 2], [field, repetition, component, u16::MAX]).0.is_empty()
    }

    /// Text of a component without marking it as read.
    pub fn glance(&self, field: u16, repetition: u16, component: u16) -> String {
        let (leaves, _) = self.look([field, repetition, component, 0], [field, repetition, component, u16::MAX]);
        self.span(leaves, false)
    }

    /// Marks a component as read when it says one of the expected words: structure, not content (`L` of XPN.7).
    pub fn expect(&self, field: u16, repetition: u16, component: u16, words: &[&str]) {
        let said = self.glance(field, repetition, component);
        if words.contains(&said.as_str()) {
            self.comp(field, repetition, component);
        }
    }
}
