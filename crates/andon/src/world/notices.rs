//! Word from the operating system that a folder changed: inotify(7). A network mount gives none of what other machines
//! do, and the system's limit may be small, so whoever listens must look for himself as well.

use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

/// Folders watched at most. The kernel keeps about 2 KiB for each, in memory that is not ours.
const FOLDERS_MAX: usize = 65_536;
/// Words taken in one [`Notices::read`]: what a burst brings beyond is taken the next time, or lost and told as such.
const WORDS_A_READ: usize = 20_000;
/// Room for words in one system call, bytes.
const BUFFER_BYTES: usize = 64 << 10;
/// Where the kernel says how many folders one user may watch.
const KERNEL_LIMIT: &str = "/proc/sys/fs/inotify/max_user_watches";

/// Folders watched, each with what it means to the one who watches.
pub struct Notices<K> {
    kernel: OwnedFd,
    most: usize,
    watched: HashMap<PathBuf, i32>,
    meaning: HashMap<i32, (PathBuf, K)>,
}

/// What [`Notices::read`] brought.
#[derive(Debug, PartialEq, Eq)]
pub struct Word<K> {
    /// What the folder means.
    pub of: K,
    /// The name in it that changed, as bytes; empty when the folder itself did.
    pub name: Vec<u8>,
}

impl<K: Clone> Notices<K> {
    /// Begins to listen, to half of what the kernel allows at most, so that others of this user are left some. `None`
    /// where the system offers nothing.
    pub fn listen() -> Option<Notices<K>> {
        let kernel = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).ok()?;
        let allowed = std::fs::read_to_string(KERNEL_LIMIT).ok()?.trim().parse::<usize>().ok()?;
        let most = (allowed / 2).min(FOLDERS_MAX);
        (most > 0).then(|| Notices { kernel, most, watched: HashMap::new(), meaning: HashMap::new() })
    }

    /// Watches a folder. False when it cannot be watched, or `keep_free` of the room would not be left.
    pub fn watch(&mut self, folder: PathBuf, of: K, keep_free: usize) -> bool {
        if self.watched.contains_key(&folder) {
            return true;
        }
        if self.watched.len() + keep_free >= self.most {
            return false;
        }
        let flags = WatchFlags::CREATE
            | WatchFlags::MOVED_TO
            | WatchFlags::MOVED_FROM
            | WatchFlags::DELETE
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR
            | WatchFlags::DONT_FOLLOW;
        let Ok(number) = inotify::add_watch(&self.kernel, &folder, flags) else { return false };
        self.meaning.insert(number, (folder.clone(), of));
        self.watched.insert(folder, number);
        true
    }

    /// How many folders may be watched.
    pub fn room(&self) -> usize {
        self.most
    }

    /// Stops watching everything at or below a folder.
    pub fn forget(&mut self, folder: &Path) {
        let gone: Vec<i32> =
            self.meaning.iter().filter(|(_, (path, _))| path.starts_with(folder)).map(|(number, _)| *number).collect();
        for number in gone {
            self.drop_watch(number);
        }
    }

    /// Takes what was said since the last time; the second answer is true when words were lost.
    pub fn read(&mut self) -> (Vec<Word<K>>, bool) {
        let mut buffer = [MaybeUninit::uninit(); BUFFER_BYTES];
        let (mut words, mut lost, mut ended) = (Vec::new(), false, Vec::new());
        {
            let mut reader = inotify::Reader::new(&self.kernel, &mut buffer);
            while words.len() < WORDS_A_READ {
                // Nothing more to read, or nothing that can be: both end it until the next time.
                let Ok(event) = reader.next() else { break };
                let said = event.events();
                lost |= said.contains(ReadFlags::QUEUE_OVERFLOW);
                if said.intersects(ReadFlags::IGNORED | ReadFlags::MOVE_SELF | ReadFlags::UNMOUNT) {
                    ended.push(event.wd());
                }
                if let Some((_, of)) = self.meaning.get(&event.wd()) {
                    let name = event.file_name().map(|name| name.to_bytes().to_vec()).unwrap_or_default();
                    words.push(Word { of: of.clone(), name });
                }
            }
        }
        ended.into_iter().for_each(|number| self.drop_watch(number));
        (words, lost)
    }

    fn drop_watch(&mut self, number: i32) {
        if let Some((folder, _)) = self.meaning.remove(&number) {
            self.watched.remove(&folder);
            // A folder that is no more has taken its watch with it.
            let _ = inotify::remove_watch(&self.kernel, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_happens_in_a_watched_folder_is_told_and_elsewhere_not() {
        let dir = tempfile::tempdir().unwrap();
        let Some(mut notices) = Notices::listen() else {
            println!("skipped: this machine offers no inotify");
            return;
        };
        let (here, there) = (dir.path().join("here"), dir.path().join("there"));
        fs::create_dir(&here).unwrap();
        fs::create_dir(&there).unwrap();
        assert!(notices.watch(here.clone(), 7, 0) && notices.watch(here.clone(), 7, 0));
        assert!(!notices.watch(dir.path().join("nowhere"), 8, 0));
        let room = notices.room();
        assert!(!notices.watch(there.clone(), 8, room), "room to be left free");
        fs::write(there.join("x"), "x").unwrap();
        assert_eq!(notices.read(), (vec![], false));
        fs::create_dir(here.join("20110701")).unwrap();
        let (words, lost) = notices.read();
        assert_eq!((&words[0], words.len(), lost), (&Word { of: 7, name: b"20110701".to_vec() }, 1, false));
        fs::rename(&here, dir.path().join("moved")).unwrap();
        notices.read();
        fs::create_dir(&here).unwrap();
        assert!(notices.watch(here.clone(), 9, 0), "the new folder of that name is another");
        fs::write(here.join("y"), "y").unwrap();
        assert!(notices.read().0.contains(&Word { of: 9, name: b"y".to_vec() }));
        notices.forget(dir.path());
        fs::write(here.join("z"), "z").unwrap();
        assert_eq!(notices.read(), (vec![], false), "forgotten");
    }
}
