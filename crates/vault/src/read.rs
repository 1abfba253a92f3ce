//! A vault being read at a target: whose frames are where, without opening the rest. Nothing is believed that a signed
//! manifest does not vouch for.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::head::Heads;
use crate::index::{Index, Label, Place, current};
use crate::manifest::Manifest;
use crate::note::NOTE_BYTES_MAX;
use crate::segment::{Frame, Segment};
use crate::target::ObjectReader;
use crate::{Error, Hash, Identity, Result, Target, name};

/// Opened segments that are kept at hand, each with a piece and a frame table in memory: below 1 MiB.
const OPEN_MAX: usize = 16;

/// A vault at a target, opened with identities.
pub struct Vault {
    target: Target,
    identities: Vec<Identity>,
    heads: Heads,
    /// Names of the manifests of each number: more than one is a fork.
    manifests: BTreeMap<u32, Vec<String>>,
    indexes: Option<Vec<Index<ObjectReader>>>,
    open: Vec<(u32, Segment<ObjectReader>)>,
}

impl Vault {
    /// Opens the vault at a target: reads its heads and the names of its manifests.
    ///
    /// # Errors
    /// There is no vault; its heads are damaged; the target says no.
    pub fn open(target: &Target, identities: &[Identity]) -> Result<Vault> {
        let heads = Heads::read(target)?;
        if let Some((object, what)) = heads.flaws.first() {
            return Err(Error::damaged(object, what));
        }
        let mut manifests: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for object in target.list(name::MANIFESTS)? {
            if let Some((number, _)) = name::parse(&object.name, name::MANIFESTS) {
                manifests.entry(number).or_default().push(object.name);
            }
        }
        let (target, identities) = (target.clone(), identities.to_vec());
        Ok(Vault { target, identities, heads, manifests, indexes: None, open: Vec::new() })
    }

    /// Its heads, by which it is known and trusted: `heads().all[0]` is who began it.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Numbers of its manifests.
    pub fn numbers(&self) -> Vec<u32> {
        self.manifests.keys().copied().collect()
    }

    /// Number of its last manifest, 0 if it has none.
    pub fn last(&self) -> u32 {
        self.manifests.keys().next_back().copied().unwrap_or(0)
    }

    /// A manifest, with the hash of its bytes. Its signature is checked, its place in the chain is not (`verify`).
    ///
    /// # Errors
    /// It is missing or damaged; there are two that are signed, a fork; the target says no.
    pub fn manifest(&self, number: u32) -> Result<(Manifest, Hash)> {
        let names = self.manifests.get(&number).map(Vec::as_slice).unwrap_or_default();
        let read = |name: &String| read_manifest(&self.target, &self.heads, name);
        match names {
            [] => {
                Err(Error::Missing { object: name::manifest(number, &Hash::ZERO).replace("-0000000000000000", "-…") })
            }
            [one] => read(one),
            [first, ..] => {
                let mut good = names.iter().filter_map(|name| read(name).ok());
                match (good.next(), good.next()) {
                    (Some(one), None) => Ok(one),
                    _ => Err(Error::damaged(first, "there are two manifests of this number: a fork; keep both")),
                }
            }
        }
    }

    /// Where a label is, oldest first.
    ///
    /// # Errors
    /// None of the identities opens the index; it is damaged or missing; the target says no.
    pub fn find(&mut self, label: &Label) -> Result<Vec<Place>> {
        if self.indexes.is_none() {
            self.indexes = Some(self.open_indexes()?);
        }
        let mut places = Vec::new();
        for index in self.indexes.iter_mut().flatten() {
            places.extend(index.find(label)?);
        }
        places.sort_unstable();
        Ok(places)
    }

    fn open_indexes(&self) -> Result<Vec<Index<ObjectReader>>> {
        let objects = self.target.list(name::INDEX)?;
        let spans: Vec<RangeInclusive<u32>> =
            objects.iter().filter_map(|object| Some(name::parse_index(&object.name)?.0)).collect();
        let mut indexes = Vec::new();
        for span in current(&spans) {
            let (manifest, _) = self.manifest(*span.end())?;
            if let Some((_, listed)) = manifest.index().filter(|(listed, _)| *listed == span) {
                let source = self.target.open(&listed.name, Some(&listed.sums))?;
                indexes.push(Index::open(source, &listed.name, &self.identities)?);
            }
        }
        Ok(indexes)
    }

    /// One frame, decrypted, and proved against the manifest that its segment was entered in.
    ///
    /// # Errors
    /// There is no such frame; none of the identities opens it; it is damaged or missing; the target says no.
    pub fn frame(&mut self, place: Place) -> Result<Frame> {
        self.segment(place.segment)?.frame(place.frame)
    }

    /// An opened segment, to read its frames in order.
    ///
    /// # Errors
    /// As [`Vault::frame`].
    pub fn segment(&mut self, number: u32) -> Result<&mut Segment<ObjectReader>> {
        let at = match self.open.iter().position(|(open, _)| *open == number) {
            Some(at) => at,
            None => {
                let (manifest, _) = self.manifest(number)?;
                let listed = manifest.segment();
                let listed = listed.ok_or_else(|| Error::Refused(format!("manifest {number} has no segment")))?;
                let source = self.target.open(&listed.name, Some(&listed.sums))?;
                let segment = Segment::open(source, &listed.name, &self.identities)?;
                if self.open.len() == OPEN_MAX {
                    self.open.remove(0);
                }
                self.open.push((number, segment));
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[at].1)
    }
}

/// Reads a manifest and checks that it has the hash of its name and is signed by a station of the head it names.
pub(crate) fn read_manifest(target: &Target, heads: &Heads, name: &str) -> Result<(Manifest, Hash)> {
    let damaged = |what: &str| Error::damaged(name, what);
    let bytes = target.read(name, NOTE_BYTES_MAX)?;
    let hash = Hash::of(&bytes);
    if name::short_hash(name) != Some(&hash.short()) {
        return Err(damaged("it has not the hash that its name says"));
    }
    let (manifest, note) =
        Manifest::parse(&bytes).ok_or_else(|| damaged("it is no manifest that this program reads"))?;
    if name::manifest(manifest.number, &hash) != name || manifest.vault != heads.vault {
        return Err(damaged("it is the manifest of another number or vault"));
    }
    let head = heads.get(&manifest.head).ok_or_else(|| damaged("it names a head that is not there"))?;
    let signed = head.verifiers().iter().any(|key| key.signed(&note));
    signed.then_some((manifest, hash)).ok_or_else(|| damaged("no station of the vault signed it"))
}
