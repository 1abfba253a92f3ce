//! The program under a story: a real home, the real feed, the real pages, a clock the story sets.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use andon::event::{GateAct, GateDecision, GateEvent, PeopleEvent};
use andon::feed;
use andon::home::Home;
use andon::routes;
use andon::web::Site;
use andon::writing::Request;
use axum::http::header;
use chart::{Civil, Moment, Precision, When};
use store::{CredentialKind, Setup, Unlock};
use tower::ServiceExt;

use crate::hospital::{Label, NO_ORDER, Tree};
use crate::message::{self, Patient};
use crate::night::{CODES, Night, get, text};
use crate::office::Office;
use crate::paper::{self, Paper};
use crate::script::Step;
use crate::vault::Kept;

/// Minutes of silence after which a story's bar turns red.
const SILENCE_MINUTES: u32 = 60;
/// How long a reading may wait for half-written files before a step is judged.
const SETTLE_MILLIS: i64 = 5_000;

/// What dies in a crash.
struct Running {
    writer: Arc<Mutex<store::Writer>>,
    router: axum::Router,
    site: Site,
}

/// A hospital, a station and a story between them.
pub struct Program {
    _folder: tempfile::TempDir,
    home: Home,
    root: PathBuf,
    tree: Tree,
    clock: Arc<AtomicI64>,
    patients: HashMap<String, Patient>,
    stopped: bool,
    running: Option<Running>,
    /// Somebody who came in by a sealed card, and the card.
    night: Option<Night>,
    runtime: tokio::runtime::Runtime,
    /// Paper lives through a crash.
    paper: Paper,
    office: Office,
    /// So do the places of the vault, and the officers' key.
    kept: Option<Kept>,
}

/// What somebody at a desk has of the station: charts to read, and a way to have something written.
pub struct Desk<'a> {
    pub reader: &'a store::Reader,
    pub write: &'a dyn Fn(&Request) -> Result<andon::writing::Answer, andon::home::Problem>,
}

type Done = Result<(), String>;

impl Program {
    pub fn start() -> Program {
        let folder = tempfile::tempdir().unwrap();
        let (dir, root) = (folder.path().join("home"), folder.path().join("std1"));
        let clock = Arc::new(AtomicI64::new(0));
        let setup = Setup {
            training: true,
            hospital: "物語病院".into(),
            authority: "story".into(),
            passphrase: None,
            now: Moment(0),
        };
        store::create(&dir, &setup).unwrap();
        let mut program = Program {
            tree: Tree::make(&root),
            home: Home::new(dir, Unlock::KeyFile),
            root,
            clock,
            patients: HashMap::new(),
            stopped: false,
            running: None,
            night: None,
            paper: Paper::default(),
            office: Office::default(),
            kept: None,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            _folder: folder,
        };
        program.open();
        program
    }

    fn open(&mut self) {
        let writer = Arc::new(Mutex::new(self.home.writer().unwrap()));
        let clock = Arc::clone(&self.clock);
        let now: andon::world::Clock = Arc::new(move || Moment(clock.load(Ordering::Relaxed)));
        let own = Arc::clone(&writer);
        let write = move |_: &Home, wish: &andon::writing::Request| andon::cli::perform(&mut own.lock().unwrap(), wish);
        let site = Site::open(self.home.clone(), now, Arc::new(write)).unwrap();
        self.running = Some(Running { writer, router: routes::router(site.clone()), site });
    }

    /// Nothing is told to anybody; the lock falls with the process's handles.
    pub fn crash_and_reopen(&mut self) {
        self.running = None;
        // A home that was wiped does not open until there is another.
        if self.home.about().is_ok() {
            self.open();
        }
    }

    fn now(&self) -> Moment {
        Moment(self.clock.load(Ordering::Relaxed))
    }

