//! Pages for other machines on the network (design §3, mode B): with TLS under a certificate authority of this station's
//! own, or, where a person vouches that the switch joins nothing else, without.
//!
//! The authority may vouch for this one address and nothing else (RFC 5280 §4.2.1.10, name constraints), and its key is
//! gone once it has signed: whoever steals the station's certificate cannot make another.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SanType,
};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::serve::{Door, Via};
use crate::home::Problem;

/// Certificates are good for so long, days: an outage of ten weeks and a year of drills before it.
const GOOD_DAYS: i64 = 3 * 365;

/// Where and how to listen for other machines.
pub struct Lan {
    /// Address and port of this machine on that network.
    pub address: SocketAddr,
    /// Without TLS, because a person vouches for the switch.
    pub own_switch: bool,
}

/// What an administrator must know of the listener: the authority's certificate to import, and its fingerprint.
pub struct Opened {
    /// The door.
    pub door: Door,
    /// File of the authority's certificate (PEM), and the SHA-256 of its bytes in pairs of hexadecimal digits; `None`
    /// without TLS.
    pub authority: Option<(std::path::PathBuf, String)>,
}

impl Lan {
    /// Opens the listener; makes the certificates in `folder` when there are none for this address.
    ///
    /// # Errors
    /// When the address cannot be listened on, is everybody's (`0.0.0.0`), or the certificates cannot be made or read.
    pub async fn open(&self, folder: &Path) -> Result<Opened, Problem> {
        let ip = self.address.ip();
        if ip.is_unspecified() || ip.is_multicast() {
            return Err(Problem::usage(
                "--lan には、この端末がそのネットワークで持つアドレスを一つ書いてください（例 192.168.10.5:8443）。\n\
                 --lan takes one address of this machine on that network, e.g. 192.168.10.5:8443.",
            ));
        }
        let listener = TcpListener::bind(self.address).await.map_err(|error| {
            Problem::failed(format!(
                "{0} で待ち受けられません。この端末のアドレスか確かめてください。\n\
                 Cannot listen on {0}: is it an address of this machine? ({error})",
                self.address
            ))
        })?;
        let address = listener.local_addr()?;
        let via =
            Via { elsewhere: true, secure: !self.own_switch, names: Arc::new([address.to_string()]), ..Via::default() };
        if self.own_switch {
            return Ok(Opened { door: Door { listener, tls: None, via }, authority: None });
        }
        let (tls, authority) = certificates(folder, ip)?;
        Ok(Opened { door: Door { listener, tls: Some(tls), via }, authority: Some(authority) })
    }
}

fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::failed(format!("証明書を用意できません。 / The certificates could not be made or read. ({error})"))
}

/// The station's certificate for an address, made once; and the authority that others must import to trust it.
fn certificates(folder: &Path, ip: IpAddr) -> Result<(TlsAcceptor, (std::path::PathBuf, String)), Problem> {
    let name = ip.to_string().replace(':', "-");
    let file = |what: &str| folder.join(format!("lan-{name}{what}"));
    let (authority, chain, key) = (file("-authority.pem"), file(".pem"), file(".key"));
    if !(authority.exists() && chain.exists() && key.exists()) {
        make(ip, &authority, &chain, &key)?;
    }
    let der: CertificateDer<'_> = CertificateDer::from_pem_file(&authority).map_err(failed)?;
    let print = Sha256::digest(&der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    let chain: Vec<_> =
        CertificateDer::pem_file_iter(&chain).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(failed)?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(failed)?;
    Ok((TlsAcceptor::from(Arc::new(config)), (authority, print)))
}

fn make(ip: IpAddr, authority_file: &Path, chain_file: &Path, key_file: &Path) -> Result<(), Problem> {
    let now = time::OffsetDateTime::now_utc();
    let span = |params: &mut CertificateParams| {
        params.not_before = now - time::Duration::days(1);
        params.not_after = now + time::Duration::days(GOOD_DAYS);
    };
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, format!("Andon {ip}"));
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let only = match ip {
        IpAddr::V4(ip) => CidrSubnet::V4(ip.octets(), [255; 4]),
        IpAddr::V6(ip) => CidrSubnet::V6(ip.octets(), [255; 16]),
    };
    let permitted_subtrees = vec![GeneralSubtree::IpAddress(only)];
    authority.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    span(&mut authority);
    // This key is dropped at the end of this function and is written nowhere.
    let authority_key = KeyPair::generate().map_err(failed)?;
    let authority_cert = authority.self_signed(&authority_key).map_err(failed)?;
    let mut leaf = CertificateParams::default();
    leaf.distinguished_name.push(DnType::CommonName, format!("Andon {ip}"));
    leaf.subject_alt_names = vec![SanType::IpAddress(ip)];
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    span(&mut leaf);
    let key = KeyPair::generate().map_err(failed)?;
    let cert = leaf.signed_by(&key, &Issuer::new(authority, authority_key)).map_err(failed)?;
    crate::world::write_private(key_file, key.serialize_pem().as_bytes())?;
    crate::world::write_private(chain_file, cert.pem().as_bytes())?;
    crate::world::write_private(authority_file, authority_cert.pem().as_bytes())
}
