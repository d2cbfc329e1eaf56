//! A next segment that cannot be prepared ahead stops the log only when it is needed.

use std::sync::Arc;

use native_log::storage::{Fault, FaultPlan, FaultyStorage, MemoryStorage};
use native_log::{Error, Log, Operation};

use crate::common::{SPACES, open, packet, threaded, tiny};

const ENOSPC: i32 = 28;

#[test]
fn a_segment_that_cannot_be_prepared_ahead_stops_the_log_only_when_it_is_needed() {
    for space in [SPACES[0], SPACES[3]] {
        let memory = MemoryStorage::new();
        let plan = FaultPlan { operation: Operation::Create, nth: 2, fault: Fault::Os(ENOSPC) };
        let storage = FaultyStorage::new(Arc::new(memory.clone()), plan);
        let log = Log::open_on(Arc::new(storage.clone()), threaded(tiny(space))).unwrap();
        while !storage.has_struck() {
            std::thread::yield_now();
        }
        for number in 1..=4 {
            log.wait(log.append(&packet(number, 150), 1).unwrap()).unwrap();
        }
        log.flush().unwrap();
        // The fifth fits, and the sixth does not.
        let fifth = log.append(&packet(5, 150), 1).unwrap();
        log.wait(fifth).unwrap();
        let error = log.append(&packet(6, 150), 1).unwrap_err();
        let Error::Poisoned(failure) = error else { panic!("{error}") };
        assert_eq!(failure.operation, Operation::Create);
        assert_eq!(failure.cause.raw_os_error(), Some(ENOSPC));
        assert!(matches!(log.flush(), Err(Error::Poisoned(_))));
        drop(log);
        assert_eq!(open(&memory, tiny(space)).unwrap().acked_through(), fifth);
    }
}

#[test]
fn a_log_that_cannot_prepare_a_segment_can_be_closed_in_order() {
    let memory = MemoryStorage::new();
    let plan = FaultPlan { operation: Operation::Create, nth: 2, fault: Fault::Os(ENOSPC) };
    let storage = FaultyStorage::new(Arc::new(memory.clone()), plan);
    let log = Log::open_on(Arc::new(storage.clone()), threaded(tiny(SPACES[0]))).unwrap();
    while !storage.has_struck() {
        std::thread::yield_now();
    }
    log.append(&packet(1, 150), 1).unwrap();
    log.close().unwrap();
    assert!(open(&memory, tiny(SPACES[0])).unwrap().recovery().clean_close);
}
