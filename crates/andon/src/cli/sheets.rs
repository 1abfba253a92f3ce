//! `andon sheets`: the ledger of paper, and what a person says of a sheet.

use serde_json::json;

use super::args::{Sheets, SheetsAct};
use super::{os_user, say, say_json, seen, write};
use crate::event::{ScanEvent, SheetAct};
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::sheets::ledger::{self, Asked, SheetRow};
use crate::text::{Lang, Words};
use crate::writing::Request;

/// Shows the ledger, or writes down what became of a sheet.
///
/// # Errors
/// When the home does not open, the number is no sheet's, or the store refuses.
pub fn run(home: &Home, args: &Sheets) -> Result<Exit, Problem> {
    match &args.act {
        Some(SheetsAct::Mark { number, act, words, by }) => mark(home, number, *act, words, by.as_deref()),
        Some(SheetsAct::Collect { number, pages, words, by }) => collect(home, number, *pages, words, by.as_deref()),
        None => show(home, args),
    }
}

/// The old sheets of a swap list are shredded: each ends, and the pages are counted against the list.
fn collect(home: &Home, number: &str, pages: u32, words: &str, by: Option<&str>) -> Result<Exit, Problem> {
    let (by, role) = super::print::by(by);
    let writes = |request: &_| write::write(home, request);
    let done = ledger::collect(&home.reader()?, number, pages, words, (&by, &role), &writes)?;
    say(&format!("裁断 {done} 枚組を記録しました。 / {done} sheets written down as shredded."));
    Ok(Exit::Ok)
}

fn show(home: &Home, args: &Sheets) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let patient = args.patient.as_deref().map(|typed| crate::temporary::plain(&reader, typed)).transpose()?;
    let ledger = ledger::ledger(&reader)?;
    seen(home, "sheets", "", "", Exit::Ok);
    let asked = Asked {
        open: args.open,
        patient: patient.unwrap_or_default(),
        form: args.form.clone().unwrap_or_default(),
        ward: args.ward.clone().unwrap_or_default(),
        number: args.number.clone().unwrap_or_default(),
    };
    let wanted = |row: &&SheetRow| asked.wants(row);
    let rows: Vec<&SheetRow> = ledger.sheets.iter().filter(wanted).collect();
    let unfiled: Vec<_> = ledger.pages.iter().filter(|page| page.waits()).collect();
    if args.json {
        let open = ledger.sheets.iter().filter(|row| row.open).count();
        say_json(&json!({"sheets": rows, "open": open, "unfiled": unfiled, "unread": ledger.unread}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for row in &rows {
        let patient = row.patient.as_deref().unwrap_or("—");
        let state = serde_json::to_value(row.state).ok().and_then(|word| word.as_str().map(str::to_owned));
        let state = t.word("sheet", &state.unwrap_or_default());
        say(&format!("{}  {}  {}  {patient}  {state} {}  {}", row.number, row.form, row.title, row.words, row.since));
    }
    say(&format!(
        "帳票 {}、まだ終わっていないもの {}、仕分け待ち {} ページ / {} sheets, {} open, {} pages wait",
        rows.len(),
        rows.iter().filter(|row| row.open).count(),
        unfiled.len(),
        rows.len(),
        rows.iter().filter(|row| row.open).count(),
        unfiled.len()
    ));
    Ok(Exit::Ok)
}

fn mark(home: &Home, number: &str, act: SheetAct, words: &str, by: Option<&str>) -> Result<Exit, Problem> {
    let number = number.trim().to_ascii_uppercase();
    if ledger::known(&home.reader()?, &number)?.is_none() {
        return Err(Problem::failed(format!(
            "{number}: この番号の帳票は出していません。`andon sheets` で確かめてください。\n\
             {number}: no sheet of this number was given out; see `andon sheets`."
        )));
    }
    if act == SheetAct::Void && words.trim().is_empty() {
        return Err(Problem::usage(
            "書損・不要には理由が要ります（--words）。 / A void sheet needs a reason (--words).",
        ));
    }
    if act == SheetAct::Out && words.trim().is_empty() {
        return Err(Problem::usage(
            "持出には、だれが（どこへ）持っていったかが要ります（--words）。 / Say who has it (--words).",
        ));
    }
    let event = ScanEvent::Sheet { number: number.clone(), act, words: words.to_owned() };
    let by = by.map_or_else(os_user, str::to_owned);
    write::write(home, &Request::Scan { event, by, role: Role::Operator.code().to_owned() })?;
    say(&format!("{number}: {} / noted", act.word()));
    Ok(Exit::Ok)
}
