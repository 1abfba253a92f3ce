//! Extended storage (`standards.md` §1.7): notes and summaries as HL7 CDA R2, vital signs as ORU^R30, appointments as text.
//! The appointment folder is this house's own: SS-MIX2 has no kind for them.

use chart::when::Moment;

use crate::census::Stay;
use crate::day::{Day, minutes, seconds};
use crate::hl7::{Message, ce};
use crate::house::{self, Staff};
use crate::messages::Scene;
use crate::rng::Rng;

/// What a document is; each is a folder of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperKind {
    /// 経過記録.
    Progress,
    /// 看護記録.
    Nursing,
    /// 退院時サマリー.
    Summary,
    /// Vital signs.
    Vitals,
    /// 予約.
    Appointment,
}

impl PaperKind {
    /// Local code, name of the folder, name of the main document.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            PaperKind::Progress => ("L-PROGRESS", "L-PROGRESS^経過記録^99AND^11506-3^経過記録^LN", "main_document.xml"),
            PaperKind::Nursing => ("L-NURSING", "L-NURSING^看護記録^99AND^34746-8^看護記録^LN", "main_document.xml"),
            PaperKind::Summary => {
                ("L-SUMMARY", "L-SUMMARY^退院時サマリー^99AND^18842-5^退院時サマリー^LN", "main_document.xml")
            }
            PaperKind::Vitals => ("L-OBSERVATIONS", "L-OBSERVATIONS^OBSERVATIONS^99ZL01", "main_document.hl7"),
            PaperKind::Appointment => ("L-APPOINTMENT", "L-APPOINTMENT^予約^99AND", "main_document.txt"),
        }
    }
}

/// A document.
#[derive(Clone, Debug)]
pub struct Paper {
    /// What it is.
    pub kind: PaperKind,
    /// 診療日.
    pub care: Day,
    /// 特定キー.
    pub key: String,
    /// 発生日時.
    pub sent: Moment,
    /// 診療科コード.
    pub department: &'static str,
    /// The text; vitals are HL7 and go through the character set of the house, the others are UTF-8.
    pub text: String,
}

impl Paper {
    /// Path below the patient's folder: 診療日, type folder, content folder, main document.
    pub fn path(&self, patient: &str) -> String {
        let (code, folder, main) = self.kind.row();
        let day = self.care.digits();
        let content = format!("{patient}_{day}_{code}_{}_{}_{}_1", self.key, self.sent.digits17(), self.department);
        format!("{day}/{folder}/{content}/{main}")
    }

    fn new(kind: PaperKind, scene: &Scene, at: Moment, text: String) -> Paper {
        let key = seconds(at)[..10].to_owned();
        Paper { kind, care: Day::of(at), key, sent: at, department: scene.department.code, text }
    }

    /// 経過記録 by the doctor.
    pub fn progress(scene: &Scene, at: Moment, words: &str) -> Paper {
        let sections = [("S/O", words.to_owned()), ("A/P", "現在の治療を継続する。".to_owned())];
        let text = cda(scene, ("11506-3", "経過記録"), at, scene.doctor, &sections);
        Paper::new(PaperKind::Progress, scene, at, text)
    }

    /// 看護記録 of the evening.
    pub fn nursing(scene: &Scene, at: Moment, note: &str, day_of_stay: i64) -> Paper {
        let mut rng = Rng::new(&[u64::from(scene.person.number), day_of_stay as u64, 9]);
        let nurse = house::nurse(scene.bed.as_ref().map_or("00", |bed| bed.ward), &mut rng);
        let moves = rng.pick(&["ベッド上", "車椅子", "歩行器", "独歩"]);
        let ate = rng.between(3, 10);
        let rest = rng.pick(&["ベッド上安静", "病棟内フリー", "院内フリー"]);
        let line = if day_of_stay < 3 { "末梢静脈ルート右前腕、漏れなし。" } else { "" };
        let words = format!(
            "入院{}日目。{note} 安静度は{rest}。移動は{moves}。{line}夕食摂取{ate}割。ナースコール手元にあり。",
            day_of_stay + 1
        );
        let text = cda(scene, ("34746-8", "看護記録"), at, nurse, &[("経過", words)]);
        Paper::new(PaperKind::Nursing, scene, at, text)
    }

    /// 退院時サマリー.
    pub fn summary(scene: &Scene, at: Moment, stay: &Stay, words: &str) -> Paper {
        let drugs = stay.course.lines.iter().map(|line| format!("{} {}", line.drug.name, line.usage.1));
        let sections = [
            ("入院日・退院日", format!("{} から {}", stay.admitted, stay.discharged)),
            ("病名", stay.course.problems.iter().map(|p| p.name).collect::<Vec<_>>().join("、")),
            ("経過", words.to_owned()),
            ("退院時処方", drugs.collect::<Vec<_>>().join("、")),
        ];
        let text = cda(scene, ("18842-5", "退院時サマリー"), at, scene.doctor, &sections);
        Paper::new(PaperKind::Summary, scene, at, text)
    }

    /// 予約: next visit, as lines of `名: 値`.
    pub fn appointment(scene: &Scene, at: Moment, when: Moment) -> Paper {
        let p = scene.person;
        let text = format!(
            "【訓練データ】予約票\r\n患者ID: {}\r\n氏名: {} {}\r\n予約日時: {}\r\n診療科: {} {}\r\n担当医: {} {}\r\n状態: 予約済\r\n",
            p.id, p.family, p.given, when, scene.department.code, scene.department.name, scene.doctor.1, scene.doctor.2
        );
        Paper { care: Day::of(when), key: minutes(when), ..Paper::new(PaperKind::Appointment, scene, at, text) }
    }

