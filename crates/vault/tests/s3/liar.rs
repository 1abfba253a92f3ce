//! A server that says it locks and keeps one of its promises not: what a probe is for. It checks no signatures, its clock is
//! wrong, and what else it lets happen is said at its start. Small, in memory, one request after another.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use vault::s3::time::read_iso;

/// The day on which it always is.
const DATE: &str = "Fri, 24 May 2013 00:00:00 GMT";

#[derive(Default)]
struct Version {
    id: String,
    body: Vec<u8>,
    mode: String,
    until: String,
    hold: bool,
    /// When it was put: a second each.
    taken: u64,
}

#[derive(Default)]
struct Liar {
    lets: &'static str,
    objects: HashMap<String, Vec<Version>>,
    taken: u64,
    parts: Vec<u8>,
    suspended: bool,
    unlocked: bool,
}

struct Asked {
    method: String,
    key: String,
    query: HashMap<String, String>,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Asked {
    fn header(&self, name: &str) -> String {
        self.headers.get(name).cloned().unwrap_or_default()
    }

    fn asks(&self, name: &str) -> bool {
        self.query.contains_key(name)
    }
}

type Told = (u16, Vec<(&'static str, String)>, String);

fn told(status: u16, body: &str) -> Told {
    (status, Vec::new(), body.to_owned())
}

fn refused() -> Told {
    told(403, "<Error><Code>AccessDenied</Code></Error>")
}

fn between<'a>(text: &'a str, tag: &str) -> &'a str {
    let after = text.split_once(&format!("<{tag}>")).map_or("", |(_, after)| after);
    after.split_once(&format!("</{tag}>")).map_or("", |(inside, _)| inside)
}

impl Liar {
    fn answer(&mut self, asked: &Asked) -> Told {
        if !asked.headers.contains_key("authorization") && self.lets != "strangers" {
            return refused();
        }
        match (asked.method.as_str(), asked.key.is_empty()) {
            ("GET" | "HEAD", true) => self.bucket(asked),
            ("PUT", true) => self.set_bucket(asked),
            ("POST", true) => self.batch(asked),
            ("DELETE", true) if self.lets == "delete-bucket" => {
                self.objects.clear();
                told(204, "")
            }
            ("DELETE", true) => told(409, "<Error><Code>BucketNotEmpty</Code></Error>"),
            ("GET" | "HEAD", false) => self.get(asked),
            ("PUT" | "POST", false) => self.put(asked),
            _ => self.delete(asked),
        }
    }

    fn bucket(&self, asked: &Asked) -> Told {
        let status = if self.suspended { "Suspended" } else { "Enabled" };
        let lock = if self.unlocked { "" } else { "<ObjectLockEnabled>Enabled</ObjectLockEnabled>" };
        match () {
            () if asked.asks("versioning") => told(200, &format!("<V><Status>{status}</Status></V>")),
            () if asked.asks("versions") => told(200, &self.versions(asked)),
            () if asked.asks("object-lock") => told(200, &format!("<O>{lock}</O>")),
            () => told(200, "<L></L>"),
        }
    }

    /// Newest first. Its ids say nothing of times.
    fn versions(&self, asked: &Asked) -> String {
        let key = asked.query.get("prefix").map_or(String::new(), |prefix| prefix.replace("%2F", "/"));
        let one = |version: &Version| {
            let (minute, second) = (version.taken / 60, version.taken % 60);
            format!(
                "<Version><Key>{key}</Key><VersionId>{}</VersionId><Size>{}</Size>\
                 <LastModified>2013-05-24T00:{minute:02}:{second:02}Z</LastModified></Version>",
                version.id,
                version.body.len()
            )
        };
        let all = self.objects.get(&key).map_or(String::new(), |all| all.iter().rev().map(one).collect());
        format!("<L>{all}</L>")
    }

    fn set_bucket(&mut self, asked: &Asked) -> Told {
        let no = || told(409, "<Error><Code>InvalidBucketState</Code></Error>");
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        match () {
            () if asked.asks("versioning") && self.lets != "suspend" => return no(),
            () if asked.asks("versioning") => self.suspended = true,
            () if body.contains("Disabled") && self.lets != "lock-off" => return no(),
            () if body.contains("Disabled") => self.unlocked = true,
            () => {}
        }
        told(200, "")
    }

    fn batch(&mut self, asked: &Asked) -> Told {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        if self.lets == "batch-delete" {
            self.remove(between(&body, "Key"), between(&body, "VersionId"));
        }
        told(200, "<DeleteResult></DeleteResult>")
    }

    fn find(&mut self, asked: &Asked) -> Option<&mut Version> {
        let id = asked.query.get("versionId");
        self.objects.get_mut(&asked.key)?.iter_mut().rfind(|version| id.is_none_or(|id| version.id == *id))
    }

