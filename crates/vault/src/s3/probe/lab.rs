//! Where attacks are run: a bucket of the probe's own, with objects made to be attacked.

use super::super::put::locked;
use super::super::wire::{Answer, Ask, KEY_TROUBLE};
use super::super::{S3, Version, lock, time};
use super::Outcome;
use crate::hash::to_hex;
use crate::{Error, Result};

/// What buckets of probes are called, and their folder in a bucket of others.
pub(super) const NAME: &str = "andon-probe";
/// How long what is made to be attacked stays locked: longer than a probe takes, and gone by the next.
const LOCKED: i64 = 15 * 60 * time::SECOND;
/// Buckets of earlier probes that are cleared away.
const OLD_MAX: usize = 20;

/// A bucket to attack.
pub(super) struct Lab<'a> {
    pub s3: &'a S3,
    pub bucket: String,
    prefix: String,
    /// The bucket is the probe's own, so it may be attacked as a whole.
    pub own: bool,
    /// Until when its objects are locked.
    pub until: i64,
}

/// An object to attack.
pub(super) struct Victim {
    pub key: String,
    pub version: String,
    body: Vec<u8>,
    mode: &'static str,
    until: i64,
}

/// How a request was answered, in short.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub status: u16,
    pub code: String,
}

impl Told {
    pub fn of(answer: Answer) -> Told {
        let (status, good) = (answer.status, answer.is_good());
        Told { status, code: if good { String::new() } else { answer.code() } }
    }

    pub fn said(&self) -> String {
        format!("{} {}", self.status, self.code).trim_end().to_owned()
    }

    /// The server looked at what was asked: neither broken, nor at odds with our key, nor without a notion of it.
    fn is_understood(&self) -> bool {
        self.status < 500 && ![408, 411, 429].contains(&self.status) && !KEY_TROUBLE.contains(&self.code.as_str())
    }
}

impl<'a> Lab<'a> {
    /// Makes a bucket of the probe's own; where the key may not, a folder in the vault's.
    pub fn open(s3: &'a S3) -> Result<Lab<'a>> {
        let until = s3.now()? + LOCKED;
        let mut random = [0; 8];
        getrandom::fill(&mut random)
            .map_err(|error| Error::io("asking for", "random bytes", std::io::Error::other(error)))?;
        let mark = to_hex(&random);
        let bucket = format!("{NAME}-{mark}");
        match lock::make_bucket(s3, &bucket) {
            Ok(()) => {
                let lab = Lab { s3, bucket, prefix: format!("{NAME}/"), own: true, until };
                lab.clear_old();
                Ok(lab)
            }
            Err(Error::Answer { .. }) if s3.state()?.lock => {
                let bucket = s3.address().bucket.clone();
                Ok(Lab { s3, bucket, prefix: format!("{}{NAME}/{mark}/", s3.address().prefix), own: false, until })
            }
            Err(error) => Err(error),
        }
    }

    pub fn ask(&self, method: &'static str, key: &str) -> Ask<'_> {
        Ask::new(method, &self.bucket, key)
    }

    pub fn tell(&self, ask: &Ask<'_>) -> Result<Told> {
        self.s3.wire.ask(ask).map(Told::of)
    }

    /// Makes an object that is locked so, by headers of its own.
    pub fn victim(&self, name: &str, mode: &'static str) -> Result<Victim> {
        let key = self.key(name);
        let body = format!("andon vault probe {name}").into_bytes();
        let mut ask = locked(self.ask("PUT", &key), self.until).body(&body);
        if let Some((_, said)) = ask.headers.iter_mut().find(|(header, _)| *header == "x-amz-object-lock-mode") {
            *said = mode.to_owned();
        }
        let answer = self.s3.wire.good(&ask)?;
        self.found(key, answer, body.clone(), mode, self.until)
    }

    /// What was just put, as an object to attack.
    pub fn found(&self, key: String, put: Answer, body: Vec<u8>, mode: &'static str, until: i64) -> Result<Victim> {
        let version = put.header("x-amz-version-id").unwrap_or_default().to_owned();
        if version.is_empty() {
            return Err(Error::NotLocked { object: key, said: "no version".to_owned() });
        }
        Ok(Victim { key, version, body, mode, until })
    }

    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A question about the very version.
    pub fn of(&self, method: &'static str, victim: &Victim) -> Ask<'_> {
        self.ask(method, &victim.key).query("versionId", &victim.version)
    }

    /// The same with the header that lifts a lock of GOVERNANCE.
    pub fn bypassing(&self, method: &'static str, victim: &Victim) -> Ask<'_> {
        self.of(method, victim).header("x-amz-bypass-governance-retention", "true")
    }

    /// Whether the version is there, byte for byte, and its lock no weaker; none if that could not be learnt.
    pub fn stands(&self, victim: &Victim) -> Option<bool> {
        let answer = self.s3.wire.ask(&self.of("GET", victim)).ok()?;
        match answer.status {
            200 => {}
            404 | 405 => return Some(false),
            _ => return None,
        }
        let mode = answer.header("x-amz-object-lock-mode").map(str::to_owned);
        let until = answer.header("x-amz-object-lock-retain-until-date").and_then(time::read_iso);
        let weaker =
            mode.as_deref() != Some(victim.mode) || until.is_none_or(|until| until < victim.until - time::SECOND);
        let body = answer.words().ok()?;
        Some(body == victim.body && (victim.mode.is_empty() || !weaker))
    }

    /// Everything that lies under a key, newest first, with the times by which a vault is read.
    pub fn versions(&self, key: &str) -> Result<Vec<Version>> {
        let exactly = |other: &str| (other.replace("%2F", "/") == key).then(|| key.to_owned());
        self.s3.versions_in(&self.bucket, key, &exactly)
    }

    /// What an attack came to: by what is left, not by what the server said; but a server that did not understand the
    /// question has not refused it.
    pub fn judge(&self, victim: &Victim, told: &Told) -> Outcome {
        match self.stands(victim) {
            Some(false) => Outcome::Open,
            Some(true) if told.is_understood() => Outcome::Held,
            _ => Outcome::Unknown,
        }
    }

    /// Clears away buckets of earlier probes, as far as their locks are over. What is left is met again next time.
    fn clear_old(&self) {
        let listed = self.s3.wire.good(&Ask::new("GET", "", "")).and_then(Answer::xml);
        let Ok(Some(buckets)) = listed.map(|page| page.find("Buckets").cloned()) else { return };
        let is_old = |name: &str| {
            let mark = name.strip_prefix(NAME).and_then(|rest| rest.strip_prefix('-'));
            let hex = |mark: &str| mark.len() == 16 && mark.bytes().all(|byte| byte.is_ascii_hexdigit());
            mark.is_some_and(hex) && name != self.bucket
        };
        for bucket in buckets.inside.iter().map(|bucket| bucket.text("Name")).filter(|name| is_old(name)).take(OLD_MAX)
        {
            let asked = Ask::new("GET", bucket, "").query("versions", "").query("prefix", format!("{NAME}/"));
            let Ok(page) = self.s3.wire.good(&asked).and_then(Answer::xml) else { continue };
            for node in page.inside.iter().filter(|node| ["Version", "DeleteMarker"].contains(&node.name.as_str())) {
                let ask = Ask::new("DELETE", bucket, node.text("Key")).query("versionId", node.text("VersionId"));
                // What is locked still stays until its time is over; the next probe asks again.
                let _ = self.s3.wire.ask(&ask);
            }
            let _ = self.s3.wire.ask(&Ask::new("DELETE", bucket, ""));
        }
    }
}
