//! Any k of n, any one wrong digit, rows of other cards, cards of other keys, forged cards: never a wrong secret, always which one.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

fn text(share: &Share) -> String {
    share.rows().iter().enumerate().fold(String::from("カード\n"), |mut text, (at, row)| {
        writeln!(text, "{}) {}", at + 1, row.as_str()).unwrap();
        text
    })
}

fn copy(share: &Share) -> Share {
    Share::read(&text(share)).unwrap()
}

/// A splitting, and the cards of it that somebody chose, in the order chosen.
fn split_and_chosen() -> impl Strategy<Value = (u8, u8, Vec<u8>)> {
    (2..=SHARES_MAX).prop_flat_map(|shares| {
        let all: Vec<u8> = (1..=shares).collect();
        (Just(shares), 2..=shares, prop::sample::subsequence(all, 1..=usize::from(shares)).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_k_give_the_key_and_fewer_say_how_many_more((shares, threshold, chosen) in split_and_chosen()) {
        let identity = Identity::generate();
        let cards = split(&identity, shares, threshold).unwrap();
        let brought: Vec<Share> = chosen.iter().map(|number| copy(&cards[usize::from(*number) - 1])).collect();
        match combine(&brought) {
            Ok(found) => {
                prop_assert!(chosen.len() >= usize::from(threshold));
                prop_assert_eq!(found.file(), identity.file());
            }
            Err(KeyError::TooFew { key, have, threshold: need }) => {
                prop_assert!(chosen.len() < usize::from(threshold));
                let mut sorted = chosen.clone();
                sorted.sort_unstable();
                prop_assert_eq!((key, have, need), (identity.id(), sorted, threshold));
            }
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn one_wrong_digit_is_found_in_its_row(row in 0..ROWS, at in 0..ROW_DIGITS, by in 1..10u32) {
        let cards = split(&Identity::generate(), 3, 2).unwrap();
        let mut lines: Vec<String> = cards[1].rows().iter().map(|row| row.replace(' ', "")).collect();
        let digit = lines[row].as_bytes()[at] - b'0';
        let other = char::from_digit((u32::from(digit) + by) % 10, 10).unwrap();
        lines[row].replace_range(at..=at, &other.to_string());
        prop_assert_eq!(Share::read(&lines.join("\n")).unwrap_err(), KeyError::Row { row: row + 1 });
    }

    #[test]
    fn two_digits_that_changed_places_are_found_in_their_row(row in 0..ROWS, at in 0..ROW_DIGITS - 1) {
        let cards = split(&Identity::generate(), 3, 2).unwrap();
        let mut lines: Vec<String> = cards[0].rows().iter().map(|row| row.replace(' ', "")).collect();
        let (one, other) = (lines[row].as_bytes()[at], lines[row].as_bytes()[at + 1]);
        prop_assume!(one != other);
        lines[row].replace_range(at..at + 2, &format!("{}{}", char::from(other), char::from(one)));
        prop_assert_eq!(Share::read(&lines.join("\n")).unwrap_err(), KeyError::Row { row: row + 1 });
    }

    #[test]
    fn any_text_is_a_card_or_an_error(text in "[0-9０-９ ー\\-)\\nA-Z]{0,400}") {
        prop_assert!(Share::read(&text).is_err());
    }
}

#[test]
fn a_card_is_read_as_hands_input_methods_and_scanners_write_it() {
    let card = &split(&Identity::generate(), 5, 3).unwrap()[3];
    let rows: Vec<String> = card.rows().iter().map(|row| row.to_string()).collect();
    let wide = |row: &String| -> String {
        let wide = |c: char| c.to_digit(10).and_then(|d| char::from_u32('０' as u32 + d)).unwrap_or('　');
        row.chars().map(wide).collect()
    };
    let full: Vec<String> = rows.iter().map(wide).collect();
    let hyphens: Vec<String> = rows.iter().map(|row| row.replace(' ', "ー")).collect();
    for text in [rows.join("\r\n"), full.join("\n"), hyphens.join("\n"), card.code().to_string(), rows.concat()] {
        assert!(Share::read(&text).unwrap().is_same(card), "{text}");
    }
    let code = card.code();
    assert!(code.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'-')), "{}", code.as_str());
    let mut typing = Typing::new();
    assert_eq!(typing.row("いち"), Err(KeyError::NotDigits { row: 1 }));
    assert_eq!(typing.row(&rows[0][1..]), Err(KeyError::Length { row: 1, digits: 11 }));
    rows.iter().for_each(|row| typing.row(row).unwrap());
    assert!(typing.is_whole() && typing.finish().unwrap().is_same(card));
}

#[test]
fn rows_of_another_card_or_in_another_order_do_not_fit() {
    let cards = split(&Identity::generate(), 3, 2).unwrap();
    let [one, other] = [&cards[0], &cards[1]].map(|card| card.rows());
    for row in 1..ROWS {
        let mut mixed = one.clone();
        mixed[row] = other[row].clone();
        let text: Vec<&str> = mixed.iter().map(|row| row.as_str()).collect();
        assert_eq!(Share::read(&text.join("\n")).unwrap_err(), KeyError::Row { row: row + 1 });
    }
    let mut turned: Vec<&str> = one.iter().map(|row| row.as_str()).collect();
    turned.swap(4, 5);
    assert_eq!(Share::read(&turned.join("\n")).unwrap_err(), KeyError::Row { row: 5 });
    assert_eq!(Share::read(&turned[..10].join("\n")).unwrap_err(), KeyError::Row { row: 5 });
    let short: Vec<&str> = one.iter().take(10).map(|row| row.as_str()).collect();
    assert_eq!(Share::read(&short.join("\n")).unwrap_err(), KeyError::Rows { found: 10 });
    assert_eq!(
        Share::read(&format!("{}{}", text(&cards[0]), text(&cards[0]))).unwrap_err(),
        KeyError::Rows { found: 12 }
    );
}

#[test]
fn cards_of_two_keys_and_forged_cards_are_named() {
    let (ours, theirs) = (Identity::generate(), Identity::generate());
    let (cards, others) = (split(&ours, 5, 3).unwrap(), split(&theirs, 5, 3).unwrap());
    let mixed = combine(&[copy(&cards[0]), copy(&cards[1]), copy(&others[2])]).unwrap_err();
    assert_eq!(mixed, KeyError::Mixed { one: (1, ours.id()), other: (3, theirs.id()) });
    assert!(mixed.to_string().contains(&theirs.id().to_string()));
    assert_eq!(combine(&[]).unwrap_err(), KeyError::Nothing);
    // The same card twice is one card.
    let twice = combine(&[copy(&cards[0]), copy(&cards[0]), copy(&cards[4])]).unwrap_err();
    assert_eq!(twice, KeyError::TooFew { key: ours.id(), have: vec![1, 5], threshold: 3 });
    assert!(twice.to_string().contains("あと 1 枚"));
    // A holder makes a card that is well-formed and not his.
    let forged = || {
        let mut card = copy(&cards[1]);
        card.secret[7] ^= 1;
        copy(&card)
    };
    let three = combine(&[copy(&cards[0]), forged(), copy(&cards[2])]).unwrap_err();
    assert_eq!(three, KeyError::NotTheKey { key: ours.id(), numbers: vec![1, 2, 3] });
    let four = combine(&[copy(&cards[0]), forged(), copy(&cards[2]), copy(&cards[4])]).unwrap_err();
    assert_eq!(four, KeyError::Forged { numbers: vec![2] });
    let both = combine(&[copy(&cards[1]), forged(), copy(&cards[2])]).unwrap_err();
    assert_eq!(both, KeyError::Disagree { numbers: [2, 2] });
    let last = [copy(&cards[0]), copy(&cards[2]), copy(&cards[3]), forged()];
    assert_eq!(combine(&last).unwrap_err(), KeyError::Forged { numbers: vec![2] });
}

#[test]
fn what_cannot_be_split_is_refused() {
    let identity = Identity::generate();
    for (shares, threshold) in [(5, 1), (5, 6), (1, 1), (0, 0), (SHARES_MAX + 1, 3)] {
        assert_eq!(split(&identity, shares, threshold).unwrap_err(), KeyError::Count { shares, threshold });
    }
}

#[test]
fn an_identity_file_is_ordinary_and_nothing_else_is_taken_for_one() {
    let (identity, other) = (Identity::generate(), Identity::generate());
    let file = identity.file();
    assert_eq!(Identity::read(&file).unwrap().id(), identity.id());
    assert!(file.lines().any(|line| line == format!("# public key: {}", identity.recipient())));
    let two = format!("{}{}", file.as_str(), other.file().as_str());
    for text in ["", "# only words\n", &two, &identity.recipient().to_string(), &file[..file.len() - 2]] {
        assert_eq!(Identity::read(text).unwrap_err(), KeyError::NoIdentity);
    }
    let sealed = identity.recipient().seal(b"plain").unwrap();
    assert_eq!(identity.open(&sealed).unwrap().as_slice(), b"plain");
    assert_eq!(other.open(&sealed).unwrap_err(), KeyError::DoesNotOpen { key: other.id() });
    assert_eq!(identity.try_whole(&sealed[..]), Ok(5));
    for cut in 0..sealed.len() {
        assert_eq!(identity.try_whole(&sealed[..cut]), Err(KeyError::DoesNotOpen { key: identity.id() }));
    }
    assert_eq!(Recipient::read(&identity.recipient().to_string()).unwrap().id(), identity.id());
    assert_eq!(Recipient::read("age1nobody"), Err(KeyError::NoRecipient));
    let id = identity.id();
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(format!("{identity:?}"), format!("Identity({id})"));
}

/// Golden: cards are on paper for decades, and every later program must read them.
#[test]
fn a_card_of_version_1_stays_readable() {
    let key = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN";
    let identity = Identity::of_bytes(&[1; 32]).unwrap();
    assert!(identity.file().contains(key), "{}", identity.file().as_str());
    let cards = [GOLDEN_1, GOLDEN_3].map(|card| Share::read(card).unwrap());
    assert_eq!(combine(&cards).unwrap().file(), identity.file());
}

const GOLDEN_1: &str = "ANDON-SHARE-010102030031-299440830044-089373077687-403123284007-336724342370-060321143850-145502629850-093707317767-123370630667-146190670779-315468124171";
const GOLDEN_3: &str = "ANDON-SHARE-010302030063-299440830035-157373323977-026501602636-120396614253-172830129394-417464718037-153417757720-364953414857-421764511189-375848431768";
