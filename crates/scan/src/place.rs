//! Where a place of the printed page is on its picture: from the corners of the page's codes, then, since these are small and far
//! apart, from the frames of the boxes themselves.

use image::GrayImage;

use crate::Code;

/// Left, top, width, height in mm of the printed page.
pub(crate) type Area = [f32; 4];
type Point = [f32; 2];

/// From mm to pixels: `x' = a·x + b·y + c`, `y' = d·x + e·y + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place(pub [f32; 6]);

/// How light paper and how dark a printed line is about a box: shadows, grey paper and pale toner are alike then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Levels {
    paper: f32,
    line: f32,
}

/// Between paper and a printed line, ink is what is darker than this share.
const INK: f32 = 0.45;
/// A line that differs less from paper, of 255, is none.
const CONTRAST_LEAST: f32 = 24.0;
/// How far frames are looked for, and in which steps, mm: from the codes alone; once more; and at last each by itself.
const ROUNDS: [(f32, f32); 3] = [(2.4, 0.3), (1.2, 0.2), (0.6, 0.1)];
/// How well a frame must be seen, of 1.
const FRAME_LEAST: f32 = 0.5;
/// A frame farther off than this from where the others say is something else, mm.
const ASTRAY: f32 = 0.7;
/// So many frames say how the page is stretched, beside how it is turned.
const FRAMES_LEAST: usize = 6;
/// From a frame's line to where it must be light again, mm.
const BESIDE: f32 = 0.8;

impl Levels {
    pub fn is_ink(&self, value: f32) -> bool {
        value < self.paper - INK * (self.paper - self.line)
    }
}

impl Place {
    /// From codes found and where they stand. Which is which of two alike, or of one alone, is told by where the page would lie.
    pub fn of_codes(codes: &[Code], areas: &[Area], boxes: &[Area], page: &GrayImage) -> Option<Place> {
        let pairs = |which: &[(usize, usize)]| -> Vec<(Point, Point)> {
            which
                .iter()
                .filter_map(|(code, area)| Some(corners(codes.get(*code)?, areas.get(*area)?)))
                .flatten()
                .collect()
        };
        let tries: &[&[(usize, usize)]] = if codes.len() > 1 && areas.len() > 1 {
            &[&[(0, 0), (1, 1)], &[(0, 1), (1, 0)]]
        } else {
            &[&[(0, 0)], &[(0, 1)]]
        };
        let places = tries.iter().filter_map(|which| {
            let pairs = pairs(which);
            let place = Place::turned(&pairs)?;
            let astray: f32 =
                pairs.iter().map(|(mm, pixel)| distance(place.at(*mm), *pixel)).sum::<f32>() / place.scale();
            let outside = boxes.iter().filter(|area| !place.is_on(page, middle(area))).count();
            Some((outside as f32 * 1e3 + astray, place))
        });
        places.min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, place)| place)
    }

    /// Turned, sized and moved as suits pairs of mm and pixels best.
    fn turned(pairs: &[(Point, Point)]) -> Option<Place> {
        let (from, to) = means(pairs)?;
        let (mut cos, mut sin, mut all) = (0.0, 0.0, 0.0);
        for ([mx, my], [px, py]) in pairs {
            let ([mx, my], [px, py]) = ([mx - from[0], my - from[1]], [px - to[0], py - to[1]]);
            (cos, sin, all) = (cos + mx * px + my * py, sin + mx * py - my * px, all + mx * mx + my * my);
        }
        let (cos, sin) = (cos / all, sin / all);
        let place = [cos, -sin, to[0] - cos * from[0] + sin * from[1], sin, cos, to[1] - sin * from[0] - cos * from[1]];
        place.iter().all(|value| value.is_finite()).then_some(Place(place))
    }

    /// Stretched too.
    fn stretched(pairs: &[(Point, Point)]) -> Option<Place> {
        let (from, to) = means(pairs)?;
        let (mut xx, mut xy, mut yy, mut across) = (0.0, 0.0, 0.0, [[0.0_f32; 2]; 2]);
        for ([mx, my], [px, py]) in pairs {
            let ([mx, my], pixel) = ([mx - from[0], my - from[1]], [px - to[0], py - to[1]]);
            (xx, xy, yy) = (xx + mx * mx, xy + mx * my, yy + my * my);
            for (sums, value) in across.iter_mut().zip(pixel) {
                *sums = [sums[0] + mx * value, sums[1] + my * value];
            }
        }
        let det = xx * yy - xy * xy;
        let row = |[x, y]: [f32; 2], to: f32| {
            let (a, b) = ((x * yy - y * xy) / det, (y * xx - x * xy) / det);
            [a, b, to - a * from[0] - b * from[1]]
        };
        let ([a, b, c], [d, e, f]) = (row(across[0], to[0]), row(across[1], to[1]));
        let place = [a, b, c, d, e, f];
        place.iter().all(|value| value.is_finite()).then_some(Place(place))
    }

    pub fn at(&self, [x, y]: Point) -> Point {
        let [a, b, c, d, e, f] = self.0;
        [a * x + b * y + c, d * x + e * y + f]
    }

    /// Pixels a mm.
    fn scale(&self) -> f32 {
        let [a, b, _, d, e, _] = self.0;
        (a * e - b * d).abs().sqrt().max(f32::MIN_POSITIVE)
    }

    fn is_on(&self, page: &GrayImage, mm: Point) -> bool {
        let [x, y] = self.at(mm);
        x >= 0.0 && y >= 0.0 && x < page.width() as f32 && y < page.height() as f32
    }

    /// How light it is at a place, 0 to 255; beside the page it is white.
    fn value(&self, page: &GrayImage, mm: Point) -> f32 {
        let [x, y] = self.at(mm).map(|at| at - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let dot = |x: f32, y: f32| {
            let is_on = x >= 0.0 && y >= 0.0 && x < page.width() as f32 && y < page.height() as f32;
            if is_on { f32::from(page.get_pixel(x as u32, y as u32).0[0]) } else { 255.0 }
        };
        let between = |from: f32, to: f32, share: f32| from + (to - from) * share;
        let upper = between(dot(left, top), dot(left + 1.0, top), x - left);
        let lower = between(dot(left, top + 1.0), dot(left + 1.0, top + 1.0), x - left);
        between(upper, lower, y - top)
    }

    /// The same, of a little more than a point: the noise of a scanner goes, a pen's line stays.
    pub fn smooth(&self, page: &GrayImage, [x, y]: Point) -> f32 {
        const AROUND: f32 = 0.11;
        let around = [(0.0, 0.0), (AROUND, 0.0), (-AROUND, 0.0), (0.0, AROUND), (0.0, -AROUND)];
        around.iter().map(|(dx, dy)| self.value(page, [x + dx, y + dy])).sum::<f32>() / around.len() as f32
    }
}

