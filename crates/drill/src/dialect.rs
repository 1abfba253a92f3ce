//! Dialects: what files of other senders do, `standards.md` §1.4, each switched on by its name.

use crate::rng::mix;

/// A set of dialect switches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    flags: u32,
    mixed: bool,
}

macro_rules! switches {
    ($($name:ident $bit:literal $word:literal $doc:literal;)*) => {
        impl Dialect {
            $(#[doc = $doc] pub const $name: u32 = 1 << $bit;)*
            /// Every switch with the word that names it on the command line.
            pub const SWITCHES: &[(u32, &'static str, &'static str)] = &[$((1 << $bit, $word, $doc),)*];
        }
    };
}

switches! {
    CR 0 "cr" "Segments end in CR: the standard, and the default.";
    LF 1 "lf" "Segments end in LF.";
    CRLF 2 "crlf" "Segments end in CR LF.";
    FS1C 3 "fs1c" "A stray 0x1C (the MLLP end block) after the last CR, as in 21 of the 24 official samples.";
    PID_UNLIKE_PATH 4 "pid-unlike-path" "PID-3 holds another number than the path, in one file of twenty.";
    NAME_OFF_BY_ONE 5 "name-off-by-one" "The kanji repetition of PID-5 has L and I one component early.";
    MSH18_VARIANTS 6 "msh18-variants" "MSH-18 `~ISOIR87` and MSH-20 `ISO2022-1994`.";
    TIME17 7 "time17" "MSH-7 as 17 digits without a dot.";
    UNDIVIDED_NAMES 8 "undivided-names" "Doctors as one undivided name with L in component 10 and I in 15.";
    UNKNOWN_KINDS 9 "unknown-kinds" "A copy of one file in thirty under a data kind that table 1-1 does not have.";
    TRUNCATED 10 "truncated" "One file in thirty ends in the middle.";
    IBM_EXT 11 "ibm-ext" "髙 and 﨑 in the IBM extension rows, which JIS X 0208 does not have.";
    MISSING_ASCII_RETURN 12 "missing-ascii-return" "The first run of kanji before a `^` is not closed by ESC ( B.";
    HALF_KANA 13 "half-kana" "Katakana as JIS X 0201 half-width, by ESC ( I or as raw 8-bit bytes.";
    JIS_X_0212 14 "jis-x-0212" "Kanji of JIS X 0212 by ESC $ ( D.";
    UTF8 15 "utf8" "UTF-8, with MSH-18 `UNICODE UTF-8`.";
    BIRTH_IN_PID9 16 "birth-in-pid9" "Birth date in PID-9, PID-7 empty, as in one official sample; in one file of twenty.";
    BARE_ID 17 "bare-id" "PID-3 without `^^^^PI`.";
}

/// Switches that spoil or move content: never in every file.
const SPARSE: [(u32, u64); 4] = [
    (Dialect::PID_UNLIKE_PATH, 20),
    (Dialect::UNKNOWN_KINDS, 30),
    (Dialect::TRUNCATED, 30),
    (Dialect::BIRTH_IN_PID9, 20),
];

impl Dialect {
    /// Reads `cr,fs1c,…` or `all`. Named switches hold for every file (the spoiling ones for some); `all` gives one
    /// file in four one switch drawn from all.
    ///
    /// # Errors
    /// The first word that names no switch.
    pub fn parse(words: &str) -> Result<Dialect, String> {
        let mut dialect = Dialect::default();
        for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match (word, Dialect::SWITCHES.iter().find(|(_, name, _)| *name == word)) {
                ("all", _) => dialect = Dialect { flags: (1 << Dialect::SWITCHES.len()) - 1, mixed: true },
                (_, Some((bit, ..))) => dialect.flags |= bit,
                (word, None) => return Err(word.to_owned()),
            }
        }
        Ok(dialect)
    }

    /// The words that [`Dialect::parse`] reads.
    pub fn words(self) -> String {
        if self.mixed {
            return "all".to_owned();
        }
        let named = Dialect::SWITCHES.iter().filter(|(bit, ..)| self.flags & bit != 0);
        named.map(|(_, word, _)| *word).collect::<Vec<_>>().join(",")
    }

    /// What one file is written with; the same file always the same.
    pub(crate) fn style(self, seed: u64, file: u64) -> Style {
        if self.flags == 0 {
            return Style::default();
        }
        let draw = mix(&[seed, file, 0xd1]);
        let raw_kana = draw >> 63 == 1;
        if self.mixed {
            let one = Dialect::SWITCHES[(draw >> 8) as usize % Dialect::SWITCHES.len()].0;
            return Style { flags: if draw.is_multiple_of(4) { one } else { 0 }, raw_kana };
        }
        let kept = |flags, (bit, one_in): &(u32, u64)| {
            let drop = !mix(&[seed, file, u64::from(*bit)]).is_multiple_of(*one_in);
            if drop { flags & !bit } else { flags }
        };
        Style { flags: SPARSE.iter().fold(self.flags, kept), raw_kana }
    }
}

