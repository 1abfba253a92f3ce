//! Pictures as scanners make them, out of a sheet of ours; and what is none.

use image::{GrayImage, Luma, imageops};

use super::*;

/// A page of A4 at 200 dpi with a code of a text at each place, 15 mm wide with its quiet zone.
fn page(codes: &[(&str, u32, u32)]) -> GrayImage {
    let mut page = GrayImage::from_pixel(1654, 2339, Luma([250]));
    for (text, left, top) in codes {
        let writer = rxing::qrcode::QRCodeWriter;
        let matrix = rxing::Writer::encode(&writer, text, &rxing::BarcodeFormat::QR_CODE, 134, 134).unwrap();
        for (x, y) in (0..134).flat_map(|x| (0..134).map(move |y| (x, y))) {
            if matrix.get(x, y) {
                page.put_pixel(left + x, top + y, Luma([20]));
            }
        }
    }
    page
}

fn png(page: &GrayImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    page.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    look(bytes, |seen| {
        let mut texts: Vec<String> = seen.codes.into_iter().map(|code| code.text).collect();
        texts.sort();
        pages.push(texts);
    })
    .unwrap();
    pages
}

const TEXT: &str = "P10B-1-1-1-2111010030-P0004821-2B7301-12-3";
const OTHER: &str = "P7-1-1-1-2111010030-P0004822-2B7301-12-4";

#[test]
fn a_page_is_read_whichever_way_it_lies_and_both_patients_on_one_page_are_seen() {
    let upright = page(&[(TEXT, 1480, 80), (TEXT, 80, 2150)]);
    for turned in
        [upright.clone(), imageops::rotate90(&upright), imageops::rotate180(&upright), imageops::rotate270(&upright)]
    {
        assert_eq!(texts(&png(&turned)), [[TEXT]]);
    }
    let mut both = texts(&png(&page(&[(TEXT, 1480, 80), (OTHER, 80, 2150)])));
    both[0].sort();
    assert_eq!(both, [[TEXT, OTHER]]);
    assert_eq!(texts(&png(&page(&[]))), [Vec::<String>::new()]);
}

#[test]
fn corners_say_which_way_the_page_lies() {
    let mut seen = Vec::new();
    look(&png(&imageops::rotate180(&page(&[(TEXT, 1480, 80)]))), |page| seen.push(page)).unwrap();
    let [[left, top], [right, _], [_, low]] = seen[0].codes[0].corners;
    assert!(left > right && top > low, "{:?}", seen[0].codes[0]);
}

#[test]
fn a_fax_of_uneven_dots_and_a_coarse_scan_are_read() {
    let fine = page(&[(TEXT, 1480, 80), (TEXT, 80, 2150)]);
    let coarse = imageops::resize(&fine, 1240, 1754, imageops::FilterType::Triangle);
    assert_eq!(texts(&png(&coarse)), [[TEXT]]);
    // 204 × 98 dots an inch, black and white, as TIFF with its resolution told.
    let fax = imageops::resize(&fine, 1687, 1146, imageops::FilterType::Triangle);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
    for _ in 0..2 {
        let mut image = encoder.new_image::<tiff::encoder::colortype::Gray8>(1687, 1146).unwrap();
        image.x_resolution(tiff::encoder::Rational { n: 204, d: 1 });
        image.y_resolution(tiff::encoder::Rational { n: 98, d: 1 });
        let plain: Vec<u8> = fax.pixels().map(|pixel| if pixel.0[0] > 140 { 255 } else { 0 }).collect();
        image.write_data(&plain).unwrap();
    }
    assert_eq!(texts(bytes.get_ref()), [[TEXT], [TEXT]]);
}

#[test]
fn pages_of_a_pdf_of_ours_are_read() {
    let mut pack = paper::Pack::new(
        chart::Lang::Ja,
        paper::Head {
            hospital: "美灯町立病院".into(),
            training: true,
            made: chart::Moment(1_635_640_200_000),
            printed_by: "山田 花子".into(),
            valid_until: chart::Moment(1_635_640_200_000),
        },
    );
    for (at, form) in ["P7", "P9A", "P10A"].into_iter().enumerate() {
        pack.form(form, None, &paper::SheetId { number: format!("2B7301-9-{at}") }).unwrap();
    }
    let pages = texts(&pack.finish().unwrap());
    let forms: Vec<Option<&str>> =
        pages.iter().map(|page| page.first().and_then(|text| text.split('-').next())).collect();
    // What goes to an outside pharmacy carries no code of ours.
    assert_eq!(forms, [Some("P7"), Some("P9A"), None, Some("P10A")]);
}

#[test]
fn what_is_no_picture_is_told_in_a_word_and_nothing_stops() {
    let whole = png(&page(&[(TEXT, 80, 80)]));
    for (bytes, want) in [
        (&b""[..], Error::NotAPicture),
        (b"hello", Error::NotAPicture),
        (b"%PDF-1.7\n", Error::Broken),
        (b"II*\0\x08\0\0\0", Error::Broken),
    ] {
        assert_eq!(look(bytes, |_| panic!("a page of nothing")), Err(want), "{bytes:?}");
    }
    for cut in [20, whole.len() / 2, whole.len() - 20] {
        let mut troubles = Vec::new();
        look(&whole[..cut], |page| troubles.push(page.trouble)).unwrap();
        assert!(matches!(troubles.as_slice(), [Some(_)]), "{cut}: {troubles:?}");
    }
    assert_eq!(picture(&whole, 2, 800), Err(Error::NoPage));
    let small = picture(&whole, 1, 800).unwrap();
    assert!(small.starts_with(&[0xff, 0xd8]) && small.len() < 200_000);
}

/// Bytes changed anywhere give a page, a word, or an error: never a stop.
#[test]
fn spoiled_files_stop_nothing() {
    let whole = png(&imageops::resize(&page(&[(TEXT, 80, 80)]), 300, 420, imageops::FilterType::Triangle));
    let mut seed = 7u64;
    for _ in 0..60 {
        let mut spoiled = whole.clone();
        for _ in 0..8 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % spoiled.len();
            spoiled[at] = (seed >> 20) as u8;
        }
        let _ = look(&spoiled, |_| {});
    }
}
