//! The pages of wards and of days: load, decide, render.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chart::{Lang, Moment, PatientId, Place, SourceRef, When, age_words};
use serde::Deserialize;

use super::beds::{BedMark, BedRow, WardCount};
use super::gap::{GapList, GapRow};
use super::lists::{Alike, read_day};
use super::meals::{Tray, Trays};
use super::page::{address, bed_words};
use super::plans::WardMoves;
use super::rules::{age_words as years, both_calendars, sex_code};
use crate::bookings::day::{Comer, PlanRow};
use crate::stays::MEALS;
use crate::text::Words;
use crate::typed_time::day_in_words;
use crate::web::{Frame, Site, Visit, answer, encoded};

#[derive(Template)]
#[template(path = "ward/wards.html")]
struct WardsPage {
    frame: Frame,
    wards: Vec<WardCount>,
}

impl WardsPage {
    fn address(&self, ward: &WardCount) -> String {
        ward_address(&ward.ward)
    }
}

/// The address of a ward; `-` stands for patients whose movements name none.
pub(super) fn ward_address(ward: &str) -> String {
    format!("/wards/{}", if ward.is_empty() { "-".to_owned() } else { encoded(ward) })
}

/// The ward of an address.
pub(super) fn ward_of(address: String) -> String {
    if address == "-" { String::new() } else { address }
}

/// `GET /wards`
pub async fn wards(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        Ok(WardsPage { wards: super::beds::wards(reader)?, frame: Frame::new(&own, &asked, reader)? })
    });
    answer(&site, &visit, made.await)
}

#[derive(Template)]
#[template(path = "ward/beds.html")]
struct BedsPage {
    frame: Frame,
    /// The ward's code, as sent.
    code: String,
    ward: String,
    home: String,
    rows: Vec<BedRow>,
    more: bool,
}

impl BedsPage {
    fn who(&self, row: &BedRow) -> WhoCell {
        let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
        let age = row.age.as_ref().map_or_else(String::new, |age| years(age, self.frame.t.lang));
        let who = who(self.frame.t, &id, (&row.name, &row.kana), row.birth_date, row.alike_in_ward);
        WhoCell { sex: self.frame.t.word("sex", sex_code(row.sex)), age, same_name: row.same_name > 1, ..who }
    }

    fn place(&self, row: &BedRow) -> String {
        bed_words(&row.room, &row.bed)
    }

    /// Where what happens to this inpatient is written.
    fn stay(&self, row: &BedRow) -> String {
        format!("/wards/stay?authority={}&id={}", encoded(&row.authority), encoded(&row.id))
    }

    /// What was last said of the stay since the copy ended: what, at which station, when, how long ago.
    fn outage(&self, row: &BedRow) -> Option<(String, Stand)> {
        let (said, t) = (row.outage.as_ref()?, self.frame.t);
        let age = t.with("aside", age_words(said.age_minutes, t.lang));
        let what = format!("{} {}", t.text("stay-outage"), t.word("stay-act", &said.act));
        Some((what, vec![said.at.to_string(), age.trim().to_owned(), format!("{} {}", said.station, said.who)]))
    }

    fn mark(&self, mark: &BedMark) -> String {
        let about = match mark.code {
            "high_risk" => return self.frame.t.word("risk", &mark.about),
            code if crate::event::Flag::read(code).is_some() => return self.frame.t.word("flag", code),
            _ => mark.about.as_str(),
        };
        let word = self.frame.t.word("bed", mark.code);
        if about.is_empty() { word } else { format!("{word}: {about}") }
    }

