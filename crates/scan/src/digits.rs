//! Which digit a pen wrote into a box. Nearest neighbour over digits that are drawn here, as people in Japan are taught to write them
//! and as they do: no model and nobody's handwriting is carried along. What is near two digits, or near none, is told as none.

use std::sync::OnceLock;

/// Cells of a box, row by row; true for ink.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub wide: usize,
    pub high: usize,
    pub dark: Vec<bool>,
}

/// Digits in hundredths of their height, strokes behind one another: `C` bends through its points, `L` goes straight.
const SHAPES: [(u8, &str); 27] = [
    (0, "C 50,0 18,15 5,50 18,85 50,100 82,85 95,50 82,15 50,0"),
    (0, "C 60,0 25,12 12,55 28,92 52,100 80,82 88,42 72,10 42,5"),
    (1, "L 50,0 50,100"),
    (1, "L 30,22 50,0 50,100"),
    (1, "L 28,22 50,0 50,100; L 25,100 75,100"),
    (2, "C 12,25 28,4 60,2 82,22 70,48 35,78 10,100; L 10,100 90,100"),
    (2, "C 12,20 40,0 75,12 78,38 45,75 15,95 8,82 30,80 60,95 92,96"),
    (3, "C 12,12 45,0 78,14 70,38 38,48; C 38,48 78,55 85,80 50,100 10,88"),
    (3, "L 12,2 80,2 42,40; C 42,40 80,48 85,80 50,100 10,90"),
    (4, "L 35,0 10,62 92,62; L 66,28 66,100"),
    (4, "L 64,100 64,0 6,68 96,68"),
    (4, "L 25,0 15,50 80,50; L 80,0 78,100"),
    (5, "L 85,0 25,0 18,45; C 18,45 50,34 84,48 84,82 48,100 10,90"),
    (5, "C 88,4 55,2 28,6 22,40 20,46 55,38 82,58 76,88 45,100 12,92"),
    (6, "C 68,0 34,25 10,66 22,94 55,100 84,80 70,56 36,56 12,76"),
    (6, "C 45,0 20,40 15,75 35,98 70,96 84,72 60,55 30,62 18,80"),
    (7, "L 10,0 88,0 42,100"),
    (7, "L 12,26 12,2; L 12,2 86,2 50,100"),
    (7, "L 10,2 88,2 45,100; L 30,52 78,52"),
    (8, "C 76,12 45,0 20,16 36,40 70,58 84,80 50,100 16,82 32,56 68,40 80,18 60,2"),
    (8, "C 50,0 24,10 26,36 50,46 76,36 76,10 50,0; C 50,46 16,58 16,90 50,100 84,90 84,58 50,46"),
    (9, "C 82,18 50,0 18,18 20,44 50,54 82,30; L 84,8 80,100"),
    (9, "C 80,24 50,2 18,22 26,48 58,48 82,22 84,50 70,84 30,100"),
    (9, "C 80,20 50,2 20,20 30,45 60,48 82,22; C 82,15 84,60 70,92 40,100 18,92"),
    (3, "C 8,14 40,0 72,8 70,32 40,46; C 40,46 72,50 80,76 56,98 6,100"),
    (1, "C 15,40 40,12 60,0; L 60,0 58,100"),
    (9, "C 84,20 52,0 20,20 24,46 54,52 80,28; C 84,14 82,55 60,100"),
];
/// Drawings of each shape: enough that one more changes no answer.
const DRAWN: usize = 60;
/// Side on which a digit is drawn and compared, cells.
const SIDE: usize = 28;
/// The longer side of a digit on it.
const BODY: f32 = 20.0;
/// Zones a side, and directions in each.
const ZONES: usize = 5;
const TURNS: usize = 8;
const VALUES: usize = ZONES * ZONES * TURNS;
/// Neighbours that are asked.
const ASKED: usize = 7;
/// So many of them must say the same digit.
const AGREED: usize = 6;
/// Farther than this from the nearest is no digit.
const FAR: f32 = 0.30;
/// The nearest other digit must be farther off by this factor.
const APART: f32 = 1.6;

