//! A label as dots, for printers that are given a picture: outlines of letters filled, everything else on whole dots, so that no
//! bar of a code is wider than its neighbour by a rounding.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use skrifa::outline::OutlinePen;

use crate::canvas::{Area, Op, Page, runs};
use crate::code::QUIET;
use crate::font::{Letter, outline};

/// How much of a dot an outline covers for it to be black: a little less than half, since thermal heads print thin strokes thinner.
const COVERED: f32 = 0.45;

/// Dots of a label, black ones true.
pub(super) struct Bitmap {
    pub wide: usize,
    pub high: usize,
    pub dots: Vec<bool>,
}

impl Bitmap {
    fn new(wide: usize, high: usize) -> Bitmap {
        Bitmap { wide, high, dots: vec![false; wide * high] }
    }

    pub fn at(&self, x: usize, y: usize) -> bool {
        x < self.wide && self.dots.get(y * self.wide + x).copied().unwrap_or(false)
    }

    fn set(&mut self, x: usize, y: usize, black: bool) {
        if x < self.wide
            && let Some(dot) = self.dots.get_mut(y * self.wide + x)
        {
            *dot = black;
        }
    }

    fn fill(&mut self, (left, right): (usize, usize), (top, bottom): (usize, usize), black: bool) {
        for y in top..bottom.min(self.high) {
            for x in left..right.min(self.wide) {
                self.set(x, y, black);
            }
        }
    }

    /// A quarter turn clockwise: a band is printed along the roll.
    pub fn turned(&self) -> Bitmap {
        let mut turned = Bitmap::new(self.high, self.wide);
        for y in 0..self.high {
            for x in 0..self.wide {
                turned.set(self.high - 1 - y, x, self.at(x, y));
            }
        }
        turned
    }
}

/// The dots of a page at so many a point.
pub(super) fn bitmap(page: &Page, scale: f32) -> Bitmap {
    let dots = |length: f32| (length * scale).round().max(0.0) as usize;
    let mut map = Bitmap::new(dots(page.w), dots(page.h));
    for op in &page.ops {
        match op {
            Op::Text { x, y, size, letters, .. } => text(&mut map, letters, (x * scale, y * scale), size * scale),
            Op::Fill { area, shade } => {
                let right = (dots(area.x), dots(area.right()));
                map.fill(right, (dots(area.y), dots(area.bottom())), *shade < 128);
            }
            Op::Frame { area, thick } => frame(&mut map, area, dots(*thick).max(1), scale),
            Op::Line { from, to, thick } => {
                let (left, right) = (dots(from.0.min(to.0)), dots(from.0.max(to.0)));
                let (top, bottom) = (dots(from.1.min(to.1)), dots(from.1.max(to.1)));
                let thick = dots(*thick).max(1);
                map.fill((left, right.max(left + thick)), (top, bottom.max(top + thick)), true);
            }
            // No label has them.
            Op::Stripes { .. } | Op::Picture { .. } => {}
            Op::Code { area, side, dark } => code(&mut map, area, *side, dark, scale),
            Op::Bars { area, dark } => {
                let module = (dots(area.w) / dark.len().max(1)).max(1);
                let left = dots(area.x + area.w / 2.0).saturating_sub(module * dark.len() / 2);
                for (from, to) in runs(dark) {
                    let across = (left + from * module, left + to * module);
                    map.fill(across, (dots(area.y), dots(area.bottom())), true);
                }
            }
        }
    }
    map
}

fn frame(map: &mut Bitmap, area: &Area, thick: usize, scale: f32) {
    let dots = |length: f32| (length * scale).round().max(0.0) as usize;
    let (left, top) = (dots(area.x), dots(area.y));
    let (right, bottom) = (dots(area.right()).min(map.wide), dots(area.bottom()).min(map.high));
    map.fill((left, right), (top, top + thick), true);
    map.fill((left, right), (bottom.saturating_sub(thick), bottom), true);
    map.fill((left, left + thick), (top, bottom), true);
    map.fill((right.saturating_sub(thick), right), (top, bottom), true);
}

/// Modules of whole dots, in the middle of the area.
fn code(map: &mut Bitmap, area: &Area, side: usize, dark: &[bool], scale: f32) {
    let room = (area.w * scale).round() as usize;
    let module = (room / (side + 2 * QUIET)).max(1);
    let inset = room.saturating_sub(module * side) / 2;
    let (left, top) = ((area.x * scale).round() as usize + inset, (area.y * scale).round() as usize + inset);
    for (row, line) in dark.chunks(side.max(1)).enumerate() {
        let y = top + row * module;
        for (from, to) in runs(line) {
            map.fill((left + from * module, left + to * module), (y, y + module), true);
        }
    }
}

fn text(map: &mut Bitmap, letters: &[Letter], (mut x, base): (f32, f32), size: f32) {
    for letter in letters {
        let advance = letter.advance * size;
        // A letter may reach a little beyond its box.
        let (reach, high) = (size * 0.3, size * 1.6);
        let (left, top) = ((x - reach).floor(), (base - size * 1.1).floor());
        let mut pen = Pen {
            raster: Rasterizer::new((advance + 2.0 * reach).ceil() as usize + 2, high.ceil() as usize + 2),
            origin: point(x - left, base - top),
            from: point(0.0, 0.0),
            last: point(0.0, 0.0),
        };
        outline(letter, size, &mut pen);
        pen.raster.for_each_pixel_2d(|column, row, covered| {
            let (x, y) = (left + column as f32, top + row as f32);
            if covered > COVERED && x >= 0.0 && y >= 0.0 {
                map.set(x as usize, y as usize, true);
            }
        });
        x += advance;
    }
}

/// An outline on its way into the rasteriser: y runs down there.
struct Pen {
    raster: Rasterizer,
    origin: Point,
    from: Point,
    last: Point,
}

impl Pen {
    fn to(&self, x: f32, y: f32) -> Point {
        point(self.origin.x + x, self.origin.y - y)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.from = self.to(x, y);
        self.last = self.from;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.to(x, y);
        self.raster.draw_line(self.last, to);
        self.last = to;
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let to = self.to(x, y);
        self.raster.draw_quad(self.last, self.to(cx, cy), to);
        self.last = to;
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let to = self.to(x, y);
        self.raster.draw_cubic(self.last, self.to(cx0, cy0), self.to(cx1, cy1), to);
        self.last = to;
    }

    fn close(&mut self) {
        self.raster.draw_line(self.last, self.from);
        self.last = self.from;
    }
}
