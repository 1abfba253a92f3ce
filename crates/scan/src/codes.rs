//! The QR codes on a page. All of them, since two patients' codes on one page must be seen; where none is found, the page is looked
//! at again smaller, sharper and plainer, as worn drums, faxes and folds ask for.

use image::GrayImage;
use image::imageops::{self, FilterType};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult};

use crate::Code;

/// Longer sides than this are halved first: finer dots than 300 an inch say nothing more of a code of 15 mm.
const SIDE_MAX: u32 = 4_200;
/// Codes of a page at most: a sheet of labels has two dozen.
const CODES_MAX: usize = 64;

/// Every code, each text once.
pub(crate) fn on(page: &GrayImage) -> Vec<Code> {
    let long = page.width().max(page.height());
    let first = if long > SIDE_MAX { long.div_ceil(SIDE_MAX) as f32 } else { 1.0 };
    let found = seen_at(page, 1.0 / first, Look::Fine);
    if !found.is_empty() {
        return found;
    }
    let again = [
        (0.5 / first, Look::Fine),
        (1.0 / first, Look::Plain),
        (0.5 / first, Look::Plain),
        (0.66 / first, Look::Soft),
        (1.5 / first, Look::Fine),
    ];
    again
        .into_iter()
        .map(|(scale, look)| seen_at(page, scale, look))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
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
    let sized = |side: u32| ((side as f32 * scale).round() as u32).max(1);
    let mut shown = match scale {
        1.0 => page.clone(),
        _ => imageops::resize(page, sized(page.width()), sized(page.height()), FilterType::Triangle),
    };
    if look == Look::Soft {
        shown = imageops::blur(&shown, 1.0);
    }
    let (wide, high) = shown.dimensions();
    let Ok(source) = Luma8LuminanceSource::new(shown.into_raw(), wide, high) else { return Vec::new() };
    let found = match look {
        Look::Plain => decode(GlobalHistogramBinarizer::new(source)),
        _ => decode(HybridBinarizer::new(source)),
    };
    let mut codes: Vec<Code> = Vec::new();
    for code in found.iter().take(CODES_MAX).filter_map(|result| code(result, scale)) {
        if !codes.iter().any(|known| known.text == code.text) {
            codes.push(code);
        }
    }
    codes
}

fn decode<B: Binarizer>(binarizer: B) -> Vec<RXingResult> {
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    QrReader.decode_multiple_with_hints(&mut BinaryBitmap::new(binarizer), &hints).unwrap_or_default()
}

fn code(result: &RXingResult, scale: f32) -> Option<Code> {
    let points = result.getPoints();
    let corner = |at: usize| points.get(at).map(|point| [point.x / scale, point.y / scale]);
    Some(Code { text: result.getText().to_owned(), corners: [corner(0)?, corner(1)?, corner(2)?] })
}
