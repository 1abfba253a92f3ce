//! A chart as one opaque line: whose it is, what was received and what the chart says, each under a key that only the station and who
//! opens the vault know. Made alike of the entries that a prover opened and of the station's own.

use chart::{AsOf, Chart, Moment, PatientId};
use sha2::{Digest, Sha256};
use store::{Cut, Ends, Reader, Sighting, SightingAct};
use vault::prover::Chart as Row;
use vault::{Hash, Label};
use zeroize::Zeroizing;

use crate::home::Problem;
use crate::record;

/// The key under which charts are named and digested.
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    /// From 64 hexadecimal digits, as event 41 has it.
    pub fn read(hex: &str) -> Option<Secret> {
        vault::hash::from_hex(hex)?.try_into().ok().map(|bytes| Secret(Zeroizing::new(bytes)))
    }

    fn digest(&self, what: &str, bytes: &[u8]) -> Hash {
        let inner = Sha256::digest(bytes);
        let outer = Sha256::new().chain_update(format!("andon verdict {what} 1\n")).chain_update(&self.0[..]);
        Hash(outer.chain_update(inner).finalize().into())
    }

    /// Whose a chart is.
    pub fn label(&self, patient: &PatientId) -> Label {
        let whose = [patient.authority.as_bytes(), b"\0", patient.id.as_bytes()].concat();
        let mut label = [0; 16];
        label.copy_from_slice(&self.digest("label", &whose).0[..16]);
        Label(label)
    }
}

/// Which entries charts are made of, and as of when.
pub struct Span {
    after: Cut,
    to: Cut,
    moment: Moment,
}

impl Span {
    /// Parcels and events from the first to the last, zeros for none, as they stood at the end of the last segment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader, parcels: (u64, u64), events: (u64, u64), moment: Moment) -> Result<Span, Problem> {
        let after = Ends { parcel: parcels.0.saturating_sub(1), event: events.0.saturating_sub(1) };
        let to = Ends { parcel: parcels.1, event: events.1 };
        Ok(Span { after: reader.cut_at(after)?, to: reader.cut_at(to)?, moment })
    }
}

/// One patient's line.
///
/// # Errors
/// When what was received cannot be read.
pub fn row(reader: &Reader, secret: &Secret, patient: &PatientId, span: &Span) -> Result<Row, Problem> {
    let (record, entries) = record::between(reader, patient, &span.after, &span.to)?;
    let received: Vec<u8> = entries.iter().flat_map(received).collect();
    let chart = Chart::at(&record, &AsOf::live(span.moment));
    let chart = Zeroizing::new(serde_json::to_vec(&chart).map_err(|error| Problem::failed(error.to_string()))?);
    Ok(Row {
        label: secret.label(patient),
        record: secret.digest("record", &received),
        chart: secret.digest("chart", &chart),
    })
}

/// All of a sighting, its bytes by their SHA-256.
fn received(entry: &Sighting) -> Vec<u8> {
    let (act, more): (u8, &[&[u8]]) = match &entry.act {
        SightingAct::Seen => (0, &[]),
        SightingAct::Renamed { from } => (1, &[from]),
        SightingAct::Gone => (2, &[]),
        SightingAct::Withheld { code, text } => (3, &[code.as_bytes(), text.as_bytes()]),
    };
    let mut bytes = vec![act];
    for number in [u64::from(entry.source), entry.position, entry.size] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend([entry.mtime_ns, entry.received.0].iter().flat_map(|number| number.to_be_bytes()));
    for text in [entry.patient.as_bytes(), &entry.path, &entry.content.0].into_iter().chain(more.iter().copied()) {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_and_a_digest_are_others_under_another_key_or_for_another_thing() {
        let [one, other] = ["11", "22"].map(|digits| Secret::read(&digits.repeat(32)).unwrap());
        let patient = PatientId { authority: "self".into(), id: "001".into() };
        let neighbour = PatientId { authority: "self0".into(), id: "01".into() };
        assert_eq!(one.label(&patient), one.label(&patient));
        assert_ne!(one.label(&patient), other.label(&patient));
        assert_ne!(one.label(&patient), one.label(&neighbour));
        assert_ne!(one.digest("record", b"x"), one.digest("chart", b"x"));
        assert!(Secret::read("11").is_none());
    }
}
