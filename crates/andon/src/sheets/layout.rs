//! Where the boxes of printed sheets stand, kept with their runs (event 19): what they ask is told once for all sheets that ask the
//! same, their places sheet by sheet, so that a sheet of today is read in ten weeks by a program whose forms look otherwise.

use std::collections::{BTreeMap, BTreeSet};

use paper::{Mark, MarkKind};
use store::Reader;

use super::pieces::scan_id;
use crate::event::{Event, SheetsEvent, ToldBoxes, boxes_item, run_item};
use crate::home::Problem;

/// Tenths of a millimetre in a point.
const TENTHS: f32 = 254.0 / 72.0;
/// Digits of the name of words.
const NAME_DIGITS: usize = 16;

/// What kind of box it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// To be ticked.
    Tick,
    /// For one digit.
    Digit,
    /// A code of ours.
    Code,
}

impl Sort {
    /// `tick` or `digit`; `None` for a code.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Sort::Tick => Some("tick"),
            Sort::Digit => Some("digit"),
            Sort::Code => None,
        }
    }
}

/// Each kind, and its letter as told.
const SORTS: [(Sort, &str); 3] = [(Sort::Tick, "t"), (Sort::Digit, "d"), (Sort::Code, "c")];

/// A box of a sheet, or one of the codes by which boxes are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Page, from 1.
    pub page: i32,
    /// What kind.
    pub sort: Sort,
    /// Its name on its page, e.g. `urgent.yes` or `weight.2`.
    pub name: String,
    /// What is asked, for people.
    pub asks: String,
    /// What a tick means, or what stands behind the digits.
    pub option: String,
    /// Left, top, width, height in tenths of a millimetre.
    pub area: [i32; 4],
}

/// The boxes that can be found again on a picture, with the codes of their pages: none of a page that leaves without a code.
pub fn placed(marks: &[Mark]) -> Vec<Placed> {
    let of = |is_code: bool| {
        let pages = marks.iter().filter(move |mark| (mark.kind == MarkKind::Code) == is_code).map(|mark| mark.page);
        pages.collect::<BTreeSet<usize>>()
    };
    let pages: BTreeSet<usize> = of(true).intersection(&of(false)).copied().collect();
    let plain = |text: &str| text.replace(['\t', '\n'], " ");
    let one = |mark: &Mark| Placed {
        page: i32::try_from(mark.page).unwrap_or(i32::MAX),
        sort: match mark.kind {
            MarkKind::Tick => Sort::Tick,
            MarkKind::Digit => Sort::Digit,
            MarkKind::Code => Sort::Code,
        },
        name: plain(&mark.name),
        asks: plain(&mark.asks),
        option: plain(&mark.option),
        area: mark.area.map(|points| (points * TENTHS).round() as i32),
    };
    marks.iter().filter(|mark| pages.contains(&mark.page)).map(one).collect()
}

