//! Character sets: escapes left out, odd runs, half-width kana, spellings of MSH-18, and the way back.

use formats::charset::{Charset, Repertoire, decode, encode_iso2022jp, encode_iso2022jp_as};

/// JIS X 0208 pairs: 山 3B33, 田 4544, 名 4C3E.
const MOUNTAIN_FIELD: &[u8] = b"\x3B\x33\x45\x44";

/// Bytes in parts, the text they read as, and the doubts with their places.
type Row<'a> = (&'a [&'a [u8]], &'a str, &'a [(&'a str, usize)]);

fn read(parts: &[&[u8]]) -> (String, Vec<(&'static str, usize)>) {
    let bytes = parts.concat();
    let read = decode(&bytes);
    (read.text.into_owned(), read.doubts.iter().map(|doubt| (doubt.code, doubt.byte)).collect())
}

#[test]
fn escapes_as_they_come() {
    let table: [Row; 21] = [
        (&[b"\x1B$B", MOUNTAIN_FIELD, b"\x1B(B|X\r"], "山田|X\r", &[]),
        (&[b"\x1B$@", MOUNTAIN_FIELD, b"\x1B(J^X~\\"], "山田^X~\\", &[]),
        (&[b"\x1B&@\x1B$B", MOUNTAIN_FIELD, b"\x1B(B"], "山田", &[]),
        (&[b"A\x1B$B\x1B(BC"], "AC", &[]),
        (&[b"\x1B$B", MOUNTAIN_FIELD, b"\x1B$B\x4C\x3E\x1B(B"], "山田名", &[]),
        (&[b"\x1B$B\x3B\x33\x1B$(D\x30\x27\x1B$B\x45\x44\x1B(B|"], "山丣田|", &[]),
        (&[b"\x1B(I1;\x1B(B^\xB1\xBB|\x0E1;\x0F|"], "ｱｻ^ｱｻ|ｱｻ|", &[]),
        (&[b"\x1B$B\x2D\x21\x7C\x62\x1B(B"], "①髙", &[]),
        // Missing returns: the following fields survive.
        (&[b"\x1B$B", MOUNTAIN_FIELD, b"|X\rPV1|1\r"], "山田|X\rPV1|1\r", &[("charset_return", 7)]),
        (
            &[b"\x1B$B", MOUNTAIN_FIELD, b"|M|19700101|||\x1B$B\x4C\x3E\x1B(B"],
            "山田|M|19700101|||名",
            &[("charset_return", 7)],
        ),
        (&[b"\x1B$B\x3B\x33^\x1B$B\x45\x44\x1B(B|"], "山^田|", &[("charset_return", 5)]),
        (&[b"\x1B$B", MOUNTAIN_FIELD, b"\rPV1|1"], "山田\rPV1|1", &[("charset_return", 7)]),
        (&[b"\x1B(I1;|X\r"], "ｱｻ|X\r", &[("charset_return", 5)]),
        (&[b"\x1B$B\x3B\x33\x7C\x62\rX"], "山髙\rX", &[("charset_return", 7)]),
        // Odd runs, unassigned pairs, unknown escapes, cuts.
        (&[b"\x1B$B\x3B\x33\x45\x1B(B|X"], "山\u{FFFD}|X", &[("charset_odd", 5)]),
        (&[b"\x1B$B\x3B\x33\x29\x21\x45\x44\x1B(B|X"], "山\u{FFFD}田|X", &[("charset_unassigned", 5)]),
        (&[b"A\x1B-F|X\x1B$B\x3B\x33\x1B(B"], "A\u{FFFD}|X山", &[("charset_escape", 1)]),
        (&[b"A|\x1B$B\x3B\x33"], "A|山", &[("truncated", 7)]),
        (&[b"A|\x1B$B\x3B\x33\x45"], "A|山\u{FFFD}", &[("charset_odd", 7), ("truncated", 8)]),
        (&[b"A|\x1B$"], "A|\u{FFFD}", &[("truncated", 2)]),
        (&[b"\x1B$B\x3B\x33 \x45\x44\x1B(B"], "山 田", &[]),
    ];
    for (parts, text, doubts) in table {
        let (got, found) = read(parts);
        assert_eq!((got.as_str(), found.as_slice()), (text, doubts), "{:?}", parts.concat());
    }
}

#[test]
fn the_bytes_win_over_msh_18_and_say_so() {
    let msh = |charset: &str, tail: &[u8]| {
        [format!("MSH|^~\\&|A|B|C|D|20260101||ADT^A08|1|P|2.5||||||{charset}\rPID|||1||").as_bytes(), tail, b"\r"]
            .concat()
    };
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("山田^髙﨑①");
    let (euc, _, _) = encoding_rs::EUC_JP.encode("山田^太郎");
    let jis = encode_iso2022jp("山田^太郎").0;
    let utf8 = "山田^太郎".as_bytes();
    let table: [(&str, &[u8], Charset, bool); 13] = [
        ("~ISO IR87", &jis, Charset::Iso2022Jp, false),
        ("~ISOIR87", &jis, Charset::Iso2022Jp, false),
        ("ISO IR6~ISO IR87~ISO IR159", &jis, Charset::Iso2022Jp, false),
        ("ISO IR13~ISO IR87", b"\xD4\xCF\xC0\xDE", Charset::Iso2022Jp, false),
        ("UNICODE UTF-8", utf8, Charset::Utf8, false),
        ("UTF-8", utf8, Charset::Utf8, false),
        ("~ISO IR87", utf8, Charset::Utf8, true),
        ("", utf8, Charset::Utf8, true),
        ("", &jis, Charset::Iso2022Jp, false),
        ("UNICODE UTF-8", &jis, Charset::Iso2022Jp, true),
        ("~ISO IR87", &sjis, Charset::ShiftJis, true),
        ("Shift_JIS", &sjis, Charset::ShiftJis, false),
        ("~ISO IR87", &euc, Charset::EucJp, true),
    ];
    for (said, tail, charset, mismatch) in table {
        let bytes = msh(said, tail);
        let read = decode(&bytes);
        assert_eq!(read.charset, charset, "{said} {tail:?}");
        assert_eq!(read.doubts.iter().any(|d| d.code == "charset_mismatch"), mismatch, "{said} {tail:?}");
        assert!(!read.text.contains('\u{FFFD}'), "{said}: {}", read.text);
    }
    let marked = [b"\xEF\xBB\xBF".as_slice(), &msh("UNICODE UTF-8", utf8)].concat();
    assert!(decode(&marked).text.starts_with("MSH"));
    let cut = msh("UNICODE UTF-8", &utf8[..4]);
    assert_eq!(decode(&cut[..cut.len() - 1]).charset, Charset::Utf8);
}

#[test]
fn encodes_what_jis_holds_and_names_what_it_does_not() {
    let table = [
        ("山田^太郎|〜−‖¢£¬―", "山田^太郎|～－∥￠￡￢―", ""),
        ("ｶﾞﾊﾟｳﾞｱｰ｡", "ガパヴアー。", ""),
        ("髙𠮷①㈱", "■■■■", "髙𠮷①㈱"),
        ("a\\b~c|漢\r字", "a\\b~c|漢\r字", ""),
        ("", "", ""),
    ];
    for (text, back, lost) in table {
        let (bytes, unencodable) = encode_iso2022jp(text);
        assert!(bytes.is_ascii());
        assert!(!bytes.contains(&b'&') || text.contains('&') || !bytes.starts_with(b"&"), "no references");
        assert_eq!(decode(&bytes).text, back, "{text}");
        assert_eq!(unencodable.iter().map(|u| u.character).collect::<String>(), lost);
        assert!(unencodable.iter().all(|u| text[u.at..].starts_with(u.character)));
    }
    let (bytes, lost) = encode_iso2022jp_as("髙①𠮷", Repertoire::Vendor);
    assert_eq!((decode(&bytes).text.as_ref(), lost.len()), ("髙①■", 1));
    let (bytes, _) = encode_iso2022jp("山|田");
    assert_eq!(bytes, b"\x1B$B\x3B\x33\x1B(B|\x1B$B\x45\x44\x1B(B");
}
