//! A sheet being made: pages with the same head and foot, and a place to write that moves down and on to the next page.

mod foot;

use crate::canvas::{Area, MM, Page};
use crate::code::{LabelCode, SIDE};
use crate::font::{Ink, Letter, Weight, width};
use crate::form::{Slot, What, slot};
pub use crate::kind::Class;
pub(crate) use crate::kind::{Form, Size, Stand, Who};
use crate::lines::{cut_to, lines};
use crate::marks::Mark;
use crate::table::{BODY, LEADING, Laid, PAD, Table, draw};
use crate::words::{Label, Words};
use crate::{Head, SheetId};

/// White at the left and right.
pub(crate) const MARGIN: f32 = 11.0 * MM;
/// Upper edge of the head; above it the band of a training home.
const TOP: f32 = 9.5 * MM;
/// Height of head and foot, which stand beside the codes.
const HIGH: f32 = 17.0 * MM;
/// Upper edge of the upper code and, from the lower edge, lower edge of the other: its white begins where a training home's band ends.
const CODE_TOP: f32 = 10.0 * MM;
/// A4 in points.
const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// Size of the title.
const TITLE: f32 = 18.0;
/// What stands for a letter that the sender's letters could not write (NHO asks for it), or whose bytes were not understood.
const UNSENT: [char; 3] = ['■', '〓', '\u{fffd}'];
/// White above a table without a heading.
const UNTITLED: f32 = 4.0;
/// Pages of one sheet; a chart that needs more is shown on the screen, and the sheet ends with an error rather than half.
const PAGES_MAX: usize = 200;

/// The sheet.
pub(crate) struct Sheet<'a> {
    pub ink: Ink,
    pub w: &'a Words,
    pub pages: Vec<Page>,
    /// Where the next thing goes.
    pub y: f32,
    /// So many pages at its beginning leave the hospital.
    bare: usize,
    /// What stands again at the head of every further page: a label, and what is known or empty for a pen. Without it a page that
    /// was parted from its first is signed by nobody.
    pub again: Vec<(Label, String)>,
    /// What the pages behind those are, white on black beside their title.
    copy: Label,
    /// Boxes that a machine looks into.
    pub marks: Vec<Mark>,
    /// What the slot asks that is drawn now, in Japanese.
    pub asks: String,
    head: &'a Head,
    id: &'a SheetId,
    form: &'static Form,
    who: Who,
    stand: Stand,
}

