//! The out-guide of a thing that is lent, and the register of letters to carry.

use super::*;

fn guide() -> OutGuide {
    let [number, what, home] = ["2B7301-12-1", "紙カルテ（入院）　第 2/3 冊", "病歴室 3"].map(str::to_owned);
    let [with, since, why] = ["3東　医師 甲　305", "2021-10-31 09:00", "回診"].map(str::to_owned);
    OutGuide { number, what, home, with, since, why }
}

#[test]
fn an_out_guide_says_what_it_stands_for_and_leaves_room_for_the_next() {
    for lang in [Lang::Ja, Lang::En] {
        let chart = patient(vec![allergy("ペニシリン系")]);
        let (bed, mut pack) = (bed(), Pack::new(lang, head(false)));
        let whose = pack.out_guide(Some(&row(&bed, &chart)), &guide(), &id(1)).unwrap();
        let nobodys = pack.out_guide(None, &guide(), &id(2)).unwrap();
        assert_eq!((whose.form, whose.count, nobodys.count), ("P11B", 1, 1));
        assert!(whose.codes[0].starts_with("P11B-5-1-1-") && nobodys.codes[0].contains("-N-"), "{:?}", nobodys.codes);
        for page in &pack.laid {
            sound(std::slice::from_ref(page), "out-guide");
            let said = run(std::slice::from_ref(page));
            for words in ["2B7301-12-1", "第2/3冊", "病歴室3", "医師甲", "2021-10-3109:00", "回診"] {
                assert!(said.replace([' ', '　'], "").contains(words), "{words}: {said}");
            }
        }
    }
}

#[test]
fn the_register_of_letters_is_whole_however_many_there_are() {
    let line = |at: usize| LetterLine {
        number: format!("2B7301-{at}-1"),
        received: "2021-11-01".into(),
        kana: "ヤマダ タロウ".into(),
        name: "山田 太郎".into(),
        id: format!("{at:07}"),
        from: "県立総合医療センター 循環器内科".into(),
        kind: "紹介状".into(),
        pages: "3".into(),
        words: String::new(),
    };
    let list = |department: &str, from, to| LetterList {
        department: department.into(),
        lines: (from..to).map(line).collect(),
    };
    let mut pack = Pack::new(Lang::Ja, head(false));
    let lists = [list("内科", 0, 250), list("外科", 250, 390), list("", 390, 400)];
    let made = pack.letters(&lists, &id(1)).unwrap();
    assert!((15..40).contains(&made.count), "{}", made.count);
    sound(&pack.laid, "letters");
    let said = run(&pack.laid);
    for at in 0..400 {
        assert!(said.contains(&format!("2B7301-{at}-1")), "{at}");
    }
    assert!(said.contains("内科") && said.contains("科が未定"));
    let mut none = Pack::new(Lang::En, head(false));
    assert_eq!(none.letters(&[], &id(2)).unwrap().count, 1);
    assert!(run(&none.laid).replace(' ', "").contains("Noletterwaits"));
}
