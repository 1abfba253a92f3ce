//! Sheets: what a ward works by when there is no screen. A chart in, the bytes of a PDF out; no clock, no file, no socket.
//!
//! A [`Pack`] is one document: sheets in the order added, fonts embedded once. The tour: letters become glyphs (`font`), lines
//! (`lines`), rows (`table`) and pages (`sheet`, `canvas`), and each sheet is a folder or file of `sheets` with its labels in one
//! place. A letter that no font has stands there in words and is told of ([`Pages::flaw`]): never an empty box in somebody's name,
//! and never a ward without its board for one letter.

mod bars;
mod canvas;
mod code;
mod desk;
mod error;
mod font;
mod form;
mod graph;
mod head;
mod headquarters;
mod kind;
mod labels;
mod lines;
mod marks;
mod pdf;
mod picture;
mod sheet;
mod sheets;
mod table;
#[cfg(test)]
mod tests;
mod words;

// The tests share a file with the example, which knows this crate by its name.
#[cfg(test)]
extern crate self as paper;

use chart::{Chart, Lang, Moment};

use canvas::Page;
use pdf::Document;
use words::Words;

pub use code::{LabelCode, Named, PageCode, SheetCode};
pub use error::Error;
pub use font::{FONT_LICENCES, Missing};
pub use head::{Head, Institution};
pub use labels::{LABELS_MAX, LabelKind, Labels, Stock, Symbology, Zpl};
pub use marks::{Mark, MarkKind};
pub use picture::Picture;
pub use sheet::Class;
pub use sheets::action::{ActionCard, ActionPrint};
pub use sheets::appointments::{Day, Expected};
pub use sheets::bundle::BundlePrint;
pub use sheets::calls::{CallLine, CallPrint, NoticeLetter};
pub use sheets::chronology::{ChronologyPrint, ChronologyRow, ChronologySpan, LINES as CHRONOLOGY_LINES};
pub use sheets::envelope::{EnvelopeOpening, EnvelopeTag};
pub use sheets::forms::{OutGuide, VisitTicket};
pub use sheets::gate::{GateNotice, GateSeen, GateState};
pub use sheets::key_card::KeyCard;
pub use sheets::letters::{LetterLine, LetterList};
pub use sheets::memo::{Memo, Scanned};
pub use sheets::package::{PackageBlock, PackagePrint, PackageRow};
pub use sheets::queue::{QueueLine, QueuePrint};
pub use sheets::register::{RegisterList, RegisterPrint, RegisterRow};
pub use sheets::summary::{Before, summary_words};
pub use sheets::swap::Swap;
pub use sheets::thing::{ThingInside, ThingTag};
pub use sheets::{card::Card, checkpoint::Checkpoint};

/// The number of one sheet, unique to it, made of `0-9A-Z-` (at most 40 characters). It comes from the caller's ledger.
#[derive(Clone, Debug)]
pub struct SheetId {
    /// The number, e.g. `A1-000123`.
    pub number: String,
}

/// Where a patient lies, in the words of the ward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bed {
    /// Ward, e.g. `3東`.
    pub ward: String,
    /// Room.
    pub room: String,
    /// Bed.
    pub bed: String,
}

impl Bed {
    /// `3東 305-2`; what is empty is left out.
    pub fn words(&self) -> String {
        let bed = if self.bed.is_empty() { String::new() } else { format!("-{}", self.bed) };
        format!("{} {}{bed}", self.ward, self.room).trim().trim_start_matches('-').to_owned()
    }
}

/// One bed with who lies there: a patient's summary, or a row of a ward's sheet.
#[derive(Clone, Copy, Debug)]
pub struct Inpatient<'a> {
    /// Where.
    pub bed: &'a Bed,
    /// Who; `None` for a bed that is empty as far as the copy tells: a row of the board and of nothing else. With marks, a bed
    /// whose chart cannot be read: every list of the ward says so.
    pub chart: Option<&'a Chart>,
    /// 氏名掲示不可: on ward sheets initials and number stand in place of the name.
    pub hide_name: bool,
    /// Marks that the caller knows, in words, e.g. `同姓同名`, `面会制限`.
    pub marks: &'a [String],
}

