//! The states of many points, judged by several threads.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::plan::{Plan, Progress};
use super::points::Pointed;
use super::tally::Tally;
use crate::error::Error;
use crate::point::Point;
use crate::subject::Subject;

/// Rounds in which points that have more states get what others left over.
const ROUNDS: usize = 4;

/// Judges as many states as planned, spread over these points.
pub(super) fn judged(
    subject: &dyn Subject,
    points: impl IntoIterator<Item = Point>,
    plan: &Plan,
    scratch: &Path,
    progress: Progress<'_>,
) -> Result<Tally, Error> {
    let mut pointed: Vec<Pointed> =
        points.into_iter().map(|point| Pointed::new(point, plan)).collect();
    let mut tally = Tally::default();
    for _ in 0..ROUNDS {
        let open = pointed.iter().filter(|pointed| pointed.has_more()).count() as u64;
        let left = plan.states.saturating_sub(tally.states());
        if open == 0 || left == 0 {
            break;
        }
        let each = left.div_ceil(open);
        let work = |pointed: &mut Pointed, own: &Path, tally: &mut Tally| {
            pointed.judge(subject, each, own, &mut |seen| tally.see(seen, progress))
        };
        tally.add(on_threads(plan.threads, &mut pointed, scratch, work)?);
    }
    Ok(tally)
}

/// Hands one point after the other to whichever thread is free. Each thread has a directory of its own.
fn on_threads(
    threads: NonZeroUsize,
    points: &mut [Pointed],
    scratch: &Path,
    work: impl Fn(&mut Pointed, &Path, &mut Tally) -> Result<(), Error> + Sync,
) -> Result<Tally, Error> {
    let queue = Mutex::new(points.iter_mut());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let of_one = |number: usize| -> Result<Tally, Error> {
        let own = scratch.join(format!("thread-{number}"));
        std::fs::create_dir_all(&own).map_err(Error::io("creating", &own))?;
        let mut tally = Tally::default();
        while let Some(pointed) = next() {
            work(pointed, &own, &mut tally)?;
        }
        Ok(tally)
    };
    let of_one = &of_one;
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..threads.get()).map(|number| scope.spawn(move || of_one(number))).collect();
        let mut all = Tally::default();
        for thread in threads {
            all.add(thread.join().expect("a thread of a campaign panicked")?);
        }
        Ok(all)
    })
}
