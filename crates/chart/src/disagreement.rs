//! 要確認（持込と写しの食い違い）: where what a patient brought and the copy of the EMR do not say the same. Both stand side by side with
//! source, date and who compared them; software never picks one (promise 15), a named person writes what was found.
//!
//! Looked at: whom the paper names, drugs that may still be taken, allergies and adverse reactions, blood type. Not looked at: past
//! illness, weight, notes; they stand on the chart with their source.
//!
//! **A notebook's なし is never 確認済のなし**: it has no day and names nobody (users.md 2). It answers nothing (`crate::safety`), and stands here
//! where the copy has an allergy.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::Script;
use crate::chart::Chart;
use crate::dosing;
use crate::drugs::{Course, Medication};
use crate::fact::{Body, Paper, Person, Sex};
use crate::fold::{fold_kana, fold_name};
use crate::freshness::HANDED_IN;
use crate::identity::{Patient, written};
use crate::intake::{INTAKE, of_answers};
use crate::item::{Item, SourceRef, Standing, View};
use crate::safety::{AllergyEntry, BloodType, is_abo, is_rh, shown_value};
use crate::when::{Moment, When};

/// A drug from outside whose days are over still counts so long: people keep and take what is left. Four weeks, a usual supply.
const OVER_DAYS: i64 = 28;
/// One without days counts so long after it was given out: the longest usual prescription.
const UNDATED_DAYS: i64 = 90;

/// What one side says.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Side {
    /// In its own words; empty where it says nothing.
    pub words: String,
    /// When that was true.
    pub time: Option<When>,
    /// Where it came from; `None` where nothing did.
    pub source: Option<Arc<SourceRef>>,
}

/// What a named person found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settled {
    /// Which [`Disagreement::key`].
    pub key: String,
    /// In the person's words.
    pub words: String,
    /// Who.
    pub by: String,
    /// When it was written down.
    pub at: Moment,
}

/// One thing in which two sources differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disagreement {
    /// `identity`, `drug_not_in_copy`, `drug_over_in_copy`, `drug_differs`, `allergy_not_in_copy`, `allergy_denied`, `blood_type`; of what was
    /// asked at the desk also `pregnancy_…`, `anticoagulant_…` and `implant_` `not_in_copy` and `denied`, `contact_differs`.
    pub code: &'static str,
    /// In what, for `identity` (`name`, `birth`, `sex`) `drug_differs` (`strength`, `amount`, `usage`, `days`) and `contact_differs`
    /// (`address`, `phone`).
    pub in_what: Vec<&'static str>,
    /// Which drug or substance; empty for the person.
    pub about: String,
    /// What the copy of the EMR says.
    pub copy: Side,
    /// What was brought says.
    pub brought: Side,
    /// Who brought it, and who compared it with the patient: as written when it was handed in.
    pub brought_by: String,
    /// Empty when nobody did.
    pub checked_by: String,
    /// Sixteen hexadecimal digits of both sides: what a person settled comes back when either says something else.
    pub key: String,
    /// What a named person found, last; `None` while it is open.
    pub settled: Option<Settled>,
}

/// In what the holder that a paper names and a patient differ: `name`, `birth`, `sex`. What either does not say is no difference.
pub fn unlike(holder: &Person, patient: &Patient) -> Vec<&'static str> {
    let said = |name: &&crate::Name| !name.family.is_empty() || !name.given.is_empty();
    let same = |name: &crate::Name| {
        let name = format!("{} {}", name.family, name.given);
        let former = patient.former_names.iter().any(|former| fold_name(&former.name) == fold_name(&name));
        former || fold_name(&name) == fold_name(&patient.name) || fold_kana(&name) == fold_kana(&patient.kana)
    };
    let named = holder.names.iter().any(|name| said(&name));
    let is_other = named && !holder.names.iter().filter(said).any(same);
    let birth = holder.birth.zip(patient.birth_date).is_some_and(|(theirs, ours)| theirs != ours);
    let known = |sex: Sex| sex != Sex::Unknown;
    let sex = known(holder.sex) && known(patient.sex) && holder.sex != patient.sex;
    let differences = [(is_other, "name"), (birth, "birth"), (sex, "sex")];
    differences.into_iter().filter(|(differ, _)| *differ).map(|(_, word)| word).collect()
}

