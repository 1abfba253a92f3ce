//! A printer spoken to by IPP (RFC 8010, 8011): CUPS on this machine, or a printer that takes PDF itself. What goes over is a name
//! made of the run's number, never a patient's.

use std::time::Duration;

use ipp::operation::IppOperation;
use ipp::parser::IppParseError;
use ipp::prelude::*;

use super::target::{Ready, Trouble};

/// A printer that says nothing for so long is out of reach.
const TIMEOUT: Duration = Duration::from_secs(20);
/// What a printer must take: PDF, or anything whose type it finds out itself (CUPS).
const FORMATS: [&str; 2] = ["application/pdf", "application/octet-stream"];
/// What is asked of a printer.
const ASKED: [&str; 4] =
    ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "document-format-supported"];
const STOPPED: i32 = PrinterState::Stopped as i32;

/// Where a job stands, as its printer says.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// In the queue, or coming out.
    Going,
    /// Held up, with the printer's reasons.
    Still(String),
    /// It came out.
    Done,
    /// It will not come out, with the printer's reasons.
    Ended(String),
}

fn uri(address: &str) -> Result<Uri, Trouble> {
    address.parse().map_err(|_| Trouble::of("address", address))
}

/// One question and its answer. How it failed is told in a word; the library's own words may quote what was sent.
fn ask(address: &str, asked: Result<impl IppOperation, IppParseError>) -> Result<IppRequestResponse, Trouble> {
    let asked = asked.map_err(|_| Trouble::of("address", address))?;
    let client = IppClient::builder(uri(address)?).request_timeout(TIMEOUT).build();
    let answer = client.send(asked).map_err(|error| match error {
        IppError::RequestError(status) => Trouble::of("refused", &format!("HTTP {status}")),
        _ => Trouble::of("unreachable", address),
    })?;
    let status = answer.header().status_code();
    if status.is_success() { Ok(answer) } else { Err(Trouble::of("refused", &format!("{status:?}"))) }
}

/// The values of an attribute of a group, in words.
fn values(answer: &IppRequestResponse, group: DelimiterTag, name: &str) -> Vec<String> {
    let found = answer.attributes().groups_of(group).find_map(|group| group.get(name));
    match found.map(IppAttribute::value) {
        Some(IppValue::Array(many)) => many.iter().map(ToString::to_string).collect(),
        Some(one) => vec![one.to_string()],
        None => Vec::new(),
    }
}

fn number(answer: &IppRequestResponse, group: DelimiterTag, name: &str) -> Option<i32> {
    values(answer, group, name).first()?.parse().ok()
}

/// The reasons of a printer, without what is none and what is only a remark.
fn reasons(answer: &IppRequestResponse, group: DelimiterTag, name: &str) -> String {
    let all = values(answer, group, name);
    let told = all.into_iter().filter(|word| word != "none" && !word.ends_with("-report"));
    told.collect::<Vec<_>>().join(" ")
}

/// Whether a printer would take a document now.
///
/// # Errors
/// Why not.
pub fn ready(address: &str) -> Result<Ready, Trouble> {
    use DelimiterTag::PrinterAttributes as Printer;
    let answer = ask(address, IppOperationBuilder::get_printer_attributes(uri(address)?).attributes(ASKED).build())?;
    let reasons = reasons(&answer, Printer, "printer-state-reasons");
    if number(&answer, Printer, "printer-state") == Some(STOPPED) {
        return Err(Trouble::of("stopped", &reasons));
    }
    if values(&answer, Printer, "printer-is-accepting-jobs").iter().any(|word| word == "false") {
        return Err(Trouble::of("not_accepting", &reasons));
    }
    let formats = values(&answer, Printer, "document-format-supported");
    if !formats.is_empty() && !formats.iter().any(|format| FORMATS.contains(&format.as_str())) {
        return Err(Trouble::of("no_pdf", ""));
    }
    Ok(Ready { remarks: reasons })
}

/// Hands a document over; gives the printer's number of the job.
///
/// # Errors
/// Why it was not taken.
pub fn send(address: &str, name: &str, pdf: &[u8]) -> Result<i32, Trouble> {
    let payload = IppPayload::new(std::io::Cursor::new(pdf.to_vec()));
    let job = IppOperationBuilder::print_job(uri(address)?, payload)
        .user_name("andon")
        .job_title(name)
        .document_format("application/pdf");
    let media = IppAttribute::with_name("media", keyword("iso_a4_210x297mm")?).map_err(|_| unsaid())?;
    let answer = ask(address, job.attribute(media).build())?;
    number(&answer, DelimiterTag::JobAttributes, "job-id").ok_or_else(|| Trouble::of("refused", "job-id"))
}

fn keyword(word: &str) -> Result<IppValue, Trouble> {
    IppValue::new_keyword(word).map_err(|_| unsaid())
}

fn unsaid() -> Trouble {
    Trouble::of("refused", "media")
}

/// Where a job stands.
///
/// # Errors
/// When the printer does not say.
pub fn seen(address: &str, job: i32) -> Result<Seen, Trouble> {
    use DelimiterTag::JobAttributes as Job;
    let answer = ask(address, IppOperationBuilder::get_job_attributes(uri(address)?, job).build())?;
    let reasons = reasons(&answer, Job, "job-state-reasons");
    let state = number(&answer, Job, "job-state").unwrap_or_default();
    if state == JobState::Completed as i32 {
        return Ok(Seen::Done);
    }
    if state == JobState::Canceled as i32 || state == JobState::Aborted as i32 {
        return Ok(Seen::Ended(reasons));
    }
    if state == JobState::ProcessingStopped as i32 || state == JobState::PendingHeld as i32 {
        return Ok(Seen::Still(reasons));
    }
    // The job goes on as far as the job tells: the printer may know better.
    Ok(match ready(address) {
        Ok(ready) if !ready.remarks.contains("-error") && !ready.remarks.contains("-empty") => Seen::Going,
        Ok(ready) => Seen::Still(ready.remarks),
        Err(trouble) => Seen::Still(trouble.to_string()),
    })
}

/// Takes a job back, so that it is not printed beside the one that takes its place.
pub fn cancel(address: &str, job: i32) {
    // Whether the printer still knew of it changes nothing: what it printed is void in the ledger.
    let _ = uri(address).and_then(|uri| ask(address, IppOperationBuilder::cancel_job(uri, job).build()));
}