    /// 要注意 of the ward: each mark with the beds that have it, what must be known first at the top.
    fn cautions(&self) -> Vec<(String, &'static str, Vec<String>)> {
        let mut all: Vec<(String, &'static str, Vec<String>)> = Vec::new();
        for row in &self.rows {
            for mark in row.marks.iter().filter(|mark| !mark.code.ends_with("_unknown")) {
                // What it is of stands beside the bed: here one line a kind.
                let name = match mark.code {
                    "high_risk" => self.mark(mark),
                    _ => self.mark(&BedMark { code: mark.code, about: String::new() }),
                };
                let bed = self.place(row);
                match all.iter_mut().find(|(known, ..)| *known == name) {
                    Some((.., beds)) if beds.contains(&bed) => {}
                    Some((.., beds)) => beds.push(bed),
                    None => all.push((name, self.class(mark), vec![bed])),
                }
            }
        }
        all.sort_by_key(|(_, class, beds)| (*class != "warn", std::cmp::Reverse(beds.len())));
        all
    }

    fn class(&self, mark: &BedMark) -> &'static str {
        match mark.code {
            "allergy_unknown" | "infection_unknown" | "on_leave" | "falls" | "vip" => "note",
            _ => "warn",
        }
    }

    fn day(&self, when: &Option<When>) -> String {
        when.map_or_else(|| self.frame.t.text("not-recorded-short"), |when| when.to_string())
    }

    fn nth(&self, row: &BedRow) -> String {
        row.day_of_stay.map_or_else(String::new, |day| self.frame.t.with("day-of-stay", day))
    }

    fn missing(&self, row: &BedRow) -> String {
        let missing = row.boxes.iter().filter(|entry| entry.told.is_none());
        let comma = if self.frame.t.lang == Lang::Ja { "、" } else { ", " };
        missing.map(|entry| self.frame.t.word("box", entry.code)).collect::<Vec<_>>().join(comma)
    }

    fn told(&self, row: &BedRow) -> Vec<(String, String, Stand)> {
        let told = row.boxes.iter().filter_map(|entry| Some((entry, entry.told.as_ref()?)));
        let t = self.frame.t;
        told.map(|(entry, item)| {
            let stand = stand(t, item.time.map(|time| time.to_string()), item.age_minutes, Some(&item.source));
            (t.word("box", entry.code), item.text.clone(), stand)
        })
        .collect()
    }

    fn state(&self, row: &BedRow) -> Stand {
        match row.last_message.zip(row.age_minutes) {
            Some((at, age)) => stand(self.frame.t, Some(at.to_string()), age, None),
            None => vec!["—".to_owned()],
        }
    }
}

/// Time with age, and source with running number: each part is kept on one line.
pub(super) type Stand = Vec<String>;

pub(super) fn stand(t: Words, time: Option<String>, age_minutes: i64, source: Option<&SourceRef>) -> Stand {
    let age = t.with("aside", age_words(age_minutes, t.lang));
    let mut parts = vec![time.unwrap_or_default(), age.trim().to_owned()];
    parts.extend(source.map(|source| format!("{} №{}", source.source, source.position)));
    parts
}

/// A patient in a cell: name with its address, kana, birth, number, marks of likeness.
pub(super) struct WhoCell {
    pub address: String,
    pub name: String,
    pub kana: String,
    pub birth: String,
    pub age: String,
    pub sex: String,
    pub id: String,
    /// Words of likeness on this list; empty for none.
    pub alike: String,
    pub same_name: bool,
}

pub(super) fn who(t: Words, id: &PatientId, (name, kana): (&str, &str), birth: Option<When>, alike: Alike) -> WhoCell {
    WhoCell {
        address: address(id),
        name: if name.is_empty() { t.text("no-name") } else { name.to_owned() },
        kana: kana.to_owned(),
        birth: birth.map_or_else(|| t.text("not-recorded-short"), |birth| both_calendars(&birth)),
        age: String::new(),
        sex: String::new(),
        id: id.id.clone(),
        alike: match alike {
            Alike::No => String::new(),
            Alike::Surname => t.text("same-surname"),
            Alike::Name => t.text("same-name"),
        },
        same_name: false,
    }
}

