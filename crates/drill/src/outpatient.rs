//! Clinic visits: reception, samples, examinations, prescription, note; and what is planned beyond the stop.

use crate::census;
use crate::courses::{Course, DIALYSIS_DRIP, Drip, Exam, Service, Setting};
use crate::day::{Day, later};
use crate::ext::Paper;
use crate::house;
use crate::kinds::Kind;
use crate::life::Life;
use crate::messages::adt::{Movement, movement};
use crate::messages::laboratory::{self, Sample};
use crate::messages::prescriptions::{Prescription, Taking, prescription};
use crate::messages::{Scene, exams, injections};
use crate::rng::mix;
use crate::special;

/// Somebody who comes back every so many days.
pub fn regular(life: &mut Life, course: &'static Course) {
    let plan = life.plan;
    let number = life.person.number;
    let long = special::key_of(plan, number) == Some("twenty-years");
    let first = if long { plan.last_day().plus(-20 * 365) } else { plan.first_day() };
    // Older care is thin: a visit in each of the years before, for what people have for years.
    let years = if long || course.ages.1 < 80 || every(course) < 28 {
        0
    } else {
        (mix(&[plan.seed, u64::from(number), 8]) % 4) as i64
    };
    let old = (1..=years).rev().map(|year| first.plus(-year * 364 + 7).next_open());
    let born = life.person.birth;
    let days = census::clinic_days(plan, number, course, first, plan.last_day().plus(90));
    let all: Vec<Day> = old.chain(days).filter(|day| *day > born).collect();
    let mut past: Vec<Day> = all.iter().copied().filter(|day| *day < plan.last_day()).collect();
    if past.is_empty() {
        // Nobody is known to the hospital who never came.
        let day = plan.last_day().plus(-2 - i64::from(number % 20));
        past.push(if day.open() { day } else { day.plus(-2) }.max(born.plus(1)));
    }
    let start = past.first().copied().unwrap_or(first);
    let scene = scene(life, course);
    life.introduce(&scene, course, start.at(8, 50));
    for (at, day) in past.iter().enumerate() {
        visit(life, &scene, course, *day, at, past.len());
    }
    if let Some(next) = all.iter().find(|day| **day > plan.last_day()) {
        appointment(life, &scene, course, past.last().copied().unwrap_or(start), *next);
    }
    if special::key_of(plan, number) == Some("cancelled-order") {
        withdrawn(life, &scene, course, past.last().copied().unwrap_or(start));
    }
}

/// Somebody who came once.
pub fn once(life: &mut Life, course: &'static Course, day: Day) {
    let scene = scene(life, course);
    life.introduce(&scene, course, day.at(8, 50));
    visit(life, &scene, course, day, 0, 1);
}

fn scene<'a>(life: &Life<'a>, course: &'static Course) -> Scene<'a> {
    let department = course.department;
    Scene { person: life.person, bed: None, department, doctor: department.doctor(life.person.number) }
}

fn every(course: &Course) -> i64 {
    match course.setting {
        Setting::Clinic(days) => days,
        _ => 5,
    }
}

fn visit(life: &mut Life, scene: &Scene, course: &'static Course, day: Day, at: usize, of: usize) {
    let arrive = day.at(8, 30 + life.rng.between(0, 150));
    let dialysis = every(course) <= 2;
    life.put(movement(scene, &Movement::new(Kind::Adt12, arrive)));
    let progress = at as f64 / of.max(2) as f64;
    let sampled = if dialysis { at.is_multiple_of(6) } else { !course.trends.is_empty() || at % 3 == 1 };
    if sampled && life.person.birth.years_until(day) >= 3 {
        samples(life, scene, course, day, progress);
    }
    for exam in course.exams {
        let often = if exam.service == Service::Endoscopy { 12 } else { 4 };
        if of == 1 || (at + life.person.number as usize) % often == 1 {
            examination(life, scene, exam, day);
        }
    }
    if dialysis {
        session(life, scene, DIALYSIS_DRIP, day);
    } else if !course.drips.is_empty() {
        session(life, scene, course.drips, day);
    }
    if !course.lines.is_empty() && (!dialysis || at.is_multiple_of(6)) {
        prescribe(life, scene, course, day, if dialysis { 14 } else { every(course) });
    }
    let words = match course.name {
        "妊婦健診" => format!("妊娠{}週{}日。", 10 + (progress * 28.0) as i64, life.rng.between(0, 6)),
        "維持透析" => format!("DW {:.1}kg、透析後 {:.1}kg。", scene.person.weight_kg, scene.person.weight_kg + 0.1),
        _ => String::new(),
    };
    life.papers.push(Paper::progress(scene, later(arrive, 90), &format!("{words}{}", course.note)));
}

