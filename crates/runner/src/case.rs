//! A case: one write path under one load, with an id made from what sets it apart.

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;

use write_path::{AxisValue, PathSpec};

pub use crate::conditions::Place;
use crate::conditions::{Access, Pacing};
use crate::driver::Driver;
use crate::error::RunnerError;
use crate::initial_state::InitialState;
use crate::prefill::Prefill;
use crate::reading::{Reads, Task};
use crate::workload::Workload;

/// One write path under one load.
#[derive(Debug, Clone)]
pub struct Case {
    /// What turns packets into acks.
    pub path: Arc<dyn PathSpec>,
    /// What is handed to it, and how.
    pub load: Load,
    /// What it holds before that.
    pub prefill: Prefill,
    /// Where its log stands when timing starts.
    pub initial_state: InitialState,
    /// What is timed.
    pub task: Task,
    /// The path that takes turns with it under the same load, where it is compared with that piece
    /// by piece and not with the disk's floor.
    pub beside: Option<Baseline>,
    /// Whether it pauses meanwhile.
    pub pacing: Pacing,
    /// Who else is at its store meanwhile.
    pub access: Access,
    /// The path's own name, where it comes from a catalogue of named paths.
    pub path_name: Option<String>,
}

/// A path that takes turns with a case under the same load.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The path.
    pub path: Arc<dyn PathSpec>,
    /// The same path in further layouts of its code.
    pub(crate) further: Vec<Arc<dyn PathSpec>>,
    /// The case's own path in further layouts.
    pub(crate) further_of_case: Vec<Arc<dyn PathSpec>>,
}

/// What is handed to a write path, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// The records.
    pub workload: Workload,
    /// Records in each packet.
    pub records_per_packet: NonZeroU32,
    /// How packets are handed in.
    pub driver: Driver,
    /// Where the path writes.
    pub place: Place,
}

/// The name of a case: a label of the axes that matter, and the swept value.
///
/// It is also the end of the case's Criterion id (`question/label/parameter`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CaseId {
    /// The axes that the question shows, and the deviations from its base.
    pub label: String,
    /// The value of the swept axis.
    pub parameter: u64,
}

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.label, self.parameter)
    }
}

impl Case {
    /// A case of this path under this load: it writes into an empty store, whose log space was
    /// written before.
    pub fn new(path: impl PathSpec + 'static, load: Load) -> Self {
        Self::of(Arc::new(path), load)
    }

    /// The same of a path that is shared.
    pub fn of(path: Arc<dyn PathSpec>, load: Load) -> Self {
        Self {
            path,
            load,
            prefill: Prefill::Empty,
            initial_state: InitialState::Recycled,
            task: Task::Write,
            beside: None,
            pacing: Pacing::Paused,
            access: Access::WriterAlone,
            path_name: None,
        }
    }

    /// The case under its path's own name, which stands in ids for the engine and for every axis of
    /// the path.
    #[must_use]
    pub fn called(self, path_name: impl Into<String>) -> Self {
        Self { path_name: Some(path_name.into()), ..self }
    }

    /// The case with a store that holds something before.
    #[must_use]
    pub fn prefilled(self, prefill: Prefill) -> Self {
        Self { prefill, ..self }
    }

    /// The case with reads instead of writes. One client asks them, in a closed loop; the load says
    /// only how the store comes about.
    #[must_use]
    pub fn reading(self, reads: Reads) -> Self {
        let load = Load { driver: Driver::ClosedLoop, ..self.load };
        Self { load, task: Task::Read(reads), ..self }
    }

    /// The case with checkpoints as what is timed, each of a WAL that holds one packet, which must be
    /// too small for the path's automatic checkpoint.
    #[must_use]
    pub fn checkpointing(self) -> Self {
        Self { task: Task::Checkpoint, ..self }
    }

    /// The case in turns with another path under the same load, which must be driven in a closed
    /// loop. It is no axis: the case is the same, only better compared. Both are opened anew while they are
    /// open, so neither may lock its store for itself.
    #[must_use]
    pub fn beside(self, path: impl PathSpec + 'static) -> Self {
        self.beside_in_layouts(path, [], [])
    }

