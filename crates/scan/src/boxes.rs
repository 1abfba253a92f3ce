//! What stands in the boxes of a page: whether a tick box was ticked, which digit stands in a digit box. A suggestion for a person who
//! looks at the picture, never more: whatever is not plain is [`Reading::Unsure`].
//!
//! The page's own codes say roughly where a box is ([`crate::place`]); its printed frame says it exactly, and how black black is there.

use image::GrayImage;
use serde::{Deserialize, Serialize};

use crate::digits::{self, Glyph};
use crate::place::{Area, Levels, Place, sharpened};

/// What is asked of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Page of the file, from 1.
    pub page: usize,
    /// How the text of the codes on it ends by which its boxes are found.
    pub ends: String,
    /// Where those codes stand on the printed page, without the white around them: left, top, width, height in mm.
    pub codes: Vec<Area>,
    /// Where the boxes stand, and whether each is for a digit.
    pub boxes: Vec<(bool, Area)>,
}

/// What was seen in the boxes of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BoxesSeen {
    /// Width and height of the picture in pixels.
    pub size: [u32; 2],
    /// From mm of the printed page to pixels of the picture: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`.
    pub place: [f32; 6],
    /// Codes of the page that were found: with one alone everything is less sure.
    pub codes: usize,
    /// Each box as asked.
    pub boxes: Vec<BoxSeen>,
}

/// What was seen in a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BoxSeen {
    /// The suggestion.
    pub reading: Reading,
    /// How much of the box is ink, 0 to 1.
    pub ink: f32,
    /// How sure, 0 to 1; 0 for unsure.
    pub sure: f32,
}

/// A suggestion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Nothing was written.
    Empty,
    /// A tick box was ticked.
    Ticked,
    /// A digit.
    Digit(u8),
    /// A person looks.
    #[default]
    Unsure,
}

/// Side of a cell in which a tick box is looked at, mm.
const FINE: f32 = 0.1;
/// The same of a digit box.
const COARSE: f32 = 0.15;
/// From the middle of the printed frame to where looking begins, mm: half the line, and what a scanner smears of it.
const INSET: f32 = 0.55;
/// Ink of connected cells below this is dust, mm².
const DUST: f32 = 0.06;
/// Less ink than this share is an empty tick box, and more than that is a ticked one; between them a person looks.
const EMPTY_MOST: f32 = 0.012;
const TICKED_LEAST: f32 = 0.055;
/// More than this is blackened: chosen in one hospital, struck out in the next.
const BLACKENED: f32 = 0.6;
/// A tick goes so far at least, mm.
const TICK_LEAST: f32 = 1.8;
/// A line that crosses the box and goes on so far on both sides strikes it out, mm.
const BEYOND: f32 = 0.85;
/// Ink no wider than this across its own direction is one line, mm: a thick pen and a little bend.
const STRAIGHT: f32 = 1.3;
/// So near the edge of what is looked at a line may leave the box, mm; and so far it is followed beyond the frame.
const NEAR: f32 = 0.6;
const FOLLOWED: f32 = 0.8;
/// Steps on a line before it must have left its box.
const FOLLOWED_MOST: usize = 1_000;
/// How far beside its direction a line that bends is looked for, mm.
const ASIDE: f32 = 0.4;
/// Ink of a digit, mm² in a box of a digit's size: a thin 1 has more.
const DIGIT_LEAST: f32 = 0.9;
/// How much a single code leaves of sureness: the far side of the page is a guess until its frames are found.
const ONE_CODE: f32 = 0.8;

/// Where a box was found beside where it was expected, and its light and dark.
type Found = ([f32; 2], Levels);

