//! Rim: printers, plans, and what became of runs handed to a printer, folded from events. Every page says when one does not print.

pub mod due;
pub mod institution;
pub mod labels;
pub mod notices;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::Moment;
use serde::Serialize;
use store::Reader;

use crate::event::{Event, JOBS_ITEM, Job, JobState, PRINTING_ITEM, Plan, RunsEvent, memo_item};
use crate::home::Problem;
use crate::incident;

/// What a person asked of a printer and did not get is said for so long.
const DAY_MINUTES: i64 = 24 * 60;
/// A run that a printer has had for so long is not on its way any more: longer than anybody waits for one.
const SENT_MINUTES: i64 = 15;

/// A printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printer {
    /// Its name.
    pub name: String,
    /// Where it is, as [`crate::sheets::runs::target::Target`] reads it.
    pub place: String,
}

/// A plan with when it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The plan.
    #[serde(flatten)]
    pub plan: Plan,
    /// When it was said last: it is due from then on.
    pub since: Moment,
    /// By whom.
    pub by: String,
}

/// A run that was handed to a printer, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobRow {
    /// What was said last.
    #[serde(flatten)]
    pub job: Job,
    /// When.
    pub at: Moment,
    /// Who printed.
    pub by: String,
}

/// Everything about printing.
#[derive(Clone, Debug, Default)]
pub struct Printing {
    /// Printers by name.
    pub printers: BTreeMap<String, Printer>,
    /// Plans by name.
    pub plans: BTreeMap<String, Planned>,
    /// Runs handed over, oldest first; of attempts without a number the last of each printer and plan.
    pub jobs: Vec<JobRow>,
    /// Numbers of the open incident: its own, then those that were joined to it; none where nothing is down.
    pub incident: Vec<String>,
}

/// Between the name of a plan that prints at a stop and the number of the incident, where a run of it is written down.
const IN_INCIDENT: &str = " №";

impl Printing {
    /// The last that came out of a plan's printing.
    pub fn last_printed(&self, plan: &Plan) -> Option<&JobRow> {
        let of_plan = |row: &&JobRow| row.job.plan == plan.plan || (plan.is_at_stop() && is_run_of(&row.job, plan));
        self.jobs.iter().rev().filter(of_plan).find(|row| row.job.state == JobState::Printed)
    }

    /// Under what a run of a plan is written down: one that prints at a stop names the incident, so that each gets its own.
    pub fn written_as(&self, plan: &Plan) -> String {
        match self.incident.first().filter(|_| plan.is_at_stop()) {
            Some(incident) => format!("{}{IN_INCIDENT}{incident}", plan.plan),
            None => plan.plan.clone(),
        }
    }

    /// Whether a plan is due: its time has come since it last came out, and since it was made; or something is down and it did not come out
    /// in this incident, nor in one that was joined to it.
    pub fn is_due(&self, planned: &Planned, now: Moment) -> bool {
        let plan = &planned.plan;
        if plan.is_at_stop() {
            let names: Vec<String> =
                self.incident.iter().map(|number| format!("{}{IN_INCIDENT}{number}", plan.plan)).collect();
            let came = |row: &JobRow| row.job.state == JobState::Printed && names.contains(&row.job.plan);
            return !names.is_empty() && !self.jobs.iter().any(came);
        }
        let Some(due) = due::last_due(&plan.at, now) else { return false };
        planned.since <= due && self.last_printed(plan).is_none_or(|row| row.at < due)
    }

    /// The plan of which a run is.
    fn plan_of(&self, job: &Job) -> Option<&Planned> {
        let stops = || self.plans.values().find(|one| one.plan.is_at_stop() && is_run_of(job, &one.plan));
        self.plans.get(&job.plan).or_else(stops)
    }

    /// Plans that print when something is down, each with whether it is still to come out.
    pub fn at_stop(&self, now: Moment) -> impl Iterator<Item = (&Plan, bool)> {
        let at_stop = self.plans.values().filter(|planned| planned.plan.is_at_stop());
        at_stop.map(move |planned| (&planned.plan, self.is_due(planned, now)))
    }

