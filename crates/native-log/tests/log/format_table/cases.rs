//! The damages of FORMAT.md's table, done to a log.

use native_log::Space;

use super::Outcome;
use crate::damaged_logs::Image;
use crate::damaged_logs::pool::{KnownLog, Place};
use crate::forge::ForgedSegment;

/// The cases by the names that the table gives them.
pub(super) const CASES: [(&str, Case); 27] = [
    ("a bit flipped in a segment's header", header_flipped),
    ("a segment shorter than its header's block, or than its fixed length", short_file),
    ("a segment before the last cut short", cut_before_the_last),
    ("a segment before the last zeroed from some frame on", zeroed_before_the_last),
    ("a segment deleted between two others", middle_deleted),
    ("the newest segment with packets deleted, and a prepared one there", newest_filled_deleted),
    ("all segments deleted, and a dropped one there", only_dropped_left),
    ("a dropped segment there that is newer than the oldest in place", newer_dropped),
    (
        "the last segment's frames copied to a dropped one, and its end zeroed since",
        end_lost_beside_a_copy,
    ),
    ("two segments' files swapped", files_swapped),
    ("two segments' frames swapped", frames_swapped),
    ("a segment's file copied over another's, or to the name of another generation", file_copied),
    ("a segment's frames copied over those of an earlier one", frames_copied),
    ("a segment of another log", of_another_log),
    (
        "the first frame of the oldest segment lost, where older segments were dropped",
        first_frame_lost,
    ),
    ("a packet damaged that a later frame or a closing mark promises", promised_damaged),
    ("the last packet damaged, without a later promise", last_damaged),
    ("the last segment cut inside a frame, without a later promise", last_cut_inside),
    ("other bytes behind the end", bytes_behind_the_end),
    ("a preparation left unfinished", unfinished),
    ("the oldest segments deleted", oldest_deleted),
    (
        "a bit flipped where no checksum reaches: behind a header, or in a frame's padding",
        not_covered,
    ),
    ("a closing mark damaged", mark_damaged),
    ("the newest segments deleted, with all behind them", newest_deleted),
    ("the last growing segment cut at a frame's end, without a later promise", growing_cut_between),
    (
        "the last segment zeroed from a frame's beginning on, without a later promise",
        zeroed_from_a_frame,
    ),
    (
        "the first frame of the last recycled segment replaced by one of a segment dropped before",
        replaced_by_dropped,
    ),
];

/// The damages of one row: images of this log, and what recovery has to make of each.
pub(super) type Case = fn(&KnownLog) -> Vec<(Image, Outcome)>;