/// How a drug is called and taken, in words.
pub fn drug_words(drug: &crate::Drug) -> String {
    words([drug.drug.shown().to_owned(), dosing::words(drug)])
}

/// True for what a patient brought.
fn is_brought<T>(item: &Item<T>) -> bool {
    item.source.kind == HANDED_IN || item.source.kind == INTAKE
}

/// Whom the papers name that were handed in, newest first.
pub(crate) fn holders(view: &View<'_>) -> Vec<Item<Person>> {
    let mut items = Vec::new();
    for (message, body) in
        view.messages.iter().flat_map(|message| message.bodies.iter().map(move |body| (message, *body)))
    {
        if let Body::Holder(person) = body {
            items.push(view.item(message, None, Arc::clone(person)));
        }
    }
    items.sort_by_cached_key(Item::newest);
    items
}

/// All of them in a chart whose other sections are made, open ones first.
pub(crate) fn disagreements(view: &View<'_>, chart: &Chart) -> Vec<Item<Disagreement>> {
    let mut found: Vec<Item<Disagreement>> =
        chart.holders.iter().filter_map(|item| of_person(item, &chart.patient)).collect();
    found.extend(of_drugs(view, &chart.medications));
    found.extend(of_allergies(chart));
    found.extend(of_blood(&chart.blood_type));
    found.extend(of_answers(chart));
    found.retain(|item| item.standing == Standing::Current);
    let (papers, settled) = (papers(view), settled(view));
    for item in &mut found {
        let file = file_of(&item.source);
        let paper = papers.get(file);
        let settled = |key: &String| settled.get(key).cloned();
        let one = item.value_mut();
        one.key = key(one);
        one.settled = settled(&one.key);
        if let Some(paper) = paper {
            (one.brought_by, one.checked_by) = (paper.brought_by.clone(), paper.checked_by.clone());
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|item| seen.insert(item.key.clone()));
    found.sort_by_key(|item| item.settled.is_some());
    found
}

/// The file of what was handed in: its path is `jahis/FILE#…`.
fn file_of(source: &SourceRef) -> &str {
    let path = source.path.rsplit('/').next().unwrap_or_default();
    path.split('#').next().unwrap_or_default()
}

/// Who brought and who checked, by file; the last word stands.
fn papers<'a>(view: &View<'a>) -> HashMap<&'a str, &'a Paper> {
    view.said::<Paper>().into_iter().map(|(_, paper)| (paper.scan.as_str(), &**paper)).collect()
}

/// What persons found, by key; the last word stands.
fn settled(view: &View<'_>) -> HashMap<String, Settled> {
    let said = view.standing().filter_map(|(_, body)| match body {
        Body::Settled(settled) => Some((settled.key.clone(), (**settled).clone())),
        _ => None,
    });
    said.collect()
}

