//! Twenty years from now: a segment opens with Debian's `age`, `zstd` and `tar` alone, by the lines that `vault.txt` and
//! docs/vault-format.md have. Without those programs the test says so in a line.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use age::secrecy::ExposeSecret;

use crate::made::{File, Made};

/// False, with a line, where the programs are not installed.
pub fn have() -> bool {
    let missing: Vec<&str> = ["age", "zstd", "tar", "sha256sum", "awk"]
        .into_iter()
        .filter(|program| Command::new(program).arg("--version").output().is_err())
        .collect();
    if !missing.is_empty() {
        println!("skipped: not here: {}", missing.join(", "));
    }
    missing.is_empty()
}

/// Runs lines as a person would; what they print.
pub fn shell(folder: &Path, lines: &str) -> String {
    let mut command = Command::new("sh");
    let out = command.current_dir(folder).env("LC_ALL", "C").args(["-euc", lines]).output().unwrap();
    assert!(out.status.success(), "{lines}\n{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(String::from_utf8_lossy(&out.stderr), "", "{lines}");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The indented lines of a text that begin so.
fn lines(text: &str, begin: &str) -> String {
    let found = text.lines().map(str::trim).find(|line| line.starts_with(begin));
    found.unwrap_or_else(|| panic!("no line {begin:?} in\n{text}")).to_owned()
}

#[test]
fn the_lines_in_vault_txt_give_the_tree_back() {
    if !have() {
        return;
    }
    let mut made = Made::new();
    let long = format!("s1/{}患者/x", "長い/".repeat(60));
    let odd = |name: &[u8]| File { name: name.to_vec(), mtime: 1_000_000_000, bytes: b"odd".to_vec() };
    let first = vec![
        File::new("s1/000/123/0000123/20261126/ADT-08/a", 1_700_000_000, "MSH|^~\\&|".repeat(40)),
        File::new(&long, 1_700_000_001, vec![0; 300_000]),
        File::new("s1/old", 86_400, "of 1970"),
        odd(b"s1/\x8a\xb3\x8e\xd2"),
        odd(b"s1/ a\nb -rf '\"*"),
        File::new("s1/gone -f *", 1, "gone later"),
    ];
    made.seal(&[(Some("one"), first.clone())], 3);
    let again = vec![File::new("s1/old", 5, "newer"), File::new("s1/empty", 6, "")];
    let lists = vec![File::new(".andon/gone/2", 7, "s1/gone -f *\0s1/never there\0")];
    made.seal(&[(Some("one"), again.clone()), (None, lists)], 0);
    made.sync();
    let text = fs::read_to_string(made.path("vault.txt")).unwrap();
    fs::write(made.folder.path().join("KEY"), made.identity.to_string().expose_secret()).unwrap();
    let out = made.folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let open = lines(&text, "for f in VAULT/segments/").replace("KEY", "../KEY").replace("VAULT", "../target");
    shell(&out, &open);
    let expected: Vec<&File> = first
        .iter()
        .filter(|file| file.name != b"s1/old" && !file.name.starts_with(b"s1/gone"))
        .chain(&again)
        .collect();
    for file in &expected {
        let path = out.join(PathBuf::from(std::ffi::OsStr::from_bytes(&file.name)));
        assert_eq!(fs::read(&path).unwrap(), file.bytes);
        assert_eq!(fs::metadata(&path).unwrap().mtime(), file.mtime);
    }
    let count = shell(&out, "find . -type f -print0 | tr -dc '\\0' | wc -c");
    assert_eq!(count.trim(), expected.len().to_string());

    let check = lines(&text, "grep -h '^object'");
    assert_eq!(shell(&made.path(""), &check), "");
    let segment = made.links[1].manifest.segment().unwrap().name.clone();
    let mut bytes = fs::read(made.path(&segment)).unwrap();
    bytes[200] ^= 1;
    fs::write(made.path(&segment), bytes).unwrap();
    let checked = Command::new("sh").current_dir(made.path("")).args(["-c", &check]).output().unwrap();
    assert!(!checked.status.success() && String::from_utf8_lossy(&checked.stdout).contains(&segment));
}

#[test]
fn zstd_knows_the_frames_and_passes_over_the_table() {
    if !have() {
        return;
    }
    let mut made = Made::new();
    let files = (0..400).map(|n| File::new(&format!("s1/{n}"), n, format!("PID|{n}|").repeat(200))).collect();
    made.seal(&[(None, files)], 0);
    let segment = made.links[0].manifest.clone();
    fs::write(made.folder.path().join("KEY"), made.identity.to_string().expose_secret()).unwrap();
    let name = &segment.segment().unwrap().name;
    shell(made.folder.path(), &format!("age -d -i KEY spool/{name} > plain.zst; zstd -qt plain.zst"));
    let listed = shell(made.folder.path(), "zstd -lv plain.zst 2>/dev/null");
    let frames = segment.counts.frames;
    assert!(listed.contains(&format!("Zstandard Frames: {frames}")), "{listed}");
    assert!(listed.contains("Skippable Frames: 1"), "{listed}");
}
