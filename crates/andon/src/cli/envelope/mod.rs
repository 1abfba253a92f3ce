//! `andon envelope`: chart files that are carried away. What is in one is gathered in `gather.rs`, made in `make.rs`, made by itself in
//! `plan.rs`, looked at on a clean machine in `verify.rs`; the rest is the inventory.

mod gather;
mod make;
pub mod plan;
mod verify;

use std::path::{Path, PathBuf};

use chart::Moment;
use serde_json::{Value, json};

use super::args::{EnvelopeMake, EnvelopeWords};
use super::print::{by, lang};
use super::{say, say_json, seen, write};
use crate::custody::envelope::inventory::{self, Row};
use crate::custody::envelope::rules::{Contents, MORE, SLOTS, SLOTS_MAX};
use crate::event::{EnvelopeEvent, MadeEnvelope};
use crate::home::{Exit, Home, Problem};
use crate::text::{Lang, Words, one_line};
use crate::world;
use crate::writing::Request;
use make::{Made, Order, Place};

/// Letters of a holder's name or of what became of a file.
const WORDS_MAX: usize = 200;
/// Folder in the home for papers whose place nobody named.
const PAPERS: &str = "envelope-papers";

/// Makes, lists, notes and decides; `verify` needs no home, so it is asked for by a way of its own.
///
/// # Errors
/// When the home does not open, or what is asked for cannot be so.
pub fn run(home: impl FnOnce() -> Result<Home, Problem>, asked: &EnvelopeWords) -> Result<Exit, Problem> {
    match asked {
        EnvelopeWords::Verify { file, tag, json } => verify::verify(file, tag.as_deref(), *json),
        EnvelopeWords::Make(args) => made(&home()?, args),
        EnvelopeWords::List(args) => list(&home()?, args.json),
        EnvelopeWords::Note { number, act, words, by: who } => {
            let words = one_line(words, WORDS_MAX);
            let event = EnvelopeEvent::Act { number: written(number), act: *act, words };
            tell(&home()?, event, who.as_deref())
        }
        EnvelopeWords::Contents { what, by: who, json } => contents(&home()?, what.as_deref(), who.as_deref(), *json),
        EnvelopeWords::Plan(asked) => plan::run(&home()?, asked),
    }
}

/// A number as it stands on the tag, however it was typed: its letters are capitals.
fn written(number: &str) -> String {
    number.trim().to_ascii_uppercase()
}

fn tell(home: &Home, event: EnvelopeEvent, who: Option<&str>) -> Result<Exit, Problem> {
    let (by, role) = by(who);
    write::write(home, &Request::Envelope { event, by, role })?;
    say("書きました。 / Written down.");
    Ok(Exit::Ok)
}

/// The holders named, or those of every file.
fn holders(names: &[String]) -> Result<Vec<String>, Problem> {
    let named: Vec<String> =
        names.iter().map(|name| one_line(name, WORDS_MAX)).filter(|name| !name.is_empty()).collect();
    if named.len() > SLOTS_MAX {
        return Err(Problem::usage(format!(
            "--name は {SLOTS_MAX} つまでです。 / At most {SLOTS_MAX} holders (--name)."
        )));
    }
    Ok(if named.is_empty() { SLOTS.map(str::to_owned).to_vec() } else { named })
}

fn made(home: &Home, args: &EnvelopeMake) -> Result<Exit, Problem> {
    let order = Order {
        holders: holders(&args.names)?,
        days: args.days,
        good: args.good,
        lang: lang(args.english),
        by: by(args.by.as_deref()),
        plan: String::new(),
    };
    let place = Place::of(&args.out)?;
    let papers = papers_place(home, args.papers.as_deref(), place.folder())?;
    let to = std::path::absolute(place.folder())?.display().to_string();
    let made = make::make(home, &order, &to, &|number| place.stem(number))?;
    let number = &made.made.number;
    note_made(home, &made);
    let papers = if papers.is_dir() { papers.join(format!("{number}.pdf")) } else { papers };
    let laid = world::write_private(&papers, &made.papers).and_then(|()| place.lay(&made));
    match laid {
        Ok(files) => told(&made, &files, &papers, args.json),
        Err(problem) => {
            make::not_laid(home, &order, number, "the file could not be written")?;
            Err(problem)
        }
    }
}

/// Who made what is written down before it leaves: a file of charts is more than a look.
fn note_made(home: &Home, made: &Made) {
    let MadeEnvelope { number, patients, charts, .. } = &made.made;
    let exit = if made.failed == 0 { Exit::Ok } else { Exit::Partial };
    seen(home, "envelope-make", "", &format!("{number} {charts} charts {patients} in index"), exit);
}

