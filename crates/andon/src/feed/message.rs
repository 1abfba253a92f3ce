//! What the feed reads in a message: enough to list, count and find it. The chart reads it again, wholly, when asked.

use chart::{Body, Fault, Flag, Moment, Person, When};
use formats::ssmix2::{Decoded, FilePath, Place, peek};
use store::FaultRow;

use super::unit::split;
use crate::decode::decode_placed;

/// Faults listed of one file; a file with more is bad enough to be opened.
const FAULTS_A_FILE: usize = 50;

/// What one message says of the person, and how much its word counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Saying {
    /// State of the message by its file name.
    pub flag: Flag,
    /// 発生日時, else MSH-7.
    pub sent: Option<Moment>,
    /// What it says.
    pub person: std::sync::Arc<Person>,
    /// Its PID-3 names another number than the path: it may be another patient's.
    pub doubtful: bool,
}

/// What one file says, as far as the lists and indexes need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reading {
    /// What was not understood.
    pub faults: Vec<FaultRow>,
    /// Numbers in PID-3 that are not the path's.
    pub others: Vec<String>,
    /// What it says of the person.
    pub saying: Option<Saying>,
    /// What it says, where it may bring the patient on a list.
    pub listed: Option<Listed>,
    /// Its kind, and what the gate saw of it.
    pub judged: (String, super::gate::Look),
}

/// A message of a kind of which the lists are made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listed {
    /// What its path says.
    pub named: FilePath,
    /// Its kind, as the record names it.
    pub kind: String,
    /// MSH-7.
    pub message: Option<When>,
    /// What it says.
    pub bodies: Vec<Body>,
}

/// Reads a file by its path below the root; `patient` is the number it is filed under, empty for none.
pub(super) fn read(path: &[u8], bytes: &[u8], patient: &str) -> Reading {
    let named = FilePath::parse(path);
    let Decoded { meta, bodies, mut faults } = decode_placed(&named, bytes);
    if named.place == Place::Other {
        // Folders of no shape are taken as they come; the path's own fault says why nothing more is known of them. What
        // is no message either (a licence, a list) is one thing not understood, not one a line.
        faults.truncate(if is_message(bytes) { faults.len() } else { 0 });
        faults.push(Fault { code: "outside_standard", at: "path".into(), text: String::new() });
    }
    let others = meta.ids.iter().filter(|id| !patient.is_empty() && *id != patient).cloned().collect();
    let doubtful = !named.patient.is_empty() && meta.ids.iter().any(|id| *id != named.patient);
    let sent = named.sent.map(|when| when.start);
    let dated = sent.or(meta.message.map(|when| when.start));
    let flag = named.flag;
    let kind = crate::record::kind(&named);
    let (listed, bodies) = match listed_kind(path).is_some() {
        true => (Some(Listed { named, kind, message: meta.message, bodies }), Vec::new()),
        false => (None, bodies),
    };
    let said = listed.as_ref().map_or(bodies.as_slice(), |listed| listed.bodies.as_slice());
    let person = said.iter().find_map(|body| if let Body::Person(person) = body { Some(person.clone()) } else { None });
    Reading {
        faults: faults.into_iter().take(FAULTS_A_FILE).map(row).collect(),
        others,
        saying: person.map(|person| Saying { flag, sent: dated, person, doubtful }),
        listed,
        judged: Default::default(),
    }
}

/// Begins as an HL7 message does, marks before it aside (MLLP start of block, byte order mark).
fn is_message(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.strip_prefix(b"\x0B").unwrap_or(bytes).starts_with(b"MSH")
}

/// MSH-11, as sent, of a message that says it is training or debugging (HL7 table 0103: `T`, `D`). A look at the
/// header, not a decoding: a real home must not even store it.
pub(super) fn training(bytes: &[u8]) -> Option<String> {
    let processing = peek(bytes).processing;
    matches!(processing.as_str(), "T" | "D").then_some(processing)
}

/// 発生日時 of the name.
pub(super) fn sent(path: &[u8]) -> Option<Moment> {
    FilePath::sent_of(path).map(|when| when.start)
}

fn row(fault: Fault) -> FaultRow {
    FaultRow { code: fault.code.to_owned(), at: fault.at, text: fault.text }
}

/// What a file says of the person, for the search row.
pub(super) fn saying(path: &[u8], bytes: &[u8]) -> Option<Saying> {
    read(path, bytes, "").saying
}

/// The kind of which lists are made ([`chart::lists::matters`]) that a path names, by its path alone.
pub(super) fn listed_kind(path: &[u8]) -> Option<&str> {
    let kind = kind_of_path(path);
    chart::lists::matters(kind).then_some(kind)
}

/// True for 患者基本情報, the message that says who a patient is (table 1.2).
pub(super) fn is_basic(path: &[u8]) -> bool {
    kind_of_path(path) == "ADT-00"
}

/// The data kind a path names: the folder below the day, else the third part of the file name, else `?`.
pub(super) fn kind_of_path(path: &[u8]) -> &str {
    let mut parts = path.split(|b| *b == b'/').rev();
    let name = parts.next().unwrap_or_default();
    let mut below: &[u8] = b"";
    for folder in parts {
        if (folder == b"-" || (folder.len() == 8 && folder.iter().all(u8::is_ascii_digit))) && !below.is_empty() {
            return std::str::from_utf8(below).unwrap_or("?");
        }
        below = folder;
    }
    match name_parts(name) {
        Some([_, _, kind, ..]) => kind,
        _ => "?",
    }
}

/// The patient number in a file name of the standard's form; empty for any other name.
pub(super) fn patient_of_name(path: &[u8]) -> &str {
    match name_parts(split(path).1) {
        Some([patient, ..]) => patient,
        None => "",
    }
}

/// The seven parts of `患者ID_診療日_データ種別_オーダNo_発生日時_診療科コード_フラグ` (guideline 1.2g §1.1).
fn name_parts(name: &[u8]) -> Option<[&str; 7]> {
    let mut parts = std::str::from_utf8(name).ok()?.split('_');
    let seven = [(); 7].map(|()| parts.next());
    let flagged = matches!(seven[6], Some("0" | "1" | "2")) && parts.next().is_none();
    if !flagged {
        return None;
    }
    let [a, b, c, d, e, f, g] = seven;
    Some([a?, b?, c?, d?, e?, f?, g?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_kind_and_patient() {
        for (path, kind, patient) in [
            ("999/901/9999013/-/ADT-00/9999013_-_ADT-00_9_20111220224447339_-_1", "ADT-00", "9999013"),
            ("9999013_20110701_OMD_9_20111220224447339_-_1", "OMD", "9999013"),
            ("12345678/20110701/^note^L/12345678_20110701_note_5_2011_1/main.xml", "^note^L", ""),
            ("readme.txt", "?", ""),
        ] {
            assert_eq!((kind_of_path(path.as_bytes()), patient_of_name(path.as_bytes())), (kind, patient), "{path}");
        }
    }
}
