//! Who the patient is: ADT-00 speaks first, earlier names are kept with the span in which they were in use.

use serde::Serialize;

use crate::era::{Age, age_at, era_date};
use crate::fact::{Body, Disability, Fault, Kin, Name, OriginFault, PatientId, Person, Script, Sex};
use crate::fold::fold_name;
use crate::item::{Item, SourceRef, Standing, View};
use crate::versions::Message;
use crate::when::{Moment, When};
use std::sync::Arc;

/// A name the patient bore before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormerName {
    /// As written then, family and given.
    pub name: String,
    /// Its reading, where sent.
    pub kana: String,
    /// When a message first bore it.
    pub since: Option<When>,
    /// When a message first bore another.
    pub until: Option<When>,
}

/// Who the patient is, with the age at the moment asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Patient {
    /// The number, as the path gave it.
    pub id: String,
    /// Who assigned it.
    pub authority: String,
    /// True for a 仮患者: the number is ours and no EMR's ([`crate::temporary`]).
    pub temporary: bool,
    /// Name as written.
    pub name: String,
    /// Its reading.
    pub kana: String,
    /// Its Latin writing, where sent.
    pub latin: String,
    /// All writings as sent.
    pub names: Vec<Name>,
    /// Birth date, ISO in JSON.
    pub birth_date: Option<When>,
    /// The same in 和暦.
    pub birth_era: String,
    /// Age at the moment; at death where death is recorded.
    pub age: Option<Age>,
    /// Administrative sex.
    pub sex: Sex,
    /// Addresses as sent.
    pub addresses: Vec<String>,
    /// Telephones as sent.
    pub phones: Vec<String>,
    /// Death.
    pub died: Option<When>,
    /// Last changed at the sender.
    pub updated: Option<When>,
    /// PID-3 numbers as sent.
    pub ids: Vec<String>,
    /// True when the identity comes from 患者基本情報 (ADT-00), false when only from another message's PID.
    pub basic: bool,
    /// Names borne before, newest first.
    pub former_names: Vec<FormerName>,
    /// Everything told of the person that differs from what is shown, newest first: earlier addresses, other PID fields.
    pub versions: Vec<Item<Person>>,
    /// When the identity was told; `None` when nobody told it.
    pub time: Option<When>,
    /// Minutes from then to now.
    pub age_minutes: Option<i64>,
    /// Where it came from.
    pub source: Option<Arc<SourceRef>>,
    /// Whether ADT-00 stands; `cancelled` when the sender withdrew the patient (ADT^A23).
    pub standing: Standing,
}

impl Patient {
    /// A 仮患者 of whom nothing is known but what is written on paper: what has room for a pen on a sheet.
    pub fn is_unnamed(&self) -> bool {
        self.temporary && self.name.is_empty()
    }
}

/// One name in one script, family and given with a space.
pub fn written(names: &[Name], script: Script) -> String {
    let of_script =
        names.iter().find(|name| name.script == script && !(name.family.is_empty() && name.given.is_empty()));
    let joined = of_script.map(|name| format!("{} {}", name.family, name.given));
    joined.map(|name| name.trim().to_owned()).unwrap_or_default()
}

/// The name shown: as written, else its reading, else its Latin writing.
fn shown_name(names: &[Name]) -> String {
    let scripts = [Script::Ideographic, Script::Phonetic, Script::Alphabetic];
    scripts.into_iter().map(|script| written(names, script)).find(|name| !name.is_empty()).unwrap_or_default()
}

