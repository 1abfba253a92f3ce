//! `andon print`: a ward's pack or a patient's summary as PDF, the same as the page's button gives.

use std::path::Path;

use serde_json::{Value, json};

use super::args::{
    Print, PrintActionCards, PrintCalls, PrintCards, PrintChronology, PrintPatient, PrintQueue, PrintRegister,
    PrintResults, PrintSheet, PrintTo, PrintVisit, PrintWard,
};
use super::{meant, os_user, printing, say, say_json, seen, write};
use crate::chronology::Wanted;
use crate::event::Scope;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::sheets::action::CardsOrder;
use crate::sheets::calls::CallsOrder;
use crate::sheets::chronology::ChronologyOrder;
use crate::sheets::forms::{self, FormOrder};
use crate::sheets::layout::Placed;
use crate::sheets::ledger::class_word;
use crate::sheets::pieces::Write;
use crate::sheets::registers::RegistersOrder;
use crate::sheets::rules::Form;
use crate::sheets::runs::RunOrder;
use crate::sheets::visits::{QueueOrder, VisitOrder};
use crate::sheets::{self, Order, Printed};
use crate::text::Lang;
use crate::{ward, world};

/// Prints; exit 3 when a sheet could not be made, or not whole.
///
/// # Errors
/// When nobody is there, the file cannot be written, or the run cannot be written down.
pub fn run(home: &Home, asked: &Print) -> Result<Exit, Problem> {
    match asked {
        Print::Ward(args) => of_ward(home, args),
        Print::Patient(args) => of_patient(home, args),
        Print::Sheet(args) => sheet(home, args),
        Print::Appointments(args) => printing::of_days(home, "appointments", args),
        Print::Packets(args) => printing::of_days(home, "packets", args),
        Print::Cards(args) => cards(home, args),
        Print::Chronology(args) => chronology(home, args),
        Print::Agenda(to) => of_headquarters(home, to, |reader, by, write| {
            sheets::registers::print_agenda(reader, by, world::now(), write)
        }),
        Print::Dialysis(to) => {
            of_headquarters(home, to, |reader, by, write| sheets::dialysis::print(reader, by, world::now(), write))
        }
        Print::ActionCards(args) => action_cards(home, args),
        Print::Register(args) => registers(home, args),
        Print::Visit(args) => visit(home, args),
        Print::Queue(args) => queue(home, args),
        Print::Calls(args) => calls(home, args),
        Print::Results(args) => results(home, args),
        Print::Labels(args) => super::labels::run(home, args),
        Print::Institution(args) => super::institution::run(home, args),
    }
}

/// How sheets of headquarters and the desk are made: language, and name and role of who prints.
type By = (Lang, (String, String));

/// Prints what headquarters or the desk asks for, of one moment.
fn of_headquarters(
    home: &Home,
    to: &PrintTo,
    print: impl FnOnce(&store::Reader, By, Write<'_>) -> Result<Printed, Problem>,
) -> Result<Exit, Problem> {
    let who = (lang(to.english), by(to.by.as_deref()));
    world::can_be_written(&to.out)?;
    let printed = home.reader()?.steady(|reader| print(reader, who, &|wish| write::write(home, wish)))??;
    give(home, &printed, "", &to.out, to.json)
}

/// The chronology of the present incident.
fn chronology(home: &Home, args: &PrintChronology) -> Result<Exit, Problem> {
    let wanted = Wanted { log: args.log.clone(), all: args.all, open: args.open, key: args.key, ..Wanted::default() };
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        let order = ChronologyOrder { wanted, wall: args.wall, lang, by };
        sheets::chronology::print(reader, &order, world::now(), write)
    })
}

/// Action cards as they stand.
fn action_cards(home: &Home, args: &PrintActionCards) -> Result<Exit, Problem> {
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        let order = CardsOrder { of: args.of.clone(), lang, by };
        sheets::action::print(reader, &order, world::now(), write)
    })
}

