//! `andon desk` and `andon results`: department desks from the command line, by the same rules as their pages.

use serde_json::{Value, json};

use super::args::departments::{
    AskWords, CallWords, Desk, ImportWords, LimitWords, OfDesk, ReceiveSlip, Results, TypeWords,
};
use super::args::telephone::PhoneWhy;
use super::desk::moment;
use super::telephone::values;
use super::{bytes_of, meant, os_user, say, say_json, seen, write};
use crate::departments::{import, out};
use crate::desks::rows::{self, Row};
use crate::desks::{self, DESKS, Entry, by_cause, found, limits, missing, of_sort, open_criticals, undelivered};
use crate::event::{
    CRITICALS_ITEM, DELIVERIES_ITEM, DepartmentEvent, DepartmentSaid, QUERIES_ITEM, RESULTS_ITEM, SLIPS_ITEM,
};
use crate::finding::identify::Asked;
use crate::home::{Exit, Home, Problem, one_of};
use crate::hospital::Members;
use crate::parents::Seen;
use crate::role::Role;
use crate::typed_time;
use crate::world;
use crate::writing::departments::DepartmentWish;
use crate::writing::telephone::Arranged;
use crate::writing::{Answer, Request};

/// What is said beside the event: identifiers, and the profession of who says it.
#[derive(Default)]
struct Beside {
    asked: Asked,
    post: String,
}

