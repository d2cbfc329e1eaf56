//! A state that shows something, in a line of text from which it can be made again.

use std::fmt::{self, Display};
use std::str::FromStr;

use disk_model::{Disk, Fate, Hazards, Metadata, SectorBytes, Tail, TornSector};

use crate::error::Error;

/// How a state is come to: one cut, or a second one while the restart after the first goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The cut of the life, and that of the restart after it, if there is one.
    pub cuts: Vec<Cut>,
}

/// One cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// How many moments of the recording have happened.
    pub at: usize,
    /// What the device may do.
    pub hazards: Hazards,
    /// What becomes of files that no crash keeps.
    pub volatile: Volatile,
    /// The fates of the first units under these hazards; all others reached the disk.
    pub fates: Vec<Fate>,
}

/// What a restart finds of files that no crash keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Volatile {
    /// Nothing.
    Lost,
    /// What they held at the last ack.
    Stale,
}

impl Cut {
    /// How many units did not reach the disk as they were.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.fates.iter().filter(|fate| **fate != Fate::Kept).count()
    }

    /// The fate of the unit of this number.
    #[must_use]
    pub fn fate(&self, unit: usize) -> Fate {
        self.fates.get(unit).copied().unwrap_or(Fate::Kept)
    }

    /// The units of this fate.
    pub(crate) fn with(&self, fate: Fate) -> impl Iterator<Item = usize> {
        let units = self.fates.iter().enumerate();
        units.filter(move |(_, of)| **of == fate).map(|(unit, _)| unit)
    }

    /// What it leaves of a disk.
    pub(crate) fn of(&self, disk: &Disk) -> Disk {
        let mut unit = 0;
        disk.after_cut(&self.hazards, |_| {
            unit += 1;
            self.fate(unit - 1)
        })
    }
}

impl Display for Witness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cuts: Vec<String> = self.cuts.iter().map(Cut::to_string).collect();
        formatter.write_str(&cuts.join("+"))
    }
}

impl Display for Cut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hazards { sector, torn, metadata, tail } = self.hazards;
        let names = [
            name_of(&SECTORS, sector),
            name_of(&TORN, torn),
            name_of(&METADATA, metadata),
            name_of(&TAILS, tail),
            name_of(&VOLATILE, self.volatile),
        ];
        write!(formatter, "{}:{}", self.at, names.join("."))?;
        let of = |fate| numbers(&self.with(fate).collect::<Vec<_>>());
        write!(formatter, ":{}:{}", of(Fate::Dropped), of(Fate::Garbage))
    }
}

const SECTORS: [(&str, SectorBytes); 2] =
    [("512", SectorBytes::B512), ("4096", SectorBytes::B4096)];
const TORN: [(&str, TornSector); 3] = [
    ("old-or-new", TornSector::OldOrNew),
    ("garbage", TornSector::Garbage),
    ("garbage-beyond", TornSector::GarbageBeyond),
];
const METADATA: [(&str, Metadata); 2] =
    [("posix-strict", Metadata::PosixStrict), ("ext4-ordered", Metadata::Ext4Ordered)];
const TAILS: [(&str, Tail); 2] = [("zeros", Tail::Zeros), ("garbage", Tail::Garbage)];
const VOLATILE: [(&str, Volatile); 2] = [("lost", Volatile::Lost), ("stale", Volatile::Stale)];

fn name_of<T: Copy + PartialEq>(names: &[(&'static str, T)], value: T) -> &'static str {
    names.iter().find(|(_, of)| *of == value).map_or("", |(name, _)| name)
}

fn of_name<T: Copy>(names: &[(&'static str, T)], text: Option<&str>) -> Option<T> {
    names.iter().find(|(name, _)| Some(*name) == text).map(|(_, of)| *of)
}

/// `3,5-9`.
fn numbers(of: &[usize]) -> String {
    let runs = of.chunk_by(|one, next| one + 1 == *next);
    let texts = runs.map(|run| match run {
        [one] => one.to_string(),
        run => format!("{}-{}", run[0], run[run.len() - 1]),
    });
    texts.collect::<Vec<_>>().join(",")
}

fn of_numbers(text: &str) -> Option<Vec<usize>> {
    let mut all = Vec::new();
    for run in text.split(',').filter(|run| !run.is_empty()) {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        // More units than a recording could have would only use up memory.
        (last < UNITS_MAX).then_some(())?;
        all.extend(first..=last);
    }
    Some(all)
}

const UNITS_MAX: usize = 1 << 20;

impl FromStr for Witness {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let cuts: Option<Vec<Cut>> = text.split('+').map(cut_of).collect();
        let cuts = cuts.filter(|cuts| cuts.len() <= 2).ok_or_else(|| Error::Witness {
            text: text.to_owned(),
            expected: "MOMENT:HAZARDS:DROPPED:GARBAGE, once or twice".to_owned(),
        })?;
        Ok(Self { cuts })
    }
}

fn cut_of(text: &str) -> Option<Cut> {
    let mut parts = text.split(':');
    let at = parts.next()?.parse().ok()?;
    let mut names = parts.next()?.split('.');
    let hazards = Hazards {
        sector: of_name(&SECTORS, names.next())?,
        torn: of_name(&TORN, names.next())?,
        metadata: of_name(&METADATA, names.next())?,
        tail: of_name(&TAILS, names.next())?,
    };
    let volatile = of_name(&VOLATILE, names.next())?;
    let mut fates = Vec::new();
    for fate in [Fate::Dropped, Fate::Garbage] {
        for unit in of_numbers(parts.next()?)? {
            fates.resize(fates.len().max(unit + 1), Fate::Kept);
            fates[unit] = fate;
        }
    }
    let is_whole = parts.next().is_none() && names.next().is_none();
    is_whole.then_some(Cut { at, hazards, volatile, fates })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_is_read_as_it_was_written() {
        for text in [
            "57:512.old-or-new.posix-strict.zeros.lost:3,5-9:",
            "0:4096.garbage.ext4-ordered.garbage.stale::1+12:512.garbage-beyond.posix-strict.zeros.lost:0:",
        ] {
            assert_eq!(text.parse::<Witness>().unwrap().to_string(), text);
        }
        for wrong in ["", "57", "57:512.old-or-new.posix-strict.zeros:3:", "a:b:c:d", "1+2+3"] {
            let error = wrong.parse::<Witness>().unwrap_err().to_string();
            assert!(error.contains("expected MOMENT:HAZARDS"), "{error}");
        }
    }
}
