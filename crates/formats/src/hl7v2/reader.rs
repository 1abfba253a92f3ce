//! Getters by (segment, field, repetition, component, subcomponent) that remember what was read, so that in the end
//! every leaf is a fact, a fault, or listed as unplaced (promise 2).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use chart::{Fault, Unplaced};
use memchr::memmem;

use super::{Leaf, Message, Segment, escape, unplaced};

/// Faults kept per message from reading values.
const FAULTS_MAX: usize = 500;

/// A message with an account of which leaves were read.
pub struct Reader<'m> {
    message: &'m Message<'m>,
    read: Vec<Cell<bool>>,
    heads: Vec<Head<'m>>,
    /// The first leaf of each field that holds something, segment by segment; each segment closes with its end.
    starts: Vec<u32>,
    /// Whether any text may hold an escape sequence, which takes two escape characters.
    escapes: bool,
    faults: RefCell<Vec<Fault>>,
    visible: usize,
}

/// Where the fields of a segment begin: most getters ask for fields that are empty, and learn it from one bit.
struct Head<'m> {
    name: &'m str,
    /// Bit n: field n holds something, for the fields below 64.
    fields: u64,
    /// Of the first field, in [`Reader::starts`].
    first: u32,
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
        let (heads, starts) = heads(message);
        let mut mark = [0; 4];
        let mark = message.delimiters.escape.encode_utf8(&mut mark);
        let escapes = memmem::find_iter(message.text.as_bytes(), mark.as_bytes()).nth(1).is_some();
        let visible = message.segments.len();
        let mut reader = Reader { message, read, heads, starts, escapes, faults: RefCell::default(), visible };
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
        unplaced::unplaced(self.message, &self.read)
    }
}

/// Divides the leaves of each segment by field.
fn heads<'m>(message: &'m Message<'m>) -> (Vec<Head<'m>>, Vec<u32>) {
    let mut heads = Vec::with_capacity(message.segments.len());
    let mut starts = Vec::with_capacity(message.leaves.len() + message.segments.len());
    for segment in &message.segments {
        let mut head = Head { name: message.name(segment), fields: 0, first: starts.len() as u32 };
        let mut last = None;
        let leaves = message.leaves.get(segment.first_leaf as usize..segment.end_leaf as usize).unwrap_or_default();
        for (at, leaf) in (segment.first_leaf..).zip(leaves) {
            if last != Some(leaf.field) {
                last = Some(leaf.field);
                starts.push(at);
                head.fields |= 1_u64.checked_shl(leaf.field.into()).unwrap_or(0);
            }
        }
        starts.push(segment.end_leaf);
        heads.push(head);
    }
    (heads, starts)
}

