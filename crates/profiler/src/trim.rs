//! Cuts a stack down to the case: what lies below it belongs to Criterion and the standard library.
//!
//! Warm-up and measurement reach the case through different frames of Criterion; without the cut
//! each would stand in a tower of its own, on some twenty frames that say nothing.

/// Stands for the case's own code where the compiler inlined it into Criterion's loop without a
/// trace.
pub(crate) const INLINED: &str = "[inlined into the bench loop]";
/// Stands for the harness's own work around the case.
pub(crate) const HARNESS: &str = "[harness]";
/// Stands below a stack whose outer part is missing: too deep, or not to be unwound.
pub(crate) const INCOMPLETE: &str = "[incomplete stack]";

/// Crates that call the case. Criterion 0.8 calls it through `alloca` to vary the stack's
/// alignment.
const HARNESS_CRATES: [&str; 2] = ["criterion", "alloca"];

/// The module of Criterion's loops around a case.
const BENCHER: &str = "criterion::bencher::";

/// Whose stack it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The thread on which Criterion calls the case.
    BenchThread,
    /// A thread which the case started.
    OtherThread,
}

/// The part of a stack (outermost frame first) that belongs to the case.
///
/// The innermost frame of the harness decides, so that the case's setup outside `Bencher::iter` is
/// kept too. A `Bencher` with nothing inside it is the case inlined into the loop.
pub(crate) fn trim(stack: &[String], owner: Owner) -> Vec<&str> {
    let boundary = stack.iter().rposition(|name| is_harness(name) || is_thread_start(name));
    let Some(boundary) = boundary else {
        let incomplete = (owner == Owner::BenchThread).then_some(INCOMPLETE);
        return incomplete.into_iter().chain(stack.iter().map(String::as_str)).collect();
    };
    let case: Vec<&str> = stack[boundary + 1..]
        .iter()
        .map(String::as_str)
        .skip_while(|name| is_call_glue(name))
        .collect();
    if !case.is_empty() {
        case
    } else if stack[boundary].contains(BENCHER) {
        vec![INLINED]
    } else {
        vec![HARNESS]
    }
}

fn is_harness(name: &str) -> bool {
    HARNESS_CRATES.contains(&crate_of(name))
}

/// The frame in which the standard library starts each thread's work.
fn is_thread_start(name: &str) -> bool {
    name.contains("__rust_begin_short_backtrace")
}

/// The standard library's way from a caller to a closure, which only repeats the closure's name.
fn is_call_glue(name: &str) -> bool {
    name.starts_with("core::ops::function::") || name.contains(" as core::ops::function::Fn")
}

/// The crate of a demangled Rust name, which for a trait's method is the crate of the type.
fn crate_of(name: &str) -> &str {
    let mut path = name;
    while let Some(rest) = ["<", "&", "*const ", "*mut ", "mut ", "dyn "]
        .iter()
        .find_map(|opening| path.strip_prefix(opening))
    {
        path = rest;
    }
    path.split("::").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCH: &str =
        "<criterion::routine::Function<M,F,T> as criterion::routine::Routine<M,T>>::bench";
    const WARM_UP: &str =
        "<criterion::routine::Function<M,F,T> as criterion::routine::Routine<M,T>>::warm_up";
    const ITER: &str = "criterion::bencher::Bencher<M>::iter_custom";
    const GLUE: &str =
        "core::ops::function::impls::<impl core::ops::function::FnMut<A> for &mut F>::call_mut";

    fn stack(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn warm_up_and_measurement_merge() {
        let warm_up = stack(&["main", WARM_UP, "case::{{closure}}", ITER, GLUE, "case::write"]);
        let bench = stack(&[
            "main",
            BENCH,
            "alloca::trampoline",
            "criterion::routine::Function::bench::{{closure}}",
            "case::{{closure}}",
            ITER,
            "case::write",
        ]);
        assert_eq!(trim(&warm_up, Owner::BenchThread), ["case::write"]);
        assert_eq!(trim(&bench, Owner::BenchThread), ["case::write"]);
    }

    #[test]
    fn names_made_from_line_tables_are_cut_too() {
        let names = stack(&[
            "criterion::routine::warm_up",
            "criterion::benchmark_group::{closure#0}",
            "case::{closure#0}",
            "criterion::bencher::iter",
            "core::ops::function::call_mut",
            "case::{closure#1}",
        ]);
        assert_eq!(trim(&names, Owner::BenchThread), ["case::{closure#1}"]);
        assert_eq!(trim(&names[..5], Owner::BenchThread), [INLINED]);
    }

    #[test]
    fn setup_outside_the_loop_is_kept() {
        let setup = stack(&["main", BENCH, "case::{{closure}}", "case::prefill"]);
        assert_eq!(trim(&setup, Owner::BenchThread), ["case::{{closure}}", "case::prefill"]);
    }

    #[test]
    fn names_that_only_mention_the_harness_are_kept() {
        let mentioning =
            "<case::Bench as core::ops::Drop>::drop::<criterion::bencher::Bencher<WallTime>>";
        let names = stack(&["main", ITER, mentioning, "criterion_like::work"]);
        assert_eq!(trim(&names, Owner::BenchThread), [mentioning, "criterion_like::work"]);
    }

    #[test]
    fn a_case_inlined_without_a_trace_is_said() {
        assert_eq!(trim(&stack(&["main", BENCH, ITER]), Owner::BenchThread), [INLINED]);
        assert_eq!(trim(&stack(&["main", BENCH, ITER, GLUE]), Owner::BenchThread), [INLINED]);
        assert_eq!(trim(&stack(&["main", BENCH]), Owner::BenchThread), [HARNESS]);
    }

    #[test]
    fn a_missing_outer_part_is_said_on_the_bench_thread() {
        let deep = stack(&["walk", "walk"]);
        assert_eq!(trim(&deep, Owner::BenchThread), [INCOMPLETE, "walk", "walk"]);
        assert_eq!(trim(&deep, Owner::OtherThread), ["walk", "walk"]);
    }

    #[test]
    fn a_started_thread_begins_with_its_closure() {
        let names = stack(&[
            "clone3",
            "start_thread",
            "std::sys::backtrace::__rust_begin_short_backtrace",
            "case::flusher::{{closure}}",
            "fdatasync",
        ]);
        assert_eq!(trim(&names, Owner::OtherThread), ["case::flusher::{{closure}}", "fdatasync"]);
    }
}
