//! What stands on one label. Name first and as large as fits, since that is what is read aloud; two identifiers on each.

use super::{LabelKind, Labels, Stock, Subject, Symbology};
use crate::Error;
use crate::bars::{self, bars};
use crate::canvas::{Area, MM, Op, Page};
use crate::code::{LabelCode, symbol_of};
use crate::font::{Ink, Letter, Weight, width};
use crate::lines::{cut_to, lines};
use crate::sheets::parts;
use crate::table::{BODY, FINE, LEADING};
use crate::words::Label;

/// White at the edge of a label: what a printer may shift it by.
const PAD: f32 = 2.1 * MM;
/// A code as printed, its white not counted: at most, and at least (ux.md §5.2: a short number).
const CODE: (f32, f32) = (13.0 * MM, 12.05 * MM);
/// A module of a one-dimensional code: wished for, and at least (what 203 dots an inch print as two dots, less a little).
const MODULE: (f32, f32) = (0.33 * MM, 0.19 * MM);
/// Lines of a name at most: the longest of our trials takes three.
const NAME_LINES: usize = 3;

/// One label, on a page of its size.
pub(super) fn label(ink: &mut Ink, subject: &Subject<'_>, run: &Labels<'_>, number: &str) -> Result<Page, Error> {
    let mut pen = Pen { page: Page::new(run.stock.label_pt()), ink, subject };
    match run.kind {
        LabelKind::Patient => pen.patient(run),
        LabelKind::Tube => pen.tube(run, number)?,
        LabelKind::Wristband => pen.band(run, number)?,
    }
    Ok(pen.page)
}

/// The text of a label's code.
pub(super) fn payload(subject: &Subject<'_>, run: &Labels<'_>) -> String {
    let patient = subject.chart.patient.id.clone();
    match run.kind {
        LabelKind::Patient => LabelCode { patient, number: subject.id.number.clone() }.text(),
        LabelKind::Tube | LabelKind::Wristband => patient,
    }
}

/// A code at the origin that is as large as a height allows, its white counted, but never smaller than readers need; and its side.
fn code_in(payload: &str, room: f32) -> Option<(Op, f32)> {
    let (_, whole) = symbol_of(payload, CODE.0)?;
    symbol_of(payload, (room * CODE.0 / whole).clamp(CODE.1, CODE.0))
}

/// How wide a module is where so many stand with their quiet zones on so many points; `None` where no reader would read it.
fn module(dark: usize, room: f32) -> Option<f32> {
    let module = (room / (dark + 2 * bars::QUIET) as f32).min(MODULE.0);
    (module >= MODULE.1).then_some(module)
}

/// True where a number of so many digits fits into the bars of a tube's label.
pub(super) fn holds(stock: &Stock, symbology: Symbology, digits: usize) -> bool {
    bars(symbology, &"0".repeat(digits)).is_some_and(|dark| module(dark.len(), stock.label_pt().0).is_some())
}

struct Pen<'a, 's> {
    page: Page,
    ink: &'a mut Ink,
    subject: &'a Subject<'s>,
}

impl Pen<'_, '_> {
    /// One line, cut with … where it is too long; gives its width.
    fn line(&mut self, text: &str, (x, y): (f32, f32), size: f32, weight: Weight, room: f32) -> f32 {
        let letters = self.ink.letters(text, weight);
        let (kept, was_cut) = cut_to(&letters, size, room);
        let mut kept = kept.to_vec();
        if was_cut {
            kept.extend(self.ink.letters("…", weight));
        }
        self.page.text(&kept, x, y, size, 0)
    }

    /// The same in the largest of these sizes that holds it whole.
    fn fitted(&mut self, text: &str, at: (f32, f32), sizes: &[f32], room: f32) -> f32 {
        let letters = self.ink.letters(text, Weight::Bold);
        let fits = sizes.iter().copied().find(|size| width(&letters, *size) <= room);
        let size = fits.or(sizes.last().copied()).unwrap_or(FINE);
        self.line(text, at, size, Weight::Bold, room);
        size
    }