/// `GET /wards/{ward}`
pub async fn beds(State(site): State<Site>, visit: Visit, Path(ward): Path<String>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let ward = ward_of(ward);
    let made = site.read(move |reader| {
        let (rows, more) = super::beds::beds(reader, &ward, own.now())?;
        let (code, home, frame) = (ward.clone(), ward_address(&ward), Frame::new(&own, &asked, reader)?);
        Ok(BedsPage { code, ward, home, frame, rows, more })
    });
    answer(&site, &visit, made.await)
}

#[derive(Template)]
#[template(path = "ward/gap.html")]
struct GapPage {
    frame: Frame,
    ward: String,
    home: String,
    list: GapList,
}

impl GapPage {
    fn who(&self, row: &GapRow) -> WhoCell {
        let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
        who(self.frame.t, &id, (&row.name, &row.kana), row.birth_date, row.alike)
    }

    fn span(&self) -> String {
        let now = self.frame.made;
        match self.list.from {
            Some(from) => self.frame.t.with("gap-span", format!("{from} 〜 {now}")),
            None => self.frame.t.text("gap-never"),
        }
    }

    fn risk(&self, risk: &chart::classes::HighRisk) -> String {
        self.frame.t.word("risk", risk.code())
    }

    fn course(&self, row: &GapRow) -> String {
        use chart::drugs::Course;
        match row.course {
            Course::Current => String::new(),
            Course::Planned => self.frame.t.word("course", "planned"),
            Course::Ended => self.frame.t.word("course", "ended"),
            Course::Stopped => self.frame.t.word("course", "stopped"),
        }
    }

    fn last(&self, row: &GapRow) -> Stand {
        let t = self.frame.t;
        match &row.last_given {
            chart::drugs::LastGiven::NoRecord => vec![t.text("no-administration")],
            chart::drugs::LastGiven::Recorded { time, age_minutes, completion, source, .. } => {
                let mut parts = stand(t, time.map(|time| time.to_string()), *age_minutes, Some(source));
                parts.insert(2, t.word("completion", completion));
                parts
            }
        }
    }
}

/// `GET /wards/{ward}/gap`
pub async fn gap(State(site): State<Site>, visit: Visit, Path(ward): Path<String>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let ward = ward_of(ward);
    let made = site.read(move |reader| {
        let list = super::gap::gap(reader, &ward, own.now())?;
        Ok(GapPage { home: ward_address(&ward), frame: Frame::new(&own, &asked, reader)?, ward, list })
    });
    answer(&site, &visit, made.await)
}

#[derive(Template)]
#[template(path = "ward/meals.html")]
struct MealsPage {
    frame: Frame,
    ward: String,
    home: String,
    trays: Trays,
    meals: Vec<&'static str>,
    meal: &'static str,
}

/// `/wards/{ward}/meals?meal=lunch`
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    meal: String,
}

impl MealsPage {
    fn who(&self, row: &Tray) -> WhoCell {
        let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
        who(self.frame.t, &id, (&row.name, &row.kana), row.birth_date, row.alike)
    }

    fn diet(&self, diet: &str) -> String {
        if diet.is_empty() { self.frame.t.text("no-diet") } else { diet.to_owned() }
    }

    /// What to say beside the allergies that food may bring: an empty cell would be read as none.
    fn rest(&self, row: &Tray) -> String {
        let t = self.frame.t;
        match () {
            () if row.allergies_unknown => t.word("bed", "allergy-unknown"),
            () if row.others_only => t.text("meals-others-only"),
            () if row.allergies.is_empty() => t.text("answer-none-confirmed"),
            () => String::new(),
        }
    }

    fn told(&self, row: &Tray) -> Stand {
        let Some(item) = &row.told else { return Stand::new() };
        let age = item.source.received.minutes_until(self.frame.made).max(item.age_minutes);
        stand(self.frame.t, item.time.map(|time| time.to_string()), age, Some(&item.source))
    }
}

