//! Pairing: two stations come to know each other by a short code that one shows and a person types at the other.
//!
//! The code goes through SPAKE2 (decision 25): who listens learns nothing of it, and who guesses has one guess a try, of which there are
//! three. Who typed proves first that the same key came out, so who only tries learns nothing before he is counted. Then each sends its
//! card under that key: a card that was changed on its way is none. Nothing is known of a station before all of that held.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use spake2::{Ed25519Group, Identity, Password, Spake2};
use zeroize::Zeroizing;

use super::super::card::{CARD_BYTES_MAX, Card};
use super::wire::{self, Kind, Line, Timed};
use crate::home::Problem;
use crate::text::narrow;
use crate::world;

/// Digits of a code: with three tries one chance in thirty million.
const CODE_DIGITS: usize = 8;
/// Wrong codes that end the listening.
pub const TRIES: u8 = 3;
/// Who listens ends after so long.
pub const LISTEN: Duration = Duration::from_secs(300);
/// A station in the house is there within this.
const CONNECT: Duration = Duration::from_secs(5);
/// The two programs have done within this: the code was typed before.
const TALK: Duration = Duration::from_secs(10);
/// Between two looks for who comes in.
const STEP: Duration = Duration::from_millis(100);
/// Bytes of a message of SPAKE2: which side, and a point (RFC 8032 §5.1.2).
const PAKE_BYTES: u64 = 33;
/// Bytes of a proof: HMAC-SHA256 (RFC 2104).
const PROOF_BYTES: usize = 32;
/// Both sides' names in SPAKE2.
const ASKS: &[u8] = b"andon pair 1 asks";
const SHOWS: &[u8] = b"andon pair 1 shows";

/// What a station tells of itself once both know that they have the same code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its card.
    pub card: Card,
    /// Where it takes in what others send, if anywhere.
    pub address: Option<SocketAddr>,
}

impl Told {
    fn text(&self) -> String {
        let address = self.address.map_or_else(String::new, |address| address.to_string());
        format!("{address}\n{}", self.card.text())
    }

    fn parse(text: &str) -> Option<Told> {
        let (address, card) = text.split_once('\n')?;
        let address = if address.is_empty() { None } else { Some(address.parse().ok()?) };
        Some(Told { card: Card::parse(card)?, address })
    }
}

/// A new code, eight digits.
///
/// # Errors
/// The machine gives no randomness.
pub fn new_code() -> Result<String, Problem> {
    let random = world::random::<16>().map_err(|error| Problem::failed(error.to_string()))?;
    let number = u128::from_le_bytes(random) % 10_u128.pow(CODE_DIGITS as u32);
    Ok(format!("{number:0CODE_DIGITS$}"))
}

/// A code as it is shown: `1234-5678`.
pub fn shown(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}

/// The digits of what a person typed, also full-width ones; `None` where they cannot be a code.
pub fn typed(text: &str) -> Option<String> {
    let digits: String = text.chars().map(narrow).filter(char::is_ascii_digit).collect();
    (digits.len() == CODE_DIGITS).then_some(digits)
}

/// The key that came out of both messages, and what is proved by it.
struct Key(Zeroizing<Vec<u8>>);

/// Who proves, and what.
#[derive(Clone, Copy)]
enum Proof {
    AsksHasKey,
    ShowsHasKey,
    AsksCard,
    ShowsCard,
    AsksDone,
}