    /// The same, and at each opening either of the two takes another layout of its code by turns: `further` are the
    /// case's path in layouts beyond its own, and `further_baselines` those of the other path.
    #[must_use]
    pub fn beside_in_layouts<Path: PathSpec + 'static>(
        self,
        baseline: Path,
        further: impl IntoIterator<Item = Path>,
        further_baselines: impl IntoIterator<Item = Path>,
    ) -> Self {
        let shared = |path: Path| -> Arc<dyn PathSpec> { Arc::new(path) };
        let baseline = Baseline {
            path: shared(baseline),
            further: further_baselines.into_iter().map(shared).collect(),
            further_of_case: further.into_iter().map(shared).collect(),
        };
        Self { beside: Some(baseline), ..self }
    }

    /// The same case of another path, which takes no turns.
    #[must_use]
    pub fn on(self, path: &Arc<dyn PathSpec>) -> Self {
        Self { path: Arc::clone(path), beside: None, ..self }
    }

    /// The payload of one packet in bytes, on average.
    pub fn packet_payload(&self) -> NonZeroUsize {
        let record_bytes = self.load.workload.payload_bytes_mean();
        let records = NonZeroUsize::try_from(self.load.records_per_packet);
        let record_bytes = NonZeroUsize::new(record_bytes).unwrap_or(NonZeroUsize::MIN);
        record_bytes.saturating_mul(records.unwrap_or(NonZeroUsize::MAX))
    }

    /// The case without pauses between its pieces.
    #[must_use]
    pub fn continuously(self) -> Self {
        Self { pacing: Pacing::Continuous, ..self }
    }

    /// The case with a reader beside its packets.
    #[must_use]
    pub fn with_reader(self) -> Self {
        Self { access: Access::WithReader, ..self }
    }

    /// Refuses a reader where its answers could not be checked: it must know what is acked while it is, and two paths
    /// in turns cannot both have a connection in use.
    ///
    /// # Errors
    /// [`RunnerError::Unfit`].
    pub fn refuse_unchecked_reader(&self) -> Result<(), RunnerError> {
        let is_checked = self.task == Task::Write
            && self.load.driver.commits_one_by_one()
            && self.beside.is_none();
        match self.access {
            Access::WithReader if !is_checked => Err(RunnerError::Unfit(
                "the case has a reader beside its packets, which must be written one commit after the other and beside \
                 no other path; drop the reader, or choose a closed loop of one client or an open loop"
                    .into(),
            )),
            Access::WithReader | Access::WriterAlone => Ok(()),
        }
    }

    /// Every axis of the case, in the order of ids.
    pub fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.path.axes();
        axes.extend(self.axes_beside_path());
        axes.extend(self.path_name.iter().map(|name| AxisValue::plain("path", name.clone())));
        axes
    }

    /// Every axis but the path's.
    pub fn axes_beside_path(&self) -> Vec<AxisValue> {
        let mut axes = self.load.axes();
        axes.extend([self.task.axis(), self.prefill.axis()]);
        axes.extend(self.initial_state.axis());
        axes.extend(self.pacing.axis());
        axes.extend(self.access.axis());
        axes
    }
}

impl Load {
    /// One client on the disk, whose next packet is due when the previous one is acked.
    pub const fn closed_loop(workload: Workload, records_per_packet: NonZeroU32) -> Self {
        Self { workload, records_per_packet, driver: Driver::ClosedLoop, place: Place::Disk }
    }

    /// The load's axes, in the order of ids.
    pub fn axes(&self) -> Vec<AxisValue> {
        vec![
            AxisValue::plain("workload", self.workload.label()),
            self.driver.axis(),
            match self.place {
                Place::Disk => AxisValue::labelled("place", "disk", "disk"),
                Place::Memory => AxisValue::labelled("place", "memory", "mem"),
            },
            AxisValue::plain("records_per_packet", self.records_per_packet.to_string()),
        ]
    }
}

/// A count that a bench writes down, which is never zero.
///
/// # Panics
///
/// If it is; in a constant that is a compile error.
pub const fn count(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).expect("a count of zero")
}
