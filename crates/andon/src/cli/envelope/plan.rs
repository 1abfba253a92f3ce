//! Chart files made by themselves: every day at a time, onto a registered folder or stick, their papers to another printer. What fails is
//! told as a printer's failure is, on every page, until it was made.

use std::path::PathBuf;
use std::time::Duration;

use chart::Moment;
use serde_json::{Value, json};
use store::Reader;

use super::make::{self, Made, Order, Place};
use super::{holders, note_made, tell};
use crate::cli::args::EnvelopePlanWords;
use crate::cli::{os_user, say, say_json, write};
use crate::custody::envelope::inventory;
use crate::custody::envelope::rules::GOOD_DAYS;
use crate::event::{EnvelopeEvent, EnvelopePlan, Job, JobState, RunsEvent};
use crate::home::{Exit, Home, Problem};
use crate::printing::{Printing, due, printing};
use crate::role::Role;
use crate::sheets::runs::page::trouble_words;
use crate::sheets::runs::target::{Target, Trouble};
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// How long the papers may take to come out of their printer.
const PATIENCE: Duration = Duration::from_secs(600);
/// Who makes what nobody asked for at that moment.
const BY: (&str, &str) = ("予定", "station");

/// Plans: the list, one set, one given up, one made now.
///
/// # Errors
/// When the home does not open, or what is named is not there.
pub fn run(home: &Home, asked: &EnvelopePlanWords) -> Result<Exit, Problem> {
    match asked {
        EnvelopePlanWords::List(args) => list(home, args.json),
        EnvelopePlanWords::Set { name, at, to, papers, days, by } => {
            let printing = printing(&home.reader()?)?;
            places(&printing, to, papers)?;
            if due::at(at, world::now()).is_none() {
                return Err(Problem::usage(format!("{at}: 時刻は 18:00 の形で。 / {at}: a time is HH:MM.")));
            }
            let [plan, at, to, papers] = [name, at, to, papers].map(String::clone);
            let plan = EnvelopePlan { plan, at, to, papers, days: *days, on: true };
            tell(home, EnvelopeEvent::Schedule(plan), by.as_deref())
        }
        EnvelopePlanWords::Remove { name, by } => {
            let plan = named(home, name)?;
            tell(home, EnvelopeEvent::Schedule(EnvelopePlan { on: false, ..plan }), by.as_deref())
        }
        EnvelopePlanWords::Run { name, json } => {
            let plan = named(home, name)?;
            let by = (os_user(), Role::Operator.code().to_owned());
            let job = make_planned(home, &plan, by)?;
            let done = job.state == JobState::Printed;
            if *json {
                say_json(&json!({"plan": name, "made": done, "words": job.words}))?;
            } else {
                say(&told(&plan, &job));
            }
            Ok(if done { Exit::Ok } else { Exit::Partial })
        }
    }
}

/// What came of a plan, in both languages.
fn told(plan: &EnvelopePlan, job: &Job) -> String {
    let EnvelopePlan { plan: name, to, papers, .. } = plan;
    if job.state == JobState::Printed {
        let number = &job.words;
        return format!(
            "{name}: {number} を作りました。ファイルは {to}、票と番号の紙は {papers} です。\n\
             {name}: {number} is made; the file is at {to}, tag and sealed sheets at {papers}."
        );
    }
    let [ja, en] = [Lang::Ja, Lang::En].map(|lang| trouble_words(Words::of(lang), &job.words));
    format!("✗ {name}: 作れませんでした。{ja}\n✗ {name}: not made. {en}")
}

fn named(home: &Home, name: &str) -> Result<EnvelopePlan, Problem> {
    let plans = inventory::plans(&home.reader()?)?;
    plans.get(name).map(|(plan, _)| plan.clone()).ok_or_else(|| {
        Problem::usage(format!("{name}: この予定はありません。`andon envelope plan list` / {name}: no such plan."))
    })
}

fn list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let (plans, late) = (inventory::plans(&reader)?, due(&reader, now)?);
    let rows = inventory::inventory(&reader)?;
    let mut told: Vec<Value> = Vec::new();
    for (plan, since) in plans.values() {
        let last = rows.iter().rev().find(|row| row.made.plan == plan.plan).map(|row| Moment(row.made.made));
        let is_late = late.iter().any(|one| one.plan == plan.plan);
        if !as_json {
            let mark = if is_late { "⚠ " } else { "" };
            let last = last.map_or_else(|| "—".to_owned(), |last| last.to_string());
            let EnvelopePlan { plan, at, to, papers, days, .. } = plan;
            say(&format!("{mark}{plan}  {at}  {to}  {papers}  {days}  {last}"));
        }
        told.push(json!({"plan": plan, "since": since, "last": last, "due": is_late}));
    }
    if as_json {
        say_json(&json!({"plans": told}))?;
    }
    Ok(if late.is_empty() { Exit::Ok } else { Exit::Partial })
}

