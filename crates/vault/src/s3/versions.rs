//! Versions: what lies under delete markers and under what was put over an object.
//!
//! Whoever has the owner's key can hide locked objects, not destroy them: a delete lays a marker over, a put lays other
//! bytes over. The view of a time looks past both. It is made from the list of versions alone, and is only read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::wire::Ask;
use super::{PAGES_MAX, S3, time};
use crate::target::Object;
use crate::{Error, Result};

/// Which versions are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// What stood at this time by the server's clock, milliseconds since 1970.
    At(i64),
    /// The first version of each name. A vault never puts a name twice, so the first is ours, whenever the attack began.
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

/// What stood.
#[derive(Debug)]
pub(super) struct Stood {
    pub id: String,
    pub size: u64,
}

/// What stood at a moment, by name.
#[derive(Debug, Default)]
pub(super) struct View(BTreeMap<String, Stood>);

impl View {
    pub fn find(&self, name: &str) -> Option<&Stood> {
        self.0.get(name)
    }

    pub fn list(&self, prefix: &str) -> Vec<Object> {
        let from = self.0.range(prefix.to_owned()..).take_while(|(name, _)| name.starts_with(prefix));
        from.map(|(name, stood)| Object { name: name.clone(), size: stood.size }).collect()
    }

    /// Of versions in the order of the server: by name, newest first.
    fn of(versions: impl IntoIterator<Item = Version>, moment: Moment) -> View {
        let mut seen = BTreeMap::new();
        for version in versions {
            match moment {
                Moment::At(at) if version.taken <= at => {
                    seen.entry(version.name.clone()).or_insert(version);
                }
                Moment::First if version.size.is_some() => {
                    seen.insert(version.name.clone(), version);
                }
                _ => {}
            }
        }
        let stood =
            seen.into_iter().filter_map(|(name, version)| Some((name, Stood { id: version.id, size: version.size? })));
        View(stood.collect())
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

    /// All versions and delete markers of objects whose names begin so: by name, newest first.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn versions(&self, prefix: &str) -> Result<Vec<Version>> {
        let whole = format!("{}{prefix}", self.wire.address.prefix);
        let mut found: Vec<Version> = Vec::new();
        let (mut key, mut id) = (String::new(), String::new());
        for _ in 0..PAGES_MAX {
            let mut ask = Ask::new("GET", &self.wire.address.bucket, "")
                .query("versions", "")
                .query("encoding-type", "url")
                .query("prefix", &whole);
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
                let Some(name) = self.name_of(node.text("Key")) else { continue };
                let Some(taken) = time::read_iso(node.text("LastModified")) else { continue };
                found.push(Version { name, id: node.text("VersionId").to_owned(), taken, size });
            }
            key = decoded(page.text("NextKeyMarker"));
            id = page.text("NextVersionIdMarker").to_owned();
            if page.text("IsTruncated") != "true" || key.is_empty() {
                // Newest first within a name, whatever the server thought; it knows best what came in one second.
                found.sort_by(|one, two| one.name.cmp(&two.name).then(two.taken.cmp(&one.taken)));
                return Ok(found);
            }
        }
        Err(Error::Refused(format!("{}: more than {PAGES_MAX},000 versions", self.wire.address)))
    }
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

    use super::{Moment, Version, View, decoded};

    fn version(name: &str, taken: i64, size: Option<u64>) -> Version {
        Version { name: name.to_owned(), id: format!("{name}@{taken}"), taken, size }
    }

    fn stood(versions: &[Version], moment: Moment) -> Vec<String> {
        View::of(versions.to_vec(), moment).0.into_values().map(|stood| stood.id).collect()
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
        assert_eq!(stood(&all, Moment::At(20)), ["a@20"]);
        assert_eq!(stood(&all, Moment::At(39)), [""; 0]);
        assert_eq!(stood(&all, Moment::At(40)), ["c@40"]);
        assert_eq!(stood(&all, Moment::First), ["a@10", "c@40"]);
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
