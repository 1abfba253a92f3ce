//! Makes an envelope: numbered first, sealed, told of and signed, its papers kept apart from its files, and last of all laid where it goes.

use std::fs;
use std::path::{Path, PathBuf};

use chart::Moment;
use paper::{EnvelopeOpening, EnvelopeTag, Head, Pack, SheetId};
use vault::envelope::{Passphrase, Signed, Statement};

use super::gather::{Gathered, Wanted, gather, not_sealed};
use crate::cli::write;
use crate::custody::envelope::rules::{self, Contents};
use crate::custody::envelope::{inventory, shell};
use crate::event::{EnvelopeAct, EnvelopeEvent, MadeEnvelope, Scope};
use crate::home::{Home, Problem};
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::{Answer, Request};

/// How the words of an envelope begin that was told of and never laid.
pub const NOT_LAID: &str = "not laid: ";

/// What is asked for.
pub struct Order {
    /// Names of the holders of sealed sheets.
    pub holders: Vec<String>,
    /// Days ahead whose appointments have their charts in it.
    pub days: u32,
    /// Days for which it is good.
    pub good: u32,
    /// In which language.
    pub lang: Lang,
    /// Who makes it, and in which role.
    pub by: (String, String),
    /// The plan that makes it; empty when a person asks.
    pub plan: String,
}

