//! A segment: `age( zstd frames ( tar ) )`, sealed once, opened by `age`, `zstd` and `tar` or frame by frame by us
//! (`docs/vault-format.md`).

mod frames;
mod open;
mod seal;
mod tar;

pub use frames::FrameSize;
pub use open::{Frame, Segment};
pub(crate) use open::{decrypt, reading};
pub use seal::{Counts, LEVEL, Packing, Sealed, Sealer};
pub(crate) use seal::{encrypt, writing};
pub use tar::{MEMBER_BYTES_MAX, MEMBER_NAME_MAX, Member, Members};
