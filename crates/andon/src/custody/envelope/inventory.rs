//! The inventory of envelopes: what was made, for whom, until when it is good, and what became of it. Folded from events.

use std::collections::BTreeMap;

use chart::Moment;
use serde::Serialize;
use store::Reader;

use super::rules::Contents;
use crate::event::{
    ENVELOPE_RULES_ITEM, ENVELOPES_ITEM, EnvelopeAct, EnvelopeEvent, EnvelopePlan, Event, MadeEnvelope,
};
use crate::home::Problem;

/// What was said of one envelope after it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What.
    pub act: EnvelopeAct,
    /// With whom, where or why.
    pub words: String,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
}

/// One envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is.
    #[serde(flatten)]
    pub made: MadeEnvelope,
    /// Who made it.
    pub by: String,
    /// What became of it, oldest first.
    pub said: Vec<Said>,
}

/// Where an envelope stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Made, in nobody's hands as far as anybody said; back again.
    Here,
    /// With somebody.
    Out,
    /// Opened: not used again.
    Opened,
    /// Nobody knows where.
    Lost,
    /// No more.
    Destroyed,
}

impl State {
    /// Its word in JSON and in `envelope-state-…` of the texts.
    pub fn word(self) -> &'static str {
        match self {
            State::Here => "here",
            State::Out => "out",
            State::Opened => "opened",
            State::Lost => "lost",
            State::Destroyed => "destroyed",
        }
    }
}

impl Row {
    /// Where it stands. What was opened stays opened, whoever brings it back.
    pub fn state(&self) -> State {
        let is = |act: EnvelopeAct| self.said.iter().any(|said| said.act == act);
        let last = self.said.iter().rev().map(|said| said.act).find(|act| *act != EnvelopeAct::Opened);
        match last {
            Some(EnvelopeAct::Destroyed) => State::Destroyed,
            Some(EnvelopeAct::Lost) => State::Lost,
            _ if is(EnvelopeAct::Opened) => State::Opened,
            Some(EnvelopeAct::Handed) => State::Out,
            _ => State::Here,
        }
    }

    /// To be destroyed or looked for: its date is over, or it was opened, and it is not destroyed.
    pub fn is_overdue(&self, now: Moment) -> bool {
        match self.state() {
            State::Destroyed => false,
            State::Opened | State::Lost => true,
            State::Here | State::Out => now.0 > self.made.until,
        }
    }
}

/// What somebody decided, and who and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the index holds.
    pub contents: Contents,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Every envelope, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub fn inventory(reader: &Reader) -> Result<Vec<Row>, Problem> {
    let mut rows: Vec<Row> = Vec::new();
    for (at, by, event) in events(reader, ENVELOPES_ITEM)? {
        match event {
            EnvelopeEvent::Made(made) => rows.push(Row { made, by, said: Vec::new() }),
            EnvelopeEvent::Act { number, act, words } => {
                if let Some(row) = rows.iter_mut().find(|row| row.made.number == number) {
                    row.said.push(Said { act, words, at, by });
                }
            }
            _ => {}
        }
    }
    Ok(rows)
}

/// What the index of all patients holds; `None` until a named person has decided.
///
/// # Errors
/// When the store cannot be read.
pub fn decision(reader: &Reader) -> Result<Option<Decision>, Problem> {
    let said = events(reader, ENVELOPE_RULES_ITEM)?.into_iter().rev();
    let mut said = said.filter_map(|(at, by, event)| match event {
        EnvelopeEvent::Contents { what } => Some(Decision { contents: Contents::read(&what).ok()?, by, at }),
        _ => None,
    });
    Ok(said.next())
}

/// Plans by name, with when each was said.
///
/// # Errors
/// When the store cannot be read.
pub fn plans(reader: &Reader) -> Result<BTreeMap<String, (EnvelopePlan, Moment)>, Problem> {
    let mut plans = BTreeMap::new();
    for (at, _, event) in events(reader, ENVELOPE_RULES_ITEM)? {
        match event {
            EnvelopeEvent::Schedule(plan) if plan.on => drop(plans.insert(plan.plan.clone(), (plan, at))),
            EnvelopeEvent::Schedule(plan) => drop(plans.remove(&plan.plan)),
            _ => {}
        }
    }
    Ok(plans)
}

/// Whether this may be said of an envelope now.
///
/// # Errors
/// There is none of this number, or it is no more.
pub fn may(rows: &[Row], number: &str, act: EnvelopeAct) -> Result<(), Problem> {
    let row = rows.iter().find(|row| row.made.number == number).ok_or_else(|| {
        Problem::failed(format!(
            "{number}: この番号の閲覧用カルテファイルはありません。`andon envelope list` で確かめてください。\n\
             {number}: no envelope of this number; see `andon envelope list`."
        ))
    })?;
    let (state, is_lost) = (row.state(), row.state() == State::Lost);
    let refused = state == State::Destroyed || (act == EnvelopeAct::Found && !is_lost);
    let reused = act == EnvelopeAct::Handed && state == State::Opened;
    match (refused, reused) {
        (false, false) => Ok(()),
        (_, true) => Err(Problem::failed(format!(
            "{number}: 一度開いたファイルは使い回せません。新しく作り、これは廃棄してください。\n\
             {number}: was opened and is not handed out again: make a new one and destroy this."
        ))),
        (true, _) => Err(Problem::failed(format!(
            "{number}: いまの状態（{}）では記録できません。 / {number}: cannot be so now ({}).",
            state.word(),
            state.word()
        ))),
    }
}

fn events(reader: &Reader, item: &str) -> Result<Vec<(Moment, String, EnvelopeEvent)>, Problem> {
    let stored = reader.events_of(item)?.into_iter().filter_map(|stored| {
        let envelope = stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Envelope(event) => Some((envelope.entry_time, envelope.person, event)),
            _ => None,
        }
    });
    Ok(stored.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(acts: &[EnvelopeAct]) -> Row {
        let said = |act: &EnvelopeAct| Said { act: *act, words: String::new(), at: Moment(0), by: String::new() };
        let made = MadeEnvelope { number: "A-E1".into(), until: 100, ..MadeEnvelope::default() };
        Row { made, by: String::new(), said: acts.iter().map(said).collect() }
    }

    #[test]
    fn what_was_opened_is_not_handed_out_again_and_what_is_destroyed_stays_so() {
        use EnvelopeAct::{Destroyed, Found, Handed, Lost, Opened, Returned};
        for (acts, state, overdue, handed) in [
            (&[][..], State::Here, false, true),
            (&[Handed], State::Out, false, true),
            (&[Handed, Returned], State::Here, false, true),
            (&[Handed, Opened], State::Opened, true, false),
            (&[Handed, Opened, Returned], State::Opened, true, false),
            (&[Handed, Lost], State::Lost, true, true),
            (&[Handed, Lost, Found], State::Here, false, true),
            (&[Opened, Destroyed], State::Destroyed, false, false),
        ] {
            let row = row(acts);
            assert_eq!((row.state(), row.is_overdue(Moment(50))), (state, overdue), "{acts:?}");
            assert_eq!(may(std::slice::from_ref(&row), "A-E1", Handed).is_ok(), handed, "{acts:?}");
        }
        assert!(row(&[Handed]).is_overdue(Moment(101)));
        assert!(may(&[row(&[])], "A-E1", Found).is_err());
        assert!(may(&[row(&[])], "A-E2", Handed).is_err());
    }
}