/// How much of a summary is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The first page, and what it cannot hold: for the whole ward.
    FirstPage,
    /// Orders and profile behind it: for one patient.
    Whole,
}

/// A sheet laid out.
struct Made {
    pages: Vec<Page>,
    /// The text of every page's codes.
    codes: Vec<String>,
    marks: Vec<Mark>,
    missing: Vec<Missing>,
    /// By how much a foot is higher than the room for it, in points.
    over: f32,
}

/// What was added to the pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Pages {
    /// Form code, e.g. `P4`.
    pub form: &'static str,
    /// The number of the sheet.
    pub number: String,
    /// Pages of the sheet.
    pub count: usize,
    /// The text of every code on it, page by page.
    pub codes: Vec<String>,
    /// Boxes on it that a machine looks into.
    pub marks: Vec<Mark>,
    /// Letters that no embedded font has, with their places. They stand on the sheet as `〔字形なし U+1F600〕`, and every page says so
    /// at its head: the sheet may be used, and is not whole.
    pub missing: Vec<Missing>,
}

impl Pages {
    /// What is not whole, in words for whoever printed it; `None` when all is.
    pub fn flaw(&self) -> Option<String> {
        let named = self.missing.iter().map(|Missing { ch, place }| format!(" U+{:04X}（{place}）", u32::from(*ch)));
        let named: String = named.collect();
        let more = if self.missing.len() < font::MISSING_MAX { "" } else { " …" };
        (!named.is_empty()).then(|| {
            format!(
                "帳票 {} {} に書体にない文字があり、〔字形なし〕と刷りました:{named}{more}。画面の停止時カルテか本人で確かめ、情報担当に知らせてください / no font has these letters; the sheet says so in their place: confirm on the screen",
                self.form, self.number
            )
        })
    }
}

/// What a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormInfo {
    /// Its code, e.g. `P9A`; the forms of one family begin alike.
    pub code: &'static str,
    /// Its name in Japanese and English.
    pub title: [&'static str; 2],
    /// What becomes of it.
    pub class: Class,
    /// Whether it is a patient's.
    pub of_patient: bool,
}

/// Every form that can be printed by itself, filled or blank, in the order of the catalogue.
pub fn forms() -> impl Iterator<Item = FormInfo> {
    sheets::forms::FORMS.iter().map(|sheet| FormInfo {
        code: sheet.form.code,
        title: sheet.form.title,
        class: sheet.form.class,
        of_patient: sheet.of_patient,
    })
}

/// What a form of any kind is, by its code: those of [`forms`], summary, board, lists, batch header, card and labels.
pub fn form(code: &str) -> Option<FormInfo> {
    let own = sheets::OWN.iter().map(|form| FormInfo {
        code: form.code,
        title: form.title,
        class: form.class,
        of_patient: form.code == sheets::summary::FORM.code,
    });
    forms().chain(own).chain(LabelKind::ALL.map(LabelKind::info)).find(|form| form.code == code)
}

/// How many rows with printed numbers a blank sheet of the chronology has (P1, P1W): row n is called by the sheet's number and n. `None` for
/// any other form.
pub fn chronology_rows(code: &str) -> Option<u32> {
    sheets::forms::chronology_rows(code)
}

/// How many blank rows with printed numbers a sheet of the queue has (P6Q). `None` for any other form.
pub fn queue_rows(code: &str) -> Option<u32> {
    (code == sheets::queue::FORM.code).then_some(sheets::queue::ROWS)
}

/// What the lists of a ward ask of a chart: the rest, most of it, is let go, so that a ward's charts can be held together.
pub fn for_lists(chart: Chart) -> Chart {
    Chart {
        cautions: Vec::new(),
        labs: Vec::new(),
        microbiology: Vec::new(),
        exams: Vec::new(),
        orders: Vec::new(),
        visits: Vec::new(),
        first_visits: Vec::new(),
        appointments: Vec::new(),
        movements: Vec::new(),
        insurance: Vec::new(),
        kin: Vec::new(),
        disabilities: Vec::new(),
        papers: Vec::new(),
        operations: Vec::new(),
        chemotherapy: Vec::new(),
        freshness: Vec::new(),
        earlier: Vec::new(),
        links: Vec::new(),
        unplaced: Vec::new(),
        faults: Vec::new(),
        ..chart
    }
}

