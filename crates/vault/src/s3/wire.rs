//! One request and its answer: signed, bounded, tried again when the line breaks.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest, Sha256};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body, http};

use super::access::Access;
use super::address::Address;
use super::sign::{Signing, authorization, encoded, query};
use super::{time, xml};
use crate::hash::to_hex;
use crate::{Error, Result};

/// A server in the house is there within this, or is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// A server that gathers the parts of a large object is silent for so long.
const SILENCE: Duration = Duration::from_secs(60);
/// An answer that is words: a page of 1,000 names of 1 KB, several times over.
const WORDS_BYTES_MAX: u64 = 8 << 20;
/// Pauses before a request is tried again.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];
/// The server is busy or was away.
const AGAIN: [u16; 5] = [429, 500, 502, 503, 504];
/// Codes that say no to the key or its clock, whatever was asked for.
pub(super) const KEY_TROUBLE: [&str; 6] = [
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    SKEWED,
    "ExpiredToken",
    "InvalidToken",
    "AuthorizationHeaderMalformed",
];
const SKEWED: &str = "RequestTimeTooSkewed";
/// Where systems keep whom they believe, where the hospital names no CA of its own.
const SYSTEM_LISTS: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"];

/// Who vouches for a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// The key of the file.
    Us,
    /// Nobody: no signature.
    Nobody,
    /// The name of our key, and another secret.
    Impostor,
}

/// A request.
#[derive(Clone)]
pub(super) struct Ask<'a> {
    pub method: &'static str,
    /// The bucket; empty for the server itself.
    pub bucket: &'a str,
    /// The whole key; empty for the bucket itself.
    pub key: String,
    pub query: Vec<(&'static str, String)>,
    /// Names in small letters.
    pub headers: Vec<(&'static str, String)>,
    pub body: &'a [u8],
    pub by: As,
}

impl<'a> Ask<'a> {
    pub fn new(method: &'static str, bucket: &'a str, key: impl Into<String>) -> Ask<'a> {
        Ask { method, bucket, key: key.into(), query: Vec::new(), headers: Vec::new(), body: &[], by: As::Us }
    }

    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn body(mut self, body: &'a [u8]) -> Self {
        self.body = body;
        self
    }

    pub fn by(mut self, by: As) -> Self {
        self.by = by;
        self
    }

    /// What a person reads of it.
    fn place(&self) -> String {
        if self.key.is_empty() { self.bucket.to_owned() } else { self.key.clone() }
    }
}

/// What the server answered.
pub(super) struct Answer {
    pub status: u16,
    headers: http::HeaderMap,
    body: Body,
    method: &'static str,
    place: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer if it is a good one.
    pub fn good(self) -> Result<Answer> {
        if self.is_good() { Ok(self) } else { Err(self.refusal()) }
    }

    /// As an error, whatever it is.
    pub fn refusal(self) -> Error {
        let (doing, place, status) = (self.method, self.place.clone(), self.status);
        Error::Answer { doing, place, status, code: self.code() }
    }

    /// The code of S3 in its words; empty if there is none.
    pub fn code(self) -> String {
        let words = self.words().unwrap_or_default();
        let code = xml::parse(&words).and_then(|node| node.find("Code").map(|code| code.text.clone()));
        code.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(60).collect()
    }

    /// Its body, which is words.
    pub fn words(self) -> Result<Vec<u8>> {
        let (doing, place) = (self.method, self.place);
        let read = self.body.into_with_config().limit(WORDS_BYTES_MAX).read_to_vec();
        read.map_err(|error| Error::io(doing, place, error.into_io()))
    }

    /// Its body as XML.
    pub fn xml(self) -> Result<xml::Node> {
        let (place, status) = (self.place.clone(), self.status);
        let doing = self.method;
        let words = self.words()?;
        xml::parse(&words).ok_or(Error::Answer { doing, place, status, code: "not XML".to_owned() })
    }

    /// Its body, which is an object.
    pub fn reader(self) -> ureq::BodyReader<'static> {
        self.body.into_reader()
    }
}

/// The way to one server.
pub(super) struct Wire {
    agent: Agent,
    pub address: Address,
    pub region: String,
    access: Access,
    /// The server's clock when we last heard of it.
    heard: Mutex<Option<(Instant, i64)>>,
}