fn changed(log: &KnownLog, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Image {
    let mut image = log.image.clone();
    change(image.get_mut(name).unwrap());
    image
}

/// The segments that hold packets, oldest first.
fn filled(log: &KnownLog) -> Vec<String> {
    let mut names: Vec<String> = log.places.iter().map(|place| place.file.clone()).collect();
    names.dedup();
    names
}

fn segments(log: &KnownLog) -> Vec<String> {
    log.image.keys().filter(|name| name.starts_with("segment-")).cloned().collect()
}

fn last(log: &KnownLog) -> &Place {
    log.places.last().unwrap()
}

/// The places of the packets before the newest segment with packets.
fn before_the_last(log: &KnownLog) -> Vec<&Place> {
    log.places.iter().filter(|place| place.file != last(log).file).collect()
}

fn is_growing(log: &KnownLog) -> bool {
    log.options.space == Space::Growing
}

fn is_recycled(log: &KnownLog) -> bool {
    matches!(log.options.space, Space::Recycled { .. })
}

/// Whether the newest packet has a promise behind it.
fn is_promised(log: &KnownLog) -> bool {
    log.closed
}

fn all(images: impl IntoIterator<Item = Image>, outcome: Outcome) -> Vec<(Image, Outcome)> {
    images.into_iter().map(|image| (image, outcome)).collect()
}

fn header_flipped(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let flipped = |name: &String, at: usize| changed(log, name, |bytes| bytes[at] ^= 4);
    let names = segments(log);
    let images = names.iter().flat_map(|name| (0..64).step_by(9).map(move |at| flipped(name, at)));
    all(images, Outcome::Refused)
}

fn short_file(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let mut images = Vec::new();
    for name in segments(log) {
        let mut lengths = vec![0, 63, 64, 4095];
        if !is_growing(log) {
            lengths.push(log.image[&name].len() - 1);
        }
        images
            .extend(lengths.into_iter().map(|length| changed(log, &name, |b| b.truncate(length))));
    }
    all(images, Outcome::Refused)
}

fn cut_before_the_last(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let cut = |place: &&Place| changed(log, &place.file, |bytes| bytes.truncate(place.offset));
    all(before_the_last(log).iter().step_by(9).map(cut), Outcome::Refused)
}

fn zeroed_before_the_last(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let zeroed = |place: &&Place| changed(log, &place.file, |bytes| bytes[place.offset..].fill(0));
    all(before_the_last(log).iter().step_by(9).map(zeroed), Outcome::Refused)
}

fn without(log: &KnownLog, names: &[String]) -> Image {
    let kept = log.image.iter().filter(|(name, _)| !names.contains(name));
    kept.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
}

fn middle_deleted(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let names = filled(log);
    let middle = names.get(1..names.len() - 1).unwrap_or_default();
    let runs = (1..=middle.len()).flat_map(|length| middle.windows(length));
    all(runs.map(|run| without(log, run)), Outcome::Refused)
}

fn newest_filled_deleted(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let newest = last(log).file.clone();
    let prepared = segments(log).last() != Some(&newest);
    all(prepared.then(|| without(log, &[newest])), Outcome::Refused)
}

fn only_dropped_left(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let left = without(log, &segments(log));
    all((!left.is_empty()).then_some(left), Outcome::Refused)
}

fn newer_dropped(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let newer = filled(log).into_iter().skip(1).map(|name| {
        let mut image = log.image.clone();
        image.insert(name.replace("segment", "spare"), log.image[&name].clone());
        image
    });
    all(newer, Outcome::Refused)
}

fn pairs(log: &KnownLog) -> Vec<(String, String)> {
    let names = filled(log);
    names.windows(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

fn files_swapped(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let swapped = |(one, two): (String, String)| {
        let mut image = log.image.clone();
        image.insert(one.clone(), log.image[&two].clone());
        image.insert(two, log.image[&one].clone());
        image
    };
    all(pairs(log).into_iter().map(swapped), Outcome::Refused)
}

/// A segment's header with the frames of another.
fn body_of(log: &KnownLog, header: &str, body: &str) -> Vec<u8> {
    [&log.image[header][..4096], &log.image[body][4096..]].concat()
}

fn frames_swapped(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let swapped = |(one, two): (String, String)| {
        let mut image = log.image.clone();
        image.insert(one.clone(), body_of(log, &one, &two));
        image.insert(two.clone(), body_of(log, &two, &one));
        image
    };
    all(pairs(log).into_iter().map(swapped), Outcome::Refused)
}

fn file_copied(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let mut images = Vec::new();
    for (one, two) in pairs(log) {
        for (from, to) in [(&one, &two), (&two, &one), (&one, &"segment-000000ff.log".to_owned())] {
            let mut image = log.image.clone();
            image.insert(to.clone(), log.image[from].clone());
            images.push(image);
        }
    }
    all(images, Outcome::Refused)
}

fn frames_copied(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let copied = |(one, two): (String, String)| {
        let mut image = log.image.clone();
        image.insert(one.clone(), body_of(log, &one, &two));
        image
    };
    all(pairs(log).into_iter().map(copied), Outcome::Refused)
}

/// The first segment of another log with these options.
fn forged(log: &KnownLog) -> ForgedSegment {
    ForgedSegment {
        version: native_log::FORMAT_VERSION,
        generation: 1,
        segment_bytes: log.options.segment_bytes,
        space: 1,
        packet_bytes_max: log.options.packet_bytes_max,
        follows: 0,
    }
}

fn of_another_log(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let newest = filled(log).len() as u32 + 100;
    let foreign = ForgedSegment { generation: newest, ..forged(log) };
    let mut image = log.image.clone();
    image.insert(foreign.name(), foreign.header());
    all([image], Outcome::Refused)
}

/// One bit in each word of a packet's frame, padding left out.
fn flips<'log>(log: &'log KnownLog, place: &'log Place) -> impl Iterator<Item = Image> + 'log {
    let covered = place.offset..place.end - 7;
    let flipped = |at: usize| changed(log, &place.file, |bytes| bytes[at] ^= 1 << (at % 8));
    covered.step_by(13).map(flipped)
}

fn promised_damaged(log: &KnownLog) -> Vec<(Image, Outcome)> {
    // Each packet waited for is promised by the next one; the groups' last ones by a later group.
    let promised = if log.closed { log.acked } else { log.acked.saturating_sub(10) };
    let packets = log.places.iter().filter(|place| place.sequence <= promised);
    all(packets.step_by(31).flat_map(|place| flips(log, place)), Outcome::Refused)
}

fn last_damaged(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let images = (!is_promised(log)).then(|| flips(log, last(log)));
    all(images.into_iter().flatten(), Outcome::Reported)
}

fn last_cut_inside(log: &KnownLog) -> Vec<(Image, Outcome)> {
    if is_promised(log) {
        return Vec::new();
    }
    let place = last(log);
    let lengths = (place.offset + 1..place.end - 7).step_by(5);
    let cut = |length| changed(log, &place.file, |bytes| bytes.truncate(length));
    all(lengths.map(cut), if is_growing(log) { Outcome::Reported } else { Outcome::Refused })
}

/// Where the log's frames end in the newest segment with packets, a closing mark included.
fn end(log: &KnownLog) -> usize {
    last(log).end + if log.closed { 32 } else { 0 }
}

fn bytes_behind_the_end(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let name = &last(log).file;
    let with_byte = |at: usize| {
        changed(log, name, |bytes| {
            bytes.resize(bytes.len().max(at + 1), 0);
            bytes[at] ^= 0x10;
        })
    };
    let length = log.options.segment_bytes as usize;
    let page_end = (end(log) + 1).next_multiple_of(4096);
    let mut cases = Vec::new();
    for at in (end(log)..length).step_by(97) {
        let harmless = is_recycled(log) && at >= page_end && !was_zero_filled(log, name);
        cases.push((with_byte(at), if harmless { Outcome::Harmless } else { Outcome::Reported }));
    }
    cases
}

/// Whether a log that recycles had nothing to recycle when it made this segment.
fn was_zero_filled(log: &KnownLog, name: &str) -> bool {
    log.image[name][32] == 4
}

fn unfinished(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let mut image = log.image.clone();
    image.insert("preparing-00000077.tmp".to_owned(), vec![1; 100]);
    all([image], Outcome::Reported)
}

fn oldest_deleted(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let names = filled(log);
    all((1..names.len()).map(|count| without(log, &names[..count])), Outcome::Reported)
}

fn not_covered(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let flipped = |name: &str, at: usize| changed(log, name, |bytes| bytes[at] ^= 1);
    let names = segments(log);
    let mut images: Vec<Image> = names.iter().map(|name| flipped(name, 64)).collect();
    for place in log.places.iter().step_by(37) {
        let bytes = &log.image[&place.file];
        let payload = u32::from_le_bytes(bytes[place.offset + 4..][..4].try_into().unwrap());
        if payload % 8 != 0 {
            images.push(flipped(&place.file, place.end - 1));
        }
    }
    all(images, Outcome::Harmless)
}

fn mark_damaged(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let place = last(log);
    let flipped = |at| changed(log, &place.file, |bytes| bytes[place.end + at] ^= 2);
    let offsets = if log.closed { 0..32 } else { 0..0 };
    all(offsets.map(flipped), Outcome::Reported)
}

fn newest_deleted(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let (names, first_behind) = (segments(log), filled(log).len());
    let counts = 1..first_behind;
    all(counts.map(|kept| without(log, &names[kept..])), Outcome::NotNoticed)
}

/// The packets of the newest segment behind which nothing promises them once they are gone.
fn tail(log: &KnownLog) -> Vec<&Place> {
    let first = (log.first > 1).then(|| &log.places[0]);
    let in_last = log.places.iter().filter(|place| place.file == last(log).file);
    in_last.filter(|place| first.is_none_or(|first| first.sequence != place.sequence)).collect()
}

fn first_frame_lost(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let place = &log.places[0];
    let lost = || changed(log, &place.file, |bytes| bytes[place.offset..place.end].fill(0));
    let images = (log.first > 1).then(lost).into_iter();
    all(images.chain(mark_in_place_of_the_first(log)), Outcome::Refused)
}

/// The closing mark alone, where the newest segment is the only one left.
fn mark_in_place_of_the_first(log: &KnownLog) -> Option<Image> {
    let names = filled(log);
    let (newest, older) = names.split_last()?;
    if !log.closed || (log.first == 1 && older.is_empty()) {
        return None;
    }
    let mut image = without(log, older);
    let end = last(log).end;
    let bytes = image.get_mut(newest)?;
    bytes.copy_within(end..end + 32, 4096);
    bytes[4096 + 32..].fill(0);
    Some(image)
}

fn growing_cut_between(log: &KnownLog) -> Vec<(Image, Outcome)> {
    if !is_growing(log) {
        return Vec::new();
    }
    let cut = |place: &&Place| changed(log, &place.file, |bytes| bytes.truncate(place.offset));
    all(tail(log).iter().step_by(5).map(cut), Outcome::NotNoticed)
}

fn zeroed_from_a_frame(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let zeroed = |place: &&Place| changed(log, &place.file, |bytes| bytes[place.offset..].fill(0));
    let outcome = if is_growing(log) { Outcome::Reported } else { Outcome::NotNoticed };
    all(tail(log).iter().step_by(5).map(zeroed), outcome)
}

fn replaced_by_dropped(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let place = last(log);
    if log.image[&place.file][32] != 5 || tail(log).len() != 1 || log.closed {
        return Vec::new();
    }
    let log_id = u64::from_le_bytes(log.image[&place.file][16..24].try_into().unwrap());
    let old = forged(log).frame_of_log(log_id, 1, 0, &[9; 400]);
    let replaced = changed(log, &place.file, |bytes| {
        bytes[4096..].fill(0);
        bytes[4096..4096 + old.len()].copy_from_slice(&old);
    });
    all([replaced], Outcome::NotNoticed)
}

/// Where so many packets follow that a later one, in the copy, promises the first that is zeroed.
const PACKETS_BEHIND: usize = 8;

fn end_lost_beside_a_copy(log: &KnownLog) -> Vec<(Image, Outcome)> {
    let file = &last(log).file;
    let in_last: Vec<&Place> = log.places.iter().filter(|place| place.file == *file).collect();
    let dropped = log.image.keys().find(|name| name.starts_with("spare-"));
    let at = in_last.len().checked_sub(PACKETS_BEHIND).map(|at| in_last[at].offset);
    let (Some(dropped), Some(at)) = (dropped, at) else { return Vec::new() };
    if log.image[dropped].len() != log.image[file].len() {
        return Vec::new();
    }
    let mut image = changed(log, file, |bytes| bytes[at..].fill(0));
    let body = 4096;
    let copied = log.image[file][body..].to_vec();
    image.get_mut(dropped).unwrap()[body..].copy_from_slice(&copied);
    all([image], Outcome::Refused)
}
