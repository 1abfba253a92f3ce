//! Which registers there are: their fields and states. A code is stored for ever; words for it are in the texts.

use super::desk_kinds::{CLINICS, MAILINGS, SAFETY};

/// What may be written in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line.
    Short,
    /// Several lines.
    Long,
    /// One of a list.
    Choice(&'static [&'static str]),
    /// A day, or a day and time, that has been.
    Time,
    /// The same, by which something is to be done or will be so.
    Due,
    /// Digits.
    Number,
}

/// The field with a line for each thing to be done.
const STEPS: &str = "steps";

/// One field of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its code.
    pub code: &'static str,
    /// What may be written in it.
    pub shape: Shape,
}

/// One register.
#[derive(Debug, PartialEq, Eq)]
pub struct Register {
    /// Its code.
    pub code: &'static str,
    /// What stands before its numbers.
    pub mark: &'static str,
    /// Its fields; the first names the item and must be written.
    pub fields: &'static [Field],
    /// Its states, the safest first: of two that disagree it stands.
    pub states: &'static [&'static str],
    /// The state of an item of which none was said.
    pub first: &'static str,
    /// States in which somebody still has something to do.
    pub open: &'static [&'static str],
    /// It stands beyond one incident.
    pub stands: bool,
    /// Of what stands: in each incident its items begin with their first state again.
    pub anew: bool,
}

impl Register {
    /// A field by code.
    pub fn field(&self, code: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// The field that names an item.
    pub fn name(&self) -> &'static str {
        self.fields.first().map_or("", |field| field.code)
    }

    /// The field whose lines are done one by one, each with its time; `None` where there is none.
    pub fn ticked(&self) -> Option<&'static str> {
        self.field(STEPS).map(|field| field.code)
    }

    /// A state by code.
    pub fn state(&self, code: &str) -> Option<&'static str> {
        self.states.iter().find(|state| **state == code).copied()
    }

    /// The safer of two states.
    pub fn safer(&self, one: &'static str, other: &'static str) -> &'static str {
        self.states.iter().find(|state| **state == one || **state == other).copied().unwrap_or(self.first)
    }
}

/// A register by code.
pub fn register(code: &str) -> Option<&'static Register> {
    REGISTERS.iter().find(|register| register.code == code)
}

pub(super) const fn short(code: &'static str) -> Field {
    Field { code, shape: Shape::Short }
}

pub(super) const fn long(code: &'static str) -> Field {
    Field { code, shape: Shape::Long }
}

pub(super) const fn time(code: &'static str) -> Field {
    Field { code, shape: Shape::Time }
}

const fn due(code: &'static str) -> Field {
    Field { code, shape: Shape::Due }
}

const fn number(code: &'static str) -> Field {
    Field { code, shape: Shape::Number }
}

