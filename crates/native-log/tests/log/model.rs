//! Any sequence of calls, power cuts and reopenings equals a model: a list of packets.

use native_log::storage::{MemoryStorage, PowerCut};
use native_log::{Log, LogOptions, Sequence};
use proptest::prelude::*;

use crate::common::{SPACES, open, packet, read_all, threaded, tiny};

#[derive(Clone, Debug)]
enum Call {
    Append { length: usize, records: u32 },
    Wait,
    DropBefore { back: u64 },
    ReadFrom { back: u64 },
    Close,
    Abandon,
    CutPower { seed: u64 },
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        8 => (1usize..=600, any::<u32>())
            .prop_map(|(length, records)| Call::Append { length, records }),
        3 => Just(Call::Wait),
        1 => (0u64..30).prop_map(|back| Call::DropBefore { back }),
        1 => (0u64..30).prop_map(|back| Call::ReadFrom { back }),
        1 => Just(Call::Close),
        1 => Just(Call::Abandon),
        1 => any::<u64>().prop_map(|seed| Call::CutPower { seed }),
    ]
}

struct Model {
    memory: MemoryStorage,
    /// A space for each life: options may change between them.
    options: Vec<LogOptions>,
    life: usize,
    log: Option<Log>,
    /// All packets ever appended that are still thought to be there, from sequence 1.
    packets: Vec<(u32, Vec<u8>)>,
    acked: u64,
    made: u64,
}

impl Model {
    fn log(&self) -> &Log {
        self.log.as_ref().unwrap()
    }

    fn apply(&mut self, call: &Call) {
        match *call {
            Call::Append { length, records } => {
                self.made += 1;
                let bytes = packet(self.made, length);
                let sequence = self.log().append(&bytes, records).unwrap();
                self.packets.push((records, bytes));
                assert_eq!(sequence.get(), self.packets.len() as u64);
            }
            Call::Wait => {
                self.acked = self.log().flush().unwrap().get();
                assert_eq!(self.acked, self.packets.len() as u64);
            }
            Call::DropBefore { back } => {
                let before = Sequence::new(self.acked.saturating_sub(back));
                let first = self.log().first();
                self.log().drop_before(before).unwrap();
                assert!(self.log().first() <= before.max(first));
            }
            Call::ReadFrom { back } => self.compare(self.acked.saturating_sub(back)),
            Call::Close => {
                let log = self.log.take().unwrap();
                log.close().unwrap();
                self.acked = self.packets.len() as u64;
                self.reopen();
                let empty = self.acked == 0;
                assert_eq!(self.log().recovery().clean_close, !empty);
            }
            Call::Abandon => {
                self.log = None;
                self.reopen();
            }
            Call::CutPower { seed } => {
                self.log = None;
                self.memory = self.memory.after_power_cut(PowerCut::TakesSome { seed });
                self.reopen();
            }
        }
    }

    fn reopen(&mut self) {
        self.life += 1;
        let options = self.options[self.life % self.options.len()];
        let log = open(&self.memory, options).unwrap();
        let through = log.acked_through().get();
        assert!(through >= self.acked && through <= self.packets.len() as u64);
        self.packets.truncate(through as usize);
        self.acked = through;
        self.log = Some(log);
        self.compare(0);
    }

    /// Compares what can be read with the model, from a sequence on.
    fn compare(&self, from: u64) {
        let log = self.log();
        let from = Sequence::new(from.max(log.first().get()));
        let through = log.acked_through().get();
        let found = read_all(log, from);
        // A flusher of the log's own may acknowledge more meanwhile.
        let read_through = from.get() + found.len() as u64 - 1;
        assert!(read_through >= through);
        let expected: Vec<_> = (from.get()..=read_through)
            .map(|number| {
                let (records, bytes) = &self.packets[number as usize - 1];
                (number, *records, bytes.clone())
            })
            .collect();
        assert_eq!(found, expected);
    }
}

fn run(options: Vec<LogOptions>, calls: &[Call]) {
    let memory = MemoryStorage::new();
    let log = Some(open(&memory, options[0]).unwrap());
    let mut model = Model { memory, options, life: 0, log, packets: Vec::new(), acked: 0, made: 0 };
    for call in calls {
        model.apply(call);
    }
    model.compare(0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_calls_equal_the_model(
        space in 0..SPACES.len(), calls in prop::collection::vec(call(), 1..80),
    ) {
        run(vec![tiny(SPACES[space])], &calls);
    }

    #[test]
    fn any_calls_equal_the_model_while_options_change(
        first in 0..SPACES.len(), second in 0..SPACES.len(),
        calls in prop::collection::vec(call(), 1..80),
    ) {
        let larger = LogOptions { segment_bytes: 4096 + 2048, ..threaded(tiny(SPACES[second])) };
        run(vec![tiny(SPACES[first]), larger], &calls);
    }
}
