//! Paper of a story: printed from the home, spoiled as scanners and pens spoil it, and taken in again.

use std::collections::HashMap;

use andon::sheets::forms::{self, FormOrder};
use andon::sheets::{inbox, pieces, reading};
use chart::{Lang, Moment, PatientId};
use image::{DynamicImage, imageops};

use crate::program::Desk;

/// Sheets on somebody's desk, by the name that the story gives them.
#[derive(Default)]
pub struct Paper {
    sheets: HashMap<String, Vec<DynamicImage>>,
}

/// Who prints and scans in a story.
pub const BY: (&str, &str) = ("医事課", "clerk");

impl Paper {
    /// Prints a form of a patient, or a blank one, and keeps its pages under a name.
    pub fn print(
        &mut self,
        desk: &Desk<'_>,
        form: &str,
        patient: Option<&str>,
        name: &str,
        now: Moment,
    ) -> Result<(), String> {
        let order = FormOrder {
            temporary: false,
            codes: forms::named(form),
            patient: patient.map(|id| PatientId { authority: "story".into(), id: id.into() }),
            copies: 1,
            zpl: false,
            skip: 0,
            specimens: Vec::new(),
            count: 0,
            ward: String::new(),
            lang: Lang::Ja,
            by: (BY.0.into(), BY.1.into()),
        };
        let printed = forms::print_forms(desk.reader, &order, now, desk.write).map_err(|problem| problem.words)?;
        self.keep(name, &printed)
    }

    /// Keeps the pages of what was printed under a name.
    pub fn keep(&mut self, name: &str, printed: &andon::sheets::Printed) -> Result<(), String> {
        let pages = printed.sheets.iter().map(|sheet| sheet.pages).sum::<u32>() as usize;
        let page = |page| {
            let jpeg = scan::picture(&printed.pdf, page, 1_754).map_err(|error| error.to_string())?;
            image::load_from_memory(&jpeg).map_err(|error| error.to_string())
        };
        self.sheets.insert(name.into(), (1..=pages).map(page).collect::<Result<_, String>>()?);
        Ok(())
    }

    /// The scanner sends the first page of a sheet, as it lies and as it is worn: it is on disk when this returns, and nobody
    /// has looked at it.
    pub fn arrive(&self, desk: &Desk<'_>, name: &str, worn: &[&str]) -> Result<(), String> {
        let mut page = self.sheets.get(name).and_then(|pages| pages.first()).ok_or("no such sheet")?.clone();
        for how in worn {
            page = match *how {
                "逆さ" => page.rotate180(),
                "横向き" => page.rotate90(),
                "かすれ" => page.blur(1.2).brighten(25),
                "ファクス" => {
                    let coarse = page.resize_exact(1_080, 1_528, imageops::FilterType::Triangle).into_luma8();
                    let plain = |x, y| image::Luma([if coarse.get_pixel(x, y).0[0] > 150 { 255u8 } else { 0 }]);
                    image::GrayImage::from_fn(1_080, 1_528, plain).into()
                }
                other => return Err(format!("傷み方「{other}」は知りません")),
            };
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        page.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| error.to_string())?;
        let kept = pieces::keep_file(desk.reader, "scan.png", bytes.get_ref(), BY, desk.write);
        kept.map(drop).map_err(|problem| problem.words)
    }
}

/// Everything that was kept is read; a story's station is the built program, whose child reads.
pub fn read(desk: &Desk<'_>) -> Result<(), String> {
    reading::program_is(env!("CARGO_BIN_EXE_andon").into());
    inbox::catch_up(desk.reader, &|_| true, BY, desk.write).map(drop).map_err(|problem| problem.words)
}
