//! 機器調査台帳: every device with its state, counted; one to be registered; what was found of one, kept and done with it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use super::devices::{Device, devices, may_follow};
use crate::event::{DEVICE_KINDS, DEVICE_STATES, DeviceEvent, DeviceSaid, DeviceState};
use crate::home::Problem;
use crate::incident::Told;
use crate::parents::Seen;
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Visit, answer, encoded, refusal_in_words};
use crate::writing::Request;

/// Devices on one page; a hospital of this size has 200 PCs.
const ROWS_SHOWN: usize = 500;

/// `/command/devices?…`
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// Only of this state; empty: all.
    #[serde(default)]
    state: String,
    /// A word in name, place, owner or address.
    #[serde(default)]
    q: String,
    /// The device that something is said of.
    #[serde(default)]
    number: String,
}

/// A device in words.
struct Row {
    number: String,
    kind: String,
    name: String,
    place: String,
    owner: String,
    address: String,
    until: String,
    state: &'static str,
    state_words: String,
    /// Who said so last, and when.
    by: String,
    doubtful: bool,
    kept: bool,
}

fn row(device: &Device, t: Words) -> Row {
    let said = device.said.clone();
    let by = device.history.last().map_or_else(String::new, |(state, told)| {
        [told.entry.to_string(), told.who.clone(), state.who.clone()].join(" ")
    });
    Row {
        kind: t.word("device-kind", &said.kind),
        state_words: t.word("device-state", device.state),
        state: device.state,
        by,
        doubtful: device.doubtful,
        kept: device.kept,
        number: said.number,
        name: said.name,
        place: said.place,
        owner: said.owner,
        address: said.address,
        until: said.until,
    }
}

/// One word of a device's history.
struct Word {
    state: String,
    words: String,
    by: String,
}

fn word((said, told): &(DeviceState, Told), t: Words) -> Word {
    let parts = [
        ("device-who", &said.who),
        ("device-tool", &said.tool),
        ("device-hash", &said.hash),
        ("device-seal", &said.seal),
        ("device-power", &said.power),
        ("device-clock", &said.clock),
        ("device-papers", &said.papers),
    ];
    let named = parts.into_iter().filter(|(_, text)| !text.is_empty());
    let named: Vec<String> = named.map(|(key, text)| format!("{} {text}", t.text(key))).collect();
    Word {
        state: t.word("device-state", &said.state),
        words: named
            .into_iter()
            .chain([said.words.clone()])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("　"),
        by: format!("{} {}{}", told.entry, told.who, t.with("aside", t.word("role", &told.role))),
    }
}

#[derive(Template)]
#[template(path = "command/devices.html")]
struct DevicesPage {
    frame: Frame,
    asked: Asked,
    /// Each state with how many devices are in it.
    counts: Vec<(&'static str, String, usize)>,
    all: usize,
    rows: Vec<Row>,
    one: Option<Row>,
    history: Vec<Word>,
    seen: Seen,
    /// What may be said of it next.
    next: Vec<(&'static str, String)>,
}

impl DevicesPage {
    fn kinds(&self) -> Vec<(&'static str, String)> {
        DEVICE_KINDS.map(|kind| (kind, self.frame.t.word("device-kind", kind))).to_vec()
    }
}

/// `GET /command/devices`
pub async fn page(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, asked)).await;
    answer(&site, &visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: Asked) -> Result<DevicesPage, Problem> {
    let (t, all) = (visit.words, reader.once(devices)?);
    let count = |state: &&str| all.values().filter(|device| device.state == *state).count();
    let counts = DEVICE_STATES.into_iter().map(|state| (state, t.word("device-state", state), count(&state)));
    let found = |device: &&Arc<Device>| {
        let said = &device.said;
        let texts = [&said.number, &said.name, &said.place, &said.owner, &said.address];
        (asked.state.is_empty() || device.state == asked.state)
            && (asked.q.trim().is_empty() || texts.iter().any(|text| text.contains(asked.q.trim())))
    };
    let one = all.get(&asked.number);
    let next = one.map_or_else(Vec::new, |device| {
        let may = DEVICE_STATES.into_iter().filter(|state| *state != device.state && may_follow(device, state));
        may.map(|state| (state, t.word("device-state", state))).collect()
    });
    Ok(DevicesPage {
        frame: Frame::new(site, visit, reader)?,
        counts: counts.collect(),
        all: all.len(),
        rows: all.values().filter(found).take(ROWS_SHOWN).map(|device| row(device, t)).collect(),
        one: one.map(|device| row(device, t)),
        history: one.map_or_else(Vec::new, |device| device.history.iter().rev().map(|said| word(said, t)).collect()),
        seen: one.map_or_else(Seen::default, |device| Seen::of(&device.tips)),
        next,
        asked,
    })
}

async fn written(site: &Site, visit: &Visit, event: DeviceEvent, seen: Seen) -> Response {
    let (by, role) = visit.by();
    match site.write(Request::Device { event, seen, by, role }).await {
        Ok(crate::writing::Answer::Said { number, .. }) => {
            Redirect::to(&format!("/command/devices?number={}#one", encoded(&number))).into_response()
        }
        Ok(_) => Redirect::to("/command/devices").into_response(),
        Err(problem) => refusal_in_words(site, visit, &problem.words),
    }
}

/// `POST /command/devices`
pub async fn register(State(site): State<Site>, visit: Visit, Posted(form): Posted<Registered>) -> Response {
    let Registered { kind, name, place, owner, address, until } = form;
    let said = DeviceSaid { kind, name, place, owner, address, until, ..DeviceSaid::default() };
    written(&site, &visit, DeviceEvent::Device(said), Seen::default()).await
}

/// A device as it is registered.
#[derive(Deserialize)]
pub struct Registered {
    kind: String,
    name: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    until: String,
}

/// `POST /command/devices/state`
pub async fn state(State(site): State<Site>, visit: Visit, Posted(form): Posted<StateSaid>) -> Response {
    written(&site, &visit, DeviceEvent::State(form.said), form.seen).await
}

/// What is said of a device, and what its form was opened on.
#[derive(Deserialize)]
pub struct StateSaid {
    #[serde(flatten)]
    said: DeviceState,
    #[serde(default)]
    seen: Seen,
}
