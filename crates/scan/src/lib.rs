//! What a scanner's file holds: its pages as pictures, and the QR codes on each. Nothing here knows what a code means.
//!
//! These bytes come from outside (a scanner's share, a stick, a browser), so whoever calls this does so in a child process that has
//! called [`confine`] first: no files, no sockets, bounded memory and time. A file that cannot be read is an error in words, a page that
//! cannot be read is one page ([`PageSeen::trouble`]); neither stops another.

mod boxes;
mod codes;
mod confine;
mod digits;
mod fax;
mod file;
mod place;
#[cfg(test)]
mod tests;

use image::DynamicImage;
use serde::{Deserialize, Serialize};

pub use boxes::{Ask, BoxSeen, BoxesSeen, Reading};
pub use confine::confine;

/// Bytes of a file at most: a hundred pages at 300 dpi in colour, several times over.
pub const FILE_BYTES_MAX: usize = 256 << 20;
/// Pages of a file at most.
pub const PAGES_MAX: usize = 1_000;
/// Pixels of a page at most: A3 at 600 dpi.
pub const PIXELS_MAX: u64 = 75_000_000;

/// A code on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// What it says.
    pub text: String,
    /// Its corners as printed, upper left, upper right, lower left, in pixels of the page as scanned: with them a place on the
    /// printed sheet is found again on the picture.
    pub corners: [[f32; 2]; 3],
}

/// A page that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageSeen {
    /// Page of the file, from 1.
    pub page: usize,
    /// Width and height in pixels; zeros where there is no picture.
    pub size: [u32; 2],
    /// Every code on it, each text once.
    pub codes: Vec<Code>,
    /// Why there is no picture: a stable word.
    pub trouble: Option<String>,
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// More than [`FILE_BYTES_MAX`].
    TooBig,
    /// Neither PDF, TIFF, JPEG nor PNG.
    NotAPicture,
    /// It begins like one and is none.
    Broken,
    /// A PDF with a password.
    Locked,
    /// No such page.
    NoPage,
}

impl Error {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Error::TooBig => "too_big",
            Error::NotAPicture => "not_a_picture",
            Error::Broken => "broken",
            Error::Locked => "locked",
            Error::NoPage => "no_page",
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Error {}

/// Looks at every page of a file in order; gives how many there are.
///
/// # Errors
/// When the file is none that can be read: nothing was seen then.
pub fn look(bytes: &[u8], mut see: impl FnMut(PageSeen)) -> Result<usize, Error> {
    let file = file::File::open(bytes)?;
    let pages = file.pages().min(PAGES_MAX);
    file.each(pages, |page, picture| see(seen(page, picture)))?;
    Ok(pages)
}

fn seen(page: usize, picture: Result<DynamicImage, &'static str>) -> PageSeen {
    match picture {
        Err(trouble) => PageSeen { page, trouble: Some(trouble.to_owned()), ..PageSeen::default() },
        Ok(picture) => {
            let gray = picture.into_luma8();
            PageSeen { page, size: [gray.width(), gray.height()], codes: codes::on(&gray), trouble: None }
        }
    }
}

/// Looks into the boxes of a page; `None` when the page cannot be drawn or none of the codes asked for is on it.
///
/// # Errors
/// [`Error::NoPage`], and when the file is none that can be read.
pub fn boxes(bytes: &[u8], ask: &Ask) -> Result<Option<BoxesSeen>, Error> {
    let mut seen = None;
    file::File::open(bytes)?
        .one(ask.page, |picture| seen = picture.ok().and_then(|picture| boxes::seen(&picture.into_luma8(), ask)))?;
    Ok(seen)
}

/// One page as a JPEG whose longer side has at most so many pixels, for people to look at.
///
/// # Errors
/// [`Error::NoPage`], [`Error::Broken`].
pub fn picture(bytes: &[u8], page: usize, longest: u32) -> Result<Vec<u8>, Error> {
    let file = file::File::open(bytes)?;
    let mut found = Err(Error::NoPage);
    file.one(page, |picture| {
        found = picture.map_err(|_| Error::Broken).and_then(|picture| jpeg(&picture, longest));
    })?;
    found
}

/// Quality of a picture for people: text at 100 dpi is read without effort.
const QUALITY: u8 = 80;

fn jpeg(picture: &DynamicImage, longest: u32) -> Result<Vec<u8>, Error> {
    let side = picture.width().max(picture.height());
    let small = if side > longest { picture.thumbnail(longest, longest) } else { picture.clone() };
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    small.to_rgb8().write_with_encoder(encoder).map_err(|_| Error::Broken)?;
    Ok(bytes)
}
