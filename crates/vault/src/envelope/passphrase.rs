//! Passphrases made for one file: 24 digits, since digits alone survive a Japanese input method, in six groups that are six boxes
//! on the screen; and two check digits (ISO/IEC 7064 MOD 97-10), so that a slip of the hand is told from a wrong sheet of paper.

use zeroize::Zeroizing;

use super::Error;

/// Groups of four digits. Six are 79.7 bits.
pub const GROUPS: usize = 6;
/// Digits of a group.
const GROUP: usize = 4;
/// Numbers that a group may be.
const GROUP_VALUES: u32 = 10_000;

/// A passphrase. It has no `Debug` and no `Display`: it is for paper and for the key of a slot.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A fresh one.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn random() -> Result<Passphrase, Error> {
        let mut digits = Zeroizing::new(String::with_capacity(GROUPS * GROUP));
        for _ in 0..GROUPS {
            digits.push_str(&Zeroizing::new(format!("{:04}", uniform(GROUP_VALUES)?)));
        }
        Ok(Passphrase(digits))
    }

    /// Reads the digits that a person typed, with or without signs between them; `None` where they are not as many, or the check
    /// digits at the end are not those of the rest.
    pub fn read(typed: &str) -> Option<Passphrase> {
        let digits: Zeroizing<String> = Zeroizing::new(typed.chars().filter(char::is_ascii_digit).collect());
        let (own, check) = digits.split_at_checked(GROUPS * GROUP)?;
        (check_of(own) == check).then(|| Passphrase(Zeroizing::new(own.to_owned())))
    }

    /// The groups, in their order.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        (0..GROUPS).filter_map(|at| self.0.get(at * GROUP..(at + 1) * GROUP))
    }

    /// The two check digits.
    pub fn check(&self) -> String {
        check_of(&self.0)
    }

    /// All digits with the check digits behind them, as a QR code has them.
    pub fn whole(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}{}", self.0.as_str(), self.check()))
    }

    /// What the key of a slot is derived from.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The two digits that make the whole number one more than a multiple of 97.
fn check_of(digits: &str) -> String {
    let rest = digits.bytes().chain([b'0', b'0']).fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("{:02}", 98 - rest)
}

/// A number below `below`, each as likely as any other.
fn uniform(below: u32) -> Result<u32, Error> {
    let fair = u32::MAX - u32::MAX % below;
    loop {
        let mut bytes = Zeroizing::new([0; 4]);
        getrandom::fill(&mut bytes[..]).map_err(|_| Error::Random)?;
        let drawn = u32::from_le_bytes(*bytes);
        if drawn < fair {
            return Ok(drawn % below);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_in_six_groups_with_a_check_that_finds_slips() {
        let made = Passphrase::random().unwrap();
        let groups: Vec<&str> = made.groups().collect();
        assert_eq!(groups.len(), GROUPS);
        assert!(groups.iter().all(|group| group.len() == GROUP));
        let whole = made.whole();
        assert!(Passphrase::read(&format!("{} {}", groups.join(" "), made.check())).is_some());
        for at in 0..whole.len() {
            let mut slip: Vec<u8> = whole.bytes().collect();
            slip[at] = b'0' + (slip[at] - b'0' + 1) % 10;
            assert!(Passphrase::read(std::str::from_utf8(&slip).unwrap()).is_none(), "one digit wrong at {at}");
            if at > 0 && whole.as_bytes()[at - 1] != whole.as_bytes()[at] {
                let mut swapped: Vec<u8> = whole.bytes().collect();
                swapped.swap(at - 1, at);
                assert!(Passphrase::read(std::str::from_utf8(&swapped).unwrap()).is_none(), "neighbours swapped");
            }
        }
        assert!(Passphrase::read(&whole[1..]).is_none());
    }

    #[test]
    fn the_check_is_that_of_the_standard() {
        // ISO/IEC 7064: 794 with its check digits is 79444.
        assert_eq!(check_of("794"), "44");
    }

    #[test]
    fn no_two_are_alike() {
        let made: std::collections::HashSet<String> =
            (0..100).map(|_| Passphrase::random().unwrap().whole().to_string()).collect();
        assert_eq!(made.len(), 100);
    }
}
