//! OMD: meals of inpatients. The order runs until the next one.

use chart::when::Moment;

use super::{Entry, Orc, Scene};
use crate::day::{Day, seconds};
use crate::hl7::ce;
use crate::kinds::Kind;

/// OMD^O03: diet from one meal to another, hours precise as the standard has them; food allergies go into ODS-4.
pub fn meal(
    scene: &Scene,
    diet: (&str, &str),
    number: &str,
    from: Moment,
    until: Option<Moment>,
    sent: Moment,
) -> Entry {
    let mut m = scene.head(Kind::Omd, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    scene.orc(&mut m, &Orc::new(number, from));
    let hour = |moment: Moment| seconds(moment)[..10].to_owned();
    m.seg("TQ1").f(1, "1").f(3, "TID&１日３回&HL70335").f(7, hour(from)).f(8, until.map(hour).unwrap_or_default());
    let foods = scene.person.allergies.iter().filter(|a| a.kind.0 == "FA").map(|a| a.allergen.1);
    let banned = foods.map(|food| format!("{food}禁")).collect::<Vec<_>>().join("・");
    m.seg("ODS").f(1, "D").f(3, ce(diet.0, diet.1, "99D01")).f(4, banned);
    scene.entry(Kind::Omd, &Day::of(from).digits(), number, sent, m)
}
