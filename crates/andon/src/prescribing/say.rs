//! Writing an order that stands on paper, and what becomes of it. It is held against the chart once more when it is written: something may
//! have come since somebody looked.

use chart::prescribing::{Checked, check};
use chart::{AsOf, Moment, Order, PatientId};
use store::{NewEvent, Reader, Writer};

use super::read::LINES_MAX;
use crate::event::{self, Event, ORDER_ACTS, ORDER_FIELDS, ORDER_KINDS, OrderActed, OrderEvent, OrderSaid};
use crate::fields::short_name;
use crate::home::{Problem, one_of, wrong};
use crate::orders::{self, drug};
use crate::record;
use crate::text::one_line;
use crate::writing::Answer;

/// Characters of a field, of a reason.
const WORDS_MAX: usize = 200;

/// What lines are held against; `None` for a number of which nothing is known.
///
/// # Errors
/// When the store cannot be read.
pub fn checked(reader: &Reader, said: &OrderSaid, now: Moment) -> Result<Option<Checked>, Problem> {
    let patient = PatientId { authority: said.authority.clone(), id: said.id.clone() };
    let chart = record::chart(reader, &patient, &AsOf::live(now))?;
    let lines: Vec<_> = said.lines.iter().map(|line| drug(line, Order::default())).collect();
    Ok(chart.map(|chart| check(&chart, &lines, "")))
}

/// Writes what is said.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(
    writer: &mut Writer,
    event: &OrderEvent,
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    if by.0.trim().is_empty() {
        return Err(wrong("だれが入力したかを書いてください（--by）。", "Say who enters it (--by)."));
    }
    let event = match event {
        OrderEvent::Written(said) => OrderEvent::Written(written(writer, said, now)?),
        OrderEvent::Acted(said) => OrderEvent::Acted(acted(writer, said)?),
    };
    let number = match &event {
        OrderEvent::Written(_) => {
            let head = writer.head();
            short_name(&format!("{}/{}/{}", head.station, head.incarnation, head.next_no))
        }
        OrderEvent::Acted(said) => short_name(&said.order),
    };
    let new = event::new_event(&Event::Order(event), by, now).ok_or_else(|| Problem::failed("event"))?;
    writer.append_events(&[NewEvent { event_time: at, ..new }])?;
    Ok(Answer::Said { incident: String::new(), number })
}

fn written(writer: &Writer, said: &OrderSaid, now: Moment) -> Result<OrderSaid, Problem> {
    one_of(&said.kind, &ORDER_KINDS)?;
    if said.lines.is_empty() || said.lines.len() > LINES_MAX {
        return Err(wrong("薬を一行に一つ書いてください。", "Write a drug a line."));
    }
    let Some(checked) = checked(writer, said, now)? else {
        return Err(wrong(
            "この番号の患者はコピーにも、この端末の仮患者にもいません。番号を読み直してください。",
            "Nobody has this number, neither in the copy nor among temporary patients: read it once more.",
        ));
    };
    let mut values = said.values.clone();
    values.retain(|field, value| ORDER_FIELDS.contains(&field.as_str()) && !value.trim().is_empty());
    values.values_mut().for_each(|value| *value = one_line(value, WORDS_MAX));
    if !values.contains_key("doctor") {
        return Err(wrong("処方・指示をした医師の名前を書いてください。", "Write which doctor ordered it."));
    }
    if checked.asks_name() && (!values.contains_key("named") || !values.contains_key("why")) {
        return Err(wrong(
            "照合で見つかったことがあります。進めるときは、確認した医師・薬剤師の名前と理由を書いてください。",
            "Something was found. To go on, write the name of the doctor or pharmacist who looked at it, and why.",
        ));
    }
    Ok(OrderSaid { values, ..said.clone() })
}

fn acted(writer: &Writer, said: &OrderActed) -> Result<OrderActed, Problem> {
    one_of(&said.act, &ORDER_ACTS)?;
    let order = orders::all(writer)?.into_iter().find(|order| order.name == said.order || order.short() == said.order);
    let order = order.ok_or_else(|| wrong("その番号の指示はありません。", "There is no order of this number."))?;
    if order.struck.is_some() || (said.act == "stop" && order.stopped.is_some()) {
        return Err(wrong("もう中止・取消されています。", "It was stopped or struck already."));
    }
    if said.words.trim().is_empty() {
        return Err(wrong("理由を書いてください。", "Say why."));
    }
    Ok(OrderActed {
        authority: order.said.authority.clone(),
        id: order.said.id.clone(),
        order: order.name,
        act: said.act.clone(),
        words: one_line(&said.words, WORDS_MAX),
    })
}
