//! One file: its bytes now, its bytes at the last sync, and what happened in between.

use std::sync::Arc;

use crate::cut::{Fate, Unit, UnitKind};
use crate::dice::Dice;
use crate::event::InodeId;
use crate::hazards::{Hazards, Metadata, Tail, TornSector};

/// Files are cached, and written back, in units of this.
const PAGE_BYTES: usize = 4096;

#[derive(Clone, Debug, Default)]
pub(crate) struct Inode {
    /// Shared with the copies of a disk, of which there may be one for each moment of a life.
    pub(crate) bytes: Arc<Vec<u8>>,
    synced: Arc<Vec<u8>>,
    pending: Vec<Pending>,
    /// A failed sync has taken changes for clean: the cache holds pages that the device may lack.
    has_lost: bool,
}

#[derive(Clone, Debug)]
struct Pending {
    order: u64,
    /// The length at that time, if the change altered it.
    length: Option<usize>,
    /// What was written, unless only the length changed.
    write: Option<(usize, Arc<[u8]>)>,
}

/// What the fates of a cut are read with.
pub(crate) struct Cut<'a> {
    pub(crate) hazards: &'a Hazards,
    /// Metadata up to this order is durable in any case.
    pub(crate) metadata_kept_through: u64,
    /// Metadata beyond that, from this order on, is lost in any case.
    pub(crate) metadata_lost_from: u64,
}

impl Inode {
    pub(crate) fn of_synced(bytes: Vec<u8>) -> Self {
        let bytes = Arc::new(bytes);
        Self { synced: Arc::clone(&bytes), bytes, ..Self::default() }
    }

    pub(crate) fn write(&mut self, order: u64, offset: usize, bytes: &Arc<[u8]>) {
        let end = offset + bytes.len();
        let grows = end > self.bytes.len();
        overwrite(Arc::make_mut(&mut self.bytes), offset, bytes);
        let write =
            if self.has_lost { self.whole_pages(offset, end) } else { (offset, Arc::clone(bytes)) };
        let length = grows.then_some(end);
        self.pending.push(Pending { order, length, write: Some(write) });
    }

    pub(crate) fn set_len(&mut self, order: u64, length: usize) {
        Arc::make_mut(&mut self.bytes).resize(length, 0);
        self.pending.push(Pending { order, length: Some(length), write: None });
    }

    /// What is written back for a write from `from` to `to` beside pages that the device may lack.
    fn whole_pages(&self, from: usize, to: usize) -> (usize, Arc<[u8]>) {
        let offset = from / PAGE_BYTES * PAGE_BYTES;
        let end = to.next_multiple_of(PAGE_BYTES).min(self.bytes.len());
        (offset, self.bytes[offset..end].into())
    }

    pub(crate) fn sync(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let synced = Arc::make_mut(&mut self.synced);
        for change in self.pending.drain(..) {
            match (change.write, change.length) {
                (Some((offset, bytes)), _) => overwrite(synced, offset, &bytes),
                (None, Some(length)) => synced.resize(length, 0),
                (None, None) => {}
            }
        }
    }

    /// A failed sync took what was pending for clean: no sync writes it, unless its page is written to again.
    pub(crate) fn lose_pending(&mut self) {
        self.has_lost |= !self.pending.is_empty();
        self.pending.clear();
    }

    pub(crate) fn units(&self, inode: InodeId, hazards: &Hazards, units: &mut Vec<Unit>) {
        for change in &self.pending {
            let order = change.order;
            if let Some(length) = change.length {
                units.push(Unit { order, kind: UnitKind::Length { inode, length } });
            }
            if let Some((offset, bytes)) = &change.write {
                for (from, to) in sectors(*offset, bytes.len(), hazards) {
                    units.push(Unit { order, kind: UnitKind::Sector { inode, from, to } });
                }
            }
        }
    }

    /// What is left when each unit, in the order of [`units`](Self::units), has its fate.
    pub(crate) fn after_cut(&self, cut: &Cut<'_>, fates: &mut dyn Iterator<Item = Fate>) -> Self {
        if self.pending.is_empty() {
            return Self {
                bytes: Arc::clone(&self.synced),
                synced: Arc::clone(&self.synced),
                ..Self::default()
            };
        }
        let mut file = Remains::of(self.synced.to_vec());
        for change in &self.pending {
            let length_kept =
                change.length.is_some_and(|_| cut.keeps_metadata(change.order, next(fates)));
            match (&change.write, change.length) {
                (Some((offset, bytes)), grown) => {
                    if grown.is_some() {
                        file.grow(cut, change.order, offset + bytes.len(), length_kept);
                    }
                    let has_all = cut.is_ordered() && grown.is_some() && length_kept;
                    file.write(cut, change.order, (*offset, bytes), has_all, fates);
                }
                (None, Some(length)) => file.set_len(cut, length, length_kept),
                (None, None) => {}
            }
        }
        Self::of_synced(file.bytes)
    }
}

