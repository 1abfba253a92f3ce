//! TLS 1.3 with keys on both sides. Neither believes an authority: the sender knows the receiver's certificate from its card, the receiver
//! knows the keys that a person registered there. Stations that exchange entries know each other's keys alone ([`caller`]).

use std::fmt;
use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, PeerIncompatible, ServerConfig,
    SignatureScheme,
};

use super::SERVER_NAME;
use crate::{Error, Result};

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PRIVATE: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// And of a public one in a certificate (RFC 8410 §4).
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A certificate that a key signs for itself, and the key as its maker has it. It says nothing but the key, and has no end.
///
/// # Errors
/// None that could be met.
pub(super) fn certificate(key: &SigningKey) -> Result<(CertificateDer<'static>, KeyPair)> {
    let failed = |error: rcgen::Error| Error::Refused(format!("making a certificate: {error}"));
    let private = PrivatePkcs8KeyDer::from([&PRIVATE[..], &key.to_bytes()].concat());
    let pair = KeyPair::try_from(&private).map_err(failed)?;
    let mut params = CertificateParams::new([SERVER_NAME.to_owned()]).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, SERVER_NAME);
    Ok((params.self_signed(&pair).map_err(failed)?.into(), pair))
}

/// The Ed25519 key in a certificate; `None` for any other certificate.
pub fn key_of(certificate: &CertificateDer<'_>) -> Option<VerifyingKey> {
    let public = ParsedCertificate::try_from(certificate).ok()?.subject_public_key_info();
    VerifyingKey::from_bytes(public.as_ref().strip_prefix(&PUBLIC)?.try_into().ok()?).ok()
}

/// The receiver's side: who does not hold a key that `knows` says yes to does not come in.
///
/// # Errors
/// None that could be met.
pub fn config(key: &SigningKey, knows: Arc<dyn Fn(&VerifyingKey) -> bool + Send + Sync>) -> Result<Arc<ServerConfig>> {
    let failed = |error: rustls::Error| Error::Refused(format!("TLS: {error}"));
    let provider = Arc::new(ring::default_provider());
    let (certificate, pair) = certificate(key)?;
    let known = Known { knows, provider: Arc::clone(&provider) };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(failed)?
        .with_client_cert_verifier(Arc::new(known))
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(pair.serialize_der()).into())
        .map_err(failed)?;
    // A key that was taken back does not come in on what it was given before.
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

/// The caller's side where the other is known by its key alone: speaks to who holds a key that `knows` says yes to.
///
/// # Errors
/// None that could be met.
pub fn caller(key: &SigningKey, knows: Arc<dyn Fn(&VerifyingKey) -> bool + Send + Sync>) -> Result<Arc<ClientConfig>> {
    let failed = |error: rustls::Error| Error::Refused(format!("TLS: {error}"));
    let provider = Arc::new(ring::default_provider());
    let (certificate, pair) = certificate(key)?;
    let known = Known { knows, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(known))
        .with_client_auth_cert(vec![certificate], PrivatePkcs8KeyDer::from(pair.serialize_der()).into())
        .map_err(failed)?;
    Ok(Arc::new(config))
}

/// Believes keys, not certificates.
struct Known {
    knows: Arc<dyn Fn(&VerifyingKey) -> bool + Send + Sync>,
    provider: Arc<CryptoProvider>,
}

impl Known {
    fn knows(&self, certificate: &CertificateDer<'_>) -> std::result::Result<(), rustls::Error> {
        match key_of(certificate).is_some_and(|key| (self.knows)(&key)) {
            true => Ok(()),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    /// Neither side offers TLS 1.2.
    fn no_tls12() -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn signed(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl ClientCertVerifier for Known {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> std::result::Result<ClientCertVerified, rustls::Error> {
        self.knows(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Known::no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.signed(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        self.knows(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Known::no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.signed(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}
