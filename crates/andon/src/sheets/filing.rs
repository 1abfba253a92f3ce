//! Where each page of a scanned file belongs. Pure.
//!
//! A page is filed only under what its own codes say, and only where the ledger of this hospital says the same: nothing is inherited
//! from a neighbour, nothing is guessed (promise 15). Everything else waits for a person, with the reason in a word.

use std::collections::{BTreeMap, BTreeSet};

use paper::{LabelCode, Named, PageCode, SheetCode};
use scan::PageSeen;

use crate::event::{InBatch, MadeSheet, ReadPage};

/// Form of the header of a batch, which says how many pages come with it.
pub const BATCH_FORM: &str = "P12B";
/// Pages that wait for nobody although they are no patient's.
pub const SETTLED: [&str; 2] = ["batch_header", "ward_sheet"];
/// Two patients where one should be: the whole batch stops.
const MIXED: [&str; 2] = ["two_patients", "sheet_of_other"];

/// What this hospital knows of a sheet by its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// As its run told.
    pub sheet: MadeSheet,
    /// Declared void, delivered or destroyed: a page of it is looked at by a person.
    pub ended: bool,
    /// Whether the form is a patient's.
    pub of_patient: bool,
    /// Of a blank sheet: the patients on whose chart pages of it are, authority and number.
    pub filed_under: Vec<(String, String)>,
}

/// A file that came: its name here, and its pages as seen.
pub type Seen = (String, Vec<PageSeen>);

/// Decides about all pages of files that came together, in their order; gives those of each file. A scanner may write a file a page, so
/// a batch goes on from file to file.
pub fn decide(files: &[Seen], known: &dyn Fn(&str) -> Option<Known>) -> Vec<Vec<ReadPage>> {
    let pages: Vec<(&String, &PageSeen)> =
        files.iter().flat_map(|(scan, pages)| pages.iter().map(move |page| (scan, page))).collect();
    let mut read: Vec<ReadPage> = pages.iter().map(|(_, page)| of_page(page, known)).collect();
    one_patient_a_sheet(&mut read);
    let counts: Vec<Option<u32>> = pages.iter().map(|(_, page)| batch_count(page)).collect();
    for batch in batches(&counts) {
        let header = counts[batch.start].map(|said| InBatch {
            header: read[batch.start].sheet.clone(),
            said,
            found: batch.len() as u32 - 1,
            scan: pages[batch.start].0.clone(),
        });
        let mixed = read[batch.clone()].iter().any(|page| MIXED.contains(&page.reason.as_str()));
        let why = match &header {
            Some(header) if header.said != header.found => "count_unlike",
            _ if mixed => "batch_stopped",
            _ => "",
        };
        for page in &mut read[batch] {
            page.batch.clone_from(&header);
            if !why.is_empty() && (page.reason.is_empty() || page.reason == "batch_header") {
                why.clone_into(&mut page.reason);
                (page.authority, page.id) = Default::default();
            }
        }
    }
    let mut read = read.into_iter();
    files.iter().map(|(_, pages)| read.by_ref().take(pages.len()).collect()).collect()
}

/// Pages of one blank sheet with the labels of two patients: which is right is a person's to say.
fn one_patient_a_sheet(read: &mut [ReadPage]) {
    let mut whose: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for page in read.iter().filter(|page| !page.sheet.is_empty() && !page.id.is_empty()) {
        whose.entry(&page.sheet).or_default().insert((&page.authority, &page.id));
    }
    let mixed: BTreeSet<String> =
        whose.into_iter().filter(|(_, of)| of.len() > 1).map(|(sheet, _)| sheet.to_owned()).collect();
    for page in read.iter_mut().filter(|page| !page.id.is_empty() && mixed.contains(&page.sheet)) {
        "sheet_of_other".clone_into(&mut page.reason);
        (page.authority, page.id) = Default::default();
    }
}

/// True where a page of the file is the header of a batch.
pub fn has_header(pages: &[PageSeen]) -> bool {
    pages.iter().any(|page| batch_count(page).is_some())
}

/// True where the file begins with the header of a batch: what came before is another.
pub fn begins_batch(pages: &[PageSeen]) -> bool {
    pages.first().is_some_and(|page| batch_count(page).is_some())
}

