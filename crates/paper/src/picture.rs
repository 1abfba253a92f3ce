//! A picture on a sheet: a JPEG, given to the PDF as it came (PDF 32000 §7.4.8); only its size is read.

use pdf_writer::{Finish, Pdf, Ref};

use crate::canvas::Area;

/// Dots of a side at most: A3 at 1200 an inch.
const SIDE_MOST: u16 = 20_000;

/// A JPEG of one or three colours.
#[derive(Clone, Debug)]
pub struct Picture {
    jpeg: Box<[u8]>,
    wide: u16,
    high: u16,
    grey: bool,
}

impl Picture {
    /// A picture; `None` for what is no JPEG of eight bits and one or three colours (ITU-T T.81 §B.2.2).
    pub fn read(jpeg: Vec<u8>) -> Option<Picture> {
        let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
        loop {
            let [0xff, marker, length @ ..] = rest.first_chunk::<4>()? else { return None };
            let part = rest.get(4..2 + usize::from(u16::from_be_bytes(*length)))?;
            // Frames, of any coding; not the tables and the extension whose markers lie among them.
            if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                let [bits, h1, h0, w1, w0, colours] = *part.first_chunk::<6>()?;
                let (high, wide) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
                let good = bits == 8 && [high, wide].iter().all(|side| (1..=SIDE_MOST).contains(side));
                let grey = match colours {
                    1 => true,
                    3 => false,
                    _ => return None,
                };
                return good.then(|| Picture { jpeg: jpeg.into(), wide, high, grey });
            }
            rest = rest.get(4 + part.len()..)?;
        }
    }

    /// The largest area of its shape within an area, at its upper edge and in the middle.
    pub(crate) fn within(&self, area: Area) -> Area {
        let (wide, high) = (f32::from(self.wide), f32::from(self.high));
        let scale = (area.w / wide).min(area.h / high);
        let (w, h) = (wide * scale, high * scale);
        Area::new(area.x + (area.w - w) / 2.0, area.y, w, h)
    }

    /// Writes it as an object of a PDF.
    pub(crate) fn embed(&self, pdf: &mut Pdf, object: Ref) {
        let mut image = pdf.image_xobject(object, &self.jpeg);
        image.width(self.wide.into()).height(self.high.into()).bits_per_component(8);
        image.filter(pdf_writer::Filter::DctDecode);
        match self.grey {
            true => image.color_space().device_gray(),
            false => image.color_space().device_rgb(),
        }
        image.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Head of a JPEG: a comment, then a frame of this marker, size and number of colours.
    fn jpeg(marker: u8, high: u16, wide: u16, colours: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xfe, 0, 4, b'h', b'i', 0xff, marker, 0, 8, 8];
        bytes.extend([high.to_be_bytes(), wide.to_be_bytes()].concat());
        bytes.push(colours);
        bytes
    }

    #[test]
    fn a_jpeg_says_its_size_and_nothing_else_is_one() {
        for marker in [0xc0, 0xc2] {
            let picture = Picture::read(jpeg(marker, 300, 200, 3)).unwrap();
            let area = picture.within(Area::new(10.0, 20.0, 400.0, 300.0));
            assert_eq!((area.x, area.y, area.w, area.h), (110.0, 20.0, 200.0, 300.0));
        }
        let whole = jpeg(0xc0, 300, 200, 1);
        for end in 0..whole.len() {
            assert!(Picture::read(whole[..end].to_vec()).is_none(), "cut at {end}");
        }
        for bad in [jpeg(0xc4, 300, 200, 1), jpeg(0xc0, 0, 200, 1), jpeg(0xc0, 300, 200, 4), b"%PDF-1.7".to_vec()] {
            assert!(Picture::read(bad).is_none());
        }
    }
}
