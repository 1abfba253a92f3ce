//! Wards and beds: who lies where, and what a nurse must know of each before she acts. The index says who is there; all
//! that is said of a patient comes from the chart itself.

use chart::boxes::{BoxEntry, boxes};
use chart::classes::HighRisk;
use chart::infection::Finding;
use chart::{Age, Answer, AsOf, Chart, Moment, PatientId, STAY, Sex, When};
use serde::Serialize;
use store::Reader;

use super::lists::{Alike, alike, natural};
use super::view::staff;
use crate::confidential::Flags;
use crate::home::Problem;
use crate::hospital::Members;
use crate::stays::census::{self, Lying};
use crate::stays::notes;

/// Patients shown of one ward: several times the beds of any. The page says when there are more.
pub const BEDS_SHOWN: usize = 200;

/// A ward with how many patients it has.
#[derive(Serialize)]
pub struct WardCount {
    /// Its code, as sent; empty for those whose movements name none.
    pub ward: String,
    /// Inpatients, as far as the copy tells.
    pub patients: u64,
}

/// A bed with its patient; `andon ward WARD --json` prints it (docs/json.md).
#[derive(Serialize)]
pub struct BedRow {
    /// Ward, room and bed as sent.
    pub ward: String,
    /// 病室.
    pub room: String,
    /// ベッド.
    pub bed: String,
    /// The patient's number, as sent.
    pub id: String,
    /// Who assigned it.
    pub authority: String,
    /// Name as shown.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date, ISO.
    pub birth_date: Option<When>,
    /// Age at the moment.
    pub age: Option<Age>,
    /// Administrative sex.
    pub sex: Sex,
    /// Whether another of this ward has a surname or name alike.
    pub alike_in_ward: Alike,
    /// How many patients of the copy bear this name, this one included.
    pub same_name: u64,
    /// 主治医.
    pub attending: String,
    /// Department.
    pub department: String,
    /// Admission.
    pub admitted: Option<When>,
    /// The day of the stay, the day of admission being 1.
    pub day_of_stay: Option<i64>,
    /// The admission itself is not in the copy.
    pub admission_missing: bool,
    /// What must be known before anything is done.
    pub marks: Vec<BedMark>,
    /// Planned discharge.
    pub discharge_planned: Option<When>,
    /// What the copy tells of the ward's boxes.
    pub boxes: Vec<BoxEntry>,
    /// When the newest message of this patient was sent.
    pub last_message: Option<Moment>,
    /// How old that is, minutes.
    pub age_minutes: Option<i64>,
    /// Parts of this patient's data that were not understood.
    pub faults: u64,
    /// What was last said of the stay since the copy ended (source 停止中).
    pub outage: Option<OutageMove>,
}

/// What a ward last said of a stay.
#[derive(Serialize)]
pub struct OutageMove {
    /// A word of `STAY_ACTS`.
    pub act: String,
    /// When it happened, as the person says.
    pub at: Moment,
    /// How long ago, minutes.
    pub age_minutes: i64,
    /// At which station.
    pub station: String,
    /// Who said so.
    pub who: String,
}

/// A mark of a bed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BedMark {
    /// `allergy`, `allergy_unknown`, `contraindication`, `infection`, `infection_unknown`, `pregnancy`, `clash`, `high_risk`,
    /// `dialysis`, `falls`, `fasting`, `on_leave`, `vip`, `withdrawn`, `two_in_bed`; of where the patient lies `apart`, `two_places`,
    /// `copy_differs`; what a ward said since `caution_allergy`, `caution_infection` …; what is kept back: `no_inquiry`, `visit_limit`,
    /// `hide_name`, `staff_patient`.
    pub code: &'static str,
    /// Of what, in the sender's words where there are any.
    pub about: String,
}

/// One patient of a ward with the chart.
pub struct Bedside {
    /// Where, as the copy and what was said since tell.
    pub lying: Lying,
    /// The chart as it stands, of the kinds asked for.
    pub chart: Chart,
    /// When the newest message of any kind was sent.
    pub newest: Option<Moment>,
    /// Whether another of this ward has a surname or name alike.
    pub alike: Alike,
}

/// The wards that have inpatients, in the order people count.
///
/// # Errors
/// When the store cannot be read.
pub fn wards(reader: &Reader) -> Result<Vec<WardCount>, Problem> {
    let mut wards = census::wards(reader)?;
    wards.sort_by_cached_key(|(ward, _)| natural(ward));
    Ok(wards.into_iter().map(|(ward, patients)| WardCount { ward, patients }).collect())
}

