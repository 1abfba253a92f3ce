//! A stay from the planned admission to the discharge: moves, meals, drugs given at the bedside, samples, notes.

use chart::when::Moment;

use crate::census::Stay;
use crate::courses::{Line, Service};
use crate::day::{Day, later};
use crate::ext::Paper;
use crate::house::{self, Bed};
use crate::kinds::Kind;
use crate::life::Life;
use crate::messages::adt::{Movement, movement};
use crate::messages::laboratory::{self, Culture, Sample};
use crate::messages::prescriptions::{Prescription, Taking, prescription, taken};
use crate::messages::{Scene, injections, meals};
use crate::outpatient::examination;
use crate::special;

/// Writes a stay.
pub fn stay(life: &mut Life, stay: &Stay) {
    let beds = crate::census::beds(life.plan);
    let department = stay.course.department;
    let scene = Scene {
        person: life.person,
        bed: Some(house::bed_at(stay.bed, beds)),
        department,
        doctor: department.doctor(life.person.number),
    };
    let days = Day::of(stay.discharged).0 - Day::of(stay.admitted).0;
    life.introduce(&scene, stay.course, stay.admitted);
    let recovery = days > 8 && life.rng.percent(40) && stay.mother.is_none();
    arrive(life, &scene, stay, recovery.then(|| house::recovery_bed(stay.bed, beds)));
    for at in 0..=days {
        let day = Day::of(stay.admitted).plus(at);
        if day > life.plan.last_day() {
            break;
        }
        day_of_stay(life, &scene, stay, day, at, days);
    }
    leave(life, &scene, stay, days);
    depart(life, &scene, stay, days);
}

fn arrive(life: &mut Life, scene: &Scene, stay: &Stay, recovery: Option<Bed>) {
    let at = stay.admitted;
    let planned = !matches!(stay.course.name, "肺炎" | "脳梗塞 急性期" | "身元不明・意識障害" | "新生児" | "COVID-19");
    if planned {
        let told = later(at, -life.rng.between(2, 9) * 24 * 60);
        life.put(movement(scene, &Movement { sent: told, ..Movement::new(Kind::Adt21, at) }));
        if life.rng.percent(5) {
            life.withdraw(60);
            life.put(movement(scene, &Movement { sent: later(told, 90), ..Movement::new(Kind::Adt21, at) }));
        }
    }
    let first = Scene { bed: recovery.clone().or_else(|| scene.bed.clone()), ..scene.clone() };
    life.put(movement(&first, &Movement { sent: later(at, 3), ..Movement::new(Kind::Adt22, at) }));
    if let Some(recovery) = recovery {
        let move_at = Day::of(at).plus(2).at(14, 0);
        let moved = Movement { prior: Some(&recovery), admitted: Some(at), ..Movement::new(Kind::Adt41, move_at) };
        life.put(movement(scene, &Movement { sent: later(move_at, -26 * 60), ..moved.clone() }));
        life.put(movement(scene, &Movement { kind: Kind::Adt42, sent: later(move_at, 9), ..moved }));
    }
    let number = life.number(Day::of(at));
    let from = if at < Day::of(at).at(16, 0) { Day::of(at).at(18, 0) } else { Day::of(at).plus(1).at(7, 0) };
    // Meal orders may come late: some leave in bulk at the discharge (NHO, dietary order).
    let sent = if life.rng.percent(8) { later(stay.discharged, 20) } else { later(at, 40) };
    life.put(meals::meal(scene, stay.course.diet, &number, from, Some(stay.discharged), sent));
}

