//! What the giver's gate holds back goes with its charts: a follower's log says the same of the source that stands for it, so that every view
//! stands at the same cut, also in a home that is restored from the follower's vault. Pure.

use serde::{Deserialize, Serialize};

use crate::event::{GateAct, GateAlarm, GateDecision, GateEvent};
use crate::hold::{Alarm, Hold};

/// What is open of a source at the giver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenHold {
    /// Number of the source there.
    pub source: u32,
    /// The last position that is trusted; `None` where something is only missing.
    pub trusted: Option<u64>,
    /// Why: by whom (empty: the station itself), and what.
    pub alarms: Vec<(String, GateAlarm)>,
}

impl GivenHold {
    /// As it goes to followers.
    pub fn of(hold: &Hold) -> GivenHold {
        let alarm = |alarm: &Alarm| {
            let Alarm { rule, since, trusted, count, limit, by, words, .. } = alarm.clone();
            let (source, name, since_millis, head) = (hold.source, hold.name.clone(), since.0, hold.head);
            (by, GateAlarm { source, name, rule, trusted, since_millis, count, limit, head, words })
        };
        GivenHold { source: hold.source, trusted: hold.trusted, alarms: hold.alarms.iter().map(alarm).collect() }
    }
}

/// What the log here has to say of a source, so that it says what the giver's says: each with who said so there.
pub fn news(
    (source, name): (u32, &str),
    here: Option<&Hold>,
    there: Option<&GivenHold>,
    called: &str,
) -> Vec<(String, GateEvent)> {
    let decided = |act, to| {
        let reason = format!("{called} での判断 / decided at {called}");
        (String::new(), GateEvent::Decided(GateDecision { source, act, to, until_millis: 0, reason }))
    };
    let Some(there) = there else {
        return here.map(|_| decided(GateAct::Release, None)).into_iter().collect();
    };
    let mut said = Vec::new();
    let (held, alarms) = (here.and_then(|hold| hold.trusted), here.map_or(&[][..], |hold| &hold.alarms));
    // Nothing is missing there any more, or all that was held back is good and something else is open.
    let is_over = |alarm: &Alarm| !there.alarms.iter().any(|(_, said)| said.rule == alarm.rule);
    let mut known: Vec<&Alarm> = alarms.iter().collect();
    if held.is_some() && there.trusted.is_none() {
        said.push(decided(GateAct::Release, None));
        known.clear();
    } else if alarms.iter().any(|alarm| !alarm.rule.holds() && is_over(alarm)) {
        said.push(decided(GateAct::Ended, None));
        known.retain(|alarm| alarm.rule.holds());
    }
    for (by, alarm) in &there.alarms {
        if !known.iter().any(|known| known.rule == alarm.rule && known.trusted == alarm.trusted) {
            said.push((by.clone(), GateEvent::Alarm(GateAlarm { source, name: name.to_owned(), ..alarm.clone() })));
        }
    }
    // Alarms never make more trusted; a person there has released a part.
    let least = there.alarms.iter().filter(|(_, alarm)| alarm.rule.holds()).map(|(_, alarm)| alarm.trusted).min();
    if there.trusted > held.or(least) {
        said.push(decided(GateAct::Release, there.trusted));
    }
    said
}

#[cfg(test)]
mod tests {
    use chart::Moment;

    use super::*;
    use crate::event::GateRule;

    fn alarm(rule: GateRule, trusted: u64) -> GateAlarm {
        let [name, words] = ["std1", ""].map(str::to_owned);
        GateAlarm { source: 1, name, rule, trusted, since_millis: 5, count: 3, limit: 2, head: 100, words }
    }

    fn there(trusted: Option<u64>, alarms: &[GateAlarm]) -> GivenHold {
        GivenHold { source: 1, trusted, alarms: alarms.iter().map(|one| (String::new(), one.clone())).collect() }
    }

    fn here(trusted: Option<u64>, alarms: &[GateAlarm]) -> Hold {
        let one = |said: &GateAlarm| {
            let GateAlarm { rule, trusted, since_millis, count, limit, words, .. } = said.clone();
            Alarm { rule, at: Moment(9), since: Moment(since_millis), trusted, count, limit, by: String::new(), words }
        };
        let (name, alarms) = ("std1@本館".to_owned(), alarms.iter().map(one).collect());
        let [since, due] = [5, 9].map(Moment);
        Hold { source: 7, name, trusted, since, head: 100, due, alarms, decided: Vec::new() }
    }

    fn words(here: Option<&Hold>, there: Option<&GivenHold>) -> Vec<String> {
        let word = |(_, event)| match event {
            GateEvent::Alarm(alarm) => {
                assert_eq!((alarm.source, alarm.name.as_str(), alarm.head), (7, "std1@本館", 100));
                format!("{} {}", alarm.rule.code(), alarm.trusted)
            }
            GateEvent::Decided(said) => format!("{} {}", said.act.code(), said.to.unwrap_or(0)),
            _ => String::new(),
        };
        news((7, "std1@本館"), here, there, "本館").into_iter().map(word).collect()
    }

    #[test]
    fn the_log_here_says_what_is_said_there_and_nothing_twice() {
        let (dense, gone, quiet) =
            (alarm(GateRule::Dense, 70), alarm(GateRule::Gone, 50), alarm(GateRule::Silence, 100));
        let none: [String; 0] = [];
        assert_eq!(words(None, None), none);
        assert_eq!(words(None, Some(&there(Some(70), std::slice::from_ref(&dense)))), ["dense 70"]);
        let one = here(Some(70), std::slice::from_ref(&dense));
        assert_eq!(words(Some(&one), Some(&there(Some(70), std::slice::from_ref(&dense)))), none);
        assert_eq!(words(Some(&one), Some(&there(Some(50), &[dense.clone(), gone.clone()]))), ["gone 50"]);
        assert_eq!(words(Some(&one), Some(&there(Some(90), std::slice::from_ref(&dense)))), ["release 90"]);
        assert_eq!(words(None, Some(&there(Some(90), std::slice::from_ref(&dense)))), ["dense 70", "release 90"]);
        assert_eq!(words(Some(&one), None), ["release 0"]);
        assert_eq!(words(Some(&one), Some(&there(None, std::slice::from_ref(&quiet)))), ["release 0", "silence 100"]);
        let both = here(Some(50), &[gone.clone(), quiet]);
        assert_eq!(words(Some(&both), Some(&there(Some(50), &[gone]))), ["ended 0"]);
    }
}
