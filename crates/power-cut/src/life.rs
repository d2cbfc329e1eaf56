//! Lives of subjects: undisturbed and recorded, and those that begin from what a crash left.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use disk_model::Disk;
use native_log::storage::{MemoryStorage, Storage};

use crate::directory::{lay_out, taken_from};
use crate::error::{Error, StoreError};
use crate::fault::Fault;
use crate::files::recorded_below;
use crate::oracle::Found;
use crate::recording::{Phase, Recorder, Recording};
use crate::storage::RecordedStorage;
use crate::subject::{Checked, Due, Home, OpenStore, Place, Subject};

/// After so many errors in succession an application gives up.
const REOPENINGS_MAX: usize = 3;
/// Ends the name of a file that lies beside a database which may have to be made again, in a directory of another name.
const MAY_BE_TORN: &str = "may-be-torn";

/// What a crash left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left<'a> {
    /// The files, all of them durable.
    pub(crate) disk: &'a Disk,
    /// Files that no crash keeps, but which are there.
    pub(crate) volatile: &'a [(&'a str, &'a [u8])],
    /// The life that now begins: 1 after the first crash.
    pub(crate) life: u32,
    /// Whether its events are wanted.
    pub(crate) recorded: bool,
}

/// Lives once in an empty directory, undisturbed but for a fault. After an error that this led to, the store is opened
/// again and the life goes on, as far as it gets.
///
/// # Errors
/// Whatever fails without a fault: nothing may.
pub fn live(
    subject: &dyn Subject,
    scratch: &Path,
    fault: Option<Fault>,
) -> Result<Recording, Error> {
    let place = directory(scratch.join("life"));
    match subject.home() {
        Home::Memory(disk) => {
            let recorder = Recorder::new(disk.clone(), Phase::Opening).with_fault(fault);
            live_through(subject, &in_memory(disk, place, Some(&recorder)), &recorder)?;
            Ok(recorder.recording())
        }
        Home::Directory { build, databases, .. } => {
            let build = build.activate()?;
            let directory = &place.directory;
            fs::create_dir_all(directory).map_err(Error::io("creating", directory))?;
            make(subject, &place).map_err(Error::Store)?;
            let start = taken_from(directory)?;
            let recorder = Recorder::new(start, Phase::Opening).with_fault(fault);
            let recorded = recorded_below(&build, directory, databases, &recorder)?;
            live_through(subject, &place, &recorder)?;
            drop(recorded);
            fs::remove_dir_all(directory).map_err(Error::io("removing", directory))?;
            Ok(recorder.recording())
        }
    }
}

/// Lives once in an empty directory of real files, unrecorded; the recorder is told of packets alone.
///
/// # Errors
/// As [`live`].
pub(crate) fn live_in(
    subject: &dyn Subject,
    path: &Path,
    recorder: &Recorder,
) -> Result<(), Error> {
    let place = directory(path.to_owned());
    let _active = match subject.home() {
        Home::Memory(disk) => {
            lay_out(&disk, &[], path)?;
            None
        }
        Home::Directory { build, .. } => {
            let active = build.activate()?;
            make(subject, &place).map_err(Error::Store)?;
            Some(active)
        }
    };
    live_through(subject, &place, recorder)
}

/// Opens what a crash left, reads everything, hands new packets in, and closes. The restart's events are recorded if
/// that is asked for and there is something to open.
///
/// # Errors
/// Only what is the campaign's own fault. What the store refuses is found, not an error.
pub(crate) fn restart(
    subject: &dyn Subject,
    left: &Left<'_>,
    scratch: &Path,
) -> Result<(Found, Option<Recording>), Error> {
    let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
    let place = directory(scratch.join("restart"));
    match subject.home() {
        Home::Memory(_) => {
            let recorded = left.recorded.then_some(&recorder);
            let place = in_memory(left.disk.clone(), place, recorded);
            let found = found_in(subject, &place, left.life, &recorder);
            Ok((found, recorded.map(Recorder::recording)))
        }
        Home::Directory { build, databases, directories } => {
            let build = build.activate()?;
            lay_out(left.disk, left.volatile, &place.directory)?;
            for below in directories.iter().map(|name| place.directory.join(name)) {
                fs::create_dir_all(&below).map_err(Error::io("creating", &below))?;
            }
            // Renamed directories are beyond the model.
            let may_be_torn = left.disk.files().any(|(name, _)| name.ends_with(MAY_BE_TORN));
            let is_recorded = left.recorded && !may_be_torn;
            let recording = || recorded_below(&build, &place.directory, databases, &recorder);
            let recorded = is_recorded.then(recording).transpose()?;
            let found = found_in(subject, &place, left.life, &recorder);
            Ok((found, recorded.map(|_| recorder.recording())))
        }
    }
}

