//! Check digits of patient numbers: which schemes hospitals put at the end of a number, and what each gives. Pure.
//!
//! A number typed with its check digit is found by the number alone, where the digit is right; a digit that is wrong finds
//! nobody. Which scheme a site uses is its own to say (standards §5); what each catches is measured in `ux.md` §5.3.

use unicode_normalization::UnicodeNormalization;

use crate::fold::{fold_id, is_dash};

/// How a check digit is made of the digits before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// ISO/IEC 7812-1 annex B, often called mod 10.
    Luhn,
    /// Weights 3, 1, 3 … from the right, as JAN and EAN have it.
    Mod10Weight3,
    /// Weights 2 to 7 from the right; 11 minus the remainder, 10 and 11 written 0.
    Mod11,
    /// Seven-check DR: the number's remainder by 7.
    Seven,
    /// Nine-check DR: the number's remainder by 9.
    Nine,
    /// ISO/IEC 7064 MOD 97-10: two digits.
    Mod97,
    /// Verhoeff's dihedral check.
    Verhoeff,
}

/// Each scheme and the word by which it is named.
pub const SCHEMES: [(&str, Scheme); 7] = [
    ("luhn", Scheme::Luhn),
    ("mod10w3", Scheme::Mod10Weight3),
    ("mod11", Scheme::Mod11),
    ("7dr", Scheme::Seven),
    ("9dr", Scheme::Nine),
    ("mod97", Scheme::Mod97),
    ("verhoeff", Scheme::Verhoeff),
];

/// Longest number that is checked, digits: no hospital's is longer, and a barcode of something else may be.
const DIGITS_MAX: usize = 32;

/// Multiplication in the dihedral group of order ten: five turns, and five turns of the other face.
fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 10 - b) % 5,
        (false, false) => (a + 10 - b) % 5,
    }
}

/// A digit under Verhoeff's permutation, so many times.
fn permuted(digit: u32, times: usize) -> u32 {
    const STEP: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..times % 8).fold(digit, |digit, _| STEP[digit as usize % 10])
}

fn remainder(digits: &[u32], by: u32) -> u32 {
    digits.iter().fold(0, |rest, digit| (rest * 10 + digit) % by)
}

impl Scheme {
    /// The scheme of a word of [`SCHEMES`].
    pub fn named(word: &str) -> Option<Scheme> {
        SCHEMES.iter().find(|(name, _)| *name == word).map(|(_, scheme)| *scheme)
    }

    /// How many digits it adds.
    fn width(self) -> usize {
        if self == Scheme::Mod97 { 2 } else { 1 }
    }

    /// The check digits of a number; `None` when it is no run of 1 to 32 ASCII digits.
    pub fn check(self, number: &str) -> Option<String> {
        let digits: Vec<u32> = number.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
        if digits.is_empty() || digits.len() > DIGITS_MAX {
            return None;
        }
        let from_right = || digits.iter().rev().copied();
        let check = match self {
            Scheme::Luhn => {
                let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
                let sum: u32 = from_right().enumerate().map(|(at, d)| if at % 2 == 0 { doubled(d) } else { d }).sum();
                (10 - sum % 10) % 10
            }
            Scheme::Mod10Weight3 => {
                let sum: u32 = from_right().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
                (10 - sum % 10) % 10
            }
            Scheme::Mod11 => {
                let sum: u32 = from_right().zip((2..=7).cycle()).map(|(digit, weight)| digit * weight).sum();
                (11 - sum % 11) % 11 % 10
            }
            Scheme::Seven => remainder(&digits, 7),
            Scheme::Nine => remainder(&digits, 9),
            Scheme::Mod97 => 98 - remainder(&digits, 97) * 100 % 97,
            Scheme::Verhoeff => {
                let sum = from_right().enumerate().fold(0, |sum, (at, d)| dihedral(sum, permuted(d, at + 1)));
                if (1..5).contains(&sum) { 5 - sum } else { sum }
            }
        };
        Some(format!("{check:0width$}", width = self.width()))
    }

    /// The number before its check digits, where these are right.
    pub fn without(self, typed: &str) -> Option<&str> {
        let (number, check) = typed.split_at_checked(typed.len().checked_sub(self.width())?)?;
        (self.check(number)?.as_str() == check).then_some(number)
    }
}

