//! What this home knows of its vault: targets and recipients folded from events, and where the chain stands, kept beside the entries.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chart::Moment;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use store::{Ends, Reader, Writer};
use vault::{Hash, Head, Holder, Recipient, Signer, Small, Station, Tip, VaultId};

use super::looks::Looked;
use crate::checkpoint::Latest;
use crate::event::{self, CustodyEvent, Event, RECIPIENTS_ITEM, RecipientSaid, VaultSaid, VaultWord};
use crate::home::Problem;
use crate::officers::officers;
pub use crate::proofs::targets;
use crate::writing::{Answer, Request};

/// What the officers' key is for, as a head says it.
pub(super) const OFFICERS: &str = "officers";
/// What a prover's key is for.
const PROVER: &str = "prover";

/// How what is decided here is written: by whoever has the writer.
pub type Write<'a> = &'a dyn Fn(&Request) -> Result<Answer, Problem>;

/// How every name begins that is kept here.
const OWN: &str = "vault:";
const CHAIN: &str = "vault:chain";
const KEY: &str = "vault:key";
/// Segments of which it is kept how they were sealed: five weeks of one every five minutes, longer than a proof stands
/// (`rules::READABLE_DAYS`).
const SEALED_KEPT: u32 = 10_080;
/// Bytes of rows kept under one name: a request of the socket holds it in base 64.
const ROWS_BYTES: usize = 512 << 10;

/// To whom is sealed, with since when: who was named, the provers, and the officers' current key, which comes in by `andon keys` alone.
///
/// # Errors
/// When the store cannot be read.
pub fn recipients(reader: &Reader) -> Result<Vec<(RecipientSaid, Moment)>, Problem> {
    let mut recipients: BTreeMap<String, (RecipientSaid, Moment)> = BTreeMap::new();
    for stored in reader.events_of(RECIPIENTS_ITEM)? {
        if let Event::Custody(CustodyEvent::Recipient(said)) = read(&stored) {
            let since = recipients.get(&said.recipient).filter(|(known, _)| known.on && said.on);
            let since = since.map_or(stored.envelope.entry_time, |(_, since)| *since);
            recipients.insert(said.recipient.clone(), (said, since));
        }
    }
    for prover in crate::proofs::provers(reader)?.into_iter().filter(|prover| prover.said.on) {
        let recipient = prover.said.recipient;
        let said = RecipientSaid { recipient: recipient.clone(), role: PROVER.to_owned(), on: true };
        recipients.insert(recipient, (said, prover.since));
    }
    if let Some(key) = officers(reader)?.current() {
        let said = RecipientSaid { recipient: key.recipient.clone(), role: OFFICERS.to_owned(), on: true };
        recipients.insert(key.recipient.clone(), (said, key.since));
    }
    Ok(recipients.into_values().filter(|(said, _)| said.on).collect())
}

/// The last thing found in one word, of one target; with when.
///
/// # Errors
/// When the store cannot be read.
pub fn last_said(reader: &Reader, word: VaultWord, target: &str) -> Result<Option<(VaultSaid, Moment)>, Problem> {
    let stored = reader.last_event_of(&event::vault_item(word, target))?;
    Ok(stored.and_then(|stored| match read(&stored) {
        Event::Custody(CustodyEvent::Vault(said)) => Some((said, stored.envelope.entry_time)),
        _ => None,
    }))
}

/// The number of that event: of two, which came later, whatever the clock showed.
///
/// # Errors
/// When the store cannot be read.
pub fn last_no(reader: &Reader, word: VaultWord, target: &str) -> Result<Option<store::EventNo>, Problem> {
    Ok(reader.last_event_of(&event::vault_item(word, target))?.map(|stored| stored.no))
}

fn read(stored: &store::StoredEvent) -> Event {
    Event::read(stored.envelope.kind, stored.envelope.version, &stored.envelope.payload)
}

