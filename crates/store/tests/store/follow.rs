//! A station that follows another: the same sightings by the same positions in a home of its own, ended after any parcel and gone on with,
//! beside a feed of its own, never in a circle.

use std::path::Path;

use crate::home::{Home, NIGHT, add_source, arrival, patient, seen};
use chart::Moment;
use store::{Act, Error, GivenParcel, Journal, NewSource, Reader, Source, StationId, Writer, root_by_way_of};

const GIVER: StationId = StationId([7; 16]);
const PLACE: &str = "follow";

fn given(reader: &Reader, from: u64) -> Vec<GivenParcel> {
    let mut all = Vec::new();
    let each = |parcel: GivenParcel| {
        let journal = Journal::decode(&parcel.journal.encode()).unwrap();
        all.push(GivenParcel { journal, ..parcel });
        Ok(true)
    };
    reader.give_parcels(from, each).unwrap();
    all
}

/// The source here that stands for one there.
fn stands_for(writer: &mut Writer, there: &Source) -> u32 {
    let root = root_by_way_of(GIVER, &there.root);
    let name = format!("{}@giver", there.name);
    let new = NewSource { name, authority: there.authority.clone(), root, added: NIGHT, silence_minutes: 60 };
    writer.add_source(&new).unwrap().no
}

/// Takes a parcel in with the place reached; `fails` after it, as a power cut before the commit.
fn take(writer: &mut Writer, source: u32, parcel: &GivenParcel, fails: bool) -> Result<bool, Error> {
    let contents: Vec<&[u8]> = parcel.contents.iter().map(|bytes| &bytes[..]).collect();
    writer.batch(|batch| {
        let new = batch.follow_parcel(source, &parcel.journal, &contents)?;
        batch.keep(PLACE, &(parcel.journal.no + 1).to_be_bytes())?;
        if fails { Err(Error::Stopped) } else { Ok(new) }
    })
}

fn place(reader: &Reader) -> u64 {
    reader.kept(PLACE).unwrap().map_or(1, |kept| u64::from_be_bytes(kept.try_into().unwrap()))
}

/// A night at the giver: one content in two sources, a rename, a removal, a file that was left, contents seen again.
fn filled(home: &Home) -> Writer {
    let mut writer = home.writer();
    let (one, two) = (add_source(&mut writer, "std1"), add_source(&mut writer, "std2"));
    let big = vec![b'x'; 300_000];
    writer.batch(|batch| batch.arrive(one, "1", NIGHT, &[seen("a_1", b"one"), seen("b", &big)])).unwrap();
    writer.batch(|batch| batch.arrive(two, "2", NIGHT, &[seen("c", b"one"), arrival("never", Act::Gone)])).unwrap();
    let later = Moment(NIGHT.0 + 5);
    let withheld = arrival("w", Act::Withheld { code: "too_big", text: "17" });
    let acts = [arrival("a_0", Act::Renamed { from: b"a_1" }), arrival("b", Act::Gone), withheld, seen("d", b"new")];
    writer.batch(|batch| batch.arrive(one, "1", later, &acts)).unwrap();
    writer.batch(|batch| batch.arrive(two, "1", later, &[seen("e", b"new"), seen("f", b"six")])).unwrap();
    writer
}

/// All that a patient's chart is made of, but for the numbers of sources.
fn told(reader: &Reader, id: &str, of: impl Fn(&Source) -> bool) -> Vec<(String, store::Sighting)> {
    let sources = reader.sources().unwrap();
    let name = |no: u32| sources.iter().find(|source| source.no == no && of(source)).map(|source| source.name.clone());
    let sightings = reader.sightings(&patient(id), &reader.cut().unwrap()).unwrap().into_iter();
    let own = sightings.filter_map(|one| Some((name(one.source)?.replace("@giver", ""), one)));
    own.map(|(name, one)| (name, store::Sighting { source: 0, ..one })).collect()
}

fn same(giver: &Reader, follower: &Reader) {
    for id in ["1", "2"] {
        let there = told(giver, id, |_| true);
        assert!(!there.is_empty());
        let mut here = told(follower, id, |source| source.via() == Some(GIVER));
        here.sort_by_key(|(name, one)| (name.clone(), one.position));
        assert_eq!(there, here, "patient {id}");
    }
    assert_eq!(follower.verify(|_| ()).unwrap().findings, []);
}

