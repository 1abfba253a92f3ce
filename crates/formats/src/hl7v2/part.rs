//! A piece of a segment, narrowed from field to repetition to component to subcomponent, and its texts.

use std::borrow::Cow;

use super::{Leaf, Reader};

/// Leaves that stand together: a field, or what it was narrowed to. Empty where nothing stands there.
#[derive(Clone, Copy)]
pub struct Part<'r> {
    reader: &'r Reader<'r>,
    leaves: &'r [Leaf],
    /// Of the first leaf, in the message.
    first: usize,
}

impl<'r> Part<'r> {
    #[inline]
    pub(super) fn new(reader: &'r Reader<'r>, start: usize, end: usize) -> Part<'r> {
        Part { reader, leaves: reader.message.leaves.get(start..end).unwrap_or_default(), first: start }
    }

    /// True when nothing stands there.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// One repetition of a field.
    #[inline]
    pub fn repetition(&self, number: u16) -> Part<'r> {
        self.only(number, |leaf| leaf.repetition)
    }

    /// One component of a repetition.
    #[inline]
    pub fn component(&self, number: u16) -> Part<'r> {
        self.only(number, |leaf| leaf.component)
    }

    /// One subcomponent of a component.
    #[inline]
    pub fn subcomponent(&self, number: u16) -> Part<'r> {
        self.only(number, |leaf| leaf.subcomponent)
    }

    /// The leaves of one number; they are in its order.
    #[inline]
    fn only(&self, wanted: u16, number: impl Fn(&Leaf) -> u16) -> Part<'r> {
        match self.leaves {
            [] => *self,
            [first, ..] if number(first) == wanted => self.cut(0, |leaf| number(leaf) == wanted),
            leaves => self.cut(leaves.partition_point(|leaf| number(leaf) < wanted), |leaf| number(leaf) == wanted),
        }
    }

    /// The leaves from one on, as long as they are of the same.
    #[inline]
    fn cut(&self, from: usize, same: impl Fn(&Leaf) -> bool) -> Part<'r> {
        let rest = self.leaves.get(from..).unwrap_or_default();
        let length = rest.iter().take_while(|leaf| same(leaf)).count();
        Part { leaves: &rest[..length], first: self.first + from, ..*self }
    }

    /// The repetitions of a field that hold something.
    pub fn repetitions(&self) -> impl Iterator<Item = Part<'r>> + use<'r> {
        let Part { reader, leaves, mut first } = *self;
        leaves.chunk_by(|a, b| a.repetition == b.repetition).map(move |leaves| {
            let part = Part { reader, leaves, first };
            first += leaves.len();
            part
        })
    }

    /// The number of the repetition it stands in; 0 where it is empty.
    pub fn number(&self) -> u16 {
        self.leaves.first().map_or(0, |leaf| leaf.repetition)
    }

    /// The highest component that holds something; 0 where it is empty.
    pub fn last_component(&self) -> u16 {
        self.leaves.last().map_or(0, |leaf| leaf.component)
    }

    /// True when a component has subcomponents beyond the first.
    pub fn has_subcomponents(&self) -> bool {
        self.leaves.last().is_some_and(|leaf| leaf.subcomponent > 1)
    }

    /// Remembers it as read.
    #[inline]
    fn mark(&self) {
        (self.first..self.first + self.leaves.len()).for_each(|leaf| self.reader.mark(leaf));
    }

    /// Its text without marking it as read: from the first leaf to the last, delimiters between them included, escapes
    /// undone; HL7's explicit null `""` reads as empty.
    #[inline]
    pub fn glance(&self) -> Cow<'r, str> {
        match self.leaves {
            [] => Cow::Borrowed(""),
            [first, ..] => self.text(first.start),
        }
    }

    /// As [`Part::glance`], and marks it as read.
    #[inline]
    pub fn read(&self) -> Cow<'r, str> {
        self.mark();
        self.glance()
    }

    /// A repetition as it stands, with the delimiters it begins with, such as an SN without a comparator.
    pub fn whole(&self) -> Cow<'r, str> {
        self.mark();
        let [first, ..] = self.leaves else { return Cow::Borrowed("") };
        let (delimiters, bytes) = (&self.reader.message.delimiters, self.reader.text.as_bytes());
        let inner = |b: &u8| *b == delimiters.component || *b == delimiters.subcomponent;
        let mut start = first.start;
        while start > 0 && bytes.get(start as usize - 1).is_some_and(inner) {
            start -= 1;
        }
        self.text(start)
    }

    fn text(&self, start: u32) -> Cow<'r, str> {
        let end = self.leaves.last().map_or(start, |last| last.end);
        match self.reader.text.get(start as usize..end as usize).unwrap_or_default() {
            "\"\"" => Cow::Borrowed(""),
            raw => self.reader.unescape(raw),
        }
    }

    /// Marks it as read when it says one of the expected words.
    pub fn expect(&self, words: &[&str]) {
        if !self.is_empty() && words.contains(&&*self.glance()) {
            self.mark();
        }
    }

    /// Components 1 to N of a repetition.
    pub fn components<T: Default + From<Cow<'r, str>>, const N: usize>(&self) -> [T; N] {
        self.divide(|leaf| leaf.component)
    }

    /// Subcomponents 1 to N of a component.
    pub fn subcomponents<T: Default + From<Cow<'r, str>>, const N: usize>(&self) -> [T; N] {
        self.divide(|leaf| leaf.subcomponent)
    }

    /// One text for each number from 1 to N; leaves of higher numbers stay unread.
    #[inline]
    fn divide<T: Default + From<Cow<'r, str>>, const N: usize>(&self, number: impl Fn(&Leaf) -> u16) -> [T; N] {
        let mut texts = [(); N].map(|()| T::default());
        let mut at = 0;
        while let Some(leaf) = self.leaves.get(at) {
            let own = number(leaf);
            let Some(text) = usize::from(own).checked_sub(1).and_then(|place| texts.get_mut(place)) else { break };
            let part = self.cut(at, |leaf| number(leaf) == own);
            *text = part.read().into();
            at += part.leaves.len();
        }
        texts
    }

    /// Every leaf joined by a space.
    pub fn words(&self) -> String {
        self.mark();
        let mut words = String::new();
        for (i, leaf) in self.leaves.iter().enumerate() {
            if i > 0 {
                words.push(' ');
            }
            words.push_str(&Part { leaves: std::slice::from_ref(leaf), ..*self }.glance());
        }
        if words.trim().len() == words.len() { words } else { words.trim().to_owned() }
    }
}