/// Batches of what came: each begins with a header; what comes before the first is one too.
fn batches(counts: &[Option<u32>]) -> Vec<std::ops::Range<usize>> {
    let begins = (0..counts.len()).filter(|at| *at == 0 || counts[*at].is_some());
    let begins: Vec<usize> = begins.collect();
    let ends = begins.iter().skip(1).copied().chain([counts.len()]);
    begins.iter().copied().zip(ends).map(|(from, to)| from..to).collect()
}

/// Codes of ours on a page, each once.
fn codes(page: &PageSeen) -> (Vec<PageCode>, Vec<LabelCode>) {
    let (mut pages, mut labels) = (Vec::new(), Vec::new());
    for code in &page.codes {
        match SheetCode::read(&code.text) {
            Some(SheetCode::Page(code)) if !pages.contains(&code) => pages.push(code),
            Some(SheetCode::Label(code)) if !labels.contains(&code) => labels.push(code),
            _ => {}
        }
    }
    (pages, labels)
}

fn batch_count(page: &PageSeen) -> Option<u32> {
    codes(page).0.iter().find_map(|code| match code.named {
        Named::Batch(count) if code.form == BATCH_FORM => Some(count),
        _ => None,
    })
}

/// One page by itself.
fn of_page(seen: &PageSeen, known: &dyn Fn(&str) -> Option<Known>) -> ReadPage {
    let mut read = ReadPage { page: u32::try_from(seen.page).unwrap_or(u32::MAX), ..ReadPage::default() };
    let waits = |read: ReadPage, reason: &str| ReadPage { reason: reason.to_owned(), ..read };
    if let Some(trouble) = &seen.trouble {
        return waits(read, trouble);
    }
    let (pages, labels) = codes(seen);
    let named = pages.iter().filter_map(|code| match &code.named {
        Named::Patient(id) => Some(id),
        _ => None,
    });
    let patients: BTreeSet<&String> = named.chain(labels.iter().map(|label| &label.patient)).collect();
    if let [code, ..] = pages.as_slice() {
        read.sheet.clone_from(&code.number);
        read.form.clone_from(&code.form);
        (read.sheet_page, read.sheet_pages) = (code.page.into(), code.pages.into());
        read.corners = corners(seen, &code.text());
    }
    if patients.len() > 1 {
        return waits(read, "two_patients");
    }
    match (pages.as_slice(), labels.as_slice()) {
        ([], []) => waits(read, if seen.codes.is_empty() { "no_code" } else { "other_code" }),
        ([], labels) => match patient_of_labels(labels, known) {
            Ok((authority, id)) => ReadPage { authority, id, ..read },
            Err(reason) => waits(read, reason),
        },
        ([code], labels) => match place(code, labels, known) {
            Ok(Some((authority, id))) => ReadPage { authority, id, ..read },
            Ok(None) if matches!(code.named, Named::Batch(_)) => waits(read, "batch_header"),
            Ok(None) => waits(read, "ward_sheet"),
            Err(reason) => waits(read, reason),
        },
        _ => waits(read, "two_sheets"),
    }
}

type Place = Option<(String, String)>;

/// Under whom a page with one code of a sheet belongs; `None` for a sheet that is no patient's.
fn place(code: &PageCode, labels: &[LabelCode], known: &dyn Fn(&str) -> Option<Known>) -> Result<Place, &'static str> {
    let known_sheet = known(&code.number).ok_or("unknown_sheet")?;
    let sheet = &known_sheet.sheet;
    if sheet.form != code.form || sheet.pages != u32::from(code.pages) {
        return Err("code_unlike");
    }
    if known_sheet.ended {
        return Err("sheet_ended");
    }
    match &code.named {
        Named::Patient(id) if *id == sheet.id => Ok(Some((sheet.authority.clone(), id.clone()))),
        Named::Patient(_) => Err("code_unlike"),
        _ if !sheet.id.is_empty() => Err("code_unlike"),
        Named::Batch(_) => Ok(None),
        Named::Nobody if !labels.is_empty() => {
            let patient = patient_of_labels(labels, known)?;
            let of_other = known_sheet.filed_under.iter().any(|other| *other != patient);
            if of_other { Err("sheet_of_other") } else { Ok(Some(patient)) }
        }
        Named::Nobody if known_sheet.of_patient => Err("no_patient"),
        Named::Nobody => Ok(None),
    }
}

