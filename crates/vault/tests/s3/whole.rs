//! A whole vault on a server, after the worst that its owner's key can do: what is in sight is found wrong, what lies below is
//! whole, opened with the key and byte for byte.

use vault::s3::Moment;
use vault::target::sync;
use vault::verify::{Ask, Report, verify};
use vault::{Target, target};

use crate::made::Made;
use crate::server::{Server, intruder};

fn opened(made: &Made, target: &Target) -> (Report, u64) {
    let mut bytes = 0;
    let identities = std::slice::from_ref(&made.identity);
    let visit = &mut |_, member: vault::Member<'_>| {
        bytes += member.bytes.len() as u64;
        Ok(())
    };
    (verify(target, &Ask::default(), identities, visit, &mut |_| true).unwrap(), bytes)
}

#[test]
fn a_vault_is_whole_below_what_the_owners_key_laid_over_it() {
    let Some(server) = Server::start() else { return };
    let s3 = server.bucket("vault");
    let made = Made::usual(5);
    made.sync();
    let brought = sync(&made.target(), &Target::S3(s3.clone()), &|| false).unwrap();
    assert!(brought.objects > 10, "{brought:?}");
    let again = sync(&made.target(), &Target::S3(s3.clone()), &|| false).unwrap();
    assert_eq!(again, target::Synced::default(), "nothing is put twice");
    let (report, before) = opened(&made, &Target::S3(s3.clone()));
    assert!(report.is_whole() && before > 0, "{report:?}");

    let names: Vec<String> = s3.list("").unwrap().into_iter().map(|object| object.name).collect();
    intruder(&server, "vault", &names);
    let seen = verify(&Target::S3(s3.clone()), &Ask::default(), &[], &mut |_, _| Ok(()), &mut |_| true);
    assert!(seen.as_ref().map_or(true, |report| !report.is_whole()), "{seen:?}");

    let below = Target::S3(s3.as_it_stood(Moment::First).unwrap());
    let (report, after) = opened(&made, &below);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!((report.tip.number, after), (5, before));
    // Another disk is filled from below, whole.
    let disk = vault::Disk::create(made.folder.path().join("restored")).unwrap();
    sync(&below, &Target::Disk(disk.clone()), &|| false).unwrap();
    let (report, restored) = opened(&made, &Target::Disk(disk));
    assert!(report.is_whole() && restored == before, "{report:?}");
}