    /// The name in one line as large as fits, else in more; gives its height.
    fn name(&mut self, (x, y): (f32, f32), room: f32, largest: f32, most: f32) -> f32 {
        let (w, chart) = (self.subject.w, self.subject.chart);
        self.ink.at(w.say(NAME));
        let name = parts::shown_name(w, chart, false);
        let letters = self.ink.letters(&name, Weight::Bold);
        if chart.patient.is_unnamed() {
            // Small, and a line behind it for the pen.
            let wide = self.page.text(&letters, x, y + 2.0, BODY, 0);
            let high = (largest * LEADING).min(most);
            self.page.line((x + wide + 3.0, y + high - 3.0), (x + room, y + high - 3.0), 0.5);
            return high;
        }
        let step = |at: usize| largest - at as f32;
        let sizes = (0..).map(step).take_while(|size| *size >= FINE);
        let one = sizes.clone().find(|size| *size >= 12.0 && width(&letters, *size) <= room);
        let holds = |size: &f32| {
            let count = lines(&letters, *size, room).len();
            count <= NAME_LINES && count as f32 * size * LEADING <= most + 0.01
        };
        let size = one.or_else(|| sizes.clone().find(holds)).unwrap_or(FINE);
        let broken: Vec<Vec<Letter>> = lines(&letters, size, room).into_iter().map(<[Letter]>::to_vec).collect();
        let fit = (((most + 0.01) / (size * LEADING)).floor() as usize).clamp(1, NAME_LINES);
        for (at, line) in broken.iter().take(fit).enumerate() {
            let mut line = line.clone();
            if at + 1 == fit && broken.len() > fit {
                line.pop();
                line.extend(self.ink.letters("…", Weight::Bold));
            }
            self.page.text(&line, x, y + at as f32 * size * LEADING, size, 0);
        }
        broken.len().min(fit) as f32 * size * LEADING
    }

    /// The reading; in a training home behind the word that nobody takes for a real patient's label.
    fn kana(&self) -> String {
        let drill = if self.subject.training { self.subject.w.say(DRILL) } else { "" };
        format!("{drill}{}", self.subject.chart.patient.kana)
    }

    fn birth(&self) -> String {
        let patient = &self.subject.chart.patient;
        if patient.is_unnamed() {
            return self.subject.w.say(BIRTH_WRITTEN).to_owned();
        }
        self.subject.w.birth(patient.birth_date)
    }

    fn age_sex(&self) -> String {
        if self.subject.chart.patient.is_unnamed() {
            return self.subject.w.say(SEX_WRITTEN).to_owned();
        }
        parts::age_sex(self.subject.w, self.subject.chart)
    }

    /// L1.
    fn patient(&mut self, run: &Labels<'_>) {
        let (wide, high) = (self.page.w, self.page.h);
        let (room, chart) = (wide - 2.0 * PAD, self.subject.chart);
        let mut y = PAD - 1.0;
        self.line(&self.kana(), (PAD, y), FINE, Weight::Regular, room);
        y += FINE * 1.15;
        y += self.name((PAD, y), room, 20.0, 3.0 * FINE * LEADING);
        let birth = self.birth();
        self.fitted(&birth, (PAD, y), &[11.0, BODY, FINE], room);
        y += BODY * 1.2;
        // Its white at the right and below is that of the label's edge.
        let side = self.code(&payload(self.subject, run), (wide, high), high - y);
        let (left, top) = (wide - PAD - side, high - side);
        let mut low = top;
        low += self.fitted(&chart.patient.id, (PAD, low), &[15.0, 13.0, 11.0, FINE], left) * 1.1;
        low += self.confirmation((PAD, low));
        let words = format!("{} {}", self.age_sex(), self.subject.place);
        if low + FINE <= high - 2.0 {
            self.fitted(words.trim(), (PAD, low), &[BODY, FINE], left);
        }
    }

    /// A code into a lower right corner, as large as this height allows; gives its side with the white.
    fn code(&mut self, payload: &str, (right, bottom): (f32, f32), room: f32) -> f32 {
        let Some((code, side)) = code_in(payload, room) else { return 0.0 };
        self.page.ops.push(code.moved(right - side, bottom - side));
        side
    }

    /// 照合番号, apart and so named.
    fn confirmation(&mut self, (x, y): (f32, f32)) -> f32 {
        let Some(check) = chart::check_digit::confirmation(&self.subject.chart.patient.id) else { return 0.0 };
        let wide = self.line(self.subject.w.say(CONFIRMATION), (x, y + 1.0), FINE, Weight::Regular, 80.0) + 3.0;
        let digits = self.line(&check, (x + wide + 2.5, y + 0.5), BODY, Weight::Bold, 40.0);
        self.page.frame(Area::new(x + wide, y - 0.5, digits + 5.0, BODY + 2.0), 0.7);
        BODY + 2.5
    }

