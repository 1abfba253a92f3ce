//! What 所在 costs with so many charts and so much said of them: `whereabouts_cost FOLDER CHARTS LENDINGS LETTERS` makes a home, writes,
//! and prints medians in microseconds of what the pages fold and list.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::path::PathBuf;
use std::time::Instant;

use andon::event::{Event, Letter, PaperAct, PaperEvent, PaperSaid, Thing, append};
use andon::home::Home;
use andon::sheets::whereabouts::{all_letters, open_letters, paper, papers};
use chart::Moment;
use store::{Setup, Unlock};

const ROUNDS: usize = 11;

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().unwrap());
    let [charts, lendings, letters] = [0; 3].map(|_: usize| args.next().unwrap().parse::<usize>().unwrap());
    let [hospital, authority] = ["測定", "self"].map(str::to_owned);
    store::create(&folder, &Setup { training: true, hospital, authority, passphrase: None, now: Moment(0) }).unwrap();
    let home = Home::new(folder, Unlock::KeyFile);
    let mut writer = home.writer().unwrap();
    let mut put = |event, at: usize| append(&mut writer, &Event::Paper(event), "係", Moment(at as i64)).unwrap();
    for at in 0..charts {
        let [number, id] = [format!("A101-{at}-1"), format!("{at:07}")];
        let [kind, authority, home] = ["chart", "self", "病歴室 3"].map(str::to_owned);
        put(PaperEvent::Thing(Thing { number, kind, authority, id, home, ..Thing::default() }), at);
    }
    // Every chart goes out and comes back so often; half of them are out at the end, and a tenth is asked for.
    for round in 0..lendings {
        for at in 0..charts {
            let said = |act| {
                let (who, place) = ("医師 甲".to_owned(), "3東".to_owned());
                PaperEvent::Said(PaperSaid { who, place, of: 0, ..PaperSaid::new(&format!("A101-{at}-1"), act) })
            };
            put(said(PaperAct::Lend), round);
            if round + 1 < lendings || at % 2 == 0 {
                put(said(PaperAct::Return), round);
            } else if at % 10 == 1 {
                put(said(PaperAct::Request), round);
            }
        }
    }
    for at in 0..letters {
        let kana = ["ヤマダ タロウ", "ガトウ アキ", "オーノ ジロウ", "カトウ ハナ"][at % 4].to_owned();
        let (department, number) = (["内科", "外科", "整形外科"][at % 3].to_owned(), format!("A101-L{at}-1"));
        put(PaperEvent::Letter(Letter { number, department, kana, kind: "referral".into(), ..Letter::default() }), at);
    }
    let reader = home.reader().unwrap();
    let line = serde_json::json!({
        "charts": charts, "lendings": lendings, "letters": letters,
        "out": papers(&reader).unwrap().iter().filter(|paper| paper.out.is_some()).count(),
        "papers_us": median(|| drop(papers(&reader).unwrap())),
        "paper_us": median(|| drop(paper(&reader, "A101-1-1").unwrap())),
        "open_letters_us": median(|| drop(open_letters(&reader).unwrap())),
        "all_letters_us": median(|| drop(all_letters(&reader).unwrap())),
    });
    println!("{line}");
}

fn median(mut work: impl FnMut()) -> u64 {
    let mut times: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_micros() as u64
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}
