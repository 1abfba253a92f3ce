//! The vault of a story: a folder that is always attached and a disk that takes turns. The officers' key lies in no home.

use std::path::{Path, PathBuf};

use ::vault::{Disk, Identity, Target};
use andon::custody::restore::{Asked, Restore};
use andon::custody::seal::{self, SEGMENT_BYTES, Sealing};
use andon::custody::{deliver, state, verify};
use andon::event::{CustodyEvent, Keeping, RecipientSaid};
use andon::feed;
use andon::home::{Home, Problem};
use andon::writing::{Answer, Request};
use chart::Moment;

/// How something is written into the home.
type Write<'a> = &'a dyn Fn(&Request) -> Result<Answer, Problem>;

/// Who does it in a story.
const BY: (&str, &str) = ("情報担当", "it");

/// The officers' key, and where the vault is kept.
pub struct Kept {
    identity: Identity,
    folder: PathBuf,
}

impl Kept {
    /// The key is made, and both places are registered.
    pub fn begin(folder: &Path, home: &Home, write: Write<'_>) -> Result<Kept, Problem> {
        let kept = Kept { identity: Identity::generate(), folder: folder.to_owned() };
        let recipient = kept.identity.to_public().to_string();
        let said = RecipientSaid { recipient, role: "officers".into(), on: true };
        kept.said(CustodyEvent::Recipient(said), write)?;
        let reader = home.reader()?;
        let chain = state::ensure(&reader, write, &(BY.0.into(), BY.1.into()))?;
        for (medium, name, days) in [(1, "棚", 0), (2, "ディスク", 7)] {
            let place = kept.place(name);
            std::fs::create_dir(&place)?;
            let keeping = Keeping { name: name.into(), place: place.display().to_string(), days, medium, on: true };
            deliver::label(&deliver::open(&keeping.place, None)?, &keeping, &chain)?;
            kept.said(CustodyEvent::Target(keeping), write)?;
        }
        Ok(kept)
    }

    fn said(&self, event: CustodyEvent, write: Write<'_>) -> Result<(), Problem> {
        write(&Request::Custody { keep: Vec::new(), event: Some(event), by: BY.0.into(), role: BY.1.into() }).map(drop)
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What is new is sealed and put to what is attached.
    pub fn seal(&self, home: &Home, now: Moment, write: Write<'_>) -> Result<(), Problem> {
        let sealing = Sealing {
            home,
            write,
            by: (BY.0.into(), BY.1.into()),
            now: &|| now,
            step: &|_| Ok(()),
            segment_bytes: SEGMENT_BYTES,
        };
        let done = seal::seal(&sealing)?;
        let failed = done.targets.into_iter().find(|target| target.state == "failed");
        failed.map_or(Ok(()), |target| Err(Problem::failed(format!("{}: {}", target.name, target.words))))
    }

    /// The disk is taken out, or put back.
    pub fn disk(&self, is_in: bool) -> std::io::Result<()> {
        let (here, away) = (self.place("ディスク"), self.place("抜いたディスク"));
        if is_in { std::fs::rename(away, here) } else { std::fs::rename(here, away) }
    }

    /// Whatever is attached is wiped.
    pub fn wiped(&self) -> std::io::Result<()> {
        ["棚", "ディスク"]
            .iter()
            .map(|name| self.place(name))
            .filter(|place| place.exists())
            .try_for_each(std::fs::remove_dir_all)
    }

    /// A new home out of the disk that was out, proved before and filled to its end.
    pub fn restored(&self, to: &Path, now: Moment) -> Result<(), Problem> {
        let from = Target::Disk(Disk::new(self.place("抜いたディスク")));
        let identities = vec![self.identity.clone()];
        let proved = verify::verify(&from, None, &andon::custody::seen::Shown::default(), &identities, &mut |_| true)?;
        if !proved.sound || proved.parcels == 0 {
            return Err(Problem::failed(format!("the disk is not sound: {:?}", proved.findings)));
        }
        let mut restore = Restore::begin(Asked::whole(from, to.to_owned(), identities), now)?;
        restore.begin_with_first(&mut |_, _, _| Ok(()))?;
        restore.run(&mut |_| ())?;
        feed::rebuild_indexes(&mut restore.writer)?;
        restore.finish(BY, now).map(drop)
    }
}
