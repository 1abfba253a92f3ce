//! Proof by reading: every content, every chain, every signature, every page.

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
    /// What is wrong; empty for a sound home. At most [`crate::verify::MAX_FINDINGS`].
    pub findings: Vec<Finding>,
}

/// A verdict lists this many findings and then stops looking.
pub const MAX_FINDINGS: usize = 1000;

impl Verdict {
    /// Nothing was found wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}
