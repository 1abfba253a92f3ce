//! What the gate looks at in one file: its name, and of bytes that were read anyway how even they are and whether they have
//! words. Pure, and cheap beside decoding: a few microseconds a message.

/// Bytes of a message that are counted for evenness: the entropy of more says no more, and costs more.
const COUNTED_BYTES: usize = 4096;
/// Fewer bytes tell nothing: a few hundred letters are as even as they are.
const EVEN_LEAST_BYTES: usize = 256;
/// Bits a byte below what encrypted bytes of this length have, down to which bytes count as dense. HL7 in Japanese has
/// 4.3 to 5.1 bits a byte, encrypted bytes of 2 KB 7.8 to 8.0 (vault.md §3).
const DENSE_WITHIN_BITS: f64 = 0.75;

/// Faults of a message that is none any more. What a dialect does is another thing, and learned by kind all the same.
const UNREADABLE_CODES: [&str; 8] =
    ["no_msh", "no_pid", "delimiters", "segment_name", "charset_unassigned", "charset_odd", "decoder_stopped", "xml"];

/// How documents of extended storage begin, by the end of their names (lower case).
const BEGINNINGS: [(&str, &[u8]); 8] = [
    ("pdf", b"%PDF"),
    ("jpg", b"\xff\xd8"),
    ("jpeg", b"\xff\xd8"),
    ("png", b"\x89PNG"),
    ("gif", b"GIF8"),
    ("xml", b"<"),
    ("html", b"<"),
    ("zip", b"PK"),
];

/// Words that only a ransom note has in its name (lower case, without anything between letters).
const NOTE_WORDS: [&str; 10] = [
    "decrypt",
    "ransom",
    "unlockfiles",
    "restorefiles",
    "restoremyfiles",
    "restoreyourfiles",
    "recoverfiles",
    "recoveryourfiles",
    "filesencrypted",
    "howtorecover",
];
/// Names longer than this are no note's: a person is to read it.
const NOTE_NAME_MAX: usize = 80;
/// Letters of an ending that was put behind a name; longer ones are part of a title.
const ENDING_MAX: usize = 24;
/// Endings that programs put behind names for reasons of their own.
const USUAL_ENDINGS: [&str; 12] = ["xml", "pdf", "jpg", "jpeg", "png", "gif", "html", "zip", "gz", "sig", "txt", "bak"];

/// What was seen of a message's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// It is no message, or no document of its kind.
    pub unreadable: bool,
    /// As even as encrypted bytes of this length.
    pub dense: bool,
    /// Nothing but ASCII: no word in Japanese.
    pub wordless: bool,
}

/// Looks at a message that was decoded: `codes` are those of its faults.
pub fn look<'a>(path: &[u8], bytes: &[u8], codes: impl IntoIterator<Item = &'a str>) -> Look {
    let broken = codes.into_iter().any(|code| UNREADABLE_CODES.contains(&code));
    Look { unreadable: broken || !begins_as_named(path, bytes), dense: is_dense(bytes), wordless: is_wordless(bytes) }
}

/// False for a document that does not begin as its name says: `.pdf` without `%PDF`.
fn begins_as_named(path: &[u8], bytes: &[u8]) -> bool {
    let ending = ending(name_of(path)).to_ascii_lowercase();
    let wanted = BEGINNINGS.iter().find(|(named, _)| ending == named.as_bytes());
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    wanted.is_none_or(|(_, begins)| bytes.is_empty() || bytes.starts_with(begins))
}

fn is_wordless(bytes: &[u8]) -> bool {
    bytes.is_ascii() && !bytes.contains(&0x1b)
}

/// True when bytes are as even as encrypted bytes of their length are. A fixed limit would miss half of the short ones: 2 KB of
/// pure noise have 7.8 to 7.96 bits a byte, since 2,048 bytes cannot fill 256 values evenly (Miller and Madow's correction).
pub fn is_dense(bytes: &[u8]) -> bool {
    if bytes.len() < EVEN_LEAST_BYTES {
        return false;
    }
    let bytes = bytes.get(..COUNTED_BYTES).unwrap_or(bytes);
    let count = bytes.len() as f64;
    let noise = 8.0 - 255.0 / (2.0 * count * std::f64::consts::LN_2);
    entropy(bytes, noise - DENSE_WITHIN_BITS).is_some()
}

/// Bits a byte (Shannon), where that is `least` or more. Four counts side by side, since runs of one letter would wait for themselves.
fn entropy(bytes: &[u8], least: f64) -> Option<f64> {
    let mut counts = [[0u16; 256]; 4];
    let (fours, rest) = bytes.as_chunks::<4>();
    for four in fours {
        for (count, byte) in counts.iter_mut().zip(four) {
            count[usize::from(*byte)] += 1;
        }
    }
    rest.iter().for_each(|byte| counts[0][usize::from(*byte)] += 1);
    let sums: [u16; 256] = std::array::from_fn(|value| counts.iter().map(|count| count[value]).sum());
    // So many letters have at most the logarithm of their number: text is told apart by that alone.
    let letters = sums.iter().filter(|sum| **sum > 0).count();
    if (letters as f64).log2() < least {
        return None;
    }
    let total = bytes.len() as f64;
    let told: f64 = sums.iter().filter(|sum| **sum > 0).map(|sum| f64::from(*sum) * f64::from(*sum).log2()).sum();
    Some(total.log2() - told / total).filter(|bits| *bits >= least)
}