/// Looks into the boxes of a page; `None` when none of its codes is there.
pub(crate) fn seen(page: &GrayImage, ask: &Ask) -> Option<BoxesSeen> {
    let codes: Vec<_> = crate::codes::all_on(page).into_iter().filter(|code| code.text.ends_with(&ask.ends)).collect();
    let areas: Vec<Area> = ask.boxes.iter().map(|(_, area)| *area).collect();
    let rough = Place::of_codes(&codes, &ask.codes, &areas, page)?;
    let (place, found) = sharpened(page, rough, &ask.codes, &areas);
    let count = codes.len().min(ask.codes.len());
    let trust = if count < 2 { ONE_CODE } else { 1.0 };
    let one = |((is_digit, area), found): (&(bool, Area), Option<Found>)| {
        let Some(([dx, dy], levels)) = found else { return BoxSeen::default() };
        let [x, y, wide, high] = *area;
        let look = Look { page, place: &place, levels, area: [x + dx, y + dy, wide, high] };
        let seen = if *is_digit { look.digit() } else { look.tick() };
        BoxSeen { sure: if seen.reading == Reading::Unsure { 0.0 } else { seen.sure * trust }, ..seen }
    };
    let boxes = ask.boxes.iter().zip(found).map(one).collect();
    Some(BoxesSeen { size: [page.width(), page.height()], place: place.0, codes: count, boxes })
}

/// One box, found.
struct Look<'a> {
    page: &'a GrayImage,
    place: &'a Place,
    levels: Levels,
    area: Area,
}

impl Look<'_> {
    /// Cells from and to in mm from the box's upper left corner; true for ink.
    fn cells(&self, from: [f32; 2], to: [f32; 2], cell: f32) -> Glyph {
        let [wide, high] = [0, 1].map(|at| ((to[at] - from[at]) / cell).floor().max(1.0) as usize);
        let ink = |at: usize| {
            let [x, y] = [(at % wide) as f32, (at / wide) as f32].map(|at| (at + 0.5) * cell);
            self.is_ink([from[0] + x, from[1] + y])
        };
        Glyph { wide, high, dark: (0..wide * high).map(ink).collect() }
    }

    fn inside(&self, cell: f32) -> Glyph {
        let [_, _, wide, high] = self.area;
        self.cells([INSET, INSET], [wide - INSET, high - INSET], cell)
    }

    fn tick(&self) -> BoxSeen {
        let mut cells = self.inside(FINE);
        let longest = cells.dust(DUST / (FINE * FINE)) as f32 * FINE;
        let ink = cells.share();
        let reading = match ink {
            _ if ink > BLACKENED || self.is_struck() => Reading::Unsure,
            _ if ink < EMPTY_MOST => Reading::Empty,
            _ if ink > TICKED_LEAST && longest > TICK_LEAST && !self.goes_on(&cells, FINE) => Reading::Ticked,
            _ => Reading::Unsure,
        };
        let sure = match reading {
            Reading::Empty => 1.0 - 0.4 * ink / EMPTY_MOST,
            _ => (0.6 + 0.4 * (ink - TICKED_LEAST) / TICKED_LEAST).min(1.0),
        };
        BoxSeen { reading, ink, sure }
    }

    /// True when a line goes through the box and on at both sides, as who strikes out draws it.
    fn is_struck(&self) -> bool {
        let [_, _, wide, high] = self.area;
        let cells = self.cells([-BEYOND, INSET], [wide + BEYOND, high - INSET], FINE);
        let most = |row: &[bool]| row.iter().filter(|dark| **dark).count() * 10 > row.len() * 9;
        cells.dark.chunks(cells.wide).filter(|row| most(row)).count() >= 2
    }

    /// True when all that stands in the box is one line that comes from outside: the tail of what was written beside it.
    fn goes_on(&self, cells: &Glyph, cell: f32) -> bool {
        let ink: Vec<[f32; 2]> = (0..cells.dark.len())
            .filter(|at| cells.dark[*at])
            .map(|at| [at % cells.wide, at / cells.wide].map(|at| INSET + (at as f32 + 0.5) * cell))
            .collect();
        let Some(line) = Line::through(&ink).filter(|line| line.wide < STRAIGHT) else { return false };
        [(line.from, -1.0), (line.to, 1.0)].into_iter().any(|(end, way)| self.is_left(&line, end, way))
    }

    /// True when a line leaves the box at an end of what is seen of it within.
    fn is_left(&self, line: &Line, end: f32, way: f32) -> bool {
        let [_, _, wide, high] = self.area;
        let beyond = |[x, y]: [f32; 2]| (-x).max(x - wide).max(-y).max(y - high);
        if beyond(line.at(end, 0.0)) < -INSET - NEAR {
            return false;
        }
        let steps = (0..FOLLOWED_MOST)
            .map(|step| end + way * step as f32 * FINE)
            .skip_while(|at| beyond(line.at(*at, 0.0)) < INSET);
        let followed = (FOLLOWED / FINE) as usize;
        let is_ink = |along: &f32| [-ASIDE, 0.0, ASIDE].into_iter().any(|aside| self.is_ink(line.at(*along, aside)));
        steps.take(followed).filter(is_ink).count() * 10 >= followed * 6
    }

    /// Ink at a place in mm from the box's upper left corner.
    fn is_ink(&self, [x, y]: [f32; 2]) -> bool {
        self.levels.is_ink(self.place.smooth(self.page, [self.area[0] + x, self.area[1] + y]))
    }

    fn digit(&self) -> BoxSeen {
        let mut cells = self.inside(COARSE);
        cells.dust(2.0 * DUST / (COARSE * COARSE));
        cells.rim();
        let ink = cells.share();
        let area = ink * (cells.dark.len() as f32) * COARSE * COARSE;
        // As much ink in a larger box is a smaller share of it: what counts is what a pen leaves.
        if area < DIGIT_LEAST / 3.0 {
            return BoxSeen { reading: Reading::Empty, ink, sure: 1.0 - area / DIGIT_LEAST };
        }
        if area < DIGIT_LEAST || ink > BLACKENED || self.is_struck() || self.goes_on(&cells, COARSE) {
            return BoxSeen { reading: Reading::Unsure, ink, sure: 0.0 };
        }
        match digits::read(&cells) {
            Some((digit, sure)) => BoxSeen { reading: Reading::Digit(digit), ink, sure },
            None => BoxSeen { reading: Reading::Unsure, ink, sure: 0.0 },
        }
    }
}

