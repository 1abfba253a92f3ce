//! A pack of which not every sheet could be made as it should be: the button says so before it gives what there is.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::trees::messages;

/// Sends the basic record of a patient again as another system would, in UTF-8, with another family name.
fn rename(tree: &Path, id: &str, family: &str) {
    let folder = format!("/{id}/-/ADT-00/");
    let mine = messages(tree).into_iter().filter(|path| path.to_str().unwrap().contains(&folder));
    for file in mine {
        let bytes = fs::read(&file).unwrap();
        let (text, _, lost) = encoding_rs::ISO_2022_JP.decode(&bytes);
        assert!(!lost);
        let was = text.split("^^^^PI||").nth(1).unwrap().split('^').next().unwrap();
        let text = text.replace("~ISO IR87||ISO 2022-1994", "UNICODE UTF-8||").replace(was, family);
        fs::write(&file, text).unwrap();
        let finished = SystemTime::now() - Duration::from_secs(60);
        fs::File::options().write(true).open(&file).unwrap().set_modified(finished).unwrap();
    }
}

/// A pack without a patient must not look whole; and one name must not keep the paper of a whole ward back.
#[test]
fn a_pack_with_a_name_that_no_font_has_says_so_before_it_gives_the_rest() {
    let (station, said) = Station::fed();
    let people = said["special_people"].as_array().unwrap();
    let id = people.iter().find(|one| one["key"] == "same-name-ward").unwrap()["id"].as_str().unwrap();
    let tree = station.folder().join("tree");
    rename(&tree, id, "محمد");
    station.feed(&tree);
    assert!(station.chart(id)["patient"]["name"].as_str().unwrap().contains("محمد"));
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    for lang in ["ja", "en"] {
        browser.get(&format!("/?lang={lang}"));
        let told = browser.post("/wards/03", "/print", &[("ward", "03")]);
        assert!(told.status == 409 && told.body.contains("<html"), "{}: {}", told.status, told.body);
        let alert = told.body.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap();
        // Which sheets, and for which letter (م): the words are the sheets' own.
        assert!(alert.contains("帳票 ") && alert.contains("U+0645"), "{alert}");
        for button in ["name=\"rest\" value=\"1\"", "name=\"ward\" value=\"03\""] {
            assert!(told.body.contains(button), "{}", told.body);
        }
    }
    let given = browser.post("/wards/03", "/print", &[("ward", "03"), ("rest", "1")]);
    assert!(given.status == 200 && given.body.starts_with("%PDF-"), "{}: {}", given.status, given.body);
    assert!(given.body.len() > 20_000, "the rest of a ward is more than {}", given.body.len());
    running.stop();
}
