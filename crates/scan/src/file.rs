//! Pages out of PDF, TIFF, JPEG and PNG.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{DynamicImage, GrayImage, ImageFormat, ImageReader, Limits, RgbImage};
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use crate::fax::Fax;
use crate::{Error, FILE_BYTES_MAX, PIXELS_MAX};

/// Pixels on the longer side of a PDF page: A4 at 200 dpi, at which 15 mm codes are read (ux.md §5.2).
const PDF_SIDE: f32 = 2_339.0;
/// How much one direction of a picture may be finer than the other before it is drawn out: a fax at 204 × 98 dpi is.
const UNEVEN: f64 = 1.2;

/// A file that begins like one we read.
pub(crate) enum File<'a> {
    Pdf(Box<Pdf>),
    Tiff { bytes: &'a [u8], pages: usize },
    Picture { bytes: &'a [u8], format: ImageFormat },
}

/// A page, or a word for why there is none.
type Picture = Result<DynamicImage, &'static str>;

impl<'a> File<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<File<'a>, Error> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Error::TooBig);
        }
        // Some devices put a line of their own before a PDF; readers look for its mark in the first kilobyte.
        if bytes.get(..1024).unwrap_or(bytes).windows(5).any(|five| five == b"%PDF-") {
            return open_pdf(bytes);
        }
        match bytes {
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
                let pages = guarded(|| count_tiff(bytes)).unwrap_or_default();
                if pages == 0 { Err(Error::Broken) } else { Ok(File::Tiff { bytes, pages }) }
            }
            [0xff, 0xd8, ..] => Ok(File::Picture { bytes, format: ImageFormat::Jpeg }),
            [0x89, b'P', b'N', b'G', ..] => Ok(File::Picture { bytes, format: ImageFormat::Png }),
            _ => Err(Error::NotAPicture),
        }
    }

    pub fn pages(&self) -> usize {
        match self {
            File::Pdf(pdf) => pdf.pages().len(),
            File::Tiff { pages, .. } => *pages,
            File::Picture { .. } => 1,
        }
    }

    /// Every page up to a count, one in memory.
    pub fn each(&self, pages: usize, mut see: impl FnMut(usize, Picture)) -> Result<(), Error> {
        for page in 1..=pages {
            self.one(page, |picture| see(page, picture))?;
        }
        Ok(())
    }

    /// One page. A reader that stops on it costs that page alone.
    pub fn one(&self, page: usize, see: impl FnOnce(Picture)) -> Result<(), Error> {
        let at = page.checked_sub(1).filter(|at| *at < self.pages()).ok_or(Error::NoPage)?;
        let picture = guarded(|| match self {
            File::Pdf(pdf) => pdf_page(pdf, at),
            File::Tiff { bytes, .. } => tiff_page(bytes, at),
            File::Picture { bytes, format } => plain(bytes, *format),
        });
        see(picture.unwrap_or(Err("reader_stopped")));
        Ok(())
    }
}

fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn open_pdf<'a>(bytes: &[u8]) -> Result<File<'a>, Error> {
    let pdf = guarded(|| Pdf::new(bytes.to_vec())).unwrap_or(Err(LoadPdfError::Invalid));
    match pdf {
        Ok(pdf) if pdf.pages().is_empty() => Err(Error::Broken),
        Ok(pdf) => Ok(File::Pdf(Box::new(pdf))),
        Err(LoadPdfError::Decryption(_)) => Err(Error::Locked),
        Err(_) => Err(Error::Broken),
    }
}

fn pdf_page(pdf: &Pdf, at: usize) -> Picture {
    let page = pdf.pages().get(at).ok_or("no_page")?;
    let (wide, high) = page.render_dimensions();
    let scale = PDF_SIDE / wide.max(high);
    if !(scale.is_finite() && scale > 0.0 && wide.min(high) * scale >= 1.0) {
        return Err("no_size");
    }
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawn = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (wide, high) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let colours = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    RgbImage::from_raw(wide, high, colours).map(DynamicImage::ImageRgb8).ok_or("broken")
}

