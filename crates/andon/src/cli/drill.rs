//! `andon drill`: a hospital that does not exist, written and kept changing.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chart::Moment;
use drill::{Dialect, Live, Plan};

use super::args::{DrillHospital, DrillLive};
use super::{say, say_json};
use crate::home::{Exit, Problem};
use crate::ward;
use crate::world;

/// `drill hospital`: writes the tree.
///
/// # Errors
/// When a dialect is unknown, the folder is not empty, or the disk refuses.
pub fn hospital(args: &DrillHospital) -> Result<Exit, Problem> {
    let dialect = Dialect::parse(&args.dialect).map_err(|word| {
        let known: Vec<&str> = Dialect::SWITCHES.iter().map(|(_, word, _)| *word).collect();
        Problem::usage(format!("--dialect {word}: 知らない方言です。 / unknown. all, {}", known.join(", ")))
    })?;
    let stop_at = match args.stop_at.as_deref() {
        None => Plan::default().stop_at,
        Some("now") => whole_minute(world::now()),
        Some(text) => ward::read_moment(text).ok_or_else(|| {
            Problem::usage(format!("--stop-at {text}: 時刻として読めません。 / not a time. 2021-10-31T00:30, now"))
        })?,
    };
    let plan = Plan { patients: args.patients, beds: args.beds, seed: args.seed, dialect, stop_at, ..Plan::default() };
    let written = write(&plan, &args.out)?;
    let special = drill::special_people(&plan);
    if args.json {
        let people: Vec<_> = special
            .iter()
            .map(|p| serde_json::json!({ "key": p.key, "what": p.what, "id": p.id, "name": p.name, "kana": p.kana }))
            .collect();
        say_json(&serde_json::json!({
            "messages": written.messages, "documents": written.documents, "records": written.records,
            "bytes": written.bytes, "special_people": people,
        }))?;
        return Ok(Exit::Ok);
    }
    say(&format!(
        "{}: 架空の病院を書きました。メッセージ {} 件・文書 {} 件・トランザクション {} 件 / messages, documents, records",
        args.out.display(),
        written.messages,
        written.documents,
        written.records
    ));
    say("さがしてみる患者 / people to look up:");
    for person in special {
        say(&format!("  {}  {}（{}）  {}", person.id, person.name, person.kana, person.what));
    }
    Ok(Exit::Ok)
}

/// Writes a hospital with a line of progress.
///
/// # Errors
/// What the disk says.
pub fn write(plan: &Plan, out: &Path) -> Result<drill::Written, Problem> {
    let terminal = std::io::stderr().is_terminal();
    let mut shown = Instant::now();
    let mut show = |progress: drill::Progress| {
        if terminal && shown.elapsed() > Duration::from_millis(250) {
            shown = Instant::now();
            write!(std::io::stderr(), "\r患者 {}/{}  {} 件 ", progress.patients, progress.of, progress.files)
                .unwrap_or_default();
        }
    };
    let written = drill::write_hospital(plan, out, &mut show)
        .map_err(|error| Problem::failed(format!("{}: {error}", out.display())))?;
    if terminal {
        writeln!(std::io::stderr()).unwrap_or_default();
    }
    Ok(written)
}

/// `drill live`: keeps the tree changing until it stops or is told to stop.
///
/// # Errors
/// When the folder does not carry the mark, or the disk refuses.
pub fn live(args: &DrillLive) -> Result<Exit, Problem> {
    let mut hospital = Live::open(&args.dir, args.seed)?;
    let stop_after = args.stop_after.map(Duration::from_secs);
    let changes = keep_changing(&mut hospital, args.rate, stop_after, &AtomicBool::new(false))?;
    let locked = hospital.stop(args.encrypt)?.len();
    say(&format!("{changes} 件の変化のあと、電子カルテが止まりました。 / The EMR stopped after {changes} changes."));
    if args.encrypt {
        say(&format!("{locked} 件のファイルが読めなくなりました。 / {locked} files were made unreadable."));
    }
    Ok(Exit::Ok)
}

/// Steps a hospital at `rate` changes a minute until `stop_after` or `told`; the number of changes.
///
/// # Errors
/// What the disk says.
pub fn keep_changing(
    hospital: &mut Live,
    rate: u32,
    stop_after: Option<Duration>,
    told: &AtomicBool,
) -> Result<usize, Problem> {
    let (began, pause) = (Instant::now(), Duration::from_secs(60) / rate);
    let mut changes = 0;
    while !told.load(Ordering::Relaxed) && stop_after.is_none_or(|limit| began.elapsed() < limit) {
        changes += hospital.step(world::now())?.len();
        std::thread::sleep(pause);
    }
    Ok(changes)
}

/// The moment without its seconds.
pub fn whole_minute(now: Moment) -> Moment {
    Moment(now.0.div_euclid(60_000) * 60_000)
}
