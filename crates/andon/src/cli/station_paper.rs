//! Bundles on paper: printed as codes where no stick and no network goes, and read back by a scanner that types.

use std::io::{BufRead, Read, Write};
use std::path::Path;

use paper::{BundlePrint, Head, Pack, SheetId};
use serde_json::json;

use super::args::station::LogExport;
use super::{os_user, say, say_json, write};
use crate::home::{Exit, Home, Problem};
use crate::stations::export::Exported;
use crate::stations::import;
use crate::stations::on_paper::{self, BEGINS, PARTS_MAX, Parts, Wrong};
use crate::text::Lang;
use crate::world;
use crate::writing::{Answer, Request};

/// Characters of one line that a scanner types, at most.
const LINE_MAX: u64 = 4_096;

/// Writes a bundle as codes into a PDF.
///
/// # Errors
/// No other station is known, it is too long for paper, or the file cannot be written.
pub fn export(home: &Home, args: &LogExport) -> Result<Exit, Problem> {
    let dir = std::path::absolute(home.dir())?;
    let (name, sealed) = import::spool_place(&dir)?;
    let request = Request::ExportBundle { to: sealed.clone(), all: args.all, stations: args.stations.clone() };
    let done = write::write(home, &request);
    let bytes = std::fs::read(&sealed);
    import::forget(&dir, &name);
    let Answer::Exported(done) = done? else { return Err(write::unexpected()) };
    let parts = on_paper::parts(&bytes?).ok_or_else(|| too_long(&done))?;
    let (codes, by) = (parts.len(), os_user());
    let (pdf, sheets) = printed(home, parts, &done, by)?;
    std::fs::write(&args.file, pdf).map_err(|error| {
        Problem::failed(format!("{}: 書けません。 / cannot be written. ({error})", args.file.display()))
    })?;
    let (file, readers) = (args.file.display(), done.readers.join("、"));
    if args.json {
        say_json(&json!({"file": args.file, "bytes": done.bytes, "events": done.events, "readers": done.readers,
            "codes": codes, "sheets": sheets}))?;
    } else {
        say(&format!(
            "{file}: {0}件、コード {codes} 個、{sheets} 枚。開ける端末: {readers}。相手の端末で `andon log import -` と打って読み取ります。\n\
             {file}: {0} entries, {codes} codes, {sheets} sheets, for: {readers}. Read them there: `andon log import -`",
            done.events
        ));
    }
    Ok(Exit::Ok)
}

fn too_long(done: &Exported) -> Problem {
    Problem::failed(format!(
        "{0}件（{1}バイト）は紙には長すぎます（コード {PARTS_MAX} 個まで）。`--for 端末` で相手を一つにするか、USBメモリーで運んでください。\n\
         {0} entries ({1} bytes) are too long for paper: name one station (`--for`), or carry a stick.",
        done.events, done.bytes
    ))
}

fn printed(home: &Home, parts: Vec<String>, done: &Exported, by: String) -> Result<(Vec<u8>, usize), Problem> {
    let (about, now) = (home.about()?, world::now());
    let (hospital, training) = (about.hospital, about.training);
    let head = Head {
        hospital,
        institution: paper::Institution::default(),
        training,
        made: now,
        printed_by: by,
        valid_until: now,
    };
    let name = parts.first().and_then(|part| part.split('-').nth(1)).unwrap_or_default().to_owned();
    let id = SheetId { number: format!("BU-{name}") };
    let no = |error: paper::Error| Problem::failed(error.to_string());
    let mut pack = Pack::new(Lang::Ja, head);
    let pages = pack.bundle(&BundlePrint { name, readers: done.readers.clone(), parts }, &id).map_err(no)?;
    Ok((pack.finish().map_err(no)?, pages.count))
}

/// Whether a file holds what a scanner typed, and not a bundle.
pub fn is_typed(file: &Path) -> bool {
    let mut begins = [0; BEGINS.len()];
    let read = std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && begins.eq_ignore_ascii_case(BEGINS.as_bytes())
}

/// Reads codes line by line until a bundle is whole, and lays it into the home; its name there. `tells` hears how far it is.
///
/// # Errors
/// The lines end before it is whole, or the disk says no.
pub fn read(home: &Home, mut lines: impl BufRead, tells: &dyn Fn(&str)) -> Result<String, Problem> {
    let mut parts = Parts::default();
    let bundle = loop {
        let mut line = String::new();
        if lines.by_ref().take(LINE_MAX).read_line(&mut line)? == 0 {
            return Err(not_whole(&parts));
        }
        if line.trim().is_empty() {
            continue;
        }
        tells(&match parts.take(&line) {
            Ok((at, new)) => heard(at, new, &parts.missing()),
            Err(wrong) => what_is_wrong(wrong).to_owned(),
        });
        if let Some(bundle) = parts.whole() {
            break bundle;
        }
    };
    let (name, mut file) = import::spooled(home.dir())?;
    file.write_all(&bundle)?;
    Ok(name)
}

fn heard(at: usize, new: bool, missing: &[usize]) -> String {
    let again = if new { "" } else { "（二度目） / again" };
    match missing {
        [] => format!("{at}{again}: そろいました / complete"),
        missing => format!("{at}{again}: 残り {} 個 / still {}: {}", missing.len(), missing.len(), numbers(missing)),
    }
}

/// `1 2 5–9`.
fn numbers(of: &[usize]) -> String {
    let runs = of.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[usize]| match run {
        [one] => one.to_string(),
        [one, .., last] => format!("{one}–{last}"),
        [] => String::new(),
    };
    runs.map(run).collect::<Vec<_>>().join(" ")
}

fn what_is_wrong(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::NoPart => "端末の記録のコード（BU-…）ではありません。 / Not a code of a bundle (BU-…).",
        Wrong::Misread => {
            "読み取りが途中で切れたか、違っています。もう一度読み取ってください。 / Cut off or misread: read it again."
        }
        Wrong::Other => {
            "別の束のコードです。一つの束を読み終えてから読み取ってください。 / Of another bundle: finish one before the next."
        }
    }
}

fn not_whole(parts: &Parts) -> Problem {
    match parts.missing().as_slice() {
        [] => Problem::failed("コードが読まれていません。 / No code was read."),
        missing => Problem::failed(format!(
            "まだ読んでいないコード: {0}。何も取り込んでいません。はじめから、または残りを足して読み取ってください。\n\
             Not read yet: {0}. Nothing was taken in: read them all.",
            numbers(missing)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_numbers_are_said_in_runs() {
        assert_eq!(numbers(&[1, 2, 3, 5, 7, 8]), "1–3 5 7–8");
        assert_eq!(heard(4, false, &[2]), "4（二度目） / again: 残り 1 個 / still 1: 2");
    }
}
