//! A call list on paper (P6C), with a numbered row for each patient, and letters (P6L) to those of a list who were not reached or to all: by mail
//! merge of the text that headquarters keeps (register `mailings`). Each letter is a sheet of its own in the ledger.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chart::{AsOf, Lang, Moment, PatientId};
use paper::{CallLine, CallPrint, NoticeLetter};
use serde::Deserialize;
use store::Reader;

use super::pieces::Write;
use super::whereabouts::given;
use super::{Making, Printed, of_house};
use crate::bookings::day::{named, phones};
use crate::bookings::{Matter, Progress, list_meant, rows};
use crate::confidential::Flags;
use crate::event::{BookingEvent, BookingSaid, Flag};
use crate::finding::hit_of;
use crate::finding::shown::is_kept_back;
use crate::home::Problem;
use crate::names;
use crate::parents::Seen;
use crate::registers::{Item, items, known};
use crate::text::Words;
use crate::web::{Posted, Site, Via, Visit};
use crate::writing::Request;
use crate::writing::telephone::PhoneWish;

/// The register of letter texts.
const MAILINGS: &str = "mailings";
/// Letters of one run: more than a printer puts out in an hour.
const LETTERS_MAX: usize = 500;

/// What is to be printed of a call list.
#[derive(Clone, Debug)]
pub struct CallsOrder {
    /// The list, by name, number or title.
    pub list: String,
    /// `list`: on paper; `letters`: to those who were not reached; `all-letters`.
    pub what: String,
    /// Language of the sheets.
    pub lang: Lang,
    /// Name and role of who prints.
    pub by: (String, String),
}

/// Prints a call list, or letters to who is on it.
///
/// # Errors
/// There is no such list or nobody to write to; the store cannot be read, or the run cannot be written down.
pub fn print(reader: &Reader, order: &CallsOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let list = list_meant(reader, &order.list)?;
    let all = rows(reader, &list.name)?;
    match order.what.as_str() {
        "letters" | "all-letters" => letters(reader, order, &list, &all, now, write),
        _ => on_paper(reader, order, (&list, &all), now, write),
    }
}

/// Rows that are not done. The list remembers the sheet's number, by which rows are entered afterwards.
fn on_paper(
    reader: &Reader,
    order: &CallsOrder,
    (list, all): (&Matter, &[Arc<Matter>]),
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    let t = Words::of(order.lang);
    let progress = Progress::of(all);
    let left = progress.all - progress.in_state("done") - progress.in_state("unreachable");
    let open = all.iter().filter(|row| row.row_state() != "done");
    let print = CallPrint {
        about: format!("{}　{}　{}", list.value("title"), list.value("reason"), t.with("calls-left-of", left)),
        script: list.value("script").lines().map(str::to_owned).collect(),
        lines: open.map(|row| line(reader, row, t)).collect::<Result<_, _>>()?,
    };
    let mut number = String::new();
    let printed = of_house(reader, (order.lang, &order.by), now, write, |making| {
        let id = making.next_id();
        number.clone_from(&id.number);
        let made = making.pack.call_list(&print, &id);
        making.keep(made, id, None, String::new());
    })?;
    let values = [("sheet".to_owned(), number)].into();
    let said = BookingSaid { thing: list.name.clone(), act: "print".into(), values, ..BookingSaid::default() };
    let (by, role) = order.by.clone();
    let wish = PhoneWish::Say { event: BookingEvent::List(said), seen: Seen::default(), at: now.0, again: false };
    write(&Request::Telephone { wish, by, role })?;
    Ok(printed)
}

fn line(reader: &Reader, row: &Matter, t: Words) -> Result<CallLine, Problem> {
    let id = row.patient();
    let (name, kana, born) = who(reader, &id, t)?;
    let hidden = is_kept_back(&*reader.once(Flags::all)?, &id);
    let mut known: Vec<String> = Vec::new();
    for booking in row.value("booking").lines() {
        if let Ok((_, plan)) = named(reader, booking)
            && !plan.postpone.is_empty()
        {
            known.push(format!("{} {}（{}）", t.word("postpone", &plan.postpone), plan.condition, plan.decided_by));
        }
    }
    if !row.tries().is_empty() {
        known.push(t.with("calls-tries", row.tries().len()));
    }
    if row.row_state() == "unreachable" {
        known.push(t.word("calls-outcome", row.value("outcome")));
    }
    known.push(row.value("next").to_owned());
    let planned = [row.value("at"), row.value("department"), row.value("what")].join("　");
    Ok(CallLine {
        no: row.no(),
        name,
        kana,
        number: format!("{}　{born}", id.id),
        // Of whoever is kept back the screen alone has the number.
        phones: if hidden { String::new() } else { phones(reader, &id)?.join(" ") },
        planned: planned.trim().to_owned(),
        known: known.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("　"),
    })
}

/// Name, kana and birth date as a sheet may show them.
fn who(reader: &Reader, id: &PatientId, t: Words) -> Result<(String, String, String), Problem> {
    let mut hit = hit_of(reader, id)?;
    names::tell(&mut hit, &names::all(reader)?);
    let born = hit.birth_date.map_or_else(String::new, |born| born.iso());
    match is_kept_back(&*reader.once(Flags::all)?, id) {
        true => Ok((t.text("print-hidden"), String::new(), born)),
        false => Ok((hit.name, hit.kana, born)),
    }
}