/// Registers of headquarters as they stand, or stood.
fn registers(home: &Home, args: &PrintRegister) -> Result<Exit, Problem> {
    let as_of = args.at.as_deref().map(super::chart::read_time).transpose()?;
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        let order = RegistersOrder { registers: args.registers.clone(), open: args.open, as_of, lang, by };
        sheets::registers::print(reader, &order, world::now(), write)
    })
}

/// The packet of a visit.
fn visit(home: &Home, args: &PrintVisit) -> Result<Exit, Problem> {
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        let order = VisitOrder { visit: args.ticket.clone(), card_only: args.card_only, lang, by };
        sheets::visits::print(reader, &order, world::now(), write)
    })
}

/// The queue on paper.
fn queue(home: &Home, args: &PrintQueue) -> Result<Exit, Problem> {
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        let clinics = crate::visits::clinics::all(reader)?;
        let clinic = crate::visits::clinics::named(&clinics, &args.department);
        let department = clinic.map_or_else(|| args.department.clone(), |clinic| clinic.letter.clone());
        sheets::visits::print_queue(reader, &QueueOrder { department, lang, by }, world::now(), write)
    })
}

/// A call list on paper, or letters to who is on it.
fn calls(home: &Home, args: &PrintCalls) -> Result<Exit, Problem> {
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        let what = match (args.all, args.letters) {
            (true, _) => "all-letters",
            (_, true) => "letters",
            _ => "list",
        };
        let order = CallsOrder { list: args.list.clone(), what: what.to_owned(), lang, by };
        sheets::calls::print(reader, &order, world::now(), write)
    })
}

/// The results of a patient by day.
fn results(home: &Home, args: &PrintResults) -> Result<Exit, Problem> {
    let id = super::meant(home, &args.id, None)?;
    of_headquarters(home, &args.to, |reader, (lang, by), write| {
        sheets::results::print(reader, &id, (lang, &by), world::now(), write)
    })
}

/// Forms by code: for a patient, or blank.
fn sheet(home: &Home, args: &PrintSheet) -> Result<Exit, Problem> {
    let (Some(name), Some(out)) = (&args.form, &args.out) else { return list(args.json) };
    let codes = forms::named(name);
    if codes.is_empty() {
        return Err(Problem::usage(format!(
            "{name}: この帳票はありません。`andon print sheet --list` に一覧があります。病棟の束（P5 など）は `andon print ward`。\n\
             {name}: no such form; `andon print sheet --list` shows them. Sheets of a ward (P5 …): `andon print ward`."
        )));
    }
    let temporary = args.temporary || forms::is_temporary_set(name);
    if temporary && args.patient.is_some() {
        return Err(Problem::usage(
            "TEMP は新しい仮患者のものです。--patient は要りません。 / TEMP is for new temporary patients: no --patient.",
        ));
    }
    if args.patient.is_none() && !temporary && codes.iter().any(|code| forms::needs_patient(code)) {
        return Err(Problem::usage(format!(
            "{name}: 患者番号が要ります（--patient 番号）。 / {name}: needs a patient's number (--patient ID)."
        )));
    }
    let patient = args.patient.as_ref().map(|id| meant(home, id, args.authority.as_deref())).transpose()?;
    let about = patient.as_ref().map_or_else(String::new, |id| format!("{}/{}", id.authority, id.id));
    let ward = match &args.ward {
        Some(asked) => super::ward::named(ward::wards(&home.reader()?)?, asked)?,
        None => String::new(),
    };
    let order = FormOrder {
        ward,
        codes,
        patient,
        copies: args.copies as usize,
        temporary,
        zpl: args.zpl,
        skip: args.skip as usize,
        specimens: args.specimens.clone(),
        count: args.count,
        lang: lang(args.english),
        by: by(args.by.as_deref()),
    };
    world::can_be_written(out)?;
    let printed = home
        .reader()?
        .steady(|reader| forms::print_forms(reader, &order, world::now(), &|wish| write::write(home, wish)))??;
    give(home, &printed, &about, out, args.json)
}

