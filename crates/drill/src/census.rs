//! Who is where: which patient lies in which bed and who comes to which clinic, without asking any other patient.
//!
//! Numbers are dealt out in three runs: the special people of the clinics, then one patient for every (bed, stay before the
//! stop), then everybody else. Stays of a bed are laid end to end backwards from the stop, so no bed holds two.

use chart::when::Moment;

use crate::courses::{self, CLINIC, Course, ONCE, Setting};
use crate::day::{Day, later};
use crate::house;
use crate::plan::Plan;
use crate::rng::{Rng, mix};
use crate::special;

/// A stay.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// Bed number, `0..beds`.
    pub bed: u32,
    /// What for.
    pub course: &'static Course,
    /// When it began.
    pub admitted: Moment,
    /// When it ended, or is planned to.
    pub discharged: Moment,
    /// Patient number of the mother, for a newborn.
    pub mother: Option<u32>,
}

/// How a patient belongs to the hospital.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Was or is an inpatient within the days written in full.
    Inpatient(Stay),
    /// Comes back to a clinic.
    Regular(&'static Course),
    /// Came once, on this day.
    Once(&'static Course, Day),
}

/// Beds in use: all, or a third of the patients when those are few, but never fewer than 40.
pub fn beds(plan: &Plan) -> u32 {
    plan.beds.min(plan.patients / 3).max(40)
}

fn first_stay() -> u32 {
    special::CLINIC_PEOPLE
}

fn stays(plan: &Plan) -> u32 {
    let turns = plan.days / 12 + 2;
    (turns * beds(plan)).min((plan.patients / 2).max(beds(plan)))
}

/// The patient of a bed, counting stays back from the stop; `None` when that stay has no patient in this plan.
pub fn patient_of(plan: &Plan, bed: u32, before: u32) -> Option<u32> {
    let at = before * beds(plan) + bed;
    (bed < beds(plan) && at < stays(plan)).then_some(first_stay() + at)
}

/// Inpatients at the stop: 98 of 120 beds.
pub fn occupied_at_stop(plan: &Plan, bed: u32) -> bool {
    let beds = beds(plan);
    let wanted = (beds * 98 + 60) / 120;
    let key = |bed: u32| {
        let (ward, within) = house::ward_of(bed, beds);
        let fixed = special::ward_person(ward, within).is_some() || pair(plan, bed).is_some_and(|low| low < 2);
        (!fixed, mix(&[plan.seed, u64::from(bed & !1), 0xbed]), bed)
    };
    let mine = key(bed);
    (0..beds).filter(|other| key(*other) < mine).count() < wanted as usize
}

/// For the beds of mothers and their children: the number of the mother's bed within the ward.
fn pair(plan: &Plan, bed: u32) -> Option<u32> {
    let beds = beds(plan);
    let (ward, within) = house::ward_of(bed, beds);
    let paired = (beds / 10).max(2) & !1;
    (ward == 0 && within < paired).then_some(within & !1)
}

/// The stay of a bed, so many before the last. Walks the bed's stays from the stop backwards.
pub fn stay(plan: &Plan, bed: u32, before: u32) -> Stay {
    if let Some(mother) = pair(plan, bed)
        && bed != mother
    {
        return newborn(plan, bed, before, stay(plan, mother, before));
    }
    let taken = occupied_at_stop(plan, bed);
    let mut free_from = plan.last_day();
    let mut back = 0;
    loop {
        let mut rng = Rng::new(&[plan.seed, u64::from(bed), u64::from(back), 2]);
        let course = ward_course(plan, bed, back, &mut rng);
        let days = match course.setting {
            Setting::Ward(_, short, long) => rng.between(short, long),
            _ => 7,
        };
        let (admitted, discharged) = if back == 0 && taken {
            let elapsed = rng.between(1.max(days / 4), days - 1).min(days - 1).max(2);
            (plan.last_day().plus(-elapsed), plan.last_day().plus((days - elapsed).max(0)))
        } else {
            let end = free_from.plus(-rng.between(1, 5));
            (end.plus(-days), end)
        };
        if back == before {
            let admitted = admitted.at(rng.between(9, 20), rng.between(0, 59));
            let discharged = discharged.at(10, rng.between(0, 45));
            return Stay { bed, course, admitted, discharged, mother: None };
        }
        free_from = admitted;
        back += 1;
    }
}

fn newborn(plan: &Plan, bed: u32, before: u32, mother: Stay) -> Stay {
    let birth = later(mother.admitted, 60 * 5 + i64::from(bed) * 7);
    Stay { bed, course: &courses::NEWBORN, admitted: birth, mother: patient_of(plan, mother.bed, before), ..mother }
}

fn ward_course(plan: &Plan, bed: u32, back: u32, rng: &mut Rng) -> &'static Course {
    let (ward, within) = house::ward_of(bed, beds(plan));
    if pair(plan, bed).is_some() {
        return &courses::DELIVERY;
    }
    if back == 0
        && let Some(course) = special::ward_person(ward, within)
    {
        return course;
    }
    draw(courses::WARD.iter().filter(|c| matches!(c.setting, Setting::Ward(w, ..) if w == ward)), rng)
}

