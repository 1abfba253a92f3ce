//! `andon feed`: reads SS-MIX2 storages, once or for as long as the program runs.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use store::{Source, Writer};

use super::alarm::Bell;
use super::args;
use super::{say, say_json, write};
use crate::event::{self, Event};
use crate::feed::{Feed, Outcome, Progress, Watcher};
use crate::home::{Exit, Home, Problem};
use crate::writing::Listener;
use crate::{audit_end, world};

/// How often the log is told where the access audit stands. Lines younger than this can be cut off its end unseen; twelve
/// events an hour are few beside those of people.
const WITNESS_EVERY: Duration = Duration::from_secs(300);
/// How long the watch rests when a tick found nothing to do.
const REST: Duration = Duration::from_millis(500);
/// How long it rests when the disk is full.
const REST_FULL: Duration = Duration::from_secs(10);

/// Reads once and ends, or watches until told to stop.
///
/// # Errors
/// When the home does not open, another process is feeding it, or a storage is refused.
pub fn run(home: &Home, args: &args::Feed) -> Result<Exit, Problem> {
    let mut writer = home.writer()?;
    let feed = open(&mut writer, &args.roots, args.silence)?;
    tell(&writer)?;
    if !args.once {
        say("取込を続けます。Ctrl+C で終わります。 / Watching; Ctrl+C stops.");
        let mut watcher = feed.watch(&mut writer)?;
        let listener = Listener::open(home, &writer);
        let bell = Bell::new(args.on_alarm.clone());
        let stop = Arc::new(AtomicBool::new(false));
        let sealing = crate::custody::clock::start(home, super::writer(), Arc::clone(&stop));
        let watched = watch(home, Some(&mut watcher), (&mut writer, bell), &listener, &stop);
        stop.store(true, Ordering::Relaxed);
        drop((listener, writer));
        if sealing.join().is_err() {
            tracing::error!("the vault was no longer sealed");
        }
        return watched.map(|()| Exit::Ok);
    }
    let mut meter = Meter::default();
    let outcome = feed.read_once(&mut writer, &mut |progress| meter.show(progress))?;
    meter.end();
    bear_witness(home, &mut writer);
    report(&outcome, args.json)?;
    let whole = outcome.complete && outcome.withheld == 0;
    Ok(if whole { Exit::Ok } else { Exit::Partial })
}

/// Lines of log for the station and each source, which is named after its folder.
fn tell(writer: &Writer) -> Result<(), Problem> {
    let (about, program) = (writer.about(), env!("CARGO_PKG_VERSION"));
    tracing::info!(station = about.station, training = about.training, program, "feed begins");
    for source in writer.sources()? {
        let (messages, held_bytes) = (source.last_position, source.held_bytes);
        tracing::info!(source = source.name, messages, held_bytes, "a source of this home");
    }
    Ok(())
}

/// The sources that this home watches itself: not those by way of a station that is followed.
fn watched(writer: &Writer) -> Result<Vec<Source>, Problem> {
    Ok(writer.sources()?.into_iter().filter(|source| source.via().is_none()).collect())
}

/// The feed over the roots given and those the home knows; new sources become events of the station's log.
fn open(writer: &mut Writer, roots: &[PathBuf], silence_minutes: u32) -> Result<Feed, Problem> {
    let known: Vec<u32> = writer.sources()?.iter().map(|source| source.no).collect();
    // What an earlier run took of other stations' charts and did not come to list.
    crate::feed::list_followed(writer)?;
    let mut folders = roots.to_vec();
    if roots.is_empty() {
        folders = watched(writer)?.into_iter().map(|source| source.root).collect();
    }
    if folders.is_empty() {
        return Err(Problem::usage(
            "取り込む保存先がありません。`andon feed --once ROOT…` のように指定してください。\n\
             No source is known yet: name one, as in `andon feed --once ROOT…`.",
        ));
    }
    let feed = Feed::open(writer, &folders, silence_minutes, world::real_clock())?;
    let new: Vec<Event> = feed
        .sources()
        .filter(|source| !known.contains(&source.no))
        .map(|source| Event::SourceAdded { name: source.name.clone(), root: source.root.display().to_string() })
        .collect();
    for event in &new {
        event::append(writer, event, "", world::now())?;
    }
    Ok(feed)
}

fn report(outcome: &Outcome, json: bool) -> Result<(), Problem> {
    if json {
        return say_json(outcome);
    }
    say(&format!(
        "取込 {} 件（{:.1} MB）・改名 {}・なくなった {}・変化なし {}・書込中 {}・読めない {}・訓練のため拒否 {}・解読できないデータ {}",
        outcome.taken,
        outcome.bytes as f64 / 1e6,
        outcome.renamed,
        outcome.gone,
        outcome.unchanged,
        outcome.waiting,
        outcome.withheld,
        outcome.refused,
        outcome.faults,
    ));
    say(&format!(
        "taken {}, renamed {}, gone {}, unchanged {}, being written {}, withheld {}, refused {}, faults {}",
        outcome.taken,
        outcome.renamed,
        outcome.gone,
        outcome.unchanged,
        outcome.waiting,
        outcome.withheld,
        outcome.refused,
        outcome.faults,
    ));
    for (source, trouble) in &outcome.trouble {
        say(&format!("✗ {source}: {trouble}"));
    }
    for folder in &outcome.passed_over {
        let folder = folder.display();
        say(&format!("— {folder}: SS-MIX2 の保存先ではないので読みませんでした。 / not a storage, not read."));
    }
    Ok(())
}

