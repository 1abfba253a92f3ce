//! 機器調査台帳, folded from kinds 49 and 50: every device with its state, evidence and custody. What must not happen is refused here:
//! nothing is wiped before it was preserved, and a vendor's word is never "verified". Pure but for reading.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chart::Moment;
use store::{EventHash, Reader, StoredEvent};

use crate::event::{DEVICES_ITEM, DeviceEvent, DeviceSaid, DeviceState, Event};
use crate::folds::{self, Fold, Folded, Heard, Says};
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
    /// The events that gave it a state, and the one that registered it.
    pub events: Vec<EventHash>,
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

impl Folded for Device {
    type Said = DeviceEvent;

    fn read(stored: &StoredEvent) -> Option<(Says, DeviceEvent)> {
        let of = &stored.envelope;
        let Event::Device(event) = Event::read(of.kind, of.version, &of.payload) else { return None };
        let says = match &event {
            // What is put right has its reason.
            DeviceEvent::Device(said) if said.reason.trim().is_empty() => Says::Enters(said.number.clone()),
            DeviceEvent::Device(said) => Says::PutsRight(said.number.clone()),
            DeviceEvent::State(said) => Says::Changes(said.number.clone()),
        };
        Some((says, event))
    }

    fn fold(name: String, (stored, event): Heard<'_, Device>, changes: &[Heard<'_, Device>]) -> Device {
        let said = if let DeviceEvent::Device(said) = event { said.clone() } else { DeviceSaid::default() };
        let device = Device {
            said: DeviceSaid { number: name, ..said },
            state: "unknown",
            history: Vec::new(),
            kept: false,
            doubtful: false,
            tips: Vec::new(),
            events: Vec::new(),
            since: stored.envelope.entry_time,
        };
        let mut folding = Folding { device, tips: [stored.hash].into(), left: [(stored.hash, "unknown")].into() };
        for (stored, event) in changes {
            match event {
                DeviceEvent::Device(said) => {
                    let number = std::mem::take(&mut folding.device.said.number);
                    folding.device.said = DeviceSaid { number, ..said.clone() };
                }
                DeviceEvent::State(state) => folding.say(stored, state),
            }
        }
        folding.end()
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
        self.device.events = self.left.into_keys().collect();
        self.device
    }
}

/// Every device as it stands, by number.
///
/// # Errors
/// When the store cannot be read.
pub fn devices(reader: &Reader) -> Result<BTreeMap<String, Arc<Device>>, Problem> {
    let all: Arc<Vec<Arc<Device>>> = folds::things(reader, &[DEVICES_ITEM.to_owned()])?;
    Ok(all.iter().map(|device| (device.said.number.clone(), Arc::clone(device))).collect())
}

/// The same as they stood at a moment: what was entered up to then, here or elsewhere.
///
/// # Errors
/// When the store cannot be read.
pub fn devices_at(reader: &Reader, until: Moment) -> Result<Vec<Arc<Device>>, Problem> {
    let mut events = hospital::events_of(reader, DEVICES_ITEM)?;
    events.retain(|stored| stored.envelope.entry_time <= until);
    let mut all = Fold::<Device>::of(events).to_vec();
    all.sort_by(|one, other| one.said.number.cmp(&other.said.number));
    Ok(all)
}
