//! 機器調査台帳: which device and which medium there is, and what was found, kept and done with it.

use serde::{Deserialize, Serialize};

/// Kinds of what is examined: PC, server, storage, network, printer, medical device, medium (CD, USB), log that rolls over, other.
pub const DEVICE_KINDS: [&str; 9] =
    ["pc", "server", "storage", "network", "printer", "medical", "media", "log", "other"];

/// 49: a device, or what is known of it put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSaid {
    /// Its number in the register, given by the station: `機-0012` after the station's mark.
    pub number: String,
    /// Running number of this station's devices in this life of its log, from 1.
    pub no: u64,
    /// Of [`DEVICE_KINDS`].
    pub kind: String,
    /// Its name, or asset number.
    pub name: String,
    /// Where it stands.
    pub place: String,
    /// Whose it is: a department, a vendor.
    pub owner: String,
    /// IP or MAC address, serial number.
    pub address: String,
    /// Of a log, when it rolls over: `YYYY-MM-DD HH:MM`.
    pub until: String,
    /// Of a correction, why.
    pub reason: String,
}

/// 50: what was found of a device, or done with it. Its parents are the events of the device that whoever said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// Its number.
    pub number: String,
    /// Of [`DEVICE_STATES`].
    pub state: String,
    /// Who did it or said so: a vendor, a forensic firm, an officer of the police.
    pub who: String,
    /// 保全: with which tool.
    pub tool: String,
    /// 保全: hash of the image.
    pub hash: String,
    /// 保全: number of the seal.
    pub seal: String,
    /// Power as it was found: on, off, asleep.
    pub power: String,
    /// By how much its clock was off, in words.
    pub clock: String,
    /// Numbers of papers: 任意提出書, 押収品目録.
    pub papers: String,
    /// Anything else; why.
    pub words: String,
}

/// 未確認・LAN切離し・感染・感染の疑い・感染所見なし（業者報告）・保全済・保全不要・初期化・検証済・返却.
pub const DEVICE_STATES: [&str; 10] = [
    "unknown",
    "isolated",
    "infected",
    "suspected",
    "declared_clean",
    "preserved",
    "not_preserved",
    "wiped",
    "verified",
    "returned",
];

/// What is said of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceEvent {
    /// 49.
    Device(DeviceSaid),
    /// 50.
    State(DeviceState),
}

const DEVICE: u16 = 49;
const STATE: u16 = 50;

/// The item of all that is said of devices.
pub const DEVICES_ITEM: &str = "devices";
/// The item of the devices alone, for the next number.
pub const DEVICE_NUMBERS_ITEM: &str = "device-numbers";

impl DeviceEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<DeviceEvent> {
        match kind {
            DEVICE => read_device(texts).map(DeviceEvent::Device),
            STATE => read_state(texts).map(DeviceEvent::State),
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            DeviceEvent::Device(said) => {
                let DeviceSaid { number, no, kind, name, place, owner, address, until, reason } = said;
                (DEVICE, vec![number, no.to_string(), kind, name, place, owner, address, until, reason])
            }
            DeviceEvent::State(said) => {
                let DeviceState { number, state, who, tool, hash, seal, power, clock, papers, words } = said;
                (STATE, vec![number, state, who, tool, hash, seal, power, clock, papers, words])
            }
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        match self {
            DeviceEvent::Device(_) => vec![DEVICES_ITEM.to_owned(), DEVICE_NUMBERS_ITEM.to_owned()],
            DeviceEvent::State(_) => vec![DEVICES_ITEM.to_owned()],
        }
    }
}

fn read_device(texts: &[&str]) -> Option<DeviceSaid> {
    let texts: &[&str; 9] = texts.try_into().ok()?;
    let [number, no, kind, name, place, owner, address, until, reason] = texts.map(str::to_owned);
    Some(DeviceSaid { number, no: no.parse().ok()?, kind, name, place, owner, address, until, reason })
}

fn read_state(texts: &[&str]) -> Option<DeviceState> {
    let texts: &[&str; 10] = texts.try_into().ok()?;
    let [number, state, who, tool, hash, seal, power, clock, papers, words] = texts.map(str::to_owned);
    Some(DeviceState { number, state, who, tool, hash, seal, power, clock, papers, words })
        .filter(|said| DEVICE_STATES.contains(&said.state.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_devices() {
        let [number, kind, name, place] = ["本機-0001", "pc", "PC-017", "3病棟"].map(str::to_owned);
        let device = DeviceSaid { number: number.clone(), no: 1, kind, name, place, ..DeviceSaid::default() };
        let [state, who, tool, hash] = ["preserved", "調査会社", "FTK", "ab"].map(str::to_owned);
        let state = DeviceState { number, state, who, tool, hash, ..DeviceState::default() };
        for (event, kind, golden) in
            [(DeviceEvent::Device(device), DEVICE, DEVICE_HEX), (DeviceEvent::State(state), STATE, STATE_HEX)]
        {
            let event = Event::Device(event);
            let (number, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex.as_str()), (kind, 1, golden));
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    const DEVICE_HEX: &str = "0b000000e69cace6a99f2d3030303101000000310200000070630600000050432d3031370700000033e79785e6a39f00000000000000000000000000000000";
    const STATE_HEX: &str = "0b000000e69cace6a99f2d30303031090000007072657365727665640c000000e8aabfe69fbbe4bc9ae7a4be0300000046544b0200000061620000000000000000000000000000000000000000";
}
