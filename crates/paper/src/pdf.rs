//! The PDF itself: pages compressed as they are drawn, so that a pack of hundreds takes the memory of its file; at the end the
//! fonts, each with the glyphs that were used. Deliberately small: text, rectangles, lines and filled paths, in greys.

use std::collections::HashMap;

use chart::Lang;
use flate2::{Compress, Compression, FlushCompress, Status};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Ref, Settings, Str, TextStr, XRefFilter};
use subsetter::GlyphRemapper;

use crate::canvas::Area;
use crate::font::{Face, Letter, faces};
use crate::picture::Picture;

#[cfg(test)]
mod tests;

/// A glyph of any of these fonts is this wide, thousandths of an em, unless its font's list says otherwise.
const USUAL_WIDTH: f32 = 1000.0;
/// Glyphs are numbered as they are met; there are no more than of a font.
const SYSTEM: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// Thickness of stems, thousandths of an em: what a viewer would draw by, had the file no glyphs.
const STEM: f32 = 80.0;
/// Objects before those of fonts and pages.
const CATALOG: i32 = 1;
const TREE: i32 = 2;
const INFO: i32 = 3;
const FONTS: i32 = 4;
/// Objects of one font: itself, its glyphs, their description, program, numbers and letters.
const OBJECTS_A_FONT: i32 = 6;

/// A document being made.
pub(crate) struct Document {
    pages: Vec<Done>,
    fonts: Vec<Used>,
    pictures: Vec<Picture>,
    /// The page being drawn, uncompressed.
    page: Vec<u8>,
    compress: Compress,
}

/// A page that is drawn.
struct Done {
    size: (f32, f32),
    content: Box<[u8]>,
}

/// What was used of a font. A glyph that stands for two letters has two numbers, so that either can be copied out of the PDF.
#[derive(Default)]
struct Used {
    numbers: HashMap<(u16, char), u16>,
    letters: Vec<Letter>,
}

impl Used {
    /// The number by which a page names a letter; 0 is the glyph that no letter has.
    fn number(&mut self, letter: &Letter) -> u16 {
        let next = u16::try_from(self.letters.len() + 1).unwrap_or_default();
        *self.numbers.entry((letter.glyph, letter.ch)).or_insert_with(|| {
            self.letters.push(*letter);
            next
        })
    }
}

impl Document {
    pub fn new() -> Document {
        Document {
            pages: Vec::new(),
            fonts: faces().iter().map(|_| Used::default()).collect(),
            pictures: Vec::new(),
            page: Vec::new(),
            compress: Compress::new(Compression::default(), true),
        }
    }

    /// Pages drawn.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Puts the pages from `from` to the end before those from `before` on.
    pub fn put_first(&mut self, before: usize, from: usize) {
        if let (Some(pages), Some(over)) = (self.pages.get_mut(before..), from.checked_sub(before)) {
            pages.rotate_left(over.min(pages.len()));
        }
    }