/// Plans whose time has come since they were last made, and since they were set.
///
/// # Errors
/// When the store cannot be read.
pub fn due(reader: &Reader, now: Moment) -> Result<Vec<EnvelopePlan>, Problem> {
    let plans = inventory::plans(reader)?;
    if plans.is_empty() {
        return Ok(Vec::new());
    }
    let rows = inventory::inventory(reader)?;
    let is_due = |(plan, since): &(EnvelopePlan, Moment)| {
        let Some(at) = due::last_due(&plan.at, now) else { return false };
        let made = |row: &inventory::Row| {
            let laid = row.said.iter().all(|said| !said.words.starts_with(make::NOT_LAID));
            row.made.plan == plan.plan && row.made.made >= at.0 && laid
        };
        *since <= at && !rows.iter().any(made)
    };
    Ok(plans.into_values().filter(is_due).map(|(plan, _)| plan).collect())
}

/// Makes what is due, with nobody asking; true when it was made.
pub fn make_due(home: &Home, plan: &EnvelopePlan) -> bool {
    match make_planned(home, plan, (BY.0.to_owned(), BY.1.to_owned())) {
        Ok(job) => job.state == JobState::Printed,
        Err(problem) => {
            tracing::warn!(exit = problem.exit as u8, "a planned chart file could not be made");
            false
        }
    }
}

/// Where a plan's file and its papers go.
fn places(printing: &Printing, to: &str, papers: &str) -> Result<(PathBuf, Target, Target), Problem> {
    let target = |name: &str| {
        let place = printing.printers.get(name).and_then(|printer| Target::read(&printer.place));
        place.ok_or_else(|| {
            Problem::usage(format!(
                "{name}: 登録されていません。`andon printer list` で確かめてください。 / {name}: is not registered; see `andon printer list`."
            ))
        })
    };
    let (files, papers_to) = (target(to)?, target(papers)?);
    let folder = files.folder().ok_or_else(|| {
        Problem::usage(format!("{to}: フォルダーかスティックを選んでください。 / {to}: must be a folder or a stick."))
    })?;
    if files == papers_to {
        return Err(Problem::usage(
            "番号の紙は、ファイルと別の所に出してください。 / Papers must go elsewhere than the file.",
        ));
    }
    Ok((folder, files, papers_to))
}

/// Makes a plan's file once. That it failed, or came out after it had, is written down for every page.
fn make_planned(home: &Home, plan: &EnvelopePlan, by: (String, String)) -> Result<Job, Problem> {
    let printing = printing(&home.reader()?)?;
    let name = format!("{} {}", Words::of(Lang::Ja).text("envelope-title"), plan.plan);
    let job = Job {
        run: 0,
        prefix: String::new(),
        printer: plan.to.clone(),
        plan: name,
        state: JobState::Failed,
        pages: 0,
        words: String::new(),
    };
    let job = match attempt(home, plan, &printing, by.clone()) {
        Ok(made) => Job { state: JobState::Printed, words: made.made.number, ..job },
        Err(trouble) => Job { words: trouble.to_string(), ..job },
    };
    let last = printing.jobs.iter().rev().find(|row| row.job.plan == job.plan);
    if last.is_none_or(|row| row.job != job) {
        let (by, role) = by;
        write::write(home, &Request::Runs { event: RunsEvent::Job(job.clone()), by, role })?;
    }
    Ok(job)
}

/// Papers first: a file that nobody can open is worth nothing, and papers without a file open nothing.
fn attempt(home: &Home, plan: &EnvelopePlan, printing: &Printing, by: (String, String)) -> Result<Made, Trouble> {
    let not_made = |problem: Problem| Trouble::of("not_made", &problem.words);
    let (folder, files, papers) = places(printing, &plan.to, &plan.papers).map_err(not_made)?;
    files.ready()?;
    papers.ready()?;
    let order = Order {
        holders: holders(&[]).map_err(not_made)?,
        days: plan.days,
        good: GOOD_DAYS,
        lang: Lang::Ja,
        by,
        plan: plan.plan.clone(),
    };
    let place = Place::of(&folder).map_err(not_made)?;
    let made = make::make(home, &order, &files.to_string(), &|number| place.stem(number)).map_err(not_made)?;
    note_made(home, &made);
    let number = made.made.number.clone();
    let printed = papers.print(&format!("andon-{number}"), &made.papers, PATIENCE, &mut |_| ());
    let laid = printed.and_then(|()| place.lay(&made).map_err(|problem| Trouble::of("not_written", &problem.words)));
    if let Err(trouble) = laid {
        make::not_laid(home, &order, &number, trouble.code).map_err(not_made)?;
        return Err(trouble);
    }
    Ok(made)
}