/// Where the chain stands. Written with nothing else changing meanwhile; what is not in it was never sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// Number of the last segment; 0 before the first.
    pub number: u32,
    /// The vault's own words of its end (`Tip`); empty before the first.
    tip: String,
    /// Last parcel and event that are sealed.
    pub parcel: u64,
    /// As `parcel`.
    pub event: u64,
    /// When the last segment was closed, milliseconds; 0 before the first.
    pub sealed: i64,
    /// The head in force: number, and its bytes in base 64.
    head: (u32, String),
    /// Small objects of the last link, name and bytes in base 64: put into the spool again at every start.
    pending: Vec<(String, String)>,
    /// How far the access audit is sealed; homes of before begin with its first line.
    #[serde(default)]
    pub looked: Looked,
}

impl Chain {
    /// The chain of this home; `None` before it has a vault.
    ///
    /// # Errors
    /// When the store cannot be read, or what was kept is not ours.
    pub fn of(reader: &Reader) -> Result<Option<Chain>, Problem> {
        let Some(bytes) = reader.kept(CHAIN)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|_| unreadable())
    }

    /// The vault's name.
    ///
    /// # Errors
    /// When what was kept is not ours.
    pub fn vault(&self) -> Result<VaultId, Problem> {
        VaultId::from_hex(&self.vault).ok_or_else(unreadable)
    }

    /// The end from which the next link goes on.
    ///
    /// # Errors
    /// When what was kept is not ours.
    pub fn tip(&self) -> Result<Tip, Problem> {
        match self.tip.as_str() {
            "" => Ok(Tip::new(self.vault()?)),
            text => Tip::from_text(text).ok_or_else(unreadable),
        }
    }

    /// How far the home is sealed.
    pub fn ends(&self) -> Ends {
        Ends { parcel: self.parcel, event: self.event }
    }

    /// The head in force, with its hash; `None` before the first.
    pub fn head(&self) -> Option<(Head, Hash)> {
        let bytes = BASE64_STANDARD.decode(&self.head.1).ok()?;
        Head::parse(&bytes).map(|(head, _)| (head, Hash::of(&bytes)))
    }

    /// The small objects of the last link.
    pub fn pending(&self) -> Vec<Small> {
        let small = |(name, bytes): &(String, String)| {
            Some(Small { name: name.clone(), bytes: BASE64_STANDARD.decode(bytes).ok()? })
        };
        self.pending.iter().filter_map(small).collect()
    }

    /// The head of its log, as it is printed.
    ///
    /// # Errors
    /// When what was kept is not ours.
    pub fn latest(&self) -> Result<Latest, Problem> {
        let code = self.tip()?.checkpoint().code().ok_or_else(unreadable)?;
        Ok(Latest { code, number: self.number, sealed: self.sealed })
    }

    /// The chain with a new head in force.
    pub fn with_head(&self, head: &Head, bytes: &[u8]) -> Chain {
        Chain { head: (head.number, BASE64_STANDARD.encode(bytes)), ..self.clone() }
    }

    /// The chain after one more link, whose small objects are to be put.
    pub fn after(&self, tip: &Tip, (ends, looked): (Ends, Looked), sealed: Moment, objects: &[Small]) -> Chain {
        let pending = objects.iter().map(|small| (small.name.clone(), BASE64_STANDARD.encode(&small.bytes)));
        Chain {
            vault: self.vault.clone(),
            number: tip.number,
            tip: tip.to_text(),
            parcel: ends.parcel,
            event: ends.event,
            sealed: sealed.0,
            head: self.head.clone(),
            pending: pending.collect(),
            looked,
        }
    }

    /// As it is kept.
    ///
    /// # Errors
    /// None that could be met.
    pub fn kept(&self) -> Result<(String, String), Problem> {
        let text = serde_json::to_vec(self).map_err(|error| Problem::failed(error.to_string()))?;
        Ok((CHAIN.to_owned(), BASE64_STANDARD.encode(text)))
    }
}

fn unreadable() -> Problem {
    Problem::failed(
        "保管庫の状態を読めません。新しいプログラムで書かれたものなら、そのプログラムを使ってください。\n\
         Where the vault stands cannot be read: if a newer program wrote it, use that one.",
    )
}