    fn remove(&mut self, key: &str, id: &str) {
        if let Some(versions) = self.objects.get_mut(key) {
            versions.retain(|version| version.id != id);
        }
    }

    fn get(&mut self, asked: &Asked) -> Told {
        let ignores = self.lets == "lock-set";
        let Some(version) = self.find(asked) else { return told(404, "") };
        let mut headers = Vec::new();
        if !version.mode.is_empty() && !ignores {
            headers.push(("x-amz-object-lock-mode", version.mode.clone()));
            headers.push(("x-amz-object-lock-retain-until-date", version.until.clone()));
        }
        (200, headers, String::from_utf8_lossy(&version.body).into_owned())
    }

    fn put(&mut self, asked: &Asked) -> Told {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        if asked.asks("retention") {
            return self.retain(asked, &body);
        }
        if asked.asks("legal-hold") {
            if let Some(version) = self.find(asked) {
                version.hold = body.contains("ON");
            }
            return told(200, "");
        }
        if asked.asks("partNumber") {
            self.parts = asked.body.clone();
            return told(200, "");
        }
        self.taken += 1;
        if asked.asks("uploads") {
            self.parts = asked.header("x-amz-object-lock-retain-until-date").into_bytes();
            let until = String::from_utf8_lossy(&self.parts).into_owned();
            return told(200, &format!("<I><UploadId>{until}</UploadId></I>"));
        }
        let there = self.objects.get(&asked.key).is_some_and(|versions| !versions.is_empty());
        if asked.headers.contains_key("if-none-match") && there {
            return told(412, "");
        }
        let mut version = Version {
            id: format!("v{}", self.taken),
            body: asked.body.clone(),
            mode: asked.header("x-amz-object-lock-mode"),
            until: asked.header("x-amz-object-lock-retain-until-date"),
            hold: false,
            taken: self.taken,
        };
        if let Some(until) = asked.query.get("uploadId") {
            let mode = if self.lets == "multipart" { "" } else { "COMPLIANCE" };
            (version.body, version.mode, version.until) =
                (self.parts.clone(), mode.to_owned(), until.replace("%3A", ":"));
        }
        let id = version.id.clone();
        let versions = self.objects.entry(asked.key.clone()).or_default();
        if self.lets == "overwrite" {
            versions.clear();
        }
        versions.push(version);
        (200, vec![("x-amz-version-id", id)], String::new())
    }

    fn retain(&mut self, asked: &Asked, body: &str) -> Told {
        let (mode, until) = (between(body, "Mode").to_owned(), between(body, "RetainUntilDate").to_owned());
        let lets = self.lets;
        self.taken += 1;
        let now = self.taken;
        if lets == "not-implemented" {
            return told(501, "<Error><Code>NotImplemented</Code></Error>");
        }
        let Some(version) = self.find(asked) else { return told(404, "") };
        let shorter = read_iso(&until) < read_iso(&version.until);
        let may = match mode.as_str() {
            "" => lets == "empty-retention",
            "GOVERNANCE" => lets == "downgrade",
            _ => !shorter || lets == "shorten",
        };
        if !may {
            return refused();
        }
        (version.mode, version.until) = (mode, until);
        if lets == "extend-time" {
            version.taken = now;
        }
        told(200, "")
    }

    fn delete(&mut self, asked: &Asked) -> Told {
        let Some(id) = asked.query.get("versionId").cloned() else {
            if self.lets == "delete-marker" {
                self.objects.remove(&asked.key);
            }
            return told(204, "");
        };
        let lets = self.lets;
        let bypass = asked.headers.contains_key("x-amz-bypass-governance-retention");
        if id == "null" && lets == "null-version" {
            self.objects.remove(&asked.key);
        }
        let Some(version) = self.find(asked) else { return told(204, "") };
        let locked = version.mode == "COMPLIANCE" || (version.mode == "GOVERNANCE" && !bypass);
        let held = version.hold && lets != "legal-hold";
        if (locked && lets != "delete-version") || held || lets == "no-deletes" {
            return refused();
        }
        self.remove(&asked.key, &id);
        told(204, "")
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let len = headers.get("content-length").and_then(|len| len.parse().ok()).unwrap_or(0);
    let mut body = vec![0; len];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let key = path.trim_start_matches('/').split_once('/').map_or(String::new(), |(_, key)| key.to_owned());
    Some(Asked { method, key, query, headers, body })
}

/// Starts one that lets this happen; its port. It ends with the test.
pub fn start(lets: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut liar = Liar { lets, ..Liar::default() };
        for mut stream in listener.incoming().flatten() {
            let Some(asked) = read(&stream) else { continue };
            let (status, headers, body) = liar.answer(&asked);
            let mut head = format!(
                "HTTP/1.1 {status} x\r\nDate: {DATE}\r\nConnection: close\r\nContent-Length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            let body = if asked.method == "HEAD" { "" } else { &body };
            let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
        }
    });
    port
}
