//! What people type at the door, and the secrets made for them. Pure: randomness is handed in.

use crate::text::narrow;

/// Characters of an account's name: a staff number, or what a staff card's code holds.
pub const ACCOUNT_MAX: usize = 64;
/// Characters of a name, post or reason.
pub const WORDS_MAX: usize = 200;
/// Digits of a PIN made for somebody.
const PIN_DIGITS: usize = 8;
/// Digits of a one-time code of a sealed card: beyond guessing at one try in many seconds, short enough to type at night.
const CODE_DIGITS: usize = 12;
/// One-time codes on a card.
pub const CODES_OF_A_CARD: u16 = 4;
/// A PIN of one's own has at least so many characters.
const SECRET_MIN: usize = 6;
/// And at most so many.
const SECRET_MAX: usize = 128;

/// A line as typed through a Japanese IME or a scanner: full-width letters and digits made ASCII, ends trimmed.
pub fn typed(text: &str) -> String {
    let one = |c: char| match c {
        'ー' | '−' | '‐' | '–' => '-',
        other => narrow(other),
    };
    text.chars().map(one).collect::<String>().trim().to_owned()
}

/// An account's name as typed; `None` when it is none.
pub fn account(text: &str) -> Option<String> {
    let text = typed(text);
    let good = !text.is_empty() && text.chars().count() <= ACCOUNT_MAX;
    (good && text.chars().all(|c| !c.is_control() && !c.is_whitespace())).then_some(text)
}

/// Words of a person: a name, a post, a reason; control characters are taken out.
pub fn words(text: &str) -> String {
    crate::text::one_line(text, WORDS_MAX)
}

/// A one-time code as typed: its digits, however grouped; `None` when they are not as many as a code has.
pub fn code(text: &str) -> Option<String> {
    let digits: String = typed(text).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    (digits.len() == CODE_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A PIN or password as typed: a PIN's digits however grouped, as it is handed out in groups; anything else as it is.
pub fn secret(text: &str) -> String {
    let text = typed(text);
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits } else { text }
}

/// A card's number as typed: `7`, `№7`, `No.7`.
pub fn card(text: &str) -> Option<u32> {
    let text = typed(text);
    text.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

/// Why a secret will not do: a key of the texts.
pub fn refuse_secret(account: &str, secret: &str) -> Option<&'static str> {
    let chars: Vec<char> = secret.chars().collect();
    let steps: Vec<i64> =
        chars.windows(2).map(|two| i64::from(u32::from(two[1])) - i64::from(u32::from(two[0]))).collect();
    let plain = |step: i64| steps.iter().all(|one| *one == step);
    if chars.len() < SECRET_MIN {
        Some("secret-short")
    } else if chars.len() > SECRET_MAX {
        Some("secret-long")
    } else if plain(0) || plain(1) || plain(-1) || secret == account {
        Some("secret-plain")
    } else {
        None
    }
}

/// Digits out of random bytes, each digit equally likely; `None` when there are too few bytes.
fn digits(random: &[u8], many: usize) -> Option<String> {
    let fair = random.iter().filter(|byte| **byte < 250).map(|byte| char::from(b'0' + byte % 10));
    let digits: String = fair.take(many).collect();
    (digits.len() == many).then_some(digits)
}

/// A PIN to hand to somebody, of 32 random bytes or more.
pub fn new_pin(random: &[u8]) -> Option<String> {
    digits(random, PIN_DIGITS)
}

/// A one-time code, of 32 random bytes or more.
pub fn new_code(random: &[u8]) -> Option<String> {
    digits(random, CODE_DIGITS)
}

/// Digits in groups of four, as they are printed.
pub fn grouped(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The name under which a card's codes are kept as credentials.
pub fn card_account(card: u32) -> String {
    format!("card:{card}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_through_an_ime_is_read() {
        assert_eq!(account(" Ｎ０１２３ "), Some("N0123".into()));
        assert_eq!(account("佐藤"), Some("佐藤".into()));
        assert_eq!(account("n 01"), None);
        assert_eq!(account(""), None);
        assert_eq!(account(&"n".repeat(65)), None);
        for typed in ["482199301175", "4821-9930-1175", "４８２１ー９９３０ー１１７５", " 4821 9930 1175 "]
        {
            assert_eq!(code(typed).as_deref(), Some("482199301175"), "{typed}");
        }
        assert_eq!(code("48219930117"), None);
        assert_eq!(code("48219930117x"), None);
        for typed in ["65202759", "6520-2759", "６５２０ー２７５９", " 6520 2759 "] {
            assert_eq!(secret(typed), "65202759", "{typed}");
        }
        assert_eq!(secret("night-shift 1"), "night-shift 1");
        for typed in ["7", "№7", "No.7", "７", " 7 "] {
            assert_eq!(card(typed), Some(7), "{typed}");
        }
        assert_eq!(card("x"), None);
        assert_eq!(words(" 当直医\n代 "), "当直医 代");
    }

    #[test]
    fn plain_secrets_are_refused() {
        for (secret, refused) in [
            ("12345", Some("secret-short")),
            ("123456", Some("secret-plain")),
            ("987654", Some("secret-plain")),
            ("000000", Some("secret-plain")),
            ("n012345", Some("secret-plain")),
            ("482193", None),
            ("あんどんの灯", None),
        ] {
            assert_eq!(refuse_secret("n012345", secret), refused, "{secret}");
        }
    }

    #[test]
    fn secrets_are_made_of_fair_digits() {
        let bytes: Vec<u8> = (0..=255).collect();
        let all = digits(&bytes, 250).unwrap();
        for digit in '0'..='9' {
            assert_eq!(all.matches(digit).count(), 25);
        }
        assert_eq!(new_pin(&[255; 64]), None);
        assert_eq!(new_code(&bytes).as_deref(), Some("012345678901"));
        assert_eq!(grouped("012345678901"), "0123-4567-8901");
    }
}
