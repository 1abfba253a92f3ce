//! The papers of a chart file that is carried away: its tag, and the sealed sheet with the figures that open it.

use super::*;

fn tag() -> EnvelopeTag {
    let [number, hash, station] = ["2B7301-E12", "1a2b-3c4d-5e6f-7a8b", "90ab-cdef-0123-4567"].map(str::to_owned);
    EnvelopeTag {
        files: vec![format!("andon-{number}.html"), format!("andon-{number}.bin"), format!("andon-{number}.sig")],
        number,
        hash,
        station,
        made: moment(NOW),
        until: moment("202111072359"),
        data: Some(moment(NOW)),
        counts: vec![
            ("カルテ全体".into(), "300 人".into()),
            ("索引".into(), "30000 人 すべての患者（番号・氏名・かな・旧姓・生年月日・性別・病棟と病床・秘匿）、電話、いまの薬、病名、最後の受診".into()),
        ],
        decided: "行灯 院長 2021-10-01 09:00".into(),
        holders: vec!["3病棟".into(), "本部".into(), "当直医".into(), "情報担当".into()],
    }
}

fn opening() -> EnvelopeOpening {
    let groups: Vec<String> = ["4821", "9063", "0007", "5512", "3090", "7744", "61"].map(str::to_owned).to_vec();
    let whole = groups.concat();
    EnvelopeOpening {
        number: "2B7301-E12".into(),
        holder: "3病棟".into(),
        until: moment("202111072359"),
        groups,
        whole,
    }
}

#[test]
fn a_tag_has_what_is_compared_and_counted_on_one_page() {
    for lang in [Lang::Ja, Lang::En] {
        let mut pack = Pack::new(lang, head(true));
        let pages = pack.envelope_tag(&tag(), &id(1)).unwrap();
        assert_eq!((pages.form, pages.count), ("PE", 1), "{lang:?}");
        sound(&pack.laid, "tag");
        let said = run(&pack.laid);
        for words in
            ["2B7301-E12", "1a2b-3c4d-5e6f-7a8b", "90ab-cdef-0123-4567", "300 人", "行灯 院長", "andon envelope verify"]
        {
            assert!(said.contains(words), "{words}: {said}");
        }
        let sides = pack.laid[0].ops.iter().filter(|op| matches!(op, Op::Code { .. })).count();
        assert_eq!(sides, 3, "its own code beside those of the page");
    }
}

#[test]
fn the_figures_stand_in_their_boxes_and_in_no_code_of_the_page() {
    for lang in [Lang::Ja, Lang::En] {
        let mut pack = Pack::new(lang, head(false));
        let pages = pack.envelope_opening(&opening(), &id(2)).unwrap();
        assert_eq!((pages.form, pages.count), ("PU", 1));
        sound(&pack.laid, "opening");
        let said: Vec<String> = texts(&pack.laid[0]).into_iter().map(|(_, text)| text).collect();
        assert!(opening().groups.iter().all(|group| said.contains(group)), "{said:?}");
        assert!(pages.codes.iter().all(|code| !code.contains("4821")), "{:?}", pages.codes);
        let words = said.concat();
        assert!(words.contains(if lang == Lang::Ja { "停止時専用PCだけ" } else { "own downtime PC" }), "{words}");
    }
}
