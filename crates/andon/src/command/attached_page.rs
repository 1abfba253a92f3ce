//! 添付 on the page: what a line says of its files, files that come with a form, and their bytes for whoever asks. Only a JPEG or PNG is
//! shown; everything else is saved, and none of it is ever taken for a page of ours.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::attachments::{self, Attachment, Attachments};
use crate::chronology::present;
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Site, Visit, encoded, refusal, refusal_in_words};

/// Digits of a hash that are shown.
const HASH_SHOWN: usize = 16;
/// How pictures begin that a browser shows (ISO/IEC 10918-1; ISO/IEC 15948), with the type by which they go.
const PICTURES: [(&[u8], &str); 2] = [(b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")];
/// Ends of the names that such pictures have.
const PICTURE_NAMES: [&str; 3] = [".jpg", ".jpeg", ".png"];

/// An attached file as a line shows it.
pub(super) struct Shown {
    pub name: String,
    pub hash: String,
    /// Its size in words; empty where it is not known.
    pub size: String,
    /// Where its bytes are; empty where they are not here.
    pub address: String,
    /// Looks like a picture, by its name.
    pub picture: bool,
    /// Where it is, in words, where it is not here.
    pub elsewhere: String,
}

impl Shown {
    pub(super) fn of(file: Attachment, t: Words) -> Shown {
        let lower = file.name.to_lowercase();
        let elsewhere = match (file.here, file.stations.is_empty()) {
            (true, _) => String::new(),
            (false, true) => t.text("attached-nowhere"),
            (false, false) => t.with("attached-elsewhere", file.stations.join("・")),
        };
        Shown {
            hash: file.sha256.chars().take(HASH_SHOWN).collect(),
            size: file.bytes.map(size).unwrap_or_default(),
            address: if file.here { format!("/command/attached/{}", encoded(&file.sha256)) } else { String::new() },
            picture: file.here && PICTURE_NAMES.iter().any(|end| lower.ends_with(end)),
            elsewhere,
            name: file.name,
        }
    }
}

/// A size as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Keeps the files that came with a form; what its line says of them.
///
/// # Errors
/// As [`attachments::attach`].
pub(super) async fn kept(site: &Site, visit: &Visit, files: Vec<(String, Bytes)>) -> Result<String, Problem> {
    if files.is_empty() {
        return Ok(String::new());
    }
    let ((by, role), write) = (visit.by(), site.writer());
    site.read(move |reader| attachments::attach(reader, &files, (&by, &role), &|wish| write(wish))).await
}

/// `/command/attached/…?save=1`
#[derive(Deserialize)]
pub struct How {
    /// `1`: to be saved, though it is a picture.
    #[serde(default)]
    save: String,
}

/// `GET /command/attached/{sha256}`: the bytes of a file that is attached to a line, held against its hash. The door's headers (no sniffing, no
/// scripts, no framing, nothing kept) hold for it as for every page.
pub async fn file(
    State(site): State<Site>,
    visit: Visit,
    headers: HeaderMap,
    Path(sha256): Path<String>,
    Query(how): Query<How>,
) -> Response {
    let found = site.read(move |reader| {
        let files = reader.once(Attachments::of)?;
        let lines = present(reader)?;
        let named = lines.iter().flat_map(|line| files.attached(line)).find(|file| file.sha256 == sha256);
        named.map(|file| Ok((file.name, files.read(reader, &sha256)?))).transpose()
    });
    let (name, bytes) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-page"),
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    let picture = PICTURES.iter().find(|(begins, _)| bytes.starts_with(begins)).map(|(_, kind)| *kind);
    let shown = picture.filter(|_| how.save != "1");
    let disposition = format!(
        "{}; filename=\"attachment\"; filename*=UTF-8''{}",
        if shown.is_some() { "inline" } else { "attachment" },
        encoded(&name)
    );
    let kind = shown.unwrap_or("application/octet-stream");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!([999, 1_000, 20_971_520].map(size), ["999 B", "1 KB", "21.0 MB"]);
    }
}
