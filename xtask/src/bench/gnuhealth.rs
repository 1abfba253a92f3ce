//! Reading a patient beside GNU Health, a whole hospital system in Python on PostgreSQL: one patient's own row by its
//! JSON-RPC, against our whole chart page, by the same client in turns. Its own server is asked, as its packages start
//! it: one process. More processes would serve more, so a ratio is against this setting only.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::measure::percentile;
use super::report::Report;
use super::served::{Client, Served};
use super::{ground, large};
use crate::Outcome;
use crate::runner::{output, root, run as run_shown};

const PORT: u16 = 18_765;
const PATIENTS: u64 = 85_000;
/// Numbers from which `gnuhealth.py` counts its copies.
const FIRST: u64 = 1_000_001;
const SECONDS: u64 = 8;
const PACKAGES: &[&str] = &["gnuhealth-all-modules==5.0.4", "psycopg2-binary==2.9.13"];
/// A password of a database on this machine's loopback that holds nothing.
const PASSWORD: &str = "bench-Only-7";
/// What a reader of one patient is shown of him: the words of the list view.
const FIELDS: &str = r#"["rec_name","puid","party","dob","age","gender","deceased","blood_type","rh","current_insurance","primary_care_doctor","critical_summary","general_info"]"#;

/// Asks both, one client and fifty.
pub fn run(report: &mut Report) -> Outcome {
    let folder = ground::work()?.join("gnuhealth");
    prepare(&folder)?;
    let served = Served::andon(&ground::andon()?, &large::MIDDLE.home(report)?)?;
    let mut start = Command::new(folder.join("v/bin/trytond"));
    let peer = Served::started(start.arg("-c").arg(folder.join("trytond.conf")).args(["-d", "gh"]), PORT)?;
    let session = log_in(&peer)?;
    let patients = large::MIDDLE.people("inpatient")?;
    let ours = |client: &mut Client<'_>, at: usize| {
        client.page(&large::chart_path(&patients[at * 7919 % patients.len()])).map(drop)
    };
    let theirs = |client: &mut Client<'_>, at: usize| read(client, &session, FIRST + at as u64 * 7919 % PATIENTS);
    for clients in [1, 50] {
        let (mut rates, mut waits) = (vec![], vec![]);
        for round in 1..=report.pairs {
            let (our, their) = (closed(&served, clients, &ours)?, closed(&peer, clients, &theirs)?);
            for (who, waits) in [("andon chart", &our), ("GNU Health patient", &their)] {
                let subject = format!("{who}, {clients} clients");
                report.figure(&subject, round, "a_second", waits.len() as f64 / SECONDS as f64);
                report.figure(&subject, round, "p50_ms", percentile(waits, 0.5));
                report.figure(&subject, round, "p99_ms", percentile(waits, 0.99));
            }
            rates.push(our.len() as f64 / their.len() as f64);
            waits.push(percentile(&their, 0.5) / percentile(&our, 0.5));
        }
        report.claim(&format!("{clients} clients: andon ÷ GNU Health, pages a second"), &rates, None);
        report.claim(&format!("{clients} clients: GNU Health ÷ andon, p50"), &waits, None);
    }
    Ok(())
}

/// Milliseconds of every answer, each client asking again at once.
fn closed(
    served: &Served,
    clients: usize,
    ask: &(impl Fn(&mut Client<'_>, usize) -> Outcome + Sync),
) -> Outcome<Vec<f64>> {
    let until = Instant::now() + Duration::from_secs(SECONDS);
    let one = |own: usize| -> Outcome<Vec<f64>> {
        let (mut client, mut waits) = (Client::new(served), Vec::new());
        while Instant::now() < until {
            let began = Instant::now();
            ask(&mut client, waits.len() * clients + own)?;
            waits.push(began.elapsed().as_secs_f64() * 1e3);
        }
        Ok(waits)
    };
    let all = std::thread::scope(|scope| {
        let all: Vec<_> = (0..clients).map(|own| scope.spawn(move || one(own))).collect();
        all.into_iter().map(|one| one.join().map_err(|_| "a client stopped".to_owned())?).collect::<Outcome<Vec<_>>>()
    });
    Ok(all?.concat())
}

/// The header of a session.
fn log_in(peer: &Served) -> Outcome<String> {
    let body = format!(r#"{{"id":0,"method":"common.db.login","params":["admin",{{"password":"{PASSWORD}"}},"en"]}}"#);
    let answer = Client::new(peer).post("/gh/", "Accept: */*", &body)?;
    let said = String::from_utf8_lossy(&answer.body).into_owned();
    let told: serde_json::Value = serde_json::from_str(&said).map_err(|_| format!("GNU Health: {said}"))?;
    let told = told.get("result").unwrap_or(&told);
    let (Some(user), Some(key)) = (told[0].as_i64(), told[1].as_str()) else {
        return Err(format!("GNU Health: {said}"));
    };
    Ok(format!("Authorization: Session {}", base64(format!("admin:{user}:{key}").as_bytes())))
}

fn read(client: &mut Client<'_>, session: &str, patient: u64) -> Outcome {
    let body = format!(r#"{{"id":1,"method":"model.gnuhealth.patient.read","params":[[{patient}],{FIELDS},{{}}]}}"#);
    let answer = client.post("/gh/", session, &body)?;
    let said = String::from_utf8_lossy(&answer.body);
    if answer.status == 200 && said.contains("rec_name") { Ok(()) } else { Err(format!("GNU Health: {said}")) }
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// The program from its packages, a database of its own on this machine's PostgreSQL, and patients in it; kept.
fn prepare(folder: &Path) -> Outcome {
    let made = folder.join("made");
    if made.is_file() {
        return Ok(());
    }
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(fail)?;
    let tool = |name: &str| -> PathBuf { folder.join("v/bin").join(name) };
    if !tool("python").is_file() {
        run_shown(Command::new("python3").args(["-m", "venv"]).arg(folder.join("v")))?;
    }
    run_shown(Command::new(tool("python")).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
    let uri = format!("postgresql://gh:{PASSWORD}@127.0.0.1:5432/");
    let conf = format!("[database]\nuri = {uri}\n[web]\nlisten = 127.0.0.1:{PORT}\n[session]\ntimeout = 86400\n");
    std::fs::write(folder.join("trytond.conf"), conf).map_err(fail)?;
    std::fs::write(folder.join("pass"), PASSWORD).map_err(fail)?;
    let sql = format!("CREATE ROLE gh LOGIN SUPERUSER PASSWORD '{PASSWORD}'");
    // Both are there after a run that broke off.
    let _ = output(Command::new("runuser").args(["-u", "postgres", "--", "psql", "-c", &sql]));
    let create = ["-u", "postgres", "--", "createdb", "-O", "gh", "-T", "template0", "-E", "UTF8", "gh"];
    let _ = output(Command::new("runuser").args(create));
    let mut admin = Command::new(tool("trytond-admin"));
    admin.env("TRYTONPASSFILE", folder.join("pass")).arg("-c").arg(folder.join("trytond.conf")).args(["-d", "gh"]);
    admin.args(["--email", "bench@localhost", "--activate-dependencies"]);
    run_shown(admin.args(["-u", "health", "health_inpatient", "health_lab"]).current_dir(root()))?;
    let mut fill = Command::new(tool("python"));
    let count = output(fill.arg(ground::peer("gnuhealth.py")).arg(folder).arg(PATIENTS.to_string()))?;
    std::fs::write(made, count).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_of_the_standard_s_examples() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        pairs.iter().for_each(|(bytes, text)| assert_eq!(base64(bytes.as_bytes()), *text));
    }
}
