//! The table at the end of a segment that says where each frame begins: zstd's seekable format (zstd's own
//! `contrib/seekable_format`, version 0.1.0), a skippable frame that `zstd -d` passes over.

use super::tar::{BLOCK, MEMBER_BYTES_MAX, MEMBER_NAME_MAX};

/// Skippable frame of a seek table.
const SKIPPABLE: u32 = 0x184D_2A5E;
/// Last four bytes of a seek table.
const SEEKABLE: u32 = 0x8F92_EAB1;
/// Number of frames, descriptor, magic.
pub(super) const FOOTER_BYTES: usize = 9;
const HEADER_BYTES: usize = 8;
const ENTRY_BYTES: usize = 8;
/// Frames of a segment: a table of more than this is not read (32 MiB of table).
const FRAMES_MAX: usize = 4 << 20;
/// No frame holds more than one member of the largest size: what says so is not believed, as it would be allocated.
pub(super) const FRAME_BYTES_MAX: usize = MEMBER_BYTES_MAX + MEMBER_NAME_MAX + 8 * BLOCK;

/// Sizes of one frame, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSize {
    /// As it lies in the decrypted stream.
    pub packed: u32,
    /// Of the tar bytes in it.
    pub tar: u32,
}

/// The table as it is appended.
pub(super) fn encode(frames: &[FrameSize]) -> Vec<u8> {
    let body = frames.len() * ENTRY_BYTES + FOOTER_BYTES;
    let mut out = Vec::with_capacity(HEADER_BYTES + body);
    out.extend(SKIPPABLE.to_le_bytes());
    out.extend((body as u32).to_le_bytes());
    for frame in frames {
        out.extend(frame.packed.to_le_bytes());
        out.extend(frame.tar.to_le_bytes());
    }
    out.extend((frames.len() as u32).to_le_bytes());
    out.push(0);
    out.extend(SEEKABLE.to_le_bytes());
    out
}

/// Length of the whole table, from its footer.
pub(super) fn table_len(footer: &[u8; FOOTER_BYTES]) -> Option<usize> {
    let [a, b, c, d, descriptor, magic @ ..] = *footer;
    let frames = u32::from_le_bytes([a, b, c, d]) as usize;
    let known = descriptor == 0 && u32::from_le_bytes(magic) == SEEKABLE && frames <= FRAMES_MAX;
    known.then_some(HEADER_BYTES + frames * ENTRY_BYTES + FOOTER_BYTES)
}

/// Reads a table that fills the stream of `plain` bytes with its frames.
pub(super) fn decode(table: &[u8], plain: u64) -> Option<Vec<FrameSize>> {
    let (header, body) = table.split_at_checked(HEADER_BYTES)?;
    let entries = body.get(..body.len().checked_sub(FOOTER_BYTES)?)?;
    let (magic, len) = header.split_at(4);
    let ours = magic == SKIPPABLE.to_le_bytes() && len == (body.len() as u32).to_le_bytes();
    let (entries, rest) = entries.as_chunks::<ENTRY_BYTES>();
    (ours && rest.is_empty()).then_some(())?;
    let frames: Vec<FrameSize> = entries
        .iter()
        .map(|&[a, b, c, d, e, f, g, h]| FrameSize {
            packed: u32::from_le_bytes([a, b, c, d]),
            tar: u32::from_le_bytes([e, f, g, h]),
        })
        .collect();
    let packed: u64 = frames.iter().map(|frame| u64::from(frame.packed)).sum();
    let fits = frames.iter().all(|frame| frame.tar as usize <= FRAME_BYTES_MAX);
    (fits && packed + table.len() as u64 == plain).then_some(frames)
}