impl Scheme {
    /// The numbers that are meant where one was typed, or read from a card, with its check digit: the key
    /// ([`fold_id`]) of what was typed, and that of the number alone. A wrong check digit gives none.
    pub fn numbers(self, typed: &str) -> Vec<(String, String)> {
        let wide: String = typed.nfkc().filter(|c| !is_dash(*c) && *c != '*').collect();
        let number = |word: &str| {
            let digits = word.trim_matches(|c: char| matches!(c.to_ascii_uppercase(), 'A'..='D'));
            Some((fold_id(word), fold_id(self.without(digits)?)))
        };
        wide.split_whitespace().filter_map(number).filter(|(_, number)| !number.is_empty()).collect()
    }
}

/// The 照合番号 of a patient's number: two ISO/IEC 7064 MOD 97-10 digits, printed beside it and never part of it. Letters count
/// as two digits each, A = 10 to Z = 35 (the conversion of ISO 13616). `None` for a number of other characters, or longer than
/// 32 digits in all.
pub fn confirmation(id: &str) -> Option<String> {
    let digits = id.nfkc().filter(|c| !is_dash(*c)).map(|c| Some(c.to_ascii_uppercase().to_digit(36)?.to_string()));
    Scheme::Mod97.check(&digits.collect::<Option<String>>()?)
}

/// A number as somebody typed it off one of our sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// With its 照合番号, which is right: the number.
    Confirmed(String),
    /// With a 照合番号 that is another number's.
    Wrong,
    /// Without one: the number, to be confirmed by birth date and kana.
    Bare(String),
}

