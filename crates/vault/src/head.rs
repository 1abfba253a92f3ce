//! What a vault is, who may sign for it, and to whom is sealed. A change is a new head that the one before is named in;
//! old ones stay.

use ed25519_dalek::VerifyingKey;

use crate::hash::{Hash, from_hex, to_hex};
use crate::note::{Note, Signer, Verifier};
use crate::{Error, Recipient, Result};

const FIRST_LINE: &str = "andon-head 1";
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
        format!("andon-vault/{}", self.hex())
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
        Ok(signer.sign(&self.text()).into_bytes())
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{FIRST_LINE}\nvault {}\nnumber {}\nprevious {}\nmade {}\ntraining {}\n",
            self.vault.hex(),
            self.number,
            self.previous,
            self.made,
            if self.training { "yes" } else { "no" },
        );
        for station in &self.stations {
            text += &format!("station {} {}\n", to_hex(&station.id), to_hex(station.key.as_bytes()));
        }
        for holder in &self.holders {
            text += &format!("recipient {} {} {}\n", holder.recipient, holder.since, holder.role);
        }
        text
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
        (head.text() == note.text).then_some((head, note))
    }
}

/// `vault.txt`: what whoever finds the disk reads first. Written once.
pub fn vault_text(vault: &VaultId, made: i64, training: bool) -> String {
    let kind = if training { "訓練 / TRAINING: 架空の患者 / invented patients only\n" } else { "" };
    format!(
        "andon-vault 1\nvault {}\nmade {made}\n{kind}\n\
         診療記録の写しを封じた保管庫です。鍵（age の秘密鍵）があれば、次の三つの道具だけで開きます。\n\
         Sealed copies of medical records. With the key (an age identity) three tools open them:\n\n\
         \x20 for f in segments/*.tar.zst.age; do age -d -i KEY \"$f\" | zstd -dc | tar xf - ; done\n\n\
         壊れていないかを鍵なしで / undamaged? without the key:\n\n\
         \x20 grep -h '^object' manifests/*.txt | awk '{{print $4\"  \"$2}}' | sha256sum -c --quiet\n",
        vault.hex()
    )
}
