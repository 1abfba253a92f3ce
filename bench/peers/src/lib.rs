//! What the measured peers share: the corpus file. It holds messages one after another, each after its length in four
//! bytes (little end first); `corpus.py` writes it.

use std::io;

/// Reads the first `count` messages of the corpus named by the first two arguments of the program: `FILE COUNT`.
/// The whole file is read whatever the count, so that a run with count 0 costs all that is not parsing.
pub fn messages() -> io::Result<Vec<Vec<u8>>> {
    let mut args = std::env::args().skip(1);
    let usage = || io::Error::other("usage: FILE COUNT");
    let bytes = std::fs::read(args.next().ok_or_else(usage)?)?;
    let count: usize = args.next().and_then(|count| count.parse().ok()).ok_or_else(usage)?;
    let mut rest = bytes.as_slice();
    let mut messages = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let (message, after) = after.split_at_checked(length).ok_or_else(|| io::Error::other("corpus cut short"))?;
        messages.push(message.to_vec());
        rest = after;
    }
    messages.truncate(count);
    Ok(messages)
}