/// The patients of a ward in the order of beds, each with the chart of the data kinds that `wanted` names, and whether
/// there are more than are shown. A list asks little of many patients, and decoding is what takes the time.
///
/// # Errors
/// When the store cannot be read.
pub fn bedsides(
    reader: &Reader,
    ward: &str,
    now: Moment,
    wanted: impl Fn(&str) -> bool,
) -> Result<(Vec<Bedside>, bool), Problem> {
    let (mut lying, more) = census::of_ward(reader, Some(ward), BEDS_SHOWN)?;
    lying.sort_by_cached_key(|row| {
        let place = &row.inpatient.place;
        (natural(&place.room), natural(&place.bed), row.id.clone())
    });
    let (cut, as_of) = (crate::hold::trusted(reader)?, AsOf::live(now));
    let mut bedsides = Vec::with_capacity(lying.len());
    for lying in lying {
        let (record, newest) = crate::record::record_of(reader, &lying.id, &cut, |kind| kind == STAY || wanted(kind))?;
        let mut chart = Chart::at(&record, &as_of);
        census::named(reader, &lying.id, &mut chart)?;
        bedsides.push(Bedside { lying, chart, newest, alike: Alike::No });
    }
    let people =
        bedsides.iter().map(|one| (&one.lying.id, one.chart.patient.name.as_str(), one.chart.patient.kana.as_str()));
    let judged = alike(people);
    bedsides.iter_mut().zip(judged).for_each(|(one, alike)| one.alike = alike);
    Ok((bedsides, more))
}

/// The beds of a ward, and whether there are more.
///
/// # Errors
/// When the store cannot be read.
pub fn beds(reader: &Reader, ward: &str, now: Moment) -> Result<(Vec<BedRow>, bool), Problem> {
    // What was given, and laboratory orders, are many and no mark is made of them.
    let (bedsides, more) = bedsides(reader, ward, now, |kind| !matches!(kind, "OMP-11" | "OMP-12" | "OML-01"))?;
    let (flags, members, notes) = (reader.once(Flags::all)?, reader.once(Members::of)?, notes(reader)?);
    let mut rows = Vec::with_capacity(bedsides.len());
    for one in &bedsides {
        let same_name = reader.same_name_count(&chart::fold_name(&one.chart.patient.name))?;
        let faults = reader.fault_count_of(&one.lying.id)?;
        let mut new = BedRow { same_name, faults, outage: outage(one, &members, now), ..row(one, now) };
        let mut marks: Vec<BedMark> =
            one.lying.doubts.iter().map(|code| BedMark { code, about: String::new() }).collect();
        let cautions = notes.iter().filter(|note| note.sort() == "caution" && note.holds());
        marks.extend(
            cautions
                .filter(|note| note.patient() == one.lying.id)
                .map(|note| BedMark { code: caution(note.value("caution")), about: note.value("text").to_owned() }),
        );
        new.marks.splice(0..0, marks);
        let kept_back = flags.of(&one.lying.id).into_iter();
        new.marks.extend(kept_back.map(|flag| BedMark { code: flag.code(), about: String::new() }));
        rows.push(new);
    }
    two_in_a_bed(&mut rows);
    Ok((rows, more))
}

/// Marks patients who are placed in one bed: one of them has moved and nobody said so, or two stations filled one bed apart.
fn two_in_a_bed(rows: &mut [BedRow]) {
    let places: Vec<_> = rows.iter().map(|row| (row.room.clone(), row.bed.clone())).collect();
    for (row, place) in rows.iter_mut().zip(&places) {
        if !place.1.is_empty() && places.iter().filter(|other| *other == place).count() > 1 {
            row.marks.push(BedMark { code: "two_in_bed", about: String::new() });
        }
    }
}

/// What a ward said is to be looked out for, as the mark of a bed.
fn caution(code: &str) -> &'static str {
    match code {
        "allergy" => "caution_allergy",
        "infection" => "caution_infection",
        "falls" => "caution_falls",
        "wandering" => "caution_wandering",
        "restraint" => "caution_restraint",
        "isolation" => "caution_isolation",
        "swallowing" => "caution_swallowing",
        _ => "caution_other",
    }
}

/// What was last said of a stay since the copy ended, with its station and age.
fn outage(one: &Bedside, members: &Members, now: Moment) -> Option<OutageMove> {
    let last = one.lying.stay.as_ref()?.standing().next_back()?;
    Some(OutageMove {
        act: last.said.act.clone(),
        at: last.told.at,
        age_minutes: last.told.at.minutes_until(now),
        station: members.name(last.station),
        who: last.told.who.clone(),
    })
}

