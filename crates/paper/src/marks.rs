//! Boxes that a machine looks into on a page that came back, and the codes by which it finds them.

/// What kind of box a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A box to be ticked.
    Tick,
    /// A box for one digit.
    Digit,
    /// A code of ours, without the white around it: by these the boxes are found on a picture of the page.
    Code,
}

/// A box that a machine looks into, in points from the upper left corner of its page.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Page, from 1.
    pub page: usize,
    /// What it is called, e.g. `urgent` or `weight.2`; the code of its option in `0-9a-z_.`.
    pub name: String,
    /// What kind.
    pub kind: MarkKind,
    /// Left, top, width, height in points.
    pub area: [f32; 4],
    /// What is asked there, in Japanese whatever the sheet's language: the label of its slot, or the sentence behind it.
    pub asks: String,
    /// What a tick means, or what stands behind a group of digits; in Japanese. Empty where nothing does.
    pub option: String,
}