/// What a file's name alone says against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// A ransom note's.
    Note,
    /// A message's or document's name with something behind it: `…_1.locked`.
    Behind,
}

/// Judges a path by its file name.
pub fn odd(path: &[u8]) -> Option<Odd> {
    let name = name_of(path);
    if is_message_name(name) {
        return None;
    }
    if is_note(name) {
        return Some(Odd::Note);
    }
    let last = ending(name);
    let before = name.get(..name.len().saturating_sub(last.len() + 1)).unwrap_or_default();
    let known = |ending: &[u8]| USUAL_ENDINGS.iter().any(|usual| ending.eq_ignore_ascii_case(usual.as_bytes()));
    let put_behind = !last.is_empty() && last.len() <= ENDING_MAX && !known(last);
    (put_behind && (is_message_name(before) || known(ending(before)))).then_some(Odd::Behind)
}

fn is_note(name: &[u8]) -> bool {
    let letters: Vec<u8> = name.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    let holds = |word: &&str| letters.windows(word.len()).any(|part| part == word.as_bytes());
    name.len() <= NOTE_NAME_MAX && NOTE_WORDS.iter().any(holds)
}

/// Seven parts and a flag at the end, as names of messages and of content folders have (guideline 1.2g §1.1).
fn is_message_name(name: &[u8]) -> bool {
    let parts = name.iter().filter(|byte| **byte == b'_').count();
    parts == 6 && matches!(name, [.., b'_', b'0' | b'1' | b'2'])
}

fn name_of(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// What stands behind the last dot; empty where there is none.
fn ending(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b'.').and_then(|dot| name.get(dot + 1..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of a known generator (xorshift): as even as encrypted ones.
    fn noise(count: usize, mut seed: u64) -> Vec<u8> {
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn noise_of_any_length_is_dense_and_messages_are_not() {
        for length in [256, 300, 512, 1000, 2048, 4096, 100_000] {
            for seed in 1..40 {
                assert!(is_dense(&noise(length, seed * 77 + length as u64)), "{length} {seed}");
            }
        }
        let text = "OBX|1|NM|3F010000002326201^K^JC10||4.1|mEq/L||N|||F|||20211031\r".repeat(40);
        let letters: Vec<u8> =
            (0..2048u32).map(|n| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"[(n * 7 % 32) as usize]).collect();
        for bytes in [text.as_bytes(), letters.as_slice(), &[0; 4096], b"short"] {
            assert!(!is_dense(bytes));
        }
    }

    #[test]
    fn entropy_is_that_of_the_textbook() {
        let even: Vec<u8> = (0..=255u8).cycle().take(1024).collect();
        assert!((entropy(&even, 0.0).unwrap() - 8.0).abs() < 1e-9);
        assert!(entropy(&[7; 999], 0.0).unwrap().abs() < 1e-9);
        assert!((entropy(b"abababababababa", 0.0).unwrap() - 0.996_791_631_981_936_4).abs() < 1e-9);
    }

    #[test]
    fn names_that_are_odd() {
        let message = "0123456789_20211031_OMP-01_000000000000001_20211031080000123_01_1";
        for (path, want) in [
            (message.to_owned(), None),
            (format!("012/345/0123456789/20211031/OMP-01/{message}"), None),
            (format!("a/{message}.locked"), Some(Odd::Behind)),
            (format!("a/{message}.a1b2c3"), Some(Odd::Behind)),
            ("x/main.xml".into(), None),
            ("x/main.xml.crypt".into(), Some(Odd::Behind)),
            ("x/main.xml.gz".into(), None),
            ("x/image.dcm".into(), None),
            ("README.txt".into(), None),
            ("a/b/HOW_TO_DECRYPT.txt".into(), Some(Odd::Note)),
            ("a/Restore-My-Files.txt".into(), Some(Odd::Note)),
            ("a/!!!ransom!!!.hta".into(), Some(Odd::Note)),
            ("a/.lock".into(), None),
            (String::new(), None),
        ] {
            assert_eq!(odd(path.as_bytes()), want, "{path}");
        }
    }

    #[test]
    fn a_document_begins_as_its_name_says() {
        assert!(!look(b"x/a.pdf", b"%PDF-1.4", []).unreadable);
        assert!(!look(b"x/a.xml", b"\xef\xbb\xbf\r\n<?xml", []).unreadable);
        assert!(look(b"x/a.pdf", b"noise", []).unreadable);
        assert!(!look(b"x/a.dcm", b"noise", []).unreadable);
        assert!(look(b"x/m_1", b"MSH|", ["value", "no_pid"]).unreadable);
        assert!(!look(b"x/m_1", b"MSH|", ["value", "unknown_kind"]).unreadable);
        assert!(
            look(b"", b"ascii", []).wordless && !look(b"", b"\x1b$B", []).wordless && !look(b"", b"\xe6", []).wordless
        );
    }
}
