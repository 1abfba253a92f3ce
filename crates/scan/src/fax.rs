//! What fax machines and older copiers make of a page: TIFF 6.0 §10 (Modified Huffman), §11 (Group 3, Group 4), by the same decoder as
//! faxes inside a PDF. A line that is spoilt, as a telephone line spoils it, costs that line; what did not come is white.

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};
use image::{GrayImage, Luma};

use tiff::decoder::Decoder as Tiff;
use tiff::tags::Tag;

/// Tag 292 of TIFF 6.0 §11: bit 0 is two-dimensional coding.
const T4_OPTIONS: u16 = 292;
/// Tag 266, value 2: the first dot of a byte is its lowest bit (TIFF 6.0 §8).
const LOWEST_FIRST: u32 = 2;

/// A page whose strips a fax's code holds: which code, and how its bytes lie.
pub(crate) struct Fax {
    mode: EncodingMode,
    /// Modified Huffman has neither ends of lines nor of pages: lines begin on a byte.
    bare: bool,
    reversed: bool,
    /// Photometric interpretation 1: what the code calls white is black.
    negative: bool,
    rows: u32,
    strips: Vec<(u64, u64)>,
}

impl Fax {
    /// The fax that the page at hand is; `None` for another code, and for Group 4 as everybody writes it, which the reader of TIFF
    /// decodes by itself.
    pub fn of<R: std::io::Read + std::io::Seek>(tiff: &mut Tiff<R>, high: u32) -> Option<Fax> {
        let mut number = |tag: Tag, usual: u32| tiff.find_tag_unsigned::<u32>(tag).ok().flatten().unwrap_or(usual);
        let reversed = number(Tag::FillOrder, 1) == LOWEST_FIRST;
        let two = number(Tag::Unknown(T4_OPTIONS), 0) & 1 == 1;
        let mode = match number(Tag::Compression, 1) {
            3 if two => EncodingMode::Group3_2D,
            2 | 3 => EncodingMode::Group3_1D,
            4 if reversed => EncodingMode::Group4,
            _ => return None,
        };
        let bare = number(Tag::Compression, 1) == 2;
        let negative = number(Tag::PhotometricInterpretation, 0) == 1;
        let rows = number(Tag::RowsPerStrip, high).clamp(1, high.max(1));
        let offsets = tiff.get_tag_u64_vec(Tag::StripOffsets).ok()?;
        let lengths = tiff.get_tag_u64_vec(Tag::StripByteCounts).ok()?;
        Some(Fax { mode, bare, reversed, negative, rows, strips: offsets.into_iter().zip(lengths).collect() })
    }

    /// The page, so wide and so high, out of the file's bytes; `None` when not one line of it is there.
    pub fn page(&self, file: &[u8], wide: u32, high: u32) -> Option<GrayImage> {
        let paper = if self.negative { 0 } else { 255 };
        let mut lines = Lines { page: GrayImage::from_pixel(wide, high, Luma([paper])), at: 0, last: 0, any: false };
        for (at, (offset, length)) in self.strips.iter().enumerate() {
            let first = u32::try_from(at).unwrap_or(u32::MAX).saturating_mul(self.rows);
            let rows = self.rows.min(high.saturating_sub(first));
            let from = usize::try_from(*offset).ok()?;
            let to = from.saturating_add(usize::try_from(*length).ok()?).min(file.len());
            let Some(strip) = file.get(from..to).filter(|strip| rows > 0 && !strip.is_empty()) else { continue };
            (lines.at, lines.last) = (first, first + rows);
            let settings = DecodeSettings {
                columns: wide,
                rows,
                end_of_block: !self.bare,
                end_of_line: false,
                rows_are_byte_aligned: self.bare,
                encoding: self.mode,
                strict: false,
            };
            let turned: Vec<u8> = match self.reversed {
                true => strip.iter().map(|byte| byte.reverse_bits()).collect(),
                false => Vec::new(),
            };
            let strip = if self.reversed { turned.as_slice() } else { strip };
            // What was read before it went wrong is on the page.
            let _ = hayro_ccitt::decode(strip, &mut lines, &mut DecoderContext::new(settings));
        }
        lines.any.then_some(lines.page)
    }
}

/// Lines as they come, drawn from the top of their strip to its end.
struct Lines {
    page: GrayImage,
    at: u32,
    last: u32,
    any: bool,
}

impl Decoder for Lines {
    fn push_row(&mut self, changes: &[u32]) {
        let (wide, row) = (self.page.width(), self.at);
        if row >= self.last {
            return;
        }
        (self.at, self.any) = (row + 1, true);
        for run in changes.chunks(2) {
            let (from, to) = (run.first().copied().unwrap_or(wide), run.get(1).copied().unwrap_or(wide));
            for x in from.min(wide)..to.min(wide) {
                let dot = self.page.get_pixel_mut(x, row);
                *dot = Luma([255 - dot.0[0]]);
            }
        }
    }
}
