//! What nobody read: the fields and leaves that no getter took (promise 2).

use std::borrow::Cow;
use std::cell::Cell;

use chart::Unplaced;

use super::{Leaf, Message, Segment, escape};

/// Fields that say nothing of the patient: delimiters, addresses of programs, set IDs. Never listed as unplaced.
/// HL7 v2.5 §2.15.9 (MSH) and the set ID of each segment.
static BOILERPLATE: [(&[u8; 3], &[u16]); 21] = [
    (b"MSH", &[2, 5, 6, 8, 13, 15, 16, 17, 19, 20, 21]),
    (b"EVN", &[1]),
    (b"PID", &[1]),
    (b"NK1", &[1]),
    (b"PV1", &[1]),
    (b"DB1", &[1]),
    (b"OBX", &[1]),
    (b"AL1", &[1]),
    (b"IAM", &[1]),
    (b"IN1", &[1]),
    (b"SPM", &[1]),
    (b"OBR", &[1]),
    (b"TQ1", &[1]),
    (b"NTE", &[1]),
    (b"DG1", &[1]),
    (b"GT1", &[1]),
    (b"PR1", &[1]),
    (b"ZI1", &[1]),
    (b"ZE1", &[1]),
    (b"ZE2", &[1]),
    (b"RXA", &[1, 2]),
];

/// Lists the leaves that are not marked, see [`super::Reader::unplaced`].
pub(super) fn unplaced(message: &Message<'_>, read: &[Cell<bool>]) -> Vec<Unplaced> {
    let mut list = List { message, out: Vec::with_capacity(16) };
    for segment in &message.segments {
        let span = segment.first_leaf as usize..segment.end_leaf as usize;
        let leaves = message.leaves.get(span.clone()).unwrap_or_default();
        list.segment(segment, leaves, read.get(span).unwrap_or_default());
    }
    once(list.out)
}

/// The first of equal entries, in order.
fn once(entries: Vec<Unplaced>) -> Vec<Unplaced> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let key = |i: &usize| entries.get(*i).map(|entry| (&entry.at, &entry.text));
    order.sort_unstable_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
    if order.windows(2).all(|pair| key(&pair[0]) != key(&pair[1])) {
        return entries;
    }
    let mut again = vec![false; entries.len()];
    for pair in order.windows(2) {
        if let [a, b] = pair
            && key(a) == key(b)
        {
            again[*b] = true;
        }
    }
    entries.into_iter().zip(again).filter(|(_, again)| !again).map(|(entry, _)| entry).collect()
}

struct List<'a> {
    message: &'a Message<'a>,
    out: Vec<Unplaced>,
}

impl List<'_> {
    /// Goes from one unread leaf to the next, and looks at the whole repetition it belongs to.
    fn segment(&mut self, segment: &Segment, leaves: &[Leaf], read: &[Cell<bool>]) {
        let name = self.message.name(segment);
        let boilerplate = BOILERPLATE.iter().find(|row| row.0 == name.as_bytes()).map_or(&[][..], |row| row.1);
        let mut from = 0;
        while let Some(unread) = read.iter().skip(from).position(|read| !read.get()) {
            let at = from + unread;
            let key = |leaf: &Leaf| (leaf.field, leaf.repetition);
            let same = |leaf: &&Leaf| key(leaf) == key(&leaves[at]);
            let start = at - leaves[from..at].iter().rev().take_while(same).count();
            from = at + leaves[at..].iter().take_while(same).count();
            let field = &leaves[start..from];
            if !(boilerplate.contains(&leaves[at].field) && self.says_nothing(name, field)) {
                let name = if super::index::segment_name(name) { name } else { "?" };
                self.field(name, field, &read[start..from]);
            }
        }
    }

    /// A field on the list does so; a set ID only while it is a number.
    fn says_nothing(&self, name: &str, field: &[Leaf]) -> bool {
        let number = |leaf: &Leaf| self.message.leaf_text(leaf).bytes().all(|b| b.is_ascii_digit());
        matches!(name, "MSH" | "EVN") || matches!(field, [leaf] if number(leaf))
    }

    fn text(&self, leaf: &Leaf) -> Cow<'_, str> {
        escape::unescape(self.message.leaf_text(leaf), &self.message.delimiters)
    }

    fn field(&mut self, name: &str, field: &[Leaf], read: &[Cell<bool>]) {
        if let [first, further @ ..] = field
            && read.iter().all(|read| !read.get())
        {
            let [.., last] = field else { return };
            let mut text = String::with_capacity((last.end - first.start) as usize);
            text.push_str(&self.text(first));
            for leaf in further {
                text.push(' ');
                text.push_str(&self.text(leaf));
            }
            let at = if further.is_empty() { place(name, first) } else { field_place(name, first) };
            return self.out.push(Unplaced { at, text });
        }
        for (leaf, _) in field.iter().zip(read).filter(|(_, read)| !read.get()) {
            let text = self.text(leaf).into_owned();
            self.out.push(Unplaced { at: place(name, leaf), text });
        }
    }
}

/// `OBX-5`, `OBX-5(2)`.
fn field_place(name: &str, leaf: &Leaf) -> String {
    let mut at = String::with_capacity(16);
    at.push_str(name);
    number(&mut at, '-', leaf.field);
    if leaf.repetition != 1 {
        number(&mut at, '(', leaf.repetition);
        at.push(')');
    }
    at
}

/// `OBX-5.3`, `OBX-5(2).3.1`.
fn place(name: &str, leaf: &Leaf) -> String {
    let mut at = field_place(name, leaf);
    if (leaf.component, leaf.subcomponent) != (1, 1) {
        number(&mut at, '.', leaf.component);
    }
    if leaf.subcomponent != 1 {
        number(&mut at, '.', leaf.subcomponent);
    }
    at
}

fn number(at: &mut String, before: char, number: u16) {
    at.push(before);
    digits(at, number);
}

fn digits(at: &mut String, number: u16) {
    if number >= 10 {
        digits(at, number / 10);
    }
    at.push(char::from(b'0' + (number % 10) as u8));
}