fn wished(home: &Home, wish: DepartmentWish, why: &PhoneWhy) -> Result<Exit, Problem> {
    let (by, role) = (why.by.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    match write::write(home, &Request::Department { wish: Box::new(wish), by, role })? {
        Answer::Arranged(Arranged { thing, number, rows }) if why.by.json => {
            say_json(&json!({"thing": thing, "number": number, "rows": rows}))?;
        }
        Answer::Arranged(Arranged { number, .. }) => say(&number),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

fn told(home: &Home, event: DepartmentEvent, beside: Beside, why: &PhoneWhy) -> Result<Exit, Problem> {
    let event = event.with(DepartmentSaid { words: why.words.clone(), ..event.said().clone() });
    let at = moment(&why.by.at)?.0;
    let wish = DepartmentWish::Say { event, seen: Seen::default(), asked: beside.asked, post: beside.post, at };
    wished(home, wish, why)
}

/// Something said of what is there.
fn of(thing: &str, act: &str, fields: &[(&str, &String)]) -> DepartmentSaid {
    DepartmentSaid { thing: thing.to_owned(), act: act.to_owned(), values: values(fields), ..DepartmentSaid::default() }
}

fn name(home: &Home, item: &str, meant: &str) -> Result<String, Problem> {
    Ok(found(&home.reader()?, item, meant)?.name.clone())
}

/// Does what is asked of a department desk.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn run(home: &Home, asked: &Desk) -> Result<Exit, Problem> {
    match asked {
        Desk::List(of) => list(home, of),
        Desk::Receive(words) => receive(home, words),
        Desk::Slip { act, slip, why } => {
            let said = of(&name(home, SLIPS_ITEM, slip)?, act, &[]);
            told(home, DepartmentEvent::Slip(said), Beside::default(), why)
        }
        Desk::Attach { thing, id, asked, why } => attach(home, (thing, id), asked, why),
        Desk::Missing { of, day } => not_here(home, of, day),
        Desk::Critical { all, json } => criticals(home, *all, *json),
        Desk::Call(words) => call(home, words),
        Desk::Deliver { set, to, way, why } => {
            let set = name(home, RESULTS_ITEM, set)?;
            let said = of("", "deliver", &[("set", &set), ("to", to), ("way", way)]);
            told(home, DepartmentEvent::Delivery(said), Beside::default(), why)
        }
        Desk::Acknowledge { delivery, seen_by, why } => {
            let thing = name(home, DELIVERIES_ITEM, delivery)?;
            let said = of(&thing, "acknowledge", &[("acknowledged_by", seen_by)]);
            told(home, DepartmentEvent::Delivery(said), Beside::default(), why)
        }
        Desk::Undelivered { json } => not_delivered(home, *json),
        Desk::Ask(words) => ask(home, words),
        Desk::Answer { query, answer, answered, why } => {
            let thing = name(home, QUERIES_ITEM, query)?;
            let said = of(&thing, "answer", &[("answer", answer), ("answered", answered)]);
            told(home, DepartmentEvent::Query(said), Beside::default(), why)
        }
        Desk::Queries { json } => queries(home, *json),
        Desk::Limit(words) => limit(home, words),
        Desk::Limits { json } => limits_list(home, *json),
    }
}

fn identifiers(words: &super::args::desk::AskedWords) -> Asked {
    let super::args::desk::AskedWords { number, name, birth, phone } = words.clone();
    Asked { number, name, birth, phone }
}

fn receive(home: &Home, words: &ReceiveSlip) -> Result<Exit, Problem> {
    let id = match words.id.as_str() {
        "" if !words.sheet.is_empty() => {
            let sheet = crate::chronology_sheets::number_typed(&words.sheet);
            missing::patient_of_sheet(&home.reader()?, &sheet)?
        }
        "" => None,
        id => Some(meant(home, id, None)?),
    };
    let (items, orders) = (words.items.join("\n"), words.orders.join(" "));
    let fields = [
        ("desk", &words.desk),
        ("sheet", &words.sheet),
        ("sample", &words.sample),
        ("specimen", &words.specimen),
        ("items", &items),
        ("orders", &orders),
        ("from", &words.from),
        ("doctor", &words.doctor),
        ("doubt", &words.doubt),
    ];
    let mut said = of("", "receive", &fields);
    if let Some(id) = id {
        (said.authority, said.id) = (id.authority, id.id);
    }
    let beside = Beside { asked: identifiers(&words.asked), ..Beside::default() };
    told(home, DepartmentEvent::Slip(said), beside, &words.why)
}

fn attach(
    home: &Home,
    (thing, id): (&str, &str),
    asked: &super::args::desk::AskedWords,
    why: &PhoneWhy,
) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let stands = found(&reader, SLIPS_ITEM, thing).or_else(|_| found(&reader, RESULTS_ITEM, thing))?;
    let id = meant(home, id, None)?;
    let wish = DepartmentWish::Attach {
        item: stands.item.to_owned(),
        thing: stands.name.clone(),
        seen: Seen::default(),
        authority: id.authority,
        id: id.id,
        asked: identifiers(asked),
        words: why.words.clone(),
        at: moment(&why.by.at)?.0,
    };
    wished(home, wish, why)
}

fn call(home: &Home, words: &CallWords) -> Result<Exit, Problem> {
    let thing = name(home, CRITICALS_ITEM, &words.call)?;
    let fields = [("to", &words.to), ("doctor", &words.doctor), ("read_back", &words.read_back)];
    let said = of(&thing, &words.act, &fields);
    let beside = Beside { post: words.post.clone(), ..Beside::default() };
    told(home, DepartmentEvent::Critical(said), beside, &words.why)
}

fn ask(home: &Home, words: &AskWords) -> Result<Exit, Problem> {
    let id = meant(home, &words.id, None)?;
    let fields = [
        ("desk", &words.desk),
        ("cause", &words.cause),
        ("what", &words.what),
        ("doctor", &words.doctor),
        ("drug", &words.drug),
        ("from", &words.from),
    ];
    let said = DepartmentSaid { authority: id.authority, id: id.id, ..of("", "ask", &fields) };
    told(home, DepartmentEvent::Query(said), Beside::default(), &words.why)
}

fn limit(home: &Home, words: &LimitWords) -> Result<Exit, Problem> {
    let off = if words.off { "1".to_owned() } else { String::new() };
    let fields = [
        ("name", &words.name),
        ("aliases", &words.aliases),
        ("code", &words.code),
        ("unit", &words.unit),
        ("range", &words.range),
        ("low", &words.low),
        ("high", &words.high),
        ("off", &off),
    ];
    let mut said = of(&limits::key(&words.name), "set", &fields);
    // What is not said of a limit is taken away: the words say all of it.
    said.values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).clone())).collect();
    let beside = Beside { post: words.post.clone(), ..Beside::default() };
    told(home, DepartmentEvent::Limit(said), beside, &words.why)
}

