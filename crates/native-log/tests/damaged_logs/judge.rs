//! What opening a damaged log may and may not do.

use std::sync::Arc;

use native_log::storage::MemoryStorage;
use native_log::{Error, Log, RecoveryReport, Removal, Sequence, Space};

use super::Image;
use super::pool::{KnownLog, Place, image_of, packet};

/// What opening made of a damaged log. All of these are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was refused.
    Refused,
    /// Everything acknowledged is there.
    Whole,
    /// Acknowledged packets are gone, and the report says so.
    Told,
    /// Acknowledged packets are gone, and nothing is left that could tell: FORMAT.md names the case.
    Unnoticeable,
}

/// Opens the image, and judges what is found. A thorough judgement also looks at what opening did to
/// the files, and goes on with the log.
pub(crate) fn judge(log: &KnownLog, image: &Image, thorough: bool) -> Result<Verdict, String> {
    let memory = MemoryStorage::new();
    for (name, bytes) in image {
        memory.put_file(name, bytes.clone());
    }
    let mut wrong = None;
    let opened = Log::open_replaying(Arc::new(memory.clone()), log.options, |packet_found| {
        let number = packet_found.sequence().get();
        let right = number <= log.acked
            && packet_found.records() == number as u32
            && packet_found.bytes() == packet(number, log.options.packet_bytes_max);
        if !right {
            wrong.get_or_insert(number);
        }
    });
    let opened = match opened {
        Ok(opened) => opened,
        Err(Error::Corruption { .. } | Error::FormatVersion { .. }) => {
            if thorough && image_of(&memory) != *image {
                return Err("refused, but files were changed".to_owned());
            }
            return Ok(Verdict::Refused);
        }
        Err(other) => return Err(format!("an error that damage cannot cause: {other}")),
    };
    if let Some(number) = wrong {
        return Err(format!("packet {number} is not the one that was appended"));
    }
    let verdict = verdict_on(log, image, opened.recovery())?;
    if thorough {
        go_on(log, &memory, opened)?;
    }
    Ok(verdict)
}

fn verdict_on(log: &KnownLog, image: &Image, report: &RecoveryReport) -> Result<Verdict, String> {
    let (first, last) = (report.first.get(), report.last.get());
    if last == log.acked {
        // Where the oldest packets are gone, `first` tells where the log begins.
        return Ok(if first == log.first { Verdict::Whole } else { Verdict::Told });
    }
    if log.closed && report.clean_close {
        return Err(format!("told as closed in order, but it ends at {last}"));
    }
    if let Some(place) = unheeded_promise(log, image, last + 1) {
        return Err(format!(
            "opened with {first} to {last}, although the frame of packet {} in {} is whole and \
             promises the next one",
            place.sequence, place.file
        ));
    }
    let removal_told =
        report.removed.iter().any(|removed| matches!(removed.why, Removal::Remains { .. }));
    if report.cut.is_some() || removal_told {
        return Ok(Verdict::Told);
    }
    let lost: Vec<&Place> =
        log.places.iter().filter(|place| place.sequence > last.max(first)).collect();
    let traced = |place: &&&Place| leaves_a_trace(log, image, place, (first, last));
    match lost.iter().find(traced) {
        None => Ok(Verdict::Unnoticeable),
        Some(place) => Err(format!(
            "lost without a word: acknowledged through {}, found {first} to {last}, although \
             packet {} has left something in {} at {}",
            log.acked, place.sequence, place.file, place.offset
        )),
    }
}

/// A frame that is as it was, in a file whose header is, and promises the packet that is missing.
fn unheeded_promise<'log>(log: &'log KnownLog, image: &Image, missing: u64) -> Option<&'log Place> {
    log.places.iter().filter(|place| place.sequence > missing).find(|place| {
        let original = &log.image[&place.file];
        let promise = original[place.offset + 24..][..8].try_into().map(u64::from_le_bytes);
        promise.is_ok_and(|promise| promise >= missing)
            && image.get(&place.file).is_some_and(|bytes| {
                bytes.get(..64) == Some(&original[..64])
                    && bytes.get(place.offset..place.end) == original.get(place.offset..place.end)
            })
    })
}

/// Whether something of a lost packet is left that recovery has to notice, where it found the packets
/// from `first` to `last`.
fn leaves_a_trace(log: &KnownLog, image: &Image, place: &Place, (first, last): (u64, u64)) -> bool {
    let Some(bytes) = image.get(&place.file) else {
        // Whole segments may be missing at the end, but not before one that is there.
        return image.keys().any(|name| name.starts_with("segment-") && *name > place.file);
    };
    let end = match log.options.space {
        // Old frames lie behind the page of the log's end, and may begin a segment.
        Space::Recycled { .. } if place.sequence != last + 1 => return false,
        Space::Recycled { .. } if place.offset == 4096 => {
            let word = |at: usize| bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
            let word = |at| word(at).map_or(0, u32::from_le_bytes);
            let old_generation = word(4096 + 8) < word(12);
            if old_generation && u64::from(word(4096 + 16)) < first {
                return false;
            }
            place.offset + 32
        }
        Space::Recycled { .. } => place.end.min((place.offset + 1).next_multiple_of(4096)),
        Space::Growing => return bytes.len() > place.offset,
        Space::SetLen | Space::Fallocate | Space::ZeroFilled => place.end,
    };
    let end = end.min(bytes.len());
    bytes.get(place.offset..end).is_some_and(|left| left.iter().any(|byte| *byte != 0))
}

/// A log that opened takes packets, and has them when it is opened again.
fn go_on(log: &KnownLog, memory: &MemoryStorage, opened: Log) -> Result<(), String> {
    let last = opened.acked_through();
    let new = vec![0xee; 8];
    let sequence = opened.append(&new, 1).map_err(|error| format!("appending: {error}"))?;
    opened.wait(sequence).map_err(|error| format!("committing: {error}"))?;
    drop(opened);
    let again = Log::open_on(Arc::new(memory.clone()), log.options)
        .map_err(|error| format!("opened, but not again after {last} and one more: {error}"))?;
    if again.recovery().cut.is_some() || again.acked_through() != sequence {
        return Err(format!("opened again after {last} and one more: {:?}", again.recovery()));
    }
    let mut reader = again.read_from(sequence).map_err(|error| format!("reading: {error}"))?;
    let found = reader.next().map_err(|error| format!("reading: {error}"))?;
    if found.map(|packet| packet.bytes().to_vec()) != Some(new) {
        return Err(format!("the packet appended after {last} reads otherwise"));
    }
    drop(reader);
    let mut reader = again.read_from(again.first()).map_err(|error| format!("reading: {error}"))?;
    let mut next = again.first();
    while let Some(found) = reader.next().map_err(|error| format!("reading: {error}"))? {
        if found.sequence() != next {
            return Err(format!("read {} where {next} should be", found.sequence()));
        }
        next = Sequence::new(next.get() + 1);
    }
    Ok(())
}