/// The identity, and what is doubtful about it.
pub(crate) fn identity(view: &View<'_>) -> (Patient, Vec<OriginFault>) {
    let told = persons(view);
    // A message whose PID-3 names another number may be another patient's: it speaks only where nobody else does.
    let rank = |(message, person): &(&Message<'_>, &Person)| {
        let agrees = message.origin.other_ids.is_empty();
        let named = person.names.iter().any(|name| !name.family.is_empty() || !name.given.is_empty());
        let stands = std::cmp::Reverse(message.standing);
        (message.is_of(view.patient), agrees, person.basic && named, named, stands, message.at)
    };
    let Some((message, person)) = told.iter().max_by_key(|entry| rank(entry)).copied() else {
        return (unknown(view.patient), Vec::new());
    };
    let head = view.item(message, person.updated.filter(|_| person.basic).or_else(|| message.origin.sent_at()), ());
    let doubtful = !message.origin.other_ids.is_empty();
    let heard = |(message, _): &(&Message<'_>, &Person)| doubtful || message.origin.other_ids.is_empty();
    let birth = person.birth.or_else(|| told.iter().copied().filter(heard).rev().find_map(|(_, other)| other.birth));
    let own = told.iter().copied().filter(heard).filter(|(message, _)| message.is_of(view.patient));
    let own: Vec<_> = own.collect();
    let (former_names, faults) = names_over_time(&own, message, person);
    let patient = Patient {
        name: shown_name(&person.names),
        kana: written(&person.names, Script::Phonetic),
        latin: written(&person.names, Script::Alphabetic),
        names: person.names.clone(),
        birth_date: birth,
        birth_era: birth.map(|birth| era_date(&birth)).unwrap_or_default(),
        age: birth.and_then(|birth| age_at(&birth, age_moment(view, person))),
        sex: person.sex,
        addresses: person.addresses.clone(),
        phones: person.phones.clone(),
        died: person.died,
        updated: person.updated,
        ids: person.ids.clone(),
        basic: person.basic,
        former_names,
        versions: versions(view, &told, person),
        time: head.time,
        age_minutes: Some(head.age_minutes),
        source: Some(head.source),
        standing: message.standing,
        ..unknown(view.patient)
    };
    (patient, faults)
}

fn unknown(id: &PatientId) -> Patient {
    let temporary = crate::temporary::is_authority(&id.authority);
    Patient { id: id.id.clone(), authority: id.authority.clone(), temporary, ..Patient::default() }
}

fn age_moment(view: &View<'_>, person: &Person) -> Moment {
    person.died.map_or(view.as_of.moment, |died| died.start.min(view.as_of.moment))
}

fn persons<'v, 'a>(view: &'v View<'a>) -> Vec<(&'v Message<'a>, &'a Person)> {
    let all = view.messages.iter().flat_map(|message| message.bodies.iter().map(move |body| (message, *body)));
    let person = |(message, body): (&'v Message<'a>, &'a Body)| match body {
        Body::Person(person) => Some((message, &**person)),
        _ => None,
    };
    all.filter_map(person).collect()
}

/// Earlier names, and a doubt for each name that a message newer than the identity bears.
fn names_over_time(
    told: &[(&Message<'_>, &Person)],
    shown: &Message<'_>,
    person: &Person,
) -> (Vec<FormerName>, Vec<OriginFault>) {
    let current = fold_name(&shown_name(&person.names));
    let (mut former, mut faults): (Vec<(String, FormerName)>, Vec<OriginFault>) = (Vec::new(), Vec::new());
    let mut open: Option<usize> = None;
    let mut last: Option<&[Name]> = None;
    for (message, other) in told {
        // Every order repeats the name; only a change is worth folding.
        if last.replace(&other.names) == Some(other.names.as_slice()) {
            continue;
        }
        let name = shown_name(&other.names);
        let key = fold_name(&name);
        let time = message.origin.sent_at();
        if key.is_empty() || open.is_some_and(|at| former[at].0 == key) {
            continue;
        }
        if let Some(at) = open.take() {
            former[at].1.until = time;
        }
        if key == current {
            continue;
        }
        if message.at > shown.at && !other.basic {
            let fault = Fault { code: "name_differs", at: "PID-5".to_owned(), text: name };
            faults.push(OriginFault { origin: Arc::clone(&message.origin), fault });
            continue;
        }
        let kana = written(&other.names, Script::Phonetic);
        former.push((key, FormerName { name, kana, since: time, until: None }));
        open = Some(former.len() - 1);
    }
    former.reverse();
    (former.into_iter().map(|(_, name)| name).collect(), faults)
}

/// True when `other` says nothing of the person that `shown` does not.
fn says_no_more(other: &Person, shown: &Person) -> bool {
    fn within<T: PartialEq>(few: &[T], many: &[T]) -> bool {
        few.iter().all(|one| many.contains(one))
    }
    within(&other.ids, &shown.ids)
        && within(&other.names, &shown.names)
        && within(&other.addresses, &shown.addresses)
        && within(&other.phones, &shown.phones)
        && (other.birth.is_none() || other.birth == shown.birth)
        && (other.sex == Sex::Unknown || other.sex == shown.sex)
        && (other.died.is_none() || other.died == shown.died)
}

fn versions(view: &View<'_>, told: &[(&Message<'_>, &Person)], shown: &Person) -> Vec<Item<Person>> {
    let mut kept: Vec<Item<Person>> = Vec::new();
    for (message, person) in told.iter().rev() {
        if !says_no_more(person, shown) && !kept.iter().any(|item| says_no_more(person, &item.value)) {
            kept.push(view.item(message, None, (*person).clone()));
        }
    }
    kept
}

/// Next of kin.
pub(crate) fn kin(view: &View<'_>) -> Vec<Item<Kin>> {
    distinct(view.items(|_| None))
}

/// 障害.
pub(crate) fn disabilities(view: &View<'_>) -> Vec<Item<Disability>> {
    distinct(view.items(|_| None))
}

/// Of values that say the same word for word, the newest.
pub(crate) fn distinct<T: PartialEq>(items: Vec<Item<T>>) -> Vec<Item<T>> {
    let mut kept: Vec<Item<T>> = Vec::new();
    for item in items {
        if !kept.iter().any(|other| other.value == item.value) {
            kept.push(item);
        }
    }
    kept
}
