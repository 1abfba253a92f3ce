//! A ward in a story: who is admitted, moved, on leave and discharged while the EMR is dark, at the first station or at the second (一・二), by
//! the same doors as pages and commands.

use std::path::Path;

use andon::event::{StayEvent, StaySaid};
use andon::home::Problem;
use andon::stays::{STRIKES, place_text, stays};
use andon::writing::Request;
use andon::writing::ward::WardWish;
use chart::{Moment, PatientId, Place};
use store::Reader;

use crate::program::Desk;
use crate::telephone::there;

type Done = Result<(), Problem>;
/// Fields with what each says.
type Fields<'a> = [(&'a str, &'a str)];

const VERBS: [&str; 10] = [
    "入院させる",
    "移す",
    "移せない",
    "それでも移す",
    "外泊に出る",
    "帰院する",
    "退院させる",
    "取り消す",
    "申し送る",
    "禁食にする",
];

/// True for a verb of the ward.
pub fn is_ours(verb: &str) -> bool {
    VERBS.contains(&verb)
}

/// One step; `None` when a patient of it is not known. The first word says at which station, the second whom.
pub fn step(
    desk: &Desk<'_>,
    folder: &Path,
    (verb, words): (&str, &[&str]),
    now: Moment,
    patient: &impl Fn(&str) -> Option<String>,
) -> Option<Done> {
    let (place, id) = (*words.first()?, patient(words.get(1)?)?);
    let id = PatientId { authority: "story".into(), id };
    let say = |event: StayEvent, again: bool| {
        at(desk, folder, place, WardWish { event, seen: Default::default(), at: now.0, again })
    };
    let stay = |act: &str, fields: &Fields<'_>, words: &str| StayEvent::Stay(said(&id, act, fields, words));
    let note = |act: &str, fields: &Fields<'_>| StayEvent::Note(said(&id, act, fields, ""));
    Some(match (verb, words.get(2..)?) {
        ("入院させる", [ward, room, number, doctor, diagnosis]) => {
            let place = bed(ward, room, number);
            say(stay("admit", &[("place", &place), ("doctor", doctor), ("diagnosis", diagnosis)], ""), false)
        }
        ("移す", [ward, room, to]) => say(stay("move", &[("place", &bed(ward, room, to))], ""), false),
        ("それでも移す", [ward, room, to, why]) => {
            say(stay("move", &[("place", &bed(ward, room, to))], why), true)
        }
        ("移せない", [ward, room, to]) => match say(stay("move", &[("place", &bed(ward, room, to))], ""), false) {
            Ok(()) => Err(Problem::failed("移せました")),
            Err(_) => Ok(()),
        },
        ("外泊に出る", []) => say(stay("leave", &[("leave", "night")], ""), false),
        ("帰院する", []) => say(stay("back", &[], ""), false),
        ("退院させる", [outcome, to]) => say(stay("discharge", &[("outcome", outcome), ("to", to)], ""), false),
        ("取り消す", [act, why]) => match last(desk.reader, &id, act) {
            Ok(hash) => say(stay("strike", &[(STRIKES, &hash)], why), false),
            Err(problem) => Err(problem),
        },
        ("申し送る", [shift, text]) => say(note("memo", &[("shift", shift), ("text", text)]), false),
        ("禁食にする", [from, text]) => {
            say(note("meal", &[("fasting", "1"), ("from", from), ("text", text)]), false)
        }
        _ => return None,
    })
}

fn bed(ward: &str, room: &str, bed: &str) -> String {
    let of = |text: &str| text.to_owned();
    place_text(&Place { ward: of(ward), room: of(room), bed: of(bed), ..Place::default() })
}

fn said(id: &PatientId, act: &str, fields: &Fields<'_>, words: &str) -> StaySaid {
    let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    let PatientId { authority, id } = id.clone();
    StaySaid { authority, id, act: act.into(), words: words.into(), values, ..StaySaid::default() }
}

/// The last event of an act that counts, of the patient's stays.
fn last(reader: &Reader, id: &PatientId, act: &str) -> Result<String, Problem> {
    let stays = stays(reader)?;
    let mut all = stays.iter().filter(|stay| stay.patient() == *id).flat_map(|stay| stay.standing());
    let last = all.rfind(|past| past.said.act == act);
    last.map(|past| past.hash.to_string()).ok_or_else(|| Problem::failed("その記録がありません"))
}

fn at(desk: &Desk<'_>, folder: &Path, place: &str, wish: WardWish) -> Done {
    let request = |by: &str| Request::Ward { wish: wish.clone(), by: by.to_owned(), role: "nurse".to_owned() };
    match place {
        "一" => (desk.write)(&request("看護師 花子")).map(drop),
        // The second station's program begins and ends with what it writes.
        _ => there(folder, &request("看護師 次子")).map(drop),
    }
}