    /// Plays one step; the error says what was expected and what was found.
    pub fn play(&mut self, step: &Step) -> Done {
        if let Some((hour, minute)) = step.time {
            self.set_time(hour, minute);
        }
        let words: Vec<&str> = step.words.iter().map(String::as_str).collect();
        match (step.verb.as_str(), words.as_slice()) {
            ("日付", [date]) => self.set_date(date),
            ("患者", [short, id, family, given, family_kana, given_kana, birth, sex]) => {
                let patient = Patient {
                    id: (*id).into(),
                    family: (*family).into(),
                    given: (*given).into(),
                    family_kana: (*family_kana).into(),
                    given_kana: (*given_kana).into(),
                    birth: birth.replace('-', ""),
                    sex: if *sex == "男" { "M" } else { "F" }.into(),
                };
                self.patients.insert((*short).into(), patient);
                self.write(short, "-", "ADT-00", NO_ORDER, "ADT^A08^ADT_A01", &[message::outpatient()])
            }
            ("改姓", [short, family, family_kana]) => {
                let patient = self.patients.get_mut(*short).ok_or("no such patient")?;
                (patient.family, patient.family_kana) = ((*family).into(), (*family_kana).into());
                self.write(short, "-", "ADT-00", NO_ORDER, "ADT^A08^ADT_A01", &[message::outpatient()])
            }
            ("停止", []) => {
                self.stopped = true;
                Ok(())
            }
            ("保存先が消える", []) => self.mount(Tree::vanish),
            ("保存先が戻る", []) => self.mount(Tree::come_back),
            ("暗号化される", []) => self.spoil(Tree::encrypt),
            ("復旧する", []) => self.spoil(Tree::decrypt),
            ("保留を解除", [by, reason]) => self.release(by, reason),
            ("カード", [ward]) => self.card(ward),
            ("緊急開封", [name]) => {
                let running = self.running.as_ref().ok_or("the program is down")?;
                let night = self.night.as_mut().ok_or("no card")?;
                night.name = (*name).to_owned();
                self.runtime.block_on(night.open(&running.router))
            }
            ("待つ", [minutes]) => {
                let minutes: i64 = minutes.parse().map_err(|_| "minutes?")?;
                self.clock.fetch_add(minutes * 60_000, Ordering::Relaxed);
                self.feed()
            }
            _ => self
                .order(step, &words)
                .or_else(|| self.at_vault(step, &words))
                .or_else(|| self.at_desk(step, &words))
                .or_else(|| self.expect(step, &words))
                .unwrap_or_else(|| Err(format!("この言葉は知りません: {} （{}語）", step.verb, words.len()))),
        }
    }

    fn mount(&mut self, change: impl Fn(&Tree)) -> Done {
        change(&self.tree);
        self.feed()
    }

    /// Something is done to every file of the tree, and the feed meets it a little later.
    fn spoil(&mut self, change: impl Fn(&Tree, Moment)) -> Done {
        change(&self.tree, self.now());
        self.clock.fetch_add(SETTLE_MILLIS, Ordering::Relaxed);
        self.feed()
    }

    /// A named person says that all that was held back is good.
    fn release(&mut self, by: &str, reason: &str) -> Done {
        let running = self.running.as_ref().ok_or("the program is down")?;
        let (act, reason) = (GateAct::Release, reason.to_owned());
        let event = GateEvent::Decided(GateDecision { source: 1, act, to: None, until_millis: 0, reason });
        let wish = Request::Gate { event, by: by.to_owned(), role: "headquarters".into() };
        andon::cli::perform(&mut running.writer.lock().unwrap(), &wish).map_err(|error| error.to_string())?;
        self.feed()
    }

    fn set_date(&mut self, date: &str) -> Done {
        let day = When::parse(&date.replace('-', "")).ok_or("日付？")?;
        self.clock.store(day.start.0, Ordering::Relaxed);
        Ok(())
    }

    /// The next moment at which the clock shows this time.
    fn set_time(&mut self, hour: u32, minute: u32) {
        let now = self.now();
        let civil = Civil { hour, minute, second: 0, milli: 0, ..now.civil() };
        let Some(When { start, .. }) = When::from_civil(civil, Precision::Minute) else { return };
        let next = if start.0 < now.0 / 60_000 * 60_000 { start.0 + 86_400_000 } else { start.0.max(now.0) };
        self.clock.store(next, Ordering::Relaxed);
    }

