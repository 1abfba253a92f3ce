//! Writing a whole hospital: patient by patient, in bounded memory, the same bytes for the same plan.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chart::when::Moment;

use crate::day::Day;
use crate::dialect::Dialect;
use crate::ext::{Paper, PaperKind};
use crate::life::life;
use crate::messages::Entry;
use crate::people::Person;
use crate::plan::{MARK_FILE, Plan};
use crate::rng::mix;
use crate::tree::{self, ROOTS};

/// How far the writing has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Patients written.
    pub patients: u32,
    /// Patients in all.
    pub of: u32,
    /// Files written.
    pub files: u64,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of standardized storage.
    pub messages: u64,
    /// Files of extended storage.
    pub documents: u64,
    /// Records of transaction storage.
    pub records: u64,
    /// Bytes of the messages.
    pub bytes: u64,
}

impl Written {
    /// Mean size of a message, bytes.
    pub fn mean_bytes(&self) -> u64 {
        self.bytes / self.messages.max(1)
    }
}

/// Transaction records held before they go to disk.
const SPOOL_BYTES: usize = 8 << 20;

/// Writes the hospital of a plan below `out`, which must be empty or not exist: roots `std1…std3`, `tr` and `ext`, each
/// with the mark file.
///
/// # Errors
/// `AlreadyExists` when `out` holds anything; whatever the disk says.
pub fn write_hospital(plan: &Plan, out: &Path, progress: &mut dyn FnMut(Progress)) -> io::Result<Written> {
    fs::create_dir_all(out)?;
    if fs::read_dir(out)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the folder is not empty"));
    }
    for root in ROOTS {
        fs::create_dir_all(out.join(root))?;
        fs::write(out.join(root).join(MARK_FILE), plan.mark())?;
    }
    fs::write(out.join(MARK_FILE), plan.mark())?;
    let mut writer = Writer::new(plan, out);
    for number in 0..plan.patients {
        let (person, entries, papers) = life(plan, number);
        writer.patient(&person, &entries, &papers)?;
        if number.is_multiple_of(64) || number + 1 == plan.patients {
            let files = writer.written.messages + writer.written.documents;
            progress(Progress { patients: number + 1, of: plan.patients, files });
        }
    }
    writer.spool.finish(&out.join("tr"))?;
    Ok(writer.written)
}

/// A file of the tree.
struct File<'a> {
    /// Below the drill's folder.
    path: PathBuf,
    bytes: Vec<u8>,
    of: Of<'a>,
}

/// What a file is of.
enum Of<'a> {
    Message(&'a Entry),
    /// The message before it once more, under a kind that is in no guideline.
    Copy,
    Document,
}

/// Every file of one patient: messages oldest first, then documents.
fn files<'a>(plan: &Plan, person: &Person, entries: &'a [Entry], papers: &[Paper]) -> Vec<File<'a>> {
    let mut files = Vec::with_capacity(entries.len() + papers.len());
    for (entry, flag) in entries.iter().zip(tree::flags(entries)) {
        let key = tree::file_key(&person.id, entry);
        let style = plan.dialect.style(plan.seed, key);
        let bytes = style.bytes(&entry.text, &person.id);
        let path = |kind| tree::path(plan, &person.id, entry, kind, flag);
        let copy = style.has(Dialect::UNKNOWN_KINDS).then(|| File {
            path: path(["ADT-43", "OMI-99", "ADT-02", "99Z-01"][key as usize % 4]),
            bytes: bytes.clone(),
            of: Of::Copy,
        });
        files.push(File { path: path(entry.kind.code()), bytes, of: Of::Message(entry) });
        files.extend(copy);
    }
    for paper in papers {
        let bytes = match paper.kind {
            PaperKind::Vitals => {
                let key = mix(&[u64::from(person.number), paper.sent.0 as u64, 0xe]);
                plan.dialect.style(plan.seed, key).bytes(&paper.text, &person.id)
            }
            _ => paper.text.clone().into_bytes(),
        };
        let path = Path::new("ext").join(tree::patient_folder(&person.id)).join(paper.path(&person.id));
        files.push(File { path, bytes, of: Of::Document });
    }
    files
}

