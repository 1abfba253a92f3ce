//! SeaweedFS in a folder of its own, on ports of this machine that were free.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vault::s3::{Access, Address, S3};

/// A machine that does much else is slow to start it.
const START: Duration = Duration::from_secs(90);
/// The key of the owner of everything on it: what an intruder has, too.
pub const KEY: &str = "owner";
pub const SECRET: &str = "owner-secret-of-tests";
/// The key of somebody who may read and list, and its secret.
pub const READER: (&str, &str) = ("reader", "reader-secret-of-tests");

/// A server that ends with the test that holds it.
pub struct Server {
    child: Child,
    pub s3: u16,
    pub master: u16,
    pub filer: u16,
    pub volume: u16,
    /// It speaks https, and this file vouches for it.
    pub ca: Option<PathBuf>,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the set-up put the program; `ANDON_WEED` says otherwise.
fn program() -> Option<PathBuf> {
    let named = std::env::var_os("ANDON_WEED").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let brought = root.join("target/seaweedfs/bin/weed");
    let curl =
        Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    named.or(Some(brought)).filter(|path| curl && path.is_file())
}

/// Free ports whose neighbours 10,000 above are free too: there the server answers in another tongue.
fn ports<const N: usize>() -> [u16; N] {
    let mut held = Vec::new();
    std::array::from_fn(|_| {
        loop {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let low = 20_000 + port % 20_000;
            let (Ok(one), Ok(two)) =
                (TcpListener::bind(("127.0.0.1", low)), TcpListener::bind(("127.0.0.1", low + 10_000)))
            else {
                continue;
            };
            held.extend([one, two]);
            return low;
        }
    })
}

impl Server {
    /// Starts one as its makers have it.
    pub fn start() -> Option<Server> {
        Server::started("", &[])
    }

    /// Starts one with this `security.toml` and these words for the program.
    pub fn started(security: &str, more: &[&str]) -> Option<Server> {
        let Some(program) = program() else {
            eprintln!("SeaweedFS がないので省きます / skipped: there is no SeaweedFS (cargo x check brings it)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let who = format!(
            r#"{{"identities":[{{"name":"owner","credentials":[{{"accessKey":"{KEY}","secretKey":"{SECRET}"}}],
            "actions":["Admin","Read","Write","List","Tagging"]}},
            {{"name":"{0}","credentials":[{{"accessKey":"{0}","secretKey":"{1}"}}],"actions":["Read","List"]}}]}}"#,
            READER.0, READER.1
        );
        std::fs::write(folder.path().join("s3.json"), who).unwrap();
        std::fs::write(folder.path().join("security.toml"), security).unwrap();
        let [s3, master, filer, volume] = ports();
        let mut command = Command::new(program);
        command.current_dir(folder.path()).args([
            "server",
            "-dir=.",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-filer",
            "-s3",
        ]);
        command.args(["-s3.config=s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.args([
            "-master.volumeSizeLimitMB=64",
            "-volume.max=100",
            "-master.volumePreallocate=false",
            "-volume.minFreeSpace=64MiB",
        ]);
        for (name, port) in [("master", master), ("volume", volume), ("filer", filer), ("s3", s3)] {
            command.arg(format!("-{name}.port={port}"));
        }
        // A bucket is a collection with volumes of its own, seven at a time if nobody says otherwise.
        command.env("WEED_MASTER_VOLUME_GROWTH_COPY_1", "1");
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        command.args(more).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let ca = more
            .iter()
            .find_map(|word| word.strip_prefix("-s3.cert.file="))
            .map(|leaf| Path::new(leaf).with_file_name("ca.pem"));
        let server = Server { child: command.spawn().unwrap(), s3, master, filer, volume, ca, _folder: folder };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let begun = Instant::now();
        while !self.ready() {
            assert!(begun.elapsed() < START, "SeaweedFS did not start");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Whether it takes an object: its parts find each other some seconds after they listen.
    fn ready(&self) -> bool {
        if TcpStream::connect(("127.0.0.1", self.s3)).is_err() {
            return false;
        }
        let s3 = self.place("ready", "", 1);
        s3.make_bucket().is_ok() && s3.put("ready", &mut &b"ready"[..], 5).is_ok()
    }

    pub fn place(&self, bucket: &str, prefix: &str, days: u32) -> S3 {
        let address = Address::parse(&self.address(bucket, prefix)).unwrap();
        let access = Access::new(KEY, SECRET);
        let access = match &self.ca {
            Some(ca) => access.trusting(ca),
            None => access,
        };
        S3::new(address, access, days).unwrap()
    }

    pub fn address(&self, bucket: &str, prefix: &str) -> String {
        let scheme = if self.ca.is_some() { "s3" } else { "s3+http" };
        format!("{scheme}://127.0.0.1:{}/{bucket}/{prefix}", self.s3)
    }

    /// A bucket with Object Lock.
    pub fn bucket(&self, bucket: &str) -> S3 {
        let s3 = self.place(bucket, "", 2);
        s3.make_bucket().unwrap();
        s3
    }
}

/// One request of whoever has the owner's key, by curl and its own signatures: an intruder does not use our client.
pub fn owner(server: &Server, method: &str, path: &str, more: &[&str]) -> String {
    let who = format!("{KEY}:{SECRET}");
    let address = format!("http://127.0.0.1:{}/{path}", server.s3);
    let out = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "30", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", &who])
        .args(["-X", method, "-w", " %{http_code}"])
        // Debian 12's curl signs bodies of its own making otherwise, and every request with one is refused for its signature.
        .args(["-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"])
        .args(more)
        .arg(address)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// A bucket as one makes it without thinking: no Object Lock.
pub fn plain_bucket(server: &Server, bucket: &str) {
    let told = owner(server, "PUT", bucket, &[]);
    assert!(told.ends_with(" 200"), "{told}");
}

/// Everything that the owner's key can do to these objects: overwritten, deleted, deleted by version with bypass, and a
/// demand for money left.
pub fn intruder(server: &Server, bucket: &str, names: &[String]) {
    for (name, at) in names.iter().zip(0..) {
        let path = format!("{bucket}/{name}");
        if at % 2 == 0 {
            owner(server, "PUT", &path, &["--data-binary", "spoiled"]);
        }
        if at % 3 != 2 {
            owner(server, "DELETE", &path, &[]);
        }
        let id = server
            .place(bucket, "", 1)
            .versions(name)
            .unwrap()
            .into_iter()
            .rfind(|version| version.size.is_some())
            .unwrap()
            .id;
        let path = format!("{path}?versionId={id}");
        let told = owner(server, "DELETE", &path, &["-H", "x-amz-bypass-governance-retention: true"]);
        assert!(told.ends_with(" 403"), "a locked version was deleted: {told}");
    }
    owner(server, "PUT", &format!("{bucket}/segments/ransom"), &["--data-binary", "pay"]);
    owner(server, "DELETE", bucket, &[]);
}