    /// Orders and results the EMR writes; `None` when the verb is another's.
    fn order(&mut self, step: &Step, words: &[&str]) -> Option<Done> {
        let stamp = self.now().digits17();
        let (day, minute) = (stamp.get(..8)?.to_owned(), stamp.get(..12)?.to_owned());
        Some(match (step.verb.as_str(), words) {
            ("アレルギー", [p, class, name, severity, reaction]) => {
                let segment =
                    format!("IAM|1|{}^^HL70127|^{name}^99XYZ|{severity}^^HL70128|{reaction}|A^^HL70323", class);
                self.write(p, "-", "ADT-61", NO_ORDER, "ADT^A60^ADT_A60", &[segment])
            }
            ("入院", [p, ward, room, bed]) => {
                let pv1 = message::inpatient(ward, room, bed, &minute);
                self.write(p, &day, "ADT-22", NO_ORDER, "ADT^A01^ADT_A01", &[pv1])
            }
            ("病名", [p, name, onset]) => {
                let onset = onset.replace('-', "");
                let prb = format!("PRB|AD|{day}|^{name}^99XYZ|1|||{onset}|||^^I10|||||||{onset}");
                let order = message::order("NW", "1", "", &minute);
                self.write(p, "-", "PPR-01", NO_ORDER, "PPR^ZD1^PPR_ZD1", &[prb, format!("ZPR||^{name}^99XYZ"), order])
            }
            ("処方", [p, number, drug, amount, unit, usage, days]) => {
                let segments = prescription("NW", number, drug, amount, unit, usage, days, &minute);
                self.write(p, &day, "OMP-01", &order_no(number), "RDE^O11^RDE_O11", &segments)
            }
            ("処方取消", [p, number, drug, amount, unit, usage, days]) => {
                let segments = prescription("CA", number, drug, amount, unit, usage, days, &minute);
                let label = Label { date: &day, kind: "OMP-01", order: &order_no(number) };
                self.send(p, "RDE^O11^RDE_O11", &segments, |tree, id, bytes, now| tree.cancel(id, &label, bytes, now))
            }
            ("実施", [p, number, drug, amount, unit]) => {
                let rxa = format!(
                    "RXA|0|1|{minute}|{minute}|^{drug}^99XYZ|{amount}|{unit}^{unit}^MR9P|||||||||||||CP||{minute}"
                );
                let segments = [
                    message::outpatient(),
                    message::order("NW", number, "1", &minute),
                    rxa,
                    "RXR|PO^口^HL70162".into(),
                ];
                self.write(p, &day, "OMP-11", &order_no(number), "RAS^O17^RAS_O17", &segments)
            }
            ("検査", [p, number, item, value, unit, range, flag]) => {
                let segments = [
                    message::outpatient(),
                    format!("SPM|1|1||023^血清^JC10|||||||||||||{minute}"),
                    format!("OBR|1|{number}||E001^検査^99O03|||{minute}"),
                    message::order("SC", number, "", &minute),
                    format!(
                        "OBX|1|NM|^{item}^99XYZ||{value}|{unit}^{unit}^99XYZ|{range}|{}|||F|||{minute}",
                        flag.trim_matches('-')
                    ),
                ];
                self.write(p, &day, "OML-11", &order_no(number), "OUL^R22^OUL_R22", &segments)
            }
            _ => return None,
        })
    }

    /// What is done with the vault; `None` when the verb is another's.
    fn at_vault(&mut self, step: &Step, words: &[&str]) -> Option<Done> {
        let now = self.now();
        let done = match (step.verb.as_str(), words) {
            ("保管庫を作る", []) => {
                let folder = self.root.parent()?;
                self.with_writer(|home, write| Kept::begin(folder, home, write)).map(|kept| self.kept = Some(kept))
            }
            ("封じる", []) => {
                let kept = self.kept.as_ref()?;
                self.with_writer(|home, write| kept.seal(home, now, write))
            }
            ("ディスクを抜く", []) => self.kept.as_ref()?.disk(false).map_err(Into::into),
            ("ディスクを差す", []) => self.kept.as_ref()?.disk(true).map_err(Into::into),
            ("端末とつないだ保管先が消される", []) => {
                self.running = None;
                std::fs::remove_dir_all(self.home.dir())
                    .and_then(|()| self.kept.as_ref().map_or(Ok(()), Kept::wiped))
                    .map_err(Into::into)
            }
            ("何もない機械で復元する", []) => {
                let to = self.home.dir().with_file_name("restored");
                self.kept.as_ref()?.restored(&to, now).map(|()| {
                    self.home = Home::new(to, Unlock::KeyFile);
                    self.open();
                })
            }
            _ => return None,
        };
        Some(done.map_err(|problem: andon::home::Problem| problem.words))
    }

