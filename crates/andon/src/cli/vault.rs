//! `andon vault`: where what is received is kept sealed, and whether it is.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use chart::Moment;
use serde::Serialize;
use serde_json::json;
use store::Reader;
use vault::{Identity, Recipient, Target};
use zeroize::Zeroizing;

use super::args::vault::{Named, OpenedBy, RecipientWords, TargetWords, Told, VaultWords, Verify};
use super::args::vault_log::LogWords;
use super::vault_log::{flaw, lines_of_forks, lines_of_seen, own, shown};
use super::{keys_open, os_user, say, say_json, vault_proof, write};
use crate::custody::checks::{self, Checks};
use crate::custody::page::{medium, why};
use crate::custody::restore::must_have_begun;
use crate::custody::rules::{KeptLine, Light, Standing};
use crate::custody::seal::{self, SEGMENT_BYTES, Sealing, Step};
use crate::custody::seen::Shown;
use crate::custody::verify::{self, Verified};
use crate::custody::{asked, deliver, server, state, status};
use crate::event::{CustodyEvent, Keeping, RecipientSaid};
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// A file of keys is a few lines, bytes.
const IDENTITY_BYTES_MAX: u64 = 64 << 10;
/// Letters of a name.
const NAME_CHARS: usize = 40;

/// Does what is asked of the vault.
///
/// # Errors
/// When the home does not open, or what is asked cannot be.
pub fn run(home: &Home, words: &VaultWords) -> Result<Exit, Problem> {
    match words {
        VaultWords::Server(asked) => super::vault_probe::run(home, asked),
        VaultWords::Receiver(asked) => super::vault_receive::run(asked),
        VaultWords::Log(LogWords::Log(asked)) => super::vault_log::run(home, asked),
        VaultWords::Log(LogWords::Checkpoint(asked)) => super::vault_witness::checkpoint(home, asked),
        VaultWords::Log(LogWords::Witness(words)) => super::vault_witness::run(home, words),
        VaultWords::Log(LogWords::Audit(asked)) => super::vault_audit::run(home, asked),
        VaultWords::Target(TargetWords::Add { place, name, removable, keys, told }) => {
            add_target(home, &server::place(place, keys.as_deref())?, name, removable.unwrap_or(0), told)
        }
        VaultWords::Target(TargetWords::Remove(Named { name, told })) => remove_target(home, name, told),
        VaultWords::Recipient(words) => recipient(home, words),
        VaultWords::Prover(asked) => vault_proof::provers(home, asked),
        VaultWords::Verdict(asked) => vault_proof::verdict(home, asked),
        VaultWords::Seal(told) => seal_now(home, told),
        VaultWords::Status(told) => show(home, told),
        VaultWords::Verify(asked) => prove(home, asked),
        VaultWords::Extract(asked) => super::vault_extract::run(asked),
    }
}

/// Who, and in which role.
pub fn who(told: &Told) -> (String, String) {
    (told.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned())
}

pub fn said(home: &Home, event: CustodyEvent, told: &Told) -> Result<(), Problem> {
    let (by, role) = who(told);
    write::write(home, &Request::Custody { keep: Vec::new(), event: Some(event), by, role }).map(drop)
}

fn add_target(home: &Home, place: &str, name: &str, days: u32, told: &Told) -> Result<Exit, Problem> {
    let name = crate::text::one_line(name, NAME_CHARS);
    if name.is_empty() {
        return Err(Problem::usage("名前を付けてください。 / Give it a name."));
    }
    let reader = home.reader()?;
    let writes = |request: &Request| write::write(home, request);
    let chain = state::ensure(&reader, &writes, &who(told))?;
    let place = match place.contains("://") {
        true => place.to_owned(),
        false => std::path::absolute(place)?.display().to_string(),
    };
    let known = state::targets(&reader)?;
    let before = known.iter().find(|target| target.name == name);
    if before.is_some_and(|target| target.place != place || target.days != days) {
        return Err(Problem::usage(format!(
            "{name}: この名前の保管先がすでにあります。別の名前にするか、先に取り消してください。\n\
             {name}: there is a place of that name: take another name, or remove it first."
        )));
    }
    let highest = known.iter().map(|target| target.medium).max().unwrap_or(0);
    let medium = before.map_or(highest + 1, |target| target.medium);
    let keeping = Keeping { name: name.clone(), place: place.clone(), days, medium, on: true };
    let target = deliver::open(&place, Some(&reader))?;
    if let (Target::Receiver(receiver), Some(key)) = (&target, state::signing_key(&reader)?) {
        server::must_know(receiver, &state::signer(&chain, key)?.verifier())?;
    }
    deliver::label(&target, &keeping, &chain)?;
    said(home, CustodyEvent::Target(keeping), told)?;
    match told.json {
        true => say_json(&json!({"name": name, "place": place, "medium": medium, "vault": chain.vault}))?,
        false => say(&format!("{name}: {place} に保管します（媒体番号 {medium}）。 / kept there, medium {medium}.")),
    }
    Ok(Exit::Ok)
}

