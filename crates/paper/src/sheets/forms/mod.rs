//! Forms: made to be written on, filled from the chart where the copy knows, and come back. One file a family of
//! `ux.md` §7.2 (`p7.rs`, `p10.rs` …); a form is its [`Form`] and a function that puts what it is made of (`crate::form`) on the sheet.

mod checked;
mod dated;
mod drafted;
mod p1;
mod p10;
mod p10_more;
mod p11;
mod p12;
mod p13;
mod p14;
mod p14_anaesthesia;
mod p15;
mod p15_certificates;
mod p16_care;
mod p16_letters;
mod p16_ward;
mod p17;
mod p19;
mod p2;
mod p20;
mod p21;
mod p3;
mod p6;
mod p6_intake;
mod p7;
mod p8;
mod p9;

pub(crate) use p1::rows as chronology_rows;

use chart::drugs::Medication;
use chart::{Answer, Chart, Item, Lang, Measure, Quantity, Sex};

use super::parts;
use crate::canvas::MM;
use crate::code::Named;
use crate::font::Weight;
use crate::form::PEN;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, laid};
use crate::words::{Label, Words, amount, joined, unit};
use crate::{Error, Head, Inpatient, Made, SheetId};

/// What a form is filled from.
pub(crate) struct Copied<'a> {
    /// `None` on a blank form, and on one that is nobody's.
    pub chart: Option<&'a Chart>,
    /// What an out-guide stands for.
    pub guide: Option<&'a OutGuide>,
    /// The visit that a card (P6) is of.
    pub ticket: Option<&'a VisitTicket>,
}

/// The ticket of a visit, as its card (P6) bears it.
#[derive(Clone, Debug, Default)]
pub struct VisitTicket {
    /// The number that is called.
    pub number: String,
    /// The day of the visit, in words.
    pub day: String,
    /// Departments, the first one first, in words.
    pub departments: String,
}

/// What an out-guide (P11B) says of the thing it stands for.
#[derive(Clone, Debug, Default)]
pub struct OutGuide {
    /// Number of the thing.
    pub number: String,
    /// What it is, in words: kind, title, volume.
    pub what: String,
    /// Where it belongs.
    pub home: String,
    /// With whom, which department, which extension.
    pub with: String,
    /// Since when.
    pub since: String,
    /// Why.
    pub why: String,
}

/// A form that can be printed by itself.
pub(crate) struct FormSheet {
    pub form: &'static Form,
    /// Whether it is a patient's: a blank one has a place for the label.
    pub of_patient: bool,
    /// The patient carries it: nothing at its head but name, number and birth date (users.md 21).
    pub carried: bool,
    /// It goes to a registry on the law's own form, which has its own items for who it is: our block stands on the copy alone.
    pub registered: bool,
    pub draw: fn(&mut Sheet<'_>, &Copied<'_>),
}

const fn of_patient(form: &'static Form, draw: fn(&mut Sheet<'_>, &Copied<'_>)) -> FormSheet {
    FormSheet { form, of_patient: true, carried: false, registered: false, draw }
}

/// For a registry.
const fn registered(form: &'static Form, draw: fn(&mut Sheet<'_>, &Copied<'_>)) -> FormSheet {
    FormSheet { registered: true, ..of_patient(form, draw) }
}

/// In the patient's own hand, in a waiting room.
const fn carried(form: &'static Form, draw: fn(&mut Sheet<'_>, &Copied<'_>)) -> FormSheet {
    FormSheet { carried: true, ..of_patient(form, draw) }
}

/// Of the headquarters, a ward, or everybody: no place for a patient.
const fn nobodys(form: &'static Form, draw: fn(&mut Sheet<'_>, &Copied<'_>)) -> FormSheet {
    FormSheet { of_patient: false, ..of_patient(form, draw) }
}

/// A form that is filled in and comes back: upright, version 2 (everything in 10.5 points).
pub(crate) const fn returned(code: &'static str, title: Label) -> Form {
    Form {
        code,
        version: 2,
        class: Class::Return,
        title,
        size: Size::Upright,
        note: RETURN_NOTE,
        standing: TO_RETURN,
        bare: false,
    }
}

