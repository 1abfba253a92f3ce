//! What happens next in a running hospital, as messages.

use chart::when::Moment;

use super::Live;
use super::census::Guest;
use crate::courses::{self, Course, Setting};
use crate::day::{Day, later};
use crate::ext::Paper;
use crate::house;
use crate::kinds::Kind;
use crate::life::Life;
use crate::messages::adt::{self, Movement, movement};
use crate::messages::laboratory::{self, Sample};
use crate::messages::prescriptions::{Prescription, Taking, prescription, taken};
use crate::messages::{Entry, Scene, cancelled, exams, injections, meals};
use crate::people::{Person, person};
use crate::rng::Rng;

/// A patient and what is written of him.
pub type Happening = (u32, Vec<Entry>, Vec<Paper>);

/// Draws the next happening. Falls back to a clinic visit where the drawn one has nobody to happen to.
pub fn next(live: &mut Live, now: Moment) -> Happening {
    let drawn = match live.rng.below(100) {
        0..=3 => admission(live, now),
        4..=6 => discharge(live, now),
        7..=9 => transfer(live, now),
        10..=17 => update(live, now),
        18..=23 => cancel(live, now),
        24..=64 => bedside(live, now),
        65..=69 => changed_person(live, now),
        _ => None,
    };
    drawn.unwrap_or_else(|| visit(live, now))
}

fn scene<'a>(live: &Live, person: &'a Person, course: &'static Course, bed: Option<u32>) -> Scene<'a> {
    let department = course.department;
    let bed = bed.map(|bed| live.wards.place(bed));
    Scene { person, bed, department, doctor: department.doctor(person.number) }
}

fn outsider(live: &mut Live) -> u32 {
    loop {
        let number = live.rng.below(u64::from(live.plan.patients)) as u32;
        if !live.wards.guests.iter().any(|guest| guest.number == number) {
            return number;
        }
    }
}

fn admission(live: &mut Live, now: Moment) -> Option<Happening> {
    let bed = live.wards.free(&mut live.rng)?;
    let number = outsider(live);
    let who = person(&live.plan, number);
    let age = who.birth.years_until(Day::of(now));
    let ward = house::ward_of(bed, crate::census::beds(&live.plan)).0;
    let fits = |course: &&Course| {
        matches!(course.setting, Setting::Ward(w, ..) if w == ward)
            && course.sex.is_none_or(|sex| sex == who.sex)
            && (course.ages.0..=course.ages.1).contains(&age)
    };
    let course = courses::WARD.iter().find(fits)?;
    let scene = scene(live, &who, course, Some(bed));
    let mut rng = Rng::new(&[live.plan.seed, u64::from(number), 6]);
    let entries = vec![
        movement(&scene, &Movement { sent: now, ..Movement::new(Kind::Adt22, later(now, -12)) }),
        adt::basic(&scene, later(now, 1), false, &mut rng),
    ];
    live.wards.guests.push(Guest { number, course, bed, admitted: later(now, -12) });
    Some((number, entries, Vec::new()))
}

fn discharge(live: &mut Live, now: Moment) -> Option<Happening> {
    let (at, guest) = live.wards.any(&mut live.rng)?;
    if live.wards.guests.len() < 5 {
        return None;
    }
    live.wards.guests.remove(at);
    let who = person(&live.plan, guest.number);
    let scene = scene(live, &who, guest.course, Some(guest.bed));
    let disposition = "01^退院^HL70112";
    let out = Movement {
        admitted: Some(guest.admitted),
        disposition,
        sent: now,
        ..Movement::new(Kind::Adt52, later(now, -9))
    };
    Some((guest.number, vec![movement(&scene, &out)], Vec::new()))
}

fn transfer(live: &mut Live, now: Moment) -> Option<Happening> {
    let bed = live.wards.free(&mut live.rng)?;
    let (at, guest) = live.wards.any(&mut live.rng)?;
    let prior = live.wards.place(guest.bed);
    live.wards.guests[at].bed = bed;
    let who = person(&live.plan, guest.number);
    let scene = scene(live, &who, guest.course, Some(bed));
    let moved = Movement {
        prior: Some(&prior),
        admitted: Some(guest.admitted),
        sent: now,
        ..Movement::new(Kind::Adt42, later(now, -7))
    };
    Some((guest.number, vec![movement(&scene, &moved)], Vec::new()))
}

/// Sends one of the latest messages again: the file before it becomes 過去履歴.
fn update(live: &mut Live, now: Moment) -> Option<Happening> {
    let can = |entry: &Entry| matches!(entry.kind, Kind::Oml11 | Kind::Omp01 | Kind::Omd | Kind::Omp02);
    let (number, old) = pick(live, can)?;
    let (before, after) = (old.sent.digits17(), now.digits17());
    let text = old
        .text
        .replacen(&format!("{}.{}", &before[..14], &before[14..]), &format!("{}.{}", &after[..14], &after[14..]), 1)
        .replacen(&before, &after, 1)
        .replace("|F|||", "|C|||");
    Some((number, vec![Entry { sent: now, text, ..old }], Vec::new()))
}

