//! What goes into an envelope: charts drawn by the ward's own templates, each into its box, and the index of whom there is.

use std::collections::{BTreeMap, BTreeSet};

use chart::{Moment, PatientId, Place, Precision};
use store::{PersonRow, Reader};
use vault::envelope::Sealer;

use crate::bookings::day::{PlanRow, planned as planned_on};
use crate::confidential::{self, Flags};
use crate::custody::envelope::index::{self, Row};
use crate::custody::envelope::rules::Contents;
use crate::event::Flag;
use crate::freshness::Bar;
use crate::home::Problem;
use crate::stays::census;
use crate::text::Words;
use crate::ward;

/// Inpatients read: ten times those of a large hospital.
const INPATIENTS_MAX: usize = 20_000;
/// Plans read for the days ahead, as the print runs read.
const PLANS_MAX: usize = 20_000;
/// Briefs in one box: alike enough to pack well, few enough that one look opens few.
const BRIEFS_A_BOX: usize = 32;
/// Bytes of all boxes: what a stick and a PC of ten years ago still take.
const BYTES_MAX: usize = 1 << 30;

/// Boxes, and what the rest of the program needs to know of them.
pub struct Gathered {
    /// Boxes of charts and briefs.
    pub sealer: Sealer,
    /// The index, for box 0.
    pub index: String,
    /// Patients in the index.
    pub patients: u64,
    /// Charts, whole.
    pub charts: u64,
    /// The newest data.
    pub data: Option<Moment>,
    /// Sources that are silent.
    pub silent: Vec<String>,
    /// Which entries count.
    pub cut: String,
    /// Charts that could not be drawn: how many.
    pub failed: u64,
}

/// What is asked for.
pub struct Wanted<'a> {
    /// What the index holds.
    pub contents: &'a Contents,
    /// Days ahead whose appointments have their charts in it.
    pub days: u32,
    /// Now.
    pub now: Moment,
    /// In which language.
    pub t: Words,
}

/// Everybody who may stand in the index, and what is known of each without opening a chart.
struct People {
    rows: BTreeMap<PatientId, PersonRow>,
    places: BTreeMap<PatientId, Place>,
    plans: BTreeMap<PatientId, Vec<PlanRow>>,
}

impl People {
    fn read(reader: &Reader, wanted: &Wanted<'_>) -> Result<People, Problem> {
        let mut people = People { rows: BTreeMap::new(), places: BTreeMap::new(), plans: BTreeMap::new() };
        if wanted.contents.everybody {
            reader.people(|id, row| drop(people.rows.insert(id, row)))?;
        }
        for lying in census::of_ward(reader, None, INPATIENTS_MAX)?.0 {
            people.rows.insert(lying.id.clone(), census::person(reader, &lying.id)?);
            people.places.entry(lying.id).or_insert(lying.inpatient.place);
        }
        let last = wanted.now.plus_days(i64::from(wanted.days));
        for planned in reader.plans(wanted.now, last, PLANS_MAX)?.iter().filter(|planned| planned.plan.is_move()) {
            people.comes(reader, planned.id.clone(), PlanRow::of(planned))?;
        }
        // Appointments with what was made, moved and cancelled since the copy ended.
        for ahead in 0..=i64::from(wanted.days) {
            for (id, row) in planned_on(reader, wanted.now.plus_days(ahead).day())?.0 {
                people.comes(reader, id, row)?;
            }
        }
        people.temporary(reader, wanted)?;
        Ok(people)
    }

    fn comes(&mut self, reader: &Reader, id: PatientId, row: PlanRow) -> Result<(), Problem> {
        if !self.rows.contains_key(&id) {
            self.rows.insert(id.clone(), reader.person(&id)?.unwrap_or_default());
        }
        self.plans.entry(id).or_default().push(row);
        Ok(())
    }

    /// Temporary patients of whom anything is in the copy: they lie in no ward as far as it tells, so they stand under a word of their own.
    fn temporary(&mut self, reader: &Reader, wanted: &Wanted<'_>) -> Result<(), Problem> {
        for id in crate::temporary::known(reader)? {
            let person = self.rows.entry(id.clone()).or_default();
            if person.name.is_empty() {
                person.name = wanted.t.text("temporary-name");
            }
            let place = Place { ward: wanted.t.text("envelope-temporary"), ..Place::default() };
            self.places.entry(id).or_insert(place);
        }
        Ok(())
    }

    /// Whose charts are in the file whole.
    fn whole(&self) -> BTreeSet<PatientId> {
        self.places.keys().chain(self.plans.keys()).cloned().collect()
    }
}