/// Where papers go; never beside the file that they open.
fn papers_place(home: &Home, given: Option<&Path>, files: &Path) -> Result<PathBuf, Problem> {
    let Some(given) = given else {
        let folder = home.dir().join(PAPERS);
        std::fs::create_dir_all(&folder)?;
        return Ok(folder);
    };
    let folder = given.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if given.exists() || !folder.is_dir() {
        return Err(Problem::usage(format!(
            "{0}: すでにあるか、フォルダーがありません。 / {0}: exists, or has no folder.",
            given.display()
        )));
    }
    if std::fs::canonicalize(folder)? == std::fs::canonicalize(files)? {
        return Err(Problem::usage(
            "番号の紙（--papers）は、ファイル（--out）と別の場所にしてください。いっしょに失うと、だれでも開けます。\n\
             Keep the sealed sheets (--papers) elsewhere than the file (--out): lost together, anybody opens it.",
        ));
    }
    Ok(given.to_owned())
}

fn told(made: &Made, files: &[PathBuf], papers: &Path, as_json: bool) -> Result<Exit, Problem> {
    let exit = if made.failed == 0 { Exit::Ok } else { Exit::Partial };
    if as_json {
        let mut value = json!(made.made);
        value["made"] = json!(Moment(made.made.made));
        value["until"] = json!(Moment(made.made.until));
        value["hash"] = json!(made.signed.statement.short());
        value["station"] = json!(made.signed.fingerprint());
        value["files"] = json!(files);
        value["papers"] = json!(papers);
        value["failed"] = json!(made.failed);
        say_json(&value)?;
        return Ok(exit);
    }
    let MadeEnvelope { number, patients, charts, .. } = &made.made;
    say(&format!(
        "{number}: カルテ {charts} 人、索引 {patients} 人。期限 {}。 / {charts} charts, {patients} in the index.",
        Moment(made.made.until)
    ));
    files.iter().for_each(|file| say(&format!("  {}", file.display())));
    say(&format!(
        "票と、封をする紙は {0} です。印刷して封をし、このPDFは消してください。\n\
         Tag and sealed sheets are {0}: print them, seal them, delete the PDF.",
        papers.display()
    ));
    if made.failed > 0 {
        say(&format!("⚠ カルテを作れなかった患者 {0} 人（索引だけ）。 / {0} charts could not be drawn.", made.failed));
    }
    Ok(exit)
}

fn row_json(row: &Row, now: Moment) -> Value {
    let mut value = json!(row);
    value["made"] = json!(Moment(row.made.made));
    value["until"] = json!(Moment(row.made.until));
    value["state"] = json!(row.state());
    value["overdue"] = json!(row.is_overdue(now));
    value
}

/// The inventory; exit 3 while something is to be destroyed or looked for.
fn list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (rows, now, t) = (inventory::inventory(&home.reader()?)?, world::now(), Words::of(Lang::Ja));
    let overdue = rows.iter().filter(|row| row.is_overdue(now)).count();
    if as_json {
        let rows: Vec<Value> = rows.iter().map(|row| row_json(row, now)).collect();
        say_json(&json!({"envelopes": rows, "overdue": overdue}))?;
    } else {
        for row in &rows {
            let MadeEnvelope { number, made, until, charts, patients, slots, to, .. } = &row.made;
            let mark = if row.is_overdue(now) { "⚠ " } else { "" };
            let words = row.said.last().map_or(String::new(), |said| format!("{} {} {}", said.at, said.words, said.by));
            let state = t.word("envelope-state", row.state().word());
            say(&format!(
                "{mark}{number}  {}  〜{}  {charts}/{patients}  {slots}  {state}  {words}  {to}",
                Moment(*made),
                Moment(*until)
            ));
        }
        say(&format!(
            "{} 本、うち廃棄・捜索が要るもの {overdue} 本 / {overdue} to be destroyed or looked for",
            rows.len()
        ));
    }
    Ok(if overdue == 0 { Exit::Ok } else { Exit::Partial })
}

fn contents(home: &Home, what: Option<&str>, who: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    if let Some(what) = what {
        let read = Contents::read(what).map_err(|stray| {
            let more = MORE.join(" ");
            Problem::usage(format!(
                "{stray}: charts か all、all には {more} を足せます。 / {stray}: charts, or all and any of {more}."
            ))
        })?;
        let Some(who) = who.map(str::trim).filter(|who| !who.is_empty()) else {
            return Err(Problem::usage("だれが決めたかを --by 氏名 で示してください。 / Say who decides: --by NAME."));
        };
        return tell(home, EnvelopeEvent::Contents { what: read.words() }, Some(who));
    }
    let (decision, t) = (inventory::decision(&home.reader()?)?, Words::of(Lang::Ja));
    let words = decision.as_ref().map_or_else(|| "charts".to_owned(), |decision| decision.contents.words());
    if as_json {
        let (by, at) = decision.map(|decision| (decision.by, decision.at)).unzip();
        say_json(&json!({"contents": words, "by": by, "at": at}))?;
        return Ok(Exit::Ok);
    }
    words.split(',').for_each(|word| say(&format!("{word:<9} {}", t.word("envelope-contents", word))));
    say(&decision.map_or_else(|| t.text("envelope-not-decided"), |decision| format!("{} {}", decision.by, decision.at)));
    Ok(Exit::Ok)
}
