//! The closed list of everything a person or the station itself can say: what is written in a station's log.
//!
//! The store keeps envelopes and knows no kinds; here each kind has its number, its version and its payload. A payload
//! is UTF-8 fields, each with its length before it (docs/encoding.md). An unknown kind is kept and shown, never guessed.

mod bookings;
mod checks;
mod command;
mod custody;
mod departments;
mod devices;
mod envelope;
mod flags;
mod following;
mod gate;
mod keys;
mod lines;
mod membership;
mod orders;
mod people;
mod registers;
mod runs;
mod scans;
mod settled;
mod sheets;
mod stations;
mod stays;
mod temporary;
#[cfg(test)]
mod tests;
mod visits;
mod whereabouts;

use std::collections::BTreeMap;

use chart::temporary::Block;
use chart::{Moment, PatientId};
use store::{LookHead, NewEvent};

use crate::home::{Home, Problem};

pub use bookings::{
    BOOKING_ACTS, BOOKINGS_ITEM, BookingEvent, BookingSaid, CALL_ACTS, CALL_LISTS_ITEM, CALL_ROWS_ITEM, CALLS_ITEM,
    LIST_ACTS, ROW_ACTS,
};
pub use checks::{Check, Checked, WITNESSES_ITEM, WitnessSaid, WitnessWord, check_item};
pub use command::{
    CATEGORIES, CommandEvent, INCIDENT_ACTS, INCIDENT_KINDS, INCIDENTS_ITEM, IncidentAct, IncidentSaid, LEVELS,
    LINE_ACTS, LINE_STATES, LINES_ITEM, LineAct, LineChanged, LineSaid, MEANS, PLANS, chronology_item, line_item,
};
pub use custody::{
    CustodyEvent, Keeping, PROVERS_ITEM, ProverSaid, RECIPIENTS_ITEM, RecipientSaid, TARGETS_ITEM, VAULT_ITEM,
    VERDICTS_ITEM, VaultSaid, VaultWord, VerdictSaid, is_of_custody, vault_item, verdict_item,
};
pub use departments::{
    CRITICALS_ITEM, DELIVERIES_ITEM, DepartmentEvent, DepartmentSaid, LIMITS_ITEM, QUERIES_ITEM, RESULTS_ITEM,
    SLIPS_ITEM,
};
pub use devices::{
    DEVICE_KINDS, DEVICE_NUMBERS_ITEM, DEVICE_STATES, DEVICES_ITEM, DeviceEvent, DeviceSaid, DeviceState,
};
pub use envelope::{
    ENVELOPE_NUMBERS_ITEM, ENVELOPE_RULES_ITEM, ENVELOPES_ITEM, EnvelopeAct, EnvelopeEvent, EnvelopePlan, MadeEnvelope,
};
pub use flags::{FLAGS_ITEM, Flag, FlagEvent};
pub use following::{FOLLOWING_ITEM, FollowEvent};
pub use gate::{Announced, Canary, GATE_ITEM, GateAct, GateAlarm, GateDecision, GateEvent, GateRule};
pub use keys::{KEYS_ITEM, KeysEvent, Together};
pub use lines::{ATTACHED_ITEM, KeptFile, LinesEvent, ROW_STATES, ROWS_ITEM, RowSaid};
pub use membership::{MembershipEvent, MembershipKey, SignedStation};
pub use orders::{ORDER_ACTS, ORDER_FIELDS, ORDER_KINDS, ORDERS_ITEM, OrderActed, OrderEvent, OrderLine, OrderSaid};
pub use people::{ACCOUNTS_ITEM, Account, BREAK_GLASS_ITEM, Opening, PeopleEvent, account_item};
pub use registers::{ENTERED_ITEM, ITEM_ACTS, ItemAct, ItemSaid, register_item};
pub use runs::{
    AT_STOP, GATE_NOTICES, InstitutionSaid, JOBS_ITEM, Job, JobState, LabelSaid, PLANNED, PRINTING_ITEM, Plan,
    RunsEvent, memo_item,
};
pub use scans::{Filing, InBatch, ReadPage, SCANS_ITEM, SHEET_ACTS, SHEET_ACTS_ITEM, ScanEvent, SheetAct, scan_item};
pub use settled::SettledEvent;
pub use sheets::{MADE_ITEM, MadeSheet, RUNS_ITEM, Scope, SheetsEvent, ToldBoxes, boxes_item, run_item};
pub use stations::{ADDRESSES_ITEM, AddressSaid, STATION_WORDS, STATIONS_ITEM, StationSaid, StationWord};
pub use stays::{NOTE_ACTS, NOTES_ITEM, STAY_ACTS, STAYS_ITEM, StayEvent, StaySaid};
pub use temporary::{BLOCKS_ITEM, blocks_item};
pub use visits::{
    INTAKE_FIELDS, INTAKES_ITEM, IntakeSaid, NAME_KINDS, NAMES_ITEM, NameSaid, QUEUE_ROWS_ITEM, QueueRow,
    RECEIVED_ITEM, TICKETS_ITEM, TicketBlock, VISIT_ACTS, VisitEvent, VisitMoved, VisitSaid, tickets_item, visits_item,
};
pub use whereabouts::{
    DONE, KINDS, LETTER_KINDS, LETTERS_ITEM, Letter, OPEN, PAPER_ACTS, PaperAct, PaperEvent, PaperSaid, THINGS_ITEM,
    Thing, guide_item, paper_item,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// 1: the home was made.
    HomeMade {
        /// Program version.
        program: String,
    },
    /// 2: a source was added to this home.
    SourceAdded {
        /// Its name.
        name: String,
        /// Its root, as given.
        root: String,
    },
    /// 3: a named person says that two numbers are one person; 4: takes it back.
    Linked {
        /// One number.
        one: PatientId,
        /// The other.
        other: PatientId,
        /// False for an unlink (kind 4).
        linked: bool,
        /// Why.
        reason: String,
    },
    /// 5: a named person begins a new life of this station's log, because its home was restored or copied.
    LifeBegun {
        /// The number of that life.
        incarnation: u32,
        /// Why.
        reason: String,
    },
    /// 6 to 10: of people.
    People(PeopleEvent),
    /// 11, 12 and 19: of sheets.
    Sheets(SheetsEvent),
    /// 13: 秘匿.
    Flag(FlagEvent),
    /// 15 to 18: of paper that comes back.
    Scan(ScanEvent),
    /// 20 to 22: of where things of paper are.
    Paper(PaperEvent),
    /// 23: numbers of temporary patients were taken.
    Temporary(Block),
    /// 24: a disagreement was looked into.
    Settled(SettledEvent),
    /// 25 to 28, 65 and 81: of printing.
    Runs(RunsEvent),
    /// 32 to 34: of the officers' keys.
    Keys(KeysEvent),
    /// 37 to 40: of the gate on a feed.
    Gate(GateEvent),
    /// 35 and 36: of envelopes.
    Envelope(EnvelopeEvent),
    /// 29 to 31 and 41 to 44: of the vault.
    Custody(CustodyEvent),
    /// 45: of a station.
    Station(StationSaid),
    /// 54: where a station listens.
    Address(AddressSaid),
    /// 63 and 64: of the hospital's membership key.
    Membership(MembershipEvent),
    /// 60 to 62: of charts that go from one station to another.
    Follow(FollowEvent),
    /// 46 to 48: of headquarters.
    Command(CommandEvent),
    /// 49 and 50: of devices.
    Device(DeviceEvent),
    /// 51: of an item of a register.
    Item(ItemSaid),
    /// 52: of files and sheets of paper that lines of the chronology come with.
    Lines(LinesEvent),
    /// 55 to 59 and 66: of the desk: tickets, visits, names, rows of queue sheets, what was asked.
    Visit(VisitEvent),
    /// 67 to 70: of appointments, lists of people to be called, and calls.
    Booking(BookingEvent),
    /// 71 and 72: of stays on a ward, and what a ward says of an inpatient.
    Stay(StayEvent),
    /// 73 and 74: of orders written on paper.
    Order(OrderEvent),
    /// 75 to 80: of department desks: slips, results, call-backs, deliveries, queries, limits.
    Department(DepartmentEvent),
    /// 14: the station saw the access audit stand here.
    Looks(LookHead),
    /// A kind or version this program does not know.
    Unknown {
        /// Kind number.
        kind: u16,
        /// Version number.
        version: u16,
    },
}

