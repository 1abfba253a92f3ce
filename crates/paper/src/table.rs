//! Tables: cells of paragraphs, rows measured before they are drawn, so that a sheet knows what fits before it draws anything.

use crate::canvas::{Area, Page};
use crate::font::{Ink, Letter, Weight, width};
use crate::lines::lines;

/// What is read or filled in, all of it: nothing on a sheet is smaller but its foot ([`FINE`]).
pub(crate) const BODY: f32 = 10.5;
/// The foot of a page (who made it, the legend of sources, where it goes), and labels, which are no sheets. On the summary alone, where
/// one page a patient is worth more: when and from where a value is, the hours without data, and results within their range behind
/// those that are not.
pub(crate) const FINE: f32 = 9.0;
/// Height of a line in its own size.
pub(crate) const LEADING: f32 = 1.18;
/// Height of a single line above what is written or filled in: its own letters and a hair.
pub(crate) const ABOVE: f32 = 11.4;
/// Room between a cell's edge and its text.
pub(crate) const PAD: f32 = 3.0;
/// The same above and below.
const PAD_Y: f32 = 1.0;
/// Lines between rows: thinner ones are gone from a fax of 98 dots an inch.
const THIN: f32 = 0.7;

/// One paragraph: letters of any weight in one size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Para {
    pub letters: Vec<Letter>,
    pub size: f32,
}

impl Para {
    pub fn new(size: f32) -> Para {
        Para { letters: Vec::new(), size }
    }

    /// More text behind what is there.
    pub fn add(mut self, ink: &mut Ink, text: &str, weight: Weight) -> Para {
        self.letters.extend(ink.letters(text, weight));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell(pub Vec<Para>);

impl Cell {
    /// One paragraph in the size and weight of the body.
    pub fn body(ink: &mut Ink, text: &str) -> Cell {
        Cell::default().line(ink, text, BODY, Weight::Regular)
    }

    /// When and from where, on the summary.
    pub fn stamp(ink: &mut Ink, text: &str) -> Cell {
        Cell::default().line(ink, text, FINE, Weight::Regular)
    }

    /// One paragraph in bold.
    pub fn bold(ink: &mut Ink, text: &str) -> Cell {
        Cell::default().line(ink, text, BODY, Weight::Bold)
    }

    /// A further paragraph; an empty one is left out.
    pub fn line(mut self, ink: &mut Ink, text: &str, size: f32, weight: Weight) -> Cell {
        if !text.trim().is_empty() {
            self.0.push(Para::new(size).add(ink, text, weight));
        }
        self
    }

    /// Pieces of a text one after the other, a line ending only between two of them: no value is parted from its name.
    pub fn flow(mut self, pieces: impl IntoIterator<Item = Vec<Letter>>, size: f32, wide: f32) -> Cell {
        let (mut line, mut used) = (Para::new(size), 0.0);
        for piece in pieces {
            let adds = width(&piece, size);
            let blank = piece.iter().rev().take_while(|letter| letter.ch == ' ');
            let blank = blank.map(|letter| letter.advance * size).sum::<f32>();
            if used + adds - blank > wide - 2.0 * PAD && !line.is_empty() {
                self = self.para(std::mem::replace(&mut line, Para::new(size)));
                used = 0.0;
            }
            used += adds;
            line.letters.extend(piece);
        }
        self.para(line)
    }

    pub fn para(mut self, para: Para) -> Cell {
        if !para.is_empty() {
            self.0.push(para);
        }
        self
    }
}

/// A row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub cells: Vec<Cell>,
    /// Withdrawn: a line through the whole row; never left out.
    pub struck: bool,
    /// Height at least, for rows that are written in.
    pub least: f32,
    /// How many things the row holds, for "ほか n 件".
    pub holds: usize,
}

impl Row {
    pub fn new(cells: Vec<Cell>) -> Row {
        Row { cells, holds: 1, ..Row::default() }
    }
}

/// A table with its heading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub title: String,
    /// A sentence below the heading.
    pub note: String,
    /// Heads and widths of the columns; no heads are drawn when all are empty.
    pub columns: Vec<(String, f32)>,
    pub rows: Vec<Row>,
    /// Lines between the columns too.
    pub grid: bool,
    /// Height of a row at most, where one row must not push out the others; 0 for none. What is cut says so: …→P4.
    pub most: f32,
}