/// The same of a patient. One version further: the place for the label holds L1.
pub(crate) const fn labelled(code: &'static str, title: Label) -> Form {
    Form { version: 3, ..returned(code, title) }
}

/// A form that is handed over, its first pages without code or number of ours, and whose copy returns.
pub(crate) const fn handed_over(code: &'static str, title: Label, standing: Label) -> Form {
    Form { class: Class::Deliver, note: p14::DELIVER_NOTE, standing, bare: true, ..labelled(code, title) }
}

/// P6.
pub(crate) const VISIT_CARD: FormSheet = carried(&p6::VISIT, p6::visit);

/// Every form, in the order of the catalogue.
pub(crate) static FORMS: &[FormSheet] = &[
    nobodys(&p1::CHRONOLOGY, p1::chronology),
    nobodys(&p1::WALL, p1::wall),
    nobodys(&p2::POLICY, p2::policy),
    nobodys(&p2::SYSTEMS, p2::systems),
    nobodys(&p2::PEOPLE, p2::people),
    nobodys(&p3::BLANK, p3::blank),
    nobodys(&p3::DOCTOR, p3::doctor),
    nobodys(&p3::NURSE, p3::nurse),
    nobodys(&p3::CLERK, p3::clerk),
    VISIT_CARD,
    carried(&p6_intake::INTAKE, p6_intake::intake),
    of_patient(&p7::ORDERS, p7::orders),
    of_patient(&p8::BOARD, p8::board),
    of_patient(&p8::NOTES, p8::notes),
    of_patient(&p9::LAB, p9::lab),
    of_patient(&p9::IMAGING, p9::imaging),
    of_patient(&p9::TRANSFUSION, p9::transfusion),
    of_patient(&p10::OUTSIDE, p10::outside),
    of_patient(&p10::INSIDE, p10::inside),
    of_patient(&p10_more::QUERY, p10_more::query),
    of_patient(&p10_more::NARCOTIC, p10_more::narcotic),
    nobodys(&p11::CALLS, p11::calls),
    GUIDE,
    nobodys(&p11::PATIENTS, p11::patients),
    nobodys(&p11::HOSPITALS, p11::hospitals),
    nobodys(&p11::PHARMACIES, p11::pharmacies),
    of_patient(&p12::COSTS, p12::costs),
    of_patient(&p12::ENTRY, p12::entry),
    of_patient(&p13::FIRST, p13::first),
    of_patient(&p13::SECOND, p13::second),
    of_patient(&p13::THIRD, p13::third),
    of_patient(&p14::PLAN, p14::plan),
    of_patient(&p14::CONSENT, p14::consent),
    of_patient(&p14::OPERATION, p14::operation),
    of_patient(&p14_anaesthesia::ANAESTHESIA, p14_anaesthesia::anaesthesia),
    of_patient(&p15::DELIVERY, p15::delivery),
    of_patient(&p15::PARTOGRAM, p15::partogram),
    registered(&p15_certificates::BIRTH, p15_certificates::birth),
    registered(&p15_certificates::DEATH, p15_certificates::death),
    of_patient(&p16_care::DIALYSIS, p16_care::dialysis),
    of_patient(&p16_care::CHEMO, p16_care::chemo),
    of_patient(&p16_care::REHAB, p16_care::rehab),
    of_patient(&p16_ward::MEALS, p16_ward::diet),
    of_patient(&p16_letters::LETTER, p16_letters::letter),
    of_patient(&p16_letters::AFTERCARE, p16_letters::aftercare),
    nobodys(&p16_ward::DIARY, p16_ward::diary),
    of_patient(&p16_ward::VERBAL, p16_ward::verbal),
    of_patient(&p17::DISCHARGE, p17::discharge),
    of_patient(&p17::FIRST_VISITS, p17::first_visits),
    of_patient(&p19::CHECKUP, p19::checkup),
    nobodys(&p20::STATUS, p20::status),
    nobodys(&p21::SAFETY, p21::safety),
];

pub(crate) const GUIDE: FormSheet = of_patient(&p11::WHEREABOUTS, p11::whereabouts);
const GUIDE_LENT: FormSheet = of_patient(&p11::WHEREABOUTS_LENT, p11::whereabouts);
/// The same of a thing that is nobody's: no place for a patient's label.
const GUIDE_OF_NOBODY: FormSheet = nobodys(&p11::WHEREABOUTS_LENT, p11::whereabouts);

