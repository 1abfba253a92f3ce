//! Locks of servers of objects are kept long by the clock: once a day both clocks are looked at, and once a week every lock that would end
//! within the days it is kept for, less a week, is moved away; at once where a clock jumped. Where another machine does that daily, as it
//! should, there is nothing left to move, and this station's key needs no right to it. Nothing is ever deleted here.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chart::Moment;
use serde::{Deserialize, Serialize};
use store::Reader;
use vault::Target;
use vault::s3::clock::{Reading, Verdict, until};
use vault::s3::time::DAY;
use vault::s3::{Extended, S3};

use super::state::{self, Write};
use super::{deliver, problem};
use crate::event::{Check, Checked, CustodyEvent};
use crate::home::Problem;
use crate::text::one_line;
use crate::writing::Request;

/// Between two walks over every lock: days that a lock may be short of what it is kept for.
const WALK_DAYS: u32 = 7;
/// Letters of why something failed, in the program's log.
const WORDS_CHARS: usize = 300;
/// Who extends what nobody asked for at that moment.
const BY: (&str, &str) = ("保管庫", "station");

/// What was last seen of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// Its clock and ours, milliseconds since 1970; zeros before the first look.
    server: i64,
    /// As `server`.
    own: i64,
    /// When every lock was last moved far enough, by our clock.
    walked: i64,
}

fn kept_name(target: &str) -> String {
    format!("vault:locks:{target}")
}

fn seen(reader: &Reader, target: &str) -> Result<Seen, Problem> {
    let kept = reader.kept(&kept_name(target))?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

/// One look at every server, where a day has passed. What is wrong at one stays there.
///
/// # Errors
/// When the store cannot be read.
pub fn look(reader: &Reader, write: Write<'_>, now: Moment, stop: &dyn Fn() -> bool) -> Result<(), Problem> {
    for keeping in state::targets(reader)? {
        let seen = seen(reader, &keeping.name)?;
        // A clock of ours that went back is looked at, too.
        if (0..DAY).contains(&(now.0 - seen.own)) || stop() {
            continue;
        }
        if let Ok(Target::S3(s3)) = deliver::open(&keeping.place, Some(reader))
            && let Err(problem) = one(&s3, (&keeping.name, seen), write, now, stop)
        {
            let (place, why) = (&keeping.name, one_line(&problem.words, WORDS_CHARS));
            tracing::warn!(place, why, "locks of a server could not be looked at: tried again");
        }
    }
    Ok(())
}

/// Looks at the clocks, walks over the locks where it is time, and has the log say what came of it.
fn one(
    s3: &S3,
    (target, seen): (&str, Seen),
    write: Write<'_>,
    now: Moment,
    stop: &dyn Fn() -> bool,
) -> Result<(), Problem> {
    let reading = Reading { server: s3.now().map_err(problem)?, own: now.0 };
    let last = (seen.own > 0).then_some(Reading { server: seen.server, own: seen.own });
    let verdict = Verdict::of(last, reading);
    let is_time = !(0..i64::from(WALK_DAYS) * DAY).contains(&(now.0 - seen.walked));
    let days = s3.keep_days();
    let mut done = None;
    if is_time || verdict != Verdict::Steady {
        let least = until(reading, days.saturating_sub(WALK_DAYS).max(1));
        done = Some(s3.extend("", (least, until(reading, days)), stop).map_err(problem)?);
        if stop() {
            return Ok(());
        }
    }
    let whole = done.as_ref().is_some_and(|done| done.failed == 0);
    let seen = Seen { server: reading.server, own: reading.own, walked: if whole { now.0 } else { seen.walked } };
    let text = serde_json::to_vec(&seen).map_err(|error| Problem::failed(error.to_string()))?;
    let keep = vec![(kept_name(target), BASE64_STANDARD.encode(text))];
    let event = done.map(|done| CustodyEvent::Checked(said(s3, &done, (days, verdict))));
    let (by, role) = (BY.0.to_owned(), BY.1.to_owned());
    write(&Request::Custody { keep, event, by, role }).map(drop)
}

fn said(s3: &S3, done: &Extended, (days, verdict): (u32, Verdict)) -> Checked {
    let outcome = match (done.failed, verdict) {
        (1.., _) => "failed",
        (0, Verdict::Steady) => "moved",
        (0, _) => "clock",
    };
    let Extended { moved, enough, failed, .. } = done;
    let found = format!("moved:{moved} enough:{enough} failed:{failed} days:{days} {}", verdict.words());
    Checked { check: Check::Extend, place: s3.address().to_string(), outcome: outcome.to_owned(), found }
}
