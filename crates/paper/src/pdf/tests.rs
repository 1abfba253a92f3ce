//! Documents read back: letters, order, names.

use super::*;

#[test]
fn numbers_are_short_and_right() {
    for (value, digits, want) in [
        (0.0, 1, " 0"),
        (12.34, 1, " 12.3"),
        (12.0, 1, " 12"),
        (-0.06, 1, " -0.1"),
        (1.05, 2, " 1.05"),
        (100.0, 0, " 100"),
        (-1.17532, 5, " -1.17532"),
    ] {
        let mut out = Vec::new();
        decimal(&mut out, scaled(value, digits), digits);
        assert_eq!(String::from_utf8(out).unwrap(), want, "{value}");
    }
}

use crate::canvas::Page;
use crate::font::{Ink, Weight};

fn page(text: &str, weight: Weight) -> Page {
    let mut page = Page::new((300.0, 400.0));
    page.text(&Ink::default().letters(text, weight), 20.0, 30.0, 10.5, 0);
    page.fill(Area::new(10.0, 10.0, 20.0, 30.0), 200);
    page
}

/// Every stream of a PDF, inflated, in order.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |from: usize, what: &[u8]| pdf[from..].windows(what.len()).position(|at| at == what).map(|at| from + at);
    let (mut streams, mut from) = (Vec::new(), 0);
    while let Some(begin) = find(from, b">>\nstream\n") {
        from = find(begin, b"\nendstream").unwrap();
        let mut out = Vec::with_capacity(1 << 20);
        let mut inflate = flate2::Decompress::new(true);
        inflate.decompress_vec(&pdf[begin + 10..from], &mut out, flate2::FlushDecompress::Finish).unwrap();
        streams.push(out);
    }
    streams
}

/// What a page shows, by the letters that its font tells.
fn shown(content: &[u8], letters: &str) -> String {
    let letter = |number: u16| {
        let line = letters.lines().find(|line| line.starts_with(&format!("<{number:04X}> <"))).unwrap();
        let units = line.split(['<', '>']).nth(3).unwrap();
        let units = (0..units.len()).step_by(4).map(|at| u16::from_str_radix(&units[at..at + 4], 16).unwrap());
        String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
    };
    let (mut said, mut bytes, mut at) =
        (String::new(), Vec::new(), content.iter().position(|b| *b == b'(').unwrap() + 1);
    while content[at] != b')' {
        let escaped = content[at] == b'\\';
        at += usize::from(escaped);
        bytes.push(if escaped && content[at] == b'r' { b'\r' } else { content[at] });
        at += 1;
    }
    bytes.as_chunks::<2>().0.iter().for_each(|pair| said += &letter(u16::from_be_bytes(*pair)));
    said
}

#[test]
fn pages_show_what_was_set_also_where_two_letters_share_a_glyph_and_stand_in_the_order_asked_for() {
    // Enough letters that numbers hold every byte that a bracketed text must mark.
    let many: String = ('\u{4e00}'..'\u{4fff}').chain("山\u{a0}田 \u{20bb7}".chars()).collect();
    let mut document = Document::new();
    for (text, weight) in [("先", Weight::Regular), (many.as_str(), Weight::Regular), ("太", Weight::Bold)] {
        page(text, weight).draw(&mut document);
    }
    assert_eq!(document.len(), 3);
    document.put_first(1, 2);
    let pdf = document.finish(Lang::Ja).unwrap();
    let streams = streams(&pdf);
    // A font is its program, numbers and letters; bold after regular, what only the fallback has last.
    let letters = |font: usize| String::from_utf8(streams[font * 3 + 2].clone()).unwrap();
    // The last stream says where the objects are.
    let pages = &streams[streams.len() - 4..];
    assert_eq!(shown(&pages[0], &letters(0)), "先");
    assert_eq!(shown(&pages[1], &letters(1)), "太");
    let first_run: String = many.chars().take(2).collect();
    assert!(shown(&pages[2], &letters(0)).starts_with(&first_run));
    let all = String::from_utf8_lossy(&pages[2]).into_owned();
    assert!(all.contains(" 10 360 20 30 re f") && all.contains(" g "), "{all}");
    let said = letters(0);
    assert!(said.contains("<00A0>") && said.contains("<0020>"), "both letters of one glyph are told");
}

#[test]
fn the_same_pages_are_the_same_bytes_and_subsets_differ_by_name() {
    let pdf = |text: &str| {
        let mut document = Document::new();
        page(text, Weight::Regular).draw(&mut document);
        document.finish(Lang::En).unwrap()
    };
    assert_eq!(pdf("逢坂"), pdf("逢坂"));
    let name = |pdf: &[u8]| String::from_utf8_lossy(pdf).split("/BaseFont/").nth(1).map(|rest| rest[..6].to_owned());
    assert_ne!(name(&pdf("逢坂")), name(&pdf("清次")));
}
