//! お薬手帳 and prescription codes that a patient brings: typed by a 2D scanner that acts as a keyboard, or laid down as a file. Kept as
//! they came, under the patient whom a person names; whose they say they are is compared first (promise 15).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chart::{HANDED_IN, Moment, PatientId, Person, fold_kana, fold_name};
use formats::jahis::{self, Joined};
use store::{Act, Arrival, NewSource, PersonRow, Reader, Writer};

use super::pieces::{Write, scan_id};
use crate::event::{Filing, ScanEvent};
use crate::home::Problem;
use crate::record::JAHIS_FOLDER;
use crate::writing::Request;

/// What codes say before they are put on a chart.
pub struct Read {
    /// Each code, or set of codes that belong together.
    pub sets: Vec<Joined>,
    /// In what the codes and the chart differ about who it is, in words; empty when they agree.
    pub unlike: Vec<String>,
}

impl Read {
    /// How many drugs they name.
    pub fn drugs(&self) -> usize {
        let bodies = self.sets.iter().flat_map(|set| &set.decoded.bodies);
        bodies.filter(|body| matches!(body, chart::Body::Drug(_))).count()
    }

    /// Parts of split codes that are still missing.
    pub fn missing(&self) -> usize {
        self.sets.iter().map(|set| set.missing.len()).sum()
    }
}

/// Reads codes and compares whose they say they are with the patient.
///
/// # Errors
/// When it is no such code, or no such patient is in the copy.
pub fn read(reader: &Reader, patient: &PatientId, bytes: &[u8]) -> Result<Read, Problem> {
    if !jahis::is_jahis(bytes) {
        return Err(Problem::failed(
            "お薬手帳・処方箋の二次元コードではありません（JAHIS で始まる行がない）。読み取り直してください。\n\
             Not a code of a medicine notebook or prescription (no line begins with JAHIS): scan it again.",
        ));
    }
    let Some(person) = reader.person(patient)? else {
        return Err(Problem::failed(
            "この番号の患者はこのコピーにありません。`andon search` で確かめてください。\n\
             No patient of this number is in this copy; try `andon search`.",
        ));
    };
    let sets = jahis::join(&[bytes]);
    let holders = sets.iter().filter_map(|set| set.decoded.holder.as_deref());
    let mut unlike: Vec<String> = holders.flat_map(|holder| differences(holder, &person)).collect();
    unlike.dedup();
    Ok(Read { sets, unlike })
}

/// In what a code's holder and a patient differ: birth date, or name in kanji and in kana both.
fn differences(holder: &Person, person: &PersonRow) -> Vec<String> {
    let mut unlike = Vec::new();
    if let (Some(theirs), Some(ours)) = (holder.birth, person.birth)
        && theirs != ours
    {
        unlike.push(format!("生年月日 / birth date: {theirs} ≠ {ours}"));
    }
    let names: Vec<String> = holder
        .names
        .iter()
        .map(|name| format!("{} {}", name.family, name.given))
        .filter(|name| !name.trim().is_empty())
        .collect();
    let is_same = |name: &String| {
        fold_name(name) == fold_name(&person.name)
            || fold_kana(name) == fold_kana(&person.kana)
            || person.former.iter().any(|former| fold_name(former) == fold_name(name))
    };
    if !names.is_empty() && !names.iter().any(is_same) {
        unlike.push("氏名・カナ / name and kana".to_owned());
    }
    unlike
}

/// Puts codes on a patient's chart: the bytes first, then who brought them and who checked.
///
/// # Errors
/// When the store refuses.
pub fn keep(
    patient: &PatientId,
    bytes: &[u8],
    filing: Filing,
    by: (&str, &str),
    write: Write<'_>,
) -> Result<(), Problem> {
    let (authority, id) = (patient.authority.clone(), patient.id.clone());
    write(&Request::HandIn { authority: authority.clone(), id: id.clone(), bytes: STANDARD.encode(bytes) })?;
    let event = ScanEvent::Filed(Filing { scan: scan_id(bytes), authority, id, ..filing });
    write(&Request::Scan { event, by: by.0.to_owned(), role: by.1.to_owned() })?;
    Ok(())
}

/// Takes what was handed in into the store, under its patient.
///
/// # Errors
/// When it is not base 64, or the store refuses.
pub fn take(writer: &mut Writer, patient: &PatientId, bytes: &str, now: Moment) -> Result<(), Problem> {
    let bytes = STANDARD.decode(bytes).map_err(|_| Problem::usage("base64"))?;
    let source = match writer.handed_in(HANDED_IN)? {
        Some(source) => source.no,
        None => {
            let (name, authority) = (HANDED_IN.to_owned(), patient.authority.clone());
            let new = NewSource { name, authority, root: Default::default(), added: now, silence_minutes: u32::MAX };
            writer.add_source(&new)?.no
        }
    };
    let path = format!("{JAHIS_FOLDER}{}", scan_id(&bytes));
    let arrival =
        Arrival { path: path.as_bytes(), size: bytes.len() as u64, mtime_ns: 0, act: Act::Seen { bytes: &bytes } };
    writer.batch(|batch| batch.arrive(source, &patient.id, now, &[arrival]).map(drop))?;
    Ok(())
}
