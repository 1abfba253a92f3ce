//! Whatever a scanner sends: reading ends, nothing panics, no value is lost, limits are kept.

mod paper;

use formats::jahis::{BYTES_MAX, FAULTS_MAX, Kind, PARTS_MAX, RECORDS_MAX, decode, is_jahis, join};
use paper::{NOTEBOOK, PRESCRIPTION, account, codes, shift_jis, text};
use proptest::prelude::*;

/// One of our samples with letters changed, put in, taken out, lines doubled or cut off.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0..6_u8);
    (any::<bool>(), prop::collection::vec(edit, 0..8)).prop_map(|(tc, edits)| {
        let mut sent: Vec<char> = text(if tc { NOTEBOOK } else { PRESCRIPTION }, "\n").chars().collect();
        let header = sent.iter().position(|c| *c == '\n').map_or(0, |end| end + 1);
        for (index, byte, act) in edits {
            let at = header + index.index(sent.len() - header);
            let letter = ['0', '1', '2', '9', ',', '\n', '灯', 'ｱ', 'A', ' ', '，'][usize::from(byte) % 11];
            match act {
                0 | 1 => sent[at] = letter,
                2 => sent.insert(at, letter),
                3 if sent.len() > header + 1 => drop(sent.remove(at)),
                4 => {
                    let start = sent[..at].iter().rposition(|c| *c == '\n').map_or(header, |end| end + 1);
                    let end = sent[at..].iter().position(|c| *c == '\n').map_or(sent.len(), |end| at + end + 1);
                    let again = sent[start..end].to_vec();
                    sent.splice(start..start, again);
                }
                _ => sent.truncate((at + usize::from(byte)).max(header + 1)),
            }
        }
        sent.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400), head in 0..4_usize) {
        let head = ["", "JAHISTC08,1", "JAHIS10\n", "JAHISTC08,1\n5,20261103,1\n201,"][head];
        let sent = [head.as_bytes(), &bytes].concat();
        prop_assert_eq!(is_jahis(&sent), decode(&sent).kind != Kind::Unknown);
        join(&[sent.as_slice(), &bytes]);
    }

    #[test]
    fn mutated_codes_lose_nothing(sent in mutated()) {
        prop_assert_eq!(account(&sent, &decode(sent.as_bytes())), Ok(()));
        let bytes = shift_jis(&sent);
        prop_assert_eq!(decode(&bytes), decode(sent.as_bytes()));
    }
}

proptest! {
    // Each case divides a whole notebook again.
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_a_notebook_is_split_it_reads_as_one(
        cuts in prop::collection::btree_set(1..NOTEBOOK.len() - 1, 1..6),
        order in any::<u64>(),
    ) {
        let (head, records) = (NOTEBOOK[0], &NOTEBOOK[1..]);
        let bounds: Vec<usize> = [0].into_iter().chain(cuts).chain([records.len()]).collect();
        let of = bounds.len() - 1;
        let part = |(nth, pair): (usize, &[usize])| {
            let control = format!("911,20261103000001,{of},{}", nth + 1);
            let lines: Vec<&str> = [head].iter().chain(&records[pair[0]..pair[1]]).copied().chain([control.as_str()]).collect();
            shift_jis(&text(&lines, "\r\n"))
        };
        let mut parts: Vec<Vec<u8>> = bounds.windows(2).enumerate().map(part).collect();
        let turn = order as usize % of;
        parts.rotate_left(turn);
        parts.push(parts[turn].clone());
        let joined = join(&parts);
        prop_assert_eq!((joined.len(), joined[0].missing.len(), codes(&joined[0].decoded)), (1, 0, vec![]));
        prop_assert_eq!(&joined[0].decoded.bodies, &decode(&shift_jis(&text(NOTEBOOK, "\r\n"))).bodies);
    }

    #[test]
    fn without_line_ends_nothing_is_lost_either(sent in mutated()) {
        let decoded = decode(sent.replace('\n', "").as_bytes());
        let told = paper::json(&(&decoded.bodies, &decoded.faults));
        // Words stay whole, wherever the text was divided.
        for word in sent.split(|c: char| c.is_ascii() || c.is_control() || matches!(c, '，' | '　')).filter(|w| w.chars().count() > 2) {
            prop_assert!(told.contains(word), "{} is told nowhere: {}", word, told);
        }
    }
}

#[test]
fn limits_are_kept() {
    let many = format!("JAHISTC08,1\n{}", "501,備考,1\n".repeat(RECORDS_MAX + 10));
    let decoded = decode(many.as_bytes());
    assert_eq!((decoded.bodies.len(), codes(&decoded)), (RECORDS_MAX - 1, vec!["limit"]));
    let long = format!("JAHISTC08,1\n501,{}", "x".repeat(BYTES_MAX));
    assert_eq!(codes(&decode(long.as_bytes())), ["limit"]);
    let wrong = format!("JAHISTC08,1\n{}", "888,x\n".repeat(FAULTS_MAX + 10));
    assert_eq!(decode(wrong.as_bytes()).faults.len(), FAULTS_MAX + 1);
    let parts: Vec<String> = (0..PARTS_MAX + 10).map(|n| format!("JAHISTC08,1\n911,{n},2,1\n")).collect();
    let joined = join(&parts);
    assert_eq!(joined.len(), PARTS_MAX);
    assert!(codes(&joined[PARTS_MAX - 1].decoded).contains(&"limit"));
    // As many parts as a number can say, none of which is there.
    assert_eq!(join(&["JAHISTC08,1\n911,1,65535,7\n"])[0].missing.len(), 65_534);
    // One line of nothing but what could be record numbers.
    decode(format!("JAHISTC08,1{}", "201,1,".repeat(100_000)).as_bytes());
    decode(format!("JAHISTC08,1{}", "201,1,".repeat(900)).as_bytes());
}
