//! The probe against a real server: what it proves, and the doors that it finds and that are real.

use vault::s3::Moment;
use vault::s3::probe::doors::Door;
use vault::s3::probe::{Outcome, Report, probe};

use crate::server::Server;

/// What the gateway of SeaweedFS holds against (`reference`: 32 of 32 by the owner's key).
const HELD: [&str; 23] = [
    "clock",
    "bucket",
    "lock-set",
    "control",
    "delete-version",
    "shorten",
    "downgrade",
    "empty-retention",
    "delete-marker",
    "overwrite",
    "batch-delete",
    "null-version",
    "copy-self",
    "multipart",
    "legal-hold",
    "extend",
    "extend-time",
    "conditional",
    "strangers",
    "wrong-secret",
    "delete-bucket",
    "suspend",
    "lock-off",
];

fn doors(server: &Server) -> Vec<Door> {
    [server.master, server.filer, server.volume].map(|port| Door { host: "127.0.0.1".to_owned(), port }).to_vec()
}

fn found(report: &Report, check: &str) -> Vec<(Outcome, String)> {
    let of = report.findings.iter().filter(|finding| finding.check == check);
    of.map(|finding| (finding.outcome, finding.said.clone())).collect()
}

#[test]
fn as_its_makers_have_it_the_gateway_holds_and_the_doors_below_are_found_open() {
    let Some(server) = Server::start() else { return };
    let s3 = server.bucket("vault");
    s3.put("segments/00000001", &mut &b"sealed"[..], 6).unwrap();
    let before = s3.versions("").unwrap();
    let report = probe(&s3, &doors(&server));
    for finding in &report.findings {
        println!("{:<16} {:<8} {}", finding.check, finding.outcome.code(), finding.said);
    }
    for check in HELD.into_iter().chain(["default-lock", "legal-hold-off"]) {
        assert!(matches!(found(&report, check)[..], [(Outcome::Held, _)]), "{check}: {:?}", found(&report, check));
    }
    for (check, port) in [("door-master", server.master), ("door-filer", server.filer), ("door-volume", server.volume)]
    {
        assert_eq!(found(&report, check), [(Outcome::Open, format!("127.0.0.1:{port}"))], "{check}");
    }
    assert!(found(&report, "door-grpc").len() >= 3, "{:?}", found(&report, "door-grpc"));
    assert_eq!(report.outcome(), Outcome::Open);
    assert_eq!(s3.versions("").unwrap(), before, "the probe touched the vault's bucket");

    // A second probe clears away what it may of the first, and finds the same.
    let codes = |report: &Report| report.findings.iter().map(|found| (found.check, found.outcome)).collect::<Vec<_>>();
    assert_eq!(codes(&probe(&s3, &doors(&server))), codes(&report));

    // The door is one: a question without any key takes everything, locks and all.
    let out = std::process::Command::new("curl")
        .args(["--silent", &format!("http://127.0.0.1:{}/col/delete?collection=vault", server.master)])
        .output()
        .unwrap();
    assert!(out.status.success());
    let stood = s3.as_it_stood(Moment::First).unwrap();
    let read = stood.get("segments/00000001", None).map(|mut read| std::io::copy(&mut read, &mut std::io::sink()));
    assert!(!matches!(read, Ok(Ok(6))), "the door destroyed nothing");
}

#[test]
fn shut_doors_are_not_called_open() {
    let security = "[jwt.signing]\nkey = \"one-of-tests\"\n[jwt.filer_signing]\nkey = \"two-of-tests\"\n";
    let Some(server) = Server::started(security, &["-disableHttp"]) else { return };
    let s3 = server.bucket("vault");
    let report = probe(&s3, &doors(&server));
    for finding in &report.findings {
        println!("{:<16} {:<8} {}", finding.check, finding.outcome.code(), finding.said);
    }
    for check in ["door-master", "door-filer", "door-volume", "door-unknown"] {
        assert_eq!(found(&report, check), [], "{check}");
    }
    // Its other tongue is still spoken to everybody: that is told.
    assert!(!found(&report, "door-grpc").is_empty());
    for check in HELD {
        assert!(matches!(found(&report, check)[..], [(Outcome::Held, _)]), "{check}: {:?}", found(&report, check));
    }
}

/// Each promise broken is found, and by the check that is meant for it: so each check can fail.
#[test]
fn a_server_that_breaks_one_promise_is_found_out() {
    let broken = [
        ("delete-version", Outcome::Open),
        ("shorten", Outcome::Open),
        ("downgrade", Outcome::Open),
        ("empty-retention", Outcome::Open),
        ("delete-marker", Outcome::Open),
        ("overwrite", Outcome::Open),
        ("batch-delete", Outcome::Open),
        ("null-version", Outcome::Open),
        ("multipart", Outcome::Open),
        ("legal-hold", Outcome::Open),
        ("strangers", Outcome::Open),
        ("delete-bucket", Outcome::Open),
        ("suspend", Outcome::Open),
        ("lock-off", Outcome::Open),
        ("lock-set", Outcome::Open),
        ("extend-time", Outcome::Open),
    ];
    for (check, outcome) in broken {
        let report = lied_to(check);
        assert!(
            matches!(found(&report, check)[..], [(found, _)] if found == outcome),
            "{check}: {:?}",
            report.findings
        );
        assert_eq!(report.outcome(), Outcome::Open, "{check}");
    }
    // What refuses everything has proved nothing, and what does not understand has not refused.
    for (lets, check) in [("no-deletes", "control"), ("not-implemented", "shorten"), ("not-implemented", "extend")] {
        let report = lied_to(lets);
        assert!(matches!(found(&report, check)[..], [(Outcome::Unknown, _)]), "{lets}: {:?}", report.findings);
    }
    // It checks no signatures and its clock is years behind: that is found whatever else it does.
    let report = lied_to("");
    for check in ["wrong-secret", "clock"] {
        assert!(matches!(found(&report, check)[..], [(Outcome::Open, _)]), "{check}: {:?}", report.findings);
    }
    for check in [
        "delete-version",
        "downgrade",
        "multipart",
        "legal-hold",
        "extend",
        "extend-time",
        "suspend",
        "lock-off",
        "strangers",
    ] {
        assert!(matches!(found(&report, check)[..], [(Outcome::Held, _)]), "{check}: {:?}", found(&report, check));
    }
}

fn lied_to(lets: &'static str) -> Report {
    let address = format!("s3+http://127.0.0.1:{}/vault", crate::liar::start(lets));
    let address = vault::s3::Address::parse(&address).unwrap();
    probe(&vault::s3::S3::new(address, vault::s3::Access::new("a", "b"), 1).unwrap(), &[])
}

#[test]
fn a_server_that_is_not_there_proves_nothing() {
    let address = vault::s3::Address::parse("s3+http://127.0.0.1:1/vault").unwrap();
    let nobody = vault::s3::S3::new(address, vault::s3::Access::new("a", "b"), 1).unwrap();
    assert_eq!(probe(&nobody, &[]).outcome(), Outcome::Unknown);
}
