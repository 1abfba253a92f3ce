//! The QR code of a page: what sheet, which page of it. Only `0-9A-Z-`, so that any scanner that acts as a keyboard types it
//! through a Japanese input method.

use qrcode::{Color, EcLevel, QrCode};

use crate::canvas::{Area, MM, Op};

/// Side with the quiet zone: 15 mm was read at every resolution of a scanner in our trials; a little more for a worn drum.
pub(crate) const SIDE: f32 = 17.0 * MM;
/// Modules left white on each side (ISO/IEC 18004).
pub(crate) const QUIET: usize = 4;
/// Longest payload: `P4-` and a number, page and pages. Longer ones would need more modules than 15 mm hold well.
pub(crate) const LONGEST: usize = 60;

/// True for what a payload or a sheet number may be made of.
pub(crate) fn is_payload(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(allowed)
}

/// The code of a payload with its upper left corner at a point; `None` for a payload that is none.
pub(crate) fn code(payload: &str, x: f32, y: f32) -> Option<Op> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M).ok().filter(|_| is_payload(payload))?;
    let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    Some(Op::Code { area: Area::new(x, y, SIDE, SIDE), side: code.width(), dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_any_scanner_types_is_a_payload_and_modules_are_large_enough() {
        for (text, ok) in [("P4-A1-000123-1-2", true), ("", false), ("p4", false), ("P4 1", false), ("Ｐ４", false)] {
            assert_eq!(code(text, 0.0, 0.0).is_some(), ok, "{text}");
        }
        assert!(!is_payload(&"A".repeat(LONGEST + 1)));
        let Some(Op::Code { area, side, .. }) = code(&"A".repeat(LONGEST), 0.0, 0.0) else { panic!() };
        // Four dots of a 300 dpi scanner a module.
        assert!(area.w / (side + 2 * QUIET) as f32 >= 4.0 * 72.0 / 300.0, "{side}");
    }
}