/// The line of progress on a terminal: files, rate, share, time left.
#[derive(Default)]
struct Meter {
    shown: Option<Instant>,
}

impl Meter {
    fn show(&mut self, progress: &Progress) {
        let soon = self.shown.is_some_and(|shown| shown.elapsed() < Duration::from_millis(250));
        if soon || !std::io::stderr().is_terminal() {
            return;
        }
        self.shown = Some(Instant::now());
        let left = progress.seconds_left.map_or_else(|| "—".to_owned(), |seconds| format!("{seconds:.0} 秒"));
        write!(
            std::io::stderr(),
            "\r{} 件  {:.0} 件/秒  {:.1} MB/秒  {:.0} %  残り {left}   ",
            progress.files,
            progress.files_per_second,
            progress.bytes_per_second / 1e6,
            progress.share * 100.0,
        )
        .unwrap_or_default();
    }

    fn end(&self) {
        if self.shown.is_some() {
            writeln!(std::io::stderr()).unwrap_or_default();
        }
    }
}

/// A feed running beside the pages.
pub struct Feeding {
    thread: JoinHandle<Result<(), Problem>>,
}

impl Feeding {
    /// Waits for it to end.
    ///
    /// # Errors
    /// What ended it, if not the stop asked for.
    pub fn join(self) -> Result<(), Problem> {
        self.thread.join().unwrap_or_else(|_| Err(Problem::failed("取込が止まりました。 / The feed stopped.")))
    }
}

/// Starts feeding the roots given and those known, on a thread of its own, until `stop`. Where there is nothing to feed
/// yet it holds the writer all the same, and does what other commands ask.
///
/// # Errors
/// When another process feeds this home, or a storage is refused.
pub fn start(
    home: &Home,
    roots: &[PathBuf],
    silence: u32,
    bell: Bell,
    stop: Arc<AtomicBool>,
) -> Result<Feeding, Problem> {
    let (home, mut writer) = (home.clone(), home.writer()?);
    let idle = roots.is_empty() && watched(&writer)?.is_empty();
    let feed = if idle {
        crate::feed::list_followed(&mut writer)?;
        None
    } else {
        Some(open(&mut writer, roots, silence)?)
    };
    tell(&writer)?;
    let thread = std::thread::spawn(move || {
        let mut writer = writer;
        let mut watcher = feed.map(|feed| feed.watch(&mut writer)).transpose()?;
        // Declared after the writer, so that the socket goes before the lock does.
        let listener = Listener::open(&home, &writer);
        watch(&home, watcher.as_mut(), (&mut writer, bell), &listener, &stop)
    });
    Ok(Feeding { thread })
}

/// Ticks until `stop`, and between ticks does what other commands ask. A full disk is waited out: readers go on, and the
/// source keeps what we have not taken.
fn watch(
    home: &Home,
    mut watcher: Option<&mut Watcher>,
    (writer, mut bell): (&mut Writer, Bell),
    listener: &Listener,
    stop: &AtomicBool,
) -> Result<(), Problem> {
    let mut witness_at = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if Instant::now() >= witness_at {
            bear_witness(home, writer);
            witness_at = Instant::now() + WITNESS_EVERY;
        }
        bell.ring(writer);
        let rest = match watcher.as_mut().map(|watcher| watcher.tick(writer)) {
            Some(Ok(ticked)) if ticked.busy => Duration::ZERO,
            Some(Ok(_)) | None => REST,
            Some(Err(crate::feed::Error::Store(store::Error::Full))) => {
                tracing::error!("the disk is full: nothing is taken in until there is room");
                REST_FULL
            }
            Some(Err(error)) => return Err(error.into()),
        };
        listener.serve(rest, |request| write::perform(writer, request));
    }
    bear_witness(home, writer);
    tracing::info!("feed ended");
    Ok(())
}

/// Has the log say where the access audit stands. The feed goes on where that cannot be: it is told again later.
pub fn bear_witness(home: &Home, writer: &mut Writer) {
    let told = home.access().and_then(|access| audit_end::tell(&access, writer, world::now()));
    match told {
        Err(problem) if problem.exit == Exit::Integrity => tracing::error!(%problem, "the access audit"),
        Err(problem) => tracing::warn!(%problem, "the log cannot say where the access audit stands"),
        Ok(()) => (),
    }
}
