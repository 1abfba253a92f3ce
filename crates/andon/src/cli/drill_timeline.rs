//! `andon drill timeline`: a stop of sixty-five days played into a training home, as the pages of headquarters would write it.

use std::time::Duration;

use super::args::DrillTimeline;
use super::{bytes_of, say, write};
use crate::command::timeline::{Play, SHIPPED, Step, read};
use crate::home::{Exit, Home, Problem};
use crate::incident::now as current;
use crate::registers::{items, register};
use crate::world;

/// Bytes of a play, at most.
const PLAY_BYTES_MAX: u64 = 4 << 20;

/// Plays it.
///
/// # Errors
/// The home is not for training, an incident is open in it, a line cannot be read or played, or nobody can write.
pub fn run(home: &Home, args: &DrillTimeline) -> Result<Exit, Problem> {
    let text = match &args.file {
        None => SHIPPED.to_owned(),
        Some(file) => String::from_utf8(bytes_of(file, PLAY_BYTES_MAX)?)
            .map_err(|_| Problem::usage(format!("{0}: UTF-8 ではありません。 / {0}: not UTF-8.", file.display())))?,
    };
    if args.print {
        say(text.trim_end());
        return Ok(Exit::Ok);
    }
    let mut steps = read(&text)?;
    steps.retain(|step| args.until.is_none_or(|until| step.day <= until));
    allowed(home)?;
    let mut play = Play::ending(&steps, world::now());
    for (at, step) in steps.iter().enumerate() {
        if at > 0 {
            std::thread::sleep(Duration::from_secs(args.every));
        }
        played(home, &mut play, step)?;
        if args.every > 0 {
            say(&format!("{}日目 {} {}", step.day, play.at(step), step.act));
        }
    }
    say(&format!(
        "{}件を記録しました。「本部」の画面で見られます。 / {} steps played: see Headquarters.",
        steps.len(),
        steps.len()
    ));
    Ok(Exit::Ok)
}

fn allowed(home: &Home) -> Result<(), Problem> {
    let reader = home.reader()?;
    if !reader.about().training {
        return Err(Problem::usage(
            "訓練用のホームではありません。`andon init --training` で作ったホームでだけ使えます。\nNot a training home: make one with `andon init --training`.",
        ));
    }
    match current(&reader)? {
        None => Ok(()),
        Some(open) => Err(Problem::usage(format!(
            "障害 {0} が続いています。先に `andon declare end` で終えてください。\nIncident {0} is open: end it first (`andon declare end`).",
            open.id
        ))),
    }
}

fn played(home: &Home, play: &mut Play, step: &Step) -> Result<(), Problem> {
    let answer = write::write(home, &play.request(step)?);
    let line = |problem: Problem| Problem::failed(format!("{}行目 / line {}: {}", step.line, step.line, problem.words));
    play.note(step, &answer.map_err(line)?);
    let prepared = step.fields.get("register").and_then(|code| register(code)).filter(|_| step.act == "prepare");
    if let Some(of) = prepared {
        let reader = home.reader()?;
        let all = items(&reader, of, current(&reader)?.as_ref())?;
        play.know(of.code, all.iter().map(|item| (item.value(of.name()).to_owned(), item.number.clone())));
    }
    Ok(())
}
