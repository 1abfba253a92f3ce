//! ADT-00…ADT-61: who the patient is, where he is, what he cannot bear.

use chart::when::Moment;

use super::{Entry, Scene, xcn, xpn};
use crate::day::{Day, minutes, seconds};
use crate::hl7::ce;
use crate::house::Bed;
use crate::kinds::Kind;
use crate::rng::Rng;

/// Health insurances: JHSD0001 code and words, 保険者番号.
const PLANS: [(&str, &str, &str); 4] = [
    ("01", "全国健康保険協会管掌健康保険", "01990016"),
    ("C0", "国民健康保険", "990044"),
    ("39", "後期高齢者医療", "39990015"),
    ("06", "組合管掌健康保険", "06990018"),
];

/// ADT-00. `former` sends the family name the patient had before.
pub fn basic(scene: &Scene, sent: Moment, former: bool, rng: &mut Rng) -> Entry {
    let p = scene.person;
    let mut m = scene.head(Kind::Adt00, false, sent);
    scene.evn(&mut m, sent, None);
    let mut family = [p.family.as_str(), p.family_kana.as_str()];
    if former && let Some((old, kana, _)) = &p.former {
        family = [old, kana];
    }
    scene.pid_named(&mut m, family, Some(sent));
    if !p.unknown {
        let kin = if rng.percent(60) { ("SPO", "配偶者") } else { ("CHD", "子") };
        m.seg("NK1").f(1, "1").f(2, xpn(family, ["家族", "カゾク"])).f(3, ce(kin.0, kin.1, "HL70063"));
        m.f(4, format!("^^^^{}^JPN^H^{}", p.address.0, p.address.1)).f(5, format!("^PRN^PH^^^^^^^^^{}", p.phone));
    }
    scene.pv1(&mut m);
    if Day::of(sent).0 - p.birth.0 > 75 * 365 {
        m.seg("DB1").f(1, "1").f(2, "PT").f(4, if rng.percent(15) { "Y" } else { "N" });
    }
    marks(scene, &mut m, sent);
    for (at, allergy) in p.allergies.iter().filter(|a| a.kind.0 != "LA").enumerate() {
        m.seg("AL1").f(1, (at + 1).to_string()).f(2, ce(allergy.kind.0, allergy.kind.1, "HL70127"));
        m.f(3, ce(allergy.allergen.0, allergy.allergen.1, allergy.allergen.2));
        m.f(4, ce(allergy.severity.0, allergy.severity.1, "HL70128")).f(5, allergy.reaction);
    }
    insurance(scene, &mut m, sent, rng);
    scene.entry(Kind::Adt00, "-", "", sent, m)
}

/// OBX of ADT-00: height, weight, blood group, infection marks.
fn marks(scene: &Scene, m: &mut crate::hl7::Message, sent: Moment) {
    let p = scene.person;
    let taken = seconds(sent)[..8].to_owned();
    let mut rows = vec![
        ("NM", "9N001000000000001", "身長", format!("{:.1}", p.height_cm), "cm^cm^ISO+"),
        ("NM", "9N006000000000001", "体重", format!("{:.1}", p.weight_kg), "kg^kg^ISO+"),
    ];
    if !p.unknown {
        rows.push(("CWE", "5H010000009199911", "血液型-ABO式", ce(p.abo, p.abo, "JSHR002"), ""));
        rows.push(("CWE", "5H020000001999911", "血液型-Rh式", ce(p.rh, p.rh, "JSHR003"), ""));
    }
    for (code, name) in &p.infections {
        rows.push(("CWE", code, name, ce("+", "陽性", "99AND"), ""));
    }
    for (at, (kind, code, name, value, unit)) in rows.into_iter().enumerate() {
        m.seg("OBX").f(1, (at + 1).to_string()).f(2, kind).f(3, ce(code, name, "JC10"));
        m.f(5, value).f(6, unit).f(11, "F").f(14, &taken);
    }
}

fn insurance(scene: &Scene, m: &mut crate::hl7::Message, sent: Moment, rng: &mut Rng) {
    let p = scene.person;
    if p.unknown {
        return;
    }
    let age = p.birth.years_until(Day::of(sent));
    let plan = if age >= 75 { PLANS[2] } else { *rng.pick(&[PLANS[0], PLANS[1], PLANS[1], PLANS[3]]) };
    let (from, until) = (Day::of(sent).plus(-rng.between(30, 300)), Day::of(sent).plus(rng.between(200, 700)));
    m.seg("IN1").f(1, "1").f(2, ce(plan.0, plan.1, "JHSD0001")).f(3, plan.2);
    m.f(10, (1000 + rng.below(9000)).to_string()).f(11, (1_000_000 + rng.below(9_000_000)).to_string());
    m.f(12, from.digits()).f(13, until.digits()).f(15, "13");
    m.f(17, if age < 18 { "CHD^子^HL70063" } else { "SEL^本人^HL70063" });
}

