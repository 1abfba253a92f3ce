//! A home: the folder of one station. Making it, and opening it to write or to read.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use chart::Moment;
use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use crate::event::StationId;
use crate::files::{lock, make_folder, read_text, sync_folder, write_private};
use crate::keys::{self, DatabaseKey};
use crate::once::Shelf;
use crate::reserve::Reserve;
use crate::schema::{self, FORMAT, Mode};
use crate::{Error, Reader, Result, Writer};

/// What `init` decides for ever.
#[derive(Clone, Debug)]
pub struct Setup {
    /// A training home (訓練).
    pub training: bool,
    /// Name of the hospital, as shown.
    pub hospital: String,
    /// Assigning authority of its patient numbers.
    pub authority: String,
    /// Opens the home too, beside the key file.
    pub passphrase: Option<String>,
    /// Now, by our clock.
    pub now: Moment,
}

/// What opens a home.
#[derive(Clone, Debug)]
pub enum Unlock {
    /// `<home>/keys/home.key`.
    KeyFile,
    /// The same file kept elsewhere.
    KeyFileAt(PathBuf),
    /// The passphrase given at `init`.
    Passphrase(String),
    /// The officers' identity: the text of an age identity file.
    Identity(IdentityText),
}

/// The text of an age identity file: wiped when dropped, and shown by nothing.
#[derive(Clone)]
pub struct IdentityText(Zeroizing<String>);

impl IdentityText {
    /// Of a text.
    pub fn new(text: Zeroizing<String>) -> IdentityText {
        IdentityText(text)
    }

    /// The text, for who opens with it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for IdentityText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityText(…)")
    }
}

/// What a home says of itself without a key. No patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// A training home (訓練).
    pub training: bool,
    /// Name of the hospital, as shown.
    pub hospital: String,
    /// Assigning authority of its patient numbers.
    pub authority: String,
    /// The station, 32 hexadecimal digits.
    pub station: String,
    /// Format of the home.
    pub format: u32,
    /// When it was made.
    pub created: Moment,
}

/// The plain file that says what a home is. Last to be written: a home without it is none.
const ABOUT: &str = "home.toml";
pub(crate) const DATABASE: &str = "entries.db";
/// Key file and key slots.
const KEYS: &str = "keys";

/// Makes a home: folder 0700, keys, empty database, reserve.
///
/// # Errors
/// [`Error::Exists`] when there is one; [`Error::Full`], [`Error::Io`]; [`Error::TooLong`] for a name that is empty
/// or has control characters.
pub fn create(home: &Path, setup: &Setup) -> Result<()> {
    for (name, what) in [(&setup.hospital, "name of the hospital"), (&setup.authority, "assigning authority")] {
        if name.is_empty() || name.len() > 1000 || name.chars().any(char::is_control) {
            return Err(Error::TooLong { what });
        }
    }
    if home.join(ABOUT).exists() || home.join(DATABASE).exists() {
        return Err(Error::Exists(home.to_owned()));
    }
    make_folder(home)?;
    let _lock = lock(home.join("writer.lock"))?;
    let keys_folder = home.join(KEYS);
    make_folder(&keys_folder)?;
    let station = StationId(keys::random()?);
    let about = About {
        training: setup.training,
        hospital: setup.hospital.clone(),
        authority: setup.authority.clone(),
        station: station.to_string(),
        format: FORMAT,
        created: setup.now,
    };
    let key = DatabaseKey::random()?;
    keys::create(&keys_folder, &about.station, setup.passphrase.as_deref(), &key)?;
    write_private(&home.join(DATABASE), &[])?;
    let db = schema::open(&home.join(DATABASE), &key, Mode::Create)?;
    fill(&db, &about, station)?;
    drop(db);
    Reserve::open(home, setup.training);
    sync_folder(&keys_folder)?;
    write_private(&home.join(ABOUT), about.text().as_bytes())?;
    sync_folder(home)
}