fn cancel(live: &mut Live, now: Moment) -> Option<Happening> {
    let (number, old) = pick(live, |entry| entry.kind >= Kind::Omd || entry.kind == Kind::Adt42)?;
    Some((number, vec![cancelled(&old, now)], Vec::new()))
}

fn pick(live: &mut Live, can: impl Fn(&Entry) -> bool) -> Option<(u32, Entry)> {
    let fit: Vec<&(u32, Entry)> = live.recent.iter().filter(|(_, entry)| can(entry)).collect();
    fit.get(live.rng.below(fit.len() as u64) as usize).map(|found| (*found).clone())
}

/// Something at the bedside of an inpatient.
fn bedside(live: &mut Live, now: Moment) -> Option<Happening> {
    let (_, guest) = live.wards.any(&mut live.rng)?;
    let who = person(&live.plan, guest.number);
    let scene = scene(live, &who, guest.course, Some(guest.bed));
    let mut life = Life::running(&live.plan, &who, live.tick);
    let today = Day::of(now);
    let number = life.number(today);
    let nurse = house::nurse(live.wards.place(guest.bed).ward, &mut life.rng);
    let taking = Taking { at: later(now, -4), nurse, completion: "CP" };
    let entry = match life.rng.below(8) {
        0 | 1 => sample(&mut life, &scene, guest.course, &number, now, true),
        2 => meals::meal(&scene, guest.course.diet, &number, later(now, -60 * 8), None, now),
        3 | 4 if !guest.course.drips.is_empty() => {
            let drip = life.rng.pick(guest.course.drips);
            injections::given(&scene, drip, &number, later(now, -600), &taking, now)
        }
        5 | 6 if !guest.course.lines.is_empty() => {
            let line = life.rng.pick(guest.course.lines);
            taken(&scene, &[line], &number, later(now, -900), &taking, now)
        }
        _ => {
            let paper = if life.rng.percent(50) {
                Paper::vitals(&scene, today, later(now, -600), now, false, &mut life.rng)
            } else {
                Paper::progress(&scene, now, guest.course.note)
            };
            return Some((guest.number, Vec::new(), vec![paper]));
        }
    };
    Some((guest.number, vec![entry], Vec::new()))
}

fn sample(life: &mut Life, scene: &Scene, course: &'static Course, number: &str, now: Moment, result: bool) -> Entry {
    let items = life.values(course, 0.8);
    let sample =
        Sample { number, ordered: later(now, -75), taken: later(now, -60), items: &items, sent: now, status: "F" };
    if result { laboratory::measured(scene, &sample) } else { laboratory::asked(scene, &sample) }
}

/// ADT-00 or ADT-61 again: both have one key, so the file before becomes 過去履歴.
fn changed_person(live: &mut Live, now: Moment) -> Option<Happening> {
    let number = live.rng.below(u64::from(live.plan.patients)) as u32;
    let mut who = person(&live.plan, number);
    let entry = if live.rng.percent(50) && !who.unknown {
        who.phone = format!("0000-{:02}-{:04}", live.rng.between(10, 99), live.rng.below(10_000));
        let scene = scene(live, &who, &courses::CLINIC[0], None);
        adt::basic(&scene, now, false, &mut Rng::new(&[live.plan.seed, u64::from(number), 6]))
    } else {
        if !who.allergies.iter().any(|known| std::ptr::eq(*known, &crate::people::CONTRAST)) {
            who.allergies.push(&crate::people::CONTRAST);
        }
        adt::allergies(&scene(live, &who, &courses::CLINIC[0], None), now)
    };
    Some((number, vec![entry], Vec::new()))
}

/// A patient at a clinic: reception, and an order or a prescription.
fn visit(live: &mut Live, now: Moment) -> Happening {
    let number = outsider(live);
    let who = person(&live.plan, number);
    let course = match crate::census::role(&live.plan, number) {
        crate::census::Role::Regular(course) | crate::census::Role::Once(course, _) => course,
        crate::census::Role::Inpatient(stay) => stay.course,
    };
    let scene = scene(live, &who, course, None);
    let mut life = Life::running(&live.plan, &who, live.tick);
    let order = life.number(Day::of(now));
    let mut entries =
        vec![movement(&scene, &Movement { sent: later(now, -2), ..Movement::new(Kind::Adt12, later(now, -3)) })];
    match (life.rng.below(3), course.exams.first()) {
        (0, _) if who.birth.years_until(Day::of(now)) > 2 => {
            entries.push(sample(&mut life, &scene, course, &order, now, false));
        }
        (1, Some(exam)) => entries.push(exams::asked(&scene, exam, &order, later(now, -1), later(now, 40))),
        _ if !course.lines.is_empty() => {
            let start = Day::of(now);
            let prescribed = Prescription {
                lines: course.lines,
                number: &order,
                ordered: later(now, -1),
                start,
                days: 14,
                sent: now,
                remark: "",
                first_times: 1.0,
            };
            entries.push(prescription(&scene, &prescribed));
        }
        _ => (),
    }
    (number, entries, Vec::new())
}
