//! Signatures of requests, AWS Signature Version 4 in the `Authorization` header. Ours rather than a crate's: the crate at
//! hand signs addresses, which land in the logs of servers, and knows none of the questions about locks and versions.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::access::Access;
use super::time;
use crate::hash::to_hex;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What of a request is signed.
pub(super) struct Signing<'a> {
    pub method: &'a str,
    /// Encoded, from the slash on.
    pub path: &'a str,
    /// As `query` makes it.
    pub query: &'a str,
    /// All that are sent and matter: names in small letters, sorted.
    pub headers: &'a [(&'a str, String)],
    /// SHA-256 of the body, hexadecimal.
    pub body: &'a str,
}

/// The value of `Authorization` for a request sent at `at`.
pub(super) fn authorization(of: &Signing<'_>, access: &Access, at: i64) -> String {
    let stamp = time::stamp(at);
    let day = &stamp[..8];
    let scope = format!("{day}/{}/s3/aws4_request", access.region);
    let names: Vec<&str> = of.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let mut whole = format!("{}\n{}\n{}\n", of.method, of.path, of.query);
    // To a string: it cannot fail.
    for (name, value) in of.headers {
        let _ = writeln!(whole, "{name}:{}", value.trim());
    }
    let _ = write!(whole, "\n{names}\n{}", of.body);
    let to_sign = format!("{ALGORITHM}\n{stamp}\n{scope}\n{}", to_hex(&Sha256::digest(whole.as_bytes())));
    let secret = zeroize::Zeroizing::new(format!("AWS4{}", access.secret.as_str()));
    let mut key = keyed(secret.as_bytes(), day);
    for part in [access.region.as_str(), "s3", "aws4_request", &to_sign] {
        key = keyed(&key, part);
    }
    format!("{ALGORITHM} Credential={}/{scope},SignedHeaders={names},Signature={}", access.key, to_hex(&key))
}

fn keyed(key: &[u8], text: &str) -> [u8; 32] {
    // A key of any length will do (RFC 2104), so the error cannot be.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// A query as it is signed and sent: encoded and sorted.
pub(super) fn query(pairs: &[(&str, String)]) -> String {
    let mut pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name, false), encoded(value, false))).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// A path or a word of a query with everything but unreserved letters encoded (RFC 3986 §2.3).
pub(super) fn encoded(text: &str, slashes_stay: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'/' if slashes_stay => out.push('/'),
            _ => {
                // To a string: it cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Signing, authorization, query};
    use crate::s3::access::Access;

    /// SHA-256 of nothing.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const AT: i64 = 1_369_353_600_000;

    fn signed(method: &str, path: &str, words: &[(&str, String)], more: &[(&'static str, &str)], body: &str) -> String {
        let access = Access::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let mut headers = vec![
            ("host", "examplebucket.s3.amazonaws.com".to_owned()),
            ("x-amz-content-sha256", body.to_owned()),
            ("x-amz-date", "20130524T000000Z".to_owned()),
        ];
        headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        headers.sort_unstable();
        let of = Signing { method, path, query: &query(words), headers: &headers, body };
        authorization(&of, &access, AT).rsplit_once("Signature=").unwrap().1.to_owned()
    }

    /// The examples of the S3 API reference, "Authenticating Requests: Using the Authorization Header".
    #[test]
    fn the_published_examples_are_signed_as_published() {
        assert_eq!(
            signed("GET", "/test.txt", &[], &[("range", "bytes=0-9")], EMPTY),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        assert_eq!(
            signed(
                "PUT",
                "/test%24file.text",
                &[],
                &[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
        assert_eq!(
            signed("GET", "/", &[("lifecycle", String::new())], &[], EMPTY),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        );
        assert_eq!(
            signed("GET", "/", &[("prefix", "J".to_owned()), ("max-keys", "2".to_owned())], &[], EMPTY),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }
}
