//! Any order of commits, ends and restarts leaves each acked record behind a log exactly once.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{
    FeedAfterAck, FrontLog, LogThenSqliteSpec, PathSpec, Retention, SoupLogFile, TailedLogSpec,
    Tailing, WritePath,
};

use crate::common::{digest_in_turn, log, sqlite, turn, votes_in_turn};

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Hands in a packet of so many votes.
    Submit(u64),
    /// Waits for the last packet.
    Ack,
    /// Acks the last packet and does what was put off.
    AckAndAfter,
    Drain,
    /// Closes in order and opens again.
    Restart,
    /// Lets everything go as it stands and opens again.
    Crash,
}

fn any_script() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (1..9_u64).prop_map(Step::Submit),
        2 => Just(Step::Ack),
        4 => Just(Step::AckAndAfter),
        1 => Just(Step::Drain),
        1 => Just(Step::Restart),
        2 => Just(Step::Crash),
    ];
    prop::collection::vec(step, 1..30)
}

fn specs() -> Vec<Box<dyn PathSpec>> {
    let sqlite = |journal_mode, synchronous| SqliteSpec {
        table: Table::VotesAndCounts,
        ..sqlite("bundled", journal_mode, synchronous)
    };
    let native = |retention| FrontLog::Native { options: log().options, retention };
    let normal = sqlite(JournalMode::Wal, Synchronous::Normal);
    vec![
        Box::new(LogThenSqliteSpec {
            log: native(Retention::Everything),
            sqlite: sqlite(JournalMode::Off, Synchronous::Off),
            feed: FeedAfterAck::EachAck,
        }),
        Box::new(LogThenSqliteSpec {
            log: FrontLog::Soup(SoupLogFile::VOTE),
            sqlite: normal,
            feed: FeedAfterAck::Buffered { rows_max: 10 },
        }),
        Box::new(LogThenSqliteSpec {
            log: native(Retention::Unfed),
            sqlite: normal,
            feed: FeedAfterAck::Buffered { rows_max: 10 },
        }),
        Box::new(TailedLogSpec {
            log: log().options,
            retention: Retention::Unfed,
            sqlite: normal,
            tailing: Tailing {
                operations_enough: NonZeroU32::new(5).unwrap(),
                wait_max: Duration::from_millis(1),
                transaction_operations: NonZeroU32::new(12).unwrap(),
                lag_operations: NonZeroU64::new(20).unwrap(),
            },
        }),
    ]
}

/// A path while a script runs over it. Votes are handed in in order, so that a count tells which are
/// there.
struct Run<'run> {
    spec: &'run dyn PathSpec,
    directory: &'run Path,
    path: Option<Box<dyn WritePath>>,
    handed_in: u64,
    acked: u64,
    last: Option<write_path::Ticket>,
}

impl Run<'_> {
    fn step(&mut self, step: Step) {
        let path = self.path.as_mut().unwrap();
        match step {
            Step::Submit(votes) => {
                let users = self.handed_in..self.handed_in + votes;
                self.last = Some(path.submit(&votes_in_turn(users)).unwrap());
                self.handed_in += votes;
            }
            Step::Ack | Step::AckAndAfter => {
                let Some(ticket) = self.last else { return };
                path.wait(ticket).unwrap();
                self.acked = self.handed_in;
                if matches!(step, Step::AckAndAfter) {
                    path.after_ack().unwrap();
                }
            }
            Step::Drain => {
                path.drain().unwrap();
                assert_eq!(path.inspect().lag_operations(), Some(0));
                self.acked = self.handed_in;
            }
            Step::Restart => {
                self.path.take().unwrap().close().unwrap();
                self.acked = self.handed_in;
                self.reopen();
            }
            Step::Crash => {
                self.path = None;
                self.reopen();
            }
        }
    }

    /// Checks what is there, and goes on after it.
    fn reopen(&mut self) {
        let found = self.spec.recover(self.directory).unwrap();
        assert!((self.acked..=self.handed_in).contains(&found.records()), "{:?}", self.spec);
        assert_eq!(found, digest_in_turn(0..found.records()), "{:?}", self.spec);
        self.handed_in = found.records();
        self.acked = found.records();
        self.last = None;
        self.path = Some(self.spec.open(self.directory).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn each_acked_record_is_there_once(script in any_script()) {
        let _turn = turn();
        for spec in specs() {
            let directory = tempfile::tempdir().unwrap();
            let path = Some(spec.open(directory.path()).unwrap());
            let mut run = Run {
                spec: spec.as_ref(),
                directory: directory.path(),
                path,
                handed_in: 0,
                acked: 0,
                last: None,
            };
            script.iter().for_each(|&step| run.step(step));
            run.step(Step::Crash);
        }
    }
}