    /// Vital signs of one day, ORU^R30, every measurement with its OBX-14.
    pub fn vitals(scene: &Scene, day: Day, from: Moment, until: Moment, fever: bool, rng: &mut Rng) -> Paper {
        let hours = [6, 10, 14, 19].map(|hour| day.at(hour, rng.between(0, 25)));
        let taken: Vec<Moment> = hours.into_iter().filter(|at| *at > from && *at <= until).collect();
        let sent = taken.last().copied().unwrap_or(from).max(from);
        let mut m = Message::new();
        let sent17 = sent.digits17();
        m.seg("MSH").f(2, "^~\\&").f(3, "ANDON-DRILL").f(4, "SEND").f(5, "GW").f(6, "RCV");
        m.f(7, format!("{}.{}", &sent17[..14], &sent17[14..])).f(9, "ORU^R30^ORU_R30").f(10, &sent17).f(11, "T");
        m.f(12, "2.5").f(18, "~ISO IR87").f(20, "ISO 2022-1994");
        scene.pid(&mut m, None);
        scene.pv1(&mut m);
        m.seg("OBR").f(1, "1").f(4, "L-OBSERVATIONS^OBSERVATIONS^99ZL01").f(7, minutes(sent));
        let child = scene.person.birth.years_until(day) < 6;
        let mut row = 0;
        for at in &taken {
            for (code, name, value, unit) in signs(child, fever, rng) {
                row += 1;
                m.seg("OBX").f(1, row.to_string()).f(2, "NM").f(3, ce(code, name, "JC10")).f(5, value);
                m.f(6, ce(unit, unit, "ISO+")).f(11, "F").f(14, minutes(*at));
            }
        }
        Paper { care: day, key: day.digits(), ..Paper::new(PaperKind::Vitals, scene, sent, m.finish()) }
    }
}

type Sign = (&'static str, &'static str, String, &'static str);

fn signs(child: bool, fever: bool, rng: &mut Rng) -> [Sign; 6] {
    let (systolic, pulse, breath) = if child { (94, 112, 26) } else { (126, 74, 17) };
    let warm = if fever { 37.9 } else { 36.5 } + rng.bell() * 0.8;
    [
        ("9A751000000000001", "収縮期血圧", (systolic + rng.between(-14, 18)).to_string(), "mm(hg)"),
        ("9A761000000000001", "拡張期血圧", (systolic * 6 / 10 + rng.between(-8, 9)).to_string(), "mm(hg)"),
        ("9P300000000000001", "脈拍数", (pulse + rng.between(-12, 16)).to_string(), "/min"),
        ("9P200000000000001", "呼吸数", (breath + rng.between(-3, 4)).to_string(), "/min"),
        ("9P100000000000001", "体温", format!("{warm:.1}"), "cel"),
        ("9C320000000000001", "SpO2", (if fever { 94 } else { 97 } + rng.between(-1, 2)).to_string(), "%"),
    ]
}

/// A CDA R2 document with one text section for each heading.
fn cda(scene: &Scene, kind: (&str, &str), at: Moment, author: Staff, sections: &[(&str, String)]) -> String {
    let p = scene.person;
    let body: String = sections
        .iter()
        .map(|(title, text)| {
            format!("<component><section><title>{title}</title><text>{text}</text></section></component>\n")
        })
        .collect();
    let sex = p.sex;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- ANDON-DRILL 訓練データ -->\n\
<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\n<typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n\
<id root=\"1.2.392.200036.9999\" extension=\"{id}.{time}\"/>\n\
<code code=\"{code}\" codeSystem=\"2.16.840.1.113883.6.1\" displayName=\"{name}\"/>\n<title>{name}</title>\n\
<effectiveTime value=\"{time}\"/>\n<confidentialityCode code=\"N\" codeSystem=\"2.16.840.1.113883.5.25\"/>\n\
<recordTarget><patientRole><id root=\"1.2.392.200036.9999.1\" extension=\"{id}\"/>\
<patient><name use=\"IDE\"><family>{family}</family><given>{given}</given></name>\
<administrativeGenderCode code=\"{sex}\" codeSystem=\"2.16.840.1.113883.5.1\"/><birthTime value=\"{birth}\"/></patient>\
</patientRole></recordTarget>\n\
<author><time value=\"{time}\"/><assignedAuthor><id root=\"1.2.392.200036.9999.2\" extension=\"{staff}\"/>\
<assignedPerson><name><family>{doctor}</family><given>{doctor_given}</given></name></assignedPerson></assignedAuthor></author>\n\
<custodian><assignedCustodian><representedCustodianOrganization><id root=\"1.2.392.200036.9999\"/><name>{hospital}</name>\
</representedCustodianOrganization></assignedCustodian></custodian>\n\
<component><structuredBody>\n{body}</structuredBody></component>\n</ClinicalDocument>\n",
        id = p.id,
        time = seconds(at),
        code = kind.0,
        name = kind.1,
        family = p.family,
        given = p.given,
        birth = p.birth.digits(),
        staff = author.0,
        doctor = author.1,
        doctor_given = author.2,
        hospital = house::HOSPITAL,
    )
}