impl<'a> Sheet<'a> {
    pub fn new(
        w: &'a Words,
        head: &'a Head,
        id: &'a SheetId,
        form: &'static Form,
        who: Who,
        stand: Stand,
    ) -> Sheet<'a> {
        let bare = if form.bare { usize::MAX } else { 0 };
        let mut sheet = Sheet {
            ink: Ink::new(w.lang),
            w,
            pages: Vec::new(),
            y: 0.0,
            bare,
            again: Vec::new(),
            copy: HOSPITALS_COPY,
            marks: Vec::new(),
            asks: String::new(),
            head,
            id,
            form,
            who,
            stand,
        };
        sheet.open();
        sheet
    }

    pub fn left(&self) -> f32 {
        MARGIN
    }

    /// Ends what leaves the hospital and begins the 控え, which returns.
    pub fn copy(&mut self) {
        self.copy_as(HOSPITALS_COPY);
    }

    /// The same under other words than 病院控え.
    pub fn copy_as(&mut self, words: Label) {
        self.copy = words;
        self.again.clear();
        self.bare = self.pages.len();
        self.open();
    }

    pub fn hospital(&self) -> &str {
        &self.head.hospital
    }

    pub fn institution(&self) -> &crate::Institution {
        &self.head.institution
    }

    /// Ward, room and bed of whose sheet it is; empty where it is nobody's.
    pub fn place(&self) -> &str {
        &self.who.place
    }

    /// The width between the margins.
    pub fn room(&self) -> f32 {
        self.size().0 - 2.0 * MARGIN
    }

    /// Where the foot begins.
    pub fn bottom(&self) -> f32 {
        self.foot_top() - 5.0
    }

    /// The line above the foot: level with the code beside it, higher where the foot has more to say than stands there.
    fn foot_top(&self) -> f32 {
        self.size().1 - TOP - HIGH - self.w.raised()
    }

    /// The most that one patient may take of a ward's sheet: a page, less its headings. A chart gone wild stays one row.
    pub fn row_most(&self) -> f32 {
        self.bottom() - TOP - HIGH - 60.0
    }

    fn size(&self) -> (f32, f32) {
        match self.form.size {
            Size::Upright => A4,
            Size::Across => (A4.1, A4.0),
            Size::Wall => (2.0 * A4.0, A4.1),
        }
    }

    /// True for a page, from 1, that leaves the hospital without a code or number of ours.
    pub fn is_bare(&self, page: usize) -> bool {
        page <= self.bare
    }

    /// The page being written.
    pub fn page(&mut self) -> &mut Page {
        if self.pages.is_empty() {
            self.pages.push(Page::new(self.size()));
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// Begins a page with its head.
    pub fn open(&mut self) {
        let size = self.size();
        self.pages.push(Page::new(size));
        self.title();
        self.patient();
        if !self.is_bare(self.pages.len()) {
            self.standing();
        }
        self.stand_again();
    }

    fn stand_again(&mut self) {
        let again = std::mem::take(&mut self.again);
        let slots: Vec<Slot<'_>> = again.iter().map(|(label, said)| slot("", *label, 1.0, What::known(said))).collect();
        if !slots.is_empty() {
            self.slots(&slots);
            self.y += 2.0;
        }
        drop(slots);
        self.again = again;
    }

    /// One line of text on the page; gives its width.
    pub fn put(&mut self, text: &str, x: f32, y: f32, size: f32, weight: Weight) -> f32 {
        let letters = self.ink.letters(text, weight);
        self.page().text(&letters, x, y, size, 0)
    }

    /// The same, ending at `x`.
    pub fn put_right(&mut self, text: &str, x: f32, y: f32, size: f32, weight: Weight) -> f32 {
        let letters = self.ink.letters(text, weight);
        let wide = width(&letters, size);
        self.page().text(&letters, x - wide, y, size, 0)
    }

    /// Text broken into lines; gives the height.
    pub fn block(&mut self, text: &str, x: f32, y: f32, room: f32, size: f32, weight: Weight) -> f32 {
        let letters = self.ink.letters(text, weight);
        self.block_of(&letters, x, y, room, size)
    }

    pub fn block_of(&mut self, letters: &[Letter], x: f32, y: f32, room: f32, size: f32) -> f32 {
        let broken = lines(letters, size, room);
        for (at, line) in broken.iter().enumerate() {
            self.page().text(line, x, y + at as f32 * size * LEADING, size, 0);
        }
        broken.len() as f32 * size * LEADING
    }

    /// On every page of a copy, white on black behind its title: nobody takes it for what was handed over.
    fn copy_mark(&mut self) {
        let title = self.ink.letters(self.w.say(self.form.title), Weight::Bold);
        let letters = self.ink.letters(self.w.say(self.copy), Weight::Bold);
        let x = self.left() + width(&title, TITLE) + 8.0;
        self.page().fill(Area::new(x, TOP + 13.0, width(&letters, 12.0) + 8.0, 16.0), 0);
        self.page().text(&letters, x + 4.0, TOP + 14.5, 12.0, 255);
    }

    /// Small words behind the title of the page being written.
    pub fn beside_title(&mut self, words: Label) {
        let title = self.ink.letters(self.w.say(self.form.title), Weight::Bold);
        let x = self.left() + width(&title, TITLE) + 6.0;
        self.put(self.w.say(words), x, TOP + 11.5 + TITLE - BODY - 1.0, BODY, Weight::Regular);
    }

    /// What a patient's label (L1) that is printed on this sheet says.
    pub fn label_code(&self) -> String {
        LabelCode { patient: self.who.number.clone(), number: self.id.number.clone() }.text()
    }

    fn title(&mut self) {
        let (w, form) = (self.w, self.form);
        self.ink.at(w.say(HEAD));
        let right = self.left() + self.room() - SIDE - 6.0;
        let (hospital, number) = (self.head.hospital.clone(), self.id.number.clone());
        let letters = self.ink.letters(&hospital, Weight::Regular);
        let (line, was_cut) = cut_to(&letters, BODY, self.room() - SIDE - 160.0);
        let line = line.to_vec();
        let left = self.left();
        let wide = self.page().text(&line, left, TOP, BODY, 0);
        if was_cut {
            self.put("…", left + wide, TOP, BODY, Weight::Regular);
        }
        self.put(w.say(form.title), left, TOP + 11.5, TITLE, Weight::Bold);
        self.put(w.say(form.standing), left, TOP + 32.5, BODY, Weight::Bold);
        if !self.is_bare(self.pages.len()) {
            self.put_right(&format!("{} {}", form.code, number), right, TOP, BODY, Weight::Bold);
            if form.bare {
                self.copy_mark();
            }
        }
        self.y = TOP + HIGH + 3.0;
    }

    /// The patient's block: on every page, so that no page is ever nobody's; but not where a form of the law asks it itself.
    fn patient(&mut self) {
        if self.who.asked && self.is_bare(self.pages.len()) {
            return;
        }
        if self.who.number.is_empty() {
            if self.who.blank {
                self.blank_patient();
            }
            return;
        }
        if self.who.unnamed {
            return self.unnamed_patient();
        }
        let who = std::mem::take(&mut self.who);
        let (w, left, room, top) = (self.w, self.left(), self.room(), self.y);
        self.ink.at(w.say(PATIENT));
        let split = (room * 0.62).round();
        let inner = split - 2.0 * PAD;
        let mut y = top + 3.0;
        y += self.block(&who.kana, left + PAD, y, inner, BODY, Weight::Regular);
        let name = self.ink.letters(&who.name, Weight::Bold);
        let size = [18.0, 15.0, 12.5].into_iter().find(|size| width(&name, *size) <= inner).unwrap_or(12.5);
        y += self.block_of(&name, left + PAD, y, inner, size);
        if format!("{}{}", who.name, who.kana).contains(UNSENT) {
            y += self.block(w.say(NOT_ARRIVED), left + PAD, y, inner, BODY, Weight::Bold);
        }
        let mut right_y = top + 3.0;
        let x = left + split + PAD;
        // Where somebody lies and who treats is nobody's business outside.
        let bare = self.is_bare(self.pages.len());
        let beside = [(NUMBER, &who.number), (PLACE, &who.place)];
        // An outpatient lies nowhere.
        let said = if bare || who.place.is_empty() { 1 } else { 2 };
        for (label, value) in beside.into_iter().take(said) {
            let wide = self.put(w.say(label), x, right_y + 4.0, BODY, Weight::Regular) + 5.0;
            let letters = self.ink.letters(value, Weight::Bold);
            let rest = room - split - 2.0 * PAD - wide;
            let size = [14.0, 12.0, BODY].into_iter().find(|size| width(&letters, *size) <= rest).unwrap_or(BODY);
            right_y += self.block_of(&letters, x + wide, right_y, rest, size).max(17.0);
            if label == NUMBER && !bare {
                right_y += self.confirmation(&who.number, x, right_y);
            }
        }
        y = y.max(right_y);
        for line in if bare { std::slice::from_ref(&who.birth) } else { &who.lines[..] } {
            y += self.block(line, left + PAD, y + 1.0, room - 2.0 * PAD, BODY, Weight::Regular);
        }
        let area = Area::new(left, top, room, y + 3.0 - top);
        self.page().frame(area, 1.2);
        self.y = area.bottom() + 3.0;
        self.who = who;
    }

    /// Whose number this sheet bears.
    pub fn number(&self) -> String {
        self.who.number.clone()
    }

    /// 照合番号 on a line of its own and so named: nobody takes it for part of the number. Gives the height.
    pub fn confirmation(&mut self, number: &str, x: f32, y: f32) -> f32 {
        let Some(check) = chart::check_digit::confirmation(number) else { return 0.0 };
        let wide = self.put(self.w.say(CONFIRMATION), x, y + 2.5, BODY, Weight::Regular) + 5.0;
        let digits = self.put(&check, x + wide + 4.0, y + 1.5, BODY, Weight::Bold);
        self.page().frame(Area::new(x + wide, y, digits + 8.0, BODY + 3.0), 0.8);
        BODY + 5.0
    }

    /// データ時点: how old all of it is, in words, on every page.
    fn standing(&mut self) {
        if self.stand.words.is_empty() {
            return;
        }
        let (stand, left, room, top) = (self.stand.words.clone(), self.left(), self.room(), self.y);
        self.ink.at(self.w.say(HEAD));
        let high = self.block(&stand, left, top, room, BODY, Weight::Bold);
        self.y = top + high + 1.0;
    }

    /// Goes on to a new page unless this height is left on this one.
    pub fn need(&mut self, height: f32) {
        if self.y + height > self.bottom() {
            self.open();
        }
    }

    /// The heading of a section, with a thick rule above. Gives nothing back; moves down.
    pub fn heading(&mut self, title: &str, note: &str) {
        let (left, room, top) = (self.left(), self.room(), self.y + 2.0);
        self.ink.at(title);
        self.page().line((left, top), (left + room, top), 1.2);
        let wide = self.put(title, left, top + 2.0, 11.5, Weight::Bold);
        let letters = self.ink.letters(note, Weight::Regular);
        let gap = if title.is_empty() { 0.0 } else { 8.0 };
        let beside = room - wide - gap;
        let fits = width(&letters, BODY) <= beside;
        if fits {
            // On the line of the title, clear of the rule of what follows.
            self.page().text(&letters, left + wide + gap, top + 2.8, BODY, 0);
        }
        self.y = top + 14.4;
        if !fits {
            self.y += self.block_of(&letters, left, top + 14.4, room, BODY) + 1.0;
        }
    }

    /// The height [`Sheet::heading`] will take.
    pub fn heading_height(&mut self, title: &str, note: &str) -> f32 {
        let wide = width(&self.ink.letters(title, Weight::Bold), 11.5);
        let letters = self.ink.letters(note, Weight::Regular);
        if width(&letters, BODY) <= self.room() - wide - 8.0 {
            return 16.4;
        }
        17.4 + lines(&letters, BODY, self.room()).len() as f32 * BODY * LEADING
    }

    /// A whole table from a row on, over as many pages as it needs: the heads again on each, the heading never alone, a row parted
    /// only when no page holds it. Gives the number of the page it begins on; an empty table draws nothing.
    pub fn table(&mut self, table: &Table) -> usize {
        self.ink.at(&table.title);
        let heads = table.heads(&mut self.ink);
        let head_height = heads.as_ref().map_or(0.0, |heads| heads.height());
        let rows = table.laid(&mut self.ink);
        let Some(first) = rows.first() else { return self.pages.len() };
        let titled = !(table.title.is_empty() && table.note.is_empty());
        let title = if titled { self.heading_height(&table.title, &table.note) } else { UNTITLED };
        let whole = self.bottom() - TOP - HIGH;
        self.need(title + head_height + first.height().min(whole / 3.0));
        let widths = table.widths();
        if titled {
            self.heading(&table.title, &table.note);
        } else {
            self.y += UNTITLED;
            let (left, right, y) = (self.left(), self.left() + self.room(), self.y);
            self.page().line((left, y), (right, y), 0.7);
        }
        let begins = self.pages.len();
        let mut rows = rows.into_iter();
        let mut next = rows.next();
        // True while no row stands under the heads of this page.
        let mut bare = true;
        while let Some(row) = next.take() {
            if let Some(heads) = heads.as_ref().filter(|_| bare) {
                self.row(heads, &widths, table.grid);
            }
            let left = self.bottom() - self.y;
            if row.height() <= left {
                self.row(&row, &widths, table.grid);
                (bare, next) = (false, rows.next());
                continue;
            }
            if self.pages.len() >= PAGES_MAX {
                break;
            }
            next = Some(if bare { self.part(row, left, &widths, table.grid) } else { row });
            self.continued(table);
            bare = true;
        }
        self.y += 3.0;
        begins
    }

    /// As much of a row as this page holds, where a page of its own does not hold it; gives what is left.
    fn part(&mut self, row: Laid, left: f32, widths: &[f32], grid: bool) -> Laid {
        let (part, rest) = row.split(left);
        self.row(&part, widths, grid);
        rest
    }

    fn continued(&mut self, table: &Table) {
        self.open();
        let continued = self.w.say(CONTINUED);
        let title = format!("{}{continued}", table.title.trim_end_matches(continued));
        self.heading(&title, "");
    }

    /// One row here.
    pub fn row(&mut self, row: &Laid, widths: &[f32], grid: bool) {
        let at = (self.left(), self.y);
        draw(self.page(), row, at, widths, grid);
        self.y += row.height();
    }
}

const HEAD: Label = ["表題・欄外", "head and foot"];
const NOT_ARRIVED: Label =
    ["⚠ 届かなかった字がある（■）。本人に確かめて書く", "⚠ a letter (■) did not arrive: ask, and write it"];
const HOSPITALS_COPY: Label = ["病院控え", "COPY"];
/// The copy of what a pharmacy works by.
pub(crate) const NOT_TO_DISPENSE: Label = ["控え・調剤には使えない", "COPY, NOT TO DISPENSE BY"];
const PATIENT: Label = ["患者欄", "patient block"];
const NUMBER: Label = ["患者番号", "Patient no."];
const CONFIRMATION: Label = ["照合番号（番号の一部ではない）", "Check no. (not part of it)"];
const PLACE: Label = ["病棟・病室", "Ward, room"];
const CONTINUED: Label = ["（続き）", " (continued)"];
