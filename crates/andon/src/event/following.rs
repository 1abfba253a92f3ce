//! 60 to 62: to whom this station gives the charts it has, whose charts it takes, and what of them was carried out of it.

use serde::{Deserialize, Serialize};
use store::StationId;

use super::stations::id_of;

/// What is said of charts that go from one station to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowEvent {
    /// 60: people here allow a station to have the charts of this one, or no longer.
    Given {
        /// Which station, 32 hexadecimal digits.
        station: String,
        /// False: no longer.
        on: bool,
        /// Why; may be empty.
        reason: String,
    },
    /// 61: this station follows another's charts, or no longer.
    Follows {
        /// Which station, 32 hexadecimal digits.
        station: String,
        /// False: no longer.
        on: bool,
    },
    /// 62: charts were written to a file for a station.
    Written {
        /// For which, 32 hexadecimal digits.
        station: String,
        /// Number of the first parcel that may be in it.
        from: u64,
        /// The first that is not any more.
        next: u64,
        /// Entries in it.
        entries: u64,
    },
}

const GIVEN: u16 = 60;
const FOLLOWS: u16 = 61;
const WRITTEN: u16 = 62;

/// The item of all that is said of following.
pub const FOLLOWING_ITEM: &str = "following";

impl FollowEvent {
    /// Which station; `None` for what is no station.
    pub fn id(&self) -> Option<StationId> {
        let (FollowEvent::Given { station, .. }
        | FollowEvent::Follows { station, .. }
        | FollowEvent::Written { station, .. }) = self;
        id_of(station)
    }

    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<FollowEvent> {
        let on = |text: &str| ["0", "1"].iter().position(|known| *known == text).map(|at| at == 1);
        let said = match (kind, texts) {
            (GIVEN, [station, is, reason]) => {
                FollowEvent::Given { station: (*station).to_owned(), on: on(is)?, reason: (*reason).to_owned() }
            }
            (FOLLOWS, [station, is]) => FollowEvent::Follows { station: (*station).to_owned(), on: on(is)? },
            (WRITTEN, [station, from, next, entries]) => FollowEvent::Written {
                station: (*station).to_owned(),
                from: from.parse().ok()?,
                next: next.parse().ok()?,
                entries: entries.parse().ok()?,
            },
            _ => return None,
        };
        said.id().is_some().then_some(said)
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let on = |on: bool| u8::from(on).to_string();
        match self.clone() {
            FollowEvent::Given { station, on: is, reason } => (GIVEN, vec![station, on(is), reason]),
            FollowEvent::Follows { station, on: is } => (FOLLOWS, vec![station, on(is)]),
            FollowEvent::Written { station, from, next, entries } => {
                (WRITTEN, vec![station, from.to_string(), next.to_string(), entries.to_string()])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_following() {
        let station = "01".repeat(16);
        let number = format!("20000000{}", "3031".repeat(16));
        for (said, kind, rest) in [
            (
                FollowEvent::Given { station: station.clone(), on: true, reason: "予備".into() },
                60,
                "010000003106000000e4ba88e58299",
            ),
            (FollowEvent::Follows { station: station.clone(), on: false }, 61, "0100000030"),
            (FollowEvent::Written { station, from: 1, next: 12, entries: 9 }, 62, "01000000310200000031320100000039"),
        ] {
            let event = Event::Follow(said);
            let (number_of_kind, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number_of_kind, version, hex), (kind, 1, format!("{number}{rest}")));
            assert_eq!(Event::read(kind, version, &bytes), event);
            assert_eq!(event.items(), ["following"]);
        }
        let no_station = Event::Follow(FollowEvent::Follows { station: "3病棟".into(), on: true });
        let (kind, version, bytes) = no_station.encode().unwrap();
        assert!(matches!(Event::read(kind, version, &bytes), Event::Unknown { kind: 61, .. }));
    }
}
