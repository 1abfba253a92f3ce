//! Versions: what lies under delete markers and under what was put over an object.
//!
//! Whoever has the owner's key can hide locked objects, not destroy them: a delete lays a marker over, a put lays other
//! bytes over. The view of a time looks past both. It is made from the list of versions alone, and is only read.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::wire::Ask;
use super::{PAGES_MAX, S3, time};
use crate::hash::Summing;
use crate::target::Object;
use crate::{Error, Result, name};

/// Versions of one name that are read to find the one that has the name's hash.
const TRIED_MAX: usize = 16;
/// Ids of SeaweedFS above this count down, so that the newest sorts first; those of its older releases count up.
const COUNTS_DOWN: i64 = 0x4000_0000_0000_0000;
/// No vault is older: 1 January 2020, milliseconds since 1970. What an id says before it is no time.
const OLDEST: i64 = 1_577_836_800_000;
/// A server that tells whole seconds may say so much less than its own id, ms.
const WITHIN: i64 = 5000;

/// Which versions are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// What the server had taken by this time of its own clock, milliseconds since 1970.
    At(i64),
    /// Everything there ever was.
    First,
}

/// One version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Name of the object.
    pub name: String,
    /// What the server calls the version.
    pub id: String,
    /// When the server took it, milliseconds since 1970, by its clock.
    pub taken: i64,
    /// Its size, bytes; none if it is a delete marker.
    pub size: Option<u64>,
}

/// What was done to an object that is still there below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Its name.
    pub name: String,
    /// When something was first laid over it, milliseconds since 1970, by the server's clock.
    pub since: i64,
    /// What lies on top: a delete marker, or other bytes.
    pub deleted: bool,
}

/// What stood under one name: everything that was ever put there, oldest first, and which of it is the vault's.
#[derive(Debug)]
struct Stood {
    all: Vec<Version>,
    ours: OnceLock<usize>,
}

/// What stood at a moment, by name. A vault never puts a name twice, so of several versions the first is ours, whenever the
/// attack began; where the name carries a hash, the first that has it: somebody may have been there before us.
#[derive(Debug)]
pub(super) struct View {
    by: i64,
    stood: BTreeMap<String, Stood>,
}

impl View {
    /// Of versions in the order of the server: by name, newest first.
    fn of(versions: Vec<Version>, moment: Moment) -> View {
        let by = match moment {
            Moment::At(at) => at,
            Moment::First => i64::MAX,
        };
        let mut view = View { by, stood: BTreeMap::new() };
        for version in versions.into_iter().rev() {
            let fresh = || Stood { all: Vec::new(), ours: OnceLock::new() };
            view.stood.entry(version.name.clone()).or_insert_with(fresh).all.push(version);
        }
        view.stood.retain(|_, stood| stood.all.iter().any(|version| version.size.is_some() && version.taken <= by));
        view
    }

    /// Places of what may be ours, oldest first; never none.
    fn candidates(&self, stood: &Stood) -> Vec<usize> {
        let bytes = stood.all.iter().enumerate().filter(|(_, version)| version.size.is_some());
        bytes.filter(|(_, version)| version.taken <= self.by).map(|(at, _)| at).take(TRIED_MAX).collect()
    }
}