const HOME_MADE: u16 = 1;
const SOURCE_ADDED: u16 = 2;
const LINK: u16 = 3;
const UNLINK: u16 = 4;
const LIFE_BEGUN: u16 = 5;
const LOOKS: u16 = 14;

/// The item under which the log says where the access audit stood. A new life of the log begins it anew: in a home that
/// was restored, the audit may be older than what an earlier life saw.
pub const LOOKS_ITEM: &str = "looks";

/// The item name under which the store files events of a patient.
pub fn patient_item(id: &PatientId) -> String {
    format!("patient:{}/{}", id.authority, id.id)
}

impl Event {
    /// Reads a stored event.
    pub fn read(kind: u16, version: u16, payload: &[u8]) -> Event {
        let fields = fields(payload);
        let texts: Vec<&str> = fields.iter().flatten().map(String::as_str).collect();
        let id = |authority: &str, id: &str| PatientId { authority: authority.to_owned(), id: id.to_owned() };
        match (kind, version, texts.as_slice()) {
            (HOME_MADE, 1, [program]) => Event::HomeMade { program: (*program).to_owned() },
            (SOURCE_ADDED, 1, [name, root]) => {
                Event::SourceAdded { name: (*name).to_owned(), root: (*root).to_owned() }
            }
            (LINK | UNLINK, 1, [a1, i1, a2, i2, reason]) => {
                Event::Linked { one: id(a1, i1), other: id(a2, i2), linked: kind == LINK, reason: (*reason).to_owned() }
            }
            (LIFE_BEGUN, 1, [incarnation, reason]) => match incarnation.parse() {
                Ok(incarnation) => Event::LifeBegun { incarnation, reason: (*reason).to_owned() },
                Err(_) => Event::Unknown { kind, version },
            },
            (LOOKS, 1, [lines, hash]) => match lines.parse() {
                Ok(lines) => Event::Looks(LookHead { lines, hash: (*hash).to_owned() }),
                Err(_) => Event::Unknown { kind, version },
            },
            (_, 1, texts) if fields.is_some() => {
                let people = || PeopleEvent::read(kind, texts).map(Event::People);
                let sheets = || SheetsEvent::read(kind, texts).map(Event::Sheets);
                let flags = || FlagEvent::read(kind, texts).map(Event::Flag);
                let scans = || ScanEvent::read(kind, texts).map(Event::Scan);
                let papers = || PaperEvent::read(kind, texts).map(Event::Paper);
                let runs = || RunsEvent::read(kind, texts).map(Event::Runs);
                let blocks = || temporary::read(kind, texts).map(Event::Temporary);
                let settled = || SettledEvent::read(kind, texts).map(Event::Settled);
                let known = people().or_else(sheets).or_else(flags).or_else(scans).or_else(papers).or_else(runs);
                let gates = || GateEvent::read(kind, texts).map(Event::Gate);
                let envelopes = || EnvelopeEvent::read(kind, texts).map(Event::Envelope);
                let custody = || CustodyEvent::read(kind, texts).map(Event::Custody);
                let keys = || KeysEvent::read(kind, texts).map(Event::Keys);
                let known = known.or_else(blocks).or_else(settled).or_else(envelopes).or_else(gates);
                let stations = || StationSaid::read(kind, texts).map(Event::Station);
                let command = || CommandEvent::read(kind, texts).map(Event::Command);
                let devices = || DeviceEvent::read(kind, texts).map(Event::Device);
                let items = || ItemSaid::read(kind, texts).map(Event::Item);
                let known = known.or_else(custody).or_else(keys).or_else(stations).or_else(command).or_else(devices);
                let lines = || LinesEvent::read(kind, texts).map(Event::Lines);
                let addresses = || AddressSaid::read(kind, texts).map(Event::Address);
                let membership = || MembershipEvent::read(kind, texts).map(Event::Membership);
                let following = || FollowEvent::read(kind, texts).map(Event::Follow);
                let known = known.or_else(items).or_else(lines).or_else(addresses);
                let visits = || VisitEvent::read(kind, texts).map(Event::Visit);
                let bookings = || BookingEvent::read(kind, texts).map(Event::Booking);
                let stays = || StayEvent::read(kind, texts).map(Event::Stay);
                let orders = || OrderEvent::read(kind, texts).map(Event::Order);
                let known = known.or_else(membership).or_else(following).or_else(visits).or_else(bookings);
                let known = known.or_else(stays).or_else(orders);
                let departments = || DepartmentEvent::read(kind, texts).map(Event::Department);
                known.or_else(departments).unwrap_or(Event::Unknown { kind, version })
            }
            _ => Event::Unknown { kind, version },
        }
    }