pub(super) const fn choice(code: &'static str, of: &'static [&'static str]) -> Field {
    Field { code, shape: Shape::Choice(of) }
}

const SERVICES: Register = Register {
    code: "services",
    mark: "診",
    fields: &[
        short("service"),
        long("conditions"),
        long("exceptions"),
        long("callers"),
        due("planned"),
        time("resumed"),
        short("department"),
        short("visits"),
    ],
    states: &["stopped", "limited", "running"],
    first: "stopped",
    open: &["stopped", "limited"],
    stands: true,
    anew: false,
};

const SYSTEMS: Register = Register {
    code: "systems",
    mark: "系",
    fields: &[
        short("system"),
        short("vendor"),
        long("needs"),
        long("instead"),
        due("planned"),
        time("resumed"),
        short("department"),
    ],
    states: &["stopped", "unknown", "limited", "running"],
    first: "unknown",
    open: &["stopped", "unknown", "limited"],
    stands: true,
    anew: false,
};

const PLANS: Register = Register {
    code: "plans",
    mark: "案",
    fields: &[
        short("plan"),
        long("outline"),
        short("owner"),
        number("amount"),
        time("begins"),
        due("due"),
        long("reason"),
    ],
    states: &["considered", "chosen", "doing", "abandoned", "done"],
    first: "considered",
    open: &["considered", "chosen", "doing"],
    stands: false,
    anew: false,
};

const TASKS: Register = Register {
    code: "tasks",
    mark: "指",
    fields: &[long("task"), short("department"), short("owner"), due("due"), short("meeting"), long("reply")],
    states: &["open", "doing", "answered", "done"],
    first: "open",
    open: &["open", "doing", "answered"],
    stands: false,
    anew: false,
};

const REPORTS: Register = Register {
    code: "reports",
    mark: "報",
    fields: &[short("department"), long("achieved"), long("blocked"), long("idea"), short("meeting")],
    states: &["new", "taken_up"],
    first: "new",
    open: &["new"],
    stands: false,
    anew: false,
};

const MEETINGS: Register = Register {
    code: "meetings",
    mark: "会",
    fields: &[short("meeting"), due("at"), short("place"), long("present"), long("decisions"), due("next")],
    states: &["planned", "held"],
    first: "planned",
    open: &["planned"],
    stands: false,
    anew: false,
};

const RULES: Register = Register {
    code: "rules",
    mark: "決",
    fields: &[long("question"), long("rule"), short("department"), time("begins")],
    states: &["proposed", "settled", "withdrawn"],
    first: "proposed",
    open: &["proposed"],
    stands: true,
    anew: false,
};

const SECTIONS: &[&str] = &["command", "safety", "liaison", "press", "operations", "planning", "logistics", "finance"];

const POSTS: Register = Register {
    code: "posts",
    mark: "職",
    fields: &[
        short("post"),
        choice("section", SECTIONS),
        short("person"),
        long("deputies"),
        short("phone"),
        time("since"),
        long("duty"),
    ],
    states: &["vacant", "filled"],
    first: "vacant",
    open: &["vacant"],
    stands: true,
    anew: false,
};

const CONTACTS: Register = Register {
    code: "contacts",
    mark: "網",
    fields: &[short("person"), short("post"), short("phone"), short("phone_other"), long("calls_next"), short("comes")],
    states: &["not_called", "no_answer", "reached"],
    first: "not_called",
    open: &["not_called", "no_answer"],
    stands: true,
    anew: true,
};

const WHOM: &[&str] = &[
    "fire",
    "police",
    "hospitals",
    "prefecture",
    "health_centre",
    "mhlw",
    "privacy",
    "persons",
    "owner",
    "vendor",
    "insurer",
    "network",
    "bureau",
    "payers",
    "bank",
    "pharmacy",
    "other",
];

const NOTICES: Register = Register {
    code: "notices",
    mark: "届",
    fields: &[
        short("whom"),
        choice("kind_of", WHOM),
        due("due"),
        long("text"),
        short("phone"),
        short("spoke_with"),
        time("at"),
        short("receipt"),
    ],
    states: &["owed", "drafted", "done", "not_needed"],
    first: "owed",
    open: &["owed", "drafted"],
    stands: false,
    anew: false,
};

const PRESS: Register = Register {
    code: "press",
    mark: "広",
    fields: &[
        short("title"),
        choice("sort", &["notice", "release", "question", "conference"]),
        long("text"),
        long("text_en"),
        short("spokesperson"),
        time("at"),
    ],
    states: &["draft", "approved", "out", "withdrawn"],
    first: "draft",
    open: &["draft", "approved"],
    stands: false,
    anew: false,
};

const CAPABILITY: Register = Register {
    code: "capability",
    mark: "受",
    fields: &[short("service"), long("reason"), long("told"), due("planned")],
    states: &["refused", "limited", "accepted"],
    first: "refused",
    open: &["refused", "limited"],
    stands: false,
    anew: false,
};

const REFUSALS: Register = Register {
    code: "refusals",
    mark: "断",
    fields: &[
        long("request"),
        short("from"),
        time("at"),
        short("doctor"),
        long("reason"),
        short("sent_to"),
        short("transport"),
    ],
    states: &["refused", "accepted"],
    first: "refused",
    open: &[],
    stands: false,
    anew: false,
};

const SUPPLY: Register = Register {
    code: "supply",
    mark: "物",
    fields: &[
        short("thing"),
        short("quantity"),
        short("department"),
        short("from"),
        number("amount"),
        due("due"),
        time("returned"),
    ],
    states: &["asked", "ordered", "arrived", "returned", "refused"],
    first: "asked",
    open: &["asked", "ordered"],
    stands: false,
    anew: false,
};

const STAFF: Register = Register {
    code: "staff",
    mark: "勤",
    fields: &[short("person"), short("post"), short("department"), time("came"), due("goes"), long("rest")],
    states: &["called", "working", "resting", "off"],
    first: "called",
    open: &["called"],
    stands: false,
    anew: false,
};

const COSTS: Register = Register {
    code: "costs",
    mark: "費",
    fields: &[
        short("matter"),
        choice("sort", &["cost", "lost_income", "gift"]),
        number("amount"),
        time("at"),
        short("department"),
        short("receipt"),
    ],
    states: &["estimated", "fixed", "paid"],
    first: "estimated",
    open: &["estimated"],
    stands: false,
    anew: false,
};

const PROMISES: Register = Register {
    code: "promises",
    mark: "約",
    fields: &[long("promise"), short("vendor"), due("due"), long("slipped")],
    states: &["broken", "slipped", "promised", "kept"],
    first: "promised",
    open: &["slipped", "promised"],
    stands: false,
    anew: false,
};

const LEAKS: Register = Register {
    code: "leaks",
    mark: "漏",
    fields: &[short("account"), short("system"), short("found_by"), time("at"), long("achieved")],
    states: &["in_use", "changed", "disabled"],
    first: "in_use",
    open: &["in_use"],
    stands: false,
    anew: false,
};

const DEMANDS: Register = Register {
    code: "demands",
    mark: "犯",
    fields: &[long("text"), short("from"), time("at"), short("original"), short("spoke_with")],
    states: &["unanswered", "with_police"],
    first: "unanswered",
    open: &["unanswered"],
    stands: false,
    anew: false,
};

const EVIDENCE: Register = Register {
    code: "evidence",
    mark: "証",
    fields: &[
        short("thing"),
        short("original"),
        short("given_by"),
        short("given_to"),
        time("at"),
        short("receipt"),
        long("hash"),
    ],
    states: &["kept", "given", "returned"],
    first: "kept",
    open: &["given"],
    stands: false,
    anew: false,
};

const CARDS: Register = Register {
    code: "cards",
    mark: "札",
    fields: &[
        short("card"),
        short("post"),
        choice("phase", &["first", "day", "later", "restart"]),
        short("department"),
        short("trigger"),
        long(STEPS),
        long("calls"),
        long("never"),
        short("report"),
        short("sheets"),
        long("exit"),
    ],
    states: &["ready", "shelved"],
    first: "ready",
    open: &[],
    stands: true,
    anew: false,
};

/// Who takes over what this house cannot do while it stands still; asked anew in each incident.
const PARTNERS: Register = Register {
    code: "partners",
    mark: "携",
    fields: &[
        short("organisation"),
        choice("critical", &["dialysis", "birth", "children", "emergency", "surgery", "transfer", "other"]),
        short("phone"),
        short("phone_other"),
        long("takes"),
        long("conditions"),
    ],
    states: &["not_asked", "cannot", "accepts"],
    first: "not_asked",
    open: &["not_asked"],
    ..CONTACTS
};

/// Every register, in the order of the board.
pub static REGISTERS: [Register; 25] = [
    SERVICES, SYSTEMS, PLANS, TASKS, REPORTS, MEETINGS, RULES, POSTS, CONTACTS, NOTICES, PRESS, CAPABILITY, REFUSALS,
    SUPPLY, STAFF, COSTS, PROMISES, LEAKS, DEMANDS, EVIDENCE, CARDS, CLINICS, MAILINGS, SAFETY, PARTNERS,
];

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
