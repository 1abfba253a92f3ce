//! Numbers of one laboratory item over time: a small drawing, and the same in words for whoever cannot see it. Pure.
//!
//! Only what a laboratory sent as a final number (OBX-2 `NM`) is drawn: `< 0.5`, text, preliminary results and results in
//! several units stay words, since a line through them would say more than is known.

use chart::labs::LabSeries;
use chart::{Item, Lab, Moment};

use super::{Writer, joined};
use crate::ranges::{against, number, range};

/// Results drawn, the newest: more would be one smear on a drawing of this width.
const POINTS_MAX: usize = 60;
/// Part of the values' span left free above and below.
const MARGIN: f64 = 0.15;
/// The drawing's plane in its own units (the view box of `trend.html` is 208 × 64): left, right, top, bottom.
const PLANE: [f64; 4] = [6.0, 202.0, 7.0, 43.0];

/// A drawing, ready for the template: numbers in the units of its view box.
pub struct Trend {
    /// What it shows, in words.
    pub label: String,
    /// The reference range: top and height.
    pub band: Option<(String, String)>,
    /// Points of the line, `x,y x,y …`.
    pub line: String,
    /// Each result but the last.
    pub dots: Vec<(String, String)>,
    /// The last result.
    pub last: (String, String),
    /// The last result lies outside the reference range.
    pub out: bool,
    /// First and last day, for the axis.
    pub days: (String, String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    at: Moment,
    value: f64,
}

/// The drawing of a series; `None` where there are not two numbers to draw.
pub(super) fn trend(w: Writer<'_>, series: &LabSeries) -> Option<Trend> {
    let points = points(series);
    let (first, last) = (*points.first()?, *points.last()?);
    if points.len() < 2 || series.units_differ {
        return None;
    }
    let range = range(&series.latest.range);
    let place = scale(&points, range);
    let drawn: Vec<(String, String)> = points.iter().map(|point| place(*point)).collect();
    let line = drawn.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
    let (last_drawn, dots) = drawn.split_last()?;
    Some(Trend {
        label: words(w, series, &points, range),
        band: band(&place, last, range),
        line,
        dots: dots.to_vec(),
        last: last_drawn.clone(),
        out: against(last.value, range) != "within" && range != (None, None),
        days: (first.at.day().to_string(), last.at.day().to_string()),
    })
}

/// The numbers of a series, oldest first, one a time of sampling: of several the one that settles it, which comes first.
fn points(series: &LabSeries) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for point in series.results().filter_map(point) {
        if points.last().is_none_or(|last| last.at != point.at) {
            points.push(point);
        }
    }
    points.truncate(POINTS_MAX);
    points.reverse();
    points
}

fn point(item: &Item<Lab>) -> Option<Point> {
    let settled = matches!(item.status.as_str(), "F" | "C" | "");
    let value = number(&item.value.value).filter(|_| settled && item.value_type == "NM")?;
    Some(Point { at: item.time?.start, value })
}

/// From a point to its place in the plane: time to the right, values up, with the reference range in sight.
fn scale(points: &[Point], range: (Option<f64>, Option<f64>)) -> impl Fn(Point) -> (String, String) {
    let values = || points.iter().map(|point| point.value).chain(range.0).chain(range.1);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    // Room above and below, so that the edges of the reference range can be seen.
    let (low, high) = (low - (high - low) * MARGIN, high + (high - low) * MARGIN);
    let from = points.first().map_or(0, |point| point.at.0);
    let span = points.last().map_or(1, |point| point.at.0 - from).max(1) as f64;
    let [left, right, top, bottom] = PLANE;
    move |point| {
        let x = left + (right - left) * ((point.at.0 - from) as f64 / span);
        // Numbers that are all one lie in the middle.
        let up = if high > low { (point.value - low) / (high - low) } else { 0.5 };
        (format!("{x:.1}"), format!("{:.1}", bottom - (bottom - top) * up))
    }
}

/// Top and height of the reference range; open at one end it reaches the plane's edge.
fn band(
    place: &impl Fn(Point) -> (String, String),
    any: Point,
    range: (Option<f64>, Option<f64>),
) -> Option<(String, String)> {
    let y = |value: f64| place(Point { value, ..any }).1.parse::<f64>().ok();
    let (top, bottom) = match range {
        (None, None) => return None,
        (low, high) => (high.map_or(Some(PLANE[2]), y)?, low.map_or(Some(PLANE[3]), y)?),
    };
    // A range that is one number is a line that can still be seen.
    Some((format!("{top:.1}"), format!("{:.1}", (bottom - top).max(1.0))))
}

