//! The QR codes of pages and labels: what they say, written and read. Only `0-9A-Z-`, so that any scanner that acts as a keyboard
//! types it through a Japanese input method.
//!
//! A page says form, version of the form, page, pages, data time (`YYMMDDhhmm`), patient and number of the sheet:
//! `P10-1-1-2-2111010030-P0004821-2B7301-12-3`. A label says patient, its 照合番号 and the number of the sheet it was printed on.

use chart::{Moment, When};
use qrcode::{Color, EcLevel, QrCode};

use crate::canvas::{Area, MM, Op};

/// Side of a page's code as printed, without the white about it: 15 mm was read at every resolution of a scanner in our trials. A hair
/// more, so that no rounding makes it less.
pub(crate) const SYMBOL: f32 = 15.05 * MM;
/// Modules left white on each side (ISO/IEC 18004).
pub(crate) const QUIET: usize = 4;
/// Modules of a side of the smallest code that a page has (version 2): its white is the widest.
const FEWEST: f32 = 25.0;
/// Widest white about a page's code.
const WHITE: f32 = SYMBOL * QUIET as f32 / FEWEST;
/// From the corner of a page's margins inwards, what its code takes with the white on that side. On the other sides the margins are white.
pub(crate) const SIDE: f32 = SYMBOL + WHITE;
/// Longest payload: more would need more modules than 15 mm hold well (version 4 of a code with a quarter of it spoiled).
pub(crate) const LONGEST: usize = 90;
/// Longest payload of a code that stands by itself, drawn larger: that of a key card, a head and eleven rows of digits (version 7).
const LONG_LONGEST: usize = 178;
/// How the code of a label begins, where that of a page has its form.
const LABEL: &str = "ID";
/// The century of a data time.
const CENTURY: &str = "20";

/// True for what a payload or a sheet number may be made of.
pub(crate) fn is_payload(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(allowed)
}

/// Whom a code names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Named {
    /// Nobody: a blank form, or a sheet of a ward.
    #[default]
    Nobody,
    /// A patient by the number as the EMR sent it.
    Patient(String),
    /// No patient: the header of a batch of so many sheets of paper.
    Batch(u32),
}

/// What the code of a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCode {
    /// Form code, e.g. `P10`.
    pub form: String,
    /// Version of the form's layout.
    pub version: u16,
    /// Page, from 1.
    pub page: u16,
    /// Pages of the sheet.
    pub pages: u16,
    /// Data time of what is printed, to the minute.
    pub data: Moment,
    /// Whose.
    pub named: Named,
    /// Number of the sheet.
    pub number: String,
}

/// What the code of a label says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelCode {
    /// The patient's number.
    pub patient: String,
    /// Number of the sheet it was printed on.
    pub number: String,
}

/// A code of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetCode {
    /// Of a page.
    Page(PageCode),
    /// Of a label.
    Label(LabelCode),
}

impl SheetCode {
    /// Reads what a scanner saw; `None` for a code that is not ours or not whole.
    pub fn read(text: &str) -> Option<SheetCode> {
        if !is_payload(text) {
            return None;
        }
        match text.split_once('-')? {
            (LABEL, rest) => {
                let (patient, rest) = rest.split_once('-')?;
                let (check, number) = rest.split_once('-')?;
                let Named::Patient(patient) = Named::read(patient)? else { return None };
                let right = check_of(&patient) == check && !number.is_empty();
                right.then(|| SheetCode::Label(LabelCode { patient, number: number.into() }))
            }
            _ => PageCode::read(text).map(SheetCode::Page),
        }
    }
}

impl PageCode {
    fn read(text: &str) -> Option<PageCode> {
        let mut parts = text.splitn(7, '-');
        let form = parts.next().filter(|form| !form.is_empty())?.to_owned();
        let mut number = || parts.next()?.parse().ok();
        let (version, page, pages) = (number()?, number()?, number()?);
        let data = read_time(parts.next()?)?;
        let (named, number) = (Named::read(parts.next()?)?, parts.next()?.to_owned());
        let whole = !number.is_empty() && (1..=pages).contains(&page);
        whole.then_some(PageCode { form, version, page, pages, data, named, number })
    }