    /// The bars of a number from a point, within a width and so high, its quiet zones within the width too.
    fn bars(&mut self, run: &Labels<'_>, number: &str, area: Area) -> Result<(), Error> {
        let Some(symbology) = run.bars else { return Ok(()) };
        let no_bars = || Error::NoBars { number: self.subject.id.number.clone() };
        if run.digits.is_some_and(|digits| digits != number.chars().count()) {
            return Err(no_bars());
        }
        let dark = bars(symbology, number).ok_or_else(no_bars)?;
        let module = module(dark.len(), area.w).ok_or_else(no_bars)?;
        let wide = module * dark.len() as f32;
        let x = area.x + (area.w - wide) / 2.0;
        self.page.ops.push(Op::Bars { area: Area::new(x, area.y, wide, area.h), dark: dark.into() });
        Ok(())
    }

    /// L2: name, bars, number and birth date, who drew it and when.
    fn tube(&mut self, run: &Labels<'_>, number: &str) -> Result<(), Error> {
        let (wide, high) = (self.page.w, self.page.h);
        let pad = PAD * 0.8;
        let room = wide - 2.0 * pad;
        let mut y = pad * 0.6;
        y += self.name((pad, y), room, 13.0, 2.0 * FINE * LEADING);
        let low = high - pad * 0.6 - FINE;
        let drawn = self.subject.w.say(if self.subject.training { DRAWN_IN_DRILL } else { DRAWN });
        self.line(drawn, (pad, low), FINE, Weight::Regular, room);
        let text = low - BODY - 1.0;
        let birth = self.subject.chart.patient.birth_date.map_or_else(String::new, |birth| birth.to_string());
        self.fitted(&format!("{number}  {birth}"), (pad, text), &[BODY, FINE], room);
        self.bars(run, number, Area::new(0.0, y + 0.5, wide, text - y - 2.0))
    }

    /// L3: who, and the plain number; nothing of what ails whoever wears it.
    fn band(&mut self, run: &Labels<'_>, number: &str) -> Result<(), Error> {
        let (wide, high) = (self.page.w, self.page.h);
        self.page.frame(Area::new(0.0, 0.0, wide, high), 0.3);
        // The clasp takes the ends.
        let clasp = 20.0 * MM;
        let mut x = clasp;
        if let Some((code, side)) = code_in(number, high - PAD) {
            self.page.ops.push(code.moved(x, (high - side) / 2.0));
            x += side + 2.0;
        }
        let right = 62.0 * MM;
        let room = wide - clasp - x - if run.bars.is_some() { right } else { 0.0 };
        let mut y = PAD - 1.0;
        self.line(&self.kana(), (x, y), FINE, Weight::Regular, room);
        y += FINE * 1.15;
        y += self.name((x, y), room, 22.0, high - y - 2.2 * BODY);
        let (w, birth, sex) = (self.subject.w, self.birth(), self.subject.w.sex(self.subject.chart.patient.sex));
        let unnamed = self.subject.chart.patient.is_unnamed();
        let sex = if unnamed { w.say(SEX_WRITTEN) } else { sex };
        let words = format!("{} {birth}  {sex}", w.say(BORN));
        self.fitted(&words, (x, y), &[12.0, BODY, FINE], room);
        let beside = wide - clasp - right;
        let (top, below) = (PAD, high - PAD - 15.0);
        let label = self.line(w.say(NUMBER), (beside + 8.0, below + 4.0), FINE, Weight::Regular, 60.0);
        self.fitted(number, (beside + 12.0 + label, below), &[15.0, 13.0, BODY, FINE], right - label - 14.0);
        self.bars(run, number, Area::new(beside, top, right, below - top - 2.0))
    }
}

const NAME: Label = ["氏名", "name"];
const DRILL: Label = ["【訓練】", "[DRILL] "];
const CONFIRMATION: Label = ["照合番号", "Check no."];
const DRAWN: Label = ["採取　 月　 日　 ：　 者", "Drawn  /   :    by"];
const DRAWN_IN_DRILL: Label = ["【訓練】採取  /    :", "[DRILL] Drawn  /   :"];
const BIRTH_WRITTEN: Label = ["　　　　年　　月　　日", "        /      /"];
const SEX_WRITTEN: Label = ["男・女", "M / F"];
const BORN: Label = ["生年月日", "Born"];
const NUMBER: Label = ["患者番号", "Patient no."];