fn remove_target(home: &Home, name: &str, told: &Told) -> Result<Exit, Problem> {
    let known = state::targets(&home.reader()?)?;
    let Some(target) = known.into_iter().find(|target| target.name == name) else {
        return Err(no_target(name));
    };
    said(home, CustodyEvent::Target(Keeping { on: false, ..target }), told)?;
    match told.json {
        true => say_json(&json!({"name": name}))?,
        false => say(&format!(
            "{name}: 登録を取り消しました。置いたものはそのままです。 / no longer kept there; what lies there stays."
        )),
    }
    Ok(Exit::Ok)
}

fn no_target(name: &str) -> Problem {
    Problem::usage(format!(
        "{name}: この名前の保管先はありません。`andon vault status` で確かめてください。\n\
         {name}: no place of that name; see `andon vault status`."
    ))
}

fn recipient(home: &Home, words: &RecipientWords) -> Result<Exit, Problem> {
    let (said_of, told) = match words {
        RecipientWords::Add { recipient, role, told } => ((recipient, role.as_str(), true), told),
        RecipientWords::Remove { recipient, told } => ((recipient, "", false), told),
        RecipientWords::List(told) => return list_recipients(home, told),
    };
    let (recipient, role, on) = said_of;
    if recipient.parse::<Recipient>().is_err() {
        return Err(Problem::usage(
            "公開鍵（age1 で始まる一語）ではありません。秘密鍵を入れていないか確かめてください。\n\
             Not a public key (one word beginning with age1): take care not to give the secret one.",
        ));
    }
    if role.chars().any(char::is_whitespace) {
        return Err(Problem::usage("役割は一語で書いてください。 / What the key is for is one word."));
    }
    let known = state::recipients(&home.reader()?)?;
    let known = known.into_iter().find(|(held, _)| held.recipient == *recipient);
    let role = known.as_ref().filter(|_| !on).map_or(role, |(held, _)| held.role.as_str()).to_owned();
    said(home, CustodyEvent::Recipient(RecipientSaid { recipient: recipient.clone(), role, on }), told)?;
    list_recipients(home, told)
}

fn list_recipients(home: &Home, told: &Told) -> Result<Exit, Problem> {
    let known = state::recipients(&home.reader()?)?;
    if told.json {
        let one = |(said, since): &(RecipientSaid, Moment)| json!({"recipient": said.recipient, "role": said.role, "since": since});
        say_json(&json!({"recipients": known.iter().map(one).collect::<Vec<_>>()}))?;
    } else {
        known.iter().for_each(|(said, since)| say(&format!("{}  {}  {since}", said.recipient, said.role)));
    }
    Ok(Exit::Ok)
}

fn seal_now(home: &Home, told: &Told) -> Result<Exit, Problem> {
    let writes = |request: &Request| write::write(home, request);
    let sealing = Sealing {
        home,
        write: &writes,
        by: who(told),
        now: &world::now,
        step: &|_: Step| Ok(()),
        segment_bytes: SEGMENT_BYTES,
    };
    let done = seal::seal(&sealing)?;
    if told.json {
        say_json(&done)?;
    } else {
        let (segments, number, bytes) = (done.segments, done.number, done.bytes);
        let kilobytes = bytes / 1000;
        say(&format!(
            "封じた保管単位 {segments}（最後は {number}、{kilobytes} kB）・取込のまとまり {}・出来事 {} / sealed",
            done.parcels, done.events
        ));
        for target in &done.targets {
            let (name, behind) = (&target.name, target.behind);
            let state = Words::of(Lang::Ja).word("vault-target", &target.state);
            say(&format!("{name}: {state} {} まで（残り {behind}） / {}", target.number, target.state));
            if !target.words.is_empty() {
                say(&target.words);
            }
        }
    }
    let faulty = done.targets.iter().any(|target| target.fault);
    let failed = done.targets.iter().any(|target| target.state == "failed");
    Ok(if faulty {
        Exit::Integrity
    } else if failed {
        Exit::Partial
    } else {
        Exit::Ok
    })
}

