//! Print runs: what is printed every evening and on demand, on which printer, and what became of it. `target.rs` and `ipp.rs` hand a run
//! to a printer, `spool.rs` follows it there, `crate::printing` says when one is due and how it stands; what is on the sheets is made here.

mod ipp;
mod notice;
pub mod page;
mod scanned;
pub mod spool;
pub mod target;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chart::{AsOf, Chart, Lang, Moment, PatientId, When};
use paper::{Day, Expected, Swap};
use sha2::{Digest, Sha256};
use store::{Cut, Reader};

pub(super) use scanned::scanned;

use super::bedside::{Bedside, whose};
use super::digest::hex;
use super::pieces::Write;
use super::rules::{Form, Last, Told, in_box};
use super::{Making, Order, Printed, nobody, print_parts};
use crate::bookings::day::{Comer, PlanRow, comers};
use crate::event::{Flag, GATE_NOTICES, PLANNED, Plan, Scope};
use crate::home::Problem;
use crate::text::Words;

/// Days ahead of which appointments are listed at most.
pub const DAYS_MAX: u32 = 14;
/// What a visitor's packet holds where nothing else is asked for: visit card, summary, progress notes, charges, labels.
pub const PACKET: [&str; 5] = ["P6", "P4", "P13B", "P12A", "L1"];
/// The first-hour cards.
const CARDS: &str = "P3";

/// What a run prints.
#[derive(Clone, Debug, Default)]
pub struct RunOrder {
    /// Words of [`PLANNED`].
    pub what: Vec<String>,
    /// The wards; none for all.
    pub wards: Vec<String>,
    /// Days of which appointments are listed.
    pub days: u32,
    /// Packets and lists begin with this day; tomorrow when none is named.
    pub first: Option<When>,
    /// Only of this department, by code or a part of its name.
    pub department: String,
    /// Leave out patients of whom there is nothing new.
    pub changed: bool,
    /// Notices of the gate: of this source; of every one of which something is open where none is named.
    pub source: Option<u32>,
    /// In which language.
    pub lang: Lang,
    /// Who prints, and in which role.
    pub by: (String, String),
}

impl RunOrder {
    /// What a plan prints; `None` where its words are none of [`PLANNED`].
    pub fn of_plan(plan: &Plan, lang: Lang, by: (String, String)) -> Option<RunOrder> {
        let wards = plan.wards.split(',').filter(|ward| !ward.is_empty()).map(str::to_owned).collect();
        let (what, days, changed) = (read_what(&plan.what).ok()?, plan.days, plan.changed);
        Some(RunOrder { what, wards, days, changed, lang, by, ..RunOrder::default() })
    }

    fn wants(&self, what: &str) -> bool {
        self.what.iter().any(|word| word == what)
    }

    fn days(&self, now: Moment) -> Vec<When> {
        let first = self.first.unwrap_or_else(|| now.plus_days(1).day()).start;
        (0..i64::from(self.days.clamp(1, DAYS_MAX))).map(|ahead| first.plus_days(ahead).day()).collect()
    }
}

/// Reads the words of a plan, parted by commas; the first that is none where there is one.
///
/// # Errors
/// The word.
fn read_what(words: &str) -> Result<Vec<String>, String> {
    let words: Vec<String> =
        words.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
    match words.iter().find(|word| !PLANNED.contains(&word.as_str())) {
        Some(stray) => Err(stray.clone()),
        None => Ok(words),
    }
}

/// Makes one run of everything an order names, numbered and told like every run.
///
/// # Errors
/// When there is nobody, the store cannot be read, or the run cannot be written down.
pub fn make(reader: &Reader, order: &RunOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let wards = match order.wants("wards") || order.wants("orders") {
        false => Vec::new(),
        true if order.wards.is_empty() => {
            crate::stays::census::wards(reader)?.into_iter().map(|(ward, _)| ward).collect()
        }
        true => order.wards.clone(),
    };
    let scopes: Vec<Scope> = wards.into_iter().map(Scope::Ward).collect();
    let own = Order {
        scope: Scope::House,
        forms: Form::ALL.to_vec(),
        orders: order.wants("orders"),
        changed_only: order.changed,
        boxed: true,
        lang: order.lang,
        by: order.by.clone(),
    };
    let rest = order.what.iter().any(|word| word != "wards" && word != "orders");
    let house = |making: &mut Making| -> Result<(), Problem> {
        if order.wants("appointments") {
            appointments(reader, order, now, making)?;
        }
        if order.wants("cards") {
            cards(reader, order, now, making)?;
        }
        if order.wants(GATE_NOTICES) {
            notice::notices(reader, order, making)?;
        }
        if order.wants("packets") {
            packets(reader, order, now, making)?;
        }
        Ok(())
    };
    print_parts(reader, &scopes, &own, now, rest.then_some(&house), write)
}

