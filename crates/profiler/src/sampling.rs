//! From the first tick to the folded stacks of one case.

use std::env;

use pprof::{Frames, ProfilerGuard, ProfilerGuardBuilder, Report};

use crate::first_sample::{FIRST_SAMPLE_FRAME, take_first_sample};
use crate::folded::FoldedStacks;
use crate::frame_name::frame_name;
use crate::trim::{Owner, trim};
use crate::wall_timer::WallTimer;
use crate::{Clock, ProfilerError};

/// The outermost frame of every stack of the bench thread.
const BENCH_THREAD: &str = "bench thread";
/// The outermost frame of the stacks of threads that were given no name.
const UNNAMED_THREAD: &str = "unnamed thread";

/// What was sampled while a case ran.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) stacks: FoldedStacks,
    /// Ticks that very long waits missed, and of which no sample was taken.
    pub(crate) ticks_left_out: u64,
}

/// A profile being taken; dropping it stops the ticks and forgets the samples.
pub(crate) struct Sampling {
    // Fields are dropped in order: the wall timer must stop before pprof lets go of the signal.
    wall_timer: Option<WallTimer>,
    guard: ProfilerGuard<'static>,
}

impl Sampling {
    /// Starts the ticks; the calling thread is the bench thread.
    pub(crate) fn start(clock: Clock, frequency_hz: u32) -> Result<Self, ProfilerError> {
        let pprof_frequency_hz = match clock {
            Clock::OnCpu => i32::try_from(frequency_hz).unwrap_or(i32::MAX),
            // The wall timer takes the place of pprof's, which is disarmed before its first tick.
            Clock::Wall => 1,
        };
        let built = ProfilerGuardBuilder::default().frequency(pprof_frequency_hz).build();
        // pprof keeps its samples in a temporary file, and tells its failure as another one.
        let guard = match built {
            Ok(guard) => guard,
            Err(error) => {
                check_temporary_directory()?;
                return Err(error.into());
            }
        };
        take_first_sample(&guard);
        let wall_timer = match clock {
            Clock::OnCpu => None,
            Clock::Wall => Some(WallTimer::start(&guard, frequency_hz)?),
        };
        Ok(Self { wall_timer, guard })
    }

    /// Stops the ticks and folds what was sampled while the case ran. The start and the end of the profile itself are
    /// left out: Criterion calls them in this module, as the names of frames have it.
    pub(crate) fn finish(mut self, criterion_hooks: &str) -> Result<Taken, ProfilerError> {
        let ticks_left_out = self.wall_timer.take().map_or(0, WallTimer::stop);
        Ok(Taken { stacks: fold(&self.guard.report().build()?, criterion_hooks), ticks_left_out })
    }
}

/// Makes a file where pprof keeps its samples, in the directory that `TMPDIR` names, and removes it
/// again. pprof itself tells only that something failed.
///
/// # Errors
///
/// [`ProfilerError::TemporaryDirectory`] names the directory.
pub fn check_temporary_directory() -> Result<(), ProfilerError> {
    let directory = env::temp_dir();
    match tempfile::NamedTempFile::new_in(&directory) {
        Ok(_removed_here) => Ok(()),
        Err(source) => Err(ProfilerError::TemporaryDirectory { path: directory, source }),
    }
}

fn fold(report: &Report, criterion_hooks: &str) -> FoldedStacks {
    let samples: Vec<Sample> = report.data.iter().map(Sample::new).collect();
    // The first sample was taken on the bench thread, and tells how pprof names that thread.
    let bench_thread = samples.iter().find(|sample| sample.is_first());
    let mut folded = FoldedStacks::default();
    for sample in samples.iter().filter(|sample| !sample.is_own_work(criterion_hooks)) {
        let (owner, label) = sample.owner(bench_thread);
        let case = trim(&sample.stack, owner);
        folded.add(std::iter::once(label).chain(case), sample.count);
    }
    folded
}

/// What pprof knows of one distinct stack.
struct Sample<'report> {
    thread_id: u64,
    thread_name: &'report str,
    /// Demangled names, outermost first, inlined functions among them.
    stack: Vec<String>,
    count: u64,
}

impl<'report> Sample<'report> {
    fn new((frames, &count): (&'report Frames, &isize)) -> Self {
        // pprof's order is innermost first, both for frames and for what is inlined within a frame.
        let symbols = frames.frames.iter().rev().flat_map(|frame| frame.iter().rev());
        Self {
            thread_id: frames.thread_id,
            thread_name: &frames.thread_name,
            stack: symbols.map(frame_name).collect(),
            count: u64::try_from(count).unwrap_or(0),
        }
    }

    fn is_first(&self) -> bool {
        self.stack.iter().any(|name| name == FIRST_SAMPLE_FRAME)
    }

    /// Whether the stack lies in the start or the end of the profile itself.
    fn is_own_work(&self, criterion_hooks: &str) -> bool {
        self.stack.iter().any(|name| {
            name.contains(criterion_hooks)
                && (name.ends_with("::start_profiling") || name.ends_with("::stop_profiling"))
        })
    }

    /// Whose stack it is, and the label of that thread. A thread without a name bears that of its
    /// parent.
    fn owner(&self, bench_thread: Option<&Self>) -> (Owner, &'report str) {
        match bench_thread {
            Some(bench) if bench.thread_id == self.thread_id => (Owner::BenchThread, BENCH_THREAD),
            Some(bench) if bench.thread_name == self.thread_name => {
                (Owner::OtherThread, UNNAMED_THREAD)
            }
            _ if self.thread_name.is_empty() => (Owner::OtherThread, UNNAMED_THREAD),
            _ => (Owner::OtherThread, self.thread_name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(thread_id: u64, thread_name: &str) -> Sample<'_> {
        Sample { thread_id, thread_name, stack: Vec::new(), count: 1 }
    }

    #[test]
    fn threads_are_told_apart() {
        let bench = sample(1, "probe-1a2b");
        let label = |id, name| sample(id, name).owner(Some(&bench)).1.to_owned();
        assert_eq!(label(1, "probe-1a2b"), BENCH_THREAD);
        assert_eq!(label(2, "probe-1a2b"), UNNAMED_THREAD);
        assert_eq!(label(3, "flusher"), "flusher");
    }
}
