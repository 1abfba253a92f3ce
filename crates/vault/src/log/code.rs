//! A checkpoint as a code on paper says it: `LOG-VAULT-SIZE-ROOT`, hexadecimal in capitals, so that any scanner that acts as a keyboard
//! types it. What was signed is the checkpoint; who compares holds the paper itself, so the code carries no signature.

use super::Checkpoint;
use crate::hash::{Hash, to_hex};
use crate::head::VaultId;

/// How the code begins.
const HEAD: &str = "LOG";

impl Checkpoint {
    /// The code, at most 123 letters of `0-9A-Z-`; `None` for a log that is no vault's.
    pub fn code(&self) -> Option<String> {
        let vault = VaultId::of_origin(&self.origin)?;
        Some(format!("{HEAD}-{}-{}-{}", vault.hex(), self.size, to_hex(&self.root.0)).to_ascii_uppercase())
    }

    /// Reads such a code as it was scanned or typed: small letters, and the wide ones of a Japanese input method, are taken too.
    pub fn read_code(text: &str) -> Option<Checkpoint> {
        let plain: String = text.trim().chars().map(narrow).collect();
        let mut parts = plain.split('-');
        (parts.next()? == HEAD.to_ascii_lowercase()).then_some(())?;
        let vault = VaultId::from_hex(parts.next()?)?;
        let digits = parts.next()?;
        let size: u64 = digits.parse().ok()?;
        let root = Hash::from_hex(parts.next()?)?;
        let whole = parts.next().is_none() && digits == size.to_string();
        whole.then(|| Checkpoint { origin: vault.origin(), size, root })
    }
}

/// The small ASCII letter for a wide one; dashes of every width are one.
fn narrow(letter: char) -> char {
    let letter = match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        '\u{30fc}' | '\u{2010}' | '\u{2212}' => '-',
        _ => letter,
    };
    letter.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: VaultId([0xab; 16]).origin(), size: 4711, root: Hash([0x5c; 32]) }
    }

    #[test]
    fn a_code_comes_back_however_it_was_typed() {
        let code = checkpoint().code().unwrap();
        assert_eq!(code, format!("LOG-{}-4711-{}", "AB".repeat(16), "5C".repeat(32)));
        let wide: String = code.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        for typed in [code.clone(), code.to_ascii_lowercase(), format!(" {code}\r\n"), wide, code.replace('-', "ー")] {
            assert_eq!(Checkpoint::read_code(&typed), Some(checkpoint()), "{typed}");
        }
    }

    #[test]
    fn what_is_not_whole_is_no_code() {
        let code = checkpoint().code().unwrap();
        for text in
            ["", "LOG", &code[1..], &code[..code.len() - 1], &code.replace("4711", "04711"), &format!("{code}-1")]
        {
            assert_eq!(Checkpoint::read_code(text), None, "{text}");
        }
        assert_eq!(Checkpoint { origin: "example.com/log".into(), ..checkpoint() }.code(), None);
    }
}
