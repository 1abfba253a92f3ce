//! One thing planned for a patient, of the copy or made since, with what was said of it since the copy ended.

use chart::{Plan, When};
use serde::Serialize;
use store::Planned;

use super::{Matter, TESTS, key, read_at};
use crate::parents::Seen;

/// One thing planned.
#[derive(Clone, Serialize)]
pub struct PlanRow {
    /// What is planned, for when and by whom, as the copy has it or as it was said since.
    #[serde(flatten)]
    pub plan: Plan,
    /// By which name something is said of it (`andon appointments`).
    pub booking: String,
    /// `copy`, or `outage` (停止中) for what was made or put here since the copy ended.
    pub source: &'static str,
    /// `stands`; `moved` to another time; `cancelled`.
    pub state: &'static str,
    /// Where it was moved to, or from where it came.
    pub other_at: Option<When>,
    /// Whether its tests can be put off, a word of [`super::POSTPONE`]; empty for not decided.
    pub postpone: String,
    /// On which condition.
    pub condition: String,
    /// Which doctor decided.
    pub decided_by: String,
    /// Two stations said different things of it.
    pub doubtful: bool,
    /// What a form about it is opened on.
    #[serde(skip)]
    pub seen: Seen,
}

impl PlanRow {
    /// It is a test that a doctor may put off.
    pub fn is_test(&self) -> bool {
        TESTS.contains(&self.plan.kind.as_str())
    }

    /// Somebody is expected for it.
    pub fn stands(&self) -> bool {
        self.state == "stands"
    }

    /// Its department, by name or code.
    pub fn department(&self) -> &str {
        if self.plan.department.is_empty() { &self.plan.department_code } else { &self.plan.department }
    }

    /// It is of a department that is asked for by its code or a part of its name; of every one where none is asked for.
    pub fn is_of(&self, department: &str) -> bool {
        let asked = department.trim();
        asked.is_empty() || self.plan.department_code == asked || self.plan.department.contains(asked)
    }

    /// As the copy has it.
    pub fn of(one: &Planned) -> PlanRow {
        PlanRow {
            booking: key(&one.id, &one.plan),
            plan: one.plan.clone(),
            source: "copy",
            state: "stands",
            other_at: None,
            postpone: String::new(),
            condition: String::new(),
            decided_by: String::new(),
            doubtful: false,
            seen: Seen::of(&[]),
        }
    }

    /// With what was said of it since.
    pub(super) fn with(mut self, said: &Matter) -> PlanRow {
        let moved = said.at().filter(|at| !same(Some(*at), self.plan.at));
        self.state = match moved {
            _ if said.is_cancelled() => "cancelled",
            Some(_) => "moved",
            None => "stands",
        };
        self.other_at = moved;
        self.judged(said)
    }

    fn judged(self, said: &Matter) -> PlanRow {
        let of = |field: &str| said.value(field).to_owned();
        let (postpone, condition, decided_by) = (of("postpone"), of("condition"), of("decided_by"));
        PlanRow { postpone, condition, decided_by, doubtful: said.is_doubtful(), seen: Seen::of(&said.tips), ..self }
    }

    /// What was here since the copy ended, and was put on another day.
    pub(super) fn left(said: &Matter) -> PlanRow {
        let mut made = PlanRow::made(said);
        std::mem::swap(&mut made.plan.at, &mut made.other_at);
        PlanRow { state: "moved", ..made }
    }

    /// What was made or put here since the copy ended.
    pub fn made(said: &Matter) -> PlanRow {
        PlanRow::made_at(said, said.at())
    }

    /// The same at one of the times at which it is said to be ([`Matter::times`]).
    pub(super) fn made_at(said: &Matter, at: Option<When>) -> PlanRow {
        let of = |field: &str| said.value(field).to_owned();
        let kind = Some(of("kind")).filter(|kind| !kind.is_empty()).unwrap_or_else(|| "visit".to_owned());
        let plan =
            Plan { kind, at, department: of("department"), doctor: of("doctor"), text: of("what"), ..Plan::default() };
        let row = PlanRow {
            plan,
            booking: said.name.clone(),
            source: "outage",
            state: if said.is_cancelled() { "cancelled" } else { "stands" },
            other_at: read_at(said.value("was_at")).filter(|was| !same(Some(*was), at)),
            postpone: String::new(),
            condition: String::new(),
            decided_by: String::new(),
            doubtful: false,
            seen: Seen::default(),
        };
        row.judged(said)
    }
}

/// The same day, and the same hour where one is named.
pub(super) fn same(one: Option<When>, other: Option<When>) -> bool {
    let of = |at: Option<When>| at.map(|at| at.to_string());
    of(one) == of(other)
}