    /// The next page, drawn by `draw`.
    pub fn page(&mut self, size: (f32, f32), draw: impl FnOnce(&mut Surface<'_>)) {
        self.page.clear();
        let (out, fonts, pictures) = (&mut self.page, &mut self.fonts, &mut self.pictures);
        let mut surface =
            Surface { out, fonts, pictures, height: size.1, text: None, font: None, shade: 0, thick: 1.0 };
        draw(&mut surface);
        surface.end_text();
        let content = packed(&mut self.compress, &self.page).into_boxed_slice();
        self.pages.push(Done { size, content });
    }

    /// The bytes of the document; words why when a font cannot be embedded.
    pub fn finish(mut self, lang: Lang) -> Result<Vec<u8>, String> {
        let room = self.pages.iter().map(|page| page.content.len() + 200).sum::<usize>() + (1 << 20);
        let mut pdf = Pdf::with_settings_and_capacity(Settings { pretty: false }, room);
        let used = self.fonts.iter().filter(|font| !font.letters.is_empty()).count() as i32;
        let pictures = FONTS + used * OBJECTS_A_FONT;
        let first = pictures + self.pictures.len() as i32;
        let page = |at: usize| Ref::new(first + 2 * at as i32);
        let usual = self.pages.first().map_or((0.0, 0.0), |page| page.size);
        pdf.catalog(Ref::new(CATALOG)).pages(Ref::new(TREE)).lang(TextStr(if lang == Lang::Ja { "ja" } else { "en" }));
        pdf.document_info(Ref::new(INFO)).creator(TextStr("Andon"));
        let mut tree = pdf.pages(Ref::new(TREE));
        tree.count(self.pages.len() as i32).kids((0..self.pages.len()).map(page));
        tree.media_box(whole(usual));
        let mut resources = tree.resources();
        let mut named = resources.fonts();
        let mut next = FONTS;
        for (at, _) in self.fonts.iter().enumerate().filter(|(_, font)| !font.letters.is_empty()) {
            named.pair(Name(&name(at as u8)), Ref::new(next));
            next += OBJECTS_A_FONT;
        }
        named.finish();
        let mut named = resources.x_objects();
        for (at, object) in (0..self.pictures.len()).zip(pictures..) {
            named.pair(Name(picture_name(at).as_bytes()), Ref::new(object));
        }
        named.finish();
        resources.finish();
        tree.finish();
        let mut next = FONTS;
        for (font, face) in self.fonts.iter().zip(faces()).filter(|(font, _)| !font.letters.is_empty()) {
            embed(&mut pdf, &mut self.compress, next, font, face)?;
            next += OBJECTS_A_FONT;
        }
        for (picture, object) in self.pictures.iter().zip(pictures..) {
            picture.embed(&mut pdf, Ref::new(object));
        }
        let end = page(self.pages.len());
        for (at, Done { size, content }) in self.pages.drain(..).enumerate() {
            let (this, stream) = (page(at), Ref::new(page(at).get() + 1));
            let mut page = pdf.page(this);
            page.parent(Ref::new(TREE)).contents(stream);
            if size != usual {
                page.media_box(whole(size));
            }
            page.finish();
            pdf.stream(stream, &content).filter(Filter::FlateDecode);
        }
        // The places of objects, compressed: forty bytes less a page.
        let compress = &mut self.compress;
        Ok(pdf.finish_with_xref_stream_and_filter(end, |places| {
            (packed(compress, places), XRefFilter::Single(Filter::FlateDecode))
        }))
    }
}

/// A page of a size from corner to corner.
fn whole((wide, high): (f32, f32)) -> pdf_writer::Rect {
    pdf_writer::Rect::new(0.0, 0.0, wide, high)
}

/// How pages name a font; there are fewer than ten.
fn name(font: u8) -> [u8; 2] {
    [b'F', b'0' + font]
}

/// How pages name a picture.
fn picture_name(at: usize) -> String {
    format!("I{at}")
}

fn packed(compress: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    compress.reset();
    // What cannot be made smaller grows by five bytes in sixteen thousand (RFC 1951 §3.2.4), and a head and a sum.
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 1000 + 64);
    loop {
        let from = compress.total_in() as usize;
        match compress.compress_vec(bytes.get(from..).unwrap_or_default(), &mut out, FlushCompress::Finish) {
            Ok(Status::Ok | Status::BufError) => out.reserve(1 << 10),
            // Compressing has no other error than a stream used wrongly, and this one was set back.
            Ok(Status::StreamEnd) | Err(_) => return out,
        }
    }
}

