//! Everything that a life did to its storage, and what it acknowledged meanwhile, in one order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use disk_model::{Disk, Event, InodeId};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Operation, Outcome};

/// What a life is doing: the kind of moment at which a crash is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Opening a store that was closed in order.
    Opening,
    /// Opening what a crash left.
    Recovering,
    /// Handing packets in until they are acknowledged.
    Committing,
    /// Copying a write-ahead log into its database.
    Checkpointing,
    /// Letting go of old packets and their space.
    Dropping,
    /// Closing in order.
    Closing,
}

/// One moment of a life.
#[derive(Clone, Debug)]
pub struct Moment {
    /// What was going on.
    pub phase: Phase,
    /// What happened.
    pub what: Happening,
}

/// What happens in a life.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Something was done to the storage.
    Storage(Event),
    /// Something became of packets.
    Told(Told),
    /// What a file holds that no crash keeps and a restart may still find (`-shm`).
    Volatile {
        /// Its name.
        name: Arc<str>,
        /// What it holds.
        bytes: Arc<[u8]>,
    },
}

/// What a life tells of its packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// This one is about to be handed in: from now on it may be found.
    Begun(u64),
    /// All up to this one are acknowledged: from now on they must be found.
    Acked(u64),
    /// Those up to this one may go.
    Released(u64),
}

/// A life from its first event on.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// What was durable before.
    pub start: Disk,
    /// What happened, in order.
    pub moments: Vec<Moment>,
    /// How many writes of files, and syncs of files and directories, were tried.
    pub(crate) tried: BTreeMap<Operation, u64>,
    /// How many moments had happened when the fault struck, if one did.
    pub(crate) struck_at: Option<usize>,
}

/// Takes the events of a life. Clones share it.
#[derive(Clone, Debug)]
pub struct Recorder {
    shared: Arc<Mutex<Tape>>,
    told: Option<fn(Told)>,
}

/// Where the events of a life are noted.
#[derive(Debug)]
pub(crate) struct Tape {
    recording: Recording,
    names: BTreeMap<Arc<str>, InodeId>,
    next_inode: usize,
    phase: Phase,
    fault: Option<Fault>,
}

impl Recorder {
    /// A life that begins on this disk, in this phase.
    #[must_use]
    pub fn new(start: Disk, phase: Phase) -> Self {
        let inode = |name: &str| start.inode_of(name);
        let names = start.files().filter_map(|(name, _)| Some((name.into(), inode(name)?)));
        let (names, next_inode) = (names.collect(), start.next_inode().0);
        let recording = Recording { start, ..Recording::default() };
        let tape = Tape { recording, names, next_inode, phase, fault: None };
        Self { shared: Arc::new(Mutex::new(tape)), told: None }
    }

    /// The same life, in which this goes wrong, if anything.
    #[must_use]
    pub fn with_fault(self, fault: Option<Fault>) -> Self {
        self.lock().fault = fault;
        self
    }

    /// The same, which also tells somebody of packets who will be there when the life is killed.
    pub(crate) fn telling(self, told: fn(Told)) -> Self {
        Self { told: Some(told), ..self }
    }

    /// Whether something went wrong that should.
    pub(crate) fn has_struck(&self) -> bool {
        self.lock().recording.struck_at.is_some()
    }

    /// A file is about to be written: what becomes of that?
    pub(crate) fn try_write(&self) -> Outcome {
        self.lock().outcome(Operation::Write)
    }

    /// Syncs, and notes it, unless that is to go wrong: then nothing is done. Either it is a `failure`, with which what
    /// waited may be lost, or it is said to be done.
    pub(crate) fn sync<E>(
        &self,
        synced: Event,
        sync: impl FnOnce() -> Result<(), E>,
        failure: E,
    ) -> Result<(), E> {
        let outcome = {
            let mut tape = self.lock();
            let outcome = tape.outcome(Operation::Sync);
            if outcome == Outcome::Loses {
                tape.event(synced.clone().lost());
            }
            outcome
        };
        match outcome {
            Outcome::Done => self.run(sync, |notes, ()| notes.event(synced)),
            Outcome::Pretended => Ok(()),
            Outcome::Fails | Outcome::Loses => Err(failure),
        }
    }

    /// From now on the life is doing this.
    pub fn phase(&self, phase: Phase) {
        self.lock().phase = phase;
    }

    /// A packet is about to be handed in.
    pub(crate) fn begun(&self, packet: u64) {
        self.tell(Told::Begun(packet));
    }

    /// All packets up to this one are acknowledged.
    pub fn acked(&self, through: u64) {
        self.tell(Told::Acked(through));
    }

    /// Packets up to this one may go.
    pub fn released(&self, through: u64) {
        self.tell(Told::Released(through));
    }

    fn tell(&self, what: Told) {
        self.lock().note(Happening::Told(what));
        if let Some(told) = self.told {
            told(what);
        }
    }

    /// What a file holds that no crash keeps.
    pub(crate) fn volatile(&self, name: &str, bytes: Vec<u8>) {
        self.lock().note(Happening::Volatile { name: name.into(), bytes: bytes.into() });
    }

    /// Does something to the storage, and notes its events if it succeeded, before anybody else's. The answer is that of
    /// `events`.
    pub(crate) fn run<Done, Answer, E>(
        &self,
        act: impl FnOnce() -> Result<Done, E>,
        events: impl FnOnce(&mut Tape, Done) -> Answer,
    ) -> Result<Answer, E> {
        let mut tape = self.lock();
        let done = act()?;
        Ok(events(&mut tape, done))
    }

    /// Notes what was done already.
    pub(crate) fn note(&self, events: impl FnOnce(&mut Tape)) {
        events(&mut self.lock());
    }

    /// Everything so far.
    #[must_use]
    pub fn recording(&self) -> Recording {
        self.lock().recording.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Tape> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tape {
    fn note(&mut self, what: Happening) {
        let phase = self.phase;
        self.recording.moments.push(Moment { phase, what });
    }

    fn outcome(&mut self, operation: Operation) -> Outcome {
        let Recording { tried, struck_at, moments, .. } = &mut self.recording;
        let nth = tried.entry(operation).or_default();
        *nth += 1;
        let outcome = self.fault.map_or(Outcome::Done, |fault| fault.outcome(operation, *nth));
        if outcome != Outcome::Done {
            struck_at.get_or_insert(moments.len());
        }
        outcome
    }

    /// The file of this name; it is created if it was not there.
    pub(crate) fn opened(&mut self, name: &str) -> InodeId {
        match self.names.get(name) {
            Some(&inode) => inode,
            None => self.created(name),
        }
    }

    /// A new file of this name.
    pub(crate) fn created(&mut self, name: &str) -> InodeId {
        let inode = InodeId(self.next_inode);
        self.next_inode += 1;
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name), inode);
        self.event(Event::Create { name, inode });
        inode
    }

    /// A name is gone. One that was not there is passed over.
    pub(crate) fn unlinked(&mut self, name: &str) {
        if let Some((name, _)) = self.names.remove_entry(name) {
            self.event(Event::Unlink { name });
        }
    }

    /// A file has another name.
    pub(crate) fn renamed(&mut self, from: &str, to: &str) {
        if let Some((from, inode)) = self.names.remove_entry(from) {
            let to: Arc<str> = to.into();
            self.names.insert(Arc::clone(&to), inode);
            self.event(Event::Rename { from, to });
        }
    }

    /// Anything else.
    pub(crate) fn event(&mut self, event: Event) {
        self.note(Happening::Storage(event));
    }
}
