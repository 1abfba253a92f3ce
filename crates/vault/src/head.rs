//! What a vault is, who may sign for it, and to whom is sealed. A change is a new head that the one before is named in;
//! old ones stay.

use ed25519_dalek::VerifyingKey;

use crate::hash::{Hash, from_hex, to_hex};
use crate::note::{NOTE_BYTES_MAX, Note, Signer, Verifier};
use crate::read::Known;
use crate::{Error, Recipient, Result, Target, name, read};

const FIRST_LINE: &str = "andon-head 1";
/// How the origin of a vault's log begins.
const ORIGIN: &str = "andon-vault/";
/// Stations or recipients of one head: more is no hospital's.
const LINES_MAX: usize = 1000;

/// Name of a vault: random bytes given once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VaultId(pub [u8; 16]);

impl VaultId {
    /// A new one.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub fn random() -> Result<VaultId> {
        let mut id = [0; 16];
        getrandom::fill(&mut id)
            .map_err(|error| Error::io("asking for random bytes", "the system", std::io::Error::other(error)))?;
        Ok(VaultId(id))
    }

    /// 32 digits.
    pub fn hex(&self) -> String {
        to_hex(&self.0)
    }

    /// From 32 digits.
    pub fn from_hex(text: &str) -> Option<VaultId> {
        from_hex(text)?.try_into().ok().map(VaultId)
    }

    /// Name of the log and of the keys that sign for it: the origin line of its checkpoints.
    pub fn origin(&self) -> String {
        format!("{ORIGIN}{}", self.hex())
    }

    /// The vault whose log has this origin.
    pub fn of_origin(origin: &str) -> Option<VaultId> {
        VaultId::from_hex(origin.strip_prefix(ORIGIN)?)
    }
}

/// A station that may seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its number as it has it.
    pub id: [u8; 16],
    /// Its public key.
    pub key: VerifyingKey,
}

/// Somebody to whom is sealed.
#[derive(Clone)]
pub struct Holder {
    /// The public key.
    pub recipient: Recipient,
    /// Since when, milliseconds since 1970.
    pub since: i64,
    /// What the key is for, one word: `officers`, `prover` …
    pub role: String,
}

/// One head.
#[derive(Clone)]
pub struct Head {
    /// The vault.
    pub vault: VaultId,
    /// From 1.
    pub number: u32,
    /// SHA-256 of the head before, zeros for the first.
    pub previous: Hash,
    /// When it was made, milliseconds since 1970.
    pub made: i64,
    /// 訓練: invented patients only.
    pub training: bool,
    /// SHA-256 of `vault.txt`.
    pub text: Hash,
    /// Who may sign from here on.
    pub stations: Vec<Station>,
    /// To whom is sealed from here on.
    pub holders: Vec<Holder>,
}

impl Head {
    /// Public keys by which what follows may be signed.
    pub fn verifiers(&self) -> Vec<Verifier> {
        let name = self.vault.origin();
        let one = |station: &Station| Verifier { name: name.clone(), kind: crate::note::Kind::Note, key: station.key };
        self.stations.iter().map(one).collect()
    }

    /// Whether one of its stations signed this.
    pub fn signed(&self, note: &Note) -> bool {
        self.verifiers().iter().any(|key| key.signed(note))
    }

    /// To whom is sealed.
    pub fn recipients(&self) -> Vec<Recipient> {
        self.holders.iter().map(|holder| holder.recipient.clone()).collect()
    }

    /// The bytes that are kept, signed by one of its own stations and, but for the first, of those before.
    ///
    /// # Errors
    /// A role is not one word.
    pub fn sign(&self, signer: &Signer) -> Result<Vec<u8>> {
        if self.holders.iter().any(|holder| holder.role.is_empty() || holder.role.contains(char::is_whitespace)) {
            return Err(Error::Refused("what a key is for is said in one word".to_owned()));
        }
        Ok(signer.sign(&self.lines()).into_bytes())
    }

    fn lines(&self) -> String {
        let mut all = format!(
            "{FIRST_LINE}\nvault {}\nnumber {}\nprevious {}\nmade {}\ntraining {}\ntext {}\n",
            self.vault.hex(),
            self.number,
            self.previous,
            self.made,
            if self.training { "yes" } else { "no" },
            self.text,
        );
        for station in &self.stations {
            all += &format!("station {} {}\n", to_hex(&station.id), to_hex(station.key.as_bytes()));
        }
        for holder in &self.holders {
            all += &format!("recipient {} {} {}\n", holder.recipient, holder.since, holder.role);
        }
        all
    }

