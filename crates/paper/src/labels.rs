//! Labels: L1 for papers and films, L2 for tubes, L3 the wristband; on a sheet of label stock, or as a picture for a label printer
//! (`zpl`). A sheet of labels has its number in the margin and no code of a page: a label that sticks somewhere is no page. The
//! code of L1 says patient and sheet; those of L2 and L3 say the plain number, as analysers and wristband readers expect it.

mod draw;
mod raster;
mod stock;
mod zpl;

use chart::Chart;

use crate::canvas::{MM, Page};
use crate::font::{Ink, Weight, width};
use crate::sheet::Class;
use crate::table::FINE;
use crate::words::{Label, Words};
use crate::{Error, FormInfo, Head, Inpatient, Made, Pack, Pages, SheetId};

pub use crate::bars::Symbology;
pub use stock::Stock;
pub use zpl::Zpl;

/// Labels of one run at most: a roll's worth for one patient, and far more than anybody needs.
pub const LABELS_MAX: usize = 200;

/// What the labels are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// L1 患者ラベル: on forms, films, letters.
    Patient,
    /// L2 検体ラベル: on tubes.
    Tube,
    /// L3 リストバンド: without blood type, infection or diagnosis.
    Wristband,
}

impl LabelKind {
    /// Every kind.
    pub const ALL: [LabelKind; 3] = [LabelKind::Patient, LabelKind::Tube, LabelKind::Wristband];

    /// The smallest label, in millimetres, on which all of it stands.
    pub const fn least(self) -> (f32, f32) {
        match self {
            LabelKind::Patient => (60.0, 38.0),
            LabelKind::Tube => (40.0, 25.0),
            LabelKind::Wristband => (200.0, 22.0),
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<LabelKind> {
        LabelKind::ALL.into_iter().find(|kind| kind.info().code == code)
    }

    /// What the ledger keeps of it: used up, and what is left over is shredded.
    pub const fn info(self) -> FormInfo {
        let (code, title) = match self {
            LabelKind::Patient => ("L1", ["患者ラベル", "Patient labels"]),
            LabelKind::Tube => ("L2", ["検体ラベル", "Tube labels"]),
            LabelKind::Wristband => ("L3", ["リストバンド", "Wristbands"]),
        };
        FormInfo { code, title, class: Class::Reference, of_patient: true }
    }
}

/// A run of labels for one patient.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    /// What for.
    pub kind: LabelKind,
    /// How many of each, at least one; at most [`LABELS_MAX`] in all.
    pub count: usize,
    /// Places of the first sheet that were used before.
    pub skip: usize,
    /// The sheet they are printed on.
    pub stock: Stock,
    /// Which one-dimensional code the site's analysers or readers read; `None` for none. L1 has none.
    pub bars: Option<Symbology>,
    /// 検体番号 out of the range that the site's analyser accepts, a tube each; none for the patient's own number.
    pub specimens: &'a [String],
    /// How many digits the analyser expects; a number of another length is refused and never padded.
    pub digits: Option<usize>,
}

impl Labels<'_> {
    /// Labels of a kind on its usual stock, with Code 128 where there are bars.
    pub fn of(kind: LabelKind, count: usize) -> Labels<'static> {
        let (stock, bars) = match kind {
            LabelKind::Patient => (Stock::A4_21, None),
            LabelKind::Tube => (Stock::A4_44, Some(Symbology::Code128)),
            LabelKind::Wristband => (Stock::A4_BANDS, Some(Symbology::Code128)),
        };
        Labels { kind, count, skip: 0, stock, bars, specimens: &[], digits: None }
    }

    /// True where 検体番号 of so many digits can be printed on a tube's label of this stock, so that readers read them.
    pub fn holds(stock: &Stock, symbology: Symbology, digits: usize) -> bool {
        draw::holds(stock, symbology, digits)
    }

    /// The numbers in the bars, each for [`Labels::count`] labels.
    fn numbers<'n>(&'n self, chart: &'n Chart) -> Vec<&'n str> {
        let of_tubes = self.kind == LabelKind::Tube && !self.specimens.is_empty();
        if of_tubes { self.specimens.iter().map(String::as_str).collect() } else { vec![&chart.patient.id] }
    }
}

/// What every label of a run is drawn from.
struct Subject<'a> {
    w: &'a Words,
    chart: &'a Chart,
    place: String,
    training: bool,
    id: &'a SheetId,
}

/// Labels drawn, each on a page of its own size, with how many of it are wanted; and the ink, which knows what letters no font has.
fn labels(subject: &Subject<'_>, run: &Labels<'_>) -> Result<(Vec<(Page, usize)>, Ink), Error> {
    let (numbers, count) = (run.numbers(subject.chart), run.count.max(1));
    if numbers.len().saturating_mul(count) > LABELS_MAX {
        return Err(Error::TooManyLabels { number: subject.id.number.clone() });
    }
    let mut ink = Ink::new(subject.w.lang);
    let mut drawn = Vec::with_capacity(numbers.len());
    for number in numbers {
        drawn.push((draw::label(&mut ink, subject, run, number)?, count));
    }
    Ok((drawn, ink))
}

