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
    /// A packet is about to be handed in: from now on it may be found.
    Begun {
        /// Its number.
        packet: u64,
    },
    /// All packets up to this one are acknowledged: from now on they must be found.
    Acked {
        /// The last of them.
        through: u64,
    },
    /// Packets up to this one may go.
    Released {
        /// The last of them.
        through: u64,
    },
    /// What a file holds that no crash keeps and a restart may still find (`-shm`).
    Volatile {
        /// Its name.
        name: Arc<str>,
        /// What it holds.
        bytes: Arc<[u8]>,
    },
}

/// A life from its first event on.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What was durable before.
    pub start: Disk,
    /// What happened, in order.
    pub moments: Vec<Moment>,
    /// How many writes and syncs were tried.
    pub tried: Tried,
    /// How many moments had happened when the fault struck, if one did.
    pub struck_at: Option<usize>,
}

/// Operations that were tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Writes of files.
    pub writes: u64,
    /// Syncs of files and directories.
    pub syncs: u64,
}

/// Takes the events of a life. Clones share it.
#[derive(Clone, Debug)]
pub struct Recorder {
    shared: Arc<Mutex<Tape>>,
    told: Option<fn(Told)>,
}

/// What a life tells while it goes on, to somebody who will be there when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A packet is about to be handed in.
    Begun(u64),
    /// All packets up to this one are acknowledged.
    Acked(u64),
    /// Packets up to this one may go.
    Released(u64),
}

#[derive(Debug)]
struct Tape {
    start: Disk,
    moments: Vec<Moment>,
    names: BTreeMap<Arc<str>, InodeId>,
    next_inode: usize,
    phase: Phase,
    fault: Option<Fault>,
    tried: Tried,
    struck_at: Option<usize>,
}

impl Recorder {
    /// A life that begins on this disk, in this phase.
    #[must_use]
    pub fn new(start: Disk, phase: Phase) -> Self {
        let inode = |name: &str| start.inode_of(name);
        let names = start.files().filter_map(|(name, _)| Some((name.into(), inode(name)?)));
        let (names, next_inode) = (names.collect(), start.next_inode().0);
        let tape = Tape {
            names,
            next_inode,
            start,
            phase,
            moments: Vec::new(),
            fault: None,
            tried: Tried::default(),
            struck_at: None,
        };
        Self { shared: Arc::new(Mutex::new(tape)), told: None }
    }

    /// The same life, in which this goes wrong, if anything.
    #[must_use]
    pub fn with_fault(self, fault: Option<Fault>) -> Self {
        self.lock().fault = fault;
        self
    }

    /// The same, which also tells of packets as they are begun and acknowledged.
    #[must_use]
    pub fn telling(self, told: fn(Told)) -> Self {
        Self { told: Some(told), ..self }
    }

    fn tell(&self, what: Told) {
        if let Some(told) = self.told {
            told(what);
        }
    }

    /// Whether something went wrong that should.
    #[must_use]
    pub fn has_struck(&self) -> bool {
        self.lock().struck_at.is_some()
    }

    /// A file is about to be written: what becomes of that?
    pub(crate) fn try_write(&self) -> Outcome {
        self.lock().outcome(Operation::Write)
    }

    /// A file or directory is about to be synced: what becomes of that? `lost` is noted if it loses what waited.
    pub(crate) fn try_sync(&self, lost: impl FnOnce() -> Event) -> Outcome {
        let mut tape = self.lock();
        let outcome = tape.outcome(Operation::Sync);
        if outcome == Outcome::Loses {
            tape.note(Happening::Storage(lost()));
        }
        outcome
    }

    /// From now on the life is doing this.
    pub fn phase(&self, phase: Phase) {
        self.lock().phase = phase;
    }

    /// A packet is about to be handed in.
    pub fn begun(&self, packet: u64) {
        self.tell(Told::Begun(packet));
        self.lock().note(Happening::Begun { packet });
    }

    /// All packets up to this one are acknowledged.
    pub fn acked(&self, through: u64) {
        self.lock().note(Happening::Acked { through });
        self.tell(Told::Acked(through));
    }

