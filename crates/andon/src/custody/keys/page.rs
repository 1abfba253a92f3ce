//! `GET /keys`: the keys at a glance, red where one is to be rotated, tried or made.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chart::{Moment, age_words};

use crate::custody::rules::Light;
use crate::officers::{Officers, OfficersKey, officers};
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer};

#[derive(Template)]
#[template(path = "custody/keys/keys.html")]
struct KeysPage {
    frame: Frame,
    light: Light,
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

/// Red where a key lies open or nobody else could open anything; amber where there is none, or nobody showed lately that its cards open
/// something, as on the page 保管庫.
fn light(officers: &Officers, apart: bool, now: Moment) -> Light {
    let tried = officers.current().is_some_and(|key| key.drilled.is_some());
    match () {
        () if officers.rotate_now() || officers.alone() || apart => Light::Red,
        () if !tried || officers.drill_due(now) => Light::Amber,
        () => Light::Green,
    }
}

/// `GET /keys`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (officers, now) = (officers(reader)?, own.now());
        let (none, apart) = (officers.keys.is_empty(), officers.slot_apart(own.home()));
        let alarms = [
            (officers.rotate_now(), "keys-rotate-now"),
            (apart, "keys-slot-apart"),
            (officers.drill_due(now), "keys-drill-due"),
            (officers.alone(), "keys-alone"),
            (none && !officers.alone(), "keys-none"),
        ];
        Ok(KeysPage {
            frame: Frame::new(&own, &asked, reader)?,
            light: light(&officers, apart, now),
            alarms: alarms.into_iter().filter(|(is, _)| *is).map(|(_, key)| key).collect(),
            rows: officers.keys.iter().rev().map(|key| row(key, asked.words, now)).collect(),
            second_holder: officers.second_holder,
        })
    });
    answer(&site, &visit, made.await)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::officers::Act;

    #[test]
    fn the_keys_are_as_good_as_the_last_time_that_their_cards_opened_something() {
        let now = Moment(1_635_607_800_000);
        let act = |at| Some(Act { at, by: "甲".to_owned(), cards: "1 2".to_owned() });
        let key = |drilled: Option<Act>, combined: Option<Act>| OfficersKey {
            id: "AB".to_owned(),
            recipient: "age1x".to_owned(),
            threshold: 2,
            holders: vec!["甲".to_owned(), "乙".to_owned()],
            stick: true,
            unattended: false,
            since: now,
            until: None,
            by: "甲".to_owned(),
            drilled,
            combined,
        };
        let of = |key: OfficersKey| light(&Officers { keys: vec![key], second_holder: "丙".to_owned() }, false, now);
        assert_eq!(of(key(None, None)), Light::Amber, "made, and never tried");
        assert_eq!(of(key(act(now), None)), Light::Green);
        assert_eq!(of(key(act(now.plus_days(-400)), None)), Light::Amber);
        assert_eq!(of(key(act(now), act(now))), Light::Red, "it lies in a file");
        assert_eq!(light(&Officers { keys: vec![key(act(now), None)], ..Officers::default() }, true, now), Light::Red);
        assert_eq!(light(&Officers::default(), false, now), Light::Red, "nobody has any");
    }
}
