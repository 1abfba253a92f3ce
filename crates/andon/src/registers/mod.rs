//! 本部台帳: the lists that headquarters keeps, folded from kind 51. Rim: pages of headquarters, the desk's list of services and sheets show
//! them. `kinds.rs` says which registers and fields there are, `fold.rs` what stands, `words.rs` how it
//! is said.

pub mod agenda;
mod desk_kinds;
mod fold;
mod kinds;
pub mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::Moment;
use store::Reader;

pub use desk_kinds::{CAUSES, OF_PAPER};
pub use fold::{Item, STEP, Tick, UNDONE};
pub use kinds::{Field, REGISTERS, Register, Shape, register};

use crate::event::register_item;
use crate::folds::{self, Fold};
use crate::home::Problem;
use crate::hospital;
use crate::incident::Incident;

/// A register by code, or a usage error that names them all.
///
/// # Errors
/// There is no such register.
pub fn known(code: &str) -> Result<&'static Register, Problem> {
    register(code).ok_or_else(|| {
        let all: Vec<&str> = REGISTERS.iter().map(|of| of.code).collect();
        let all = all.join(" ");
        Problem::usage(format!(
            "{code}: この台帳はありません。あるもの: {all}\n{code}: no such register; there are: {all}"
        ))
    })
}

/// The field that every item has: where it stands.
pub const STATE: &str = "state";

/// The items of every register, of every incident, in the order in which they were entered.
///
/// # Errors
/// When the store cannot be read.
pub fn all(reader: &Reader) -> Result<Arc<Vec<Arc<Item>>>, Problem> {
    let registers: Vec<String> = REGISTERS.iter().map(|of| register_item(of.code)).collect();
    folds::things(reader, &registers)
}

/// The items of a register that count in an incident (of none: those that belong to none), in the order in which they were entered. What
/// stands beyond one incident (organisation, telephone numbers, systems) counts in each.
///
/// # Errors
/// When the store cannot be read.
pub fn items(reader: &Reader, of: &'static Register, incident: Option<&Incident>) -> Result<Vec<Arc<Item>>, Problem> {
    Ok(in_incident(&all(reader)?, of, incident))
}

fn in_incident(all: &[Arc<Item>], of: &'static Register, incident: Option<&Incident>) -> Vec<Arc<Item>> {
    let counted = all.iter().filter(|item| counts_in(item, of, incident));
    match of.anew {
        false => counted.cloned().collect(),
        true => counted.map(|item| Arc::new(Item::clone(item).in_incident(of, incident))).collect(),
    }
}

fn counts_in(item: &Item, of: &Register, incident: Option<&Incident>) -> bool {
    let own = |id: &str| incident.is_some_and(|of| of.has(id));
    item.register == of.code && (of.stands || item.incident.is_empty() || own(&item.incident))
}

/// The same as they stood at a moment: what was entered up to then, here or elsewhere.
///
/// # Errors
/// When the store cannot be read.
pub fn items_at(
    reader: &Reader,
    of: &'static Register,
    incident: Option<&Incident>,
    until: Moment,
) -> Result<Vec<Arc<Item>>, Problem> {
    let mut events = hospital::events_of(reader, &register_item(of.code))?;
    events.retain(|stored| stored.envelope.entry_time <= until);
    Ok(in_incident(&Fold::<Item>::of(events), of, incident))
}

/// Every register with its items in the present incident.
pub type Present = Vec<(&'static Register, Vec<Arc<Item>>)>;

/// Every register with its items in the present incident, looked up once until anything is committed.
///
/// # Errors
/// When the store cannot be read.
pub fn present(reader: &Reader) -> Result<Arc<Present>, Problem> {
    reader.once(|reader| {
        let incident = crate::incident::now(reader)?;
        REGISTERS.iter().map(|of| Ok((of, items(reader, of, incident.as_ref())?))).collect()
    })
}

/// How many items are in each state; those struck are not counted.
pub fn counts(of: &Register, items: &[Arc<Item>]) -> BTreeMap<&'static str, usize> {
    let count = |state: &str| items.iter().filter(|item| item.struck.is_none() && item.state == state).count();
    of.states.iter().map(|state| (*state, count(state))).collect()
}
