//! Who must not be taken for whom. Pure.

use std::collections::BTreeMap;

use chart::PatientId;

/// Whose name is like another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alike {
    /// Nobody else here.
    #[default]
    No,
    /// Another on this list has a surname of the same reading (同姓).
    Surname,
    /// Another on this list has a name of the same writing or reading (同姓同名).
    Name,
}

/// How each of a list is like another of it, in the order given: by number, name and kana.
pub fn alike<'a>(people: impl Iterator<Item = (&'a PatientId, &'a str, &'a str)>) -> Vec<Alike> {
    let keys: Vec<_> = people.map(|(id, name, kana)| (id, Keys::of(name, kana))).collect();
    let mut counts: BTreeMap<(&str, &str), Vec<&PatientId>> = BTreeMap::new();
    for (id, key) in &keys {
        for (sort, text) in key.sorts().into_iter().filter(|(_, text)| !text.is_empty()) {
            let bearers = counts.entry((sort, text)).or_default();
            if !bearers.contains(id) {
                bearers.push(id);
            }
        }
    }
    let shared = |sort, text: &str| counts.get(&(sort, text)).is_some_and(|bearers| bearers.len() > 1);
    let judge = |key: &Keys| match () {
        () if shared("name", &key.name) || shared("kana", &key.kana) => Alike::Name,
        () if shared("family", &key.family) => Alike::Surname,
        () => Alike::No,
    };
    keys.iter().map(|(_, key)| judge(key)).collect()
}

/// Folded keys of a name.
struct Keys {
    name: String,
    kana: String,
    family: String,
}

impl Keys {
    fn of(name: &str, kana: &str) -> Keys {
        let first = |text: &str| text.split([' ', '　']).next().unwrap_or_default().to_owned();
        // Without a reading the writing must do.
        let family = if kana.is_empty() { chart::fold_name(&first(name)) } else { chart::fold_kana(&first(kana)) };
        Keys { name: chart::fold_name(name), kana: chart::fold_kana(kana), family }
    }

    fn sorts(&self) -> [(&'static str, &str); 3] {
        [("name", &self.name), ("kana", &self.kana), ("family", &self.family)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_must_not_be_taken_for_whom() {
        let id = |id: &str| PatientId { authority: "h".into(), id: id.into() };
        let ids = ["1", "2", "3", "4", "5", "5"].map(id);
        let names = [
            ("田中 和江", "タナカ カズエ"),
            ("田仲 一恵", "タナカ カズエ"),
            ("渡邉 節子", "ワタナベ セツコ"),
            ("渡部 勇", "ワタナベ イサム"),
            ("佐藤 茂", "サトウ シゲル"),
            ("佐藤 茂", "サトウ シゲル"),
        ];
        let judged = alike(ids.iter().zip(names).map(|(id, (name, kana))| (id, name, kana)));
        assert_eq!(judged, [Alike::Name, Alike::Name, Alike::Surname, Alike::Surname, Alike::No, Alike::No]);
    }
}