fn day_of_stay(life: &mut Life, scene: &Scene, stay: &Stay, day: Day, at: i64, days: i64) {
    let course = stay.course;
    let progress = at as f64 / days.max(1) as f64;
    if matches!(at, 0 | 1 | 3 | 5 | 7) || at % 5 == 0 {
        let base = if at == 0 { later(stay.admitted, 30) } else { day.at(6, 10) };
        blood(life, scene, stay, base, progress);
    }
    if at == 0 {
        admission_tests(life, scene, stay);
    }
    if at % 7 == 0 && !course.lines.is_empty() {
        let first = if at == 0 { later(stay.admitted, 55) } else { day.at(11, 20) };
        ward_prescription(life, scene, stay, day, first, 7.min((days - at).max(1)));
    }
    for exam in course.exams {
        if at == 1 || (at == 8 && exam.service == Service::Radiology) {
            examination(life, scene, exam, day);
        }
    }
    drips(life, scene, stay, day, at);
    bedside(life, scene, stay, day, at);
    let fever = progress < 0.25 && course.trends.iter().any(|(lab, first, _)| lab.name == "ＣＲＰ" && *first > 5.0);
    life.papers.push(Paper::vitals(scene, day, stay.admitted, life.plan.stop_at, fever, &mut life.rng));
    life.papers.push(Paper::nursing(scene, day.at(20, life.rng.between(0, 50)), course.note, at));
    if day.open() {
        life.papers.push(Paper::progress(
            scene,
            day.at(17, life.rng.between(0, 50)),
            &format!("第{}病日。{}", at + 1, course.note),
        ));
    }
    if at == 3 && days > 10 && life.rng.percent(25) {
        let other = scene.department.doctor(life.person.number + 1);
        let told = day.at(9, 30);
        let scene = Scene { doctor: other, ..scene.clone() };
        life.put(movement(&scene, &Movement::new(Kind::Adt01, told)));
        if life.rng.percent(30) {
            life.withdraw(45);
        }
    }
    if at == 3 && life.rng.percent(30) && course.diet.0 != "N090" {
        let number = life.number(day);
        let after = day.at(12, 0);
        life.put(meals::meal(scene, ("N001", "常食"), &number, after, Some(stay.discharged), day.at(9, 12)));
    }
}

fn blood(life: &mut Life, scene: &Scene, stay: &Stay, taken: Moment, progress: f64) {
    let day = Day::of(taken);
    let number = life.number(day);
    let items = life.values(stay.course, progress);
    let sent = later(taken, life.rng.between(60, 110));
    let mut sample = Sample { number: &number, ordered: later(taken, -14), taken, items: &items, sent, status: "F" };
    life.put(laboratory::measured(scene, &sample));
    sample.sent = later(taken, -13);
    life.put(laboratory::asked(scene, &sample));
}

/// Cultures, and the virus test everybody had in those years.
fn admission_tests(life: &mut Life, scene: &Scene, stay: &Stay) {
    let taken = later(stay.admitted, 35);
    let number = life.number(Day::of(taken));
    let sample = |number, sent| Sample { number, ordered: later(taken, -5), taken, items: &[], sent, status: "F" };
    if stay.mother.is_none() {
        let positive = stay.course.name == "COVID-19";
        life.put(laboratory::virus(scene, &sample(&number, later(taken, 140)), positive));
    }
    let culture: Option<&Culture> = match stay.course.name {
        "急性腎盂腎炎" => Some(&laboratory::ECOLI),
        "肺炎（耐性菌）" => Some(&laboratory::MRSA),
        _ => None,
    };
    if let Some(culture) = culture {
        let number = life.number(Day::of(taken));
        let first = Sample { status: "P", ..sample(&number, later(taken, 20 * 60)) };
        life.put(laboratory::culture(scene, &first, culture));
        life.put(laboratory::culture(scene, &sample(&number, later(taken, 52 * 60)), culture));
    }
}

fn ward_prescription(life: &mut Life, scene: &Scene, stay: &Stay, day: Day, ordered: Moment, days: i64) {
    let number = life.number(day);
    let order = |sent, remark| Prescription {
        lines: stay.course.lines,
        number: &number,
        ordered,
        start: day,
        days,
        sent,
        remark,
        first_times: 1.0,
    };
    life.put(prescription(scene, &order(later(ordered, 2), "")));
    if life.rng.percent(5) {
        life.put_again(30, |sent| prescription(scene, &order(sent, "一包化")));
    }
}

fn drips(life: &mut Life, scene: &Scene, stay: &Stay, day: Day, at: i64) {
    for drip in stay.course.drips.iter().filter(|drip| (drip.days.0..=drip.days.1).contains(&at)) {
        let number = life.number(day);
        let ordered = if at == 0 { later(stay.admitted, 25) } else { day.plus(-1).at(14, 5) };
        life.put(injections::ordered(scene, drip, &number, day, ordered, later(ordered, 1)));
        for hour in drip.at {
            let start = day.at(*hour, life.rng.between(0, 12));
            if start > later(stay.admitted, 60) && start < life.plan.stop_at {
                let nurse = nurse(life, scene);
                let taking = Taking { at: start, nurse, completion: if life.rng.percent(2) { "PA" } else { "CP" } };
                // The key holds the order number, so every start of a day has a file of its own.
                let own = life.number(day);
                life.put(injections::given(scene, drip, &own, ordered, &taking, later(start, 6)));
            }
        }
    }
}

