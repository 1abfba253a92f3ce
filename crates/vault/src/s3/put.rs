//! Writing: one request where the object fits a part, else parts that become an object all at once.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::wire::{Answer, Ask};
use super::{S3, time};
use crate::target::Put;
use crate::{Error, Result};

/// A part, and with it the memory of a put. S3 takes no part but the last below 5 MiB.
pub(super) const PART_BYTES: usize = 8 << 20;
/// As many as S3 takes.
const PARTS_MAX: u64 = 10_000;
/// Uploads that were broken off and are cleared before the same object is put again.
const LEFT_MAX: usize = 16;

pub(super) fn put(s3: &S3, name: &str, source: &mut dyn Read, len: u64) -> Result<Put> {
    if len > PARTS_MAX * PART_BYTES as u64 {
        return Err(Error::Refused(format!("{name}: {len} bytes are more than {PARTS_MAX} parts of 8 MiB")));
    }
    let mut source = Counted { source, name, left: len, sum: Sha256::new() };
    if let Some(size) = s3.size(name)? {
        source.through()?;
        return same(s3, name, size, len, source.sum);
    }
    let until = s3.until(s3.keep_days)?;
    let mut buffer = Vec::new();
    source.part(&mut buffer)?;
    let answer = if source.left == 0 {
        source.at_end()?;
        let ask = locked(s3.ask("PUT", name)?, until).header("if-none-match", "*").body(&buffer);
        s3.wire.ask(&ask)?
    } else {
        in_parts(s3, name, &mut source, buffer, until)?
    };
    if answer.status == 412 {
        // Somebody was faster, or our first try went through and its answer did not.
        let size = s3.size(name)?.ok_or_else(|| Error::Missing { object: name.to_owned() })?;
        return same(s3, name, size, len, source.sum);
    }
    answer.good()?;
    confirm(s3, name, len, until)?;
    Ok(Put::Written)
}

/// The headers that lock an object until a time.
pub(super) fn locked(ask: Ask<'_>, until: i64) -> Ask<'_> {
    ask.header("x-amz-object-lock-mode", "COMPLIANCE").header("x-amz-object-lock-retain-until-date", time::iso(until))
}

/// A server that knows nothing of locks takes the headers and says nothing: so it is asked.
fn confirm(s3: &S3, name: &str, len: u64, until: i64) -> Result<()> {
    let answer = s3.wire.good(&s3.ask("HEAD", name)?)?;
    let size: Option<u64> = answer.header("content-length").and_then(|size| size.parse().ok());
    if size != Some(len) {
        return Err(Error::Differs { object: name.to_owned() });
    }
    let mode = answer.header("x-amz-object-lock-mode").unwrap_or("no mode");
    let day = answer.header("x-amz-object-lock-retain-until-date").unwrap_or("no date");
    if mode != "COMPLIANCE" || time::read_iso(day).is_none_or(|day| day < until - time::SECOND) {
        return Err(Error::NotLocked { object: name.to_owned(), said: format!("{mode}, {day}") });
    }
    Ok(())
}

/// Whether what is there is what was to be put, by its hash.
fn same(s3: &S3, name: &str, size: u64, len: u64, sum: Sha256) -> Result<Put> {
    let differs = Error::Differs { object: name.to_owned() };
    if size != len {
        return Err(differs);
    }
    let mut there = Counted { source: &mut s3.get(name, None)?, name, left: size, sum: Sha256::new() };
    there.through()?;
    if there.sum.finalize() == sum.finalize() { Ok(Put::Already) } else { Err(differs) }
}

fn in_parts(s3: &S3, name: &str, source: &mut Counted<'_>, mut buffer: Vec<u8>, until: i64) -> Result<Answer> {
    clear(s3, name)?;
    let begun = s3.wire.good(&locked(s3.ask("POST", name)?.query("uploads", ""), until))?.xml()?;
    let upload = begun.text("UploadId").to_owned();
    let sent = send_parts(s3, name, source, &mut buffer, &upload);
    if sent.is_err() {
        // What is left of it takes room only; the next put of the object clears it where this does not.
        let _ = s3.wire.ask(&s3.ask("DELETE", name)?.query("uploadId", &upload));
    }
    sent
}

fn send_parts(s3: &S3, name: &str, source: &mut Counted<'_>, buffer: &mut Vec<u8>, upload: &str) -> Result<Answer> {
    let mut list = String::from("<CompleteMultipartUpload>");
    for number in 1..=PARTS_MAX {
        let ask = s3.ask("PUT", name)?.query("partNumber", number).query("uploadId", upload).body(buffer);
        let answer = s3.wire.good(&ask)?;
        let tag = answer.header("etag").unwrap_or_default().replace('"', "");
        list += &format!("<Part><PartNumber>{number}</PartNumber><ETag>&quot;{tag}&quot;</ETag></Part>");
        if source.left == 0 {
            break;
        }
        source.part(buffer)?;
    }
    source.at_end()?;
    list += "</CompleteMultipartUpload>";
    let ask = s3.ask("POST", name)?.query("uploadId", upload).header("if-none-match", "*").body(list.as_bytes());
    s3.wire.ask(&ask)
}

/// Ends uploads of this object that were broken off.
fn clear(s3: &S3, name: &str) -> Result<()> {
    let key = format!("{}{name}", s3.wire.address.prefix);
    let ask = Ask::new("GET", &s3.wire.address.bucket, "").query("uploads", "").query("prefix", &key);
    // A key that may not list uploads may still put.
    let Ok(page) = s3.wire.good(&ask).and_then(Answer::xml) else { return Ok(()) };
    let ours = page.inside.iter().filter(|node| node.name == "Upload" && node.text("Key") == key);
    for upload in ours.take(LEFT_MAX) {
        s3.wire.ask(&s3.ask("DELETE", name)?.query("uploadId", upload.text("UploadId")))?;
    }
    Ok(())
}

/// A source that must have as many bytes as were announced.
struct Counted<'a> {
    source: &'a mut dyn Read,
    name: &'a str,
    left: u64,
    sum: Sha256,
}

impl Counted<'_> {
    /// The next part, whole.
    fn part(&mut self, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.clear();
        let want = self.left.min(PART_BYTES as u64);
        let read = self.source.take(want).read_to_end(buffer);
        read.map_err(|error| Error::io("reading", self.name, error))?;
        self.left -= buffer.len() as u64;
        self.sum.update(&*buffer);
        if (buffer.len() as u64) < want {
            return Err(Error::Refused(format!("{}: {} bytes fewer came than were announced", self.name, self.left)));
        }
        Ok(())
    }

    fn at_end(&mut self) -> Result<()> {
        let more = self.source.read(&mut [0]).map_err(|error| Error::io("reading", self.name, error))?;
        if more == 0 {
            Ok(())
        } else {
            Err(Error::Refused(format!("{}: more bytes came than were announced", self.name)))
        }
    }

    /// Reads all, for its hash.
    fn through(&mut self) -> Result<()> {
        let mut buffer = Vec::new();
        while self.left > 0 {
            self.part(&mut buffer)?;
        }
        self.at_end()
    }
}