    /// Packets up to this one may go.
    pub fn released(&self, through: u64) {
        self.tell(Told::Released(through));
        self.lock().note(Happening::Released { through });
    }

    /// What a file holds that no crash keeps.
    pub fn volatile(&self, name: &str, bytes: Vec<u8>) {
        self.lock().note(Happening::Volatile { name: name.into(), bytes: bytes.into() });
    }

    /// Does something to the storage, and notes its events if it succeeded, before anybody else's.
    pub fn run<T, E>(
        &self,
        act: impl FnOnce() -> Result<T, E>,
        events: impl FnOnce(&mut Notes<'_>, &T),
    ) -> Result<T, E> {
        let mut tape = self.lock();
        let done = act()?;
        events(&mut Notes { tape: &mut tape }, &done);
        Ok(done)
    }

    /// Notes what was done already.
    pub fn note(&self, events: impl FnOnce(&mut Notes<'_>)) {
        events(&mut Notes { tape: &mut self.lock() });
    }

    /// Everything so far.
    #[must_use]
    pub fn recording(&self) -> Recording {
        let tape = self.lock();
        Recording {
            start: tape.start.clone(),
            moments: tape.moments.clone(),
            tried: tape.tried,
            struck_at: tape.struck_at,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tape> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tape {
    fn note(&mut self, what: Happening) {
        let phase = self.phase;
        self.moments.push(Moment { phase, what });
    }

    fn outcome(&mut self, operation: Operation) -> Outcome {
        let tried = match operation {
            Operation::Write => &mut self.tried.writes,
            Operation::Sync => &mut self.tried.syncs,
        };
        *tried += 1;
        let nth = *tried;
        let outcome = self.fault.map_or(Outcome::Done, |fault| fault.outcome(operation, nth));
        if outcome != Outcome::Done {
            self.struck_at.get_or_insert(self.moments.len());
        }
        outcome
    }
}

/// Where the events of one call are noted.
pub struct Notes<'a> {
    tape: &'a mut Tape,
}

impl Notes<'_> {
    /// The file of this name; it is created if it was not there.
    pub fn opened(&mut self, name: &str) -> InodeId {
        match self.tape.names.get(name) {
            Some(&inode) => inode,
            None => self.created(name),
        }
    }

    /// A new file of this name.
    pub fn created(&mut self, name: &str) -> InodeId {
        let inode = InodeId(self.tape.next_inode);
        self.tape.next_inode += 1;
        let name: Arc<str> = name.into();
        self.tape.names.insert(Arc::clone(&name), inode);
        self.event(Event::Create { name, inode });
        inode
    }

    /// A name is gone. One that was not there is passed over.
    pub fn unlinked(&mut self, name: &str) {
        if let Some((name, _)) = self.tape.names.remove_entry(name) {
            self.event(Event::Unlink { name });
        }
    }

    /// A file has another name.
    pub fn renamed(&mut self, from: &str, to: &str) {
        if let Some((from, inode)) = self.tape.names.remove_entry(from) {
            let to: Arc<str> = to.into();
            self.tape.names.insert(Arc::clone(&to), inode);
            self.event(Event::Rename { from, to });
        }
    }

    /// Anything else.
    pub fn event(&mut self, event: Event) {
        self.tape.note(Happening::Storage(event));
    }
}

impl Recording {
    /// The same life as if these events had never happened: a device or an engine that leaves them out.
    #[must_use]
    pub fn without(mut self, is_left_out: impl Fn(&Event) -> bool) -> Self {
        self.moments.retain(
            |moment| !matches!(&moment.what, Happening::Storage(event) if is_left_out(event)),
        );
        self
    }

    /// The same life as if each packet had been acknowledged as soon as it was handed in.
    #[must_use]
    pub fn acked_early(mut self) -> Self {
        self.moments.retain(|moment| !matches!(moment.what, Happening::Acked { .. }));
        let early = |moment: Moment| {
            let ack = match moment.what {
                Happening::Begun { packet: through } => {
                    Some(Moment { phase: moment.phase, what: Happening::Acked { through } })
                }
                _ => None,
            };
            std::iter::once(moment).chain(ack)
        };
        self.moments = self.moments.into_iter().flat_map(early).collect();
        self
    }
}
