//! Real profiles, taken through Criterion as `--profile-time` takes them, and read back from their
//! folded stacks. The shares asserted are wide, since the machine may be busy with other work.
#![expect(unsafe_code, reason = "one case calls the C library")]
#![expect(clippy::unwrap_used, reason = "a helper of a test may panic as the test may")]

use std::hint::black_box;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use criterion::Criterion;
use criterion::profiler::Profiler;
use profiler::{Clock, FlamegraphProfiler};

/// A process has one SIGPROF, so these tests take turns.
static ONE_PROFILE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The text of folded stacks: `outermost;...;innermost samples` in each line.
struct FoldedStacks(String);

impl FoldedStacks {
    /// The samples of all stacks in which at least one frame's name satisfies `wanted`.
    fn samples_with(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        let lines = self.0.lines().map(|line| line.rsplit_once(' ').unwrap());
        lines
            .filter(|(stack, _)| stack.split(';').any(&wanted))
            .map(|(_, samples)| samples.parse::<u64>().unwrap())
            .sum()
    }

    fn samples_total(&self) -> u64 {
        self.samples_with(|_| true)
    }
}

impl std::fmt::Display for FoldedStacks {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Profiles a case for a little over a second and returns its folded stacks and its drawing.
fn profile(clock: Clock, mut case: impl FnMut()) -> (FoldedStacks, String) {
    let _turn = ONE_PROFILE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let output = tempfile::tempdir().unwrap();
    Criterion::default()
        .output_directory(output.path())
        .profile_time(Some(Duration::from_millis(1_500)))
        .with_profiler(FlamegraphProfiler::new(clock, 997).unwrap())
        .bench_function("case", |bencher| bencher.iter(&mut case));
    let path = output.path().join("case/profile").join(clock.file_stem());
    let read = |extension| std::fs::read_to_string(path.with_extension(extension)).unwrap();
    (FoldedStacks(read("folded")), read("svg"))
}

fn share(stacks: &FoldedStacks, part: &str) -> f64 {
    let total = stacks.samples_total();
    assert!(total > 0, "no samples");
    stacks.samples_with(|frame| frame.contains(part)) as f64 / total as f64
}

#[inline(never)]
fn mix_numbers_until(deadline: Instant) {
    let mut state = 1_u64;
    while Instant::now() < deadline {
        for _ in 0..1_000 {
            state = black_box(state.wrapping_mul(6_364_136_223_846_793_005).rotate_left(7));
        }
    }
}

#[inline(never)]
fn two_loops(long: u64, short: u64) -> u64 {
    long_loop(long) ^ short_loop(short)
}

#[inline(always)]
fn long_loop(rounds: u64) -> u64 {
    (0..rounds).fold(1, |state, round| black_box(state ^ round))
}

#[inline(always)]
fn short_loop(rounds: u64) -> u64 {
    (0..rounds).fold(2, |state, round| black_box(state ^ round))
}

fn work_briefly_then_sleep() {
    mix_numbers_until(Instant::now() + Duration::from_millis(2));
    thread::sleep(Duration::from_millis(20));
}

#[inline(never)]
fn sort_by_c_library(numbers: &mut [u32]) {
    extern "C" fn compare_numbers(a: *const libc::c_void, b: *const libc::c_void) -> libc::c_int {
        // SAFETY: qsort hands pointers to two elements of the array that it was given.
        let (a, b) = unsafe { (*a.cast::<u32>(), *b.cast::<u32>()) };
        a.cmp(&b) as libc::c_int
    }
    // SAFETY: pointer, length and element size are those of one slice, and the comparison is total.
    unsafe {
        libc::qsort(
            numbers.as_mut_ptr().cast(),
            numbers.len(),
            size_of::<u32>(),
            Some(compare_numbers),
        );
    }
    // Work after the call keeps this frame on the stack; a tail call would leave before the sort.
    black_box(numbers);
}

#[test]
fn a_busy_function_is_named_and_the_harness_is_cut() {
    let (stacks, drawing) = profile(Clock::OnCpu, || {
        mix_numbers_until(Instant::now() + Duration::from_millis(5));
    });
    assert!(share(&stacks, "mix_numbers_until") > 0.5, "{stacks}");
    assert_eq!(share(&stacks, "criterion"), 0.0, "{stacks}");
    assert_eq!(share(&stacks, "lang_start"), 0.0, "{stacks}");
    assert!(drawing.contains("mix_numbers_until"));
    assert!(drawing.contains(&format!("{} samples", stacks.samples_total())));
}

#[test]
fn functions_inlined_into_one_have_their_own_shares() {
    let (stacks, _) = profile(Clock::OnCpu, || {
        black_box(two_loops(black_box(30_000), black_box(10_000)));
    });
    let long_share = share(&stacks, "long_loop") / share(&stacks, "two_loops");
    let short_share = share(&stacks, "short_loop") / share(&stacks, "two_loops");
    assert!((0.6..0.9).contains(&long_share), "{stacks}");
    assert!((0.1..0.4).contains(&short_share), "{stacks}");
}

#[test]
fn a_stack_is_followed_through_c() {
    let (stacks, _) = profile(Clock::OnCpu, || {
        let mut numbers: Vec<u32> =
            (0..5_000).map(|n: u32| n.wrapping_mul(2_654_435_761)).collect();
        sort_by_c_library(&mut numbers);
    });
    let compared = stacks.samples_with(|frame| frame.contains("compare_numbers"));
    let compared_within_the_caller: u64 = stacks
        .to_string()
        .lines()
        .filter(|line| {
            let caller = line.find("sort_by_c_library;");
            let callee = line.find("compare_numbers");
            caller.zip(callee).is_some_and(|(caller, callee)| caller < callee)
        })
        .map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap())
        .sum();
    assert!(compared > 0, "{stacks}");
    assert!(compared_within_the_caller * 2 > compared, "{stacks}");
}

