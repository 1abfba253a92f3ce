//! A CUPS of our own on a loopback port, with printers that are folders: the real spooler that a hospital's Linux has, beside which
//! printing is tried. Where CUPS is not installed or does not start, the test says so and is skipped.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where Debian puts the spooler.
const CUPSD: &str = "/usr/sbin/cupsd";
const SERVER_BIN: &str = "/usr/lib/cups";
const LPADMIN: &str = "/usr/sbin/lpadmin";
/// The backend of a printer that is a folder: it lays documents there, and fails with the words of a file `fail` while that is there.
const TRAY: &str = "#!/bin/sh
[ $# -eq 0 ] && exit 0
dir=${DEVICE_URI#tray:}
if [ -e \"$dir/fail\" ]; then cat \"$dir/fail\" >&2; exit 1; fi
if [ $# -ge 6 ]; then cp \"$6\" \"$dir/job-$1.pdf\"; else cat > \"$dir/job-$1.pdf\"; fi
";

pub struct Cups {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Cups {
    /// Starts it; `None` where there is none.
    pub fn start() -> Option<Cups> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let missing = [CUPSD, SERVER_BIN, LPADMIN].iter().any(|path| !Path::new(path).exists());
        if missing || !rustix::process::geteuid().is_root() {
            println!("skipped: {CUPSD} or {LPADMIN} is not here, or this is not root");
            return None;
        }
        let base = folder.path();
        // The spooler gives its work to an account of its own.
        fs::set_permissions(base, fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["root", "cache", "spool", "state", "log", "bin/backend"] {
            fs::create_dir_all(base.join(name)).unwrap();
        }
        for entry in fs::read_dir(SERVER_BIN).unwrap().flatten().filter(|entry| entry.file_name() != "backend") {
            symlink(entry.path(), base.join("bin").join(entry.file_name())).unwrap();
        }
        let backend = base.join("bin/backend/tray");
        fs::write(&backend, TRAY).unwrap();
        fs::set_permissions(&backend, fs::Permissions::from_mode(0o755)).unwrap();
        let allow = "Order allow,deny\nAllow 127.0.0.1";
        let conf = format!(
            "Listen 127.0.0.1:{port}\nBrowsing Off\nDefaultAuthType None\nWebInterface No\n\
             <Location />\n{allow}\n</Location>\n<Location /admin>\n{allow}\n</Location>\n\
             <Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n"
        );
        fs::write(base.join("cupsd.conf"), conf).unwrap();
        let here = base.display();
        let files = format!(
            "Sandboxing Relaxed\nServerRoot {here}/root\nServerBin {here}/bin\nDataDir /usr/share/cups\nCacheDir {here}/cache\n\
             RequestRoot {here}/spool\nStateDir {here}/state\nTempDir {here}/spool\nAccessLog {here}/log/access\n\
             ErrorLog {here}/log/error\nPageLog {here}/log/page\n"
        );
        fs::write(base.join("cups-files.conf"), files).unwrap();
        let mut command = Command::new(CUPSD);
        command.arg("-f").arg("-c").arg(base.join("cupsd.conf")).arg("-s").arg(base.join("cups-files.conf"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut cups = Cups { child, folder, port };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(cups);
            }
            if cups.child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        println!("skipped: {CUPSD} does not start here");
        None
    }

    /// A printer of this name; gives the folder that it is.
    pub fn printer(&self, name: &str) -> PathBuf {
        let tray = self.folder.path().join(name);
        fs::create_dir_all(&tray).unwrap();
        fs::set_permissions(&tray, fs::Permissions::from_mode(0o777)).unwrap();
        let mut lpadmin = Command::new(LPADMIN);
        lpadmin.args(["-h", &format!("127.0.0.1:{}", self.port), "-p", name, "-E", "-m", "raw"]);
        let made = lpadmin.arg("-v").arg(format!("tray:{}", tray.display())).stderr(Stdio::null()).status().unwrap();
        assert!(made.success(), "lpadmin");
        tray
    }

    /// Its address.
    pub fn address(&self, name: &str) -> String {
        format!("ipp://127.0.0.1:{}/printers/{name}", self.port)
    }

    /// The documents that came out, in no order.
    pub fn came(tray: &Path) -> Vec<PathBuf> {
        let files = fs::read_dir(tray).unwrap().flatten().map(|entry| entry.path());
        files.filter(|path| path.extension().is_some_and(|end| end == "pdf")).collect()
    }
}

impl Drop for Cups {
    fn drop(&mut self) {
        // It ends with the test, however that ends.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