fn middle(area: &Area) -> Point {
    [area[0] + area[2] / 2.0, area[1] + area[3] / 2.0]
}

fn distance([ax, ay]: Point, [bx, by]: Point) -> f32 {
    (ax - bx).hypot(ay - by)
}

/// A code's corners on paper and on the picture.
fn corners(code: &Code, [x, y, wide, high]: &Area) -> [(Point, Point); 3] {
    let [upper_left, upper_right, lower_left] = code.corners;
    [([*x, *y], upper_left), ([x + wide, *y], upper_right), ([*x, y + high], lower_left)]
}

fn means(pairs: &[(Point, Point)]) -> Option<(Point, Point)> {
    let count = pairs.len() as f32;
    let mean = |of: fn(&(Point, Point)) -> f32| pairs.iter().map(of).sum::<f32>() / count;
    let means = ([mean(|pair| pair.0[0]), mean(|pair| pair.0[1])], [mean(|pair| pair.1[0]), mean(|pair| pair.1[1])]);
    (pairs.len() > 1).then_some(means)
}

/// How far off a box's frame is from where it should be, mm, and the levels about it; `None` for one that is not seen.
pub(crate) type Found = Option<(Point, Levels)>;

/// The place as the frames of the boxes say it, and where each frame is.
pub(crate) fn sharpened(page: &GrayImage, rough: Place, codes: &[Area], boxes: &[Area]) -> (Place, Vec<Found>) {
    // The codes stay in it where the rough place says: few frames alone turn a page too easily.
    let held = codes.iter().map(|area| (middle(area), rough.at(middle(area))));
    let held: Vec<(Point, Point)> = held.filter(|(mm, _)| rough.is_on(page, *mm)).collect();
    let (mut place, mut found) = (rough, Vec::new());
    for (at, (reach, step)) in ROUNDS.into_iter().enumerate() {
        found = boxes.iter().map(|area| frame(page, &place, area, reach, step)).collect();
        if at + 1 == ROUNDS.len() {
            break;
        }
        let frames = boxes.iter().zip(&found).filter_map(|(area, found)| {
            let ([dx, dy], _) = (*found)?;
            let [x, y] = middle(area);
            Some(([x, y], place.at([x + dx, y + dy])))
        });
        let frames: Vec<(Point, Point)> = frames.collect();
        place = agreed(&frames, &held, place);
    }
    (place, found)
}

