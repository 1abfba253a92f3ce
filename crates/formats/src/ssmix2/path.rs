//! File names of SS-MIX2: standardized storage (guideline 1.2g §1.1), extended storage (§1.7 of standards.md) and
//! transaction storage (§1.6). State is in the name: the last part is the コンディションフラグ.

use chart::{Fault, Flag, When};

use crate::charset;

/// Which storage a path belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// 標準化ストレージ: one message a file.
    Standardized,
    /// 拡張ストレージ: a content folder with files in it.
    Extended {
        /// Parts of the type folder between `^`: local code, name, system, standard code, standard name, system.
        type_parts: Vec<String>,
        /// Name of the content folder.
        content: String,
        /// Path of the file below the content folder.
        file: String,
    },
    /// Neither: the reason is among the faults.
    Other,
}

/// What the path of a file says. Parts that are not there are empty.
#[derive(Clone, Debug, PartialEq)]
pub struct FilePath {
    /// 患者ID exactly as written, zeros kept.
    pub patient: String,
    /// 診療日 `YYYYMMDD`, or `-`.
    pub care_date: String,
    /// データ種別; in extended storage the kind of the content folder.
    pub kind: String,
    /// オーダNo, or 特定キー in extended storage.
    pub order_no: String,
    /// 発生日時.
    pub sent: Option<When>,
    /// 診療科コード, or `-`.
    pub department: String,
    /// コンディションフラグ; `Current` where the name has none.
    pub flag: Flag,
    /// The path without the flag, as text: the same for all states of one file.
    pub key: String,
    /// Which storage.
    pub place: Place,
    /// Disagreements between folders and name, parts that could not be read.
    pub faults: Vec<Fault>,
}

/// The parts of a name between `_`, read from both ends.
#[derive(Default)]
struct Name<'a> {
    patient: &'a str,
    care_date: &'a str,
    kind: String,
    order_no: &'a str,
    sent: &'a str,
    department: &'a str,
    flag: &'a str,
}

impl FilePath {
    /// Reads a path below the root of a storage. Bytes that are not UTF-8 are read as Shift_JIS or with U+FFFD.
    /// Never fails: a path that is neither is [`Place::Other`] with a fault.
    pub fn parse(path: &[u8]) -> FilePath {
        let text = match std::str::from_utf8(path) {
            Ok(text) => text.to_owned(),
            Err(_) => charset::decode(path).text.into_owned(),
        };
        let mut parsed = FilePath::read(&text);
        if std::str::from_utf8(path).is_err() {
            parsed.fault("path", "not UTF-8");
        }
        parsed
    }

    /// 発生日時 alone, as [`FilePath::parse`] reads it, for one who asks nothing else of a path.
    pub fn sent_of(path: &[u8]) -> Option<When> {
        let Ok(text) = std::str::from_utf8(path) else { return FilePath::parse(path).sent };
        let mut parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
        let named = parts.next_back().and_then(|file| name(file, true));
        let named = named.or_else(|| parts.find_map(|folder| name(folder, false)));
        named.and_then(|name| sent(name.sent))
    }

    fn read(text: &str) -> FilePath {
        let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if let Some((file, folders)) = parts.split_last()
            && let Some(name) = name(file, true)
        {
            let mut path = FilePath::named(&name, Place::Standardized, text);
            path.check_folders(folders, &name, &name.kind);
            return path;
        }
        // The content folder stands at depth 5 below the patient's three; look from the front.
        for (depth, folder) in parts.iter().enumerate().take(parts.len().saturating_sub(1)) {
            if let Some(name) = name(folder, false) {
                let type_parts = parts.get(depth.wrapping_sub(1)).map(|f| f.split('^').map(str::to_owned).collect());
                let place = Place::Extended {
                    type_parts: type_parts.unwrap_or_default(),
                    content: (*folder).to_owned(),
                    file: parts[depth + 1..].join("/"),
                };
                let mut path = FilePath::named(&name, place, text);
                path.check_folders(&parts[..depth], &name, "");
                return path;
            }
        }
        let mut path = FilePath::named(&Name::default(), Place::Other, text);
        path.guess_patient(&parts);
        path.fault("path", text);
        path
    }

