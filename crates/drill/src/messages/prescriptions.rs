//! OMP-01 and OMP-11: what is prescribed and what was taken under a nurse's eyes.

use chart::when::Moment;

use super::{Entry, Orc, Scene, xcn};
use crate::courses::{Dose, Line};
use crate::day::{Day, minutes, seconds};
use crate::drugs::unit;
use crate::hl7::{Message, ce};
use crate::house::Staff;
use crate::kinds::Kind;

/// A prescription: its lines grouped into RPs by usage, for so many days.
#[derive(Debug)]
pub struct Prescription<'a> {
    /// The drugs.
    pub lines: &'a [Line],
    /// Order number.
    pub number: &'a str,
    /// ORC-9.
    pub ordered: Moment,
    /// First day of taking.
    pub start: Day,
    /// For how many days.
    pub days: i64,
    /// MSH-7 and 発生日時.
    pub sent: Moment,
    /// Words of RXE-7.
    pub remark: &'a str,
    /// Dose factor of the first line, for adjustments (warfarin).
    pub first_times: f64,
}

/// The figure as a prescription writes it: no needless zeros.
pub fn figure(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The amount each time for this patient.
pub fn amount(line: &Line, weight_kg: f64) -> f64 {
    match line.dose {
        Dose::Fixed(dose) => dose,
        Dose::PerKilo(per_kilo) => {
            let each = per_kilo.min(line.drug.most / f64::from(line.usage.2)) * weight_kg;
            ((each / 10.0).floor() * 10.0).clamp(10.0, 500.0)
        }
    }
}

fn kind_of(line: &Line) -> (&'static str, &'static str, &'static str) {
    match line.usage.0.as_bytes()[0] {
        b'2' => ("2", "外用", "AP^外用^HL70162"),
        b'3' => ("3", "注射", "SC^皮下^HL70162"),
        _ => ("1", "内服", "PO^口^HL70162"),
    }
}

/// OMP-01.
pub fn prescription(scene: &Scene, order: &Prescription) -> Entry {
    let mut m = scene.head(Kind::Omp01, false, order.sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    let mut usages: Vec<&str> = Vec::new();
    for (at, line) in order.lines.iter().enumerate() {
        if !usages.contains(&line.usage.0) {
            usages.push(line.usage.0);
        }
        let rp = usages.iter().position(|usage| *usage == line.usage.0).unwrap_or(0) + 1;
        let each = amount(line, scene.person.weight_kg) * if at == 0 { order.first_times } else { 1.0 };
        drug(scene, order, line, &rp.to_string(), each, &mut m);
    }
    scene.entry(Kind::Omp01, &Day::of(order.ordered).digits(), order.number, order.sent, m)
}

fn drug(scene: &Scene, order: &Prescription, line: &Line, rp: &str, each: f64, m: &mut Message) {
    let (kind, kind_words, route) = kind_of(line);
    let (code, words, times) = *line.usage;
    let daily = each * f64::from(times);
    let plaster = line.drug.form == "TAP";
    scene.orc(m, &Orc::new(order.number, order.ordered).group(rp));
    m.seg("RXE").f(2, ce(line.drug.hot, line.drug.name, "HOT9"));
    m.f(3, if plaster { "\"\"".to_owned() } else { figure(each) }).f(5, unit(line.drug.unit));
    m.f(6, ce(line.drug.form, "", "MR9P")).f(7, if order.remark.is_empty() { "" } else { order.remark });
    m.f(10, figure(daily * order.days as f64)).f(11, unit(line.drug.unit));
    m.f(15, format!("{}{rp}", &order.number[..12]))
        .f(19, format!("{}^{}", figure(daily), unit(line.drug.unit).replace('^', "&")));
    m.f(
        21,
        match (scene.bed.is_some(), scene.department.code) {
            (true, _) => "IHP^入院処方^MR9P~FTP^定時処方^99I01",
            (false, "20A") => "OHP^外来処方^MR9P~OHI^院内処方^MR9P",
            _ => "OHP^外来処方^MR9P~OHO^院外処方^MR9P",
        },
    );
    m.f(27, ce(kind, kind_words, "JHSP0003"));
    m.seg("TQ1").f(1, "1").f(3, format!("{code}&{words}&JAMISDP01"));
    m.f(6, format!("{}^d", order.days)).f(7, order.start.digits()).f(8, order.start.plus(order.days - 1).digits());
    m.seg("RXR").f(1, route).f(2, if plaster { "K99^患部^99AND" } else { "" });
}

/// One taking: when, by whom given, how it went.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    /// RXA-3.
    pub at: Moment,
    /// RXA-10.
    pub nurse: Staff,
    /// RXA-20: CP, PA, NA, RE.
    pub completion: &'static str,
}

/// OMP-11: the lines taken together at one time.
pub fn taken(scene: &Scene, lines: &[&Line], number: &str, ordered: Moment, taking: &Taking, sent: Moment) -> Entry {
    let mut m = scene.head(Kind::Omp11, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    scene.orc(&mut m, &Orc::new(number, ordered).group("1"));
    for line in lines {
        let each =
            if taking.completion == "CP" { figure(amount(line, scene.person.weight_kg)) } else { "0".to_owned() };
        m.seg("RXA").f(1, "0").f(2, "1").f(3, minutes(taking.at)).f(4, minutes(taking.at));
        m.f(5, ce(line.drug.hot, line.drug.name, "HOT9")).f(6, each).f(7, unit(line.drug.unit));
        m.f(9, if taking.completion == "RE" { "^本人拒否" } else { "" });
        m.f(10, xcn(taking.nurse)).f(11, scene.location()).f(20, taking.completion);
        m.f(22, seconds(sent));
    }
    m.seg("RXR").f(1, lines.first().map_or("PO^口^HL70162", |line| kind_of(line).2));
    scene.entry(Kind::Omp11, &Day::of(taking.at).digits(), number, sent, m)
}
