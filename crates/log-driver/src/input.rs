//! The input file: generated once, streamed, checksummed.
//!
//! As in the prototype each line is a message in JSON. The first line says how many there are, and the last one has the
//! CRC-32C of the lines between them.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use runner::workload::{PacketSource, SEED, Workload};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use write_path::{Operation, Record};

use crate::error;
use crate::message::{Message, ray_id_of, text_of};

/// A message.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'line> {
    ray_id: &'line str,
    log_msg: &'line str,
}

/// A file of messages that was read through and found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    path: PathBuf,
    messages: NonZeroU32,
}

impl InputFile {
    /// The file in this place; it is generated if there is none.
    ///
    /// # Errors
    /// If the file cannot be read, is cut, damaged, or of another number of messages.
    pub fn at(path: &Path, messages: NonZeroU32) -> anyhow::Result<Self> {
        if !path.exists() {
            generate(path, messages)?;
        }
        let input = Self { path: path.to_owned(), messages };
        let mut reader = input.reader(0)?;
        for _ in 0..messages.get() {
            reader.next_in_file()?;
        }
        reader.check_foot()?;
        Ok(input)
    }

    /// How many messages it holds.
    pub fn messages(&self) -> NonZeroU32 {
        self.messages
    }

    /// Reads messages from this number on. After the last message of the file come the same texts again, under
    /// further numbers.
    ///
    /// # Errors
    /// As [`InputFile::at`].
    pub fn reader(&self, first_number: u64) -> anyhow::Result<InputReader<'_>> {
        let lines = self.open()?;
        let mut reader = InputReader {
            input: self,
            lines,
            line: Vec::new(),
            at: 0,
            crc32c: 0,
            next_number: first_number,
        };
        reader.read_head()?;
        for _ in 0..first_number % u64::from(self.messages.get()) {
            reader.next_in_file()?;
        }
        Ok(reader)
    }

    fn open(&self) -> anyhow::Result<BufReader<File>> {
        let opened = File::open(&self.path);
        opened.map(BufReader::new).map_err(error::file("opening", &self.path))
    }

    fn damaged(&self, expected: &str, got: &str) -> anyhow::Error {
        let path = self.path.display();
        anyhow::anyhow!(
            "{path}: expected {expected}, got {got}; the input file is damaged: delete it, and it is generated again"
        )
    }
}

/// Streams messages from the file, over and over.
#[derive(Debug)]
pub struct InputReader<'file> {
    input: &'file InputFile,
    lines: BufReader<File>,
    line: Vec<u8>,
    /// Messages read in this pass.
    at: u32,
    crc32c: u32,
    next_number: u64,
}

impl InputReader<'_> {
    /// The next message.
    ///
    /// # Errors
    /// If the file cannot be read, or has changed since it was checked.
    pub fn next_message(&mut self) -> anyhow::Result<Message> {
        if self.at == self.input.messages.get() {
            self.check_foot()?;
            self.lines = self.input.open()?;
            (self.at, self.crc32c) = (0, 0);
            self.read_head()?;
        }
        let text = self.next_in_file()?;
        let message = Message::new(self.next_number, &text);
        self.next_number += 1;
        Ok(message)
    }

    /// The text of the next line.
    fn next_in_file(&mut self) -> anyhow::Result<String> {
        self.read_line()?;
        let number = self.at;
        let expected = || format!("message {number} in JSON");
        let line: Line<'_> = serde_json::from_slice(&self.line)
            .map_err(|_| self.input.damaged(&expected(), &excerpt(&self.line)))?;
        if line.ray_id != ray_id_of(number.into()).as_str() {
            return Err(self.input.damaged(&expected(), &format!("ray id {}", line.ray_id)));
        }
        self.crc32c = crc32c::crc32c_append(self.crc32c, &self.line);
        self.at += 1;
        Ok(line.log_msg.to_owned())
    }

    fn read_head(&mut self) -> anyhow::Result<()> {
        self.expect_line(&head_line(self.input.messages))
    }

    fn check_foot(&mut self) -> anyhow::Result<()> {
        self.expect_line(&foot_line(self.crc32c))?;
        self.expect_line("")
    }

    fn expect_line(&mut self, expected: &str) -> anyhow::Result<()> {
        self.read_line()?;
        if self.line == expected.as_bytes() {
            return Ok(());
        }
        let expected = match expected.trim_end() {
            "" => "the end of the file",
            line => line,
        };
        Err(self.input.damaged(expected, &excerpt(&self.line)))
    }

    fn read_line(&mut self) -> anyhow::Result<()> {
        self.line.clear();
        let read = self.lines.read_until(b'\n', &mut self.line);
        read.map(drop).map_err(error::file("reading", &self.input.path))
    }
}