/// The line along which points lie.
struct Line {
    middle: [f32; 2],
    /// Its direction, of length 1.
    along: [f32; 2],
    /// Where it begins and ends, from its middle.
    from: f32,
    to: f32,
    /// How far the points go across it.
    wide: f32,
}

impl Line {
    /// Through points in mm, by their spread; `None` without any.
    fn through(points: &[[f32; 2]]) -> Option<Line> {
        let count = points.len() as f32;
        let middle = [0, 1].map(|of| points.iter().map(|point| point[of]).sum::<f32>() / count);
        let spread = |one: usize, other: usize| -> f32 {
            points.iter().map(|point| (point[one] - middle[one]) * (point[other] - middle[other])).sum()
        };
        let turn = (2.0 * spread(0, 1)).atan2(spread(0, 0) - spread(1, 1)) / 2.0;
        let (sin, cos) = turn.sin_cos();
        let span = |[x, y]: [f32; 2]| {
            let ways = points.iter().map(move |point| (point[0] - middle[0]) * x + (point[1] - middle[1]) * y);
            Some((ways.clone().reduce(f32::min)?, ways.reduce(f32::max)?))
        };
        let ((from, to), (left, right)) = (span([cos, sin])?, span([-sin, cos])?);
        Some(Line { middle, along: [cos, sin], from, to, wide: right - left })
    }

    /// The place so far along it and so far beside it.
    fn at(&self, along: f32, aside: f32) -> [f32; 2] {
        let [x, y] = self.along;
        [self.middle[0] + along * x - aside * y, self.middle[1] + along * y + aside * x]
    }
}
