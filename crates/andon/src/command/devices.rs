//! 機器調査台帳, folded from kinds 49 and 50: every device with its state, evidence and custody. What must not happen is refused here:
//! nothing is wiped before it was preserved, and a vendor's word is never "verified". Pure but for reading.

use std::collections::{BTreeMap, HashMap, HashSet};

use chart::Moment;
use store::{EventHash, Reader, StoredEvent};

use crate::event::{DEVICES_ITEM, DeviceEvent, DeviceSaid, DeviceState, Event};
use crate::home::Problem;
use crate::hospital;
use crate::incident::Told;

/// A device as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// What is known of it.
    pub said: DeviceSaid,
    /// Its state, a word of [`crate::event::DEVICE_STATES`]; of two that disagree the safer.
    pub state: &'static str,
    /// What was said of it, oldest first.
    pub history: Vec<(DeviceState, Told)>,
    /// An image was made, or somebody said that none is needed, since it was last found infected or suspected.
    pub kept: bool,
    /// Two stations said something of it apart: 要確認.
    pub doubtful: bool,
    /// What the next word builds on.
    pub tips: Vec<EventHash>,
    /// When it was registered.
    pub since: Moment,
}

/// States by caution: of two that disagree the first stands.
const CAUTION: [&str; 10] = [
    "infected",
    "suspected",
    "unknown",
    "isolated",
    "declared_clean",
    "preserved",
    "not_preserved",
    "wiped",
    "verified",
    "returned",
];

fn known(state: &str) -> &'static str {
    CAUTION.into_iter().find(|word| *word == state).unwrap_or("unknown")
}

fn safer(one: &'static str, other: &'static str) -> &'static str {
    CAUTION.into_iter().find(|word| *word == one || *word == other).unwrap_or("unknown")
}

/// What may follow what: 未確認 → LAN切離し → finding → 保全 → 初期化 → 検証済 → 返却. An infection may be found at any time.
pub fn may_follow(device: &Device, state: &str) -> bool {
    const FINDINGS: [&str; 3] = ["infected", "suspected", "declared_clean"];
    let from = device.state;
    match state {
        "infected" | "suspected" => true,
        "isolated" => from == "unknown",
        "declared_clean" => from == "unknown" || from == "isolated" || FINDINGS.contains(&from),
        "preserved" | "not_preserved" => from == "isolated" || FINDINGS.contains(&from),
        "wiped" => device.kept && (from == "preserved" || from == "not_preserved"),
        "verified" => from == "wiped" || ((from == "preserved" || from == "not_preserved") && device.kept),
        "returned" => from == "verified",
        _ => false,
    }
}

struct Folding {
    device: Device,
    tips: HashSet<EventHash>,
    left: HashMap<EventHash, &'static str>,
}

/// Every device by number.
pub fn fold(events: &[StoredEvent]) -> BTreeMap<String, Device> {
    let mut all: BTreeMap<String, Folding> = BTreeMap::new();
    let read = |stored: &StoredEvent| {
        let of = &stored.envelope;
        match Event::read(of.kind, of.version, &of.payload) {
            Event::Device(event) => Some(event),
            _ => None,
        }
    };
    let said: Vec<(&StoredEvent, DeviceEvent)> =
        events.iter().filter_map(|stored| Some((stored, read(stored)?))).collect();
    // First what there is, then what was said of it: a clock that was wrong may sort them the other way round.
    for (stored, event) in &said {
        if let DeviceEvent::Device(device) = event {
            register(&mut all, stored, device);
        }
    }
    for (stored, event) in &said {
        if let DeviceEvent::State(state) = event
            && let Some(folding) = all.get_mut(&state.number)
        {
            folding.say(stored, state);
        }
    }
    all.into_iter().map(|(number, folding)| (number, folding.end())).collect()
}

fn register(all: &mut BTreeMap<String, Folding>, stored: &StoredEvent, said: &DeviceSaid) {
    match all.get_mut(&said.number) {
        Some(known) => known.device.said = said.clone(),
        None => {
            let device = Device {
                said: said.clone(),
                state: "unknown",
                history: Vec::new(),
                kept: false,
                doubtful: false,
                tips: Vec::new(),
                since: stored.envelope.entry_time,
            };
            let folding = Folding { device, tips: [stored.hash].into(), left: [(stored.hash, "unknown")].into() };
            all.insert(said.number.clone(), folding);
        }
    }
}

impl Folding {
    fn say(&mut self, stored: &StoredEvent, said: &DeviceState) {
        for parent in &stored.envelope.parents {
            self.tips.remove(parent);
        }
        let state = known(&said.state);
        self.tips.insert(stored.hash);
        self.left.insert(stored.hash, state);
        match state {
            "preserved" | "not_preserved" => self.device.kept = true,
            "infected" | "suspected" => self.device.kept = false,
            _ => {}
        }
        self.device.history.push((said.clone(), Told::of(stored, &said.words)));
    }

    fn end(mut self) -> Device {
        let mut tips: Vec<EventHash> = self.tips.into_iter().collect();
        tips.sort_unstable();
        let ends: Vec<&'static str> = tips.iter().filter_map(|tip| self.left.get(tip)).copied().collect();
        self.device.doubtful = ends.windows(2).any(|pair| pair[0] != pair[1]);
        self.device.state = ends.into_iter().reduce(safer).unwrap_or("unknown");
        self.device.tips = tips;
        self.device
    }
}

/// Every device as it stands.
///
/// # Errors
/// When the store cannot be read.
pub fn devices(reader: &Reader) -> Result<BTreeMap<String, Device>, Problem> {
    Ok(fold(&hospital::events_of(reader, DEVICES_ITEM)?))
}
