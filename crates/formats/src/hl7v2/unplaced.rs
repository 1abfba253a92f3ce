//! What nobody read: the fields and leaves that no getter took (promise 2).

use std::borrow::Cow;
use std::ops::Range;

use chart::Unplaced;

use super::{Leaf, Reader};

/// Fields of a segment that say nothing of the patient: delimiters, addresses of programs, set IDs. Never listed as
/// unplaced. HL7 v2.5 §2.15.9 (MSH) and the set ID of each segment.
fn boilerplate(name: &[u8]) -> &'static [u16] {
    match name {
        b"MSH" => &[2, 5, 6, 8, 13, 15, 16, 17, 19, 20, 21],
        b"EVN" | b"PID" | b"NK1" | b"PV1" | b"DB1" | b"OBX" | b"AL1" | b"IAM" | b"IN1" | b"SPM" => &[1],
        b"OBR" | b"TQ1" | b"NTE" | b"DG1" | b"GT1" | b"PR1" | b"ZI1" | b"ZE1" | b"ZE2" => &[1],
        b"RXA" => &[1, 2],
        _ => &[],
    }
}

/// Lists the leaves that are not marked, see [`super::Reader::unplaced`]: goes from one to the next, and looks at the
/// whole repetition it belongs to.
pub(super) fn unplaced(reader: &Reader<'_>) -> Vec<Unplaced> {
    let leaves = &reader.message.leaves;
    let mut list = List { reader, out: Vec::with_capacity(16) };
    let mut from = 0;
    while let Some(at) = reader.unread(from) {
        let key = |leaf: &Leaf| (leaf.segment, leaf.field, leaf.repetition);
        let same = |leaf: &&Leaf| key(leaf) == key(&leaves[at]);
        let start = at - leaves[from..at].iter().rev().take_while(same).count();
        from = at + leaves[at..].iter().take_while(same).count();
        list.repetition(start..from);
    }
    once(list.out)
}

/// The first of equal entries, in order.
fn once(entries: Vec<Unplaced>) -> Vec<Unplaced> {
    // Equal entries must meet; lengths tell most of them apart.
    let order = |a: &Unplaced, b: &Unplaced| {
        let lengths = (a.text.len(), a.at.len()).cmp(&(b.text.len(), b.at.len()));
        lengths.then_with(|| (&a.text, &a.at).cmp(&(&b.text, &b.at)))
    };
    let mut sorted: Vec<usize> = (0..entries.len()).collect();
    sorted.sort_unstable_by(|a, b| order(&entries[*a], &entries[*b]).then(a.cmp(b)));
    let equal = |pair: &&[usize]| entries[pair[0]] == entries[pair[1]];
    let again: Vec<usize> = sorted.windows(2).filter(equal).map(|pair| pair[1]).collect();
    if again.is_empty() {
        return entries;
    }
    let mut keep = vec![true; entries.len()];
    again.into_iter().for_each(|at| keep[at] = false);
    entries.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(entry, _)| entry).collect()
}

struct List<'a> {
    reader: &'a Reader<'a>,
    out: Vec<Unplaced>,
}

impl List<'_> {
    /// Lists one repetition in which some leaf is unread.
    fn repetition(&mut self, span: Range<usize>) {
        let message = self.reader.message;
        let leaves = &message.leaves[span.clone()];
        let [first, ..] = leaves else { return };
        let name = message.segments.get(usize::from(first.segment)).map_or("", |segment| message.name(segment));
        if boilerplate(name.as_bytes()).contains(&first.field) && self.says_nothing(name, leaves) {
            return;
        }
        let name = if super::index::segment_name(name) { name } else { "?" };
        self.field(name, leaves, span.start);
    }

    /// A field on the list does so; a set ID only while it is a number.
    fn says_nothing(&self, name: &str, field: &[Leaf]) -> bool {
        let number = |leaf: &Leaf| self.reader.message.leaf_text(leaf).bytes().all(|b| b.is_ascii_digit());
        matches!(name, "MSH" | "EVN") || matches!(field, [leaf] if number(leaf))
    }

    fn text(&self, leaf: &Leaf) -> Cow<'_, str> {
        self.reader.unescape(self.reader.message.leaf_text(leaf))
    }

    fn field(&mut self, name: &str, field: &[Leaf], start: usize) {
        let unread = |at: usize| !self.reader.is_read(start + at);
        if let (Some(first), Some(last)) = (field.first(), field.last())
            && (0..field.len()).all(unread)
        {
            let mut text = String::with_capacity((last.end - first.start) as usize);
            for (i, leaf) in field.iter().enumerate() {
                if i > 0 {
                    text.push(' ');
                }
                text.push_str(&self.text(leaf));
            }
            let at = if field.len() == 1 { place(name, first) } else { field_place(name, first) };
            return self.out.push(Unplaced { at, text });
        }
        for (_, leaf) in field.iter().enumerate().filter(|(at, _)| unread(*at)) {
            self.out.push(Unplaced { at: place(name, leaf), text: self.text(leaf).into_owned() });
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
