//! `andon printer`, `andon plan`, `andon memo`, and what `andon print` hands to a printer: the same runs as the page and the plans.

use std::io::Read;
use std::time::Duration;

use chart::Moment;
use serde_json::json;

use super::args::{Memo, Out, PlanSet, PlanWords, PrintDays, PrinterAdd, PrinterWords};
use super::print::{by, give, lang};
use super::{say, say_json, seen, write};
use crate::event::{AT_STOP, JobState, Plan, RunsEvent};
use crate::home::{Exit, Home, Problem};
use crate::printing::{JobRow, Planned, Printer, Printing, due, memo, printing};
use crate::sheets::runs::spool::{self, Outcome};
use crate::sheets::runs::target::{STICK_MARK, Target, mark_stick};
use crate::sheets::runs::{self, RunOrder};
use crate::text::{Lang, Words};
use crate::writing::Request;
use crate::{ward, world};

/// Letters of a memo: a page of the ward's own words.
const MEMO_CHARS: usize = 4_000;

/// Printers: the list, one more, one less.
///
/// # Errors
/// When the home does not open, what is named is no place to print to, or the store refuses.
pub fn printers(home: &Home, asked: &PrinterWords) -> Result<Exit, Problem> {
    match asked {
        PrinterWords::List { json } => list(home, *json),
        PrinterWords::Add(args) => add(home, args),
        PrinterWords::Remove { name, by: who } => {
            let printing = printing(&home.reader()?)?;
            named(&printing, name)?;
            if let Some(planned) = printing.plans.values().find(|planned| planned.plan.printer == *name) {
                let plan = &planned.plan.plan;
                return Err(Problem::usage(format!(
                    "{name}: 印刷予定 {plan} が使っています。先に `andon plan set` か `andon plan remove` で変えてください。\n\
                     {name}: the plan {plan} prints on it; change that first."
                )));
            }
            let event = RunsEvent::Printer { name: name.clone(), place: String::new(), on: false };
            say_it(home, event, who.as_deref())
        }
    }
}

fn list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (printing, t) = (printing(&home.reader()?)?, Words::of(Lang::Ja));
    let (mut exit, mut rows) = (Exit::Ok, Vec::new());
    for printer in printing.printers.values() {
        let ready = target(printer).ready();
        let words = match &ready {
            Ok(ready) => ready.remarks.clone(),
            Err(trouble) => trouble.to_string(),
        };
        if ready.is_err() {
            exit = Exit::Partial;
        }
        if !as_json {
            let state = if ready.is_ok() { t.text("printer-ready") } else { runs::page::trouble_words(t, &words) };
            say(&format!("{}  {}  {state}", printer.name, printer.place));
        }
        rows.push(json!({"name": printer.name, "place": printer.place, "ready": ready.is_ok(), "words": words}));
    }
    if as_json {
        say_json(&json!({"printers": rows}))?;
    } else if rows.is_empty() {
        say("プリンターは登録されていません。`andon printer add` で登録します。 / No printers: `andon printer add`.");
    }
    Ok(exit)
}

fn add(home: &Home, args: &PrinterAdd) -> Result<Exit, Problem> {
    let place = match (&args.ipp, &args.folder, &args.stick) {
        (Some(address), _, _) => Target::read(address).filter(|target| matches!(target, Target::Ipp(_))).ok_or_else(|| {
            Problem::usage(format!(
                "{address}: ipp://機械:631/printers/名前 の形にしてください。\n{address}: must be ipp://HOST:631/printers/NAME"
            ))
        })?,
        (_, Some(folder), _) => Target::Folder(std::path::absolute(folder)?),
        (_, _, Some(mount)) => {
            let random = world::random::<8>().map_err(|error| Problem::failed(error.to_string()))?;
            let word: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
            mark_stick(mount, &word).map_err(|error| {
                Problem::failed(format!(
                    "{}: {STICK_MARK} を書けません（{error}）。スティックが挿さっているか確かめてください。\n{}: cannot write {STICK_MARK}: {error}",
                    mount.display(),
                    mount.display()
                ))
            })?;
            Target::Stick(std::path::absolute(mount)?, word)
        }
        _ => return Err(Problem::usage("--ipp / --folder / --stick")),
    };
    // That it does not answer now is said, and no reason not to know it.
    if let Err(trouble) = place.ready() {
        say(&format!("⚠ {}", runs::page::trouble_words(Words::of(Lang::Ja), &trouble.to_string())));
    }
    let event = RunsEvent::Printer { name: args.name.clone(), place: place.to_string(), on: true };
    say_it(home, event, args.by.as_deref())
}

