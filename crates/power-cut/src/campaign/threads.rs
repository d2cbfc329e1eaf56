//! Work that is spread over threads.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};

use crate::error::Error;

/// Does so many pieces of work. Each thread has a directory of its own, and a result that its pieces add to.
pub(super) fn on_threads<T: Default + Send>(
    threads: NonZeroUsize,
    pieces: usize,
    scratch: &Path,
    work: impl Fn(usize, &Path, &mut T) -> Result<(), Error> + Sync,
) -> Result<Vec<T>, Error> {
    let next = AtomicUsize::new(0);
    let of_one = |number: usize| {
        let own = scratch.join(format!("thread-{number}"));
        std::fs::create_dir_all(&own).map_err(Error::io("creating", &own))?;
        let mut result = T::default();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                return Ok(result);
            }
            work(piece, &own, &mut result)?;
        }
    };
    let of_one = &of_one;
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..threads.get()).map(|number| scope.spawn(move || of_one(number))).collect();
        let joined = threads.into_iter().map(ScopedJoinHandle::join);
        joined.map(|result| result.expect("a thread of a campaign panicked")).collect()
    })
}