/// How the vault stands, and what was last checked of it.
#[derive(Serialize)]
struct Shows<'a> {
    #[serde(flatten)]
    standing: &'a Standing,
    #[serde(flatten)]
    checks: &'a Checks,
}

fn show(home: &Home, told: &Told) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let writes = |request: &Request| write::write(home, request);
    // What cannot be kept now is shown as it was last heard.
    if let Err(problem) = asked::look(&reader, &writes, &world::now, &AtomicBool::new(false)) {
        tracing::warn!(exit = problem.exit as u8, "what the places of the vault answered was not kept");
    }
    let (standing, checks) = (status::status(&reader, now)?, checks::checks(&reader)?);
    if told.json {
        say_json(&Shows { standing: &standing, checks: &checks })?;
    } else {
        for lang in [Lang::Ja, Lang::En] {
            let t = Words::of(lang);
            lines(&standing, t).iter().for_each(|line| say(line));
            checks.lines(t, now).iter().for_each(|line| say(&format!("{}  {}  {}", line.what, line.mark, line.more)));
            if lang == Lang::Ja {
                say("");
            }
        }
    }
    Ok(if standing.light == Light::Red { Exit::Partial } else { Exit::Ok })
}

fn lines(standing: &Standing, t: Words) -> Vec<String> {
    let light = |light: Light| t.word("vault-light", light.word());
    let time = |at: Option<Moment>| at.map_or_else(|| "—".to_owned(), |at| at.to_string());
    let mut lines = vec![format!("{}  {}", t.text("vault-title"), light(standing.light))];
    lines.extend(why(t, standing).into_iter().map(|why| format!("  {why}")));
    lines.push(format!("{}  {}  {}", t.text("vault-sealed"), light(standing.sealing), time(standing.sealed)));
    for (word, (at, of)) in [
        ("vault-held", standing.held),
        ("vault-readable", standing.readable),
        ("vault-recoverable", standing.recoverable),
    ] {
        lines.push(format!("{}  {}  {}", t.text(word), light(of), time(at)));
    }
    if standing.readable_in_part {
        lines.push(format!("  {}", t.text("proof-in-part")));
    }
    if let Some(at) = standing.opened_by_hand {
        lines.push(format!("  {}", t.with("proof-by-hand", at.to_string())));
    }
    lines.extend(standing.targets.iter().flat_map(|target| lines_of(target, t)));
    lines
}

/// A place: how it stands, where its medium is or what it answered, how much it lacks, and what was read back.
fn lines_of(target: &KeptLine, t: Words) -> Vec<String> {
    let light = |light: Light| t.word("vault-light", light.word());
    let number = t.with("vault-number", target.number);
    let behind = (target.behind > 0).then(|| format!("（{}）", t.with("vault-behind", target.behind)));
    let behind = behind.unwrap_or_default();
    let (name, place) = (&target.name, &target.place);
    let mut lines = vec![format!("{name}  {}  {}  {number}{behind}  {place}", light(target.light), medium(t, target))];
    lines.extend(target.due.map(|due| format!("  {}", t.with("vault-due", due.to_string()))));
    let next = target.answer.as_ref().map(|answer| answer.next(t)).filter(|next| !next.is_empty());
    lines.extend(next.map(|next| format!("  → {next}")));
    let round = target.round.map(|round| format!("{} / {}", round.number, round.upto));
    let round = round.map(|far| t.with("aside", format!("{} {far}", t.text("proof-round-now")))).unwrap_or_default();
    let (held, held_light) = target.held;
    let held = held.map_or_else(|| "—".to_owned(), |at| at.to_string());
    lines.push(format!("  {}  {}  {held}{round}", t.text("vault-held"), light(held_light)));
    lines
}

/// What opens a vault: out of a file, or of the cards that officers type.
///
/// # Errors
/// As [`identities`]; nobody types.
pub fn keys_of(by: &OpenedBy) -> Result<Vec<Identity>, Problem> {
    by.identity.as_deref().map_or_else(keys_open::typed_keys, identities)
}

