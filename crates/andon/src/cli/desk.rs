//! `andon reception`: the desk from the command line, by the same rules as its page.

use serde_json::json;

use super::args::desk::{
    AskedWords, DeskBy, Identify, IntakeWords, Learn, Newcomer, ReceiveWords, Reception, RuleWords,
};
use super::{meant, os_user, say, say_json, seen, write};
use crate::event::{IntakeSaid, NameSaid, VisitEvent};
use crate::finding::identify::{self, Asked, NEEDED};
use crate::home::{Exit, Home, Problem};
use crate::names;
use crate::parents::Seen;
use crate::reception::out;
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::typed_time::when;
use crate::visits::intakes::WITHDRAWN;
use crate::visits::{Receive, clinics, rules, services};
use crate::world;
use crate::writing::desk::{DeskWish, Received};
use crate::writing::{Answer, Request};

/// Does what is asked of the desk.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn run(home: &Home, asked: &Reception) -> Result<Exit, Problem> {
    match asked {
        Reception::Identify(args) => identify(home, args),
        Reception::Receive(args) => receive(home, args),
        Reception::Learn(args) => learn(home, args),
        Reception::Newcomer(args) => newcomer(home, args),
        Reception::Names(args) => listed(home, args.json),
        Reception::Rule(args) => rule(home, args),
        Reception::Intake(args) => intake(home, args),
        Reception::IntakeWithdraw(args) => {
            let values = [(WITHDRAWN.to_owned(), args.words.clone())].into();
            kept(home, IntakeSaid { visit: args.ticket.clone(), values, ..IntakeSaid::default() }, &args.by)
        }
    }
}

fn asked(words: &AskedWords) -> Asked {
    let AskedWords { number, name, birth, phone } = words.clone();
    Asked { number, name, birth, phone }
}

/// When something happened, as typed.
pub(super) fn moment(typed: &str) -> Result<chart::Moment, Problem> {
    when(typed, world::now()).ok_or_else(|| {
        Problem::usage(format!("{typed}: 時刻として読めません。例 0930、11/01 09:30\n{typed}: not a time. Try 0930"))
    })
}

fn operator(by: Option<&String>) -> (String, String) {
    (by.cloned().unwrap_or_else(os_user), Role::Operator.code().to_owned())
}

/// Shows who matches two or more of what was said; exit 1 when nobody does.
fn identify(home: &Home, args: &Identify) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let asked = asked(&args.asked);
    if asked.count() < NEEDED {
        return Err(Problem::usage(Words::of(Lang::Ja).text("reception-too-few")));
    }
    let found = identify::find(&reader, &asked)?;
    let exit = if found.found.is_empty() { Exit::Failed } else { Exit::Ok };
    seen(home, "identify", "", "", exit);
    if args.json {
        let rows: Vec<_> = found
            .found
            .iter()
            .map(|(hit, compared)| json!({"hit": hit, "same": compared.same, "other": compared.other}))
            .collect();
        say_json(
            &json!({"training": reader.about().training, "found": rows, "hidden": found.hidden, "more": found.more}),
        )?;
        return Ok(exit);
    }
    for (hit, compared) in &found.found {
        let birth = hit.birth_date.map_or_else(String::new, |birth| birth.to_string());
        say(&format!("{} {} {birth}　✓{} ✗{}", hit.id, hit.name, compared.same.join(" "), compared.other.join(" ")));
    }
    if found.hidden > 0 {
        say(&Words::of(Lang::Ja).with("reception-hidden", found.hidden));
    }
    Ok(exit)
}

