//! By way of which station charts come, as pages, status and JSON say it.

use chart::Moment;
use serde::Serialize;

use crate::following::Way;
use crate::text::Words;

/// The way by which a source comes here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ByWayOf {
    /// The station, 32 hexadecimal digits.
    pub station: String,
    /// Its name here.
    pub name: String,
    /// Its charts are taken now; else those that are here grow old.
    pub followed: bool,
    /// When all that it had was here last, by our clock; `None`: not yet.
    pub received: Option<Moment>,
    /// Since when it is not reached on the network.
    pub away_since: Option<Moment>,
    /// Since when it is reached and gives no charts.
    pub not_given_since: Option<Moment>,
    /// Why it does not: `not_allowed`, `unfit`, `there`, `here`; empty where it does.
    pub why: String,
}

/// A moment that was written down; 0 stands for none.
fn moment(millis: i64) -> Option<Moment> {
    (millis != 0).then_some(Moment(millis))
}

impl ByWayOf {
    /// Of a way.
    pub fn of(way: &Way) -> ByWayOf {
        ByWayOf {
            station: way.station.to_string(),
            name: way.name.clone(),
            followed: way.is_followed,
            received: moment(way.reached.whole),
            away_since: moment(way.away),
            not_given_since: moment(way.reached.failing),
            why: way.reached.why.clone(),
        }
    }

    /// `本館 経由（受信 2021-10-31 10:42）`, and what is wrong with the way.
    pub fn words(&self, t: Words) -> String {
        let received = match self.received {
            Some(at) => t.with("via-received", at.to_string()),
            None => t.text("via-first"),
        };
        let mut line = format!("{}{}", t.with("via", self.name.as_str()), t.with("aside", received));
        let mut add = |words: String| line = format!("{line} {words}");
        if !self.followed {
            add(t.text("via-ended"));
        } else if let Some(since) = self.not_given_since {
            add(t.with("via-not-given", since.to_string()));
            add(t.word("via-why", &self.why));
        } else if let Some(since) = self.away_since {
            add(t.with("via-away", since.to_string()));
        }
        line
    }
}
