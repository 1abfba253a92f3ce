//! Where a bucket is: `s3://HOST[:PORT]/BUCKET[/PREFIX]`. Keys are never in it.

use std::fmt;

use crate::{Error, Result, name};

/// Longest address a person would type.
const ADDRESS_BYTES_MAX: usize = 500;

/// A bucket, or a part of one, on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Encrypted on the line. `s3+http://` is not, and fit for a test on this machine only.
    pub tls: bool,
    /// Name or number of the server; IPv6 in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The bucket.
    pub bucket: String,
    /// What all names begin with: empty, or ends in `/`.
    pub prefix: String,
}

impl Address {
    /// Reads an address as a person writes it.
    ///
    /// # Errors
    /// It is not of the form above; it has a key in it.
    pub fn parse(text: &str) -> Result<Address> {
        let wrong = |why: &str| Error::Refused(format!("s3://HOST[:PORT]/BUCKET[/PREFIX]: {why}"));
        let (tls, rest) = match (text.strip_prefix("s3://"), text.strip_prefix("s3+http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(wrong("s3:// で始めてください / it must begin with s3://")),
        };
        // Never shown back: what stands before an @ or after a ? may be a key.
        if rest.contains(['@', '?', '#']) || text.len() > ADDRESS_BYTES_MAX {
            return Err(wrong(
                "@ ? # は使えません。鍵は鍵のファイルに書きます / no @, ? or # in it; keys belong in their file",
            ));
        }
        let (server, path) =
            rest.split_once('/').ok_or_else(|| wrong("バケットの名前がありません / no bucket is named"))?;
        let (host, port) = split_port(server, if tls { 443 } else { 80 })
            .ok_or_else(|| wrong("ポートの番号が違います / no such port"))?;
        if !is_host(host) {
            return Err(wrong("サーバーの名前が違います / no such server"));
        }
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        if !bucket_fits(bucket) {
            return Err(wrong(
                "バケットの名前は小文字・数字・-・. で 3〜63 字です / a bucket has 3 to 63 small letters, digits, - and .",
            ));
        }
        let prefix = prefix.trim_end_matches('/');
        if !prefix.is_empty() && name::check(prefix).is_err() {
            return Err(wrong(
                "バケットの下のフォルダーは英字・数字・-・_・. だけです / letters, digits, - _ . in the prefix",
            ));
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Address { tls, host: host.to_owned(), port, bucket: bucket.to_owned(), prefix })
    }

    /// Host and port as HTTP says them: the usual port is left out.
    pub(super) fn authority(&self) -> String {
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The host as the system resolves it: without brackets.
    pub(super) fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// On this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let number: Option<std::net::IpAddr> = self.bare_host().parse().ok();
        self.host == "localhost" || number.is_some_and(|number| number.is_loopback())
    }
}

/// A name or number of a server; IPv6 in brackets.
pub(crate) fn is_host(host: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    let numbered = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    numbered.map_or_else(
        || !host.is_empty() && host.chars().all(fits),
        |number| number.parse::<std::net::Ipv6Addr>().is_ok(),
    )
}

fn split_port(server: &str, usual: u16) -> Option<(&str, u16)> {
    match server.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => Some((host, port.parse().ok().filter(|&port| port > 0)?)),
        _ => Some((server, usual)),
    }
}

fn bucket_fits(bucket: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter);
    (3..=63).contains(&bucket.len()) && bucket.chars().all(fits) && !bucket.starts_with(['-', '.'])
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "s3" } else { "s3+http" };
        write!(f, "{scheme}://{}/{}", self.authority(), self.bucket)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix.trim_end_matches('/')) }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_are_read_and_shown_alike() {
        for text in [
            "s3://nas.example/vault",
            "s3://nas.example:9000/vault/andon/3",
            "s3+http://127.0.0.1:18433/vault",
            "s3://[::1]:8333/vault",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        let told = Address::parse("s3://nas.example:443/vault/a/").unwrap();
        assert_eq!((told.to_string().as_str(), told.prefix.as_str()), ("s3://nas.example/vault/a", "a/"));
    }

    #[test]
    fn what_is_no_address_is_refused_and_never_shown_back() {
        for text in [
            "",
            "http://nas.example/vault",
            "s3://nas.example",
            "s3://nas.example/",
            "s3://AKIA:geheim@nas.example/vault",
            "s3://nas.example/vault?secret=geheim",
            "s3://nas.example:0/vault",
            "s3://nas.example:99999/vault",
            "s3://nas example/vault",
            "s3://nas.example/Vault",
            "s3://nas.example/vault/../x",
            "s3://nas.example/vault//x",
            "s3://[nas]/vault",
        ] {
            let said = Address::parse(text).expect_err(text).to_string();
            assert!(!said.contains("geheim"), "{said}");
        }
    }
}
