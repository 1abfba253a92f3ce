//! A small vault made the way a station makes one: sealed into a spool, brought to a target.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::RangeInclusive;

use ed25519_dalek::SigningKey;
use tempfile::TempDir;
use vault::verify::{Ask, Report, verify};
use vault::{
    Disk, Hash, Head, Holder, Identity, Label, Link, Listed, Member, Next, Row, Sealer, Signer, Station, Target, Tip,
    VaultId, index, name,
};

/// A member with what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path.
    pub name: Vec<u8>,
    /// Seconds since 1970.
    pub mtime: i64,
    /// Content.
    pub bytes: Vec<u8>,
}

impl File {
    pub fn new(name: &str, mtime: i64, bytes: impl Into<Vec<u8>>) -> File {
        File { name: name.into(), mtime, bytes: bytes.into() }
    }

    pub fn member(&self) -> Member<'_> {
        Member { name: &self.name, mtime: self.mtime, bytes: &self.bytes }
    }

    pub fn from(member: &Member<'_>) -> File {
        File { name: member.name.to_vec(), mtime: member.mtime, bytes: member.bytes.to_vec() }
    }
}

/// A station and its vault.
pub struct Made {
    pub folder: TempDir,
    pub identity: Identity,
    pub signer: Signer,
    pub head: Head,
    pub head_hash: Hash,
    pub tip: Tip,
    pub links: Vec<Link>,
    /// Plain rows of each live span.
    pub rows: BTreeMap<u32, (RangeInclusive<u32>, Vec<u8>)>,
}

pub const STATION: [u8; 16] = [7; 16];

pub fn label(name: &str) -> Label {
    Label(Hash::of(name.as_bytes()).0[..16].try_into().unwrap())
}

impl Made {
    pub fn new() -> Made {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::from_bytes(&[3; 32]);
        let identity = Identity::generate();
        let vault = VaultId([9; 16]);
        let signer = Signer::new(&vault.origin(), key.clone()).unwrap();
        let text = vault::head::vault_text(&vault, 1_635_607_800_000, true);
        let head = Head {
            vault,
            text: Hash::of(text.as_bytes()),
            number: 1,
            previous: Hash::ZERO,
            made: 1_635_607_800_000,
            training: true,
            stations: vec![Station { id: STATION, key: key.verifying_key() }],
            holders: vec![Holder {
                recipient: identity.to_public(),
                since: 1_635_607_800_000,
                role: "officers".to_owned(),
            }],
        };
        let bytes = head.sign(&signer).unwrap();
        let head_hash = Hash::of(&bytes);
        let (tip, links, rows) = (Tip::new(vault), Vec::new(), BTreeMap::new());
        let made = Made { folder, identity, signer, head, head_hash, tip, links, rows };
        Disk::create(made.folder.path().join("target")).unwrap();
        let spool = Disk::create(made.folder.path().join("spool")).unwrap();
        spool.put_bytes(&name::head(1, &head_hash), &bytes).unwrap();
        spool.put_bytes(name::VAULT, text.as_bytes()).unwrap();
        made
    }

    /// A vault of so many segments of three patients each, one of them in all, with enough acts for a full tile.
    pub fn usual(segments: u32) -> Made {
        let mut made = Made::new();
        for number in 1..=segments {
            let of = |who: &str| {
                File::new(&format!("s1/{who}/{number}"), i64::from(number), format!("{who} {number} ").repeat(99))
            };
            let own = format!("own{number}");
            made.seal(&[(Some("all"), vec![of("all")]), (Some(&own), vec![of("own")]), (None, vec![of("nobody")])], 60);
        }
        made.sync();
        made
    }

    pub fn spool(&self) -> Disk {
        Disk::new(self.folder.path().join("spool"))
    }

    pub fn target(&self) -> Target {
        Target::Disk(Disk::new(self.folder.path().join("target")))
    }

    /// Seals groups with their labels, and some acts, into the spool.
    pub fn seal(&mut self, groups: &[(Option<&str>, Vec<File>)], acts: usize) {
        let number = self.tip.number + 1;
        let recipients = self.head.recipients();
        let mut sealer = Sealer::new(self.spool().draft().unwrap(), number, &recipients).unwrap();
        for (who, files) in groups {
            sealer.group(who.map(label));
            files.iter().for_each(|file| sealer.member(file.member()).unwrap());
        }
        let (draft, sealed) = sealer.finish().unwrap();
        let segment = Listed { name: name::segment(number, &sealed.sums.sha256), sums: sealed.sums };
        draft.commit(&segment.name).unwrap();
        let index = self.index(number, &sealed.rows);
        let next = Next {
            station: STATION,
            opened: i64::from(number) * 1000,
            sealed: i64::from(number) * 1000 + 999,
            head: self.head_hash,
            counts: sealed.counts,
            covers: vec![format!("parcels {number}-{number}")],
            acts: (0..acts).map(|act| format!("view {number} {act}")).collect(),
            objects: vec![segment, index],
        };
        let link = self.tip.next(next, &self.signer).unwrap();
        for small in &link.objects {
            self.spool().put_bytes(&small.name, &small.bytes).unwrap();
        }
        self.tip = link.tip.clone();
        self.links.push(link);
    }

    fn index(&mut self, number: u32, rows: &[Row]) -> Listed {
        let span = index::span(number);
        let inside: Vec<u32> = self.rows.keys().copied().filter(|last| span.contains(last)).collect();
        let old: Vec<Vec<u8>> = inside.iter().map(|last| self.rows.remove(last).unwrap().1).collect();
        let new = index::to_bytes(rows);
        let sources = old.iter().chain([&new]).map(|rows| Box::new(&rows[..]) as Box<dyn Read>).collect();
        let mut kept = Vec::new();
        let draft = self.spool().draft().unwrap();
        let (draft, sums) = index::seal(draft, &span, sources, &mut kept, &self.head.recipients()).unwrap();
        let listed = Listed { name: name::index(&span, &sums.sha256), sums };
        draft.commit(&listed.name).unwrap();
        self.rows.insert(number, (span, kept));
        listed
    }

    pub fn sync(&self) {
        vault::target::sync(&Target::Disk(self.spool()), &self.target(), &|| false).unwrap();
    }

    pub fn verify(&self) -> Report {
        verify(&self.target(), &Ask::default(), &[], &mut |_, _| Ok(()), &mut |_| true).unwrap()
    }

    /// Verifies with the key; all members.
    pub fn opened(&self) -> (Report, Vec<File>) {
        let mut files = Vec::new();
        let mut visit = |_, member: Member<'_>| {
            files.push(File::from(&member));
            Ok(())
        };
        let identity = std::slice::from_ref(&self.identity);
        let report = verify(&self.target(), &Ask::default(), identity, &mut visit, &mut |_| true).unwrap();
        (report, files)
    }

    /// Path of an object at the target.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("target").join(name)
    }

    /// All objects at the target.
    pub fn names(&self) -> Vec<String> {
        self.target().list("").unwrap().into_iter().map(|object| object.name).collect()
    }
}
