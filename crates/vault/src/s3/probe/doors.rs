//! Doors below the server of objects. A lock is a rule of the gateway; what stands behind it (masters, filers, volume
//! servers, consoles) may take the same bytes away without asking it. So they are knocked at.
//!
//! Nothing is destroyed: what is asked for is a name that cannot be there, and an open door tells itself by saying so.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::super::Address;
use super::{Outcome, Report};
use crate::hash::to_hex;

/// A machine in the house answers within this.
const WAIT: Duration = Duration::from_secs(3);
/// Of an answer, so much is looked at.
const ANSWER_BYTES_MAX: u64 = 64 << 10;
/// SeaweedFS speaks its other tongue (gRPC), by which its shell deletes, on the port so much higher.
const GRPC_ABOVE: u16 = 10_000;
/// Where SeaweedFS has its gateway, if nobody says otherwise.
const SEAWEED_S3: u16 = 8333;
/// And its master, filer, volume server, IAM, WebDAV.
const SEAWEED: [u16; 5] = [9333, 8888, 8080, 8111, 7333];
/// Where consoles and shells of other storages usually are, and what they are.
const CONSOLES: [(u16, &str); 8] = [
    (22, "ssh"),
    (2049, "NFS"),
    (445, "SMB"),
    (3300, "Ceph monitor"),
    (5001, "NAS console"),
    (8443, "Ceph dashboard"),
    (9001, "object storage console"),
    (9443, "storage console"),
];

/// A port to knock at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Door {
    /// Name or number of the machine.
    pub host: String,
    /// Its port.
    pub port: u16,
}

impl Door {
    /// Reads `HOST:PORT`.
    pub fn parse(text: &str) -> Option<Door> {
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|&port| port > 0)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (!host.is_empty() && !host.contains(['/', '@'])).then(|| Door { host: host.to_owned(), port })
    }
}

/// What was met at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// It can be walked through without a key: name of the check.
    Open(&'static str),
    /// It asks for a key.
    Shut,
    /// Something answers, and what it is was not understood.
    Something,
    /// Nothing answers.
    Nothing,
}

/// Ports of the server's machine where doors may be: the usual ones, and the usual ones moved as far as the gateway is.
pub fn guessed(address: &Address) -> Vec<Door> {
    let moved = i32::from(address.port) - i32::from(SEAWEED_S3);
    let of = |port: u16, by: i32| u16::try_from(i32::from(port) + by).ok().filter(|&port| port > 0);
    let mut ports: Vec<u16> = SEAWEED.iter().flat_map(|port| [of(*port, 0), of(*port, moved)]).flatten().collect();
    ports.push(address.port);
    let above: Vec<u16> = ports.iter().filter_map(|port| port.checked_add(GRPC_ABOVE)).collect();
    ports.extend(above);
    ports.retain(|port| *port != address.port);
    ports.sort_unstable();
    ports.dedup();
    ports.into_iter().map(|port| Door { host: address.bare_host().to_owned(), port }).collect()
}

/// Knocks at the doors named, and the guessed ones.
pub(super) fn look(address: &Address, named: &[Door], report: &mut Report) {
    let mut doors = guessed(address);
    for door in named {
        let above = door.port.checked_add(GRPC_ABOVE).map(|port| Door { host: door.host.clone(), port });
        doors.extend(std::iter::once(door.clone()).chain(above));
    }
    doors.sort_unstable();
    doors.dedup();
    let consoles = CONSOLES.map(|(port, _)| Door { host: address.bare_host().to_owned(), port });
    let (met, reached) = std::thread::scope(|scope| {
        let met: Vec<_> = doors.iter().map(|door| scope.spawn(|| knock(door))).collect();
        let reached: Vec<_> = consoles.iter().map(|door| scope.spawn(|| reach(door).is_some())).collect();
        let met: Vec<Met> = met.into_iter().map(|one| one.join().unwrap_or(Met::Something)).collect();
        let reached: Vec<bool> = reached.into_iter().map(|one| one.join().unwrap_or(true)).collect();
        (met, reached)
    });
    let mut shut = Vec::new();
    for (door, met) in doors.iter().zip(&met) {
        let said = format!("{}:{}", door.host, door.port);
        match met {
            Met::Open(check) => report.add(check, Outcome::Open, said),
            // What a person named is not left unsaid.
            Met::Something if named.contains(door) => report.add("door-unknown", Outcome::Unknown, said),
            Met::Something => report.add("door-unknown", Outcome::Note, said),
            Met::Shut | Met::Nothing => shut.push(door.port.to_string()),
        }
    }
    report.add("doors-shut", Outcome::Note, shut.join(" "));
    for ((port, what), _) in CONSOLES.iter().zip(reached).filter(|(_, reached)| *reached) {
        report.add("console", Outcome::Note, format!("{}:{port} {what}", address.bare_host()));
    }
}

