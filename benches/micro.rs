//! What do the parts of a write cost, each alone and in memory?
//!
//! No question, no record and no disk: Criterion itself samples each part, and its pages are all there is. The figures say
//! where the processor time of a path goes, and a change of one of them shows here first. Each part's result is checked
//! once, outside of what is timed.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt::{Debug, Display};
use std::hint::black_box;
use std::io;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BatchSize, Bencher, BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use fixture::{
    INTERRUPTED_EXIT_CODE, OutputRelay, SEED, Workload, check_interrupt, count, install_interrupt,
    note_ids,
};
use measure::latency::LatencyHistogram;
use runner::workload::PacketSource;
use sqlite_builds::{Connection, OpenMode, OpenOptions};
use tempfile::TempDir;
use write_path::sqlite::{JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table};
use write_path::{Packet, PathSpec as _, WritePath, decode_operations, encode_packet};

/// What all ids begin with.
const NAME: &str = "micro";

/// The first document's merged packet.
const VOTES: NonZeroU32 = count(400);

/// The build that is measured.
const BUILD: &str = "bundled";

const INSERT: &str = "INSERT INTO votes VALUES (?1, ?2)";

/// Rows after which a table begins anew, so that it takes neither memory without end nor ever longer.
const ROWS_MAX: u32 = 50_000;

/// The group of all parts, and the full ids of those that it was told of.
struct Group<'criterion> {
    parts: BenchmarkGroup<'criterion, WallTime>,
    ids: Vec<String>,
}