/// The patient of the labels on a page: each must be one that this hospital printed for that patient.
fn patient_of_labels(
    labels: &[LabelCode],
    known: &dyn Fn(&str) -> Option<Known>,
) -> Result<(String, String), &'static str> {
    let mut found = Err("no_patient");
    for label in labels {
        let sheet = known(&label.number).ok_or("unknown_sheet")?.sheet;
        if sheet.id != label.patient {
            return Err("code_unlike");
        }
        found = Ok((sheet.authority, sheet.id));
    }
    found
}

/// Where the corners of a code were seen, and how large the page is.
fn corners(seen: &PageSeen, text: &str) -> String {
    let Some(code) = seen.codes.iter().find(|code| code.text == text) else { return String::new() };
    let [wide, high] = seen.size;
    let [a, b, c] = code.corners.map(|[x, y]| format!("{x:.0},{y:.0}"));
    format!("{a} {b} {c} {wide},{high}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(form: &str, named: Named, number: &str) -> String {
        let data = chart::Moment(1_635_640_200_000);
        let (form, number) = (form.to_owned(), number.to_owned());
        PageCode { form, version: 1, page: 1, pages: 1, data, named, number }.text()
    }

    fn patient(id: &str, number: &str) -> String {
        code("P7", Named::Patient(id.into()), number)
    }

    fn label(id: &str, number: &str) -> String {
        LabelCode { patient: id.into(), number: number.into() }.text()
    }

    fn page(at: usize, texts: &[String]) -> PageSeen {
        let code = |text: &String| scan::Code { text: text.clone(), corners: [[1.0, 2.0], [3.0, 2.0], [1.0, 4.0]] };
        PageSeen { page: at, size: [10, 20], codes: texts.iter().map(code).collect(), trouble: None }
    }

    /// are P7 of 001 and 002, A-3 blank, A-4 a board, A-5 a header, A-6 labels of 001, A-7 void, A-8 labels of 002,
    /// A-10 blank and on the chart of 002, A-11 blank of two pages.
    fn known(number: &str) -> Option<Known> {
        let (form, id, of_patient) = match number {
            "A-1" | "A-7" => ("P7", "001", true),
            "A-2" => ("P7", "002", true),
            "A-3" | "A-10" | "A-11" => ("P7", "", true),
            "A-4" => ("P5", "", false),
            "A-5" => ("P12B", "", false),
            "A-6" => ("L1", "001", true),
            "A-8" => ("L1", "002", true),
            _ => return None,
        };
        let [number, form, id] = [number, form, id].map(str::to_owned);
        let pages = if number == "A-11" { 2 } else { 1 };
        let sheet = MadeSheet { number, form, authority: "self".into(), id, pages, digest: String::new() };
        let other = sheet.number == "A-10";
        let filed_under = other.then(|| ("self".to_owned(), "002".to_owned())).into_iter().collect();
        Some(Known { ended: sheet.number == "A-7", sheet, of_patient, filed_under })
    }

    fn decided(pages: &[&[String]]) -> Vec<(String, String)> {
        let pages: Vec<PageSeen> = pages.iter().enumerate().map(|(at, texts)| page(at + 1, texts)).collect();
        let read = decide(&[("aa".into(), pages)], &known).concat();
        read.into_iter().map(|page| (page.id, page.reason)).collect()
    }

    /// The same, as a scanner sends it that writes a file a page.
    fn decided_apart(pages: &[&[String]]) -> Vec<(String, String)> {
        let file = |(at, texts): (usize, &&[String])| (format!("{at}"), vec![page(1, texts)]);
        let files: Vec<Seen> = pages.iter().enumerate().map(file).collect();
        let read = decide(&files, &known);
        assert!(read.iter().all(|file| file.len() == 1));
        read.concat().into_iter().map(|page| (page.id, page.reason)).collect()
    }

    fn waits(reason: &str) -> (String, String) {
        (String::new(), reason.to_owned())
    }

    #[test]
    fn a_page_goes_where_its_own_code_and_the_ledger_say_and_nowhere_else() {
        let filed = ("001".to_owned(), String::new());
        for (texts, want) in [
            (vec![patient("001", "A-1"), patient("001", "A-1")], filed.clone()),
            // With a label of the same patient on it.
            (vec![patient("001", "A-1"), label("001", "A-6")], filed.clone()),
            // A blank form with a label, and a paper of others with one.
            (vec![code("P7", Named::Nobody, "A-3"), label("001", "A-6")], filed.clone()),
            (vec![label("001", "A-6")], filed),
            (vec![code("P7", Named::Nobody, "A-3")], waits("no_patient")),
            (vec![], waits("no_code")),
            (vec!["LOT 123".to_owned()], waits("other_code")),
            (vec![patient("001", "B-9")], waits("unknown_sheet")),
            // The code says another patient, form or count than the ledger.
            (vec![patient("002", "A-1")], waits("code_unlike")),
            (vec![code("P9A", Named::Patient("001".into()), "A-1")], waits("code_unlike")),
            (vec![code("P7", Named::Nobody, "A-1")], waits("code_unlike")),
            (vec![label("001", "A-8")], waits("code_unlike")),
            (vec![patient("001", "A-7")], waits("sheet_ended")),
            (vec![patient("001", "A-1"), patient("002", "A-2")], waits("two_patients")),
            (vec![patient("001", "A-1"), label("002", "A-8")], waits("two_patients")),
            (vec![patient("001", "A-1"), code("P7", Named::Nobody, "A-3")], waits("two_sheets")),
            // Another page of this blank sheet is on the chart of 002.
            (vec![code("P7", Named::Nobody, "A-10"), label("001", "A-6")], waits("sheet_of_other")),
            (vec![code("P7", Named::Nobody, "A-10"), label("002", "A-8")], ("002".into(), String::new())),
            (vec![code("P5", Named::Nobody, "A-4")], waits("ward_sheet")),
        ] {
            assert_eq!(decided(&[&texts]), [want], "{texts:?}");
        }
    }

    #[test]
    fn nothing_is_inherited_from_a_neighbour() {
        let pages: [&[String]; 3] = [&[patient("001", "A-1")], &[], &[patient("002", "A-2")]];
        assert_eq!(decided(&pages), [("001".into(), String::new()), waits("no_code"), ("002".into(), String::new())]);
    }

    #[test]
    fn two_patients_on_one_page_stop_the_batch_and_only_it() {
        let header = |count| vec![code("P12B", Named::Batch(count), "A-5")];
        let (first, second) = (header(2), header(1));
        let both = [patient("001", "A-1"), patient("002", "A-2")];
        let pages: [&[String]; 5] = [&first, &[patient("001", "A-1")], &both, &second, &[patient("002", "A-2")]];
        let stopped = waits("batch_stopped");
        let want =
            [stopped.clone(), stopped, waits("two_patients"), waits("batch_header"), ("002".into(), String::new())];
        assert_eq!(decided(&pages), want);
        assert_eq!(decided_apart(&pages), want);
    }

    #[test]
    fn two_pages_of_one_sheet_with_the_labels_of_two_patients_wait() {
        let blank = |page| {
            let data = chart::Moment(1_635_640_200_000);
            let named = Named::Nobody;
            PageCode { form: "P7".into(), version: 1, page, pages: 2, data, named, number: "A-11".into() }.text()
        };
        let pages: [&[String]; 3] =
            [&[blank(1), label("001", "A-6")], &[blank(2), label("002", "A-8")], &[patient("001", "A-1")]];
        assert_eq!(decided(&pages), [waits("sheet_of_other"), waits("sheet_of_other"), waits("batch_stopped")]);
    }

    #[test]
    fn a_batch_that_is_not_as_many_as_its_header_says_waits() {
        let header = vec![code("P12B", Named::Batch(3), "A-5")];
        let pages: [&[String]; 3] = [&header, &[patient("001", "A-1")], &[]];
        let want = [waits("count_unlike"), waits("count_unlike"), waits("no_code")];
        assert_eq!(decided(&pages), want);
        assert_eq!(decided_apart(&pages), want, "a file a page");
        // Each page knows its batch, so that a person is told how many came; what lies before a header is in none.
        let header = vec![page(1, &header)];
        let files = [("0".into(), vec![page(1, &[])]), ("1".into(), header), ("2".into(), vec![page(1, &[])])];
        let batch = Some(InBatch { header: "A-5".into(), said: 3, found: 1, scan: "1".into() });
        let batches: Vec<Option<InBatch>> =
            decide(&files, &known).concat().into_iter().map(|page| page.batch).collect();
        assert_eq!(batches, [None, batch.clone(), batch]);
    }
}
