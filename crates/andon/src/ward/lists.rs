//! What the lists decide: the order of beds, the day that is meant, who must not be taken for whom. Pure.

use std::collections::BTreeMap;

use chart::{Moment, PatientId, When};

pub use chart::{Piece, natural};

/// The day a person means: `2026-11-27`, `R8.11.27`, `令和8年11月27日`, 今日, 明日, 明後日 (also in English), or none typed:
/// today. `None` when it is no day.
pub fn read_day(text: &str, now: Moment) -> Option<When> {
    let ahead = match text.trim() {
        "" | "今日" | "本日" | "today" => 0,
        "明日" | "翌日" | "tomorrow" => 1,
        "明後日" => 2,
        other => {
            let (from, to) = chart::parse_birth(other)?;
            return (from == to).then_some(from);
        }
    };
    Some(now.plus_days(ahead).day())
}

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
    fn beds_come_in_the_order_people_count() {
        let mut beds = vec!["301-10", "305-2", "301-1", "301-2", "R02", "1001", "R10", "300"];
        beds.sort_by_key(|bed| natural(bed));
        assert_eq!(beds, ["300", "301-1", "301-2", "301-10", "305-2", "1001", "R02", "R10"]);
    }

    #[test]
    fn days_as_people_type_them() {
        let now = When::parse("20261126230000").unwrap().start;
        let day = |text: &str| read_day(text, now).map(|day| day.iso());
        for (typed, want) in [
            ("", Some("2026-11-26")),
            ("明日", Some("2026-11-27")),
            ("tomorrow", Some("2026-11-27")),
            ("2026-11-27", Some("2026-11-27")),
            ("R8.11.27", Some("2026-11-27")),
            ("令和8年11月27日", Some("2026-11-27")),
            ("2026-11", None),
            ("someday", None),
        ] {
            assert_eq!(day(typed).as_deref(), want, "{typed}");
        }
    }

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