    /// What does not come out of a printer and should: of each plan that is due, and of each printer within a day, the last word
    /// where it is bad. A run on its way changes nothing yet; one that is for too long was left by a program that ended.
    pub fn troubles(&self, now: Moment) -> Vec<&JobRow> {
        let mut seen = BTreeSet::new();
        let last = |row: &&JobRow| seen.insert((row.job.printer.clone(), row.job.plan.clone()));
        let matters = |row: &&JobRow| {
            let fresh = self.printers.contains_key(&row.job.printer) && row.at.minutes_until(now) < DAY_MINUTES;
            fresh || self.plan_of(&row.job).is_some_and(|planned| self.is_due(planned, now))
        };
        let bad = |row: &&JobRow| row.job.state != JobState::Printed;
        let on_its_way = |row: &&JobRow| row.job.state == JobState::Sent && row.at.minutes_until(now) < SENT_MINUTES;
        self.jobs.iter().rev().filter(|row| !on_its_way(row)).filter(last).filter(bad).filter(matters).collect()
    }

    /// How the numbers of runs begin whose last word is one of these.
    pub fn prefixes(&self, is: impl Fn(JobState) -> bool) -> BTreeSet<&str> {
        let runs = self.jobs.iter().filter(|row| row.job.run > 0 && is(row.job.state));
        runs.map(|row| row.job.prefix.as_str()).collect()
    }
}

/// A run of a plan in some incident.
fn is_run_of(job: &Job, plan: &Plan) -> bool {
    job.plan.strip_prefix(&plan.plan).is_some_and(|rest| rest.starts_with(IN_INCIDENT))
}

/// Printers, plans and jobs as they stand.
///
/// # Errors
/// When the store cannot be read.
pub fn printing(reader: &Reader) -> Result<Printing, Problem> {
    let mut printing = Printing::default();
    for (at, by, event) in runs_events(reader, PRINTING_ITEM)? {
        match event {
            RunsEvent::Printer { name, place, on: true } => {
                printing.printers.insert(name.clone(), Printer { name, place });
            }
            RunsEvent::Printer { name, on: false, .. } => drop(printing.printers.remove(&name)),
            RunsEvent::Plan(plan) if plan.on => {
                printing.plans.insert(plan.plan.clone(), Planned { plan, since: at, by });
            }
            RunsEvent::Plan(plan) => drop(printing.plans.remove(&plan.plan)),
            RunsEvent::Job(_) | RunsEvent::Memo { .. } | RunsEvent::Label(_) | RunsEvent::Institution(_) => {}
        }
    }
    printing.jobs = settled(runs_events(reader, JOBS_ITEM)?);
    if let Some(open) = incident::now(reader)? {
        printing.incident = std::iter::once(open.id).chain(open.joined).collect();
    }
    Ok(printing)
}

/// The last word on each run handed to a printer, in the order said; of attempts without a run that of each printer and plan.
fn settled(said: Vec<(Moment, String, RunsEvent)>) -> Vec<JobRow> {
    let mut last: HashMap<[String; 3], (usize, JobRow)> = HashMap::new();
    for (no, (at, by, event)) in said.into_iter().enumerate() {
        let RunsEvent::Job(job) = event else { continue };
        let whose = match job.run {
            0 => [String::new(), job.printer.clone(), job.plan.clone()],
            // Of two stations' runs of one number the prefix differs.
            run => [run.to_string(), job.prefix.clone(), String::new()],
        };
        last.insert(whose, (no, JobRow { job, at, by }));
    }
    let mut jobs: Vec<(usize, JobRow)> = last.into_values().collect();
    jobs.sort_by_key(|(no, _)| *no);
    jobs.into_iter().map(|(_, row)| row).collect()
}

/// The memo of a ward; `None` when there is none.
///
/// # Errors
/// When the store cannot be read.
pub fn memo(reader: &Reader, ward: &str) -> Result<Option<paper::Memo>, Problem> {
    let last = runs_events(reader, &memo_item(ward))?.pop();
    Ok(last.and_then(|(at, by, event)| match event {
        RunsEvent::Memo { text, .. } if !text.trim().is_empty() => Some(paper::Memo { text, by, at }),
        _ => None,
    }))
}