fn nurse(life: &mut Life, scene: &Scene) -> house::Staff {
    house::nurse(scene.bed.as_ref().map_or("00", |bed| bed.ward), &mut life.rng)
}

/// Drugs by mouth, given at 8, 12, 18 and 21 o'clock.
fn bedside(life: &mut Life, scene: &Scene, stay: &Stay, day: Day, at: i64) {
    for (slot, hour) in [8, 12, 18, 21].into_iter().enumerate() {
        let due = |line: &&Line| match line.usage.0 {
            u if u == crate::courses::AS_NEEDED.0 => false,
            _ => match (line.usage.2, slot) {
                (1, 0) => !line.usage.1.contains("就寝前"),
                (1, 3) => line.usage.1.contains("就寝前"),
                (2, 0 | 2) | (3, 0..=2) => true,
                _ => false,
            },
        };
        let lines: Vec<&Line> = stay.course.lines.iter().filter(due).collect();
        let given = day.at(hour, life.rng.between(5, 40));
        if lines.is_empty() || given < later(stay.admitted, 120) || given > stay.discharged {
            continue;
        }
        let completion = ["CP", "RE"][usize::from(life.rng.percent(2))];
        let taking = Taking { at: given, nurse: nurse(life, scene), completion };
        let number = life.number(day);
        let ordered = day.plus(-(at % 7)).at(11, 20);
        life.put(taken(scene, &lines, &number, ordered, &taking, later(given, 4)));
    }
}

/// A weekend at home in a long stay; one patient is away when the systems stop.
fn leave(life: &mut Life, scene: &Scene, stay: &Stay, days: i64) {
    let away = special::key_of(life.plan, life.person.number) == Some("on-leave");
    let saturday = (0..days).map(|at| Day::of(stay.admitted).plus(at)).filter(|day| day.weekday() == 5).nth(1);
    let day = if away { Some(life.plan.last_day().plus(-1)) } else { saturday.filter(|_| days > 20) };
    let Some(day) = day.filter(|_| stay.mother.is_none() && (away || life.rng.percent(40))) else { return };
    // Who is away at the stop is so at whatever hour it comes.
    let nights = if away { 2 } else { 1 };
    let (out, back) = (day.at(10, 0), day.plus(nights).at(16, 30));
    let out_move = Movement { admitted: Some(stay.admitted), back: Some(back), ..Movement::new(Kind::Adt31, out) };
    life.put(movement(scene, &Movement { sent: later(out, 12), ..out_move }));
    if !away && life.rng.percent(15) {
        life.withdraw(30);
        return;
    }
    let back_move = Movement { admitted: Some(stay.admitted), ..Movement::new(Kind::Adt32, back) };
    life.put(movement(scene, &Movement { sent: later(back, 15), ..back_move }));
}

fn depart(life: &mut Life, scene: &Scene, stay: &Stay, days: i64) {
    let at = stay.discharged;
    let plan = Movement { admitted: Some(stay.admitted), ..Movement::new(Kind::Adt51, at) };
    let told = later(at, -(2.min(days - 1)) * 24 * 60 + 5 * 60);
    life.put(movement(scene, &Movement { sent: told, ..plan.clone() }));
    if life.rng.percent(5) {
        life.withdraw(55);
        life.put(movement(scene, &Movement { sent: later(told, 70), ..plan.clone() }));
    }
    let disposition = if life.rng.percent(10) { "05^転院^HL70112" } else { "01^退院^HL70112" };
    life.put(movement(scene, &Movement { kind: Kind::Adt52, sent: later(at, 10), disposition, ..plan }));
    let words = format!("{}。{}日間の入院。退院後は外来で経過観察。", stay.course.note, days + 1);
    life.papers.push(Paper::summary(scene, later(at, 300), stay, &words));
}
