//! What shows only in a process of its own: a disk that is full, and how much memory a segment takes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use vault::{Disk, Error, Identity, Member, Sealer, Segment, Target};

/// Where the child works; without it the children below do nothing.
const FOLDER: &str = "ANDON_VAULT_TEST_FOLDER";

/// Runs one test of this program in a process of its own, after some words of a shell; what it prints.
fn child(test: &str, before: &str, folder: &Path) -> String {
    let line = format!("{before} exec \"$0\" --exact alone::{test} --nocapture");
    let mut command = Command::new("sh");
    let out = command.args(["-c", &line]).arg(std::env::current_exe().unwrap()).env(FOLDER, folder).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
    said
}

#[test]
fn a_full_disk_leaves_nothing_under_the_name() {
    let folder = tempfile::tempdir().unwrap();
    // Files of this child may not grow beyond 100 to 200 KiB.
    let said = child("puts_too_much", "trap '' XFSZ; ulimit -f 200;", folder.path());
    assert!(said.contains("refused: File too large"), "{said}");
    let target = Target::Disk(Disk::new(folder.path()));
    assert_eq!(target.list("").unwrap().into_iter().map(|object| object.name).collect::<Vec<_>>(), ["segments/small"]);
}

#[test]
fn puts_too_much() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let disk = Disk::new(folder);
    disk.put_bytes("segments/small", &[7; 1000]).unwrap();
    let Err(Error::Io { source, .. }) = disk.put_bytes("segments/large", &[7; 1_000_000]) else { panic!("it was put") };
    println!("refused: {source}");
}

#[test]
fn a_segment_of_any_size_takes_few_mib_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let said = child("seals_and_opens_much", "", folder.path());
    let peak = said.split("peak ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(peak.parse::<u64>().unwrap() < 16 << 10, "{peak} KiB");
}

#[test]
fn seals_and_opens_much() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let path = Path::new(&folder).join("object");
    let identity = Identity::generate();
    let mut noise = 1_u64;
    let mut random = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (noise >> 56) as u8
    };
    let bytes: Vec<u8> = (0..100_000).map(|_| random()).collect();
    let mut sealer = Sealer::new(fs::File::create(&path).unwrap(), 1, &[identity.to_public()]).unwrap();
    for number in 0..1000 {
        sealer.group(Some(crate::made::label(&format!("{number}"))));
        sealer.member(Member { name: format!("s1/{number}").as_bytes(), mtime: number, bytes: &bytes }).unwrap();
    }
    let (mut file, sealed) = sealer.finish().unwrap();
    file.flush().unwrap();
    assert!(sealed.sums.size > 90_000_000, "{}", sealed.sums.size);
    let mut segment = Segment::open(fs::File::open(&path).unwrap(), "it", std::slice::from_ref(&identity)).unwrap();
    let members: usize = (0..sealed.counts.frames).map(|no| segment.frame(no).unwrap().members().count()).sum();
    assert_eq!(members, 1000);
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("peak {} KiB", peak.trim().trim_end_matches(" kB"));
}
