//! The directory: its files, its names, and what of both a cut may take.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cut::{Fate, Unit, UnitKind};
use crate::event::{Event, InodeId};
use crate::hazards::{Hazards, Metadata};
use crate::inode::{Cut, Inode};

/// A directory of files, as its program sees it, and what of that is durable.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    inodes: Vec<Inode>,
    entries: BTreeMap<Arc<str>, InodeId>,
    synced_entries: BTreeMap<Arc<str>, InodeId>,
    /// Changes of names that wait for a sync of their directory.
    pending: Vec<Unit>,
    /// Those that a failed sync has taken for clean.
    lost: Vec<Unit>,
    /// Changes so far.
    order: u64,
    /// Metadata up to this change is durable where a sync of anything makes it so.
    ordered_sync: u64,
}

impl Disk {
    /// The id of the next file that is created.
    #[must_use]
    pub fn next_inode(&self) -> InodeId {
        InodeId(self.inodes.len())
    }

    /// The file that has this name.
    #[must_use]
    pub fn inode_of(&self, name: &str) -> Option<InodeId> {
        self.entries.get(name).copied()
    }

    /// A file's bytes, if there is one of that name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.inode_of(name).and_then(|inode| self.bytes(inode))
    }

    /// A file's bytes, whatever its names.
    #[must_use]
    pub fn bytes(&self, inode: InodeId) -> Option<&[u8]> {
        self.inodes.get(inode.0).map(|inode| inode.bytes.as_slice())
    }

    /// All names and what they denote, in the order of names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let bytes = |inode| self.bytes(inode).unwrap_or_default();
        self.entries.iter().map(move |(name, inode)| (name.as_ref(), bytes(*inode)))
    }

    /// Puts a file in place of whatever has that name, durable at once.
    pub fn put_file(&mut self, name: &str, bytes: Vec<u8>) -> InodeId {
        let inode = self.next_inode();
        self.inodes.push(Inode::of_synced(bytes));
        self.entries.insert(name.into(), inode);
        self.synced_entries.insert(name.into(), inode);
        inode
    }

    /// Takes an event. One of a name or a file that is not there changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Create { name, inode } => {
                self.inodes.resize_with(self.inodes.len().max(inode.0 + 1), Inode::default);
                self.change_name(UnitKind::Created { name: Arc::clone(name), inode: *inode });
            }
            Event::Write { inode, offset, bytes } => {
                let order = self.next_order();
                self.with(*inode, |file| file.write(order, *offset, bytes));
            }
            Event::SetLen { inode, length } => {
                let order = self.next_order();
                self.with(*inode, |file| file.set_len(order, *length));
            }
            Event::Sync { inode } => {
                self.ordered_sync = self.order;
                self.with(*inode, Inode::sync);
            }
            Event::Rename { from, to } => {
                if let Some(&inode) = self.entries.get(from) {
                    let (from, to) = (Arc::clone(from), Arc::clone(to));
                    self.change_name(UnitKind::Renamed { from, to, inode });
                }
            }
            Event::Unlink { name } => {
                self.change_name(UnitKind::Unlinked { name: Arc::clone(name) });
            }
            Event::SyncDirectory { directory } => {
                self.ordered_sync = self.order;
                let is_synced = |pending: &mut Unit| pending.kind.directory() == &**directory;
                for Unit { kind, .. } in self.pending.extract_if(.., is_synced) {
                    kind.apply(&mut self.synced_entries);
                }
            }
            Event::SyncLost { inode } => self.with(*inode, Inode::lose_pending),
            Event::SyncDirectoryLost { directory } => {
                let is_lost = |pending: &mut Unit| pending.kind.directory() == &**directory;
                self.lost.extend(self.pending.extract_if(.., is_lost));
            }
        }
    }

    /// The parts of what waits for a sync whose fates a cut decides: those of the names, then those of each file
    /// that can have a name afterwards, each in the order in which they were made.
    #[must_use]
    pub fn units(&self, hazards: &Hazards) -> Vec<Unit> {
        let mut units = self.pending.clone();
        for inode in self.reachable() {
            if let Some(file) = self.inodes.get(inode.0) {
                file.units(inode, hazards, &mut units);
            }
        }
        units
    }

    /// What is left when the power comes back, all of it durable. `fate` is asked once for each of the
    /// [`units`](Self::units), in their order. Where the hazards know an order, a fate that contradicts it counts as
    /// the nearest one that does not.
    #[must_use]
    pub fn after_cut(&self, hazards: &Hazards, fate: impl FnMut(&Unit) -> Fate) -> Self {
        let units = self.units(hazards);
        let fates: Vec<Fate> = units.iter().map(fate).collect();
        let cut = self.cut(hazards, &units, &fates);
        let mut fates = fates.into_iter();
        let mut entries = self.synced_entries.clone();
        for (pending, fate) in self.pending.iter().zip(&mut fates) {
            if cut.keeps_metadata(pending.order, fate) {
                pending.kind.apply(&mut entries);
            }
        }
        let mut inodes = vec![Inode::default(); self.inodes.len()];
        for inode in self.reachable() {
            if let Some(file) = self.inodes.get(inode.0) {
                inodes[inode.0] = file.after_cut(&cut, &mut fates);
            }
        }
        let synced_entries = entries.clone();
        Self { inodes, synced_entries, entries, ..Self::default() }
    }

    fn cut<'a>(&self, hazards: &'a Hazards, units: &[Unit], fates: &[Fate]) -> Cut<'a> {
        if hazards.metadata == Metadata::PosixStrict {
            return Cut { hazards, metadata_kept_through: 0, metadata_lost_from: u64::MAX };
        }
        let kept_through = self.ordered_sync;
        let lost = units.iter().zip(fates).filter(|(unit, fate)| {
            !unit.kind.is_data() && unit.order > kept_through && **fate != Fate::Kept
        });
        let metadata_lost_from = lost.map(|(unit, _)| unit.order).min().unwrap_or(u64::MAX);
        Cut { hazards, metadata_kept_through: kept_through, metadata_lost_from }
    }

    /// The files that can have a name after a cut.
    fn reachable(&self) -> BTreeSet<InodeId> {
        let pending = self.pending.iter().filter_map(|pending| pending.kind.named());
        self.synced_entries.values().copied().chain(pending).collect()
    }

    fn with(&mut self, inode: InodeId, change: impl FnOnce(&mut Inode)) {
        if let Some(file) = self.inodes.get_mut(inode.0) {
            change(file);
        }
    }

    fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    fn change_name(&mut self, kind: UnitKind) {
        let order = self.next_order();
        kind.apply(&mut self.entries);
        // The directory is one page: a change to it has all of it written.
        self.pending.splice(0..0, self.lost.drain(..));
        self.pending.push(Unit { order, kind });
    }
}

impl UnitKind {
    /// Changes names; of no effect where it changes none.
    fn apply(&self, entries: &mut BTreeMap<Arc<str>, InodeId>) {
        match self {
            Self::Created { name, inode } => {
                entries.insert(Arc::clone(name), *inode);
            }
            Self::Renamed { from, to, inode } => {
                entries.remove(from);
                entries.insert(Arc::clone(to), *inode);
            }
            Self::Unlinked { name } => {
                entries.remove(name);
            }
            Self::Length { .. } | Self::Sector { .. } => {}
        }
    }

    /// The directory whose names it changes. No name moves to another one.
    fn directory(&self) -> &str {
        let (Self::Created { name, .. }
        | Self::Renamed { from: name, .. }
        | Self::Unlinked { name }) = self
        else {
            return "";
        };
        name.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// The file that gets a name.
    fn named(&self) -> Option<InodeId> {
        match self {
            Self::Created { inode, .. } | Self::Renamed { inode, .. } => Some(*inode),
            Self::Unlinked { .. } | Self::Length { .. } | Self::Sector { .. } => None,
        }
    }
}
