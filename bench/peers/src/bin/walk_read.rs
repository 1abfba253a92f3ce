//! The floor: walks a tree and reads every file, and does nothing else. `walk_read DIR [walk]`; with `walk` it asks for
//! sizes and opens nothing, which is the floor of a pass over an unchanged tree.

use std::io::{self, Read};
use std::path::PathBuf;

fn main() -> io::Result<()> {
    let mut args = std::env::args_os().skip(1);
    let mut folders = vec![PathBuf::from(args.next().ok_or_else(|| io::Error::other("usage: walk_read DIR [walk]"))?)];
    let only_walk = args.next().is_some();
    let (mut files, mut bytes, mut buffer) = (0_u64, 0_u64, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
                continue;
            }
            files += 1;
            if only_walk {
                bytes += entry.metadata()?.len();
                continue;
            }
            buffer.clear();
            bytes += std::fs::File::open(entry.path())?.read_to_end(&mut buffer)? as u64;
        }
    }
    println!("{files} {bytes}");
    Ok(())
}
