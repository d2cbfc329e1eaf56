//! What a restart found, judged against what was acknowledged.

use serde::{Deserialize, Serialize};

use crate::recording::Told;

/// What must be found after a crash, and what may.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Packets up to this one were acknowledged.
    pub acked: u64,
    /// Packets up to this one may have gone, because nobody needs them any more.
    pub released: u64,
    /// The last packet of each life that may be there, oldest life first.
    pub attempted: Vec<u64>,
    /// How many packets of the first life the restart found, once packets of a second one may follow.
    pub survived: Option<u64>,
    /// How many records each packet has.
    pub records_of: fn(u64) -> u32,
}

impl Expected {
    /// Takes what a life tells of its packets.
    pub(crate) fn hear(&mut self, told: Told) {
        let (last, packet) = match told {
            Told::Begun(packet) => (self.attempted.last_mut(), packet),
            Told::Acked(through) => (Some(&mut self.acked), through),
            Told::Released(through) => (Some(&mut self.released), through),
        };
        if let Some(last) = last {
            *last = packet.max(*last);
        }
    }

    /// What must be found when a restart that found `survived` packets is cut itself.
    pub(crate) fn of_second_life(&self, survived: u64) -> Self {
        let mut second = self.clone();
        // What the first cut took is judged there.
        second.acked = self.acked.min(survived);
        second.attempted.push(0);
        second.survived = Some(survived);
        second
    }
}

/// One record that a restart found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundRecord {
    /// The packet that it says it belongs to, counted from 1.
    pub packet: u64,
    /// Its place in that packet, counted from 0.
    pub place: u32,
    /// The life in which it says it was written: 0 before the crash, 1 after.
    pub life: u32,
    /// Whether its content is what that packet of that life had at that place.
    pub intact: bool,
}

impl FoundRecord {
    /// A number that tells where a record belongs.
    #[must_use]
    pub fn number(packet: u64, life: u32, place: u32) -> u64 {
        packet << 24 | u64::from(life) << 16 | u64::from(place)
    }

    /// The record that has such a number, if `is_intact` in this packet, life and place.
    pub fn numbered(number: u64, is_intact: impl FnOnce(u64, u32, u32) -> bool) -> Self {
        let (packet, life) = (number >> 24, (number >> 16) as u32 & 0xff);
        let place = number as u32 & 0xffff;
        Self { packet, place, life, intact: is_intact(packet, life, place) }
    }
}

/// What a restart met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The records, in any order.
    pub records: Vec<FoundRecord>,
    /// What the store's own check complained of.
    pub complaint: Option<String>,
    /// Why the store could not be opened or read.
    pub refused: Option<String>,
    /// Why it took no new packets.
    pub stuck: Option<String>,
}

/// The worst that a state shows, from the best on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// All that was acknowledged is there.
    Durable,
    /// The last packets that were acknowledged are gone; what is there is a prefix of what was handed in.
    LosesAcked,
    /// A packet is there without an earlier one, or in part.
    BreaksPrefix,
    /// The store opens and takes no new packets.
    TakesNoPackets,
    /// There are records that nobody wrote, or the store finds itself damaged.
    Corrupt,
    /// The store does not open, or cannot be read.
    Unopenable,
}

impl Class {
    /// In words, for a table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::LosesAcked => "loses acked packets",
            Self::BreaksPrefix => "breaks the prefix",
            Self::TakesNoPackets => "takes no new packets",
            Self::Corrupt => "corrupt",
            Self::Unopenable => "unopenable",
        }
    }
}

/// The judgement of one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The worst that it shows.
    pub class: Class,
    /// How many acknowledged packets are not there as a whole.
    pub lost: u64,
    /// How many packets are there from the first one on, before any gap.
    pub prefix: u64,
    /// What is wrong, in words.
    pub why: String,
}

/// Judges what a restart found.
#[must_use]
pub fn judge(found: &Found, expected: &Expected) -> Judgement {
    let packets = Packets::of(&found.records, expected);
    let lost = packets.lost(expected);
    let gone =
        (lost > 0).then(|| format!("{lost} of {} acknowledged packets are gone", expected.acked));
    let wrong = [
        (Class::Unopenable, &found.refused),
        (Class::Corrupt, &found.complaint),
        (Class::Corrupt, &packets.never_written),
        (Class::TakesNoPackets, &found.stuck),
        (Class::BreaksPrefix, &packets.gap),
        (Class::LosesAcked, &gone),
    ];
    let worst = wrong.into_iter().find_map(|(class, why)| Some((class, why.clone()?)));
    let (class, why) = worst.unwrap_or((Class::Durable, String::new()));
    Judgement { class, lost, prefix: packets.prefix, why }
}

/// The records, sorted into packets.
struct Packets {
    /// The packets that are whole, in order, each with its life.
    whole: Vec<(u64, u32)>,
    prefix: u64,
    never_written: Option<String>,
    gap: Option<String>,
}

impl Packets {
    fn of(records: &[FoundRecord], expected: &Expected) -> Self {
        let mut records = records.to_vec();
        records.sort_unstable();
        let mut packets =
            Self { whole: Vec::new(), prefix: expected.released, never_written: None, gap: None };
        for of_one in records.chunk_by(|one, next| one.packet == next.packet) {
            packets.take(of_one, expected);
        }
        packets.look_for_gaps(expected);
        packets
    }

    fn take(&mut self, records: &[FoundRecord], expected: &Expected) {
        let (packet, life) = (records[0].packet, records[0].life);
        let last = expected.attempted.get(life as usize).copied().unwrap_or(0);
        if packet == 0 || packet > last {
            let why = format!("packet {packet} of life {life} is there, which was never handed in");
            self.never_written.get_or_insert(why);
        } else if let Some(altered) = records.iter().find(|record| !record.intact) {
            let place = altered.place;
            let why = format!("record {place} of packet {packet} is not as it was written");
            self.never_written.get_or_insert(why);
        } else if records.iter().any(|record| record.life != life) {
            let why = format!("packet {packet} is mixed of two lives");
            self.never_written.get_or_insert(why);
        } else if packet <= expected.released {
            // It may have gone, in part too.
        } else if !records.iter().map(|record| record.place).eq(0..(expected.records_of)(packet)) {
            let (got, of) = (records.len(), (expected.records_of)(packet));
            let why = format!("{got} of {of} records of packet {packet} are there");
            self.gap.get_or_insert(why);
        } else {
            self.whole.push((packet, life));
        }
    }

    fn look_for_gaps(&mut self, expected: &Expected) {
        let needed = self.whole.iter().filter(|(packet, _)| *packet > expected.released);
        let mut life_before = 0;
        for (&(packet, life), next) in needed.zip(expected.released + 1..) {
            if packet != next {
                let why = format!("packet {packet} is there, packet {next} is not");
                self.gap.get_or_insert(why);
                break;
            }
            let begins_a_life = life > life_before && expected.survived == Some(packet - 1);
            if life != life_before && !begins_a_life {
                let why =
                    format!("packet {packet} of life {life} follows one of life {life_before}");
                self.never_written.get_or_insert(why);
            }
            life_before = life;
            self.prefix = packet;
        }
    }

    fn lost(&self, expected: &Expected) -> u64 {
        let needed = expected.acked.saturating_sub(expected.released);
        let is_needed = |packet: u64| packet > expected.released && packet <= expected.acked;
        let there = self.whole.iter().filter(|(packet, _)| is_needed(*packet)).count();
        needed - there as u64
    }
}
