//! お薬手帳 and prescription codes that a patient brings: typed by a 2D scanner that acts as a keyboard, or laid down as a file. Kept as
//! they came, under the patient whom a person names; whose they say they are is compared first (promise 15).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chart::disagreement::unlike;
use chart::identity::{FormerName, Patient};
use chart::{HANDED_IN, Moment, PatientId};
use formats::jahis::{self, Joined};
use serde::Deserialize;
use store::{Act, Arrival, NewSource, Reader, Writer};

use super::pieces::{Write, scan_id};
use crate::event::{Filing, ScanEvent};
use crate::home::Problem;
use crate::record::JAHIS_FOLDER;
use crate::writing::Request;

/// Bytes handed in at once: several notebooks.
pub const BYTES_MAX: usize = 256 << 10;

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
    let Some(person) = known(reader, patient)? else {
        return Err(Problem::failed(
            "この番号の患者はこのコピーにありません。`andon search` で確かめてください。\n\
             No patient of this number is in this copy; try `andon search`.",
        ));
    };
    let sets = jahis::join(&[bytes]);
    let holders = sets.iter().filter_map(|set| set.decoded.holder.as_deref());
    let mut found: Vec<&str> = holders.flat_map(|holder| unlike(holder, &person)).collect();
    // Nothing is known of a temporary patient that a name could be compared with.
    if person.is_unnamed() {
        found.push("unnamed");
    }
    found.sort_unstable();
    found.dedup();
    Ok(Read { sets, unlike: found.into_iter().map(|what| unlike_words(what).to_owned()).collect() })
}

/// In what a code and a chart differ, in words.
fn unlike_words(what: &str) -> &'static str {
    match what {
        "birth" => "生年月日 / birth date",
        "sex" => "性別 / sex",
        "unnamed" => "仮患者で、比べる氏名も生年月日もない / a temporary patient: nothing to compare with",
        _ => "氏名・カナ / name and kana",
    }
}

/// What the copy knows of a patient whom a code may name; `None` for a number that nobody has.
fn known(reader: &Reader, patient: &PatientId) -> Result<Option<Patient>, Problem> {
    let PatientId { authority, id } = patient.clone();
    if crate::temporary::is_issued(reader, patient)? {
        return Ok(Some(Patient { authority, id, temporary: true, ..Patient::default() }));
    }
    let former = |name| FormerName { name, kana: String::new(), since: None, until: None };
    Ok(reader.person(patient)?.map(|row| Patient {
        authority,
        id,
        name: row.name,
        kana: row.kana,
        birth_date: row.birth,
        sex: row.sex,
        former_names: row.former.into_iter().map(former).collect(),
        ..Patient::default()
    }))
}

/// What somebody was told by telephone or fax about one drug.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// Its name with strength.
    #[serde(default)]
    pub drug: String,
    /// How much a day, a number.
    #[serde(default)]
    pub daily: String,
    /// Of what: 錠, 包 …
    #[serde(default)]
    pub unit: String,
    /// How it is taken.
    #[serde(default)]
    pub usage: String,
    /// For how many days.
    #[serde(default)]
    pub days: String,
    /// When it was given out, `YYYYMMDD`.
    #[serde(default)]
    pub day: String,
    /// Who told it: the pharmacy or the hospital.
    #[serde(default)]
    pub from: String,
}

impl Told {
    /// In the form of a notebook's code, so that it is read as one; it names no holder. Empty where no drug is named.
    pub fn code(&self) -> String {
        // The format has no way to write a comma (技術文書 24-104); a line end would begin another record.
        let plain = |text: &str| text.trim().replace([',', '\r', '\n'], "、");
        let Told { drug, daily, unit, usage, days, day, from } = self;
        let [drug, daily, unit, usage, days, day, from] =
            [drug, daily, unit, usage, days, day, from].map(|text| plain(text));
        if drug.is_empty() {
            return String::new();
        }
        format!(
            "JAHISTC08,1\r\n5,{day},8\r\n11,{from},,,,,,,8\r\n201,1,{drug},{daily},{unit},1,,8,,,\r\n301,1,{usage},{days},日分,1,1,,8\r\n"
        )
    }
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
    // A source hands in under one authority: temporary patients have others.
    let own = patient.authority == writer.about().authority;
    let name = if own { HANDED_IN.to_owned() } else { format!("{HANDED_IN} {}", patient.authority) };
    let source = match writer.handed_in(&name)? {
        Some(source) => source.no,
        None => {
            let authority = patient.authority.clone();
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
