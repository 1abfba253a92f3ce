//! Forms that a browser sends back, and the percent notation of addresses.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde::de::DeserializeOwned;

use super::session::{Session, same};
use super::{Site, gate, refusal};

/// The cookie that a form of somebody who is not in yet must match: another site can send a form here, but not this cookie
/// and the same value in the form.
pub const FORM_COOKIE: &str = "form";

/// What a form said, once it is sure that it was our form and this browser's. There is no other way to read one.
pub struct Posted<T>(pub T);

#[derive(serde::Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

impl<T: DeserializeOwned> FromRequest<Site> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Posted<T>, Response> {
        let headers = request.headers().clone();
        let session = request.extensions().get::<Arc<Session>>().cloned();
        let wanted = match &session {
            Some(session) => Some(session.token.clone()),
            None => gate::cookie(&headers, FORM_COOKIE).map(str::to_owned),
        };
        let no = |why| refusal(site, &headers, StatusCode::BAD_REQUEST, why);
        let body = Bytes::from_request(request, site).await.map_err(|_| no("refused-form"))?;
        let token: Token = serde_urlencoded::from_bytes(&body).map_err(|_| no("refused-form"))?;
        if !wanted.is_some_and(|wanted| !wanted.is_empty() && same(&wanted, &token.token)) {
            return Err(no("refused-form"));
        }
        serde_urlencoded::from_bytes(&body).map(Posted).map_err(|_| no("refused-form"))
    }
}

/// Bytes of one upload: a stack of a hundred pages in colour. Larger ones come by the watched folder or the command.
pub const UPLOAD_BYTES_MAX: usize = 64 << 20;
/// Files of one upload.
const UPLOAD_FILES_MAX: usize = 200;
/// Bytes of one field beside files, and how many there may be: as in any form.
const FIELD_BYTES_MAX: usize = 16 << 10;
const FIELDS_MAX: usize = 100;

/// Files that a browser sent with a form of ours, each with its name; the form's token comes before them.
pub struct Uploaded(pub Vec<(String, Bytes)>);

impl FromRequest<Site> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Uploaded, Response> {
        let (_, mut files) = parts(request, site).await?;
        files.retain(|(_, bytes)| !bytes.is_empty());
        Ok(Uploaded(files))
    }
}

/// What a form said that may come with files, and they, each with its name; an empty one too. Without files it may come as any form does.
pub struct PostedFiles<T>(pub T, pub Vec<(String, Bytes)>);

impl<T: DeserializeOwned> FromRequest<Site> for PostedFiles<T> {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<PostedFiles<T>, Response> {
        let headers = request.headers().clone();
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let Posted(form) = Posted::from_request(request, site).await?;
            return Ok(PostedFiles(form, Vec::new()));
        }
        let (fields, files) = parts(request, site).await?;
        let no = || refusal(site, &headers, StatusCode::BAD_REQUEST, "refused-form");
        let fields = serde_urlencoded::to_string(fields).map_err(|_| no())?;
        Ok(PostedFiles(serde_urlencoded::from_str(&fields).map_err(|_| no())?, files))
    }
}

/// Names and texts of fields, names and bytes of files.
type Parts = (Vec<(String, String)>, Vec<(String, Bytes)>);

/// The parts of a form whose token, before all files, is this session's.
async fn parts(request: Request, site: &Site) -> Result<Parts, Response> {
    let headers = request.headers().clone();
    let session = request.extensions().get::<Arc<Session>>().cloned();
    let no = || refusal(site, &headers, StatusCode::BAD_REQUEST, "refused-form");
    let mut parts = Multipart::from_request(request, site).await.map_err(|_| no())?;
    let (mut known, mut fields, mut files) = (false, Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|_| no())? {
        let file = part.file_name().map(str::to_owned);
        let field = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| no())?;
        match file {
            None if field == "token" => {
                known = session.as_ref().is_some_and(|session| same(&session.token, &String::from_utf8_lossy(&bytes)));
            }
            None if bytes.len() <= FIELD_BYTES_MAX && fields.len() < FIELDS_MAX => {
                fields.push((field, String::from_utf8_lossy(&bytes).into_owned()));
            }
            // What comes before the token, or without it, may be another site's.
            Some(_) if known && files.len() < UPLOAD_FILES_MAX => {
                // A field for files in which none was chosen comes as one without a name.
                files.extend(file.filter(|name| !name.is_empty() || !bytes.is_empty()).map(|name| (name, bytes)));
            }
            _ => return Err(no()),
        }
    }
    if known { Ok((fields, files)) } else { Err(no()) }
}

/// Percent-encodes a text for one part of an address.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// The text of a percent-encoded part, `+` as a space; what is not well encoded stays as it is.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_comes_back() {
        for text in ["3東 305", "/patients/self/1?at=x&y", "100%", "a+b", ""] {
            assert_eq!(decoded(&encoded(text)), text);
        }
        assert_eq!(decoded("q=%E5%B1%B1+%zz%"), "q=山 %zz%");
    }
}
