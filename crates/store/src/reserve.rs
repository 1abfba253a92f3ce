//! Room kept for people's own entries: a file that takes up space until the disk is full (design §4).
//!
//! While it stands, what arrives from sources is refused before the last bytes are used. When an event must be
//! written and the disk is full, the file is given back to it.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::files::{file_bytes, free_bytes};

/// Size of the reserve: a day of events and audit at 10,000 queue moves and 300,000 fields in 65 days, many times over.
pub const RESERVE_BYTES: u64 = 64 << 20;
/// Size in a training home.
pub const TRAINING_RESERVE_BYTES: u64 = 4 << 20;

/// The reserve of a home.
pub(crate) struct Reserve {
    path: PathBuf,
    bytes: u64,
    held: bool,
    /// In place of what the system says, so that a test can fill the disk.
    #[cfg(test)]
    pretended_free: Option<u64>,
}

impl Reserve {
    /// Finds it, or sets it up where there is room.
    pub fn open(home: &Path, training: bool) -> Reserve {
        let path = home.join("reserve");
        let bytes = if training { TRAINING_RESERVE_BYTES } else { RESERVE_BYTES };
        let held = file_bytes(&path) == bytes;
        let mut reserve = Reserve {
            path,
            bytes,
            held,
            #[cfg(test)]
            pretended_free: None,
        };
        reserve.restore();
        reserve
    }

    /// Free space below which sources must wait: half the reserve.
    fn low_water(&self) -> u64 {
        self.bytes / 2
    }

    #[cfg(test)]
    pub fn pretend_free(&mut self, bytes: Option<u64>) {
        self.pretended_free = bytes;
    }

    fn free(&self) -> u64 {
        #[cfg(test)]
        if let Some(bytes) = self.pretended_free {
            return bytes;
        }
        free_bytes(self.path.parent().unwrap_or(&self.path))
    }

    /// Whether sources may write: the reserve stands and the disk is not nearly full. Sets it up again where it can.
    pub fn admits_arrivals(&mut self) -> bool {
        self.restore();
        self.held && self.free() >= self.low_water()
    }

    /// Gives the space back when little else is left. True when it did.
    pub fn release_if_low(&mut self) -> bool {
        self.held && self.free() < self.low_water() && self.release()
    }

    /// Gives the space back. True when there was something to give.
    pub fn release(&mut self) -> bool {
        self.held && {
            self.held = std::fs::remove_file(&self.path).is_err();
            !self.held
        }
    }

    /// Sets the file up again once there is twice the room it needs.
    fn restore(&mut self) {
        if self.held || self.free() < self.bytes * 2 {
            return;
        }
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(&self.path);
        let flags = rustix::fs::FallocateFlags::empty();
        self.held = file.is_ok_and(|file| rustix::fs::fallocate(&file, flags, 0, self.bytes).is_ok());
        if !self.held {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
