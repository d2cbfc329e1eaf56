//! Soup's log file: appending flushes to it, and reading them back.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::counted_file::CountedFile;
use super::line;
use crate::error::WriteError;
use crate::operation::{Operation, Packet};
use crate::path::WorkDone;

/// The buffer between serde and the file: Soup took 1,024 bytes for each packet of its queue, 512
/// in the benchmark `vote`.
const BUFFER_BYTES: usize = 512 * 1024;

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

/// An open log file. It is made by the first flush, as Soup's was.
#[derive(Debug)]
pub(crate) struct SoupLog {
    path: PathBuf,
    file: Option<BufWriter<CountedFile>>,
}

impl SoupLog {
    pub(crate) fn new(directory: &Path, file: SoupLogFile) -> Self {
        Self { path: directory.join(file.name()), file: None }
    }

    /// Refuses a packet that no line can hold.
    pub(crate) fn check(packet: &Packet) -> Result<(), WriteError> {
        line::check(packet)
    }

    /// Appends the packets as one line and syncs the file. After an error the file may end in the
    /// middle of a line, and nothing may be appended any more.
    pub(crate) fn flush(&mut self, packets: &[Packet]) -> Result<(), WriteError> {
        let path = &self.path;
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = CountedFile::append_to(path);
                let file = file.map_err(|source| failed("opening", path, source))?;
                none.insert(BufWriter::with_capacity(BUFFER_BYTES, file))
            }
        };
        line::write(packets, &mut *file)
            .and_then(|()| file.flush())
            .map_err(|source| failed("appending to", path, source))?;
        file.get_mut().sync_data().map_err(|source| failed("syncing", path, source))
    }

    /// The file's length in bytes, 0 while there is none.
    pub(crate) fn bytes(&self) -> Result<u64, WriteError> {
        match fs::metadata(&self.path) {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(failed("sizing", &self.path, source)),
        }
    }

    /// Where the log lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs and writes of this log.
    pub(crate) fn work_done(&self) -> WorkDone {
        self.file.as_ref().map(|file| file.get_ref().work_done()).unwrap_or_default()
    }
}

/// Shows the operations of each line from a byte on, in order, and where the line ends. A line that
/// is no flush is passed over in silence, wherever it stands: that is what Soup did. A file that is
/// not there has no lines.
pub(crate) fn replay(
    path: &Path,
    from: u64,
    mut visit: impl FnMut(u64, Vec<Operation>) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let failed = |source| failed("reading", path, source);
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(failed(source)),
    };
    file.seek(SeekFrom::Start(from)).map_err(failed)?;
    let mut lines = BufReader::with_capacity(BUFFER_BYTES, file);
    let (mut line, mut end) = (Vec::new(), from);
    loop {
        line.clear();
        let bytes = lines.read_until(b'\n', &mut line).map_err(failed)?;
        if bytes == 0 {
            return Ok(());
        }
        end += bytes as u64;
        if let Some(operations) = line::read(&line) {
            visit(end, operations)?;
        }
    }
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> WriteError {
    WriteError::Io { doing, path: path.to_path_buf(), source }
}
