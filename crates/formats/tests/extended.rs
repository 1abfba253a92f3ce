//! Extended storage: vitals, CDA, HTML, plain text, and bytes that are only named.

mod account;
mod fixtures;

use chart::{Body, Document};
use fixtures::{PID, codes, json, msh};
use formats::ssmix2::{Decoded, FilePath, decode};

fn read(folder: &str, file: &str, bytes: &[u8]) -> Decoded {
    let content = "0012345_20261101_KIND_2026110109_20261101093000123_01_1";
    decode(&FilePath::parse(format!("001/234/0012345/20261101/{folder}/{content}/{file}").as_bytes()), bytes)
}

fn document(decoded: &Decoded) -> std::sync::Arc<Document> {
    decoded
        .bodies
        .iter()
        .find_map(|body| if let Body::Document(d) = body { Some(d.clone()) } else { None })
        .unwrap_or_default()
}

#[test]
fn vital_signs_are_measures_with_their_times() {
    let segments = [
        msh("ORU^R30", "~ISO IR87", "20261101"),
        PID.to_owned(),
        "PV1||I".to_owned(),
        "OBR|1||1|OBS^観察^99|||20261101090000".to_owned(),
        "OBX|1|NM|9A751000000000001^収縮期血圧^JC10||128|mm(hg)^mmHg^ISO+|||||F|||20261101091500".to_owned(),
        "OBX|2|NM|9P100000000000001^体温^JC10||36.8|cel^℃^ISO+|||||F".to_owned(),
        "OBX|3|FT|NOTE^看護記録^99||良眠\\.br\\訴えなし||||||F".to_owned(),
        String::new(),
    ];
    let bytes = fixtures::bytes(&segments.join("\r"));
    let decoded = read("L-OBSERVATIONS^OBSERVATIONS^99ZL01", "main_document.hl7", &bytes);
    let told = json(&decoded);
    for part in
        [r#""value":"128""#, "2026-11-01T09:15:00", r#""at":"2026-11-01T09:00:00+09:00""#, r#""text":"良眠\n訴えなし""#]
    {
        assert!(told.contains(part), "{part} not in {told}");
    }
    assert_eq!(decoded.faults, []);
    assert_eq!(account::check(&bytes, &decoded), Ok(()));
}

const CDA: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ClinicalDocument [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id root="1.2.3" extension="DOC1"/><code code="18842-5" displayName="退院時サマリー" codeSystemName="LOINC"/>
<title>退院時サマリー</title><effectiveTime value="20261101103000"/>
<recordTarget><patientRole><id extension="0012345" root="1.2"/><patient><name>灯　結</name>
<administrativeGenderCode code="F"/><birthTime value="19800229"/></patient></patientRole></recordTarget>
<author><time value="20261101"/><assignedAuthor><id extension="D01"/><assignedPerson><name><family>医師</family><given>一郎</given></name></assignedPerson></assignedAuthor></author>
<component><structuredBody><component><section><code code="8648-8"/><title>入院経過</title>
<text><paragraph>第1病日&amp;&secret;<content>発熱</content>あり。</paragraph><list><item>抗菌薬を始めた</item></list>
<table><tr><td>体温</td><td>38.5</td></tr></table></text>
<entry><observation><value value="38.5" unit="Cel"/></observation></entry></section></component></structuredBody></component></ClinicalDocument>"#;

#[test]
fn cda_reads_as_lines_and_follows_nothing() {
    let decoded = read("^^^18842-5^退院時サマリー^LN", "main.xml", CDA.as_bytes());
    let document = document(&decoded);
    assert_eq!((document.title.as_str(), document.kind.code.as_str()), ("退院時サマリー", "18842-5"));
    assert_eq!((document.author.id.as_str(), document.author.name.as_str()), ("D01", "医師 一郎"));
    assert_eq!(document.at.map(|when| when.iso()).as_deref(), Some("2026-11-01T10:30:00+09:00"));
    assert_eq!(document.text, "■ 入院経過\n第1病日&&secret;発熱あり。\n抗菌薬を始めた\n体温 38.5");
    assert_eq!(decoded.meta.ids, ["0012345"]);
    assert_eq!(codes(&decoded), ["not_decoded"], "the coded entries are named");
    assert!(json(&decoded).contains("DOC1"), "what has no place is listed");
    let kana = "<name use=\"SYL\"><family>アカリ</family><given>ユイ</given></name><administrativeGenderCode";
    let two = read("^^^18842-5^x^LN", "main.xml", CDA.replacen("<administrativeGenderCode", kana, 1).as_bytes());
    assert!(json(&two).contains(r#""given":"ユイ","script":"phonetic""#), "kana is a reading, not another name");
    let other = read("^^^18842-5^x^LN", "main.xml", CDA.replace("0012345", "9").as_bytes());
    assert!(codes(&other).contains(&"pid_mismatch"));
    for length in (0..CDA.len()).filter(|at| CDA.is_char_boundary(*at)).step_by(7) {
        read("^^^18842-5^x^LN", "main.xml", &CDA.as_bytes()[..length]);
    }
    assert!(codes(&read("a", "main.xml", &CDA.as_bytes()[..CDA.len() - 30])).contains(&"xml"), "cut short");
}

#[test]
fn texts_of_all_kinds() {
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("S) 眠れた\r\nO) 髙熱なし\r\n");
    let plain = read("KIROKU^経過記録^99", "note.txt", &sjis);
    assert_eq!(document(&plain).text, "S) 眠れた\nO) 髙熱なし");
    assert_eq!((document(&plain).kind.text.as_str(), document(&plain).media_type.as_str()), ("経過記録", "text/plain"));
    let html = "<html><head><style>b{}</style><meta charset=\"utf-8\"></head><body><p>経過<b>良好</b>&amp;安定</p><br>退院</body></html>";
    assert_eq!(document(&read("x", "note.html", html.as_bytes())).text, "経過良好&安定\n退院");
    let xml = "<?xml version='1.0'?><note><day>1</day><text>食事全量</text></note>";
    assert_eq!(document(&read("x", "note.xml", xml.as_bytes())).text, "day: 1\ntext: 食事全量");
}

#[test]
fn bytes_we_do_not_read_are_named() {
    let table: [(&[u8], &str); 5] = [
        (b"%PDF-1.7 \x00", "application/pdf"),
        (b"\x89PNG\r\n", "image/png"),
        (b"\xFF\xD8\xFF\xE0", "image/jpeg"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x01\x02\x03\x00", "application/octet-stream"),
    ];
    for (bytes, media_type) in table {
        let decoded = read("x", "file", bytes);
        assert_eq!(document(&decoded).media_type, media_type);
        assert_eq!(codes(&decoded), ["not_decoded"]);
        assert!(decoded.faults[0].text.starts_with(media_type));
    }
}
