//! `andon search`: the same search as the page.

use super::args::Search;
use super::{say, say_json, seen};
use crate::home::{Exit, Home, Problem};
use crate::ward;

/// Finds and prints; exit 1 when nobody is found.
///
/// # Errors
/// When the home does not open.
pub fn run(home: &Home, args: &Search) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let (hits, more) = ward::search(&reader, &args.query.join(" "), usize::from(args.limit))?;
    let exit = if hits.is_empty() { Exit::Failed } else { Exit::Ok };
    seen(home, "search", "", &args.query.join(" "), exit);
    if args.json {
        say_json(&serde_json::json!({ "training": reader.about().training, "hits": hits, "more": more }))?;
        return Ok(exit);
    }
    if reader.about().training {
        say("【訓練】患者はすべて架空です。 / TRAINING: every patient is invented.");
    }
    if hits.is_empty() {
        say("見つかりません。コピーにないことは、受診歴がないことを意味しません。 / Not found in this copy.");
    }
    for hit in &hits {
        let same = if hit.same_name > 1 { "  ⚠同姓同名 same name" } else { "" };
        let former = if hit.former_names.is_empty() {
            String::new()
        } else {
            format!("（旧 {}）", hit.former_names.join("・"))
        };
        let birth = hit.birth_date.map_or_else(|| "----".to_owned(), |birth| birth.to_string());
        say(&format!("{:<12} {}{former}  {}  {birth}  {}{same}", hit.id, hit.name, hit.kana, hit.sex_words()));
    }
    if more {
        let shown = hits.len();
        say(&format!(
            "はじめの {shown} 人だけです。ほかにもいるか、いる可能性があります。 / Only the first {shown}: there are more, or may be."
        ));
    }
    Ok(exit)
}
