//! Points that are short, and subjects to put them on.

use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tempfile::TempDir;
use vote_load::{LoadError, Point, PointOutcome, Subject, Target, VoteLoad};

/// Held by points that are run beside others, and alone by sessions: a record asks git, and while that process is started
/// it holds the locks of all logs that are open. Nor does a search then share the machine with other loads.
pub(crate) static MACHINE: RwLock<()> = RwLock::new(());

/// Few articles, so that a store is filled in no time.
pub(crate) fn small_load() -> VoteLoad {
    VoteLoad { articles: count(500), ..VoteLoad::of_the_document() }
}

/// A point that lasts a few tenths of a second.
pub(crate) fn point(load: VoteLoad, target: u32) -> Point {
    Point {
        load,
        target: Target::per_second(target).unwrap(),
        warm_up: Duration::from_millis(50),
        run: Duration::from_millis(200),
        // However slow the disk is, a test waits for it.
        catch_up_max: Duration::from_secs(60),
        p99_max_ns: None,
    }
}

pub(crate) fn subject(name: &str) -> Subject {
    Subject::find(name, NonZeroU32::MIN).unwrap()
}

pub(crate) fn run(point: &Point, subject: &Subject) -> Result<PointOutcome, LoadError> {
    let _shared = MACHINE.read().unwrap_or_else(PoisonError::into_inner);
    let directory = TempDir::new().unwrap();
    point.run(subject.spec.as_ref(), directory.path(), &mut |_| {}, &mut || Ok(()))
}

pub(crate) fn count(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}
