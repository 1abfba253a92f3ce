//! Shamir's secret sharing of an identity, by the crate `blahaj` (decision 17). What it does not do is done here: every card says
//! which key it is of, and what cards give is compared with that before anybody gets it.

use blahaj::Sharks;
use zeroize::{Zeroize, Zeroizing};

use super::{Identity, KeyError, KeyId, Result};

/// Cards of one key: more holders than any hospital would name, and two digits on the card.
pub const SHARES_MAX: u8 = 20;
/// Cards that open a key: with one, every card would be the key itself.
pub const THRESHOLD_MIN: u8 = 2;
/// Choices of cards tried to find out which one is not genuine: C(12, 6) and more, a tenth of a second.
const TRIES_MAX: usize = 1000;

/// One card. The secret part is wiped when it is dropped.
pub struct Share {
    /// Of which key.
    pub key: KeyId,
    /// Number of the card, from 1.
    pub number: u8,
    /// How many cards open the key.
    pub threshold: u8,
    /// How many cards were made.
    pub total: u8,
    pub(super) secret: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({} {} of {}, {} open)", self.key, self.number, self.total, self.threshold)
    }
}

impl Share {
    /// Whether both are the same card.
    pub fn is_same(&self, other: &Share) -> bool {
        self.head() == other.head() && *self.secret == *other.secret
    }

    fn head(&self) -> (KeyId, u8, u8, u8) {
        (self.key, self.number, self.threshold, self.total)
    }
}

/// Splits an identity into `shares` cards of which any `threshold` give it back, and fewer say nothing of it.
///
/// # Errors
/// [`KeyError::Count`].
pub fn split(identity: &Identity, shares: u8, threshold: u8) -> Result<Vec<Share>> {
    let no = KeyError::Count { shares, threshold };
    if threshold < THRESHOLD_MIN || threshold > shares || shares > SHARES_MAX {
        return Err(no);
    }
    let bytes = identity.bytes().ok_or_else(|| no.clone())?;
    let key = identity.id();
    let dealt = Sharks(threshold).dealer(&bytes[..]).take(shares.into());
    let cards: Option<Vec<Share>> = dealt
        .map(|dealt| {
            // Number first, then the points (crate `blahaj`, `Share`).
            let flat = Zeroizing::new(Vec::from(&dealt));
            let mut secret = Zeroizing::new([0; 32]);
            let (number, points) = flat.split_first()?;
            (points.len() == 32).then(|| secret.copy_from_slice(points))?;
            Some(Share { key, number: *number, threshold, total: shares, secret })
        })
        .collect();
    cards.ok_or(no)
}

/// The identity that cards give, compared with the key they name. A card given twice counts once.
///
/// # Errors
/// Which card is wrong, of another key, or how many are missing. Never a wrong identity.
pub fn combine(shares: &[Share]) -> Result<Identity> {
    let Some(first) = shares.first() else { return Err(KeyError::Nothing) };
    let (key, threshold) = (first.key, first.threshold);
    let mut cards: Vec<&Share> = Vec::new();
    for share in shares {
        if share.key != key {
            return Err(KeyError::Mixed { one: (first.number, key), other: (share.number, share.key) });
        }
        if (share.threshold, share.total) != (threshold, first.total) {
            return Err(KeyError::Disagree { numbers: [first.number, share.number] });
        }
        match cards.iter().find(|known| known.number == share.number) {
            Some(known) if known.is_same(share) => {}
            Some(_) => return Err(KeyError::Disagree { numbers: [share.number; 2] }),
            None => cards.push(share),
        }
    }
    cards.sort_by_key(|card| card.number);
    let numbers = || cards.iter().map(|card| card.number).collect();
    let most = usize::from(threshold);
    if cards.len() < most {
        return Err(KeyError::TooFew { key, have: numbers(), threshold });
    }
    let Some((identity, chosen)) = choose(&cards, most, key) else {
        return Err(KeyError::NotTheKey { key, numbers: numbers() });
    };
    // With all but one of the cards that gave the key, each of the others must give it too.
    let base = &chosen[1..];
    let wrong = |card: &&&Share| {
        let seen = chosen.iter().any(|known| known.number == card.number);
        !seen && give(&[base, &[**card]].concat(), key).is_none()
    };
    let forged: Vec<u8> = cards.iter().filter(wrong).map(|card| card.number).collect();
    if forged.is_empty() { Ok(identity) } else { Err(KeyError::Forged { numbers: forged }) }
}

/// The first choice of `most` cards that gives the key.
fn choose<'s>(cards: &[&'s Share], most: usize, key: KeyId) -> Option<(Identity, Vec<&'s Share>)> {
    let mut at: Vec<usize> = (0..most).collect();
    for _ in 0..TRIES_MAX {
        let chosen: Vec<&Share> = at.iter().map(|at| cards[*at]).collect();
        if let Some(identity) = give(&chosen, key) {
            return Some((identity, chosen));
        }
        // The next choice in the order of numbers.
        let spot = (0..most).rev().find(|spot| at[*spot] < cards.len() - most + spot)?;
        at[spot] += 1;
        for next in spot + 1..most {
            at[next] = at[next - 1] + 1;
        }
    }
    None
}

/// What these cards give, if it is the key they name.
fn give(cards: &[&Share], key: KeyId) -> Option<Identity> {
    let mut points = Vec::with_capacity(cards.len());
    for card in cards {
        let flat = Zeroizing::new([&[card.number][..], &card.secret[..]].concat());
        points.push(blahaj::Share::try_from(&flat[..]).ok()?);
    }
    let threshold = u8::try_from(cards.len()).ok()?;
    let mut bytes = Sharks(threshold).recover(&points).ok()?;
    let mut secret = Zeroizing::new([0; 32]);
    let whole = bytes.len() == 32;
    if whole {
        secret.copy_from_slice(&bytes);
    }
    bytes.zeroize();
    let identity = Identity::of_bytes(&secret).filter(|_| whole)?;
    (identity.id() == key).then_some(identity)
}