fn list(home: &Home, of: &OfDesk) -> Result<Exit, Problem> {
    one_of(&of.desk, &DESKS)?;
    let (reader, now) = (home.reader()?, world::now());
    let mut slips = of_sort(&reader, SLIPS_ITEM)?;
    slips.retain(|slip| slip.value("desk") == of.desk);
    slips.sort_by_key(|slip| (slip.slip_state() != "waiting", slip.since()));
    seen(home, "desk_slips", "", &of.desk, Exit::Ok);
    if of.json {
        let members = reader.once(Members::of)?;
        let told: Vec<Value> =
            slips.iter().map(|slip| out::slip(&reader, slip, &members, now)).collect::<Result<_, _>>()?;
        say_json(&json!({"training": reader.about().training, "desk": of.desk, "slips": told}))?;
        return Ok(Exit::Ok);
    }
    for slip in &slips {
        let items = slip.value("items").replace(['\n', '\t'], " ");
        say(&format!("{} [{}] {} {} {items}", slip.short(), slip.slip_state(), slip.id, slip.value("doubt")));
    }
    Ok(Exit::Ok)
}

fn not_here(home: &Home, of: &OfDesk, day: &str) -> Result<Exit, Problem> {
    one_of(&of.desk, &DESKS)?;
    let (reader, now) = (home.reader()?, world::now());
    let day = match day {
        "" => now.day(),
        typed => typed_time::day(typed, now).ok_or_else(|| {
            crate::home::wrong("日が分かりません。例 2021-11-01、今日", "The day is not understood: 2021-11-01, today.")
        })?,
    };
    let planned = missing::planned(&reader, &of.desk, day)?;
    let given_out = missing::given_out(&reader, &of.desk, now)?;
    seen(home, "desk_missing", "", &of.desk, Exit::Ok);
    if of.json {
        let training = reader.about().training;
        say_json(&json!({"training": training, "desk": of.desk, "planned": planned, "given_out": given_out}))?;
        return Ok(Exit::Ok);
    }
    planned.iter().for_each(|one| say(&format!("{} {} {} {}", one.id, one.kind, one.number, one.text)));
    given_out.iter().for_each(|one| say(&format!("{} {} {} {}", one.sheet, one.form, one.id, one.printed)));
    Ok(Exit::Ok)
}

fn criticals(home: &Home, all: bool, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let open = open_criticals(&reader)?;
    let shown = if all { of_sort(&reader, CRITICALS_ITEM)? } else { open.clone() };
    seen(home, "critical_values", "", "", Exit::Ok);
    if as_json {
        let members = reader.once(Members::of)?;
        let mut told = Vec::new();
        for one in &shown {
            let mut value = out::critical(one, &members, now);
            value["patient"] = json!(desks::patient_of(&reader, one)?);
            told.push(value);
        }
        let training = reader.about().training;
        say_json(&json!({"training": training, "now": now, "open": open.len(), "criticals": told}))?;
        return Ok(Exit::Ok);
    }
    for one in &shown {
        let minutes = one.since().minutes_until(now);
        let value = [one.value("name"), one.value("value"), one.value("unit"), one.value("limit")].join(" ");
        say(&format!("{} {} {value}  {minutes}分", one.short(), one.id));
    }
    Ok(Exit::Ok)
}

fn not_delivered(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let open = undelivered(&reader)?;
    seen(home, "undelivered", "", "", Exit::Ok);
    if as_json {
        let members = reader.once(Members::of)?;
        let told: Vec<Value> =
            open.iter().map(|(set, _)| out::set(&reader, set, &members)).collect::<Result<_, _>>()?;
        say_json(&json!({"training": reader.about().training, "now": now, "sets": told}))?;
        return Ok(Exit::Ok);
    }
    for (set, reached) in &open {
        let minutes = reached.since.map_or(0, |since| since.minutes_until(now));
        say(&format!("{} {} [{}] {minutes}分", set.short(), set.id, reached.state()));
    }
    Ok(Exit::Ok)
}

fn queries(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = of_sort(&reader, QUERIES_ITEM)?;
    let causes = by_cause(&all);
    seen(home, "desk_queries", "", "", Exit::Ok);
    if as_json {
        let members = reader.once(Members::of)?;
        let told: Vec<Value> = all.iter().map(|one| out::entry(one, &members)).collect();
        let causes: Vec<Value> = causes
            .into_iter()
            .map(|(cause, (count, changed))| json!({"cause": cause, "count": count, "changed": changed}))
            .collect();
        say_json(&json!({"training": reader.about().training, "causes": causes, "queries": told}))?;
        return Ok(Exit::Ok);
    }
    for (cause, (count, changed)) in causes {
        say(&format!("{cause} {count}（変更 {changed}）"));
    }
    Ok(Exit::Ok)
}

