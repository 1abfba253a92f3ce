//! What the intruder makes with the station's own key, which root can take out of the home.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ::vault::verify::{Ask, verify};
use ::vault::{
    Disk, Hash, Head, Holder, Identity, Listed, Member, Next, Sealer, Signer, Small, Target, Tip, index, name,
};
use ed25519_dalek::SigningKey;

use super::week::{BUCKET, Week, text};
use crate::door::run;

/// The home and the attached folder as they are, for later.
pub fn copy_of_the_station(week: &Week<'_>) -> PathBuf {
    let copy = week.station.folder().join("copy");
    fs::create_dir(&copy).unwrap();
    run(Command::new("cp").args(["-a", text(&week.station.home()), text(&copy.join("home"))])).ends(0);
    run(Command::new("cp").args(["-a", text(&week.place("A")), text(&copy.join("A"))])).ends(0);
    copy
}

/// Puts what lies in a folder and not on the server there, with the owner's key; how many objects.
pub fn upload(week: &Week<'_>, place: &Path) -> usize {
    let (disk, s3) = (Target::Disk(Disk::new(place)), week.server.place(BUCKET, "", 2));
    let there = s3.list("").unwrap();
    let new = disk.list("").unwrap().into_iter().filter(|object| there.iter().all(|other| other.name != object.name));
    let put = new.filter(|object| object.name != "andon-medium.txt").map(|object| {
        s3.put(&object.name, &mut disk.get(&object.name, None).unwrap(), object.size).unwrap();
    });
    put.count()
}

/// What root takes out of the home, and how the chain stands at the server.
struct Stolen {
    key: SigningKey,
    tip: Tip,
    head: Head,
    head_hash: Hash,
}

fn stolen(week: &Week<'_>) -> Stolen {
    let reader = store::open_reader(&week.station.home(), &store::Unlock::KeyFile).unwrap();
    let key: [u8; 32] = reader.kept("vault:key").unwrap().unwrap().try_into().unwrap();
    let below = Target::S3(week.server.place(BUCKET, "", 2).as_it_stood(::vault::s3::Moment::First).unwrap());
    let report = verify(&below, &Ask::default(), &[], &mut |_, _| Ok(()), &mut |_| true).unwrap();
    let heads = ::vault::Vault::open(&below, &[]).unwrap();
    let (head_hash, head) = heads.heads().all.last().unwrap().clone();
    Stolen { key: SigningKey::from_bytes(&key), tip: report.tip, head, head_hash }
}

fn put(week: &Week<'_>, objects: &[Small]) {
    let s3 = week.server.place(BUCKET, "", 2);
    for Small { name, bytes } in objects {
        s3.put(name, &mut &bytes[..], bytes.len() as u64).unwrap();
    }
}

/// A true continuation of the chain, with a head that names him alone and a segment that he alone opens.
pub fn sealed_to_himself(week: &Week<'_>) {
    let Stolen { key, tip, head, head_hash } = stolen(week);
    let his = Identity::generate().to_public();
    let signer = Signer::new(&head.vault.origin(), key).unwrap();
    let holders = vec![Holder { recipient: his.clone(), since: 1, role: "officers".to_owned() }];
    let head = Head { number: head.number + 1, previous: head_hash, holders, ..head };
    let bytes = head.sign(&signer).unwrap();
    let head_hash = Hash::of(&bytes);
    let number = tip.number + 1;
    let mut sealer = Sealer::new(Vec::new(), number, std::slice::from_ref(&his)).unwrap();
    sealer.member(Member { name: b".andon/home", mtime: 1, bytes: b"{}" }).unwrap();
    let (segment, sealed) = sealer.finish().unwrap();
    let span = number..=number;
    let rows = Box::new(std::io::empty()) as Box<dyn std::io::Read>;
    let (indexed, sums) = index::seal(Vec::new(), &span, vec![rows], &mut Vec::new(), &[his]).unwrap();
    let named = [name::segment(number, &sealed.sums.sha256), name::index(&span, &sums.sha256)];
    let next = Next {
        station: head.stations[0].id,
        head: head_hash,
        counts: sealed.counts,
        covers: vec!["parcels 9999-9999".to_owned()],
        objects: vec![Listed { name: named[0].clone(), sums: sealed.sums }, Listed { name: named[1].clone(), sums }],
        ..Next::default()
    };
    let link = tip.next(next, &signer).unwrap();
    let [one, two] = named;
    put(week, &[Small { name: name::head(head.number, &head_hash), bytes }]);
    put(week, &[Small { name: one, bytes: segment }, Small { name: two, bytes: indexed }]);
    put(week, &link.objects);
}

/// Manifests far ahead, one signed and one that is nothing; another vault's first head beside ours.
pub fn planted(week: &Week<'_>) {
    let Stolen { key, tip, head, head_hash } = stolen(week);
    let signer = Signer::new(&head.vault.origin(), key).unwrap();
    let far = Tip { number: 99_999_997, ..tip };
    let next = Next { station: head.stations[0].id, head: head_hash, opened: 1, sealed: i64::MAX, ..Next::default() };
    let link = far.next(next, &signer).unwrap();
    put(week, &link.objects[..1]);
    put(week, &[Small { name: "manifests/99999999-0123456789abcdef.txt".to_owned(), bytes: b"pay".to_vec() }]);
    let own = SigningKey::from_bytes(&[66; 32]);
    let signer = Signer::new(&head.vault.origin(), own.clone()).unwrap();
    let stations = vec![::vault::Station { id: [66; 16], key: own.verifying_key() }];
    let head = Head { number: 1, previous: Hash::ZERO, stations, ..head };
    let bytes = head.sign(&signer).unwrap();
    put(week, &[Small { name: name::head(1, &Hash::of(&bytes)), bytes }]);
}
