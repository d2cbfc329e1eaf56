//! Opening a log: find its end, refuse damage, leave nothing behind that could come back.
//!
//! Segments are read once, front to back. The log ends at the first place where no frame carries
//! the next sequence. What lies behind it decides what that means: a frame there which promises
//! that the missing packet was synced makes it corruption; else a crash cut it, before anybody was
//! told that it was durable.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::error::Error;
use crate::format::{FrameHeader, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::options::{LogOptions, Space};
use crate::packet::Packet;
use crate::prepare::{create, fill_with_zeros, new_header};
use crate::segment::{Listing, PreparedSegment, Segment, read_header, segment_name, spare_name};
use crate::sequence::Sequence;
use crate::storage::{Account, CountedFile, CountedStorage, OpenMode, SyncKind};
use crate::window::Window;

/// What opening a log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryReport {
    /// The first packet there, or [`Sequence::NONE`] if there is none.
    pub first: Sequence,
    /// The last packet there, or [`Sequence::NONE`] if there has never been one.
    pub last: Sequence,
    /// How many packets there are.
    pub packets: u64,
    /// The sum of their record counts.
    pub records: u64,
    /// The sum of their lengths in bytes.
    pub bytes: u64,
    /// The remains of unacknowledged packets that were removed, if there were any.
    pub cut: Option<Cut>,
    /// The log was closed in order, and all of it is there.
    pub clean_close: bool,
}

impl RecoveryReport {
    const EMPTY: Self = Self {
        first: Sequence::NONE,
        last: Sequence::NONE,
        packets: 0,
        records: 0,
        bytes: 0,
        cut: None,
        clean_close: false,
    };
}

/// Where a torn tail was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The segment, relative to the log's directory.
    pub file: String,
    /// The end of the log in it; what lay behind was removed.
    pub offset: u64,
}

/// The state from which a log goes on.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) log_id: u64,
    pub(crate) segments: VecDeque<Arc<Segment>>,
    pub(crate) position: u64,
    /// The active segment was made under other options: the next packet goes to a new one.
    pub(crate) rotate_next: bool,
    pub(crate) next_sequence: u64,
    pub(crate) next_generation: u32,
    pub(crate) prepared: Option<PreparedSegment>,
    pub(crate) spares: Vec<u32>,
    pub(crate) close_marked: bool,
    pub(crate) report: RecoveryReport,
}

/// A segment file in place, not yet judged.
struct Candidate {
    file: CountedFile,
    header: SegmentHeader,
    length: u64,
}