    /// Reads a head; its signatures are the caller's to check ([`Verifier::signed`]).
    pub fn parse(bytes: &[u8]) -> Option<(Head, Note)> {
        let note = Note::parse(bytes)?;
        let mut lines = note.text.lines();
        (lines.next()? == FIRST_LINE).then_some(())?;
        let mut word = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let mut head = Head {
            vault: VaultId::from_hex(word("vault")?)?,
            number: word("number")?.parse().ok()?,
            previous: Hash::from_hex(word("previous")?)?,
            made: word("made")?.parse().ok()?,
            training: word("training")? == "yes",
            text: Hash::from_hex(word("text")?)?,
            stations: Vec::new(),
            holders: Vec::new(),
        };
        for line in lines.take(LINES_MAX) {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["station", id, key] => head.stations.push(Station {
                    id: from_hex(id)?.try_into().ok()?,
                    key: VerifyingKey::from_bytes(&from_hex(key)?.try_into().ok()?).ok()?,
                }),
                ["recipient", recipient, since, role] => head.holders.push(Holder {
                    recipient: recipient.parse().ok()?,
                    since: since.parse().ok()?,
                    role: role.to_owned(),
                }),
                _ => return None,
            }
        }
        // One spelling only, so that nothing can stand in it that we do not see.
        (head.lines() == note.text).then_some((head, note))
    }
}

/// All heads of a target.
pub struct Heads {
    /// The vault.
    pub vault: VaultId,
    /// In order, each with the hash of its bytes. Where whoever holds the station's key made two of a number, both are here: which of
    /// them counts is said by the manifests that name it.
    pub all: Vec<(Hash, Head)>,
    /// What is wrong with them: object and words. A first head that no known key signed is for the caller to judge.
    pub flaws: Vec<(String, String)>,
    /// First heads of which nothing but the server's clock said which is ours; else none.
    pub beginnings: Vec<String>,
    /// First heads that are there, signed, and were not taken for ours.
    pub others: Vec<String>,
}

impl Heads {
    /// Reads and checks the heads: each names the one before and is signed by a station that one lets sign. What else lies
    /// there is a flaw and not followed: anybody who may add objects may add such. With the key of a station, the first
    /// head is the one that names it; else, of two, the one that the server took first, where it tells.
    ///
    /// # Errors
    /// There is no first head, or there are two and nothing says which; the target says no.
    pub fn read(target: &Target, station: Option<&VerifyingKey>) -> Result<Heads> {
        Heads::read_known(target, station, &Known::default())
    }

    /// As [`Heads::read`]; of two first heads the one of the log that somebody saw, or that a person named, before any clock.
    ///
    /// # Errors
    /// As [`Heads::read`].
    pub fn read_known(target: &Target, station: Option<&VerifyingKey>, known: &Known) -> Result<Heads> {
        let (mut first, mut later, mut flaws) = (Vec::new(), Vec::new(), Vec::new());
        for object in target.list(name::HEADS)? {
            let bytes = match target.read(&object.name, NOTE_BYTES_MAX) {
                Err(Error::Damaged { object, what }) => {
                    flaws.push((object, what));
                    continue;
                }
                other => other?,
            };
            let hash = Hash::of(&bytes);
            match Head::parse(&bytes).filter(|(head, _)| name::head(head.number, &hash) == object.name) {
                None => flaws.push((object.name, "it is no head, or not the one of its name".to_owned())),
                Some((head, note)) if head.number > 1 => later.push((object.name, hash, head, note)),
                Some((head, note)) if head.number == 1 && head.signed(&note) => first.push((object.name, hash, head)),
                Some(_) => flaws.push((object.name, "no station that it names signed it".to_owned())),
            }
        }
        let mut others: Vec<String> = first.iter().map(|(object, ..)| object.clone()).collect();
        if let Some(key) = station {
            let (ours, others) =
                first.into_iter().partition(|(_, _, head)| head.stations.iter().any(|of| of.key == *key));
            first = ours;
            flaws.extend(others.into_iter().map(other_vault));
        }
        let first = known_first(target, first, &later, known, &mut flaws)?;
        let beginnings = first.iter().map(|(object, ..)| object.clone()).filter(|_| first.len() > 1).collect();
        let mut first = earliest(target, first, &mut flaws)?.into_iter();
        let mut heads = match (first.next(), first.next()) {
            (Some((object, hash, head)), None) => {
                others.retain(|other| *other != object);
                Heads { vault: head.vault, all: vec![(hash, head)], flaws, beginnings, others }
            }
            (Some((object, ..)), Some((other, ..))) => {
                let what = format!(
                    "{other} too begins a vault here; only who knows the station's key, has seen its log (--seen, --witness), or is in charge (--history) can tell which"
                );
                return Err(Error::damaged(object, what));
            }
            (None, _) => match flaws.into_iter().next() {
                Some((object, what)) => return Err(Error::damaged(object, what)),
                None => return Err(Error::Missing { object: format!("{}00000001-…", name::HEADS) }),
            },
        };
        later.into_iter().for_each(|(object, hash, head, note)| heads.next(object, hash, head, &note));
        Ok(heads)
    }