fn receive(home: &Home, args: &ReceiveWords) -> Result<Exit, Problem> {
    let id = meant(home, &args.id, None)?;
    let receive = Receive {
        authority: id.authority,
        id: id.id,
        asked: asked(&args.asked),
        told_apart: args.told_apart.clone(),
        kind: args.kind.clone(),
        departments: args.departments.clone(),
        place: args.place.clone(),
        red: args.red.join(" "),
        fits: args.fits,
        again: args.again,
        words: args.words.clone(),
        ruled: None,
        with: args.with.clone(),
    };
    let (by, role) = operator(args.by.by.as_ref());
    let request = Request::Desk { wish: DeskWish::Receive { receive, at: moment(&args.by.at)?.0 }, by, role };
    match write::write(home, &request)? {
        Answer::Visit(Received { visit, ticket }) if args.by.json => {
            say_json(&json!({"visit": visit, "ticket": ticket}))?
        }
        Answer::Visit(Received { ticket, .. }) => say(&ticket),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

fn written(home: &Home, said: NameSaid, by: &DeskBy) -> Result<(), Problem> {
    let (at, (by, role)) = (moment(&by.at)?.0, operator(by.by.as_ref()));
    let event = VisitEvent::Name(said);
    write::write(home, &Request::Desk { wish: DeskWish::Visit { event, seen: Seen::default(), at }, by, role })
        .map(drop)
}

fn learn(home: &Home, args: &Learn) -> Result<Exit, Problem> {
    let id = meant(home, &args.id, None)?;
    let said = NameSaid {
        authority: id.authority,
        id: id.id,
        kind: args.kind.clone(),
        name: args.name.clone(),
        kana: args.kana.clone(),
        how: args.how.clone(),
        withdrawn: args.withdraw,
        ..NameSaid::default()
    };
    written(home, said, &args.by)?;
    listed(home, args.by.json)
}

fn newcomer(home: &Home, args: &Newcomer) -> Result<Exit, Problem> {
    let mother = match args.mother.is_empty() {
        true => String::new(),
        false => meant(home, &args.mother, None).map(|id| format!("{}/{}", id.authority, id.id))?,
    };
    let said = NameSaid {
        kind: args.kind.clone(),
        name: args.asked.name.clone(),
        kana: args.kana.clone(),
        birth: args.asked.birth.clone(),
        sex: args.sex.clone(),
        phone: args.asked.phone.clone(),
        mother,
        how: args.how.clone(),
        ..NameSaid::default()
    };
    let (by, role) = operator(args.by.by.as_ref());
    let wish = DeskWish::Newcomer { said };
    let Answer::Temporary(block) = write::write(home, &Request::Desk { wish, by, role })? else {
        return Err(write::unexpected());
    };
    let id = block.patients().into_iter().next().ok_or_else(write::unexpected)?;
    match args.by.json {
        true => say_json(&json!({"authority": id.authority, "id": id.id}))?,
        false => say(&id.id),
    }
    Ok(Exit::Ok)
}

/// Keeps what was asked. Where it is not what the copy says: `andon disagreements`.
fn intake(home: &Home, args: &IntakeWords) -> Result<Exit, Problem> {
    let values = [
        ("allergy", &args.allergy),
        ("allergy_words", &args.allergy_words),
        ("pregnancy", &args.pregnancy),
        ("pregnancy_words", &args.pregnancy_words),
        ("anticoagulant", &args.anticoagulant),
        ("anticoagulant_words", &args.anticoagulant_words),
        ("implant", &args.implant),
        ("implant_words", &args.implant_words),
        ("address", &args.address),
        ("phone", &args.phone),
        ("complaint", &args.complaint),
    ];
    let said = IntakeSaid {
        visit: args.ticket.clone(),
        asked_by: args.asked_by.clone(),
        answered_by: args.answered_by.clone(),
        values: values.map(|(field, value)| (field.to_owned(), value.clone())).into(),
        ..IntakeSaid::default()
    };
    kept(home, said, &args.by)
}

fn kept(home: &Home, said: IntakeSaid, told: &DeskBy) -> Result<Exit, Problem> {
    let (at, (by, role)) = (moment(&told.at)?.0, operator(told.by.as_ref()));
    let wish = DeskWish::Visit { event: VisitEvent::Intake(said), seen: Seen::default(), at };
    match write::write(home, &Request::Desk { wish, by, role })? {
        Answer::Visit(Received { visit, ticket }) if told.json => {
            say_json(&json!({"visit": visit, "ticket": ticket}))?;
        }
        Answer::Visit(Received { ticket, .. }) => say(&ticket),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

/// The names that were learned.
fn listed(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = names::all(&reader)?;
    if as_json {
        let rows: Vec<_> = all.iter().map(|one| out::name(one)).collect();
        say_json(&json!({"training": reader.about().training, "names": rows}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for one in all.iter().filter(|one| one.stands()) {
        let said = &one.said;
        say(&format!(
            "{} {} {} [{}] {} {}",
            said.id,
            said.name,
            said.kana,
            t.word("names-kind", &said.kind),
            said.how,
            one.told.entry
        ));
    }
    Ok(Exit::Ok)
}

fn rule(home: &Home, args: &RuleWords) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let (all, services) = (clinics::all(&reader)?, services(&reader)?);
    let clinic = clinics::named(&all, &args.department).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        Problem::usage(format!(
            "{}: この診療科はありません。 / no such department; there are: {}",
            args.department,
            known.join(" ")
        ))
    })?;
    let item = rules::rule(&services, &args.kind, clinic).map(AsRef::as_ref);
    match args.json {
        true => say_json(
            &json!({"training": reader.about().training, "department": clinic.name, "kind": args.kind, "rule": out::rule(item)}),
        )?,
        false => {
            let t = Words::of(Lang::Ja);
            let words = item.map_or_else(
                || t.text("reception-no-rule"),
                |item| {
                    format!(
                        "{} [{}] {}",
                        item.value("service"),
                        t.word("item-state", item.state),
                        item.value("callers")
                    )
                },
            );
            say(&words);
        }
    }
    Ok(Exit::Ok)
}
