//! `andon demo`: a hospital that does not exist feeds a training home, its EMR dies, and the pages stay.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use drill::{Live, Plan};
use store::{Setup, Unlock};

use super::alarm::Bell;
use super::args::Demo;
use super::people::tell;
use super::{drill as hospital, feed, say, serve};
use crate::event::{Account, PeopleEvent};
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::world;

/// Changes a minute while the demo's EMR lives.
const RATE: u32 = 120;
/// Minutes of silence after which the demo's bar turns red: short, so that one sees it.
const SILENCE_MINUTES: u32 = 1;

/// Who can log in to the demo.
const STAFF: [(&str, &str, Role); 3] = [
    ("N001", "訓練 看護師", Role::Nurse),
    ("H001", "訓練 本部", Role::Headquarters),
    ("A001", "訓練 監査", Role::Auditor),
];
/// And by what. No patient here is real.
const PIN: &str = "246813";

/// Writes the hospital, makes the home, opens the pages, lets the EMR live and die.
///
/// # Errors
/// When the folder is in use, the disk refuses, or the port is taken.
pub fn run(args: &Demo) -> Result<Exit, Problem> {
    let (folder, temporary) = match &args.dir {
        Some(dir) => (dir.clone(), false),
        None => (std::env::temp_dir().join(format!("andon-demo-{}", std::process::id())), true),
    };
    let shown = show(args, &folder);
    if temporary {
        std::fs::remove_dir_all(&folder)?;
    }
    shown.map(|()| Exit::Ok)
}

fn show(args: &Demo, folder: &Path) -> Result<(), Problem> {
    let (tree, dir) = (folder.join("hospital"), folder.join("home"));
    std::fs::create_dir_all(folder)?;
    let stop_at = hospital::whole_minute(world::now());
    let plan = Plan { patients: args.patients, seed: args.seed, stop_at, ..Plan::default() };
    say("架空の120床の病院を作っています… / Making a synthetic 120-bed hospital …");
    hospital::write(&plan, &tree)?;
    let setup = Setup {
        training: true,
        hospital: "訓練町立病院".into(),
        authority: "self".into(),
        passphrase: None,
        now: world::now(),
    };
    store::create(&dir, &setup)?;
    let home = Home::new(dir, Unlock::KeyFile);
    crate::event::home_made(&home, world::now())?;
    people(&plan);
    staff(&home)?;
    let stop = Arc::new(AtomicBool::new(false));
    let feeding = feed::start(&home, std::slice::from_ref(&tree), SILENCE_MINUTES, Bell::new(None), Arc::clone(&stop))?;
    let emr = run_emr(tree, args.seed, args.stop_after, Arc::clone(&stop));
    let served = serve::pages(home, args.port, None, |_| ());
    stop.store(true, Ordering::Relaxed);
    let fed = feeding.join();
    emr.join().unwrap_or(Ok(()))?;
    served.and(fed)
}

/// The EMR on a thread of its own: lives for a while, then writes nothing more.
fn run_emr(
    tree: PathBuf,
    seed: u64,
    stop_after: u64,
    told: Arc<AtomicBool>,
) -> std::thread::JoinHandle<Result<(), Problem>> {
    std::thread::spawn(move || {
        let mut hospital = Live::open(&tree, seed)?;
        hospital::keep_changing(&mut hospital, RATE, Some(Duration::from_secs(stop_after)), &told)?;
        if !told.load(Ordering::Relaxed) {
            say(
                "\n■ 電子カルテが止まりました。画面の帯が赤くなります。 / The EMR has stopped; the bar will turn red.\n",
            );
        }
        Ok(())
    })
}

/// Invented staff, so that one can see the pages as each of them does.
fn staff(home: &Home) -> Result<(), Problem> {
    say("リンクのほか、職員番号でも入れます（すべて架空） / staff who may log in (all invented):");
    for (account, name, role) in STAFF {
        let event = PeopleEvent::Account(Account {
            account: account.into(),
            name: name.into(),
            kana: String::new(),
            role,
            ward: String::new(),
            active: true,
            reason: "demo".into(),
        });
        tell(home, event, None)?;
        home.access()?.set_credential(account, store::CredentialKind::Secret, PIN, world::now())?;
        say(&format!("  {account}  PIN {PIN}  {name}"));
    }
    Ok(())
}

fn people(plan: &Plan) {
    say("さがしてみる患者（すべて架空） / people to look up (all invented):");
    for person in drill::special_people(plan) {
        say(&format!("  {}  {}（{}）  {}", person.id, person.name, person.kana, person.what));
    }
}
