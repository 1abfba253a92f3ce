//! The attacks: each on an object of its own, with the owner's key, and judged by what is left afterwards.

use super::super::put::locked;
use super::super::wire::{As, Ask};
use super::super::{lock, time};
use super::lab::{Lab, Told, Victim};
use super::{Outcome, Report};
use crate::Result;

const COMPLIANCE: &str = "COMPLIANCE";
const GOVERNANCE: &str = "GOVERNANCE";
/// Servers tell times in whole seconds.
const OVER_A_SECOND: std::time::Duration = std::time::Duration::from_millis(1100);

type Attack = fn(&Lab<'_>, &Victim) -> Result<Told>;

/// On a locked object. After each it must stand, with its lock.
const ON_OBJECT: [(&str, Attack); 10] = [
    ("delete-version", |lab, victim| lab.tell(&lab.bypassing("DELETE", victim))),
    ("shorten", |lab, victim| retention(lab, victim, &lock::retention(COMPLIANCE, lab.until - 10 * 60 * time::SECOND))),
    ("downgrade", |lab, victim| {
        let told = retention(lab, victim, &lock::retention(GOVERNANCE, lab.until))?;
        lab.tell(&lab.bypassing("DELETE", victim))?;
        Ok(told)
    }),
    ("empty-retention", |lab, victim| {
        let told = retention(lab, victim, "<Retention></Retention>")?;
        lab.tell(&lab.bypassing("DELETE", victim))?;
        Ok(told)
    }),
    ("delete-marker", |lab, victim| lab.tell(&lab.ask("DELETE", &victim.key))),
    ("overwrite", |lab, victim| lab.tell(&lab.ask("PUT", &victim.key).body(b"spoiled"))),
    ("batch-delete", |lab, victim| {
        let body = format!(
            "<Delete><Object><Key>{}</Key><VersionId>{}</VersionId></Object></Delete>",
            victim.key, victim.version
        );
        let ask = lab.ask("POST", "").query("delete", "").header("x-amz-bypass-governance-retention", "true");
        lab.tell(&ask.body(body.as_bytes()))
    }),
    ("null-version", |lab, victim| {
        let ask = lab.ask("DELETE", &victim.key).query("versionId", "null");
        lab.tell(&ask.header("x-amz-bypass-governance-retention", "true"))
    }),
    ("copy-self", |lab, victim| {
        let from = format!("/{}/{}?versionId={}", lab.bucket, victim.key, victim.version);
        let ask = lab.ask("PUT", &victim.key).header("x-amz-copy-source", from);
        lab.tell(&ask.header("x-amz-metadata-directive", "REPLACE").header("x-amz-meta-spoiled", "1"))
    }),
    ("legal-hold-off", |lab, victim| {
        let told = hold(lab, victim, "OFF")?;
        lab.tell(&lab.bypassing("DELETE", victim))?;
        Ok(told)
    }),
];

/// On the whole bucket, which must be the probe's own. After each a locked object must stand, and the bucket's rules.
const ON_BUCKET: [(&str, Attack); 3] = [
    ("delete-bucket", |lab, _| lab.tell(&lab.ask("DELETE", ""))),
    ("suspend", |lab, _| {
        let body = b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
        lab.tell(&lab.ask("PUT", "").query("versioning", "").body(body))
    }),
    ("lock-off", |lab, _| {
        let body =
            b"<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled></ObjectLockConfiguration>";
        lab.tell(&lab.ask("PUT", "").query("object-lock", "").body(body))
    }),
];

pub(super) fn run(lab: &Lab<'_>, report: &mut Report) {
    // First of all: that a lock is set at all, and that our requests do delete where nothing forbids it.
    let made = checked("lock-set", report, || {
        let victim = lab.victim("set", COMPLIANCE)?;
        let stands = lab.stands(&victim);
        Ok((if stands == Some(true) { Outcome::Held } else { Outcome::Open }, victim.version))
    });
    if made != Outcome::Held {
        return;
    }
    checked("control", report, || control(lab));
    for (check, attack) in ON_OBJECT {
        checked(check, report, || {
            let victim = lab.victim(check, COMPLIANCE)?;
            let told = attack(lab, &victim)?;
            Ok((lab.judge(&victim, &told), told.said()))
        });
    }
    checked("multipart", report, || multipart(lab));
    checked("legal-hold", report, || legal_hold(lab));
    checked("extend", report, || extend(lab));
    checked("extend-time", report, || extend_time(lab));
    checked("conditional", report, || conditional(lab));
    checked("strangers", report, || strangers(lab, As::Nobody));
    checked("wrong-secret", report, || strangers(lab, As::Impostor));
    on_bucket(lab, report);
    if lab.own {
        checked("default-lock", report, || default_lock(lab));
    }
}

/// Runs a check; one that breaks proves nothing.
fn checked(check: &'static str, report: &mut Report, run: impl FnOnce() -> Result<(Outcome, String)>) -> Outcome {
    let (outcome, said) = run().unwrap_or_else(|error| (Outcome::Unknown, error.to_string()));
    report.add(check, outcome, said);
    outcome
}

fn retention(lab: &Lab<'_>, victim: &Victim, body: &str) -> Result<Told> {
    lab.tell(&lab.bypassing("PUT", victim).query("retention", "").body(body.as_bytes()))
}

fn hold(lab: &Lab<'_>, victim: &Victim, status: &str) -> Result<Told> {
    let body = format!("<LegalHold><Status>{status}</Status></LegalHold>");
    lab.tell(&lab.of("PUT", victim).query("legal-hold", "").body(body.as_bytes()))
}

/// An object under GOVERNANCE is deleted with bypass: so our requests are well made and our key may delete, and what is
/// refused under COMPLIANCE is refused by the lock.
fn control(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let victim = lab.victim("control", GOVERNANCE)?;
    let told = lab.tell(&lab.bypassing("DELETE", &victim))?;
    let gone = lab.stands(&victim) == Some(false);
    Ok((if gone { Outcome::Held } else { Outcome::Unknown }, told.said()))
}

fn multipart(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let key = lab.key("multipart");
    let begun = lab.s3.wire.good(&locked(lab.ask("POST", &key).query("uploads", ""), lab.until))?.xml()?;
    let upload = begun.text("UploadId").to_owned();
    let body = b"andon vault probe multipart".to_vec();
    let part = lab.s3.wire.good(&lab.ask("PUT", &key).query("partNumber", 1).query("uploadId", &upload).body(&body))?;
    let tag = part.header("etag").unwrap_or_default().replace('"', "");
    let list = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;{tag}&quot;</ETag></Part></CompleteMultipartUpload>"
    );
    let put = lab.s3.wire.good(&lab.ask("POST", &key).query("uploadId", &upload).body(list.as_bytes()))?;
    let victim = lab.found(key, put, body, COMPLIANCE, lab.until)?;
    let told = lab.tell(&lab.bypassing("DELETE", &victim))?;
    Ok((lab.judge(&victim, &told), told.said()))
}

