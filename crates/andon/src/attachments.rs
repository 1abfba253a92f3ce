//! 添付: files of lines of the chronology (the photo of a ransom note, of a whiteboard), kept whole in the home like scanned originals. A
//! line says name and SHA-256; that the bytes are kept, and where, each station says of itself (event 52). What is read is held against
//! the hash every time.

use std::collections::{BTreeSet, HashMap};

use chart::Moment;
use store::{Reader, StationId, Writer};

use crate::chronology::Line;
use crate::event::{self, ATTACHED_ITEM, Event, KeptFile, LinesEvent};
use crate::home::{Exit, Problem};
use crate::hospital::{self, Members};
use crate::kept::{self, Write};
use crate::text::one_line;
use crate::writing::Request;

/// Bytes of one file: a photo of a camera, a scan of a few pages.
pub const FILE_BYTES_MAX: usize = 20 << 20;
/// Files of one line: the rest is another line.
pub const FILES_MAX: usize = 10;
/// Letters of a file's name.
const NAME_CHARS_MAX: usize = 80;

/// A file as it is attached to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, as whoever attached it called it.
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Bytes; `None` where no station has said that it keeps them.
    pub bytes: Option<u64>,
    /// Its bytes are in this home.
    pub here: bool,
    /// Names of the stations that keep it.
    pub stations: Vec<String>,
}

/// Every attached file that a station keeps.
#[derive(Debug, Default)]
pub struct Attachments {
    files: HashMap<String, File>,
    members: std::sync::Arc<Members>,
}

#[derive(Debug, Default)]
struct File {
    /// In the order in which they were kept first.
    at: usize,
    bytes: u64,
    /// Its pieces, where it is kept in this home.
    pieces: Option<Vec<String>>,
    stations: BTreeSet<StationId>,
}

impl Attachments {
    /// As the logs say.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader) -> Result<Attachments, Problem> {
        let members = reader.once(Members::of)?;
        let mut files: HashMap<String, File> = HashMap::new();
        for stored in hospital::events_of(reader, ATTACHED_ITEM)? {
            let of = &stored.envelope;
            let Event::Lines(LinesEvent::Kept(said)) = Event::read(of.kind, of.version, &of.payload) else { continue };
            let at = files.len();
            let file = files.entry(said.sha256).or_insert_with(|| File { at, bytes: said.bytes, ..File::default() });
            file.stations.insert(of.station);
            // What a home kept after it was sealed last did not come back with it, though its log did.
            if of.station == members.own || (members.is_ours(of.station) && kept::is_here(reader, &said.pieces)?) {
                (file.bytes, file.pieces) = (said.bytes, Some(said.pieces));
            }
        }
        Ok(Attachments { files, members })
    }

    /// What is attached to a line.
    pub fn attached(&self, line: &Line) -> Vec<Attachment> {
        let named = line.said.attached.lines().filter_map(|line| line.split_once('\t'));
        named
            .map(|(name, sha256)| {
                let file = self.files.get(sha256);
                let stations = file.into_iter().flat_map(|file| &file.stations);
                Attachment {
                    name: name.to_owned(),
                    sha256: sha256.to_owned(),
                    bytes: file.map(|file| file.bytes),
                    here: file.is_some_and(|file| file.pieces.is_some()),
                    stations: stations.map(|station| self.members.name(*station)).collect(),
                }
            })
            .collect()
    }

    /// Whether a station keeps it, as far as is known here.
    pub fn is_known(&self, sha256: &str) -> bool {
        self.files.contains_key(sha256)
    }

    /// Whether its bytes are in this home.
    pub fn is_here(&self, sha256: &str) -> bool {
        self.files.get(sha256).is_some_and(|file| file.pieces.is_some())
    }

    /// Files of this home that one of these stations has not said it keeps, with their bytes, the earliest kept first.
    pub fn wanted_by(&self, stations: &[StationId]) -> Vec<(&str, u64)> {
        let here = self.files.iter().filter(|(_, file)| file.pieces.is_some());
        let mut wanted: Vec<_> =
            here.filter(|(_, file)| stations.iter().any(|station| !file.stations.contains(station))).collect();
        wanted.sort_by_key(|(_, file)| file.at);
        wanted.into_iter().map(|(sha256, file)| (sha256.as_str(), file.bytes)).collect()
    }

    /// The bytes of a file that is kept here, held against its hash.
    ///
    /// # Errors
    /// It is not kept here (who keeps it is said), or what is kept is not what was kept (exit 4).
    pub fn read(&self, reader: &Reader, sha256: &str) -> Result<Vec<u8>, Problem> {
        let file = self.files.get(sha256);
        let Some(pieces) = file.and_then(|file| file.pieces.as_ref()) else {
            let stations = file.into_iter().flat_map(|file| &file.stations);
            return Err(elsewhere(&stations.map(|station| self.members.name(*station)).collect::<Vec<_>>()));
        };
        kept::whole(reader, sha256, pieces)?.ok_or_else(|| Problem {
            exit: Exit::Integrity,
            words: format!(
                "{sha256}: 保存されている添付が、記録した照合値（SHA-256）と一致しません。使わないでください。`andon doctor` で確かめ、\
                 ほかの端末の同じ添付か原本を使ってください。\n\
                 {sha256}: what is kept of this attachment is not what its SHA-256 says. Do not use it: see `andon doctor`, and take it from \
                 another station or the original."
            ),
        })
    }
}

