//! `andon search`: the same search as the page.

use super::args::Search;
use super::{say, say_json, seen};
use crate::finding;
use crate::home::{Exit, Home, Problem};

/// Finds and prints; exit 1 when nobody is found.
///
/// # Errors
/// When the home does not open.
pub fn run(home: &Home, args: &Search) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let finding::Search { hits, more, missing_number, .. } =
        finding::search(&reader, &args.query.join(" "), usize::from(args.limit))?;
    let exit = if hits.is_empty() { Exit::Failed } else { Exit::Ok };
    seen(home, "search", "", &args.query.join(" "), exit);
    if args.json {
        say_json(
            &serde_json::json!({ "training": reader.about().training, "hits": hits, "more": more, "missing_number": missing_number }),
        )?;
        return Ok(exit);
    }
    if reader.about().training {
        say("【訓練】患者はすべて架空です。 / TRAINING: every patient is invented.");
    }
    if let Some(number) = &missing_number {
        say(&format!(
            "番号 {number} の患者はこのコピーにいません。似た番号は示しません。かな・生年月日でさがし直してください。\n\
             No patient of number {number} is in this copy; numbers like it are not shown. Look by kana or birth date."
        ));
    }
    if hits.is_empty() {
        say("見つかりません。コピーにないことは、受診歴がないことを意味しません。 / Not found in this copy.");
    }
    for hit in &hits {
        let same = match (hit.same_name > 1, hit.same_reading) {
            (true, _) => "  ⚠同姓同名 same name",
            (_, true) => "  ⚠同じ読み same reading",
            _ => "",
        };
        let place = hit.place.as_ref().map_or_else(String::new, |place| {
            format!("  入院中 in hospital {} {} {}", place.ward, place.room, place.bed)
        });
        let former = if hit.former_names.is_empty() {
            String::new()
        } else {
            format!("（旧 {}）", hit.former_names.join("・"))
        };
        let birth = hit.birth_date.map_or_else(|| "----".to_owned(), |birth| birth.to_string());
        let name = if hit.temporary { "仮患者 temporary" } else { hit.name.as_str() };
        say(&format!("{:<12} {name}{former}  {}  {birth}  {}{place}{same}", hit.id, hit.kana, hit.sex_words()));
    }
    if more {
        let shown = hits.len();
        say(&format!(
            "はじめの {shown} 人だけです。ほかにもいるか、いる可能性があります。 / Only the first {shown}: there are more, or may be."
        ));
    }
    Ok(exit)
}