/// Draws, seals and lists.
///
/// # Errors
/// When the store cannot be read, or there is more than a file may hold. A chart that cannot be drawn is counted, and its patient stays
/// in the index without it.
pub fn gather(reader: &Reader, wanted: &Wanted<'_>) -> Result<Gathered, Problem> {
    let people = People::read(reader, wanted)?;
    let whole = people.whole();
    let no_flags = Flags::all(reader)? == Flags::default();
    let mut sealer = Sealer::new().map_err(not_sealed)?;
    let (mut rows, mut failed) = (Vec::new(), 0);
    let brief: Vec<String> =
        ward::BRIEF.iter().filter(|word| wanted.contents.says(word)).map(|word| (*word).to_owned()).collect();
    let mut briefs = Briefs::default();
    for (id, person) in people.rows {
        let flags = if no_flags { BTreeSet::new() } else { confidential::of_person(reader, &id)? };
        let (days, plans) = planned(people.plans.get(&id).map_or(&[][..], Vec::as_slice), wanted.t);
        let place = people.places.get(&id).cloned();
        let mut row = Row {
            place,
            days,
            plans,
            flags: flags.iter().map(|flag| wanted.t.word("flag", flag.code())).collect::<Vec<_>>().join("・"),
            reason: flags.iter().copied().any(Flag::asks_reason),
            chart: 0,
            brief: None,
            id,
            person,
        };
        if whole.contains(&row.id) {
            match ward::carried(reader, &row.id, wanted.now, wanted.t) {
                Ok(Some(chart)) => row.chart = sealer.add(json(&chart)?.as_bytes()).map_err(not_sealed)?,
                Ok(None) | Err(_) => failed += 1,
            }
        } else if !brief.is_empty() {
            match ward::brief(reader, &row.id, &brief, wanted.now, wanted.t) {
                Ok(Some(told)) => briefs.add(rows.len(), told, &mut rows, &mut sealer)?,
                Ok(None) | Err(_) => failed += 1,
            }
        }
        rows.push(row);
        if sealer.bytes() > BYTES_MAX {
            return Err(too_large());
        }
    }
    briefs.seal(&mut rows, &mut sealer)?;
    let charts = rows.iter().filter(|row| row.chart > 0).count() as u64;
    let patients = rows.len() as u64;
    let bar = Bar::now(reader, wanted.now)?;
    Ok(Gathered {
        index: index::index(&rows, wanted.contents, &held(wanted, patients, charts), (wanted.t, wanted.now)),
        sealer,
        patients,
        charts,
        data: bar.newest,
        silent: bar.silent,
        cut: reader.cut()?.words(),
        failed,
    })
}

/// Briefs that wait for their box, each with the place of its row.
#[derive(Default)]
struct Briefs {
    waiting: Vec<(usize, ward::Carried)>,
}

impl Briefs {
    fn add(&mut self, row: usize, told: ward::Carried, rows: &mut [Row], sealer: &mut Sealer) -> Result<(), Problem> {
        self.waiting.push((row, told));
        // The row of the last one is not in the list yet, so a full box is sealed with the next.
        if self.waiting.len() > BRIEFS_A_BOX {
            let last = self.waiting.pop();
            self.seal(rows, sealer)?;
            self.waiting.extend(last);
        }
        Ok(())
    }

    fn seal(&mut self, rows: &mut [Row], sealer: &mut Sealer) -> Result<(), Problem> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let told: Vec<&ward::Carried> = self.waiting.iter().map(|(_, told)| told).collect();
        let number = sealer.add(json(&told)?.as_bytes()).map_err(not_sealed)?;
        for (at, (row, _)) in self.waiting.drain(..).enumerate() {
            if let Some(row) = rows.get_mut(row) {
                row.brief = Some((number, at));
            }
        }
        Ok(())
    }
}

/// Days, ISO, and what is planned, in words.
fn planned(plans: &[PlanRow], t: Words) -> (Vec<String>, String) {
    let mut days: Vec<String> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for row in plans {
        let Some(at) = row.plan.at else { continue };
        let day = at.start.day().iso();
        let time = if at.precision > Precision::Day { at.to_string() } else { day.clone() };
        let mut marks = Vec::new();
        match row.state {
            "moved" => {
                marks.push(t.with("booking-moved-to", row.other_at.map_or_else(String::new, |at| at.to_string())))
            }
            "cancelled" => marks.push(t.text("booking-cancelled")),
            _ if row.source == "outage" => marks.push(t.text("booking-outage")),
            _ => {}
        }
        if row.doubtful {
            marks.push(t.text("command-doubtful"));
        }
        let marks: String = marks.into_iter().map(|mark| format!("【{mark}】")).collect();
        words.push(format!("{time} {} {}{marks}", row.department(), t.word("appointment", &row.plan.kind)));
        if row.stands() && !days.contains(&day) {
            days.push(day);
        }
    }
    words.sort();
    words.dedup();
    (days, words.join("、"))
}

fn held(wanted: &Wanted<'_>, patients: u64, charts: u64) -> String {
    let t = wanted.t;
    let whom = if wanted.contents.everybody {
        t.with("envelope-held-all", patients)
    } else {
        t.with("envelope-held-charts", patients)
    };
    format!("{whom} {}", t.with("envelope-held-whole", charts))
}

fn json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Problem::failed(error.to_string()))
}

/// What the vault says where a box could not be made.
pub fn not_sealed(error: vault::envelope::Error) -> Problem {
    Problem::failed(error.to_string())
}

fn too_large() -> Problem {
    Problem::failed(
        "閲覧用カルテファイルが大きすぎます（1 GiB まで）。--days を減らすか、`andon envelope contents` で索引の内容を減らしてください。\n\
         The file would be too large (1 GiB at most): fewer --days, or less in the index (`andon envelope contents`).",
    )
}