/// The pages of an out-guide that says what it stands for.
pub(crate) fn guide(
    w: &Words,
    head: &Head,
    id: &SheetId,
    patient: Option<&Inpatient<'_>>,
    guide: &OutGuide,
) -> Result<Made, Error> {
    let sheet = if patient.is_some() { &GUIDE_LENT } else { &GUIDE_OF_NOBODY };
    filled(w, head, id, sheet, patient, (Some(guide), None))
}

/// Forms whose words a law or a notice has in Japanese, for a pharmacy, a registry, another hospital: they are never in another language.
const OF_LAW: [&str; 5] = ["P10A", "P10D", "P15C", "P15D", "P17"];

/// The language of a form where the user reads another.
pub(crate) fn lang(code: &str, wanted: Lang) -> Lang {
    if OF_LAW.contains(&code) { Lang::Ja } else { wanted }
}

/// The pages of one form.
pub(crate) fn pages(
    w: &Words,
    head: &Head,
    id: &SheetId,
    sheet: &FormSheet,
    patient: Option<&Inpatient<'_>>,
) -> Result<Made, Error> {
    filled(w, head, id, sheet, patient, (None, None))
}

/// The pages of a visit's card (P6) with its ticket.
pub(crate) fn visit_card(
    w: &Words,
    head: &Head,
    id: &SheetId,
    patient: Option<&Inpatient<'_>>,
    ticket: &VisitTicket,
) -> Result<Made, Error> {
    filled(w, head, id, &VISIT_CARD, patient, (None, Some(ticket)))
}

fn filled(
    w: &Words,
    head: &Head,
    id: &SheetId,
    sheet: &FormSheet,
    patient: Option<&Inpatient<'_>>,
    (guide, ticket): (Option<&OutGuide>, Option<&VisitTicket>),
) -> Result<Made, Error> {
    // A sheet of nobody's never bears a patient.
    let patient = patient.filter(|_| sheet.of_patient);
    let chart = patient.and_then(|patient| patient.chart);
    let unnamed = chart.is_some_and(|chart| chart.patient.is_unnamed());
    let (who, stand) = match (chart, patient) {
        // Nothing is known of a 仮患者: the form is filled as a blank one, and only its head is hers.
        (Some(chart), Some(patient)) if unnamed => {
            (parts::who(w, chart, patient.bed, &[]), Stand { words: w.say(UNNAMED).to_owned(), data: None })
        }
        (Some(chart), Some(patient)) if sheet.carried => {
            let who = parts::who(w, chart, patient.bed, &[]);
            let lines = vec![who.birth.clone()];
            let stand = Stand { words: String::new(), ..parts::stand(w, chart) };
            (Who { lines, place: String::new(), ..who }, stand)
        }
        (Some(chart), Some(patient)) => (parts::who(w, chart, patient.bed, patient.marks), parts::stand(w, chart)),
        _ => (Who { blank: sheet.of_patient, named: Named::Nobody, ..Who::default() }, Stand::default()),
    };
    let who = Who { asked: sheet.registered, ..who };
    let mut page = Sheet::new(w, head, id, sheet.form, who, stand);
    (sheet.draw)(&mut page, &Copied { chart: chart.filter(|_| !unnamed), guide, ticket });
    page.finish()
}