/// What most frames agree on; what is astray is left out.
fn agreed(frames: &[(Point, Point)], held: &[(Point, Point)], before: Place) -> Place {
    let fit = |frames: &[(Point, Point)]| {
        let all: Vec<(Point, Point)> = frames.iter().chain(held).copied().collect();
        if frames.len() < FRAMES_LEAST { Place::turned(&all) } else { Place::stretched(&all) }
    };
    let Some(first) = fit(frames).filter(|_| !frames.is_empty()) else { return before };
    let near = |(mm, pixel): &&(Point, Point)| distance(first.at(*mm), *pixel) < ASTRAY * first.scale();
    let kept: Vec<(Point, Point)> = frames.iter().filter(near).copied().collect();
    if kept.is_empty() { before } else { fit(&kept).unwrap_or(before) }
}

/// Looks for a box's frame about where it should be.
fn frame(page: &GrayImage, place: &Place, area: &Area, reach: f32, step: f32) -> Found {
    if !place.is_on(page, middle(area)) {
        return None;
    }
    let [x, y, wide, high] = *area;
    let steps = |from: f32, to: f32, step: f32| {
        (0..=((to - from) / step).round() as i32).map(move |at| from + at as f32 * step)
    };
    let rim = 2.0_f32;
    let mut values: Vec<f32> = steps(y - rim, y + high + rim, 0.5)
        .flat_map(|y| steps(x - rim, x + wide + rim, 0.5).map(move |x| [x, y]))
        .map(|point| place.value(page, point))
        .collect();
    values.sort_by(f32::total_cmp);
    let part = |share: f32| values.get((values.len() as f32 * share) as usize).copied().unwrap_or(255.0);
    let (paper, dark) = (part(0.75), part(0.04));
    if paper - dark < CONTRAST_LEAST {
        return None;
    }
    let levels = |line| Levels { paper, line };
    let offsets = steps(-reach, reach, step).flat_map(|dx| steps(-reach, reach, step).map(move |dy| [dx, dy]));
    let seen = offsets.map(|[dx, dy]| {
        let (score, line) = edges(page, place, [x + dx, y + dy, wide, high], levels(dark));
        (score - 0.02 * dx.hypot(dy), [dx, dy], line)
    });
    let (score, offset, line) = seen.max_by(|(one, ..), (other, ..)| one.total_cmp(other))?;
    (score > FRAME_LEAST && paper - line > CONTRAST_LEAST).then(|| (offset, levels(line)))
}

/// How much the edges of an area look like printed lines, of 1, and how dark they are.
fn edges(page: &GrayImage, place: &Place, [x, y, wide, high]: Area, levels: Levels) -> (f32, f32) {
    const POINTS: usize = 9;
    let (mut score, mut sum) = (0.0, 0.0);
    let inked = |value: f32| ((levels.paper - value) / (levels.paper - levels.line)).clamp(0.0, 1.0);
    for side in 0..4 {
        for at in 0..POINTS {
            let along = (at as f32 + 0.5) / POINTS as f32;
            let (point, out) = match side {
                0 => ([x + along * wide, y], [0.0, -BESIDE]),
                1 => ([x + along * wide, y + high], [0.0, BESIDE]),
                2 => ([x, y + along * high], [-BESIDE, 0.0]),
                _ => ([x + wide, y + along * high], [BESIDE, 0.0]),
            };
            let value = |share: f32| place.value(page, [point[0] + share * out[0], point[1] + share * out[1]]);
            let on = value(0.0);
            score += inked(on) - inked(value(1.0)).min(inked(value(-1.0)));
            sum += on;
        }
    }
    let count = (4 * POINTS) as f32;
    (score / count, sum / count)
}
