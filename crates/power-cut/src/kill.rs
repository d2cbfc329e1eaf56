//! The other half: not the power goes, but a process. The page cache outlives it, so this says nothing of syncs:
//! what was written is there, synced or not.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use disk_model::{Dice, Disk};
use write_path::sqlite::JournalMode;

use crate::directory::{lay_out, taken_from};
use crate::error::Error;
use crate::key::Key;
use crate::life::{Left, live_in, restart};
use crate::oracle::{Class, Judgement, judge};
use crate::recording::{Phase, Recorder, Told};
use crate::subject::Subject;

/// A life tells so many lines at least before it ends.
const LINES: u64 = 16;
/// After the last line that is awaited the process goes on for less than this.
const GOES_ON_US_MAX: u64 = 1_500;

/// What a child process does: lives in a directory, and tells its standard output of each packet that is begun or
/// acknowledged, in lines that [`killed`] reads.
///
/// # Errors
/// What fails in a life that nobody kills.
pub fn live_until_killed(subject: &dyn Subject, directory: &Path) -> Result<(), Error> {
    let recorder = Recorder::new(Disk::default(), Phase::Opening).telling(|told| {
        let mut out = io::stdout().lock();
        // Who does not listen any more is about to kill this process.
        let line = serde_json::to_string(&told).map_err(io::Error::from);
        let _ = line.and_then(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    });
    live_in(subject, directory, &recorder)
}

/// Lets a child live ([`live_until_killed`] in the directory `killed` of this one), kills it at a moment that the dice
/// choose, and judges what a restart finds.
///
/// # Errors
/// If there is no child to kill; else what is the machinery's fault.
pub fn killed(
    subject: &dyn Subject,
    child: &mut Command,
    scratch: &Path,
    dice: &mut Dice,
) -> Result<Judgement, Error> {
    let directory = scratch.join(KILLED);
    lay_out(&Disk::default(), &[], &directory)?;
    let spawned = child.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let child = spawned.map_err(Error::io("starting a process for", &directory))?;
    let mut expected = subject.course().expected();
    let heard = told_until_killed(child, dice).map_err(Error::io("killing who is in", &directory));
    heard?.into_iter().for_each(|told| expected.hear(told));
    let disk = taken_from(&directory)?;
    let left = Left { disk: &disk, volatile: &[], life: 1, recorded: false };
    let (found, _) = restart(subject, &left, scratch)?;
    Ok(judge(&found, &expected))
}

/// The directory in which a child lives that is to be killed.
pub const KILLED: &str = "killed";

/// Everything that a child told until it was dead.
fn told_until_killed(mut child: Child, dice: &mut Dice) -> io::Result<Vec<Told>> {
    let mut heard = Vec::new();
    if let Some(out) = child.stdout.take() {
        let mut lines = BufReader::new(out).lines();
        // The first line says that what was there before is there.
        let awaited = 1 + dice.below(LINES) as usize;
        for line in lines.by_ref().take(awaited) {
            // The last line may be cut short.
            heard.extend(serde_json::from_str::<Told>(&line?));
        }
        thread::sleep(Duration::from_micros(dice.below(GOES_ON_US_MAX)));
        child.kill()?;
        for line in lines {
            heard.extend(serde_json::from_str::<Told>(&line?));
        }
    }
    let status = child.wait()?;
    match (status.success(), status.signal()) {
        (false, None) => {
            Err(io::Error::other(format!("expected a child that lives, got {status}")))
        }
        _ => Ok(heard),
    }
}

/// The worst that may be found when a process is killed. "Transactions are durable across application crashes regardless
/// of the synchronous setting or journal mode" (<https://sqlite.org/pragma.html#pragma_synchronous>), but where the
/// journal is in memory or is none, a transaction that was going on may be there in part.
#[must_use]
pub fn expected_of_kill(key: &Key) -> Class {
    match key {
        Key::Sqlite { journal_mode: JournalMode::Memory | JournalMode::Off, .. } => {
            Class::Unopenable
        }
        // What was not acknowledged may be there in part: each shard commits its own.
        Key::Sharded { .. } => Class::BreaksPrefix,
        _ => Class::Durable,
    }
}