type Values = [f32; VALUES];

impl Glyph {
    /// Share of ink.
    pub fn share(&self) -> f32 {
        self.dark.iter().filter(|dark| **dark).count() as f32 / self.dark.len().max(1) as f32
    }

    /// Takes away what is smaller than so many connected cells; gives how far the largest of the rest goes, in cells.
    pub fn dust(&mut self, least: f32) -> usize {
        let mut longest = 0;
        for part in self.parts() {
            if (part.len() as f32) < least {
                part.iter().for_each(|at| self.dark[*at] = false);
            } else {
                longest = longest.max(self.reach(&part));
            }
        }
        longest
    }

    /// Takes away what lies along the rim alone: a frame that was smeared.
    pub fn rim(&mut self) {
        const RIM: usize = 3;
        for part in self.parts() {
            let inner = |at: &usize| {
                let (x, y) = (at % self.wide, at / self.wide);
                x >= RIM && y >= RIM && x + RIM < self.wide && y + RIM < self.high
            };
            if !part.iter().any(inner) {
                part.iter().for_each(|at| self.dark[*at] = false);
            }
        }
    }

    fn reach(&self, part: &[usize]) -> usize {
        let span = |of: fn(usize, usize) -> usize| {
            let along = part.iter().map(|at| of(*at, self.wide));
            along.clone().max().unwrap_or_default() - along.min().unwrap_or_default() + 1
        };
        span(|at, wide| at % wide).max(span(|at, wide| at / wide))
    }

    /// Cells that touch, corners too, as lists of places.
    fn parts(&self) -> Vec<Vec<usize>> {
        let (mut known, mut parts) = (vec![false; self.dark.len()], Vec::new());
        for from in 0..self.dark.len() {
            if known[from] || !self.dark[from] {
                continue;
            }
            known[from] = true;
            let (mut part, mut next) = (vec![from], 0);
            while let Some(at) = part.get(next).copied() {
                next += 1;
                let (x, y) = (at % self.wide, at / self.wide);
                for (x, y) in (y.saturating_sub(1)..=(y + 1).min(self.high - 1))
                    .flat_map(|y| (x.saturating_sub(1)..=(x + 1).min(self.wide - 1)).map(move |x| (x, y)))
                {
                    let beside = y * self.wide + x;
                    if self.dark[beside] && !known[beside] {
                        known[beside] = true;
                        part.push(beside);
                    }
                }
            }
            parts.push(part);
        }
        parts
    }

    /// The ink of one size in the middle of a square; `None` without ink.
    fn squared(&self) -> Option<Vec<f32>> {
        let ink = || (0..self.dark.len()).filter(|at| self.dark[*at]);
        let columns = || ink().map(|at| at % self.wide);
        let (left, right) = (columns().min()? as f32, columns().max()? as f32 + 1.0);
        let (top, low) = ((ink().next()? / self.wide) as f32, (ink().next_back()? / self.wide) as f32 + 1.0);
        let step = (right - left).max(low - top) / BODY;
        let (x, y) = ((left + right) / 2.0, (top + low) / 2.0);
        let dark = |x: f32, y: f32| {
            let is_on = x >= 0.0 && y >= 0.0 && x < self.wide as f32 && y < self.high as f32;
            is_on && self.dark[y as usize * self.wide + x as usize]
        };
        const PARTS: usize = 3;
        let cell = |at: usize| {
            let of = |at: usize, part: usize| at as f32 + (part as f32 + 0.5) / PARTS as f32 - SIDE as f32 / 2.0;
            let parts = (0..PARTS * PARTS)
                .filter(|part| dark(x + step * of(at % SIDE, part % PARTS), y + step * of(at / SIDE, part / PARTS)));
            parts.count() as f32 / (PARTS * PARTS) as f32
        };
        Some((0..SIDE * SIDE).map(cell).collect())
    }
}

