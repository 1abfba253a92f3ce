//! Writing what is said of devices: the station gives the number, and what must not happen is refused.

use chart::Moment;
use store::{NewEvent, Writer};

use super::devices::{Device, devices, may_follow};
use super::say::numbered;
use crate::event::{
    self, DEVICE_KINDS, DEVICE_NUMBERS_ITEM, DEVICE_STATES, DeviceEvent, DeviceSaid, DeviceState, Event,
};
use crate::home::{Problem, one_of, wrong};
use crate::parents::Seen;
use crate::writing::Answer;

/// Characters of a name, a place, a number.
const CHARS_MAX: usize = 200;

/// Writes what is said of a device.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(
    writer: &mut Writer,
    event: &DeviceEvent,
    seen: &Seen,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let (event, parents, number) = match event {
        DeviceEvent::Device(said) => {
            let said = registered(writer, said.clone())?;
            let number = said.number.clone();
            (DeviceEvent::Device(said), Vec::new(), number)
        }
        DeviceEvent::State(said) => {
            let all = devices(writer)?;
            let number = said.number.trim().to_owned();
            let device = all.get(&number).ok_or_else(|| no_device(&number))?;
            allowed(device, said)?;
            let parents = seen.parents(&device.tips, |hash| device.events.contains(hash))?;
            (DeviceEvent::State(DeviceState { number: number.clone(), ..said.clone() }), parents, number)
        }
    };
    if let Some(new) = event::new_event(&Event::Device(event), by, now) {
        writer.append_events(&[NewEvent { parents, ..new }])?;
    }
    Ok(Answer::Said { incident: String::new(), number })
}

fn no_device(number: &str) -> Problem {
    wrong(
        &format!("{number}: この番号の機器はありません。`andon devices` で確かめてください。"),
        &format!("{number}: no device has this number; see `andon devices`."),
    )
}

fn registered(writer: &Writer, mut said: DeviceSaid) -> Result<DeviceSaid, Problem> {
    one_of(&said.kind, &DEVICE_KINDS)?;
    let texts = [&said.name, &said.place, &said.owner, &said.address, &said.until, &said.reason];
    if said.name.trim().is_empty() || texts.iter().any(|text| text.chars().count() > CHARS_MAX) {
        return Err(wrong(
            "機器の名前（資産番号など）を、200文字までで書いてください。",
            "Give the device a name or asset number, at most 200 characters.",
        ));
    }
    if !said.number.is_empty() {
        let known = devices(writer)?;
        let device = known.get(&said.number).ok_or_else(|| no_device(&said.number))?;
        if said.reason.trim().is_empty() {
            return Err(wrong("直す理由を書いてください。", "Say why it is put right."));
        }
        said.no = device.said.no;
        return Ok(said);
    }
    let head = writer.head();
    let own = writer.events_of(DEVICE_NUMBERS_ITEM)?.into_iter().filter_map(|stored| {
        let of = &stored.envelope;
        let present = (of.station, of.incarnation) == (head.station, head.incarnation);
        match Event::read(of.kind, of.version, &of.payload) {
            Event::Device(DeviceEvent::Device(device)) if present => Some(device.no),
            _ => None,
        }
    });
    said.no = own.max().unwrap_or(0) + 1;
    said.number = numbered(writer, "機", said.no)?;
    Ok(said)
}

fn allowed(device: &Device, said: &DeviceState) -> Result<(), Problem> {
    one_of(&said.state, &DEVICE_STATES)?;
    if said.state == "wiped" && !device.kept {
        return Err(wrong(
            "保全の前に初期化はできません。保全済（だれが・何で・ハッシュ・封印）か、保全不要（だれがそう言ったか）を先に記録してください。",
            "Nothing is wiped before it was preserved: record `preserved` (who, tool, hash, seal) or `not_preserved` (who said so) first.",
        ));
    }
    let who = matches!(said.state.as_str(), "declared_clean" | "preserved" | "not_preserved" | "wiped" | "verified");
    if who && said.who.trim().is_empty() {
        return Err(wrong(
            "だれがそうしたか（業者・調査会社・警察・職員）を書いてください。",
            "Say who did it or said so: vendor, forensic firm, police, staff.",
        ));
    }
    if !may_follow(device, &said.state) {
        return Err(wrong(
            &format!("今の状態（{}）から {} にはできません。", device.state, said.state),
            &format!("It cannot become {} from {}.", said.state, device.state),
        ));
    }
    if said.state == "verified" && device.state != "wiped" && said.words.trim().is_empty() {
        return Err(wrong(
            "初期化せずに検証済とする理由と、どう検証したかを書いてください。業者の「感染所見なし」は検証ではありません。",
            "Say why it was not wiped and how it was verified: a vendor's \"nothing found\" is no verification.",
        ));
    }
    Ok(())
}