/// Writes a font with the glyphs that were used, its objects from a number on.
fn embed(pdf: &mut Pdf, compress: &mut Compress, first: i32, used: &Used, face: &Face) -> Result<(), String> {
    let [font, glyphs, about, program, numbers, letters] = std::array::from_fn(|at| Ref::new(first + at as i32));
    let mut kept = GlyphRemapper::new();
    let places: Vec<u16> = used.letters.iter().map(|letter| kept.remap(letter.glyph)).collect();
    let bytes = subsetter::subset(face.bytes, 0, &kept).map_err(|error| format!("{}: {error}", face.name))?;
    let base = format!("{}+{}", tag(&bytes), face.name);
    let base = Name(base.as_bytes());
    pdf.type0_font(font)
        .base_font(base)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(glyphs)
        .to_unicode(letters);
    let mut cid = pdf.cid_font(glyphs);
    cid.subtype(CidFontType::Type2).base_font(base).system_info(SYSTEM).font_descriptor(about);
    cid.default_width(USUAL_WIDTH).cid_to_gid_map_stream(numbers);
    let mut widths = cid.widths();
    let mut at = 1;
    for run in used.letters.chunk_by(|a, b| a.advance == b.advance) {
        let (wide, end) = (run[0].advance * 1000.0, at + run.len() as u16);
        if wide != USUAL_WIDTH {
            widths.same(at, end - 1, wide);
        }
        at = end;
    }
    widths.finish();
    cid.finish();
    let metrics = face.measures();
    let [left, foot, right, head] = metrics.bounds;
    pdf.font_descriptor(about)
        .name(base)
        .flags(FontFlags::SYMBOLIC)
        .bbox(pdf_writer::Rect::new(left, foot, right, head))
        .italic_angle(0.0)
        .ascent(metrics.ascent)
        .descent(metrics.descent)
        .cap_height(metrics.cap_height)
        .stem_v(STEM)
        .font_file2(program);
    let smaller = packed(compress, &bytes);
    pdf.stream(program, &smaller).filter(Filter::FlateDecode).pair(Name(b"Length1"), bytes.len() as i32);
    let map: Vec<u8> = std::iter::once(0).chain(places).flat_map(u16::to_be_bytes).collect();
    pdf.stream(numbers, &packed(compress, &map)).filter(Filter::FlateDecode);
    let mut said = UnicodeCmap::<u16>::new(Name(b"Letters"), SYSTEM);
    for (at, letter) in (1..).zip(&used.letters) {
        said.pair(at, letter.ch);
    }
    pdf.cmap(letters, &packed(compress, &said.finish())).filter(Filter::FlateDecode);
    Ok(())
}

/// Six letters that tell this subset from any other of its font, for printers that keep fonts from job to job (FNV-1a).
fn tag(bytes: &[u8]) -> String {
    let mut hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let mut letter = || {
        let letter = b'A' + (hash % 26) as u8;
        hash /= 26;
        char::from(letter)
    };
    (0..6).map(|_| letter()).collect()
}

/// A page being drawn, in points from its upper left corner. What a page says again and again (font, shade, thickness) is written
/// only when it changes.
pub(crate) struct Surface<'d> {
    out: &'d mut Vec<u8>,
    fonts: &'d mut [Used],
    pictures: &'d mut Vec<Picture>,
    height: f32,
    /// Where the letters before began, tenths of a point, while text goes on (PDF 32000 §9.4: nothing else may be drawn within).
    text: Option<(i32, i32)>,
    font: Option<(u8, f32)>,
    /// Shade of what is filled, thickness of lines: as every page begins.
    shade: u8,
    thick: f32,
}

