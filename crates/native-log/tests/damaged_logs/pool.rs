//! Logs that are made once and damaged many times: every space, segments of one packet and of many,
//! short last ones, with and without a clean close, a prepared segment and dropped ones.

use std::num::NonZeroU32;
use std::sync::Arc;

use native_log::storage::{MemoryStorage, Storage};
use native_log::{Log, LogOptions, Sequence, Space};

use super::{Choices, Image};

/// A log's files never take more than this.
const IMAGE_BYTES_MAX: usize = 64 << 10;
const SPACES: [Space; 5] = [
    Space::Growing,
    Space::SetLen,
    Space::Fallocate,
    Space::ZeroFilled,
    Space::Recycled { spare_segments_max: NonZeroU32::new(2).expect("2 is not 0") },
];

/// Where a packet's frame lies.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) sequence: u64,
    pub(crate) file: String,
    pub(crate) offset: usize,
    pub(crate) end: usize,
}

/// A log whose packets are known; all of them were acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct KnownLog {
    pub(crate) name: String,
    pub(crate) options: LogOptions,
    pub(crate) image: Image,
    pub(crate) first: u64,
    pub(crate) acked: u64,
    pub(crate) places: Vec<Place>,
    /// It was closed once, at its end.
    pub(crate) closed: bool,
}

/// How a log of the pool is made.
#[derive(Clone, Copy, Debug)]
struct Recipe {
    space: Space,
    frames_bytes: u64,
    packet_bytes_max: u32,
    packets: u64,
    group: u64,
    ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Dropped,
    Closed,
    ClosedThenMore,
    Prepared,
}

/// The logs.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) logs: Vec<KnownLog>,
}

impl Pool {
    pub(crate) fn new() -> Self {
        let mut logs = Vec::new();
        for space in SPACES {
            for ending in
                [Ending::Dropped, Ending::Closed, Ending::ClosedThenMore, Ending::Prepared]
            {
                // Segments of one packet, of a few, of many; the last one is full or short, or ends
                // with a page.
                for (frames_bytes, packet_bytes_max, packets) in [
                    (576, 500, 7),
                    (1024, 300, 19),
                    (6144, 40, 420),
                    (8192, 200, 200),
                    (6144, 8, 312),
                    (8192, 96, 158),
                ] {
                    for group in [1, 5] {
                        let recipe = Recipe {
                            space,
                            frames_bytes,
                            packet_bytes_max,
                            packets,
                            group,
                            ending,
                        };
                        logs.push(make(recipe));
                    }
                }
            }
        }
        Self { logs }
    }

    pub(crate) fn choose(&self, choices: &mut Choices<'_>) -> &KnownLog {
        choices.one_of(&self.logs)
    }
}

/// The packet of this number: its length and bytes are its own.
pub(crate) fn packet(number: u64, packet_bytes_max: u32) -> Vec<u8> {
    let shortest = match packet_bytes_max {
        400.. => packet_bytes_max - 60,
        // Frames of 128 bytes, which end where pages do.
        96 => 96,
        _ => 8,
    };
    let spread = u64::from(packet_bytes_max - shortest + 1);
    let length = u64::from(shortest) + number.wrapping_mul(37) % spread;
    (0..length).map(|at| (number.wrapping_mul(131) ^ at.wrapping_mul(7)) as u8 | 1).collect()
}

fn open(memory: &MemoryStorage, options: LogOptions) -> Log {
    Log::open_on(Arc::new(memory.clone()), options).expect("the log is not damaged")
}

fn make(recipe: Recipe) -> KnownLog {
    let Recipe { space, frames_bytes, packet_bytes_max, packets, group, ending } = recipe;
    let options = LogOptions {
        segment_bytes: 4096 + frames_bytes,
        packet_bytes_max,
        group_bytes_max: 4096,
        space,
        ..LogOptions::growing_fdatasync()
    };
    let memory = MemoryStorage::new();
    let mut log = open(&memory, options);
    let recycles = matches!(space, Space::Recycled { .. });
    for number in 1..=packets {
        let sequence =
            log.append(&packet(number, packet_bytes_max), number as u32).expect("appends");
        if number % group == 0 {
            log.wait(sequence).expect("commits");
        }
        // Dropped segments are used again, and old frames lie in them.
        // Some still lie beside the log at its end.
        let again = group > 1 && number + 2 == packets;
        if recycles && (number == packets / 2 || again) {
            log.drop_before(Sequence::new(number - u64::from(!again))).expect("drops");
        }
        if ending == Ending::ClosedThenMore && number + 3 == packets {
            log.close().expect("closes");
            log = open(&memory, options);
        }
    }
    log.flush().expect("commits");
    let first = log.first().get();
    match ending {
        Ending::Closed => log.close().expect("closes"),
        Ending::Prepared => {
            log.wait_until_prepared().expect("prepares");
            drop(log);
        }
        Ending::Dropped | Ending::ClosedThenMore => drop(log),
    }
    let image = image_of(&memory);
    let bytes: usize = image.values().map(Vec::len).sum();
    assert!(bytes <= IMAGE_BYTES_MAX, "{recipe:?} takes {bytes} bytes");
    let places = places_in(&image);
    let sequences = places.iter().map(|place| place.sequence);
    assert!(sequences.eq(first..=packets), "{recipe:?}: the frames are not where they should be");
    let (name, closed) = (format!("{recipe:?}"), ending == Ending::Closed);
    KnownLog { name, options, image, first, acked: packets, places, closed }
}

/// A storage's files as they can be read.
pub(crate) fn image_of(memory: &MemoryStorage) -> Image {
    let names = memory.list().expect("memory can be listed");
    names.into_iter().filter_map(|name| Some((name.clone(), memory.file(&name)?))).collect()
}

/// The packets' places, found as FORMAT.md gives them.
fn places_in(image: &Image) -> Vec<Place> {
    let mut places = Vec::new();
    for (file, bytes) in image.iter().filter(|(name, _)| name.starts_with("segment-")) {
        let word = |at: usize| {
            let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
            word.map_or(0, u32::from_le_bytes)
        };
        let generation = word(12);
        let mut offset = 4096;
        while word(offset + 8) == generation {
            let payload_bytes = word(offset + 4) as usize;
            let end = offset + 32 + payload_bytes.next_multiple_of(8);
            let sequence = u64::from(word(offset + 16));
            if payload_bytes > 0 {
                places.push(Place { sequence, file: file.clone(), offset, end });
            }
            offset = end;
        }
    }
    places
}