/// The identities in a file, one a line beside comments, as `age-keygen` writes it.
///
/// # Errors
/// The file cannot be read, or there is none in it.
pub fn identities(file: &Path) -> Result<Vec<Identity>, Problem> {
    let mut text = Zeroizing::new(String::new());
    let named = file.display();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().take(IDENTITY_BYTES_MAX).read_to_string(&mut text),
        false => std::fs::File::open(file).and_then(|file| file.take(IDENTITY_BYTES_MAX).read_to_string(&mut text)),
    };
    read.map_err(|error| {
        Problem::failed(format!("{named}: 鍵のファイルを読めません。 / the key file cannot be read. ({error})"))
    })?;
    let keys = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Option<Vec<Identity>> = keys.map(|line| line.parse().ok()).collect();
    keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
        Problem::usage(format!(
            "{named}: 秘密鍵（AGE-SECRET-KEY-1…）がありません。鍵保管者のカードから作ったファイルか確かめてください。\n\
             {named}: no key (AGE-SECRET-KEY-1…) in it: is it the file made from the officers' cards?"
        ))
    })
}

/// A place that could not be looked at: nothing is known of what lies there.
#[derive(Debug, Serialize)]
struct Unchecked {
    /// Its name.
    target: String,
    /// Why: the code of a trouble, or `out` where its disk is not there.
    code: &'static str,
    /// What the system or the server said.
    detail: String,
}

impl Unchecked {
    fn lines(&self) -> Vec<String> {
        let line = |lang| {
            let t = Words::of(lang);
            let (what, next, not) = match self.code {
                "out" => (t.text("vault-medium-not-there"), String::new(), t.text("vault-unchecked")),
                code => (t.word("vault-trouble", code), t.word("vault-trouble-next", code), t.text("vault-unchecked")),
            };
            let detail = if self.detail.is_empty() { String::new() } else { t.with("aside", self.detail.as_str()) };
            let next = if next.is_empty() { next } else { format!("  → {next}") };
            format!("？ {}: {what}{detail}  {not}{next}", self.target)
        };
        [Lang::Ja, Lang::En].map(line).to_vec()
    }
}

fn prove(home: &Home, asked: &Verify) -> Result<Exit, Problem> {
    let identities = asked.identity.as_deref().map(identities).transpose()?.unwrap_or_default();
    let as_of = asked.as_of.as_deref().map(super::chart::read_time).transpose()?;
    let (all, unchecked) = match &asked.at {
        Some(place) => {
            let shown = shown(&asked.seen, Shown::default())?;
            let from = deliver::open_to_read(&server::place(place, asked.keys.as_deref())?, None, as_of)?;
            if as_of.is_some() {
                must_have_begun(&from)?;
            }
            let verified = verify::verify(&from, None, &shown, &identities, &mut |_| true)?;
            (vec![Verified { target: place.clone(), ..verified }], Vec::new())
        }
        None => prove_own(home, asked, &identities, as_of)?,
    };
    let sound = all.iter().all(|one| one.sound);
    match asked.told.json {
        // What was not looked at is not known to be sound.
        true => say_json(&json!({"sound": sound && unchecked.is_empty(), "targets": all, "unchecked": unchecked}))?,
        false => {
            all.iter().flat_map(proof_lines).for_each(|line| say(&line));
            unchecked.iter().flat_map(Unchecked::lines).for_each(|line| say(&line));
        }
    }
    let open = all.iter().all(|one| one.closed.is_empty());
    Ok(if !sound {
        Exit::Integrity
    } else if !open || !unchecked.is_empty() {
        Exit::Partial
    } else {
        Exit::Ok
    })
}

