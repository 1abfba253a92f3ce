//! https with the hospital's own authority, and with nobody else's.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use vault::Error;
use vault::s3::{Access, Address, S3};
use vault::target::Put;

use crate::server::{KEY, SECRET, Server};

/// An authority, and what it signed for this machine: `ca.pem`, `leaf.pem`, `leaf.key`.
fn authority(folder: &Path) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&key).unwrap();
    let leaf_key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&leaf_key, &Issuer::new(params, key)).unwrap();
    std::fs::write(folder.join("ca.pem"), ca.pem()).unwrap();
    std::fs::write(folder.join("leaf.pem"), leaf.pem()).unwrap();
    std::fs::write(folder.join("leaf.key"), leaf_key.serialize_pem()).unwrap();
}

#[test]
fn the_hospitals_own_authority_is_believed_and_nobody_elses() {
    let (ours, others) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    authority(ours.path());
    authority(others.path());
    let word = |name: &str, file: &str| format!("-s3.{name}.file={}", ours.path().join(file).display());
    let (cert, key) = (word("cert", "leaf.pem"), word("key", "leaf.key"));
    let Some(server) = Server::started("", &[&cert, &key]) else { return };
    let s3 = server.bucket("vault");
    assert_eq!(s3.put("one", &mut &b"sealed"[..], 6).unwrap(), Put::Written);
    assert_eq!(s3.size("one").unwrap(), Some(6));
    let address = || Address::parse(&server.address("vault", "")).unwrap();
    let stranger = Access::new(KEY, SECRET).trusting(others.path().join("ca.pem"));
    let told = S3::new(address(), stranger, 1).unwrap().size("one");
    assert!(matches!(told, Err(Error::Io { .. })), "{told:?}");
    for file in ["leaf.key", "nothing.pem"] {
        let access = Access::new(KEY, SECRET).trusting(ours.path().join(file));
        assert!(S3::new(address(), access, 1).is_err(), "{file}");
    }
}
