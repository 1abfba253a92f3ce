//! Forms one by one: filled from a patient's chart, blank by the dozen, or the cover of a stack. Numbered and told like every run.

use chart::{Lang, Moment, PatientId};
use paper::{Extent, LabelKind, Labels, Pages, SheetId};
use store::Reader;

use super::filing::BATCH_FORM;
use super::pieces::Write;
use super::{Bedside, Making, Printed, bedsides, inpatient, nobody, told};
use crate::event::Scope;
use crate::home::Problem;
use crate::text::Words;
use crate::writing::{Answer, Request};

/// Blank sheets of one run: a box for a ward and a day.
pub const COPIES_MAX: usize = 500;
/// Form code of the summary, which is printed by itself too.
const SUMMARY: &str = "P4";

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct FormOrder {
    /// Form codes, each known.
    pub codes: Vec<&'static str>,
    /// For whom; `None` for blank forms and those that are nobody's.
    pub patient: Option<PatientId>,
    /// How many of each, each with a number of its own.
    pub copies: usize,
    /// Labels as ZPL II for a label printer, not as PDF.
    pub zpl: bool,
    /// Pages of the stack that a batch header is for.
    pub count: u32,
    /// In which language.
    pub lang: Lang,
    /// Who prints, and in which role.
    pub by: (String, String),
}

/// The forms that a name means: a code (`P9A`), or a family (`P9`). Empty for none.
pub fn named(name: &str) -> Vec<&'static str> {
    let name = name.trim().to_ascii_uppercase();
    let labels = LabelKind::ALL.map(|kind| kind.info().code);
    let all = || paper::forms().map(|form| form.code).chain([SUMMARY, BATCH_FORM]).chain(labels);
    if let Some(code) = all().find(|code| *code == name) {
        return vec![code];
    }
    let is_of = |code: &&str| {
        code.strip_prefix(name.as_str())
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_uppercase()) && !rest.is_empty())
    };
    all().filter(|code| !name.is_empty() && name.ends_with(|c: char| c.is_ascii_digit()) && is_of(code)).collect()
}

/// True for what cannot be printed blank: the summary, and labels.
pub fn needs_patient(code: &str) -> bool {
    code == SUMMARY || LabelKind::ALL.iter().any(|kind| kind.info().code == code)
}

/// Prints forms.
///
/// # Errors
/// When the patient is not in the copy, the store cannot be read, or the run cannot be written down.
pub fn print_forms(reader: &Reader, order: &FormOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let scope = match &order.patient {
        Some(id) => Scope::Patient { authority: id.authority.clone(), id: id.id.clone() },
        None => Scope::House,
    };
    let bedsides = bedsides(reader, &scope, Words::of(order.lang), now)?;
    if order.patient.is_some() && bedsides.is_empty() {
        return Err(nobody(&scope));
    }
    let (by, role) = order.by.clone();
    let taken = Request::TakeRun { scope: scope.clone(), by, role };
    let Answer::Run { prefix, run } = write(&taken)? else { return Err(Problem::failed("no run number")) };
    let mut making = Making::begin(reader, order.lang, &order.by.0, now, prefix);
    let mut zpl = String::new();
    for code in &order.codes {
        if let Some(kind) = LabelKind::ALL.into_iter().find(|kind| kind.info().code == *code) {
            zpl += &labels(&mut making, order, kind, bedsides.first());
            continue;
        }
        for _ in 0..order.copies.clamp(1, COPIES_MAX) {
            one(&mut making, order, code, bedsides.first());
        }
    }
    let parts = vec![(scope, 0..making.sheets.len())];
    let printed = told(reader, making, run, parts, &order.by, write)?;
    Ok(if zpl.is_empty() { printed } else { Printed { pdf: zpl.into_bytes(), ..printed } })
}

/// Labels of one patient: a sheet of stock with so many, or the text for a label printer.
fn labels(making: &mut Making, order: &FormOrder, kind: LabelKind, whose: Option<&Bedside>) -> String {
    let id = making.next_id();
    let run = Labels::of(kind, order.copies);
    let Some(one) = whose.filter(|one| one.chart.is_ok()) else {
        making.keep(Err(paper::Error::NoChart { number: id.number.clone() }), id, None, String::new());
        return String::new();
    };
    if !order.zpl {
        let made = making.pack.labels(&inpatient(one), &run, &id);
        making.keep(made, id, Some(&one.id), String::new());
        return String::new();
    }
    match making.pack.zpl(&inpatient(one), &run, &id) {
        Ok(zpl) => {
            making.keep(Ok(zpl.pages), id, Some(&one.id), String::new());
            zpl.text
        }
        Err(error) => {
            making.keep(Err(error), id, None, String::new());
            String::new()
        }
    }
}

fn one(making: &mut Making, order: &FormOrder, code: &'static str, whose: Option<&Bedside>) {
    let id = making.next_id();
    let made = match (code, whose) {
        (BATCH_FORM, _) => making.pack.batch(order.count, &id),
        (SUMMARY, Some(one)) => making.pack.summary(&inpatient(one), Extent::Whole, &id),
        (SUMMARY, None) => Err(paper::Error::NoChart { number: id.number.clone() }),
        _ => of(making, code, whose, &id),
    };
    let patient = whose.filter(|_| paper::form(code).is_some_and(|form| form.of_patient));
    making.keep(made, id, patient.map(|one| &one.id), String::new());
}

impl Making {
    /// One sheet of a visitor's packet.
    pub(super) fn packet(&mut self, code: &'static str, one: &Bedside) {
        let id = self.next_id();
        let made = match LabelKind::ALL.into_iter().find(|kind| kind.info().code == code) {
            _ if one.chart.is_err() => Err(paper::Error::NoChart { number: id.number.clone() }),
            Some(kind) => self.pack.labels(&inpatient(one), &Labels::of(kind, 1), &id),
            None if code == SUMMARY => self.pack.summary(&inpatient(one), Extent::FirstPage, &id),
            None => of(self, code, Some(one), &id),
        };
        self.keep(made, id, Some(&one.id), String::new());
    }
}

fn of(making: &mut Making, code: &str, whose: Option<&Bedside>, id: &SheetId) -> Result<Pages, paper::Error> {
    let row = whose.filter(|one| one.chart.is_ok()).map(inpatient);
    making.pack.form(code, row.as_ref(), id)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_name_is_a_form_or_a_family() {
        assert_eq!(named("p9"), ["P9A", "P9B", "P9C"]);
        assert_eq!(named("P9B"), ["P9B"]);
        assert_eq!(named("P7"), ["P7"]);
        assert_eq!(named("P4"), ["P4"]);
        assert_eq!(named("p12b"), ["P12B"]);
        assert_eq!(named("L2"), ["L2"]);
        for none in ["", "P", "P1X", "X9"] {
            assert!(named(none).is_empty(), "{none}");
        }
    }
}
