//! Lists across patients: who lies where, what is planned for a day, and who is found by ward and bed.

use crate::home::{Home, patient};
use chart::{Inpatient, Lists, Moment, Place, Plan, When};
use store::{Find, Key, KeyKind, PersonRow, Writer};

fn lies(ward: &str, room: &str, bed: &str) -> Option<Inpatient> {
    let place = Place { ward: ward.into(), room: room.into(), bed: bed.into(), kind: "N".into() };
    Some(Inpatient { place, ..Inpatient::default() })
}

fn plan(kind: &str, day: u32) -> Plan {
    Plan { kind: kind.into(), at: When::date(2021, 11, day), ..Plan::default() }
}

fn put(writer: &mut Writer, id: &str, name: &str, lists: &Lists) {
    let keys = vec![
        Key { kind: KeyKind::Name, text: name.into(), former: false },
        Key { kind: KeyKind::Id, text: id.into(), former: false },
    ];
    let row = PersonRow { name: name.into(), keys, ..PersonRow::default() };
    let both = |batch: &mut store::Batch<'_>| {
        batch.put_person(&patient(id), &row)?;
        batch.put_lists(&patient(id), lists)
    };
    writer.batch(both).unwrap();
}

fn of_day(writer: &Writer, from: u32, to: u32) -> Vec<String> {
    let day = |day| When::date(2021, 11, day).unwrap().start;
    let rows = writer.plans(day(from), Moment(day(to).0 + 3_600_000), 100).unwrap();
    rows.into_iter().map(|row| format!("{} {}", row.id.id, row.plan.kind)).collect()
}

#[test]
fn places_and_plans_are_set_anew_and_found_by_ward_and_day() {
    let home = Home::new();
    let mut writer = home.writer();
    let plans = vec![plan("visit", 2), plan("lab", 2), plan("visit", 9), Plan::default()];
    put(&mut writer, "11", "山田花子", &Lists { inpatient: lies("3E", "305", "2"), plans });
    put(
        &mut writer,
        "12",
        "山田太郎",
        &Lists { inpatient: lies("3E", "301", "1"), plans: vec![plan("discharge_plan", 2)] },
    );
    put(&mut writer, "13", "佐藤茂", &Lists { inpatient: lies("05", "305", "2"), plans: vec![] });
    assert_eq!(writer.wards().unwrap(), [("05".to_owned(), 1), ("3E".to_owned(), 2)]);
    assert_eq!(of_day(&writer, 2, 2), ["11 visit", "11 lab", "12 discharge_plan"]);
    assert_eq!(of_day(&writer, 3, 8), Vec::<String>::new());
    assert_eq!(of_day(&writer, 2, 9).len(), 4, "a plan without a day is on no list of days");
    let find = |words: &[&str], name: Option<&str>| {
        let place = words.iter().map(|word| chart::fold_place(word)).collect();
        let query = Find { place, name: name.map(str::to_owned), ..Find::default() };
        let mut ids: Vec<String> = writer.find(&query, 50).unwrap().hits.into_iter().map(|hit| hit.id.id).collect();
        ids.sort();
        ids
    };
    for (words, name, want) in [
        (&["3東"][..], None, &["11", "12"][..]),
        (&["3東", "305"], None, &["11"]),
        (&["305-2"], None, &["11", "13"]),
        (&["5病棟"], None, &["13"]),
        (&["3東305-2"], None, &["11"]),
        (&["3東"], Some("太郎"), &["12"]),
        (&["3東"], Some("佐藤"), &[]),
        (&["4東"], None, &[]),
    ] {
        assert_eq!(find(words, name), want, "{words:?} {name:?}");
    }
    let limited = writer.find(&Find { place: vec!["3E".into()], ..Find::default() }, 1).unwrap();
    assert_eq!((limited.hits.len(), limited.more), (1, true));
    // A discharge and nothing planned: on no list, and nothing of the old is left.
    put(&mut writer, "11", "山田花子", &Lists::default());
    assert_eq!(of_day(&writer, 1, 30), ["12 discharge_plan"]);
    assert_eq!(writer.place(&patient("11")).unwrap(), None);
    assert!(
        writer.batch(|batch| Ok((batch.is_listed(&patient("11"))?, batch.is_listed(&patient("12"))?))).unwrap()
            == (false, true)
    );
    writer.clear_indexes().unwrap();
    assert_eq!(writer.wards().unwrap(), []);
    assert_eq!(of_day(&writer, 1, 30), Vec::<String>::new());
}

#[test]
fn the_scheme_of_check_digits_is_kept() {
    let home = Home::new();
    let mut writer = home.writer();
    assert_eq!(writer.check_digit().unwrap(), "");
    writer.set_check_digit("luhn").unwrap();
    writer.clear_indexes().unwrap();
    assert_eq!(home.reader().check_digit().unwrap(), "luhn", "a person's word is no index");
}
