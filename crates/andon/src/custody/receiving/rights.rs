//! Who may what at a receiver: a few lines of a file that a person changes by commands. Nothing in it is secret.

use vault::note::Kind;
use vault::{VaultId, Verifier};

/// First line of the file.
const FIRST_LINE: &str = "andon-rights 1";

/// A key, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// The vault, and no other.
    pub vault: VaultId,
    /// Of a station that seals: how many bytes its vault may have here. `None`: it only reads.
    pub seals: Option<u64>,
    /// The key; its name is a reader's, or of a station the vault's own.
    pub key: Verifier,
}

impl Right {
    /// Of the station that seals a vault, by its key in one line, as it says it.
    pub fn of_station(line: &str, bytes: u64) -> Option<Right> {
        let key = Verifier::parse(line.trim()).filter(|key| key.kind == Kind::Note)?;
        Some(Right { vault: VaultId::of_origin(&key.name)?, seals: Some(bytes), key })
    }

    /// What the people here call it.
    pub fn name(&self) -> &str {
        &self.key.name
    }

    fn line(&self) -> String {
        match self.seals {
            Some(bytes) => format!("seal {bytes} {}\n", self.key.text()),
            None => format!("read {} {}\n", self.vault.hex(), self.key.text()),
        }
    }

    fn parse(line: &str) -> Option<Right> {
        let (word, rest) = line.split_once(' ')?;
        let (what, key) = rest.split_once(' ')?;
        match word {
            "seal" => Right::of_station(key, what.parse().ok()?),
            "read" => Some(Right { vault: VaultId::from_hex(what)?, seals: None, key: Verifier::parse(key)? }),
            _ => None,
        }
    }
}

/// The text of the file.
pub fn text(rights: &[Right]) -> String {
    rights.iter().fold(format!("{FIRST_LINE}\n"), |text, right| text + &right.line())
}

/// Reads such a text; `None` where a line is not understood: then nobody has a right.
pub fn parse(text: &str) -> Option<Vec<Right>> {
    let mut lines = text.lines();
    (lines.next()? == FIRST_LINE).then_some(())?;
    lines.map(Right::parse).collect()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use vault::Signer;

    use super::*;

    #[test]
    fn rights_are_read_as_written_and_a_line_that_is_none_gives_nobody_any() {
        let vault = VaultId([4; 16]);
        let key = |name: &str| Signer::new(name, SigningKey::from_bytes(&[1; 32])).unwrap().verifier();
        let station = Right::of_station(&key(&vault.origin()).text(), 9).unwrap();
        assert_eq!((station.vault, station.seals), (vault, Some(9)));
        let rights = vec![station, Right { vault, seals: None, key: key("復元") }];
        let written = text(&rights);
        assert_eq!(parse(&written), Some(rights));
        assert_eq!(parse(&format!("{written}seal x y\n")), None);
        assert_eq!(parse("seal"), None);
        assert_eq!(Right::of_station(&key("somebody").text(), 9), None, "no vault's key");
    }
}