fn plain(bytes: &[u8], format: ImageFormat) -> Picture {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let picture = reader.decode().map_err(|_| "broken")?;
    if u64::from(picture.width()) * u64::from(picture.height()) > PIXELS_MAX { Err("too_big") } else { Ok(picture) }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(PIXELS_MAX * 4);
    limits
}

fn count_tiff(bytes: &[u8]) -> usize {
    let Ok(mut decoder) = Decoder::new(Cursor::new(bytes)) else { return 0 };
    let mut pages = 1;
    while pages < crate::PAGES_MAX && decoder.more_images() && decoder.next_image().is_ok() {
        pages += 1;
    }
    pages
}

fn tiff_page(bytes: &[u8], at: usize) -> Picture {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(|_| "broken")?;
    for _ in 0..at {
        decoder.next_image().map_err(|_| "broken")?;
    }
    let (wide, high) = decoder.dimensions().map_err(|_| "broken")?;
    if u64::from(wide) * u64::from(high) > PIXELS_MAX {
        return Err("too_big");
    }
    let dots = [Tag::XResolution, Tag::YResolution].map(|tag| decoder.get_tag(tag).ok().and_then(dots_an_inch));
    let picture = match Fax::of(&mut decoder, high) {
        Some(fax) => fax.page(bytes, wide, high).map(DynamicImage::from).ok_or("broken")?,
        None => drawn(&mut decoder, wide, high)?,
    };
    Ok(match dots {
        [Some(x), Some(y)] if x > y * UNEVEN && y > 0.0 => {
            let stretched = (f64::from(high) * x / y).min(f64::from(high) * 4.0) as u32;
            picture.resize_exact(wide, stretched, image::imageops::FilterType::CatmullRom)
        }
        _ => picture,
    })
}

/// A page that the reader of TIFF decodes by itself.
fn drawn(decoder: &mut Decoder<Cursor<&[u8]>>, wide: u32, high: u32) -> Picture {
    let colours = decoder.colortype().map_err(why)?;
    let DecodingResult::U8(data) = decoder.read_image().map_err(why)? else { return Err("depth") };
    let picture = match colours {
        ColorType::Gray(1) => GrayImage::from_raw(wide, high, bits(&data, wide as usize)).map(DynamicImage::from),
        ColorType::Gray(8) => GrayImage::from_raw(wide, high, data).map(DynamicImage::from),
        ColorType::RGB(8) => RgbImage::from_raw(wide, high, data).map(DynamicImage::from),
        ColorType::RGBA(8) => image::RgbaImage::from_raw(wide, high, data).map(DynamicImage::from),
        ColorType::YCbCr(8) => RgbImage::from_raw(wide, high, rgb(&data)).map(DynamicImage::from),
        _ => return Err("colours"),
    };
    picture.ok_or("broken")
}

/// Whole, but written in a way that we cannot read, is not broken.
fn why(error: TiffError) -> &'static str {
    if matches!(error, TiffError::UnsupportedError(_)) { "depth" } else { "broken" }
}

fn dots_an_inch(value: Value) -> Option<f64> {
    match value {
        Value::Rational(of, by) => Some(f64::from(of) / f64::from(by)).filter(|dots| dots.is_finite()),
        other => other.into_f64().ok(),
    }
}

/// Rows of bits as bytes of gray.
fn bits(data: &[u8], wide: usize) -> Vec<u8> {
    let row = |row: &[u8]| -> Vec<u8> {
        (0..wide).map(|x| if row[x / 8] & (0x80 >> (x % 8)) == 0 { 0 } else { 255 }).collect()
    };
    data.chunks_exact(wide.div_ceil(8).max(1)).flat_map(row).collect()
}

/// ITU-R BT.601, as TIFF 6.0 §21 has it.
fn rgb(data: &[u8]) -> Vec<u8> {
    let pixel = |three: &[u8]| {
        let [y, cb, cr] = [f32::from(three[0]), f32::from(three[1]) - 128.0, f32::from(three[2]) - 128.0];
        [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb].map(|value| value.clamp(0.0, 255.0) as u8)
    };
    data.chunks_exact(3).flat_map(pixel).collect()
}
