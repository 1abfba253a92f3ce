//! Closing a sheet: feet, counts of pages, codes in opposite corners, the bands of a training home.

use chart::Lang;

use super::{CODE_TOP, HEAD, PAGES_MAX, Sheet, TOP};
use crate::canvas::{Area, MM, Op, Page};
use crate::code::{PageCode, SIDE, SYMBOL, codes, symbol};
use crate::font::{Weight, width};
use crate::kind::Class;
use crate::marks::{Mark, MarkKind};
use crate::table::{BODY, FINE};
use crate::words::Label;
use crate::{Error, Made};

/// White at the lower edge that a printer may leave, and what the band of a training home takes: the foot ends above it.
const LOWEST: [f32; 2] = [5.0 * MM, 3.0 * MM + 15.0];

/// What is printed for reference and then written on or stuck to a box: it does not end with the next run.
const KEPT: [&str; 3] = ["P11G", "P12B", "PH"];

impl Sheet<'_> {
    /// Closes the sheet: feet, page numbers, codes and bands on every page.
    pub fn finish(mut self) -> Result<Made, Error> {
        let count = self.pages.len();
        if count >= PAGES_MAX {
            return Err(Error::TooLong { number: self.id.number.clone(), pages: PAGES_MAX });
        }
        let (_, high) = self.size();
        let mut payloads = Vec::with_capacity(count);
        let mut over = 0.0_f32;
        for at in 0..count {
            let numbers = self.numbers(at + 1, count);
            let payload = self.code(at + 1, count).text();
            let right = self.left() + self.room() - SIDE;
            let upper = (self.left() + self.room() - SYMBOL, CODE_TOP);
            let Some(codes) = codes(&payload, [upper, (self.left(), high - CODE_TOP - SYMBOL)]) else {
                return Err(Error::BadNumber { number: self.id.number.clone() });
            };
            payloads.push(payload);
            let blank = Page::new(self.size());
            let page = std::mem::replace(&mut self.pages[at], blank);
            self.pages.push(page);
            if !self.is_bare(at + 1) {
                self.marks.extend(codes.iter().enumerate().filter_map(|(no, op)| of_code(at + 1, no + 1, op)));
                self.page().ops.extend(codes);
            }
            self.put_right(&numbers, right - 6.0, TOP + 15.0, 13.0, Weight::Bold);
            over = over.max(self.foot(&numbers, self.is_bare(at + 1)));
            self.flaw();
            self.band();
            if let Some(done) = self.pages.pop() {
                self.pages[at] = done;
            }
        }
        Ok(Made { pages: self.pages, codes: payloads, marks: self.marks, missing: self.ink.missing().to_vec(), over })
    }

    /// `1 / 2 枚`. What leaves the hospital and the copy that returns are counted apart: whoever gets the one misses nothing.
    fn numbers(&self, page: usize, count: usize) -> String {
        let out = self.bare.min(count);
        let (at, of, is_copy) = match page <= out {
            true => (page, out, false),
            false => (page - out, count - out, out > 0),
        };
        match (self.w.lang, is_copy) {
            (Lang::Ja, false) => format!("{at} / {of} 枚"),
            (Lang::Ja, true) => format!("控え {at} / {of} 枚"),
            (Lang::En, false) => format!("page {at} of {of}"),
            (Lang::En, true) => format!("copy, {at} of {of}"),
        }
    }

    /// What the codes of a page say.
    fn code(&self, page: usize, pages: usize) -> PageCode {
        let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        PageCode {
            form: self.form.code.to_owned(),
            version: self.form.version,
            page: short(page),
            pages: short(pages),
            data: self.stand.data.unwrap_or(self.head.made),
            named: self.who.named.clone(),
            number: self.id.number.clone(),
        }
    }

    /// Letters were told in words: white on black beside the title of every page, since ward printers have no red.
    fn flaw(&mut self) {
        if self.ink.missing().is_empty() {
            return;
        }
        let letters = self.ink.letters(self.w.say(FLAW), Weight::Bold);
        let wide = width(&letters, BODY) + 8.0;
        let (x, y) = (self.left() + self.room() - SIDE - 6.0 - wide, TOP + 31.5);
        self.page().fill(Area::new(x, y, wide, BODY + 4.0), 0);
        self.page().text(&letters, x + 4.0, y + 2.0, BODY, 255);
    }

    /// The foot; gives by how much it is higher than there is room for.
    fn foot(&mut self, numbers: &str, bare: bool) -> f32 {
        let (w, head, top) = (self.w, self.head, self.foot_top());
        self.ink.at(w.say(HEAD));
        let left = self.left() + SIDE + 6.0;
        let (end, size) = (self.left() + self.room(), self.size());
        self.page().line((left, top), (end, top), 0.6);
        let wide = self.put_right(numbers, end, top + 3.0, 13.0, Weight::Bold);
        if !bare {
            self.put_right(&format!("{} {}", self.form.code, self.id.number), end, top + 19.0, FINE, Weight::Regular);
        }
        let room = end - left - wide.max(96.0) - 8.0;
        let mut made = format!("{} {}  {} {}", w.say(MADE), head.made, w.say(BY), head.printed_by);
        if self.form.class == Class::Reference && !KEPT.contains(&self.form.code) {
            made += &format!("  {} {}", w.say(VALID), head.valid_until);
        }
        let mut y = top + 3.0;
        y += self.block(&made, left, y, room, FINE, Weight::Bold);
        let variants: String = self.ink.variants().iter().collect();
        let variants = if variants.is_empty() { variants } else { w.with(VARIANTS, variants) };
        // What staff are told is nothing for a pharmacy or a patient.
        let note = if bare { "" } else { w.say(self.form.note) };
        for text in [w.legend(), variants, note.to_owned()] {
            if !text.is_empty() {
                y += self.block(&text, left, y, room, FINE, Weight::Regular);
            }
        }
        (y - size.1 + LOWEST[usize::from(head.training)]).max(0.0)
    }

    /// 訓練: striped bands at top and bottom.
    fn band(&mut self) {
        if !self.head.training {
            return;
        }
        let (left, room, (_, high)) = (self.left(), self.room(), self.size());
        let letters = self.ink.letters(self.w.say(TRAINING), Weight::Bold);
        let wide = width(&letters, BODY) + 12.0;
        for top in [3.0 * MM, high - 3.0 * MM - 13.0] {
            self.page().ops.push(Op::Stripes { area: Area::new(left, top, room, 13.0) });
            let x = left + (room - wide) / 2.0;
            // A hair beyond the stripes, whose edges would show as lines above and below the words.
            self.page().fill(Area::new(x, top - 0.5, wide, 14.0), 255);
            self.page().text(&letters, x + 6.0, top + 1.2, BODY, 0);
        }
    }
}

/// Where a code stands, without its quiet zone.
fn of_code(page: usize, no: usize, op: &Op) -> Option<Mark> {
    let Op::Code { area, side, .. } = op else { return None };
    let Area { x, y, w, h } = symbol(*area, *side);
    let area = [x, y, w, h];
    let (asks, option) = Default::default();
    Some(Mark { page, name: format!("code.{no}"), kind: MarkKind::Code, area, asks, option })
}

const MADE: Label = ["作成", "Made"];
const BY: Label = ["印刷者", "by"];
const VALID: Label = ["有効期限", "Valid until"];
const VARIANTS: Label = ["指定の字形が書体にないため基本の字で示した字: {}", "Set in their basic form: {}"];
const FLAW: Label = ["⚠ 〔字形なし〕の字は画面か本人で確かめる", "⚠ [no glyph]: confirm on screen"];
const TRAINING: Label = ["訓練　架空の患者です", "訓練 DRILL  invented patients"];