#[test]
fn ended_after_any_parcel_it_goes_on_and_the_same_again_changes_nothing() {
    let home = Home::new();
    let giver = filled(&home);
    let count = given(&giver, 1).len();
    for cut_at in 0..=count {
        let other = Home::new();
        let mut writer = other.writer();
        let all = given(&giver, 1);
        let here: Vec<u32> = giver.sources().unwrap().iter().map(|there| stands_for(&mut writer, there)).collect();
        let source = |parcel: &GivenParcel| here[parcel.journal.source as usize - 1];
        for parcel in &all[..cut_at] {
            assert!(take(&mut writer, source(parcel), parcel, false).unwrap());
        }
        if let Some(parcel) = all.get(cut_at) {
            take(&mut writer, source(parcel), parcel, true).unwrap_err();
        }
        drop(writer);
        let mut writer = other.writer();
        assert_eq!(place(&writer), all.get(cut_at).map_or(count as u64 + 1, |parcel| parcel.journal.no));
        for parcel in given(&giver, place(&writer)) {
            assert!(take(&mut writer, source(&parcel), &parcel, false).unwrap());
        }
        same(&giver, &writer);
        let counts = writer.counts().unwrap();
        for parcel in &all {
            assert!(!take(&mut writer, source(parcel), parcel, false).unwrap(), "it is here already");
        }
        assert_eq!(writer.counts().unwrap().contents, counts.contents);
        assert_eq!(counts.contents, giver.counts().unwrap().contents, "one content is held once");
        same(&giver, &writer);
    }
}

#[test]
fn what_it_has_of_its_own_is_not_held_twice_and_what_it_follows_is_never_handed_on() {
    let (home, other) = (Home::new(), Home::new());
    let giver = filled(&home);
    let mut writer = other.writer();
    let own = add_source(&mut writer, "std1");
    writer.batch(|batch| batch.arrive(own, "1", NIGHT, &[seen("a_1", b"one"), seen("z", b"own")])).unwrap();
    for there in giver.sources().unwrap() {
        let here = stands_for(&mut writer, &there);
        assert_eq!(stands_for(&mut writer, &there), here, "the same again is the one that is there");
        for parcel in given(&giver, 1).iter().filter(|parcel| parcel.journal.source == there.no) {
            take(&mut writer, here, parcel, false).unwrap();
        }
    }
    same(&giver, &writer);
    assert_eq!(writer.counts().unwrap().contents, giver.counts().unwrap().contents + 1);
    // Its own alone, and all of it, though a content of it came by way of another too.
    writer.batch(|batch| batch.arrive(own, "1", NIGHT, &[seen("y", b"six")])).unwrap();
    let out = given(&writer, 1);
    assert_eq!(out.iter().map(|parcel| parcel.journal.source).collect::<Vec<_>>(), [own, own]);
    assert_eq!(&out[1].contents[0][..], b"six", "who follows it has this from nowhere else");
    assert_eq!(writer.given_before(out[1].journal.no).unwrap().unwrap().0, out[0].journal.no);
    let source = writer.sources().unwrap().into_iter().find(|source| source.via().is_some()).unwrap();
    assert_eq!((source.folder(), source.is_handed_in()), (Path::new("/mnt/std1"), false));
}

#[test]
fn a_hole_and_a_content_that_is_another_are_refused_and_nothing_of_it_is_kept() {
    let (home, other) = (Home::new(), Home::new());
    let giver = filled(&home);
    let mut writer = other.writer();
    let here = stands_for(&mut writer, &giver.sources().unwrap()[0]);
    let mut all: Vec<GivenParcel> = given(&giver, 1).into_iter().filter(|parcel| parcel.journal.source == 1).collect();
    let named = |error: Error| if let Error::Damaged { place } = error { place } else { error.to_string() };
    assert_eq!(named(take(&mut writer, here, &all[1], false).unwrap_err()), "followed parcel 3");
    let whole = all[0].contents.clone();
    all[0].contents[1] = b"another".as_slice().into();
    assert_eq!(named(take(&mut writer, here, &all[0], false).unwrap_err()), "followed parcel 1");
    all[0].contents.pop();
    assert_eq!(named(take(&mut writer, here, &all[0], false).unwrap_err()), "followed parcel 1");
    assert_eq!(writer.counts().unwrap().sightings, 0);
    assert_eq!(place(&writer), 1);
    all[0].contents = whole;
    take(&mut writer, here, &all[0], false).unwrap();
    take(&mut writer, here, &all[1], false).unwrap();
    assert_eq!(writer.verify(|_| ()).unwrap().findings, []);
}
