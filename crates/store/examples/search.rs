//! What finding a patient costs: `search [N]` makes a home of N patients (1,000,000) with names as uneven as a country's,
//! then asks for them in every way and in every two ways together, as typed. Prints lines `subject,round,measure,value`,
//! as `cargo x bench search` keeps them. Times are of this thread on the processor, so that a busy machine says the same.

use std::collections::BTreeMap;

use chart::lists::{Inpatient, Lists};
use chart::{Moment, PatientId, Place, Sex, When, fold_id, fold_kana, fold_name, fold_phone, read_query};
use store::{Find, Key, KeyKind, PersonRow, Reader, Setup, Unlock, Writer};

const NOW: Moment = Moment(1_635_607_800_000);
/// Patients a commit: what the feed's batches bring in a first reading.
const BATCH_PATIENTS: u64 = 2000;
/// Loading is told by so many.
const STEP_PATIENTS: u64 = 10_000;
/// Turns of ten thousand patients by which the last are compared with the first.
const TURNS: u64 = 10;
/// Commits of one patient each after loading, as they come in an ordinary day.
const DAY_COMMITS: u64 = 3000;
/// Patients asked for in each way.
const ASKED: u64 = 200;
const HITS: usize = 50;
/// Every so many-th patient lies in a bed: 500 of a million.
const INPATIENT_EVERY: u64 = 2000;
/// Beds of one ward.
const WARD_BEDS: u64 = 50;
const FAMILIES: usize = 20_000;
const GIVENS: usize = 3_000;
/// Flattens the head of the distributions: the commonest surname is 2 % of all, the commonest given name 1 %.
const FAMILY_HEAD: f64 = 6.2;
const GIVEN_HEAD: f64 = 13.0;

type Fail = Box<dyn std::error::Error>;

/// Nanoseconds this thread has run on the processor.
fn spent() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

