//! Suggestions as a person compares them with the paper: slot by slot in the order of the form, each with its piece of the picture.
//! Pure.

use super::suggest::{Suggested, Suggestion};
use crate::text::Words;

/// Around a slot's boxes on its piece of the picture, mm; at the right a tick's words follow.
const AROUND: f32 = 2.5;
/// The same at the right of a tick.
const BEHIND: f32 = 22.0;
/// The longer side of A3, mm: no piece is longer.
const PAGE: f32 = 420.0;
/// Pixels of a millimetre on the screen: as large as on paper.
const PIXELS: f32 = 3.8;

/// A slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// What it asks.
    pub label: String,
    /// What seems to stand there, in words.
    pub said: String,
    /// True when a person must look.
    pub unsure: bool,
    /// Where it is on the printed page, mm: left, top, width, height, as an SVG's view box.
    pub view: String,
    /// Width and height of the piece on the screen, pixels.
    pub size: [u32; 2],
}

/// Suggestions of a page, to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Slots {
    /// The slots.
    pub slots: Vec<Slot>,
    /// From pixels of the picture to mm of the page, as an SVG's matrix.
    pub matrix: String,
    /// Width and height of the picture, pixels.
    pub size: [u32; 2],
    /// True when one code alone was found.
    pub one_code: bool,
    /// How many slots a person must look at.
    pub unsure: usize,
}

/// Puts suggestions together by slots; `None` where the picture has no extent.
pub fn slots(suggested: &Suggested, t: Words) -> Option<Slots> {
    let of_slot = |one: &Suggestion, other: &Suggestion| one.label == other.label && stem(one) == stem(other);
    let slots: Vec<Slot> = suggested.boxes.chunk_by(of_slot).map(|boxes| slot(boxes, t)).collect();
    let unsure = slots.iter().filter(|slot| slot.unsure).count();
    let (matrix, size) = (matrix(suggested.place)?, suggested.size);
    Some(Slots { slots, matrix, size, one_code: suggested.codes < 2, unsure })
}

/// The name of a box without its last part.
fn stem(one: &Suggestion) -> &str {
    one.name.rsplit_once('.').map_or(one.name.as_str(), |(stem, _)| stem)
}

fn slot(boxes: &[Suggestion], t: Words) -> Slot {
    let word = |one: &Suggestion| match (one.kind, one.value.as_deref()) {
        ("tick", Some("ticked")) => Some(format!("☑ {}", one.option)),
        ("tick", Some(_)) => None,
        ("tick", None) => Some(t.with("scan-box-look", one.option.as_str())),
        (_, Some("empty")) => Some("␣".to_owned()),
        (_, Some(digit)) => Some(digit.to_owned()),
        (_, None) => Some("？".to_owned()),
    };
    let is_digits = boxes.iter().all(|one| one.kind == "digit");
    let words: Vec<String> = boxes.iter().filter_map(word).collect();
    let blank = words.iter().all(|word| word == "␣");
    let said = if blank { t.text("scan-box-empty") } else { words.join(if is_digits { "" } else { "　" }) };
    let least = |of: fn(&[f32; 4]) -> f32| boxes.iter().map(|one| of(&one.area)).fold(PAGE, f32::min);
    let most = |of: fn(&[f32; 4]) -> f32| boxes.iter().map(|one| of(&one.area)).fold(0.0, f32::max);
    let (left, top) = ((least(|area| area[0]) - AROUND).max(0.0), (least(|area| area[1]) - AROUND).max(0.0));
    let behind = if is_digits { AROUND } else { BEHIND };
    let right = (most(|area| area[0] + area[2]) + behind).min(PAGE);
    let low = (most(|area| area[1] + area[3]) + AROUND).min(PAGE);
    let [wide, high] = [(right - left).max(1.0), (low - top).max(1.0)];
    let first = boxes.first().map_or("", |one| one.label.as_str());
    let label = match first {
        "" => boxes.first().map_or_else(String::new, |one| one.option.clone()),
        label => label.to_owned(),
    };
    Slot {
        label,
        said,
        unsure: boxes.iter().any(|one| one.value.is_none()),
        view: format!("{left:.1} {top:.1} {wide:.1} {high:.1}"),
        size: [wide, high].map(|mm| (mm * PIXELS) as u32),
    }
}

/// The other way round than a picture is looked at: pixels to mm.
fn matrix([a, b, c, d, e, f]: [f32; 6]) -> Option<String> {
    let det = a * e - b * d;
    let [ia, ib, id, ie] = [e / det, -b / det, -d / det, a / det];
    let (ic, back) = (-(ia * c + ib * f), -(id * c + ie * f));
    // No minus before a nought.
    let all = [ia, id, ib, ie, ic, back];
    all.iter().all(|value| value.is_finite()).then(|| all.map(|value| format!("{:.6}", value + 0.0)).join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn one(name: &str, kind: &'static str, option: &str, value: Option<&str>) -> Suggestion {
        Suggestion {
            name: name.into(),
            kind,
            label: "至急".into(),
            option: option.into(),
            value: value.map(str::to_owned),
            sure: 1.0,
            area: [10.0, 20.0, 4.0, 4.0],
        }
    }

    #[test]
    fn a_slot_says_what_was_ticked_and_what_a_person_must_look_at() {
        let boxes = vec![
            one("urgent.yes", "tick", "はい", Some("ticked")),
            one("urgent.no", "tick", "いいえ", Some("empty")),
            one("weight.1", "digit", "kg", Some("5")),
            one("weight.2", "digit", "kg", None),
            one("height.1", "digit", "cm", Some("empty")),
        ];
        let place = [2.0, 0.0, 100.0, 0.0, 4.0, 200.0];
        let slots = slots(&Suggested { place, size: [100, 200], codes: 2, boxes }, Words::of(Lang::Ja)).unwrap();
        let said: Vec<(&str, bool)> = slots.slots.iter().map(|slot| (slot.said.as_str(), slot.unsure)).collect();
        assert_eq!(said, [("☑ はい", false), ("5？", true), ("空欄", false)]);
        assert_eq!((slots.unsure, slots.one_code), (1, false));
        assert_eq!(slots.matrix, "0.500000 0.000000 0.000000 0.250000 -50.000000 -50.000000");
        assert_eq!(slots.slots[0].view, "7.5 17.5 28.5 9.0");
        assert_eq!(matrix([0.0; 6]), None);
    }
}
