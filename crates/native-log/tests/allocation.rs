//! Appending and committing allocate nothing once the buffers have grown.
#![expect(unsafe_code, reason = "only a global allocator can count what is allocated")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use native_log::{Log, LogOptions, Prepare, Sequence};

struct Counting;

thread_local! {
    /// Allocations of this thread, so that the test harness and the log's own preparation do not
    /// count.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is handed to the system's allocator as it came; counting touches only a
// thread-local cell that needs no allocation and no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises about `layout` are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises about `pointer` and `layout` are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises about all three are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(act: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    act();
    ALLOCATIONS.get() - before
}

fn burst(log: &Log) {
    for _ in 0..8 {
        for length in [24, 9_600, 1, 500] {
            log.append(&[7; 9_600][..length], 1).expect("appends");
            log.append_with(length, 1, |bytes| bytes.fill(8)).expect("appends");
        }
        log.flush().expect("commits");
    }
}

#[test]
fn the_steady_state_allocates_nothing() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let options = LogOptions { prepare: Prepare::WhenNeeded, ..LogOptions::growing_fdatasync() };
    let log = Log::open(scratch.path(), options).expect("opens");
    burst(&log);
    assert_eq!(allocations(|| burst(&log)), 0);

    let mut reader = log.read_from(Sequence::FIRST).expect("readable");
    reader.next().expect("readable").expect("there");
    let reading = allocations(|| while reader.next().expect("readable").is_some() {});
    assert_eq!(reading, 0);
    assert!(allocations(|| drop(std::hint::black_box(vec![1]))) > 0, "the counter counts");
}
