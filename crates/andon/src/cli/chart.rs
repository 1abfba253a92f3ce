//! `andon chart ID`: one patient's downtime chart, as text or as the JSON that docs/json.md describes.

use chart::Moment;

use super::args::Chart;
use super::{say, say_json, seen};
use crate::home::{Exit, Home, Problem};
use crate::ward;

/// Prints the chart; exit 3 when something in it could not be read or a source is silent.
///
/// # Errors
/// When the home does not open, the time is unreadable, or no such patient is in the copy.
pub fn run(home: &Home, args: &Chart) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let now = crate::world::now();
    let moment = args.at.as_deref().map(read_time).transpose()?;
    let patient = super::meant(home, &args.id, args.authority.as_deref())?;
    let Some(chart) = ward::chart(&reader, &patient, moment, now)? else {
        return Err(Problem::failed(
            "この番号の患者はこのコピーにありません。`andon search` で確かめてください。\n\
             No patient of this number is in this copy; try `andon search`.",
        ));
    };
    let exit = if chart.faults.is_empty() { Exit::Ok } else { Exit::Partial };
    seen(home, "chart", &format!("{}/{}", patient.authority, patient.id), "", exit);
    let (doubts, training) = (ward::doubts(&reader, &patient)?, reader.about().training);
    if args.json {
        say_json(&ward::ChartJson { training, doubts: &doubts, chart: &chart })?;
    } else {
        say(&ward::plain(&chart, &doubts, training));
    }
    Ok(exit)
}

/// A moment from the command line.
///
/// # Errors
/// When it is none.
pub fn read_time(text: &str) -> Result<Moment, Problem> {
    ward::read_moment(text).ok_or_else(|| {
        Problem::usage(format!(
            "{text}: 時刻として読めません。例 2021-10-31T00:30\n{text}: not a time. Try 2021-10-31T00:30"
        ))
    })
}
