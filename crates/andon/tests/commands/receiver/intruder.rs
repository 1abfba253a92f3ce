//! Who took the vault's own key out of the sealing station, and asks the receiver with a tool of his own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ::vault::{Hash, name};
use ed25519_dalek::SigningKey;
use rcgen::{CertificateParams, KeyPair};

use crate::door::Station;

/// What stands before an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PRIVATE: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

pub struct Intruder {
    pub key: SigningKey,
    certificate: PathBuf,
    private: PathBuf,
}

/// One question; what was answered, and at the end the status.
pub fn curl(port: u16, method: &str, path: &str, more: &[String]) -> String {
    let address = format!("https://127.0.0.1:{port}{path}");
    let out = Command::new("curl")
        .args(["--silent", "--insecure", "--path-as-is", "--max-time", "30", "-w", " %{http_code}", "-X", method])
        .args(more)
        .arg(address)
        .output()
        .unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}

impl Intruder {
    /// With the key of a station's vault.
    pub fn of(station: &Station) -> Intruder {
        let reader = store::open_reader(&station.home(), &store::Unlock::KeyFile).unwrap();
        let key: [u8; 32] = reader.kept("vault:key").unwrap().unwrap().try_into().unwrap();
        Intruder::with(SigningKey::from_bytes(&key), station.folder())
    }

    /// With a key that nobody registered.
    pub fn stranger(folder: &Path) -> Intruder {
        Intruder::with(SigningKey::from_bytes(&[5; 32]), folder)
    }

    fn with(key: SigningKey, folder: &Path) -> Intruder {
        let der = [&PRIVATE[..], &key.to_bytes()].concat();
        let pair = KeyPair::from_pkcs8_der_and_sign_algo(&der.into(), &rcgen::PKCS_ED25519).unwrap();
        let made = CertificateParams::new(vec!["intruder".to_owned()]).unwrap().self_signed(&pair).unwrap();
        let files = ["intruder.pem", "intruder.key"].map(|name| folder.join(name));
        fs::write(&files[0], made.pem()).unwrap();
        fs::write(&files[1], pair.serialize_pem()).unwrap();
        let [certificate, private] = files;
        Intruder { key, certificate, private }
    }

    /// His words for curl.
    pub fn shown(&self) -> Vec<String> {
        let [one, two] = [&self.certificate, &self.private].map(|path| path.to_str().unwrap().to_owned());
        vec!["--cert".to_owned(), one, "--key".to_owned(), two]
    }

    fn ask(&self, port: u16, method: &str, path: &str, more: &[&str]) -> String {
        let more = self.shown().into_iter().chain(more.iter().map(|word| (*word).to_owned()));
        curl(port, method, path, &more.collect::<Vec<_>>())
    }

    /// Everything that the key can ask for. What is answered is looked at; what is left the caller compares.
    pub fn asks_for_all(&self, port: u16, held: &BTreeMap<PathBuf, Vec<u8>>, vault: &str) {
        let names =
            held.keys().filter_map(|file| file.to_str()?.split_once(&format!("{vault}/"))).map(|(_, name)| name);
        for name in names {
            let path = format!("/object/{name}");
            let refused = |method: &str, more: &[&str], status: &str| {
                let told = self.ask(port, method, &path, more);
                assert!(told.ends_with(status), "{method} {name}: {told}");
            };
            let has_hash = name::short_hash(name).is_some();
            let bytes = &held.iter().find(|(file, _)| file.ends_with(name)).unwrap().1;
            // As long as what is there, and shorter.
            let same_size = format!("@{}", self.junk(bytes.len()));
            refused("PUT", &["--data-binary", &same_size], if has_hash { " 422" } else { " 409" });
            refused("PUT", &["--data-binary", "cut"], " 409");
            for method in ["DELETE", "POST", "MOVE"] {
                refused(method, &[], " 405");
            }
        }
        self.names_that_are_none(port);
        self.too_much(port);
    }

    fn names_that_are_none(&self, port: u16) {
        let hash = Hash::of(b"x").short();
        for path in [
            "/object/../../rights.txt".to_owned(),
            "/object/%2e%2e/%2e%2e/rights.txt".to_owned(),
            "/object/..%2f..%2frights.txt".to_owned(),
            "/object/%2fetc%2fcron.d%2fx".to_owned(),
            "/object//etc/cron.d/x".to_owned(),
            "/object/.incoming/x".to_owned(),
            "/object/andon-medium.txt".to_owned(),
            "/object/segments/ransom".to_owned(),
            "/object/vault.txt%00x".to_owned(),
            format!("/object/manifests/00000001-{hash}.txt/x"),
            "/rights.txt".to_owned(),
            "/".to_owned(),
        ] {
            for method in ["PUT", "GET", "DELETE"] {
                let told = self.ask(port, method, &path, &["--data-binary", "x"]);
                let status = told.rsplit(' ').next().unwrap();
                assert!(["400", "404", "405"].contains(&status), "{method} {path}: {told}");
                assert!(!told.contains("andon-rights"), "{path}");
            }
        }
    }

    /// Too large for its name, more than the vault may have, another length than was said, another hash than the name's.
    fn too_much(&self, port: u16) {
        let hash = Hash::of(b"x").short();
        let large = format!("@{}", self.junk(5 << 20));
        let told = self.ask(port, "PUT", &format!("/object/manifests/00000009-{hash}.txt"), &["--data-binary", &large]);
        assert!(told.ends_with(" 413"), "{told}");
        let segment = format!("/object/segments/00000009-{hash}.tar.zst.age");
        let told = self.ask(port, "PUT", &segment, &["--data-binary", &format!("@{}", self.junk(21 << 20))]);
        assert!(told.ends_with(" 507"), "{told}");
        let told = self.ask(port, "PUT", &segment, &["--data-binary", &large]);
        assert!(told.ends_with(" 422"), "{told}");
        let told =
            self.ask(port, "PUT", &segment, &["-H", "content-length: 50", "--data-binary", "x", "--max-time", "2"]);
        assert!(told.ends_with(" 000"), "what never came whole is not answered for: {told}");
        let told = self.ask(port, "PUT", &segment, &["-H", "transfer-encoding: chunked", "--data-binary", "x"]);
        assert!(told.ends_with(" 411"), "{told}");
    }

    fn junk(&self, len: usize) -> String {
        let file = self.private.with_extension(format!("junk-{len}"));
        fs::write(&file, vec![7; len]).unwrap();
        file.to_str().unwrap().to_owned()
    }
}
