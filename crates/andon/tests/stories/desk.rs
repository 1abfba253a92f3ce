//! The desk in a story: who comes is asked first and received, and goes through the house; through the same doors as pages and commands.

use std::collections::BTreeMap;

use andon::event::{NameSaid, VisitEvent, VisitMoved};
use andon::finding::identify::{self, Asked};
use andon::home::Problem;
use andon::text::{Lang, Words};
use andon::visits::{KINDS, PLACES, RED, Receive};
use andon::writing::Request;
use andon::writing::desk::DeskWish;
use chart::Moment;

use crate::paper::BY;
use crate::program::{Desk, judge};

/// Pages that a story names without more words.
const PAGES: [(&str, &str); 12] = [
    ("関門", "/gate"),
    ("データ時点", "/freshness"),
    ("解読できないデータ", "/undecoded"),
    ("保管庫", "/vault"),
    ("帳票", "/sheets"),
    ("スキャン", "/scans"),
    ("印刷の状況", "/printing"),
    ("所在", "/whereabouts?tab=all"),
    ("受診状況", "/queue?all=1"),
    ("待合", "/queue/public"),
    ("壁", "/queue/wall"),
    ("受付で知った氏名", "/reception/names"),
];

/// The address of a page by its name in stories.
pub fn page(name: &str) -> Option<String> {
    PAGES.iter().find(|(known, _)| *known == name).map(|(_, path)| (*path).to_owned())
}

/// One step; `None` when the verb is another's. `patient` gives the number of somebody by the story's name.
pub fn step(
    desk: &Desk<'_>,
    (verb, words): (&str, &[&str]),
    now: Moment,
    patient: impl Fn(&str) -> Option<String>,
) -> Option<Result<(), Problem>> {
    let one = |act: &str, ticket: &str, field: &str, value: &str| wish(desk, moved((act, ticket), (field, value), now));
    Some(match (verb, words) {
        ("番号の範囲", []) => wish(desk, DeskWish::TicketBlock { station: String::new() }),
        ("用意された台帳", [register]) => {
            let (by, role) = by();
            (desk.write)(&Request::Prepare { register: (*register).into(), by, role }).map(drop)
        }
        ("受け付ける", [short, rest @ ..]) => wish(desk, receive(patient(short)?, rest, now)),
        ("受け付けられない", [short, rest @ ..]) => refused(desk, receive(patient(short)?, rest, now), rest),
        ("本人確認", [name, birth, wanted @ ..]) => asked(desk, name, birth, wanted),
        ("氏名を覚える", [short, name, kana, how]) => {
            let [name, kana, how, kind] = [*name, *kana, *how, "changed"].map(str::to_owned);
            let (authority, id) = ("story".to_owned(), patient(short)?);
            let said = NameSaid { authority, id, kind, name, kana, how, ..NameSaid::default() };
            wish(desk, DeskWish::Visit { event: VisitEvent::Name(said), seen: Default::default(), at: now.0 })
        }
        ("進める", [ticket, place]) => one("move", ticket, "place", &coded("visit-place", &PLACES, place)),
        ("診察へ戻す", [ticket]) => one("back", ticket, "", ""),
        ("呼ぶ", [ticket, room]) => one("call", ticket, "room", room),
        ("終わり", [ticket]) => one("done", ticket, "", ""),
        ("帰った", [ticket]) => one("left", ticket, "", ""),
        _ => return None,
    })
}

fn by() -> (String, String) {
    (BY.0.to_owned(), BY.1.to_owned())
}

fn wish(desk: &Desk<'_>, wish: DeskWish) -> Result<(), Problem> {
    let (by, role) = by();
    (desk.write)(&Request::Desk { wish, by, role }).map(drop)
}

/// The desk says no, and in the words behind `訳`: any other mistake is a mistake of the story.
fn refused(desk: &Desk<'_>, asked: DeskWish, words: &[&str]) -> Result<(), Problem> {
    let why = words.iter().position(|word| *word == "訳").and_then(|at| words.get(at + 1));
    let Some(why) = why else { panic!("訳 「…」が要ります: {words:?}") };
    match wish(desk, asked) {
        Ok(()) => Err(Problem::failed("受け付けられました")),
        Err(problem) if problem.words.contains(why) => Ok(()),
        Err(problem) => Err(Problem::failed(format!("「{why}」ではない訳で受け付けられません: {}", problem.words))),
    }
}

/// The code of a word as pages have it.
fn coded(prefix: &str, codes: &[&str], said: &str) -> String {
    let t = Words::of(Lang::Ja);
    codes.iter().find(|code| t.word(prefix, code) == said).map_or(said, |code| code).to_owned()
}

/// Department, kind, birth date as it was said; then `理由 …`, `条件に合う`, `区別 …` or red signs.
fn receive(id: String, words: &[&str], now: Moment) -> DeskWish {
    let [department, kind, birth, rest @ ..] = words else { panic!("診療科 区分 生年月日: {words:?}") };
    let behind = |word: &str| {
        let at = rest.iter().position(|known| *known == word);
        at.and_then(|at| rest.get(at + 1)).map_or_else(String::new, |said| (*said).to_owned())
    };
    let red: Vec<String> =
        rest.iter().map(|said| coded("visit-red", &RED, said)).filter(|code| RED.contains(&code.as_str())).collect();
    let asked = Asked { number: id.clone(), birth: (*birth).into(), ..Asked::default() };
    let receive = Receive {
        authority: "story".into(),
        id,
        asked,
        told_apart: behind("区別"),
        kind: coded("visit-kind", &KINDS, kind),
        departments: vec![(*department).into()],
        red: red.join(" "),
        fits: rest.contains(&"条件に合う"),
        words: behind("理由"),
        ..Receive::default()
    };
    DeskWish::Receive { receive, at: now.0 }
}

fn moved((act, ticket): (&str, &str), (field, value): (&str, &str), now: Moment) -> DeskWish {
    let values: BTreeMap<String, String> =
        (!field.is_empty()).then(|| (field.to_owned(), value.to_owned())).into_iter().collect();
    let said = VisitMoved { visit: ticket.into(), act: act.into(), values, ..VisitMoved::default() };
    DeskWish::Visit { event: VisitEvent::Moved(said), seen: Default::default(), at: now.0 }
}

/// What the desk sees when somebody says a name and a birth date.
fn asked(desk: &Desk<'_>, name: &str, birth: &str, wanted: &[&str]) -> Result<(), Problem> {
    let asked = Asked { name: name.into(), birth: birth.into(), ..Asked::default() };
    let found = identify::find(desk.reader, &asked)?;
    let shown = found.found.iter().map(|(hit, _)| format!("{} {}", hit.id, hit.name));
    let text = shown.chain([format!("まだ出さない{}人", found.hidden)]).collect::<Vec<_>>().join(" ");
    judge(&text, "", wanted).map_err(Problem::failed)
}