    /// Kind, version and payload; `None` for an unknown event, which is never written.
    fn encode(&self) -> Option<(u16, u16, Vec<u8>)> {
        let (kind, texts) = match self {
            Event::HomeMade { program } => (HOME_MADE, vec![program.clone()]),
            Event::SourceAdded { name, root } => (SOURCE_ADDED, vec![name.clone(), root.clone()]),
            Event::Linked { one, other, linked, reason } => {
                let texts = [&one.authority, &one.id, &other.authority, &other.id, reason].map(String::clone);
                (if *linked { LINK } else { UNLINK }, texts.to_vec())
            }
            Event::LifeBegun { incarnation, reason } => (LIFE_BEGUN, vec![incarnation.to_string(), reason.clone()]),
            Event::Looks(head) => (LOOKS, vec![head.lines.to_string(), head.hash.clone()]),
            Event::People(event) => event.fields(),
            Event::Sheets(event) => event.fields(),
            Event::Scan(event) => event.fields(),
            Event::Paper(event) => event.fields(),
            Event::Runs(event) => event.fields(),
            Event::Keys(event) => event.fields(),
            Event::Gate(event) => event.fields(),
            Event::Envelope(event) => event.fields(),
            Event::Custody(event) => event.fields(),
            Event::Station(said) => said.fields(),
            Event::Address(said) => said.fields(),
            Event::Membership(event) => event.fields(),
            Event::Follow(event) => event.fields(),
            Event::Command(event) => event.fields(),
            Event::Device(event) => event.fields(),
            Event::Item(said) => said.fields(),
            Event::Lines(event) => event.fields(),
            Event::Visit(event) => event.fields(),
            Event::Booking(event) => event.fields(),
            Event::Stay(event) => event.fields(),
            Event::Order(event) => event.fields(),
            Event::Department(event) => event.fields(),
            Event::Flag(event) => (flags::FLAG, event.fields()),
            Event::Settled(event) => (settled::SETTLED, event.fields()),
            Event::Temporary(block) => (temporary::TAKEN, temporary::fields(block)),
            Event::Unknown { .. } => return None,
        };
        Some((kind, 1, texts.iter().flat_map(|text| field(text)).collect()))
    }

