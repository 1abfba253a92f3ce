//! Who may give which ticket numbers, so that two stations that cannot reach each other never give the same one.
//!
//! A ticket is the department's letter and a number. Short numbers (`内101`) come from blocks, which one station alone gives out, the one
//! that keeps the numbering: headquarters, or a station that knows no headquarters. Its log is one sequence, so no block is given twice; in
//! another life of it (a restored or copied home) other blocks are given. A station without a block of its own numbers with the four digits
//! of its id and the two of its log's life, as sheets have them (`内3F2A01-1`): longer, and nobody else's. Pure but for [`own`] and [`blocks`].

use std::collections::BTreeMap;

use store::{Reader, StationId, StoredEvent};

use crate::event::{Event, TICKETS_ITEM, TicketBlock, VisitEvent};
use crate::home::Problem;
use crate::hospital::{self, Members};

/// Blocks that one life of the numbering log gives out: more than a hospital of this size has desks.
const BLOCKS_OF_LIFE: u32 = 20;
/// Numbers of a block that are written without a dash: `101` to `199`.
const SHORT_MOST: u32 = 99;

/// A ticket as it is called.
pub fn ticket(letter: &str, block: Option<u32>, (station, life): (&str, u32), number: u32) -> String {
    match block {
        Some(block) if number <= SHORT_MOST => format!("{letter}{block}{number:02}"),
        Some(block) => format!("{letter}{block}-{number}"),
        None => {
            let begins: String = station.chars().take(4).collect();
            format!("{letter}{}{life:02}-{number}", begins.to_uppercase())
        }
    }
}

/// Who has a block, by its number: station (32 hexadecimal digits) and life.
pub type Blocks = BTreeMap<u32, (String, u32)>;

/// The blocks that count: those that the stations that keep the numbering gave.
fn counted(events: &[StoredEvent], keepers: &[StationId]) -> Blocks {
    let mut blocks = Blocks::new();
    for stored in events.iter().filter(|stored| keepers.contains(&stored.envelope.station)) {
        let envelope = &stored.envelope;
        if let Event::Visit(VisitEvent::Block(said)) = Event::read(envelope.kind, envelope.version, &envelope.payload) {
            blocks.entry(said.block).or_insert((said.station, said.life));
        }
    }
    blocks
}

/// The stations whose word on blocks counts here: headquarters where one is known, else this station. With two headquarters none, since
/// both may have given one block.
fn keepers(members: &Members) -> Vec<StationId> {
    let named: Vec<StationId> = members.headquarters().collect();
    match named.as_slice() {
        [] => std::iter::once(members.own).chain(members.former().iter().copied()).collect(),
        [only] => vec![*only],
        _ => Vec::new(),
    }
}

/// Every block that counts here.
///
/// # Errors
/// When the store cannot be read.
pub fn blocks(reader: &Reader) -> Result<Blocks, Problem> {
    let members = reader.once(Members::of)?;
    Ok(counted(&hospital::events_of(reader, TICKETS_ITEM)?, &keepers(&members)))
}

/// The block of a station in this life of its log, the first that it was given.
pub fn own(blocks: &Blocks, station: &str, life: u32) -> Option<u32> {
    blocks.iter().find(|(_, (of, in_life))| of == station && *in_life == life).map(|(block, _)| *block)
}

/// True where this station keeps the numbering.
///
/// # Errors
/// When the store cannot be read.
pub fn keeps(reader: &Reader) -> Result<bool, Problem> {
    let members = reader.once(Members::of)?;
    Ok(keepers(&members).contains(&members.own))
}

/// The next block that a log in this life may give to a station; `None` where there is none left.
pub fn next(blocks: &Blocks, life: u32, to: (&str, u32)) -> Option<TicketBlock> {
    let first = life.checked_sub(1)?.checked_mul(BLOCKS_OF_LIFE)? + 1;
    let free = (first..first + BLOCKS_OF_LIFE).find(|block| !blocks.contains_key(block))?;
    Some(TicketBlock { station: to.0.to_owned(), life: to.1, block: free })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tickets_as_they_are_called() {
        let at = ("3f2a0102030405060708090a0b0c0d0e", 1);
        for (block, number, said) in [
            (Some(1), 1, "内101"),
            (Some(1), 99, "内199"),
            (Some(1), 100, "内1-100"),
            (Some(12), 7, "内1207"),
            (None, 1, "内3F2A01-1"),
        ] {
            assert_eq!(ticket("内", block, at, number), said);
        }
    }

    proptest! {
        /// Whatever stations have blocks of one numbering log or none, in whichever lives: no two tickets of one department are the same.
        #[test]
        fn no_ticket_is_given_twice(
            lives in prop::collection::vec((1..4_u32, any::<bool>()), 1..15),
            count in 1..140_u32,
            keeper in 1..3_u32,
        ) {
            let mut blocks = Blocks::new();
            let station = |at: usize| format!("{:04x}{}", at * 7, "00".repeat(14));
            for (at, (life, given)) in lives.iter().enumerate() {
                if *given {
                    let said = next(&blocks, keeper, (&station(at), *life)).unwrap();
                    blocks.insert(said.block, (said.station, said.life));
                }
            }
            let mut seen = BTreeSet::new();
            for (at, (life, _)) in lives.iter().enumerate() {
                let block = own(&blocks, &station(at), *life);
                for number in 1..=count {
                    prop_assert!(seen.insert(ticket("内", block, (&station(at), *life), number)));
                }
            }
        }
    }
}