fn say_it(home: &Home, event: RunsEvent, who: Option<&str>) -> Result<Exit, Problem> {
    let (by, role) = by(who);
    write::write(home, &Request::Runs { event, by, role })?;
    say("書きました。 / Written down.");
    Ok(Exit::Ok)
}

/// Where a printer is; one whose place cannot be read is nowhere.
fn target(printer: &Printer) -> Target {
    Target::read(&printer.place).unwrap_or_else(|| Target::Folder(printer.place.clone().into()))
}

/// The printer of a name.
fn named<'p>(printing: &'p Printing, name: &str) -> Result<&'p Printer, Problem> {
    printing.printers.get(name).ok_or_else(|| {
        let known = printing.printers.keys().cloned().collect::<Vec<_>>().join(", ");
        Problem::usage(format!(
            "{name}: このプリンターは登録されていません（あるもの: {known}）。`andon printer add` で登録します。\n\
             {name}: no such printer (there are: {known}); `andon printer add`."
        ))
    })
}

/// Plans: the list, one more, one less, one now; and what became of what was handed over.
///
/// # Errors
/// When the home does not open, a name or a time is none, or the store refuses.
pub fn plans(home: &Home, asked: &PlanWords) -> Result<Exit, Problem> {
    match asked {
        PlanWords::List { json } => list_plans(home, *json),
        PlanWords::Set(args) => set(home, args),
        PlanWords::Remove { name, by } => {
            let printing = printing(&home.reader()?)?;
            let planned = planned(&printing, name)?;
            say_it(home, RunsEvent::Plan(Plan { on: false, ..planned.plan.clone() }), by.as_deref())
        }
        PlanWords::Run { name, patience, by: who, json } => {
            let printing = printing(&home.reader()?)?;
            let plan = planned(&printing, name)?.plan.clone();
            let printer = named(&printing, &plan.printer)?;
            let order = RunOrder::of_plan(&plan, Lang::Ja, by(who.as_deref()))
                .ok_or_else(|| Problem::usage(format!("{name}: {}", plan.what)))?;
            let written = printing.written_as(&plan);
            to_printer(home, (printer, &written), &order, Duration::from_secs(*patience), *json)
        }
        PlanWords::Jobs { json } => jobs(home, *json),
    }
}

fn planned<'p>(printing: &'p Printing, name: &str) -> Result<&'p Planned, Problem> {
    printing.plans.get(name).ok_or_else(|| {
        Problem::usage(format!(
            "{name}: この印刷予定はありません。`andon plan list` で確かめてください。\n{name}: no such plan; see `andon plan list`."
        ))
    })
}

fn set(home: &Home, args: &PlanSet) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    named(&printing(&reader)?, &args.printer)?;
    if !args.at_stop && due::at(&args.at, world::now()).is_none() {
        let at = &args.at;
        return Err(Problem::usage(format!("{at}: 時刻は 18:00 のように。\n{at}: a time of day as in 18:00")));
    }
    let known = |asked: &String| super::ward::named(ward::wards(&reader)?, asked);
    let wards: Vec<String> = args.wards.iter().map(known).collect::<Result<_, _>>()?;
    let plan = Plan {
        plan: args.name.clone(),
        what: args.what.join(","),
        wards: wards.join(","),
        days: args.days,
        changed: args.changed,
        at: if args.at_stop { AT_STOP.to_owned() } else { args.at.clone() },
        printer: args.printer.clone(),
        on: true,
    };
    say_it(home, RunsEvent::Plan(plan), args.by.as_deref())
}

fn list_plans(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (printing, now, t) = (printing(&home.reader()?)?, world::now(), Words::of(Lang::Ja));
    let mut rows = Vec::new();
    for planned in printing.plans.values() {
        let (due, last) = (printing.is_due(planned, now), printing.last_printed(&planned.plan));
        if !as_json {
            let Plan { plan, what, printer, wards, .. } = &planned.plan;
            let (at, is_due) = runs::page::plan_time(t, &planned.plan);
            let wards = if wards.is_empty() { t.text("plan-all-wards") } else { wards.clone() };
            let last = last.map_or_else(|| t.text("plan-never"), |row| t.with("plan-last", row.at.to_string()));
            let due = if due { format!("  ⚠ {is_due}") } else { String::new() };
            let what = what.split(',').map(|word| t.word("plan", word)).collect::<Vec<_>>().join("・");
            say(&format!("{at}  {plan}  {what}  {wards}  → {printer}  {last}{due}"));
        }
        rows.push(json!({"plan": planned, "due": due, "last": last}));
    }
    if as_json {
        say_json(&json!({"plans": rows, "troubles": printing.troubles(world::now())}))?;
    }
    Ok(if printing.troubles(world::now()).is_empty() { Exit::Ok } else { Exit::Partial })
}

