//! PPR-01: every problem of the patient in one file (guideline 1.2, change note).

use chart::when::Moment;

use super::{Entry, Orc, Scene};
use crate::day::{Day, seconds};
use crate::hl7::ce;
use crate::kinds::Kind;
use crate::problems::Problem;

/// A problem as it stands with one patient.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Which.
    pub problem: &'static Problem,
    /// 診断日, also 発症日.
    pub since: Day,
    /// 転帰日 when it is over.
    pub until: Option<Day>,
    /// PRB-13: only suspected.
    pub suspected: bool,
    /// PRB-25: the patient has not been told.
    pub untold: bool,
    /// Words before the name, e.g. `右`.
    pub prefix: Option<(&'static str, &'static str)>,
}

/// PPR-01 of all problems; the first is the main one.
pub fn problems(scene: &Scene, held: &[Held], sent: Moment) -> Entry {
    let mut m = scene.head(Kind::Ppr01, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    let class = if scene.bed.is_some() { "I^入院時" } else { "O^外来時" };
    for (at, held) in held.iter().enumerate() {
        let Held { problem, since, .. } = held;
        let instance = format!("{:015}", u64::from(scene.person.number) * 100 + at as u64 + 1);
        m.seg("PRB").f(1, "AD").f(2, &seconds(sent)[..8]).f(3, ce(problem.number, problem.name, "MDCDX2"));
        m.f(4, &instance).f(7, since.digits()).f(9, held.until.map(Day::digits).unwrap_or_default());
        m.f(10, format!("{}^^I10^{class}^JHSD0004", problem.icd10));
        m.f(13, if held.suspected { "1^疑い^JHSD0006" } else { "" });
        m.f(14, if held.until.is_some() { "F^完治^HL70241" } else { "N^回復せず^HL70241" });
        m.f(15, held.until.map(Day::digits).unwrap_or_default()).f(16, since.digits()).f(17, problem.name);
        m.f(18, if at == 0 { "1^主診断^JHSD0007" } else { "2^副診断^JHSD0007" });
        m.f(25, if held.untold { "V^非常に限定^HL70177" } else { "" });
        let prefix = held.prefix.map(|(code, text)| ce(code, text, "MDCDX2")).unwrap_or_default();
        m.seg("ZPR").f(1, prefix).f(2, ce(problem.number, problem.name, "MDCDX2"));
        m.f(5, ce(problem.exchange, problem.name, "MDCDX2"));
        scene.orc(&mut m, &Orc::new(&instance, sent));
    }
    scene.entry(Kind::Ppr01, "-", "", sent, m)
}
