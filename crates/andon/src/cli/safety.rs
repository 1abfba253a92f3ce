//! `andon safety`: incident reports counted by cause and week. To report: `andon register safety add`.

use serde_json::json;

use super::args::Safety;
use super::{say, say_json};
use crate::home::{Exit, Home, Problem};
use crate::registers::all;
use crate::safety::{REGISTER, counts::counts};
use crate::text::{Lang, Words};
use crate::world;

/// Counts what was reported.
///
/// # Errors
/// When the home does not open.
pub fn run(home: &Home, args: &Safety) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let mut items = all(&reader)?.to_vec();
    items.retain(|item| item.register == REGISTER);
    let counts = counts(&items, usize::from(args.weeks), world::now());
    if args.json {
        say_json(&json!({"training": reader.about().training, "counts": counts}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    say(&t.with("safety-count", counts.all));
    say(&t.with("safety-of-paper", counts.of_paper));
    say(&counts.weeks.join("  "));
    for of in &counts.causes {
        let cause = if of.cause.is_empty() { t.text("safety-no-cause") } else { t.word("item-choice", of.cause) };
        let weeks: Vec<String> = of.weeks.iter().map(|count| format!("{count:>3}")).collect();
        say(&format!("{}  {}  {cause}", weeks.concat(), of.all));
        for change in &of.changes {
            say(&format!("    → {} {}（{}）", change.on, change.changed, change.report));
        }
    }
    Ok(Exit::Ok)
}
