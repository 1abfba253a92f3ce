//! `andon restore`: a working station out of a vault, on a bare machine with no network; one chart at once, before the rest is in.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::vault::Target;
use chart::{Moment, PatientId};
use store::Reader;

use super::args::vault::Restore as Words;
use super::vault::{keys_of, who};
use super::vault_log::shown;
use super::{say, say_json, seen, serve};
use crate::custody::restore::{Asked, Progress, Restore, Restored, Throwaway};
use crate::custody::restoring::Restoring;
use crate::custody::seen::Shown;
use crate::custody::{deliver, server};
use crate::home::{Exit, Home, Problem};
use crate::{ward, world};

/// Where memory can be had as a folder; else the system's folder for what is thrown away.
const MEMORY: &str = "/dev/shm";

/// Restores, makes the indexes, and says what came of it; or shows single charts and keeps nothing.
///
/// # Errors
/// There is no vault, the key does not open it, something is damaged, or the folder holds another home.
pub fn run(words: &Words) -> Result<Exit, Problem> {
    match &words.to {
        Some(to) => whole(words, to),
        None => at_once(words),
    }
}

fn asked(words: &Words, to: PathBuf) -> Result<Asked, Problem> {
    let as_of = words.as_of.as_deref().map(super::chart::read_time).transpose()?;
    let from = from(words, as_of)?;
    let known = shown(&words.seen, Shown::default())?.known(&from)?;
    let keys = keys_of(&words.opened_by)?;
    let first = words.first.iter().chain(&words.patient).cloned().collect();
    Ok(Asked { as_of, first, salvage: words.salvage, known, ..Asked::whole(from, to, keys) })
}

fn from(words: &Words, as_of: Option<Moment>) -> Result<Target, Problem> {
    deliver::open_to_read(&server::place(&words.from, words.keys.as_deref())?, None, as_of)
}

/// Charts alone, out of a home that is thrown away: what opens it is gone from the disk before the first patient is in it.
fn at_once(words: &Words) -> Result<Exit, Problem> {
    let memory = Path::new(MEMORY);
    let below = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let name = world::secret().map_err(|error| Problem::failed(error.to_string()))?;
    let home = Throwaway::new(below.join(format!(".andon-{name}")))?;
    let mut restore = Restore::begin(asked(words, home.home())?, world::now())?;
    home.forget_key()?;
    let mut exit = Exit::Ok;
    restore.begin_with_first(&mut |reader, typed, patient| {
        let shown = chart(words, reader, typed, patient)?;
        exit = if exit == Exit::Ok { shown } else { exit };
        Ok(())
    })?;
    Ok(exit)
}

/// Prints a chart as `andon chart` does.
fn chart(words: &Words, reader: &Reader, typed: &str, patient: Option<&PatientId>) -> Result<Exit, Problem> {
    let made = patient.map(|patient| ward::chart(reader, patient, None, world::now())).transpose()?.flatten();
    let (Some(patient), Some(chart)) = (patient, made) else {
        let line = format!(
            "{typed}: この番号の患者は保管庫にありません（照合番号が違うときも）。 / nobody of this number is in the vault, or its 照合番号 is wrong."
        );
        writeln!(std::io::stderr(), "{line}").unwrap_or_default();
        return Ok(Exit::Failed);
    };
    let exit = if chart.faults.is_empty() { Exit::Ok } else { Exit::Partial };
    let (doubts, training) = (ward::doubts(reader, patient)?, reader.about().training);
    if words.told.json {
        say_json(&ward::ChartJson { training, doubts: &doubts, chart: &chart })?;
    } else {
        say(&ward::plain(&chart, &doubts, training));
    }
    Ok(exit)
}

fn whole(words: &Words, to: &Path) -> Result<Exit, Problem> {
    let mut asked = asked(words, to.to_owned())?;
    let home = Home::new(to.to_owned(), store::Unlock::KeyFile);
    let watch =
        words.serve.map(|address| Ok::<_, Problem>((serve::loopback(address)?, Restoring::new()))).transpose()?;
    let (pages, watch) = match watch {
        None => (None, Arc::default()),
        Some((port, (watch, wants))) => {
            asked.wants = Some(wants);
            (Some(port), watch)
        }
    };
    let began = Instant::now();
    let mut restore = Restore::begin(asked, world::now())?;
    let pages = pages.map(|port| {
        let (home, watch) = (home.clone(), Arc::clone(&watch));
        std::thread::spawn(move || serve::while_restoring(home, port, watch))
    });
    restore.begin_with_first(&mut |reader, typed, patient| first(words, &home, began, (reader, typed, patient)))?;
    let mut shown = None;
    restore.run(&mut |progress| {
        watch.reached(progress);
        if !words.told.json {
            show(progress, &mut shown);
        }
    })?;
    if shown.is_some() {
        writeln!(std::io::stderr()).unwrap_or_default();
    }
    watch.all_in();
    crate::feed::rebuild_indexes(&mut restore.writer)?;
    let (by, role) = who(&words.told);
    let done = restore.finish((&by, &role), world::now())?;
    watch.finished();
    tell(words, &done, began, to)?;
    if let Some(pages) = pages {
        pages.join().unwrap_or_else(|_| Err(Problem::failed("画面が止まりました。 / The pages stopped.")))?;
    }
    Ok(if !done.damaged.is_empty() {
        Exit::Integrity
    } else if done.closed.is_empty() && done.aside.is_empty() {
        Exit::Ok
    } else {
        Exit::Partial
    })
}

