//! Points that are short, and subjects to put them on.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use runner::scratch::{Choice, ScratchRoot};
use runner::session::Session;
use tempfile::TempDir;
use vote_load::{LoadError, MeasuredPoint, Point, Subject, TOPIC, VoteLoad};

/// Held by each session: a record asks git, and while that process is started it holds the locks of all logs that are
/// open. Nor does a load then share the machine with others.
pub(crate) static MACHINE: Mutex<()> = Mutex::new(());

/// Few articles, so that a store is filled in no time.
pub(crate) fn small_load() -> VoteLoad {
    VoteLoad { articles: count(500), ..VoteLoad::of_the_document() }
}

/// A point that lasts a few tenths of a second.
pub(crate) fn point(load: VoteLoad, target: u32) -> Point {
    Point {
        load,
        target: count(target),
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

/// Measures a point in a session that keeps nothing.
pub(crate) fn run(point: &Point, subject: &Subject) -> Result<MeasuredPoint, LoadError> {
    let _alone = MACHINE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = TempDir::new().unwrap();
    let scratch = ScratchRoot::create_below(place.path(), Choice::Explicit).unwrap();
    let mut session = Session::begin(TOPIC, scratch, None).unwrap();
    point.measure(&mut session, subject, &mut |_| {})
}

pub(crate) fn count(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}
