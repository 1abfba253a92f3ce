//! ZPL II for label printers: each label is one picture (^GF), drawn here, so that the printer needs no Japanese font and prints what
//! the sheet of labels shows. 203 dots an inch, which every such printer has.

use super::raster::{Bitmap, bitmap};
use crate::Pages;
use crate::canvas::{MM, Page};

/// Dots a millimetre: what is sold as 203 dots an inch.
const DOTS: f32 = 8.0;

/// Labels for a label printer.
#[derive(Clone, Debug)]
pub struct Zpl {
    /// What is sent to the printer: ASCII, a format (^XA … ^XZ) a label, equal ones as one with their count (^PQ).
    pub text: String,
    /// What was made, as of a sheet of labels; `count` is that of the labels.
    pub pages: Pages,
}

/// The formats of labels; turned by a quarter for bands, which are printed along the roll.
pub(super) fn text(labels: &[(Page, usize)], turned: bool) -> String {
    let mut text = String::new();
    for (label, count) in labels {
        let map = bitmap(label, DOTS / MM);
        let map = if turned { map.turned() } else { map };
        text += &format!("^XA^PW{}^LL{}^LH0,0^FO0,0{}^PQ{count}^XZ\n", map.wide, map.high, graphic(&map));
    }
    text
}

/// A ^GF field in hexadecimal: `,` for a row that is white from here on, `:` for a row like the one above (ZPL II Programming Guide,
/// alternative data compression).
fn graphic(map: &Bitmap) -> String {
    let bytes = map.wide.div_ceil(8);
    let total = bytes * map.high;
    let mut field = format!("^GFA,{total},{total},{bytes},");
    let mut above = String::new();
    for y in 0..map.high {
        let byte = |at: usize| (0..8).fold(0u8, |byte, bit| byte << 1 | u8::from(map.at(at * 8 + bit, y)));
        let row: String = (0..bytes).map(|at| format!("{:02X}", byte(at))).collect();
        let short = row.trim_end_matches('0');
        match () {
            () if row == above => field.push(':'),
            () if short.len() < row.len() => {
                field.push_str(short);
                field.push(',');
            }
            () => field.push_str(&row),
        }
        above = row;
    }
    field + "^FS"
}