fn samples(life: &mut Life, scene: &Scene, course: &'static Course, day: Day, progress: f64) {
    let number = life.number(day);
    let items = life.values(course, progress);
    let ordered = day.at(8, life.rng.between(32, 55));
    let taken = later(ordered, life.rng.between(10, 40));
    let mut sample = Sample { number: &number, ordered, taken, items: &items, sent: later(ordered, 1), status: "F" };
    life.put(laboratory::asked(scene, &sample));
    if life.rng.percent(6) {
        // A first, preliminary report; then the final one takes its place.
        sample.sent = later(taken, 35);
        sample.status = "P";
        life.put(laboratory::measured(scene, &sample));
        sample.status = "F";
    }
    sample.sent = later(taken, life.rng.between(50, 90));
    life.put(laboratory::measured(scene, &sample));
}

/// An examination ordered and carried out the same day.
pub fn examination(life: &mut Life, scene: &Scene, exam: &Exam, day: Day) {
    let number = life.number(day);
    let ordered = day.at(9, life.rng.between(0, 59));
    let at = later(ordered, life.rng.between(30, 120));
    life.put(exams::asked(scene, exam, &number, ordered, at));
    if exam.service == Service::Physiology {
        let rate = life.rng.between(56, 98);
        life.put(exams::reported(scene, exam, &number, at, rate));
    } else {
        life.put(exams::done(scene, exam, &number, ordered, at));
    }
}

/// Infusions of one clinic day, ordered and given.
fn session(life: &mut Life, scene: &Scene, drips: &[Drip], day: Day) {
    for drip in drips {
        let number = life.number(day);
        let ordered = day.at(8, 40);
        life.put(injections::ordered(scene, drip, &number, day, ordered, later(ordered, 1)));
        let at = day.at(drip.at.first().copied().unwrap_or(9), life.rng.between(0, 20));
        let taking = Taking { at, nurse: crate::house::nurse("00", &mut life.rng), completion: "CP" };
        life.put(injections::given(scene, drip, &number, ordered, &taking, later(at, 8)));
    }
}

fn prescribe(life: &mut Life, scene: &Scene, course: &'static Course, day: Day, days: i64) {
    let number = life.number(day);
    let ordered = day.at(10, life.rng.between(0, 59));
    // Warfarin is adjusted to PT-INR in halves of a tablet; everything else stays.
    let first_times = match course.name {
        "心房細動（ワルファリン）" => [0.8, 1.0, 1.0, 1.2][life.rng.below(4) as usize],
        _ => 1.0,
    };
    let order = |sent, remark, days| Prescription {
        lines: course.lines,
        number: &number,
        ordered,
        start: day.plus(i64::from(every(course) > 7)),
        days,
        sent,
        remark,
        first_times,
    };
    life.put(prescription(scene, &order(later(ordered, 2), "", days)));
    if life.rng.percent(4) {
        life.put_again(25, |sent| prescription(scene, &order(sent, "残薬調整", (days - 7).max(3))));
    }
}

/// What the last visit planned for after the stop: a sample to be taken, an examination, the appointment itself.
fn appointment(life: &mut Life, scene: &Scene, course: &'static Course, last: Day, next: Day) {
    let when = next.at(9, 15 * life.rng.between(0, 11));
    let ordered = last.at(11, life.rng.between(0, 50));
    if !course.trends.is_empty() && every(course) > 2 {
        let number = life.number(last);
        let items = life.values(course, 1.0);
        let sample = Sample {
            number: &number,
            ordered,
            taken: later(when, -40),
            items: &items,
            sent: later(ordered, 1),
            status: "F",
        };
        life.put(laboratory::asked(scene, &sample));
    }
    if let Some(exam) = course.exams.first()
        && life.person.number.is_multiple_of(3)
    {
        let number = life.number(last);
        life.put(exams::asked(scene, exam, &number, later(ordered, 2), later(when, -20)));
    }
    life.papers.push(Paper::appointment(scene, later(ordered, 4), when));
    if life.person.number.is_multiple_of(COMES_TO_STAY) {
        let bed = house::bed_at(life.person.number % census::beds(life.plan), census::beds(life.plan));
        let scene = Scene { bed: Some(bed), ..scene.clone() };
        let told = Movement { sent: later(ordered, 6), ..Movement::new(Kind::Adt21, next.at(14, 0)) };
        life.put(movement(&scene, &told));
    }
}

/// One of so many regular patients is to be admitted on the day of the next visit.
const COMES_TO_STAY: u32 = 19;

/// Orders of the last visit that were taken back.
fn withdrawn(life: &mut Life, scene: &Scene, course: &'static Course, day: Day) {
    let number = life.number(day);
    let items = life.values(course, 0.5);
    let ordered = day.at(11, 5);
    let sample = Sample {
        number: &number,
        ordered,
        taken: later(ordered, 20),
        items: &items,
        sent: later(ordered, 1),
        status: "F",
    };
    life.put(laboratory::asked(scene, &sample));
    life.withdraw(12);
    prescribe(life, scene, course, day, 7);
    life.withdraw(40);
}
