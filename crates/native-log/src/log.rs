//! The log itself.

use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::error::{Error, Operation};
use crate::options::{Flusher, LogOptions, Prepare};
use crate::packet::Packet;
use crate::reader::Reader;
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
    shared: Arc<Shared>,
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
        let storage = FileStorage::open(directory)
            .map_err(|cause| Error::storage(Operation::Open, ".", cause))?;
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
        let recovered = recover(&storage, &options, &mut visit)?;
        let recovery = recovered.report.clone();
        let shared = Arc::new(Shared::new(storage, options, recovered));
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
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&shared))
            .map_err(|cause| Error::storage(Operation::Spawn, ".", cause))?;
        self.threads.push(thread);
        Ok(())
    }

    /// Appends a packet that holds `records` records, and returns its sequence. It is not durable
    /// before [`wait`](Self::wait) says so. Blocks only while the group is full.
    ///
    /// # Errors
    /// [`Error::PacketEmpty`], [`Error::PacketTooLarge`], [`Error::SequencesExhausted`],
    /// [`Error::GenerationsExhausted`], [`Error::Poisoned`].
    pub fn append(&self, packet: &[u8], records: u32) -> Result<Sequence, Error> {
        self.shared.append(packet, records)
    }

    /// As [`append`](Self::append), but `encode` writes the packet of `length` bytes where it will
    /// be written from. It must fill the slice, whose bytes are unspecified before. Other
    /// appenders wait meanwhile, so it should be quick; if many threads append, encoding into a
    /// buffer of one's own and `append` is faster. If it panics nothing is appended. It runs under
    /// the log's lock: it must not call the log, or it waits for itself for ever.
    ///
    /// # Errors
    /// [`Error::PacketEmpty`], [`Error::PacketTooLarge`], [`Error::SequencesExhausted`],
    /// [`Error::GenerationsExhausted`], [`Error::Poisoned`].
    pub fn append_with(
        &self,
        length: usize,
        records: u32,
        encode: impl FnOnce(&mut [u8]),
    ) -> Result<Sequence, Error> {
        self.shared.append_with(length, records, encode)
    }

    /// Returns once the packet and all before it are durable, as far as the sync method makes
    /// anything durable. With [`Flusher::Waiters`] the caller may become the leader that commits
    /// everything appended so far.
    ///
    /// # Errors
    /// [`Error::NotAppended`]; [`Error::Poisoned`] unless the packet had been acknowledged before
    /// the failure.
    pub fn wait(&self, sequence: Sequence) -> Result<(), Error> {
        self.shared.wait(sequence.get())
    }

    /// Returns once the packet after `sequence` is durable, and how far all are by then: the way
    /// for one thread to keep many packets in flight.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn wait_beyond(&self, sequence: Sequence) -> Result<Sequence, Error> {
        self.shared.wait(sequence.next().get())?;
        Ok(self.acked_through())
    }

    /// Waits for everything appended so far and returns the last of it. Nobody waits for more
    /// packets meanwhile, whatever the [`GroupWait`](crate::GroupWait).
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn flush(&self) -> Result<Sequence, Error> {
        self.shared.flush()
    }

    /// The last acknowledged packet. Never blocks.
    #[must_use]
    pub fn acked_through(&self) -> Sequence {
        self.shared.acked_through()
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

    /// Reads acknowledged packets from `sequence` on.
    ///
    /// # Errors
    /// [`Error::Dropped`], [`Error::Corruption`], [`Error::Storage`].
    pub fn read_from(&self, sequence: Sequence) -> Result<Reader<'_>, Error> {
        Reader::new(&self.shared, sequence)
    }

    /// Drops the segments that hold only packets before `sequence`; returns how many. Packets that
    /// are not acknowledged, and the segment that is being written, always stay.
    ///
    /// # Errors
    /// [`Error::Poisoned`], also if a rename or unlink fails.
    pub fn drop_before(&self, sequence: Sequence) -> Result<u32, Error> {
        self.shared.drop_before(sequence.get())
    }

    /// How far [`drop_before`](Self::drop_before) can drop now: the first packet that would stay.
    #[must_use]
    pub fn droppable_before(&self) -> Sequence {
        Sequence::new(self.shared.droppable_before())
    }

    /// Returns once the next segment is ready to be taken, so that a measurement does not run
    /// beside its preparation.
    ///
    /// # Errors
    /// [`Error::Poisoned`], [`Error::GenerationsExhausted`].
    pub fn wait_until_prepared(&self) -> Result<(), Error> {
        self.shared.wait_until_prepared()
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

    /// Commits everything and marks the log as closed in order: then any damage to a packet is
    /// told from a torn tail when the log is opened again, also to the very last one.
    ///
    /// # Errors
    /// [`Error::Poisoned`].
    pub fn close(self) -> Result<(), Error> {
        self.shared.mark_close()
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