    fn items(&self) -> Vec<String> {
        match self {
            Event::Linked { one, other, .. } => vec![patient_item(one), patient_item(other)],
            Event::People(event) => event.items(),
            Event::Sheets(event) => event.items(),
            Event::Scan(event) => event.items(),
            Event::Settled(event) => event.items(),
            Event::Temporary(block) => temporary::items(block),
            Event::Paper(event) => event.items(),
            Event::Runs(event) => event.items(),
            Event::Keys(_) => vec![KEYS_ITEM.to_owned()],
            Event::Gate(event) => event.items(),
            Event::Envelope(event) => event.items(),
            Event::Custody(event) => event.items(),
            Event::Station(_) | Event::Membership(_) => vec![STATIONS_ITEM.to_owned()],
            Event::Address(_) => vec![ADDRESSES_ITEM.to_owned()],
            Event::Follow(_) => vec![FOLLOWING_ITEM.to_owned()],
            Event::Command(event) => event.items(),
            Event::Device(event) => event.items(),
            Event::Item(said) => said.items(),
            Event::Lines(event) => event.items(),
            Event::Visit(event) => event.items(),
            Event::Booking(event) => event.items(),
            Event::Stay(event) => event.items(),
            Event::Order(event) => event.items(),
            Event::Department(event) => event.items(),
            Event::Flag(event) => vec![FLAGS_ITEM.to_owned(), patient_item(&event.patient())],
            Event::LifeBegun { .. } | Event::Looks(_) => vec![LOOKS_ITEM.to_owned()],
            _ => Vec::new(),
        }
    }
}

