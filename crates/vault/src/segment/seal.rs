//! Sealing: members in, one object out, in a stream. What is held in memory is a frame, its packed form, 64 KiB of
//! age's, and sixteen bytes a group.

use std::io::{self, Write};

use age::stream::StreamWriter;
use zstd::zstd_safe::CCtx;

use super::frames::{FrameSize, encode};
use super::tar::{BLOCK, Member};
use crate::hash::{Summing, Sums};
use crate::index::{Label, Row};
use crate::{Error, Recipient, Result};

/// Of zstd; measured on SS-MIX2 in docs/vault-format.md.
pub const LEVEL: i32 = 1;
/// A frame ends at the first member boundary beyond this, tar bytes.
const FRAME_TARGET: usize = 96 << 10;
/// And before a member that would take it beyond this; a larger member has a frame of its own.
const FRAME_FULL: usize = 128 << 10;

/// How members are packed. The default is what segments are made with; others are for measuring.
#[derive(Clone, Copy, Debug)]
pub struct Packing {
    /// Level of zstd.
    pub level: i32,
    /// A frame ends at the first member boundary beyond this, tar bytes.
    pub target: usize,
    /// And before a member that would take it beyond this.
    pub full: usize,
}

impl Default for Packing {
    fn default() -> Packing {
        Packing { level: LEVEL, target: FRAME_TARGET, full: FRAME_FULL }
    }
}

/// What went into a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files.
    pub members: u64,
    /// Runs of files under one label.
    pub groups: u64,
    /// Bytes of the tar, headers and padding and all.
    pub tar_bytes: u64,
    /// Frames, that of the end of the archive too.
    pub frames: u32,
}

/// A segment that was sealed.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Size and sums of the object.
    pub sums: Sums,
    /// What went in.
    pub counts: Counts,
    /// Which label is in which frame, sorted, each pair once.
    pub rows: Vec<Row>,
}

/// Makes one segment of the members it is given, in their order.
pub struct Sealer<W: Write> {
    out: StreamWriter<Summing<W>>,
    context: CCtx<'static>,
    packing: Packing,
    number: u32,
    frame: Vec<u8>,
    frames: Vec<FrameSize>,
    label: Option<Label>,
    rows: Vec<Row>,
    counts: Counts,
}

impl<W: Write> Sealer<W> {
    /// Begins segment `number`, which the holders of the `recipients`' keys, any one of them, will open.
    ///
    /// # Errors
    /// No recipient; the output cannot be written.
    pub fn new(out: W, number: u32, recipients: &[Recipient]) -> Result<Sealer<W>> {
        Sealer::with(out, number, recipients, Packing::default())
    }

    /// As [`Sealer::new`], packed otherwise.
    ///
    /// # Errors
    /// As [`Sealer::new`].
    pub fn with(out: W, number: u32, recipients: &[Recipient], packing: Packing) -> Result<Sealer<W>> {
        Ok(Sealer {
            out: encrypt(Summing::new(out), recipients)?,
            context: context(packing.level)?,
            packing,
            number,
            frame: Vec::with_capacity(packing.full),
            frames: Vec::new(),
            label: None,
            rows: Vec::new(),
            counts: Counts::default(),
        })
    }

    /// The members that follow belong together; with a label they are found again by it.
    pub fn group(&mut self, label: Option<Label>) {
        self.counts.groups += 1;
        self.label = label;
    }

    /// Adds a file.
    ///
    /// # Errors
    /// A name that `tar x` would not put below the folder it runs in; a file beyond [`super::MEMBER_BYTES_MAX`]; the
    /// output cannot be written.
    pub fn member(&mut self, member: Member<'_>) -> Result<()> {
        member.check()?;
        let len = member.tar_len();
        if !self.frame.is_empty() && self.frame.len() + len > self.packing.full {
            self.end_frame()?;
        }
        if let Some(label) = self.label {
            let row = Row::new(&label, self.number, self.frames.len() as u32);
            if self.rows.last() != Some(&row) {
                self.rows.push(row);
            }
        }
        member.write(&mut self.frame);
        self.counts.members += 1;
        if self.frame.len() >= self.packing.target {
            self.end_frame()?;
        }
        Ok(())
    }

    /// Tar bytes so far, by which the caller knows when to close.
    pub fn tar_bytes(&self) -> u64 {
        self.counts.tar_bytes + self.frame.len() as u64
    }

    /// Ends the segment: what `out` holds now is the object.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(mut self) -> Result<(W, Sealed)> {
        if !self.frame.is_empty() {
            self.end_frame()?;
        }
        self.frame.resize(2 * BLOCK, 0);
        self.end_frame()?;
        self.out.write_all(&encode(&self.frames)).map_err(writing)?;
        let (out, sums) = self.out.finish().map_err(writing)?.finish();
        self.rows.sort_unstable();
        self.rows.dedup();
        self.counts.frames = self.frames.len() as u32;
        Ok((out, Sealed { sums, counts: self.counts, rows: self.rows }))
    }

    fn end_frame(&mut self) -> Result<()> {
        let mut packed = Vec::new();
        let mut encoder = zstd::stream::write::Encoder::with_context(&mut packed, &mut self.context);
        encoder
            .set_pledged_src_size(Some(self.frame.len() as u64))
            .and_then(|()| encoder.write_all(&self.frame))
            .and_then(|()| encoder.finish().map(drop))
            .map_err(|error| Error::io("packing a frame", format!("segment {}", self.number), error))?;
        self.out.write_all(&packed).map_err(writing)?;
        self.counts.tar_bytes += self.frame.len() as u64;
        self.frames.push(FrameSize { packed: packed.len() as u32, tar: self.frame.len() as u32 });
        self.frame.clear();
        Ok(())
    }
}

/// A compressor whose frames say their size and carry a sum of what they hold.
fn context(level: i32) -> Result<CCtx<'static>> {
    use zstd::zstd_safe::CParameter::{ChecksumFlag, CompressionLevel, ContentSizeFlag};
    let mut context = CCtx::create();
    for parameter in [CompressionLevel(level), ChecksumFlag(true), ContentSizeFlag(true)] {
        let set = context.set_parameter(parameter);
        set.map_err(|code| {
            let why = zstd::zstd_safe::get_error_name(code);
            Error::io("setting up zstd", format!("level {level}"), io::Error::other(why))
        })?;
    }
    Ok(context)
}

/// Begins an age file for these recipients.
pub(crate) fn encrypt<W: Write>(out: W, recipients: &[Recipient]) -> Result<StreamWriter<W>> {
    let dynamic = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(dynamic)
        .map_err(|error| Error::Refused(format!("nothing can be sealed: {error}")))?;
    encryptor.wrap_output(out).map_err(writing)
}

pub(crate) fn writing(error: io::Error) -> Error {
    Error::io("writing a sealed object", "spool", error)
}