    /// The payload.
    pub fn text(&self) -> String {
        let PageCode { form, version, page, pages, data, named, number } = self;
        format!("{form}-{version}-{page}-{pages}-{}-{}-{number}", time(*data), named.text())
    }
}

impl LabelCode {
    /// The payload.
    pub fn text(&self) -> String {
        let named = Named::Patient(self.patient.clone()).text();
        format!("{LABEL}-{named}-{}-{}", check_of(&self.patient), self.number)
    }
}

/// The 照合番号 of a patient's number; `0` for a number that can have none.
fn check_of(patient: &str) -> String {
    chart::check_digit::confirmation(patient).unwrap_or_else(|| "0".to_owned())
}

impl Named {
    /// One word without a dash: `P` and the number where it is made of `0-9A-Z`, else `H` and its bytes in hexadecimal.
    fn text(&self) -> String {
        match self {
            Named::Nobody => "N".to_owned(),
            Named::Batch(count) => format!("B{count}"),
            Named::Patient(id) if !id.is_empty() && is_payload(id) && !id.contains('-') => format!("P{id}"),
            Named::Patient(id) => id.bytes().fold("H".to_owned(), |text, byte| format!("{text}{byte:02X}")),
        }
    }

    fn read(text: &str) -> Option<Named> {
        let (sort, rest) = text.split_at_checked(1)?;
        match (sort, rest) {
            ("N", "") => Some(Named::Nobody),
            ("B", count) => Some(Named::Batch(count.parse().ok()?)),
            ("P", id) if !id.is_empty() => Some(Named::Patient(id.to_owned())),
            ("H", hex) if !hex.is_empty() => {
                let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
                let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
                let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?;
                Some(Named::Patient(String::from_utf8(bytes).ok()?))
            }
            _ => None,
        }
    }
}

fn time(at: Moment) -> String {
    at.digits17().get(CENTURY.len()..12).unwrap_or_default().to_owned()
}

fn read_time(text: &str) -> Option<Moment> {
    When::parse(&format!("{CENTURY}{text}")).filter(|_| text.len() == 10).map(|when| when.start)
}

/// The code of a payload with its upper left corner at a point, of a side in points with its quiet zone; `None` for a payload that
/// is none.
pub(crate) fn code_of(payload: &str, x: f32, y: f32, side: f32) -> Option<Op> {
    if is_payload(payload) { drawn(payload, x, y, side) } else { None }
}

/// The code of a key card or of the vault's log: longer than that of a page, and drawn larger. Its words, parted by dashes, are payloads.
pub(crate) fn long_code(payload: &str, x: f32, y: f32, side: f32) -> Option<Op> {
    let parts = payload.split('-');
    if payload.len() <= LONG_LONGEST && parts.into_iter().all(is_payload) { drawn(payload, x, y, side) } else { None }
}

/// Longest payload of a code that says a part of a bundle (version 20).
const BUNDLE_LONGEST: usize = 930;

/// The code of a part of a bundle: made of `0-9A-Z-` as every other, as long as half a millimetre a module allows.
pub(crate) fn bundle_code(payload: &str, x: f32, y: f32, side: f32) -> Option<Op> {
    let allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-';
    if payload.len() <= BUNDLE_LONGEST && payload.bytes().all(allowed) { drawn(payload, x, y, side) } else { None }
}

fn drawn(payload: &str, x: f32, y: f32, side: f32) -> Option<Op> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M).ok()?;
    let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    Some(Op::Code { area: Area::new(x, y, side, side), side: code.width(), dark })
}

/// The code of a page at two of its corners, drawn from one: where the upper left corner of each is, without its white.
pub(crate) fn codes(payload: &str, corners: [(f32, f32); 2]) -> Option<[Op; 2]> {
    let (code, whole) = symbol_of(payload, SYMBOL)?;
    let white = (whole - SYMBOL) / 2.0;
    Some(corners.map(|(x, y)| code.moved(x - white, y - white)))
}

