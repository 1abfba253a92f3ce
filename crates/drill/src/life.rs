//! A patient's life in the hospital: every message and document about one patient, from the first visit to the stop.

use chart::when::Moment;

use crate::census::{self, Role};
use crate::courses::Course;
use crate::day::{Day, later};
use crate::ext::Paper;
use crate::labs::{BASIC, Lab};
use crate::messages::problems::{Held, problems};
use crate::messages::{Entry, Scene, adt, cancelled};
use crate::people::{Person, person};
use crate::plan::Plan;
use crate::rng::Rng;
use crate::special;
use crate::{inpatient, outpatient};

/// What is written of one patient.
pub struct Life<'a> {
    /// The hospital.
    pub plan: &'a Plan,
    /// Who.
    pub person: &'a Person,
    /// Messages, in no order yet.
    pub entries: Vec<Entry>,
    /// Documents of extended storage.
    pub papers: Vec<Paper>,
    /// Draws of this patient alone.
    pub rng: Rng,
    serial: u32,
    /// Set while the hospital is running live: numbers every order apart from those of the written tree.
    running: Option<u64>,
}

/// Everything about one patient up to the stop, oldest first.
pub fn life(plan: &Plan, number: u32) -> (Person, Vec<Entry>, Vec<Paper>) {
    let who = person(plan, number);
    let mut life = Life::new(plan, &who);
    match census::role(plan, number) {
        Role::Inpatient(stay) => inpatient::stay(&mut life, &stay),
        Role::Regular(course) => outpatient::regular(&mut life, course),
        Role::Once(course, day) => outpatient::once(&mut life, course, day),
    }
    let (mut entries, mut papers) = (life.entries, life.papers);
    entries.retain(|entry| entry.sent <= plan.stop_at);
    papers.retain(|paper| paper.sent <= plan.stop_at);
    entries.sort_by_key(|entry| entry.sent);
    (who, entries, papers)
}

impl<'a> Life<'a> {
    /// Nothing written yet.
    pub fn new(plan: &'a Plan, person: &'a Person) -> Life<'a> {
        let rng = Rng::new(&[plan.seed, u64::from(person.number), 5]);
        Life { plan, person, entries: Vec::new(), papers: Vec::new(), rng, serial: 0, running: None }
    }

    /// The same for a patient of a running hospital; `tick` is a number never used before.
    pub fn running(plan: &'a Plan, person: &'a Person, tick: u64) -> Life<'a> {
        let rng = Rng::new(&[plan.seed, u64::from(person.number), tick, 15]);
        Life { rng, running: Some(tick), ..Life::new(plan, person) }
    }

    /// The next order number of this patient: day, patient, serial; fifteen digits.
    pub fn number(&mut self, day: Day) -> String {
        self.serial += 1;
        if let Some(tick) = self.running {
            // Patients are fewer than 900,000, so no order of the written tree has a 9 here.
            return format!("{}9{:08}", &day.digits()[2..], (tick * 10 + u64::from(self.serial)) % 100_000_000);
        }
        format!("{}{:06}{:03}", &day.digits()[2..], self.person.number % 1_000_000, self.serial % 1000)
    }

    /// Adds a message.
    pub fn put(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Sends the last message again, changed by `change` and so many minutes later: the earlier file becomes 過去履歴.
    pub fn put_again(&mut self, minutes: i64, again: impl FnOnce(Moment) -> Entry) {
        if let Some(sent) = self.entries.last().map(|entry| later(entry.sent, minutes)) {
            self.put(again(sent));
        }
    }

    /// Withdraws the last message so many minutes after it.
    pub fn withdraw(&mut self, minutes: i64) {
        if let Some(last) = self.entries.last() {
            let cancel = cancelled(last, later(last.sent, minutes));
            self.put(cancel);
        }
    }

    /// ADT-00 (with the former name first, where there was one), ADT-61 and PPR-01 as of the first meeting.
    pub fn introduce(&mut self, scene: &Scene, course: &Course, at: Moment) {
        let mut rng = Rng::new(&[self.plan.seed, u64::from(self.person.number), 6]);
        let former = self.person.former.as_ref().map(|(.., changed)| *changed);
        self.put(adt::basic(scene, later(at, -20), former.is_some(), &mut rng));
        if let Some(changed) = former {
            let told = changed.at(9, 40).max(later(at, 30));
            self.put(adt::basic(scene, told, false, &mut rng.clone()));
        } else if rng.percent(20) {
            // A new address or telephone some weeks on.
            let told = later(at, rng.between(2, 60) * 24 * 60);
            self.put(adt::basic(scene, told, false, &mut rng.clone()));
        }
        if let Some(told) = special::death_told(self.person) {
            self.put(adt::basic(scene, told, false, &mut rng.clone()));
        }
        if !self.person.allergies.is_empty() || self.person.asked_allergies {
            self.put(adt::allergies(scene, later(at, -12)));
        }
        let held = self.held(course, Day::of(at));
        self.put(problems(scene, &held[..held.len().min(2)], later(at, 15)));
        if held.len() > 2 || rng.percent(30) {
            let more = later(at, rng.between(1, 20) * 24 * 60 + 45);
            self.put(problems(scene, &held, more));
        }
    }

    /// The problems of a course as this patient has them, with what came before.
    fn held(&self, course: &Course, day: Day) -> Vec<Held> {
        let mut rng = Rng::new(&[self.plan.seed, u64::from(self.person.number), 7]);
        let each = |(at, problem)| Held {
            problem,
            since: day.plus(if at == 0 { -rng.between(0, 3) } else { -rng.between(30, 3000) }).max(self.person.birth),
            until: None,
            suspected: at == 1 && rng.percent(8),
            untold: self.person.untold && at == 0,
            prefix: course.name.contains("骨折").then_some(("1054", "右")).filter(|_| at == 0),
        };
        let mut held: Vec<Held> = course.problems.iter().copied().enumerate().map(each).collect();
        if rng.percent(25) && day.0 - self.person.birth.0 > 20 * 365 {
            let since = day.plus(-rng.between(400, 2000)).max(self.person.birth);
            held.push(Held {
                problem: &crate::problems::COMMON_COLD,
                since,
                until: Some(since.plus(9)),
                suspected: false,
                untold: false,
                prefix: None,
            });
        }
        held
    }

    /// Values of a sample at `progress` (0…1) along a course: the course's trends, and health for the rest.
    pub fn values(&mut self, course: &Course, progress: f64) -> Vec<(&'static Lab, String)> {
        let mut values: Vec<(&'static Lab, String)> = Vec::new();
        for (lab, first, last) in course.trends {
            // Most of the way is gone early, as CRP falls under antibiotics.
            let way = 1.0 - (-3.0 * progress).exp();
            let value = first + (last - first) * way / (1.0 - (-3.0_f64).exp());
            values.push((lab, lab.written(value * (1.0 + self.rng.bell() * 0.08))));
        }
        for lab in BASIC {
            if !values.iter().any(|(known, _)| std::ptr::eq(*known, *lab)) {
                let healthy = lab.healthy(self.rng.bell());
                values.push((lab, lab.written(healthy)));
            }
        }
        values
    }
}