/// An object that only a legal hold keeps.
fn legal_hold(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let (key, body) = (lab.key("hold"), b"andon vault probe hold".to_vec());
    let put = lab.s3.wire.good(&lab.ask("PUT", &key).body(&body))?;
    let victim = lab.found(key, put, body, "", 0)?;
    let set = hold(lab, &victim, "ON")?;
    if set.status >= 300 {
        // The vault does not use holds.
        return Ok((Outcome::Note, set.said()));
    }
    let told = lab.tell(&lab.bypassing("DELETE", &victim))?;
    let outcome = lab.judge(&victim, &told);
    hold(lab, &victim, "OFF")?;
    Ok((outcome, told.said()))
}

/// A lock must let itself be made longer, or the vault's locks run out.
fn extend(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let victim = lab.victim("extend", COMPLIANCE)?;
    let later = lab.until + 5 * 60 * time::SECOND;
    let body = lock::retention(COMPLIANCE, later);
    let told = lab.tell(&lab.of("PUT", &victim).query("retention", "").body(body.as_bytes()))?;
    let answer = lab.s3.wire.good(&lab.of("HEAD", &victim))?;
    let until = answer.header("x-amz-object-lock-retain-until-date").and_then(time::read_iso);
    let moved = until.is_some_and(|until| until >= later - time::SECOND);
    Ok((if moved { Outcome::Held } else { Outcome::Unknown }, told.said()))
}