impl S3 {
    /// The same place as it stood at a moment, past delete markers and what was put over. It is read, listed and asked for
    /// sizes like any other, and nothing can be put.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn as_it_stood(&self, moment: Moment) -> Result<S3> {
        let view = View::of(self.versions("")?, moment);
        Ok(S3 { view: Some(Arc::new(view)), ..self.clone() })
    }

    /// Our version of a name in a view; none where nothing of that name stood, or this is no view.
    pub(super) fn stood(&self, object: &str) -> Result<Option<&Version>> {
        let Some(view) = &self.view else { return Ok(None) };
        let Some(stood) = view.stood.get(object) else { return Ok(None) };
        let ours = match stood.ours.get() {
            Some(ours) => *ours,
            None => {
                let ours = self.ours(stood, &view.candidates(stood))?;
                *stood.ours.get_or_init(|| ours)
            }
        };
        Ok(stood.all.get(ours))
    }

    /// Which of several is ours.
    fn ours(&self, stood: &Stood, candidates: &[usize]) -> Result<usize> {
        let first = candidates.first().copied().unwrap_or_default();
        let wanted = stood.all.first().and_then(|version| name::short_hash(&version.name));
        let (Some(wanted), [_, _, ..]) = (wanted, candidates) else { return Ok(first) };
        for &at in candidates {
            let Some(version) = stood.all.get(at) else { continue };
            let mut sum = Summing::new(std::io::sink());
            let mut bytes = self.get_version(&version.name, Some(&version.id), None)?;
            let read = std::io::copy(&mut bytes, &mut sum);
            read.map_err(|error| Error::io("reading a version", version.name.clone(), error))?;
            if sum.finish().1.sha256.short() == wanted {
                return Ok(at);
            }
        }
        Ok(first)
    }

    /// Objects of a view, as [`S3::list`] gives them.
    pub(super) fn list_stood(&self, prefix: &str) -> Result<Vec<Object>> {
        let Some(view) = &self.view else { return Ok(Vec::new()) };
        let names = view.stood.range(prefix.to_owned()..).map(|(name, _)| name);
        let names = names.take_while(|name| name.starts_with(prefix));
        let object = |name: &String| {
            let size = self.stood(name)?.and_then(|version| version.size);
            Ok(Object { name: name.clone(), size: size.unwrap_or_default() })
        };
        names.map(object).collect()
    }

    /// In a view: objects that who looks at the server today does not see as they were put, by name.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn hidden(&self) -> Result<Vec<Hidden>> {
        let Some(view) = &self.view else { return Ok(Vec::new()) };
        let mut hidden = Vec::new();
        for (name, stood) in &view.stood {
            let ours = self.stood(name)?.map(|ours| ours.id.as_str());
            let mut over = stood.all.iter().skip_while(|version| Some(version.id.as_str()) != ours).skip(1);
            let Some(first) = over.next() else { continue };
            let deleted = over.last().unwrap_or(first).size.is_none();
            hidden.push(Hidden { name: name.clone(), since: first.taken, deleted });
        }
        Ok(hidden)
    }

    /// All versions and delete markers of objects whose names begin so: by name, newest first.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn versions(&self, prefix: &str) -> Result<Vec<Version>> {
        let whole = format!("{}{prefix}", self.wire.address.prefix);
        self.versions_in(&self.wire.address.bucket, &whole, &|key| self.name_of(key))
    }

    /// The same of any bucket and prefix of its keys; `name_of` says what a key is called, or that it is nobody's.
    pub(super) fn versions_in(
        &self,
        bucket: &str,
        prefix: &str,
        name_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<Version>> {
        let mut found: Vec<Version> = Vec::new();
        let (mut key, mut id) = (String::new(), String::new());
        for _ in 0..PAGES_MAX {
            let mut ask =
                Ask::new("GET", bucket, "").query("versions", "").query("encoding-type", "url").query("prefix", prefix);
            if !key.is_empty() {
                ask = ask.query("key-marker", &key);
            }
            if !id.is_empty() {
                ask = ask.query("version-id-marker", &id);
            }
            let page = self.wire.good(&ask)?.xml()?;
            for node in &page.inside {
                let size = match node.name.as_str() {
                    "Version" => node.text("Size").parse().ok(),
                    "DeleteMarker" => None,
                    _ => continue,
                };
                let Some(name) = name_of(node.text("Key")) else { continue };
                let Some(taken) = time::read_iso(node.text("LastModified")) else { continue };
                found.push(Version { name, id: node.text("VersionId").to_owned(), taken, size });
            }
            key = decoded(page.text("NextKeyMarker"));
            id = page.text("NextVersionIdMarker").to_owned();
            if page.text("IsTruncated") != "true" || key.is_empty() {
                // Within a name the server's own order, newest put first: `LastModified` is none, some servers move it with the lock.
                found.sort_by(|one, two| one.name.cmp(&two.name));
                told_by_ids(&mut found);
                return Ok(found);
            }
        }
        Err(Error::Refused(format!("{}: more than {PAGES_MAX},000 versions", self.wire.address)))
    }
}

/// Where the ids say when the server took what, their word counts. SeaweedFS moves `LastModified` to the moment at which a lock was made
/// longer, and every key that may do that would make what came first look as if it had come last; its ids are given once.
fn told_by_ids(found: &mut [Version]) {
    let told = |version: &Version| in_id(&version.id).filter(|at| (OLDEST..version.taken + WITHIN).contains(at));
    let times: Vec<Option<i64>> = found.iter().map(told).collect();
    // Another server's id may look like one; most of them do not.
    if times.iter().flatten().count() * 2 > times.len() {
        found.iter_mut().zip(times).for_each(|(version, at)| version.taken = at.unwrap_or(version.taken));
    }
}