fn directory(directory: PathBuf) -> Place {
    Place { directory, memory: None }
}

fn in_memory(disk: Disk, place: Place, recorder: Option<&Recorder>) -> Place {
    let memory: Arc<dyn Storage> = Arc::new(MemoryStorage::on(disk));
    Place {
        memory: Some(match recorder {
            Some(recorder) => Arc::new(RecordedStorage::new(memory, recorder.clone())),
            None => memory,
        }),
        ..place
    }
}

/// A store of some age.
fn make(subject: &dyn Subject, place: &Place) -> Result<(), StoreError> {
    let nobody = Recorder::new(Disk::default(), Phase::Opening);
    let mut store = subject.begin(place)?;
    commit_all(store.as_mut(), 1..=subject.course().before, 0, &nobody)?;
    store.close()
}

/// Lives, and again from whatever an error has left, if a fault has led to it.
fn live_through(subject: &dyn Subject, place: &Place, recorder: &Recorder) -> Result<(), Error> {
    let mut lived = go_on(subject, place, recorder, Some(subject.course().before));
    for _ in 0..REOPENINGS_MAX {
        if lived.is_ok() || !recorder.has_struck() {
            return lived.map_err(Error::Store);
        }
        recorder.phase(Phase::Recovering);
        lived = go_on(subject, place, recorder, None);
    }
    Ok(())
}

/// Hands in the packets behind those that are known to be there, or behind whatever an error has left.
fn go_on(
    subject: &dyn Subject,
    place: &Place,
    recorder: &Recorder,
    there: Option<u64>,
) -> Result<(), StoreError> {
    let mut store = subject.open(place)?;
    store.check_settings()?;
    let last = subject.course().last;
    let there = match there {
        Some(there) => there,
        None if !subject.goes_on_after_errors() => last,
        None => store.read()?.last,
    };
    commit_all(store.as_mut(), there + 1..=last, 0, recorder)?;
    recorder.phase(Phase::Closing);
    store.close()
}

fn commit_all(
    store: &mut dyn OpenStore,
    mut packets: RangeInclusive<u64>,
    life: u32,
    recorder: &Recorder,
) -> Result<(), StoreError> {
    let last = *packets.end();
    packets.try_for_each(|packet| {
        recorder.phase(Phase::Committing);
        recorder.begun(packet);
        store.commit(Due { packet, life, is_last: packet == last }, recorder)
    })
}

/// Opens what is in a place as an application does after a restart, and goes on.
fn found_in(subject: &dyn Subject, place: &Place, life: u32, recorder: &Recorder) -> Found {
    let complaint = match subject.complaint(place, Checked::AsFound) {
        Ok(complaint) => complaint,
        Err(refused) => return Found { refused: Some(refused.to_string()), ..Found::default() },
    };
    let opened = subject.open(place).and_then(|mut store| Ok((store.read()?, store)));
    let (contents, mut store) = match opened {
        Ok(opened) => opened,
        Err(refused) => {
            return Found { refused: Some(refused.to_string()), complaint, ..Found::default() };
        }
    };
    let complaint = complaint.or(contents.complaint);
    let mut found = Found { records: contents.records, complaint, ..Found::default() };
    if found.complaint.is_some() {
        return found;
    }
    let packets = contents.last + 1..=contents.last + subject.course().new;
    let took = commit_all(store.as_mut(), packets, life, recorder);
    recorder.phase(Phase::Closing);
    found.stuck = took.and_then(|()| store.close()).err().map(|error| error.to_string());
    if found.stuck.is_none() {
        match subject.complaint(place, Checked::CaughtUp) {
            Ok(complaint) => found.complaint = complaint,
            Err(refused) => found.refused = Some(refused.to_string()),
        }
    }
    found
}