/// Behind what a row had no room for.
const CUT: &str = "…→P4";

/// One line of a cell, measured.
#[derive(Clone, Debug)]
struct Line {
    letters: Vec<Letter>,
    size: f32,
}

impl Line {
    fn height(&self) -> f32 {
        self.size * LEADING
    }
}

/// A row with its lines broken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Laid {
    cells: Vec<Vec<Line>>,
    struck: bool,
    least: f32,
    pub holds: usize,
}

impl Laid {
    pub fn height(&self) -> f32 {
        let cell = |lines: &Vec<Line>| lines.iter().map(Line::height).sum::<f32>();
        (self.cells.iter().map(cell).fold(0.0, f32::max) + 2.0 * PAD_Y).max(self.least)
    }

    /// The lines that fit a height, and the rest; for a row that no page holds.
    pub fn split(mut self, room: f32) -> (Laid, Laid) {
        let mut rest = Laid { struck: self.struck, holds: 0, ..Laid::default() };
        for lines in &mut self.cells {
            let mut used = 2.0 * PAD_Y;
            let count = lines.iter().take_while(|line| {
                used += line.height();
                used <= room
            });
            let count = count.count();
            rest.cells.push(lines.split_off(count));
        }
        (self, rest)
    }

    /// The row within a height; a cell that loses lines says so in its last.
    fn within(self, most: f32, ink: &mut Ink) -> Laid {
        if most == 0.0 || self.height() <= most {
            return self;
        }
        let (mut kept, rest) = self.split(most - BODY * LEADING);
        for (cell, _) in kept.cells.iter_mut().zip(&rest.cells).filter(|(_, rest)| !rest.is_empty()) {
            cell.push(Line { letters: ink.letters(CUT, Weight::Bold), size: BODY });
        }
        kept
    }
}

impl Table {
    /// The widths of its columns.
    pub fn widths(&self) -> Vec<f32> {
        self.columns.iter().map(|(_, width)| *width).collect()
    }

    /// Every row with its lines broken.
    pub fn laid(&self, ink: &mut Ink) -> Vec<Laid> {
        let widths = self.widths();
        self.rows.iter().map(|row| laid(row, &widths).within(self.most, ink)).collect()
    }

    /// The row of heads, when there are any.
    pub fn heads(&self, ink: &mut Ink) -> Option<Laid> {
        let cells = self.columns.iter().map(|(head, _)| Cell::default().line(ink, head, BODY, Weight::Bold));
        let row = Row::new(cells.collect());
        row.cells.iter().any(|cell| !cell.0.is_empty()).then(|| laid(&row, &self.widths()))
    }
}

/// Breaks the lines of a row.
pub(crate) fn laid(row: &Row, widths: &[f32]) -> Laid {
    let broken = |(cell, width): (&Cell, &f32)| {
        let lines = cell.0.iter().flat_map(|para| {
            let broken = lines(&para.letters, para.size, width - 2.0 * PAD);
            broken.into_iter().map(|line| Line { letters: line.to_vec(), size: para.size }).collect::<Vec<_>>()
        });
        lines.collect()
    };
    Laid {
        cells: row.cells.iter().zip(widths).map(broken).collect(),
        struck: row.struck,
        least: row.least,
        holds: row.holds,
    }
}

/// Draws a row with its upper left corner at a point and a thin rule below it.
pub(crate) fn draw(page: &mut Page, row: &Laid, (left, top): (f32, f32), widths: &[f32], grid: bool) {
    let height = row.height();
    let mut x = left;
    for (at, (lines, wide)) in row.cells.iter().zip(widths).enumerate() {
        let mut y = top + PAD_Y;
        for line in lines {
            // The leading is shared out above and below the letters.
            page.text(&line.letters, x + PAD, y + line.size * (LEADING - 1.0) / 2.0, line.size, 0);
            if row.struck {
                let middle = y + line.height() / 2.0;
                page.line((x + PAD, middle), (x + PAD + width(&line.letters, line.size), middle), 0.8);
            }
            y += line.height();
        }
        if grid && at > 0 {
            page.line((x, top), (x, top + height), THIN);
        }
        x += wide;
    }
    page.line((left, top + height), (x, top + height), THIN);
    if grid {
        page.frame(Area::new(left, top, x - left, height), THIN);
    }
}