/// The digit and how sure, 0 to 1; `None` where a person looks.
pub(crate) fn read(glyph: &Glyph) -> Option<(u8, f32)> {
    let (digit, far, apart, agreed) = nearest(glyph)?;
    let plain = far < FAR && apart > APART && agreed >= AGREED;
    plain.then(|| (digit, ((apart - 1.0) / (2.0 * (APART - 1.0))).min(1.0) * (1.0 - far)))
}

/// The nearest digit, how far it is, how many times as far the nearest other one, and how many neighbours say so.
pub(crate) fn nearest(glyph: &Glyph) -> Option<(u8, f32, f32, usize)> {
    static DRAWINGS: OnceLock<Vec<(u8, Values)>> = OnceLock::new();
    let values = values(&glyph.squared()?);
    let far = |known: &Values| known.iter().zip(&values).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let mut near: Vec<(f32, u8)> =
        DRAWINGS.get_or_init(drawings).iter().map(|(digit, known)| (far(known), *digit)).collect();
    near.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (first, digit) = *near.first()?;
    let other = near.iter().find(|(_, other)| *other != digit)?.0;
    let agreed = near.iter().take(ASKED).filter(|(_, said)| *said == digit).count();
    Some((digit, first, other / first.max(f32::MIN_POSITIVE), agreed))
}

/// Where which edges run: by zones and directions, of length 1.
fn values(square: &[f32]) -> Values {
    let dot = |x: usize, y: usize| square.get(y * SIDE + x).copied().unwrap_or_default();
    let mut values = [0.0; VALUES];
    for (x, y) in (1..SIDE - 1).flat_map(|y| (1..SIDE - 1).map(move |x| (x, y))) {
        let across = |y: usize| dot(x + 1, y) - dot(x - 1, y);
        let down = |x: usize| dot(x, y + 1) - dot(x, y - 1);
        let dx = across(y - 1) + 2.0 * across(y) + across(y + 1);
        let dy = down(x - 1) + 2.0 * down(x) + down(x + 1);
        let strength = dx.hypot(dy);
        if strength < 1e-3 {
            continue;
        }
        let turn = (dy.atan2(dx) / std::f32::consts::TAU + 1.0).fract() * TURNS as f32;
        let zone = |at: usize| {
            ((at as f32 + 0.5 - (SIDE as f32 - BODY) / 2.0) / BODY * ZONES as f32 - 0.5).clamp(0.0, ZONES as f32 - 1.0)
        };
        for (column, across) in halves(zone(x), ZONES - 1) {
            for (row, down) in halves(zone(y), ZONES - 1) {
                for (turn, share) in halves(turn, TURNS) {
                    values[(row * ZONES + column) * TURNS + turn % TURNS] += strength * across * down * share;
                }
            }
        }
    }
    values.iter_mut().for_each(|value| *value = value.sqrt());
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    values.map(|value| value / length)
}

/// The two whole numbers beside a number, and how much it is of each.
fn halves(at: f32, most: usize) -> [(usize, f32); 2] {
    let low = (at as usize).min(most);
    [(low, 1.0 - at.fract()), ((low + 1).min(most), at.fract())]
}

/// Random numbers that are the same on every machine, −1 to 1 (Knuth, MMIX).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }
}

fn drawings() -> Vec<(u8, Values)> {
    let mut chance = Chance(11);
    let all = SHAPES.iter().flat_map(|shape| std::iter::repeat_n(shape, DRAWN));
    all.filter_map(|(digit, shape)| Some((*digit, values(&drawn(shape, &mut chance).squared()?)))).collect()
}