/// The switches of one file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Bits of [`Dialect`].
    pub flags: u32,
    /// Half-width kana as raw 8-bit bytes rather than by ESC ( I.
    pub raw_kana: bool,
}

impl Style {
    /// True when the switch is on.
    pub fn has(&self, switch: u32) -> bool {
        self.flags & switch != 0
    }

    /// Turns a message of the house dialect into the bytes of this one.
    pub(crate) fn bytes(&self, text: &str, patient: &str) -> Vec<u8> {
        if self.flags == 0 {
            return crate::jis::encode(text, self);
        }
        let text = self.reword(text, patient);
        let mut bytes = crate::jis::encode(&text, self);
        if self.has(Dialect::LF) {
            bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        } else if self.has(Dialect::CRLF) {
            bytes = bytes.into_iter().flat_map(|b| [Some(b), (b == b'\r').then_some(b'\n')]).flatten().collect();
        }
        if self.has(Dialect::FS1C) {
            bytes.push(0x1c);
        }
        if self.has(Dialect::TRUNCATED) {
            bytes.truncate(bytes.len() * 3 / 5);
        }
        bytes
    }

    fn reword(&self, text: &str, patient: &str) -> String {
        let mut text = text.to_owned();
        let mut swap = |switch, from: &str, to: &str| {
            if self.has(switch) {
                text = text.replacen(from, to, 1);
            }
        };
        let other = format!("9{}", &patient[1..]);
        swap(Dialect::PID_UNLIKE_PATH, &format!("||{patient}^"), &format!("||{other}^"));
        swap(Dialect::BARE_ID, "^^^^PI|", "|");
        swap(Dialect::NAME_OFF_BY_ONE, "^^^^^L^I~", "^^^^L^I~");
        swap(Dialect::MSH18_VARIANTS, "~ISO IR87", "~ISOIR87");
        swap(Dialect::MSH18_VARIANTS, "ISO 2022-1994", "ISO2022-1994");
        swap(Dialect::UTF8, "|~ISO IR87||ISO 2022-1994|", "|UNICODE UTF-8|||");
        if self.has(Dialect::TIME17) {
            text = msh7(&text, |time| time.replace('.', ""));
        }
        if self.has(Dialect::UNDIVIDED_NAMES) {
            text = undivided(&text);
        }
        if self.has(Dialect::BIRTH_IN_PID9) {
            text = birth_moved(&text);
        }
        text
    }
}

fn msh7(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut fields: Vec<String> = text.splitn(8, '|').map(str::to_owned).collect();
    if let Some(time) = fields.get_mut(6) {
        *time = change(time);
    }
    fields.join("|")
}

/// `id^姓^名^^^^^^^L^^^^^I` → `id^姓名^^^^^^^^L^^^^^I`.
fn undivided(text: &str) -> String {
    const TAIL: &str = "^^^^^^^L^^^^^I";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(TAIL) {
        let (before, after) = (&rest[..at], &rest[at + TAIL.len()..]);
        match before.rfind('^') {
            Some(hat) => {
                out.push_str(&before[..hat]);
                out.push_str(&before[hat + 1..]);
                out.push('^');
            }
            None => out.push_str(before),
        }
        out.push_str(TAIL);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn birth_moved(text: &str) -> String {
    let lines = text.split('\r').map(|line| {
        let mut fields: Vec<&str> = line.split('|').collect();
        if fields[0] == "PID" && fields.len() > 7 {
            fields.resize(fields.len().max(10), "");
            fields.swap(7, 9);
        }
        fields.join("|")
    });
    lines.collect::<Vec<_>>().join("\r")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for (bit, word, _) in Dialect::SWITCHES {
            let dialect = Dialect::parse(word).expect(word);
            assert_eq!(dialect.flags, *bit);
            assert_eq!(dialect.words(), *word);
        }
        assert_eq!(Dialect::parse("all").map(Dialect::words), Ok("all".to_owned()));
        assert_eq!(Dialect::parse("lf,nonsense"), Err("nonsense".to_owned()));
    }

    #[test]
    fn a_switch_changes_what_it_names() {
        let text = "MSH|^~\\&|A|B|C|D|20211030120000.123||X\rPID|1||00010014^^^^PI||姓^名^^^^^L^I~セイ^メイ^^^^^L^P||19500101|M\rPV1|1|I|||||110^医師^一郎^^^^^^^L^^^^^I\r";
        let style = |flags| Style { flags, raw_kana: false };
        let has = |flags, want: &str| {
            let text = style(flags).reword(text, "00010014");
            assert!(text.contains(want), "{text}");
        };
        has(Dialect::TIME17, "|20211030120000123|");
        has(Dialect::PID_UNLIKE_PATH, "||90010014^");
        has(Dialect::UNDIVIDED_NAMES, "110^医師一郎^^^^^^^^L^^^^^I");
        has(Dialect::NAME_OFF_BY_ONE, "姓^名^^^^L^I~セイ^メイ^^^^^L^P");
        has(Dialect::BIRTH_IN_PID9, "||M|19500101");
        has(Dialect::BARE_ID, "||00010014|");
    }
}
