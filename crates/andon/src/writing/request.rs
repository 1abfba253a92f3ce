//! What can be asked of the process that writes: lines of JSON, one each.

use serde::{Deserialize, Serialize};

use super::ChartsAsked;
use super::answer::encode;
use super::departments::DepartmentWish;
use super::desk::DeskWish;
use super::telephone::PhoneWish;
use super::ward::WardWish;
use crate::event::{
    AddressSaid, CommandEvent, CustodyEvent, DeviceEvent, EnvelopeEvent, FlagEvent, GateEvent, ItemSaid, KeptFile,
    KeysEvent, LineSaid, MembershipEvent, OrderEvent, PaperEvent, PeopleEvent, RowSaid, RunsEvent, ScanEvent, Scope,
    SettledEvent, SheetsEvent, StationSaid,
};
use crate::home::Problem;
use crate::hospital::Heard;
use crate::lines::Contact;
use crate::parents::Seen;

/// Bytes of a request with its newline: the sheets of a run over several hundred beds, a few hundred bytes each.
pub(super) const REQUEST_BYTES_MAX: usize = 1 << 20;
/// Bytes of every other request: a name and a reason in a person's words, many times over.
const WORDS_BYTES_MAX: usize = 64 << 10;

/// The closed list of what a command may have written. Every one is small but for the indexes, which take as long as
/// they take while the feed waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// A named person says that two numbers of this home's authority are one person, or takes it back.
    Link {
        /// One number.
        one: String,
        /// The other.
        other: String,
        /// False for an unlink.
        linked: bool,
        /// Who decided.
        by: String,
        /// Why.
        reason: String,
    },
    /// How many bytes, compressed, a source may hold in this home.
    Budget {
        /// The source's name.
        source: String,
        /// Bytes.
        bytes: u64,
    },
    /// After how long without news a source is silent.
    Silence {
        /// The source's name.
        source: String,
        /// Minutes.
        minutes: u32,
    },
    /// By which scheme patient numbers end in check digits.
    CheckDigit {
        /// A word of [`chart::check_digit::SCHEMES`]; empty for none.
        scheme: String,
    },
    /// A named person begins a new life of this station's log, because this home was restored or copied.
    NewIncarnation {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// A person's decision about accounts, sealed cards or the network.
    People {
        /// What.
        event: PeopleEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// A named person sets or takes away a flag of a patient.
    Flag {
        /// What.
        event: FlagEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// A run of sheets takes its number.
    TakeRun {
        /// What it is about.
        scope: Scope,
        /// Who prints.
        by: String,
        /// In which role.
        role: String,
    },
    /// A disagreement was looked into.
    Settle {
        /// The event, of kind 24.
        event: SettledEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// Numbers for temporary patients are taken.
    TakeTemporary {
        /// How many.
        count: u32,
        /// Who takes them.
        by: String,
        /// In which role.
        role: String,
    },
    /// What a run of sheets made.
    SheetsMade {
        /// The event, of kind 12.
        event: SheetsEvent,
        /// Who prints.
        by: String,
        /// In which role.
        role: String,
    },
    /// A piece of a file that was handed in is to be kept, before anybody looks at it.
    KeepPiece {
        /// The file, hexadecimal SHA-256.
        scan: String,
        /// Which piece, from 0.
        piece: u32,
        /// Its bytes in base 64.
        bytes: String,
    },
    /// What a patient brought is to be kept under that patient: codes of medicine paper.
    HandIn {
        /// Assigning authority.
        authority: String,
        /// The patient's number.
        id: String,
        /// The bytes in base 64.
        bytes: String,
    },
    /// What is said of a scan, its pages, or a sheet.
    Scan {
        /// The event, of kinds 15 to 18.
        event: ScanEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of where a thing of paper is, or of a letter. Whether it can be so is looked at by who writes: two desks that
    /// lend one chart at once do not both succeed.
    Paper {
        /// The event, of kinds 20 to 22.
        event: PaperEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What a person says of a source that is held back, of a watched patient, or of a vendor's work. Whether it can be so is
    /// looked at by who writes.
    Gate {
        /// The event, of kinds 37 to 40.
        event: GateEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of printers, plans, runs handed to a printer, and memos.
    Runs {
        /// The event, of kinds 25 to 28.
        event: RunsEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of the officers' keys.
    Keys {
        /// The event, of kinds 32 to 34.
        event: KeysEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// An envelope takes its number.
    TakeEnvelope {
        /// Who makes it.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of envelopes. One that was made is signed once it is written down.
    Envelope {
        /// The event, of kinds 35 and 36.
        event: EnvelopeEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of the vault, and what whoever seals keeps beside the entries; both or neither.
    Custody {
        /// Names and bytes in base 64; without bytes, no longer.
        keep: Vec<(String, String)>,
        /// The event, of kinds 29 to 31, 41 and 42, if there is one.
        event: Option<CustodyEvent>,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What headquarters says. The station gives the numbers, and a change of a line names what it builds on.
    Command {
        /// The event, of kinds 46 to 48, without the numbers that who writes gives.
        event: CommandEvent,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// When it happened, as the person says, milliseconds.
        at: i64,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// The bytes of a file that is attached to a line are kept here, in pieces that were.
    KeptFile {
        /// The event, of kind 52.
        said: KeptFile,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// A row of a sheet of the chronology is entered, or put right. Whether it can be so is looked at by who writes: a row that two desks
    /// type at once becomes one line.
    EnterRow {
        /// The event, of kind 52, without what who writes gives (form, incident, line).
        row: RowSaid,
        /// The line it becomes; of a row on which nothing was written, empty.
        line: LineSaid,
        /// When it happened, as the paper says, milliseconds.
        at: i64,
        /// What stands there is to be corrected.
        correct: bool,
        /// Who enters it.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of a device under examination.
    Device {
        /// The event, of kinds 49 and 50, without the number that who writes gives.
        event: DeviceEvent,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of an item of a register. The station gives the number, and a change names what it builds on.
    Item {
        /// The event, of kind 51.
        event: ItemSaid,
        /// What its form was opened on.
        #[serde(default)]
        seen: Seen,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is prepared for a register is entered, as far as it is not there.
    Prepare {
        /// The register's code.
        register: String,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said at the desk.
    Desk {
        /// What.
        wish: DeskWish,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of appointments and on the telephone.
    Telephone {
        /// What.
        wish: PhoneWish,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said of an order written on paper.
    Order {
        /// The event, of kind 73 or 74.
        event: OrderEvent,
        /// When it happened, as the person says, milliseconds.
        at: i64,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What a ward says of a stay or an inpatient.
    Ward {
        /// What.
        wish: WardWish,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What is said at a department desk.
    Department {
        /// What.
        wish: Box<DepartmentWish>,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// A station is the hospital's from now on, or no longer.
    Station {
        /// The event, of kind 45.
        event: StationSaid,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// The membership key, or what it signed of a station.
    Membership {
        /// The event, of kind 63 or 64.
        event: MembershipEvent,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// Where a station listens.
    Address {
        /// The event, of kind 54.
        event: AddressSaid,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// What was seen of a line to a station, and what it said there that it has.
    Line {
        /// The station, 32 hexadecimal digits.
        station: String,
        /// What was seen, where that is new.
        contact: Option<Contact>,
        /// What it said, where that is new.
        heard: Option<Heard>,
    },
    /// This station's card.
    StationCard {
        /// Its name from now on; `None`: as it is.
        name: Option<String>,
        /// What its numbers begin with; `None`: as it is.
        mark: Option<String>,
        /// Who.
        by: String,
        /// In which role.
        role: String,
    },
    /// A bundle of what other stations do not have yet.
    ExportBundle {
        /// The file, from the root of the machine.
        to: std::path::PathBuf,
        /// Everything, whatever the others have.
        all: bool,
        /// Only for these stations, by name, mark or number; empty: for every other.
        #[serde(default)]
        stations: Vec<String>,
    },
    /// A bundle that was brought into the home is to be taken in.
    TakeBundle {
        /// Its name there.
        name: String,
    },
    /// Charts that go from one station to another.
    Charts {
        /// What of them.
        asked: ChartsAsked,
    },
    /// Throw away what is derived and make it again from the bytes received.
    RebuildIndexes,
}

impl Request {
    /// The word for logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Request::Link { linked: true, .. } => "link",
            Request::Link { linked: false, .. } => "unlink",
            Request::Budget { .. } => "budget",
            Request::Silence { .. } => "silence",
            Request::CheckDigit { .. } => "check_digit",
            Request::NewIncarnation { .. } => "new_incarnation",
            Request::People { .. } => "people",
            Request::Flag { .. } => "flag",
            Request::TakeRun { .. } => "take_run",
            Request::Settle { .. } => "settle",
            Request::TakeTemporary { .. } => "take_temporary",
            Request::SheetsMade { .. } => "sheets_made",
            Request::KeepPiece { .. } => "keep_piece",
            Request::HandIn { .. } => "hand_in",
            Request::Scan { .. } => "scan",
            Request::Paper { .. } => "paper",
            Request::Gate { .. } => "gate",
            Request::Runs { .. } => "runs",
            Request::Keys { .. } => "keys",
            Request::TakeEnvelope { .. } => "take_envelope",
            Request::Envelope { .. } => "envelope",
            Request::Custody { .. } => "custody",
            Request::Command { .. } => "command",
            Request::KeptFile { .. } => "kept_file",
            Request::EnterRow { .. } => "enter_row",
            Request::Device { .. } => "device",
            Request::Item { .. } => "item",
            Request::Prepare { .. } => "prepare",
            Request::Desk { .. } => "desk",
            Request::Telephone { .. } => "telephone",
            Request::Order { .. } => "order",
            Request::Ward { .. } => "ward",
            Request::Department { .. } => "department",
            Request::Station { .. } => "station",
            Request::Membership { .. } => "membership",
            Request::Address { .. } => "address",
            Request::Line { .. } => "line",
            Request::StationCard { .. } => "station_card",
            Request::ExportBundle { .. } => "export_bundle",
            Request::TakeBundle { .. } => "take_bundle",
            Request::Charts { .. } => "charts",
            Request::RebuildIndexes => "rebuild_indexes",
        }
    }

    /// The line that travels. Made before anything is tried, so that the limit is the same whoever writes.
    ///
    /// # Errors
    /// A usage error when it is longer than a request may be.
    pub fn line(&self) -> Result<Vec<u8>, Problem> {
        let line = encode(self)?;
        let large = matches!(
            self,
            Request::SheetsMade { .. }
                | Request::KeepPiece { .. }
                | Request::HandIn { .. }
                | Request::Scan { .. }
                | Request::Custody { .. }
                | Request::Department { .. }
        );
        let most = if large { REQUEST_BYTES_MAX } else { WORDS_BYTES_MAX };
        if line.len() > most {
            return Err(Problem::usage(format!(
                "言葉が長すぎます（全部で {most} バイトまで）。短くしてください。\n\
                 The words are too long (at most {most} bytes in all): shorten them."
            )));
        }
        Ok(line)
    }
}
