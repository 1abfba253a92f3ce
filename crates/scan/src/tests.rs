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

/// How a fax's lines are coded: Modified Huffman (each on a byte), or Group 3 of one or of two dimensions, each line behind its
/// end-of-line code.
#[derive(Clone, Copy, PartialEq)]
enum Lines {
    Bare,
    One,
    Two,
}

/// A run of one colour (T.4 §4.1).
fn put(bits: &mut ::fax::VecWriter, white: bool, mut run: usize) {
    use ::fax::BitWriter;
    let table = if white { &::fax::maps::white::ENTRIES } else { &::fax::maps::black::ENTRIES };
    while run >= 64 {
        let part = (run / 64 * 64).min(2_560);
        bits.write(table[63 + part / 64].1).unwrap();
        run -= part;
    }
    bits.write(table[run].1).unwrap();
}

/// A line by the one above it (T.4 §4.2), as far as the standard goes: pass, vertical, horizontal.
fn put_beside(bits: &mut ::fax::VecWriter, above: &[bool], line: &[bool]) {
    use ::fax::{BitWriter, Bits};
    // True is white, and before each line is white. The next dot from `from` on at which a colour begins.
    let begins = |dots: &[bool], from: usize, white: bool| {
        let at = |at: &usize| dots[*at] == white && (*at == 0 || dots[*at - 1] != white) && (*at > 0 || !white);
        (from..dots.len()).find(at).unwrap_or(dots.len())
    };
    let (mut at, mut white, mut first) = (0, true, true);
    while at < line.len() {
        let next = |from: usize| if first { from } else { from + 1 };
        let a1 = (at..line.len()).find(|at| line[*at] != white).unwrap_or(line.len());
        let b1 = begins(above, next(at), !white);
        let b2 = begins(above, b1, white);
        let (data, len) = match a1 as i64 - b1 as i64 {
            _ if b2 < a1 => (0b1, 4),
            0 => (0b1, 1),
            1 => (0b11, 3),
            2 => (0b11, 6),
            3 => (0b11, 7),
            -1 => (0b10, 3),
            -2 => (0b10, 6),
            -3 => (0b10, 7),
            _ => (0b1, 3),
        };
        bits.write(Bits { data, len }).unwrap();
        if b2 < a1 {
            at = b2;
        } else if a1.abs_diff(b1) <= 3 {
            (at, white) = (a1, !white);
        } else {
            let a2 = (a1..line.len()).find(|at| line[*at] == white).unwrap_or(line.len());
            put(bits, white, a1 - at);
            put(bits, !white, a2 - a1);
            at = a2;
        }
        first = false;
    }
}

/// The codes of a fax. Of two dimensions every fourth line is one of one dimension, as at a fine resolution.
fn t4(page: &GrayImage, lines: Lines) -> Vec<u8> {
    use ::fax::{BitWriter, Bits};
    let mut bits = ::fax::VecWriter::new();
    let (mut bytes, mut above) = (Vec::new(), Vec::new());
    let end = |bits: &mut ::fax::VecWriter, one: bool| {
        bits.write(::fax::maps::EOL).unwrap();
        if lines == Lines::Two {
            bits.write(Bits { data: one.into(), len: 1 }).unwrap();
        }
    };
    for (row, dots) in page.rows().enumerate() {
        let dots: Vec<bool> = dots.map(|dot| dot.0[0] > 140).collect();
        let one = lines != Lines::Two || row % 4 == 0;
        if lines != Lines::Bare {
            end(&mut bits, one);
        }
        let (mut white, mut at) = (true, if one { 0 } else { dots.len() });
        while at < dots.len() {
            let run = dots[at..].iter().take_while(|dot| **dot == white).count();
            put(&mut bits, white, run);
            (at, white) = (at + run, !white);
        }
        if !one {
            put_beside(&mut bits, &above, &dots);
        }
        if lines == Lines::Bare {
            bytes.extend(std::mem::replace(&mut bits, ::fax::VecWriter::new()).finish());
        }
        above = dots;
    }
    (0..if lines == Lines::Bare { 0 } else { 6 }).for_each(|_| end(&mut bits, true));
    bytes.extend(bits.finish());
    bytes
}

