//! A vault being read at a target: whose frames are where, without opening the rest. Nothing is believed that a signed
//! manifest does not vouch for.

mod ahead;
mod forks;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

pub use ahead::AHEAD_MAX;
use ed25519_dalek::VerifyingKey;
pub use forks::{Fork, History, Known, witnessed};
pub(crate) use forks::{begins, led, only};

use crate::head::{Head, Heads};
use crate::index::{Index, Label, Place, current};
use crate::manifest::{Listed, Manifest};
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
    /// Names of the manifests of each number: more than one is a fork that nothing settled.
    manifests: BTreeMap<u32, Vec<String>>,
    aside: Vec<Aside>,
    /// Where nothing but the server's clock, or the order of the chain, said which of two histories is ours.
    fork: Option<Fork>,
    indexes: Option<Indexes>,
    open: Vec<(u32, Segment<ObjectReader>)>,
    /// Frames that were read before they are asked for.
    ahead: BTreeMap<Place, Frame>,
}

/// A manifest that lies there and is none of the chain: laid there by somebody, or left of a history made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Its name.
    pub object: String,
    /// Its number.
    pub number: u32,
    /// When the server took it, milliseconds since 1970 by its clock; none where that is not known.
    pub taken: Option<i64>,
    /// A station of the vault signed it: whoever made it has that station's key.
    pub signed: bool,
}

/// Index objects that were opened, and the segments that none of them covers.
struct Indexes {
    open: Vec<Index<ObjectReader>>,
    without: Vec<u32>,
}

impl Vault {
    /// Opens the vault at a target: reads its heads and the names of its manifests.
    ///
    /// # Errors
    /// There is no vault; its first head is damaged, or there are two; the target says no.
    pub fn open(target: &Target, identities: &[Identity]) -> Result<Vault> {
        Vault::open_of(target, identities, None)
    }

