//! Witnesses of this vault's log: whose lines count, what each has seen, what one is asked, and what it answered (C2SP tlog-witness).

use std::collections::BTreeMap;

use chart::Moment;
use serde::Serialize;
use store::Reader;
use vault::log::{Asked, Checkpoint, Tree};
use vault::note::{Kind, NOTE_BYTES_MAX};
use vault::{Hash, Small, Target, Verifier, name};

use super::seal::spool;
use super::state::{self, Chain, Write};
use super::{deliver, problem};
use crate::event::{CustodyEvent, Event, Keeping, WITNESSES_ITEM, WitnessSaid, WitnessWord};
use crate::home::{Exit, Home, Problem};
use crate::writing::Request;

/// Checkpoints at a place that are looked at, newest first, for one of ours.
const LAID_MAX: usize = 100;

/// A witness, and the newest of our heads that it signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Its name, the first word of its key.
    pub name: String,
    /// Its public key in one line.
    pub key: String,
    /// Entries of the log it has seen; 0 for none yet.
    pub size: u64,
    /// The last segment they go up to; 0 where that is not known.
    pub number: u32,
    /// When it signed, by its own clock.
    pub at: Option<Moment>,
}

impl Known {
    /// The key by which its lines are checked.
    pub fn verifier(&self) -> Option<Verifier> {
        Verifier::parse(&self.key)
    }
}

/// The witnesses whose lines count, in the order of their names.
///
/// # Errors
/// When the store cannot be read.
pub fn known(reader: &Reader) -> Result<Vec<Known>, Problem> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    for stored in reader.events_of(WITNESSES_ITEM)? {
        let envelope = &stored.envelope;
        let event = Event::read(envelope.kind, envelope.version, &envelope.payload);
        let Event::Custody(CustodyEvent::Witness(said)) = event else { continue };
        let Some(verifier) = Verifier::parse(&said.key) else { continue };
        let WitnessSaid { word, key, size, number, seconds } = said;
        match word {
            WitnessWord::Add => {
                let new = || Known { name: verifier.name, key: key.clone(), size: 0, number: 0, at: None };
                known.entry(key.clone()).or_insert_with(new);
            }
            WitnessWord::Remove => drop(known.remove(&key)),
            WitnessWord::Took => {
                let at = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1000)).map(Moment);
                if let Some(one) = known.get_mut(&key).filter(|one| one.size <= size) {
                    (one.size, one.number, one.at) = (size, number, at);
                }
            }
        }
    }
    let mut known: Vec<Known> = known.into_values().collect();
    known.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(known)
}

/// The card of a witness: its public key in one line, as `andon vault witness init` prints it.
///
/// # Errors
/// It is none.
pub fn card(text: &str) -> Result<Verifier, Problem> {
    let found = text.lines().find_map(|line| Verifier::parse(line.trim())).filter(|key| key.kind == Kind::Witness);
    found.ok_or_else(|| {
        Problem::usage(
            "証人の公開鍵（名前+8桁+…の一行）がありません。証人の側の `andon vault witness init` が表示した行を指定してください。\n\
             No public key of a witness (NAME+8 digits+…): give the line that `andon vault witness init` showed there.",
        )
    })
}

/// What a witness is asked.
pub struct ToSign {
    /// Checkpoint and proof.
    pub asked: Asked,
    /// The key of this log in one line, which a witness must know the first time.
    pub key: String,
    /// Entries of the log.
    pub size: u64,
}

fn no_vault() -> Problem {
    Problem::failed(
        "つながっている保管先に、封じた保管単位がまだありません。`andon vault status` で確かめてください。\n\
         No place that is connected has a segment yet; see `andon vault status`.",
    )
}

/// Places that are there now and hold something, those that have most first.
fn reachable(reader: &Reader, chain: &Chain) -> Result<Vec<(Keeping, Target)>, Problem> {
    deliver::connected(reader, chain, state::targets(reader)?)
}

/// The newest checkpoint at a place that this vault's key signed, with its name: what somebody laid there under a higher number is none.
fn newest(target: &Target, key: &Verifier) -> Result<Option<(String, Vec<u8>, Checkpoint)>, Problem> {
    for object in target.list(name::CHECKPOINTS).map_err(problem)?.into_iter().rev().take(LAID_MAX) {
        let note = target.read(&object.name, NOTE_BYTES_MAX).map_err(problem)?;
        if let Some((checkpoint, _)) = Checkpoint::parse(&note).filter(|(_, parsed)| key.signed(parsed)) {
            return Ok(Some((object.name, note, checkpoint)));
        }
    }
    Ok(None)
}

/// The newest head that a place has, with the proof that it continues the one of `since` entries.
///
/// # Errors
/// No place is there; none has so many entries.
pub fn to_sign(reader: &Reader, since: u64) -> Result<ToSign, Problem> {
    let chain = Chain::of(reader)?.ok_or_else(no_vault)?;
    let signer = state::signer(&chain, state::signing_key(reader)?.ok_or_else(no_vault)?)?;
    let log = chain.tip()?.log;
    for (_, target) in reachable(reader, &chain)? {
        let Some((object, note, checkpoint)) = newest(&target, &signer.verifier())? else { continue };
        let tree = Tree::new(&log, &target);
        if tree.root(checkpoint.size).map_err(problem)? != checkpoint.root {
            return Err(contradicts(&object));
        }
        if since > checkpoint.size {
            return Err(Problem::usage(format!(
                "記録は {0} 行です。--since は証人が見た行数（{0} 以下）にしてください。\n\
                 The log has {0} entries: --since is what the witness has seen, at most {0}.",
                checkpoint.size
            )));
        }
        let proof = tree.consistency(since, checkpoint.size).map_err(problem)?;
        let asked = Asked { old: since, proof, note };
        return Ok(ToSign { asked, key: signer.verifier().text(), size: checkpoint.size });
    }
    Err(no_vault())
}

