//! Finding a patient by whatever is known of them, and the lists of faults, doubts and kinds.

use std::collections::BTreeMap;

use crate::home::{Home, NIGHT, add_source, patient, seen};
use chart::{Moment, Sex, When};
use proptest::prelude::*;
use store::{FaultRow, Find, Key, KeyKind, PersonRow, Reader, Writer};

fn key(kind: KeyKind, text: &str, former: bool) -> Key {
    Key { kind, text: text.into(), former }
}

fn person(name: &str, kana: &str, id: &str, birth: (i32, u32, u32)) -> PersonRow {
    PersonRow {
        name: name.into(),
        kana: kana.into(),
        birth: When::date(birth.0, birth.1, birth.2),
        sex: Sex::Female,
        former: vec![],
        phones: vec!["0883-62-0000".into()],
        keys: vec![
            key(KeyKind::Name, name, false),
            key(KeyKind::Kana, kana, false),
            key(KeyKind::Id, id.trim_start_matches('0'), false),
            key(KeyKind::Phone, &format!("088362{id}"), false),
        ],
    }
}

fn put(writer: &mut Writer, id: &str, row: &PersonRow) {
    writer.batch(|batch| batch.put_person(&patient(id), row)).unwrap();
}

fn town() -> (Home, Writer) {
    let home = Home::new();
    let mut writer = home.writer();
    for (id, name, kana, birth) in [
        ("0001", "山田花子", "ヤマダハナコ", (1950, 4, 1)),
        ("0002", "山田太郎", "ヤマダタロ", (1950, 4, 1)),
        ("0003", "佐藤花子", "サトハナコ", (1971, 12, 31)),
        ("0004", "渡?花子", "ワタナベハナコ", (1980, 1, 15)),
        ("0005", "林", "ハヤシ", (1925, 2, 28)),
        ("0006", "𠮷田林太郎", "ヨシダリンタロ", (2001, 7, 7)),
    ] {
        put(&mut writer, id, &person(name, kana, id, birth));
    }
    let mut given = person("山田花子", "ヤマダハナコ", "0001", (1950, 4, 1));
    given.keys.push(key(KeyKind::Kana, "ハナコ", false));
    put(&mut writer, "0001", &given);
    let mut married = person("鈴木美咲", "スズキミサキ", "0007", (1990, 5, 5));
    married.former.push("高橋美咲".into());
    married.keys.extend([key(KeyKind::Name, "高橋美咲", true), key(KeyKind::Kana, "タカハシミサキ", true)]);
    put(&mut writer, "0007", &married);
    (home, writer)
}

