//! Printers, plans, and where things of paper are, in a story: what clerks and wards do, through the same doors as pages and commands.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use andon::event::{PaperAct, PaperEvent, PaperSaid, Plan, RunsEvent, Thing};
use andon::home::Problem;
use andon::printing::{due, printing};
use andon::sheets::runs::{RunOrder, spool};
use andon::sheets::whereabouts::{self, print};
use andon::writing::Request;
use chart::{Lang, Moment, PatientId};

use crate::paper::{BY, Paper};
use crate::program::Desk;

/// What lives through a crash: folders that printers print into, and things with the names that the story gives them.
#[derive(Default)]
pub struct Office {
    things: HashMap<String, String>,
}

/// Who says so in a story.
fn by() -> (String, String) {
    (BY.0.to_owned(), BY.1.to_owned())
}

type Done = Result<(), Problem>;

impl Office {
    /// One step; `None` when the verb is another's. `patient` gives the number of somebody by the story's name for her.
    pub fn step(
        &mut self,
        desk: &Desk<'_>,
        paper: &mut Paper,
        (verb, words): (&str, &[&str]),
        (folder, now): (PathBuf, Moment),
        patient: impl Fn(&str) -> Option<String>,
    ) -> Option<Result<(), String>> {
        let done = match (verb, words) {
            ("プリンター", [name]) => {
                let place = format!("folder:{}", folder.join(name).display());
                said(desk, RunsEvent::Printer { name: (*name).into(), place, on: true })
            }
            ("プリンターが動く", [name]) => std::fs::create_dir_all(folder.join(name)).map_err(Into::into),
            ("プリンターが止まる", [name]) => std::fs::remove_dir_all(folder.join(name)).map_err(Into::into),
            ("印刷予定", [plan, ward, at, printer]) => said(desk, planned(plan, ward, at, printer)),
            ("予定の時刻", []) => due(desk, now),
            ("紙もの", [short, name]) => self.register(desk, "chart", (name, patient(short)), ""),
            ("箱", [name]) => self.register(desk, "box", (name, None), ""),
            ("箱に入れる", [name, within]) => {
                let within = self.number(within);
                self.say(desk, name, PaperAct::Move, |said| PaperSaid { within, ..said })
            }
            ("貸す" | "渡す" | "希望", [name, place, who]) => {
                let act = match verb {
                    "貸す" => PaperAct::Lend,
                    "渡す" => PaperAct::Hand,
                    _ => PaperAct::Request,
                };
                let to = |said| PaperSaid { place: (*place).into(), who: (*who).into(), ..said };
                self.say(desk, name, act, to)
            }
            ("返す", [name]) => self.say(desk, name, PaperAct::Return, |said| said),
            ("貸せない", [name, place]) => {
                let to = |said| PaperSaid { place: (*place).into(), ..said };
                match self.say(desk, name, PaperAct::Lend, to) {
                    Ok(()) => Err(Problem::failed("貸せました")),
                    Err(_) => Ok(()),
                }
            }
            ("所在カード", [name, sheet]) => self.printed(desk, paper, (name, sheet), now, print::out_guide),
            ("票", [name, sheet]) => self.printed(desk, paper, (name, sheet), now, print::label),
            (verb, words) => match crate::telephone::step(desk, &folder, (verb, words), now, &patient)
                .or_else(|| crate::departments::step(desk, &folder, (verb, words), now, &patient))
            {
                Some(done) => done,
                None if crate::ward::is_ours(verb) => crate::ward::step(desk, &folder, (verb, words), now, &patient)?,
                None => crate::desk::step(desk, (verb, words), now, patient)?,
            },
        };
        Some(done.map_err(|problem| problem.words))
    }

    fn number(&self, name: &str) -> String {
        self.things.get(name).cloned().unwrap_or_default()
    }

    fn register(&mut self, desk: &Desk<'_>, kind: &str, (name, id): (&str, Option<String>), within: &str) -> Done {
        let patient = id.map(|id| PatientId { authority: "story".into(), id });
        let prefix = whereabouts::take_number(patient.as_ref(), BY, desk.write)?;
        let (authority, id) = patient.map(|patient| (patient.authority, patient.id)).unwrap_or_default();
        let thing = Thing {
            kind: kind.into(),
            title: name.into(),
            authority,
            id,
            home: "病歴室".into(),
            within: within.into(),
            ..Thing::default()
        };
        for thing in whereabouts::things(&prefix, &thing, 1) {
            self.things.insert(name.into(), thing.number.clone());
            let (by, role) = by();
            (desk.write)(&Request::Paper { event: PaperEvent::Thing(thing), by, role })?;
        }
        Ok(())
    }

    fn say(&self, desk: &Desk<'_>, name: &str, act: PaperAct, with: impl FnOnce(PaperSaid) -> PaperSaid) -> Done {
        whereabouts::say(desk.reader, with(PaperSaid::new(&self.number(name), act)), BY, desk.write)
    }

    fn printed(
        &self,
        desk: &Desk<'_>,
        paper: &mut Paper,
        (name, sheet): (&str, &str),
        now: Moment,
        print: fn(
            &store::Reader,
            &str,
            &print::By,
            Moment,
            andon::sheets::pieces::Write<'_>,
        ) -> Result<andon::sheets::Printed, Problem>,
    ) -> Done {
        let by = print::By { lang: Lang::Ja, by: by() };
        let printed = print(desk.reader, &self.number(name), &by, now, desk.write)?;
        paper.keep(sheet, &printed).map_err(Problem::failed)
    }
}

fn said(desk: &Desk<'_>, event: RunsEvent) -> Done {
    let (by, role) = by();
    (desk.write)(&Request::Runs { event, by, role }).map(drop)
}

fn planned(plan: &str, ward: &str, at: &str, printer: &str) -> RunsEvent {
    let [plan, wards, at, printer] = [plan, ward, at, printer].map(str::to_owned);
    RunsEvent::Plan(Plan { plan, what: "wards".into(), wards, days: 1, changed: true, at, printer, on: true })
}

/// What the station's clock does: every plan whose time it is, within minutes, is printed. That a plan is due is not asked: what is written
/// down in a story has the machine's time, not the story's.
fn due(desk: &Desk<'_>, now: Moment) -> Done {
    let printing = printing(desk.reader)?;
    for planned in printing.plans.values() {
        let is_time = due::last_due(&planned.plan.at, now).is_some_and(|at| at.minutes_until(now) < 10);
        if !is_time {
            continue;
        }
        let Some(printer) = printing.printers.get(&planned.plan.printer) else { continue };
        let order = RunOrder::of_plan(&planned.plan, Lang::Ja, by()).unwrap_or_default();
        spool::print(desk.reader, (printer, &planned.plan.plan), &order, Duration::from_secs(5), &|| now, desk.write)?;
    }
    Ok(())
}