/// The key by which this station signs for its vault: of the vault alone, so that the key of its log never leaves the store.
///
/// # Errors
/// When the store cannot be read.
pub fn signing_key(reader: &Reader) -> Result<Option<SigningKey>, Problem> {
    let key = reader.kept(KEY)?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok(key.map(|key| SigningKey::from_bytes(&key)))
}

/// The vault's name and key, made where there is none yet.
///
/// # Errors
/// When the store cannot be written.
pub fn ensure(reader: &Reader, write: Write<'_>, by: &(String, String)) -> Result<Chain, Problem> {
    if let Some(chain) = Chain::of(reader)? {
        return Ok(chain);
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Problem::failed(error.to_string()))?;
    let public = SigningKey::from_bytes(&secret).verifying_key();
    let chain = Chain { vault: VaultId::random().map_err(super::problem)?.hex(), ..Chain::default() };
    let words = format!("{} {}", chain.vault, vault::hash::to_hex(public.as_bytes()));
    let said = VaultSaid { word: VaultWord::Made, target: String::new(), number: 0, words };
    write(&Request::Custody {
        keep: vec![chain.kept()?, (KEY.to_owned(), BASE64_STANDARD.encode(secret))],
        event: Some(CustodyEvent::Vault(said)),
        by: by.0.clone(),
        role: by.1.clone(),
    })?;
    Ok(chain)
}

/// The head that is to be in force: this station, and to whom is sealed. The one there is where it says the same.
///
/// # Errors
/// When a recipient is none.
pub fn wanted_head(reader: &Reader, chain: &Chain, key: &SigningKey, now: Moment) -> Result<(Head, bool), Problem> {
    let id = vault::hash::from_hex(&reader.about().station).and_then(|id| id.try_into().ok()).ok_or_else(unreadable)?;
    let holder = |(said, since): (RecipientSaid, Moment)| {
        let recipient: Recipient = said.recipient.parse().map_err(|_| unreadable())?;
        Ok(Holder { recipient, since: since.0, role: said.role })
    };
    let holders = recipients(reader)?.into_iter().map(holder).collect::<Result<Vec<_>, Problem>>()?;
    let (vault, made, training) = (chain.vault()?, now.0, reader.about().training);
    let text = Hash::of(vault::head::vault_text(&vault, made, training).as_bytes());
    let (number, previous, text) =
        chain.head().map_or((0, Hash::ZERO, text), |(head, hash)| (head.number, hash, head.text));
    let stations = vec![Station { id, key: key.verifying_key() }];
    let head = Head { vault, number: number + 1, previous, made, training, text, stations, holders };
    let same = |one: &Head, other: &Head| {
        let keys =
            |head: &Head| head.holders.iter().map(|h| (h.recipient.to_string(), h.role.clone())).collect::<Vec<_>>();
        keys(one) == keys(other) && one.stations == other.stations
    };
    match chain.head() {
        Some((known, _)) if same(&known, &head) => Ok((known, false)),
        _ => Ok((head, true)),
    }
}

/// Who signs for the vault.
///
/// # Errors
/// When the vault's name cannot be one of a key.
pub fn signer(chain: &Chain, key: SigningKey) -> Result<Signer, Problem> {
    Signer::new(&chain.vault()?.origin(), key).map_err(super::problem)
}

/// The rows of a span of the index, as [`keep_rows`] kept them; `None` where they are not there.
///
/// # Errors
/// When the store cannot be read.
pub fn rows(reader: &Reader, span: &std::ops::RangeInclusive<u32>) -> Result<Option<Vec<u8>>, Problem> {
    let mut rows = Vec::new();
    for part in 0.. {
        match reader.kept(&rows_name(span, part))? {
            Some(bytes) => rows.extend(bytes),
            None if part == 0 => return Ok(None),
            None => break,
        }
    }
    Ok(Some(rows))
}

