//! How a command writes: with the home's lock if that is free, else by asking the process that has it. What a request
//! does is the same either way, and is told here, above the slices.

use std::time::{Duration, Instant};

use store::Writer;

use crate::custody::envelope;
use crate::event::{self, Event, MembershipEvent, Scope, SheetsEvent, StationSaid, StationWord};
use crate::following;
use crate::home::{Home, Problem};
use crate::stations;
use crate::world;
use crate::writing::desk::DeskWish;
use crate::writing::telephone::PhoneWish;
use crate::writing::{self, Answer, ChartsAsked, Request};

use chart::PatientId;

/// How long a command tries while the lock is held and nobody listens: a program that has just started, or another
/// command that is about to end.
const STARTING_MAX: Duration = Duration::from_secs(5);
/// Between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Has a request done, here or by the process that writes.
///
/// # Errors
/// When the home does not open, the request is refused, or another process writes and does not listen.
pub fn write(home: &Home, request: &Request) -> Result<Answer, Problem> {
    let line = request.line()?;
    let until = Instant::now() + STARTING_MAX;
    loop {
        if let Some(mut writer) = home.writer_if_free()? {
            return perform(&mut writer, request);
        }
        // The key must open the home, whoever writes.
        home.reader()?;
        if let Some(answer) = writing::ask(home.dir(), &line)? {
            return Ok(answer);
        }
        if Instant::now() > until {
            return perform(&mut home.writer().map_err(not_listening)?, request);
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
}

/// The process that writes gave an answer of another kind than was asked for.
pub fn unexpected() -> Problem {
    Problem::failed("書き込む側の答えが違います。 / The process that writes gave another answer.")
}

/// A program that reads a whole tree once does not listen meanwhile, and is better waited for than stopped.
fn not_listening(problem: Problem) -> Problem {
    let words = format!(
        "{problem}\n`andon feed --once` の間なら、終わるのを待ってもう一度実行してください。\n\
         If it is `andon feed --once`, wait until it ends and run this again."
    );
    Problem { words, ..problem }
}

/// Does what a request says.
///
/// # Errors
/// When a number or source is not in the copy, or the store cannot be written.
pub fn perform(writer: &mut Writer, request: &Request) -> Result<Answer, Problem> {
    match request {
        Request::Link { one, other, linked, by, reason } => link(writer, [one, other], *linked, by, reason),
        Request::Budget { .. } | Request::Silence { .. } | Request::CheckDigit { .. } => set(writer, request),
        Request::NewIncarnation { by, reason } => begin(writer, by, reason),
        Request::People { event, by, role } => say(writer, Event::People(event.clone()), (by, role)),
        Request::Flag { event, by, role } => say(writer, Event::Flag(event.clone()), (by, role)),
        Request::Settle { event, by, role } => say(writer, Event::Settled(event.clone()), (by, role)),
        Request::SheetsMade { event, by, role } => say(writer, Event::Sheets(event.clone()), (by, role)),
        Request::Scan { event, by, role } => say(writer, Event::Scan(event.clone()), (by, role)),
        Request::Runs { event, by, role } => say(writer, Event::Runs(event.clone()), (by, role)),
        Request::TakeRun { scope, by, role } => take_run(writer, scope, (by, role)),
        Request::TakeTemporary { count, by, role } => {
            Ok(Answer::Temporary(crate::temporary::take(writer, *count, (by, role), world::now())?))
        }
        Request::KeepPiece { scan, piece, bytes } => {
            crate::kept::keep_piece(writer, (scan, *piece), bytes, world::now())?;
            Ok(Answer::Done)
        }
        Request::HandIn { authority, id, bytes } => {
            let patient = PatientId { authority: authority.clone(), id: id.clone() };
            crate::sheets::codes::take(writer, &patient, bytes, world::now())?;
            Ok(Answer::Done)
        }
        Request::Gate { event, by, role } => {
            let event = crate::feed::gate::allowed(writer, event, by)?;
            say(writer, Event::Gate(event), (by, role))
        }
        Request::TakeEnvelope { by, role } => envelope::take_number(writer, (by, role), world::now()),
        Request::Envelope { event, by, role } => envelope::write_down(writer, event, (by, role), world::now()),
        Request::Paper { event, by, role } => {
            let event = crate::sheets::whereabouts::allowed(writer, event)?;
            say(writer, Event::Paper(event), (by, role))
        }
        Request::Keys { event, by, role } => say(writer, Event::Keys(event.clone()), (by, role)),
        Request::Custody { keep, event, by, role } => {
            crate::custody::state::commit(writer, keep, event.clone(), (by, role), world::now())?;
            Ok(Answer::Done)
        }
        Request::Command { .. }
        | Request::KeptFile { .. }
        | Request::EnterRow { .. }
        | Request::Device { .. }
        | Request::Item { .. }
        | Request::Prepare { .. } => of_headquarters(writer, request),
        Request::Desk { .. }
        | Request::Telephone { .. }
        | Request::Order { .. }
        | Request::Ward { .. }
        | Request::Department { .. } => at_desks(writer, request),
        Request::Station { .. }
        | Request::Membership { .. }
        | Request::Address { .. }
        | Request::Line { .. }
        | Request::StationCard { .. }
        | Request::ExportBundle { .. }
        | Request::TakeBundle { .. } => of_stations(writer, request),
        Request::Charts { asked } => of_charts(writer, asked),
        Request::RebuildIndexes => Ok(Answer::Rebuilt { sightings: crate::feed::rebuild_indexes(writer)? }),
    }
}

/// How this home is set.
fn set(writer: &mut Writer, request: &Request) -> Result<Answer, Problem> {
    match request {
        Request::Budget { source, bytes } => {
            let no = source_no(writer, source)?;
            writer.set_budget(no, *bytes)?;
        }
        Request::Silence { source, minutes } => {
            let no = source_no(writer, source)?;
            writer.set_silence(no, *minutes)?;
        }
        Request::CheckDigit { scheme } => writer.set_check_digit(scheme)?,
        _ => return Err(unexpected()),
    }
    Ok(Answer::Done)
}

/// What headquarters says.
fn of_headquarters(writer: &mut Writer, request: &Request) -> Result<Answer, Problem> {
    match request {
        Request::Command { event, seen, at, by, role } => {
            crate::command::say::say(writer, (event, seen), chart::Moment(*at), (by, role), world::now())
        }
        Request::KeptFile { said, by, role } => {
            say(writer, Event::Lines(event::LinesEvent::Kept(said.clone())), (by, role))
        }
        Request::EnterRow { row, line, at, correct, by, role } => {
            let said = (row, line, chart::Moment(*at));
            crate::command::sheet_say::enter(writer, said, *correct, (by, role), world::now())
        }
        Request::Device { event, seen, by, role } => {
            crate::command::devices_say::say(writer, event, seen, (by, role), world::now())
        }
        Request::Item { event, seen, by, role } => {
            crate::command::registers::say::say(writer, event, seen, (by, role), world::now())
        }
        Request::Prepare { register, by, role } => {
            crate::command::registers::say::prepare(writer, register, (by, role), world::now())
        }
        _ => Err(unexpected()),
    }
}

/// What is said at the desk, on the telephone, on wards and at department desks.
fn at_desks(writer: &mut Writer, request: &Request) -> Result<Answer, Problem> {
    match request {
        Request::Desk { wish, by, role } => of_the_desk(writer, wish, (by, role)),
        Request::Telephone { wish, by, role } => of_the_telephone(writer, wish, (by, role)),
        Request::Order { event, at, by, role } => {
            crate::prescribing::say::say(writer, event, chart::Moment(*at), (by, role), world::now())
        }
        Request::Ward { wish, by, role } => crate::nursing::say::say(writer, wish, (by, role), world::now()),
        Request::Department { wish, by, role } => crate::departments::say::wish(writer, wish, (by, role), world::now()),
        _ => Err(unexpected()),
    }
}

/// What is said at the desk.
fn of_the_desk(writer: &mut Writer, wish: &DeskWish, by: (&str, &str)) -> Result<Answer, Problem> {
    use crate::reception::{enter, receive, say};
    let now = world::now();
    match wish {
        DeskWish::Receive { receive: wanted, at } => receive::receive(writer, wanted, chart::Moment(*at), by, now),
        DeskWish::Visit { event, seen, at } => say::say(writer, (event, seen), chart::Moment(*at), by, now),
        DeskWish::Newcomer { said } => say::newcomer(writer, said, by, now),
        DeskWish::Row { row, moved, at, again } => {
            let entered = enter::Entered { row, moved, again: *again };
            enter::row(writer, &entered, chart::Moment(*at), by, now)
        }
        DeskWish::TicketBlock { station } => say::give_block(writer, station, by, now),
    }
}

/// What is said of appointments and on the telephone.
fn of_the_telephone(writer: &mut Writer, wish: &PhoneWish, by: (&str, &str)) -> Result<Answer, Problem> {
    use crate::telephone::{enter, make, say};
    let now = world::now();
    match wish {
        PhoneWish::Say { event, seen, at, again } => {
            say::say(writer, (event, seen, *again), chart::Moment(*at), by, now)
        }
        PhoneWish::List { cohort, values } => make::list(writer, cohort, values, by, now),
        PhoneWish::Row { .. } => enter::row(writer, wish, by, now),
    }
}

/// What is asked of stations and what is carried between them.
fn of_stations(writer: &mut Writer, request: &Request) -> Result<Answer, Problem> {
    match request {
        Request::Station { event, by, role } => station(writer, event, (by, role)),
        Request::Membership { event, by, role } => membership(writer, event, (by, role)),
        Request::Address { event, by, role } => say(writer, Event::Address(event.clone()), (by, role)),
        Request::Line { station, contact, heard } => {
            crate::lines::keep(writer, station, contact.as_ref(), heard.as_ref())?;
            Ok(Answer::Done)
        }
        Request::StationCard { name, mark, by, role } => {
            let named = (name.as_deref(), mark.as_deref());
            let card = stations::card::own(writer, named, (by, role), world::now())?;
            Ok(Answer::Card { text: card.text() })
        }
        Request::ExportBundle { to, all, stations } => {
            Ok(Answer::Exported(stations::export::export(writer, to, (*all, stations), world::now())?))
        }
        Request::TakeBundle { name } => Ok(Answer::Received(stations::import::take(writer, name, world::now())?)),
        _ => Ok(Answer::Done),
    }
}

/// Charts that go from one station to another.
fn of_charts(writer: &mut Writer, asked: &ChartsAsked) -> Result<Answer, Problem> {
    match asked {
        ChartsAsked::Said { event, by, role } => say(writer, Event::Follow(event.clone()), (by, role)),
        ChartsAsked::Take { name } => {
            let taken = stations::charts::take::take(writer, name, world::now());
            // What was taken in before something went wrong is here, and is to be found too.
            crate::feed::list_followed(writer)?;
            Ok(Answer::Charts(taken?))
        }
        ChartsAsked::Nothing { station, why } => no_charts(writer, station, why.as_deref()),
    }
}

/// Writes down that charts of a station gave nothing new, where that is news.
fn no_charts(writer: &mut Writer, station: &str, why: Option<&str>) -> Result<Answer, Problem> {
    let said = event::FollowEvent::Follows { station: station.to_owned(), on: true };
    let id = said.id().ok_or_else(|| Problem::usage("station"))?;
    if why.is_some_and(|why| !following::NOT_GIVEN.contains(&why)) {
        return Err(Problem::usage("why"));
    }
    if let Some(reached) = following::reached(writer, id)?.after(why, world::now().0) {
        writer.batch(|batch| following::keep_reached(batch, id, &reached))?;
    }
    Ok(Answer::Done)
}

/// A card that was held against its code, or a station that is no longer the hospital's.
fn station(writer: &mut Writer, said: &StationSaid, by: (&str, &str)) -> Result<Answer, Problem> {
    match said.said() {
        Some(StationWord::Revoked) => return say(writer, Event::Station(said.clone()), by),
        _ => stations::card::admit(writer, said, &Event::Station(said.clone()), by, world::now())?,
    }
    Ok(Answer::Done)
}

/// The membership key, or a word that it signed and that is believed here.
fn membership(writer: &mut Writer, event: &MembershipEvent, by: (&str, &str)) -> Result<Answer, Problem> {
    let told = Event::Membership(event.clone());
    let MembershipEvent::Signed(signed) = event else { return say(writer, told, by) };
    let members = crate::hospital::Members::of(writer)?;
    if !signed.signer().is_some_and(|key| members.keys().contains(&key)) {
        return Err(Problem::failed(
            "この病院の登録の鍵で署名されていません。カードを確かめてください（`andon station key` で、知っている鍵が分かります）。\n\
             Not signed by a membership key that is known here: look at the cards (`andon station key` lists the keys).",
        ));
    }
    match signed.said.said() {
        Some(StationWord::Revoked) => return say(writer, told, by),
        _ => stations::card::admit(writer, &signed.said, &told, by, world::now())?,
    }
    Ok(Answer::Done)
}

/// Writes an event that needs no more than to be written.
fn say(writer: &mut Writer, event: Event, by: (&str, &str)) -> Result<Answer, Problem> {
    event::append_as(writer, &event, by, world::now())?;
    Ok(Answer::Done)
}

fn source_no(writer: &Writer, name: &str) -> Result<u32, Problem> {
    let sources = writer.sources()?;
    let found = sources.iter().find(|source| source.name == name);
    found.map(|source| source.no).ok_or_else(|| no_source(name, &sources))
}

/// No source has that name; these there are.
pub fn no_source(name: &str, sources: &[store::Source]) -> Problem {
    let known: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let known = known.join(", ");
    Problem::failed(format!(
        "{name}: この名前の連携元はありません（あるもの: {known}）。`andon source list` で確かめてください。\n\
         {name}: no source of this name (there are: {known}); see `andon source list`."
    ))
}

/// The next run of sheets. Its numbers begin with the station and the life of its log, so that a home restored from a copy
/// cannot give out a number twice.
fn take_run(writer: &mut Writer, scope: &Scope, by: (&str, &str)) -> Result<Answer, Problem> {
    let last = writer
        .last_event_of(event::RUNS_ITEM)?
        .map(|stored| Event::read(stored.envelope.kind, stored.envelope.version, &stored.envelope.payload));
    let run = match last {
        Some(Event::Sheets(SheetsEvent::RunTaken { run, .. })) => run + 1,
        _ => 1,
    };
    let event = SheetsEvent::RunTaken { run, scope: scope.clone() };
    event::append_as(writer, &Event::Sheets(event), by, world::now())?;
    let head = writer.head();
    let station: String = head.station.to_string().chars().take(4).collect();
    Ok(Answer::Run { prefix: format!("{}{:02}-{run}", station.to_uppercase(), head.incarnation), run })
}

/// A new life of the log, and as its first event who began it and why.
fn begin(writer: &mut Writer, by: &str, reason: &str) -> Result<Answer, Problem> {
    let now = world::now();
    let incarnation = writer.new_incarnation(reason, now)?;
    event::append(writer, &Event::LifeBegun { incarnation, reason: reason.to_owned() }, by, now)?;
    Ok(Answer::Begun { incarnation })
}

fn link(writer: &mut Writer, numbers: [&String; 2], linked: bool, by: &str, reason: &str) -> Result<Answer, Problem> {
    let [one, other] = numbers.map(|id| crate::temporary::meant(writer, id));
    let [one, other] = [one?, other?];
    if one == other {
        return Err(Problem::usage("2つの番号が同じです。 / Both numbers are the same."));
    }
    for number in [&one, &other] {
        if linked && !crate::temporary::is_issued(writer, number)? && writer.person(number)?.is_none() {
            return Err(Problem::failed(
                "このコピーにない番号があります。`andon search` で確かめてください。\n\
                 One of the numbers is not in this copy; try `andon search`.",
            ));
        }
    }
    let event = Event::Linked { one, other, linked, reason: reason.to_owned() };
    event::append(writer, &event, by, world::now())?;
    Ok(Answer::Done)
}