/// 予約一覧 of the days.
fn appointments(reader: &Reader, order: &RunOrder, now: Moment, making: &mut Making) -> Result<(), Problem> {
    let t = Words::of(order.lang);
    let mut days = Vec::new();
    for day in order.days(now) {
        let rows = comers(reader, day, &order.department)?.rows;
        let rows = rows.iter().map(|one| expected(reader, t, one, &order.department));
        days.push(Day { day, rows: rows.collect::<Result<_, _>>()? });
    }
    for day in &mut days {
        day.rows.sort_by_key(|row| (row.at.map_or(i64::MAX, |at| at.start.0), row.kana.clone(), row.number.clone()));
    }
    let data = crate::freshness::Bar::now(reader, now)?.newest;
    let id = making.next_id();
    let made = making.pack.appointments(&days, data, &id);
    making.keep(made, id, None, String::new());
    Ok(())
}

/// One line: the first time named, all that is planned, what was changed since and what a doctor decided of tests. 氏名掲示不可 and
/// who is kept back leave the number alone.
fn expected(reader: &Reader, t: Words, one: &Comer, department: &str) -> Result<Expected, Problem> {
    let id = one.patient();
    let flags = crate::confidential::of_person(reader, &id)?;
    let hidden = flags.iter().any(|flag| flag.hides_name());
    let timed = |at: &When| at.precision > chart::Precision::Day;
    let plans: Vec<&PlanRow> = one.plans.iter().filter(|plan| plan.is_of(department)).collect();
    let at = plans.iter().filter_map(|row| row.plan.at).filter(timed).min_by_key(|at| at.start);
    let mut departments: Vec<String> = Vec::new();
    let mut whats: Vec<String> = Vec::new();
    for plan in &plans {
        let (name, own) = (plan.department(), &plan.plan);
        for (list, word) in [
            (&mut departments, format!("{name} {}", own.doctor).trim().to_owned()),
            (
                &mut whats,
                format!("{}{} {}{}", since(t, plan), t.word("appointment", &own.kind), own.text, decided(t, plan))
                    .trim()
                    .to_owned(),
            ),
        ] {
            if !list.contains(&word) {
                list.push(word);
            }
        }
    }
    Ok(Expected {
        at: at.or_else(|| plans.first().and_then(|row| row.plan.at)),
        number: id.id,
        name: if hidden { t.text("print-hidden") } else { one.name.clone() },
        kana: if hidden { String::new() } else { one.kana.clone() },
        birth: one.birth_date,
        department: departments.join("、"),
        what: whats.join("、"),
        place: one
            .place
            .as_ref()
            .map_or_else(String::new, |place| format!("{} {}-{}", place.ward, place.room, place.bed)),
    })
}

/// What became of a plan since the copy ended, before what it is for.
fn since(t: Words, plan: &PlanRow) -> String {
    let other = plan.other_at.map_or_else(String::new, |at| at.to_string());
    let words = match plan.state {
        "cancelled" => t.text("booking-cancelled"),
        "moved" => t.with("booking-moved-to", other),
        _ if plan.source == "outage" && !other.is_empty() => t.with("booking-moved-from", other),
        _ if plan.source == "outage" => t.text("booking-outage"),
        _ => return String::new(),
    };
    let doubtful = if plan.doubtful { format!("・{}", t.text("command-doubtful")) } else { String::new() };
    format!("【{words}{doubtful}】")
}