/// Every place of this home, or the one that is named. One that does not answer keeps nobody from looking at the others.
fn prove_own(
    home: &Home,
    asked: &Verify,
    identities: &[Identity],
    as_of: Option<Moment>,
) -> Result<(Vec<Verified>, Vec<Unchecked>), Problem> {
    let reader = home.reader()?;
    let (chain, shown) = (state::Chain::of(&reader)?, shown(&asked.seen, own(home)?)?);
    same_vault(chain.as_ref(), &shown)?;
    let mut targets = state::targets(&reader)?;
    if let Some(name) = &asked.target {
        targets.retain(|target| target.name == *name);
        if targets.is_empty() {
            return Err(no_target(name));
        }
    }
    let (mut all, mut unchecked, mut away) = (Vec::new(), Vec::new(), Vec::new());
    for target in targets {
        let chain = chain.as_ref().ok_or_else(|| no_target(&target.name))?;
        let not = |code, detail| Unchecked { target: target.name.clone(), code, detail };
        if let Some(trouble) = asked::ask_place(&reader, &target) {
            unchecked.push(not(trouble.code, trouble.detail));
            continue;
        }
        let own = (chain, state::reached(&reader, &target.name)?.number);
        let verified = proved(&reader, &target, (own, &shown, identities), as_of);
        match verified {
            Ok(Some(verified)) => {
                let writes = |request: &Request| write::write(home, request);
                verify::told(&reader, &verified, !identities.is_empty(), &writes, &who(&asked.told))?;
                all.push(verified);
            }
            // A disk that is away is asked when it is back; one that was named is missed.
            Ok(None) if target.days > 0 && asked.target.is_none() => away.push(not("out", String::new())),
            Ok(None) => unchecked.push(not("out", String::new())),
            // It went while it was read.
            Err(problem) => match asked::ask_place(&reader, &target) {
                Some(trouble) => unchecked.push(not(trouble.code, trouble.detail)),
                None => return Err(problem),
            },
        }
    }
    match (all.is_empty() && unchecked.is_empty(), away.is_empty()) {
        (false, _) => Ok((all, unchecked)),
        // Where nothing was looked at, nothing is sound.
        (true, false) => Ok((all, away)),
        (true, true) => Err(seal::no_vault()),
    }
}

/// What lies at a place of this home; `None` where its medium is not there.
fn proved(
    reader: &Reader,
    target: &Keeping,
    (own, shown, identities): ((&state::Chain, u32), &Shown, &[Identity]),
    as_of: Option<Moment>,
) -> Result<Option<Verified>, Problem> {
    let place = deliver::open_to_read(&target.place, Some(reader), as_of)?;
    if !deliver::is_there(&place, target, own.0)? {
        return Ok(None);
    }
    let verified = verify::verify(&place, Some(own), shown, identities, &mut |_| true)?;
    Ok(Some(Verified { target: target.name.clone(), ..verified }))
}

/// Paper of another vault is no fault of this one's places, and is not written down as such.
///
/// # Errors
/// It is of another vault.
pub fn same_vault(chain: Option<&state::Chain>, shown: &Shown) -> Result<(), Problem> {
    let origin = chain.map(|chain| chain.vault().map(|vault| vault.origin())).transpose()?;
    match shown.heads.iter().find(|head| Some(&head.origin) != origin.as_ref()) {
        None => Ok(()),
        Some(head) => Err(Problem {
            exit: Exit::Integrity,
            words: format!(
                "{0}: 紙のコードは別の保管庫のものです。この保管庫の紙なら、保管庫が作り直されています。\n\
                 {0}: the code is of another vault. If the paper is this vault's, the vault was made anew.",
                head.origin
            ),
        }),
    }
}

/// What was proved, in lines for a person.
pub fn proof_lines(one: &Verified) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: 目録 {}・{} 個・{} バイト・開いたまとまり {}・出来事 {} / manifests, objects, bytes, parcels and events opened",
        one.target, one.manifests, one.objects, one.bytes, one.parcels, one.events
    )];
    lines.extend(one.findings.iter().map(|finding| {
        let segment = finding.segment.map(|segment| format!("保管単位 / segment {segment}: ")).unwrap_or_default();
        let bytes = finding.bytes.map(|(from, to)| format!(" [{from}–{to}]")).unwrap_or_default();
        format!("✗ {segment}{}{bytes}: {}", finding.object, flaw(finding))
    }));
    lines.extend(lines_of_forks(&one.findings));
    lines.extend(lines_of_seen(&one.seen, one.witnessed));
    if let Some(first) = one.closed.first() {
        let count = one.closed.len();
        lines.push(format!("{first}: この鍵では開けません（{count} 個）。 / not opened by this key ({count})."));
    }
    lines.push(match one.sound {
        true => "封じたときのままです。 / All is as it was sealed.".to_owned(),
        false => "封じたときのものではありません。 / Not what was sealed.".to_owned(),
    });
    lines
}
