//! What `andon ward` prints of stays and of what is said of inpatients (docs/json.md).

use chart::Moment;
use serde_json::{Value, json};

use crate::hospital::Members;
use crate::stays::census::Lying;
use crate::stays::{Past, Stay};

/// One inpatient where he is said to lie.
pub fn lying(one: &Lying) -> Value {
    let place = &one.inpatient.place;
    json!({
        "id": one.id.id, "authority": one.id.authority,
        "ward": place.ward, "room": place.room, "bed": place.bed,
        "admitted": one.inpatient.admitted, "since": one.inpatient.since, "on_leave": one.inpatient.on_leave,
        "department": one.inpatient.department, "doctor": one.inpatient.attending,
        "source": if one.stay.is_some() { "outage" } else { "copy" },
        "stay": one.stay.as_ref().map_or_else(|| crate::stays::key(&one.id, &one.inpatient), |stay| stay.name.clone()),
        "doubts": one.doubts,
    })
}

/// Something that was said of an inpatient, with all that was said of it.
pub fn said(one: &Stay, members: &Members, now: Moment) -> Value {
    let apart = one.apart.iter().map(|apart| {
        let said: Vec<Value> =
            apart.said.iter().map(|(value, told)| json!({"value": value, "by": told.who, "at": told.at})).collect();
        json!({"field": apart.field, "said": said})
    });
    let past = |past: &Past| {
        json!({
            "act": past.said.act, "values": past.said.values, "words": past.told.words, "at": past.told.at,
            "entered": past.told.entry, "by": past.told.who, "station": members.name(past.station),
            "event": past.hash.to_string(),
            "struck": past.struck.as_ref().map(|by| json!({"by": by.who, "at": by.entry, "words": by.words})),
        })
    };
    json!({
        "thing": one.name, "sort": one.sort(), "id": one.id, "authority": one.authority,
        "values": one.values, "apart": apart.collect::<Vec<_>>(), "doubtful": one.is_doubtful(),
        "holds": one.holds(), "struck": one.is_struck(),
        "age_minutes": one.since().map(|at| at.minutes_until(now)),
        "source": "outage", "history": one.history.iter().map(past).collect::<Vec<_>>(),
    })
}
