//! Sealing by the clock while the program feeds or serves: what is new is sealed within a few minutes, and a target that came back is brought
//! up to date. Beside it, in threads of their own, what lies there is read back (`held`) and other machines are asked (`asked`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use chart::Moment;

use super::seal::{self, LAG_MINUTES, SEGMENT_BYTES, Sealing, waiting_since};
use super::state::Chain;
use super::{asked, held};
use crate::home::{Home, Problem};
use crate::text::one_line;
use crate::web;
use crate::world;

/// Between two looks at the clock.
const EVERY: Duration = Duration::from_secs(5);
/// How often whoever stops the program waits for at most.
const STEP: Duration = Duration::from_millis(200);
/// After a seal that failed, and between looks for a disk that came back, minutes.
const AGAIN_MINUTES: i64 = 1;
/// Letters of why something failed, in the program's log.
const WORDS_CHARS: usize = 300;
/// Who seals what nobody asked for at that moment.
const BY: (&str, &str) = ("保管庫", "station");

/// Seals until told to stop. What came in the last minutes before is sealed when the program runs again.
pub fn start(home: &Home, write: web::Write, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    let home = home.clone();
    let reading_back = held::start(&home, Arc::clone(&write), Arc::clone(&stop));
    let asking = asked::start(&home, Arc::clone(&write), Arc::clone(&stop));
    std::thread::spawn(move || {
        let mut next = Moment::default();
        while !stop.load(Ordering::Relaxed) {
            let now = world::now();
            if world::is_time(next, now, AGAIN_MINUTES) {
                next = match look(&home, &write, now) {
                    Ok(next) => next,
                    Err(problem) => {
                        let why = one_line(&problem.words, WORDS_CHARS);
                        tracing::warn!(exit = problem.exit as u8, why, "the vault could not be sealed: tried again");
                        Moment(now.0 + AGAIN_MINUTES * 60_000)
                    }
                };
            }
            let mut waited = Duration::ZERO;
            while waited < EVERY && !stop.load(Ordering::Relaxed) {
                std::thread::sleep(STEP);
                waited += STEP;
            }
        }
        if reading_back.join().is_err() {
            tracing::error!("reading the vault back ended in a panic");
        }
        if asking.join().is_err() {
            tracing::error!("asking the places of the vault ended in a panic");
        }
    })
}

/// One look: seals where it is time. When to look again.
fn look(home: &Home, write: &web::Write, now: Moment) -> Result<Moment, Problem> {
    let reader = home.reader()?;
    let Some(chain) = Chain::of(&reader)? else { return Ok(Moment(now.0 + AGAIN_MINUTES * 60_000)) };
    let due = Moment(chain.sealed + LAG_MINUTES * 60_000);
    let behind = super::state::targets(&reader)?
        .iter()
        .map(|target| super::state::reached(&reader, &target.name))
        .collect::<Result<Vec<_>, _>>()?
        .iter()
        .any(|reached| reached.number < chain.number);
    // Sealed in the future: our clock was ahead then, and waits for nothing now.
    let is_due = (due <= now || chain.sealed > now.0) && waiting_since(&reader, &chain)?.is_some();
    drop(reader);
    if !is_due && !behind {
        return Ok(now);
    }
    let writes = |request: &_| write(home, request);
    let sealing = Sealing {
        home,
        write: &writes,
        by: (BY.0.to_owned(), BY.1.to_owned()),
        now: &world::now,
        step: &|_| Ok(()),
        segment_bytes: SEGMENT_BYTES,
    };
    let done = seal::seal(&sealing)?;
    tracing::info!(segments = done.segments, number = done.number, bytes = done.bytes, "sealed");
    for target in done.targets.iter().filter(|target| target.fault || target.state == "failed") {
        let (place, why) = (&target.name, one_line(&target.words, WORDS_CHARS));
        tracing::error!(
            place,
            why,
            behind = target.behind,
            fault = target.fault,
            "a target of the vault has not what was sealed"
        );
    }
    Ok(Moment(now.0 + AGAIN_MINUTES * 60_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::tests::{Bench, NIGHT, write};

    #[test]
    fn a_clock_that_was_ahead_keeps_nothing_waiting() {
        let bench = Bench::new();
        bench.target("a", 0);
        bench.fill();
        let before = bench.sealed().number;
        bench.arrive("000", &[("00/000/late_1", b"MSH|")], NIGHT);
        let look = |at: i64| {
            look(&bench.home, &(Arc::new(write) as web::Write), Moment(at)).unwrap();
            Chain::of(&bench.home.reader().unwrap()).unwrap().unwrap().number
        };
        assert_eq!(look(NIGHT.0 + 60_000), before, "not yet");
        assert_eq!(look(NIGHT.0 - 24 * 3_600_000), before + 1, "the clock was set back by a day");
    }
}