/// Pages of a fax as TIFF, each one strip, at 204 × 98 dots an inch, of a compression with its options (T4Options).
fn fax_tiff(pages: &[Vec<u8>], [wide, high]: [u32; 2], (compression, options): (u32, u32), reversed: bool) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for page in pages {
        let strip: Vec<u8> = page.iter().map(|byte| if reversed { byte.reverse_bits() } else { *byte }).collect();
        let at = file.len() as u32;
        file.extend([&strip[..], &vec![0; strip.len() % 2]].concat());
        let dots = file.len() as u32;
        file.extend([204u32, 1, 98, 1].iter().flat_map(|word| word.to_le_bytes()));
        let ifd = file.len() as u32;
        file[link..link + 4].copy_from_slice(&ifd.to_le_bytes());
        let order = if reversed { 2 } else { 1 };
        let tags: [(u16, u16, u32); 13] = [
            (256, 4, wide),
            (257, 4, high),
            (258, 3, 1),
            (259, 3, compression),
            (262, 3, 0),
            (266, 3, order),
            (273, 4, at),
            (277, 3, 1),
            (278, 4, high),
            (279, 4, strip.len() as u32),
            (282, 5, dots),
            (283, 5, dots + 8),
            (292, 4, options),
        ];
        file.extend((tags.len() as u16).to_le_bytes());
        for (tag, kind, value) in tags {
            file.extend(
                [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &1u32.to_le_bytes(), &value.to_le_bytes()].concat(),
            );
        }
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

#[test]
fn what_a_fax_machine_makes_is_read_and_seen_group_3_of_both_kinds_and_modified_huffman() {
    let fine = page(&[(TEXT, 1480, 80), (TEXT, 80, 2150)]);
    let coarse = imageops::resize(&fine, 1_728, 1_146, imageops::FilterType::Triangle);
    let [group3, two, bare] = [Lines::One, Lines::Two, Lines::Bare].map(|lines| t4(&coarse, lines));
    // Lines by the line above are what makes it shorter.
    assert!(two.len() * 10 < group3.len() * 9, "{} {}", two.len(), group3.len());
    let size = [1_728, 1_146];
    for (codes, compression, reversed) in [
        (&group3, (3, 0), false),
        (&group3, (3, 0), true),
        (&two, (3, 1), false),
        (&two, (3, 1), true),
        (&bare, (2, 0), false),
    ] {
        let file = fax_tiff(&[codes.clone(), codes.clone()], size, compression, reversed);
        assert_eq!(texts(&file), [[TEXT], [TEXT]], "{compression:?} {reversed}");
        let seen = image::load_from_memory(&picture(&file, 2, 1_600).unwrap()).unwrap().to_luma8();
        assert!(seen.height() > seen.width() && seen.pixels().filter(|dot| dot.0[0] > 200).count() > 1_000_000);
    }
    // The noise of a telephone line costs lines, not the page; strips that lie outside the file are no page.
    for (codes, options) in [(&group3, 0), (&two, 1)] {
        let mut noisy = codes.clone();
        let half = noisy.len() / 2;
        noisy[half..half + 12].fill(0xa5);
        assert_eq!(texts(&fax_tiff(&[noisy], size, (3, options), false)), [[TEXT]], "{options}");
    }
    for (codes, compression, want) in [(vec![], (3, 0), "broken"), (group3, (32_809, 0), "depth")] {
        let mut troubles = Vec::new();
        look(&fax_tiff(&[codes], size, compression, false), |page| troubles.push(page.trouble)).unwrap();
        assert_eq!(troubles, [Some(want.to_owned())]);
    }
}

#[test]
fn pages_of_a_pdf_of_ours_are_read() {
    let mut pack = paper::Pack::new(
        chart::Lang::Ja,
        paper::Head {
            hospital: "美灯町立病院".into(),
            institution: paper::Institution::default(),
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

/// The first page of a form of ours as scanned at 200 dpi, what to ask of it, and pixels a millimetre.
fn form(code: &str) -> (GrayImage, Ask, f32) {
    let moment = chart::Moment(1_635_640_200_000);
    let (hospital, printed_by) = ("美灯町立病院".to_owned(), "山田 花子".to_owned());
    let institution = paper::Institution::default();
    let head = paper::Head { hospital, institution, training: true, made: moment, printed_by, valid_until: moment };
    let mut pack = paper::Pack::new(chart::Lang::Ja, head);
    let pages = pack.form(code, None, &paper::SheetId { number: "2B7301-9-1".into() }).unwrap();
    let jpeg = picture(&pack.finish().unwrap(), 1, 2_339).unwrap();
    let page = image::load_from_memory(&jpeg).unwrap().into_luma8();
    let mm = |mark: &paper::Mark| mark.area.map(|points| points * 25.4 / 72.0);
    let here = || pages.marks.iter().filter(|mark| mark.page == 1);
    let is_code = |mark: &&paper::Mark| mark.kind == paper::MarkKind::Code;
    let boxes = here().filter(|mark| !is_code(mark)).map(|mark| (mark.kind == paper::MarkKind::Digit, mm(mark)));
    let codes = here().filter(is_code).map(mm).collect();
    let ask = Ask { page: 1, ends: "-2B7301-9-1".into(), codes, boxes: boxes.collect() };
    let scale = page.height().max(page.width()) as f32 / 297.0;
    (page, ask, scale)
}

/// A pen's line through points in parts of an area.
fn pen(page: &mut GrayImage, scale: f32, [x, y, wide, high]: [f32; 4], points: &[[f32; 2]]) {
    for two in points.windows(2) {
        for step in 0..=60 {
            let along = step as f32 / 60.0;
            let [px, py] = [0, 1].map(|at| two[0][at] + (two[1][at] - two[0][at]) * along);
            let (left, top) = ((x + px * wide) * scale, (y + py * high) * scale);
            for (dx, dy) in (0..4).flat_map(|dx| (0..4).map(move |dy| (dx, dy))) {
                let (left, top) = (left as u32 + dx - 1, top as u32 + dy - 1);
                if left < page.width() && top < page.height() {
                    page.put_pixel(left, top, Luma([45]));
                }
            }
        }
    }
}

const CHECK: [[f32; 2]; 3] = [[0.15, 0.5], [0.4, 0.85], [1.1, 0.0]];
const SEVEN: [[f32; 2]; 3] = [[0.2, 0.2], [0.75, 0.2], [0.45, 0.85]];

/// Ticks every third box, writes 7 into every second digit box; gives what stands where.
fn filled(page: &mut GrayImage, ask: &Ask, scale: f32) -> Vec<Reading> {
    let fill = |(at, (is_digit, area)): (usize, &(bool, [f32; 4]))| match is_digit {
        true if at % 2 == 0 => {
            pen(page, scale, *area, &SEVEN);
            Reading::Digit(7)
        }
        false if at % 3 == 0 => {
            pen(page, scale, *area, &CHECK);
            Reading::Ticked
        }
        _ => Reading::Empty,
    };
    ask.boxes.iter().enumerate().map(fill).collect()
}

/// How many boxes are read right, wrong, and left to a person.
fn judged(picture: &[u8], ask: &Ask, want: &[Reading]) -> [usize; 3] {
    let seen = boxes(picture, ask).unwrap().expect("its codes");
    let mut counts = [0; 3];
    for (seen, want) in seen.boxes.iter().zip(want) {
        assert_eq!(seen.reading == Reading::Unsure, seen.sure == 0.0, "{seen:?}");
        counts[if seen.reading == Reading::Unsure { 2 } else { usize::from(seen.reading != *want) }] += 1;
    }
    counts
}

/// Turned by a little about its middle, on a darkening drum.
fn skewed(page: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (mid, low) = (page.width() as f32 / 2.0, page.height() as f32 / 2.0);
    GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let (dx, dy) = (x as f32 - mid, y as f32 - low);
        let (from_x, from_y) = (mid + cos * dx + sin * dy, low - sin * dx + cos * dy);
        let is_on = from_x >= 0.0 && from_y >= 0.0 && from_x < page.width() as f32 && from_y < page.height() as f32;
        let value = if is_on { page.get_pixel(from_x as u32, from_y as u32).0[0] } else { 255 };
        Luma([(f32::from(value) * (1.0 - 0.35 * y as f32 / page.height() as f32)) as u8])
    })
}

#[test]
fn boxes_are_read_whichever_way_the_page_lies_and_nothing_is_guessed() {
    for code in ["P7", "P8A", "P9A", "P16H"] {
        let (mut page, ask, scale) = form(code);
        assert!(!ask.boxes.is_empty(), "{code}");
        let want = filled(&mut page, &ask, scale);
        let fax = imageops::resize(&page, page.width() * 3 / 4, page.height() * 3 / 4, imageops::FilterType::Triangle);
        let plain = GrayImage::from_fn(fax.width(), fax.height(), |x, y| {
            Luma([if fax.get_pixel(x, y).0[0] > 140 { 255 } else { 0 }])
        });
        for (how, picture, most_unsure) in [
            ("upright", page.clone(), 5),
            ("upside down", imageops::rotate180(&page), 5),
            ("on its side", imageops::rotate90(&page), 5),
            ("askew and dark", skewed(&page, 2.0), 20),
            ("fax", plain, 35),
        ] {
            let [right, wrong, unsure] = judged(&png(&picture), &ask, &want);
            assert!(wrong == 0 && unsure * 100 <= most_unsure * want.len(), "{code} {how}: {right} {wrong} {unsure}");
        }
    }
}

#[test]
fn what_is_struck_out_or_blackened_is_left_to_a_person_and_one_code_says_less() {
    let (clean, ask, scale) = form("P9A");
    let ticks: Vec<usize> = (0..ask.boxes.len()).filter(|at| !ask.boxes[*at].0).take(3).collect();
    let mut page = clean.clone();
    pen(&mut page, scale, ask.boxes[ticks[0]].1, &CHECK);
    for y in [0.35, 0.65] {
        pen(&mut page, scale, ask.boxes[ticks[0]].1, &[[-0.8, y], [1.8, y]]);
    }
    for y in 0..20 {
        pen(&mut page, scale, ask.boxes[ticks[1]].1, &[[0.05, y as f32 / 20.0], [0.95, y as f32 / 20.0]]);
    }
    pen(&mut page, scale, ask.boxes[ticks[2]].1, &CHECK);
    let both = boxes(&png(&page), &ask).unwrap().unwrap();
    let readings: Vec<Reading> = ticks.iter().map(|at| both.boxes[*at].reading).collect();
    assert_eq!(readings, [Reading::Unsure, Reading::Unsure, Reading::Ticked]);
    // One code is torn off.
    let [x, y, wide, high] = ask.codes[0].map(|mm| (mm * scale) as u32);
    for (x, y) in (x..x + wide).flat_map(|x| (y..y + high).map(move |y| (x, y))) {
        page.put_pixel(x, y, Luma([255]));
    }
    let one = boxes(&png(&page), &ask).unwrap().unwrap();
    assert_eq!((both.codes, one.codes), (2, 1));
    let of = |seen: &BoxesSeen| seen.boxes[ticks[2]];
    assert!(of(&one).reading == Reading::Ticked && of(&one).sure < of(&both).sure, "{:?}", of(&one));
    // Another sheet's boxes are not looked for here, and a white page has none.
    assert_eq!(boxes(&png(&page), &Ask { ends: "-2B7301-9-2".into(), ..ask.clone() }), Ok(None));
    assert_eq!(boxes(&png(&GrayImage::from_pixel(800, 1_100, Luma([250]))), &ask), Ok(None));
}

#[test]
fn a_line_that_comes_from_beside_a_box_is_no_tick_and_no_digit() {
    let (clean, ask, scale) = form("P9A");
    let tail: [[f32; 2]; 2] = [[2.2, 0.2], [0.4, 0.55]];
    for line in [tail, [[0.5, -1.2], [0.55, 0.6]], [[-1.5, 0.4], [2.5, 0.55]]] {
        let mut page = clean.clone();
        ask.boxes.iter().step_by(4).for_each(|(_, area)| pen(&mut page, scale, *area, &line));
        let seen = boxes(&png(&page), &ask).unwrap().unwrap();
        let taken = |seen: &&BoxSeen| matches!(seen.reading, Reading::Ticked | Reading::Digit(_));
        assert_eq!(seen.boxes.iter().filter(taken).count(), 0, "{line:?}");
    }
}
