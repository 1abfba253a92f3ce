//! `andon whereabouts`: where things of paper are, and the register of letters that wait to be scanned.

use std::path::Path;

use chart::PatientId;
use serde_json::{Value, json};
use store::Reader;

use super::args::whereabouts::{
    By, LetterAct, Patient, Printing, Register, RegisterLetter, To, Whereabouts, WhereaboutsAct,
};
use super::{os_user, say, say_json, seen, write};
use crate::event::{Letter, PaperAct, PaperEvent, PaperSaid, Thing};
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::sheets::Printed;
use crate::sheets::whereabouts::{self as papers, letters, print, rules};
use crate::sheets::whose::{Said, Shown, whose};
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// Shows where things are, or writes down what became of one.
///
/// # Errors
/// When the home does not open, or what is said cannot be so.
pub fn run(home: &Home, args: &Whereabouts) -> Result<Exit, Problem> {
    match &args.act {
        Some(act) => acted(home, act),
        None if args.letters => list_letters(home, args),
        None => list(home, args),
    }
}

fn acted(home: &Home, act: &WhereaboutsAct) -> Result<Exit, Problem> {
    let (said, by) = match act {
        WhereaboutsAct::Register(args) => return register(home, args),
        WhereaboutsAct::Show { number, json } => return show(home, number, *json),
        WhereaboutsAct::Guide(args) => return printed(home, args, print::out_guide),
        WhereaboutsAct::Label(args) => return printed(home, args, print::label),
        WhereaboutsAct::Letter(act) => return of_letter(home, act),
        WhereaboutsAct::Lend { to, request } => (PaperSaid { of: *request, ..said_to(to, PaperAct::Lend) }, &to.by),
        WhereaboutsAct::Hand { to, request } => (PaperSaid { of: *request, ..said_to(to, PaperAct::Hand) }, &to.by),
        WhereaboutsAct::Request { to, due } => {
            (PaperSaid { due: papers::short(due), ..said_to(to, PaperAct::Request) }, &to.by)
        }
        WhereaboutsAct::Withdraw { number, request, by } => {
            (PaperSaid { of: *request, ..PaperSaid::new(number, PaperAct::Withdraw) }, by)
        }
        WhereaboutsAct::Return(to) => (placed(&to.number, PaperAct::Return, &to.place), &to.by),
        WhereaboutsAct::Found(to) => (placed(&to.number, PaperAct::Found, &to.place), &to.by),
        WhereaboutsAct::Move { to, within } => {
            let within = papers::short(within).to_ascii_uppercase();
            (PaperSaid { within, ..placed(&to.number, PaperAct::Move, &to.place) }, &to.by)
        }
        WhereaboutsAct::Missing(why) => (reason(&why.number, PaperAct::Missing, &why.words), &why.by),
        WhereaboutsAct::Close(why) => (reason(&why.number, PaperAct::Close, &why.words), &why.by),
    };
    tell(home, said, by)
}

fn said_to(to: &To, act: PaperAct) -> PaperSaid {
    PaperSaid {
        who: papers::short(&to.who),
        place: papers::short(&to.department),
        phone: papers::short(&to.phone),
        words: papers::short(&to.words),
        ..PaperSaid::new(&to.number, act)
    }
}

fn placed(number: &str, act: PaperAct, place: &str) -> PaperSaid {
    PaperSaid { place: papers::short(place), ..PaperSaid::new(number, act) }
}

fn reason(number: &str, act: PaperAct, words: &str) -> PaperSaid {
    PaperSaid { words: papers::short(words), ..PaperSaid::new(number, act) }
}

/// The number meant by what was typed or read by a scanner.
fn number(reader: &Reader, typed: &str) -> Result<String, Problem> {
    papers::named(reader, typed)?.ok_or_else(|| papers::no("number"))
}

fn who(by: &By) -> (String, String) {
    (by.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned())
}

fn tell(home: &Home, mut said: PaperSaid, by: &By) -> Result<Exit, Problem> {
    let (reader, (by, role)) = (home.reader()?, who(by));
    said.number = number(&reader, &said.number)?;
    let (named, act) = (said.number.clone(), said.act);
    papers::say(&reader, said, (&by, &role), &|wish| write::write(home, wish))?;
    say(&format!("{named}: {} / {}", Words::of(Lang::Ja).word("where-act", act.word()), act.word()));
    Ok(Exit::Ok)
}

