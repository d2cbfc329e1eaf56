//! Soup's log file: appending flushes to it, and reading them back.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::line;
use crate::counters::WorkDone;
use crate::error::{Result, WriteError};
use crate::files::{FileChange, FileObserver, file_bytes, observer_of, tell};
use crate::operation::{Operation, Packet};

/// The buffer between serde and the file: Soup took 1,024 bytes for each packet of its queue, 512
/// in the benchmark `vote`.
const BUFFER_BYTES: usize = 512 * 1024;

/// [`SoupLog::first_line_hash`] while there is no line.
pub(crate) const HASH_OF_NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

/// Which of Soup's log files: `{prefix}-log-{table}-{shard}.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoupLogFile {
    /// The deployment's name, without `-`.
    pub prefix: &'static str,
    /// The base table, without `-`.
    pub table: &'static str,
    /// The shard, 0 where there is one.
    pub shard: u32,
}

impl SoupLogFile {
    /// The log of the benchmark's votes: `vote-log-Vote-0.json`.
    pub const VOTE: Self = Self { prefix: "vote", table: "Vote", shard: 0 };

    /// The file's name.
    pub fn name(&self) -> String {
        format!("{}-log-{}-{}.json", self.prefix, self.table, self.shard)
    }
}

/// An open log. Its file is made by the first flush, as Soup's was.
#[derive(Debug)]
pub(crate) struct SoupLog {
    /// Where the log lies.
    pub(crate) path: PathBuf,
    /// `None` before the first flush.
    file: Option<BufWriter<CountedFile>>,
    /// What was done before a flush failed: the file may end in the middle of a line.
    failed: Option<WorkDone>,
    /// Known once the file has a line, which stays as it is.
    first_line_hash: OnceCell<u64>,
}

impl SoupLog {
    /// Opens the log. A line that a crash tore is ended, so that what is flushed next has a line of its own: Soup
    /// appended to it, and then passed over both.
    pub(crate) fn open(directory: &Path, file: SoupLogFile) -> Result<Self> {
        let path = directory.join(file.name());
        end_torn_line(&path)?;
        Ok(Self { path, file: None, failed: None, first_line_hash: OnceCell::new() })
    }

    /// Appends the packets as one line and syncs the file. After an error the file may end in the
    /// middle of a line, and nothing is appended any more.
    pub(crate) fn flush(&mut self, packets: &[Packet]) -> Result<()> {
        if self.failed.is_some() {
            return Err(WriteError::Stopped);
        }
        let path = &self.path;
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                // A log that could not be opened stays stopped, as after any flush that failed.
                let file = CountedFile::append_to(path)
                    .inspect_err(|_| self.failed = Some(WorkDone::default()))
                    .map_err(WriteError::io("opening", path))?;
                none.insert(BufWriter::with_capacity(BUFFER_BYTES, file))
            }
        };
        let flushed = append_line(packets, file)
            .map_err(WriteError::io("appending to", path))
            .and_then(|()| file.get_mut().sync_data().map_err(WriteError::io("syncing", path)));
        if flushed.is_err() {
            self.failed = self.file.take().map(|file| discard(file).done);
        }
        flushed
    }

    /// A hash of the first line, which tells a log from others: FNV-1a, of 64 bits.
    pub(crate) fn first_line_hash(&self) -> Result<u64> {
        if let Some(known) = self.first_line_hash.get() {
            return Ok(*known);
        }
        let line = first_line(&self.path).map_err(WriteError::io("reading", &self.path))?;
        let hash = fnv1a(&line);
        Ok(if line.is_empty() { hash } else { *self.first_line_hash.get_or_init(|| hash) })
    }

    /// The file's length in bytes, 0 while there is none.
    pub(crate) fn bytes(&self) -> Result<u64> {
        file_bytes(&self.path)
    }

    /// Syncs and writes of this log.
    pub(crate) fn work_done(&self) -> WorkDone {
        let so_far = || self.file.as_ref().map(|file| file.get_ref().done);
        self.failed.or_else(so_far).unwrap_or_default()
    }
}

/// Writes a line through the buffer, and all of the buffer.
fn append_line<W: Write>(packets: &[Packet], file: &mut BufWriter<W>) -> io::Result<()> {
    line::write(packets, &mut *file)?;
    file.flush()
}

/// The file behind a buffer, whose bytes are forgotten: dropped, it would write once more what failed.
fn discard<W: Write>(file: BufWriter<W>) -> W {
    let (file, _never_written) = file.into_parts();
    file
}

