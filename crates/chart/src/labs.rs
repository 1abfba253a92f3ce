//! Laboratory: results by item with their trend, cultures with susceptibility, and what was asked for.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::fact::{Coded, Lab};
use crate::fold::fold_kana;
use crate::item::{Item, View};

/// One item of the laboratory over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabSeries {
    /// The name shown, as the newest result sends it.
    pub name: String,
    /// The item of the newest result, as sent.
    pub item: Coded,
    /// The specimen of the newest result.
    pub specimen: Arc<Coded>,
    /// The newest result.
    pub latest: Item<Lab>,
    /// The results before it, newest first.
    pub previous: Vec<Item<Lab>>,
    /// True when results came in more than one unit, so that a trend would mislead.
    pub units_differ: bool,
}

impl LabSeries {
    /// All results, newest first.
    pub fn results(&self) -> impl Iterator<Item = &Item<Lab>> {
        std::iter::once(&self.latest).chain(&self.previous)
    }
}

/// One organism of a culture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Isolate {
    /// The row that names it.
    pub organism: Item<Lab>,
    /// Rows that share its OBX-4: quantity and remarks.
    pub quantity: Vec<Item<Lab>>,
    /// Susceptibility rows whose OBR-26 names it.
    pub susceptibilities: Vec<Item<Lab>>,
}

/// One culture: what grew from one specimen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Culture {
    /// Order number.
    pub number: String,
    /// 材料
    pub specimen: Arc<Coded>,
    /// What grew.
    pub isolates: Vec<Isolate>,
    /// Rows that belong to no organism by OBX-4 or OBR-26: smears, "no growth", susceptibilities without a parent.
    pub others: Vec<Item<Lab>>,
}

/// Microbiology: JLAC10 analytes that begin with 6, or the words of the trade.
fn is_microbiology(lab: &Lab) -> bool {
    let by_code = |coded: &Coded| {
        let code = coded.code.as_bytes();
        coded.system.contains("JC10") && code.first() == Some(&b'6') && code.get(1).is_some_and(u8::is_ascii_alphabetic)
    };
    let words = ["培養", "同定", "感受性", "菌名", "菌量", "塗抹"];
    // One look at the letters they begin with spares six for most items.
    let by_word = |coded: &Coded| {
        coded.text.contains(['培', '同', '感', '菌', '塗']) && words.iter().any(|word| coded.text.contains(word))
    };
    [&lab.item, &lab.group].into_iter().any(|coded| by_code(coded) || by_word(coded)) || !lab.parent_result.is_empty()
}

/// Results newest first: by when the sample was taken, then a correction or final before what it replaces.
fn sorted(view: &View<'_>) -> Vec<Item<Lab>> {
    let mut items = view.items(|lab: &Lab| lab.collected.or(lab.reported));
    let settled = |status: &str| match status {
        "C" => 0,
        "F" | "" => 1,
        "P" | "S" | "R" => 2,
        _ => 3,
    };
    items.sort_by_cached_key(|item| {
        let taken = item.time.map(|time| time.start);
        (Reverse(taken), settled(&item.status), Reverse(item.reported.map(|time| time.start)))
    });
    items
}

/// What makes two results one series: code and system, else the text; the specimen unless the code holds it (JLAC10).
fn series_key(lab: &Lab) -> (Cow<'_, str>, &str, String) {
    let specimen = || fold_kana(lab.specimen.shown());
    match (lab.item.code.is_empty(), lab.item.system.contains("JC10")) {
        (false, true) => (Cow::from(&lab.item.code), "JC10", String::new()),
        (false, false) => (Cow::from(&lab.item.code), &lab.item.system, specimen()),
        _ => (Cow::from(fold_kana(&lab.item.text)), "", specimen()),
    }
}

/// The laboratory: results by item, and cultures.
pub(crate) fn laboratory(view: &View<'_>) -> (Vec<LabSeries>, Vec<Culture>) {
    let (cultures, others) = sorted(view).into_iter().partition(|item| is_microbiology(&item.value));
    (series(others), microbiology(cultures))
}