/// What must stand on every form by which something is given or done: allergy, infection, and pregnancy, each with its answer. On
/// a blank form, room to write them.
pub(crate) fn safety(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    use crate::form::{What, slot};
    let (w, bare) = (sheet.w, sheet.is_bare(sheet.pages.len()));
    let said = |chart: &Chart| {
        let allergy = allergies(w, Some(chart));
        let marks: Vec<String> =
            chart.infections.items.iter().map(|item| joined([item.about, parts::finding(w, item.finding)])).collect();
        let infection =
            joined([parts::answer(w, &chart.infections), dedup(marks.iter().map(String::as_str).collect())]);
        let recorded = chart.pregnancy.answer == Answer::Recorded;
        let is_male = chart.patient.sex == Sex::Male && !recorded;
        let pregnancy = if is_male { w.say(MALE).to_owned() } else { parts::answer(w, &chart.pregnancy) };
        let unknown = |answer| matches!(answer, Answer::NotRecorded | Answer::NotCopied);
        // Who gets it knows nothing of a copy.
        let said = |answer, said: String| if bare && unknown(answer) { w.say(DOWN).to_owned() } else { said };
        (
            said(chart.allergies.answer, allergy),
            said(chart.infections.answer, infection),
            if is_male { pregnancy } else { said(chart.pregnancy.answer, pregnancy) },
        )
    };
    let words = copied.chart.map(said);
    match &words {
        None => sheet.slots(&[
            slot("allergy", ALLERGY, 2.2, What::Pen),
            slot("infection", INFECTION, 1.6, What::Pen),
            slot("pregnancy", PREGNANCY, 1.0, What::Pen),
        ]),
        Some((allergy, infection, pregnancy)) => sheet.slots(&[
            slot("allergy", ALLERGY, 2.2, What::Said(allergy)),
            slot("infection", INFECTION, 1.6, What::Said(infection)),
            slot("pregnancy", PREGNANCY, 1.0, What::Said(pregnancy)),
        ]),
    }
}

/// The answer to the question of allergies and the names of what it is; empty where nothing is known of whose form it is.
pub(crate) fn allergies(w: &Words, chart: Option<&Chart>) -> String {
    let Some(chart) = chart else { return String::new() };
    let some = chart.allergies.items.iter().filter(|item| !item.says_none);
    let names: Vec<&str> = some.map(|item| item.allergy.allergen.shown()).collect();
    joined([parts::answer(w, &chart.allergies), dedup(names)])
}

/// How many pen lines a table may have so that so much of the page is left below it.
pub(crate) fn fitting(sheet: &Sheet<'_>, below: f32) -> usize {
    ((sheet.bottom() - sheet.y - TABLE_HEADS - below) / PEN).floor().max(0.0) as usize
}

/// How many empty rows stand behind said ones, of so many wanted, so that so many points of the page are left below; one at least.
pub(crate) fn open_rows(
    sheet: &mut Sheet<'_>,
    (title, note): (Label, Label),
    columns: &[(Label, f32)],
    said: &[Row],
    (wanted, below): (usize, f32),
) -> usize {
    let (w, room) = (sheet.w, sheet.room());
    let total: f32 = columns.iter().map(|(_, share)| share).sum();
    let wides: Vec<f32> = columns.iter().map(|(_, share)| room * share / total).collect();
    let heads = columns.iter().map(|(head, _)| Cell::bold(&mut sheet.ink, w.say(*head))).collect();
    let heads = laid(&Row::new(heads), &wides).height();
    let used: f32 = said.iter().map(|row| laid(row, &wides).height().max(PEN)).sum();
    let heading = sheet.heading_height(w.say(title), w.say(note));
    let left = sheet.bottom() - sheet.y - heading - heads - used - 3.0 - below;
    ((left / PEN).floor().max(0.0) as usize).min(wanted).max(1)
}

/// A heading with heads of two lines, and the gap below a table.
const TABLE_HEADS: f32 = 48.0;

/// The newest value of a measure with its age and source, empty where the copy has none: to compare with, never to fill in.
pub(crate) fn measured(sheet: &Sheet<'_>, copied: &Copied<'_>, word: &str) -> String {
    let item = copied.chart.and_then(|chart| chart.measures.iter().find(|item| item.item.text.contains(word)));
    let said =
        |item: &Item<Measure>| format!("{}\u{a0}{} {}", item.value.value, unit(&item.value.unit), sheet.w.stamp(item));
    item.map_or_else(String::new, said)
}

/// What the copy says, or that it says nothing; empty on a form that no chart fills in.
pub(crate) fn or_nothing(sheet: &Sheet<'_>, copied: &Copied<'_>, said: String) -> String {
    if said.is_empty() && copied.chart.is_some() { sheet.w.say(NOT_IN_COPY).to_owned() } else { said }
}