/// Ends the last line of a file, durably, unless it is whole or there is none.
fn end_torn_line(path: &Path) -> Result<()> {
    let end = |mut file: File| {
        let bytes = file.metadata()?.len();
        let mut last = [b'\n'];
        if bytes > 0 {
            file.read_exact_at(&mut last, bytes - 1)?;
        }
        if last == [b'\n'] {
            return Ok(());
        }
        file.write_all(b"\n")?;
        file.sync_data()?;
        tell(path, FileChange::Written { offset: bytes, bytes: b"\n" });
        tell(path, FileChange::Synced);
        Ok(())
    };
    match File::options().read(true).append(true).open(path).and_then(end) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        ended => ended.map_err(WriteError::io("ending the last line of", path)),
    }
}

/// The first line of a file; empty where there is no file.
fn first_line(path: &Path) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    match File::open(path) {
        Ok(file) => BufReader::new(file).read_until(b'\n', &mut line).map(|_bytes| line),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(line),
        Err(error) => Err(error),
    }
}

/// A hash that is the same in every version (<http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(HASH_OF_NOTHING, step)
}

/// Shows the operations of each line from a byte on, in order, and where the line ends. A line that
/// is no flush has none, wherever it stands: Soup passed over it in silence. A file that is
/// not there has no lines.
pub(crate) fn replay(
    path: &Path,
    from: u64,
    mut visit: impl FnMut(u64, Option<Vec<Operation>>) -> Result<()>,
) -> Result<()> {
    let reading = WriteError::io("reading", path);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(reading(source)),
    };
    file.seek(SeekFrom::Start(from)).map_err(&reading)?;
    let mut lines = BufReader::with_capacity(BUFFER_BYTES, file);
    let (mut line, mut end) = (Vec::new(), from);
    loop {
        line.clear();
        let bytes = lines.read_until(b'\n', &mut line).map_err(&reading)?;
        if bytes == 0 {
            return Ok(());
        }
        end += bytes as u64;
        visit(end, line::read(&line))?;
    }
}

/// A file that is only appended to.
#[derive(Debug)]
struct CountedFile {
    file: File,
    /// What was asked of the file.
    done: WorkDone,
    observed: Option<Observed>,
}

/// A file whose changes are told to somebody.
#[derive(Debug)]
struct Observed {
    observer: Arc<dyn FileObserver>,
    path: PathBuf,
    bytes: u64,
}

impl CountedFile {
    /// Opens the file to append to it, and makes it if need be. Soup did not sync the directory.
    fn append_to(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        let observed = match observer_of(path) {
            Some(observer) => {
                observer.saw(path, FileChange::Opened);
                Some(Observed { observer, path: path.to_owned(), bytes: file.metadata()?.len() })
            }
            None => None,
        };
        Ok(Self { file, done: WorkDone::default(), observed })
    }

    /// fdatasync.
    fn sync_data(&mut self) -> io::Result<()> {
        self.done.syncs += 1;
        self.file.sync_data()?;
        if let Some(Observed { observer, path, .. }) = &self.observed {
            observer.saw(path, FileChange::Synced);
        }
        Ok(())
    }
}

impl Write for CountedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.done.writes += 1;
        self.done.bytes_written += written as u64;
        if let Some(Observed { observer, path, bytes: offset }) = &mut self.observed {
            let bytes = &bytes[..written];
            observer.saw(path, FileChange::Written { offset: *offset, bytes });
            *offset += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::record::{Record, Vote};

    /// Refuses its first write, and would take any other.
    struct FailsOnce<'count>(&'count Cell<u32>);

    impl Write for FailsOnce<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.set(self.0.get() + 1);
            if self.0.get() == 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(bytes.len()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_failed_to_be_written_is_never_written_again() {
        let vote = Record::Vote(Vote { article: 1, user: 2 });
        let packet = Packet::new(vec![Operation::Insert(vote)]);
        let writes = Cell::new(0);
        let mut file = BufWriter::new(FailsOnce(&writes));
        append_line(std::slice::from_ref(&packet), &mut file).expect_err("no space");
        let _unwritten = discard(file);
        assert_eq!(writes.get(), 1);
        // Control: a buffer that is dropped as it is writes again.
        writes.set(0);
        let mut file = BufWriter::new(FailsOnce(&writes));
        append_line(&[packet], &mut file).expect_err("no space");
        drop(file);
        assert_eq!(writes.get(), 2);
    }

    #[test]
    fn a_log_that_could_not_be_opened_stays_stopped() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut log = SoupLog::open(directory.path(), SoupLogFile::VOTE).expect("nothing there");
        std::fs::create_dir(&log.path).expect("in the way");
        let vote = Record::Vote(Vote { article: 1, user: 2 });
        let packets = [Packet::new(vec![Operation::Insert(vote)])];
        let opening = log.flush(&packets).expect_err("a directory is no log");
        assert!(matches!(opening, WriteError::Io { doing: "opening", .. }), "{opening}");
        std::fs::remove_dir(&log.path).expect("empty");
        let stopped = log.flush(&packets).expect_err("one flush failed");
        assert!(matches!(stopped, WriteError::Stopped), "{stopped}");
    }

    #[test]
    fn the_hash_is_that_of_its_specification() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