/// How the rows of a span are kept: in parts, each small enough for a request.
pub fn keep_rows(span: &std::ops::RangeInclusive<u32>, rows: &[u8]) -> Vec<(String, String)> {
    let parts = rows.chunks(ROWS_BYTES).enumerate();
    parts.map(|(part, bytes)| (rows_name(span, part), BASE64_STANDARD.encode(bytes))).collect()
}

/// Names under which the rows of a span are kept, of so many bytes.
pub fn rows_names(span: &std::ops::RangeInclusive<u32>, bytes: usize) -> Vec<(String, String)> {
    (0..bytes.div_ceil(ROWS_BYTES)).map(|part| (rows_name(span, part), String::new())).collect()
}

fn rows_name(span: &std::ops::RangeInclusive<u32>, part: usize) -> String {
    format!("vault:rows:{}-{}:{part}", span.start(), span.end())
}

/// How far a target is, by its name: the number of the last segment it has, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Number of the last segment it has.
    pub number: u32,
    /// When that was put, milliseconds.
    pub at: i64,
}

/// How far a target is.
///
/// # Errors
/// When the store cannot be read.
pub fn reached(reader: &Reader, target: &str) -> Result<Reached, Problem> {
    let kept = reader.kept(&format!("vault:at:{target}"))?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

/// How that is kept.
///
/// # Errors
/// None that could be met.
pub fn keep_reached(target: &str, reached: Reached) -> Result<(String, String), Problem> {
    let text = serde_json::to_vec(&reached).map_err(|error| Problem::failed(error.to_string()))?;
    Ok((format!("vault:at:{target}"), BASE64_STANDARD.encode(text)))
}

/// A segment as this home sealed it: by this a prover's word on it is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// SHA-256 of its manifest.
    pub hash: [u8; 32],
    /// Last parcel and event in it or before it.
    pub parcel: u64,
    /// As `parcel`.
    pub event: u64,
    /// When it was closed, milliseconds.
    pub at: i64,
}

fn sealed_name(number: u32) -> String {
    format!("vault:sealed:{number}")
}

/// A segment of this vault as it was sealed; `None` for one that is not, or is older than the last [`SEALED_KEPT`].
///
/// # Errors
/// When the store cannot be read.
pub fn sealed(reader: &Reader, number: u32) -> Result<Option<Sealed>, Problem> {
    let kept = reader.kept(&sealed_name(number))?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// How the last segment of a chain is kept, and which is kept no longer.
///
/// # Errors
/// When what was kept is not ours.
pub fn keep_sealed(chain: &Chain) -> Result<Vec<(String, String)>, Problem> {
    let Chain { number, parcel, event, sealed: at, .. } = *chain;
    let text = serde_json::to_vec(&Sealed { hash: chain.tip()?.hash.0, parcel, event, at });
    let text = text.map_err(|error| Problem::failed(error.to_string()))?;
    let mut keep = vec![(sealed_name(number), BASE64_STANDARD.encode(text))];
    keep.extend(number.checked_sub(SEALED_KEPT).map(|old| (sealed_name(old), String::new())));
    Ok(keep)
}

/// Does what [`Request::Custody`] asks, with the writer in hand: what is kept and the event, both or neither.
///
/// # Errors
/// When the store cannot be written.
pub fn commit(
    writer: &mut Writer,
    keep: &[(String, String)],
    event: Option<CustodyEvent>,
    by: (&str, &str),
    now: Moment,
) -> Result<(), Problem> {
    if keep.iter().any(|(name, _)| !name.starts_with(OWN)) {
        return Err(unreadable());
    }
    let decoded = keep.iter().map(|(name, bytes)| Ok((name, BASE64_STANDARD.decode(bytes).map_err(|_| unreadable())?)));
    let decoded = decoded.collect::<Result<Vec<_>, Problem>>()?;
    let new = event.and_then(|event| event::new_event(&Event::Custody(event), by, now));
    writer.batch(|batch| {
        decoded.iter().try_for_each(|(name, bytes)| batch.keep(name, bytes))?;
        new.iter().try_for_each(|event| batch.append_event(event).map(drop))
    })?;
    Ok(())
}
