//! Grids that a curve is drawn on by hand: bands one below the other over one time axis, each with its name and scale at the left.

use crate::canvas::{Area, MM};
use crate::font::Weight;
use crate::form::PEN;
use crate::sheet::Sheet;
use crate::table::{BODY, PAD};
use crate::words::Label;

/// Thickness of the lines of a grid: a fax still shows the fine ones, and the strong ones are told from them.
const FINE: f32 = 0.25;
const STRONG: f32 = 0.9;

/// One band of a graph.
pub(crate) struct Band {
    pub label: Label,
    /// Height of one step in points.
    pub step: f32,
    /// The number at the upper edge, and what each step below it takes away; none where there is one step.
    pub scale: Option<(i32, i32)>,
    /// Steps.
    pub steps: usize,
}

impl Band {
    /// A row that is written in.
    pub const fn pen(label: Label) -> Band {
        Band { label, step: PEN, scale: None, steps: 1 }
    }

    /// A scale from a number down to another.
    pub const fn scaled(label: Label, step: f32, top: i32, by: i32, steps: usize) -> Band {
        Band { label, step, scale: Some((top, by)), steps }
    }

    fn high(&self) -> f32 {
        self.step * self.steps as f32
    }
}

/// A graph.
pub(crate) struct Graph<'a> {
    /// Columns, fine lines between them.
    pub columns: usize,
    /// So many columns make one that is strongly lined and has a head.
    pub every: usize,
    /// Heads of the strong columns; none to be written by hand.
    pub heads: &'a [String],
    /// What the heads are.
    pub axis: Label,
    pub bands: &'a [Band],
}

/// Width of the names and scales at the left.
const NAMES: f32 = 31.0 * MM;
/// Height of the heads of the columns: hours are written into it where none are printed.
const HEADS: f32 = 8.0 * MM;

impl Sheet<'_> {
    /// Draws a graph over the whole width.
    pub fn graph(&mut self, graph: &Graph<'_>) {
        let high = HEADS + graph.bands.iter().map(Band::high).sum::<f32>();
        self.need(high);
        let (left, top, room) = (self.left(), self.y, self.room());
        let (x, wide) = (left + NAMES, (room - NAMES) / graph.columns.max(1) as f32);
        self.put(self.w.say(graph.axis), left + PAD, top + 5.0, BODY, Weight::Regular);
        for (at, head) in graph.heads.iter().enumerate() {
            let at = x + (at * graph.every) as f32 * wide;
            self.put(head, at + 1.5, top + 6.0, BODY, Weight::Bold);
        }
        let mut y = top + HEADS;
        for band in graph.bands {
            self.band_of(band, (left, y), x, room);
            y += band.high();
        }
        for at in 0..=graph.columns {
            let strong = at % graph.every.max(1) == 0;
            let from = if strong { top } else { top + HEADS };
            let place = x + at as f32 * wide;
            self.page().line((place, from), (place, y), if strong { STRONG } else { FINE });
        }
        self.page().frame(Area::new(left, top, room, y - top), STRONG);
        self.y = y + 3.0;
    }

    fn band_of(&mut self, band: &Band, (left, y): (f32, f32), x: f32, room: f32) {
        self.ink.at(self.w.say(band.label));
        let scale = if band.scale.is_some() { 22.0 } else { 0.0 };
        self.block(self.w.say(band.label), left + PAD, y + 2.0, NAMES - 2.0 * PAD - scale, BODY, Weight::Regular);
        self.page().line((left, y), (left + room, y), STRONG);
        // A number at each line that has room for one.
        let each = ((BODY + 5.0) / band.step).ceil().max(1.0) as usize;
        for at in 0..=band.steps {
            let line = y + at as f32 * band.step;
            self.page().line((x, line), (left + room, line), FINE);
            let Some((top, by)) = band.scale.filter(|_| at % each == 0) else { continue };
            let number = (top - by * at as i32).to_string();
            // The first stands below its line and the last above it, so that bands keep apart.
            let shift = match at {
                0 => 0.5,
                at if at == band.steps => -BODY - 0.5,
                _ => -BODY / 2.0,
            };
            self.put_right(&number, x - 2.0, line + shift, BODY, Weight::Regular);
        }
    }
}
