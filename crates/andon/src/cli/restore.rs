//! `andon restore`: a working station out of a vault, on a bare machine with no network.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use super::args::vault::Restore as Words;
use super::vault::{identities, who};
use super::{say, say_json};
use crate::custody::restore::{Asked, Progress, Restore};
use crate::custody::{deliver, server};
use crate::home::{Exit, Problem};
use crate::world;

/// Restores, makes the indexes, and says what came of it.
///
/// # Errors
/// There is no vault, the key does not open it, something is damaged, or the folder holds another home.
pub fn run(words: &Words) -> Result<Exit, Problem> {
    let now = world::now();
    let as_of = words.as_of.as_deref().map(super::chart::read_time).transpose()?;
    let from = match server::is_one(&words.from) {
        true => server::open_below(&server::line(&words.from, words.keys.as_deref())?)?,
        false => deliver::open(&words.from)?,
    };
    let asked = Asked {
        from,
        to: words.to.clone(),
        identities: identities(&words.identity)?,
        as_of,
        first: words.first.clone(),
        salvage: words.salvage,
    };
    let began = Instant::now();
    let mut restore = Restore::begin(asked, now)?;
    let (mut shown, mut told) = (None, 0);
    let quiet = words.told.json;
    let to = words.to.display();
    restore.run(&mut |progress| {
        for id in progress.first.iter().skip(told) {
            let seconds = began.elapsed().as_secs_f64();
            let line = format!(
                "{seconds:.1} 秒: 先に戻した患者のカルテが開けます / a chart opens: andon --home {to} chart {id}"
            );
            writeln!(std::io::stderr(), "{line}").unwrap_or_default();
        }
        told = progress.first.len();
        if !quiet {
            show(progress, &mut shown);
        }
    })?;
    if shown.is_some() {
        writeln!(std::io::stderr()).unwrap_or_default();
    }
    crate::feed::rebuild_indexes(&mut restore.writer)?;
    let (by, role) = who(&words.told);
    let done = restore.finish((&by, &role), world::now())?;
    if words.told.json {
        say_json(&done)?;
    } else {
        let Progress { parcels, events, bytes, segment, .. } = done.progress;
        say(&format!(
            "{}: 保管単位 {segment} まで、まとまり {parcels}・出来事 {events}・{:.1} MB を戻しました（{:.0} 秒）。",
            done.hospital,
            bytes as f64 / 1e6,
            began.elapsed().as_secs_f64()
        ));
        say(&format!(
            "restored up to segment {segment}: {parcels} parcels, {events} events. Next: andon --home {to} serve --no-feed"
        ));
        for what in &done.damaged {
            say(&format!("✗ {what}"));
        }
    }
    Ok(if done.damaged.is_empty() { Exit::Ok } else { Exit::Integrity })
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
