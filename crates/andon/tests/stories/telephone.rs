//! The telephone in a story: appointments made, a call list worked at two stations that carry their logs to each other by stick. The second
//! station's program ends after each of its acts; the first is dropped as every story's is.

use std::path::Path;

use andon::bookings::{Cohort, OUTCOMES, list_meant, rows};
use andon::event::{BookingEvent, BookingSaid, StationSaid};
use andon::home::{Home, Problem};
use andon::stations::card::Card;
use andon::stations::import::bring;
use andon::text::{Lang, Words};
use andon::writing::telephone::PhoneWish;
use andon::writing::{Answer, Request};
use chart::Moment;
use store::{Setup, Unlock};

use crate::paper::BY;
use crate::program::Desk;

type Done = Result<(), Problem>;
/// Fields with what each says.
type Fields<'a> = [(&'a str, &'a str)];

/// One step; `None` when the verb is another's. `patient` gives the number of somebody by the story's name.
pub fn step(
    desk: &Desk<'_>,
    folder: &Path,
    (verb, words): (&str, &[&str]),
    now: Moment,
    patient: &impl Fn(&str) -> Option<String>,
) -> Option<Done> {
    Some(match (verb, words) {
        ("二つ目の端末", []) => second(desk, folder),
        ("持ち運ぶ", []) => carried(desk, folder),
        ("予約を入れる", [short, at, department, what]) => {
            let fields = [("at", *at), ("department", *department), ("what", *what), ("told_by", "台帳")];
            let said = BookingSaid { authority: "story".into(), id: patient(short)?, ..said("", "make", &fields) };
            wish(desk, say(BookingEvent::Booking(said), now), BY.0)
        }
        ("電話リストを作る", [title, from, to, kind]) => {
            let cohort = Cohort { from: (*from).into(), to: (*to).into(), kind: (*kind).into(), ..Cohort::default() };
            let values = said("", "", &[("title", *title), ("reason", "延期のお願い")]).values;
            wish(desk, PhoneWish::List { cohort, values }, BY.0)
        }
        ("取る", [place, who, list, no]) => at(desk, folder, (place, who), (list, no), "take", &[], now),
        ("取れない", [place, who, list, no]) => {
            match at(desk, folder, (place, who), (list, no), "take", &[], now) {
                Ok(()) => Err(Problem::failed("取れました")),
                Err(_) => Ok(()),
            }
        }
        ("電話した", [place, who, list, no, outcome, to @ ..]) => {
            let t = Words::of(Lang::Ja);
            let code = OUTCOMES.into_iter().find(|code| t.word("calls-outcome", code) == *outcome)?;
            let to = to.join(" ");
            at(
                desk,
                folder,
                (place, who),
                (list, no),
                "result",
                &[("outcome", code), ("moved_to", &to), ("spoke_with", "本人")],
                now,
            )
        }
        _ => return None,
    })
}

fn said(thing: &str, act: &str, fields: &Fields<'_>) -> BookingSaid {
    let says = fields.iter().filter(|(_, value)| !value.is_empty());
    let values = says.map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    BookingSaid { thing: thing.into(), act: act.into(), values, ..BookingSaid::default() }
}

fn say(event: BookingEvent, now: Moment) -> PhoneWish {
    PhoneWish::Say { event, seen: Default::default(), at: now.0, again: false }
}

fn request(wish: PhoneWish, by: &str) -> Request {
    Request::Telephone { wish, by: by.to_owned(), role: "clerk".to_owned() }
}

fn wish(desk: &Desk<'_>, wish: PhoneWish, by: &str) -> Done {
    (desk.write)(&request(wish, by)).map(drop)
}

pub fn home(folder: &Path, name: &str) -> Home {
    Home::new(folder.join(name), Unlock::KeyFile)
}

/// Something that the second station writes; its program begins and ends with it.
pub fn there(folder: &Path, wish: &Request) -> Result<Answer, Problem> {
    andon::cli::perform(&mut home(folder, "second").writer()?, wish)
}

/// What is said of a row by somebody at the first or the second station (一・二).
fn at(
    desk: &Desk<'_>,
    folder: &Path,
    (place, who): (&str, &str),
    (list, no): (&str, &str),
    act: &str,
    fields: &Fields<'_>,
    now: Moment,
) -> Done {
    let thing = |reader: &store::Reader| -> Result<String, Problem> {
        let list = list_meant(reader, list)?;
        let row = rows(reader, &list.name)?.into_iter().find(|row| row.no().to_string() == no);
        row.map(|row| row.name.clone()).ok_or_else(|| Problem::failed("行がありません"))
    };
    let row = |thing: String| request(say(BookingEvent::Row(said(&thing, act, fields)), now), who);
    match place {
        "一" => (desk.write)(&row(thing(desk.reader)?)).map(drop),
        _ => there(folder, &row(thing(&home(folder, "second").reader()?)?)).map(drop),
    }
}

/// A second station of the hospital; each knows the other.
fn second(desk: &Desk<'_>, folder: &Path) -> Done {
    let setup = Setup {
        training: true,
        hospital: "物語病院".into(),
        authority: "story".into(),
        passphrase: None,
        now: Moment(0),
    };
    store::create(&folder.join("second"), &setup)?;
    let card = |name: &str, mark: &str| {
        let (name, mark) = (Some(name.to_owned()), Some(mark.to_owned()));
        Request::StationCard { name, mark, by: BY.0.into(), role: BY.1.into() }
    };
    let known = |answer: Answer, word: &str| -> Result<Request, Problem> {
        let Answer::Card { text } = answer else { return Err(Problem::failed("card")) };
        let card = Card::parse(&text).ok_or_else(|| Problem::failed("card"))?;
        let event = StationSaid { word: word.into(), ..card.said };
        Ok(Request::Station { event, by: BY.0.into(), role: BY.1.into() })
    };
    let (first, other) = ((desk.write)(&card("本部", "本"))?, there(folder, &card("電話室", "電"))?);
    (desk.write)(&known(other, "member")?)?;
    there(folder, &known(first, "headquarters")?).map(drop)
}

/// A stick goes to the second station and back.
fn carried(desk: &Desk<'_>, folder: &Path) -> Done {
    let export = |name: &str| Request::ExportBundle { to: folder.join(name), all: false, stations: Vec::new() };
    (desk.write)(&export("stick-there"))?;
    let name = bring(&home(folder, "second"), &folder.join("stick-there"))?;
    there(folder, &Request::TakeBundle { name })?;
    there(folder, &export("stick-back"))?;
    let name = bring(&home(folder, "home"), &folder.join("stick-back"))?;
    (desk.write)(&Request::TakeBundle { name }).map(drop)
}