/// Results by item, the item measured last first; within one time in the sender's order.
fn series(results: Vec<Item<Lab>>) -> Vec<LabSeries> {
    let values: Vec<Arc<Lab>> = results.iter().map(|item| Arc::clone(&item.value)).collect();
    let mut places: HashMap<_, usize> = HashMap::new();
    let mut series: Vec<LabSeries> = Vec::new();
    for (item, value) in results.into_iter().zip(&values) {
        let place = *places.entry(series_key(value)).or_insert(series.len());
        match series.get_mut(place) {
            Some(known) => {
                let (unit, latest) = (item.unit.shown(), known.latest.unit.shown());
                known.units_differ |= unit != latest && fold_kana(unit) != fold_kana(latest);
                known.previous.push(item);
            }
            None => {
                let (name, coded, specimen) = (item.item.shown().to_owned(), item.item.clone(), item.specimen.clone());
                let (previous, units_differ) = (Vec::new(), false);
                series.push(LabSeries { name, item: coded, specimen, latest: item, previous, units_differ });
            }
        }
    }
    series
}

/// A row that names an organism: a coded value, or an item that says 同定 or 菌名.
fn names_organism(lab: &Lab) -> bool {
    let item = &lab.item.text;
    let named = ["同定", "菌名", "培養"].iter().any(|word| item.contains(word)) && !item.contains("菌量");
    lab.parent_result.is_empty() && (lab.coded.is_some() || named)
}

/// The words of an organism row by which OBR-26 may name it.
fn is_parent(parent: &str, isolate: &Isolate) -> bool {
    let organism = &isolate.organism.value;
    let mut parts = parent.split(['^', '|', '~']);
    let sub_id = parts.nth(1).unwrap_or(parent);
    let text = fold_kana(organism.coded.as_ref().map_or(organism.value.as_str(), |coded| coded.shown()));
    let by_id = !organism.sub_id.is_empty() && (sub_id == organism.sub_id || parent == organism.sub_id);
    by_id || (!text.is_empty() && fold_kana(parent).contains(&text))
}

/// Cultures, newest first: organisms with the rows that share their OBX-4, and susceptibilities by parent (OBR-26).
fn microbiology(results: Vec<Item<Lab>>) -> Vec<Culture> {
    let mut cultures: Vec<(String, Culture, Vec<Item<Lab>>)> = Vec::new();
    for item in results {
        let number = item.order.number.clone();
        let alone =
            if number.is_empty() { format!("{}#{}", item.source.source, item.source.position) } else { String::new() };
        let key = format!("{number}\u{0}{alone}");
        match cultures.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, _, rows)) => rows.push(item),
            None => {
                let culture =
                    Culture { number, specimen: item.specimen.clone(), isolates: Vec::new(), others: Vec::new() };
                cultures.push((key, culture, vec![item]));
            }
        }
    }
    cultures.into_iter().map(|(_, culture, rows)| arranged(culture, rows)).collect()
}

fn arranged(mut culture: Culture, rows: Vec<Item<Lab>>) -> Culture {
    let (mut rest, mut children) = (Vec::new(), Vec::new());
    for row in rows {
        let known = culture.isolates.iter().any(|isolate| {
            !row.sub_id.is_empty() && isolate.organism.sub_id == row.sub_id && isolate.organism.item == row.item
        });
        if !row.parent_result.is_empty() {
            children.push(row);
        } else if names_organism(&row.value) && !known {
            culture.isolates.push(Isolate { organism: row, quantity: Vec::new(), susceptibilities: Vec::new() });
        } else {
            rest.push(row);
        }
    }
    for row in rest {
        let same = |isolate: &&mut Isolate| !row.sub_id.is_empty() && isolate.organism.sub_id == row.sub_id;
        match culture.isolates.iter_mut().find(same) {
            Some(isolate) => isolate.quantity.push(row),
            None => culture.others.push(row),
        }
    }
    for row in children {
        match culture.isolates.iter_mut().find(|isolate| is_parent(&row.value.parent_result, isolate)) {
            Some(isolate) => isolate.susceptibilities.push(row),
            None => culture.others.push(row),
        }
    }
    culture
}
