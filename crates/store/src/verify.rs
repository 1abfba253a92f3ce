//! Proof by reading: every content, every chain, every signature, every page.

use std::collections::HashMap;

use ed25519_dalek::{Signature, VerifyingKey};

use crate::event::{Envelope, EventHash, StationId, head_statement};
use crate::parcel::{Header, Held, Parcel, Place, content_id};
use crate::{Error, Reader, Result};

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: a kind of entry and its number, e.g. `parcel 12 content 3`; never patient data.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

/// What a walk through the whole home found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Sightings read.
    pub sightings: u64,
    /// Contents whose SHA-256 was computed and compared.
    pub contents: u64,
    /// Events whose hash and link were compared.
    pub events: u64,
    /// Signatures checked.
    pub signatures: u64,
    /// What is wrong; empty for a sound home. At most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
}

/// A verdict lists this many findings and no more.
pub const MAX_FINDINGS: usize = 1000;

impl Verdict {
    /// Nothing was found wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, place: impl Into<String>, what: impl Into<String>) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { place: place.into(), what: what.into() });
        }
    }
}

/// Where a walk over parcels stands.
#[derive(Default)]
struct Walk {
    /// Next position of each source.
    next: HashMap<u32, u64>,
    /// The first 8 bytes of the name of the last contents referred to, to spare re-reading one parcel for each.
    last: Option<(u64, Parcel)>,
    steps: u64,
}