/// Tables and first settings of a new database, in one transaction.
fn fill(db: &rusqlite::Connection, about: &About, station: StationId) -> Result<()> {
    let secret = Zeroizing::new(keys::random::<32>()?);
    let signing = SigningKey::from_bytes(&secret);
    db.execute_batch("BEGIN IMMEDIATE")?;
    schema::create_tables(db)?;
    schema::set(db, "about", about.text())?;
    schema::set(db, "station", &station.0[..])?;
    schema::set(db, "signing_key", &secret[..])?;
    schema::set(db, "held_bytes", 0)?;
    schema::set(db, "contents", 0)?;
    db.execute(
        "INSERT INTO station (id, public_key) VALUES (?1, ?2)",
        (&station.0[..], &signing.verifying_key().to_bytes()[..]),
    )?;
    db.execute("INSERT INTO incarnation (no, reason, since) VALUES (1, 'created', ?1)", [about.created.0])?;
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// Opens a home to write and takes its lock, which ends with the [`Writer`] or the process.
///
/// # Errors
/// [`Error::Locked`] when another process writes; [`Error::WrongKey`]; [`Error::NoHome`]; [`Error::Newer`]; [`Error::Older`].
pub fn open_writer(home: &Path, unlock: &Unlock) -> Result<Writer> {
    let about = about(home)?;
    let lock = lock(home.join("writer.lock"))?;
    let reader = open(home, about, unlock, Mode::Write)?;
    Writer::start(reader, lock)
}

/// Opens a home to read: no lock, any number at once, also beside a writer in another process, also on a full disk.
///
/// # Errors
/// [`Error::WrongKey`]; [`Error::NoHome`]; [`Error::Newer`]; [`Error::Older`].
pub fn open_reader(home: &Path, unlock: &Unlock) -> Result<Reader> {
    open(home, about(home)?, unlock, Mode::Read)
}

/// Adds a passphrase that opens the home, beside what opens it already. Asks for no writer: the keys are files of their own.
///
/// # Errors
/// [`Error::WrongKey`], and then nothing was changed; [`Error::TooLong`] when there are many already; [`Error::NoHome`];
/// [`Error::Full`].
pub fn add_passphrase(home: &Path, unlock: &Unlock, passphrase: &str) -> Result<()> {
    keys::add_passphrase(&home.join(KEYS), &about(home)?.station, unlock, passphrase)
}

/// Takes every passphrase away; how many there were. Who knows one and has a copy of the key slots as they were can still
/// open a copy of the home: the database key stays the same.
///
/// # Errors
/// [`Error::NoSlot`] when there is none; [`Error::LastSlot`] when a passphrase opened the home; [`Error::WrongKey`].
pub fn remove_passphrases(home: &Path, unlock: &Unlock) -> Result<usize> {
    keys::remove_passphrases(&home.join(KEYS), &about(home)?.station, unlock)
}

/// Lets the officers open the home: their slot is sealed to `recipient` (`age1…`), and takes the place of an earlier one. Asks for
/// no writer, as [`add_passphrase`].
///
/// # Errors
/// [`Error::WrongKey`], and then nothing was changed; [`Error::Damaged`] for what is no recipient; [`Error::NoHome`]; [`Error::Full`].
pub fn put_officers(home: &Path, unlock: &Unlock, recipient: &str) -> Result<()> {
    keys::put_officers(&home.join(KEYS), &about(home)?.station, unlock, recipient)
}

/// Whose slot the officers' is, `age1…`; `None` where they have none. Needs no key.
///
/// # Errors
/// [`Error::NoHome`]; [`Error::Damaged`].
pub fn officers(home: &Path) -> Result<Option<String>> {
    about(home)?;
    keys::officers(&home.join(KEYS))
}

/// The database key of a home, and what the home says of itself.
pub(crate) fn unlock(home: &Path, unlock: &Unlock) -> Result<(DatabaseKey, About)> {
    let about = about(home)?;
    Ok((keys::unlock(&home.join(KEYS), &about.station, unlock)?, about))
}

fn open(home: &Path, about: About, unlock: &Unlock, mode: Mode) -> Result<Reader> {
    let key = keys::unlock(&home.join(KEYS), &about.station, unlock)?;
    let db = schema::open(&home.join(DATABASE), &key, mode)?;
    let inside: String = schema::setting(&db, "about")?;
    if inside != about.text() {
        return Err(Error::damaged(format!("{} says other than the database", home.join(ABOUT).display())));
    }
    Ok(Reader { about, db, home: home.to_owned(), made: RefCell::default(), shelf: Shelf::default() })
}

/// What the home says of itself without a key.
///
/// # Errors
/// [`Error::NoHome`]; [`Error::Damaged`] when its plain file cannot be understood; [`Error::Newer`]; [`Error::Older`].
pub fn about(home: &Path) -> Result<About> {
    let path = home.join(ABOUT);
    if !path.exists() {
        return Err(Error::NoHome(home.to_owned()));
    }
    let about = About::parse(&read_text(&path)?).ok_or_else(|| Error::damaged(path.display().to_string()))?;
    if about.format > FORMAT {
        return Err(Error::Newer { found: about.format, known: FORMAT });
    }
    if about.format < FORMAT {
        return Err(Error::Older { found: about.format, known: FORMAT });
    }
    Ok(about)
}

impl About {
    /// As written in `home.toml`, and again inside the database.
    fn text(&self) -> String {
        let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        format!(
            "format = {}\nstation = \"{}\"\ntraining = {}\nhospital = \"{}\"\nauthority = \"{}\"\ncreated_millis = {}\n",
            self.format,
            self.station,
            self.training,
            quote(&self.hospital),
            quote(&self.authority),
            self.created.0
        )
    }

    fn parse(text: &str) -> Option<About> {
        let value = |name: &str| {
            text.lines().find_map(|line| {
                let (key, value) = line.split_once(" = ")?;
                (key == name).then_some(value)
            })
        };
        Some(About {
            format: value("format")?.parse().ok()?,
            station: unquote(value("station")?)?,
            training: value("training")?.parse().ok()?,
            hospital: unquote(value("hospital")?)?,
            authority: unquote(value("authority")?)?,
            created: Moment(value("created_millis")?.parse().ok()?),
        })
    }
}

/// A TOML basic string of which only `\"` and `\\` are escaped.
fn unquote(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.strip_suffix('"')?.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next()? } else { c });
    }
    Some(out)
}