    fn next(&mut self, object: String, hash: Hash, head: Head, note: &Note) {
        let follows = |before: &Head| head.vault == before.vault && head.number == before.number + 1;
        let Some(before) = self.get(&head.previous).filter(|before| follows(before)) else {
            return self.flaws.push((object, "it does not follow a head that is there".to_owned()));
        };
        if !before.signed(note) {
            return self.flaws.push((object, "no station that the head before names signed it".to_owned()));
        }
        if self.all.iter().any(|(_, other)| other.number == head.number) {
            self.flaws.push((object, "another head of this number is signed too: a fork".to_owned()));
        }
        self.all.push((hash, head));
    }

    /// The one in force.
    pub fn last(&self) -> Option<&Head> {
        self.all.last().map(|(_, head)| head)
    }

    /// The head of this hash.
    pub fn get(&self, hash: &Hash) -> Option<&Head> {
        self.all.iter().find(|(of, _)| of == hash).map(|(_, head)| head)
    }
}

/// Of several first heads the one that a person named or whose log somebody saw; all of them where that says nothing. The vault's name alone
/// says less: whoever lays another beginning beside ours can give it the same.
fn known_first(
    target: &Target,
    first: Vec<(String, Hash, Head)>,
    later: &[(String, Hash, Head, Note)],
    known: &Known,
    flaws: &mut Vec<(String, String)>,
) -> Result<Vec<(String, Hash, Head)>> {
    if first.len() < 2 {
        return Ok(first);
    }
    // Of each: it is told to be ours, its vault's name was seen, and what we sealed ourselves goes on from it.
    let mut said = Vec::new();
    for (object, hash, head) in &first {
        let all = vec![(*hash, head.clone())];
        let (flaws, beginnings, others) = (Vec::new(), Vec::new(), Vec::new());
        let mut heads = Heads { vault: head.vault, all, flaws, beginnings, others };
        later.iter().cloned().for_each(|(object, hash, head, note)| heads.next(object, hash, head, &note));
        let told = known.named.contains(object) || read::begins(target, &heads, &known.seen)?;
        let origin = known.seen.iter().any(|seen| seen.origin == head.vault.origin());
        said.push((told, origin, read::begins(target, &heads, &known.own)?));
    }
    let told = read::only(&said, |one| one.0);
    let origin = || said.iter().all(|one| !one.0).then(|| read::only(&said, |one| one.1)).flatten();
    let Some(ours) = told.or_else(origin).or_else(|| read::only(&said, |one| one.2)) else { return Ok(first) };
    let (ours, others): (Vec<_>, Vec<_>) = first.into_iter().enumerate().partition(|(at, _)| *at == ours);
    flaws.extend(others.into_iter().map(|(_, other)| other_vault(other)));
    Ok(ours.into_iter().map(|(_, one)| one).collect())
}

fn other_vault((object, ..): (String, Hash, Head)) -> (String, String) {
    (object, "it begins another vault".to_owned())
}

/// Of several first heads the one that the server took first; who came later laid his beside ours.
fn earliest(
    target: &Target,
    first: Vec<(String, Hash, Head)>,
    flaws: &mut Vec<(String, String)>,
) -> Result<Vec<(String, Hash, Head)>> {
    let names: Vec<&str> = first.iter().map(|(object, ..)| object.as_str()).collect();
    let Some(ours) = read::earliest(target, &names)? else { return Ok(first) };
    let (ours, others): (Vec<_>, Vec<_>) = first.into_iter().enumerate().partition(|(at, _)| *at == ours);
    let other =
        |(_, (object, ..)): (usize, (String, Hash, Head))| (object, "it begins another vault, later".to_owned());
    flaws.extend(others.into_iter().map(other));
    Ok(ours.into_iter().map(|(_, one)| one).collect())
}

/// `vault.txt`: what whoever finds the disk reads first. Written once; the first head has its hash.
pub fn vault_text(vault: &VaultId, made: i64, training: bool) -> String {
    let kind = if training { "訓練 / TRAINING: 架空の患者のみ / invented patients only\n" } else { "" };
    format!(
        "andon-vault 1\nvault {}\nmade {made}\n{kind}\n\
         診療記録の写しを封じた保管庫です。鍵（age の秘密鍵。AGE-SECRET-KEY-1 で始まる 74 文字）を KEY というファイルに\n\
         置けば、空のフォルダーで次の行を実行するだけで、元のフォルダーとファイルに戻ります（Debian の age, zstd, tar）。\n\
         Sealed copies of medical records. With the key (an age identity) in a file KEY, this line, run in an empty\n\
         folder, brings the files back as they were (VAULT is this folder; Debian's age, zstd and tar):\n\n\
         \x20 for f in VAULT/segments/*.tar.zst.age; do age -d -i KEY \"$f\" | zstd -dc | tar xf - && \
         cat .andon/gone/* 2>/dev/null | xargs -0r rm -f -- && rm -rf .andon/gone; done\n\n\
         壊れていないかを、鍵なしで、このフォルダーで / whether it is undamaged, without the key, in this folder:\n\n\
         \x20 grep -h '^object' manifests/*.txt | awk '{{print $4\"  \"$2}}' | sha256sum -c --quiet\n",
        vault.hex()
    )
}
