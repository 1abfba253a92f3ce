//! What is carried where no stick goes, and what a lost station can still do.

use std::path::Path;

use super::{at, export, file, head, hospital, import, texts, write};

/// Where no stick and no network goes: codes on paper, read by a scanner that types, in any order, one of them badly.
#[test]
fn entries_travel_on_paper() {
    let [hq, ward, _] = hospital();
    let lines: Vec<String> = (1..=9).map(|line| format!("紙で運ぶ行 {line}")).collect();
    lines.iter().for_each(|text| drop(write(&ward, text)));
    let out = file(&ward, "paper.pdf");
    let words = ["log", "export", "--paper", "--for", "本部", out.to_str().unwrap(), "--json"];
    let told = at(&ward.home(), &words).ends(0).json();
    let mut codes = Vec::new();
    scan::look(&std::fs::read(&out).unwrap(), |page| codes.extend(page.codes)).unwrap();
    let mut codes: Vec<String> = codes.into_iter().map(|code| code.text).collect();
    codes.sort();
    codes.dedup();
    assert_eq!(told["codes"].as_u64(), Some(codes.len() as u64), "{told} {codes:?}");
    assert!(codes.len() > 3 && codes.iter().all(|code| code.starts_with("BU-")), "{codes:?}");
    let typed = |name: &str, codes: &[String]| {
        let to = file(&hq, name);
        std::fs::write(&to, codes.join("\r\n")).unwrap();
        import(&hq, &to)
    };
    let last = codes.pop().unwrap();
    let short = typed("short", &codes);
    assert!(short.code == 1 && short.out.contains("まだ読んでいないコード"), "{}", short.out);
    assert!(texts(&hq).is_empty(), "nothing of a part");
    let misread = last.replacen('A', "B", 1);
    let read = typed("all", &[vec![misread, last.to_lowercase()], codes].concat());
    assert!(read.code == 0 && read.out.contains("もう一度読み取ってください"), "{}", read.out);
    assert_eq!(texts(&hq), lines);
}

#[test]
fn a_station_that_is_lost_counts_up_to_a_number_and_no_further() {
    let [hq, ward, pharmacy] = hospital();
    write(&ward, "まだ手元にある");
    import(&hq, &export(&ward, "one")).ends(0);
    let last = head(&hq, "3病棟")["up_to"].to_string();
    let words = ["station", "revoke", "3病棟", "--last", &last, "--reason", "盗難", "--by", "情報 担当"];
    at(&hq.home(), &words).ends(0);
    write(&ward, "盗まれた端末が書いた");
    let refused = import(&hq, &export(&ward, "two"));
    assert_eq!((refused.code, texts(&hq)), (1, vec!["まだ手元にある".to_owned()]));
    import(&pharmacy, &export(&hq, "three")).ends(0);
    assert_eq!(texts(&pharmacy), ["まだ手元にある"]);
    assert!(head(&pharmacy, "3病棟")["revoked"].is_array());
}

/// Whoever has a lost station's key can sign what he likes: more in a life of its log that is over, or another event under a number that
/// counts. What the revocation names decides.
#[test]
fn who_has_a_lost_stations_key_adds_nothing_to_its_earlier_lives_nor_beside_what_counts() {
    let [hq, ward, pharmacy] = hospital();
    let copy = |name: &str| {
        let to = file(&ward, name);
        assert!(std::process::Command::new("cp").arg("-a").arg(ward.home()).arg(&to).status().unwrap().success());
        to
    };
    let wrote = |home: &Path, text: &str| {
        at(home, &["chronology", "add", "--from", "3病棟", "--to", "本部", "--by", "記録 一郎", text, "--json"])
            .ends(0);
    };
    let carried = |home: &Path, name: &str| {
        let to = file(&ward, name);
        at(home, &["log", "export", "--all", to.to_str().unwrap()]).ends(0);
        to
    };
    import(&ward, &export(&hq, "members")).ends(0);
    let before = copy("before");
    write(&ward, "一");
    let after = copy("after");
    at(&ward.home(), &["doctor", "--new-incarnation", "--by", "情報 担当", "--reason", "端末を替えた"]).ends(0);
    write(&ward, "二");
    import(&hq, &export(&ward, "honest")).ends(0);
    import(&pharmacy, &export(&hq, "known")).ends(0);
    wrote(&before, "偽: 一の代わり");
    wrote(&after, "偽: 終わった世代の続き");
    for (home, name) in [(&before, "beside"), (&after, "beyond")] {
        // Taken in where nobody has heard of the loss, and carried on from there.
        let taken = import(&pharmacy, &carried(home, name));
        assert!([0, 3, 4].contains(&taken.code), "{}", taken.out);
    }
    assert_eq!(texts(&pharmacy).len(), 4, "{:?}", texts(&pharmacy));
    at(&hq.home(), &["station", "revoke", "3病棟", "--reason", "盗難", "--by", "情報 担当"]).ends(0);
    let taken = import(&hq, &export(&pharmacy, "unknowing"));
    assert!([0, 3, 4].contains(&taken.code), "{}", taken.out);
    assert_eq!(texts(&hq), ["一", "二"]);
    let taken = import(&pharmacy, &export(&hq, "revoked"));
    assert!([0, 3, 4].contains(&taken.code), "{}", taken.out);
    assert_eq!(texts(&pharmacy), ["一", "二"]);
    assert!(head(&pharmacy, "3病棟")["after"].as_u64().unwrap() >= 2, "kept and shown");
}