fn jobs(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (printing, t) = (printing(&home.reader()?)?, Words::of(Lang::Ja));
    if as_json {
        say_json(&json!({"jobs": printing.jobs}))?;
    } else {
        for JobRow { job, at, by } in &printing.jobs {
            let state = t.word("job", job.state.word());
            let words = runs::page::trouble_words(t, &job.words);
            say(&format!("{at}  {}  {} {}  {} p  {state}  {words}  {by}", job.run, job.printer, job.plan, job.pages));
        }
    }
    Ok(if printing.troubles(world::now()).is_empty() { Exit::Ok } else { Exit::Partial })
}

/// Has a printer print; exit 3 when it did not come out, or not whole.
fn to_printer(
    home: &Home,
    (printer, plan): (&Printer, &str),
    order: &RunOrder,
    patience: Duration,
    as_json: bool,
) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let writes = |request: &_| write::write(home, request);
    let done = spool::print(&reader, (printer, plan), order, patience, &world::now, &writes)?;
    let Some(outcome) = done else { return Err(Problem::failed("使用中です。 / The printer is busy.")) };
    let Outcome { job, flawed, unchanged } = &outcome;
    let came = job.state == JobState::Printed;
    let exit = if came && flawed.is_empty() { Exit::Ok } else { Exit::Partial };
    seen(home, "print", &format!("ward:{}", order.wards.join(",")), &format!("run {} {}", job.run, job.printer), exit);
    if as_json {
        say_json(&outcome)?;
        return Ok(exit);
    }
    let t = Words::of(Lang::Ja);
    let (state, pages) = (t.word("job", job.state.word()), job.pages);
    say(&format!(
        "{}: {state} {pages} ページ（第 {} 回、変わらない患者 {unchanged} 人を省略） / {pages} pages (run {}; {unchanged} unchanged left out)",
        job.printer, job.run, job.run
    ));
    if !came {
        say(&format!("  ⚠ {}", runs::page::trouble_words(t, &job.words)));
    }
    flawed.iter().for_each(|why| say(&format!("  ⚠ {why}")));
    Ok(exit)
}

/// One run of this, to a file or a printer.
///
/// # Errors
/// When the home does not open, nothing is to be printed, or it cannot be written.
pub fn one(home: &Home, order: &RunOrder, out: &Out, as_json: bool) -> Result<Exit, Problem> {
    if let Some(name) = &out.printer {
        let printing = printing(&home.reader()?)?;
        return to_printer(home, (named(&printing, name)?, ""), order, spool::PATIENCE, as_json);
    }
    let Some(file) = &out.out else { return Err(Problem::usage("--out / --printer")) };
    world::can_be_written(file)?;
    let printed =
        home.reader()?.steady(|reader| runs::make(reader, order, world::now(), &|wish| write::write(home, wish)))??;
    give(home, &printed, "", file, as_json)
}

/// 予約一覧 or 受診セット of some days.
///
/// # Errors
/// As [`one`], and when the day is none.
pub fn of_days(home: &Home, what: &str, args: &PrintDays) -> Result<Exit, Problem> {
    let first = read_day(&args.day)?;
    let order = RunOrder {
        what: vec![what.to_owned()],
        days: args.days,
        first: Some(first),
        department: args.department.clone(),
        lang: lang(args.english),
        by: by(args.by.as_deref()),
        ..RunOrder::default()
    };
    one(home, &order, &args.out, args.json)
}

fn read_day(day: &str) -> Result<chart::When, Problem> {
    let now: Moment = world::now();
    ward::read_day(day, now).ok_or_else(|| {
        Problem::usage(format!(
            "--day {day}: 日として読めません。例 2026-11-27、R8.11.27、明日\n--day {day}: not a day. Try 2026-11-27"
        ))
    })
}

/// Shows, sets or ends the memo of a ward.
///
/// # Errors
/// When the home does not open, the ward is none, or the store refuses.
pub fn memos(home: &Home, args: &Memo) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let ward = super::ward::named(ward::wards(&reader)?, &args.ward)?;
    let Some(text) = &args.text else {
        match memo(&reader, &ward)? {
            Some(memo) => say(&format!("{} {}\n{}", memo.at, memo.by, memo.text)),
            None => say("申し送りはありません。 / No memo."),
        }
        return Ok(Exit::Ok);
    };
    let mut text = text.clone();
    if text == "-" {
        text.clear();
        std::io::stdin().take(MEMO_CHARS as u64 * 4).read_to_string(&mut text)?;
    }
    let text: String = text.trim_end().chars().take(MEMO_CHARS).collect();
    say_it(home, RunsEvent::Memo { ward, text }, args.by.as_deref())
}
