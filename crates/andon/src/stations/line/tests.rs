//! Two ends of a pairing on loopback, and who does his worst between or in place of one.

use std::io::{Read, Write};

use vault::keys::Identity as Opens;

use super::*;
use crate::event::StationSaid;

fn told(digit: &str, address: Option<&str>) -> Told {
    let [station, key] = [digit.repeat(32), "02".repeat(32)];
    let [name, mark] = ["3病棟", "3病"].map(str::to_owned);
    let recipient = Opens::generate().recipient().to_string();
    let said = StationSaid { station, key, recipient, name, mark, ..StationSaid::default() };
    let card = Card { said, hospital: "行灯町立病院".into(), training: true, membership: None };
    Told { card, address: address.map(|address| address.parse().unwrap()) }
}

/// A station that shows a code, and where.
struct Shows {
    address: SocketAddr,
    own: Told,
    stop: Arc<AtomicBool>,
    ends: std::thread::JoinHandle<Result<Told, Problem>>,
}

fn shows(code: &'static str) -> Shows {
    let listener = super::super::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let (address, own, stop) = (listener.local_addr().unwrap(), told("a", Some("127.0.0.1:8445")), Arc::default());
    let (theirs, until) = (own.clone(), Arc::clone(&stop));
    let ends = std::thread::spawn(move || show(&listener, code, &theirs, &until));
    Shows { address, own, stop, ends }
}

fn never() -> Arc<AtomicBool> {
    Arc::default()
}

#[test]
fn with_the_same_code_each_has_the_others_card_and_address() {
    let there = shows("12345678");
    let own = told("b", None);
    let Joined::Paired(came) = join(there.address, "12345678", &own, &never()).unwrap() else { panic!("wrong") };
    assert_eq!(*came, there.own);
    assert_eq!(there.ends.join().unwrap().unwrap(), own);
}

#[test]
fn the_third_wrong_code_ends_the_listening_and_nothing_is_known() {
    let there = shows("12345678");
    let own = told("b", None);
    for left in [2, 1, 0] {
        assert!(matches!(join(there.address, "12345679", &own, &never()), Ok(Joined::Wrong(told)) if told == left));
    }
    assert!(there.ends.join().unwrap().unwrap_err().words.contains("3回違いました"));
    assert!(join(there.address, "12345678", &own, &never()).is_err(), "nobody listens any more");
}

#[test]
fn who_sends_rubbish_too_much_or_nothing_does_not_end_the_listening() {
    let there = shows("12345678");
    let pake = |length: u64| [&[Kind::Pake as u8][..], &length.to_be_bytes()].concat();
    for hostile in [b"GET / HTTP/1.1\r\n\r\n".to_vec(), pake(u64::MAX), pake(33), vec![0; 4096], Vec::new()] {
        let mut stream = TcpStream::connect(there.address).unwrap();
        stream.write_all(&hostile).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap_or_default();
        // It is closed, with nothing said or with a reset.
        assert!(!stream.read_to_end(&mut Vec::new()).is_ok_and(|read| read > 0));
    }
    // One that is no point of the curve, and our own message sent back.
    for side in [b'A', b'B'] {
        let mut stream = TcpStream::connect(there.address).unwrap();
        stream.write_all(&[pake(33), [&[side][..], &[2; 32]].concat()].concat()).unwrap();
        assert!(!stream.read_to_end(&mut Vec::new()).is_ok_and(|read| read > 0));
    }
    let own = told("b", None);
    assert!(matches!(join(there.address, "12345678", &own, &never()), Ok(Joined::Paired(_))));
    assert!(there.ends.join().unwrap().is_ok());
}

/// Hands on what two say to each other; changes one byte of one frame.
fn between(there: SocketAddr, frame_to_change: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut asks, mut shows) = (listener.accept().unwrap().0, TcpStream::connect(there).unwrap());
        let hand = |from: &mut TcpStream, to: &mut TcpStream, change: bool| {
            let mut head = [0; 9];
            from.read_exact(&mut head).ok()?;
            let mut bytes = vec![0; u64::from_be_bytes(head[1..].try_into().unwrap()) as usize];
            from.read_exact(&mut bytes).ok()?;
            if change {
                *bytes.last_mut().unwrap() ^= 1;
            }
            to.write_all(&[&head[..], &bytes].concat()).ok()
        };
        for frame in 0.. {
            let changes = frame == frame_to_change;
            let handed = match frame % 2 {
                0 => hand(&mut asks, &mut shows, changes),
                _ => hand(&mut shows, &mut asks, changes),
            };
            if handed.is_none() {
                return;
            }
        }
    });
    address
}

#[test]
fn what_is_changed_on_its_way_makes_nobody_known() {
    // Asks: message, proof, card, done; shows: message, proof, card.
    for frame in 0..7 {
        let there = shows("12345678");
        let own = told("b", None);
        let joined = join(between(there.address, frame), "12345678", &own, &never());
        // The last of all is what the other waits for; here all was there already.
        assert_eq!(matches!(joined, Ok(Joined::Paired(_))), frame == 6, "{frame}: {joined:?}");
        there.stop.store(true, Ordering::Relaxed);
        assert!(there.ends.join().unwrap().is_err(), "{frame}");
    }
}

#[test]
fn a_code_is_eight_digits_and_read_as_people_type_it() {
    let code = new_code().unwrap();
    assert_eq!(code.len(), 8);
    assert_ne!(code, new_code().unwrap());
    assert_eq!(typed(&shown(&code)), Some(code));
    assert_eq!(typed(" １２３４-5678\n").as_deref(), Some("12345678"));
    assert_eq!((typed("1234567"), typed("123456789"), typed("")), (None, None, None));
}
