//! Locks: what a bucket and an object say of theirs, and moving their day further away.
//!
//! A lock can be made longer by anybody who may write it, and shorter by nobody. So whoever extends needs no more than
//! that right. The station that seals extends where its key may; another machine should too: an intruder at the station
//! could simply stop extending.

use super::wire::Ask;
use super::{Moment, S3, access, time};
use crate::{Error, Result};

/// Objects that could not be extended and are named.
const NAMED_MAX: usize = 20;

/// The lock of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// `COMPLIANCE` or `GOVERNANCE`.
    pub mode: String,
    /// Its day, milliseconds since 1970.
    pub until: i64,
}

/// What a bucket says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Object Lock was switched on when it was made.
    pub lock: bool,
    /// Versions are kept.
    pub versions: bool,
    /// Mode and days of the lock for what is put without one; none if there is no such rule.
    pub default: Option<(String, String)>,
}

/// What became of moving days away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extended {
    /// Objects whose day was moved.
    pub moved: u64,
    /// Objects whose day was late enough already.
    pub enough: u64,
    /// Objects whose day could not be moved: how many.
    pub failed: u64,
    /// The first of them, and what the server said.
    pub named: Vec<String>,
}

impl S3 {
    /// What the bucket says of itself.
    ///
    /// # Errors
    /// The server says no or was not reached. That there is no lock is no error.
    pub fn state(&self) -> Result<State> {
        state(self, &self.wire.address.bucket)
    }

    /// Makes the bucket, with Object Lock, which no bucket of most servers gets later. One that is there already must have it.
    ///
    /// # Errors
    /// It is another's, or has no lock; the server says no or was not reached.
    pub fn make_bucket(&self) -> Result<()> {
        make_bucket(self, &self.wire.address.bucket)
    }

    /// The lock of a version of an object; none if it has none.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn lock_of(&self, name: &str, version: &str) -> Result<Option<Lock>> {
        let answer = self.wire.good(&self.ask("HEAD", name)?.query("versionId", version))?;
        let mode = answer.header("x-amz-object-lock-mode").unwrap_or_default().to_owned();
        let until = answer.header("x-amz-object-lock-retain-until-date").and_then(time::read_iso);
        Ok(until.filter(|_| !mode.is_empty()).map(|until| Lock { mode, until }))
    }

    /// Moves the day of every object below `prefix` to `until` that is before `least`: of its first version, which is ours, also where
    /// a delete marker or other bytes were laid over. What is laid over is not kept longer for its maker. `stop` is asked before each.
    ///
    /// # Errors
    /// The list of versions could not be had. Single objects that fail are counted.
    pub fn extend(&self, prefix: &str, (least, until): (i64, i64), stop: &dyn Fn() -> bool) -> Result<Extended> {
        let first = self.as_it_stood(Moment::First)?;
        let mut told = Extended::default();
        for object in first.list(prefix)? {
            if stop() {
                break;
            }
            match first.version(&object.name)?.map(|id| self.extend_one(&object.name, id, (least, until))) {
                Some(Ok(true)) => told.moved += 1,
                Some(Ok(false)) | None => told.enough += 1,
                Some(Err(error)) => {
                    told.failed += 1;
                    if told.named.len() < NAMED_MAX {
                        told.named.push(format!("{}: {error}", object.name));
                    }
                }
            }
        }
        Ok(told)
    }

    fn extend_one(&self, name: &str, version: &str, (least, until): (i64, i64)) -> Result<bool> {
        let far = |lock: &Lock, day: i64| lock.mode == "COMPLIANCE" && lock.until >= day - time::SECOND;
        if self.lock_of(name, version)?.is_some_and(|lock| far(&lock, least)) {
            return Ok(false);
        }
        let body = retention("COMPLIANCE", until);
        let ask = self.ask("PUT", name)?.query("retention", "").query("versionId", version).body(body.as_bytes());
        self.wire.good(&ask)?;
        match self.lock_of(name, version)? {
            Some(lock) if far(&lock, until) => Ok(true),
            lock => Err(Error::NotLocked { object: name.to_owned(), said: format!("{lock:?}") }),
        }
    }
}

pub(super) fn make_bucket(s3: &S3, bucket: &str) -> Result<()> {
    let region = &s3.wire.region;
    let place = format!(
        "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
    );
    let mut ask = Ask::new("PUT", bucket, "").header("x-amz-bucket-object-lock-enabled", "true");
    // The server's own region is named by saying nothing.
    if region != access::REGION {
        ask = ask.body(place.as_bytes());
    }
    let answer = s3.wire.ask(&ask)?;
    if answer.status == 409 && state(s3, bucket).is_ok_and(|state| state.lock) {
        return Ok(());
    }
    answer.good().map(drop)
}

/// What the bucket of that name says of itself.
pub(super) fn state(s3: &S3, bucket: &str) -> Result<State> {
    let versions = s3.wire.good(&Ask::new("GET", bucket, "").query("versioning", ""))?.xml()?;
    let answer = s3.wire.ask(&Ask::new("GET", bucket, "").query("object-lock", ""))?;
    let mut state = State { versions: versions.text("Status") == "Enabled", ..State::default() };
    // 404 ObjectLockConfigurationNotFoundError: there is none. A server that knows nothing of it says 400 or 501.
    if [400, 404, 501].contains(&answer.status) {
        return Ok(state);
    }
    let told = answer.good()?.xml()?;
    state.lock = told.text("ObjectLockEnabled") == "Enabled";
    state.default = told.find("DefaultRetention").map(|rule| {
        let years = rule.text("Years");
        let span = if years.is_empty() { format!("{} days", rule.text("Days")) } else { format!("{years} years") };
        (rule.text("Mode").to_owned(), span)
    });
    Ok(state)
}

/// The body that sets the lock of a version.
pub(super) fn retention(mode: &str, until: i64) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{}</RetainUntilDate></Retention>", time::iso(until))
}