type Checked<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let mut output = OutputRelay::none();
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(150))
        .measurement_time(Duration::from_millis(500))
        .nresamples(10_000)
        .configure_from_args();
    output.begin();
    install_interrupt();
    match measure_all(&mut criterion) {
        Ok(ids) => note_ids(NAME, &ids).unwrap_or(ExitCode::SUCCESS),
        Err(_) if check_interrupt().is_err() => {
            eprintln!("interrupted: what Criterion stored is kept");
            ExitCode::from(INTERRUPTED_EXIT_CODE)
        }
        Err(error) => {
            eprintln!("error: micro: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures all parts and tells their ids.
fn measure_all(criterion: &mut Criterion) -> Checked<Vec<String>> {
    let ids = measure_parts(criterion)?;
    criterion.final_summary();
    Ok(ids)
}

fn measure_parts(criterion: &mut Criterion) -> Checked<Vec<String>> {
    let mut group = Group { parts: criterion.benchmark_group(NAME), ids: Vec::new() };
    // What sets a throughput comes last: it stays with the group.
    for part in [histogram, hand_off, bind_and_step, point_read, commit, encode_and_checksum] {
        // So that Ctrl-C leaves no directory behind.
        check_interrupt()?;
        part(&mut group)?;
    }
    group.parts.finish();
    Ok(group.ids)
}

impl Group<'_> {
    fn bench(
        &mut self,
        part: &str,
        items: impl Display,
        run: impl FnMut(&mut Bencher<'_, WallTime>),
    ) {
        self.ids.push(format!("{NAME}/{part}/{items}"));
        self.parts.bench_function(BenchmarkId::new(part, items), run);
    }
}

fn expect_equal<T: PartialEq + Debug + ?Sized>(what: &str, got: &T, expected: &T) -> Checked {
    if got == expected {
        Ok(())
    } else {
        Err(format!("{what}: expected {expected:?}, got {got:?}").into())
    }
}

/// A packet as the log writes it, and the checksum of its 9,600 bytes.
fn encode_and_checksum(group: &mut Group<'_>) -> Checked {
    let packet = PacketSource::new(Workload::VOTES, VOTES, SEED).next_packet();
    let mut bytes = vec![0; packet.payload_bytes()];
    encode_packet(&packet, &mut bytes);
    let mut decoded = Vec::new();
    decode_operations(&bytes, |operation| decoded.push(operation))?;
    expect_equal("decoded operations", &decoded[..], packet.operations())?;
    // RFC 3720, B.4: 32 zero bytes.
    expect_equal("the checksum of 32 zero bytes", &crc32c::crc32c(&[0; 32]), &0x8a91_36aa)?;
    group.parts.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench("checksum", bytes.len(), |bencher| {
        bencher.iter(|| crc32c::crc32c(black_box(&bytes)));
    });
    group.bench("encode", packet.len(), |bencher| {
        bencher.iter(|| encode_packet(black_box(&packet), black_box(&mut bytes)));
    });
    Ok(())
}

/// One latency into the histogram that every ack goes into.
fn histogram(group: &mut Group<'_>) -> Checked {
    let mut histogram = LatencyHistogram::new();
    let mut latency_ns = 1_000;
    let mut recorded = 0;
    group.bench("histogram", 1, |bencher| {
        bencher.iter(|| {
            latency_ns = latency_ns * 5 % 9_999_991;
            recorded += 1;
            histogram.record_ns(black_box(latency_ns));
        });
    });
    expect_equal("latencies in the histogram", &histogram.count(), &recorded)
}

/// A number to another thread and back.
fn hand_off(group: &mut Group<'_>) -> Checked {
    let (there, at_thread): (Sender<u64>, Receiver<u64>) = channel();
    let (back, here) = channel();
    let echo = thread::spawn(move || {
        at_thread.into_iter().map(|number| back.send(number + 1)).all(|sent| sent.is_ok())
    });
    there.send(41)?;
    expect_equal("the number that came back", &here.recv()?, &42)?;
    group.bench("hand-off", 1, |bencher| {
        bencher.iter(|| there.send(black_box(1)).map(|()| here.recv()));
    });
    drop(there);
    expect_equal("every number came back", &echo.join().unwrap_or(false), &true)
}

/// One vote into a table, in a transaction that stays open: binding and stepping, and no commit.
fn bind_and_step(group: &mut Group<'_>) -> Checked {
    let directory = directory_in_memory()?;
    let connection = open(directory.path())?;
    connection.execute_batch("BEGIN")?;
    let mut insert = connection.prepare(INSERT)?;
    insert.execute((7, 9_u32))?;
    let inserted: (u32, u32) =
        connection.query_row("SELECT article, user FROM votes", [], |row| row.try_into())?;
    expect_equal("the row that was inserted", &inserted, &(7, 9))?;
    let (rows, user) = (Cell::new(1), Cell::new(0));
    group.bench("bind-and-step", 1, |bencher| {
        let next = || {
            if rows.replace(rows.get() + 1) == ROWS_MAX {
                rows.set(1);
                connection
                    .execute_batch("DELETE FROM votes")
                    .expect("a table in memory is emptied");
            }
            user.set(user.get() + 1);
            (user.get() % 100_000, user.get())
        };
        let step = |vote| insert.execute(vote).expect("a table in memory takes a row");
        bencher.iter_batched(next, step, BatchSize::NumIterations(u64::from(ROWS_MAX / 10)));
    });
    Ok(())
}

/// One row by its key, through a statement that is prepared.
fn point_read(group: &mut Group<'_>) -> Checked {
    let directory = directory_in_memory()?;
    let connection = open(directory.path())?;
    connection.execute_batch("BEGIN")?;
    for user in 1..=ROWS_MAX {
        connection.prepare_cached(INSERT)?.execute((user % 100_000, user))?;
    }
    connection.execute_batch("COMMIT")?;
    let mut select = connection.prepare("SELECT user FROM votes WHERE rowid = ?1")?;
    let mut read = |rowid: u32| select.query_row([rowid], |row| row.get::<_, u32>(0));
    for rowid in [1, ROWS_MAX / 2, ROWS_MAX] {
        expect_equal("the row that was read", &read(rowid)?, &rowid)?;
    }
    let mut rowid = 0;
    group.bench("point-read", 1, |bencher| {
        bencher.iter(|| {
            // A prime step, so that no two reads in a row find the same page.
            rowid = (rowid + 7_919) % ROWS_MAX;
            read(black_box(rowid + 1))
        });
    });
    Ok(())
}

/// The whole way of a packet through SQLite in WAL mode, without a sync; automatic checkpoints are part of it.
fn commit(group: &mut Group<'_>) -> Checked {
    let mut first = Store::open()?;
    let packet = first.source.next_packet();
    first.commit(&packet)?;
    first.verify()?;
    let store = RefCell::new(Store::open()?);
    let mut outcome: Checked = Ok(());
    group.bench("commit", VOTES, |bencher| {
        let next = || store.borrow_mut().next_packet();
        let commit = |packet: Checked<Packet>| {
            let committed = packet.and_then(|packet| {
                store.borrow_mut().commit(&packet)?;
                Ok(packet)
            });
            // Handed out, so that nothing is freed on the clock.
            committed.map_err(|error| outcome = Err(error))
        };
        bencher.iter_batched(next, commit, BatchSize::PerIteration);
    });
    outcome?;
    store.into_inner().verify()
}

/// An open path, and what it was given.
struct Store {
    directory: TempDir,
    spec: SqliteSpec,
    path: Box<dyn WritePath>,
    source: PacketSource,
}

impl Store {
    fn open() -> Checked<Self> {
        let directory = directory_in_memory()?;
        let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Off);
        let table = Table::Votes(SecondaryIndexes::None);
        let spec = SqliteSpec::new(sqlite_builds::find(BUILD)?, table, pragmas);
        let path = spec.open(directory.path())?;
        let source = PacketSource::new(Workload::VOTES, VOTES, SEED);
        Ok(Self { directory, spec, path, source })
    }

    /// The next packet, for a fresh store once this one is full.
    fn next_packet(&mut self) -> Checked<Packet> {
        if self.source.inserted() >= u64::from(ROWS_MAX) {
            std::mem::replace(self, Self::open()?).verify()?;
        }
        Ok(self.source.next_packet())
    }

    fn commit(&mut self, packet: &Packet) -> Checked {
        let ticket = self.path.submit(packet)?;
        self.path.wait(ticket)?;
        Ok(self.path.after_ack()?)
    }

    fn verify(self) -> Checked {
        self.path.close()?;
        let found = self.spec.recover(self.directory.path())?;
        expect_equal("what was found after reopening", &found, &self.source.made())
    }
}

/// A directory on a tmpfs where there is one.
fn directory_in_memory() -> io::Result<TempDir> {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())
}

/// An empty table of votes, as rusqlite's users have it.
fn open(directory: &Path) -> Checked<Connection> {
    let options = OpenOptions::of_one_thread(OpenMode::ReadWriteCreate);
    let build = sqlite_builds::find(BUILD)?.activate()?;
    let connection = build.open(&directory.join("micro.db"), &options)?;
    connection.execute_batch(Table::Votes(SecondaryIndexes::None).create_sql())?;
    Ok(connection)
}
