//! A storage that panics stops the log like one that fails.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use native_log::Log;
use native_log::storage::{
    DirectoryChange, FileChange, MemoryStorage, OpenMode, Storage, StorageFile,
};

use crate::common::{SPACES, threaded, tiny};

/// A storage whose n-th file sync panics instead of failing.
#[derive(Debug)]
struct Panicking {
    memory: MemoryStorage,
    syncs_left: Arc<AtomicU64>,
}

#[derive(Debug)]
struct PanickingFile {
    file: Box<dyn StorageFile>,
    syncs_left: Arc<AtomicU64>,
}

impl Panicking {
    fn wrap(&self, file: Box<dyn StorageFile>) -> Box<dyn StorageFile> {
        Box::new(PanickingFile { file, syncs_left: Arc::clone(&self.syncs_left) })
    }
}

impl Storage for Panicking {
    fn create(&self, name: &str) -> io::Result<Box<dyn StorageFile>> {
        Ok(self.wrap(self.memory.create(name)?))
    }

    fn open(&self, name: &str, mode: OpenMode) -> io::Result<Box<dyn StorageFile>> {
        Ok(self.wrap(self.memory.open(name, mode)?))
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.memory.list()
    }

    fn change(&self, change: DirectoryChange<'_>) -> io::Result<()> {
        self.memory.change(change)
    }
}

impl StorageFile for PanickingFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn change(&self, change: FileChange<'_>) -> io::Result<()> {
        if matches!(change, FileChange::Sync(_)) {
            assert_ne!(self.syncs_left.fetch_sub(1, Ordering::SeqCst), 1, "as planned");
        }
        self.file.change(change)
    }
}

#[test]
fn a_panicking_storage_poisons_instead_of_hanging_the_others() {
    for options in [tiny(SPACES[0]), threaded(tiny(SPACES[3]))] {
        for nth in 3..9 {
            let syncs_left = Arc::new(AtomicU64::new(nth));
            let storage = Panicking { memory: MemoryStorage::new(), syncs_left };
            let opening = || Log::open_on(Arc::new(storage), options);
            let Ok(opened) = catch_unwind(AssertUnwindSafe(opening)) else { continue };
            let log = opened.unwrap();
            let last_words = |log: &Log| loop {
                let appended = log.append(b"again and again", 1);
                if let Err(error) = appended.and_then(|sequence| log.wait(sequence)) {
                    return error;
                }
            };
            std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| last_words(&log))).collect();
                // At most one of them met the panic; all others end with an error.
                let ended = threads.into_iter().filter_map(|thread| thread.join().ok());
                assert!(ended.map(|error| assert!(error.storage_failure().is_some())).count() >= 3);
            });
        }
    }
}