/// The sheets of a run.
fn sheets(w: &Words, head: &Head, id: &SheetId, patient: &Inpatient<'_>, run: &Labels<'_>) -> Result<Made, Error> {
    let subject = subject(w, head, id, patient)?;
    let stock = &run.stock;
    let each = stock.places();
    if each == 0 || !stock.fits() {
        return Err(Error::BadStock { number: id.number.clone() });
    }
    let (drawn, mut ink) = labels(&subject, run)?;
    let labels: Vec<&Page> = drawn.iter().flat_map(|(label, count)| std::iter::repeat_n(label, *count)).collect();
    let skip = run.skip % each;
    let count = (skip + labels.len()).div_ceil(each);
    let mut pages: Vec<Page> = (0..count).map(|_| Page::new(stock.paper_pt())).collect();
    for (at, label) in labels.iter().enumerate() {
        let (page, place) = ((skip + at) / each, (skip + at) % each);
        let (x, y) = stock.place(place);
        pages[page].ops.extend(label.ops.iter().map(|op| op.moved(x, y)));
    }
    for (at, page) in pages.iter_mut().enumerate() {
        margin(w, head, id, run, &mut ink, page, (at + 1, count));
    }
    let codes = vec![draw::payload(&subject, run); count];
    Ok(Made { pages, codes, marks: Vec::new(), missing: ink.missing().to_vec(), over: 0.0 })
}

fn subject<'a>(w: &'a Words, head: &Head, id: &'a SheetId, patient: &Inpatient<'a>) -> Result<Subject<'a>, Error> {
    let chart = patient.chart.filter(|chart| !chart.patient.id.is_empty());
    let Some(chart) = chart else { return Err(Error::NoChart { number: id.number.clone() }) };
    Ok(Subject { w, chart, place: patient.bed.words(), training: head.training, id })
}

/// The line in the upper margin by which the ledger knows the sheet.
fn margin(
    w: &Words,
    head: &Head,
    id: &SheetId,
    run: &Labels<'_>,
    ink: &mut Ink,
    page: &mut Page,
    (at, count): (usize, usize),
) {
    let info = run.kind.info();
    ink.at(w.say(MARGIN));
    let training = if head.training { w.say(TRAINING) } else { "" };
    let words = format!(
        "{} {} {}  {at} / {count}  {} {}  {}  {training}",
        info.code,
        w.say(info.title),
        id.number,
        w.say(MADE),
        head.made,
        head.printed_by
    );
    let letters = ink.letters(words.trim_end(), Weight::Bold);
    let room = page.w - 2.0 * EDGE;
    let size = if width(&letters, FINE) <= room { FINE } else { FINE * room / width(&letters, FINE) };
    let y = (run.stock.top * MM - size).max(12.0) / 2.0;
    page.text(&letters, EDGE, y, size, 0);
}

/// White that no printer fills, at the left and right of the margin's line.
const EDGE: f32 = 8.0 * MM;
const MARGIN: Label = ["欄外", "margin"];
const MADE: Label = ["作成", "made"];
const TRAINING: Label = ["訓練　架空の患者です", "DRILL, invented patients"];

impl Pack {
    /// Labels of one patient on sheets of label stock. The sheet's number stands in the margin; the text of [`Pages::codes`] is that
    /// of each label's code.
    ///
    /// # Errors
    /// As [`Pack::summary`]; [`Error::TooManyLabels`]; [`Error::BadStock`] for a grid that the paper does not hold, [`Error::NoBars`] for a number that the
    /// chosen code cannot say at a readable size, or of another length than the analyser's.
    pub fn labels(&mut self, patient: &Inpatient<'_>, run: &Labels<'_>, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, run.kind.info().code, |words, head| sheets(words, head, id, patient, run))
    }

    /// The same labels for a label printer that speaks ZPL II, drawn here, so that it needs no Japanese font. Nothing is added to the
    /// pack.
    ///
    /// # Errors
    /// As [`Pack::labels`].
    pub fn zpl(&self, patient: &Inpatient<'_>, run: &Labels<'_>, id: &SheetId) -> Result<Zpl, Error> {
        crate::known_number(id)?;
        let words = Words::new(self.lang, self.head.made);
        let subject = subject(&words, &self.head, id, patient)?;
        let (labels, ink) = labels(&subject, run)?;
        let count = labels.iter().map(|(_, count)| count).sum();
        let pages = Pages {
            form: run.kind.info().code,
            number: id.number.clone(),
            count,
            codes: vec![draw::payload(&subject, run); count],
            marks: Vec::new(),
            missing: ink.missing().to_vec(),
        };
        Ok(Zpl { text: zpl::text(&labels, run.kind == LabelKind::Wristband), pages })
    }
}
