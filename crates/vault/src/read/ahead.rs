//! Frames read ahead. A patient of years lies in nearly every segment, with a frame or two in each, and somebody waits for the
//! chart: the segments are shared out among the processors.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use super::{Vault, open_segment};
use crate::index::Place;
use crate::manifest::Listed;
use crate::segment::{Frame, Segment};
use crate::target::ObjectReader;
use crate::{Identity, Target};

/// Threads at most: one disk or one line to a server is not read faster by more.
const THREADS_MAX: usize = 4;
/// Frames that are read ahead in one go: 8 MiB in memory where each has 128 KiB.
pub const AHEAD_MAX: usize = 64;

/// What is wanted of one segment.
struct Job {
    number: u32,
    listed: Listed,
    open: Option<Segment<ObjectReader>>,
    frames: Vec<u32>,
    got: Vec<Frame>,
}

impl Vault {
    /// Reads these frames, at most the first [`AHEAD_MAX`], on several processors; [`Vault::frame`] then has them at hand. What was
    /// read ahead before and not asked for is let go. Whatever fails is left to [`Vault::frame`], which says why.
    pub fn read_ahead(&mut self, places: &[Place]) {
        self.ahead.clear();
        let mut by_segment: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for place in places.iter().take(AHEAD_MAX) {
            by_segment.entry(place.segment).or_default().push(place.frame);
        }
        let mut jobs = Vec::new();
        for (number, frames) in by_segment {
            let Ok(listed) = self.listed(number) else { continue };
            let open = self.open.iter().position(|(open, _)| *open == number).map(|at| self.open.remove(at).1);
            jobs.push(Job { number, listed, open, frames, got: Vec::new() });
        }
        for job in share_out(&self.target, &self.identities, jobs) {
            let frames = job.got.into_iter().map(|frame| (Place { segment: job.number, frame: frame.number() }, frame));
            self.ahead.extend(frames);
            if let Some(segment) = job.open {
                self.keep_open(job.number, segment);
            }
        }
    }
}

/// Does the jobs, each thread the next one that nobody has taken.
fn share_out(target: &Target, identities: &[Identity], mut jobs: Vec<Job>) -> Vec<Job> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX);
    let left = Mutex::new(jobs.iter_mut());
    let work = || {
        // Nobody panics while holding the lock; if one did, the others would end, and `frame` reads what is left.
        while let Some(job) = left.lock().ok().and_then(|mut left| left.next()) {
            job.read(target, identities);
        }
    };
    thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    jobs
}

impl Job {
    fn read(&mut self, target: &Target, identities: &[Identity]) {
        if self.open.is_none() {
            self.open = open_segment(target, &self.listed, identities).ok();
        }
        for &no in &self.frames {
            let Some(segment) = &mut self.open else { return };
            match segment.frame(no) {
                Ok(frame) => self.got.push(frame),
                // A stream of age is of no use once a read of it failed, nor to whoever reads on.
                Err(_) => self.open = None,
            }
        }
    }
}
