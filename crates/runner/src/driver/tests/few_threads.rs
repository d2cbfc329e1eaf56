//! Drivers where the system does not let them have as many threads as they want.

use std::env;
use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use measure::device::DeviceMeter;
use rustix::process::{Resource, Rlimit, setrlimit};
use write_path::{
    Admission, ConcurrentPath, Counters, Inspect, Operation, Packet, Record, Settings,
    StorageSizes, Ticket, Vote, WriteError, WritePath,
};

use super::*;

/// Set in a process of its own, whose memory is limited.
const VARIABLE: &str = "DURABENCH_TEST_FEW_THREADS";

/// More than have room.
const CLIENTS: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// Stacks are so large there that only a few fit, and that much is left for everything else.
const STACK_BYTES: u64 = 1 << 30;

/// What may be mapped beside what is.
const ROOM_BYTES: u64 = 4 * STACK_BYTES + STACK_BYTES / 2;

/// A driver that waits for a thread that was never started waits for ever.
const FOR_EVER: Duration = Duration::from_secs(60);

/// A path that acks at once.
struct Quick;

impl WritePath for Quick {
    fn submit(&mut self, _packet: &Packet) -> Result<Ticket, WriteError> {
        Ok(Ticket(0))
    }

    fn wait(&mut self, _ticket: Ticket) -> Result<(), WriteError> {
        Ok(())
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn counters(&self) -> Counters {
        Counters::default()
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Concurrent(self)
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Inspect for Quick {
    fn settings(&self) -> Result<Settings, WriteError> {
        Ok(Settings::new())
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        Ok(StorageSizes::default())
    }
}

impl ConcurrentPath for Quick {
    fn submit(&self, _packet: &Packet) -> Result<Ticket, WriteError> {
        Ok(Ticket(0))
    }

    fn wait(&self, _ticket: Ticket) -> Result<(), WriteError> {
        Ok(())
    }
}

fn outcome_of(driver: Driver) -> Result<Duration, RunnerError> {
    let vote = Record::Vote(Vote { article: 1, user: 1 });
    let packets = vec![Packet::new(vec![Operation::Insert(vote)]); CLIENTS.get() as usize];
    let mut running = driver.start(|| unreachable!("there is no rate"))?;
    let meter = DeviceMeter::of(Path::new("/")).expect("a device or none");
    let mut recorder = Recorder::begin(meter, TraceLevel::Tails);
    running.run(&mut Quick, &packets, &mut recorder)
}

fn limit_memory() {
    let status = fs::read_to_string("/proc/self/status").expect("procfs");
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")?.strip_suffix("kB"));
    let kibibytes: u64 = size.and_then(|size| size.trim().parse().ok()).expect("a size");
    let most = 1024 * kibibytes + ROOM_BYTES;
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::As, limit).expect("a limit may be lowered");
}

/// Runs a test of this program again, in a process of its own; `None` if that does not end.
fn in_a_process_of_its_own(test: &str) -> Option<ExitStatus> {
    let mut command = Command::new(env::current_exe().expect("a test program"));
    command.args([test, "--exact", "--test-threads=1"]).env(VARIABLE, "1").stdout(Stdio::null());
    // The second keeps glibc from mapping a heap for each thread.
    command.env("RUST_MIN_STACK", STACK_BYTES.to_string()).env("MALLOC_ARENA_MAX", "1");
    let mut child = command.spawn().expect("started");
    let begin = Instant::now();
    while begin.elapsed() < FOR_EVER {
        if let Some(status) = child.try_wait().expect("waited for") {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("reaped");
    None
}

fn ends_with_an_error(test: &str, driver: Driver) {
    if env::var_os(VARIABLE).is_none() {
        let status = in_a_process_of_its_own(test).expect("the others wait for ever");
        assert!(status.success(), "{status}");
        return;
    }
    limit_memory();
    let outcome = outcome_of(driver);
    assert!(matches!(outcome, Err(RunnerError::Path(WriteError::NoThread { .. }))), "{outcome:?}");
}

#[test]
fn appenders_do_not_wait_for_one_that_was_not_started() {
    let test = "driver::tests::few_threads::appenders_do_not_wait_for_one_that_was_not_started";
    ends_with_an_error(test, Driver::Appenders { threads: CLIENTS });
}

#[test]
fn clients_of_a_serial_path_do_not_wait_for_a_commit_that_does_not_come() {
    let test = "driver::tests::few_threads::clients_of_a_serial_path_do_not_wait_for_a_commit_that_does_not_come";
    ends_with_an_error(test, Driver::GroupCommit { clients: CLIENTS });
}
