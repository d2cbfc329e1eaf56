//! A witness in words: what was written, what was synced, what the disk kept.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use disk_model::{Event, Fate, InodeId};

use crate::campaign::{CutLife, Replay};
use crate::recording::{Happening, Phase, Told};

/// Events that are told beside those that a sync had not made durable.
const LAST_EVENTS: usize = 6;

/// Tells a replay, the earliest life first.
#[must_use]
pub fn explained(replay: &Replay) -> String {
    let mut text = String::new();
    for (number, life) in replay.lives.iter().enumerate() {
        let who = if number == 0 { "the life" } else { "the restart after it" };
        tell(life, who, &mut text);
    }
    let judgement = &replay.judgement;
    let why = if judgement.why.is_empty() { "nothing is wrong" } else { &judgement.why };
    write_line(&mut text, format_args!("after the restart: {}: {why}", judgement.class.words()));
    text
}

fn tell(life: &CutLife, who: &str, text: &mut String) {
    let expected = &life.point.expected;
    let handed_in = expected.attempted.last().copied().unwrap_or(0);
    let doing = phase_words(life.point.phase);
    write_line(
        text,
        format_args!(
            "{who} is cut after moment {} of {}, {doing}; acknowledged: packets up to {}, handed in: up to {}",
            life.cut.at,
            life.recording.moments.len(),
            expected.acked,
            handed_in.max(expected.acked),
        ),
    );
    let fates = fates_by_order(life);
    let mut names = Names::new(life);
    let mut order = 0;
    let moments = life.recording.moments.iter().take(life.cut.at).enumerate();
    for (at, moment) in moments {
        let at = at + 1;
        let is_late = at + LAST_EVENTS > life.cut.at;
        let line = match &moment.what {
            Happening::Storage(event) => {
                let words = names.words(event);
                let is_change = !matches!(
                    event,
                    Event::Sync { .. }
                        | Event::SyncDirectory { .. }
                        | Event::SyncLost { .. }
                        | Event::SyncDirectoryLost { .. }
                );
                order += u64::from(is_change);
                match fates.get(&order).filter(|_| is_change) {
                    Some(fate) => format!("{words}: {fate}"),
                    None if is_late && is_change => format!("{words}: durable"),
                    None if is_late => words,
                    None => continue,
                }
            }
            Happening::Told(Told::Acked(through)) if is_late => {
                format!("packet {through} is acknowledged")
            }
            _ => continue,
        };
        write_line(text, format_args!("  {at:>5} {line}"));
    }
}

/// What the cut did to each change that was not durable.
fn fates_by_order(life: &CutLife) -> BTreeMap<u64, String> {
    let mut parts: BTreeMap<u64, Vec<Fate>> = BTreeMap::new();
    for (unit, of) in life.point.disk.units(&life.cut.hazards).iter().enumerate() {
        parts.entry(of.order).or_default().push(life.cut.fate(unit));
    }
    parts.into_iter().map(|(order, fates)| (order, fate_words(&fates))).collect()
}

fn fate_words(fates: &[Fate]) -> String {
    let count = |of: Fate| fates.iter().filter(|fate| **fate == of).count();
    let (kept, garbage) = (count(Fate::Kept), count(Fate::Garbage));
    match (kept, garbage) {
        (0, 0) => "not synced, and lost".to_owned(),
        (kept, 0) if kept == fates.len() => "not synced, but kept".to_owned(),
        (kept, 0) => format!("not synced, {kept} of {} parts kept", fates.len()),
        (kept, garbage) => {
            format!("not synced, {kept} of {} parts kept, {garbage} garbage", fates.len())
        }
    }
}

/// The names of files, as they change.
struct Names {
    of: BTreeMap<InodeId, String>,
}

impl Names {
    fn new(life: &CutLife) -> Self {
        let start = &life.recording.start;
        let named = |name: &str| Some((start.inode_of(name)?, name.to_owned()));
        Self { of: start.files().filter_map(|(name, _)| named(name)).collect() }
    }

    fn words(&mut self, event: &Event) -> String {
        let of = |inode: &InodeId| self.of.get(inode).cloned().unwrap_or_default();
        match event {
            Event::Create { name, inode } => {
                self.of.insert(*inode, name.to_string());
                format!("create {name}")
            }
            Event::Write { inode, offset, bytes } => {
                format!("write {} bytes at {offset} of {}", bytes.len(), of(inode))
            }
            Event::SetLen { inode, length } => format!("cut {} to {length} bytes", of(inode)),
            Event::Sync { inode } => format!("sync {}", of(inode)),
            Event::Rename { from, to } => {
                let renamed = self.of.values_mut().filter(|name| ***name == **from);
                renamed.for_each(|name| *name = to.to_string());
                format!("rename {from} to {to}")
            }
            Event::Unlink { name } => format!("unlink {name}"),
            Event::SyncDirectory { directory } if directory.is_empty() => {
                "sync the directory".to_owned()
            }
            Event::SyncDirectory { directory } => format!("sync the directory {directory}"),
            Event::SyncLost { inode } => {
                format!("sync {}, which fails and takes its changes for clean", of(inode))
            }
            Event::SyncDirectoryLost { .. } => {
                "sync the directory, which fails and takes its changes for clean".to_owned()
            }
        }
    }
}

const fn phase_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Opening => "while it opens",
        Phase::Recovering => "while it recovers",
        Phase::Committing => "while it commits",
        Phase::Checkpointing => "while it checkpoints",
        Phase::Dropping => "while it lets go of old packets",
        Phase::Closing => "while it closes",
    }
}

fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
