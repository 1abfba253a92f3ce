//! `GET /keys`: the keys at a glance, red where one is to be rotated, tried or made.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chart::{Moment, age_words};

use crate::officers::{OfficersKey, officers};
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer};

#[derive(Template)]
#[template(path = "custody/keys/keys.html")]
struct KeysPage {
    frame: Frame,
    /// What is wrong: keys of the texts.
    alarms: Vec<&'static str>,
    /// Who keeps a copy of the home's key file.
    second_holder: String,
    rows: Vec<Row>,
}

/// A key in words.
struct Row {
    id: String,
    recipient: String,
    current: bool,
    span: String,
    threshold: String,
    holders: Vec<(usize, String)>,
    made: String,
    marks: Vec<&'static str>,
    drilled: String,
    combined: String,
}

fn row(key: &OfficersKey, t: Words, now: Moment) -> Row {
    let aged = |at: Moment| format!("{at}{}", t.with("aside", age_words(at.minutes_until(now), t.lang)));
    let until = key.until.map_or_else(String::new, |until| until.to_string());
    let acts = [&key.drilled, &key.combined].map(|act| {
        let said = act
            .as_ref()
            .map(|act| format!("{}　{}　{}", aged(act.at), act.by, t.with("keys-cards", act.cards.as_str())));
        said.unwrap_or_default()
    });
    let [drilled, combined] = acts;
    let marks = [(!key.stick, "keys-off-stick"), (key.unattended, "keys-unattended")];
    Row {
        id: key.id.clone(),
        recipient: key.recipient.clone(),
        current: key.until.is_none(),
        span: format!("{}〜{until}", key.since),
        threshold: format!("{} / {}", key.threshold, key.holders.len()),
        holders: (1..).zip(key.holders.iter().cloned()).collect(),
        made: format!("{}　{}", key.since, key.by),
        marks: marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect(),
        drilled,
        combined,
    }
}

/// `GET /keys`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (officers, now) = (officers(reader)?, own.now());
        let none = officers.keys.is_empty();
        let alarms = [
            (officers.rotate_now(), "keys-rotate-now"),
            (officers.drill_due(now), "keys-drill-due"),
            (officers.alone(), "keys-alone"),
            (none && !officers.alone(), "keys-none"),
        ];
        Ok(KeysPage {
            frame: Frame::new(&own, &asked, reader)?,
            alarms: alarms.into_iter().filter(|(is, _)| *is).map(|(_, key)| key).collect(),
            rows: officers.keys.iter().rev().map(|key| row(key, asked.words, now)).collect(),
            second_holder: officers.second_holder,
        })
    });
    answer(&site, &visit, made.await)
}
