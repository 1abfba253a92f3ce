//! Pages for other machines: over TLS under an authority of the station's own, or over a switch somebody vouches for. The
//! tests stay on this machine: 127.0.0.2 stands for its address on such a network.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::door::{Station, program, run};
use crate::running::Running;

const ADDRESS: &str = "127.0.0.2:0";

/// The address it said it listens on.
fn said(running: &Running, scheme: &str) -> String {
    let at = running.said.find(scheme).expect(&running.said) + scheme.len();
    running.said[at..].split_whitespace().next().unwrap().to_owned()
}

fn serve(station: &Station, more: &[&str]) -> Running {
    let words = [&["serve", "--port", "0", "--no-feed", "--lan", ADDRESS], more].concat();
    // The link comes first; what other machines need, after it.
    Running::start(&mut station.command(&words), "://127.0.0.2")
}

/// The client's side of TLS that trusts the station's authority alone.
fn trusting(station: &Station) -> Arc<ClientConfig> {
    let file = station.home().join("keys/lan-127.0.0.2-authority.pem");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

fn ask(mut stream: impl Read + Write, path: &str, host: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    // A certificate that is not trusted ends the conversation here.
    if stream.write_all(request.as_bytes()).is_err() {
        return String::new();
    }
    let mut answer = Vec::new();
    // A server may close without TLS's own goodbye.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn other_machines_come_over_tls_under_the_stations_own_authority() {
    let station = Station::real();
    let running = serve(&station, &[]);
    let address = said(&running, "https://");
    let tls = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let client = ClientConnection::new(trusting(&station), name).unwrap();
        StreamOwned::new(client, TcpStream::connect(&address).unwrap())
    };
    let page = ask(tls("127.0.0.2"), "/login", &address);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("; Secure"), "{page}");
    assert!(ask(tls("127.0.0.2"), "/login", "rebound.example.org").starts_with("HTTP/1.1 403"));
    let link = running.link();
    assert!(
        ask(tls("127.0.0.2"), &link, &address).starts_with("HTTP/1.1 403"),
        "the link is for this station's screen"
    );
    assert!(running.get(&link, "").starts_with("HTTP/1.1 303"), "and it is not used up by whoever tried it elsewhere");
    assert!(ask(tls("127.0.0.3"), "/login", &address).is_empty(), "the certificate is good for another address");
    assert!(!ask(TcpStream::connect(&address).unwrap(), "/login", &address).contains("HTTP/1.1 200"), "without TLS");
    running.stop();
    let keys = std::fs::read_dir(station.home().join("keys")).unwrap();
    let names: Vec<String> = keys.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let held = names.iter().filter(|name| name.ends_with(".key") && *name != "home.key").count();
    assert_eq!(held, 1, "the authority's key is kept: {names:?}");
}

#[test]
fn a_switch_of_its_own_is_vouched_for_by_name_and_shown_on_every_page() {
    let station = Station::real();
    let events = |station: &Station| station.events().len();
    let before = events(&station);
    let mut nameless = program(&["serve", "--port", "0", "--lan", ADDRESS, "--own-switch"]);
    assert_eq!(run(nameless.arg("--home").arg(station.home())).code, 2);
    let running = serve(&station, &["--own-switch", "--by", "佐藤師長"]);
    let address = said(&running, "http://127.0.0.2");
    let address = format!("127.0.0.2{address}");
    let page = ask(TcpStream::connect(&address).unwrap(), "/login", &address);
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("暗号化なし"), "{page}");
    assert!(running.get("/login", "").contains("暗号化なし"), "on the station's own screen too");
    running.stop();
    assert_eq!(events(&station), before + 1);
}