impl Key {
    fn mac(&self, proof: Proof, text: &[u8]) -> Option<Hmac<Sha256>> {
        let word: &[u8] = match proof {
            Proof::AsksHasKey => b"asks key\n",
            Proof::ShowsHasKey => b"shows key\n",
            Proof::AsksCard => b"asks card\n",
            Proof::ShowsCard => b"shows card\n",
            Proof::AsksDone => b"asks done\n",
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(word);
        mac.update(text);
        Some(mac)
    }

    fn proof(&self, proof: Proof, text: &[u8]) -> Vec<u8> {
        self.mac(proof, text).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default()
    }

    /// Whether a proof is this key's; in constant time.
    fn holds(&self, proof: Proof, text: &[u8], tag: &[u8]) -> bool {
        self.mac(proof, text).is_some_and(|mac| mac.verify_slice(tag).is_ok())
    }

    fn send(&self, line: &mut dyn Line, proof: Proof, own: &Told) -> io::Result<()> {
        let text = own.text();
        let tag = self.proof(proof, text.as_bytes());
        wire::put(line, Kind::Card, &[&tag, text.as_bytes()].concat())
    }

    fn card(&self, line: &mut dyn Line, proof: Proof) -> io::Result<Told> {
        let bytes = wire::get(line, Kind::Card, CARD_BYTES_MAX)?;
        let (tag, text) = bytes.split_at_checked(PROOF_BYTES).ok_or(io::ErrorKind::InvalidData)?;
        let told = std::str::from_utf8(text).ok().filter(|_| self.holds(proof, text, tag)).and_then(Told::parse);
        told.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

fn key(side: Spake2<Ed25519Group>, message: &[u8]) -> io::Result<Key> {
    let key = side.finish(message).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(Key(Zeroizing::new(key)))
}

/// How a try ended at who shows the code.
enum Tried {
    Paired(Box<Told>),
    Wrong,
}

/// Shows a code's other half: waits for the other station until a code was right, three were wrong, the time is over, or the program is
/// told to stop.
///
/// # Errors
/// Nobody came with the right code.
pub fn show(listener: &TcpListener, code: &str, own: &Told, stop: &Arc<AtomicBool>) -> Result<Told, Problem> {
    let (until, mut wrong) = (Instant::now() + LISTEN, 0);
    while Instant::now() < until && !stop.load(Ordering::Relaxed) {
        let Ok((stream, _)) = listener.accept() else {
            std::thread::sleep(STEP);
            continue;
        };
        let tried = Timed::new(stream, TALK, stop)
            .and_then(|mut line| answer(&mut line, code, own, TRIES.saturating_sub(wrong + 1)));
        match tried {
            Ok(Tried::Paired(told)) => return Ok(*told),
            Ok(Tried::Wrong) => wrong += 1,
            // Who breaks off before the proof has learnt nothing, and after it has proved the code.
            Err(error) => tracing::info!(%error, "a pairing was broken off"),
        }
        if wrong >= TRIES {
            return Err(Problem::failed(
                "コードが3回違いました。待ち受けを終わりました。何も登録していません。心当たりがなければ、だれかがこのネットワークで試しています。\n\
                 Three wrong codes: no longer listening, nothing was registered. If it was none of you, somebody on this network is trying.",
            ));
        }
    }
    Err(Problem::failed(
        "相手の端末が来ないまま時間が過ぎました。何も登録していません。もう一度実行してください。\n\
         The other station did not come in time. Nothing was registered; run it again.",
    ))
}

fn answer(line: &mut dyn Line, code: &str, own: &Told, left: u8) -> io::Result<Tried> {
    let message = wire::get(line, Kind::Pake, PAKE_BYTES)?;
    let (side, ours) =
        Spake2::<Ed25519Group>::start_b(&Password::new(code), &Identity::new(ASKS), &Identity::new(SHOWS));
    let key = key(side, &message)?;
    wire::put(line, Kind::Pake, &ours)?;
    let tag = wire::get(line, Kind::Proof, PROOF_BYTES as u64)?;
    if !key.holds(Proof::AsksHasKey, &[], &tag) {
        // It is counted whether or not the other hears of it.
        wire::put(line, Kind::Wrong, &[left]).unwrap_or_default();
        return Ok(Tried::Wrong);
    }
    wire::put(line, Kind::Proof, &key.proof(Proof::ShowsHasKey, &[]))?;
    let told = key.card(line, Proof::AsksCard)?;
    key.send(line, Proof::ShowsCard, own)?;
    let done = wire::get(line, Kind::Done, PROOF_BYTES as u64)?;
    match key.holds(Proof::AsksDone, &[], &done) {
        true => Ok(Tried::Paired(Box::new(told))),
        false => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// How a try ended at who typed the code.
#[derive(Debug)]
pub enum Joined {
    /// The other station, known by the code.
    Paired(Box<Told>),
    /// The code was not the other's; so many tries are left there.
    Wrong(u8),
}

/// Goes to the station that shows a code, with what a person typed.
///
/// # Errors
/// Nobody answers there, or who answers does not do as a station that shows a code.
pub fn join(address: SocketAddr, code: &str, own: &Told, stop: &Arc<AtomicBool>) -> Result<Joined, Problem> {
    let stream = TcpStream::connect_timeout(&address, CONNECT).map_err(|error| {
        Problem::failed(format!(
            "{address}: つながりません。相手の端末で `andon station pair --listen` が待っているか、アドレスを確かめてください。\n\
             {address}: nobody answers. Is `andon station pair --listen` waiting there? Check the address. ({error})"
        ))
    })?;
    let done = Timed::new(stream, TALK, stop).and_then(|mut line| ask(&mut line, code, own));
    done.map_err(|error| {
        Problem::failed(format!(
            "{address}: 途中で切れました。この端末では何も登録していません。両方でもう一度やり直してください。\n\
             {address}: it broke off. Nothing was registered here; begin again at both. ({error})"
        ))
    })
}

fn ask(line: &mut dyn Line, code: &str, own: &Told) -> io::Result<Joined> {
    let (side, ours) =
        Spake2::<Ed25519Group>::start_a(&Password::new(code), &Identity::new(ASKS), &Identity::new(SHOWS));
    wire::put(line, Kind::Pake, &ours)?;
    let key = key(side, &wire::get(line, Kind::Pake, PAKE_BYTES)?)?;
    wire::put(line, Kind::Proof, &key.proof(Proof::AsksHasKey, &[]))?;
    let tag = match wire::head(line)? {
        (Kind::Wrong, 1) => return Ok(Joined::Wrong(wire::bytes(line, 1, 1)?[0])),
        (Kind::Proof, length) => wire::bytes(line, length, PROOF_BYTES as u64)?,
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    if !key.holds(Proof::ShowsHasKey, &[], &tag) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    key.send(line, Proof::AsksCard, own)?;
    let told = key.card(line, Proof::ShowsCard)?;
    wire::put(line, Kind::Done, &key.proof(Proof::AsksDone, &[]))?;
    Ok(Joined::Paired(Box::new(told)))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