/// Where a file is that is not here.
fn elsewhere(stations: &[String]) -> Problem {
    let all = stations.join("・");
    Problem::failed(match stations.is_empty() {
        true => "添付はこの端末にありません。書いた端末で書き出して（`andon log export`）、この端末で取り込んでください。\n\
                 The attachment is not at this station: export the log where the line was written (`andon log export`) and import it here."
            .to_owned(),
        false => format!(
            "添付は {all} の端末にあります。その端末で取り出すか、`andon log export` で書き出して、この端末で取り込んでください。\n\
             The attachment is at {all}: take it out there, or export its log (`andon log export`) and import it here."
        ),
    })
}

fn refused(name: &str, ja: &str, en: &str) -> Problem {
    Problem::usage(format!("{name}: {ja}\n{name}: {en}"))
}

/// Keeps files that are to be attached to a line; what the line says of them. Files that are kept already are not kept twice.
///
/// # Errors
/// There are too many, one is empty or too large, or the store refuses. What was kept by then stays and does no harm.
pub fn attach(
    reader: &Reader,
    files: &[(String, impl AsRef<[u8]>)],
    by: (&str, &str),
    write: Write<'_>,
) -> Result<String, Problem> {
    if files.len() > FILES_MAX {
        return Err(Problem::usage(format!(
            "添付は一つの行に {FILES_MAX} 個までです。残りは次の行に付けてください。\n\
             At most {FILES_MAX} files a line: attach the rest to another."
        )));
    }
    let mut named = Vec::new();
    for (name, bytes) in files {
        let name = one_line(name.rsplit(['/', '\\']).next().unwrap_or_default(), NAME_CHARS_MAX);
        let name = if name.is_empty() { "file".to_owned() } else { name };
        let bytes = bytes.as_ref();
        if bytes.is_empty() {
            return Err(refused(&name, "空のファイルです。", "the file is empty."));
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(refused(
                &name,
                "大きすぎます（20 MB まで）。写真は小さくして、動画や原本は媒体で保管し、本部台帳の「証拠」に記録してください。",
                "too large (at most 20 MB): make a photo smaller; keep a film or an original on a medium and enter it in the register of evidence.",
            ));
        }
        named.push((name, kept::name_of(bytes), bytes));
    }
    let known = reader.once(Attachments::of)?;
    for (_, sha256, bytes) in &named {
        if known.is_here(sha256) {
            continue;
        }
        let said = KeptFile { sha256: sha256.clone(), bytes: bytes.len() as u64, pieces: kept::keep(bytes, write)? };
        write(&Request::KeptFile { said, by: by.0.to_owned(), role: by.1.to_owned() })?;
    }
    Ok(named.iter().map(|(name, sha256, _)| format!("{name}\t{sha256}")).collect::<Vec<_>>().join("\n"))
}

/// Keeps a file that came from another station, if a station that counts says that it keeps it and it is not here yet; whether it was
/// kept.
///
/// # Errors
/// When the store refuses.
pub fn take(writer: &mut Writer, bytes: &[u8], now: Moment) -> Result<bool, Problem> {
    let (sha256, known) = (kept::name_of(bytes), writer.once(Attachments::of)?);
    if bytes.len() > FILE_BYTES_MAX || known.is_here(&sha256) || !known.is_known(&sha256) {
        return Ok(false);
    }
    let pieces = kept::keep_here(writer, bytes, now)?;
    let said = KeptFile { sha256, bytes: bytes.len() as u64, pieces };
    event::append(writer, &Event::Lines(LinesEvent::Kept(said)), "", now)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use store::{Setup, Unlock};

    use super::*;
    use crate::home::Home;

    /// A file whose pieces are not what its name says: as if somebody had put another photo in its place.
    #[test]
    fn what_is_kept_under_another_hash_is_refused_with_exit_4() {
        let folder = tempfile::tempdir().unwrap();
        let [hospital, authority] = ["試験病院", "self"].map(str::to_owned);
        let setup = Setup { training: true, hospital, authority, passphrase: None, now: Moment(0) };
        store::create(folder.path(), &setup).unwrap();
        let mut writer = Home::new(folder.path().to_owned(), Unlock::KeyFile).writer().unwrap();
        let (now, note) = (Moment(1_635_608_100_000), kept::name_of(b"the note"));
        let pieces = kept::keep_here(&mut writer, b"another photo", now).unwrap();
        let said = KeptFile { sha256: note.clone(), bytes: 8, pieces };
        event::append(&mut writer, &Event::Lines(LinesEvent::Kept(said)), "", now).unwrap();
        let known = Attachments::of(&writer).unwrap();
        let problem = known.read(&writer, &note).unwrap_err();
        assert_eq!(problem.exit, Exit::Integrity, "{problem}");
        assert_eq!(known.read(&writer, "00").unwrap_err().exit, Exit::Failed);
    }
}