impl Surface<'_> {
    /// Letters of one font from a point on their base line.
    pub fn letters(&mut self, (x, y): (f32, f32), size: f32, shade: u8, letters: &[Letter]) {
        let Some(first) = letters.first() else { return };
        self.fill_with(shade);
        let (x, y) = (scaled(x, 1), scaled(self.height - y, 1));
        // From letters to letters: steps from line to line are alike, and what is alike compresses.
        let (left, line) = self.text.replace((x, y)).unwrap_or_else(|| {
            self.out.extend(b"BT ");
            (0, 0)
        });
        if self.font != Some((first.font, size)) {
            self.font = Some((first.font, size));
            self.out.push(b'/');
            self.out.extend(name(first.font));
            self.number(size, 2);
            self.out.extend(b" Tf");
        }
        decimal(self.out, x - left, 1);
        decimal(self.out, y - line, 1);
        self.out.extend(b" Td(");
        for letter in letters {
            let number = self.fonts.get_mut(usize::from(first.font)).map_or(0, |font| font.number(letter));
            for byte in number.to_be_bytes() {
                // PDF 32000 §7.3.4.2: these alone are not themselves within brackets.
                match byte {
                    b'(' | b')' | b'\\' => self.out.extend([b'\\', byte]),
                    b'\r' => self.out.extend(b"\\r"),
                    byte => self.out.push(byte),
                }
            }
        }
        self.out.extend(b")Tj\n");
    }

    fn end_text(&mut self) {
        if self.text.take().is_some() {
            self.out.extend(b"ET\n");
        }
    }

    /// A filled area.
    pub fn fill(&mut self, shade: u8, area: &Area) {
        self.end_text();
        self.fill_with(shade);
        self.rectangle(area);
        self.out.extend(b" f\n");
    }

    /// Slanted bars as wide as they are high, as far apart, within the area: one dashed line as thick as the area is high, sheared, since bars
    /// one by one weigh as much as a seventh of the page.
    pub fn stripes(&mut self, area: &Area) {
        self.end_text();
        let bars = (area.w / (2.0 * area.h)).floor().max(1.0);
        self.out.extend(b"q");
        for value in [1.0, 0.0, 1.0, 1.0] {
            self.number(value, 0);
        }
        self.place(area.x, area.bottom());
        self.out.extend(b" cm");
        self.number(area.h, 1);
        self.out.extend(b" w [");
        self.number(area.h, 1);
        self.out.extend(b"] 0 d 0");
        self.number(area.h / 2.0, 1);
        self.out.extend(b" m");
        self.number((2.0 * bars - 1.0) * area.h, 1);
        self.number(area.h / 2.0, 1);
        self.out.extend(b" l S Q\n");
    }

    /// The edges of an area.
    pub fn frame(&mut self, area: &Area, thick: f32) {
        self.end_text();
        self.stroke_with(thick);
        self.rectangle(area);
        self.out.extend(b" S\n");
    }

    /// A line from point to point.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), thick: f32) {
        self.end_text();
        self.stroke_with(thick);
        self.place(from.0, from.1);
        self.out.extend(b" m");
        self.place(to.0, to.1);
        self.out.extend(b" l S\n");
    }

    /// Areas measured in units of their own from a corner down, filled black as one: short numbers for codes of many modules.
    pub fn modules(&mut self, (x, y): (f32, f32), unit: (f32, f32), areas: impl IntoIterator<Item = Area>) {
        self.end_text();
        self.fill_with(0);
        self.out.extend(b"q");
        for value in [unit.0, 0.0, 0.0, -unit.1] {
            self.number(value, 5);
        }
        self.place(x, y);
        self.out.extend(b" cm");
        for area in areas {
            for value in [area.x, area.y, area.w, area.h] {
                self.number(value, 0);
            }
            self.out.extend(b" re");
        }
        self.out.extend(b" f Q\n");
    }

    /// A picture that fills an area.
    pub fn picture(&mut self, area: &Area, picture: &Picture) {
        let name = picture_name(self.pictures.len());
        self.pictures.push(picture.clone());
        self.end_text();
        self.out.extend(b"q");
        for value in [area.w, 0.0, 0.0, area.h] {
            self.number(value, 2);
        }
        self.place(area.x, area.bottom());
        self.out.extend(format!(" cm /{name} Do Q\n").bytes());
    }

    /// Corners to a tenth of a point, a thirtieth of a millimetre: short numbers make a page a fifth smaller, and what met meets.
    fn rectangle(&mut self, area: &Area) {
        let (left, foot) = (scaled(area.x, 1), scaled(self.height - area.bottom(), 1));
        let (right, head) = (scaled(area.right(), 1), scaled(self.height - area.y, 1));
        for value in [left, foot, right - left, head - foot] {
            decimal(self.out, value, 1);
        }
        self.out.extend(b" re");
    }

    fn place(&mut self, x: f32, y: f32) {
        self.number(x, 1);
        self.number(self.height - y, 1);
    }

    fn fill_with(&mut self, shade: u8) {
        if self.shade != shade {
            self.shade = shade;
            self.number(f32::from(shade) / 255.0, 3);
            self.out.extend(b" g ");
        }
    }

    fn stroke_with(&mut self, thick: f32) {
        if self.thick != thick {
            self.thick = thick;
            self.number(thick, 2);
            self.out.extend(b" w");
        }
    }

    fn number(&mut self, value: f32, digits: u32) {
        decimal(self.out, scaled(value, digits), digits);
    }
}

/// A number in units of its last digit.
fn scaled(value: f32, digits: u32) -> i32 {
    (value * 10_i32.pow(digits) as f32).round() as i32
}

/// Writes a space and a number given in units of its last digit, without zeros at its end.
fn decimal(out: &mut Vec<u8>, value: i32, digits: u32) {
    out.extend(if value < 0 { &b" -"[..] } else { b" " });
    let (value, unit) = (value.unsigned_abs(), 10_u32.pow(digits));
    let whole = out.len();
    let mut rest = value / unit;
    while rest > 0 || out.len() == whole {
        out.push(b'0' + (rest % 10) as u8);
        rest /= 10;
    }
    out[whole..].reverse();
    let (mut part, mut unit) = (value % unit, unit);
    if part > 0 {
        out.push(b'.');
    }
    while part > 0 {
        unit /= 10;
        out.push(b'0' + (part / unit) as u8);
        part %= unit;
    }
}