/// `u32` length, little endian, then UTF-8.
fn field(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    [&length.to_le_bytes(), text.as_bytes()].concat()
}

fn fields(mut payload: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while !payload.is_empty() {
        let (length, rest) = payload.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        texts.push(String::from_utf8(text.to_vec()).ok()?);
        payload = rest;
    }
    Some(texts)
}

/// Fields with what each says, out of the texts behind an event's head; a name twice would be another event with the same bytes read.
fn pairs(texts: &[&str]) -> Option<BTreeMap<String, String>> {
    let (pairs, []) = texts.as_chunks::<2>() else { return None };
    let values: BTreeMap<String, String> =
        pairs.iter().map(|[field, value]| ((*field).to_owned(), (*value).to_owned())).collect();
    (values.len() == pairs.len()).then_some(values)
}

/// The texts of an event: its head, then pairs of field and what it says, in the order of the fields' bytes.
fn headed(head: Vec<String>, values: BTreeMap<String, String>) -> Vec<String> {
    head.into_iter().chain(values.into_iter().flat_map(<[String; 2]>::from)).collect()
}

/// Writes an event into this station's log, by a person or, with an empty name, by the station itself.
///
/// # Errors
/// When the store cannot be written.
pub fn append(writer: &mut store::Writer, event: &Event, person: &str, now: Moment) -> Result<(), Problem> {
    append_as(writer, event, (person, if person.is_empty() { "station" } else { "staff" }), now)
}

/// Writes an event by a person in a role.
///
/// # Errors
/// When the store cannot be written.
pub fn append_as(
    writer: &mut store::Writer,
    event: &Event,
    (person, role): (&str, &str),
    now: Moment,
) -> Result<(), Problem> {
    let Some(new) = new_event(event, (person, role), now) else { return Ok(()) };
    writer.append_events(&[new])?;
    Ok(())
}

/// An event by a person in a role, to be written with something else; `None` for an unknown one.
pub fn new_event(event: &Event, (person, role): (&str, &str), now: Moment) -> Option<NewEvent> {
    let (kind, version, payload) = event.encode()?;
    let (person, role, items) = (person.to_owned(), role.to_owned(), event.items());
    let (event_time, entry_time, parents) = (now, now, Vec::new());
    Some(NewEvent { event_time, entry_time, person, role, items, parents, kind, version, payload })
}

/// The first event of every log.
///
/// # Errors
/// When the home does not open.
pub fn home_made(home: &Home, now: Moment) -> Result<(), Problem> {
    let event = Event::HomeMade { program: env!("CARGO_PKG_VERSION").to_owned() };
    append(&mut home.writer()?, &event, "", now)
}
