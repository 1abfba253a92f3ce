//! `andon doctor`: opens everything that is stored and checks it; on request rebuilds what is only derived.

use super::args::Doctor;
use super::{say, say_json};
use crate::home::{Exit, Home, Problem};

/// Verifies the store; exit 4 when anything is not what was stored.
///
/// # Errors
/// When the home does not open.
pub fn run(home: &Home, args: &Doctor) -> Result<Exit, Problem> {
    if args.rebuild_indexes {
        let rebuilt = crate::feed::rebuild_indexes(&mut home.writer()?)?;
        let words = format!("索引を作り直しました: {rebuilt} 件 / indexes rebuilt from {rebuilt} sightings");
        if !args.json {
            say(&words);
        }
    }
    let reader = home.reader()?;
    let verdict = reader.verify(|_| ())?;
    let counts = reader.counts()?;
    if args.json {
        let findings: Vec<_> =
            verdict.findings.iter().map(|f| serde_json::json!({ "place": f.place, "what": f.what })).collect();
        say_json(&serde_json::json!({
            "sound": verdict.is_sound(),
            "findings": findings,
            "sightings": counts.sightings, "contents": counts.contents, "patients": counts.patients,
            "events": counts.events, "bytes_held": counts.held_bytes, "bytes_on_disk": counts.disk_bytes,
        }))?;
    } else {
        say(&format!(
            "記録 {} 件・内容 {} 件・患者 {} 人・出来事 {} 件 / sightings, contents, patients, events",
            counts.sightings, counts.contents, counts.patients, counts.events
        ));
        for finding in &verdict.findings {
            say(&format!("✗ {}: {}", finding.place, finding.what));
        }
        say(if verdict.is_sound() {
            "破損は見つかりません。 / No damage found."
        } else {
            "破損があります。 / Damage found."
        });
    }
    Ok(if verdict.is_sound() { Exit::Ok } else { Exit::Integrity })
}