    fn with_writer<T>(
        &self,
        act: impl FnOnce(
            &Home,
            &dyn Fn(&Request) -> Result<andon::writing::Answer, andon::home::Problem>,
        ) -> Result<T, andon::home::Problem>,
    ) -> Result<T, andon::home::Problem> {
        let running = self.running.as_ref().ok_or_else(|| andon::home::Problem::failed("the program is down"))?;
        act(&self.home, &|wish| andon::cli::perform(&mut running.writer.lock().unwrap(), wish))
    }

    /// What is done with paper; `None` when the verb is another's.
    fn at_desk(&mut self, step: &Step, words: &[&str]) -> Option<Done> {
        let now = self.now();
        let patient = |program: &Program, short: &str| program.patients.get(short).map(|patient| patient.id.clone());
        let Some(running) = self.running.as_ref() else { return Some(Err("the program is down".into())) };
        let reader = self.home.reader().unwrap();
        let writer = Arc::clone(&running.writer);
        let write = |wish: &Request| andon::cli::perform(&mut writer.lock().unwrap(), wish);
        let desk = Desk { reader: &reader, write: &write };
        Some(match (step.verb.as_str(), words) {
            ("印刷", [short, form, name]) => {
                let id = patient(self, short)?;
                self.paper.print(&desk, form, Some(&id), name, now)
            }
            ("白紙", [form, name]) => self.paper.print(&desk, form, None, name, now),
            ("スキャンが届く", [name, worn @ ..]) => self.paper.arrive(&desk, name, worn),
            ("読む", []) => paper::read(&desk),
            (verb, words) => {
                let (folder, patients) = (self.root.parent()?.to_owned(), &self.patients);
                let id = |short: &str| patients.get(short).map(|patient| patient.id.clone());
                return self.office.step(&desk, &mut self.paper, (verb, words), (folder, now), id);
            }
        })
    }

    fn write(&mut self, short: &str, date: &str, kind: &str, order: &str, event: &str, segments: &[String]) -> Done {
        let label = Label { date, kind, order };
        self.send(short, event, segments, |tree, id, bytes, now| tree.write(id, &label, bytes, now))
    }

    fn send(
        &mut self,
        short: &str,
        event: &str,
        segments: &[String],
        put: impl FnOnce(&Tree, &str, &[u8], Moment),
    ) -> Done {
        if self.stopped {
            return Err("電子カルテは止まっています".into());
        }
        let patient = self.patients.get(short).ok_or_else(|| format!("患者 {short} は出てきていません"))?;
        let now = self.now();
        put(&self.tree, &patient.id, &message::message(patient, event, now, segments), now);
        self.clock.fetch_add(SETTLE_MILLIS, Ordering::Relaxed);
        self.feed()
    }

    /// A ward's sealed card was printed and lies in its box.
    fn card(&mut self, ward: &str) -> Done {
        let running = self.running.as_ref().ok_or("the program is down")?;
        let event = PeopleEvent::CardMade { card: 1, ward: ward.into(), codes: CODES.len() as u16 };
        let wish = Request::People { event, by: "情報担当".into(), role: "it".into() };
        andon::cli::perform(&mut running.writer.lock().unwrap(), &wish).map_err(|error| error.to_string())?;
        let mut access = self.home.access().map_err(|error| error.to_string())?;
        for (no, code) in (1..).zip(CODES) {
            let set = access.set_credential("card:1", CredentialKind::Code(no), code, self.now());
            set.map_err(|error| error.to_string())?;
        }
        self.night = Some(Night::default());
        Ok(())
    }

    /// The feed looks at the tree, as it does every few seconds.
    fn feed(&mut self) -> Done {
        let running = self.running.as_mut().ok_or("the program is down")?;
        let clock = Arc::clone(&self.clock);
        let clock: andon::world::Clock = Arc::new(move || Moment(clock.load(Ordering::Relaxed)));
        let roots = std::slice::from_ref(&self.root);
        let mut writer = running.writer.lock().map_err(|_| "the writer stopped")?;
        let opened = feed::Feed::open(&mut writer, roots, SILENCE_MINUTES, clock);
        let read = opened.and_then(|feed| feed.read_once(&mut writer, &mut |_| ()));
        read.map(|_| ()).map_err(|error| error.to_string())
    }