/// `GET /wards/{ward}/meals`
pub async fn meals(
    State(site): State<Site>,
    visit: Visit,
    Path(ward): Path<String>,
    Query(which): Query<Which>,
) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let ward = ward_of(ward);
    let made = site.read(move |reader| {
        let meal = MEALS.into_iter().map(|(code, _)| code).find(|code| *code == which.meal).unwrap_or(MEALS[0].0);
        let trays = super::meals::trays(reader, &ward, (meal, own.now()))?;
        let meals = MEALS.map(|(code, _)| code).to_vec();
        Ok(MealsPage { home: ward_address(&ward), frame: Frame::new(&own, &asked, reader)?, ward, trays, meals, meal })
    });
    answer(&site, &visit, made.await)
}

/// `/admissions?day=…`
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    day: String,
}

/// Characters of a day that are shown again; the rest is a paste.
const DAY_MAX: usize = 60;

/// A day with the two beside it.
struct Days {
    /// What was typed, when it is no day: today is shown.
    unread: String,
    day: When,
}

impl Days {
    fn of(typed: &str, now: Moment) -> Days {
        match read_day(typed, now) {
            Some(day) => Days { unread: String::new(), day },
            None => Days { unread: typed.chars().take(DAY_MAX).collect(), day: now.day() },
        }
    }

    fn shown(&self, lang: Lang) -> String {
        day_in_words(&self.day, lang)
    }

    fn iso(&self) -> String {
        self.day.iso()
    }

    fn beside(&self, days: i64) -> String {
        self.day.start.plus_days(days).day().iso()
    }

    fn is_past(&self, now: Moment) -> bool {
        self.day.end() <= now.day().start
    }
}

fn comer(t: Words, row: &Comer, now: Moment) -> WhoCell {
    let id = PatientId { authority: row.authority.clone(), id: row.id.clone() };
    let age = row.birth_date.and_then(|birth| chart::age_at(&birth, now));
    WhoCell {
        sex: t.word("sex", sex_code(row.sex)),
        age: age.map_or_else(String::new, |age| years(&age, t.lang)),
        same_name: row.same_name > 1,
        ..who(t, &id, (&row.name, &row.kana), row.birth_date, row.alike)
    }
}

fn place_words(place: &Place) -> String {
    format!("{} {}", place.ward, bed_words(&place.room, &place.bed)).trim().to_owned()
}

fn plan_words(t: Words, plan: &PlanRow) -> String {
    super::view::joined([t.word("appointment", &plan.plan.kind), plan.plan.text.clone()])
}

/// The hour of a plan, or that only the day is known.
fn time_words(t: Words, plan: &PlanRow) -> String {
    match plan.plan.at {
        Some(at) if at.precision > chart::Precision::Day => {
            let civil = at.start.civil();
            format!("{:02}:{:02}", civil.hour, civil.minute)
        }
        _ => t.text("day-only"),
    }
}

#[derive(Template)]
#[template(path = "ward/admissions.html")]
struct AdmissionsPage {
    frame: Frame,
    days: Days,
    wards: Vec<WardMoves>,
    cut: bool,
}

impl AdmissionsPage {
    fn who(&self, row: &Comer) -> WhoCell {
        comer(self.frame.t, row, self.frame.made)
    }

    fn place(&self, place: &Place) -> String {
        place_words(place)
    }

    fn plan(&self, plan: &PlanRow) -> String {
        plan_words(self.frame.t, plan)
    }

    fn time(&self, plan: &PlanRow) -> String {
        time_words(self.frame.t, plan)
    }

    fn count(&self) -> usize {
        self.wards.iter().map(|ward| ward.rows.len()).sum()
    }

    /// Planned to come, and lies there already.
    fn is_in(&self, row: &Comer) -> bool {
        row.place.is_some() && row.plans.iter().any(|plan| plan.plan.kind == "admit_plan")
    }
}

/// `GET /admissions?day=`
pub async fn admissions(State(site): State<Site>, visit: Visit, Query(typed): Query<Asked>) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let days = Days::of(&typed.day, own.now());
        let (wards, cut) = super::plans::moves(reader, days.day)?;
        Ok(AdmissionsPage { frame: Frame::new(&own, &asked, reader)?, days, wards, cut })
    });
    answer(&site, &visit, made.await)
}