#[test]
fn waiting_shows_on_the_wall_clock() {
    let (stacks, _) = profile(Clock::Wall, work_briefly_then_sleep);
    assert!(share(&stacks, "nanosleep") > 0.5, "{stacks}");
    assert!(share(&stacks, "mix_numbers_until") > 0.0, "{stacks}");
    assert_eq!(share(&stacks, "criterion"), 0.0, "{stacks}");
}

#[test]
fn waiting_does_not_show_on_the_cpu_clock() {
    let (stacks, _) = profile(Clock::OnCpu, work_briefly_then_sleep);
    assert!(share(&stacks, "nanosleep") < 0.5, "{stacks}");
    assert!(share(&stacks, "mix_numbers_until") > 0.5, "{stacks}");
}

#[test]
fn a_thread_of_the_case_bears_its_name() {
    let (stacks, _) = profile(Clock::OnCpu, || {
        let work = || mix_numbers_until(Instant::now() + Duration::from_millis(20));
        thread::scope(|scope| {
            thread::Builder::new().name("flusher".to_owned()).spawn_scoped(scope, work).unwrap();
        });
    });
    let lines = stacks.to_string();
    assert!(lines.lines().any(|line| line.starts_with("flusher;")), "{stacks}");
    assert_eq!(share(&stacks, "__rust_begin_short_backtrace"), 0.0, "{stacks}");
}

#[test]
fn a_profile_that_cannot_be_taken_or_written_does_not_end_the_bench() {
    let _turn = ONE_PROFILE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let mut first = FlamegraphProfiler::new(Clock::OnCpu, 997).unwrap();
    let mut second = FlamegraphProfiler::new(Clock::OnCpu, 997).unwrap();
    first.start_profiling("first", &file);
    second.start_profiling("second", root.path());
    mix_numbers_until(Instant::now() + Duration::from_millis(100));
    second.stop_profiling("second", root.path());
    first.stop_profiling("first", &file);
    assert_eq!(entries(root.path()), 1);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "in the way");
}

#[inline(never)]
fn failing_case_until(deadline: Instant) {
    mix_numbers_until(deadline);
    black_box(deadline);
}

#[inline(never)]
fn next_case_until(deadline: Instant) {
    mix_numbers_until(deadline);
    black_box(deadline);
}

#[test]
fn a_case_that_failed_leaves_nothing_to_the_next_ones_picture() {
    let _turn = ONE_PROFILE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    for clock in [Clock::OnCpu, Clock::Wall] {
        let root = tempfile::tempdir().unwrap();
        let mut profiler = FlamegraphProfiler::new(clock, 997).unwrap();
        let in_a_moment = || Instant::now() + Duration::from_millis(400);
        profiler.start_profiling("failing", root.path());
        failing_case_until(in_a_moment());
        // It fails: Criterion unwinds, and nobody stops the profile.
        profiler.start_profiling("next", root.path());
        next_case_until(in_a_moment());
        profiler.stop_profiling("next", root.path());
        let path = root.path().join(clock.file_stem()).with_extension("folded");
        let stacks = FoldedStacks(std::fs::read_to_string(path).unwrap());
        assert_eq!(share(&stacks, "failing_case_until"), 0.0, "{stacks}");
        assert!(share(&stacks, "next_case_until") > 0.5, "{stacks}");
    }
}

#[test]
fn a_temporary_directory_that_is_not_there_is_named() {
    let test = "a_temporary_directory_that_is_not_there_is_named";
    // In a process of its own, for pprof looks once only.
    if std::env::var_os("DURABENCH_TEST_TMPDIR").is_none() {
        let root = tempfile::tempdir().unwrap();
        let missing = root.path().join("missing");
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .envs([("TMPDIR", missing.as_path()), ("DURABENCH_TEST_TMPDIR", Path::new("1"))])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let warning = format!(
            "warning: no flamegraph of `case`: cannot make a temporary file for the samples in {}: ",
            missing.display()
        );
        assert!(said.contains(&warning) && said.contains("; set TMPDIR to a directory"), "{said}");
        return;
    }
    let mut profiler = FlamegraphProfiler::new(Clock::OnCpu, 997).unwrap();
    profiler.start_profiling("case", Path::new("unused"));
    profiler.stop_profiling("case", Path::new("unused"));
    let refusal = profiler::check_temporary_directory().unwrap_err();
    assert!(matches!(refusal, profiler::ProfilerError::TemporaryDirectory { .. }), "{refusal}");
}

fn entries(directory: &Path) -> usize {
    std::fs::read_dir(directory).unwrap().count()
}