/// Every form that can be printed by itself.
fn list(as_json: bool) -> Result<Exit, Problem> {
    let labels = paper::LabelKind::ALL.map(paper::LabelKind::info);
    let others = ["P12B", "PH"].into_iter().filter_map(paper::form);
    let all: Vec<paper::FormInfo> = paper::forms().chain(labels).chain(others).collect();
    let [code, ja, en] = forms::TEMPORARY_WORDS;
    if as_json {
        let row = |form: &paper::FormInfo| json!({"form": form.code, "title": form.title[0], "title_en": form.title[1], "patient": form.of_patient, "class": class_word(form.class)});
        let packet = json!({"form": code, "title": ja, "title_en": en, "patient": true, "class": "return"});
        say_json(&json!({"forms": all.iter().map(row).chain([packet]).collect::<Vec<_>>()}))?;
        return Ok(Exit::Ok);
    }
    for form in all {
        say(&format!("{:<5} {} / {}", form.code, form.title[0], form.title[1]));
    }
    say(&format!("{code:<5} {ja} / {en}"));
    Ok(Exit::Ok)
}

fn of_ward(home: &Home, args: &PrintWard) -> Result<Exit, Problem> {
    let order = |ward: &str| Order {
        scope: Scope::Ward(ward.to_owned()),
        forms: if args.only.is_empty() { Form::ALL.to_vec() } else { args.only.clone() },
        orders: args.orders,
        changed_only: args.changed,
        boxed: false,
        lang: lang(args.english),
        by: by(args.by.as_deref()),
    };
    let wards = match &args.ward {
        Some(asked) => vec![super::ward::named(ward::wards(&home.reader()?)?, asked)?],
        None => Vec::new(),
    };
    let Some(out) = &args.out.out else { return to_printer(home, args, wards) };
    match wards.first() {
        Some(ward) => one(home, &order(ward), out, args.json),
        None => all(home, args, out, order),
    }
}

/// The packs of wards to a printer; of all wards where none is named.
fn to_printer(home: &Home, args: &PrintWard, wards: Vec<String>) -> Result<Exit, Problem> {
    let order = RunOrder {
        what: vec![if args.orders { "orders" } else { "wards" }.to_owned()],
        wards,
        changed: args.changed,
        lang: lang(args.english),
        by: by(args.by.as_deref()),
        ..RunOrder::default()
    };
    printing::one(home, &order, &args.out, args.json)
}

/// 初動カード.
fn cards(home: &Home, args: &PrintCards) -> Result<Exit, Problem> {
    let order = RunOrder {
        what: vec!["cards".to_owned()],
        lang: lang(args.english),
        by: by(args.by.as_deref()),
        ..RunOrder::default()
    };
    printing::one(home, &order, &args.out, args.json)
}

/// Every ward into one file where that ends in `.pdf`, else into a folder, a file each. A ward's code may hold anything, so files are named by its place in the list.
fn all(home: &Home, args: &PrintWard, out: &Path, order: impl Fn(&str) -> Order) -> Result<Exit, Problem> {
    let wards = ward::wards(&home.reader()?)?;
    let is_file = out.extension().is_some_and(|end| end.eq_ignore_ascii_case("pdf")) && !out.is_dir();
    if is_file {
        return whole(home, (out, args.json), &wards, &order(""));
    }
    std::fs::create_dir_all(out)?;
    let mut exit = Exit::Ok;
    for (at, ward::WardCount { ward, .. }) in wards.iter().enumerate() {
        let plain: String = ward.chars().filter(|c| c.is_alphanumeric()).take(20).collect();
        let file = out.join(format!("{:02}-{plain}.pdf", at + 1));
        if one(home, &order(ward), &file, args.json)? == Exit::Partial {
            exit = Exit::Partial;
        }
    }
    Ok(exit)
}

/// Every ward as one document and one run.
fn whole(
    home: &Home,
    (out, as_json): (&Path, bool),
    wards: &[ward::WardCount],
    order: &Order,
) -> Result<Exit, Problem> {
    world::can_be_written(out)?;
    let scopes: Vec<Scope> = wards.iter().map(|one| Scope::Ward(one.ward.clone())).collect();
    let printed = home
        .reader()?
        .steady(|reader| sheets::print_all(reader, &scopes, order, world::now(), &|wish| write::write(home, wish)))??;
    give(home, &printed, "ward:*", out, as_json)
}