/// Recovers the log in `storage`, or begins one; shows each packet to `visit` in order.
pub(crate) fn recover(
    storage: &CountedStorage,
    options: &LogOptions,
    visit: &mut dyn FnMut(Packet<'_>),
) -> Result<Recovered, Error> {
    // What is read must be what a crash right after would leave: sync before reading.
    storage.sync_dir()?;
    let listing = Listing::sort(storage.list()?);
    for name in &listing.unfinished {
        storage.unlink(name)?;
    }
    if listing.segments.is_empty() {
        return begin(storage, options, &listing.spares);
    }
    let candidates = open_candidates(storage, options, &listing.segments)?;
    let mut window = Window::new();
    let mut walk = Walk::new(&candidates);
    walk.run(&candidates, &mut window, visit)?;
    let dirty = walk.judge_rest(&candidates, &mut window)?;
    settle(storage, options, candidates, &listing, walk, &dirty)
}

/// Begins an empty log.
fn begin(
    storage: &CountedStorage,
    options: &LogOptions,
    spares: &[u32],
) -> Result<Recovered, Error> {
    for &generation in spares {
        storage.unlink(&spare_name(generation))?;
    }
    // A log never meets frames of another log, even where a file system shows old blocks.
    let log_id = RandomState::new().hash_one("native-log");
    let first = create(storage, options, new_header(options, log_id, 1))?;
    Ok(Recovered {
        log_id,
        segments: VecDeque::from([Arc::new(first.activate(1))]),
        position: SEGMENT_HEADER_BYTES,
        rotate_next: false,
        next_sequence: 1,
        next_generation: 2,
        prepared: None,
        spares: Vec::new(),
        close_marked: false,
        report: RecoveryReport::EMPTY,
    })
}

fn open_candidates(
    storage: &CountedStorage,
    options: &LogOptions,
    generations: &[u32],
) -> Result<Vec<Candidate>, Error> {
    let mut candidates: Vec<Candidate> = Vec::with_capacity(generations.len());
    for &generation in generations {
        let file = storage.open(segment_name(generation), options.sync_method.open_mode())?;
        file.sync(SyncKind::All, Account::Upkeep)?;
        let header = read_header(&file, generation)?;
        let length = file.length()?;
        let corruption = |wished: &str, found| Error::Corruption {
            file: file.name().to_owned(),
            offset: length,
            wished: wished.to_owned(),
            found,
        };
        if candidates.first().is_some_and(|first| first.header.log_id != header.log_id) {
            return Err(corruption("a segment of this log", "one of another log"));
        }
        if header.space_code != Space::Growing.code() && length < header.segment_bytes {
            return Err(corruption("a preallocated segment's full length", "a shorter file"));
        }
        candidates.push(Candidate { file, header, length });
    }
    Ok(candidates)
}

/// The way through the frames, in order.
struct Walk {
    /// The sequence that the next frame must carry; unknown before the first frame of a log whose
    /// first segments were dropped.
    expected: Option<u64>,
    /// The last segment that continued the log, and where the log ends in it.
    tail: usize,
    end: u64,
    close_marked: bool,
    /// The first sequence of each segment that continued the log.
    continued: Vec<(usize, u64)>,
    report: RecoveryReport,
}

impl Walk {
    fn new(candidates: &[Candidate]) -> Self {
        let from_start = candidates.first().is_some_and(|first| first.header.generation == 1);
        Self {
            expected: from_start.then_some(1),
            tail: 0,
            end: SEGMENT_HEADER_BYTES,
            close_marked: false,
            continued: Vec::new(),
            report: RecoveryReport::EMPTY,
        }
    }

    fn run(
        &mut self,
        candidates: &[Candidate],
        window: &mut Window,
        visit: &mut dyn FnMut(Packet<'_>),
    ) -> Result<(), Error> {
        for (index, candidate) in candidates.iter().enumerate() {
            window.reset(candidate.length);
            self.walk_segment(index, candidate, window, visit)?;
            if self.expected.is_none() {
                // A segment becomes the first one only when it holds a packet that is durable.
                return Err(self.corruption(candidates, "no frame where one was durable"));
            }
        }
        Ok(())
    }

    fn walk_segment(
        &mut self,
        index: usize,
        candidate: &Candidate,
        window: &mut Window,
        visit: &mut dyn FnMut(Packet<'_>),
    ) -> Result<(), Error> {
        let identity = candidate.header.identity();
        let mut offset = SEGMENT_HEADER_BYTES;
        while let Some(header) = window.frame_at(&candidate.file, offset, identity)? {
            if self.expected.is_some_and(|expected| expected != header.sequence) {
                break;
            }
            if offset == SEGMENT_HEADER_BYTES {
                self.continued.push((index, header.sequence));
            }
            self.close_marked = header.is_close_mark();
            if self.close_marked {
                self.expected = Some(header.sequence);
            } else {
                let payload = window.payload(offset, &header);
                visit(Packet::new(header.sequence, header.records, payload));
                self.expected = Some(header.sequence + 1);
                self.count(&header);
            }
            offset += header.frame_bytes();
            (self.tail, self.end) = (index, offset);
        }
        Ok(())
    }

    fn count(&mut self, header: &FrameHeader) {
        let report = &mut self.report;
        report.last = Sequence::new(header.sequence);
        if report.first == Sequence::NONE {
            report.first = report.last;
        }
        report.packets += 1;
        report.records += u64::from(header.records);
        report.bytes += u64::from(header.payload_bytes);
    }

    /// Looks at everything behind the end. Returns, for the tail and each later segment, whether
    /// it holds remains that could be mistaken for a continuation.
    fn judge_rest(
        &self,
        candidates: &[Candidate],
        window: &mut Window,
    ) -> Result<Vec<bool>, Error> {
        let mut dirty = Vec::new();
        for (index, candidate) in candidates.iter().enumerate().skip(self.tail) {
            let from = if index == self.tail { self.end } else { SEGMENT_HEADER_BYTES };
            window.reset(candidate.length);
            let remains = self.scan_rest(candidate, from, window)?;
            if remains.promised {
                let found = "damage below a later frame's promise that it was synced";
                return Err(self.corruption(candidates, found));
            }
            dirty.push(remains.any);
        }
        Ok(dirty)
    }

    fn scan_rest(
        &self,
        candidate: &Candidate,
        from: u64,
        window: &mut Window,
    ) -> Result<Remains, Error> {
        let identity = candidate.header.identity();
        let expected = self.next_sequence();
        let mut remains = Remains { any: false, promised: false };
        let mut offset = from;
        let file = &candidate.file;
        while let Some(found) = window.next_candidate(file, offset, identity, expected)? {
            remains.any = true;
            offset = found + 8;
            if let Some(header) = window.frame_at(file, found, identity)?
                && header.synced_through >= expected
            {
                remains.promised = true;
                break;
            }
        }
        Ok(remains)
    }

    fn next_sequence(&self) -> u64 {
        self.expected.expect("known once the walk has run")
    }

    fn corruption(&self, candidates: &[Candidate], found: &'static str) -> Error {
        Error::Corruption {
            file: candidates[self.tail].file.name().to_owned(),
            offset: self.end,
            wished: match self.expected {
                Some(expected) => format!("the packet of sequence {expected}"),
                None => "the log's first packet".to_owned(),
            },
            found,
        }
    }
}

/// What lies behind the end of the log in one segment.
struct Remains {
    any: bool,
    promised: bool,
}

/// Cleans the tail, sorts the remaining files, and returns the state to go on from.
fn settle(
    storage: &CountedStorage,
    options: &LogOptions,
    mut candidates: Vec<Candidate>,
    listing: &Listing,
    walk: Walk,
    dirty: &[bool],
) -> Result<Recovered, Error> {
    let log_id = candidates[0].header.log_id;
    let highest = listing.segments.iter().chain(&listing.spares).max().copied().unwrap_or(0);
    let next_sequence = walk.next_sequence();
    let mut report = walk.report;
    report.clean_close = walk.close_marked;
    let later = candidates.split_off(walk.tail + 1);
    let tail = &candidates[walk.tail];
    if clean_tail(tail, walk.end, dirty[0])? {
        report.cut = Some(Cut { file: tail.file.name().to_owned(), offset: walk.end });
    }
    let as_asked = tail.header == new_header(options, log_id, tail.header.generation);
    let prepared = sort_later(storage, options, later, &dirty[1..], &mut report.cut)?;
    Ok(Recovered {
        log_id,
        segments: segments_of(candidates, &walk.continued, next_sequence),
        position: walk.end,
        rotate_next: !as_asked,
        next_sequence,
        next_generation: highest.checked_add(1).ok_or(Error::GenerationsExhausted)?,
        prepared,
        spares: keep_spares(storage, options, &listing.spares)?,
        close_marked: walk.close_marked,
        report,
    })
}

/// The segments up to the tail. One without packets begins where its successor does.
fn segments_of(
    candidates: Vec<Candidate>,
    continued: &[(usize, u64)],
    next_sequence: u64,
) -> VecDeque<Arc<Segment>> {
    let mut segments = VecDeque::with_capacity(candidates.len());
    for (index, Candidate { file, header, .. }) in candidates.into_iter().enumerate() {
        let at = continued.partition_point(|(continued, _)| *continued < index);
        let first_sequence = continued.get(at).map_or(next_sequence, |(_, sequence)| *sequence);
        segments.push_back(Arc::new(Segment { file, header, first_sequence }));
    }
    segments
}

/// Takes the first later segment as the prepared one if it is clean and as asked for, and removes
/// all others: they hold nothing that was acknowledged.
fn sort_later(
    storage: &CountedStorage,
    options: &LogOptions,
    later: Vec<Candidate>,
    dirty: &[bool],
    cut: &mut Option<Cut>,
) -> Result<Option<PreparedSegment>, Error> {
    let mut prepared = None;
    for (Candidate { file, header, length }, &dirty) in later.into_iter().zip(dirty) {
        let as_asked = header == new_header(options, header.log_id, header.generation);
        // A growing segment that has grown was begun, even if nothing of it can be mistaken.
        let untouched = options.space != Space::Growing || length == SEGMENT_HEADER_BYTES;
        if as_asked && untouched && !dirty && prepared.is_none() {
            prepared = Some(PreparedSegment { file, header });
            continue;
        }
        if dirty {
            let offset = SEGMENT_HEADER_BYTES;
            cut.get_or_insert_with(|| Cut { file: file.name().to_owned(), offset });
        }
        storage.unlink(file.name())?;
    }
    Ok(prepared)
}

/// Removes what lies behind the end of the log and could be mistaken for its continuation.
/// Returns whether there was anything.
fn clean_tail(candidate: &Candidate, end: u64, dirty: bool) -> Result<bool, Error> {
    if candidate.header.space_code == Space::Growing.code() {
        if candidate.length <= end {
            return Ok(false);
        }
        candidate.file.set_len(end)?;
        candidate.file.sync(SyncKind::All, Account::Upkeep)?;
        return Ok(true);
    }
    if dirty {
        // The space stays prepared: what is zeroed has its blocks, and the length is the same.
        fill_with_zeros(&candidate.file, end, candidate.length)?;
    }
    Ok(dirty)
}

/// Keeps the dropped segments that can be recycled and removes the others.
fn keep_spares(
    storage: &CountedStorage,
    options: &LogOptions,
    spares: &[u32],
) -> Result<Vec<u32>, Error> {
    let mut kept = Vec::new();
    for &generation in spares {
        let name = spare_name(generation);
        let wanted = match options.space {
            Space::Recycled { spare_segments_max } => {
                kept.len() < spare_segments_max.get() as usize
                    && storage.open(name.clone(), OpenMode::Plain)?.length()?
                        == options.segment_bytes
            }
            _ => false,
        };
        if wanted {
            kept.push(generation);
        } else {
            storage.unlink(&name)?;
        }
    }
    Ok(kept)
}
