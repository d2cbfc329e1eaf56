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
    pending: Vec<Pending>,
    /// Changes that a failed sync has taken for clean.
    lost: Vec<Pending>,
    failed_sync: FailedSync,
    /// Changes so far.
    order: u64,
    /// Metadata up to this change is durable where a sync of anything makes it so.
    ordered_sync: u64,
}

/// What a failed sync does to changes that it should have made durable. Either way they can be read
/// until the power goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailedSync {
    /// They wait for the next sync.
    #[default]
    KeepsPending,
    /// They are taken for clean, as ext4 and XFS do it: no sync writes them, unless their page is
    /// written to again. A directory is one page.
    MarksClean,
}

#[derive(Clone, Debug)]
struct Pending {
    order: u64,
    change: EntryChange,
}

#[derive(Clone, Debug)]
enum EntryChange {
    Create { name: Arc<str>, inode: InodeId },
    Rename { from: Arc<str>, to: Arc<str>, inode: InodeId },
    Unlink { name: Arc<str> },
}

impl Disk {
    /// An empty directory in which failed syncs do this.
    #[must_use]
    pub fn with_failed_syncs(failed_sync: FailedSync) -> Self {
        Self { failed_sync, ..Self::default() }
    }

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
                self.change_entry(EntryChange::Create { name: Arc::clone(name), inode: *inode });
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
                    self.change_entry(EntryChange::Rename { from, to, inode });
                }
            }
            Event::Unlink { name } => {
                self.change_entry(EntryChange::Unlink { name: Arc::clone(name) });
            }
            Event::SyncDirectory { directory } => {
                self.ordered_sync = self.order;
                let is_synced = |pending: &mut Pending| pending.change.directory() == &**directory;
                for Pending { change, .. } in self.pending.extract_if(.., is_synced) {
                    change.apply(&mut self.synced_entries);
                }
            }
            Event::SyncLost { inode } => self.with(*inode, Inode::lose_pending),
            Event::SyncDirectoryLost { directory } => {
                let is_lost = |pending: &mut Pending| pending.change.directory() == &**directory;
                self.lost.extend(self.pending.extract_if(.., is_lost));
            }
        }
    }

    /// Whether a failed sync takes changes for clean.
    #[must_use]
    pub fn marks_clean(&self) -> bool {
        self.failed_sync == FailedSync::MarksClean
    }

    /// A sync of this file has failed.
    pub fn sync_failed(&mut self, inode: InodeId) {
        if self.marks_clean() {
            self.with(inode, Inode::lose_pending);
        }
    }

    /// A sync of the directory has failed.
    pub fn directory_sync_failed(&mut self) {
        if self.marks_clean() {
            self.lost.append(&mut self.pending);
        }
    }

    /// The parts of what waits for a sync whose fates a cut decides: those of the names, then those of each file
    /// that can have a name afterwards, each in the order in which they were made.
    #[must_use]
    pub fn units(&self, hazards: &Hazards) -> Vec<Unit> {
        let entries = self
            .pending
            .iter()
            .map(|pending| Unit { order: pending.order, kind: pending.change.unit() });
        let mut units: Vec<Unit> = entries.collect();
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
                pending.change.apply(&mut entries);
            }
        }
        let mut inodes = vec![Inode::default(); self.inodes.len()];
        for inode in self.reachable() {
            if let Some(file) = self.inodes.get(inode.0) {
                inodes[inode.0] = file.after_cut(&cut, &mut fates);
            }
        }
        let synced_entries = entries.clone();
        Self { inodes, synced_entries, entries, failed_sync: self.failed_sync, ..Self::default() }
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
        let pending = self.pending.iter().filter_map(|pending| pending.change.inode());
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

    fn change_entry(&mut self, change: EntryChange) {
        let order = self.next_order();
        change.apply(&mut self.entries);
        // The directory is one page: a change to it has all of it written.
        self.pending.splice(0..0, self.lost.drain(..));
        self.pending.push(Pending { order, change });
    }
}

impl EntryChange {
    fn apply(&self, entries: &mut BTreeMap<Arc<str>, InodeId>) {
        match self {
            Self::Create { name, inode } => {
                entries.insert(Arc::clone(name), *inode);
            }
            Self::Rename { from, to, inode } => {
                entries.remove(from);
                entries.insert(Arc::clone(to), *inode);
            }
            Self::Unlink { name } => {
                entries.remove(name);
            }
        }
    }

    /// The directory that it is a change of. No name moves to another one.
    fn directory(&self) -> &str {
        let (Self::Create { name, .. } | Self::Rename { from: name, .. } | Self::Unlink { name }) =
            self;
        name.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    fn inode(&self) -> Option<InodeId> {
        match self {
            Self::Create { inode, .. } | Self::Rename { inode, .. } => Some(*inode),
            Self::Unlink { .. } => None,
        }
    }

    fn unit(&self) -> UnitKind {
        match self {
            Self::Create { name, .. } => UnitKind::Created { name: Arc::clone(name) },
            Self::Rename { from, to, .. } => {
                UnitKind::Renamed { from: Arc::clone(from), to: Arc::clone(to) }
            }
            Self::Unlink { name } => UnitKind::Unlinked { name: Arc::clone(name) },
        }
    }
}
