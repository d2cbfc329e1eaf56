//! The native log as a queue: deliveries are noted in it, and its oldest segments are recycled.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Instant;

use native_log::{Log, LogOptions, Packet, Sequence};
use write_path::{Settings, SqliteIdentity, log_storage};

use super::contract::{Key, RetryQuery, Sizes, Store, Stored};
use super::sqlite::file_bytes;
use crate::error::{self, foreign, unfaithful};
use crate::message::{Message, text_of};

/// The log's name in the store's directory.
const DIRECTORY: &str = "log-driver.log";

/// A place is the packet's sequence, and in its low bits the message's place in the packet.
const INDEX_BITS: u32 = 20;

/// The first byte of a packet of messages.
const MESSAGES: u8 = 1;

/// The first byte of a packet that says what was delivered.
const DELIVERED: u8 = 2;

/// A message that waits.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// `None` of one that an earlier process has stored: it is as old as anybody may ask.
    since: Option<Instant>,
    send_attempts: u32,
}

/// An open log and what waits in it, by place.
pub(super) struct LogStore {
    log: Log,
    directory: PathBuf,
    waiting: BTreeMap<i64, Waiting>,
    buffer: Vec<u8>,
}

impl LogStore {
    /// Opens a log, or begins one, and finds what waits in the pass that verifies it.
    pub(super) fn open(directory: &Path) -> anyhow::Result<Self> {
        let directory = directory.join(DIRECTORY);
        let opening = error::file("opening the log in", &directory);
        let storage = log_storage(&directory).map_err(opening)?;
        let mut waiting = BTreeMap::new();
        let mut other = None;
        // Segments are short, so that a short run recycles some.
        let options = LogOptions::recycled_fdatasync().with_short_segments();
        let log = Log::open_replaying(storage, options, |packet| {
            if replay(&mut waiting, packet).is_none() {
                other.get_or_insert(packet.sequence());
            }
        })?;
        if let Some(sequence) = other {
            let got = format!("another packet at {sequence}");
            return Err(foreign("packets of messages and deliveries", got));
        }
        Ok(Self { log, directory, waiting, buffer: Vec::new() })
    }

    fn commit(&mut self, records: usize) -> anyhow::Result<Sequence> {
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        let sequence = self.log.append(&self.buffer, records)?;
        self.log.wait(sequence)?;
        Ok(sequence)
    }

    /// Reads messages that wait, in the order of their places.
    fn read(&mut self, places: &[i64]) -> anyhow::Result<Vec<Stored>> {
        let Some(first) = places.first() else { return Ok(Vec::new()) };
        let mut reader = self.log.read_from(sequence_of(*first))?;
        let mut found = Vec::with_capacity(places.len());
        let mut wanted = places.iter().copied().peekable();
        while let Some(next) = wanted.peek() {
            let sequence = sequence_of(*next);
            let Some(packet) = reader.next()? else { break };
            if packet.sequence() != sequence {
                continue;
            }
            for (place, message) in messages_of(packet).into_iter().flatten() {
                if wanted.next_if_eq(&place).is_some() {
                    let key = Key { number: message.number, place };
                    let send_attempts = self.waiting[&place].send_attempts;
                    found.push(Stored { key, message, send_attempts });
                }
            }
        }
        if found.len() == places.len() {
            return Ok(found);
        }
        Err(unfaithful(format!(
            "{} messages wait in the log, and {} of them can be read",
            places.len(),
            found.len()
        )))
    }
}

impl Store for LogStore {
    fn insert(&mut self, messages: &[Message]) -> anyhow::Result<Vec<Key>> {
        self.buffer.clear();
        self.buffer.push(MESSAGES);
        for message in messages {
            let data = &message.event.data;
            self.buffer.extend_from_slice(&message.number.to_le_bytes());
            self.buffer.extend_from_slice(&(data.len() as u64).to_le_bytes());
            self.buffer.extend_from_slice(data);
        }
        let sequence = self.commit(messages.len())?;
        let since = Some(Instant::now());
        let keys = (0..).zip(messages).map(|(index, message)| Key {
            number: message.number,
            place: place_of(sequence, index),
        });
        let keys: Vec<Key> = keys.collect();
        self.waiting
            .extend(keys.iter().map(|key| (key.place, Waiting { since, send_attempts: 0 })));
        Ok(keys)
    }

