//! What can be wrong with cards and keys, said as: which card, which row, which key, how many more. Never a digit of a secret.

use std::fmt;

use super::{KeyId, ROW_DIGITS, ROWS, SHARES_MAX, THRESHOLD_MIN};

/// Result of everything here.
pub type Result<T> = std::result::Result<T, KeyError>;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// So many cards, or so many to open, cannot be made.
    Count {
        /// Cards asked for.
        shares: u8,
        /// How many are to open.
        threshold: u8,
    },
    /// A row holds something other than digits.
    NotDigits {
        /// The row, from 1.
        row: usize,
    },
    /// A row is too short or too long.
    Length {
        /// The row, from 1.
        row: usize,
        /// Digits it has.
        digits: usize,
    },
    /// The check digits of a row do not fit it.
    Row {
        /// The row, from 1.
        row: usize,
    },
    /// A text holds another number of rows than a card.
    Rows {
        /// Rows found.
        found: usize,
    },
    /// A card of a form not known here.
    Version,
    /// Every row is right for itself, and together they are no card.
    Checksum {
        /// The card's number as it says.
        number: u8,
    },
    /// No card was given.
    Nothing,
    /// Cards of two keys.
    Mixed {
        /// A card of the first key.
        one: (u8, KeyId),
        /// A card of the other.
        other: (u8, KeyId),
    },
    /// Not enough cards.
    TooFew {
        /// Of which key.
        key: KeyId,
        /// Numbers of those there are.
        have: Vec<u8>,
        /// How many open it.
        threshold: u8,
    },
    /// Two different cards bear one number, or two cards of one key do not agree on how many open it.
    Disagree {
        /// Their numbers.
        numbers: [u8; 2],
    },
    /// Well-formed cards that are not of this splitting; without them the others open the key.
    Forged {
        /// Their numbers.
        numbers: Vec<u8>,
    },
    /// Well-formed cards that together do not give the key they name.
    NotTheKey {
        /// The key they name.
        key: KeyId,
        /// Their numbers.
        numbers: Vec<u8>,
    },
    /// Text that holds no age identity, or more than one.
    NoIdentity,
    /// Text that is no age X25519 recipient.
    NoRecipient,
    /// What was sealed does not open with this identity, or is damaged.
    DoesNotOpen {
        /// The key that was tried.
        key: KeyId,
    },
    /// Sealing failed.
    Sealing,
}

fn list(numbers: &[u8]) -> String {
    numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}

impl KeyError {
    /// Japanese and English.
    pub fn words(&self) -> [String; 2] {
        self.of_a_card().or_else(|| self.of_cards_together()).unwrap_or_else(|| self.of_a_key())
    }

    fn of_a_card(&self) -> Option<[String; 2]> {
        Some(match self {
            KeyError::NotDigits { row } => [
                format!("{row} 行目に数字でない字があります。カードは数字だけです。打ち直してください。"),
                format!("row {row} holds something other than digits: a card has digits only, type it again"),
            ],
            KeyError::Length { row, digits } => [
                format!("{row} 行目が {digits} 桁です。一行は {ROW_DIGITS} 桁です。打ち直してください。"),
                format!("row {row} has {digits} digits, and a row has {ROW_DIGITS}: type it again"),
            ],
            KeyError::Row { row } => [
                format!(
                    "{row} 行目の数字がちがいます（検査数字が合いません）。カードのその行を見て打ち直してください。"
                ),
                format!(
                    "row {row} is wrong (its check digits do not fit): look at that row of the card and type it again"
                ),
            ],
            KeyError::Rows { found } => [
                format!(
                    "{found} 行あります。カード1枚は {ROWS} 行です。足りない行・余分な行がないか確かめてください。"
                ),
                format!("{found} rows, and a card has {ROWS}: see whether a row is missing or there twice"),
            ],
            KeyError::Version => [
                "このプログラムの知らない形式のカードです。新しいプログラムを使ってください。".to_owned(),
                "a card of a form this program does not know: use a newer program".to_owned(),
            ],
            KeyError::Checksum { number } => [
                format!(
                    "カード {number}: どの行も単独では正しいのに、カード全体では合いません。別のカードの行が混ざっていないか確かめてください。"
                ),
                format!(
                    "card {number}: each row is right for itself, but not together: look whether rows of another card are among them"
                ),
            ],
            _ => return None,
        })
    }