/// A file of an envelope, ready to be laid: how its name ends, and its bytes.
pub struct File {
    /// `html`, `bin` or `sig`.
    pub ending: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An envelope that is sealed, told of and signed.
pub struct Made {
    /// What it is.
    pub made: MadeEnvelope,
    /// What its files are, said and signed.
    pub signed: Signed,
    /// Its files.
    pub files: Vec<File>,
    /// Tag and sealed sheets, a PDF.
    pub papers: Vec<u8>,
    /// Charts that could not be drawn.
    pub failed: u64,
}

/// Whether nobody has decided yet what the index holds, it holds no more than the charts' own patients.
fn decided(home: &Home, t: Words) -> Result<(Contents, String), Problem> {
    match inventory::decision(&home.reader()?)? {
        Some(decision) => Ok((decision.contents, format!("{} {}", decision.by, decision.at))),
        None => {
            let least = Contents { everybody: false, more: Vec::new() };
            Ok((least, t.text("envelope-not-decided")))
        }
    }
}

/// Makes one; `stem` gives the name of its files without their endings, once its number is known.
///
/// # Errors
/// When the home cannot be read or written, or there is more than a file may hold.
pub fn make(home: &Home, order: &Order, to: &str, stem: &dyn Fn(&str) -> String) -> Result<Made, Problem> {
    let (t, now, about) = (Words::of(order.lang), world::now(), home.about()?);
    let (contents, decided) = decided(home, t)?;
    let (by, role) = order.by.clone();
    let Answer::Envelope { number } =
        write::write(home, &Request::TakeEnvelope { by: by.clone(), role: role.clone() })?
    else {
        return Err(unexpected());
    };
    let wanted = Wanted { contents: &contents, days: order.days, now, t };
    let gathered = home.reader()?.steady(|reader| gather(reader, &wanted))??;
    let Gathered { sealer, index, patients, charts, data, silent, cut, failed } = gathered;
    let passphrases =
        order.holders.iter().map(|_| Passphrase::random()).collect::<Result<Vec<_>, _>>().map_err(not_sealed)?;
    let sealed = sealer.finish(index.as_bytes(), &passphrases.iter().collect::<Vec<_>>()).map_err(not_sealed)?;
    let face = shell::Face {
        number: number.clone(),
        hospital: about.hospital.clone(),
        training: about.training,
        made: now,
        until: rules::good_until(now, order.good),
        data,
        silent,
        t,
    };
    let written = shell::files(&face, &sealed, &format!("{}.bin", stem(&number)))?;
    let statement = Statement::of(&number, now.0, &written.html, written.data.as_deref());
    let made = MadeEnvelope {
        number: number.clone(),
        html: statement.html.clone(),
        data: statement.data.clone().unwrap_or_default(),
        bytes: (written.html.len() + written.data.as_ref().map_or(0, Vec::len)) as u64,
        made: now.0,
        until: face.until.0,
        contents: contents.words(),
        patients,
        charts,
        slots: order.holders.join(","),
        to: to.to_owned(),
        plan: order.plan.clone(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        cut,
    };
    let told = Request::Envelope { event: EnvelopeEvent::Made(made.clone()), by, role };
    let Answer::Signed { text } = write::write(home, &told)? else { return Err(unexpected()) };
    let signed = Signed::read(&text).ok_or_else(unexpected)?;
    let html = File { ending: "html", bytes: written.html };
    let sig = File { ending: "sig", bytes: text.into_bytes() };
    let bin = written.data.map(|bytes| File { ending: "bin", bytes });
    let files: Vec<File> = std::iter::once(html).chain(bin).chain([sig]).collect();
    let names = files.iter().map(|file| format!("{}.{}", stem(&number), file.ending)).collect();
    let papers = papers(home, order, Papers { made: &made, signed: &signed, names, data, decided, passphrases })?;
    Ok(Made { made, signed, files, papers, failed })
}

/// What the papers say.
struct Papers<'a> {
    made: &'a MadeEnvelope,
    signed: &'a Signed,
    names: Vec<String>,
    data: Option<Moment>,
    decided: String,
    passphrases: Vec<Passphrase>,
}

/// The tag, and a sealed sheet for each holder.
fn papers(home: &Home, order: &Order, papers: Papers<'_>) -> Result<Vec<u8>, Problem> {
    let (about, t) = (home.about()?, Words::of(order.lang));
    let Papers { made, signed, names, data, decided, passphrases } = papers;
    let (by, role) = order.by.clone();
    let run = Request::TakeRun { scope: Scope::House, by: by.clone(), role };
    let Answer::Run { prefix, .. } = write::write(home, &run)? else { return Err(unexpected()) };
    let (made_at, until) = (Moment(made.made), Moment(made.until));
    let head = Head {
        hospital: about.hospital,
        institution: paper::Institution::default(),
        training: about.training,
        made: made_at,
        printed_by: by,
        valid_until: until,
    };
    let mut pack = Pack::new(order.lang, head);
    let id = |at: usize| SheetId { number: format!("{prefix}-{}", at + 1) };
    let tag = EnvelopeTag {
        number: made.number.clone(),
        hash: signed.statement.short(),
        station: signed.fingerprint(),
        files: names,
        made: made_at,
        until,
        data,
        counts: counts(made, t),
        decided,
        holders: order.holders.clone(),
    };
    pack.envelope_tag(&tag, &id(0)).map_err(not_made)?;
    for (at, (holder, passphrase)) in order.holders.iter().zip(&passphrases).enumerate() {
        let opening = EnvelopeOpening {
            number: made.number.clone(),
            holder: holder.clone(),
            until,
            groups: passphrase.groups().map(str::to_owned).chain([passphrase.check()]).collect(),
            whole: passphrase.whole().to_string(),
        };
        pack.envelope_opening(&opening, &id(at + 1)).map_err(not_made)?;
    }
    pack.finish().map_err(not_made)
}

/// What is in a file and how many of each, for a loss report.
fn counts(made: &MadeEnvelope, t: Words) -> Vec<(String, String)> {
    let mut counts = vec![(t.text("envelope-count-charts"), t.with("people", made.charts))];
    let contents: Vec<&str> = made.contents.split(',').collect();
    let whom = contents.iter().map(|word| t.word("envelope-contents", word)).collect::<Vec<_>>().join("、");
    counts.push((t.text("envelope-count-index"), format!("{} {whom}", t.with("people", made.patients))));
    counts
}

/// Where files go by a path that a person gave: a folder, or the HTML file itself.
pub struct Place {
    folder: PathBuf,
    /// Name without ending, where the person gave one.
    stem: Option<String>,
}

impl Place {
    /// Of `--out`.
    ///
    /// # Errors
    /// When there is no such folder, or a file of that name is there already.
    pub fn of(out: &Path) -> Result<Place, Problem> {
        let is_file = !out.is_dir() && out.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
        if !is_file {
            fs::create_dir_all(out)?;
            return Ok(Place { folder: out.to_owned(), stem: None });
        }
        let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if out.exists() || !folder.is_dir() {
            return Err(Problem::usage(format!(
                "{0}: すでにあるか、フォルダーがありません。別の名前にしてください。 / {0}: exists, or has no folder; give another name.",
                out.display()
            )));
        }
        Ok(Place { folder: folder.to_owned(), stem })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Name of the files of an envelope, without their endings.
    pub fn stem(&self, number: &str) -> String {
        self.stem.clone().unwrap_or_else(|| format!("andon-{number}"))
    }

    /// Lays the files: each whole or not at all, the page last.
    ///
    /// # Errors
    /// When one cannot be written; none is left then.
    pub fn lay(&self, made: &Made) -> Result<Vec<PathBuf>, Problem> {
        let mut laid = Vec::new();
        for file in made.files.iter().rev() {
            let path = self.folder.join(format!("{}.{}", self.stem(&made.made.number), file.ending));
            if let Err(problem) = lay(&path, &file.bytes) {
                laid.iter().for_each(|path| drop(fs::remove_file(path)));
                return Err(problem);
            }
            laid.push(path);
        }
        laid.reverse();
        Ok(laid)
    }
}

/// A file, whole or not at all, on disk before it counts as there.
fn lay(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let part = path.with_extension("part");
    let written = world::write_private(&part, bytes).and_then(|()| Ok(fs::rename(&part, path)?));
    written.map_err(|problem| {
        // A half-written part that stays takes room only: it is not under the file's name.
        let _ = fs::remove_file(&part);
        Problem::failed(format!(
            "{0}: 書けません（{problem}）。空き容量とスティックを確かめてください。\n{0}: cannot be written ({problem}).",
            path.display()
        ))
    })
}

/// An envelope that was told of and could not be laid is told to be no more.
///
/// # Errors
/// When the home cannot be written.
pub fn not_laid(home: &Home, order: &Order, number: &str, why: &str) -> Result<(), Problem> {
    let (by, role) = order.by.clone();
    let event = EnvelopeEvent::Act {
        number: number.to_owned(),
        act: EnvelopeAct::Destroyed,
        words: format!("{NOT_LAID}{why}"),
    };
    write::write(home, &Request::Envelope { event, by, role }).map(drop)
}

fn not_made(error: paper::Error) -> Problem {
    Problem::failed(error.to_string())
}

fn unexpected() -> Problem {
    Problem::failed(
        "書き込む側が別の返事をしました。版が違わないか確かめてください。 / The process that writes answered otherwise: is it another version?",
    )
}