fn words(w: Writer<'_>, series: &LabSeries, points: &[Point], range: (Option<f64>, Option<f64>)) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let course = match last.value.total_cmp(&first.value) {
        std::cmp::Ordering::Greater => "up",
        std::cmp::Ordering::Less => "down",
        std::cmp::Ordering::Equal => "same",
    };
    let told = |point: &Point| format!("{} {}", point.at.day(), point.value);
    let unit = series.latest.unit.shown();
    let left_out = series.results().count() - points.len();
    joined([
        w.t.with("trend-of", series.name.clone()),
        w.t.with("trend-count", points.len()),
        format!("{} → {} {unit}", told(first), told(last)),
        w.t.word("trend", course),
        if range == (None, None) { String::new() } else { w.t.word("trend-range", against(last.value, range)) },
        if left_out == 0 { String::new() } else { w.t.with("trend-left-out", left_out) },
    ])
}

#[cfg(test)]
mod tests {
    use chart::{AsOf, Coded, When};

    use super::*;
    use crate::text::{Lang, Words};

    fn lab(day: &str, value: &str, value_type: &str, status: &str) -> Item<Lab> {
        let lab = Lab {
            value: value.into(),
            value_type: value_type.into(),
            status: status.into(),
            range: "0.46-1.07".into(),
            unit: Coded { text: "mg/dL".into(), ..Coded::default() },
            ..Lab::default()
        };
        Item {
            value: lab.into(),
            time: When::parse(day),
            age_minutes: 0,
            source: Default::default(),
            standing: Default::default(),
            doubts: Vec::new(),
        }
    }

    fn series(results: &[(&str, &str, &str, &str)]) -> LabSeries {
        let mut all = results.iter().map(|(day, value, kind, status)| lab(day, value, kind, status));
        LabSeries {
            name: "クレアチニン".into(),
            item: Coded::default(),
            specimen: Default::default(),
            latest: all.next().unwrap(),
            previous: all.collect(),
            units_differ: false,
        }
    }

    fn drawn(lang: Lang, series: &LabSeries) -> Option<Trend> {
        let as_of = AsOf::live(Moment(0));
        trend(Writer { t: Words::of(lang), as_of: &as_of, whole: None }, series)
    }

    #[test]
    fn numbers_are_drawn_and_said_in_words() {
        let rising =
            series(&[("20211030", "1.40", "NM", "F"), ("20211020", "1.00", "NM", "F"), ("20211010", "0.80", "NM", "")]);
        let trend = drawn(Lang::Ja, &rising).unwrap();
        assert_eq!(trend.line.split(' ').count(), 3);
        assert!(trend.line.starts_with("6.0,") && trend.line.ends_with("202.0,11.2"), "{}", trend.line);
        assert_eq!((trend.dots.len(), trend.out), (2, true));
        assert!(trend.band.is_some());
        for said in ["クレアチニン", "3 回", "2021-10-10 0.8 → 2021-10-30 1.4 mg/dL", "上昇", "基準値より高い"]
        {
            assert!(trend.label.contains(said), "{said}: {}", trend.label);
        }
        let english = drawn(Lang::En, &rising).unwrap().label;
        assert!(english.contains("above the reference range"), "{english}");
    }

    #[test]
    fn what_is_no_settled_number_is_not_drawn_as_one() {
        let one = ("20211030", "1.4", "NM", "F");
        for other in [
            ("20211020", "< 0.5", "SN", "F"),
            ("20211020", "1.0", "ST", "F"),
            ("20211020", "陰性", "NM", "F"),
            ("20211020", "1.0", "NM", "P"),
            ("20211020", "1e3", "NM", "F"),
            ("20211030", "1.2", "NM", "F"),
            ("", "1.2", "NM", "F"),
        ] {
            assert!(drawn(Lang::Ja, &series(&[one, other])).is_none(), "{other:?}");
        }
        let mut mixed = series(&[one, ("20211020", "1.0", "NM", "F")]);
        assert!(drawn(Lang::Ja, &mixed).is_some());
        mixed.units_differ = true;
        assert!(drawn(Lang::Ja, &mixed).is_none());
        let part = series(&[one, ("20211025", "検体量不足", "ST", "F"), ("20211020", "1.0", "NM", "F")]);
        let label = drawn(Lang::Ja, &part).unwrap().label;
        assert!(label.contains("描いていない結果 1 件"), "{label}");
    }

    #[test]
    fn equal_numbers_lie_in_the_middle_and_many_are_cut_to_the_newest() {
        let mut flat = series(&[("20211030", "5", "NM", "F"), ("20211020", "5", "NM", "F")]);
        std::sync::Arc::make_mut(&mut flat.latest.value).range = String::new();
        let trend = drawn(Lang::Ja, &flat).unwrap();
        assert_eq!((trend.line.as_str(), trend.band.is_none(), trend.out), ("6.0,25.0 202.0,25.0", true, false));
        let days: Vec<String> =
            (0..100).map(|day| format!("{}{:02}{:02}", 2020 - day / 28, 12, 28 - day % 28)).collect();
        let many: Vec<_> = days.iter().map(|day| (day.as_str(), "5", "NM", "F")).collect();
        assert_eq!(drawn(Lang::Ja, &series(&many)).unwrap().line.split(' ').count(), POINTS_MAX);
    }
}
