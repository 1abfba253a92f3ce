//! Frames on a line between two stations: a kind, a length in eight bytes (big-endian), the bytes. Every wait has an end, and every
//! length a limit that is looked at before a byte is read.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio_rustls::rustls::{ClientConnection, ServerConnection, StreamOwned};

/// How often who waits for the other looks whether the program is told to stop.
const STEP: Duration = Duration::from_millis(200);

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// What a station has of every log: JSON.
    Heads = 1,
    /// A bundle, as on a stick.
    Bundle = 2,
    /// No bundle: nothing that the other lacks.
    Nothing = 3,
    /// What was sent was not taken: why, in words.
    Refused = 4,
    /// A follower asks for charts: from where it stands, JSON.
    AskCharts = 5,
    /// A file of charts, as on a stick.
    Charts = 6,
    /// Who called has nothing more to ask: the other may.
    YourTurn = 7,
    /// A message of the exchange of keys.
    Pake = 16,
    /// Proof that the same key came out of it.
    Proof = 17,
    /// It did not: how many tries are left, one byte.
    Wrong = 18,
    /// A station's card and where it listens.
    Card = 19,
    /// The card came and holds.
    Done = 20,
}

/// Every kind.
const KINDS: [Kind; 12] = [
    Kind::Heads,
    Kind::Bundle,
    Kind::Nothing,
    Kind::Refused,
    Kind::AskCharts,
    Kind::Charts,
    Kind::YourTurn,
    Kind::Pake,
    Kind::Proof,
    Kind::Wrong,
    Kind::Card,
    Kind::Done,
];

/// A connection whose waits have an end: no read and no write goes on past it, nor past the end of the program.
pub struct Timed {
    stream: TcpStream,
    ends: Instant,
    stop: Arc<AtomicBool>,
}

impl Timed {
    /// A connection that may go on for so long.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn new(stream: TcpStream, time: Duration, stop: &Arc<AtomicBool>) -> io::Result<Timed> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(STEP))?;
        stream.set_write_timeout(Some(STEP))?;
        Ok(Timed { stream, ends: Instant::now() + time, stop: Arc::clone(stop) })
    }

    fn tried<T>(&mut self, mut act: impl FnMut(&mut TcpStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(ErrorKind::ConnectionAborted.into());
            }
            if Instant::now() >= self.ends {
                return Err(ErrorKind::TimedOut.into());
            }
            match act(&mut self.stream) {
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                }
                done => return done,
            }
        }
    }
}

impl Read for Timed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.tried(|stream| stream.read(out))
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tried(|stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A line, plain or sealed.
pub trait Line: Read + Write {
    /// What comes next may take so long, from now.
    fn within(&mut self, time: Duration);
}

impl Line for Timed {
    fn within(&mut self, time: Duration) {
        self.ends = Instant::now() + time;
    }
}

impl Line for StreamOwned<ClientConnection, Timed> {
    fn within(&mut self, time: Duration) {
        self.sock.within(time);
    }
}

impl Line for StreamOwned<ServerConnection, Timed> {
    fn within(&mut self, time: Duration) {
        self.sock.within(time);
    }
}

/// Sends a frame.
///
/// # Errors
/// The line broke, or was too slow.
pub fn put(line: &mut dyn Line, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    put_head(line, kind, bytes.len() as u64)?;
    line.write_all(bytes)?;
    line.flush()
}

/// Sends how a frame begins; its bytes follow.
///
/// # Errors
/// As [`put`].
pub fn put_head(line: &mut dyn Line, kind: Kind, length: u64) -> io::Result<()> {
    let mut head = [kind as u8; 9];
    head[1..].copy_from_slice(&length.to_be_bytes());
    line.write_all(&head)
}

/// How the next frame begins: its kind, and how many bytes follow.
///
/// # Errors
/// The line broke, or what came is no frame.
pub fn head(line: &mut dyn Line) -> io::Result<(Kind, u64)> {
    let mut head = [0; 9];
    line.read_exact(&mut head)?;
    let [kind, length @ ..] = head;
    let kind = KINDS.into_iter().find(|known| *known as u8 == kind).ok_or(ErrorKind::InvalidData)?;
    Ok((kind, u64::from_be_bytes(length)))
}

/// The bytes of a frame that began; no more than `most`.
///
/// # Errors
/// It is longer, or the line broke.
pub fn bytes(line: &mut dyn Line, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    line.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

/// A whole frame that must be of a kind.
///
/// # Errors
/// It is another, is longer than `most`, or the line broke.
pub fn get(line: &mut dyn Line, kind: Kind, most: u64) -> io::Result<Vec<u8>> {
    let (came, length) = head(line)?;
    if came != kind {
        return Err(ErrorKind::InvalidData.into());
    }
    bytes(line, length, most)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn ends() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let there = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().unwrap().0, there)
    }

    #[test]
    fn a_frame_comes_as_it_was_sent_and_no_other_and_no_longer_is_read() {
        let (here, there) = ends();
        let (stop, time) = (Arc::default(), Duration::from_secs(20));
        let (mut here, mut there) = (Timed::new(here, time, &stop).unwrap(), Timed::new(there, time, &stop).unwrap());
        put(&mut there, Kind::Card, b"card").unwrap();
        assert_eq!(get(&mut here, Kind::Card, 4).unwrap(), b"card");
        put(&mut there, Kind::Card, b"cards").unwrap();
        assert_eq!(get(&mut here, Kind::Card, 4).unwrap_err().kind(), ErrorKind::InvalidData, "it is too long");
        assert_eq!(bytes(&mut here, 5, 5).unwrap(), b"cards", "and was not read");
        put(&mut there, Kind::Done, b"").unwrap();
        assert_eq!(get(&mut here, Kind::Card, 4).unwrap_err().kind(), ErrorKind::InvalidData);
        put_head(&mut there, Kind::Card, 9).unwrap();
        there.write_all(b"half").unwrap();
        drop(there);
        assert_eq!(get(&mut here, Kind::Card, 9).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }

    #[test]
    fn who_sends_nothing_or_a_byte_now_and_then_is_dropped_when_the_time_is_over_or_the_program_ends() {
        for drips in [false, true] {
            let (here, mut there) = ends();
            let mut here = Timed::new(here, Duration::from_millis(700), &Arc::default()).unwrap();
            let dripping = std::thread::spawn(move || {
                while drips && there.write_all(&[Kind::Card as u8]).is_ok() {
                    std::thread::sleep(Duration::from_millis(50));
                }
                there
            });
            let failed = get(&mut here, Kind::Card, u64::MAX).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::TimedOut);
            drop(here);
            dripping.join().unwrap();
        }
        let (here, _there) = ends();
        let stop: Arc<AtomicBool> = Arc::default();
        let mut here = Timed::new(here, Duration::from_secs(600), &stop).unwrap();
        stop.store(true, Ordering::Relaxed);
        assert_eq!(head(&mut here).unwrap_err().kind(), ErrorKind::ConnectionAborted);
    }
}