fn reach(door: &Door) -> Option<TcpStream> {
    let addresses: Vec<SocketAddr> = (door.host.as_str(), door.port).to_socket_addrs().ok()?.take(4).collect();
    let stream = addresses.iter().find_map(|address| TcpStream::connect_timeout(address, WAIT).ok())?;
    stream.set_read_timeout(Some(WAIT)).ok()?;
    stream.set_write_timeout(Some(WAIT)).ok()?;
    Some(stream)
}

fn knock(door: &Door) -> Met {
    if reach(door).is_none() {
        return Met::Nothing;
    }
    if speaks_grpc(door) {
        return Met::Open("door-grpc");
    }
    let mut random = [0; 8];
    let name = getrandom::fill(&mut random)
        .map_or_else(|_| "andon-nothing".to_owned(), |()| format!("andon-{}", to_hex(&random)));
    // A master is asked to destroy a collection that is not there.
    match http(door, "GET", &format!("/col/delete?collection={name}")) {
        Some(told) if told.body.contains(&format!("collection {name} does not exist")) => {
            return Met::Open("door-master");
        }
        Some(_) => {}
        None => return Met::Something,
    }
    let Some(told) = http(door, "GET", "/status") else { return Met::Something };
    let by = |told: &Http| if told.status == 401 { Met::Shut } else { Met::Open("door-volume") };
    if told.server.starts_with("SeaweedFS Volume") {
        return http(door, "DELETE", "/4294967295,0000000000000000").as_ref().map_or(Met::Something, by);
    }
    if !told.server.starts_with("SeaweedFS") {
        // `weed … -disableHttp` still listens: it knows nothing of what can be asked, and at most shows a page.
        let page = |told: Http| told.status == 404 || told.body.contains("<title>SeaweedFS");
        let nothing = told.status == 404 && http(door, "GET", "/").is_some_and(page);
        return if nothing { Met::Shut } else { Met::Something };
    }
    let gone = http(door, "DELETE", &format!("/buckets/{name}/{name}"));
    match gone {
        // A gateway answers in XML.
        Some(told) if told.body.trim_start().starts_with("<?xml") => Met::Shut,
        Some(told) if [401, 403, 405].contains(&told.status) => Met::Shut,
        Some(_) => Met::Open("door-filer"),
        None => Met::Something,
    }
}

/// Whether somebody speaks HTTP/2 here without encryption (RFC 9113 §3.4): it answers our preface with its settings.
fn speaks_grpc(door: &Door) -> bool {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let Some(mut stream) = reach(door) else { return false };
    let mut head = [0; 9];
    stream.write_all(PREFACE).and_then(|()| stream.read_exact(&mut head)).is_ok() && head[3] == 4 && head[5..] == [0; 4]
}

struct Http {
    status: u16,
    server: String,
    body: String,
}

/// One question in the plainest HTTP: a door is no server of ours, and nothing but its answer matters.
fn http(door: &Door, method: &str, path: &str) -> Option<Http> {
    let mut stream = reach(door)?;
    let host = &door.host;
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\n\r\n").ok()?;
    let mut bytes = Vec::new();
    // A door that goes silent in the middle has answered all the same.
    let _ = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let server = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("server").then(|| value.trim().to_owned())
    });
    Some(Http { status, server: server.unwrap_or_default(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Door, guessed};
    use crate::s3::Address;

    #[test]
    fn doors_are_guessed_where_they_usually_are_and_as_far_off_as_the_gateway() {
        let ports =
            |text: &str| guessed(&Address::parse(text).unwrap()).into_iter().map(|door| door.port).collect::<Vec<_>>();
        let usual = ports("s3+http://127.0.0.1:8333/vault");
        assert_eq!(usual, [7333, 8080, 8111, 8888, 9333, 17333, 18080, 18111, 18333, 18888, 19333]);
        let moved = ports("s3+http://127.0.0.1:18433/vault");
        for port in [9333, 8888, 8080, 19433, 18988, 18180, 29433, 28433] {
            assert!(moved.contains(&port), "{port}: {moved:?}");
        }
        assert!(!moved.contains(&18433), "the gateway is no door");
        // A gateway far up or down leaves no port out of range.
        assert!(!ports("s3+http://127.0.0.1:65535/vault").is_empty());
        assert!(!ports("s3://nas.example/vault").is_empty());
    }

    #[test]
    fn doors_are_named_by_machine_and_port() {
        let read = |text| Door::parse(text).map(|door| (door.host, door.port));
        assert_eq!(read("10.0.0.5:9333"), Some(("10.0.0.5".to_owned(), 9333)));
        assert_eq!(read("[::1]:9333"), Some(("::1".to_owned(), 9333)));
        for wrong in ["", ":9333", "nas", "nas:0", "nas:70000", "s3://nas:1", "a@nas:1"] {
            assert_eq!(Door::parse(wrong), None, "{wrong}");
        }
    }
}
