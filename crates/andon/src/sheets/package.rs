//! 提出資料 as a numbered document: what is handed to somebody outside, put into words by whoever puts the package together.

use chart::{Lang, Moment};
use paper::PackagePrint;
use store::Reader;

use super::making::Making;
use super::pieces::Write;
use super::{Printed, told};
use crate::event::{ScanEvent, Scope, SheetAct};
use crate::home::Problem;
use crate::writing::{Answer, Request};

/// Prints the parts of a package, a sheet each, as one document. `shown` is who its foot says it is from: a publication names nobody, and the
/// log does.
///
/// # Errors
/// When the store cannot be read, or the run cannot be written down.
pub fn print(
    reader: &Reader,
    parts: &[PackagePrint],
    (lang, shown, who): (Lang, &str, &(String, String)),
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    let (by, role) = who.clone();
    let Answer::Run { prefix, run } = write(&Request::TakeRun { scope: Scope::House, by, role })? else {
        return Err(Problem::failed("no run number"));
    };
    let mut making = Making::begin(reader, lang, shown, now, prefix);
    for part in parts {
        let id = making.next_id();
        let made = making.pack.package(part, &id);
        making.keep(made, id, None, String::new());
    }
    let parts = vec![(Scope::House, 0..making.sheets.len())];
    told(reader, making, run, parts, who, write)
}

/// 交付済: the sheets were handed to somebody.
///
/// # Errors
/// When it cannot be written down.
pub fn delivered(sheets: &[String], to: &str, (by, role): &(String, String), write: Write<'_>) -> Result<(), Problem> {
    for number in sheets {
        let (number, words) = (number.clone(), to.to_owned());
        let event = ScanEvent::Sheet { number, act: SheetAct::Delivered, words };
        write(&Request::Scan { event, by: by.clone(), role: role.clone() })?;
    }
    Ok(())
}