/// The beginning of a line, for a message.
fn excerpt(line: &[u8]) -> String {
    const BYTES_MAX: usize = 60;
    match line {
        [] => "the end of the file".to_owned(),
        _ => format!("{:?}", String::from_utf8_lossy(&line[..line.len().min(BYTES_MAX)])),
    }
}

fn head_line(messages: NonZeroU32) -> String {
    format!("{{\"messages\":{messages},\"seed\":{SEED}}}\n")
}

fn foot_line(crc32c: u32) -> String {
    format!("{{\"crc32c\":{crc32c}}}\n")
}

/// Writes the file beside its place, and then into it: a run that is stopped leaves no half of one.
fn generate(path: &Path, messages: NonZeroU32) -> anyhow::Result<()> {
    let failed = error::file("generating", path);
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory).map_err(failed)?;
    let file = NamedTempFile::new_in(directory).map_err(failed)?;
    write_messages(&mut BufWriter::new(file.as_file()), messages).map_err(failed)?;
    file.persist(path).map(drop).map_err(|error| failed(error.error))
}

fn write_messages(out: &mut impl io::Write, messages: NonZeroU32) -> io::Result<()> {
    out.write_all(head_line(messages).as_bytes())?;
    let mut source = PacketSource::new(Workload::Events, NonZeroU32::MIN, SEED);
    let mut crc32c = 0;
    for number in 0..messages.get() {
        let packet = source.next_packet();
        let Some(Operation::Insert(Record::Event(event))) = packet.operations().first() else {
            unreachable!("a packet of the workload of events holds an event");
        };
        let log_msg = text_of(&event.data).expect("the workload's events are the prototype's");
        let ray_id = ray_id_of(number.into());
        let mut line = serde_json::to_vec(&Line { ray_id: ray_id.as_str(), log_msg })?;
        line.push(b'\n');
        crc32c = crc32c::crc32c_append(crc32c, &line);
        out.write_all(&line)?;
    }
    out.write_all(foot_line(crc32c).as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const FIVE: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

    fn file_in(directory: &Path) -> (PathBuf, InputFile) {
        let path = directory.join("input.jsonl");
        let input = InputFile::at(&path, FIVE).expect("generated");
        (path, input)
    }

    #[test]
    fn messages_are_streamed_over_and_over_under_new_numbers() {
        let place = tempfile::tempdir().expect("temporary directory");
        let (_, input) = file_in(place.path());
        let mut reader = input.reader(0).expect("whole");
        let all: Vec<Message> = (0..12).map(|_| reader.next_message().expect("whole")).collect();
        assert!(all.iter().map(|message| message.number).eq(0..12));
        assert_eq!(text_of(&all[1].event.data), text_of(&all[6].event.data));
        assert_ne!(all[1].event.ray_id, all[6].event.ray_id);
        let text_bytes = text_of(&all[0].event.data).expect("text").len();
        assert!((336..=3332).contains(&text_bytes), "{text_bytes}");
        let later = input.reader(8).expect("whole").next_message().expect("whole");
        assert_eq!(later, all[8]);
    }

    #[test]
    fn a_file_that_is_there_is_used() {
        let place = tempfile::tempdir().expect("temporary directory");
        let (path, _) = file_in(place.path());
        let before = fs::metadata(&path).expect("there").modified().expect("a time");
        file_in(place.path());
        assert_eq!(fs::metadata(&path).expect("there").modified().expect("a time"), before);
    }

    #[test]
    fn a_file_that_is_cut_damaged_or_another_is_refused_by_name() {
        let place = tempfile::tempdir().expect("temporary directory");
        let (path, _) = file_in(place.path());
        let whole = fs::read(&path).expect("there");
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        let cut = whole[..whole.len() / 2].to_vec();
        let foot_cut = whole[..whole.len() - 3].to_vec();
        let longer = [&whole[..], b"more\n"].concat();
        for damaged in [flipped, cut, foot_cut, longer, Vec::new(), b"\xff\xfe".to_vec()] {
            fs::write(&path, &damaged).expect("writable");
            let error = InputFile::at(&path, FIVE).expect_err("damaged").to_string();
            assert!(error.contains("input.jsonl: expected"), "{error}");
            assert!(error.contains("delete it"), "{error}");
        }
        fs::write(&path, &whole).expect("writable");
        let more = InputFile::at(&path, NonZeroU32::new(6).expect("not zero"));
        assert!(more.expect_err("another number").to_string().contains("\"messages\":6"));
    }
}
