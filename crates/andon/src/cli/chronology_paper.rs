//! `andon chronology enter` and `andon chronology attachment`: sheets that were written by hand into the chronology, and attached files out of
//! it.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::json;

use super::args::command::{Enter, TakeOut};
use super::command::{asked, who};
use super::{bytes_of, say, say_json, write};
use crate::attachments::Attachments;
use crate::chronology_sheets;
use crate::command::sheet_rows::{self, Row, TABLE_BYTES_MAX};
use crate::command::{say::found, sheet_say};
use crate::event::ROW_STATES;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::world;
use crate::writing::{Answer, Request};

/// Enters rows of a sheet; exit 3 when some stood already. Nothing is entered where a row cannot be.
///
/// # Errors
/// The sheet is not known or no sheet of the chronology, a row cannot be, every row stood already, or nobody can write.
pub fn enter(home: &Home, args: &Enter, incident: &str) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let sheet = chronology_sheets::known(&reader, &args.sheet)?;
    let bytes = bytes_of(&args.file, TABLE_BYTES_MAX as u64 + 1)?;
    let (rows, mut faults) = sheet_rows::read(&bytes, &sheet.number, &args.day, now)?;
    let rows: Vec<Row> = rows.into_iter().map(|row| filled(row, args, incident)).collect();
    for (row, line, at) in &rows {
        if let Err(problem) = sheet_say::check(&reader, (row, line, *at), now) {
            faults.push(format!("№{}-{}: {problem}", sheet.number, row.row));
        }
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push("行がありません。 / There are no rows.".to_owned());
    }
    if !faults.is_empty() {
        let all = faults.join("\n");
        return Err(Problem::usage(format!("{all}\n何も入力していません。 / Nothing was entered.")));
    }
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    let (by, role) = (who(args.by.by.as_ref()), Role::Operator.code().to_owned());
    for (row, line, at) in rows {
        let (no, state) = (row.row, row.state.clone());
        let (correct, by, role) = (args.correct.is_some(), by.clone(), role.clone());
        match write::write(home, &Request::EnterRow { row, line, at: at.0, correct, by, role }) {
            Ok(Answer::Said { number, .. }) => done.push(json!({"row": no, "state": state, "no": number})),
            Ok(_) => return Err(write::unexpected()),
            Err(problem) if problem.exit == Exit::Failed => refused.push((no, problem.words)),
            Err(problem) => return Err(problem),
        }
    }
    let exit = match (refused.is_empty(), done.is_empty()) {
        (true, _) => Exit::Ok,
        (false, false) => Exit::Partial,
        (false, true) => Exit::Failed,
    };
    let entered = chronology_sheets::entered(&home.reader()?)?.remove(&sheet.number).unwrap_or_default();
    let left = entered.left(&sheet.form).unwrap_or_default();
    if args.json {
        let refused: Vec<_> = refused.iter().map(|(row, why)| json!({"row": row, "why": why})).collect();
        say_json(&json!({"sheet": sheet.number, "form": sheet.form, "rows": done, "refused": refused, "left": left}))?;
        return Ok(exit);
    }
    refused.iter().for_each(|(_, why)| say(why));
    say(&format!(
        "№{}: {}行を入力しました。残り {}行 / {} rows entered, {} left",
        sheet.number,
        done.len(),
        left.len(),
        done.len(),
        left.len()
    ));
    Ok(exit)
}

/// A row with what the command says of all of them.
fn filled((mut row, mut line, at): Row, args: &Enter, incident: &str) -> Row {
    if row.writer.is_empty() {
        row.writer.clone_from(&args.writer);
    }
    match &args.correct {
        Some(why) if row.words.is_empty() => row.words.clone_from(why),
        _ => {}
    }
    if row.state == ROW_STATES[0] {
        (line.log, line.incident) = (args.log.clone(), incident.to_owned());
    }
    (row, line, at)
}

/// Writes a file that is attached to a line, held against its hash.
///
/// # Errors
/// There is no such line or file, it is not kept here, what is kept is not what was attached (exit 4), or the file cannot be written.
pub fn take_out(home: &Home, args: &TakeOut, incident: Option<&String>) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let incident = asked(&reader, incident)?.map(|incident| incident.id).unwrap_or_default();
    let line = found(&reader, &incident, &args.number)?;
    let files = Attachments::of(&reader)?;
    let attached = files.attached(&line);
    let mut meant = attached.iter().filter(|file| args.name.as_ref().is_none_or(|name| *name == file.name));
    let (Some(file), None) = (meant.next(), meant.next()) else {
        let names: Vec<&str> = attached.iter().map(|file| file.name.as_str()).collect();
        let names = if names.is_empty() { "—".to_owned() } else { names.join("、") };
        return Err(Problem::usage(format!(
            "{0}: どの添付か一つに決まりません（あるもの: {names}）。--name で名前を指定してください。\n\
             {0}: no such attachment, or several (there are: {names}); name one with --name.",
            args.number
        )));
    };
    let bytes = files.read(&reader, &file.sha256)?;
    put(&args.out, &bytes)?;
    match args.json {
        true => say_json(
            &json!({"no": line.said.number, "name": file.name, "bytes": bytes.len(), "sha256": file.sha256, "file": args.out}),
        )?,
        false => say(&format!(
            "{0}: {1} を書き出しました（{2} バイト、SHA-256 {3}、照合ずみ）。 / {1} written, {2} bytes, hash held.",
            args.out.display(),
            file.name,
            bytes.len(),
            file.sha256
        )),
    }
    Ok(Exit::Ok)
}

/// Writes a file that must not be there yet, for the owner alone.
fn put(to: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    let done = made.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    done.map_err(|error| {
        Problem::failed(format!(
            "{0}: 書けません。まだない名前にしてください。（{error}）\n{0}: cannot be written; take a name that is not there. ({error})",
            to.display()
        ))
    })
}
