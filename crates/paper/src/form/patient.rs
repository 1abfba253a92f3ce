//! The block of a patient on a form whom no chart fills in: a place for the label, boxes for the number, lines for a pen.

use super::{DIGIT, NOTHING, PEN};
use crate::canvas::{Area, MM};
use crate::font::{Weight, width};
use crate::sheet::Sheet;
use crate::sheets::parts;
use crate::table::{BODY, PAD};
use crate::words::Label;

/// Digits of a temporary number (仮番号) as stations give them (`chart::temporary`).
pub(crate) const TEMPORARY_DIGITS: usize = 14;
/// Where a patient's label is stuck: L1 of the usual stock (66 × 38.1 mm) with a little around it.
pub(crate) const LABEL_BOX: (f32, f32) = (68.0 * MM, 40.0 * MM);
/// Where a page lies across: wider than so much, how high the block below the title is, and how far right the label's place.
const ACROSS: (f32, f32, f32) = (200.0 * MM, 25.5 * MM, 112.0 * MM);

impl Sheet<'_> {
    /// The block of a patient nobody has written yet: a place that holds the label (L1), the number and its 照合番号 in boxes, and lines
    /// for kana, name, birth date and sex.
    pub fn blank_patient(&mut self) {
        let (top, left, room) = (self.y, self.left(), self.room());
        let (label, high) = LABEL_BOX;
        // Across the page, where height is dear, the label's place reaches up beside the title.
        let across = room > ACROSS.0;
        let bottom = top + if across { ACROSS.1 } else { high };
        let at = left + if across { ACROSS.2 } else { 0.0 };
        self.label_place(Area::new(at, bottom - high, label, high));
        if across {
            let rest = at + label;
            self.id_boxes(Area::new(left, top, at - left, bottom - top), &[KANA]);
            self.pen_lines(Area::new(rest, top, left + room - rest, bottom - top), &[NAME, BIRTH_SEX_SHORT]);
        } else {
            self.id_boxes(Area::new(at + label, top, room - label, high), &[KANA, NAME, BIRTH_SEX]);
        }
        self.y = bottom + 3.0;
    }

    /// Where the label is stuck, and what is done without one.
    fn label_place(&mut self, area: Area) {
        self.page().frame(area, 0.6);
        let (x, inner) = (area.x + PAD, area.w - 2.0 * PAD);
        self.put(self.w.say(LABEL_HERE), x, area.y + 3.0, BODY, Weight::Regular);
        let used = self.block(self.w.say(ELSE_WRITE), x, area.y + 16.0, inner, BODY, Weight::Regular);
        if !self.is_bare(self.pages.len()) {
            self.block(self.w.say(BLANK), x, area.y + 20.0 + used, inner, BODY, Weight::Bold);
        }
    }

    /// Boxes for as many digits as our own temporary numbers have, 照合番号 apart, so that nobody takes it for part of the number; lines below.
    fn id_boxes(&mut self, area: Area, lines: &[Label]) {
        self.page().frame(area, 0.6);
        self.put(self.w.say(ID_BOXES), area.x + PAD, area.y + 1.5, BODY, Weight::Regular);
        ID_BOXES[0].clone_into(&mut self.asks);
        let boxes = area.y + 12.5;
        self.digits("patient", &[(TEMPORARY_DIGITS, NOTHING)], (area.x + PAD, boxes), area.w - 2.0 * PAD);
        let check = area.right() - PAD - 2.0 * DIGIT.0 - 1.0;
        let label = self.w.say(CHECK);
        self.put_right(label, area.right() - PAD, area.y + 1.5, BODY, Weight::Regular);
        self.digits("patient.check", &[(2, NOTHING)], (check, boxes), 3.0 * DIGIT.0);
        let below = boxes + DIGIT.1 + 2.0;
        self.pen_lines(Area::new(area.x, below, area.w, area.bottom() - below), lines);
        self.ward(Area::new(area.x, below, area.w, (area.bottom() - below) / lines.len() as f32));
    }

    /// Where the patient is, at the right of the line of kana.
    fn ward(&mut self, line: Area) {
        let x = line.x + line.w * KANA_SHARE;
        self.page().line((x, line.y), (x, line.bottom()), 0.4);
        self.put(self.w.say(WARD), x + PAD, line.y + 1.5, BODY, Weight::Regular);
    }

    /// Lines to write on, each under its label, as high as there is room.
    fn pen_lines(&mut self, area: Area, labels: &[Label]) {
        self.page().frame(area, 0.6);
        let each = area.h / labels.len() as f32;
        for (at, label) in labels.iter().enumerate() {
            let line = area.y + at as f32 * each;
            if at > 0 {
                self.page().line((area.x, line), (area.right(), line), 0.4);
            }
            self.put(self.w.say(*label), area.x + PAD, line + 1.5, BODY, Weight::Regular);
        }
    }

    /// The block of a 仮患者: the number that was given here, and room for who it is.
    pub fn unnamed_patient(&mut self) {
        let (top, left, room) = (self.y, self.left(), self.room());
        let high = 3.0 * PEN + 4.0;
        let split = (room * 0.42).round();
        self.page().frame(Area::new(left, top, room, high), 1.2);
        self.page().line((left + split, top), (left + split, top + high), 0.6);
        // What leaves the hospital bears the number and nothing of our bookkeeping.
        let bare = self.is_bare(self.pages.len());
        if !bare {
            let letters = self.ink.letters(self.w.say(parts::TEMPORARY), Weight::Bold);
            let wide = width(&letters, 12.0) + 8.0;
            self.page().fill(Area::new(left + PAD, top + 4.0, wide, 16.0), 0);
            self.page().text(&letters, left + PAD + 4.0, top + 5.5, 12.0, 255);
        }
        let (number, inner) = (self.number(), split - 2.0 * PAD);
        let letters = self.ink.letters(&number, Weight::Bold);
        let size = [16.0, 14.0, 12.0, BODY].into_iter().find(|size| width(&letters, *size) <= inner).unwrap_or(BODY);
        let y = top + 24.0;
        self.page().text(&letters, left + PAD, y, size, 0);
        if !bare {
            self.confirmation(&number, left + PAD, y + size + 5.0);
        }
        let (x, wide) = (left + split, room - split);
        for (at, label) in [KANA, NAME, BIRTH_SEX].into_iter().enumerate() {
            let line = top + at as f32 * (high / 3.0);
            if at > 0 {
                self.page().line((x, line), (x + wide, line), 0.4);
            }
            self.put(self.w.say(label), x + PAD, line + 1.5, BODY, Weight::Regular);
        }
        self.ward(Area::new(x, top, wide, high / 3.0));
        self.y = top + high + 3.0;
    }
}

