//! Finding a patient by whatever is known of them, and the lists of faults, doubts and kinds.

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
    reader.find(&query, 50).unwrap().into_iter().map(|hit| hit.id.id).collect()
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
        (Find { any: text("花子"), ..none() }, &["0003", "0001", "0004"]),
        (Find { any: text("ハヤシ"), ..none() }, &["0005"]),
        (Find { any: text("6"), ..none() }, &["0006"]),
        (Find { any: text("0883620003"), ..none() }, &["0003"]),
        (Find { any: text("%"), ..none() }, &[]),
        (Find { name: text("?"), birth: Some((day(1925, 1, 1), day(1925, 12, 31))), ..none() }, &["0005"]),
    ] {
        assert_eq!(ids(&writer, query.clone()), want, "{query:?}");
    }
}

#[test]
fn an_earlier_name_finds_and_says_so() {
    let (_home, writer) = town();
    let hit = &writer.find(&Find { name: text("高橋"), ..Find::default() }, 50).unwrap()[0];
    assert_eq!((hit.id.id.as_str(), hit.matched, hit.former), ("0007", KeyKind::Name, true));
    let hit = &writer.find(&Find { any: text("スズキ"), ..Find::default() }, 50).unwrap()[0];
    assert_eq!((hit.matched, hit.former, &hit.row.former[0][..]), (KeyKind::Kana, false, "高橋美咲"));
    let hit = &writer.find(&Find { id: text("7"), ..Find::default() }, 50).unwrap()[0];
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
        Find { any: text("佐藤"), ..Find::default() },
        Find { name: text("佐藤"), kana: text("サ"), ..Find::default() },
    ] {
        let hits = writer.find(&query, 50).unwrap();
        assert_eq!(hits.len(), 50);
        assert!(hits.iter().all(|hit| hit.row.kana == "サトア"), "{query:?}");
    }
    let born = (When::date(1961, 1, 1).unwrap(), When::date(1961, 12, 31).unwrap());
    let hits = writer.find(&Find { name: text("佐藤"), birth: Some(born), ..Find::default() }, 50).unwrap();
    assert_eq!(hits.len(), 30);
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// The index finds exactly what comparing every row would.
    #[test]
    fn the_index_finds_what_comparing_every_row_would(
        given in prop::collection::vec(("[山田川林?]{1,5}", "[アカサ]{1,3}", "[アカサ]{1,2}"), 1..40),
        asked in "[山田川林?]{1,3}",
        reading in "[アカサ]{1,2}",
        from in 1950..1990i32,
    ) {
        let home = Home::new();
        let mut writer = home.writer();
        let births = |at: usize| 1950 + (at as i32 * 7) % 40;
        writer.batch(|batch| {
            for (at, (name, kana, second)) in given.iter().enumerate() {
                let mut row = person(name, kana, &at.to_string(), (births(at), 6, 1));
                row.keys.push(key(KeyKind::Kana, second, true));
                batch.put_person(&patient(&at.to_string()), &row)?;
            }
            Ok(())
        }).unwrap();
        let asked_chars: Vec<char> = asked.chars().collect();
        let matches = |name: &String| {
            let chars: Vec<char> = name.chars().collect();
            chars.windows(asked_chars.len()).any(|part| {
                let pairs = || part.iter().zip(&asked_chars);
                pairs().all(|(a, b)| a == b || *a == '?' || *b == '?')
                    && (asked.chars().all(|c| c == '?') || pairs().any(|(a, b)| a == b && *a != '?'))
            })
        };
        let named: Vec<usize> = (0..given.len()).filter(|at| matches(&given[*at].0)).collect();
        let sorted = |query| {
            let mut ids: Vec<usize> = ids(&writer, query).iter().map(|id| id.parse().unwrap()).collect();
            ids.sort_unstable();
            ids
        };
        if asked.chars().any(|c| c != '?') {
            prop_assert_eq!(&sorted(Find { name: Some(asked.clone()), ..Find::default() }), &named);
        }
        let reads = |at: &usize| given[*at].1.starts_with(&reading) || given[*at].2.starts_with(&reading);
        let read: Vec<usize> = named.iter().copied().filter(reads).collect();
        let query = Find { name: Some(asked.clone()), kana: Some(reading.clone()), ..Find::default() };
        prop_assert_eq!(sorted(query), read);
        let birth = When::date(from, 1, 1).zip(When::date(from + 9, 12, 31));
        let both: Vec<usize> = named.into_iter().filter(|at| (from..from + 10).contains(&births(*at))).collect();
        prop_assert_eq!(sorted(Find { name: Some(asked), birth, ..Find::default() }), both);
    }
}
