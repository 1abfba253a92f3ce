//! Forms one by one: filled from a patient's chart, blank by the dozen, or the cover of a stack. Numbered and told like every run.

use chart::{Lang, Moment, PatientId};
use paper::{Extent, Pages, SheetId};
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
    let all = || paper::forms().map(|form| form.code).chain([SUMMARY, BATCH_FORM]);
    if let Some(code) = all().find(|code| *code == name) {
        return vec![code];
    }
    let is_of = |code: &&str| {
        code.strip_prefix(name.as_str())
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_uppercase()) && !rest.is_empty())
    };
    all().filter(|code| !name.is_empty() && name.ends_with(|c: char| c.is_ascii_digit()) && is_of(code)).collect()
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
    for code in &order.codes {
        for _ in 0..order.copies.clamp(1, COPIES_MAX) {
            one(&mut making, order, code, bedsides.first());
        }
    }
    told(reader, making, run, scope, &order.by, write)
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
        for none in ["", "P", "P1X", "X9"] {
            assert!(named(none).is_empty(), "{none}");
        }
    }
}