fn contradicts(object: &str) -> Problem {
    Problem {
        exit: Exit::Integrity,
        words: format!(
            "{object}: この端末の記録と食い違います。保管庫かこの端末が作り替えられた疑いがあります。両方をそのまま残し、情報担当に知らせてください。\n\
             {object}: it contradicts the log of this station. The vault or this station may have been made anew: keep both and tell IT."
        ),
    }
}

/// What was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The object's name at every place.
    pub object: String,
    /// Entries of the log.
    pub size: u64,
    /// The last segment they go up to; 0 where that is not known.
    pub number: u32,
    /// The witnesses that signed.
    pub witnesses: Vec<String>,
    /// Places that have it now; another has it with the next segment.
    pub places: usize,
}

/// Takes in a head that a witness signed too: looks whether it is one of ours, puts it to every place, and has the log say so.
///
/// # Errors
/// It is no such thing, or another vault's; no witness that counts signed it; of exit code 4 where it contradicts the log here.
pub fn take(home: &Home, bytes: &[u8], write: Write<'_>, by: &(String, String)) -> Result<Taken, Problem> {
    let reader = home.reader()?;
    let chain = Chain::of(&reader)?.ok_or_else(no_vault)?;
    let signer = state::signer(&chain, state::signing_key(&reader)?.ok_or_else(no_vault)?)?;
    let parsed = Checkpoint::parse(bytes).filter(|(head, note)| {
        Some(&head.origin) == chain.vault().ok().map(|vault| vault.origin()).as_ref() && signer.verifier().signed(note)
    });
    let (head, note) = parsed.ok_or_else(not_ours)?;
    let signed = |one: Known| one.verifier().and_then(|key| key.witnessed(&note)).map(|seconds| (one, seconds));
    let signed: Vec<(Known, u64)> = known(&reader)?.into_iter().filter_map(signed).collect();
    if signed.is_empty() {
        return Err(nobody());
    }
    let places = reachable(&reader, &chain)?;
    let number = number_of(&chain, &places, &head, &signer.sign(&note.text))?;
    let small = Small { name: name::witnessed(head.size, &Hash::of(bytes)), bytes: bytes.to_vec() };
    let spooled = Target::Disk(vault::Disk::create(spool(home).root()).map_err(problem)?);
    let put = |place: &Target| place.put(&small.name, &mut &small.bytes[..], small.bytes.len() as u64);
    put(&spooled).map_err(problem)?;
    // A place that says no now has it from the spool with the next segment.
    let open = |keeping: &Keeping| deliver::open(&keeping.place, Some(&reader)).ok();
    let had = places.iter().filter(|(keeping, _)| open(keeping).is_some_and(|place| put(&place).is_ok())).count();
    for (one, seconds) in &signed {
        let (word, key, size, seconds) = (WitnessWord::Took, one.key.clone(), head.size, *seconds);
        let said = WitnessSaid { word, key, size, number, seconds };
        let (by, role) = by.clone();
        write(&Request::Custody { keep: Vec::new(), event: Some(CustodyEvent::Witness(said)), by, role })?;
    }
    let witnesses = signed.into_iter().map(|(one, _)| one.name).collect();
    Ok(Taken { object: small.name, size: head.size, number, witnesses, places: had })
}

/// The last segment of a head of ours, by the name under which the head itself is kept.
fn number_of(chain: &Chain, places: &[(Keeping, Target)], head: &Checkpoint, kept: &str) -> Result<u32, Problem> {
    let log = chain.tip()?.log;
    let short = Hash::of(kept.as_bytes()).short();
    let of_size = |size: u64| format!("log/checkpoints ({size})");
    if head.size > log.size() {
        return Err(contradicts(&of_size(head.size)));
    }
    let mut number = None;
    for (_, place) in places {
        if Tree::new(&log, place).root(head.size).map_err(problem)? != head.root {
            return Err(contradicts(&of_size(head.size)));
        }
        let objects = place.list(name::CHECKPOINTS).map_err(problem)?;
        let found = objects.iter().filter_map(|object| name::parse(&object.name, name::CHECKPOINTS));
        number = number.or(found.into_iter().find(|(_, hash)| *hash == short).map(|(number, _)| number));
    }
    if places.is_empty() { Err(no_vault()) } else { Ok(number.unwrap_or(0)) }
}

fn not_ours() -> Problem {
    Problem::failed(
        "この保管庫の記録の見出し（チェックポイント）ではありません。証人から受け取ったファイルか確かめてください。何も変えていません。\n\
         Not a checkpoint of this vault: is it the file that the witness gave back? Nothing was changed.",
    )
}

fn nobody() -> Problem {
    Problem::failed(
        "登録した証人の署名がありません。証人の公開鍵を `andon vault witness add` で先に登録してください。何も変えていません。\n\
         No witness that is registered signed it: register its key first, with `andon vault witness add`. Nothing was changed.",
    )
}