fn draw<'a>(courses: impl Iterator<Item = &'a Course> + Clone, rng: &mut Rng) -> &'a Course {
    let mut at = rng.below(courses.clone().map(|c| c.weight).sum());
    let mut last = &courses::NEWBORN;
    for course in courses {
        last = course;
        if at < course.weight {
            break;
        }
        at -= course.weight;
    }
    last
}

/// Visits a clinic day should see: 339 in a hospital of 85,000, fewer where there are fewer patients.
fn visits_wanted(plan: &Plan) -> f64 {
    339.0_f64.min(f64::from(plan.patients) / 40.0)
}

/// Of these, visits of people who come once.
const ONCE_SHARE: f64 = 0.12;

fn regulars(plan: &Plan) -> u32 {
    let weights: u64 = CLINIC.iter().map(|c| c.weight).sum();
    let rate = |c: &Course| match c.setting {
        Setting::Clinic(days) => c.weight as f64 / weights as f64 * 7.0 / 5.0 / days as f64,
        _ => 0.0,
    };
    let each: f64 = CLINIC.iter().map(rate).sum();
    let wanted = visits_wanted(plan) * (1.0 - ONCE_SHARE) / each;
    (wanted as u32).min(plan.patients.saturating_sub(first_stay() + stays(plan)) * 7 / 10)
}

/// How patient `number` belongs to the hospital.
pub fn role(plan: &Plan, number: u32) -> Role {
    if let Some(role) = special::clinic_role(plan, number) {
        return role;
    }
    let at = number.saturating_sub(first_stay());
    if at < stays(plan) {
        return Role::Inpatient(stay(plan, at % beds(plan), at / beds(plan)));
    }
    let rest = at - stays(plan);
    let mut rng = Rng::new(&[plan.seed, u64::from(number), 3]);
    let regulars = regulars(plan);
    if rest < regulars {
        // The first of them walk through the table, so that a small hospital has one of each.
        return Role::Regular(CLINIC.get(rest as usize).unwrap_or_else(|| draw(CLINIC.iter(), &mut rng)));
    }
    let others = plan.patients.saturating_sub(first_stay() + stays(plan) + regulars).max(1);
    let recent = visits_wanted(plan) * ONCE_SHARE * f64::from(plan.days) * 5.0 / 7.0;
    let course = ONCE.get((rest - regulars) as usize).unwrap_or_else(|| draw(ONCE.iter(), &mut rng));
    let ago = if f64::from(rest - regulars) < recent.min(f64::from(others)) {
        rng.between(2, i64::from(plan.days.max(3)))
    } else {
        rng.between(i64::from(plan.days) + 1, 20 * 365)
    };
    let day = plan.last_day().plus(-ago);
    let day = if day.open() { day } else { day.plus(-2) };
    Role::Once(course, day)
}

/// Clinic days of a regular patient from `from` to `to`.
pub fn clinic_days(plan: &Plan, number: u32, course: &Course, from: Day, to: Day) -> Vec<Day> {
    let Setting::Clinic(every) = course.setting else { return Vec::new() };
    let offset = mix(&[plan.seed, u64::from(number), 4]) as i64;
    if every <= 2 {
        // Dialysis: Monday, Wednesday, Friday, or Tuesday, Thursday, Saturday.
        let first = offset.rem_euclid(2);
        return (from.0..=to.0).map(Day).filter(|d| d.weekday() < 6 && d.weekday() % 2 == first).collect();
    }
    let offset = offset.rem_euclid(every);
    let start = from.0 + (offset - from.0).rem_euclid(every);
    let days = (start..=to.0).step_by(every as usize).map(|day| {
        // A Saturday goes to any weekday that follows, so that Mondays are not overrun.
        let day = Day(day);
        if day.open() { day } else { day.next_open().plus(offset.rem_euclid(5)) }
    });
    days.filter(|day| *day <= to).collect()
}

/// How full the hospital of a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    /// Inpatients at the stop.
    pub inpatients: u32,
    /// Visits to the clinics on the day asked for.
    pub visits: u32,
}

/// Inpatients at the stop and visits on the day of `moment`, without writing anything.
pub fn count(plan: &Plan, moment: Moment) -> Census {
    let day = Day::of(moment);
    let inpatients = (0..beds(plan)).filter(|bed| occupied_at_stop(plan, *bed)).count() as u32;
    let visits = (0..plan.patients).filter(|number| match role(plan, *number) {
        Role::Inpatient(_) => false,
        Role::Regular(course) => clinic_days(plan, *number, course, day.plus(-9), day).contains(&day),
        Role::Once(_, on) => on == day,
    });
    Census { inpatients, visits: visits.count() as u32 }
}
