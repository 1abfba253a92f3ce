//! What forms are made of: rows of slots to write in, tick, or fill with digits; lined areas; tables with empty rows; signatures.
//! A pen needs 8 mm a line; a fax needs black on white; a machine needs to know where each box stands ([`Mark`]).

mod patient;

use std::borrow::Cow;

use crate::canvas::{Area, MM};
use crate::font::{Letter, Weight, width};
use crate::lines::lines;
use crate::marks::{Mark, MarkKind};
use crate::sheet::Sheet;
use crate::table::{ABOVE, BODY, Cell, LEADING, PAD, Row, Table, laid};
use crate::words::Label;

#[cfg(test)]
pub(crate) use patient::LABEL_BOX;
pub(crate) use patient::TEMPORARY_DIGITS;

/// Height of a line that is written on with a pen.
pub(crate) const PEN: f32 = 8.5 * MM;
/// Side of a tick box: a pen's cross stays within it, and a fax at 100 dots an inch still shows its edges.
const TICK: f32 = 4.0 * MM;
/// A digit box, as wide as one written digit needs.
const DIGIT: (f32, f32) = (6.5 * MM, 8.0 * MM);
/// From the left of a tick box to the words behind it.
const BEHIND: f32 = TICK + 5.0;
/// Between tick options.
const APART: f32 = 9.0;

/// What stands in a slot below its label.
#[derive(Clone, Copy)]
pub(crate) enum What<'a> {
    /// Room for a pen.
    Pen,
    /// What the copy says; still with room to write beside it.
    Said(&'a str),
    /// The same, large.
    Large(&'a str),
    /// Boxes to tick: a code each and what it means.
    Ticks(&'a [(&'static str, Label)]),
    /// Groups of digit boxes, each with what stands behind it: `[(4, 年), (2, 月)]`.
    Digits(&'a [(usize, Label)]),
    /// One box to tick and a sentence of any length behind it.
    Step(&'a str),
}

impl What<'_> {
    /// What is known, else room for a pen.
    pub fn known(text: &str) -> What<'_> {
        if text.is_empty() { What::Pen } else { What::Said(text) }
    }
}

/// One slot of a row.
pub(crate) struct Slot<'a> {
    /// Code of the slot, the beginning of its marks' names.
    pub code: Cow<'static, str>,
    pub label: Label,
    /// What it asks where its label does not say it: a cell of [`Sheet::each`].
    pub asks: String,
    /// Its share of the row's width.
    pub share: f32,
    pub what: What<'a>,
}

/// A slot.
pub(crate) fn slot<'a>(code: &'static str, label: Label, share: f32, what: What<'a>) -> Slot<'a> {
    Slot { code: Cow::Borrowed(code), label, asks: String::new(), share, what }
}

/// A column of [`Sheet::each`]: code, head, share of the width, and what every row has there.
pub(crate) type Column<'a> = (&'static str, Label, f32, What<'a>);