/// What boxes ask, a line each: kind, name, what is asked, what it means.
fn words(boxes: &[Placed]) -> String {
    let line = |one: &Placed| {
        let letter = SORTS.iter().find(|(sort, _)| *sort == one.sort).map_or("", |(_, letter)| letter);
        format!("{letter}\t{}\t{}\t{}", one.name, one.asks, one.option)
    };
    boxes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Where boxes stand: of each how far right and below the one before, then width and height and then the page, where these change.
fn places(boxes: &[Placed]) -> String {
    let (mut at, mut size, mut page) = ([0, 0], [0, 0], 0);
    let one = |one: &Placed| {
        let [x, y, wide, high] = one.area;
        let mut said = format!("{},{}", x - at[0], y - at[1]);
        if size != [wide, high] || page != one.page {
            said += &format!(",{wide},{high}");
        }
        if page != one.page {
            said += &format!(",{}", one.page);
        }
        (at, size, page) = ([x, y], [wide, high], one.page);
        said
    };
    boxes.iter().map(one).collect::<Vec<_>>().join(";")
}

/// Both read again; `None` when they are not whole or not of each other.
pub fn read(words: &str, places: &str) -> Option<Vec<Placed>> {
    let (lines, places): (Vec<&str>, Vec<&str>) = (words.split('\n').collect(), places.split(';').collect());
    if lines.len() != places.len() {
        return None;
    }
    let (mut area, mut page) = ([0_i32; 4], 0_i32);
    let mut one = |(line, place): (&str, &str)| {
        let numbers: Vec<i32> = place.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let (dx, dy) = match numbers.as_slice() {
            [dx, dy] => (dx, dy),
            [dx, dy, wide, high, rest @ ..] if rest.len() < 2 => {
                (area[2], area[3]) = (*wide, *high);
                page = rest.first().copied().unwrap_or(page);
                (dx, dy)
            }
            _ => return None,
        };
        (area[0], area[1]) = (area[0].checked_add(*dx)?, area[1].checked_add(*dy)?);
        let fields: Vec<&str> = line.split('\t').collect();
        let [letter, name, asks, option] = fields.as_slice() else { return None };
        let (sort, _) = SORTS.into_iter().find(|(_, known)| known == letter)?;
        let [name, asks, option] = [name, asks, option].map(|text| (*text).to_owned());
        Some(Placed { page, sort, name, asks, option, area })
    };
    lines.into_iter().zip(places).map(&mut one).collect()
}

/// What a run tells of its sheets' boxes: sheets that are alike together, words only where this home does not have them yet.
///
/// # Errors
/// When the store cannot be read.
pub fn told(reader: &Reader, sheets: &[(String, Vec<Placed>)]) -> Result<Vec<ToldBoxes>, Problem> {
    let mut alike: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (number, boxes) in sheets {
        alike.entry((words(boxes), places(boxes))).or_default().push(number.clone());
    }
    let (mut known, mut told) = (BTreeSet::new(), Vec::new());
    for ((words, places), sheets) in alike {
        let of: String = scan_id(words.as_bytes()).chars().take(NAME_DIGITS).collect();
        let again = !known.insert(of.clone()) || said(reader, &of)?.is_some();
        told.push(ToldBoxes { of, words: if again { String::new() } else { words }, places, sheets });
    }
    Ok(told)
}

/// The words of a name, where this home has them.
fn said(reader: &Reader, of: &str) -> Result<Option<String>, Problem> {
    let mut groups = groups(reader, &boxes_item(of))?;
    Ok(groups.find(|one| one.of == of && !one.words.is_empty()).map(|one| one.words))
}

fn groups(reader: &Reader, item: &str) -> Result<impl Iterator<Item = ToldBoxes> + use<>, Problem> {
    let events = reader.events_of(item)?.into_iter().filter_map(|stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Sheets(SheetsEvent::Boxes(told)) => Some(told),
            _ => None,
        }
    });
    Ok(events.flatten())
}

/// The boxes of a sheet by its number; empty for one of which none were told.
///
/// # Errors
/// When the store cannot be read.
pub fn of(reader: &Reader, number: &str) -> Result<Vec<Placed>, Problem> {
    let Some(item) = run_item(number) else { return Ok(Vec::new()) };
    let Some(told) = groups(reader, &item)?.find(|one| one.sheets.iter().any(|sheet| sheet == number)) else {
        return Ok(Vec::new());
    };
    let words = if told.words.is_empty() { said(reader, &told.of)?.unwrap_or_default() } else { told.words };
    Ok(read(&words, &told.places).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_come_back_as_they_stood_and_alike_ones_cost_little() {
        let head = paper::Head {
            institution: paper::Institution::default(),
            hospital: "美灯町立病院".into(),
            training: true,
            made: chart::Moment(1_635_640_200_000),
            printed_by: "山田 花子".into(),
            valid_until: chart::Moment(1_635_640_200_000),
        };
        let mut pack = paper::Pack::new(chart::Lang::Ja, head);
        let (mut forms, mut words_bytes, mut places_bytes) = (0, 0, 0);
        for form in paper::forms() {
            let pages = pack.form(form.code, None, &paper::SheetId { number: "A-1-1".into() }).unwrap();
            let boxes = placed(&pages.marks);
            if boxes.is_empty() {
                continue;
            }
            let (words, places) = (words(&boxes), places(&boxes));
            assert_eq!(read(&words, &places).unwrap(), boxes, "{}", form.code);
            assert_eq!(read(&words, places.split_once(';').unwrap().1), None, "{}", form.code);
            let codes = |page| boxes.iter().filter(|one| one.sort == Sort::Code && one.page == page).count();
            assert!(boxes.iter().all(|one| codes(one.page) == 2), "{}", form.code);
            (forms, words_bytes, places_bytes) = (forms + 1, words_bytes + words.len(), places_bytes + places.len());
        }
        // Told once, and with every run: what sheets are read by stays small beside the sheets.
        assert!(
            forms > 20 && words_bytes < 4_000 * forms && places_bytes < 700 * forms,
            "{forms} {words_bytes} {places_bytes}"
        );
    }
}
