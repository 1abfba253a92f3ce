//! `andon doctor`: opens everything that is stored and checks it; on request rebuilds what is only derived, or begins a
//! new life of the station's log.

use super::args::Doctor;
use super::{say, say_json, write};
use crate::freshness;
use crate::home::{Exit, Home, Problem};
use crate::world;
use crate::writing::{Answer, Request};

/// Verifies the store; exit 4 when anything is not what was stored.
///
/// # Errors
/// When the home does not open, or another process writes and does not listen.
pub fn run(home: &Home, args: &Doctor) -> Result<Exit, Problem> {
    if let (true, Some(by), Some(reason)) = (args.new_incarnation, &args.by, &args.reason) {
        let request = Request::NewIncarnation { by: by.clone(), reason: reason.clone() };
        if let (Answer::Begun { incarnation }, false) = (write::write(home, &request)?, args.json) {
            say(&format!("この端末の記録の第{incarnation}世代を始めました。 / incarnation {incarnation} begun"));
        }
    }
    if args.rebuild_indexes {
        let answer = write::write(home, &Request::RebuildIndexes)?;
        if let (Answer::Rebuilt { sightings }, false) = (answer, args.json) {
            say(&format!("索引を作り直しました: {sightings} 件 / indexes rebuilt from {sightings} sightings"));
        }
    }
    let reader = home.reader()?;
    let verdict = reader.verify(|_| ())?;
    let counts = reader.counts()?;
    let ahead = reader.clock_ahead_minutes(world::now())?;
    if args.json {
        let findings: Vec<_> =
            verdict.findings.iter().map(|f| serde_json::json!({ "place": f.place, "what": f.what })).collect();
        say_json(&serde_json::json!({
            "sound": verdict.is_sound(),
            "findings": findings,
            "sightings": counts.sightings, "contents": counts.contents, "patients": counts.patients,
            "events": counts.events, "bytes_held": counts.held_bytes, "bytes_on_disk": counts.disk_bytes,
            "clock_ahead_minutes": ahead,
        }))?;
    } else {
        say(&format!(
            "記録 {} 件・内容 {} 件・患者 {} 人・出来事 {} 件 / sightings, contents, patients, events",
            counts.sightings, counts.contents, counts.patients, counts.events
        ));
        for finding in &verdict.findings {
            say(&format!("✗ {}: {}", finding.place, finding.what));
        }
        if let Some(words) = freshness::clock_words(ahead) {
            say(&words);
        }
        say(if verdict.is_sound() {
            "破損は見つかりません。 / No damage found."
        } else {
            "破損があります。 / Damage found."
        });
    }
    Ok(if verdict.is_sound() { Exit::Ok } else { Exit::Integrity })
}