/// A patient's number, and every file of his as [`write_hospital`] writes it: the path below the drill's folder, and the
/// bytes. For measurements that need millions of messages and no tree of them.
pub fn patient_files(plan: &Plan, number: u32) -> (String, Vec<(PathBuf, Vec<u8>)>) {
    let (person, entries, papers) = life(plan, number);
    let files = files(plan, &person, &entries, &papers);
    let files = files.into_iter().map(|file| (file.path, file.bytes)).collect();
    (person.id, files)
}

struct Writer<'a> {
    plan: &'a Plan,
    out: &'a Path,
    made: HashSet<PathBuf>,
    spool: Spool,
    written: Written,
}

impl<'a> Writer<'a> {
    fn new(plan: &'a Plan, out: &'a Path) -> Writer<'a> {
        let spool = Spool { folder: out.join("tr").join(".spool"), held: BTreeMap::new(), bytes: 0 };
        Writer { plan, out, made: HashSet::new(), spool, written: Written::default() }
    }

    fn patient(&mut self, person: &Person, entries: &[Entry], papers: &[Paper]) -> io::Result<()> {
        self.made.clear();
        let oldest = self.plan.last_day().plus(-i64::from(self.plan.transaction_days));
        for File { path, bytes, of } in files(self.plan, person, entries, papers) {
            self.file(&path, &bytes)?;
            let Of::Message(entry) = of else {
                self.written.messages += u64::from(matches!(of, Of::Copy));
                self.written.documents += u64::from(matches!(of, Of::Document));
                continue;
            };
            self.written.messages += 1;
            self.written.bytes += bytes.len() as u64;
            if self.plan.transaction_days > 0 && Day::of(entry.sent) >= oldest {
                self.spool.put(entry.sent, &tree::record(&person.id, entry, &bytes))?;
                self.written.records += 1;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let path = self.out.join(path);
        if let Some(folder) = path.parent()
            && !self.made.contains(folder)
        {
            fs::create_dir_all(folder)?;
            self.made.insert(folder.to_owned());
        }
        fs::write(path, bytes)
    }
}

/// Records on their way into one file a day, in the order they were sent. Patients are written one after the other, so a
/// day's records are spooled and sorted at the end, one day in memory at a time.
struct Spool {
    folder: PathBuf,
    held: BTreeMap<Day, Vec<u8>>,
    bytes: usize,
}

impl Spool {
    fn put(&mut self, sent: Moment, record: &[u8]) -> io::Result<()> {
        let day = self.held.entry(Day::of(sent)).or_default();
        day.extend_from_slice(&sent.0.to_be_bytes());
        day.extend_from_slice(&(record.len() as u64).to_be_bytes());
        day.extend_from_slice(record);
        self.bytes += record.len() + 16;
        if self.bytes > SPOOL_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        for (day, bytes) in std::mem::take(&mut self.held) {
            let path = self.folder.join(day.digits());
            fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(&bytes)?;
        }
        self.bytes = 0;
        Ok(())
    }

    fn finish(mut self, root: &Path) -> io::Result<()> {
        self.flush()?;
        let mut days: Vec<PathBuf> = fs::read_dir(&self.folder)?.map(|e| Ok(e?.path())).collect::<io::Result<_>>()?;
        days.sort();
        for spooled in days {
            let bytes = fs::read(&spooled)?;
            let mut records: Vec<(u64, &[u8])> = Vec::new();
            let mut rest = &bytes[..];
            while let Some((sent, after)) = rest.split_first_chunk::<8>()
                && let Some((length, after)) = after.split_first_chunk::<8>()
                && let Some((record, after)) = after.split_at_checked(u64::from_be_bytes(*length) as usize)
            {
                records.push((u64::from_be_bytes(*sent), record));
                rest = after;
            }
            // A stable sort: records of one moment stay in the order of the patients.
            records.sort_by_key(|(sent, _)| *sent);
            if let Some(day) = records.first().map(|(sent, _)| Day::of(Moment(*sent as i64))) {
                let path = root.join(tree::transaction_file(day));
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                fs::write(path, records.iter().map(|(_, record)| *record).collect::<Vec<_>>().concat())?;
            }
            fs::remove_file(&spooled)?;
        }
        fs::remove_dir(&self.folder)
    }
}