fn ids(reader: &Reader, query: Find) -> Vec<String> {
    reader.find(&query, 50).unwrap().hits.into_iter().map(|hit| hit.id.id).collect()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn every_part_finds_alone_and_together() {
    let (_home, writer) = town();
    let day = |y, m, d| When::date(y, m, d).unwrap();
    let none = Find::default;
    for (query, want) in [
        (none(), &[][..]),
        (Find { id: text("1"), ..none() }, &["0001"]),
        (Find { id: text("999"), ..none() }, &[]),
        (Find { kana: text("ヤマダ"), ..none() }, &["0002", "0001"]),
        (Find { kana: text("ヤマ?タ"), ..none() }, &["0002"]),
        (Find { kana: text("ダタロ"), ..none() }, &[]),
        (Find { name: text("花子"), ..none() }, &["0003", "0001", "0004"]),
        (Find { name: text("田花"), ..none() }, &["0001", "0004"]),
        (Find { name: text("林"), ..none() }, &["0005", "0006"]),
        (Find { name: text("山?花"), ..none() }, &["0001"]),
        (Find { name: text("渡辺花子"), ..none() }, &["0004"]),
        (Find { name: text("𠮷田"), ..none() }, &["0006"]),
        (Find { birth: Some((day(1950, 4, 1), day(1950, 4, 1))), ..none() }, &["0002", "0001"]),
        (Find { birth: Some((When::parse("1971").unwrap(), When::parse("1971").unwrap())), ..none() }, &["0003"]),
        (Find { birth: Some((When::parse("198001").unwrap(), When::parse("198001").unwrap())), ..none() }, &["0004"]),
        (Find { name: text("花子"), kana: text("サト"), ..none() }, &["0003"]),
        (Find { name: text("太郎"), birth: Some((day(1950, 1, 1), day(1950, 12, 31))), ..none() }, &["0002"]),
        (Find { id: text("2"), name: text("花子"), ..none() }, &[]),
        (Find { name: text("山田"), kana: text("ハナ"), ..none() }, &["0001"]),
        (Find { name: text("美咲"), kana: text("タカ"), ..none() }, &["0007"]),
        (Find { phone: text("0883620003"), ..none() }, &["0003"]),
        (Find { phone: text("0883"), name: text("林"), ..none() }, &["0005", "0006"]),
        (Find { name: text("%"), ..none() }, &[]),
        (Find { name: text("\" OR terms:*"), ..none() }, &[]),
        (Find { name: text("?"), birth: Some((day(1925, 1, 1), day(1925, 12, 31))), ..none() }, &["0005"]),
    ] {
        assert_eq!(ids(&writer, query.clone()), want, "{query:?}");
    }
}

#[test]
fn everybody_is_handed_over_once_with_the_row_that_search_shows() {
    let (_home, writer) = town();
    let mut met = Vec::new();
    writer
        .people(|id, row| {
            assert_eq!(writer.person(&id).unwrap().as_ref(), Some(&row));
            met.push(id);
        })
        .unwrap();
    let count = met.len();
    met.sort();
    met.dedup();
    assert_eq!((met.len(), met.len() as u64), (count, writer.counts().unwrap().patients));
}

#[test]
fn an_earlier_name_finds_and_says_so() {
    let (_home, writer) = town();
    let hit = &writer.find(&Find { name: text("高橋"), ..Find::default() }, 50).unwrap().hits[0];
    assert_eq!((hit.id.id.as_str(), hit.matched, hit.former), ("0007", KeyKind::Name, true));
    let hit = &writer.find(&Find { kana: text("スズキ"), ..Find::default() }, 50).unwrap().hits[0];
    assert_eq!((hit.matched, hit.former, &hit.row.former[0][..]), (KeyKind::Kana, false, "高橋美咲"));
    let hit = &writer.find(&Find { id: text("7"), ..Find::default() }, 50).unwrap().hits[0];
    assert_eq!(hit.matched, KeyKind::Id);
}

#[test]
fn a_replaced_row_is_found_by_the_new_and_not_by_the_old() {
    let (home, mut writer) = town();
    put(&mut writer, "0005", &person("森", "モリ", "0005", (1925, 3, 1)));
    assert_eq!(ids(&writer, Find { kana: text("ハヤシ"), ..Find::default() }), [""; 0]);
    assert_eq!(ids(&writer, Find { name: text("林"), ..Find::default() }), ["0006"]);
    assert_eq!(ids(&home.reader(), Find { name: text("森"), ..Find::default() }), ["0005"]);
    assert_eq!(writer.person(&patient("0005")).unwrap().unwrap().name, "森");
    assert_eq!((writer.same_name_count("森").unwrap(), writer.same_name_count("林").unwrap()), (1, 0));
    assert_eq!(writer.person(&patient("none")).unwrap(), None);
}

#[test]
fn a_batch_sees_its_own_rows() {
    let (_home, mut writer) = town();
    writer
        .batch(|batch| {
            let mut row = batch.person(&patient("0001"))?.unwrap();
            row.phones.clear();
            batch.put_person(&patient("0001"), &row)?;
            assert!(batch.person(&patient("0001"))?.unwrap().phones.is_empty());
            Ok(())
        })
        .unwrap();
    assert!(writer.person(&patient("0001")).unwrap().unwrap().phones.is_empty());
}

#[test]
fn common_names_come_in_kana_order_and_only_so_many() {
    let home = Home::new();
    let mut writer = home.writer();
    writer
        .batch(|batch| {
            for no in 0..1200u32 {
                let kana = format!("サト{}", ["ア", "カ", "サ", "タ"][no as usize % 4]);
                let row = person(&format!("佐藤{no}"), &kana, &no.to_string(), (1950 + (no % 40) as i32, 1, 1));
                batch.put_person(&patient(&no.to_string()), &row)?;
            }
            Ok(())
        })
        .unwrap();
    for query in [
        Find { name: text("佐藤"), ..Find::default() },
        Find { kana: text("サト"), ..Find::default() },
        Find { phone: text("088362"), ..Find::default() },
        Find { name: text("佐藤"), kana: text("サ"), ..Find::default() },
    ] {
        let found = writer.find(&query, 50).unwrap();
        assert_eq!((found.hits.len(), found.more), (50, true));
        assert!(found.hits.iter().all(|hit| hit.row.kana == "サトア"), "{query:?}");
    }
    let born = (When::date(1961, 1, 1).unwrap(), When::date(1961, 12, 31).unwrap());
    let found = writer.find(&Find { name: text("佐藤"), birth: Some(born), ..Find::default() }, 50).unwrap();
    assert_eq!((found.hits.len(), found.more), (30, false));
    let all = writer.find(&Find { kana: text("サト"), ..Find::default() }, 1200).unwrap();
    assert_eq!((all.hits.len(), all.more), (1200, false));
    assert_eq!(
        ids(&writer, Find { name: text("佐藤"), kana: text("サトタ"), id: text("7"), ..Find::default() }),
        ["7"]
    );
}

#[test]
fn faults_doubts_and_kinds_are_listed_and_rebuilt() {
    let (home, mut writer) = town();
    let source = add_source(&mut writer, "std1");
    let fault = |code: &str| FaultRow { code: code.into(), at: "PID-5".into(), text: "?".into() };
    writer
        .batch(|batch| {
            let range = batch.arrive(source, "0001", NIGHT, &[seen("a_1", b"a"), seen("b_1", b"b")])?;
            batch.put_faults(source, range.start, "0001", &[fault("charset"), fault("truncated")])?;
            batch.put_faults(source, range.start, "0001", &[fault("charset")])?;
            batch.put_faults(source, range.start + 1, "0001", &[fault("charset")])?;
            batch.put_doubts(source, range.start + 1, "0001", &["0002", "0001"])?;
            batch.note_kind(source, "OML-11", 2, None, NIGHT)?;
            batch.note_kind(source, "OML-11", 3, Some(NIGHT), Moment(5))
        })
        .unwrap();
    writer.batch(|batch| batch.note_kind(source, "OML-11", 1, Some(Moment(3)), Moment(NIGHT.0 + 1))).unwrap();
    let reader = home.reader();
    assert_eq!(reader.fault_counts().unwrap(), [(source, "charset".to_owned(), 2)]);
    let faults = reader.faults(None, 10).unwrap();
    let short: Vec<_> = faults.iter().map(|fault| (fault.position, &fault.path[..])).collect();
    assert_eq!(short, [(2, &b"b_1"[..]), (1, b"a_1")]);
    assert_eq!(reader.faults(Some(faults[0].no), 10).unwrap(), faults[1..]);
    let doubts = reader.doubts(&patient("0002")).unwrap();
    assert_eq!((doubts[0].position, &doubts[0].filed, doubts.len()), (2, &patient("0001"), 1));
    assert!(reader.doubts(&patient("0001")).unwrap().is_empty());
    let kind = &reader.kinds().unwrap()[0];
    assert_eq!((kind.count, kind.last_sent, kind.last_received), (6, Some(NIGHT), Moment(NIGHT.0 + 1)));

    writer.clear_indexes().unwrap();
    assert!(reader.faults(None, 10).unwrap().is_empty() && reader.kinds().unwrap().is_empty());
    assert!(reader.doubts(&patient("0002")).unwrap().is_empty());
    assert!(ids(&reader, Find { name: text("花子"), ..Find::default() }).is_empty());
    assert_eq!(reader.counts().unwrap().sightings, 2);
    put(&mut writer, "0001", &person("山田花子", "ヤマダハナコ", "0001", (1950, 4, 1)));
    assert_eq!(ids(&reader, Find { name: text("花子"), ..Find::default() }), ["0001"]);
}

#[test]
fn a_search_that_stops_early_says_so() {
    let home = Home::new();
    let mut writer = home.writer();
    writer
        .batch(|batch| {
            for no in 0..4200u32 {
                let kana = if no == 4199 { "サンン" } else { "サアア" };
                batch.put_person(&patient(&no.to_string()), &person("佐", kana, &no.to_string(), (1950, 1, 1)))?;
            }
            Ok(())
        })
        .unwrap();
    // Nothing in the index says what stands after an unknown character of a reading.
    let found = writer.find(&Find { kana: text("サ?ン"), ..Find::default() }, 50).unwrap();
    assert_eq!((found.hits.len(), found.more), (0, true));
    let found = writer.find(&Find { kana: text("サ?ン"), id: text("4199"), ..Find::default() }, 50).unwrap();
    assert_eq!((found.hits.len(), found.more), (1, false));
    let found = writer.find(&Find { name: text("?"), ..Find::default() }, 50).unwrap();
    assert_eq!((found.hits.len(), found.more), (0, true));
    assert!(!writer.find(&Find::default(), 50).unwrap().more);
}

/// What can be found of somebody: name, an earlier name, reading, reading of the given name, year of birth, telephone.
type Given = (String, String, String, String, i32, String);

fn given() -> impl Strategy<Value = Given> {
    let (name, reading) = ("[山田川林?]{0,5}", "[アカサ]{0,9}");
    (name, "[山田川]{0,3}", reading, "[アカサ]{0,2}", 1950..1990i32, "0[12]{3,9}")
}

fn row_of(id: &str, (name, former, kana, second, year, phone): &Given) -> PersonRow {
    let keys = [
        (KeyKind::Id, id, false),
        (KeyKind::Name, name, false),
        (KeyKind::Kana, kana, false),
        (KeyKind::Kana, second, false),
        (KeyKind::Phone, phone, false),
        (KeyKind::Name, former, true),
    ];
    let keys = keys.into_iter().filter(|(_, text, _)| !text.is_empty());
    PersonRow {
        name: name.clone(),
        birth: When::date(*year, 6, 1),
        keys: keys.map(|(kind, text, former)| key(kind, text, former)).collect(),
        ..PersonRow::default()
    }
}

fn named(name: &str, asked: &str) -> bool {
    let (name, asked): (Vec<char>, Vec<char>) = (name.chars().collect(), asked.chars().collect());
    name.windows(asked.len()).any(|part| {
        let pairs = || part.iter().zip(&asked);
        pairs().all(|(a, b)| a == b || *a == '?' || *b == '?')
            && (asked.iter().all(|c| *c == '?') || pairs().any(|(a, b)| a == b && *a != '?'))
    })
}

/// Whether a row answers a query, by its own words alone.
fn answers(id: &str, (name, former, kana, second, year, phone): &Given, query: &Find) -> bool {
    let begins = |held: &String, asked: &String| {
        let mut held = held.chars();
        asked.chars().all(|c| held.next().is_some_and(|held| held == c || c == '?'))
    };
    let is = |asked: &Option<String>, answers: &dyn Fn(&String) -> bool| asked.as_ref().is_none_or(answers);
    is(&query.id, &|asked| asked == id)
        && is(&query.name, &|asked| named(name, asked) || named(former, asked))
        && is(&query.kana, &|asked| begins(kana, asked) || begins(second, asked))
        && is(&query.phone, &|asked| phone.starts_with(asked))
        && query.birth.is_none_or(|(from, to)| (from.start..to.end()).contains(&When::date(*year, 6, 1).unwrap().start))
}

/// The order of hits: by reading, those without one last, then by birth and number.
fn place<'a>(id: &'a str, given: &'a Given) -> (bool, &'a str, i32, &'a str) {
    let reading = if given.2.is_empty() { &given.3 } else { &given.2 };
    (reading.is_empty(), reading, given.4, id)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// The index finds exactly what comparing every row would, in order, whatever was written over whatever, in one commit
    /// or in many, and when it was made again.
    #[test]
    fn the_index_finds_what_comparing_every_row_would(
        commits in prop::collection::vec(prop::collection::vec((0..40u32, given()), 1..4), 1..40),
        asked in "[山田川林?]{1,3}",
        (reading, phone) in ("[アカサ][アカサ?]{0,9}", "0[12]{3,9}"),
        (from, years, number) in (1950..1990i32, 0..20i32, 0..40u32),
        limit in 1..20usize,
    ) {
        let home = Home::new();
        let mut writer = home.writer();
        let mut rows = BTreeMap::new();
        for commit in &commits {
            writer.batch(|batch| commit.iter().try_for_each(|(no, given)| {
                let id = format!("7{no:02}");
                batch.put_person(&patient(&id), &row_of(&id, given))
            })).unwrap();
            rows.extend(commit.iter().map(|(no, given)| (format!("7{no:02}"), given.clone())));
        }
        let (name, kana, phone) = (Some(asked.clone()), Some(reading), Some(phone));
        let name = name.filter(|name| name.chars().any(|c| c != '?'));
        let birth = When::date(from, 6, 1).zip(When::date(from + years, 5, 31));
        let id = Some(format!("7{number:02}"));
        let none = Find::default;
        let mut ways = vec![
            Find { id, ..none() }, Find { name, ..none() }, Find { kana, ..none() }, Find { phone, ..none() },
            Find { birth, ..none() },
        ];
        let pairs = ways.iter().enumerate().flat_map(|(at, one)| ways[at..].iter().map(move |two| Find {
            id: one.id.clone().or(two.id.clone()),
            name: one.name.clone().or(two.name.clone()),
            kana: one.kana.clone().or(two.kana.clone()),
            phone: one.phone.clone().or(two.phone.clone()),
            birth: one.birth.or(two.birth),
            place: Vec::new(),
        }));
        ways = pairs.filter(|query| *query != none()).collect();
        for again in [false, true] {
            if again {
                writer.clear_indexes().unwrap();
                writer.batch(|batch| {
                    rows.iter().try_for_each(|(id, given)| batch.put_person(&patient(id), &row_of(id, given)))
                }).unwrap();
            }
            let reader = home.reader();
            for query in &ways {
                let mut want: Vec<_> = rows.iter().filter(|(id, given)| answers(id, given, query)).collect();
                want.sort_by_key(|(id, given)| place(id, given));
                let found = reader.find(query, limit).unwrap();
                let hits: Vec<_> = found.hits.iter().map(|hit| &hit.id.id).collect();
                prop_assert_eq!(hits, want.iter().map(|(id, _)| *id).take(limit).collect::<Vec<_>>(), "{:?}", query);
                prop_assert_eq!(found.more, want.len() > limit, "{:?}", query);
            }
            for (id, given) in &rows {
                let same = |other: &&Given| other.0 == given.0 || other.1 == given.0;
                let count = rows.values().filter(same).count() as u64;
                prop_assert!(given.0.is_empty() || writer.same_name_count(&given.0).unwrap() == count, "{}", id);
            }
        }
    }
}
