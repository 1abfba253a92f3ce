//! The sheets, one folder or file each: what stands where, and its labels in both languages.

pub(crate) mod action;
pub(crate) mod appointments;
pub(crate) mod batch;
pub(crate) mod board;
pub(crate) mod boxes;
pub(crate) mod bundle;
pub(crate) mod calls;
pub(crate) mod card;
pub(crate) mod checkpoint;
pub(crate) mod chronology;
pub(crate) mod cumulative;
pub(crate) mod dialysis;
pub(crate) mod envelope;
pub(crate) mod forms;
pub(crate) mod gaps;
pub(crate) mod gate;
pub(crate) mod key_card;
pub(crate) mod letters;
pub(crate) mod meals;
pub(crate) mod memo;
pub(crate) mod package;
pub(crate) mod parts;
pub(crate) mod queue;
pub(crate) mod register;
pub(crate) mod summary;
pub(crate) mod swap;
pub(crate) mod thing;

use crate::sheet::Form;

/// The forms that have a way of their own into a pack.
pub(crate) static OWN: [&Form; 25] = [
    &summary::FORM,
    &board::FORM,
    &gaps::FORM,
    &meals::FORM,
    &dialysis::FORM,
    &batch::FORM,
    &card::FORM,
    &envelope::TAG,
    &envelope::OPENING,
    &appointments::FORM,
    &swap::FORM,
    &memo::FORM,
    &memo::SCANNED,
    &chronology::FORM,
    &chronology::WALL,
    &queue::FORM,
    &calls::FORM,
    &calls::LETTER,
    &cumulative::FORM,
    &register::FORM,
    &package::FORM,
    &action::FORM,
    &letters::FORM,
    &thing::FORM,
    &gate::FORM,
];