/// ADT-61: allergies, or the words that there are none.
pub fn allergies(scene: &Scene, sent: Moment) -> Entry {
    let p = scene.person;
    let mut m = scene.head(Kind::Adt61, false, sent);
    scene.evn(&mut m, sent, None);
    scene.pid(&mut m, None);
    if p.allergies.is_empty() {
        m.seg("IAM").f(1, "1").f(2, "MA^その他アレルギー^HL70127").f(3, "0^アレルギーなし^99AND");
        m.f(6, "A^追加^HL70323").f(13, &seconds(sent)[..8]).f(14, xcn(scene.doctor)).f(17, "C^確認済^HL70438");
    }
    for (at, allergy) in p.allergies.iter().enumerate() {
        m.seg("IAM").f(1, (at + 1).to_string()).f(2, ce(allergy.kind.0, allergy.kind.1, "HL70127"));
        m.f(3, ce(allergy.allergen.0, allergy.allergen.1, allergy.allergen.2));
        m.f(4, ce(allergy.severity.0, allergy.severity.1, "HL70128")).f(5, allergy.reaction).f(6, "A^追加^HL70323");
        m.f(11, allergy.onset).f(12, allergy.onset_text).f(13, &seconds(sent)[..8]);
    }
    scene.entry(Kind::Adt61, "-", "", sent, m)
}

/// A movement: what it is, when it happened or is to happen, and where from.
#[derive(Clone, Debug)]
pub struct Movement<'a> {
    /// One of ADT-01…ADT-52.
    pub kind: Kind,
    /// When it is true: the 診療日 is taken from it.
    pub at: Moment,
    /// When the message is sent.
    pub sent: Moment,
    /// PV1-6.
    pub prior: Option<&'a Bed>,
    /// PV1-44.
    pub admitted: Option<Moment>,
    /// PV1-36 退院区分.
    pub disposition: &'static str,
    /// PV2-47 planned return.
    pub back: Option<Moment>,
}

impl Movement<'_> {
    /// A movement told when it happens.
    pub fn new(kind: Kind, at: Moment) -> Movement<'static> {
        Movement { kind, at, sent: at, prior: None, admitted: None, disposition: "", back: None }
    }
}

/// ADT-01, -12, -21, -22, -31, -32, -41, -42, -51, -52, with the time in the field that table 1.2 names.
pub fn movement(scene: &Scene, movement: &Movement) -> Entry {
    use Kind::*;
    let Movement { kind, at, sent, .. } = *movement;
    let mut m = scene.head(kind, false, sent);
    scene.evn(&mut m, sent, matches!(kind, Adt01 | Adt31 | Adt32 | Adt42).then_some(at));
    scene.pid(&mut m, None);
    scene.pv1_moved(&mut m, movement.prior);
    if matches!(kind, Adt21 | Adt22) {
        m.f(17, xcn(scene.doctor));
    }
    m.f(36, movement.disposition);
    let admitted = if matches!(kind, Adt12 | Adt22) { Some(at) } else { movement.admitted };
    m.f(44, admitted.map(minutes).unwrap_or_default());
    m.f(45, if kind == Adt52 { minutes(at) } else { String::new() });
    match kind {
        Adt21 | Adt41 => m.seg("PV2").f(8, minutes(at)),
        Adt51 => m.seg("PV2").f(9, minutes(at)),
        Adt31 => m.seg("PV2").f(47, movement.back.map(minutes).unwrap_or_default()),
        _ => &mut m,
    };
    scene.entry(kind, &Day::of(at).digits(), "", sent, m)
}

impl Scene<'_> {
    fn pv1_moved(&self, m: &mut crate::hl7::Message, prior: Option<&Bed>) {
        let class = if self.bed.is_some() { "I" } else { "O" };
        m.seg("PV1").f(1, "0001").f(2, class).f(3, self.location());
        m.f(6, prior.map(Bed::location).unwrap_or_default()).f(7, xcn(self.doctor)).f(10, self.department.code);
    }
}