fn of_patient(home: &Home, args: &PrintPatient) -> Result<Exit, Problem> {
    let id = meant(home, &args.id, args.authority.as_deref())?;
    let order = Order {
        scope: Scope::Patient { authority: id.authority, id: id.id },
        forms: vec![Form::Summary],
        orders: false,
        changed_only: false,
        boxed: false,
        lang: lang(args.english),
        by: by(args.by.as_deref()),
    };
    one(home, &order, &args.out, args.json)
}

pub(super) fn lang(english: bool) -> Lang {
    if english { Lang::En } else { Lang::Ja }
}

pub(super) fn by(given: Option<&str>) -> (String, String) {
    (given.map_or_else(os_user, str::to_owned), Role::Operator.code().to_owned())
}

/// One run into one file.
fn one(home: &Home, order: &Order, out: &Path, as_json: bool) -> Result<Exit, Problem> {
    world::can_be_written(out)?;
    let reader = home.reader()?;
    let printed =
        reader.steady(|reader| sheets::print(reader, order, world::now(), &|wish| write::write(home, wish)))??;
    let about = match &order.scope {
        Scope::Ward(ward) => format!("ward:{ward}"),
        Scope::Patient { authority, id } => format!("{authority}/{id}"),
        Scope::House => String::new(),
    };
    give(home, &printed, &about, out, as_json)
}

/// What was printed, into its file; first who printed it is written down.
pub(super) fn give(home: &Home, printed: &Printed, about: &str, out: &Path, as_json: bool) -> Result<Exit, Problem> {
    let exit = if printed.is_whole() { Exit::Ok } else { Exit::Partial };
    seen(home, "print", about, &format!("run {}", printed.run), exit);
    if !printed.sheets.is_empty() {
        world::write_private(out, &printed.pdf)?;
    }
    tell(printed, out, as_json)?;
    Ok(exit)
}

/// A box that can be read when its sheet comes back; `None` for a code.
fn of_box(number: &str, one: &Placed) -> Option<Value> {
    let kind = one.sort.word()?;
    let area = one.area.map(|tenths| f64::from(tenths) / 10.0);
    Some(
        json!({"sheet": number, "page": one.page, "name": one.name, "kind": kind, "label": one.asks, "option": one.option, "area": area}),
    )
}

fn tell(printed: &Printed, out: &Path, as_json: bool) -> Result<(), Problem> {
    let pages: u32 = printed.sheets.iter().map(|sheet| sheet.pages).sum();
    let Printed { run, sheets, unchanged, failed, flawed, .. } = printed;
    if as_json {
        let file = (!sheets.is_empty()).then(|| out.display().to_string());
        let boxes: Vec<Value> = printed
            .boxes
            .iter()
            .flat_map(|(number, boxes)| boxes.iter().filter_map(|one| of_box(number, one)))
            .collect();
        return say_json(&json!({
            "run": run, "file": file, "pages": pages, "sheets": sheets, "unchanged": unchanged, "failed": failed,
            "flawed": flawed, "boxes": boxes,
        }));
    }
    let (many, out) = (sheets.len(), out.display());
    match sheets.is_empty() {
        true if *unchanged == 0 => say("印刷するものはありません。 / Nothing to print."),
        true => say(&format!(
            "印刷するものはありません（変わらない患者 {unchanged} 人）。 / Nothing to print ({unchanged} unchanged)."
        )),
        false => say(&format!(
            "{out}: 帳票 {many} 枚組、{pages} ページ（第 {run} 回、変わらない患者 {unchanged} 人を省略） / {many} sheets, {pages} pages (run {run}; {unchanged} unchanged left out)"
        )),
    }
    for why in failed.iter().chain(flawed) {
        say(&format!("  ⚠ {why}"));
    }
    Ok(())
}
