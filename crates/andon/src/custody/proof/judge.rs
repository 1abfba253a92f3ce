//! What a verdict is worth, from what the station knows of its own vault. Pure.

use chart::Moment;
use vault::prover::{Chart, Verdict};

use crate::custody::state::{Reached, Sealed};
use crate::proofs::Outcome;

/// A prover's clock may be ahead of ours, or of what was put a moment ago, by so much.
const CLOCK_MILLIS: i64 = 10 * 60_000;

/// What the station knows.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Its vault, 32 hexadecimal digits.
    pub vault: String,
    /// Segments there are.
    pub number: u32,
    /// The segment that the verdict ends with, as it was sealed here; `None` where that is not known any more.
    pub sealed: Option<Sealed>,
    /// The segment before the first that was opened; `None` where there is none, or it is not known any more.
    pub before: Option<Sealed>,
    /// When this prover's last verdict on the same place was made, milliseconds.
    pub last_made: Option<i64>,
    /// How far the place is that was proved; `None` where that is not known.
    pub reached: Option<Reached>,
    /// The version of this program.
    pub program: String,
    /// Our clock.
    pub now: Moment,
}

/// Why a verdict is not taken in: it says nothing new of this vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is of another vault.
    OtherVault,
    /// This one, or a later one, was handed in before.
    Again,
    /// It ends with a segment of which this home does not know any more how it was sealed.
    TooOld,
    /// It was made in the future.
    Ahead,
}

/// What is wrong, or `None` when the charts are to be compared now. With the words that go into the log.
///
/// # Errors
/// [`Refused`].
pub fn before_charts(verdict: &Verdict, known: &Known) -> Result<Option<(Outcome, String)>, Refused> {
    if verdict.vault.hex() != known.vault {
        return Err(Refused::OtherVault);
    }
    if verdict.made > known.now.0 + CLOCK_MILLIS {
        return Err(Refused::Ahead);
    }
    if known.last_made.is_some_and(|last| verdict.made <= last) {
        return Err(Refused::Again);
    }
    let tip = &verdict.tip;
    if tip.number > known.number {
        let what = format!("segment {}: this station has sealed {} so far", tip.number, known.number);
        return Ok(Some((Outcome::NotOurs, what)));
    }
    if !verdict.is_sound() {
        let first =
            verdict.findings.first().map(|found| format!("segment {} {} {}", found.segment, found.object, found.what));
        return Ok(Some((Outcome::Unsound, first.unwrap_or_default())));
    }
    let sealed = known.sealed.ok_or(Refused::TooOld)?;
    let events = if verdict.opened.0 == 1 { sealed.event } else { 0 };
    // Nothing was received between them: what was opened holds events alone.
    let quiet = verdict.parcels == (0, 0) && known.before.is_some_and(|before| before.parcel == sealed.parcel);
    let parcel = if quiet { 0 } else { sealed.parcel };
    let ours = tip.hash.0 == sealed.hash
        && (tip.sealed, verdict.opened.1) == (sealed.at, tip.number)
        && (verdict.parcels.1, verdict.events.1) == (parcel, events);
    if !ours {
        let what = format!("segment {}: not as this station sealed it", tip.number);
        return Ok(Some((Outcome::NotOurs, what)));
    }
    match known.reached {
        Some(reached) if reached.number > tip.number && reached.at + CLOCK_MILLIS < verdict.made => {
            let what = format!("segment {}: {} were there before", tip.number, reached.number);
            Ok(Some((Outcome::CutOff, what)))
        }
        _ => Ok(None),
    }
}

