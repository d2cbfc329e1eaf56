//! The log itself.

use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::error::{Error, Operation};
use crate::options::{Flusher, LogOptions, Prepare};
use crate::packet::Packet;
use crate::recover::recover;
use crate::report::RecoveryReport;
use crate::sequence::Sequence;
use crate::shared::Shared;
use crate::storage::{CountedStorage, FileStorage, Storage, StorageCounts};

/// An append-only log. All methods take `&self`; share it by reference or [`Arc`].
///
/// Dropping it ends its threads and does nothing else: to the files it is like a crash, so packets
/// that nobody waited for may be lost. [`close`](Self::close) ends it in order.
#[derive(Debug)]
pub struct Log {
    pub(crate) shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    recovery: RecoveryReport,
}

impl Log {
    /// Opens or begins the log in a directory of real files, which is created if need be.
    ///
    /// # Errors
    /// [`Error::Options`], [`Error::Corruption`], [`Error::FormatVersion`], or [`Error::Storage`],
    /// also if the directory is open elsewhere.
    pub fn open(directory: impl AsRef<Path>, options: LogOptions) -> Result<Self, Error> {
        options.validate()?;
        let storage = Operation::Open.on(".", FileStorage::open(directory))?;
        Self::open_on(Arc::new(storage), options)
    }

    /// Opens or begins the log in any storage. Nobody else may change that storage meanwhile.
    ///
    /// # Errors
    /// [`Error::Options`], [`Error::Corruption`], [`Error::FormatVersion`] or [`Error::Storage`].
    pub fn open_on(storage: Arc<dyn Storage>, options: LogOptions) -> Result<Self, Error> {
        Self::open_replaying(storage, options, |_| {})
    }

    /// As [`open_on`](Self::open_on), and shows every packet to `visit` in the same pass that
    /// verifies it: the fastest way to rebuild what was kept. Should opening fail in the end, what
    /// was shown must be forgotten.
    ///
    /// # Errors
    /// [`Error::Options`], [`Error::Corruption`], [`Error::FormatVersion`] or [`Error::Storage`].
    pub fn open_replaying(
        storage: Arc<dyn Storage>,
        options: LogOptions,
        mut visit: impl FnMut(Packet<'_>),
    ) -> Result<Self, Error> {
        options.validate()?;
        let storage = CountedStorage::new(storage);
        let (state, recovery) = recover(&storage, &options, &mut visit)?;
        let shared = Arc::new(Shared::new(storage, options, state));
        let mut log = Self { shared, threads: Vec::new(), recovery };
        if options.prepare == Prepare::Ahead {
            log.start("log preparer", Shared::run_preparer)?;
        }
        if options.flusher == Flusher::OwnThread {
            log.start("log flusher", Shared::run_flusher)?;
        }
        Ok(log)
    }

    fn start(&mut self, name: &str, run: fn(&Shared)) -> Result<(), Error> {
        let shared = Arc::clone(&self.shared);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || run(&shared));
        self.threads.push(Operation::Spawn.on(".", thread)?);
        Ok(())
    }

    /// The last acknowledged packet. Never blocks.
    #[must_use]
    pub fn acked_through(&self) -> Sequence {
        Sequence::new(self.shared.acked())
    }

    /// The last appended packet.
    #[must_use]
    pub fn appended_through(&self) -> Sequence {
        Sequence::new(self.shared.lock().next_sequence - 1)
    }

    /// The first packet that is still kept, or will be appended.
    #[must_use]
    pub fn first(&self) -> Sequence {
        Sequence::new(self.shared.lock().segments[0].first_sequence)
    }

    /// What the log has asked of its storage since it was opened.
    #[must_use]
    pub fn storage_counts(&self) -> StorageCounts {
        self.shared.storage.counts()
    }

    /// What opening found.
    #[must_use]
    pub fn recovery(&self) -> &RecoveryReport {
        &self.recovery
    }

    /// The number that this log was given when it was begun, at random; every segment holds it. What is made
    /// from a log can note it, so as to know its log again.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.shared.log_id
    }

    /// The options it was opened with.
    #[must_use]
    pub fn options(&self) -> &LogOptions {
        &self.shared.options
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.wake_all();
        for thread in self.threads.drain(..) {
            // A panic in the storage has poisoned the log already; there is nobody to tell.
            let _ = thread.join();
        }
    }
}
