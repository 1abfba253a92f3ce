//! Asking a receiver, over one kind of line and in a few words of HTTP.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use ureq::http::{self, Uri};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, SendBody};
use zeroize::Zeroizing;

use super::tls::certificate;
use super::{Card, LIST, OBJECT, SERVER_NAME, TAKEN};
use crate::target::{Object, Put};
use crate::{Error, Result, name, s3};

const SCHEME: &str = "station://";
/// A receiver in the house is there within this, or is not there.
const CONNECT: Duration = Duration::from_secs(5);
/// It syncs an object to its disk before it answers.
const SILENCE: Duration = Duration::from_secs(60);
/// It closes a line that was silent for five seconds.
const IDLE: Duration = Duration::from_secs(3);
/// Pauses before a question is asked again.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];
/// Objects of one list: a segment every five minutes for 20 years, four of them each.
const LIST_MAX: usize = 10_000_000;
/// Bytes of one line of a list.
const LINE_BYTES_MAX: u64 = 4 << 10;
/// Letters of a refusal that are shown.
const WORDS_MAX: u64 = 200;

/// Where a receiver listens: `station://HOST:PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Whether these words are of a receiver.
    pub fn is_one(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Reads an address as a person writes it.
    ///
    /// # Errors
    /// It is not of the form above.
    pub fn parse(text: &str) -> Result<Address> {
        let read = || {
            let (host, port) = text.strip_prefix(SCHEME)?.trim_end_matches('/').rsplit_once(':')?;
            let port = port.parse().ok().filter(|&port| port > 0)?;
            s3::is_host(host).then(|| Address { host: host.to_owned(), port })
        };
        read().ok_or_else(|| {
            Error::Refused(format!("{SCHEME}HOST:PORT: この形で書いてください / it must be of this form"))
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}:{}", self.host, self.port)
    }
}

/// The vault of one key at a receiver.
#[derive(Clone, Debug)]
pub struct Receiver {
    way: Arc<Way>,
    as_of: Option<i64>,
}

#[derive(Debug)]
struct Way {
    agent: Agent,
    address: Address,
}

/// The receiver is known by its key; its name leads to the address that a person typed.
#[derive(Debug)]
struct Leads(Uri);

impl Resolver for Leads {
    fn resolve(
        &self,
        _: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> std::result::Result<ResolvedSocketAddrs, ureq::Error> {
        DefaultResolver::default().resolve(&self.0, config, timeout)
    }
}

impl Receiver {
    /// The receiver of this card at an address, as the holder of `key`, which must be registered there. Nothing is asked yet.
    ///
    /// # Errors
    /// None that could be met.
    pub fn new(address: Address, card: &Card, key: &SigningKey) -> Result<Receiver> {
        let (own, pair) = certificate(key)?;
        let chain = [Certificate::from_der(own.as_ref()).to_owned()];
        let private = PrivateKey::from_pem(Zeroizing::new(pair.serialize_pem()).as_bytes());
        let private = private.map_err(|error| Error::Refused(format!("TLS: {error}")))?;
        let roots = RootCerts::new_with_certs(&[Certificate::from_der(card.certificate.as_ref()).to_owned()]);
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(roots)
            .client_cert(Some(ClientCert::new_with_certs(&chain, private)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("andon")
            .max_idle_age(IDLE)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .tls_config(tls.build())
            .build();
        let place = format!("https://{}:{}/", address.host, address.port);
        let place = place.parse().map_err(|_| Error::Refused(format!("{address}: no such place")))?;
        let agent = Agent::with_parts(config, DefaultConnector::default(), Leads(place));
        Ok(Receiver { way: Arc::new(Way { agent, address }), as_of: None })
    }

    /// Only what it had taken by this time of its own clock, milliseconds since 1970. To read, not to put.
    pub fn as_of(self, as_of: Option<i64>) -> Receiver {
        Receiver { as_of, ..self }
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.way.address
    }

    /// Puts an object of `len` bytes. Nothing is overwritten there; a put that is broken off leaves nothing under the name.
    ///
    /// # Errors
    /// Another object of that name is there; `source` has more or fewer bytes; the receiver refuses it, or was not reached.
    pub fn put(&self, name: &str, source: &mut dyn Read, len: u64) -> Result<Put> {
        if self.as_of.is_some() {
            return Err(Error::Refused(format!("{name}: what stood at a time is only read")));
        }
        let mut source = Exact { source, left: len, wrong: false };
        // It says whether it wants the object before it is sent.
        let request = self.request("PUT", name)?.header("content-length", len).header("expect", "100-continue");
        let request = request.body(SendBody::from_reader(&mut source)).map_err(|error| built(name, error))?;
        let answer = self.way.agent.run(request);
        if source.wrong {
            return Err(Error::Refused(format!("{name}: not {len} bytes came as were announced; not kept")));
        }
        let answer = answer.map_err(|error| self.failed("PUT", name, error))?;
        match answer.status().as_u16() {
            200 => Ok(Put::Already),
            201 => Ok(Put::Written),
            409 => Err(Error::Differs { object: name.to_owned() }),
            507 => Err(Error::Full { place: self.way.address.to_string() }),
            _ => Err(refusal("PUT", name, answer)),
        }
    }

    /// Reads an object, or a range of its bytes; a range that goes past the end gives what there is.
    ///
    /// # Errors
    /// It is not there; the receiver says no or was not reached.
    pub fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<Box<dyn Read>> {
        if range.as_ref().is_some_and(|range| range.end <= range.start) {
            return Ok(Box::new(io::empty()));
        }
        let bytes = range.as_ref().map(|range| format!("bytes={}-{}", range.start, range.end - 1));
        let answer = self.ask("GET", name, bytes.as_deref())?;
        match (answer.status().as_u16(), range) {
            (404, _) => Err(Error::Missing { object: name.to_owned() }),
            (416, Some(_)) => Ok(Box::new(io::empty())),
            (206, Some(range)) => Ok(Box::new(answer.into_body().into_reader().take(range.end - range.start))),
            (200, None) => Ok(Box::new(answer.into_body().into_reader())),
            _ => Err(refusal("GET", name, answer)),
        }
    }

    /// Objects whose names begin so, sorted by name. What is no name of a vault is left out.
    ///
    /// # Errors
    /// The receiver says no or was not reached.
    pub fn list(&self, prefix: &str) -> Result<Vec<Object>> {
        let answer = self.way.tried(|| self.way.agent.get(format!("{}{LIST}?prefix={prefix}", self.base())).call());
        let answer = answer.map_err(|error| self.failed("LIST", prefix, error))?;
        if answer.status().as_u16() != 200 {
            return Err(refusal("LIST", prefix, answer));
        }
        let (mut objects, mut lines) = (Vec::new(), 0);
        let mut list = BufReader::new(answer.into_body().into_reader());
        // A receiver that was taken over must not fill our memory: neither with one line nor with many.
        while let Some(line) = line_of(&mut list).map_err(|error| Error::io("LIST", prefix, error))? {
            lines += 1;
            if lines > LIST_MAX {
                return Err(Error::Refused(format!("{}: more than {LIST_MAX} objects", self.way.address)));
            }
            let mut words = line.splitn(3, ' ');
            let (size, taken): (Option<u64>, Option<i64>) = (number(words.next()), number(words.next()));
            let (Some(size), Some(taken), Some(name)) = (size, taken, words.next()) else {
                return Err(Error::Refused(format!("{}: what it lists is no list", self.way.address)));
            };
            if name::check(name).is_ok() && self.as_of.is_none_or(|as_of| taken <= as_of) {
                objects.push(Object { name: name.to_owned(), size });
            }
        }
        objects.sort_unstable();
        Ok(objects)
    }

    /// Size of an object, bytes; `None` if it is not there.
    ///
    /// # Errors
    /// The receiver says no or was not reached.
    pub fn size(&self, name: &str) -> Result<Option<u64>> {
        Ok(self.told(name)?.map(|(size, _)| size))
    }

    /// When the receiver took an object, milliseconds since 1970 by its clock.
    ///
    /// # Errors
    /// The receiver says no or was not reached.
    pub fn taken(&self, name: &str) -> Result<Option<i64>> {
        Ok(self.told(name)?.map(|(_, taken)| taken))
    }

    /// Tries what nobody may do there: to put other bytes over an object, and to delete it. What it did not refuse is named; that the
    /// object is still the same is to be looked at by who asks.
    ///
    /// # Errors
    /// The receiver was not reached.
    pub fn attacked(&self, name: &str) -> Result<Vec<&'static str>> {
        let mut open = Vec::new();
        for (method, word) in [("PUT", "overwrite"), ("DELETE", "delete")] {
            let request = self.request(method, name)?;
            let answer = match method {
                "PUT" => self.way.agent.run(request.body(&b"x"[..]).map_err(|error| built(name, error))?),
                _ => self.way.agent.run(request.body(()).map_err(|error| built(name, error))?),
            };
            let status = answer.map_err(|error| self.failed(method, name, error))?.status().as_u16();
            if !(400..500).contains(&status) {
                open.push(word);
            }
        }
        Ok(open)
    }

    fn base(&self) -> String {
        format!("https://{SERVER_NAME}:{}", self.way.address.port)
    }

    fn request(&self, method: &str, name: &str) -> Result<http::request::Builder> {
        name::check(name)?;
        Ok(http::Request::builder().method(method).uri(format!("{}{OBJECT}{name}", self.base())))
    }

    /// Size and time of an object.
    fn told(&self, name: &str) -> Result<Option<(u64, i64)>> {
        let answer = self.ask("HEAD", name, None)?;
        if answer.status().as_u16() == 404 {
            return Ok(None);
        }
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        match (answer.status().as_u16(), number(header("content-length")), number::<i64>(header(TAKEN))) {
            (200, Some(size), Some(taken)) => {
                let there = self.as_of.is_none_or(|as_of| taken <= as_of);
                Ok(there.then_some((size, taken)))
            }
            _ => Err(refusal("HEAD", name, answer)),
        }
    }

    fn ask(&self, method: &'static str, name: &str, range: Option<&str>) -> Result<http::Response<Body>> {
        let request = self.request(method, name)?;
        let request = range.into_iter().fold(request, |request, range| request.header("range", range));
        let request = request.body(()).map_err(|error| built(name, error))?;
        let answer = self.way.tried(|| self.way.agent.run(request.clone()));
        answer.map_err(|error| self.failed(method, name, error))
    }

    /// A line that broke, or a receiver that does not know our key.
    fn failed(&self, doing: &'static str, name: &str, error: ureq::Error) -> Error {
        let address = &self.way.address;
        let said = error.to_string();
        // What TLS says to a key that is not registered, and of another receiver than the one of the card.
        if said.contains("AccessDenied") {
            return Error::Unregistered { place: address.to_string() };
        }
        if said.contains("invalid peer certificate") {
            return Error::Refused(format!(
                "{address}: カードの預かり端末ではありません。何も送っていません / it is not the receiver of the card; nothing was sent"
            ));
        }
        Error::io(doing, format!("{address} {name}"), error.into_io())
    }
}

impl Way {
    /// Asks, and asks again where the line broke.
    fn tried<T>(&self, ask: impl Fn() -> std::result::Result<T, ureq::Error>) -> std::result::Result<T, ureq::Error> {
        for pause in PAUSES {
            match ask() {
                Err(ureq::Error::Io(_) | ureq::Error::Timeout(_)) => std::thread::sleep(pause),
                told => return told,
            }
        }
        ask()
    }
}

/// The next line of a list; none at its end.
fn line_of(list: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    list.take(LINE_BYTES_MAX).read_line(&mut line)?;
    match line.strip_suffix('\n') {
        Some(whole) => Ok(Some(whole.to_owned())),
        None if line.is_empty() => Ok(None),
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn built(name: &str, error: http::Error) -> Error {
    Error::io("asking", name, io::Error::other(error))
}

fn number<T: FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

/// What it answered, with the one word of its reason.
fn refusal(doing: &'static str, place: &str, answer: http::Response<Body>) -> Error {
    let status = answer.status().as_u16();
    let mut said = String::new();
    // A reason that cannot be read is none.
    let _ = answer.into_body().into_reader().take(WORDS_MAX).read_to_string(&mut said);
    let code = said.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    Error::Answer { doing, place: place.to_owned(), status, code }
}

/// A source that must have as many bytes as were announced: its last bytes are given only when no more come, so that what is too long
/// never arrives whole.
struct Exact<'a> {
    source: &'a mut dyn Read,
    left: u64,
    wrong: bool,
}

impl Read for Exact<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let read = self.source.read(&mut out[..most])?;
        let is_short = read == 0 && most > 0;
        self.left -= read as u64;
        let is_long = self.left == 0 && !out.is_empty() && self.source.read(&mut [0])? > 0;
        if is_short || is_long {
            self.wrong = true;
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_end_is_no_line_of_a_list() {
        let mut list = BufReader::new(&b"1 2 a\n3 4 b\n"[..]);
        assert_eq!(line_of(&mut list).unwrap().as_deref(), Some("1 2 a"));
        assert_eq!(line_of(&mut list).unwrap().as_deref(), Some("3 4 b"));
        assert_eq!(line_of(&mut list).unwrap(), None);
        let mut endless = BufReader::new(io::repeat(b'x'));
        assert!(line_of(&mut endless).is_err());
        assert!(line_of(&mut BufReader::new(&b"cut off"[..])).is_err());
    }
}