/// The patient of a number typed with its 照合番号, shown back on standard output.
fn patient(home: &Home, reader: &Reader, typed: &Patient) -> Result<Option<(PatientId, Shown)>, Problem> {
    let said = Said { patient: &typed.patient, birth: &typed.birth, kana: &typed.kana };
    let [ja, en] = [Lang::Ja, Lang::En].map(Words::of);
    let found = match whose(reader, &said, ja)? {
        Ok(found) => found,
        Err(no) => {
            let other = whose(reader, &said, en)?.err().unwrap_or_default();
            return Err(Problem::usage(format!("{no}\n{other}")));
        }
    };
    if let Some((id, _)) = &found {
        seen(home, "whereabouts-register", &format!("{}/{}", id.authority, id.id), "", Exit::Ok);
    }
    Ok(found)
}

fn shown_words(shown: &Option<(PatientId, Shown)>) -> String {
    shown
        .as_ref()
        .map_or_else(String::new, |(_, shown)| format!("  {} {} {} {}", shown.id, shown.name, shown.kana, shown.birth))
}

fn register(home: &Home, args: &Register) -> Result<Exit, Problem> {
    let (reader, (by, role)) = (home.reader()?, who(&args.by));
    let whose = patient(home, &reader, &args.patient)?;
    let id = whose.as_ref().map(|(id, _)| id.clone());
    let (authority, own) = id.clone().map(|id| (id.authority, id.id)).unwrap_or_default();
    let thing = Thing {
        number: args.correct.clone().unwrap_or_default(),
        kind: args.kind.clone(),
        title: papers::short(&args.title),
        authority,
        id: own,
        volume: args.volume,
        volumes: args.volumes,
        home: papers::short(&args.place),
        within: papers::short(&args.within).to_ascii_uppercase(),
        keep_until: papers::day(&args.keep_until)?,
        reason: papers::short(&args.reason),
    };
    let writes = |wish: &Request| write::write(home, wish);
    let things = match &args.correct {
        Some(known) => vec![Thing { number: number(&reader, known)?, ..thing }],
        None => papers::things(&papers::take_number(id.as_ref(), (&by, &role), &writes)?, &thing, args.count),
    };
    let numbers: Vec<String> = things.iter().map(|thing| thing.number.clone()).collect();
    for thing in things {
        writes(&Request::Paper { event: PaperEvent::Thing(thing), by: by.clone(), role: role.clone() })?;
    }
    match args.json {
        true => say_json(&json!({"numbers": numbers}))?,
        false => say(&format!("{}{} / registered", numbers.join(" "), shown_words(&whose))),
    }
    Ok(Exit::Ok)
}

fn show(home: &Home, typed: &str, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let named = number(&reader, typed)?;
    let Some((paper, history)) = papers::paper(&reader, &named)? else {
        let row = papers::letter(&reader, &named)?.ok_or_else(|| papers::no("number"))?;
        seen(home, "whereabouts", &about(&row.letter.authority, &row.letter.id), &named, Exit::Ok);
        say_json(&letter_json(&row))?;
        return Ok(Exit::Ok);
    };
    seen(home, "whereabouts-papers", &about(&paper.thing.authority, &paper.thing.id), &named, Exit::Ok);
    let inside: Vec<String> = papers::papers(&reader)?
        .into_iter()
        .filter(|other| other.thing.within == named && other.closed.is_none())
        .map(|other| other.thing.number)
        .collect();
    if as_json {
        let mut value = paper_json(&paper);
        value["history"] = json!(history);
        value["inside"] = json!(inside);
        say_json(&value)?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    say(&line(&paper, t));
    for told in history {
        let act = t.word("where-act", told.act.word());
        say(&format!("  {} {act} {} {} {} {} — {}", told.since, told.place, told.who, told.phone, told.words, told.by));
    }
    inside.iter().for_each(|number| say(&format!("  ・{number}")));
    Ok(Exit::Ok)
}

fn about(authority: &str, id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("{authority}/{id}") }
}

/// A thing as JSON: what it is, and `state` with who has it.
fn paper_json(paper: &rules::Paper) -> Value {
    let mut value = json!(paper);
    value["state"] = json!(paper.standing().word());
    value["held"] = json!(paper.holder());
    value
}

