//! 関門のお知らせ: what is held back of a source, or released, as a sheet. What the gate saw is folded by the rim.

use chart::Moment;
use paper::{GateNotice, GateSeen, GateState};
use store::Reader;

use super::{Making, RunOrder};
use crate::event::GateAct;
use crate::hold::{Alarm, Hold, Holds, News};
use crate::home::Problem;
use crate::text::Words;

/// A notice of the source that is asked for; else of every source of which something is open.
pub(super) fn notices(reader: &Reader, order: &RunOrder, making: &mut Making) -> Result<(), Problem> {
    let (holds, t) = (reader.once(Holds::of)?, Words::of(order.lang));
    let sources = reader.sources()?;
    let asked = |news: &&News| match order.source {
        Some(source) => news.source == source,
        None => holds.of_source(news.source).is_some(),
    };
    for news in holds.news.iter().filter(asked) {
        let hold = holds.of_source(news.source);
        let head = sources.iter().find(|source| source.no == news.source).map_or(0, |source| source.last_position);
        let notice = notice(t, news, hold, head);
        let id = making.next_id();
        let made = making.pack.gate_notice(&notice, &id);
        making.keep(made, id, None, String::new());
    }
    Ok(())
}

fn notice(t: Words, news: &News, hold: Option<&Hold>, head: u64) -> GateNotice {
    let decided = hold.map_or(news.decided.as_ref(), |hold| hold.decided.last());
    let state = match (hold.map(|hold| hold.trusted), decided.map(|said| said.act)) {
        (Some(Some(_)), _) => GateState::Held,
        (Some(None), _) => GateState::Missing,
        (None, Some(GateAct::Ended)) => GateState::Ended,
        (None, _) => GateState::Released,
    };
    let words = |said: &crate::hold::Decided| {
        let to = said.to.map_or_else(String::new, |to| t.with("gate-to", to.to_string()));
        let words = format!("{} {to}  {}", t.word("gate-act", said.act.code()), said.reason);
        (said.at, said.by.clone(), words)
    };
    GateNotice {
        source: news.name.clone(),
        state,
        since: hold.map_or(news.since, |hold| hold.since),
        held: hold.and_then(|hold| hold.trusted).map_or(0, |trusted| head.saturating_sub(trusted)),
        seen: hold.map_or_else(Vec::new, |hold| hold.alarms.iter().map(|alarm| seen(t, alarm)).collect()),
        due: hold.map(|hold| Moment(hold.due.0)),
        decided: decided.map(words),
    }
}

fn seen(t: Words, alarm: &Alarm) -> GateSeen {
    let by = if alarm.by.is_empty() { String::new() } else { format!("　{}: {}", alarm.by, alarm.words) };
    let count = if alarm.limit == 0 { String::new() } else { format!("{}（{}）", alarm.count, alarm.limit) };
    GateSeen { at: alarm.at, what: format!("{}{by}", t.word("gate-rule", alarm.rule.code())), count }
}
