//! One page as a list of things drawn, measured in points from the upper left corner; and its drawing into the PDF.
//! Tests ask the list what stands where.

use crate::code::QUIET;
use crate::font::{Letter, width};
use crate::pdf::{Document, Surface};
use crate::picture::Picture;

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub x: f32,
    pub y: f32,
    pub w: f32,
    pub h: f32,
}

impl Area {
    pub fn new(x: f32, y: f32, w: f32, h: f32) -> Area {
        Area { x, y, w, h }
    }

    pub fn right(&self) -> f32 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.h
    }
}

/// Something drawn. Shades run from 0 (black) to 255 (white); nothing means anything by shade alone.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Letters from `x` on the line `y`.
    Text { x: f32, y: f32, size: f32, shade: u8, letters: Box<[Letter]> },
    /// A filled area.
    Fill { area: Area, shade: u8 },
    /// A frame.
    Frame { area: Area, thick: f32 },
    /// A line from point to point.
    Line { from: (f32, f32), to: (f32, f32), thick: f32 },
    /// Slanted stripes.
    Stripes { area: Area },
    /// Dark modules of a code, row by row, its quiet zone left white around them.
    Code { area: Area, side: usize, dark: Box<[bool]> },
    /// The modules of a one-dimensional code side by side; its quiet zones are the caller's.
    Bars { area: Area, dark: Box<[bool]> },
    /// A picture that fills the area.
    Picture { area: Area, picture: Box<Picture> },
}

/// A page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub w: f32,
    pub h: f32,
    pub ops: Vec<Op>,
}

impl Page {
    pub fn new((w, h): (f32, f32)) -> Page {
        Page { w, h, ops: Vec::new() }
    }

    /// One line of text; `y` is its upper edge. Gives its width.
    pub fn text(&mut self, letters: &[Letter], x: f32, y: f32, size: f32, shade: u8) -> f32 {
        let wide = width(letters, size);
        if !letters.is_empty() {
            self.ops.push(Op::Text { x, y: y + size * ASCENT, size, shade, letters: letters.into() });
        }
        wide
    }

    pub fn fill(&mut self, area: Area, shade: u8) {
        self.ops.push(Op::Fill { area, shade });
    }

    pub fn frame(&mut self, area: Area, thick: f32) {
        self.ops.push(Op::Frame { area, thick });
    }

    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), thick: f32) {
        self.ops.push(Op::Line { from, to, thick });
    }

    /// Draws the page as the document's next one.
    pub fn draw(&self, document: &mut Document) {
        document.page((self.w, self.h), |surface| self.ops.iter().for_each(|op| op.draw(surface)));
    }
}

/// Upper edge to base line, in em, and the height of a line: BIZ UDGothic rises 0.88 and falls 0.12.
const ASCENT: f32 = 0.88;

impl Op {
    /// The same elsewhere.
    pub(crate) fn moved(&self, dx: f32, dy: f32) -> Op {
        let mut op = self.clone();
        match &mut op {
            Op::Text { x, y, .. } => (*x, *y) = (*x + dx, *y + dy),
            Op::Line { from, to, .. } => {
                (*from, *to) = ((from.0 + dx, from.1 + dy), (to.0 + dx, to.1 + dy));
            }
            Op::Fill { area, .. }
            | Op::Frame { area, .. }
            | Op::Stripes { area }
            | Op::Code { area, .. }
            | Op::Picture { area, .. }
            | Op::Bars { area, .. } => (area.x, area.y) = (area.x + dx, area.y + dy),
        }
        op
    }

    fn draw(&self, surface: &mut Surface<'_>) {
        match self {
            Op::Text { x, y, size, shade, letters } => {
                let mut x = *x;
                for run in letters.chunk_by(|a, b| a.font == b.font) {
                    surface.letters((x, *y), *size, *shade, run);
                    x += width(run, *size);
                }
            }
            Op::Fill { area, shade } => surface.fill(*shade, area),
            Op::Frame { area, thick } => surface.frame(area, *thick),
            Op::Line { from, to, thick } => surface.line(*from, *to, *thick),
            Op::Stripes { area } => surface.stripes(area),
            Op::Code { area, side, dark } => {
                // In modules, so that its numbers are small and the page stays so.
                let module = area.w / (side + 2 * QUIET) as f32;
                surface.modules((area.x, area.y), (module, module), modules(*side, dark));
            }
            Op::Picture { area, picture } => surface.picture(area, picture),
            Op::Bars { area, dark } => {
                let bars =
                    runs(dark).into_iter().map(|(from, to)| Area::new(from as f32, 0.0, (to - from) as f32, 1.0));
                surface.modules((area.x, area.y), (area.w / dark.len().max(1) as f32, area.h), bars);
            }
        }
    }
}

/// Dark modules as bars along a row or down a column, whichever blackens more that is not black yet: a quarter fewer bars than row by
/// row, which is most of what a page with codes weighs.
fn modules(side: usize, dark: &[bool]) -> Vec<Area> {
    let mut left: Vec<bool> = dark.to_vec();
    let mut bars = Vec::new();
    for at in 0..dark.len() {
        if !left[at] {
            continue;
        }
        let (row, column) = (at / side, at % side);
        let along = (column..side).map(|column| row * side + column).take_while(|at| dark[*at]);
        let down = (row..).map(|row| row * side + column).take_while(|at| dark.get(*at) == Some(&true));
        let new = |bar: &[usize]| bar.iter().filter(|at| left[**at]).count();
        let (along, down): (Vec<_>, Vec<_>) = (along.collect(), down.collect());
        let (x, y) = ((column + QUIET) as f32, (row + QUIET) as f32);
        let (bar, area) = match new(&along) >= new(&down) {
            true => (&along, Area::new(x, y, along.len() as f32, 1.0)),
            false => (&down, Area::new(x, y, 1.0, down.len() as f32)),
        };
        bars.push(area);
        bar.iter().for_each(|at| left[*at] = false);
    }
    bars
}

/// Where dark modules begin and end.
pub(crate) fn runs(line: &[bool]) -> Vec<(usize, usize)> {
    let (mut runs, mut from) = (Vec::new(), 0);
    for run in line.chunk_by(|a, b| a == b) {
        if run[0] {
            runs.push((from, from + run.len()));
        }
        from += run.len();
    }
    runs
}
