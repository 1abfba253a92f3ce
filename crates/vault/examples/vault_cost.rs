//! What a packing costs and saves, and how fast a vault is proved and looked into:
//! `cargo run --release -p vault --example vault_cost -- TREE [TIMES]`. TREE is an SS-MIX2 tree, taken TIMES over, in the
//! order of a feed (by time of change) and in the order of paths. CPU seconds are of this process, user and system.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must stop")]

use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Instant;

use ed25519_dalek::SigningKey;
use vault::read::AHEAD_MAX;
use vault::segment::Packing;
use vault::verify::{Ask, verify};
use vault::*;

struct Taken {
    name: Vec<u8>,
    patient: String,
    /// Day and time in the file's name, by which a feed brings it.
    when: String,
    mtime: i64,
    bytes: Vec<u8>,
}

fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // utime and stime, in hundredths (proc(5)).
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).collect::<Vec<_>>().join(" ")
}

fn walk(root: &Path, at: &Path, all: &mut Vec<Taken>) {
    for entry in fs::read_dir(at).unwrap().flatten() {
        let path = entry.path();
        let meta = entry.metadata().unwrap();
        if meta.is_dir() {
            walk(root, &path, all);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().as_os_str().as_bytes().to_vec();
        let text = String::from_utf8_lossy(&name).into_owned();
        let patient = text.split('/').nth(3).unwrap_or_default().to_owned();
        let last = text.rsplit('/').next().unwrap_or_default();
        let when = last.split('_').rfind(|part| part.len() == 17 && part.starts_with("20"));
        let when = when.or_else(|| text.split('/').nth(4)).unwrap_or_default().to_owned();
        all.push(Taken { name, patient, when, mtime: meta.mtime(), bytes: fs::read(&path).unwrap() });
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let times: usize = args.get(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let root = Path::new(&args[1]);
    let mut all = Vec::new();
    walk(root, root, &mut all);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let bytes: usize = all.iter().map(|file| file.bytes.len()).sum();
    println!("{} files, {bytes} bytes", all.len());
    let identity = Identity::generate();
    for order in ["paths", "feed"] {
        if order == "feed" {
            all.sort_by(|a, b| a.when.cmp(&b.when));
        }
        for (level, target, full) in (1..=6).map(|level| (level, 96 << 10, 128 << 10)).chain([
            (3, 48 << 10, 64 << 10),
            (3, 192 << 10, 256 << 10),
            (3, 384 << 10, 512 << 10),
        ]) {
            let begin = cpu();
            let packing = Packing { level, target, full };
            let mut sealer = Sealer::with(std::io::sink(), 1, &[identity.to_public()], packing).unwrap();
            for file in &all {
                sealer.member(Member { name: &file.name, mtime: file.mtime, bytes: &file.bytes }).unwrap();
            }
            let sealed = sealer.finish().unwrap().1;
            println!(
                "{order} level {level} frames {} KiB: {} bytes (1/{:.1}), {} tar bytes, {:.2} CPU s",
                full >> 10,
                sealed.sums.size,
                bytes as f64 / sealed.sums.size as f64,
                sealed.counts.tar_bytes,
                cpu() - begin
            );
        }
    }
    vault_of(&all, times, &identity);
}

/// A patient of one of the copies.
fn label(time: usize, patient: &str) -> Label {
    Label(Hash::of(format!("{time} {patient}").as_bytes()).0[..16].try_into().unwrap())
}

/// A vault of everything, `times` over as other patients, in segments of 64 MiB.
fn vault_of(all: &[Taken], times: usize, identity: &Identity) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path());
    let id = VaultId::random().unwrap();
    let key = SigningKey::from_bytes(&[1; 32]);
    let signer = Signer::new(&id.origin(), key.clone()).unwrap();
    let text = head::vault_text(&id, 0, true);
    let head = Head {
        vault: id,
        number: 1,
        previous: Hash::ZERO,
        made: 0,
        training: true,
        text: Hash::of(text.as_bytes()),
        stations: vec![Station { id: [1; 16], key: key.verifying_key() }],
        holders: vec![Holder { recipient: identity.to_public(), since: 0, role: "officers".to_owned() }],
    };
    let bytes = head.sign(&signer).unwrap();
    let head_hash = Hash::of(&bytes);
    disk.put_bytes(&name::head(1, &head_hash), &bytes).unwrap();
    disk.put_bytes(name::VAULT, text.as_bytes()).unwrap();
    let (begin, wall) = (cpu(), Instant::now());
    let segments = seal(all, times, &disk, &head, &signer);
    let target = Target::Disk(disk);
    let size: u64 = target.list("").unwrap().iter().map(|object| object.size).sum();
    println!(
        "vault: {} files in {} segments, {size} bytes, sealed in {:.2} CPU s, {:.2} s; {}",
        all.len() * times,
        segments,
        cpu() - begin,
        wall.elapsed().as_secs_f64(),
        peak()
    );
    prove(&target, identity);
    look(all, times, &target, identity);
}

/// Seals it all; the number of segments.
fn seal(all: &[Taken], times: usize, disk: &Disk, head: &Head, signer: &Signer) -> u32 {
    let mut tip = Tip::new(head.vault);
    let mut rows: Vec<(std::ops::RangeInclusive<u32>, Vec<u8>)> = Vec::new();
    // Every copy of a day on that day: a patient is scattered over all segments, as in the feed of years.
    let mut files = all.iter().flat_map(|file| (0..times).map(move |time| (time, file))).peekable();
    while files.peek().is_some() {
        let number = tip.number + 1;
        let mut sealer = Sealer::new(disk.draft().unwrap(), number, &head.recipients()).unwrap();
        while let Some((time, file)) = files.next_if(|_| sealer.tar_bytes() < 64 << 20) {
            sealer.group(Some(label(time, &file.patient)));
            sealer.member(Member { name: &file.name, mtime: file.mtime, bytes: &file.bytes }).unwrap();
        }
        let (draft, sealed) = sealer.finish().unwrap();
        let segment = Listed { name: name::segment(number, &sealed.sums.sha256), sums: sealed.sums };
        draft.commit(&segment.name).unwrap();
        let span = index::span(number);
        let inside = rows.extract_if(.., |(old, _)| span.contains(old.end())).collect::<Vec<_>>();
        let own = index::to_bytes(&sealed.rows);
        let sources = inside
            .iter()
            .map(|(_, rows)| rows)
            .chain([&own])
            .map(|rows| Box::new(&rows[..]) as Box<dyn Read>)
            .collect();
        let mut kept = Vec::new();
        let (draft, sums) = index::seal(disk.draft().unwrap(), &span, sources, &mut kept, &head.recipients()).unwrap();
        rows.push((span.clone(), kept));
        let index = Listed { name: name::index(&span, &sums.sha256), sums };
        draft.commit(&index.name).unwrap();
        let objects = vec![segment, index];
        let link = tip
            .next(
                Next { head: Hash::of(&head.sign(signer).unwrap()), counts: sealed.counts, objects, ..Next::default() },
                signer,
            )
            .unwrap();
        link.objects.iter().for_each(|small| assert!(disk.put_bytes(&small.name, &small.bytes).is_ok()));
        tip = link.tip;
    }
    tip.number
}

/// Verifies it without a key and with one.
fn prove(target: &Target, identity: &Identity) {
    for identities in [&[][..], std::slice::from_ref(identity)] {
        let (begin, wall) = (cpu(), Instant::now());
        let report = verify(target, &Ask::default(), identities, &mut |_, _| Ok(()), &mut |_| true).unwrap();
        assert!(report.is_whole(), "{:?}", report.findings);
        let (cpu, wall) = (cpu() - begin, wall.elapsed().as_secs_f64());
        println!("verify with {} keys: {} members, {cpu:.2} CPU s, {wall:.2} s", identities.len(), report.members);
    }
}

/// Looks up patients and reads what is theirs.
fn look(all: &[Taken], times: usize, target: &Target, identity: &Identity) {
    let mut vault = Vault::open(target, std::slice::from_ref(identity)).unwrap();
    let mut patients: Vec<&str> = all.iter().map(|file| file.patient.as_str()).collect();
    patients.sort_unstable();
    patients.dedup();
    for warm in ["first", "again"] {
        let mut took = Vec::new();
        let (mut found, mut spent) = ((0, 0), 0.0);
        for at in 0..300 {
            let (time, patient) = (at * 7 % times, patients[at * 7919 % patients.len()]);
            let (start, before) = (Instant::now(), cpu());
            let mut own =
                if warm == "first" { Some(Vault::open(target, std::slice::from_ref(identity)).unwrap()) } else { None };
            let vault = own.as_mut().unwrap_or(&mut vault);
            let places = vault.find(&label(time, patient)).unwrap();
            let mut read = 0;
            for some in places.chunks(AHEAD_MAX) {
                vault.read_ahead(some);
                read += some.iter().map(|place| vault.frame(*place).unwrap().members().count()).sum::<usize>();
            }
            found = (found.0 + places.len(), found.1 + read);
            spent += cpu() - before;
            took.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        println!(
            "one patient, vault opened {warm}: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms, mean CPU {:.1} ms; frames a patient {:.1}",
            took[150],
            took[297],
            took[299],
            spent / 0.3,
            found.0 as f64 / 300.0
        );
    }
}