    fn of_cards_together(&self) -> Option<[String; 2]> {
        Some(match self {
            KeyError::Count { shares, threshold } => [
                format!(
                    "{shares} 枚のうち {threshold} 枚で開く、という分け方はできません。{THRESHOLD_MIN} 枚以上で開き、{SHARES_MAX} 枚までです。"
                ),
                format!(
                    "{threshold} of {shares} cards cannot be: at least {THRESHOLD_MIN} must open it, and there are at most {SHARES_MAX}"
                ),
            ],
            KeyError::Nothing => ["カードがありません。".to_owned(), "no card was given".to_owned()],
            KeyError::Mixed { one: (one, of_one), other: (other, of_other) } => [
                format!(
                    "別の鍵のカードが混ざっています: カード {one} は鍵 {of_one}、カード {other} は鍵 {of_other} のものです。同じ鍵のカードをそろえてください。"
                ),
                format!(
                    "cards of two keys: card {one} is of key {of_one}, card {other} of key {of_other}; bring cards of one key"
                ),
            ],
            KeyError::TooFew { key, have, threshold } => {
                let more = usize::from(*threshold).saturating_sub(have.len());
                let have = list(have);
                [
                    format!(
                        "鍵 {key} を開くには、あと {more} 枚要ります（{threshold} 枚で開きます。いまあるのはカード {have}）。"
                    ),
                    format!("key {key} needs {more} more: {threshold} cards open it, and these are here: {have}"),
                ]
            }
            KeyError::Disagree { numbers: [one, other] } if one == other => [
                format!(
                    "カード {one} が2枚あり、書かれていることがちがいます。どちらが本物か、名札と番号を確かめてください。"
                ),
                format!("there are two different cards numbered {one}: find out which is the right one"),
            ],
            KeyError::Disagree { numbers: [one, other] } => [
                format!("カード {one} と {other} は、何枚で開くかの数がちがいます。どちらかが本物ではありません。"),
                format!("cards {one} and {other} do not agree on how many open the key: one of them is not right"),
            ],
            KeyError::Forged { numbers } => {
                let numbers = list(numbers);
                [
                    format!(
                        "カード {numbers} は本物ではありません（ほかのカードだけなら鍵になります）。取り分けて、もう一度実行してください。"
                    ),
                    format!(
                        "card {numbers} is not genuine (the others without it give the key): leave it out and run this again"
                    ),
                ]
            }
            KeyError::NotTheKey { key, numbers } => {
                let numbers = list(numbers);
                [
                    format!(
                        "カード {numbers} からは鍵 {key} になりません。少なくとも1枚が本物ではありません。別のカードと入れ替えて試してください。"
                    ),
                    format!("cards {numbers} do not give key {key}: at least one is not genuine; try with other cards"),
                ]
            }
            _ => return None,
        })
    }

    fn of_a_key(&self) -> [String; 2] {
        match self {
            KeyError::NoIdentity => [
                "age の鍵（AGE-SECRET-KEY-1…）が一つだけ入ったファイルではありません。".to_owned(),
                "not a file with exactly one age identity (AGE-SECRET-KEY-1…)".to_owned(),
            ],
            KeyError::NoRecipient => {
                ["age の宛先（age1…）ではありません。".to_owned(), "not an age recipient (age1…)".to_owned()]
            }
            KeyError::DoesNotOpen { key } => [
                format!("鍵 {key} では開けません。別の鍵で閉じたものか、壊れています。"),
                format!("key {key} does not open it: it was sealed to another key, or is damaged"),
            ],
            _ => ["暗号化できませんでした。".to_owned(), "could not be sealed".to_owned()],
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [ja, en] = self.words();
        write!(f, "{ja}\n{en}")
    }
}

impl std::error::Error for KeyError {}