impl Sheet<'_> {
    /// A row of slots, as high as the highest needs; on the next page when this one has no room.
    pub fn slots(&mut self, slots: &[Slot<'_>]) {
        self.slots_of(slots, 0.0);
    }

    /// The same, at least so high.
    pub fn slots_of(&mut self, slots: &[Slot<'_>], least: f32) {
        let (wides, high) = self.measured(slots, least);
        self.need(high);
        let (mut x, y) = (self.left(), self.y);
        for (slot, wide) in slots.iter().zip(wides) {
            self.page().frame(Area::new(x, y, wide, high), 0.6);
            self.slot(slot, Area::new(x, y, wide, high));
            x += wide;
        }
        self.y = y + high;
    }

    /// The widths of slots and the height of their row.
    fn measured(&mut self, slots: &[Slot<'_>], least: f32) -> (Vec<f32>, f32) {
        let total: f32 = slots.iter().map(|slot| slot.share).sum();
        let wides: Vec<f32> = slots.iter().map(|slot| self.room() * slot.share / total).collect();
        let needs: Vec<f32> = slots.iter().zip(&wides).map(|(slot, wide)| self.slot_height(slot, *wide)).collect();
        (wides, needs.into_iter().fold(least, f32::max))
    }

    /// Rows of slots under heads, the same in each: the first column says what the row is, ticked where it is a [`What::Step`].
    /// Their marks are called `row.column.…`. The heads stand again where the rows go on.
    pub fn each<'c>(&mut self, title: Label, note: Label, columns: &[Column<'c>], rows: &[(&'static str, Label)]) {
        let (title, note) = (self.w.say(title), self.w.say(note));
        let heading = if title.is_empty() { 0.0 } else { self.heading_height(title, note) + 2.0 };
        self.need(heading + 3.0 * PEN);
        if !title.is_empty() {
            self.y += 2.0;
            self.heading(title, note);
        }
        self.heads(columns);
        for (row, words) in rows {
            let ([ja, _], words) = (*words, self.w.say(*words));
            let named = |(at, (column, head, share, what)): (usize, &Column<'c>)| match (at, *what) {
                (0, What::Step(_)) => slot(row, NOTHING, *share, What::Step(words)),
                (0, What::Pen) => slot(row, NOTHING, *share, What::Said(words)),
                (_, what) => Slot {
                    code: format!("{row}.{column}").into(),
                    label: NOTHING,
                    asks: format!("{ja}　{}", head[0]),
                    share: *share,
                    what,
                },
            };
            let slots: Vec<Slot<'c>> = columns.iter().enumerate().map(named).collect();
            if self.y + self.measured(&slots, 0.0).1 > self.bottom() {
                self.open();
                self.heads(columns);
            }
            self.slots(&slots);
        }
        self.y += 3.0;
    }

    /// The heads of columns in a row of their own.
    fn heads(&mut self, columns: &[Column<'_>]) {
        let total: f32 = columns.iter().map(|(_, _, share, _)| share).sum();
        let wides: Vec<f32> = columns.iter().map(|(_, _, share, _)| self.room() * share / total).collect();
        let cells = columns.iter().map(|(_, head, ..)| {
            let head = self.w.say(*head);
            Cell::default().line(&mut self.ink, head, BODY, Weight::Bold)
        });
        let heads = laid(&Row::new(cells.collect()), &wides);
        self.row(&heads, &wides, true);
    }

    fn slot_height(&mut self, slot: &Slot<'_>, wide: f32) -> f32 {
        let label = self.label_lines(slot.label, wide).len() as f32 * ABOVE;
        label + self.content_height(slot, wide) + 3.0
    }

    /// The label of a slot in as many lines as its width asks for; none for none.
    fn label_lines(&mut self, label: Label, wide: f32) -> Vec<Vec<Letter>> {
        let words = self.w.say(label);
        let letters = self.ink.letters(words, Weight::Regular);
        if words.is_empty() {
            Vec::new()
        } else {
            lines(&letters, BODY, wide - 2.0 * PAD).into_iter().map(<[_]>::to_vec).collect()
        }
    }

    fn content_height(&mut self, slot: &Slot<'_>, wide: f32) -> f32 {
        let inner = wide - 2.0 * PAD;
        match &slot.what {
            What::Pen => PEN,
            What::Said(text) if self.w.say(slot.label).is_empty() => self.text_height(text, inner, BODY, Weight::Bold),
            What::Said(text) => self.text_height(text, inner, BODY, Weight::Bold).max(PEN - 4.0),
            What::Large(text) => self.text_height(text, inner, 20.0, Weight::Bold).max(PEN),
            What::Ticks(options) => self.tick_rows(options, inner).len() as f32 * (TICK + 5.0),
            What::Digits(groups) => self.digit_rows(groups, inner).len() as f32 * (DIGIT.1 + 3.0),
            What::Step(text) => self.text_height(text, inner - BEHIND, BODY, Weight::Regular).max(TICK + 3.0),
        }
    }

    pub fn text_height(&mut self, text: &str, room: f32, size: f32, weight: Weight) -> f32 {
        let letters = self.ink.letters(text, weight);
        lines(&letters, size, room).len() as f32 * size * LEADING
    }

    fn slot(&mut self, slot: &Slot<'_>, area: Area) {
        let label = self.w.say(slot.label);
        self.ink.at(label);
        let above = self.label_lines(slot.label, area.w);
        for (at, line) in above.iter().enumerate() {
            self.page().text(line, area.x + PAD, area.y + 1.5 + at as f32 * ABOVE, BODY, 0);
        }
        let y = if above.is_empty() {
            // Nothing above it: in the middle.
            area.y + ((area.h - self.content_height(slot, area.w)) / 2.0).max(1.5)
        } else {
            area.y + 1.5 + above.len() as f32 * ABOVE
        };
        let (x, inner) = (area.x + PAD, area.w - 2.0 * PAD);
        self.asks = if slot.asks.is_empty() { slot.label[0].to_owned() } else { slot.asks.clone() };
        match &slot.what {
            What::Pen => {}
            What::Said(text) => drop(self.block(text, x, y, inner, BODY, Weight::Bold)),
            What::Large(text) => drop(self.block(text, x, y, inner, 20.0, Weight::Bold)),
            What::Ticks(options) => self.ticks(&slot.code, options, (x, y), inner),
            What::Digits(groups) => self.digits(&slot.code, groups, (x, y), inner),
            What::Step(text) => {
                let area = Area::new(x, y + 1.5, TICK, TICK);
                self.mark(MarkKind::Tick, format!("{}.done", slot.code), text, area);
                self.block(text, x + BEHIND, y + 1.0, inner - BEHIND, BODY, Weight::Regular);
            }
        }
    }

    /// Options by rows, as many a row as fit.
    fn tick_rows<'o>(
        &mut self,
        options: &'o [(&'static str, Label)],
        room: f32,
    ) -> Vec<Vec<&'o (&'static str, Label)>> {
        let mut rows: Vec<Vec<&(&'static str, Label)>> = vec![Vec::new()];
        let mut used = 0.0;
        for option in options {
            let letters = self.ink.letters(self.w.say(option.1), Weight::Regular);
            let wide = TICK + 3.0 + width(&letters, BODY) + APART;
            if used + wide - APART > room && used > 0.0 {
                rows.push(Vec::new());
                used = 0.0;
            }
            used += wide;
            if let Some(row) = rows.last_mut() {
                row.push(option);
            }
        }
        rows
    }

    fn ticks(&mut self, code: &str, options: &[(&'static str, Label)], (left, top): (f32, f32), room: f32) {
        let mut y = top + 1.0;
        for row in self.tick_rows(options, room) {
            let mut x = left;
            for (option, label) in row {
                let area = Area::new(x, y, TICK, TICK);
                self.mark(MarkKind::Tick, format!("{code}.{option}"), label[0], area);
                x += TICK + 3.0;
                x += self.put(self.w.say(*label), x, y + (TICK - BODY) / 2.0, BODY, Weight::Regular) + APART;
            }
            y += TICK + 5.0;
        }
    }

    fn digit_rows<'o>(&mut self, groups: &'o [(usize, Label)], room: f32) -> Vec<Vec<&'o (usize, Label)>> {
        let mut rows: Vec<Vec<&(usize, Label)>> = vec![Vec::new()];
        let mut used = 0.0;
        for group in groups {
            let letters = self.ink.letters(self.w.say(group.1), Weight::Regular);
            let wide = DIGIT.0 * group.0 as f32 + 2.0 + width(&letters, BODY) + 5.0;
            if used + wide - 5.0 > room && used > 0.0 {
                rows.push(Vec::new());
                used = 0.0;
            }
            used += wide;
            if let Some(row) = rows.last_mut() {
                row.push(group);
            }
        }
        rows
    }

    pub fn digits(&mut self, code: &str, groups: &[(usize, Label)], (left, top): (f32, f32), room: f32) {
        let (mut y, mut at) = (top + 0.5, 0);
        for row in self.digit_rows(groups, room) {
            let mut x = left;
            for (count, label) in row {
                for _ in 0..*count {
                    at += 1;
                    let area = Area::new(x, y, DIGIT.0, DIGIT.1);
                    self.mark(MarkKind::Digit, format!("{code}.{at}"), label[0], area);
                    x += DIGIT.0;
                }
                let low = y + DIGIT.1 - BODY - 2.0;
                x += 2.0 + self.put(self.w.say(*label), x + 2.0, low, BODY, Weight::Regular) + 5.0;
            }
            y += DIGIT.1 + 3.0;
        }
    }

    /// Draws a box and remembers where a machine looks for what was put into it.
    pub fn mark(&mut self, kind: MarkKind, name: String, option: &str, area: Area) {
        self.page().frame(area, 0.8);
        let (page, asks, option) = (self.pages.len(), self.asks.clone(), option.to_owned());
        self.marks.push(Mark { page, name, kind, area: [area.x, area.y, area.w, area.h], asks, option });
    }

    /// A lined area of so many pen lines under a label; as many as are left on the page for 0.
    pub fn lined(&mut self, label: Label, lines: usize) {
        let head = ABOVE + 3.0;
        self.need(head + PEN * if lines == 0 { 2.0 } else { lines as f32 });
        let left = ((self.bottom() - self.y - head) / PEN).floor() as usize;
        let lines = if lines == 0 { left } else { lines };
        let (x, y, room) = (self.left(), self.y, self.room());
        self.ink.at(self.w.say(label));
        self.put(self.w.say(label), x + PAD, y + 1.5, BODY, Weight::Regular);
        let high = head + PEN * lines as f32;
        self.page().frame(Area::new(x, y, room, high), 0.6);
        for at in 1..lines {
            let line = y + head + PEN * at as f32;
            self.page().line((x + PAD, line), (x + room - PAD, line), 0.3);
        }
        self.y = y + high;
    }

    /// Lines for what is left of the page, and nothing where none fits: remarks are no reason for a page of their own.
    pub fn rest(&mut self, label: Label) {
        match ((self.bottom() - self.y - ABOVE - 3.0) / PEN).floor().max(0.0) as usize {
            0 => {}
            // A lined area asks for two lines, and would open a page for the second.
            1 => self.slots(&[slot("rest", label, 1.0, What::Pen)]),
            lines => self.lined(label, lines),
        }
    }

    /// A table of what the copy holds with empty rows behind it, a pen line high each; as many as the page still holds for 0.
    pub fn rows(&mut self, title: Label, note: Label, columns: &[(Label, f32)], said: Vec<Row>, empty: usize) {
        let total: f32 = columns.iter().map(|(_, share)| share).sum();
        let room = self.room();
        let wide = |share: f32| room * share / total;
        let columns: Vec<(String, f32)> =
            columns.iter().map(|(head, share)| (self.w.say(*head).to_owned(), wide(*share))).collect();
        let blank = || Row { least: PEN, ..Row::new(vec![Cell::default(); columns.len()]) };
        let fit = |mut row: Row| {
            row.cells.resize(columns.len(), Cell::default());
            Row { least: row.least.max(PEN), ..row }
        };
        let (title, note) = (self.w.say(title).to_owned(), self.w.say(note).to_owned());
        let mut rows: Vec<Row> = said.into_iter().map(fit).collect();
        rows.extend((0..empty).map(|_| blank()));
        let fill = empty == 0;
        if rows.is_empty() {
            rows.push(blank());
        }
        let mut table = Table { title, note, columns, rows, grid: true, ..Table::default() };
        self.table(&table);
        if fill {
            let widths = table.widths();
            self.y -= 3.0;
            let left = ((self.bottom() - self.y - 3.0) / PEN).floor().max(0.0) as usize;
            table.rows =
                (0..left).map(|_| Row { least: PEN, ..Row::new(vec![Cell::default(); widths.len()]) }).collect();
            for row in table.laid(&mut self.ink) {
                self.row(&row, &widths, true);
            }
            self.y += 3.0;
        }
    }

    /// A sentence over the whole width.
    pub fn say(&mut self, text: Label, weight: Weight) {
        self.say_words(self.w.say(text), weight);
    }

    /// The same, in words that are put together.
    pub fn say_words(&mut self, words: &str, weight: Weight) {
        let high = self.text_height(words, self.room(), BODY, weight);
        self.need(high + 2.0);
        let (x, y, room) = (self.left(), self.y, self.room());
        self.ink.at(words);
        self.block(words, x, y + 1.0, room, BODY, weight);
        self.y = y + high + 2.0;
    }

    /// Places for signatures with date and time, side by side.
    pub fn signs(&mut self, labels: &[Label]) {
        let slots: Vec<Slot<'_>> = labels.iter().map(|label| slot("", *label, 1.0, What::Pen)).collect();
        self.slots_of(&slots, 13.0 * MM);
    }
}

/// For nothing to be said.
pub(crate) const NOTHING: Label = ["", ""];