fn letter_json(row: &letters::LetterRow) -> Value {
    let mut value = json!(row);
    value["open"] = json!(row.is_open());
    value
}

fn line(paper: &rules::Paper, t: Words) -> String {
    let state = t.word("where", paper.standing().word());
    let held = paper.holder().map_or_else(
        || paper.place.clone(),
        |told| format!("{} {} {} {}", told.place, told.who, told.phone, told.since),
    );
    let wishes = if paper.wishes.is_empty() { String::new() } else { t.with("where-wishes", paper.wishes.len()) };
    let patient = if paper.thing.id.is_empty() { "—" } else { &paper.thing.id };
    format!("{}  {}  {patient}  {state} {held} {wishes}", paper.thing.number, print::what(paper, t))
        .trim_end()
        .to_owned()
}

fn list(home: &Home, args: &Whereabouts) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = papers::papers(&reader)?;
    let asked = args.patient.as_deref().map(|typed| super::meant(home, typed, None)).transpose()?;
    let whose = asked.as_ref().map_or_else(String::new, |id| about(&id.authority, &id.id));
    seen(home, "whereabouts", &whose, "", Exit::Ok);
    let any = !args.out && !args.requests && !args.missing;
    let department = args.department.trim();
    let wanted = |paper: &&rules::Paper| {
        let standing = paper.standing();
        let of = any
            || (args.out && standing == rules::Standing::Out)
            || (args.missing && standing == rules::Standing::Missing)
            || (args.requests && !paper.wishes.is_empty());
        let at = || paper.holder().into_iter().chain(&paper.wishes).any(|told| told.place.contains(department));
        of && (department.is_empty() || at())
            && asked.as_ref().is_none_or(|id| paper.thing.id == id.id && paper.thing.authority == id.authority)
    };
    let mut found: Vec<&rules::Paper> = all.iter().filter(wanted).collect();
    if !any {
        let since = |paper: &&rules::Paper| match args.requests && !args.out {
            true => paper.wishes.first().map_or(0, |told| told.since.0),
            false => paper.out.as_ref().or(paper.missing.as_ref()).map_or(0, |told| told.since.0),
        };
        found.sort_by_key(since);
    }
    if args.json {
        let count = |standing| all.iter().filter(|paper| paper.standing() == standing).count();
        say_json(&json!({
            "papers": found.iter().map(|paper| paper_json(paper)).collect::<Vec<_>>(),
            "out": count(rules::Standing::Out), "missing": count(rules::Standing::Missing),
            "requests": all.iter().map(|paper| paper.wishes.len()).sum::<usize>(),
        }))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    found.iter().for_each(|paper| say(&line(paper, t)));
    say(&format!("{} 点 / {} things", found.len(), found.len()));
    Ok(Exit::Ok)
}

