//! Rate over packet size, with the floor's line.

use measure::record::Standing;

use crate::chart::{Axis, Figure, Look, Mark, Plane, Series, Spacing, Unit, alone};
use crate::subject::{Case, Subject, floor_ns};

/// So many paths can be told apart; those with fewest sizes are left to the table.
const PATHS_MAX: usize = 5;

/// What is above so many floors takes most of its time elsewhere.
pub(crate) const KNEE_FLOORS: f64 = 2.0;

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let mut paths = subject.by_name();
    paths.retain(|(_, cases)| cases.len() > 1);
    // The log and what comes as it is, then settings by how much they deviate; those with fewest sizes last.
    paths.sort_by_key(|(name, cases)| {
        let is_tuned = cases[0].record.case.standing == Standing::Tuned;
        (is_tuned, name.matches(',').count(), std::cmp::Reverse(cases.len()))
    });
    paths.truncate(PATHS_MAX);
    let x = Axis::new("records per commit", Unit::Count, Spacing::Log);
    let y = Axis::new("acknowledged records per second", Unit::Rate, Spacing::Log);
    let mut plane = Plane::new(x, y);
    for (place, (name, cases)) in (1..).zip(&paths) {
        let marks = cases.iter().map(|case| mark(name, case)).collect();
        let (name, look) = (name.clone(), Look(place));
        plane.series.push(Series { name, look, is_joined: true, marks });
    }
    let floor = floor_marks(subject);
    if !floor.is_empty() {
        let name = "the disk alone: one write and one sync a commit".into();
        plane.series.push(Series { name, look: Look(0), is_joined: true, marks: floor });
    }
    subject.figure(
        "rate",
        "How many records a second, by the size of a commit.",
        format!(
            "Both axes by factors of ten; vertical lines through marks are spreads over blocks. Hollow: an ack \
             waits for no sync. {}",
            knees(&paths)
        ),
        alone(plane),
    )
}

fn mark(name: &str, case: &Case<'_>) -> Mark {
    let (x, spread) = (packet(case), &case.row.acked_per_second);
    let at = Unit::Count.figure(x);
    let floors = case.row.own.floors_per_ack;
    let in_floors = floors.map_or_else(
        || "waits for no sync".to_owned(),
        |floors| format!("{} floors a commit", Unit::Factor.figure(floors)),
    );
    let title = format!(
        "{name}, {at} records a commit: {} ({} to {}); {in_floors}",
        Unit::Rate.figure(spread.median),
        Unit::Rate.figure(spread.low),
        Unit::Rate.figure(spread.high),
    );
    Mark::at(x, spread.median, title)
        .with_interval(Some((spread.low, spread.high)))
        .hollow_if(!case.syncs())
}

fn packet(case: &Case<'_>) -> f64 {
    case.record.case.parameter.unwrap_or(case.record.case.records_per_packet as f64)
}

/// What one commit after the other would ack if it took one floor.
fn floor_marks(subject: Subject<'_>) -> Vec<Mark> {
    let at = |(_, cases): &(String, Vec<Case<'_>>)| {
        let (floor, records) = (floor_ns(cases)?, packet(cases.first()?));
        let rate = records / floor * 1e9;
        let title = format!(
            "the disk alone, {} records a commit: {} at {} for each write and sync",
            Unit::Count.figure(records),
            Unit::Rate.figure(rate),
            Unit::Nanoseconds.figure(floor),
        );
        Some(Mark::at(records, rate, title))
    };
    subject.by_parameter().iter().filter_map(at).collect()
}

/// From which size on the disk no longer is most of the cost, path by path.
fn knees(paths: &[(String, Vec<Case<'_>>)]) -> String {
    let knee = |(name, cases): &(String, Vec<Case<'_>>)| {
        let beyond = |case: &&Case<'_>| {
            case.row.own.floors_per_ack.is_some_and(|floors| floors > KNEE_FLOORS)
        };
        let waits = cases.first()?.syncs();
        let first = cases.iter().find(beyond).filter(|_| waits)?;
        Some(format!("{name} from {} records on", Unit::Count.figure(packet(first))))
    };
    let knees: Vec<String> = paths.iter().filter_map(knee).collect();
    if knees.is_empty() {
        return String::new();
    }
    format!(
        "More than {KNEE_FLOORS} floors a commit, so that the disk no longer is most of the cost: {}.",
        knees.join("; ")
    )
}