/// Words once each, in their order.
fn dedup(words: Vec<&str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for word in words {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    joined(once)
}

/// Rows of a prescription: name, 1回量, 1日量, usage, days, and what is unusual about it.
pub(crate) fn drug_rows(sheet: &mut Sheet<'_>, drugs: &[&Item<Medication>]) -> Vec<Row> {
    let w = sheet.w;
    let row = |(at, item): (usize, &&Item<Medication>)| {
        let drug = &item.drug;
        let ink = &mut sheet.ink;
        let name = Cell::bold(ink, drug.drug.shown());
        let clashes: Vec<&str> = item.in_use.clashes.iter().map(|clash| clash.words.as_str()).collect();
        let name = name.line(ink, &joined(clashes), BODY, Weight::Bold);
        let usage = joined([parts::words(&drug.usage), drug.instruction.clone()]);
        Row::new(vec![
            Cell::body(ink, &(at + 1).to_string()),
            name,
            Cell::bold(ink, &amount(&drug.dose)),
            Cell::body(ink, &amount(&drug.daily)),
            Cell::body(ink, &usage),
            Cell::body(ink, &parts::days(w, &drug.duration)).line(ink, &total(w, drug), BODY, Weight::Regular),
            Cell::default(),
        ])
    };
    drugs.iter().enumerate().map(row).collect()
}

/// 投与総量, where it is not what a day's amount and the days make: that of an insulin, an ointment, of what is taken when needed.
fn total(w: &Words, drug: &chart::Drug) -> String {
    let all = &drug.dispensed;
    let number = |quantity: &Quantity| quantity.value.trim().parse::<f64>().ok();
    let made = number(&drug.daily).zip(number(&drug.duration)).map(|(day, days)| day * days);
    let same = all.unit.shown() == drug.daily.unit.shown() && made.is_some() && made == number(all);
    let said = amount(all);
    if same || said.is_empty() { String::new() } else { w.with(TOTAL, said) }
}

const TOTAL: Label = ["全量 {}", "{} in all"];
/// The heads of [`drug_rows`].
pub(crate) const DRUG_COLUMNS: [(Label, f32); 7] = [
    (["№", "№"], 0.5),
    (["薬名（規格）", "Drug, strength"], 4.0),
    (["1回量", "Each time"], 1.4),
    (["1日量", "A day"], 1.4),
    (["用法・用量", "How to take"], 2.6),
    (["日数・\n回数", "Days"], 1.2),
    (["変更・中止", "Changed"], 1.3),
];

/// Below a table of drugs whose last rows are open: whoever signs closes them, so that nothing is added afterwards. A printed 以下余白
/// would say that they are closed while they are not.
pub(crate) fn strike_rest(sheet: &mut Sheet<'_>) {
    sheet.y -= 2.0;
    sheet.say(STRIKE_REST, Weight::Bold);
    sheet.y += 2.0;
}

const UNNAMED: Label = [
    "仮患者（停止中に出した番号）　写しは使っていない。氏名・生年月日を書き、本人と確かめて使う",
    "Temporary patient: number given here, nothing from the EMR. Write name and birth date, confirm, then use",
];
pub(crate) const ALLERGY: Label = ["アレルギー・禁忌", "Allergy, contraindication"];
pub(crate) const INFECTION: Label = ["感染症", "Infection"];
pub(crate) const PREGNANCY: Label = ["妊娠・授乳", "Pregnancy, nursing"];
/// Height of a row in which a rubber stamp with name, address and telephone of a hospital stands.
pub(crate) const STAMP: f32 = 18.0 * MM;
const MALE: Label = ["対象外（男）", "not asked (male)"];
const DOWN: Label = ["未確認（電子カルテ停止中）", "Unconfirmed (our record system is down)"];
/// In a box that the copy fills and has nothing for: an empty one would look like a page that failed.
pub(crate) const NOT_IN_COPY: Label = ["コピーに記録なし", "Nothing in the copy"];
const STRIKE_REST: Label = [
    "薬を書き終えたら、空いた行に斜線を引く。",
    "When all drugs are written, draw a slanted line through the empty rows.",
];
/// How a form that is entered afterwards stands to the record.
pub(crate) const TO_RETURN: Label =
    ["記入して戻す（訂正は二重線・署名・日時）", "Fill in and return (correct by two lines, sign, time)"];
/// The foot of such a form.
pub(crate) const RETURN_NOTE: Label = [
    "使い終わったら病棟・外来の「スキャン箱」へ。捨てない。使わなかった用紙も返す。",
    "When done: into the scan box. Never thrown away; unused ones come back too.",
];
