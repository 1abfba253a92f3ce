//! `andon devices`: 機器調査台帳 from the command line, and the whole inventory out of a CSV.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::args::devices::{Devices, DevicesAct};
use super::{bytes_of, os_user, say, say_json, write};
use crate::command::devices::{Device, devices};
use crate::event::{DEVICE_STATES, DeviceEvent, DeviceSaid, DeviceState};
use crate::home::{Exit, Home, Problem};
use crate::parents::Seen;
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::writing::{Answer, Request};

/// Bytes of an inventory, at most.
const CSV_BYTES_MAX: u64 = 4 << 20;

/// Lists devices, registers one or many, or says what was found of one.
///
/// # Errors
/// It cannot be so, the file cannot be read, or nobody can write.
pub fn run(home: &Home, args: &Devices) -> Result<Exit, Problem> {
    match &args.act {
        None => list(home, args.state.as_deref(), args.json),
        Some(DevicesAct::Add(add)) => {
            let said = DeviceSaid {
                number: add.correct.clone().unwrap_or_default(),
                kind: add.kind.clone(),
                name: add.name.clone(),
                place: add.place.clone(),
                owner: add.owner.clone(),
                address: add.address.clone(),
                until: add.until.clone(),
                reason: add.reason.clone(),
                ..DeviceSaid::default()
            };
            let number = tell(home, DeviceEvent::Device(said), add.by.as_ref())?;
            match add.json {
                true => say_json(&json!({"number": number}))?,
                false => say(&number),
            }
            Ok(Exit::Ok)
        }
        Some(DevicesAct::Import { file, by }) => import(home, file, by.as_ref()),
        Some(DevicesAct::State(args)) => {
            let said = DeviceState {
                number: args.number.clone(),
                state: args.state.clone(),
                who: args.who.clone(),
                tool: args.tool.clone(),
                hash: args.hash.clone(),
                seal: args.seal.clone(),
                power: args.power.clone(),
                clock: args.clock.clone(),
                papers: args.papers.clone(),
                words: args.words.clone(),
            };
            let number = tell(home, DeviceEvent::State(said), args.by.as_ref())?;
            say(&format!("{number}: 記録しました。 / recorded."));
            Ok(Exit::Ok)
        }
    }
}

fn tell(home: &Home, event: DeviceEvent, by: Option<&String>) -> Result<String, Problem> {
    let by = by.cloned().unwrap_or_else(os_user);
    match write::write(
        home,
        &Request::Device { event, seen: Seen::default(), by, role: Role::Operator.code().to_owned() },
    )? {
        Answer::Said { number, .. } => Ok(number),
        _ => Err(write::unexpected()),
    }
}

/// A line a device: kind, name, place, owner, address; a first line of names is left out. What cannot be registered is named and the rest
/// goes on.
fn import(home: &Home, file: &Path, by: Option<&String>) -> Result<Exit, Problem> {
    let bytes = bytes_of(file, CSV_BYTES_MAX)?;
    let text =
        String::from_utf8(bytes).unwrap_or_else(|error| encoding_rs::SHIFT_JIS.decode(error.as_bytes()).0.into_owned());
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut done, mut wrong) = (0, 0);
    for (line, at) in lines.records().zip(1..) {
        let line = line.map_err(|error| Problem::failed(format!("{}: {error}", file.display())))?;
        let field = |at: usize| line.get(at).unwrap_or_default().trim().to_owned();
        if at == 1 && (field(0) == "kind" || field(0) == "種類") {
            continue;
        }
        let said = DeviceSaid {
            kind: kind(&field(0)),
            name: field(1),
            place: field(2),
            owner: field(3),
            address: field(4),
            ..DeviceSaid::default()
        };
        match tell(home, DeviceEvent::Device(said), by) {
            Ok(_) => done += 1,
            Err(problem) => {
                wrong += 1;
                say(&format!("{}:{at}: {problem}", file.display()));
            }
        }
    }
    say(&format!("{done}台を登録しました。できなかった行 {wrong} / {done} registered, {wrong} lines not"));
    Ok(if wrong > 0 { Exit::Partial } else { Exit::Ok })
}

/// The code of a kind that a list writes in words.
fn kind(text: &str) -> String {
    let t = Words::of(Lang::Ja);
    let named = crate::event::DEVICE_KINDS.into_iter().find(|kind| t.word("device-kind", kind) == text);
    named.map_or_else(|| text.to_lowercase(), str::to_owned)
}

fn list(home: &Home, state: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = devices(&reader)?;
    let counts: BTreeMap<&str, usize> = DEVICE_STATES
        .into_iter()
        .map(|state| (state, all.values().filter(|device| device.state == state).count()))
        .collect();
    let shown: Vec<&Arc<Device>> =
        all.values().filter(|device| state.is_none_or(|state| device.state == state)).collect();
    if as_json {
        let rows: Vec<Value> = shown.iter().map(|device| of_device(device)).collect();
        say_json(&json!({"training": reader.about().training, "counts": counts, "devices": rows}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for device in shown {
        let said = &device.said;
        say(&format!(
            "{} {} {} {} {}",
            said.number,
            t.word("device-state", device.state),
            said.name,
            said.place,
            said.owner
        ));
    }
    let counts = counts.iter().filter(|(_, count)| **count > 0);
    let counts: Vec<String> =
        counts.map(|(state, count)| format!("{} {count}", t.word("device-state", state))).collect();
    say(&format!("{}台 / {} devices: {}", all.len(), all.len(), counts.join("、")));
    Ok(Exit::Ok)
}

fn of_device(device: &Device) -> Value {
    let said = &device.said;
    let history: Vec<Value> = device
        .history
        .iter()
        .map(|(state, told)| {
            json!({"state": state.state, "who": state.who, "tool": state.tool, "hash": state.hash,
            "seal": state.seal, "power": state.power, "clock": state.clock, "papers": state.papers,
            "words": state.words, "by": told.who, "role": told.role, "at": told.entry})
        })
        .collect();
    json!({"number": said.number, "kind": said.kind, "name": said.name, "place": said.place, "owner": said.owner,
        "address": said.address, "until": said.until, "state": device.state, "preserved": device.kept,
        "doubtful": device.doubtful, "since": device.since, "history": history})
}