/// What of the line of kana is for kana.
const KANA_SHARE: f32 = 0.6;

const CHECK: Label = ["照合番号", "check"];
const LABEL_HERE: Label = ["患者ラベル貼付欄（1患者1枚）", "Patient label (one a sheet)"];
const ELSE_WRITE: Label = [
    "ラベルがなければ横の欄に書く。番号は診察券かリストバンドから写し、読み上げて確かめる。",
    "No label: write beside it, from card or wristband, and read it back.",
];
const BLANK: Label = [
    "白紙（連番）　番号・氏名を書いてから使う。書き損じは捨てずに「書損」と書いて返す。",
    "Blank, numbered. Write the patient first. A spoiled one is marked VOID and returned.",
];
const ID_BOXES: Label = ["患者番号", "Patient no."];
const KANA: Label = ["フリガナ", "Kana"];
const NAME: Label = ["氏名", "Name"];
const BIRTH_SEX: Label =
    ["生年月日 明 大 昭 平 令　　年　　月　　日（　　歳）男・女", "Born                 Age        Sex  M / F"];
/// The same across the page, where the line is shorter.
const BIRTH_SEX_SHORT: Label =
    ["生年月日 明大昭平令　 年　 月　 日（　歳）男・女", "Born                 Age        Sex  M / F"];
const WARD: Label = ["病棟・診療科", "Ward, dept."];