/// What a doctor decided of its tests; nothing for what is no test.
fn decided(t: Words, plan: &PlanRow) -> String {
    match plan.postpone.as_str() {
        _ if !plan.is_test() || !plan.stands() => String::new(),
        "" => format!("［{}］", t.text("postpone-undecided")),
        code => format!("［{} {}（{}）］", t.word("postpone", code), plan.condition, plan.decided_by),
    }
}

/// 初動カード, one a duty.
fn cards(reader: &Reader, order: &RunOrder, now: Moment, making: &mut Making) -> Result<(), Problem> {
    for form in paper::forms().filter(|form| form.code.len() == 3 && form.code.starts_with(CARDS)) {
        let id = making.next_id();
        let made = making.pack.form(form.code, None, &id);
        making.keep(made, id, None, String::new());
    }
    let print = super::action::cards(reader, &[], order.lang, now)?;
    if !print.cards.is_empty() {
        super::action::keep(making, &print);
    }
    Ok(())
}

/// 受診セット of everybody who comes on the first day.
fn packets(reader: &Reader, order: &RunOrder, now: Moment, making: &mut Making) -> Result<(), Problem> {
    let Some(day) = order.days(now).first().copied() else { return Ok(()) };
    // In the order of time, as they come; whose every plan was moved away or cancelled does not come.
    let mut comers = comers(reader, day, &order.department)?.rows;
    comers.retain(Comer::stands);
    comers.sort_by_cached_key(|one| (one.first().1, one.patient()));
    for id in comers.iter().map(Comer::patient) {
        let scope = Scope::Patient { authority: id.authority.clone(), id: id.id.clone() };
        // Whoever is booked and not in the copy comes all the same: a blank set is taken from the box.
        match whose(reader, &scope, Words::of(order.lang), now) {
            Ok(Some(one)) => PACKET.iter().for_each(|code| making.packet(code, &one)),
            Ok(None) => making.failed.push(nobody(&scope).words),
            Err(problem) => making.failed.push(format!("{}: {}", id.id, problem.words)),
        }
    }
    Ok(())
}

/// What every chart stands on beside its own messages and events, as a digest: this program, the names of the sources, and which
/// kinds of data they carry at all.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn ground(reader: &Reader) -> Result<String, Problem> {
    let mut hash = Sha256::new_with_prefix(env!("CARGO_PKG_VERSION"));
    for source in reader.sources()? {
        hash.update(format!("\n{} {}", source.no, source.name));
    }
    for carried in crate::record::state(reader)?.carried {
        hash.update(format!("\n{} {}", carried.source, carried.kind));
    }
    Ok(hex(&hash.finalize()[..8]))
}

/// What lies in a ward's box now, for a run of what changed.
pub(super) struct Previous {
    lies: BTreeMap<(PatientId, String), Last>,
}

impl Previous {
    /// Of runs that came out, oldest first.
    pub fn of(runs: impl Iterator<Item = (Moment, crate::event::SheetsEvent)>) -> Previous {
        Previous { lies: in_box(runs) }
    }

    /// Every summary that lies there, with whose it is.
    pub fn summaries(&self) -> impl Iterator<Item = (&PatientId, &Last)> {
        self.lies.iter().filter(|((_, form), _)| form == "P4").map(|((id, _), last)| (id, last))
    }

    /// The summary of a patient that lies there.
    pub fn summary(&self, id: &PatientId) -> Option<&Last> {
        self.lies.get(&(id.clone(), "P4".to_owned()))
    }