impl Cut<'_> {
    pub(crate) fn keeps_metadata(&self, order: u64, fate: Fate) -> bool {
        order <= self.metadata_kept_through
            || (fate == Fate::Kept && order < self.metadata_lost_from)
    }

    fn is_ordered(&self) -> bool {
        self.hazards.metadata == Metadata::Ext4Ordered
    }
}

/// A file while it is made of what a cut leaves.
struct Remains {
    bytes: Vec<u8>,
    /// The length as the program saw it at that moment.
    length_seen: usize,
    /// Where an ordered file system has lost a change of length, what was written beyond lies in blocks that nothing
    /// leads to, even where an older length still covers it.
    readable: usize,
}

impl Remains {
    fn of(bytes: Vec<u8>) -> Self {
        let length_seen = bytes.len();
        Self { bytes, length_seen, readable: usize::MAX }
    }

    fn see(&mut self, cut: &Cut<'_>, length: usize, is_kept: bool) {
        if cut.is_ordered() && !is_kept {
            self.readable = self.readable.min(length).min(self.length_seen);
        }
        self.length_seen = length;
    }

    fn set_len(&mut self, cut: &Cut<'_>, length: usize, is_kept: bool) {
        self.see(cut, length, is_kept);
        if is_kept {
            self.bytes.resize(length, 0);
        }
    }

    fn grow(&mut self, cut: &Cut<'_>, order: u64, length: usize, is_kept: bool) {
        self.see(cut, length, is_kept);
        let from = self.bytes.len();
        if !is_kept || length <= from {
            return;
        }
        self.bytes.resize(length, 0);
        if cut.hazards.tail == Tail::Garbage {
            fill(&mut self.bytes[from..], order);
        }
    }

    /// With `has_all` the data is there in any case, because a length that comes after it is.
    fn write(
        &mut self,
        cut: &Cut<'_>,
        order: u64,
        (offset, bytes): (usize, &[u8]),
        has_all: bool,
        fates: &mut dyn Iterator<Item = Fate>,
    ) {
        for (from, to) in sectors(offset, bytes.len(), cut.hazards) {
            let fate = next(fates);
            let fate = if has_all { Fate::Kept } else { fate };
            let to = to.min(self.readable);
            if from >= to {
                continue;
            }
            match fate {
                Fate::Kept => overwrite(&mut self.bytes, from, &bytes[from - offset..to - offset]),
                Fate::Garbage => self.scramble(cut.hazards, order, from, to),
                Fate::Dropped => {}
            }
        }
    }

    fn scramble(&mut self, hazards: &Hazards, order: u64, from: usize, to: usize) {
        let sector = hazards.sector.bytes();
        let (from, to) = match hazards.torn {
            TornSector::OldOrNew => return,
            TornSector::Garbage => (from, to),
            TornSector::GarbageBeyond => (from / sector * sector, to.next_multiple_of(sector)),
        };
        let to = to.min(self.bytes.len());
        if from < to {
            fill(&mut self.bytes[from..to], order);
        }
    }
}

fn next(fates: &mut dyn Iterator<Item = Fate>) -> Fate {
    fates.next().unwrap_or(Fate::Dropped)
}

/// Bytes that nobody wrote, the same for the same change.
fn fill(bytes: &mut [u8], order: u64) {
    let mut dice = Dice::new(order);
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&dice.throw().to_le_bytes()[..chunk.len()]);
    }
}

fn sectors(
    offset: usize,
    length: usize,
    hazards: &Hazards,
) -> impl Iterator<Item = (usize, usize)> {
    let sector = hazards.sector.bytes();
    let end = offset + length;
    let mut from = offset;
    std::iter::from_fn(move || {
        (from < end).then(|| {
            let to = (from / sector + 1).saturating_mul(sector).min(end);
            (std::mem::replace(&mut from, to), to)
        })
    })
}

fn overwrite(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if end > file.len() {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(bytes);
}
