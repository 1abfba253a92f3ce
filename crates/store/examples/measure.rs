//! What the store costs: `measure N [DIR]` takes in N synthetic messages of about 1.7 KB, ten a patient, in batches of
//! 20,000. Prints CPU microseconds a message for each tenth, and bytes on disk. Finding patients is measured by `search`.

use chart::{Moment, PatientId, Sex, When};
use store::{Act, Arrival, Key, KeyKind, NewSource, PersonRow, Setup, Unlock, Writer};

const NOW: Moment = Moment(1_635_607_800_000);
const BATCH_PATIENTS: u64 = 2000;

/// CPU seconds of this process so far (user and system), and its resident memory, MiB.
fn spent() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let number = |at: usize| after.split_whitespace().nth(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let rss =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    ((number(11) + number(12)) / 100.0, rss.unwrap_or(0.0) / 1024.0)
}

fn mix(seed: u64) -> u64 {
    let x = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A laboratory result of 1.7 KB whose values differ.
fn message(patient: u64, no: u64) -> Vec<u8> {
    let mut text = format!(
        "MSH|^~\\&|HIS|HP|ANDON|HP|20211030{no:06}||OML^O33^OML_O33|{patient:08}{no:04}|P|2.5||||||~ISO IR87||ISO 2022-1994\r\
         PID|0001||{patient:010}^^^^PI||Yamada^Taro^^^^^L^I~^^||19{:02}0401|M\rORC|SC|{no:015}||||||20211030\r",
        patient % 100
    );
    let mut seed = patient * 1000 + no;
    for row in 1..=22 {
        seed = mix(seed + row);
        text += &format!(
            "OBX|{row}|NM|3B{:03}0000023271^K{}^JC10||{}.{}|mg/dL|{}-{}||||F|||20211030\r",
            seed % 1000,
            seed % 7,
            seed / 7 % 200,
            seed / 1400 % 10,
            seed % 40,
            40 + seed % 90
        );
    }
    text.into_bytes()
}

const FAMILY: [(&str, &str); 12] = [
    ("佐藤", "サト"),
    ("鈴木", "スズキ"),
    ("高橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イト"),
    ("渡辺", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カト"),
    ("林", "ハヤシ"),
    ("森", "モリ"),
];
const GIVEN: [(&str, &str); 10] = [
    ("太郎", "タロ"),
    ("花子", "ハナコ"),
    ("一郎", "イチロ"),
    ("恵子", "ケイコ"),
    ("陽菜", "ヒナ"),
    ("蓮", "レン"),
    ("正", "タダシ"),
    ("幸子", "サチコ"),
    ("翔太", "ショタ"),
    ("美咲", "ミサキ"),
];
/// Characters for the long tail of surnames.
const TAIL: &str = "阿石井上植江大岡奥梶片金川河菊北木久黒桑小近斎坂桜佐沢塩島清杉関高滝竹谷千土寺戸内永中西野萩橋浜原平福藤古星堀本前松丸三水宮村望森矢柳山横吉和";

fn person(no: u64) -> PersonRow {
    let seed = mix(no);
    let tail: Vec<char> = TAIL.chars().collect();
    let pick = |at: u64| tail[(mix(seed + at) % tail.len() as u64) as usize];
    let (given, given_kana) = GIVEN[(seed >> 8) as usize % GIVEN.len()];
    // A quarter have one of the common surnames (each about 2 %); the rest one of 6,000.
    let (family, family_kana) = if seed.is_multiple_of(4) {
        let (kanji, kana) = FAMILY[(seed >> 32) as usize % FAMILY.len()];
        (kanji.to_owned(), kana.to_owned())
    } else {
        let kana =
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨ".chars().collect::<Vec<_>>();
        let kana = |at: u64| kana[(mix(seed + at) % kana.len() as u64) as usize];
        (format!("{}{}", pick(1), pick(2)), format!("{}{}{}{}", kana(3), kana(4), kana(5), kana(6)))
    };
    let (name, kana) = (format!("{family}{given}"), format!("{family_kana}{given_kana}"));
    let key = |kind, text: &str| Key { kind, text: text.to_owned(), former: false };
    PersonRow {
        birth: When::date(1925 + (seed % 95) as i32, 1 + (seed >> 9) as u32 % 12, 1 + (seed >> 17) as u32 % 28),
        sex: Sex::Female,
        former: vec![],
        phones: vec![],
        keys: vec![key(KeyKind::Name, &name), key(KeyKind::Kana, &kana), key(KeyKind::Id, &no.to_string())],
        name,
        kana,
    }
}

fn fill(writer: &mut Writer, source: u32, from: u64, to: u64, messages: u64) -> Result<f64, store::Error> {
    let mut making = 0.0;
    let made: Vec<Vec<(String, Vec<u8>)>> = {
        let start = spent().0;
        let one = |patient: u64| {
            (0..messages)
                .map(|no| {
                    let path = format!(
                        "{:03}/{:03}/{patient:010}/20211030/OML-11/{patient:010}_20211030_OML-11_{no:015}_20211030083000123_01_1",
                        patient / 10_000_000, patient / 10_000 % 1000
                    );
                    (path, message(patient, no))
                })
                .collect()
        };
        let made = (from..to).map(one).collect();
        making += spent().0 - start;
        made
    };
    writer.batch(|batch| {
        for (patient, files) in (from..to).zip(&made) {
            let arrivals: Vec<_> = files
                .iter()
                .map(|(path, bytes)| Arrival {
                    path: path.as_bytes(),
                    size: bytes.len() as u64,
                    mtime_ns: 1_635_000_000_000_000_000 + mix(patient) as i64 % 1_000_000_000_000,
                    act: Act::Seen { bytes },
                })
                .collect();
            let id = format!("{patient:010}");
            if messages > 0 {
                batch.arrive(source, &id, NOW, &arrivals)?;
                batch.note_kind(source, "OML-11", messages, Some(NOW), NOW)?;
            }
            batch.put_person(&PatientId { authority: "hp".into(), id }, &person(patient))?;
        }
        Ok(())
    })?;
    Ok(making)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let messages: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let each: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(10);
    let folder = std::env::current_dir()?.join(format!("measure-{}", std::process::id()));
    let setup = Setup { training: true, hospital: "hp".into(), authority: "hp".into(), passphrase: None, now: NOW };
    store::create(&folder, &setup)?;
    let mut writer = store::open_writer(&folder, &Unlock::KeyFile)?;
    let (name, authority, root) = ("std1".into(), "hp".into(), "/mnt/std1".into());
    let source = writer.add_source(&NewSource { name, authority, root, added: NOW, silence_minutes: 60 })?.no;
    let patients = messages / each.max(1);
    let step = BATCH_PATIENTS.min(patients.max(1));
    let (mut start, mut making, mut last) = (spent().0, 0.0, 0);
    for from in (0..patients).step_by(step as usize) {
        let to = (from + step).min(patients);
        making += fill(&mut writer, source, from, to, if args.len() > 0 { 0 } else { each })?;
        if to - last >= patients / 10 || to == patients {
            let count = ((to - last) * each.max(1)) as f64;
            let micros = (spent().0 - start - making) / count * 1e6;
            println!("{:>9} messages: {micros:.1} CPU µs each, peak {:.0} MiB", to * each, spent().1);
            (start, making, last) = (spent().0, 0.0, to);
        }
    }
    let counts = writer.counts()?;
    println!("{counts:?}: {:.0} bytes on disk a message", counts.disk_bytes as f64 / messages as f64);
    drop(writer);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
