//! `andon print labels`: how labels are printed at this site, seen and set.

use serde_json::json;

use super::args::PrintLabels;
use super::print::by;
use super::{say, say_json, write};
use crate::event::{LabelSaid, RunsEvent};
use crate::home::{Exit, Home, Problem, wrong};
use crate::printing::labels::{self, LabelRule};
use crate::text::{Lang, Words};
use crate::writing::Request;

/// Shows the settings, or changes those of one kind.
///
/// # Errors
/// When the home does not open, what is said cannot be printed, or the store refuses.
pub fn run(home: &Home, args: &PrintLabels) -> Result<Exit, Problem> {
    if args.set {
        set(home, args)?;
    }
    list(home, args)
}

fn set(home: &Home, args: &PrintLabels) -> Result<(), Problem> {
    let kind = args.kind.as_deref().and_then(|code| paper::LabelKind::of_code(&code.to_ascii_uppercase()));
    let kind = kind.ok_or_else(|| Problem::usage("L1 / L2 / L3"))?;
    let told = labels::told(&home.reader()?)?.into_iter().find(|(rule, ..)| rule.kind == kind);
    let now = told.map(|(_, said, _)| said).unwrap_or_default();
    let text = |given: &Option<String>, now: String| given.clone().unwrap_or(now);
    let range = args.range.as_ref().and_then(|range| <[String; 2]>::try_from(range.clone()).ok());
    let said = match args.usual {
        true => LabelSaid { kind: now.kind, ..LabelSaid::default() },
        false => LabelSaid {
            stock: text(&args.stock, now.stock),
            bars: text(&args.bars, now.bars),
            digits: args.digits.map_or(now.digits, |digits| digits.to_string()),
            range: range.unwrap_or(now.range),
            kind: now.kind,
        },
    };
    LabelRule::read(&said).map_err(|no| {
        let [ja, en] = [Lang::Ja, Lang::En].map(|lang| Words::of(lang).word("label-no", no));
        wrong(&ja, &en)
    })?;
    let (by, role) = by(args.by.as_deref());
    write::write(home, &Request::Runs { event: RunsEvent::Label(said), by, role })?;
    Ok(())
}

fn list(home: &Home, args: &PrintLabels) -> Result<Exit, Problem> {
    let (reader, t) = (home.reader()?, Words::of(Lang::Ja));
    let wanted =
        |rule: &LabelRule| args.kind.as_ref().is_none_or(|code| rule.kind.info().code.eq_ignore_ascii_case(code));
    let mut rows = Vec::new();
    for (rule, _, by) in labels::told(&reader)?.into_iter().filter(|(rule, ..)| wanted(rule)) {
        let code = rule.kind.info().code;
        let (stock, bars, [from, to]) = (rule.stock.text(), rule.bars_word(), &rule.range);
        if !args.json {
            let digits = rule.digits.map_or_else(|| "—".to_owned(), |digits| digits.to_string());
            let who = if by.is_empty() { t.text("label-usual") } else { by.clone() };
            say(&format!(
                "{code} {}  {stock}  {}  {digits}  {from}〜{to}  {who}",
                rule.kind.info().title[0],
                t.word("bars", bars)
            ));
        }
        rows.push(
            json!({"kind": code, "stock": stock, "bars": bars, "digits": rule.digits, "range": rule.range, "said": by}),
        );
    }
    if args.json {
        say_json(&json!({ "labels": rows }))?;
    }
    Ok(Exit::Ok)
}
