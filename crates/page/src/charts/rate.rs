//! Rate over packet size, with the floor's line.

use measure::record::Standing;
use report::quantity;

use super::shared::{alone, figure};
use crate::chart::{Axis, Figure, Key, Look, Mark, Panel, Plane, Series, Spacing, Symbol, Unit};
use crate::subject::{Case, Subject, floor_ns};

/// So many paths can be told apart; those with fewest sizes are left to the table.
const PATHS_MAX: usize = 5;

/// What is above so many floors takes most of its time elsewhere.
pub(crate) const KNEE_FLOORS: f64 = 2.0;

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let mut paths = subject.by_name();
    paths.retain(|(_, cases)| cases.len() > 1);
    // The log and what comes as it is, then settings by how much they deviate; those with fewest sizes last.
    paths.sort_by_key(|(name, cases)| {
        let is_tuned = cases[0].record.case.standing == Standing::Tuned;
        (is_tuned, name.matches(',').count(), std::cmp::Reverse(cases.len()))
    });
    paths.truncate(PATHS_MAX);
    if paths.is_empty() {
        return None;
    }
    let disk = "the disk alone: one write and one sync a commit";
    let of_path = |(place, (name, cases)): (u8, &'_ (String, Vec<Case<'_>>))| {
        (Look(place), name.clone(), cases.iter().map(|case| mark(name, case)).collect())
    };
    let lines = (1..).zip(&paths).map(of_path);
    let lines = lines.chain([(Look(0), disk.to_owned(), floor_marks(subject))]);
    let (mut series, mut keys) = (Vec::new(), Vec::new());
    for (look, name, marks) in lines.filter(|(.., marks): &(_, _, Vec<Mark>)| !marks.is_empty()) {
        series.push(Series { look, is_joined: true, marks });
        keys.push(Key::new(look, Symbol::Line, name));
    }
    let x = Axis::new("records per commit", Unit::Count, Spacing::Log);
    let y = Axis::new("acknowledged records per second", Unit::Rate, Spacing::Log);
    let title = "How many records a second, by the size of a commit.";
    let text = format!(
        "Both axes by factors of ten; vertical lines through marks are spreads over blocks. Hollow: an ack waits for no sync. \
         {}",
        knees(&paths)
    );
    figure(subject, "rate", (title, text), alone(Panel::Plane(Plane::new(x, y, series))), keys)
}

fn mark(name: &str, case: &Case<'_>) -> Mark {
    let (x, spread) = (packet(case), &case.row.acked_per_second);
    let in_floors = case.row.own.floors_per_ack.map_or_else(
        || "waits for no sync".to_owned(),
        |floors| format!("{} floors a commit", quantity::factor(floors)),
    );
    let title = format!(
        "{name}, {} records a commit: {} ({} to {}); {in_floors}",
        records(x),
        quantity::rate(spread.median),
        quantity::rate(spread.low),
        quantity::rate(spread.high),
    );
    let (interval, is_hollow) = (Some((spread.low, spread.high)), !case.syncs());
    Mark { interval, is_hollow, ..Mark::at(x, spread.median, title) }
}

fn packet(case: &Case<'_>) -> f64 {
    case.record.case.parameter.unwrap_or(case.record.case.records_per_packet as f64)
}

fn records(number: f64) -> String {
    quantity::count(number.round() as u64)
}

/// What one commit after the other would ack if it took one floor.
fn floor_marks(subject: Subject<'_>) -> Vec<Mark> {
    let at = |(_, cases): &(String, Vec<Case<'_>>)| {
        let (floor, packet) = (floor_ns(cases)?, packet(cases.first()?));
        let rate = packet / floor * 1e9;
        let title = format!(
            "the disk alone, {} records a commit: {} at {} for each write and sync",
            records(packet),
            quantity::rate(rate),
            quantity::duration_ns(floor),
        );
        Some(Mark::at(packet, rate, title))
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
        Some(format!("{name} from {} records on", records(packet(first))))
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
