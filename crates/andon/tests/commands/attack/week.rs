//! The hospital, its station and its four places, and the ledger of everything that was acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chart::Moment;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::door::{OURS, Ran, Station, program, run, without};
use crate::trees::{Hospital, Page, messages};
use crate::weed::{KEY, SECRET, Server};

pub const BUCKET: &str = "vault";
/// Patients to whom something happens every day.
const NUMBERS: [&str; 3] = ["4123001", "4123002", "4123003"];
/// Charts that are compared.
const CHARTS: usize = 12;

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A time as commands take it.
pub fn iso(at: Moment) -> String {
    let digits = at.digits17();
    let part = |from: usize, to: usize| &digits[from..to];
    format!("{}-{}-{}T{}:{}:{}", part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 12), part(12, 14))
}

type Charts = BTreeMap<String, Value>;

pub struct Week<'a> {
    pub server: &'a Server,
    pub station: Station,
    pub hospital: Hospital,
    pub keys: PathBuf,
    /// The officers' public key.
    pub officers: String,
    /// Their key, put together on the bare machine out of two cards.
    pub identity: PathBuf,
    days: usize,
    /// Hash of every acknowledged content, with the day whose segment holds it.
    ledger: BTreeMap<Vec<u8>, usize>,
    /// Charts at the end of each day.
    charts: Vec<Charts>,
}

