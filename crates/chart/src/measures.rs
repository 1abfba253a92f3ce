//! Measured values outside laboratory reports, sorted by what they tell: vital signs, blood type, infection, pregnancy, the rest.

use crate::fact::Measure;
use crate::infection::{asks_pregnancy, is_infection};
use crate::item::{Item, View};
use crate::safety::{is_abo, is_rh};

/// The measures of one record by topic, newest first. Those that tell of infection or pregnancy are read for a mark and stay
/// among the others as sent.
#[derive(Default)]
pub(crate) struct Sorted {
    pub vitals: Vec<Item<Measure>>,
    pub blood: Vec<Item<Measure>>,
    pub infections: Vec<Item<Measure>>,
    pub pregnancy: Vec<Item<Measure>>,
    pub others: Vec<Item<Measure>>,
}

/// JLAC10 analytes of vital signs (NHO profile): pressure, pulse, breathing, temperature, saturation.
const VITAL_CODES: &[&str] = &["9A75", "9A76", "9P30", "9P20", "9P10", "9A77"];
const VITAL_WORDS: &[&str] = &["血圧", "脈拍", "心拍", "呼吸数", "体温", "SpO2", "ＳｐＯ２", "SPO2", "酸素飽和度"];

fn is_vital(item: &Item<Measure>) -> bool {
    let by_code = VITAL_CODES.iter().any(|code| item.item.code.starts_with(code));
    let kind = item.source.kind.to_ascii_uppercase();
    let by_kind = ["OBSERVATIONS", "VITAL", "バイタル", "温度板"].iter().any(|word| kind.contains(word));
    by_code || by_kind || VITAL_WORDS.iter().any(|word| item.item.text.contains(word))
}

/// Sorts all measures that stand.
pub(crate) fn measures(view: &View<'_>) -> Sorted {
    let mut sorted = Sorted::default();
    for item in view.items(|measure: &Measure| measure.at) {
        if asks_pregnancy(&item.item) {
            sorted.pregnancy.push(item.clone());
        } else if is_infection(&item.value) {
            sorted.infections.push(item.clone());
        }
        let topic = match () {
            () if is_abo(&item.value) || is_rh(&item.value) => &mut sorted.blood,
            () if is_vital(&item) => &mut sorted.vitals,
            () => &mut sorted.others,
        };
        topic.push(item);
    }
    sorted
}