/// Reads `0004821-63`, or a number alone: the last dash parts the two.
pub fn typed(text: &str) -> Typed {
    let plain: String = text.nfkc().filter(|c| !c.is_whitespace()).map(|c| if is_dash(c) { '-' } else { c }).collect();
    match plain.rsplit_once('-') {
        Some((id, check)) if check.len() == 2 && check.bytes().all(|byte| byte.is_ascii_digit()) => {
            match confirmation(id).as_deref() == Some(check) {
                true => Typed::Confirmed(id.to_owned()),
                false => Typed::Wrong,
            }
        }
        _ => Typed::Bare(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_its_confirmation_is_taken_and_another_is_not() {
        // 4821 · 100 = 97 · 4970 + 10; 98 − 10 = 88.
        assert_eq!(confirmation("0004821").as_deref(), Some("88"));
        for typed_so in ["0004821-88", "０００４８２１－８８", "0004821 ー 88", " 0004821−88 "] {
            assert_eq!(typed(typed_so), Typed::Confirmed("0004821".into()), "{typed_so}");
        }
        assert_eq!(typed("0004812-88"), Typed::Wrong);
        assert_eq!(typed("0004821"), Typed::Bare("0004821".into()));
        assert_eq!(typed("A-123"), Typed::Bare("A-123".into()));
        // As IBAN has it: T is 29.
        assert_eq!(confirmation("T1"), Scheme::Mod97.check("291"));
        assert_eq!((confirmation("旧1"), confirmation("")), (None, None));
    }

    #[test]
    fn published_examples() {
        for (scheme, whole) in [
            // ISO/IEC 7812-1 and Wikipedia "Luhn algorithm".
            (Scheme::Luhn, "79927398713"),
            (Scheme::Luhn, "17893729974"),
            // GS1's own example of an EAN-13 and one of an ISBN-13.
            (Scheme::Mod10Weight3, "6291041500213"),
            (Scheme::Mod10Weight3, "9780306406157"),
            // Wikipedia "Verhoeff algorithm".
            (Scheme::Verhoeff, "2363"),
            (Scheme::Verhoeff, "123451"),
            // ISO/IEC 7064: the example of the standard, 794 44.
            (Scheme::Mod97, "79444"),
            // 1234567 = 176366 × 7 + 5 = 137174 × 9 + 1.
            (Scheme::Seven, "12345675"),
            (Scheme::Nine, "12345671"),
            // 7·2 + 6·3 + 5·4 + 4·5 + 3·6 + 2·7 + 1·2 = 106 = 9·11 + 7.
            (Scheme::Mod11, "12345674"),
        ] {
            assert!(scheme.without(whole).is_some(), "{scheme:?} {whole}");
            assert_eq!(scheme.without(&format!("{}x", &whole[..whole.len() - 1])), None);
        }
        assert_eq!(Scheme::Luhn.check("12a"), None);
        assert_eq!(Scheme::Luhn.check(""), None);
        assert_eq!(Scheme::Mod97.without("1"), None);
        assert_eq!(Scheme::named("none"), None);
        assert!(SCHEMES.iter().all(|(word, scheme)| Scheme::named(word) == Some(*scheme)));
    }

    #[test]
    fn numbers_typed_with_their_check_digit() {
        let key = |typed: &str, number: &str| vec![(fold_id(typed), number.to_owned())];
        let whole = format!("0004821{}", Scheme::Luhn.check("0004821").unwrap());
        for typed in [whole.clone(), format!("*{whole}*"), format!("A{whole}A"), format!("0004821－{}", &whole[7..])] {
            assert_eq!(Scheme::Luhn.numbers(&typed), key(&whole, "4821"), "{typed}");
        }
        assert!(Scheme::Luhn.numbers("00048211").is_empty() || whole == "00048211");
        assert!(Scheme::Luhn.numbers("やまだ").is_empty());
    }

    /// 4,000 numbers of seven digits, as ux.md §5.3 has them; each scheme's share of wrong numbers that are caught, percent.
    fn caught(scheme: Scheme, spoil: impl Fn(&[u8]) -> Vec<Vec<u8>>) -> f64 {
        let (mut all, mut found, mut seed) = (0u32, 0u32, 1u64);
        for _ in 0..4000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = format!("{:07}", (seed >> 33) % 10_000_000);
            let whole = number.clone() + &scheme.check(&number).unwrap();
            for wrong in spoil(whole.as_bytes()) {
                all += 1;
                found += u32::from(scheme.without(std::str::from_utf8(&wrong).unwrap()).is_none());
            }
        }
        100.0 * f64::from(found) / f64::from(all)
    }

    fn singles(whole: &[u8]) -> Vec<Vec<u8>> {
        let mut wrong = Vec::new();
        for at in 0..whole.len() {
            for digit in (b'0'..=b'9').filter(|digit| *digit != whole[at]) {
                let mut other = whole.to_vec();
                other[at] = digit;
                wrong.push(other);
            }
        }
        wrong
    }

    fn swaps(whole: &[u8]) -> Vec<Vec<u8>> {
        let differ = |at: &usize| whole[*at] != whole[*at + 1];
        let swapped = |at: usize| {
            let mut other = whole.to_vec();
            other.swap(at, at + 1);
            other
        };
        (0..whole.len() - 1).filter(differ).map(swapped).collect()
    }

    /// `abc` typed `cba`.
    fn jumps(whole: &[u8]) -> Vec<Vec<u8>> {
        let jumped = |at: usize| {
            let mut other = whole.to_vec();
            other.swap(at, at + 2);
            other
        };
        (0..whole.len() - 2).filter(|at| whole[*at] != whole[at + 2]).map(jumped).collect()
    }

    /// `aa` typed `bb`.
    fn twins(whole: &[u8]) -> Vec<Vec<u8>> {
        let pairs = (0..whole.len() - 1).filter(|at| whole[*at] == whole[at + 1]);
        let others = |at: usize| {
            (b'0'..=b'9').filter(move |digit| *digit != whole[at]).map(move |digit| {
                let mut other = whole.to_vec();
                (other[at], other[at + 1]) = (digit, digit);
                other
            })
        };
        pairs.flat_map(others).collect()
    }

    /// What a tired hand does to a number of our paper is caught, all of it (ux.md §5.3; issue 4).
    #[test]
    fn the_confirmation_catches_every_slip_of_one_hand() {
        for spoil in [singles, swaps, jumps, twins] {
            assert!((caught(Scheme::Mod97, spoil) - 100.0).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn what_each_scheme_catches() {
        for (scheme, single, swap) in [
            (Scheme::Seven, 94.2, 94.3),
            (Scheme::Nine, 98.0, 14.3),
            (Scheme::Mod10Weight3, 100.0, 88.9),
            (Scheme::Luhn, 100.0, 97.6),
            (Scheme::Mod11, 98.4, 98.2),
            (Scheme::Verhoeff, 100.0, 100.0),
            (Scheme::Mod97, 100.0, 100.0),
        ] {
            for (what, found, want) in
                [("single", caught(scheme, singles), single), ("swap", caught(scheme, swaps), swap)]
            {
                assert!((found - want).abs() < 0.6, "{scheme:?} {what}: {found:.1}, not {want}");
            }
        }
    }
}