    fn delete(&mut self, delivered: &[Key]) -> anyhow::Result<()> {
        self.buffer.clear();
        self.buffer.push(DELIVERED);
        for key in delivered {
            self.buffer.extend_from_slice(&key.place.to_le_bytes());
        }
        self.commit(delivered.len())?;
        for key in delivered {
            self.waiting.remove(&key.place);
        }
        // The low-water mark: nothing before it waits.
        let oldest = self.waiting.keys().next().copied().map(sequence_of);
        self.log.drop_before(oldest.unwrap_or_else(|| self.log.appended_through()))?;
        Ok(())
    }

    fn select_for_retry(&mut self, query: &RetryQuery) -> anyhow::Result<Vec<Stored>> {
        let is_due = |waiting: &Waiting| {
            let is_old = waiting.since.is_none_or(|since| since.elapsed() >= query.age);
            is_old && waiting.send_attempts < query.attempts_max
        };
        let due = self.waiting.iter_mut().filter(|(_, waiting)| is_due(waiting));
        let due = due.take(query.messages_max.get() as usize);
        let places: Vec<i64> = due
            .map(|(place, waiting)| {
                waiting.send_attempts += 1;
                *place
            })
            .collect();
        self.read(&places)
    }

    fn waiting_behind(
        &mut self,
        place: i64,
        messages_max: NonZeroU32,
    ) -> anyhow::Result<Vec<Stored>> {
        let behind = self.waiting.range(place.saturating_add(1)..).map(|(place, _)| *place);
        let places: Vec<i64> = behind.take(messages_max.get() as usize).collect();
        self.read(&places)
    }

    fn maintain(&mut self) -> anyhow::Result<()> {
        // Segments are recycled with each deletion.
        Ok(())
    }

    fn sizes(&mut self) -> anyhow::Result<Sizes> {
        let failed = error::file("reading the sizes in", &self.directory);
        let mut database_bytes = 0;
        for entry in fs::read_dir(&self.directory).map_err(failed)? {
            // A segment may be renamed meanwhile.
            database_bytes += file_bytes(&entry.map_err(failed)?.path())?;
        }
        Ok(Sizes { database_bytes, ..Sizes::default() })
    }

    fn settings(&self) -> Settings {
        let options = self.log.options();
        Settings::from([
            ("segment_bytes".to_owned(), options.segment_bytes.to_string()),
            ("sync_method".to_owned(), format!("{:?}", options.sync_method)),
        ])
    }

    fn identity(&self) -> anyhow::Result<Option<SqliteIdentity>> {
        Ok(None)
    }

    fn close(self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.log.close()?)
    }
}

/// Brings what waits up to a packet; `None` if it is no packet of this store.
fn replay(waiting: &mut BTreeMap<i64, Waiting>, packet: Packet<'_>) -> Option<()> {
    match packet.bytes().split_first()? {
        (&MESSAGES, _) => {
            for (place, _) in messages_of(packet)? {
                waiting.insert(place, Waiting { since: None, send_attempts: 0 });
            }
            Some(())
        }
        (&DELIVERED, places) => {
            let (places, rest) = places.as_chunks::<8>();
            for place in places {
                waiting.remove(&i64::from_le_bytes(*place));
            }
            rest.is_empty().then_some(())
        }
        _ => None,
    }
}

/// The messages of a packet with their places; `None` if it is no packet of messages.
fn messages_of(packet: Packet<'_>) -> Option<Vec<(i64, Message)>> {
    let (&MESSAGES, mut rest) = packet.bytes().split_first()? else { return None };
    let mut messages = Vec::new();
    while let Some((number, behind)) = rest.split_first_chunk() {
        let (length, behind) = behind.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (data, behind) = behind.split_at_checked(length)?;
        let message = Message::new(u64::from_le_bytes(*number), text_of(data)?);
        let index = u32::try_from(messages.len()).ok()?;
        messages.push((place_of(packet.sequence(), index), message));
        rest = behind;
    }
    rest.is_empty().then_some(messages)
}

fn place_of(sequence: Sequence, index: u32) -> i64 {
    ((sequence.get() << INDEX_BITS) | u64::from(index)).cast_signed()
}

fn sequence_of(place: i64) -> Sequence {
    Sequence::new(place.cast_unsigned() >> INDEX_BITS)
}
