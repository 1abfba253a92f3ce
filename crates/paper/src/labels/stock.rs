//! Label stock: a grid of labels on a sheet of paper, in millimetres.

use crate::canvas::MM;

/// A sheet of labels. All lengths in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stock {
    /// Width and height of the paper.
    pub paper: (f32, f32),
    /// Labels beside one another.
    pub columns: usize,
    /// Labels below one another.
    pub rows: usize,
    /// Width and height of one label.
    pub label: (f32, f32),
    /// White at the left of the first column.
    pub left: f32,
    /// White above the first row; the sheet's number stands there.
    pub top: f32,
    /// From the left edge of a label to that of the next, and from upper edge to upper edge.
    pub pitch: (f32, f32),
}

/// A4.
const A4: (f32, f32) = (210.0, 297.0);
/// Labels beside or below one another at most: the paper of no printer holds more.
const COUNT_MOST: usize = 50;
/// The margin line of a sheet needs so much white above the first row.
const TOP_LEAST: f32 = 7.0;

impl Stock {
    /// A4, 3 × 7 labels of 66 × 38.1 mm without gaps: 21面.
    pub const A4_21: Stock =
        Stock { paper: A4, columns: 3, rows: 7, label: (66.0, 38.1), left: 6.0, top: 15.15, pitch: (66.0, 38.1) };

    /// A4, 4 × 11 labels of 48.5 × 25.4 mm without gaps: 44面.
    pub const A4_44: Stock =
        Stock { paper: A4, columns: 4, rows: 11, label: (48.5, 25.4), left: 8.0, top: 8.8, pitch: (48.5, 25.4) };

    /// A4 across, six strips of 250 × 25 mm, 5 mm apart to be cut between.
    pub const A4_BANDS: Stock = Stock {
        paper: (A4.1, A4.0),
        columns: 1,
        rows: 6,
        label: (250.0, 25.0),
        left: 23.5,
        top: 17.5,
        pitch: (250.0, 30.0),
    };

    /// Labels on a sheet.
    pub fn places(&self) -> usize {
        self.columns * self.rows
    }

    /// Reads a grid as a person writes it off the packet, in millimetres: `3x7:66x38.1:6,15.15:66x38.1` are columns × rows, width ×
    /// height of a label, white at the left and above, from label to label across and down; behind it `:210x297` for paper that is
    /// not A4 upright. `None` for what is no grid, or does not lie on its paper.
    pub fn read(text: &str) -> Option<Stock> {
        let text = text.trim().replace('×', "x");
        let mut parts = text.split(':');
        let pair = |text: &str, by: char| {
            let (one, other) = text.trim().split_once(by)?;
            let number = |text: &str| text.trim().parse::<f32>().ok().filter(|number| number.is_finite());
            Some((number(one)?, number(other)?))
        };
        let (columns, rows) = parts.next()?.split_once('x')?;
        let count = |text: &str| text.trim().parse::<usize>().ok().filter(|count| (1..=COUNT_MOST).contains(count));
        let (columns, rows) = (count(columns)?, count(rows)?);
        let label = pair(parts.next()?, 'x')?;
        let (left, top) = pair(parts.next()?, ',')?;
        let pitch = pair(parts.next()?, 'x')?;
        let paper = parts.next().map_or(Some(A4), |paper| pair(paper, 'x'))?;
        let stock = Stock { paper, columns, rows, label, left, top, pitch };
        (parts.next().is_none() && stock.fits()).then_some(stock)
    }

    /// The grid as [`Stock::read`] reads it.
    pub fn text(&self) -> String {
        let Stock { paper, columns, rows, label, left, top, pitch } = *self;
        let paper = if paper == A4 { String::new() } else { format!(":{}x{}", paper.0, paper.1) };
        format!("{columns}x{rows}:{}x{}:{left},{top}:{}x{}{paper}", label.0, label.1, pitch.0, pitch.1)
    }

    /// True for a grid that lies on the paper, its margin line above it, its labels not over one another.
    pub(super) fn fits(&self) -> bool {
        let last = |count: usize, pitch: f32, size: f32| count.saturating_sub(1) as f32 * pitch + size;
        let right = self.left + last(self.columns, self.pitch.0, self.label.0);
        let bottom = self.top + last(self.rows, self.pitch.1, self.label.1);
        let apart = self.pitch.0 >= self.label.0 && self.pitch.1 >= self.label.1;
        let sane = self.left >= 0.0 && self.top >= TOP_LEAST && apart && self.label.0 > 0.0 && self.label.1 > 0.0;
        sane && right <= self.paper.0 + 0.1 && bottom <= self.paper.1 + 0.1
    }

    /// The paper in points.
    pub(super) fn paper_pt(&self) -> (f32, f32) {
        (self.paper.0 * MM, self.paper.1 * MM)
    }

    /// The label in points.
    pub(super) fn label_pt(&self) -> (f32, f32) {
        (self.label.0 * MM, self.label.1 * MM)
    }

    /// The upper left corner of a place in points, row by row.
    pub(super) fn place(&self, at: usize) -> (f32, f32) {
        let (row, column) = (at / self.columns.max(1), at % self.columns.max(1));
        ((self.left + column as f32 * self.pitch.0) * MM, (self.top + row as f32 * self.pitch.1) * MM)
    }
}