/// Longest sheet number: with form, page and pages its code stays readable at 15 mm.
const NUMBER_LONGEST: usize = 40;

/// An error for a number that no code can carry.
fn known_number(id: &SheetId) -> Result<(), Error> {
    let good = code::is_payload(&id.number) && id.number.len() <= NUMBER_LONGEST;
    if good { Ok(()) } else { Err(Error::BadNumber { number: id.number.clone() }) }
}

/// One document being made.
pub struct Pack {
    lang: Lang,
    head: Head,
    checkpoint: Option<Checkpoint>,
    document: Document,
    /// Pages as laid out, for tests.
    #[cfg(test)]
    laid: Vec<Page>,
}

impl Pack {
    /// An empty pack in one language.
    pub fn new(lang: Lang, head: Head) -> Pack {
        Pack {
            lang,
            head,
            checkpoint: None,
            document: Document::new(),
            #[cfg(test)]
            laid: Vec::new(),
        }
    }

    /// Where the vault's log stands, which every ward's board of this pack carries from now on.
    pub fn carry(&mut self, checkpoint: Option<Checkpoint>) {
        self.checkpoint = checkpoint;
    }

    /// P4 患者サマリー: one page with what must be known, then, where asked for, orders and profile. A bed without a chart is an error.
    ///
    /// # Errors
    /// [`Error::BadNumber`], [`Error::TooLong`], [`Error::NoChart`]; nothing is added then.
    pub fn summary(&mut self, patient: &Inpatient<'_>, extent: Extent, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::summary::FORM.code, |words, head| {
            sheets::summary::pages(words, head, id, patient, extent, None)
        })
    }

    /// P4 with a mark on what of its first page is new since the one that lies in the ward's box.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn summary_since(
        &mut self,
        patient: &Inpatient<'_>,
        extent: Extent,
        before: &Before,
        id: &SheetId,
    ) -> Result<Pages, Error> {
        let made = |words: &Words, head: &Head| sheets::summary::pages(words, head, id, patient, extent, Some(before));
        self.add(id, sheets::summary::FORM.code, made)
    }

    /// Pages so far.
    pub fn pages(&self) -> usize {
        self.document.len()
    }

    /// Puts the pages from `from` to the end before those from `before` on: what is made last may be read first.
    pub fn put_first(&mut self, before: usize, from: usize) {
        self.document.put_first(before, from);
    }

    /// P5 病棟リーダー板: one row a bed, in the order given.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn board(&mut self, ward: &str, rows: &[Inpatient<'_>], id: &SheetId) -> Result<Pages, Error> {
        let seen = self.checkpoint.clone();
        let made = |words: &Words, head: &Head| sheets::board::pages(words, head, id, ward, rows, seen.as_ref());
        self.add(id, sheets::board::FORM.code, made)
    }

    /// 空白時間確認票: high-risk drugs whose doses in the gap two nurses confirm.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn gaps(&mut self, ward: &str, rows: &[Inpatient<'_>], id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::gaps::FORM.code, |words, head| sheets::gaps::pages(words, head, id, ward, rows))
    }

    /// 食数・禁食・アレルギー一覧 of a ward.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn meals(&mut self, ward: &str, rows: &[Inpatient<'_>], id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::meals::FORM.code, |words, head| sheets::meals::pages(words, head, id, ward, rows))
    }

    /// 緊急開封カード: a ward's sealed card with its one-time codes.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn card(&mut self, card: &Card, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::card::FORM.code, |words, head| sheets::card::pages(words, head, id, card))
    }

    /// PZ 鍵のカード. It is in no ledger: the number is only what errors name.
    ///
    /// # Errors
    /// As [`Pack::summary`]; [`Error::BadNumber`] for a code that is not `0-9A-Z-`.
    pub fn key_card(&mut self, card: &KeyCard, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::key_card::FORM.code, |words, head| sheets::key_card::pages(words, head, id, card))
    }

    /// PE: the tag that goes with a chart file that is carried away.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn envelope_tag(&mut self, tag: &EnvelopeTag, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::envelope::TAG.code, |words, head| sheets::envelope::tag(words, head, id, tag))
    }

    /// PU: the sheet with the figures that open it, to be sealed.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn envelope_opening(&mut self, opening: &EnvelopeOpening, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::envelope::OPENING.code, |words, head| sheets::envelope::opening(words, head, id, opening))
    }

    /// PA 予約一覧 of some days; `data` is when the newest data was sent.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn appointments(&mut self, days: &[Day], data: Option<Moment>, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::appointments::FORM.code, |words, head| {
            sheets::appointments::pages(words, head, id, days, data)
        })
    }

    /// PX 差替え・回収票 of a ward, and how many patients' sheets stay as they are.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn swaps(&mut self, ward: &str, swaps: &[Swap], unchanged: usize, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::swap::FORM.code, |words, head| {
            sheets::swap::pages(words, head, id, ward, swaps, unchanged)
        })
    }

    /// PN 関門のお知らせ.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn gate_notice(&mut self, notice: &GateNotice, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::gate::FORM.code, |words, head| sheets::gate::pages(words, head, id, notice))
    }

    /// PH 申し送りメモ of a ward.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn memo(&mut self, ward: &str, memo: Option<&Memo>, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::memo::FORM.code, |words, head| sheets::memo::pages(words, head, id, ward, memo))
    }

    /// PV: the picture of a board or memo that a ward scanned.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn scanned(&mut self, ward: &str, scanned: &Scanned, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::memo::SCANNED.code, |words, head| sheets::memo::scanned(words, head, id, ward, scanned))
    }

    /// P12B スキャン送り状 of a stack of so many pages.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn batch(&mut self, count: u32, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::batch::FORM.code, |words, head| sheets::batch::pages(words, head, id, count))
    }

    /// A form by its code ([`forms`]): filled from the patient's chart, or blank.
    ///
    /// # Errors
    /// As [`Pack::summary`], and [`Error::NoForm`].
    pub fn form(&mut self, code: &str, patient: Option<&Inpatient<'_>>, id: &SheetId) -> Result<Pages, Error> {
        let known = sheets::forms::FORMS.iter().find(|sheet| sheet.form.code == code);
        let Some(sheet) = known else { return Err(Error::NoForm { code: code.to_owned() }) };
        self.add(id, sheet.form.code, |words, head| sheets::forms::pages(words, head, id, sheet, patient))
    }

    /// P11B カルテ所在カード of a thing that is lent, with whom and since when; the patient where it is a patient's.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn out_guide(
        &mut self,
        patient: Option<&Inpatient<'_>>,
        guide: &OutGuide,
        id: &SheetId,
    ) -> Result<Pages, Error> {
        let form = sheets::forms::GUIDE.form.code;
        self.add(id, form, |words, head| sheets::forms::guide(words, head, id, patient, guide))
    }

    /// P11G 紙ものの票 of a thing that is nobody's: `id` is the thing's own number.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn thing_tag(&mut self, tag: &ThingTag, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::thing::FORM.code, |words, head| sheets::thing::pages(words, head, id, tag))
    }

    /// P11F 未スキャン文書台帳: letters that wait to be scanned, department by department in the order given.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn letters(&mut self, lists: &[LetterList], id: &SheetId) -> Result<Pages, Error> {
        self.add(id, sheets::letters::FORM.code, |words, head| sheets::letters::pages(words, head, id, lists))
    }

    /// Makes a sheet whole and only then draws it, so that a sheet with an error leaves no trace.
    fn add(
        &mut self,
        id: &SheetId,
        form: &'static str,
        make: impl Fn(&Words, &Head) -> Result<Made, Error>,
    ) -> Result<Pages, Error> {
        known_number(id)?;
        let words = Words::new(sheets::forms::lang(form, self.lang), self.head.made);
        let mut made = make(&words, &self.head)?;
        if made.over > 0.0 {
            words.raise(made.over);
            made = make(&words, &self.head)?;
        }
        let Made { pages, codes, marks, missing, over: _ } = made;
        for page in &pages {
            page.draw(&mut self.document);
        }
        let count = pages.len();
        #[cfg(test)]
        self.laid.extend(pages);
        Ok(Pages { form, number: id.number.clone(), count, codes, marks, missing })
    }

    /// The PDF.
    ///
    /// # Errors
    /// [`Error::Pdf`] when a font cannot be embedded.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.document.finish(self.lang).map_err(Error::Pdf)
    }
}