    /// As [`Vault::open`], of the vault that this station began.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_of(target: &Target, identities: &[Identity], station: Option<&VerifyingKey>) -> Result<Vault> {
        Vault::open_known(target, identities, station, &Known::default())
    }

    /// As [`Vault::open_of`], with what somebody saw of its log: of two histories that decides, before any clock.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_known(
        target: &Target,
        identities: &[Identity],
        station: Option<&VerifyingKey>,
        known: &Known,
    ) -> Result<Vault> {
        let heads = Heads::read_known(target, station, known)?;
        let manifests = listed(target)?;
        let (target, identities) = (target.clone(), identities.to_vec());
        let (indexes, open, aside, ahead) = (None, Vec::new(), Vec::new(), BTreeMap::new());
        let fork = forks::of_heads(&target, &heads)?;
        let mut vault = Vault { target, identities, heads, manifests, aside, fork, indexes, open, ahead };
        vault.settle(known)?;
        vault.cut()?;
        Ok(vault)
    }

    /// What lies there and is none of the chain, in the order in which it was met.
    pub fn aside(&self) -> &[Aside] {
        &self.aside
    }

    /// Leaves out the manifests at the end whose first entry came after this, milliseconds since 1970.
    ///
    /// # Errors
    /// The target says no.
    pub fn until(&mut self, at: i64) -> Result<()> {
        while let Some((&number, names)) = self.manifests.last_key_value() {
            let signed = good(&self.target, &self.heads, names);
            if signed.is_empty() || signed.iter().any(|(manifest, _)| manifest.opened <= at) {
                break;
            }
            self.manifests.remove(&number);
            self.indexes = None;
        }
        self.cut()
    }

    /// Takes away from the end what nobody of the vault signed, and, where a server tells when it took what, what lies beyond a gap:
    /// a vault comes there manifest by manifest and its lock lets none go.
    fn cut(&mut self) -> Result<()> {
        while let Some((&number, names)) = self.manifests.last_key_value() {
            let signed = !good(&self.target, &self.heads, names).is_empty();
            let below = self.manifests.range(..number).next_back().map(|(&below, _)| below);
            let is_beyond = below.is_some_and(|below| below + 1 < number);
            let names = names.clone();
            let told = names.first().map(|name| self.target.taken(name)).transpose()?.flatten().is_some();
            if below.is_none() || (signed && !(is_beyond && told)) || (!signed && !is_beyond && !told) {
                break;
            }
            for name in names {
                self.set_aside(number, name, signed)?;
            }
        }
        Ok(())
    }

    fn set_aside(&mut self, number: u32, object: String, signed: bool) -> Result<()> {
        let taken = self.target.taken(&object)?;
        if let Some(names) = self.manifests.get_mut(&number) {
            names.retain(|name| *name != object);
            if names.is_empty() {
                self.manifests.remove(&number);
            }
        }
        self.aside.push(Aside { object, number, taken, signed });
        Ok(())
    }

    /// Its heads, by which it is known and trusted: `heads().all[0]` is who began it.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Whether this object is a manifest that a station of the vault signed, whatever its place in the chain.
    pub fn is_signed(&self, name: &str) -> bool {
        read_manifest(&self.target, &self.heads, name).is_ok()
    }

    /// Whether anything here was ever sealed to one of the identities, by what its heads say.
    pub fn is_for_us(&self) -> bool {
        self.heads.all.iter().any(|(_, head)| self.opens(head))
    }

    /// Whether what is sealed under a head opens with one of the identities.
    pub fn opens(&self, head: &Head) -> bool {
        let ours: Vec<String> = self.identities.iter().map(|identity| identity.to_public().to_string()).collect();
        head.holders.iter().any(|holder| ours.contains(&holder.recipient.to_string()))
    }

    /// Numbers of its manifests.
    pub fn numbers(&self) -> Vec<u32> {
        self.manifests.keys().copied().collect()
    }

    /// Number of its last manifest, 0 if it has none.
    pub fn last(&self) -> u32 {
        self.manifests.keys().next_back().copied().unwrap_or(0)
    }

    /// A manifest, with the hash of its bytes. Its signature is checked, its place in the chain is not (`verify`). Of two that
    /// are signed, the one that the next manifest follows.
    ///
    /// # Errors
    /// It is missing or damaged; there are two and nothing tells which, a fork; the target says no.
    pub fn manifest(&self, number: u32) -> Result<(Manifest, Hash)> {
        let names = self.names(number);
        let Some(first) = names.first() else {
            return Err(Error::Missing { object: name::unknown(name::manifest, number) });
        };
        if names.len() == 1 {
            return read_manifest(&self.target, &self.heads, first);
        }
        let all = good(&self.target, &self.heads, names);
        let next = match all.len() {
            0 | 1 => Vec::new(),
            _ => previous_of(&good(&self.target, &self.heads, self.names(number + 1))),
        };
        let none = || {
            Error::damaged(
                first,
                "there are two manifests of this number, a fork, and nothing tells which is ours; keep both",
            )
        };
        choose(&self.target, all, &next)?.ok_or_else(none)
    }

    /// Other manifests of a number that a station of the vault signed: they are of another history.
    pub fn others(&self, number: u32, ours: &Hash) -> Vec<String> {
        let aside = self.aside.iter().filter(|aside| aside.number == number && aside.signed);
        let mut others: Vec<String> = aside.map(|aside| aside.object.clone()).collect();
        if let names @ [_, _, ..] = self.names(number) {
            others.extend(names.iter().filter(|name| self.is_signed(name)).cloned());
        }
        others.retain(|other| *other != name::manifest(number, ours));
        others
    }

    fn names(&self, number: u32) -> &[String] {
        self.manifests.get(&number).map(Vec::as_slice).unwrap_or_default()
    }

    /// Where a label is, oldest first.
    ///
    /// # Errors
    /// None of the identities opens any index; some segments have no readable index, so that the answer would not be whole
    /// ([`Vault::find_indexed`]); the target says no.
    pub fn find(&mut self, label: &Label) -> Result<Vec<Place>> {
        let (places, without) = self.find_indexed(label)?;
        match without[..] {
            [] => Ok(places),
            [first, ..] => {
                let what = format!("no index of segment {first} can be read; {} have none", without.len());
                Err(Error::damaged(name::INDEX, what))
            }
        }
    }

    /// Where a label is, as far as there is an index, and the segments that no readable index covers: those are read
    /// whole. A damaged index, and one that is sealed to others, is passed over for the smaller ones it was merged of, which are kept.
    ///
    /// # Errors
    /// None of the identities opens any index; the target says no.
    pub fn find_indexed(&mut self, label: &Label) -> Result<(Vec<Place>, Vec<u32>)> {
        let mut indexes = match self.indexes.take() {
            Some(indexes) => indexes,
            None => self.open_indexes()?,
        };
        let mut places = Vec::new();
        let mut found = Ok(());
        for index in &mut indexes.open {
            found = found.and_then(|()| index.find(label).map(|more| places.extend(more)));
        }
        let without = indexes.without.clone();
        self.indexes = Some(indexes);
        places.sort_unstable();
        found.map(|()| (places, without))
    }

    fn open_indexes(&self) -> Result<Indexes> {
        let objects = self.target.list(name::INDEX)?;
        let mut spans: Vec<RangeInclusive<u32>> =
            objects.iter().filter_map(|object| Some(name::parse_index(&object.name)?.0)).collect();
        let (mut open, mut closed): (Vec<Index<ObjectReader>>, Option<Error>) = (Vec::new(), None);
        while let Some(span) = current(&spans).into_iter().find(|span| open.iter().all(|index| index.span() != span)) {
            match self.open_index(&span) {
                Ok(index) => open.push(index),
                // What somebody laid beside, or what was damaged, must not hide what is whole.
                Err(error) if error.is_fault() => spans.retain(|other| *other != span),
                Err(error @ Error::WrongKey { .. }) => {
                    spans.retain(|other| *other != span);
                    closed = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        if let (true, Some(closed)) = (open.is_empty(), closed) {
            return Err(closed);
        }
        let covered = |number: u32| open.iter().any(|index| index.span().contains(&number));
        let mut without: Vec<u32> = self.manifests.keys().copied().filter(|&number| !covered(number)).collect();
        without.retain(|&number| self.manifest(number).is_ok_and(|(manifest, _)| manifest.segment().is_some()));
        Ok(Indexes { open, without })
    }

    fn open_index(&self, span: &RangeInclusive<u32>) -> Result<Index<ObjectReader>> {
        let (manifest, _) = self.manifest(*span.end())?;
        let listed = manifest.index().filter(|(listed, _)| listed == span);
        let (_, listed) = listed.ok_or_else(|| Error::damaged(name::INDEX, format!("no manifest names {span:?}")))?;
        let source = self.target.open(&listed.name, Some(&listed.sums))?;
        Index::open(source, &listed.name, &self.identities)
    }

    /// One frame, decrypted, and proved against the manifest that its segment was entered in.
    ///
    /// # Errors
    /// There is no such frame; none of the identities opens it; it is damaged or missing; the target says no.
    pub fn frame(&mut self, place: Place) -> Result<Frame> {
        if let Some(frame) = self.ahead.remove(&place) {
            return Ok(frame);
        }
        let frame = self.segment(place.segment)?.frame(place.frame);
        if frame.is_err() {
            // A stream of age is of no use once a read of it failed: the next frame is read from a fresh one.
            self.open.retain(|(number, _)| *number != place.segment);
        }
        frame
    }

    /// An opened segment, to read its frames in order.
    ///
    /// # Errors
    /// As [`Vault::frame`].
    pub fn segment(&mut self, number: u32) -> Result<&mut Segment<ObjectReader>> {
        let at = match self.open.iter().position(|(open, _)| *open == number) {
            Some(at) => at,
            None => {
                let segment = open_segment(&self.target, &self.listed(number)?, &self.identities)?;
                self.keep_open(number, segment);
                self.open.len() - 1
            }
        };
        Ok(&mut self.open[at].1)
    }

    /// The segment that a manifest entered.
    fn listed(&self, number: u32) -> Result<Listed> {
        let (manifest, _) = self.manifest(number)?;
        manifest.segment().cloned().ok_or_else(|| Error::Refused(format!("manifest {number} has no segment")))
    }

    fn keep_open(&mut self, number: u32, segment: Segment<ObjectReader>) {
        if self.open.len() == OPEN_MAX {
            self.open.remove(0);
        }
        self.open.push((number, segment));
    }
}

/// Names of the manifests of each number.
fn listed(target: &Target) -> Result<BTreeMap<u32, Vec<String>>> {
    let mut manifests: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for object in target.list(name::MANIFESTS)? {
        if let Some((number, _)) = name::parse(&object.name, name::MANIFESTS) {
            manifests.entry(number).or_default().push(object.name);
        }
    }
    Ok(manifests)
}

fn open_segment(target: &Target, listed: &Listed, identities: &[Identity]) -> Result<Segment<ObjectReader>> {
    Segment::open(target.open(&listed.name, Some(&listed.sums))?, &listed.name, identities)
}

/// Those of the manifests that can be read and are signed.
pub(crate) fn good(target: &Target, heads: &Heads, names: &[String]) -> Vec<(Manifest, Hash)> {
    names.iter().filter_map(|name| read_manifest(target, heads, name).ok()).collect()
}

/// Hashes that manifests of one number name as the one before.
pub(crate) fn previous_of(manifests: &[(Manifest, Hash)]) -> Vec<Hash> {
    manifests.iter().map(|(manifest, _)| manifest.previous).collect()
}

/// Of several manifests of one number the one that the server took first, where it tells; else the only one, or the only one that is
/// followed.
pub(crate) fn choose(
    target: &Target,
    mut all: Vec<(Manifest, Hash)>,
    followed: &[Hash],
) -> Result<Option<(Manifest, Hash)>> {
    if all.len() > 1 {
        match earliest(target, &all.iter().map(named).collect::<Vec<_>>())? {
            Some(ours) => return Ok(Some(all.swap_remove(ours))),
            None => all.retain(|(_, hash)| followed.contains(hash)),
        }
    }
    Ok((all.len() == 1).then(|| all.pop()).flatten())
}

/// Which of several objects the server took first; none where it does not tell of all, or took two at once.
pub(crate) fn earliest(target: &Target, names: &[impl AsRef<str>]) -> Result<Option<usize>> {
    let taken: Vec<Option<i64>> = names.iter().map(|name| target.taken(name.as_ref())).collect::<Result<_>>()?;
    let Some(taken) = taken.into_iter().collect::<Option<Vec<i64>>>() else { return Ok(None) };
    let first = taken.iter().min().copied();
    Ok(only(&taken, |taken| Some(*taken) == first))
}

fn named((manifest, hash): &(Manifest, Hash)) -> String {
    name::manifest(manifest.number, hash)
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
    head.signed(&note).then_some((manifest, hash)).ok_or_else(|| damaged("no station of the vault signed it"))
}