fn limits_list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = desks::limits_of(&reader)?;
    if as_json {
        let one = |of: &limits::Limit| {
            json!({
                "name": of.name, "aliases": of.aliases, "code": of.code, "unit": of.unit, "range": of.range,
                "low": of.low, "high": of.high, "example": of.example,
            })
        };
        say_json(&json!({"limits": all.iter().map(one).collect::<Vec<_>>()}))?;
        return Ok(Exit::Ok);
    }
    for of in &all {
        let mark = if of.example { "（例）" } else { "" };
        say(&format!("{}{mark} {} 基準 {}  ≦{} ≧{}", of.name, of.unit, of.range, of.low, of.high));
    }
    Ok(Exit::Ok)
}

/// Does what is asked of results.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn results(home: &Home, asked: &Results) -> Result<Exit, Problem> {
    match asked {
        Results::List { id, json } => results_list(home, id, *json),
        Results::Type(words) => typed(home, words),
        Results::Import(words) => imported(home, words),
        Results::Confirm { set, why } => {
            let said = of(&name(home, RESULTS_ITEM, set)?, "confirm", &[]);
            told(home, DepartmentEvent::Results(said), Beside::default(), why)
        }
        Results::Correct { set, item, value, why } => {
            let reader = home.reader()?;
            let stands = found(&reader, RESULTS_ITEM, set)?;
            let rows = stands.rows();
            let row = rows.iter().find(|(_, row)| row.is_of(item, item)).map(|(field, _)| (*field).to_owned());
            let row = row.ok_or_else(|| {
                crate::home::wrong("この結果にその項目はありません。", "There is no such item among these results.")
            })?;
            let said = of(&stands.name, "correct", &[("row", &row), ("value", value)]);
            told(home, DepartmentEvent::Results(said), Beside::default(), why)
        }
        Results::Strike { set, why } => {
            let said = of(&name(home, RESULTS_ITEM, set)?, "strike", &[]);
            told(home, DepartmentEvent::Results(said), Beside::default(), why)
        }
    }
}

fn typed(home: &Home, words: &TypeWords) -> Result<Exit, Problem> {
    let slip = name(home, SLIPS_ITEM, &words.slip)?;
    let fields = [
        ("slip", &slip),
        ("lot", &words.lot),
        ("qc", &words.qc),
        ("analyser", &words.analyser),
        ("collected", &words.collected),
    ];
    let mut said = of("", "type", &fields);
    for (place, text) in (1..).zip(&words.rows) {
        let row = Row::typed(text).ok_or_else(|| {
            crate::home::wrong("結果は「項目=値 単位」の形で書いてください。", "A result is written ITEM=VALUE UNIT.")
        })?;
        said.values.insert(rows::field(place), row.line());
    }
    told(home, DepartmentEvent::Results(said), Beside::default(), &words.why)
}

fn imported(home: &Home, words: &ImportWords) -> Result<Exit, Problem> {
    let bytes = bytes_of(&words.file, import::FILE_BYTES_MAX as u64 + 1)?;
    let read = import::read(&bytes, &words.columns)?;
    let partial = !read.bad.is_empty();
    let wish = DepartmentWish::Import {
        batch: import::batch(&bytes),
        source: read.source.to_owned(),
        analyser: words.analyser.clone(),
        qc: words.qc.clone(),
        samples: read.samples,
        bad: read.bad,
        at: moment(&words.why.by.at)?.0,
    };
    let exit = wished(home, wish, &words.why)?;
    // What could not be used is kept and told, and a script hears of it.
    Ok(if partial { Exit::Partial } else { exit })
}

fn results_list(home: &Home, id: &str, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let mut sets = of_sort(&reader, RESULTS_ITEM)?;
    if !id.is_empty() {
        let id = meant(home, id, None)?;
        sets.retain(|set: &std::sync::Arc<Entry>| set.patient() == id);
    }
    seen(home, "desk_results", id, "", Exit::Ok);
    if as_json {
        let members = reader.once(Members::of)?;
        let told: Vec<Value> = sets.iter().map(|set| out::set(&reader, set, &members)).collect::<Result<_, _>>()?;
        say_json(&json!({"training": reader.about().training, "sets": told}))?;
        return Ok(Exit::Ok);
    }
    for set in &sets {
        let rows: Vec<String> =
            set.rows().iter().map(|(_, row)| format!("{} {}{}{}", row.name, row.value, row.unit, row.flag)).collect();
        say(&format!("{} {} [{}] {}", set.short(), set.id, set.set_state(), rows.join("、")));
    }
    Ok(Exit::Ok)
}