/// A shape as a hand might write it: narrow or wide, slanted, shaky, with a thin or a thick pen.
fn drawn(shape: &str, chance: &mut Chance) -> Glyph {
    const CELLS: usize = 48;
    let narrow = 0.64 + 0.24 * chance.next();
    let (slant, thick) = (0.10 + 0.22 * chance.next(), 0.062 + 0.03 * chance.next());
    let shake = 0.028 + 0.028 * chance.next();
    let (bow, lean) = (0.06 * chance.next(), 0.10 * chance.next());
    let mut place = |word: &str| {
        let (x, y) = word.split_once(',')?;
        let [x, y] = [x.parse::<f32>().ok()? / 100.0, y.parse::<f32>().ok()? / 100.0];
        let [x, y] = [x + shake * chance.next(), y + shake * chance.next()];
        let (mid, low) = (x - 0.5, y - 0.5);
        Some([0.5 + narrow * mid * (1.0 + lean * low) - slant * low, y + bow * mid + lean * mid * mid])
    };
    let mut lines: Vec<[[f32; 2]; 2]> = Vec::new();
    for stroke in shape.split(';') {
        let mut words = stroke.split_whitespace();
        let bends = words.next() == Some("C");
        let points: Vec<[f32; 2]> = words.filter_map(&mut place).collect();
        let points = if bends { bent(&points) } else { points };
        lines.extend(points.windows(2).filter_map(|two| <[[f32; 2]; 2]>::try_from(two).ok()));
    }
    let mut glyph = Glyph { wide: CELLS, high: CELLS, dark: vec![false; CELLS * CELLS] };
    let cell = |at: f32| ((at + 0.3) / 1.6 * CELLS as f32).clamp(0.0, CELLS as f32 - 1.0) as usize;
    let middle = |at: usize| (at as f32 + 0.5) / CELLS as f32 * 1.6 - 0.3;
    for line @ [from, to] in &lines {
        let span = |of: usize| cell(from[of].min(to[of]) - thick)..=cell(from[of].max(to[of]) + thick);
        for (x, y) in span(1).flat_map(|y| span(0).map(move |x| (x, y))) {
            glyph.dark[y * CELLS + x] |= distance(line, [middle(x), middle(y)]) < thick * thick;
        }
    }
    glyph
}

/// A line that bends through points (Catmull–Rom).
fn bent(points: &[[f32; 2]]) -> Vec<[f32; 2]> {
    const PARTS: usize = 6;
    let at = |at: isize| points[at.clamp(0, points.len() as isize - 1) as usize];
    let part = |part: usize| {
        let (from, t) = ((part / PARTS) as isize, (part % PARTS) as f32 / PARTS as f32);
        let [a, b, c, d] = [at(from - 1), at(from), at(from + 1), at(from + 2)];
        let value = |i: usize| {
            let bend = 2.0 * a[i] - 5.0 * b[i] + 4.0 * c[i] - d[i] + (3.0 * (b[i] - c[i]) + d[i] - a[i]) * t;
            b[i] + 0.5 * t * (c[i] - a[i] + bend * t)
        };
        [value(0), value(1)]
    };
    (0..=(points.len().max(1) - 1) * PARTS).map(part).collect()
}

/// From a line to a point, squared.
fn distance([a, b]: &[[f32; 2]; 2], [x, y]: [f32; 2]) -> f32 {
    let (along, down) = (b[0] - a[0], b[1] - a[1]);
    let length = (along * along + down * down).max(f32::MIN_POSITIVE);
    let t = (((x - a[0]) * along + (y - a[1]) * down) / length).clamp(0.0, 1.0);
    let (across, low) = (a[0] + t * along - x, a[1] + t * down - y);
    across * across + low * low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digits drawn anew are read, or left to a person: hardly ever taken for another; what is no digit is none.
    #[test]
    fn digits_are_read_or_left_and_what_is_none_is_none() {
        let mut chance = Chance(5);
        let (mut right, mut wrong) = (0, 0);
        for (digit, shape) in SHAPES.iter().cycle().take(10 * SHAPES.len()) {
            match read(&drawn(shape, &mut chance)) {
                Some((said, _)) if said == *digit => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
        }
        assert!(right * 2 > 10 * SHAPES.len() && wrong * 200 < 10 * SHAPES.len(), "{right} {wrong}");
        for shape in ["L 0,0 100,100; L 100,0 0,100", "L 50,0 0,100 100,100 50,0", "L 0,30 100,30; L 0,60 100,60"] {
            assert_eq!(read(&drawn(shape, &mut chance)), None, "{shape}");
        }
        assert_eq!(read(&Glyph { wide: 9, high: 9, dark: vec![false; 81] }), None);
    }
}