    fn named(name: &Name<'_>, place: Place, text: &str) -> FilePath {
        let flag = match name.flag {
            "0" => Flag::Cancelled,
            "2" => Flag::Superseded,
            _ => Flag::Current,
        };
        let key = match &place {
            Place::Standardized => text.strip_suffix(name.flag).unwrap_or(text).trim_end_matches('_').to_owned(),
            Place::Extended { content, .. } => {
                let bare = content.strip_suffix(name.flag).unwrap_or(content).trim_end_matches('_');
                text.replacen(content.as_str(), bare, 1)
            }
            Place::Other => text.to_owned(),
        };
        let mut path = FilePath {
            patient: name.patient.to_owned(),
            care_date: name.care_date.to_owned(),
            kind: name.kind.clone(),
            order_no: name.order_no.to_owned(),
            sent: sent(name.sent),
            department: name.department.to_owned(),
            flag,
            key,
            place,
            faults: Vec::new(),
        };
        if path.sent.is_none() && !name.sent.is_empty() {
            path.fault("path", name.sent);
        }
        path
    }

    /// Folders say again what the name says; where they do not, a person should know.
    fn check_folders(&mut self, folders: &[&str], name: &Name<'_>, kind: &str) {
        let patient = name.patient;
        let wanted = [patient.get(..3), patient.get(3..6), Some(patient), Some(name.care_date)];
        // The type folder of extended storage has another form than the kind in the name.
        let skipped = if kind.is_empty() { 1 } else { 0 };
        let mut folders: Vec<&str> = folders.to_vec();
        folders.truncate(folders.len().saturating_sub(skipped));
        if !kind.is_empty() && folders.last().is_some_and(|folder| *folder != kind) {
            self.fault("path_mismatch", &format!("{} ≠ {kind}", folders.last().copied().unwrap_or_default()));
        }
        let levels = if kind.is_empty() { 4 } else { 5 };
        if folders.len() != levels {
            self.fault("path_mismatch", &format!("{} folders", folders.len() + skipped));
            return;
        }
        for (folder, wanted) in folders.iter().zip(wanted) {
            // Numbers shorter than six characters have no folder rule that could be found (standards.md §1.1).
            if let Some(wanted) = wanted
                && *folder != wanted
            {
                self.fault("path_mismatch", &format!("{folder} ≠ {wanted}"));
            }
        }
    }

    /// The patient's folder, where the rest of the path is not understood.
    fn guess_patient(&mut self, parts: &[&str]) {
        if let [a, b, patient, _, ..] = parts
            && patient.get(..3) == Some(*a)
            && patient.get(3..6) == Some(*b)
        {
            self.patient = (*patient).to_owned();
        }
    }

    fn fault(&mut self, code: &'static str, text: &str) {
        self.faults.push(Fault { code, at: "path".into(), text: text.to_owned() });
    }
}

/// `患者ID_診療日_データ種別_オーダNo_発生日時_診療科コード_フラグ`. A content folder may leave the department out, and its
/// kind may itself hold `_`.
fn name(text: &str, standardized: bool) -> Option<Name<'_>> {
    let parts: Vec<&str> = text.split('_').collect();
    let stamp = |s: &str| (14..=17).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    let (flag, rest) = parts.split_last()?;
    let (department, rest) = match rest.split_last()? {
        (last, _) if !standardized && stamp(last) => (&"-", rest),
        (last, rest) => (last, rest),
    };
    let (sent, rest) = rest.split_last()?;
    let [patient, care_date, kind @ .., order_no] = rest else { return None };
    let dated = *care_date == "-" || (care_date.len() == 8 && care_date.bytes().all(|b| b.is_ascii_digit()));
    let fits = matches!(*flag, "0" | "1" | "2") && dated && stamp(sent) && !kind.is_empty() && !patient.is_empty();
    if !fits || (standardized && kind.len() != 1) {
        return None;
    }
    Some(Name { patient, care_date, kind: kind.join("_"), order_no, sent, department, flag })
}

/// 発生日時: 17 digits, or fewer digits of a second in content folders.
fn sent(text: &str) -> Option<When> {
    let usual = text.len() == 17 && text.bytes().all(|b| b.is_ascii_digit());
    match text.split_at_checked(14) {
        Some((seconds, fraction)) if !fraction.is_empty() && !usual => When::parse(&format!("{seconds}.{fraction}")),
        _ => When::parse(text),
    }
}

/// A file of transaction storage, `<YYYY>/TR_YYYYMMDDHHMMSSFFF_nnnnn.DAT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionFile {
    /// When the file was begun.
    pub begun: When,
    /// Running number.
    pub number: u64,
}

impl TransactionFile {
    /// Reads a path below the transaction root; `None` when it is not such a file.
    pub fn parse(path: &[u8]) -> Option<TransactionFile> {
        let text = std::str::from_utf8(path).ok()?;
        let name = text.rsplit('/').next()?.strip_prefix("TR_")?;
        let name = name.strip_suffix(".DAT").or_else(|| name.strip_suffix(".dat"))?;
        let (begun, number) = name.split_once('_')?;
        Some(TransactionFile { begun: sent(begun)?, number: number.parse().ok()? })
    }
}
