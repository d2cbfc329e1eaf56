//! A queue over time: what waits where, and how large its files are.

use measure::record::QueueSlice;

use crate::chart::{Axis, Figure, Look, Mark, Panel, Plane, Series, Spacing, Unit};
use crate::subject::Subject;

/// So many cases have panels.
const CASES_MAX: usize = 4;

/// A line of a panel.
struct Shown {
    look: Look,
    name: &'static str,
    of: fn(&QueueSlice) -> Option<u64>,
}

const DEPTHS: [Shown; 4] = [
    Shown { look: Look(0), name: "messages in the store", of: |at| Some(at.waiting_messages) },
    Shown { look: Look(1), name: "messages on their way to it", of: |at| Some(at.depths.messages) },
    Shown { look: Look(2), name: "acks on their way back", of: |at| at.depths.acks },
    Shown { look: Look(3), name: "deliveries to the sink", of: |at| Some(at.depths.deliveries) },
];

const FILES: [Shown; 2] = [
    Shown { look: Look(4), name: "bytes of the database or log", of: |at| Some(at.database_bytes) },
    Shown { look: Look(5), name: "bytes of the WAL or journal", of: |at| Some(at.journal_bytes) },
];

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let queues = subject.cases().filter_map(|case| Some((case, case.record.queue.as_ref()?)));
    let panels: Vec<(String, Panel)> = queues
        .take(CASES_MAX)
        .flat_map(|(case, queue)| {
            let (name, id) = (subject.name(&case.record.case), &case.record.case.id);
            let name = if name == *id { name } else { format!("{name} ({id})") };
            let depths = panel("waiting", Unit::Count, &DEPTHS, &queue.series);
            let files = panel("file size", Unit::Bytes, &FILES, &queue.series);
            [(format!("{name}: what waits"), depths), (format!("{name}: files"), files)]
        })
        .collect();
    subject.figure(
        "queue",
        "The queue over time.",
        "What waits in the store and in the channels around it, and the size of the files, slice by slice. A store \
         that does not keep up has a line that rises; files that do not fall again hold free space.",
        panels,
    )
}

fn panel(what: &str, unit: Unit, shown: &[Shown], series: &[QueueSlice]) -> Panel {
    let x = Axis::new("time", Unit::Seconds, Spacing::Linear);
    let mut plane = Plane::new(x, Axis::new(what, unit, Spacing::Linear));
    for line in shown {
        let mark = |at: &QueueSlice| {
            let value = (line.of)(at)? as f64;
            let (when, value_told) = (Unit::Seconds.figure(at.end_seconds), unit.figure(value));
            Some(Mark::at(at.end_seconds, value, format!("{}: {value_told} at {when}", line.name)))
        };
        let marks = series.iter().filter_map(mark).collect();
        let name = line.name.to_owned();
        plane.series.push(Series { name, look: line.look, is_joined: true, marks });
    }
    plane.into()
}