fn list_letters(home: &Home, args: &Whereabouts) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let rows = if args.all { papers::all_letters(&reader)? } else { papers::open_letters(&reader)? };
    seen(home, "whereabouts-letters", "", &args.department, Exit::Ok);
    let wanted = letters::Wanted { department: args.department.clone(), row: None, all: args.all };
    let found: Vec<&letters::LetterRow> = rows.iter().filter(|row| wanted.takes(row)).collect();
    let counts = letters::counts(&rows);
    if args.json {
        let counts: Vec<Value> = counts.iter().map(|(name, open)| json!({"department": name, "open": open})).collect();
        let found: Vec<Value> = found.iter().map(|row| letter_json(row)).collect();
        say_json(&json!({"letters": found, "departments": counts}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for row in &found {
        let Letter { number, department, kana, name, id, kind, hospital, received, .. } = &row.letter;
        let kind = t.word("letter-kind", kind);
        say(&format!("{number}  {department}  {kana} {name} {id}  {kind}  {hospital} {received}"));
    }
    for (department, open) in counts {
        say(&format!("{department}: {open}"));
    }
    Ok(Exit::Ok)
}

fn of_letter(home: &Home, act: &LetterAct) -> Result<Exit, Problem> {
    match act {
        LetterAct::Register(args) => register_letter(home, args),
        LetterAct::HandOn(why) => tell(home, reason(&why.number, PaperAct::HandOn, &why.words), &why.by),
        LetterAct::Reopen(why) => tell(home, reason(&why.number, PaperAct::Reopen, &why.words), &why.by),
        LetterAct::Scanned { number: typed, scan, page, by } => {
            let reader = home.reader()?;
            let named = number(&reader, typed)?;
            let ledger = crate::sheets::ledger::ledger(&reader)?;
            let row = ledger.pages.iter().find(|row| row.scan == *scan && row.read.page == *page);
            let whose = row.and_then(|row| row.patient());
            let whose = whose.map(|(authority, id)| PatientId { authority: authority.into(), id: id.into() });
            papers::may_scan(&reader, &named, whose.as_ref())?;
            let said = PaperSaid { who: scan.clone(), of: *page, ..PaperSaid::new(&named, PaperAct::Scanned) };
            tell(home, said, by)
        }
        LetterAct::Print { department, out, english, by } => {
            let reader = home.reader()?;
            let wanted = letters::Wanted { department: department.clone(), ..letters::Wanted::default() };
            let rows: Vec<_> = papers::open_letters(&reader)?.into_iter().filter(|row| wanted.takes(row)).collect();
            let by = print::By { lang: if *english { Lang::En } else { Lang::Ja }, by: who(by) };
            let made = print::letters(&reader, &rows, &by, world::now(), &|wish| write::write(home, wish))?;
            give(home, &made, "", out)
        }
    }
}

fn register_letter(home: &Home, args: &RegisterLetter) -> Result<Exit, Problem> {
    let (reader, (by, role)) = (home.reader()?, who(&args.by));
    let whose = patient(home, &reader, &args.patient)?;
    let id = whose.as_ref().map(|(id, _)| id.clone());
    let known = whose.as_ref().map(|(_, shown)| (shown.name.clone(), shown.kana.clone())).unwrap_or_default();
    let or = |text: &str, known: String| if text.trim().is_empty() { known } else { papers::short(text) };
    let today = || world::now().to_string().chars().take(10).collect();
    let writes = |wish: &Request| write::write(home, wish);
    let number = match &args.correct {
        Some(known) => number(&reader, known)?,
        None => format!("{}-1", papers::take_number(id.as_ref(), (&by, &role), &writes)?),
    };
    let received = papers::day(&args.received)?;
    let letter = Letter {
        number: number.clone(),
        received: if received.is_empty() { today() } else { received },
        hospital: papers::short(&args.hospital),
        doctor: papers::short(&args.doctor),
        department: papers::short(&args.department),
        authority: id.as_ref().map_or_else(String::new, |id| id.authority.clone()),
        id: id.map_or_else(String::new, |id| id.id),
        name: or(&args.name, known.0),
        kana: or(&args.patient.kana, known.1),
        kind: args.kind.clone(),
        pages: args.pages,
        words: papers::short(&args.words),
    };
    writes(&Request::Paper { event: PaperEvent::Letter(letter), by, role })?;
    match args.json {
        true => say_json(&json!({"number": number}))?,
        false => say(&format!("{number}{} / registered", shown_words(&whose))),
    }
    Ok(Exit::Ok)
}

type Print = fn(&Reader, &str, &print::By, chart::Moment, crate::sheets::pieces::Write<'_>) -> Result<Printed, Problem>;

fn printed(home: &Home, args: &Printing, print: Print) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let named = number(&reader, &args.number)?;
    let paper = papers::paper(&reader, &named)?.map(|(paper, _)| paper.thing).unwrap_or_default();
    world::can_be_written(&args.out)?;
    let by = print::By { lang: if args.english { Lang::En } else { Lang::Ja }, by: who(&args.by) };
    let made = print(&reader, &named, &by, world::now(), &|wish| write::write(home, wish))?;
    give(home, &made, &about(&paper.authority, &paper.id), &args.out)
}

/// What was printed, into its file; first who printed it is written down.
fn give(home: &Home, printed: &Printed, about: &str, out: &Path) -> Result<Exit, Problem> {
    let exit = if printed.is_whole() { Exit::Ok } else { Exit::Partial };
    seen(home, "print", about, &format!("run {}", printed.run), exit);
    if !printed.sheets.is_empty() {
        world::write_private(out, &printed.pdf)?;
    }
    let pages: u32 = printed.sheets.iter().map(|sheet| sheet.pages).sum();
    say(&format!("{}: {pages} ページ / {pages} pages", out.display()));
    printed.failed.iter().chain(&printed.flawed).for_each(|why| say(&format!("  ⚠ {why}")));
    Ok(exit)
}
