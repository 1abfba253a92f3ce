//! `andon vault probe` and `extend` as a script meets them: exit codes, and no key anywhere. What a probe finds on a real server
//! is tested in `crates/vault/tests/s3`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::door::{program, run};

fn keys(folder: &Path, mode: u32) -> PathBuf {
    let path = folder.join("keys");
    std::fs::write(&path, "access-key = owner\nsecret-key = geheim\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn what_cannot_be_proved_ends_so_and_no_key_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = keys(folder.path(), 0o600);
    let file = file.to_str().unwrap();
    // Nobody listens there.
    let nowhere = "s3+http://127.0.0.1:1/vault";
    let table: [(&[&str], i32); 6] = [
        (&["probe", nowhere, "--json"], 3),
        (&["probe", nowhere], 3),
        (&["extend", nowhere, "--days", "3"], 1),
        (&["probe", "s3://owner:geheim@127.0.0.1/vault"], 2),
        (&["probe", "/mnt/vault"], 2),
        (&["probe", nowhere, "--door", "nowhere"], 2),
    ];
    for (words, code) in table {
        let ran = run(program(&["vault"]).args(words).args(["--keys", file]));
        let said = format!("{}{}", ran.out, ran.err);
        // What clap shows back of a wrong word is the word itself, so only our own words are looked through.
        assert!(!said.contains("geheim"), "{words:?}: {said}");
        if code == 3 && words.contains(&"--json") {
            let told = ran.json();
            assert_eq!((&told["outcome"], &told["open"]), (&"unknown".into(), &0.into()), "{told}");
        }
        ran.ends(code);
    }
}

#[test]
fn a_file_of_keys_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = keys(folder.path(), 0o644);
    let ran = run(program(&["vault", "probe", "s3+http://127.0.0.1:1/vault", "--keys"]).arg(file));
    assert!(ran.err.contains("chmod 600"), "{}", ran.err);
    ran.ends(1);
}