fn runs_events(reader: &Reader, item: &str) -> Result<Vec<(Moment, String, RunsEvent)>, Problem> {
    let stored = reader.events_of(item)?.into_iter().filter_map(|stored| {
        let envelope = stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Runs(event) => Some((envelope.entry_time, envelope.person, event)),
            _ => None,
        }
    });
    Ok(stored.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(plan: &str, run: u64, state: JobState, at: i64) -> JobRow {
        let (prefix, printer) = (format!("A-{run}"), "3東".to_owned());
        let job = Job { run, prefix, printer, plan: plan.into(), state, pages: 1, words: String::new() };
        JobRow { job, at: Moment(at), by: String::new() }
    }

    #[test]
    fn a_plan_is_due_once_a_day_and_not_for_the_time_before_it_was_made() {
        let moment = |text: &str| chart::When::parse(text).unwrap().start;
        let plan = Plan { plan: "夕方".into(), at: "18:00".into(), on: true, ..Plan::default() };
        let planned = Planned { plan, since: moment("202611261900"), by: String::new() };
        let mut printing = Printing::default();
        assert!(!printing.is_due(&planned, moment("202611261930")), "made after today's time");
        assert!(!printing.is_due(&planned, moment("202611271759")));
        assert!(printing.is_due(&planned, moment("202611271800")));
        printing.plans.insert("夕方".into(), planned.clone());
        printing.jobs.push(row("夕方", 4, JobState::Failed, moment("202611271801").0));
        assert!(printing.is_due(&planned, moment("202611271802")), "what failed is still to be printed");
        assert_eq!(printing.troubles(moment("202611271802")).len(), 1);
        printing.jobs.push(row("夕方", 5, JobState::Printed, moment("202611271805").0));
        assert!(!printing.is_due(&planned, moment("202611272359")));
        assert_eq!(printing.troubles(moment("202611272359")).len(), 0, "it came out since");
        assert!(printing.is_due(&planned, moment("202611281800")), "the next day");
        printing.jobs.push(row("夕方", 6, JobState::Sent, moment("202611281801").0));
        assert_eq!(printing.troubles(moment("202611281802")).len(), 0, "on its way");
        assert_eq!(printing.troubles(moment("202611281830")).len(), 1, "left by a program that ended");
    }

    #[test]
    fn what_prints_at_a_stop_is_due_once_in_each_incident_and_in_those_joined_to_it() {
        let plan = Plan { plan: "停止束".into(), at: crate::event::AT_STOP.into(), on: true, ..Plan::default() };
        let planned = Planned { plan: plan.clone(), since: Moment(5), by: String::new() };
        let mut printing = Printing::default();
        printing.plans.insert(plan.plan.clone(), planned.clone());
        assert!(!printing.is_due(&planned, Moment(9)), "nothing is down");
        printing.incident = vec!["AB0101-D1".into()];
        assert!(printing.is_due(&planned, Moment(9)));
        printing.jobs.push(row(&printing.written_as(&plan), 4, JobState::Failed, 10));
        assert!(printing.is_due(&planned, Moment(11)), "what failed is still to be printed");
        assert_eq!(printing.troubles(Moment(11)).len(), 1);
        printing.jobs.push(row(&printing.written_as(&plan), 5, JobState::Printed, 12));
        assert!(!printing.is_due(&planned, Moment(13)));
        assert_eq!(printing.last_printed(&plan).map(|row| row.job.run), Some(5));
        printing.incident = vec!["CD0201-D1".into(), "AB0101-D1".into()];
        assert!(!printing.is_due(&planned, Moment(14)), "its incident is part of another now");
        printing.incident = vec!["AB0101-D2".into()];
        assert!(printing.is_due(&planned, Moment(20)), "the next incident");
        printing.incident.clear();
        printing.jobs.push(row("停止束", 6, JobState::Printed, 30));
        assert_eq!(printing.last_printed(&plan).map(|row| row.job.run), Some(6), "by hand, with nothing down");
    }

    #[test]
    fn each_run_keeps_its_last_word_and_attempts_without_one_are_one_line() {
        let said = |plan: &str, run: u64, prefix: &str, state| {
            let (prefix, printer, plan) = (prefix.to_owned(), "3東".to_owned(), plan.to_owned());
            let job = Job { run, prefix, printer, plan, state, pages: 0, words: String::new() };
            (Moment(0), String::new(), RunsEvent::Job(job))
        };
        let rows = settled(vec![
            said("夕方", 0, "", JobState::Failed),
            said("夕方", 0, "", JobState::Failed),
            said("朝", 0, "", JobState::Failed),
            // Nothing changed: two plans, two runs, no sheet.
            said("夕方", 7, "", JobState::Printed),
            said("朝", 8, "", JobState::Printed),
            said("夕方", 9, "A-9", JobState::Sent),
            said("夕方", 9, "A-9", JobState::Printed),
        ]);
        let rows: Vec<_> = rows.iter().map(|row| (row.job.plan.as_str(), row.job.run, row.job.state)).collect();
        let (failed, printed) = (JobState::Failed, JobState::Printed);
        let want =
            [("夕方", 0, failed), ("朝", 0, failed), ("夕方", 7, printed), ("朝", 8, printed), ("夕方", 9, printed)];
        assert_eq!(rows, want);
    }
}