/// The time in an id of SeaweedFS, milliseconds since 1970: sixteen hexadecimal digits of nanoseconds, counted down from the largest
/// number, then sixteen of chance.
fn in_id(id: &str) -> Option<i64> {
    let hex = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = i64::from_str_radix(id.get(..16).filter(|_| hex)?, 16).ok()?;
    let nanos = if number > COUNTS_DOWN { i64::MAX - number } else { number };
    Some(nanos / 1_000_000)
}

/// A key that came encoded as in an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let two = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match two.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Moment, Version, View, decoded, in_id, told_by_ids};

    fn version(name: &str, taken: i64, size: Option<u64>) -> Version {
        Version { name: name.to_owned(), id: format!("{name}@{taken}"), taken, size }
    }

    fn stood(versions: &[Version], moment: Moment) -> Vec<String> {
        let view = View::of(versions.to_vec(), moment);
        view.stood.values().map(|stood| stood.all[view.candidates(stood)[0]].id.clone()).collect()
    }

    #[test]
    fn what_stood_is_seen_past_markers_and_overwriting() {
        let all = [
            version("a", 30, None),
            version("a", 20, Some(7)),
            version("a", 10, Some(1)),
            version("b", 25, None),
            version("c", 40, Some(3)),
        ];
        assert_eq!(stood(&all, Moment::At(15)), ["a@10"]);
        assert_eq!(stood(&all, Moment::At(9)), [""; 0]);
        assert_eq!(stood(&all, Moment::At(39)), ["a@10"], "deleted and put over before that time, too");
        assert_eq!(stood(&all, Moment::At(40)), ["a@10", "c@40"]);
        assert_eq!(stood(&all, Moment::First), ["a@10", "c@40"]);
    }

    #[test]
    fn a_lock_made_longer_does_not_move_the_time_of_an_id_that_tells_one() {
        // As SeaweedFS 4.48 answered on 28 November 2026: the first of two versions was put at 00:50:53 and locked longer at 00:50:57.
        let at = |second: i64| 1_795_827_000_000 + second * 1000;
        let (second, first) = ("6713f0ceec7d9ec711abb5be0a62e11c", "6713f0cf410565de5c70d79cfee0dcb6");
        let of = |id: &str, taken: i64| Version { name: "a".into(), id: id.into(), taken, size: Some(1) };
        let mut found = [of(second, at(54)), of(first, at(57))];
        told_by_ids(&mut found);
        assert!(found[1].taken < found[0].taken && found.iter().all(|one| one.taken < at(55)), "{found:?}");
        assert_eq!(found[1].taken / 1000, at(53) / 1000);
        // Counted up, as older releases did.
        assert_eq!(in_id("18ec0f2db8f106dd82137e3800000000").map(|at| at / 1_000_000), Some(1_795_827));
        // Ids that say nothing, and one that only looks like it: the server's word stays.
        for other in ["null", "", "18ec0f2db8f106dd82137e380000000g", "00000000000000000000000000000001"] {
            let mut found = [of(first, at(57)), of(other, at(1))];
            told_by_ids(&mut found);
            assert_eq!((found[0].taken, found[1].taken), (at(57), at(1)), "{other}");
        }
    }

    #[test]
    fn encoded_keys_are_decoded() {
        assert_eq!(decoded("a%2Fb%E4%BF%9D%zz%"), "a/b保%zz%");
    }

    proptest! {
        /// Whatever is laid over after a moment, the view of the moment stays.
        #[test]
        fn later_acts_change_nothing_of_what_stood(
            before in prop::collection::vec((0..4u8, 0..100i64, prop::option::of(0..9u64)), 0..20),
            after in prop::collection::vec((0..4u8, 101..200i64, prop::option::of(0..9u64)), 0..20),
        ) {
            let made = |acts: &[(u8, i64, Option<u64>)]| {
                let mut made: Vec<Version> =
                    acts.iter().map(|(name, taken, size)| version(&name.to_string(), *taken, *size)).collect();
                made.sort_by(|one, two| one.name.cmp(&two.name).then(two.taken.cmp(&one.taken)));
                made
            };
            let both: Vec<_> = before.iter().chain(&after).copied().collect();
            prop_assert_eq!(stood(&made(&both), Moment::At(100)), stood(&made(&before), Moment::At(100)));
        }
    }
}