/// What comes of the charts: each as the prover made it, and as this station does; `None` for one of a patient it does not know.
pub fn of_charts(verdict: &Verdict, ours: &[(&Chart, Option<Chart>)], program: &str) -> (Outcome, String) {
    let same_program = verdict.program == program;
    let agrees = |(theirs, ours): &&(&Chart, Option<Chart>)| {
        ours.as_ref().is_some_and(|ours| {
            (ours.label, ours.record) == (theirs.label, theirs.record) && (ours.chart == theirs.chart || !same_program)
        })
    };
    let differing: Vec<&(&Chart, Option<Chart>)> = ours.iter().filter(|pair| !agrees(pair)).collect();
    if let Some((first, _)) = differing.first() {
        let label = vault::hash::to_hex(&first.label.0);
        return (Outcome::Differs, format!("{} of {} charts, first {label}", differing.len(), ours.len()));
    }
    let outcome = match () {
        () if ours.is_empty() && verdict.parcels.1 > 0 => Outcome::NoCharts,
        () if !same_program => Outcome::OtherProgram,
        () if verdict.closed > 0 => Outcome::OlderClosed,
        () => Outcome::Good,
    };
    (outcome, String::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vault::prover::{Found, Tip};
    use vault::{Hash, Label, VaultId};

    const NOW: i64 = 1_635_607_800_000;

    fn chart(no: u8) -> Chart {
        Chart { label: Label([no; 16]), record: Hash::of(&[no, 1]), chart: Hash::of(&[no, 2]) }
    }

    fn verdict() -> Verdict {
        Verdict {
            vault: VaultId([7; 16]),
            run: [1; 16],
            made: NOW - 1000,
            program: "1".into(),
            medium: 1,
            tip: Tip { number: 9, hash: Hash([3; 32]), size: 9, root: Hash::ZERO, sealed: NOW - 5000 },
            opened: (1, 9),
            closed: 0,
            parcels: (1, 40),
            events: (1, 20),
            counts: [40, 20, 18, 1 << 20],
            findings: Vec::new(),
            more: 0,
            charts: vec![chart(1), chart(2)],
        }
    }

    fn known() -> Known {
        let sealed = Sealed { hash: [3; 32], parcel: 40, event: 20, at: NOW - 5000 };
        Known {
            vault: VaultId([7; 16]).hex(),
            number: 12,
            sealed: Some(sealed),
            before: None,
            last_made: Some(NOW - 100_000),
            reached: Some(Reached { number: 12, at: NOW - 2000 }),
            program: "1".into(),
            now: Moment(NOW),
        }
    }

    fn with(change: impl FnOnce(&mut Verdict, &mut Known)) -> Result<Option<Outcome>, Refused> {
        let (mut verdict, mut known) = (verdict(), known());
        change(&mut verdict, &mut known);
        before_charts(&verdict, &known).map(|wrong| wrong.map(|(outcome, _)| outcome))
    }

    #[test]
    fn what_says_nothing_new_of_this_vault_is_refused() {
        assert_eq!(with(|_, _| ()), Ok(None));
        assert_eq!(with(|verdict, _| verdict.vault = VaultId([8; 16])), Err(Refused::OtherVault));
        assert_eq!(with(|verdict, known| known.last_made = Some(verdict.made)), Err(Refused::Again));
        assert_eq!(with(|verdict, known| known.last_made = Some(verdict.made + 1)), Err(Refused::Again));
        assert_eq!(with(|_, known| known.sealed = None), Err(Refused::TooOld));
        assert_eq!(with(|verdict, _| verdict.made = NOW + CLOCK_MILLIS + 1), Err(Refused::Ahead));
    }

    #[test]
    fn a_vault_that_went_on_otherwise_or_ends_early_is_a_fault() {
        assert_eq!(with(|verdict, _| verdict.tip.number = 13), Ok(Some(Outcome::NotOurs)));
        assert_eq!(with(|verdict, _| verdict.tip.hash = Hash([4; 32])), Ok(Some(Outcome::NotOurs)));
        assert_eq!(with(|verdict, _| verdict.parcels.1 = 39), Ok(Some(Outcome::NotOurs)));
        assert_eq!(with(|verdict, _| verdict.events.1 = 19), Ok(Some(Outcome::NotOurs)));
        assert_eq!(with(|verdict, _| verdict.tip.sealed += 1), Ok(Some(Outcome::NotOurs)));
        // What was put long before the prover came by was there, and is not.
        let long_ago = Some(Reached { number: 12, at: NOW - 2 * CLOCK_MILLIS });
        assert_eq!(with(|_, known| known.reached = long_ago), Ok(Some(Outcome::CutOff)));
        assert_eq!(with(|_, known| known.reached = None), Ok(None));
        // What the prover itself found stands, whether or not we know that segment.
        let found = Found::new("bytes", 3, "segments/3", "bytes 0 to 9");
        let unsound = with(|verdict, known| {
            verdict.findings.push(found);
            known.sealed = None;
        });
        assert_eq!(unsound, Ok(Some(Outcome::Unsound)));
        assert_eq!(with(|verdict, _| verdict.more = 1), Ok(Some(Outcome::Unsound)));
    }

    #[test]
    fn a_prover_that_came_late_says_nothing_of_events_and_of_older_segments() {
        let late = |verdict: &mut Verdict| {
            (verdict.opened, verdict.closed) = ((5, 9), 4);
            (verdict.parcels, verdict.events) = ((21, 40), (0, 0));
        };
        assert_eq!(with(|verdict, _| late(verdict)), Ok(None));
        // Segments of events alone: good where nothing was received in them, and only there.
        let quiet = |parcel| {
            with(move |verdict, known| {
                late(verdict);
                verdict.parcels = (0, 0);
                known.before = Some(Sealed { parcel, ..known.sealed.unwrap() });
            })
        };
        assert_eq!((quiet(40), quiet(39)), (Ok(None), Ok(Some(Outcome::NotOurs))));
        let mut verdict = verdict();
        late(&mut verdict);
        let same: Vec<_> = verdict.charts.iter().map(|chart| (chart, Some(chart.clone()))).collect();
        assert_eq!(of_charts(&verdict, &same, "1").0, Outcome::OlderClosed);
    }

    #[test]
    fn charts_are_compared_one_by_one_and_of_another_program_only_what_was_received() {
        let verdict = verdict();
        let outcome = |second: Option<Chart>, program: &str| {
            let ours = [(&verdict.charts[0], Some(chart(1))), (&verdict.charts[1], second)];
            of_charts(&verdict, &ours, program).0
        };
        let read_otherwise = Chart { chart: Hash::ZERO, ..chart(2) };
        let received_otherwise = Chart { record: Hash::ZERO, ..chart(2) };
        assert_eq!(outcome(Some(chart(2)), "1"), Outcome::Good);
        assert_eq!(outcome(Some(read_otherwise.clone()), "1"), Outcome::Differs);
        assert_eq!(outcome(Some(read_otherwise), "2"), Outcome::OtherProgram);
        for program in ["1", "2"] {
            assert_eq!(outcome(Some(received_otherwise.clone()), program), Outcome::Differs);
            assert_eq!(outcome(None, program), Outcome::Differs, "a patient nobody knows here");
        }
        assert_eq!(of_charts(&verdict, &[], "1").0, Outcome::NoCharts);
    }
}