fn mix(seed: u64) -> u64 {
    let x = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

const KANJI: &str = "阿石井上植江大岡奥梶片金川河菊北木久黒桑小近斎坂桜佐沢塩島清杉関高滝竹谷千土寺戸内永中西野萩橋浜原平福藤古星堀本前松丸三水宮村望森矢柳山横吉和田林太郎花子一恵陽菜正幸翔美咲明弘進勝義昭夫誠雄豊武次";
const SYLLABLES: &[(&str, &str)] = &[
    ("ア", "a"),
    ("イ", "i"),
    ("エ", "e"),
    ("カ", "ka"),
    ("キ", "ki"),
    ("ク", "ku"),
    ("ケ", "ke"),
    ("コ", "ko"),
    ("サ", "sa"),
    ("シ", "shi"),
    ("ス", "su"),
    ("セ", "se"),
    ("ソ", "so"),
    ("タ", "ta"),
    ("ツ", "tsu"),
    ("テ", "te"),
    ("ト", "to"),
    ("ナ", "na"),
    ("ニ", "ni"),
    ("ノ", "no"),
    ("ハ", "ha"),
    ("ヒ", "hi"),
    ("フ", "fu"),
    ("ホ", "ho"),
    ("マ", "ma"),
    ("ミ", "mi"),
    ("ム", "mu"),
    ("モ", "mo"),
    ("ヤ", "ya"),
    ("ユ", "yu"),
    ("ヨ", "yo"),
    ("ラ", "ra"),
    ("リ", "ri"),
    ("ル", "ru"),
    ("レ", "re"),
    ("ロ", "ro"),
    ("ワ", "wa"),
    ("ザ", "za"),
    ("ジ", "ji"),
    ("ダ", "da"),
    ("バ", "ba"),
    ("ベ", "be"),
    ("ガ", "ga"),
    ("グ", "gu"),
];
/// A character and another writing of it.
const VARIANTS: &[(&str, &str)] = &[("高", "髙"), ("桜", "櫻"), ("浜", "濱"), ("沢", "澤"), ("島", "嶋"), ("吉", "𠮷")];

/// A part of a name: as written, in katakana, in Latin letters.
#[derive(Clone)]
struct Word {
    kanji: String,
    kana: String,
    latin: String,
}

fn word(seed: u64) -> Word {
    let kanji: Vec<char> = KANJI.chars().collect();
    let at = |salt: u64, len: usize| mix(seed.wrapping_mul(64) + salt) as usize % len;
    let length = [1, 2, 2, 2, 2, 2, 2, 3][at(0, 8)];
    let sounds: Vec<_> = (0..[2, 3, 3, 4][at(1, 4)]).map(|no| SYLLABLES[at(10 + no, SYLLABLES.len())]).collect();
    Word {
        kanji: (0..length).map(|no| kanji[at(20 + no, kanji.len())]).collect(),
        kana: sounds.iter().map(|sound| sound.0).collect(),
        latin: sounds.iter().map(|sound| sound.1).collect(),
    }
}

/// Words of which the first are common: the share of number i goes with 1 / (i + head).
struct Names {
    words: Vec<Word>,
    shares: Vec<f64>,
}

impl Names {
    fn new(count: usize, head: f64, salt: u64) -> Names {
        let words = (0..count as u64).map(|no| word(mix(salt + no))).collect();
        let mut sum = 0.0;
        let shares = (0..count).map(|no| {
            sum += 1.0 / (no as f64 + head);
            sum
        });
        Names { words, shares: shares.collect() }
    }

    /// Number of the word at a place between 0 and 1 of all who bear one.
    fn number(&self, at: f64) -> usize {
        let sum = self.shares.last().copied().unwrap_or(1.0);
        self.shares.partition_point(|share| *share < at * sum).min(self.words.len() - 1)
    }

    fn pick(&self, seed: u64) -> &Word {
        &self.words[self.number((mix(seed) >> 11) as f64 / (1u64 << 53) as f64)]
    }
}

/// Who lives in the town.
struct Town {
    families: Names,
    givens: Names,
}

/// One patient and all that can be typed of them.
struct Person {
    id: String,
    family: Word,
    given: Word,
    born: Word,
    former: bool,
    unread: bool,
    birth: When,
    phone: String,
    place: Option<Place>,
}

impl Town {
    fn new() -> Town {
        Town { families: Names::new(FAMILIES, FAMILY_HEAD, 1), givens: Names::new(GIVENS, GIVEN_HEAD, 1 << 32) }
    }

    fn person(&self, no: u64) -> Result<Person, Fail> {
        let seed = mix(no.wrapping_mul(0x9e37_79b9));
        let tel = mix(seed + 5);
        let (year, month, day) = (1925 + seed % 95, 1 + (seed >> 9) % 12, 1 + (seed >> 17) % 28);
        Ok(Person {
            id: format!("{:09}{}", no, no % 7),
            family: self.families.pick(seed + 1).clone(),
            given: self.givens.pick(seed + 2).clone(),
            born: self.families.pick(seed + 3).clone(),
            former: (seed >> 40).is_multiple_of(7),
            unread: (seed >> 45).is_multiple_of(200),
            place: no.is_multiple_of(INPATIENT_EVERY).then(|| place(no / INPATIENT_EVERY)),
            birth: When::date(year as i32, month as u32, day as u32).ok_or("a day of birth")?,
            phone: match tel % 10 {
                0..3 => format!("090{:08}", tel / 10 % 100_000_000),
                _ => format!("0883{:06}", tel / 10 % 1_000_000),
            },
        })
    }
}

/// The place of a bed by its number: wards on five floors, east and west; four beds a room.
fn place(bed: u64) -> Place {
    let (ward, within) = (bed / WARD_BEDS, bed % WARD_BEDS);
    let floor = ward / 2 + 1;
    Place {
        ward: format!("{floor}{}", if ward.is_multiple_of(2) { "東" } else { "西" }),
        room: format!("{floor}{:02}", ward % 2 * 50 + within / 4 + 1),
        bed: (within % 4 + 1).to_string(),
        kind: "N".into(),
    }
}

impl Person {
    fn key(&self) -> PatientId {
        PatientId { authority: "hp".into(), id: self.id.clone() }
    }

    fn lists(&self) -> Lists {
        let inpatient = self.place.clone().map(|place| Inpatient { place, ..Inpatient::default() });
        Lists { inpatient, plans: Vec::new() }
    }

    /// As the feed makes it of messages.
    fn row(&self) -> PersonRow {
        let mut written = self.family.kanji.clone();
        if self.unread {
            written = written.chars().skip(1).fold("■".to_owned(), |all, c| all + &c.to_string());
        }
        let (name, kana) =
            (format!("{written} {}", self.given.kanji), format!("{} {}", self.family.kana, self.given.kana));
        let mut keys = vec![(KeyKind::Id, fold_id(&self.id), false), (KeyKind::Name, fold_name(&name), false)];
        keys.extend([&kana, &self.given.kana].map(|text| (KeyKind::Kana, fold_kana(text), false)));
        keys.push((KeyKind::Phone, fold_phone(&self.phone), false));
        let mut former = Vec::new();
        if self.former {
            former.push(format!("{} {}", self.born.kanji, self.given.kanji));
            keys.push((KeyKind::Name, fold_name(&former[0]), true));
            keys.push((KeyKind::Kana, fold_kana(&(self.born.kana.clone() + &self.given.kana)), true));
        }
        let keys = keys.into_iter().map(|(kind, text, former)| Key { kind, text, former }).collect();
        let (birth, phones) = (Some(self.birth), vec![self.phone.clone()]);
        PersonRow { name, kana, birth, sex: Sex::Female, former, phones, keys }
    }
}

fn hiragana(kana: &str) -> String {
    kana.chars().map(|c| char::from_u32(u32::from(c) - 0x60).unwrap_or(c)).collect()
}

/// Half-width katakana of the syllables used here.
fn half_width(kana: &str) -> String {
    const FULL: &str = "アイエカキクケコサシスセソタツテトナニノハヒフホマミムモヤユヨラリルレロワ";
    const HALF: &str = "ｱｲｴｶｷｸｹｺｻｼｽｾｿﾀﾂﾃﾄﾅﾆﾉﾊﾋﾌﾎﾏﾐﾑﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜ";
    const VOICED: [(char, &str); 7] =
        [('ザ', "ｻﾞ"), ('ジ', "ｼﾞ"), ('ダ', "ﾀﾞ"), ('バ', "ﾊﾞ"), ('ベ', "ﾍﾞ"), ('ガ', "ｶﾞ"), ('グ', "ｸﾞ")];
    let plain = |c| FULL.chars().zip(HALF.chars()).find(|(full, _)| *full == c).map(|(_, half)| half.to_string());
    let voiced = |c| VOICED.iter().find(|(full, _)| *full == c).map_or(String::new(), |(_, half)| (*half).to_owned());
    kana.chars().map(|c| plain(c).unwrap_or_else(|| voiced(c))).collect()
}

fn variant(kanji: &str) -> String {
    VARIANTS.iter().fold(kanji.to_owned(), |text, (plain, other)| text.replace(plain, other))
}

/// The first character unreadable.
fn unreadable(kanji: &str) -> String {
    kanji.chars().skip(1).fold("■".to_owned(), |all, c| all + &c.to_string())
}

/// A way to ask for somebody: its name, and what is typed.
type Way = (&'static str, fn(&Person) -> String);

const WAYS: &[Way] = &[
    ("number", |p| p.id.clone()),
    ("number without zeros", |p| fold_id(&p.id)),
    ("number with dashes", |p| format!("{}-{}-{}", &p.id[..3], &p.id[3..9], &p.id[9..])),
    ("surname", |p| p.family.kanji.clone()),
    ("surname by a variant", |p| variant(&p.family.kanji)),
    ("surname with ■", |p| unreadable(&p.family.kanji) + &p.given.kanji),
    ("given name", |p| p.given.kanji.clone()),
    ("whole name", |p| format!("{}{}", p.family.kanji, p.given.kanji)),
    ("first kanji", |p| p.family.kanji.chars().take(1).collect()),
    ("earlier surname", |p| if p.former { p.born.kanji.clone() } else { p.family.kanji.clone() }),
    ("surname in kana", |p| hiragana(&p.family.kana)),
    ("surname in half-width kana", |p| half_width(&p.family.kana)),
    ("surname in Latin letters", |p| p.family.latin.clone()),
    ("first kana", |p| p.family.kana.chars().take(1).collect()),
    ("given name in kana", |p| p.given.kana.clone()),
    ("birth date", |p| p.birth.iso()),
    ("birth date by era", |p| chart::era_date(&p.birth)),
    ("birth year", |p| p.birth.iso().chars().take(4).collect::<String>() + "年"),
    ("telephone", |p| p.phone.clone()),
    ("ward", |p| p.place.as_ref().map_or(String::new(), |place| place.ward.clone())),
    ("bed", |p| p.place.as_ref().map_or(String::new(), |place| format!("{}-{}", place.room, place.bed))),
];
/// The last ways ask for inpatients.
const PLACE_WAYS: usize = 2;

/// As the page does: all readings of what was typed, and how many bear each name. Gives the hits and whether there are more.
fn ask(reader: &Reader, typed: &str) -> Result<(Vec<PatientId>, bool), store::Error> {
    let query = read_query(typed);
    let (mut hits, mut more) = (Vec::new(), false);
    for reading in query.readings().filter(|reading| !reading.is_empty()) {
        let find = Find {
            id: reading.id.clone(),
            name: reading.name.clone(),
            kana: reading.kana.clone(),
            birth: reading.birth,
            phone: reading.phone.clone(),
            place: reading.place.clone(),
        };
        let found = reader.find(&find, HITS)?;
        more |= found.more;
        hits.extend(found.hits);
    }
    more |= hits.len() > HITS;
    hits.truncate(HITS);
    for hit in &hits {
        reader.same_name_count(&fold_name(&hit.row.name))?;
    }
    Ok((hits.into_iter().map(|hit| hit.id).collect(), more))
}

/// Times of one way, ms, sorted; and how often the patient meant was neither shown nor told to be among more.
fn times(reader: &Reader, lines: &[(String, PatientId)]) -> Result<(Vec<f64>, usize), store::Error> {
    let (mut times, mut lost) = (Vec::new(), 0);
    for (typed, meant) in lines {
        let start = spent();
        let (hits, more) = ask(reader, typed)?;
        times.push((spent() - start) / 1e6);
        lost += usize::from(!more && !hits.contains(meant));
    }
    times.sort_by(f64::total_cmp);
    Ok((times, lost))
}

fn tell(subject: &str, times: &[f64]) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    for (measure, share) in [("p50_ms", 0.5), ("p99_ms", 0.99), ("most_ms", 1.0)] {
        println!("{subject},1,{measure},{:.4}", at(share));
    }
}

fn load(writer: &mut Writer, town: &Town, patients: u64) -> Result<(), Fail> {
    for from in (0..patients).step_by(STEP_PATIENTS as usize) {
        let to = (from + STEP_PATIENTS).min(patients);
        let cost = put(writer, town, from, to)?;
        println!("load,{to},cpu_us_a_row,{:.2}", cost / 1e3 / (to - from) as f64);
    }
    Ok(())
}

/// A new home in this folder.
fn home(name: &str) -> Result<(std::path::PathBuf, Writer), Fail> {
    let folder = std::env::current_dir()?.join(format!("{name}-{}", std::process::id()));
    let setup = Setup { training: true, hospital: "hp".into(), authority: "hp".into(), passphrase: None, now: NOW };
    store::create(&folder, &setup)?;
    let writer = store::open_writer(&folder, &Unlock::KeyFile)?;
    Ok((folder, writer))
}

/// Nanoseconds that writing these patients takes.
fn put(writer: &mut Writer, town: &Town, from: u64, to: u64) -> Result<f64, Fail> {
    let mut cost = 0.0;
    for from in (from..to).step_by(BATCH_PATIENTS as usize) {
        let to = (from + BATCH_PATIENTS).min(to);
        let rows = (from..to).map(|no| town.person(no).map(|p| (p.key(), p.row()))).collect::<Result<Vec<_>, _>>()?;
        let start = spent();
        writer.batch(|batch| rows.iter().try_for_each(|(id, row)| batch.put_person(id, row)))?;
        cost += spent() - start;
        let inpatients = (from..to).filter(|no| no.is_multiple_of(INPATIENT_EVERY));
        let inpatients = inpatients.map(|no| town.person(no)).collect::<Result<Vec<_>, _>>()?;
        writer.batch(|batch| inpatients.iter().try_for_each(|one| batch.put_lists(&one.key(), &one.lists())))?;
    }
    Ok(cost)
}

/// Writes after the last patient, and after the ten-thousandth of another home, in turns: so that both meet the same machine.
/// A hundred thousand each, since FTS5 merges in bouts.
fn grow(writer: &mut Writer, town: &Town, patients: u64) -> Result<(), Fail> {
    let (folder, mut new) = home("ten-thousand")?;
    put(&mut new, town, 0, STEP_PATIENTS)?;
    for round in 0..TURNS {
        let (many, few) = (patients + round * STEP_PATIENTS, (1 + round) * STEP_PATIENTS);
        let large = put(writer, town, many, many + STEP_PATIENTS)?;
        let small = put(&mut new, town, few, few + STEP_PATIENTS)?;
        for (measure, value) in [("last_us_a_row", large), ("ten_thousandth_us_a_row", small)] {
            println!("growth,{},{measure},{:.2}", round + 1, value / 1e3 / STEP_PATIENTS as f64);
        }
    }
    drop(new);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// An ordinary day: commits of one patient each, every other one a second telephone.
fn live(writer: &mut Writer, town: &Town, patients: u64) -> Result<(), Fail> {
    let start = spent();
    for no in 0..DAY_COMMITS {
        let person = town.person(if no % 2 == 0 { patients + no } else { mix(no) % patients })?;
        let mut row = person.row();
        if no % 2 == 1 {
            row.keys.push(Key { kind: KeyKind::Phone, text: format!("0883{:06}", mix(no) % 1_000_000), former: false });
        }
        writer.batch(|batch| batch.put_person(&person.key(), &row))?;
    }
    println!("one patient a commit,1,cpu_us_a_row,{:.1}", (spent() - start) / 1e3 / DAY_COMMITS as f64);
    Ok(())
}

fn search(reader: &Reader, town: &Town, patients: u64) -> Result<(), Fail> {
    let asked = (0..ASKED).map(|no| town.person(mix(no + (1 << 40)) % patients)).collect::<Result<Vec<_>, _>>()?;
    let beds = patients.div_ceil(INPATIENT_EVERY);
    let lying = (0..ASKED).map(|no| town.person(no % beds * INPATIENT_EVERY)).collect::<Result<Vec<_>, _>>()?;
    let of = |way: usize| if way + PLACE_WAYS < WAYS.len() { &asked } else { &lying };
    let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (at, (name, typed)) in WAYS.iter().enumerate() {
        let lines: Vec<_> = of(at).iter().map(|person| (typed(person), person.key())).collect();
        let (alone, lost) = times(reader, &lines)?;
        tell(name, &alone);
        println!("{name},1,lost,{lost}");
        kinds.entry("every way").or_default().extend(alone);
        for (with, (other, second)) in WAYS.iter().enumerate().skip(at + 1) {
            let few = of(with).iter().take(ASKED as usize / 4);
            let lines: Vec<_> =
                few.map(|person| (format!("{} {}", typed(person), second(person)), person.key())).collect();
            let (both, _) = times(reader, &lines)?;
            tell(&format!("{name} + {other}"), &both);
            kinds.entry("any two ways").or_default().extend(both);
        }
    }
    for (kind, mut all) in kinds {
        all.sort_by(f64::total_cmp);
        tell(kind, &all);
    }
    for (name, number) in [("commonest surname", 0), ("median surname", town.families.number(0.5))] {
        let person = Person { family: town.families.words[number].clone(), ..town.person(0)? };
        for (written, typed) in [("", &person.family.kanji), (" in kana", &person.family.kana)] {
            let lines: Vec<_> = (0..ASKED).map(|_| (typed.clone(), person.key())).collect();
            tell(&format!("{name}{written}"), &times(reader, &lines)?.0);
        }
    }
    Ok(())
}

/// A name holds what was asked, an unreadable character standing for any.
fn holds(name: &str, asked: &str) -> bool {
    let (name, asked): (Vec<char>, Vec<char>) = (name.chars().collect(), asked.chars().collect());
    name.windows(asked.len()).any(|part| {
        let pairs = || part.iter().zip(&asked);
        pairs().all(|(held, asked)| held == asked || *held == '?') && pairs().any(|(held, asked)| held == asked)
    })
}

/// The first of the commonest surname, alone and with another part, against a comparison of all patients.
fn check(reader: &Reader, town: &Town, patients: u64) -> Result<(), Fail> {
    let common = &town.families.words[0];
    let given = &town.givens.words[1];
    let year = When::date(1950, 1, 1).zip(When::date(1950, 12, 31));
    let finds = [
        Find { name: Some(fold_name(&common.kanji)), ..Find::default() },
        Find { kana: Some(fold_kana(&common.kana)), ..Find::default() },
        Find { name: Some(fold_name(&common.kanji)), birth: year, ..Find::default() },
        Find { name: Some(fold_name(&given.kanji)), kana: Some(fold_kana(&common.kana)), ..Find::default() },
    ];
    let mut all: Vec<Vec<(String, i64, String)>> = vec![Vec::new(); finds.len()];
    for no in 0..patients {
        let person = town.person(no)?;
        let row = person.row();
        let of = |kind| row.keys.iter().filter(move |key| key.kind == kind);
        let reading = of(KeyKind::Kana).find(|key| !key.former).map_or("", |key| &key.text);
        for (find, all) in finds.iter().zip(&mut all) {
            let named = find.name.as_ref().is_none_or(|name| of(KeyKind::Name).any(|key| holds(&key.text, name)));
            let read = find.kana.as_ref().is_none_or(|kana| of(KeyKind::Kana).any(|key| key.text.starts_with(kana)));
            let born = find.birth.is_none_or(|(from, to)| (from.start..to.end()).contains(&person.birth.start));
            if named && read && born {
                all.push((reading.to_owned(), person.birth.start.0, person.id.clone()));
            }
        }
    }
    for (no, (find, mut want)) in finds.iter().zip(all).enumerate() {
        want.sort();
        let found = reader.find(find, HITS)?;
        let same = found.hits.iter().map(|hit| &hit.id.id).eq(want.iter().map(|(.., id)| id).take(HITS));
        println!("checked against all {no},{},first_{HITS}_right,{}", want.len(), u8::from(same));
    }
    Ok(())
}

fn main() -> Result<(), Fail> {
    let patients: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let (folder, mut writer) = home("search")?;
    let town = Town::new();
    println!("subject,round,measure,value");
    load(&mut writer, &town, patients)?;
    println!("home,1,bytes_a_row,{:.0}", writer.counts()?.disk_bytes as f64 / patients as f64);
    let reader = store::open_reader(&folder, &Unlock::KeyFile)?;
    check(&reader, &town, patients)?;
    grow(&mut writer, &town, patients)?;
    live(&mut writer, &town, patients + TURNS * STEP_PATIENTS)?;
    search(&reader, &town, patients)?;
    drop((reader, writer));
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
