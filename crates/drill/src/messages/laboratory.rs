//! OML-01 and OML-11: samples asked for and measured, and bacteria with their susceptibility.

use chart::when::Moment;

use super::{Entry, Orc, Scene, xcn};
use crate::day::{Day, later, minutes, seconds};
use crate::hl7::{Message, ce};
use crate::kinds::Kind;
use crate::labs::{Group, Lab};

/// A sample: what is asked of it, when it was or will be taken.
#[derive(Debug)]
pub struct Sample<'a> {
    /// Order number.
    pub number: &'a str,
    /// ORC-9.
    pub ordered: Moment,
    /// SPM-17.
    pub taken: Moment,
    /// Items with values as written; the values are left out of an order.
    pub items: &'a [(&'static Lab, String)],
    /// 発生日時.
    pub sent: Moment,
    /// OBX-11 of results: F, P, C.
    pub status: &'a str,
}

fn groups(items: &[(&'static Lab, String)]) -> Vec<&'static Group> {
    let mut groups: Vec<&'static Group> = Vec::new();
    for (lab, _) in items {
        if !groups.contains(&lab.group) {
            groups.push(lab.group);
        }
    }
    groups
}

fn specimen(m: &mut Message, at: usize, sample: &Sample, group: &Group) {
    m.seg("SPM").f(1, (at + 1).to_string()).f(2, format!("&{}{:02}", &sample.number[..13], at + 1));
    m.f(4, ce(group.material.0, group.material.1, "JC10")).f(17, minutes(sample.taken));
}

fn item(m: &mut Message, at: usize, lab: &Lab) {
    let kind = if lab.code.is_empty() { "ST" } else { "NM" };
    m.seg("OBX").f(1, (at + 1).to_string()).f(2, kind).f(3, ce(lab.code, lab.name, "JC10"));
}

/// OML-01.
pub fn asked(scene: &Scene, sample: &Sample) -> Entry {
    let mut m = scene.head(Kind::Oml01, false, sample.sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    for (at, group) in groups(sample.items).into_iter().enumerate() {
        specimen(&mut m, at, sample, group);
        scene.orc(&mut m, &Orc::new(sample.number, sample.ordered));
        m.seg("TQ1").f(1, "1").f(7, minutes(sample.taken)).f(9, "R^^HL70485");
        m.seg("OBR").f(1, "1").f(2, sample.number).f(4, ce(group.code, group.name, "99O03"));
        m.f(7, minutes(sample.taken)).f(16, xcn(scene.doctor));
        for (row, (lab, _)) in sample.items.iter().filter(|(lab, _)| lab.group == group).enumerate() {
            item(&mut m, row, lab);
            m.f(11, "O");
        }
    }
    scene.entry(Kind::Oml01, &Day::of(sample.ordered).digits(), sample.number, sample.sent, m)
}

/// OML-11.
pub fn measured(scene: &Scene, sample: &Sample) -> Entry {
    let mut m = scene.head(Kind::Oml11, false, sample.sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    for (at, group) in groups(sample.items).into_iter().enumerate() {
        specimen(&mut m, at, sample, group);
        m.seg("OBR").f(1, "1").f(2, sample.number).f(3, format!("{}{:02}", &sample.number[..13], at + 1));
        m.f(4, ce(group.code, group.name, "99O03")).f(7, minutes(sample.taken)).f(16, xcn(scene.doctor));
        m.f(22, seconds(sample.sent));
        let orc = Orc { filler: sample.number, status: "CM", ..Orc::new(sample.number, sample.ordered).control("SC") };
        scene.orc(&mut m, &orc);
        for (row, (lab, value)) in sample.items.iter().filter(|(lab, _)| lab.group == group).enumerate() {
            item(&mut m, row, lab);
            let unit = if lab.unit.is_empty() { String::new() } else { ce(lab.unit, lab.unit, "99AND") };
            m.f(5, value).f(6, unit).f(7, lab.range()).f(8, lab.flag(value)).f(11, sample.status);
            m.f(14, minutes(sample.taken));
        }
    }
    scene.entry(Kind::Oml11, &Day::of(sample.taken).digits(), sample.number, sample.sent, m)
}

/// A culture: material, organism (JANIS code and name), amount, and what it bears: drug, MIC, S/I/R.
#[derive(Debug)]
pub struct Culture {
    /// SPM-4.
    pub material: (&'static str, &'static str),
    /// Organism.
    pub organism: (&'static str, &'static str),
    /// Amount.
    pub amount: &'static str,
    /// Susceptibility.
    pub drugs: &'static [(&'static str, &'static str, &'static str)],
}

/// E. coli of urine.
pub static ECOLI: Culture = Culture {
    material: ("001", "尿"),
    organism: ("2001", "Escherichia coli"),
    amount: "10^5 CFU/mL以上",
    drugs: &[
        ("アンピシリン", ">= 32", "R"),
        ("セファゾリン", "<= 4", "S"),
        ("セフトリアキソン", "<= 1", "S"),
        ("レボフロキサシン", ">= 8", "R"),
        ("ゲンタマイシン", "<= 1", "S"),
        ("ＳＴ合剤", "<= 20", "S"),
        ("メロペネム", "<= 0.25", "S"),
    ],
};

/// MRSA of sputum.
pub static MRSA: Culture = Culture {
    material: ("061", "喀痰"),
    organism: ("1301", "Staphylococcus aureus (MRSA)"),
    amount: "3+",
    drugs: &[
        ("オキサシリン", ">= 4", "R"),
        ("セファゾリン", ">= 16", "R"),
        ("クリンダマイシン", ">= 8", "R"),
        ("バンコマイシン", "1", "S"),
        ("リネゾリド", "2", "S"),
        ("ＳＴ合剤", "<= 10", "S"),
    ],
};

/// OML-11 of a culture: organism and amount are two rows of one OBX-4, susceptibility names its organism in OBR-26
/// (NHO, bacteria test).
pub fn culture(scene: &Scene, sample: &Sample, culture: &Culture) -> Entry {
    let mut m = scene.head(Kind::Oml11, false, sample.sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    m.seg("SPM").f(1, "1").f(2, format!("&{}01", &sample.number[..13]));
    m.f(4, ce(culture.material.0, culture.material.1, "JC10")).f(17, minutes(sample.taken));
    let orc = Orc { status: "CM", ..Orc::new(sample.number, sample.ordered).control("SC") };
    obr(scene, &mut m, sample, ("M001", "培養同定"), "");
    scene.orc(&mut m, &orc);
    let organism = ("6B010000006174411", "培養同定菌名");
    row(&mut m, 1, "CWE", (organism.0, organism.1), &ce(culture.organism.0, culture.organism.1, "JANIS"), "");
    m.f(14, minutes(sample.taken));
    let amount = culture.amount.replace("10^5", "10*5");
    row(&mut m, 2, "ST", ("6B010000006174412", "培養菌量"), &amount, "");
    m.f(14, minutes(sample.taken));
    let parent = format!("{}&{}&JC10^1^{}", organism.0, organism.1, culture.organism.1);
    obr(scene, &mut m, sample, ("M002", "薬剤感受性"), &parent);
    scene.orc(&mut m, &orc);
    for (at, (drug, mic, flag)) in culture.drugs.iter().enumerate() {
        let code = format!("6C{:03}000006174431", at + 5);
        let kind = if mic.contains('=') { "ST" } else { "NM" };
        m.seg("OBX").f(1, (at + 1).to_string()).f(2, kind).f(3, ce(&code, drug, "JC10")).f(4, "1");
        m.f(5, mic).f(6, "ug/mL^ug/mL^99AND").f(8, flag).f(11, sample.status).f(14, minutes(sample.taken));
    }
    scene.entry(Kind::Oml11, &Day::of(sample.taken).digits(), sample.number, later(sample.sent, 0), m)
}

fn obr(scene: &Scene, m: &mut Message, sample: &Sample, group: (&str, &str), parent: &str) {
    m.seg("OBR").f(1, "1").f(2, sample.number).f(4, ce(group.0, group.1, "99O03")).f(7, minutes(sample.taken));
    m.f(16, xcn(scene.doctor)).f(22, seconds(sample.sent)).f(26, parent);
}

fn row(m: &mut Message, at: usize, kind: &str, item: (&str, &str), value: &str, flag: &str) {
    m.seg("OBX").f(1, at.to_string()).f(2, kind).f(3, ce(item.0, item.1, "JC10")).f(4, "1");
    m.f(5, value).f(8, flag).f(11, "F");
}

/// OML-11 of an amplification test: positive or negative.
pub fn virus(scene: &Scene, sample: &Sample, positive: bool) -> Entry {
    let mut m = scene.head(Kind::Oml11, false, sample.sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    let group = &crate::labs::VIRUS;
    specimen(&mut m, 0, sample, group);
    obr(scene, &mut m, sample, (group.code, group.name), "");
    scene.orc(&mut m, &Orc { status: "CM", ..Orc::new(sample.number, sample.ordered).control("SC") });
    let value = if positive { ce("+", "陽性", "99AND") } else { ce("-", "陰性", "99AND") };
    let item = ("5F625000005185011", "ＳＡＲＳ−ＣｏＶ−２核酸検出");
    row(&mut m, 1, "CWE", item, &value, if positive { "A" } else { "" });
    m.f(14, minutes(sample.taken));
    scene.entry(Kind::Oml11, &Day::of(sample.taken).digits(), sample.number, sample.sent, m)
}
