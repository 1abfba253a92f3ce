//! One page as a list of things drawn, measured in points from the upper left corner; and its drawing into the PDF.
//! Tests ask the list what stands where.

use std::ops::Range;

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::text::{Glyph, GlyphId};

use crate::font::{Letter, font_of, width};

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
        let Some(size) = Size::from_wh(self.w, self.h) else { return };
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        for op in &self.ops {
            op.draw(&mut surface);
        }
        surface.finish();
        page.finish();
    }
}

/// Upper edge to base line, in em, and the height of a line: BIZ UDGothic rises 0.88 and falls 0.12.
const ASCENT: f32 = 0.88;

fn fill(shade: u8) -> Fill {
    Fill { paint: luma::Color::new(shade).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(thick: f32) -> Stroke {
    Stroke { paint: luma::Color::black().into(), width: thick, ..Stroke::default() }
}

fn path(surface: &mut Surface<'_>, build: impl FnOnce(&mut PathBuilder)) {
    let mut builder = PathBuilder::new();
    build(&mut builder);
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}

/// A place to a tenth of a point, a thirtieth of a millimetre: short numbers make a page a fifth smaller.
fn tenth(place: f32) -> f32 {
    (place * 10.0).round() / 10.0
}

fn push(builder: &mut PathBuilder, area: &Area) {
    let (left, top) = (tenth(area.x), tenth(area.y));
    if let Some(rect) = Rect::from_ltrb(left, top, tenth(area.right()), tenth(area.bottom())) {
        builder.push_rect(rect);
    }
}

impl Op {
    fn draw(&self, surface: &mut Surface<'_>) {
        match self {
            Op::Text { x, y, size, shade, letters } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*shade)));
                write(surface, (*x, *y), *size, letters);
            }
            Op::Fill { area, shade } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*shade)));
                path(surface, |builder| push(builder, area));
            }
            Op::Frame { area, thick } => {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(*thick)));
                path(surface, |builder| push(builder, area));
            }
            Op::Line { from, to, thick } => {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(*thick)));
                path(surface, |builder| {
                    builder.move_to(tenth(from.0), tenth(from.1));
                    builder.line_to(tenth(to.0), tenth(to.1));
                });
            }
            Op::Stripes { area } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(0)));
                path(surface, |builder| stripes(builder, area));
            }
            Op::Code { area, side, dark } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(0)));
                // In modules, so that its numbers are small and the page stays so.
                let module = area.w / (side + 2 * crate::code::QUIET) as f32;
                surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, area.x, area.y));
                path(surface, |builder| modules(builder, *side, dark));
                surface.pop();
            }
            Op::Bars { area, dark } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(0)));
                let module = area.w / dark.len().max(1) as f32;
                surface.push_transform(&Transform::from_row(module, 0.0, 0.0, area.h, area.x, area.y));
                path(surface, |builder| {
                    for (from, to) in runs(dark) {
                        push(builder, &Area::new(from as f32, 0.0, (to - from) as f32, 1.0));
                    }
                });
                surface.pop();
            }
        }
    }
}

/// Slanted bars as wide as they are high, as far apart, within the area.
fn stripes(builder: &mut PathBuilder, area: &Area) {
    let step = area.h;
    let count = ((area.w + step) / (2.0 * step)).floor().max(0.0) as usize;
    for at in 0..count {
        let x = area.x + at as f32 * 2.0 * step;
        let within = |x: f32| x.min(area.right());
        builder.move_to(within(x + step), area.y);
        builder.line_to(within(x + 2.0 * step), area.y);
        builder.line_to(within(x + step), area.bottom());
        builder.line_to(x, area.bottom());
        builder.close();
    }
}

/// Runs of dark modules in a row as one bar each.
fn modules(builder: &mut PathBuilder, side: usize, dark: &[bool]) {
    for (row, line) in dark.chunks(side.max(1)).enumerate() {
        for (from, to) in runs(line) {
            let (left, top) = (from + crate::code::QUIET, row + crate::code::QUIET);
            push(builder, &Area::new(left as f32, top as f32, (to - from) as f32, 1.0));
        }
    }
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

/// A letter and the bytes of the run's text that it stands for.
struct Placed {
    glyph: u16,
    advance: f32,
    bytes: Range<usize>,
}

impl Glyph for Placed {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(u32::from(self.glyph))
    }
    fn text_range(&self) -> Range<usize> {
        self.bytes.clone()
    }
    fn x_advance(&self, size: f32) -> f32 {
        self.advance * size
    }
    fn x_offset(&self, _: f32) -> f32 {
        0.0
    }
    fn y_offset(&self, _: f32) -> f32 {
        0.0
    }
    fn y_advance(&self, _: f32) -> f32 {
        0.0
    }
    fn location(&self) -> Option<krilla::surface::Location> {
        None
    }
}

/// Letters by runs of one font.
fn write(surface: &mut Surface<'_>, (mut x, y): (f32, f32), size: f32, letters: &[Letter]) {
    for run in letters.chunk_by(|a, b| a.font == b.font) {
        let Some(font) = run.first().and_then(font_of) else { continue };
        let mut text = String::with_capacity(run.len() * 3);
        let placed: Vec<Placed> = run
            .iter()
            .map(|letter| {
                let from = text.len();
                text.push(letter.ch);
                Placed { glyph: letter.glyph, advance: letter.advance, bytes: from..text.len() }
            })
            .collect();
        surface.draw_glyphs(Point::from_xy(tenth(x), tenth(y)), &placed, font, &text, size, false);
        x += width(run, size);
    }
}