impl<'r> Seg<'r> {
    /// `PID`, `ORC`, …
    pub fn name(&self) -> &'r str {
        self.reader.heads[self.index].name
    }

    /// The reader it belongs to.
    pub fn reader(&self) -> &'r Reader<'r> {
        self.reader
    }

    fn segment(&self) -> &'r Segment {
        &self.reader.message.segments[self.index]
    }

    /// The leaves of a field with the index of the first.
    #[inline]
    fn field(&self, field: u16) -> (&'r [Leaf], usize) {
        let reader = self.reader;
        let head = &reader.heads[self.index];
        let (start, end) = match 1_u64.checked_shl(field.into()) {
            Some(bit) if head.fields & bit == 0 => return (&[], 0),
            Some(bit) => {
                let at = head.first as usize + (head.fields & (bit - 1)).count_ones() as usize;
                (reader.starts[at] as usize, reader.starts[at + 1] as usize)
            }
            None => self.far_field(field),
        };
        (reader.message.leaves.get(start..end).unwrap_or_default(), start)
    }

    /// The leaves of a field from 64 on.
    fn far_field(&self, field: u16) -> (usize, usize) {
        let first = self.segment().first_leaf as usize;
        let leaves = self.reader.leaves_of(self.segment());
        let start = leaves.partition_point(|leaf| leaf.field < field);
        let end = leaves.partition_point(|leaf| leaf.field <= field);
        (first + start, first + end)
    }

    /// Leaves of a field whose key lies in a span of keys, with the index of the first.
    #[inline]
    fn look(&self, field: u16, from: [u16; 3], to: [u16; 3]) -> (&'r [Leaf], usize) {
        let (leaves, first) = self.field(field);
        if leaves.is_empty() { (leaves, first) } else { within(leaves, first, from, to) }
    }

    /// Remembers leaves as read, from the index of the first.
    fn mark(&self, leaves: &[Leaf], first: usize) {
        for read in self.reader.read.get(first..first + leaves.len()).unwrap_or_default() {
            read.set(true);
        }
    }

    /// The text from the first to the last of these leaves, delimiters between them included, escapes undone;
    /// HL7's explicit null `""` reads as empty.
    fn span(&self, leaves: &[Leaf], lead: bool) -> Cow<'r, str> {
        let (Some(first), Some(last)) = (leaves.first(), leaves.last()) else { return Cow::Borrowed("") };
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
        match message.text.get(start..last.end as usize).unwrap_or_default() {
            "\"\"" => Cow::Borrowed(""),
            raw if self.reader.escapes => escape::unescape(raw, &message.delimiters),
            raw => Cow::Borrowed(raw),
        }
    }

    /// Component of a repetition as one text, subcomponents included.
    pub fn comp(&self, field: u16, repetition: u16, component: u16) -> String {
        self.part(field, repetition, component).into_owned()
    }

    /// As [`Seg::comp`], of the message itself where it holds no escape.
    pub fn part(&self, field: u16, repetition: u16, component: u16) -> Cow<'r, str> {
        let (leaves, first) = self.look(field, [repetition, component, 0], [repetition, component, u16::MAX]);
        if leaves.is_empty() {
            return Cow::Borrowed("");
        }
        self.mark(leaves, first);
        self.span(leaves, false)
    }

    /// Components 1 to N of a repetition, as [`Seg::part`] reads each.
    pub fn parts<const N: usize>(&self, field: u16, repetition: u16) -> [Cow<'r, str>; N] {
        let (leaves, first) = self.look(field, [repetition, 0, 0], [repetition, u16::MAX, u16::MAX]);
        self.divide(leaves, first, |leaf| leaf.component)
    }

    /// Subcomponents 1 to N of a component, as [`Seg::sub`] reads each.
    pub fn subs<const N: usize>(&self, field: u16, repetition: u16, component: u16) -> [Cow<'r, str>; N] {
        let (leaves, first) = self.look(field, [repetition, component, 0], [repetition, component, u16::MAX]);
        self.divide(leaves, first, |leaf| leaf.subcomponent)
    }

    /// One text for each number from 1 to N; leaves of higher numbers stay unread.
    #[inline]
    fn divide<const N: usize>(
        &self,
        leaves: &[Leaf],
        first: usize,
        number: impl Fn(&Leaf) -> u16,
    ) -> [Cow<'r, str>; N] {
        let mut texts = [const { Cow::Borrowed("") }; N];
        let mut at = 0;
        while let Some(leaf) = leaves.get(at) {
            let place = usize::from(number(leaf)).checked_sub(1);
            let Some(text) = place.and_then(|place| texts.get_mut(place)) else { break };
            let rest = &leaves[at..];
            let own = &rest[..rest.iter().take_while(|other| number(other) == number(leaf)).count()];
            self.mark(own, first + at);
            *text = self.span(own, false);
            at += own.len();
        }
        texts
    }

    /// Subcomponent.
    pub fn sub(&self, field: u16, repetition: u16, component: u16, subcomponent: u16) -> String {
        let key = [repetition, component, subcomponent];
        let (leaves, first) = self.look(field, key, key);
        self.mark(leaves, first);
        self.span(leaves, false).into_owned()
    }

    /// First component of the first repetition.
    pub fn text(&self, field: u16) -> String {
        if self.has(field) { self.comp(field, 1, 1) } else { String::new() }
    }

    /// A whole repetition as it stands, delimiters included.
    pub fn repetition(&self, field: u16, repetition: u16) -> Cow<'r, str> {
        let (leaves, first) = self.look(field, [repetition, 0, 0], [repetition, u16::MAX, u16::MAX]);
        self.mark(leaves, first);
        self.span(leaves, true)
    }

    /// The highest component of a repetition that holds something; 0 where the repetition is empty. Reads nothing.
    pub fn last_component(&self, field: u16, repetition: u16) -> u16 {
        let (leaves, _) = self.look(field, [repetition, 0, 0], [repetition, u16::MAX, u16::MAX]);
        leaves.last().map_or(0, |leaf| leaf.component)
    }

    /// A whole field as it stands, repetitions on lines of their own.
    pub fn lines(&self, field: u16) -> String {
        let mut lines = String::new();
        for (i, n) in self.repetitions(field).enumerate() {
            if i > 0 {
                lines.push('\n');
            }
            lines.push_str(&self.repetition(field, n));
        }
        lines
    }

    /// Every leaf of a field joined by a space: for people, where the structure is not ours to know.
    pub fn words(&self, field: u16) -> String {
        let (leaves, first) = self.field(field);
        self.mark(leaves, first);
        let mut words = String::new();
        for (i, leaf) in leaves.iter().enumerate() {
            if i > 0 {
                words.push(' ');
            }
            words.push_str(&self.span(std::slice::from_ref(leaf), false));
        }
        if words.trim().len() == words.len() { words } else { words.trim().to_owned() }
    }

    /// Numbers of the repetitions that hold something. Reads nothing.
    pub fn repetitions(&self, field: u16) -> impl Iterator<Item = u16> + use<'r> {
        let mut last = 0;
        let (leaves, _) = self.field(field);
        leaves.iter().map(|leaf| leaf.repetition).filter(move |n| std::mem::replace(&mut last, *n) != *n)
    }

    /// The highest field number that holds something; 0 when the segment is empty.
    pub fn last_field(&self) -> u16 {
        self.reader.leaves_of(self.segment()).last().map_or(0, |leaf| leaf.field)
    }

    /// True when the field holds something. Reads nothing.
    #[inline]
    pub fn has(&self, field: u16) -> bool {
        match 1_u64.checked_shl(field.into()) {
            Some(bit) => self.reader.heads[self.index].fields & bit != 0,
            None => !self.field(field).0.is_empty(),
        }
    }

    /// True when this component has subcomponents beyond the first. Reads nothing.
    pub fn has_subs(&self, field: u16, repetition: u16, component: u16) -> bool {
        !self.look(field, [repetition, component, 2], [repetition, component, u16::MAX]).0.is_empty()
    }

    /// Text of a component without marking it as read.
    pub fn glance(&self, field: u16, repetition: u16, component: u16) -> Cow<'r, str> {
        let (leaves, _) = self.look(field, [repetition, component, 0], [repetition, component, u16::MAX]);
        self.span(leaves, false)
    }

    /// Marks a component as read when it says one of the expected words: structure, not content (`L` of XPN.7).
    pub fn expect(&self, field: u16, repetition: u16, component: u16, words: &[&str]) {
        let (leaves, first) = self.look(field, [repetition, component, 0], [repetition, component, u16::MAX]);
        if !leaves.is_empty() && words.contains(&&*self.span(leaves, false)) {
            self.mark(leaves, first);
        }
    }
}

/// The leaves of one field from one key (repetition, component, subcomponent) through another.
fn within(leaves: &[Leaf], first: usize, from: [u16; 3], to: [u16; 3]) -> (&[Leaf], usize) {
    let number = |[a, b, c]: [u16; 3]| u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c);
    let key = |leaf: &Leaf| number([leaf.repetition, leaf.component, leaf.subcomponent]);
    let (from, to) = (number(from), number(to));
    let start = leaves.partition_point(|leaf| key(leaf) < from);
    let rest = leaves.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|leaf| key(leaf) <= to).count();
    (rest.get(..length).unwrap_or_default(), first + start)
}
