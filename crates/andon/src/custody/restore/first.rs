//! Those who are asked for first: one patient out of the vault by its index, with what the chart of that patient needs of others.

use std::collections::BTreeSet;

use chart::PatientId;
use chart::check_digit::{self, Scheme, Typed};
use tokio::sync::mpsc;
use vault::Place;
use vault::read::AHEAD_MAX;

use super::super::members::{self, Found, Unpack};
use super::super::problem;
use super::Restore;
use crate::home::Problem;

/// Somebody waits for a chart.
pub struct Want {
    /// The number as it was typed.
    pub typed: String,
    /// Who that is, once the chart can be opened; none where the vault has nobody of that number.
    pub answer: mpsc::Sender<Option<PatientId>>,
}

impl Restore {
    /// One patient, by the index; nothing else is opened. None where the vault has nobody of that number, typed with its 照合番号 or
    /// the site's check digit or without.
    pub(super) fn patient(&mut self, typed: &str) -> Result<Option<PatientId>, Problem> {
        let number = match check_digit::typed(typed) {
            Typed::Confirmed(number) | Typed::Bare(number) => number,
            Typed::Wrong => return Ok(None),
        };
        let scheme = Scheme::named(&self.about.check_digit);
        let without = scheme.and_then(|scheme| scheme.without(&number)).map(str::to_owned);
        for number in [Some(number), without].into_iter().flatten() {
            let id = crate::temporary::meant(&self.writer, &number)?;
            if self.person(&id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// A patient with every number that named persons linked to this one: it is one chart.
    fn person(&mut self, id: &PatientId) -> Result<bool, Problem> {
        // The end of what was asked for is reached by everybody apart.
        let ended = std::mem::take(&mut self.ended);
        let mut known = false;
        for number in crate::record::numbers(&self.writer, id)? {
            known |= self.parcels_of(&number)?;
            self.ended = false;
        }
        self.ended = ended;
        Ok(known)
    }

    /// Whoever was asked for since the last frame.
    pub(super) fn wanted(&mut self) -> Result<(), Problem> {
        let Some(wants) = self.asked.wants.take() else { return Ok(()) };
        let mut done = Ok(());
        while let (true, Ok(want)) = (done.is_ok(), wants.try_recv()) {
            done = self.patient(&want.typed).map(|patient| {
                // Who asked may have gone.
                let _ = want.answer.try_send(patient);
            });
        }
        self.asked.wants = Some(wants);
        done
    }

    /// The parcels of one number; false where there are none.
    fn parcels_of(&mut self, id: &PatientId) -> Result<bool, Problem> {
        let places = self.places(&members::label(&self.vault.heads().vault, id))?;
        let (mut unpack, mut elsewhere, mut known) = (Unpack::default(), BTreeSet::new(), false);
        let mut before: Option<Place> = None;
        for (at, &place) in places.iter().enumerate() {
            if at % AHEAD_MAX == 0 {
                self.vault.read_ahead(&places[at..]);
            }
            let next = before.is_some_and(|b| b.segment == place.segment && b.frame + 1 == place.frame);
            if !next {
                unpack.gap();
            }
            before = Some(place);
            for found in self.frame(place, &mut unpack)? {
                if let Found::Parcel(journal, contents) = found
                    && journal.patient == *id
                {
                    known = true;
                    elsewhere.extend(journal.lines().iter().filter_map(|line| line.held_in));
                    self.parcel(*journal, contents)?;
                }
            }
        }
        self.flush()?;
        self.brought(elsewhere)?;
        Ok(known)
    }

    /// Parcels of anybody whose bytes a patient's refer to: the same bytes were received before. Rare, so segments are looked through.
    fn brought(&mut self, mut wanted: BTreeSet<u64>) -> Result<(), Problem> {
        for number in self.vault.numbers() {
            for no in wanted.clone() {
                if self.writer.has_parcel(no)? {
                    wanted.remove(&no);
                }
            }
            if wanted.is_empty() {
                break;
            }
            let manifest = self.vault.manifest(number).map_err(problem);
            let Some((manifest, _)) = self.or_damaged(manifest)? else { continue };
            let parcels = manifest.covers.iter().find_map(|line| members::covered(line, "parcels"));
            if !parcels.is_some_and(|parcels| wanted.iter().any(|no| parcels.contains(no))) {
                continue;
            }
            let mut unpack = Unpack::default();
            for frame in 0..self.opened(number)?.unwrap_or(0) {
                for found in self.frame(Place { segment: number, frame }, &mut unpack)? {
                    if let Found::Parcel(journal, contents) = found
                        && wanted.contains(&journal.no)
                    {
                        self.parcel(*journal, contents)?;
                    }
                }
            }
            self.flush()?;
        }
        Ok(())
    }
}
