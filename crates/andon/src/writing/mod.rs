//! One process a home writes; every other command that has a small thing to write asks that process, over a socket in
//! the home that only its owner may use (design §4).
//!
//! `request` is the closed list of what can be asked, `answer` of what comes back; `listen` is the side that writes: a
//! thread of its own reads what is asked, so that a slow or broken client never holds up the feed, and only a whole
//! request reaches the writer, between two pieces of its work; `ask` is the other side. What a request *does* is told
//! above the slices, in `cli`.
//!
//! Whoever may use the home's account may ask: the socket is `writer.sock`, mode 0600, in a folder of mode 0700, and
//! the kernel is asked whose process is at the other end.

mod answer;
mod ask;
mod charts;
pub mod departments;
pub mod desk;
mod listen;
mod request;
pub mod telephone;
pub mod ward;

use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

pub use answer::Answer;
pub use ask::ask;
pub use charts::ChartsAsked;
pub use listen::Listener;
pub use request::Request;

/// The socket's name in the home.
const NAME: &str = "writer.sock";
/// Bytes of a path that fit into the address of a socket (`sun_path` of unix(7): 108, one of them the closing zero).
const PATH_BYTES_MAX: usize = 107;

/// Hands `with` a path to the home's socket that is short enough for an address. A home whose path is longer is reached
/// through its open folder, `/proc/self/fd/…`.
fn reach<T>(home: &Path, with: impl FnOnce(&Path) -> std::io::Result<T>) -> std::io::Result<T> {
    let path = home.join(NAME);
    if path.as_os_str().len() <= PATH_BYTES_MAX {
        return with(&path);
    }
    let folder = rustix::fs::open(home, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    with(&Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(NAME))
}
