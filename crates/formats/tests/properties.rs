//! Whatever the bytes: reading ends, nothing panics, and every leaf is accounted for.

mod account;
mod fixtures;

use chart::Body;
use fixtures::{ROWS, bytes, path, text};
use formats::charset::{self, decode as read_text, encode_iso2022jp};
use formats::hl7v2::{Message, peek};
use formats::ssmix2::{FilePath, decode, decode_placed};
use proptest::prelude::*;

/// The reference: leaves by decoding first and splitting naively.
fn naive(text: &str) -> Vec<String> {
    account::leaves(text).into_iter().map(|(_, leaf)| leaf).collect()
}

/// The index's leaves, MSH-1 apart.
fn indexed(message: &Message<'_>) -> Vec<String> {
    message.leaves.iter().map(|leaf| message.leaf_text(leaf).to_owned()).collect()
}

/// Repeats the segment at an offset with its digits changed: a second value where one was expected.
fn repeat(sent: &mut Vec<u8>, at: usize, byte: u8) {
    let start = sent[..at].iter().rposition(|b| *b == b'\r').map_or(0, |cr| cr + 1);
    let end = sent[at..].iter().position(|b| *b == b'\r').map_or(sent.len(), |cr| at + cr + 1);
    let again = |b: &u8| if (b'1'..=b'9').contains(b) { b'1' + (*b - b'0' + byte % 8) % 9 } else { *b };
    let copy: Vec<u8> = sent[start..end].iter().map(again).collect();
    if !copy.starts_with(b"MSH") && !copy.starts_with(b"PID") {
        sent.splice(end..end, copy);
    }
}

fn mutated() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0..6_u8);
    (0..ROWS.len(), prop::collection::vec(edit, 0..6)).prop_map(|(row, edits)| {
        let mut sent = bytes(&text(&ROWS[row], "\r"));
        for (index, byte, act) in edits {
            if sent.is_empty() {
                break;
            }
            let at = index.index(sent.len());
            match act {
                0 => sent[at] = byte,
                1 => sent.insert(at, byte),
                2 => drop(sent.remove(at)),
                3 => repeat(&mut sent, at, byte),
                4 => sent[at] = b"|^~&\\0123456789LYN"[usize::from(byte) % 18],
                _ => sent.truncate(at.max(1)),
            }
        }
        (row, sent)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..ROWS.len()) {
        decode(&path(ROWS[kind].0), &bytes);
        decode(&FilePath::parse(b"a/b/c/20260101/t/c_20260101_k_1_20260101000000000_1/f"), &bytes);
        prop_assert_eq!(FilePath::sent_of(&bytes), FilePath::parse(&bytes).sent);
        peek(&bytes);
    }

    #[test]
    fn any_text_in_markup_is_read(body in "[<>/a-z&;!\"= -]{0,80}") {
        let extended = FilePath::parse(b"a/b/c/20260101/t/c_20260101_k_1_20260101000000000_1/f");
        decode(&extended, format!("<ClinicalDocument>{body}").as_bytes());
        decode(&extended, format!("<html>{body}").as_bytes());
    }

    #[test]
    fn mutated_messages_lose_nothing((row, sent) in mutated()) {
        let mut decoded = decode(&path(ROWS[row].0), &sent);
        if decoded.faults.iter().all(|fault| !matches!(fault.code, "delimiters" | "no_msh")) && sent.starts_with(b"MSH|^~\\&|") {
            prop_assert_eq!(account::check(&sent, &decoded), Ok(()));
        }
        // What the feed lists is what the chart will find.
        decoded.bodies.retain(|body| !matches!(body, Body::Unplaced { .. }));
        prop_assert_eq!(decode_placed(&path(ROWS[row].0), &sent), decoded);
    }

    #[test]
    fn the_index_divides_as_decoding_first_would((row, sent) in mutated()) {
        let message = Message::read(&sent);
        if message.text.starts_with("MSH|^~\\&|") {
            prop_assert_eq!(indexed(&message), naive(&message.text), "{}", ROWS[row].0);
        }
    }

    #[test]
    fn japanese_between_delimiters_never_splits(words in prop::collection::vec("[亜-黑ぁ-んァ-ヶα-ω|^~&a-z]{0,12}", 1..8)) {
        let body: String = words.join("|").chars().filter(|c| !encode_iso2022jp(&c.to_string()).1.iter().any(|_| true)).collect();
        let message = format!("MSH|^~\\&|A\rNTE|{body}\r");
        let (sent, lost) = encode_iso2022jp(&message);
        prop_assert!(lost.is_empty());
        let read = read_text(&sent);
        prop_assert_eq!(read.text.as_ref(), message.as_str());
        prop_assert_eq!(indexed(&Message::read(&sent)), naive(&message));
    }

    #[test]
    fn encoding_names_all_it_loses(text in "\\PC{0,30}") {
        let (sent, lost) = encode_iso2022jp(&text);
        prop_assert!(sent.is_ascii());
        let back = charset::read_as(&sent, charset::Charset::Iso2022Jp);
        prop_assert_eq!(back.doubts.len(), 0);
        prop_assert_eq!(back.text.matches('&').count(), text.matches('&').count(), "no character references");
        prop_assert!(back.text.chars().filter(|c| *c == '■').count() >= lost.len());
    }
}

#[test]
fn peeking_sees_what_decoding_sees() {
    for row in &ROWS {
        let sent = bytes(&text(row, "\r"));
        let (seen, decoded) = (peek(&sent), decode(&path(row.0), &sent));
        assert_eq!((seen.processing, seen.pid3), (decoded.meta.processing, decoded.meta.ids), "{}", row.0);
    }
    let hard =
        encode_iso2022jp("MSH|^~\\&|病院|院^内|||20260101||ADT^A08|1|T|2.5\rPID|||1^^^^PI~２号^^^^MR||灯^結\r").0;
    assert_eq!(peek(&hard).processing, "T");
    assert_eq!(peek(&hard).pid3[0], "1");
}

#[test]
fn limits_are_kept() {
    let long = format!("MSH|^~\\&|A\r{}", "NTE|x\r".repeat(formats::hl7v2::SEGMENTS_MAX + 10));
    let message = Message::read(long.as_bytes());
    assert_eq!(message.segments.len(), formats::hl7v2::SEGMENTS_MAX);
    assert!(message.faults.iter().any(|fault| fault.code == "limit"));
    // Beyond the last field number, all is the last field.
    let far = format!("MSH|^~\\&|A\rPID|{}far\r", "|".repeat(usize::from(u16::MAX) + 10));
    assert!(format!("{:?}", decode(&path("ADT-00"), far.as_bytes()).bodies).contains("PID-65535"));
    let hostile = format!("\x1B$B{}", "|a".repeat(500_000));
    decode(&path("OMP-01"), hostile.as_bytes());
    let deep = "<a>".repeat(100_000);
    decode(&FilePath::parse(b"a/b/c/20260101/t/c_20260101_k_1_20260101000000000_1/f"), deep.as_bytes());
}
