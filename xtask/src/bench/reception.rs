//! A day of ten thousand moves from twelve stations, all of them at headquarters' station: how long the program takes from its start to the
//! queue, what its pages take after each move and again, how soon a move is acknowledged, and the memory it needs.

use std::time::Instant;

use super::headquarters::{Ground, STATIONS, milliseconds};
use super::measure::percentile;
use super::report::Report;
use super::served::{Client, Served};
use crate::Outcome;

const MOVES: usize = 10_000;
/// Moves made on the page, each followed by every page twice.
const ROUNDS: usize = 100;
const PAGES: [&str; 4] = ["/queue", "/queue/wall", "/queue/public", "/reception"];

/// The measurement.
pub fn run(report: &mut Report) -> Outcome {
    let ground = Ground::of("reception", "desk_day", MOVES)?;
    for at in 0..STATIONS {
        ground.fill(at, MOVES / STATIONS)?;
        if at > 0 {
            ground.carry_in(at)?;
        }
    }
    let (mut starts, mut memory) = (vec![], vec![]);
    for round in 1..=report.pairs {
        let began = Instant::now();
        let served = Served::writing(&ground.andon, &ground.homes[0])?;
        Client::new(&served).page("/queue")?;
        starts.push(began.elapsed().as_secs_f64());
        report.keep("start to the queue", round, "wall_seconds", began.elapsed().as_secs_f64());
        memory.push(served.own_mb());
    }
    report.claim("start of the program to the queue of 10,000 moves, seconds", &starts, None);
    report.claim("memory of the program after its first queue, MB", &memory, None);
    pages(report, &ground)
}

fn pages(report: &mut Report, ground: &Ground) -> Outcome {
    let served = Served::writing(&ground.andon, &ground.homes[0])?;
    let page = Client::new(&served).page("/queue")?;
    let page = String::from_utf8_lossy(&page).into_owned();
    let token = between(&page, "name=\"token\" value=\"").ok_or("no form on the page")?;
    let visits: Vec<&str> =
        page.split("name=\"visit\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut moves = vec![];
    let mut times: Vec<(Vec<f64>, Vec<f64>)> = PAGES.iter().map(|_| (vec![], vec![])).collect();
    for round in 0..ROUNDS {
        let visit = visits.get(round % visits.len().max(1)).ok_or("nobody waits")?;
        let fields = [("token", token), ("visit", visit), ("act", "move"), ("place", ["lab", "doctor"][round % 2])];
        let mut status = 0;
        moves.push(milliseconds(|| {
            status = Client::new(&served).form("/queue/move", &fields)?.status;
            Ok(())
        })?);
        if status != 303 {
            return Err(format!("a move was not made: {status}"));
        }
        for (page, (first, again)) in PAGES.iter().zip(&mut times) {
            for times in [first, again] {
                times.push(milliseconds(|| Client::new(&served).page(page).map(drop))?);
            }
        }
    }
    for (page, (first, again)) in PAGES.iter().zip(&times) {
        first.iter().enumerate().for_each(|(at, time)| report.keep(&format!("{page} after a move"), at, "ms", *time));
        report.claim(&format!("{page} after a move, ms"), first, None);
        report.claim(&format!("{page} after a move, 99 of 100 within ms"), &[percentile(first, 0.99)], None);
        report.claim(&format!("{page} again, ms"), again, None);
        report.claim(&format!("{page} again, 99 of 100 within ms"), &[percentile(again, 0.99)], None);
    }
    report.claim("a move acknowledged, ms", &moves, None);
    report.claim("a move acknowledged, 99 of 100 within ms", &[percentile(&moves, 0.99)], None);
    report.claim("memory of the program after a hundred moves, MB", &[served.own_mb()], None);
    Ok(())
}

/// What stands between a mark and the next quote.
fn between<'p>(page: &'p str, mark: &str) -> Option<&'p str> {
    page.split_once(mark)?.1.split('"').next()
}
