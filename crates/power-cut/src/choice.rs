//! Which of the legal states at a point are tried: all of them where they are few, else those that find most, and
//! then random ones.

use std::collections::VecDeque;

use clap::ValueEnum;
use disk_model::{
    Dice, Fate, Hazards, InodeId, Metadata, SectorBytes, Tail, TornSector, Unit, UnitKind,
};
use serde::{Deserialize, Serialize};

use crate::point::Point;
use crate::witness::{Cut, Volatile};

/// What is taken for granted of a write that the power interrupts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Interrupted {
    /// Each sector that it covers is old or new.
    OldOrNew,
    /// Or holds anything where it was written.
    Garbage,
    /// Or holds anything in all of it: no powersafe overwrite.
    GarbageBeyond,
}

/// Up to this many units each subset is tried.
const EXHAUSTIVE_UNITS_MAX: usize = 12;

const ORDERED: Hazards = Hazards { metadata: Metadata::Ext4Ordered, ..Hazards::STRICT };

/// The devices and file systems that are tried in turn.
const PROFILES: [Hazards; 5] = [
    Hazards::STRICT,
    ORDERED,
    Hazards { sector: SectorBytes::B4096, ..Hazards::STRICT },
    Hazards { tail: Tail::Garbage, ..Hazards::STRICT },
    Hazards { sector: SectorBytes::B4096, ..ORDERED },
];

/// Beside them, where sectors may hold something else than old or new.
const fn garbage(torn: TornSector) -> [Hazards; 2] {
    let small = Hazards { torn, ..Hazards::STRICT };
    [small, Hazards { sector: SectorBytes::B4096, ..small }]
}

/// Cuts at one point, without end where it has many states.
#[derive(Debug)]
pub(crate) struct Choices {
    at: usize,
    turns: VecDeque<Fates>,
    has_volatile: bool,
    dice: Dice,
}

impl Choices {
    pub(crate) fn at(
        point: &Point,
        interrupted: Interrupted,
        has_volatile: bool,
        dice: Dice,
    ) -> Self {
        let torn = match interrupted {
            Interrupted::OldOrNew => None,
            Interrupted::Garbage => Some(TornSector::Garbage),
            Interrupted::GarbageBeyond => Some(TornSector::GarbageBeyond),
        };
        let profiles = PROFILES.into_iter().chain(torn.into_iter().flat_map(garbage));
        let turns = profiles.map(|hazards| Fates::of(hazards, point.disk.units(&hazards)));
        Self { at: point.at, turns: turns.collect(), has_volatile, dice }
    }
}

impl Iterator for Choices {
    type Item = Cut;

    fn next(&mut self) -> Option<Cut> {
        while let Some(mut turn) = self.turns.pop_front() {
            let Some(fates) = turn.next(&mut self.dice) else { continue };
            let hazards = turn.hazards;
            self.turns.push_back(turn);
            let volatile = match self.has_volatile && self.dice.coin() {
                true => Volatile::Stale,
                false => Volatile::Lost,
            };
            return Some(Cut { at: self.at, hazards, volatile, fates });
        }
        None
    }
}

/// The fates under one set of hazards.
#[derive(Debug)]
struct Fates {
    hazards: Hazards,
    units: Vec<Unit>,
    inodes: Vec<InodeId>,
    next: u64,
}

impl Fates {
    fn of(hazards: Hazards, units: Vec<Unit>) -> Self {
        let mut inodes: Vec<InodeId> = units.iter().filter_map(inode_of).collect();
        inodes.sort_unstable();
        inodes.dedup();
        Self { hazards, units, inodes, next: 0 }
    }

    fn next(&mut self, dice: &mut Dice) -> Option<Vec<Fate>> {
        let number = self.next;
        self.next += 1;
        let units = self.units.len();
        if units <= EXHAUSTIVE_UNITS_MAX {
            return (number < 1 << units).then(|| self.subset(number));
        }
        Some(self.heuristic(number, dice))
    }

    /// Every subset; the first keeps nothing, the second everything, the rest as in a Gray code's source.
    fn subset(&self, number: u64) -> Vec<Fate> {
        let all = (1_u64 << self.units.len()) - 1;
        let bits = match number {
            0 => 0,
            1 => all,
            other if other <= all => other - 1,
            other => other,
        };
        (0..self.units.len()).map(|unit| self.fate(bits >> unit & 1 == 1)).collect()
    }

    fn fate(&self, is_kept: bool) -> Fate {
        match (is_kept, self.hazards.torn) {
            (true, _) => Fate::Kept,
            (false, TornSector::OldOrNew) => Fate::Dropped,
            (false, TornSector::Garbage | TornSector::GarbageBeyond) => Fate::Garbage,
        }
    }

    /// Nothing, everything, each file alone or missing; from then on in turn one that is missing, one that is alone,
    /// a beginning, a beginning with one missing, and random ones.
    fn heuristic(&self, number: u64, dice: &mut Dice) -> Vec<Fate> {
        let files = self.inodes.len() as u64;
        match number {
            0 => self.each(|_, _| false),
            1 => self.each(|_, _| true),
            number if number - 2 < files => self.each(|_, unit| !self.is_of(unit, number - 2)),
            number if number - 2 < 2 * files => {
                self.each(|_, unit| self.is_of(unit, number - 2 - files))
            }
            number => self.random(number % 6, dice),
        }
    }

    fn random(&self, kind: u64, dice: &mut Dice) -> Vec<Fate> {
        let one = dice.below(self.units.len() as u64) as usize;
        let other = dice.below(self.units.len() as u64) as usize;
        let order = self.units[one].order;
        match kind {
            0 => self.each(|at, _| at != one),
            1 => self.each(|at, _| at == one),
            2 => self.each(|at, unit| unit.order < order || at == one),
            3 => self.each(|at, unit| unit.order <= order && at != other),
            4 => self.mixed(|_| 4, dice),
            _ => {
                let file = dice.below(self.inodes.len() as u64);
                self.mixed(|unit| if self.is_of(unit, file) { 1 } else { 7 }, dice)
            }
        }
    }

    /// Each unit is kept with so many chances in eight.
    fn mixed(&self, chances: impl Fn(&Unit) -> u64, dice: &mut Dice) -> Vec<Fate> {
        let fate = |unit: &Unit| match dice.below(8) < chances(unit) {
            true => Fate::Kept,
            false if dice.coin() => self.fate(false),
            false => Fate::Dropped,
        };
        self.units.iter().map(fate).collect()
    }

    fn each(&self, is_kept: impl Fn(usize, &Unit) -> bool) -> Vec<Fate> {
        let units = self.units.iter().enumerate();
        units.map(|(at, unit)| self.fate(is_kept(at, unit))).collect()
    }

    fn is_of(&self, unit: &Unit, file: u64) -> bool {
        inode_of(unit) == self.inodes.get(file as usize).copied()
    }
}

fn inode_of(unit: &Unit) -> Option<InodeId> {
    match unit.kind {
        UnitKind::Length { inode, .. } | UnitKind::Sector { inode, .. } => Some(inode),
        UnitKind::Created { .. } | UnitKind::Renamed { .. } | UnitKind::Unlinked { .. } => None,
    }
}