/// A lock made longer must change nothing of what came when: by that the vault tells what stood at a time, and whoever may extend could
/// make the first of two histories look like the second.
fn extend_time(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let victim = lab.victim("extend-time", COMPLIANCE)?;
    std::thread::sleep(OVER_A_SECOND);
    lab.tell(&lab.ask("PUT", &victim.key).body(b"laid over"))?;
    std::thread::sleep(OVER_A_SECOND);
    let before = lab.versions(&victim.key)?;
    let body = lock::retention(COMPLIANCE, lab.until + 5 * 60 * time::SECOND);
    let told = lab.tell(&lab.of("PUT", &victim).query("retention", "").body(body.as_bytes()))?;
    let after = lab.versions(&victim.key)?;
    let first_is_ours = before.last().is_some_and(|first| first.id == victim.version);
    let in_order = before.windows(2).all(|two| matches!(two, [newer, older] if newer.taken > older.taken));
    Ok(match told.status {
        200..300 if first_is_ours && in_order && before == after => (Outcome::Held, told.said()),
        200..300 if !before.is_empty() => (Outcome::Open, told.said()),
        _ => (Outcome::Unknown, told.said()),
    })
}

/// A second object under one name is refused where the writer asks for that. Without it a race makes a second version; the
/// first stays.
fn conditional(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let victim = lab.victim("conditional", COMPLIANCE)?;
    let told = lab.tell(&lab.ask("PUT", &victim.key).header("if-none-match", "*").body(b"second"))?;
    let outcome = match (told.status, lab.stands(&victim)) {
        (_, Some(false)) => Outcome::Open,
        (412, Some(true)) => Outcome::Held,
        (_, Some(true)) => Outcome::Note,
        _ => Outcome::Unknown,
    };
    Ok((outcome, told.said()))
}

/// Whoever has no key, or not our secret, reads, lists and deletes nothing.
fn strangers(lab: &Lab<'_>, by: As) -> Result<(Outcome, String)> {
    let victim = lab.victim(if by == As::Nobody { "strangers" } else { "wrong-secret" }, COMPLIANCE)?;
    let asks: [Ask<'_>; 4] = [
        lab.of("GET", &victim),
        lab.ask("GET", "").query("list-type", 2),
        lab.ask("PUT", &lab.key("left-by-strangers")).body(b"left"),
        lab.bypassing("DELETE", &victim),
    ];
    let mut said = String::new();
    let mut outcome = Outcome::Held;
    for ask in asks {
        let told = lab.tell(&ask.by(by))?;
        outcome = match told.status {
            200..300 => Outcome::Open,
            500.. if outcome != Outcome::Open => Outcome::Unknown,
            _ => outcome,
        };
        said = format!("{said} {}", told.status);
    }
    if lab.stands(&victim) != Some(true) {
        outcome = Outcome::Open;
    }
    Ok((outcome, said.trim_start().to_owned()))
}

fn on_bucket(lab: &Lab<'_>, report: &mut Report) {
    for (check, attack) in ON_BUCKET {
        checked(check, report, || {
            if !lab.own {
                return Ok((Outcome::Unknown, String::new()));
            }
            let victim = lab.victim(check, COMPLIANCE)?;
            let told = attack(lab, &victim)?;
            let state = lock::state(lab.s3, &lab.bucket)?;
            match lab.judge(&victim, &told) {
                Outcome::Held if !state.lock || !state.versions => Ok((Outcome::Open, told.said())),
                other => Ok((other, told.said())),
            }
        });
    }
}

/// What is put without a lock of its own is locked by the bucket's rule.
fn default_lock(lab: &Lab<'_>) -> Result<(Outcome, String)> {
    let body = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                <Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
    lab.s3.wire.good(&lab.ask("PUT", "").query("object-lock", "").body(body.as_bytes()))?;
    let (key, body) = (lab.key("default"), b"andon vault probe default".to_vec());
    let put = lab.s3.wire.good(&lab.ask("PUT", &key).body(&body))?;
    let victim = lab.found(key, put, body, COMPLIANCE, lab.until)?;
    let told = lab.tell(&lab.bypassing("DELETE", &victim))?;
    Ok((lab.judge(&victim, &told), told.said()))
}
