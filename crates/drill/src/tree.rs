//! Paths and file names of SS-MIX2 (`standards.md` §1.1, §1.6) and the header of transaction records.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::day::Day;
use crate::kinds::Kind;
use crate::messages::Entry;
use crate::plan::Plan;
use crate::rng::mix;

/// Roots below the folder of a drill: data without a date; dated before this year; dated since; transactions; extended.
pub const ROOTS: [&str; 5] = ["std1", "std2", "std3", "tr", "ext"];

/// `PID3/PID3/PID`. A number shorter than six characters, for which no rule is known, is not made by the drill.
pub fn patient_folder(patient: &str) -> PathBuf {
    Path::new(&patient[..3]).join(&patient[3..6]).join(patient)
}

/// The standardized root a date belongs to: the vendor gave `-` data a root of its own, and began another with the year of
/// the stop.
pub fn root_of(plan: &Plan, care: &str) -> &'static str {
    let year = plan.last_day().ymd().0;
    match care.get(..4).and_then(|text| text.parse::<i32>().ok()) {
        None => ROOTS[0],
        Some(care) if care < year => ROOTS[1],
        Some(_) => ROOTS[2],
    }
}

/// The name of a file with its condition flag: `1` current, `2` superseded, `0` deleted.
pub fn file_name(patient: &str, entry: &Entry, kind: &str, flag: char) -> String {
    let Entry { care, order, department, .. } = entry;
    format!("{patient}_{care}_{kind}_{order}_{}_{department}_{flag}", entry.sent.digits17())
}

/// Folder of an entry below its root.
pub fn folder(patient: &str, entry: &Entry, kind: &str) -> PathBuf {
    patient_folder(patient).join(&entry.care).join(kind)
}

/// Path below the drill's folder.
pub fn path(plan: &Plan, patient: &str, entry: &Entry, kind: &str, flag: char) -> PathBuf {
    Path::new(root_of(plan, &entry.care)).join(folder(patient, entry, kind)).join(file_name(patient, entry, kind, flag))
}

/// The flags as they stand after all messages of a patient have come in their order: an update turns the file before it
/// to `2`; a cancel turns every file of the key to `0` and is itself `0`.
pub fn flags(entries: &[Entry]) -> Vec<char> {
    let mut flags = vec!['1'; entries.len()];
    let mut known: HashMap<(&str, Kind, &str), Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let before = known.entry((&entry.care, entry.kind, &entry.order)).or_default();
        for old in before.iter() {
            match (entry.cancel, flags[*old]) {
                (true, _) => flags[*old] = '0',
                (false, '1') => flags[*old] = '2',
                _ => (),
            }
        }
        if entry.cancel {
            flags[at] = '0';
        }
        before.push(at);
    }
    flags
}

/// A word for one file, for drawing its dialect.
pub fn file_key(patient: &str, entry: &Entry) -> u64 {
    let words = [patient, entry.kind.code(), &entry.order].map(|text| {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    });
    mix(&[words[0], words[1], words[2], entry.sent.0 as u64])
}

/// One record of transaction storage. The guideline's header layout was not at hand, so this is ours, in one ASCII line
/// ended by CR LF: `SSMIX2.00`, record bytes, 処理区分 `INS` or `DEL`, 施設ID, 患者ID, 診療日, データ種別, オーダNo, 発生日時,
/// 診療科コード, コンディションフラグ, each parted by a comma; then exactly that many bytes of message and CR LF.
pub fn record(patient: &str, entry: &Entry, bytes: &[u8]) -> Vec<u8> {
    let Entry { care, order, department, .. } = entry;
    let (act, flag) = if entry.cancel { ("DEL", '0') } else { ("INS", '1') };
    let head = format!(
        "SSMIX2.00,{:08},{act},9990000001,{patient},{care},{},{order},{},{department},{flag}\r\n",
        bytes.len(),
        entry.kind.code(),
        entry.sent.digits17()
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

/// Name of the transaction file of a day below its root: one file a day, begun at midnight.
pub fn transaction_file(day: Day) -> PathBuf {
    let text = day.digits();
    Path::new(&text[..4]).join(format!("TR_{text}000000000_00001.DAT"))
}
