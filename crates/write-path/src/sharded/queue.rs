//! What waits for a shard: packets, and questions to it.

use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::spec::Gather;
use crate::error::WriteError;
use crate::operation::Packet;
use crate::path::WritePath;
use crate::worker::Directed;
use crate::worker::commands::{Command, Commands, Ending};

/// The queue before one shard. Anybody hands in; the shard's thread takes out and acknowledges.
pub(super) struct Queue {
    gather: Gather,
    state: Mutex<State>,
    /// Something came that the shard may be waiting for.
    grew: Condvar,
    /// Something was acknowledged, or the shard has stopped.
    acked: Condvar,
}

struct State {
    waiting: Vec<Packet>,
    /// When the first of them came.
    first_came: Option<Instant>,
    /// The number of the last packet that came, and of the last one that was acknowledged.
    came_through: u64,
    acked_through: u64,
    commands: Commands<Box<dyn WritePath>>,
}

/// What a shard's thread does next: it commits the packets, then does the commands, then ends.
pub(super) struct Work {
    pub(super) packets: Vec<Packet>,
    /// The number of the last packet.
    pub(super) through: u64,
    pub(super) commands: Vec<Command<Box<dyn WritePath>>>,
    pub(super) ending: Option<Ending>,
}

impl Queue {
    pub(super) fn new(gather: Gather) -> Self {
        let state = State {
            waiting: Vec::new(),
            first_came: None,
            came_through: 0,
            acked_through: 0,
            commands: Commands::new(),
        };
        Self { gather, state: Mutex::new(state), grew: Condvar::new(), acked: Condvar::new() }
    }

    /// Hands in a packet, whose number is larger than that of all before it.
    pub(super) fn push(&self, number: u64, packet: Packet) -> Result<(), Arc<WriteError>> {
        let mut state = self.lock();
        state.commands.check()?;
        state.waiting.push(packet);
        state.came_through = number;
        let first = state.waiting.len() == 1;
        if first && self.gather != Gather::AtOnce {
            state.first_came = Some(Instant::now());
        }
        if first || self.is_enough(&state) {
            self.grew.notify_one();
        }
        Ok(())
    }

    /// Hands in a command, which is dropped if the thread has left.
    pub(super) fn send(&self, command: Command<Box<dyn WritePath>>) {
        self.lock().commands.add(command);
        self.grew.notify_one();
    }

    /// Tells the thread to end its path once what came before is done.
    pub(super) fn end(&self, ending: Ending) {
        self.lock().commands.end(ending);
        self.grew.notify_one();
    }

    /// Returns once every packet up to this number is acknowledged. What came later may be waited for
    /// as well.
    pub(super) fn wait(&self, number: u64) -> Result<(), Arc<WriteError>> {
        let mut state = self.lock();
        while state.acked_through < number.min(state.came_through) {
            state.commands.check()?;
            state = self.acked.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// The failure at which the shard has stopped, if it has.
    pub(super) fn check(&self) -> Result<(), Arc<WriteError>> {
        self.lock().commands.check()
    }

    /// Takes out what is to be done next, once there is something.
    pub(super) fn take(&self) -> Work {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.commands.is_asked();
        let state = self.grew.wait_while(self.lock(), idle);
        let mut state = self.gather(state.unwrap_or_else(PoisonError::into_inner));
        state.first_came = None;
        let (commands, ending) = state.commands.take();
        let packets = mem::take(&mut state.waiting);
        Work { packets, through: state.came_through, commands, ending }
    }

    /// Waits for more packets, as long as nobody asks for anything else.
    fn gather<'queue>(&'queue self, state: MutexGuard<'queue, State>) -> MutexGuard<'queue, State> {
        let Gather::Until { wait_max, .. } = self.gather else { return state };
        let waited = state.first_came.map_or(Duration::MAX, |first| first.elapsed());
        let alone = |state: &mut State| !self.is_enough(state) && !state.commands.is_asked();
        let gathered = self.grew.wait_timeout_while(state, wait_max.saturating_sub(waited), alone);
        gathered.unwrap_or_else(PoisonError::into_inner).0
    }

    fn is_enough(&self, state: &State) -> bool {
        match self.gather {
            Gather::AtOnce => false,
            Gather::Until { packets_enough, .. } => {
                state.waiting.len() >= packets_enough.get() as usize
            }
        }
    }

    /// Acknowledges every packet up to this number.
    pub(super) fn ack(&self, through: u64) {
        self.lock().acked_through = through;
        self.acked.notify_all();
    }

    /// Stops the shard: nothing that waits is acknowledged any more, and all are told why.
    pub(super) fn fail(&self, failure: WriteError) {
        self.lock().commands.fail(failure);
        self.acked.notify_all();
    }

    /// Every field is whole at every moment, so a panic elsewhere leaves the state fit.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directed for Queue {
    fn ask_to_end(&self) {
        self.end(Ending::Drop);
    }

    /// What nobody will do is dropped.
    fn left(&self, why: WriteError) {
        let dropped = self.lock().commands.leave(why);
        drop(dropped);
        self.acked.notify_all();
    }
}