/// A patient of those asked for first is in: who was to be printed is, the others can be opened.
fn first(
    words: &Words,
    home: &Home,
    began: Instant,
    (reader, typed, patient): (&Reader, &str, Option<&PatientId>),
) -> Result<(), Problem> {
    let printed = words.patient.iter().any(|asked| asked == typed);
    if let Some(patient) = patient {
        let (seconds, to, id) = (began.elapsed().as_secs_f64(), home.dir().display(), &patient.id);
        let line =
            format!("{seconds:.1} 秒: 先に戻した患者のカルテが開けます / a chart opens: andon --home {to} chart {id}");
        writeln!(std::io::stderr(), "{line}").unwrap_or_default();
        if printed {
            seen(home, "chart", &format!("{}/{id}", patient.authority), "", Exit::Ok);
        }
    }
    if printed || patient.is_none() { chart(words, reader, typed, patient).map(drop) } else { Ok(()) }
}

fn tell(words: &Words, done: &Restored, began: Instant, to: &Path) -> Result<(), Problem> {
    if words.told.json {
        return say_json(done);
    }
    let Progress { parcels, events, bytes, segment, .. } = done.progress;
    say(&format!(
        "{}: 保管単位 {segment} まで、まとまり {parcels}・出来事 {events}・{:.1} MB を戻しました（{:.0} 秒）。",
        done.hospital,
        bytes as f64 / 1e6,
        began.elapsed().as_secs_f64()
    ));
    say(&format!(
        "restored up to segment {segment}: {parcels} parcels, {events} events. Next: andon --home {} serve --no-feed",
        to.display()
    ));
    if let Some(since) = done.hidden_since {
        let hidden = done.hidden;
        say(&format!(
            "{hidden} 個が保管先で隠されていました（{since} から）。下から読みました。 / {hidden} objects had been hidden there since {since}; they were read below."
        ));
    }
    // Those under a head that names officers are told with their key.
    let told = |object: &&String| {
        let number = ::vault::name::number(object);
        !number.is_some_and(|number| done.sealed_to.iter().any(|to| (to.since..=to.upto).contains(&number)))
    };
    let closed = |object: &String| {
        format!("{object}: この鍵では開けません。ほかの人に封じられています。 / sealed to others; left aside.")
    };
    let closed = done.closed.iter().filter(told).map(closed);
    done.aside.iter().cloned().chain(closed).for_each(|line| say(&format!("⚠ {line}")));
    done.sealed_to.iter().flat_map(|sealed| sealed.lines()).for_each(|line| say(&line));
    done.damaged.iter().for_each(|what| say(&format!("✗ {what}")));
    whose(words, done);
    Ok(())
}

/// Who opens the new home, and what is to be done about a key that lay in a file.
fn whose(words: &Words, done: &Restored) {
    match &done.officers {
        Some(key) => {
            say(&format!("鍵 {key} のカードで、このホームも開きます。 / cards of key {key} open this home too."))
        }
        None => {
            say(
                "このホームを開くのは keys/home.key だけです。`andon keys rotate`（鍵がなければ ceremony）をするまで、カードでは開けません。",
            );
            say(
                "Only keys/home.key opens this home: no cards do until `andon keys rotate` (`ceremony` where there is no key).",
            );
        }
    }
    if words.opened_by.identity.is_some() {
        say("⚠ 鍵がファイルになっています。使い終えたら消し、戻したホームで鍵を更新してください: andon keys rotate");
        say(
            "⚠ The key lies in a file: remove it when done, and rotate the key in the restored home: andon keys rotate",
        );
    }
}

fn show(progress: &Progress, shown: &mut Option<Instant>) {
    let soon = shown.is_some_and(|shown| shown.elapsed() < Duration::from_millis(250));
    if soon || !std::io::stderr().is_terminal() {
        return;
    }
    *shown = Some(Instant::now());
    let Progress { segment, last, parcels, events, bytes, .. } = progress;
    let line =
        format!("\r保管単位 {segment}/{last}  まとまり {parcels}  出来事 {events}  {:.1} MB   ", *bytes as f64 / 1e6);
    write!(std::io::stderr(), "{line}").unwrap_or_default();
}
