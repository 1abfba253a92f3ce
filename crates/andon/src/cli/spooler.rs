//! What prints by itself while pages are served: plans that are due, each on a thread of its printer, tried again until they came out;
//! notices of the gate, as soon as it speaks; and chart files that are made every day.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chart::Lang;
use store::Reader;

use super::{envelope, write};
use crate::event::{GATE_NOTICES, JobState, Plan};
use crate::hold::Holds;
use crate::home::{Home, Problem};
use crate::printing::notices::Notice;
use crate::printing::{Printer, due, printing};
use crate::sheets::runs::{RunOrder, spool};
use crate::world;

/// Between two looks at the clock.
const EVERY: Duration = Duration::from_secs(5);
/// How often whoever stops the program waits for at most.
const STEP: Duration = Duration::from_millis(200);
/// Who prints what nobody asked for at that moment.
const BY: (&str, &str) = ("印刷予定", "station");
/// Who prints when the gate speaks.
const GATE_BY: (&str, &str) = ("関門", "station");

/// A plan being printed, or when it is tried again: by a clock that nobody sets back.
#[derive(Default)]
struct Try {
    failures: usize,
    next: Option<Instant>,
    running: Option<JoinHandle<bool>>,
}

impl Try {
    /// Whether it may be begun now: it is not on its way, and after a failure its time has come.
    fn is_free(&mut self) -> bool {
        if let Some(running) = self.running.take_if(|running| running.is_finished()) {
            match running.join() {
                Ok(true) => *self = Try::default(),
                _ => {
                    self.failures += 1;
                    let wait = due::again_minutes(self.failures).unsigned_abs() * 60;
                    self.next = Instant::now().checked_add(Duration::from_secs(wait));
                }
            }
        }
        self.running.is_none() && self.next.is_none_or(|next| next <= Instant::now())
    }
}

/// Prints plans until told to stop.
pub fn start(home: &Home, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    let home = home.clone();
    std::thread::spawn(move || {
        let mut tries = HashMap::new();
        while !stop.load(Ordering::Relaxed) {
            if let Err(problem) = look(&home, &mut tries) {
                tracing::warn!(exit = problem.exit as u8, "print plans: looked at again");
            }
            let mut waited = Duration::ZERO;
            while waited < EVERY && !stop.load(Ordering::Relaxed) {
                std::thread::sleep(STEP);
                waited += STEP;
            }
        }
    })
}

/// One look: what is due and not on its way is begun.
fn look(home: &Home, tries: &mut HashMap<String, Try>) -> Result<(), Problem> {
    let (now, reader) = (world::now(), home.reader()?);
    let printing = printing(&reader)?;
    for planned in printing.plans.values() {
        let tried = tries.entry(planned.plan.plan.clone()).or_default();
        if !(tried.is_free() && printing.is_due(planned, now)) {
            continue;
        }
        let Some(printer) = printing.printers.get(&planned.plan.printer).cloned() else {
            tracing::warn!("a print plan names a printer that there is not");
            continue;
        };
        let (home, plan) = (home.clone(), planned.plan.clone());
        tried.running = Some(std::thread::spawn(move || of_plan(&home, &printer, &plan)));
    }
    for notice in printing.notices(&*reader.once(Holds::of)?) {
        // No plan of printing has a name with such a beginning.
        let tried = tries.entry(format!("\0{} {}", notice.printer.name, notice.plan)).or_default();
        if tried.is_free() {
            let home = home.clone();
            tried.running = Some(std::thread::spawn(move || of_gate(&home, &notice)));
        }
    }
    for plan in envelope::plan::due(&reader, now)? {
        let tried = tries.entry(format!("\0{}", plan.plan)).or_default();
        if tried.is_free() {
            let home = home.clone();
            tried.running = Some(std::thread::spawn(move || envelope::plan::make_due(&home, &plan)));
        }
    }
    Ok(())
}

/// Prints a plan once; true when it came out. Asked again here: what was begun by a look at the store as it stood before the last attempt
/// ended would come out twice.
fn of_plan(home: &Home, printer: &Printer, plan: &Plan) -> bool {
    let Ok(printing) = home.reader().and_then(|reader| printing(&reader)) else { return false };
    if !printing.plans.get(&plan.plan).is_some_and(|planned| printing.is_due(planned, world::now())) {
        return true;
    }
    let order = RunOrder::of_plan(plan, Lang::Ja, (BY.0.to_owned(), BY.1.to_owned()));
    order.is_some_and(|order| printed(home, (printer, &printing.written_as(plan)), &order))
}

/// Prints a notice of the gate once; true when it came out. Asked again here, as a plan is.
fn of_gate(home: &Home, notice: &Notice) -> bool {
    let waits = |reader: &Reader| Ok(printing(reader)?.notices(&Holds::of(reader)?).contains(notice));
    if home.reader().and_then(|reader| waits(&reader)).is_ok_and(|waits| !waits) {
        return true;
    }
    let order = RunOrder {
        what: vec![GATE_NOTICES.to_owned()],
        source: Some(notice.source),
        lang: Lang::Ja,
        by: (GATE_BY.0.to_owned(), GATE_BY.1.to_owned()),
        ..RunOrder::default()
    };
    printed(home, (&notice.printer, &notice.plan), &order)
}

fn printed(home: &Home, where_to: (&Printer, &str), order: &RunOrder) -> bool {
    let done = home.reader().and_then(|reader| {
        let writes = |request: &_| write::write(home, request);
        spool::print(&reader, where_to, order, spool::PATIENCE, &world::now, &writes)
    });
    match done {
        Ok(outcome) => outcome.is_some_and(|outcome| outcome.job.state == JobState::Printed),
        Err(problem) => {
            tracing::warn!(exit = problem.exit as u8, "what prints by itself could not be printed");
            false
        }
    }
}