/// A code whose symbol, its white not counted, has a side in points; it stands at the origin, its white from there on.
pub(crate) fn symbol_of(payload: &str, printed: f32) -> Option<(Op, f32)> {
    let Op::Code { side, dark, .. } = code_of(payload, 0.0, 0.0, printed)? else { return None };
    let whole = with_white(printed, side);
    Some((Op::Code { area: Area::new(0.0, 0.0, whole, whole), side, dark }, whole))
}

/// The side of a code with its white, from that without and its modules.
fn with_white(printed: f32, modules: usize) -> f32 {
    printed * (modules + 2 * QUIET) as f32 / modules as f32
}

/// Where a code stands, without its quiet zone.
pub(crate) fn symbol(area: Area, side: usize) -> Area {
    let white = area.w * QUIET as f32 / (side + 2 * QUIET) as f32;
    Area::new(area.x + white, area.y + white, area.w - 2.0 * white, area.h - 2.0 * white)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(named: Named) -> PageCode {
        let data = When::parse("202111010030").unwrap().start;
        PageCode { form: "P10".into(), version: 1, page: 1, pages: 2, data, named, number: "2B7301-12-3".into() }
    }

    #[test]
    fn a_code_says_everything_and_comes_back() {
        assert_eq!(page(Named::Patient("0004821".into())).text(), "P10-1-1-2-2111010030-P0004821-2B7301-12-3");
        for named in [
            Named::Nobody,
            Named::Batch(40),
            Named::Patient("0004821".into()),
            Named::Patient("A-12".into()),
            Named::Patient("旧x".into()),
        ] {
            let page = page(named);
            let text = page.text();
            assert!(is_payload(&text), "{text}");
            assert_eq!(SheetCode::read(&text), Some(SheetCode::Page(page)), "{text}");
        }
        for patient in ["0004821", "A-12", "旧x"] {
            let label = LabelCode { patient: patient.into(), number: "2B7301-12-3".into() };
            assert_eq!(SheetCode::read(&label.text()), Some(SheetCode::Label(label)), "{patient}");
        }
    }

    #[test]
    fn what_is_not_whole_is_no_code() {
        for text in [
            "",
            "P10",
            "https",
            "P10-1-3-2-2111010030-P1-A",
            "P10-1-0-2-2111010030-P1-A",
            "P10-1-1-2-2113010030-P1-A",
            "P10-1-1-2-2111010030-P-A",
            "P10-1-1-2-2111010030-P1-",
            "P10-1-1-2-2111010030-H4-A",
            "P10-1-1-2-2111010030-X1-A",
            "p10-1-1-2-2111010030-P1-A",
            // The right check of 0004821 is another.
            "ID-P0004821-00-A",
            "ID-N-00-A",
        ] {
            assert_eq!(SheetCode::read(text), None, "{text}");
        }
    }

    #[test]
    fn only_what_any_scanner_types_is_a_payload_and_modules_are_large_enough() {
        for (text, ok) in [("P4-A1-000123-1-2", true), ("", false), ("p4", false), ("P4 1", false), ("Ｐ４", false)] {
            assert_eq!(codes(text, [(0.0, 0.0); 2]).is_some(), ok, "{text}");
        }
        assert!(!is_payload(&"A".repeat(LONGEST + 1)));
        // What a page says is never shorter: form, version, page, pages, time, nobody, number.
        for (text, modules) in [("P4-1-1-1-2110200000-N-A".to_owned(), FEWEST), ("A".repeat(LONGEST), 33.0)] {
            let Some([Op::Code { area, side, .. }, _]) = codes(&text, [(90.0, 40.0); 2]) else { panic!() };
            let printed = symbol(area, side);
            assert_eq!(side as f32, modules, "{text}");
            assert!((printed.x - 90.0).abs() < 0.01 && printed.w >= 15.0 * MM && printed.h >= 15.0 * MM, "{printed:?}");
            // Its white too lies within what is kept free for it.
            assert!(area.right() <= 90.0 + SIDE + 0.01 && area.bottom() <= 40.0 + SIDE + 0.01, "{area:?}");
            // Five dots of a 300 dpi scanner a module.
            assert!(printed.w / side as f32 >= 5.0 * 72.0 / 300.0, "{side}");
        }
    }
}
