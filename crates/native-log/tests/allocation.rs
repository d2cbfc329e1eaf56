//! Appending and committing allocate nothing once the buffers have grown, and opening takes no more
//! memory than a log's segments allow, whatever bytes lie in them.
#![expect(unsafe_code, reason = "only a global allocator can count what is allocated")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;

use native_log::{Log, LogOptions, Prepare, Sequence};

struct Counting;

thread_local! {
    /// Allocations of this thread, so that the test harness and the log's own preparation do not
    /// count.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    /// The longest of them, in bytes.
    static LONGEST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed to the system's allocator as it came; counting touches only a
// thread-local cell that needs no allocation and no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promises about `layout` are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises about `pointer` and `layout` are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        // SAFETY: the caller's promises about all three are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn note(bytes: usize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    LONGEST.set(LONGEST.get().max(bytes));
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn allocations(act: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    act();
    ALLOCATIONS.get() - before
}

fn longest_allocation(act: impl FnOnce()) -> usize {
    LONGEST.set(0);
    act();
    LONGEST.get()
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

/// Begins a log of one segment, and writes bytes into it that look like a frame of this length: its
/// file is long enough for that, and takes no blocks. Returns the longest allocation of opening it.
fn longest_when_opening(packet_bytes_max: u32, payload_bytes: u32) -> usize {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let options =
        LogOptions { packet_bytes_max, segment_bytes: 8 << 30, ..LogOptions::growing_fdatasync() };
    drop(Log::open(scratch.path(), options).expect("begins"));
    let path = scratch.path().join("segment-00000001.log");
    let file = OpenOptions::new().write(true).open(path).expect("the first segment");
    let mut header = [0; 32];
    header[4..8].copy_from_slice(&payload_bytes.to_le_bytes());
    // Generation 1, one record, sequence 1.
    header[8] = 1;
    header[12] = 1;
    header[16] = 1;
    file.write_all_at(&header, 4096).expect("forges a header");
    file.set_len(4096 + 32 + u64::from(payload_bytes)).expect("a long file without blocks");
    longest_allocation(|| {
        let log = Log::open(scratch.path(), options).expect("opens: nothing was acknowledged");
        assert!(log.recovery().cut.is_some());
    })
}

#[test]
fn bytes_that_look_like_a_long_frame_take_no_memory() {
    // Longer than any packet of this log.
    assert!(longest_when_opening(4096, 50 << 20) < 1 << 20);
    // Within the limit, but its checksum is wrong.
    assert!(longest_when_opening(60 << 20, 50 << 20) < 1 << 20);
}