impl Wire {
    pub fn new(address: Address, access: Access) -> Result<Wire> {
        let builder = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("andon")
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE));
        let builder = if address.tls { builder.tls_config(trust(access.ca.as_deref())?) } else { builder };
        let agent = builder.build().new_agent();
        Ok(Wire { agent, address, region: access.region.clone(), access, heard: Mutex::new(None) })
    }

    /// Asks, and asks again where the line broke or the server was busy. Any answer is an answer.
    pub fn ask(&self, ask: &Ask<'_>) -> Result<Answer> {
        let mut pauses = PAUSES.iter();
        loop {
            let told = self.once(ask);
            let again = match &told {
                Ok(answer) => AGAIN.contains(&answer.status),
                Err(_) => true,
            };
            match pauses.next() {
                Some(pause) if again => std::thread::sleep(*pause),
                _ => return told,
            }
        }
    }

    /// Asks, and takes good answers only.
    pub fn good(&self, ask: &Ask<'_>) -> Result<Answer> {
        let answer = self.ask(ask)?;
        if answer.status != 403 {
            return answer.good();
        }
        match answer.refusal() {
            // By now we know the server's clock, and sign with it.
            Error::Answer { code, .. } if code == SKEWED => self.ask(ask)?.good(),
            other => Err(other),
        }
    }

    fn once(&self, ask: &Ask<'_>) -> Result<Answer> {
        let path = match (ask.bucket, ask.key.as_str()) {
            ("", _) => "/".to_owned(),
            (bucket, "") => format!("/{bucket}"),
            (bucket, key) => format!("/{bucket}/{}", encoded(key, true)),
        };
        let query = query(&ask.query);
        let body = to_hex(&Sha256::digest(ask.body));
        let at = self.clock().unwrap_or_else(time::own);
        let mut headers = ask.headers.clone();
        headers.push(("host", self.address.authority()));
        headers.push(("x-amz-content-sha256", body.clone()));
        headers.push(("x-amz-date", time::stamp(at)));
        if !ask.body.is_empty() {
            // Older servers want it with whatever is locked, and in front of `?delete`.
            headers.push(("content-md5", STANDARD.encode(Md5::digest(ask.body))));
        }
        headers.sort_unstable();
        let signing = Signing { method: ask.method, path: &path, query: &query, headers: &headers, body: &body };
        let signature = match ask.by {
            As::Us => Some(authorization(&signing, &self.access, at)),
            As::Nobody => None,
            As::Impostor => {
                let other = Access { secret: String::from("not the secret").into(), ..self.access.clone() };
                Some(authorization(&signing, &other, at))
            }
        };
        let scheme = if self.address.tls { "https" } else { "http" };
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = format!("{scheme}://{}{path}{mark}{query}", self.address.authority());
        let mut request = http::Request::builder().method(ask.method).uri(uri);
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request = request.header(*name, value);
        }
        if let Some(signature) = signature {
            request = request.header("authorization", signature);
        }
        self.send(request, ask)
    }

    fn send(&self, request: http::request::Builder, ask: &Ask<'_>) -> Result<Answer> {
        let place = ask.place();
        let failed = |error: ureq::Error| Error::io(ask.method, place.clone(), error.into_io());
        let built = |error: http::Error| Error::io(ask.method, place.clone(), std::io::Error::other(error));
        let answer = match ask.method {
            "PUT" | "POST" => self.agent.run(request.body(ask.body).map_err(built)?),
            _ => self.agent.run(request.body(()).map_err(built)?),
        };
        let (head, body) = answer.map_err(failed)?.into_parts();
        let date = head.headers.get("date").and_then(|date| time::read_http(date.to_str().ok()?));
        if let (Some(date), Ok(mut heard)) = (date, self.heard.lock()) {
            *heard = Some((Instant::now(), date));
        }
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, method: ask.method, place })
    }

    /// The server's clock, if we heard of it: what it said, and the time since then by a clock that nobody sets.
    pub fn clock(&self) -> Option<i64> {
        let (when, date) = (*self.heard.lock().ok()?)?;
        Some(date.saturating_add(i64::try_from(when.elapsed().as_millis()).ok()?))
    }
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Whom we believe that the server is who it says.
fn trust(ca: Option<&Path>) -> Result<TlsConfig> {
    let path = ca.or_else(|| SYSTEM_LISTS.iter().map(Path::new).find(|path| path.is_file()));
    let path = path.ok_or_else(|| {
        Error::Refused("証明書の一覧がありません。鍵のファイルに ca = FILE を / no list of certificates: name one, ca = FILE, in the file of keys".to_owned())
    })?;
    let pem = std::fs::read(path).map_err(|error| Error::io("reading", path.display().to_string(), error))?;
    let certificates: Vec<Certificate<'static>> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(Error::Refused(format!(
            "{}: PEM の証明書がありません / no certificate in PEM in it",
            path.display()
        )));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(provider)
        .build())
}
