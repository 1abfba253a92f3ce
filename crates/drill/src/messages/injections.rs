//! OMP-02 and OMP-12: infusions ordered and given.

use chart::when::Moment;

use super::prescriptions::{Taking, figure};
use super::{Entry, Orc, Scene, xcn};
use crate::courses::Drip;
use crate::day::{Day, later, minutes, seconds};
use crate::drugs::unit;
use crate::hl7::ce;
use crate::kinds::Kind;

/// Route and device of an infusion.
fn route(drip: &Drip) -> (&'static str, &'static str) {
    match drip.hours {
        0 if drip.volume <= 1 => ("SC^皮下^HL70162", ""),
        0 => ("IV^静脈内^HL70162", ""),
        _ => ("IV^静脈内^HL70162", "IVP^点滴ポンプ^HL70164"),
    }
}

fn lasts(drip: &Drip) -> i64 {
    if drip.hours == 0 { 5 } else { i64::from(drip.hours) * 60 }
}

/// OMP-02: one drip on one day, a group for every start.
pub fn ordered(scene: &Scene, drip: &Drip, number: &str, day: Day, ordered: Moment, sent: Moment) -> Entry {
    let mut m = scene.head(Kind::Omp02, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    for (at, hour) in drip.at.iter().enumerate() {
        let start = day.at(*hour, 0);
        let group = format!("{number}_01_{:03}", at + 1);
        scene.orc(&mut m, &Orc::new(number, ordered).group(&group));
        m.seg("RXE").f(2, "00^一般^99I02").f(3, drip.volume.to_string()).f(5, "ML^ミリリットル^MR9P");
        m.f(6, "INJ^注射剤^MR9P");
        m.f(
            7,
            if drip.hours == 0 {
                "^静注または皮下注^99IC6".to_owned()
            } else {
                format!("^{}時間で^99IC6", drip.hours)
            },
        );
        m.f(15, format!("{}-{:03}", day.digits(), at + 1)).f(21, "IHP^入院処方^MR9P~FTP^定時処方^99I01");
        if drip.hours > 0 {
            let rate = f64::from(drip.volume) / f64::from(drip.hours);
            m.f(22, "H1").f(23, figure((rate * 10.0).round() / 10.0)).f(24, "ml/hr^ミリリッター／時間^ISO+");
        }
        m.f(42, scene.bed.as_ref().map(|bed| format!("{}^^^^^N", bed.ward)).unwrap_or_default());
        m.seg("TQ1").f(1, "1").f(7, minutes(start)).f(8, minutes(later(start, lasts(drip))));
        m.seg("RXR").f(1, route(drip).0).f(3, route(drip).1);
        for (place, (drug, amount)) in drip.parts.iter().enumerate() {
            m.seg("RXC").f(1, if place == 0 { "B" } else { "A" }).f(2, ce(drug.hot, drug.name, "HOT9"));
            m.f(3, figure(*amount)).f(4, unit(drug.unit));
        }
    }
    scene.entry(Kind::Omp02, &Day::of(ordered).digits(), number, sent, m)
}

/// OMP-12: one start of a drip, given.
pub fn given(scene: &Scene, drip: &Drip, number: &str, ordered: Moment, taking: &Taking, sent: Moment) -> Entry {
    let mut m = scene.head(Kind::Omp12, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    scene.orc(&mut m, &Orc::new(number, ordered).group(&format!("{number}_01_001")));
    for (drug, amount) in drip.parts {
        m.seg("RXA").f(1, "0").f(2, "1").f(3, minutes(taking.at)).f(4, minutes(later(taking.at, lasts(drip))));
        m.f(5, ce(drug.hot, drug.name, "HOT9")).f(6, figure(*amount)).f(7, unit(drug.unit));
        m.f(10, xcn(taking.nurse)).f(11, scene.location());
        m.f(12, if drip.hours == 0 { String::new() } else { format!("{}mL/{}h", drip.volume, drip.hours) });
        m.f(20, taking.completion).f(22, seconds(sent));
    }
    m.seg("RXR").f(1, route(drip).0).f(3, route(drip).1);
    scene.entry(Kind::Omp12, &Day::of(taking.at).digits(), number, sent, m)
}
