//! Registers of the working day: departments and their tickets, letters, and what nearly harmed somebody.

use super::kinds::{Register, choice, long, short, time};

/// Departments that patients come to, with the letter of their tickets (`crate::visits::clinics`).
pub(super) const CLINICS: Register = Register {
    code: "clinics",
    mark: "科",
    fields: &[short("clinic"), short("letter"), short("room"), short("packet")],
    states: &["stopped", "running"],
    first: "running",
    open: &[],
    stands: true,
    anew: false,
};

/// Texts of letters to patients, by mail merge (`crate::sheets::calls`): of one list, or of all.
pub(super) const MAILINGS: Register = Register {
    code: "mailings",
    mark: "文",
    fields: &[short("heading"), long("text"), short("phone"), short("for_list")],
    ..CLINICS
};

/// 影響度分類 of the national university hospitals: 0 noticed before anything was done, 5 death.
const LEVELS: &[&str] = &["level_0", "level_1", "level_2", "level_3a", "level_3b", "level_4", "level_5"];

/// What a report may name as its cause: those of paper first, as at Handa (ノリ, Box, 手渡し, ID), then the others.
pub const CAUSES: [&str; 13] = [
    "cause_number",
    "cause_place",
    "cause_handed",
    "cause_stuck",
    "cause_read",
    "cause_copied",
    "cause_form",
    "cause_old",
    "cause_patient",
    "cause_order",
    "cause_drug",
    "cause_machine",
    "cause_other",
];
/// So many of [`CAUSES`], from the first, are of working on paper.
pub const OF_PAPER: usize = 8;

/// インシデント報告 (inventory #79): what happened, without a patient's name, its cause, and which rule or form was changed for it since when.
pub(super) const SAFETY: Register = Register {
    code: "safety",
    mark: "安",
    fields: &[
        short("event"),
        choice("cause", &CAUSES),
        choice("level", LEVELS),
        time("at"),
        short("department"),
        short("sheet"),
        long("achieved"),
        long("measure"),
        short("changed"),
        time("changed_on"),
    ],
    states: &["reported", "examined", "measured"],
    first: "reported",
    open: &["reported", "examined"],
    stands: false,
    anew: false,
};
