//! Rules of finding by tables: what a typed line asks for, which two are told apart.

use chart::{PatientId, When};

use super::rules::{find_of, hit as hit_of, must_be_told_apart, why_alike};

#[test]
fn a_typed_line_asks_for_what_a_person_means() {
    let asks = |typed: &str| {
        let query = chart::read_query(typed);
        query.readings().filter_map(find_of).collect::<Vec<_>>()
    };
    assert!(asks("").is_empty());
    assert!(asks("1234").iter().any(|find| find.id.as_deref() == Some("1234")));
    assert!(asks("00001234").iter().any(|find| find.id.as_deref() == Some("1234")));
    assert!(asks("ﾔﾏﾀﾞ").iter().any(|find| find.kana.as_deref() == Some("ヤマダ")));
    assert!(asks("やまだ").iter().any(|find| find.kana.as_deref() == Some("ヤマダ")));
    assert!(asks("yamada").iter().any(|find| find.kana.as_deref() == Some("ヤマダ")));
    assert!(asks("髙橋").iter().any(|find| find.name.as_deref() == Some("高橋")));
    let born = When::date(1948, 4, 5).unwrap();
    assert!(asks("S23.4.5").iter().any(|find| find.birth == Some((born, born))));
    assert!(asks("山田 S23.4.5").iter().any(|find| find.birth.is_some() && find.name.as_deref() == Some("山田")));
}

#[test]
fn only_another_patient_of_one_name_and_one_birth_date_could_be_taken_for_a_hit() {
    let hit = |id: &str, name: &str, kana: &str, birth: &str| {
        let row =
            store::PersonRow { name: name.into(), kana: kana.into(), birth: When::parse(birth), ..Default::default() };
        let id = PatientId { authority: "hp".into(), id: id.into() };
        hit_of(store::PersonHit { id, row, matched: store::KeyKind::Kana, former: false })
    };
    let own = hit("1", "田中 和江", "タナカ カズエ", "19480405");
    for (other, could) in [
        (hit("2", "田中 和江", "タナカ カズエ", "19480405"), true),
        (hit("2", "田仲 一恵", "ﾀﾅｶ ｶｽﾞｴ", "19480405"), true),
        (hit("2", "田中 和江", "タナカ カズエ", "19480406"), false),
        (hit("2", "田中 和江", "タナカ カズエ", ""), false),
        (hit("2", "渡邉 節子", "ワタナベ セツコ", "19480405"), false),
        (hit("1", "田中 和江", "タナカ カズエ", "19480405"), false),
    ] {
        assert_eq!(own.could_be_taken_for(&other), could, "{other:?}");
    }
}

#[test]
fn one_birth_date_alone_stops_nobody_and_a_name_like_it_does() {
    let hit = |id: &str, name: &str, kana: &str, birth: &str| {
        let row =
            store::PersonRow { name: name.into(), kana: kana.into(), birth: When::parse(birth), ..Default::default() };
        let id = PatientId { authority: "hp".into(), id: id.into() };
        hit_of(store::PersonHit { id, row, matched: store::KeyKind::Kana, former: false })
    };
    let own = hit("1", "佐藤 美咲", "サトウ ミサキ", "19920229");
    for (name, kana, birth, why, stop) in [
        ("渡部 真理", "ワタベ マリ", "19920229", &["birth"][..], false),
        ("佐藤 美咲", "サトウ ミサキ", "19600101", &["name", "kana"], true),
        ("左藤 実咲", "サトウ ミサキ", "19600101", &["kana"], true),
        // Twins; one who married; one sound heard otherwise.
        ("佐藤 美紀", "サトウ ミキ", "19920229", &["alike", "birth"], true),
        ("渡邉 美咲", "ワタナベ ミサキ", "19920229", &["alike", "birth"], true),
        ("斎藤 岬", "サイトウ ミサキ", "19920229", &["alike", "birth"], true),
        ("加藤岬", "カトウミサキ", "19920229", &["alike", "birth"], true),
        ("佐藤 美紀", "サトウ ミキ", "19920301", &[], false),
        ("渡邉 美咲", "ワタナベ ミサキ", "", &[], false),
    ] {
        let found = why_alike(&own, &hit("2", name, kana, birth));
        assert_eq!((found.as_slice(), must_be_told_apart(&found)), (why, stop), "{name} {birth}");
    }
    // A reading that a desk learned is a reading.
    let learned = super::Hit { learned_kana: vec!["ワタナベ ミサキ".into()], ..own };
    assert_eq!(why_alike(&learned, &hit("3", "渡部 実咲", "ワタナベ ミサキ", "19701231")), ["kana"]);
}