fn letters(
    reader: &Reader,
    order: &CallsOrder,
    list: &Matter,
    all: &[Arc<Matter>],
    now: Moment,
    write: Write<'_>,
) -> Result<Printed, Problem> {
    let to: Vec<&Arc<Matter>> = match order.what.as_str() {
        "letters" => all.iter().filter(|row| row.row_state() == "unreachable").collect(),
        _ => all.iter().collect(),
    };
    if to.is_empty() {
        return Err(Problem::usage(
            "手紙を出す人がいません。「つながらない（手紙へ）」か「番号違い」の行がまだありません。\n\
             Nobody to write to: no row is \"cannot be reached\" or \"wrong number\" yet.",
        ));
    }
    if to.len() > LETTERS_MAX {
        return Err(Problem::usage(format!(
            "{}通あります。一度に印刷するのは{LETTERS_MAX}通までです。リストを分けてください。\n\
             {} letters; at most {LETTERS_MAX} are printed at once: part the list.",
            to.len(),
            to.len()
        )));
    }
    let (t, text) = (Words::of(order.lang), text(reader, list)?);
    // A letter to whom nobody may ask for could be opened by those who may not know: a person decides.
    let (mut merged, mut kept_back) = (Vec::new(), Vec::new());
    for row in to {
        let id = row.patient();
        match crate::confidential::of_person(reader, &id)?.contains(&Flag::NoInquiry) {
            true => kept_back.push(t.with("calls-no-letter", row.no())),
            false => merged.push((id, merge(reader, row, &text, now)?)),
        }
    }
    of_house(reader, (order.lang, &order.by), now, write, |making: &mut Making| {
        for (patient, letter) in &merged {
            let id = making.next_id();
            let made = making.pack.notice_letter(letter, &id);
            making.keep(made, id, Some(patient), String::new());
        }
        making.failed.extend(kept_back);
    })
}

/// The text for a list: that which names it, else the first that stands.
fn text(reader: &Reader, list: &Matter) -> Result<Arc<Item>, Problem> {
    let all = items(reader, known(MAILINGS)?, crate::incident::now(reader)?.as_ref())?;
    let mut stand = all.into_iter().filter(|item| item.struck.is_none() && item.state == "running");
    let title = list.value("title");
    let mut first = None;
    let own = stand.find(|item| {
        let is = item.value("for_list") == title;
        if !is && first.is_none() && item.value("for_list").is_empty() {
            first = Some(Arc::clone(item));
        }
        is
    });
    own.or(first).ok_or_else(|| {
        Problem::usage(
            "手紙の文面がまだありません。本部の台帳「お知らせの文面」に文面を入れてください（用意された例もあります）。\n\
             No letter text yet: headquarters enters one in its register of letter texts (an example is prepared).",
        )
    })
}

/// A letter to the patient of a row: fields in braces are filled in, where nothing is known of one its place is left to write.
fn merge(reader: &Reader, row: &Matter, text: &Item, now: Moment) -> Result<NoticeLetter, Problem> {
    const TO_WRITE: &str = "＿＿＿＿＿＿";
    let id = row.patient();
    let chart = crate::record::chart(reader, &id, &AsOf::live(now))?;
    let mut hit = hit_of(reader, &id)?;
    names::tell(&mut hit, &names::all(reader)?);
    let address = chart.as_ref().and_then(|chart| chart.patient.addresses.first().cloned()).unwrap_or_default();
    let hospital = reader.about().hospital.clone();
    let fields = [
        ("{氏名}", hit.name.as_str()),
        ("{予約日}", row.value("at")),
        ("{診療科}", row.value("department")),
        ("{内容}", row.value("what")),
        ("{新しい日時}", row.value("moved_to")),
        ("{病院}", hospital.as_str()),
        ("{電話}", text.value("phone")),
    ];
    let filled = |line: &str| {
        fields.iter().fold(line.to_owned(), |line, (field, value)| {
            line.replace(field, if value.is_empty() { TO_WRITE } else { value })
        })
    };
    Ok(NoticeLetter {
        address: lines_of(&address),
        number: id.id.clone(),
        title: filled(text.value("heading")),
        text: text.value("text").lines().map(filled).collect(),
        name: hit.name,
    })
}

/// An address of one line: its postcode by itself, then the rest, which the page breaks.
fn lines_of(address: &str) -> Vec<String> {
    let plain = address.trim().trim_start_matches('〒').trim();
    let digits = plain.chars().take_while(|c| c.is_ascii_digit() || *c == '-').count();
    match plain.split_at_checked(digits) {
        Some((code, rest)) if digits >= 7 => vec![format!("〒{code}"), rest.trim().to_owned()],
        _ if plain.is_empty() => Vec::new(),
        _ => vec![plain.to_owned()],
    }
}

/// `POST /sheets/calls`
#[derive(Deserialize)]
pub struct Form {
    list: String,
    #[serde(default)]
    what: String,
}

/// A call list, or letters.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let order = CallsOrder { list: form.list, what: form.what, lang: visit.words.lang, by: visit.by() };
    let (own, write) = (site.clone(), site.writer());
    let printed = site.read(move |reader| print(reader, &order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}

#[cfg(test)]
mod tests {
    use super::lines_of;

    #[test]
    fn the_postcode_of_an_address_stands_by_itself() {
        for (address, lines) in [
            ("426-8677 静岡県藤枝市駿河台4-1-11", &["〒426-8677", "静岡県藤枝市駿河台4-1-11"][..]),
            ("〒4268677静岡県", &["〒4268677", "静岡県"]),
            ("静岡県藤枝市", &["静岡県藤枝市"]),
            ("", &[]),
        ] {
            assert_eq!(lines_of(address), lines, "{address}");
        }
    }
}