    /// Of these patients those whose summary there says what a new one would, known without reading them: nothing arrived of them
    /// since (message, event, or either of a number linked with theirs), the program and what the sources carry are the same, and
    /// no time has come at which a chart of the same messages turns (a drug ends).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn quiet<'p>(
        &self,
        reader: &Reader,
        patients: impl Iterator<Item = &'p PatientId>,
        now: Moment,
    ) -> Result<BTreeSet<PatientId>, Problem> {
        let ground = ground(reader)?;
        let mut cuts: BTreeMap<&str, Option<Cut>> = BTreeMap::new();
        let mut quiet = BTreeSet::new();
        for id in patients {
            let Some(last) = self.summary(id) else { continue };
            let told = Told::read(&last.digest);
            let within = last.printed <= now && told.until.is_some_and(|until| now < until);
            if !within || told.ground != ground {
                continue;
            }
            let cut = match cuts.entry(&last.cut) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(Cut::read(&last.cut)),
            };
            if let Some(cut) = cut
                && !crate::record::is_told_since(reader, id, cut)?
            {
                quiet.insert(id.clone());
            }
        }
        Ok(quiet)
    }

    /// The summary that lies there with the chart it shows, as it stood then; `None` when that chart cannot be made again.
    pub fn before(&self, reader: &Reader, id: &PatientId) -> Option<paper::Before> {
        let last = self.summary(id)?;
        let record = crate::record::record(reader, id, &Cut::read(&last.cut)?).ok()?;
        let chart = Chart::at(&record, &AsOf::live(last.printed));
        Some(paper::Before { chart, number: last.number.clone(), printed: last.printed })
    }

    /// What comes out of the box and what goes in: for each sheet just made the one whose place it takes, and the sheets of those
    /// who are no longer here.
    pub fn swaps(
        &self,
        reader: &Reader,
        t: Words,
        made: &[crate::event::MadeSheet],
        (bedsides, unread): (&[Bedside], &[PatientId]),
    ) -> Vec<Swap> {
        let whose = |id: &PatientId, form: &str| match bedsides.iter().find(|one| one.id == *id) {
            Some(one) => (format!("{}-{}", one.bed.room, one.bed.bed), one.name(t)),
            None if id.id.is_empty() => {
                let title = paper::form(form).map_or("", |form| form.title[t.lang as usize]);
                (String::new(), format!("{form} {title}"))
            }
            None => (String::new(), id.id.clone()),
        };
        let mut left = self.lies.clone();
        let mut swaps: Vec<Swap> = Vec::new();
        for sheet in made {
            let id = PatientId { authority: sheet.authority.clone(), id: sheet.id.clone() };
            let old = left.remove(&(id.clone(), sheet.form.clone())).unwrap_or_default();
            let (bed, whose) = whose(&id, &sheet.form);
            let printed = (!old.number.is_empty()).then_some(old.printed);
            swaps.push(Swap { bed, whose, new: sheet.number.clone(), old: old.number, printed, pages: old.pages });
        }
        let here: BTreeSet<&PatientId> = bedsides.iter().map(|one| &one.id).chain(unread).collect();
        let gone = left.into_iter().filter(|((id, _), _)| !id.id.is_empty() && !here.contains(id));
        let mut beds: BTreeMap<PatientId, (String, String)> = BTreeMap::new();
        for ((id, _), old) in gone {
            // The box lies by beds: where the patient lay when the old sheet was printed, and the name.
            let known = beds.entry(id.clone()).or_insert_with(|| self.left_from(reader, &id, t));
            let (bed, whose) = known.clone();
            let printed = Some(old.printed);
            swaps.push(Swap { bed, whose, new: String::new(), old: old.number, printed, pages: old.pages });
        }
        swaps
    }
}

impl Previous {
    /// The bed in which somebody lay who is here no longer, and the name as a ward's sheet may show it, with the number.
    fn left_from(&self, reader: &Reader, id: &PatientId, t: Words) -> (String, String) {
        let number = t.with("print-number", &id.id);
        let hidden = crate::confidential::of_person(reader, id).map_or(true, |flags| flags.contains(&Flag::HideName));
        let Some(chart) = self.before(reader, id).map(|before| before.chart) else { return (String::new(), number) };
        let stay = chart.stays.iter().find(|stay| stay.current).or(chart.stays.first());
        let place = stay.map(|stay| stay.place.clone()).unwrap_or_default();
        let bed = if place.room.is_empty() { String::new() } else { format!("{}-{}", place.room, place.bed) };
        let name = if hidden { String::new() } else { chart.patient.name };
        (bed, format!("{name} {number}").trim().to_owned())
    }
}

/// The numbers a swap list takes out, as they are told with it.
pub(super) fn taken_out(swaps: &[Swap]) -> String {
    let out: Vec<&str> = swaps.iter().map(|swap| swap.old.as_str()).filter(|old| !old.is_empty()).collect();
    out.join(" ")
}
