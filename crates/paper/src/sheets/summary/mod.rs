//! P4 患者サマリー: the first page answers what a nurse asks before doing anything; orders and profile follow. What the first page
//! cannot hold goes on to the next, and the first says how much.

mod first;
mod labels;
mod profile;
mod results;
mod since;

pub use since::Before;

use super::parts;
use crate::sheet::{Class, Form, Sheet, Size};
use crate::words::Words;
use crate::{Error, Extent, Head, Inpatient, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P4",
    version: 1,
    class: Class::Reference,
    title: ["患者サマリー", "Patient summary"],
    size: Size::Upright,
    note: labels::NOTE,
    standing: parts::REFERENCE,
    bare: false,
};

/// What the first page of a patient's summary says, in words without ages: two charts of which it is the same make the same page but
/// for ages, the bed, and what the caller marks.
pub fn summary_words(chart: &chart::Chart) -> String {
    since::said(chart)
}

/// The pages of one patient.
pub(crate) fn pages(
    w: &Words,
    head: &Head,
    id: &SheetId,
    patient: &Inpatient<'_>,
    extent: Extent,
    before: Option<&Before>,
) -> Result<Made, Error> {
    let Some(chart) = patient.chart else { return Err(Error::NoChart { number: id.number.clone() }) };
    let who = parts::who(w, chart, patient.bed, patient.marks);
    let mut sheet = Sheet::new(w, head, id, &FORM, who, parts::stand(w, chart));
    let since = before.map(|before| since::Since::new(w, before, chart));
    let rest = first::draw(&mut sheet, chart, since.as_ref());
    if extent == Extent::FirstPage && rest.tables.is_empty() {
        return sheet.finish();
    }
    let room = sheet.room();
    let (before, after) = profile::tables(&mut sheet.ink, w, chart, room);
    let results = results::tables(&mut sheet.ink, w, chart, room);
    sheet.open();
    for (at, table) in rest.tables.iter().enumerate() {
        let page = sheet.table(table);
        rest.note(&mut sheet, at, page);
    }
    if extent == Extent::FirstPage {
        return sheet.finish();
    }
    for table in before.iter().chain(&results).chain(&after) {
        sheet.table(table);
    }
    sheet.finish()
}