    /// A page as whoever is at the screen sees it: who came in by a sealed card, else the operator.
    fn page(&mut self, path: &str) -> Result<String, String> {
        let running = self.running.as_ref().ok_or("the program is down")?;
        match &mut self.night {
            Some(night) => self.runtime.block_on(night.page(&running.router, path)),
            None => self.runtime.block_on(operators_page(running, path)),
        }
    }

    /// What the people of the story see; `None` when the verb is another's.
    fn expect(&mut self, step: &Step, words: &[&str]) -> Option<Done> {
        let path = match (step.verb.as_str(), words) {
            ("カルテ", [p, ..]) => format!("/patients/story/{}", self.patients.get(*p)?.id),
            ("その時のカルテ", [p, at, ..]) => format!("/patients/story/{}?at={at}", self.patients.get(*p)?.id),
            ("保留", [p, ..]) => format!("/patients/story/{}/held", self.patients.get(*p)?.id),
            ("病棟", [ward, ..]) => format!("/wards/{}", percent(ward)),
            ("食事の表", [ward, ..]) => format!("/wards/{}/meals", percent(ward)),
            ("申し送りの表", [ward, ..]) => format!("/wards/{}/handover", percent(ward)),
            ("入院患者", [p, ..]) => format!("/wards/stay?authority=story&id={}", self.patients.get(*p)?.id),
            ("予約の日", [day, ..]) => format!("/appointments?day={day}"),
            ("電話リスト", [title, ..]) => format!("/telephone/list?list={}", percent(title)),
            ("部門", [page, ..]) => format!("/desks/{page}"),
            ("検索", [typed, ..]) => format!("/?q={}", percent(typed)),
            (verb, _) => crate::desk::page(verb)?,
        };
        let skip = match step.verb.as_str() {
            "カルテ" | "検索" | "保留" | "病棟" | "予約の日" | "電話リスト" | "食事の表" | "申し送りの表"
            | "入院患者" | "部門" => 1,
            "その時のカルテ" => 2,
            _ => 0,
        };
        Some(self.page(&path).and_then(|html| judge(&plain(&html), &html, words.get(skip..).unwrap_or_default())))
    }
}

/// `ある 語…`, `ない 語…`, `赤`, `平常` in any order and number.
pub fn judge(text: &str, html: &str, words: &[&str]) -> Done {
    let mut wanted = true;
    for word in words {
        match *word {
            "ある" => wanted = true,
            "ない" => wanted = false,
            "赤" | "平常" => {
                let red = html.contains("class=\"bar red\"");
                if red != (*word == "赤") {
                    return Err(format!("帯が{}ではありません", word));
                }
            }
            word if text.contains(word) == wanted => (),
            word => return Err(format!("「{word}」が{}\n{text}", if wanted { "ありません" } else { "あります" })),
        }
    }
    Ok(())
}

/// The words of a page as a person reads them.
fn plain(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => (),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As the operator sees it. Hours pass between the steps of a story, and a browser that idles is asked to log in again.
async fn operators_page(running: &Running, path: &str) -> Result<String, String> {
    let link = running.site.gate().link().map_err(|e| e.to_string())?;
    let opened = running.router.clone().oneshot(get(&link, "")).await.map_err(|e| e.to_string())?;
    let cookie = opened.headers()[header::SET_COOKIE].to_str().unwrap_or_default().to_owned();
    let cookie = cookie.split(';').next().unwrap_or_default();
    text(running.router.clone().oneshot(get(path, cookie)).await.map_err(|e| e.to_string())?).await
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn order_no(number: &str) -> String {
    format!("{number:0>15}")
}

#[allow(clippy::too_many_arguments, reason = "the words of one line of a story")]
fn prescription(
    control: &str,
    number: &str,
    drug: &str,
    amount: &str,
    unit: &str,
    usage: &str,
    days: &str,
    at: &str,
) -> Vec<String> {
    vec![
        message::outpatient(),
        message::order(control, number, "1", at),
        format!("RXE||^{drug}^99XYZ|{amount}||{unit}^{unit}^MR9P"),
        format!("TQ1|1||&{usage}&JAMISDP01|||{days}^d|{at}"),
        "RXR|PO^口^HL70162".into(),
    ]
}
