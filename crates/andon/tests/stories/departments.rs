//! Department desks in a story: slips, results, critical values at two stations that carry their logs to each other by stick (the stick and the
//! second station are the telephone's). A slip and its results are called by the 検体番号.

use std::path::Path;
use std::sync::Arc;

use andon::desks::rows::{Row, field};
use andon::desks::{Entry, of_sort};
use andon::event::{CRITICALS_ITEM, DepartmentEvent, DepartmentSaid, RESULTS_ITEM, SLIPS_ITEM};
use andon::finding::identify::Asked;
use andon::home::Problem;
use andon::writing::Request;
use andon::writing::departments::DepartmentWish;
use chart::Moment;
use store::Reader;

use crate::program::Desk;
use crate::telephone::{home, there};

type Done = Result<(), Problem>;
type Fields<'a> = [(&'a str, &'a str)];

/// A station (一・二), who acts there, and when.
struct At<'a> {
    desk: &'a Desk<'a>,
    folder: &'a Path,
    second: bool,
    who: (&'a str, &'a str),
    now: Moment,
}

/// One step; `None` when the verb is another's.
pub fn step(
    desk: &Desk<'_>,
    folder: &Path,
    (verb, words): (&str, &[&str]),
    now: Moment,
    patient: &impl Fn(&str) -> Option<String>,
) -> Option<Done> {
    let at = |place: &str, who: &'static str, role: &'static str| At {
        desk,
        folder,
        second: place == "二",
        who: (who, role),
        now,
    };
    let by = |place: &str| at(place, "検査 次郎", "technologist");
    Some(match (verb, words) {
        ("伝票を受ける", [place, short, sample, item]) => {
            let fields = [("desk", "lab"), ("sample", *sample), ("items", *item)];
            let said =
                DepartmentSaid { authority: "story".into(), id: patient(short)?, ..said("", "receive", &fields) };
            by(place).say(DepartmentEvent::Slip(said), identified(&patient(short)?), "")
        }
        ("だれのか不明", [place, sample, why]) => {
            let fields = [("desk", "lab"), ("sample", *sample), ("doubt", *why)];
            by(place).say(DepartmentEvent::Slip(said("", "receive", &fields)), Asked::default(), "")
        }
        ("結果を入れる", [place, who, sample, row]) => {
            let at = At { who: (who, "technologist"), ..by(place) };
            at.on(SLIPS_ITEM, sample, |slip| {
                let row = Row::typed(row).map(|row| row.line()).unwrap_or_default();
                let fields = [("slip", slip.name.as_str()), ("lot", "L1"), ("qc", "ok"), (&field(1), &row)];
                DepartmentEvent::Results(said("", "type", &fields))
            })
        }
        ("照合", [place, who, sample]) => confirm(&At { who: (who, "technologist"), ..by(place) }, sample),
        ("照合できない", [place, who, sample]) => {
            refused(confirm(&At { who: (who, "technologist"), ..by(place) }, sample))
        }
        ("訂正", [place, who, sample, value]) => {
            let at = At { who: (who, "technologist"), ..by(place) };
            at.on(RESULTS_ITEM, sample, |set| {
                let fields = [("row", "row-01"), ("value", *value)];
                let said = DepartmentSaid { words: "再検".into(), ..said(&set.name, "correct", &fields) };
                DepartmentEvent::Results(said)
            })
        }
        ("だれのか決める", [place, sample, short, how]) => by(place).attach(sample, &patient(short)?, how),
        ("連絡", [place, post, who, doctor]) => told(&At { who: (who, "operator"), ..by(place) }, post, doctor),
        ("連絡できない", [place, _, who, doctor]) => {
            refused(told(&At { who: (who, "clerk"), ..by(place) }, "", doctor))
        }
        _ => return None,
    })
}

fn said(thing: &str, act: &str, fields: &Fields<'_>) -> DepartmentSaid {
    let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    DepartmentSaid { thing: thing.into(), act: act.into(), values, ..DepartmentSaid::default() }
}

/// The story's people are known by number and family name.
fn identified(id: &str) -> Asked {
    Asked { number: id.to_owned(), name: "検査".into(), ..Asked::default() }
}

fn refused(done: Done) -> Done {
    match done {
        Ok(()) => Err(Problem::failed("できました")),
        Err(_) => Ok(()),
    }
}

fn confirm(at: &At<'_>, sample: &str) -> Done {
    at.on(RESULTS_ITEM, sample, |set| DepartmentEvent::Results(said(&set.name, "confirm", &[])))
}

/// Every open critical value is told to a doctor who reads it back.
fn told(at: &At<'_>, post: &str, doctor: &str) -> Done {
    let open = at.read(|reader| of_sort(reader, CRITICALS_ITEM))?;
    let open: Vec<_> = open.into_iter().filter(|one| one.is_open_critical()).collect();
    if open.is_empty() {
        return Err(Problem::failed("パニック値がありません"));
    }
    for one in open {
        let fields = [("doctor", doctor), ("read_back", one.value("value"))];
        at.say(DepartmentEvent::Critical(said(&one.name, "close", &fields)), Asked::default(), post)?;
    }
    Ok(())
}

impl At<'_> {
    fn read<T>(&self, read: impl FnOnce(&Reader) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.second { read(&home(self.folder, "second").reader()?) } else { read(self.desk.reader) }
    }

    fn write(&self, wish: DepartmentWish) -> Done {
        let (by, role) = (self.who.0.to_owned(), self.who.1.to_owned());
        let request = Request::Department { wish: Box::new(wish), by, role };
        if self.second { there(self.folder, &request) } else { (self.desk.write)(&request) }.map(drop)
    }

    fn say(&self, event: DepartmentEvent, asked: Asked, post: &str) -> Done {
        let (post, at) = (post.to_owned(), self.now.0);
        self.write(DepartmentWish::Say { event, seen: Default::default(), asked, post, at })
    }

    /// The slip or set of a 検体番号 that goes on.
    fn found(&self, item: &str, sample: &str) -> Result<Arc<Entry>, Problem> {
        let all = self.read(|reader| of_sort(reader, item))?;
        let found = all.into_iter().find(|one| one.value("sample") == sample && !one.is_over());
        found.ok_or_else(|| Problem::failed("その検体番号はありません"))
    }

    fn on(&self, item: &str, sample: &str, event: impl FnOnce(&Entry) -> DepartmentEvent) -> Done {
        let found = self.found(item, sample)?;
        self.say(event(&found), Asked::default(), "")
    }

    fn attach(&self, sample: &str, id: &str, how: &str) -> Done {
        let slip = self.found(SLIPS_ITEM, sample)?;
        self.write(DepartmentWish::Attach {
            item: SLIPS_ITEM.to_owned(),
            thing: slip.name.clone(),
            seen: Default::default(),
            authority: "story".into(),
            id: id.to_owned(),
            asked: identified(id),
            words: how.to_owned(),
            at: self.now.0,
        })
    }
}
