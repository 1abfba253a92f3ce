//! The sheets, one folder or file each: what stands where, and its labels in both languages.

pub(crate) mod board;
pub(crate) mod boxes;
pub(crate) mod card;
pub(crate) mod forms;
pub(crate) mod gaps;
pub(crate) mod meals;
pub(crate) mod parts;
pub(crate) mod summary;
