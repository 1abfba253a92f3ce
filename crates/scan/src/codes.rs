//! The QR codes on a page. All of them, since two patients' codes on one page must be seen; where none is found, the page is looked
//! at again smaller and plainer, and its corners finer, as worn drums, faxes and folds ask for.

use std::borrow::Cow;
use std::collections::HashSet;

use image::GrayImage;
use image::imageops::{self, FilterType};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult};

use crate::Code;

/// The longer side at the first look, that of A4 at 200 dpi, at which pages of a PDF are drawn too: finer dots say nothing more of
/// a code of 15 mm, and a page of 300 dpi costs less than half of what it would.
const SIDE_FIRST: u32 = 2_339;
/// Codes of a page at most: a sheet of labels has two dozen.
const CODES_MAX: usize = 64;
/// How much of a side a corner is, where our codes stand: 15 mm in 26 mm, turned by five degrees, on a page scanned with a rim.
const CORNER: f32 = 0.3;

/// Every code, each text once.
pub(crate) fn on(page: &GrayImage) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    for code in all_on(page) {
        if !codes.iter().any(|known| known.text == code.text) {
            codes.push(code);
        }
    }
    codes
}

/// Every code at every place.
pub(crate) fn all_on(page: &GrayImage) -> Vec<Code> {
    let first = (SIDE_FIRST as f32 / page.width().max(page.height()) as f32).min(1.0);
    let shown = if first < 1.0 { Cow::Owned(sized(page, first)) } else { Cow::Borrowed(page) };
    let looks = [(1.0, Look::Fine), (0.5, Look::Fine), (1.0, Look::Plain), (0.5, Look::Plain)];
    let mut tries = looks.into_iter().map(|(scale, look)| seen_at(&shown, scale, look));
    let found = tries.find(|found| !found.is_empty()).or_else(|| in_corners(&shown)).unwrap_or_default();
    let whole = |code: Code| Code { corners: code.corners.map(|corner| corner.map(|at| at / first)), ..code };
    found.into_iter().map(whole).collect()
}

/// Codes in the corners of a page on which none was seen: smoothed and drawn larger.
fn in_corners(page: &GrayImage) -> Option<Vec<Code>> {
    let [wide, high] = [page.width(), page.height()].map(|side| (side as f32 * CORNER) as u32);
    let corners =
        [(0, 0), (page.width() - wide, 0), (0, page.height() - high), (page.width() - wide, page.height() - high)];
    let looks = [(0.66, Look::Soft), (1.5, Look::Fine)];
    looks
        .into_iter()
        .map(|(scale, look)| {
            let moved = |mut code: Code, (x, y): (u32, u32)| {
                code.corners = code.corners.map(|[left, top]| [left + x as f32, top + y as f32]);
                code
            };
            let at = |(x, y): (u32, u32)| {
                let part = imageops::crop_imm(page, x, y, wide, high).to_image();
                seen_at(&part, scale, look).into_iter().map(move |code| moved(code, (x, y)))
            };
            corners.into_iter().flat_map(at).collect::<Vec<Code>>()
        })
        .find(|found| !found.is_empty())
}

/// How a page is turned into black and white.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    /// By its surroundings: uneven light, grey paper.
    Fine,
    /// By one threshold: what was black and white before.
    Plain,
    /// Smoothed first: coarse noise.
    Soft,
}

fn seen_at(page: &GrayImage, scale: f32, look: Look) -> Vec<Code> {
    let mut shown = sized(page, scale);
    if look == Look::Soft {
        shown = imageops::blur(&shown, 1.0);
    }
    let (wide, high) = shown.dimensions();
    let Ok(source) = Luma8LuminanceSource::new(shown.into_raw(), wide, high) else { return Vec::new() };
    let found = match look {
        Look::Plain => decode(GlobalHistogramBinarizer::new(source)),
        _ => decode(HybridBinarizer::new(source)),
    };
    found.iter().take(CODES_MAX).filter_map(|result| code(result, scale)).collect()
}

fn sized(page: &GrayImage, scale: f32) -> GrayImage {
    let [wide, high] = [page.width(), page.height()].map(|side| ((side as f32 * scale).round() as u32).max(1));
    match scale {
        1.0 => page.clone(),
        _ if scale < 1.0 => smaller(page, wide, high),
        _ => imageops::resize(page, wide, high, FilterType::Triangle),
    }
}

/// The page with fewer dots, each the mean of what it covers: the general one of `image` takes longer than finding the codes.
fn smaller(page: &GrayImage, wide: u32, high: u32) -> GrayImage {
    let (columns, rows) = (parts(page.width(), wide), parts(page.height(), high));
    let (mut line, mut sums) = (vec![0_u32; wide as usize + 1], vec![0_u32; wide as usize * (high as usize + 1)]);
    for (row, (at, share)) in page.as_raw().chunks_exact(page.width() as usize).zip(rows) {
        line.fill(0);
        for (dot, (column, share)) in row.iter().zip(&columns) {
            if let Some([one, next]) = line.get_mut(*column..*column + 2) {
                *one += u32::from(*dot) * share;
                *next += u32::from(*dot) * (WHOLE - share);
            }
        }
        let into = sums.get_mut(at * wide as usize..(at + 2) * wide as usize).unwrap_or_default();
        let (one, next) = into.split_at_mut(wide as usize);
        one.iter_mut().zip(&line).for_each(|(sum, dot)| *sum += dot * share / WHOLE);
        next.iter_mut().zip(&line).for_each(|(sum, dot)| *sum += dot * (WHOLE - share) / WHOLE);
    }
    let covered = (WHOLE as f32) * (page.width() as f32 / wide as f32) * (page.height() as f32 / high as f32);
    let dots = sums.iter().take(wide as usize * high as usize).map(|sum| (*sum as f32 / covered + 0.5) as u8).collect();
    GrayImage::from_raw(wide, high, dots).unwrap_or_default()
}

/// All of a dot, in its parts.
const WHOLE: u32 = 256;

/// For each dot of a side the dot of the shorter side that it falls into, and how much of it; the rest falls into the next.
fn parts(from: u32, to: u32) -> Vec<(usize, u32)> {
    let step = to as f32 / from as f32;
    let part = |at: u32| {
        let begins = at as f32 * step;
        let into = (begins as u32).min(to - 1);
        let share = ((into as f32 + 1.0 - begins) / step).min(1.0);
        (into as usize, (share * WHOLE as f32) as u32)
    };
    (0..from).map(part).collect()
}

fn decode<B: Binarizer>(binarizer: B) -> Vec<RXingResult> {
    // QR alone: else every spot that looks like a finder is tried as a Micro QR and an rMQR code too, most of the time on a page of text.
    let formats = HashSet::from([BarcodeFormat::QR_CODE]);
    let hints = DecodeHints { TryHarder: Some(true), PossibleFormats: Some(formats), ..DecodeHints::default() };
    QrReader.decode_multiple_with_hints(&mut BinaryBitmap::new(binarizer), &hints).unwrap_or_default()
}

fn code(result: &RXingResult, scale: f32) -> Option<Code> {
    let points = result.getPoints();
    let corner = |at: usize| points.get(at).map(|point| [point.x / scale, point.y / scale]);
    Some(Code { text: result.getText().to_owned(), corners: [corner(0)?, corner(1)?, corner(2)?] })
}