fn row(one: &Bedside, now: Moment) -> BedRow {
    let (chart, inpatient) = (&one.chart, &one.lying.inpatient);
    let PatientId { authority, id } = one.lying.id.clone();
    let stay = chart.stays.iter().find(|stay| stay.current);
    let admitted = match one.lying.stay {
        Some(_) => inpatient.admitted,
        None => stay.and_then(|stay| stay.admitted).or(inpatient.admitted),
    };
    let leaving = chart.appointments.iter().find(|item| item.kind == "discharge_plan" && !item.past);
    let place = inpatient.place.clone();
    BedRow {
        ward: place.ward,
        room: place.room,
        bed: place.bed,
        id,
        authority,
        name: chart.patient.name.clone(),
        kana: chart.patient.kana.clone(),
        birth_date: chart.patient.birth_date,
        age: chart.patient.age.clone(),
        sex: chart.patient.sex,
        alike_in_ward: one.alike,
        same_name: 1,
        attending: match (&one.lying.stay, stay) {
            (None, Some(stay)) => staff(&stay.attending).to_owned(),
            _ => inpatient.attending.clone(),
        },
        department: inpatient.department.clone(),
        admitted,
        day_of_stay: admitted.map(|at| at.start.day().start.minutes_until(now.day().start) / 1440 + 1),
        admission_missing: stay.is_some_and(|stay| stay.admission_missing),
        marks: marks(chart),
        discharge_planned: leaving.and_then(|item| item.at),
        boxes: boxes(chart, admitted.map(|at| at.start)),
        last_message: one.newest,
        age_minutes: one.newest.map(|last| last.minutes_until(now)),
        faults: 0,
        outage: None,
    }
}

/// What must be known of a patient, as the chart says it: most dangerous first.
pub fn marks(chart: &Chart) -> Vec<BedMark> {
    let mark = |code, about: String| BedMark { code, about };
    let mut marks = Vec::new();
    if chart.patient.standing == chart::Standing::Cancelled {
        marks.push(mark("withdrawn", String::new()));
    }
    for (code, answered) in [("allergy", &chart.allergies), ("contraindication", &chart.contraindications)] {
        let told = answered.items.iter().filter(|item| !item.says_none).map(|item| item.allergy.allergen.shown());
        match answered.answer {
            Answer::Recorded => marks.push(mark(code, listed(told))),
            Answer::NoneConfirmed => {}
            // Every source that tells of contraindications tells of allergies: one mark will do.
            _ if code == "allergy" => marks.push(mark("allergy_unknown", String::new())),
            _ => {}
        }
    }
    let found = |item: &&chart::Item<chart::infection::Mark>| item.finding != Finding::Negative;
    match chart.infections.answer {
        Answer::Recorded => {
            marks.push(mark("infection", listed(chart.infections.items.iter().filter(found).map(|item| item.about))));
        }
        Answer::NoneConfirmed if chart.infections.scope.is_empty() => {}
        _ => marks.push(mark("infection_unknown", String::new())),
    }
    if chart.pregnancy.answer == Answer::Recorded {
        marks.push(mark("pregnancy", String::new()));
    }
    let clashes = chart.cautions.iter().filter(|caution| caution.code != "high_risk_gap");
    let clashes = listed(clashes.map(|caution| caution.about.as_str()));
    if !clashes.is_empty() {
        marks.push(mark("clash", clashes));
    }
    marks.extend(risks(chart).into_iter().map(|risk| mark("high_risk", risk.code().to_owned())));
    marks.extend(standing_marks(chart));
    marks
}

/// Marks of how the patient lives on the ward.
fn standing_marks(chart: &Chart) -> Vec<BedMark> {
    let mark = |code, about: String| BedMark { code, about };
    let mut marks = Vec::new();
    let stay = chart.stays.iter().find(|stay| stay.current);
    let problems = chart.problems.iter().filter(|item| item.active);
    let dialysis = problems.map(|item| item.problem.name.shown()).find(|name| name.contains("透析"));
    marks.extend(dialysis.map(|name| mark("dialysis", name.to_owned())));
    let boxes = boxes(chart, stay.and_then(|stay| stay.admitted).map(|at| at.start));
    let falls = boxes.into_iter().find(|entry| entry.code == "falls").and_then(|entry| entry.told);
    marks.extend(falls.map(|told| mark("falls", told.text.clone())));
    if let Some(meal) = chart.meals.iter().find(|meal| meal.current && super::meals::is_fasting(&meal.meal)) {
        marks.push(mark("fasting", meal.meal.diet.shown().to_owned()));
    }
    if stay.is_some_and(|stay| stay.on_leave) {
        marks.push(mark("on_leave", String::new()));
    }
    // SS-MIX2 has no field for 氏名掲示不可 and the like; a VIP code is shown as it came, for a person to know what it means.
    let vip = chart.unplaced.iter().find(|field| field.at == "PV1-16");
    marks.extend(vip.map(|field| mark("vip", field.text.clone())));
    marks
}

/// Classes of drugs in force whose doses two people confirm.
fn risks(chart: &Chart) -> Vec<HighRisk> {
    let drugs = chart.medications.iter().map(|item| &item.in_use);
    let uses = drugs.chain(chart.injections.iter().map(|item| &item.in_use)).filter(|in_use| in_use.current);
    let mut classes: Vec<HighRisk> = uses.flat_map(|in_use| in_use.high_risk.iter().copied()).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// Words once each, with `・` between.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    once.join("・")
}