impl<'a> Week<'a> {
    /// A station with its officers' key and its places: a folder, two disks that take turns, a server.
    pub fn begin(server: &'a Server) -> Week<'a> {
        server.bucket(BUCKET);
        let (hospital, station) = (Hospital::small(""), Station::training());
        let cards = station.folder().join("cards");
        let words = [
            "keys",
            "ceremony",
            "--shares",
            "3",
            "--threshold",
            "2",
            "--unattended",
            "--keep-files",
            "--out",
            text(&cards),
        ];
        station.run(&words).ends(0);
        let listed = station.run(&["keys", "list", "--json"]).json();
        let officers = listed["keys"][0]["recipient"].as_str().unwrap().to_owned();
        let keys = station.folder().join("keys.s3");
        fs::write(&keys, format!("access-key = {KEY}\nsecret-key = {SECRET}\nkeep-days = 30\n")).unwrap();
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();
        // Put together on another machine: the home there knows nothing of this vault.
        let identity = station.folder().join("identity");
        let other = Station::training();
        let shares: Vec<String> = [1, 3].map(|no| text(&cards.join(format!("card-{no:02}.txt"))).to_owned()).into();
        let words = [&["keys", "combine", "--out", text(&identity)][..], &[&shares[0], &shares[1]]].concat();
        if other.run(&words).code != 0 {
            station.run(&words).ends(0);
        }
        let (days, ledger, charts) = (0, BTreeMap::new(), Vec::new());
        let week = Week { server, station, hospital, keys, officers, identity, days, ledger, charts };
        for (name, removable) in [("A", None), ("X", Some("7")), ("Y", Some("7"))] {
            fs::create_dir(week.place(name)).unwrap();
            let place = week.place(name);
            let words = ["vault", "target", "add", text(&place), "--name", name];
            let removable = removable.map(|days| vec!["--removable", days]).unwrap_or_default();
            week.station.run(&[&words[..], &removable].concat()).ends(0);
        }
        week.unplug("Y");
        let address = week.address();
        week.station.run(&["vault", "target", "add", &address, "--name", "NAS", "--keys", text(&week.keys)]).ends(0);
        week
    }

    pub fn address(&self) -> String {
        self.server.address(BUCKET, "")
    }

    pub fn place(&self, name: &str) -> PathBuf {
        self.station.folder().join(format!("place-{name}"))
    }

    pub fn root(&self) -> PathBuf {
        self.hospital.root()
    }

    /// A disk is taken out: nothing of it is in reach of the station.
    pub fn unplug(&self, name: &str) {
        fs::rename(self.place(name), self.place(name).with_extension("out")).unwrap();
    }

    pub fn plug(&self, name: &str) {
        fs::rename(self.place(name).with_extension("out"), self.place(name)).unwrap();
    }

    /// Our clock between two seconds of anybody's.
    pub fn moment(&self) -> Moment {
        std::thread::sleep(Duration::from_millis(1500));
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        std::thread::sleep(Duration::from_millis(1500));
        Moment(i64::try_from(since.as_millis()).unwrap())
    }

    /// A day: something happens to everybody of the list, is fed, sealed, and delivered to these places.
    pub fn day(&mut self, to: &[&str]) {
        let day = self.days + 1;
        let sent = format!("2021103{}0900{day:02}", day % 2);
        for says in NUMBERS {
            let segments = format!("AL1|1|DA|^架空薬{}^99XYZ|MI|発疹\r", day);
            let page = Page {
                number: says,
                says,
                family: "架空",
                given: "花子",
                sent: &sent,
                processing: "T",
                segments: &segments,
            };
            page.write(&self.root().join("std1"));
        }
        self.feed();
        let done = self.station.run(&["vault", "seal", "--json"]);
        let told = done.json();
        for target in told["targets"].as_array().unwrap() {
            let is_in = to.iter().any(|name| target["name"] == *name);
            assert_eq!((target["state"] == "ok", is_in), (is_in, is_in), "{told}\n{}", done.err);
        }
        let charts = self.numbers().into_iter().map(|number| {
            let ran = self.station.run(&["chart", &number, "--json"]);
            (number, if [0, 3].contains(&ran.code) { without(&ran.json(), &OURS) } else { Value::Null })
        });
        self.charts.push(charts.collect());
        self.days = day;
    }

    fn numbers(&self) -> Vec<String> {
        let all = self.hospital.numbers().into_iter().take(CHARTS).chain(NUMBERS);
        all.map(str::to_owned).collect()
    }

    /// One look at the storage; what is there is acknowledged when it ends, and in the ledger.
    pub fn feed(&mut self) {
        let ran = self.station.run(&["feed", "--once", "--json", text(&self.root())]);
        assert!([0, 3].contains(&ran.code), "{}", ran.err);
        for file in messages(&self.root()) {
            let name = Sha256::digest(fs::read(file).unwrap()).to_vec();
            self.ledger.entry(name).or_insert(self.days + 1);
        }
    }

    /// So many messages become noise where they lie.
    pub fn encrypt(&self, most: usize) {
        for (at, path) in messages(&self.root()).into_iter().enumerate().take(most) {
            let mut state = at as u32 * 7919 + 1;
            let noise = fs::read(&path).unwrap().into_iter().map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state as u8
            });
            fs::write(&path, noise.chain([b'\r']).collect::<Vec<u8>>()).unwrap();
            let written = SystemTime::now() - Duration::from_secs(30);
            fs::File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
        }
    }

    pub fn forged_root(&self) -> PathBuf {
        self.station.folder().join("forged")
    }

    /// What the intruder would have the hospital believe.
    pub fn forged_day(&self, again: usize) {
        let root = self.forged_root();
        fs::create_dir_all(&root).unwrap();
        fs::copy(self.root().join(drill::MARK_FILE), root.join(drill::MARK_FILE)).unwrap();
        let sent = format!("202110300900{again:02}");
        let page = Page {
            number: NUMBERS[0],
            says: NUMBERS[0],
            family: "偽",
            given: "物",
            sent: &sent,
            processing: "T",
            segments: "",
        };
        page.write(&root);
    }

    /// Number of the last segment that the station itself sealed.
    pub fn honest_end(&self) -> Value {
        self.station.run(&["vault", "status", "--json"]).json()["number"].clone()
    }

    /// The newest head of the log as the code on a ward's paper says it.
    pub fn paper(&self) -> String {
        // It may say that something lies at a place that nobody signed: the head is reckoned from what was.
        let told = self.station.run(&["vault", "log", "--json"]).json();
        let [vault, root] = ["vault", "root"].map(|of| told[of].as_str().unwrap().to_owned());
        format!("LOG-{vault}-{}-{root}", told["size"]).to_uppercase()
    }

    pub fn restore(&self, from: &str, to: &Station, more: &[&str]) -> Ran {
        let (home, key) = (to.home(), text(&self.identity));
        let keys = if from.contains("://") { vec!["--keys", text(&self.keys)] } else { Vec::new() };
        let words = ["restore", from, "--to", text(&home), "--identity", key, "--json"];
        run(&mut program(&[&words[..], &keys, more].concat()))
    }

    /// Every content of the ledger up to this day is in the restored home, which is sound.
    pub fn all_is_there(&self, other: &Station, day: usize) {
        other.run(&["doctor"]).ends(0);
        let reader = store::open_reader(&other.home(), &store::Unlock::KeyFile).unwrap();
        let mut there = BTreeSet::new();
        let each = |parcel: &store::ParcelOut<'_>| {
            for (index, _) in parcel.lines().iter().enumerate() {
                there.extend(parcel.bytes(index)?.map(|bytes| Sha256::digest(bytes).to_vec()));
            }
            Ok(true)
        };
        reader.export_parcels(1, each).unwrap();
        let wanted = self.ledger.iter().filter(|(_, of)| **of <= day);
        let (all, missing) =
            wanted.fold((0, 0), |(all, missing), (name, _)| (all + 1, missing + usize::from(!there.contains(name))));
        assert!(missing == 0 && all > 100, "{missing} of {all} acknowledged contents are not there");
    }

    /// The charts at the end of a day, from 0, as the restored home shows them.
    pub fn charts_were(&self, other: &Station, day: usize) {
        for (number, chart) in &self.charts[day] {
            let ran = other.run(&["chart", number, "--json"]);
            let restored = if [0, 3].contains(&ran.code) { without(&ran.json(), &OURS) } else { Value::Null };
            assert!(*chart == restored, "{number}: {chart:#}\n{restored:#}");
        }
    }

    /// The same of the last day.
    pub fn charts_are(&self, other: &Station) {
        self.charts_were(other, self.charts.len() - 1);
    }

    /// What the charts say of the patient is as it was before he came, whatever lies in the storage now.
    pub fn charts_are_as_before(&self) {
        for (number, chart) in self.charts.last().unwrap() {
            let ran = self.station.run(&["chart", number, "--json"]);
            let now = if [0, 3].contains(&ran.code) { ran.json() } else { Value::Null };
            for of in ["patient", "allergies", "problems", "medications"] {
                assert_eq!(without(&chart[of], &OURS), without(&now[of], &OURS), "{number} {of}");
            }
        }
    }
}
