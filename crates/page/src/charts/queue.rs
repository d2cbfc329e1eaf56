//! A queue over time: what waits where, and how large its files are.

use measure::record::QueueSlice;
use report::quantity;

use super::shared::figure;
use crate::chart::{Axis, Figure, Key, Look, Mark, Panel, Plane, Series, Spacing, Symbol, Unit};
use crate::subject::Subject;

/// So many cases have panels.
const CASES_MAX: usize = 4;

/// A line of a panel: its name, and its value in a slice.
type Shown = (Look, &'static str, fn(&QueueSlice) -> Option<u64>);

const DEPTHS: [Shown; 4] = [
    (Look(0), "messages in the store", |at| Some(at.waiting_messages)),
    (Look(1), "messages on their way to it", |at| Some(at.depths.messages)),
    (Look(2), "acks on their way back", |at| at.depths.acks),
    (Look(3), "deliveries to the sink", |at| Some(at.depths.deliveries)),
];

const FILES: [Shown; 2] = [
    (Look(4), "bytes of the database or log", |at| Some(at.database_bytes)),
    (Look(5), "bytes of the WAL or journal", |at| Some(at.journal_bytes)),
];

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let queues =
        subject.cases().filter_map(|case| Some((case, &case.record.queue.as_ref()?.series)));
    let panels = queues.take(CASES_MAX).flat_map(|(case, series)| {
        let name = subject.named(&case);
        let waiting = Axis::new("waiting", Unit::Count, Spacing::Linear);
        let size = Axis::new("file size", Unit::Bytes, Spacing::Linear);
        let depths = panel(waiting, quantity::count, &DEPTHS, series);
        let files = panel(size, quantity::bytes, &FILES, series);
        [(format!("{name}: what waits"), depths), (format!("{name}: files"), files)]
    });
    let key = |(look, name, _): &Shown| Key::new(*look, Symbol::Line, *name);
    let said = (
        "The queue over time.",
        "What waits in the store and in the channels around it, and the size of the files, slice by slice. A store that does \
         not keep up has a line that rises; files that do not fall again hold free space.",
    );
    let keys = DEPTHS.iter().chain(&FILES).map(key).collect();
    figure(subject, "queue", said, panels.collect(), keys)
}

fn panel(y: Axis, in_words: fn(u64) -> String, shown: &[Shown], slices: &[QueueSlice]) -> Panel {
    let series = shown.iter().map(|(look, name, of)| {
        let mark = |at: &QueueSlice| {
            let (value, when) = (of(at)?, quantity::duration_ns(at.end_seconds * 1e9));
            let title = format!("{name}: {} at {when}", in_words(value));
            Some(Mark::at(at.end_seconds, value as f64, title))
        };
        Series { look: *look, is_joined: true, marks: slices.iter().filter_map(mark).collect() }
    });
    let x = Axis::new("time", Unit::Seconds, Spacing::Linear);
    Panel::Plane(Plane::new(x, y, series.collect()))
}