/// FNV-1a of 64 bits over both sides and the day of what was brought: it names one disagreement of one patient and guards nothing.
fn key(one: &Disagreement) -> String {
    let day = one.brought.time.map_or_else(String::new, |time| time.iso());
    let text = [one.code, &one.about, &one.copy.words, &one.brought.words, &day].join("\u{1f}");
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

/// A disagreement at the place and time of what was brought.
pub(crate) fn made<T>(
    item: &Item<T>,
    code: &'static str,
    in_what: Vec<&'static str>,
    about: &str,
    (copy, brought): (Side, String),
) -> Item<Disagreement>
where
    T: Clone,
{
    let brought = Side { words: brought, time: item.time, source: Some(Arc::clone(&item.source)) };
    let about = about.to_owned();
    item.clone().map(|_| Disagreement {
        code,
        in_what,
        about,
        copy,
        brought,
        brought_by: String::new(),
        checked_by: String::new(),
        key: String::new(),
        settled: None,
    })
}

fn side<T>(item: &Item<T>, words: String) -> Side {
    Side { words, time: item.time, source: Some(Arc::clone(&item.source)) }
}

fn words(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn of_person(item: &Item<Person>, patient: &Patient) -> Option<Item<Disagreement>> {
    let in_what = unlike(item, patient);
    let who = |name: &str, kana: &str, birth: Option<When>, sex: Sex| {
        let sex = match sex {
            Sex::Male => "男",
            Sex::Female => "女",
            Sex::Other | Sex::Unknown => "",
        };
        words([name.to_owned(), kana.to_owned(), birth.map_or_else(String::new, |birth| birth.iso()), sex.to_owned()])
    };
    let ours = who(&patient.name, &patient.kana, patient.birth_date, patient.sex);
    let name = written(&item.names, Script::Ideographic);
    let theirs = who(&name, &written(&item.names, Script::Phonetic), item.birth, item.sex);
    let copy = Side { words: ours, time: patient.time, source: patient.source.clone() };
    (!in_what.is_empty()).then(|| made(item, "identity", in_what, "", (copy, theirs)))
}

/// The drugs that were brought and may still be taken, each as last given out, against the copy's.
fn of_drugs(view: &View<'_>, all: &[Item<Medication>]) -> Vec<Item<Disagreement>> {
    let moment = view.as_of.moment;
    let (mut brought, own): (Vec<&Item<Medication>>, Vec<&Item<Medication>>) =
        all.iter().filter(|item| item.standing == Standing::Current).partition(|item| is_brought(item));
    brought.sort_by_key(|item| std::cmp::Reverse(item.time.map(|time| time.start)));
    let mut newest: Vec<&Item<Medication>> = Vec::new();
    for item in brought.into_iter().filter(|item| may_be_taken(item, moment)) {
        if !newest.iter().any(|other| dosing::is_same(&other.drug.drug, &item.drug.drug)) {
            newest.push(item);
        }
    }
    newest.into_iter().filter_map(|item| of_drug(item, &own)).collect()
}

/// In force, or so lately over that what is left may be taken: of what a patient brought.
pub fn may_be_taken(item: &Item<Medication>, moment: Moment) -> bool {
    match (item.in_use.course, item.in_use.in_force_until, item.in_use.in_force_from) {
        (Course::Stopped, ..) => false,
        (_, Some(until), _) => until.plus_days(OVER_DAYS) > moment,
        (_, None, Some(from)) => from.plus_days(UNDATED_DAYS) > moment,
        (_, None, None) => true,
    }
}

fn of_drug(item: &Item<Medication>, own: &[&Item<Medication>]) -> Option<Item<Disagreement>> {
    let name = item.drug.drug.shown();
    let live = |item: &&&Item<Medication>| matches!(item.in_use.course, Course::Current | Course::Planned);
    let same = |other: &&&Item<Medication>| dosing::is_same(&other.drug.drug, &item.drug.drug);
    let stem = |other: &&&Item<Medication>| dosing::is_kindred(&other.drug.drug, &item.drug.drug);
    let theirs = drug_words(&item.drug);
    // What the copy holds in force: of several of one drug, one that says the same is enough.
    let standing: Vec<&&Item<Medication>> = own.iter().filter(live).filter(same).collect();
    let compared = standing.iter().map(|other| (dosing::differences(&other.drug, &item.drug), **other));
    if let Some((in_what, other)) = compared.min_by_key(|(in_what, _)| in_what.len()) {
        // A supply that is over tells nothing against a newer prescription.
        let older = item.in_use.course == Course::Ended
            && item.time.zip(other.time).is_some_and(|(theirs, ours)| theirs.start < ours.start);
        let copy = side(other, drug_words(&other.drug));
        return (!in_what.is_empty() && !older).then(|| made(item, "drug_differs", in_what, name, (copy, theirs)));
    }
    if let Some(other) = own.iter().filter(live).find(stem) {
        let copy = side(other, drug_words(&other.drug));
        return Some(made(item, "drug_differs", vec!["strength"], name, (copy, theirs)));
    }
    let Some(other) = own.iter().find(same) else {
        return Some(made(item, "drug_not_in_copy", Vec::new(), name, (Side::default(), theirs)));
    };
    let over = if other.in_use.course == Course::Stopped { "中止" } else { "終了" };
    let copy = side(other, words([drug_words(&other.drug), over.to_owned()]));
    Some(made(item, "drug_over_in_copy", Vec::new(), name, (copy, theirs)))
}

fn of_allergies(chart: &Chart) -> Vec<Item<Disagreement>> {
    let all = || chart.allergies.items.iter().chain(&chart.contraindications.items);
    let own: Vec<&Item<AllergyEntry>> = all().filter(|item| !is_brought(item)).collect();
    let some: Vec<&&Item<AllergyEntry>> = own.iter().filter(|item| !item.says_none).collect();
    // Two kinds of message may name one allergy.
    let mut names: Vec<&str> = Vec::new();
    for item in &some {
        let name = item.allergy.allergen.shown();
        names.extend((!names.contains(&name)).then_some(name));
    }
    let listed = || names.join("・");
    let mut found = Vec::new();
    for item in all().filter(|item| is_brought(item)) {
        let entry = &item.value.allergy;
        let theirs = words([entry.category.text.clone(), entry.allergen.shown().to_owned()]);
        if item.says_none {
            let denied = some.first().map(|first| (side(first, format!("あり: {}", listed())), theirs));
            found.extend(denied.map(|sides| made(item, "allergy_denied", Vec::new(), "", sides)));
            continue;
        }
        let known = some.iter().any(|own| is_same_substance(own.allergy.allergen.shown(), entry.allergen.shown()));
        if known {
            continue;
        }
        // なし, and what else is recorded, stand beside it in the copy's own words.
        let copy = match (some.first(), own.first()) {
            (Some(first), _) => side(first, format!("あり: {}", listed())),
            (None, Some(none)) => side(none, none.allergy.allergen.shown().to_owned()),
            (None, None) => Side::default(),
        };
        found.push(made(item, "allergy_not_in_copy", Vec::new(), entry.allergen.shown(), (copy, theirs)));
    }
    found
}

/// The same writing, or one named within the other: `ペニシリン系` and `ペニシリン系抗生物質`.
fn is_same_substance(one: &str, other: &str) -> bool {
    let (one, other) = (fold_kana(one), fold_kana(other));
    !one.is_empty() && !other.is_empty() && (one.contains(&other) || other.contains(&one))
}

fn of_blood(blood: &BloodType) -> Vec<Item<Disagreement>> {
    let plain =
        |text: &str| fold_kana(text).replace(['型', '(', ')', ' '], "").replace("rh", "").replace('+', "プラス");
    let mut found = Vec::new();
    for item in blood.items.iter().filter(|item| is_brought(item)) {
        let ours =
            blood.items.iter().find(|own| !is_brought(own) && is_abo(own) == is_abo(item) && is_rh(own) == is_rh(item));
        let differs = ours.filter(|own| {
            let (ours, theirs) = (plain(shown_value(own)), plain(shown_value(item)));
            !theirs.starts_with(&ours) && !ours.starts_with(&theirs)
        });
        let copy = differs.map(|own| side(own, shown_value(own).to_owned()));
        let theirs = shown_value(item).to_owned();
        found.extend(copy.map(|copy| made(item, "blood_type", Vec::new(), item.item.shown(), (copy, theirs))));
    }
    found
}