impl Reader {
    /// Reads everything and compares: content hashes, parcel digests, dense positions, references, event chain,
    /// signatures, and SQLite's own check of pages and indexes. `progress` is told how many parcels and events were
    /// read so far. What was written while it runs may be left out.
    ///
    /// # Errors
    /// Only when the walk cannot go on; damage is a [`Finding`].
    pub fn verify(&self, mut progress: impl FnMut(u64)) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        let mut walk = Walk::default();
        self.check("parcels", &mut verdict, |verdict| self.verify_parcels(&mut walk, verdict, &mut progress))?;
        self.check("events", &mut verdict, |verdict| self.verify_events(&mut walk.steps, verdict, &mut progress))?;
        self.check("signatures", &mut verdict, |verdict| self.verify_heads(verdict))?;
        self.check("pages", &mut verdict, |verdict| self.verify_pages(verdict))?;
        Ok(verdict)
    }

    /// A page that cannot be decrypted ends one part of the walk, not the others.
    fn check(&self, part: &str, verdict: &mut Verdict, work: impl FnOnce(&mut Verdict) -> Result<()>) -> Result<()> {
        match work(verdict) {
            Err(error @ (Error::Sql { .. } | Error::Damaged { .. })) => {
                verdict.find(part, error.to_string());
                Ok(())
            }
            done => done,
        }
    }

    fn verify_parcels(&self, walk: &mut Walk, verdict: &mut Verdict, progress: &mut impl FnMut(u64)) -> Result<()> {
        let mut rows = self
            .db
            .prepare("SELECT no, source, patient, first, count, received, digest, body FROM parcel ORDER BY no")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let header = Header {
                no: row.get(0)?,
                source: row.get(1)?,
                patient: row.get(2)?,
                first: row.get(3)?,
                count: row.get(4)?,
                received: row.get(5)?,
            };
            let digest: Vec<u8> = row.get(6)?;
            let body: Vec<u8> = row.get(7)?;
            self.verify_parcel(walk, verdict, &header, &digest, &body)?;
            walk.steps += 1;
            progress(walk.steps);
        }
        for source in self.all_sources()? {
            let next = walk.next.get(&source.no).copied().unwrap_or(1);
            if next <= source.last_position {
                verdict.find(
                    format!("source {}", source.no),
                    format!("positions {next} to {} are missing", source.last_position),
                );
            }
        }
        Ok(())
    }

    fn verify_parcel(
        &self,
        walk: &mut Walk,
        verdict: &mut Verdict,
        header: &Header,
        digest: &[u8],
        body: &[u8],
    ) -> Result<()> {
        let place = format!("parcel {}", header.no);
        let next = walk.next.entry(header.source).or_insert(1);
        if *next != header.first {
            verdict.find(
                &place,
                format!("begins at position {} of source {} instead of {next}", header.first, header.source),
            );
        }
        *next = header.first + header.count;
        let Some(parcel) = Parcel::open(body) else {
            verdict.find(&place, "its body cannot be unpacked");
            return Ok(());
        };
        if header.digest(parcel.meta()) != digest || parcel.lines.len() as u64 != header.count {
            verdict.find(&place, "its header or metadata was changed");
        }
        for (index, (line, held)) in parcel.placed(header.no).into_iter().enumerate() {
            verdict.sightings += 1;
            let Held::At(at) = held else { continue };
            let sound = match line.held {
                Held::Here { .. } => {
                    verdict.contents += 1;
                    let bytes = parcel.content(at.slot).map(|(bytes, _)| bytes);
                    bytes.is_some_and(|bytes| content_id(bytes) == line.content) && self.indexed(at, line.content)?
                }
                _ => self.refers(walk, at, line.content)?,
            };
            if !sound {
                verdict.find(format!("{place} sighting {index}"), "its bytes are not those it was named by");
            }
        }
        Ok(())
    }

    /// Whether the index of contents leads to a place.
    fn indexed(&self, at: Place, content: chart::ContentId) -> Result<bool> {
        let sql = "SELECT count(*) FROM content WHERE epoch = ?1 AND hash = ?2 AND parcel = ?3 AND slot = ?4";
        let epochs = self.epochs()?;
        let mut row = self.db.prepare_cached(sql)?;
        let hash = crate::known::stored(crate::known::key(&content));
        for epoch in 0..=epochs {
            if row.query_row((epoch, hash, at.parcel, at.slot), |row| row.get::<_, u64>(0))? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn refers(&self, walk: &mut Walk, at: Place, content: chart::ContentId) -> Result<bool> {
        if walk.last.as_ref().is_none_or(|(no, _)| *no != at.parcel) {
            match self.parcel(at.parcel) {
                Ok((_, parcel)) => walk.last = Some((at.parcel, parcel)),
                Err(Error::Damaged { .. }) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        let named = walk.last.as_ref().and_then(|(_, parcel)| parcel.content(at.slot));
        Ok(named.is_some_and(|(_, name)| name == content))
    }

    fn verify_events(&self, steps: &mut u64, verdict: &mut Verdict, progress: &mut impl FnMut(u64)) -> Result<()> {
        let mut heads: HashMap<(StationId, u32), (u64, EventHash)> = HashMap::new();
        let mut rows =
            self.db.prepare("SELECT no, station, incarnation, log_no, hash, bytes FROM event ORDER BY no")?;
        let mut rows = rows.query([])?;
        let mut expected = 1;
        while let Some(row) = rows.next()? {
            let no: u64 = row.get(0)?;
            let place = format!("event {no}");
            if no != expected {
                verdict.find(&place, format!("follows event {}", expected - 1));
            }
            expected = no + 1;
            let bytes: Vec<u8> = row.get(5)?;
            let hash = EventHash(row.get(4)?);
            verdict.events += 1;
            *steps += 1;
            progress(*steps);
            if EventHash::of(&bytes) != hash {
                verdict.find(&place, "its bytes do not have the hash stored with them");
            }
            let Some(envelope) = Envelope::decode(&bytes) else {
                verdict.find(&place, "its bytes are no event known to this program");
                continue;
            };
            let named = (StationId(row.get(1)?), row.get::<_, u32>(2)?, row.get::<_, u64>(3)?);
            if named != (envelope.station, envelope.incarnation, envelope.no) {
                verdict.find(&place, "is filed under another number than its bytes say");
            }
            let log = (envelope.station, envelope.incarnation);
            let (last, head) = heads.get(&log).copied().unwrap_or_default();
            if (envelope.no != last + 1 || envelope.prev_hash != head.0) && !self.stands_apart(&envelope)? {
                verdict.find(&place, "does not follow the event before it");
            }
            if envelope.no > last {
                heads.insert(log, (envelope.no, hash));
            }
        }
        self.verify_unsigned(verdict, &heads)
    }

    /// The last event of every log must be vouched for.
    fn verify_unsigned(
        &self,
        verdict: &mut Verdict,
        heads: &HashMap<(StationId, u32), (u64, EventHash)>,
    ) -> Result<()> {
        let sql = "SELECT count(*) FROM head WHERE station = ?1 AND incarnation = ?2 AND log_no = ?3 AND hash = ?4";
        for ((station, incarnation), (no, hash)) in heads {
            let mut row = self.db.prepare_cached(sql)?;
            let signed: u64 = row.query_row((&station.0[..], incarnation, no, &hash.0[..]), |row| row.get(0))?;
            if signed == 0 {
                verdict.find(
                    format!("log {station} incarnation {incarnation}"),
                    format!("event {no} at its head is not signed"),
                );
            }
        }
        Ok(())
    }

    fn verify_heads(&self, verdict: &mut Verdict) -> Result<()> {
        let mut rows = self.db.prepare(
            "SELECT h.station, h.incarnation, h.log_no, h.hash, h.signature, s.public_key,
             EXISTS (SELECT 1 FROM event e WHERE e.station = h.station AND e.incarnation = h.incarnation
                     AND e.log_no = h.log_no AND e.hash = h.hash)
             FROM head h LEFT JOIN station s ON s.id = h.station",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (station, incarnation, no) = (StationId(row.get(0)?), row.get::<_, u32>(1)?, row.get::<_, u64>(2)?);
            let place = format!("signature of log {station} incarnation {incarnation} event {no}");
            verdict.signatures += 1;
            let statement = head_statement(station, incarnation, no, EventHash(row.get(3)?));
            let signature: Option<[u8; 64]> = row.get::<_, Vec<u8>>(4)?.try_into().ok();
            let key: Option<[u8; 32]> = row.get::<_, Option<Vec<u8>>>(5)?.and_then(|key| key.try_into().ok());
            let sound = key.zip(signature).is_some_and(|(key, signature)| vouched(&key, &statement, &signature));
            if !sound {
                verdict.find(&place, "does not hold");
            }
            if !row.get::<_, bool>(6)? {
                verdict.find(&place, "vouches for an event that is not here");
            }
        }
        Ok(())
    }

    fn verify_pages(&self, verdict: &mut Verdict) -> Result<()> {
        crate::pages::faults(&self.db)?.into_iter().for_each(|fault| verdict.find("database pages", fault));
        Ok(())
    }
}

/// Whether a signature over a statement is by this key.
pub(crate) fn vouched(key: &[u8; 32], statement: &[u8], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    key.is_ok_and(|key| key.verify_strict(statement, &Signature::from_bytes(signature)).is_ok())
}
