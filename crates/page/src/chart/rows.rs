//! A chart of named rows along one axis: a ladder of marks with intervals, or of bars in segments.

use maud::{Markup, PreEscaped, html};

use super::axis::{Axis, Width};
use super::frame::{Frame, Places};
use super::marks::{Key, Look, Mark, mark};
use super::plane::Level;
use super::scale::Scale;

/// So many letters of a row's name fit beside a chart.
pub(crate) const ROW_LETTERS_MAX: usize = 31;

/// A chart of named rows along one axis.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) axis: Axis,
    pub(crate) lines: Vec<Line>,
    /// Values that all rows are seen against.
    pub(crate) levels: Vec<Level>,
    /// A part of the axis that is shaded.
    pub(crate) shaded: Option<(f64, f64)>,
    /// What its looks stand for.
    pub(crate) keys: Vec<Key>,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) label: String,
    /// Whether the label heads the rows below it.
    pub(crate) is_heading: bool,
    /// Where 0 is no value: the vertical place of each mark is its row.
    pub(crate) marks: Vec<(Look, Mark)>,
    pub(crate) segments: Vec<Segment>,
    /// What stands at the end of the row.
    pub(crate) value: String,
}

/// A part of a bar.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) look: Look,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) title: String,
}

impl Line {
    pub(crate) fn heading(label: &str) -> Self {
        Self { label: label.to_owned(), is_heading: true, ..Self::default() }
    }

    pub(crate) fn mark(label: String, look: Look, mark: Mark, value: String) -> Self {
        Self { label, marks: vec![(look, mark)], value, ..Self::default() }
    }
}

/// Where the parts of a row lie, in pixels.
struct Layout {
    row: u32,
    sides: (u32, u32),
    /// From the top of a row to the base of its label.
    label: i32,
    /// From the top of a row to its marks.
    marks: i32,
    /// So many letters of a heading fit.
    heading: usize,
}

impl Layout {
    fn of(width: Width) -> Self {
        match width {
            Width::Wide => Self { row: 25, sides: (236, 112), label: 17, marks: 13, heading: 90 },
            Width::Narrow => Self { row: 42, sides: (12, 16), label: 14, marks: 29, heading: 44 },
        }
    }
}

impl Rows {
    pub(crate) fn new(axis: Axis) -> Self {
        Self { axis, lines: Vec::new(), levels: Vec::new(), shaded: None, keys: Vec::new() }
    }

    /// The same with the rows up to the second heading.
    pub(super) fn first_section(&self) -> Self {
        let mut headings = 0;
        let is_first = |line: &&Line| {
            headings += u32::from(line.is_heading);
            headings < 2
        };
        let lines = self.lines.iter().take_while(is_first).cloned().collect();
        Self { lines, ..self.clone() }
    }

    /// The SVG elements at a width, with its height; `None` where no mark has a place.
    pub(super) fn draw(&self, width: Width) -> Option<(u32, Markup)> {
        let x = self.scale()?;
        let layout = Layout::of(width);
        let rows = self.lines.len() as u32;
        // Plotters keeps 8 above, and 2 lines of text with some room below.
        let height = 8 + rows * layout.row + 42;
        let y = Scale::exactly(f64::from(rows), 0.0);
        let ticks = (if width == Width::Wide { 8 } else { 5 }, 2);
        let (x, y) = ((&self.axis, x), (None, y));
        let frame = Frame { width, height, x, y, sides: layout.sides, ticks };
        let (drawn, places) = frame.draw(&Vec::new());
        let elements = html! {
            (self.shade(&places))
            (PreEscaped(drawn))
            @for level in &self.levels { (vertical(level, &places)) }
            @for (place, line) in self.lines.iter().enumerate() {
                (line.draw(&layout, &places, 8 + (place as u32 * layout.row) as i32, width))
            }
        };
        Some((height, elements))
    }

    fn scale(&self) -> Option<Scale> {
        let marks = self.lines.iter().flat_map(|line| &line.marks).flat_map(|(_, mark)| {
            let (low, high) = mark.interval.unwrap_or((mark.x, mark.x));
            [mark.x, low, high]
        });
        let segments = self.lines.iter().flat_map(|line| &line.segments);
        let segments = segments.flat_map(|segment| [segment.from, segment.to]);
        let levels = self.levels.iter().map(|level| level.value);
        let shaded = self.shaded.iter().flat_map(|(from, to)| [*from, *to]);
        Scale::of(marks.chain(segments).chain(levels).chain(shaded), self.axis.spacing)
    }

    fn shade(&self, places: &Places) -> Markup {
        let [_, top, _, bottom] = places.inside;
        html! {
            @if let Some((from, to)) = self.shaded {
                @let (from, to) = (places.x(from), places.x(to));
                rect.shaded x=(from) y=(top) width=(to - from) height=(bottom - top) {}
            }
        }
    }
}

fn vertical(level: &Level, places: &Places) -> Markup {
    let [_, top, _, bottom] = places.inside;
    let x = places.x(level.value);
    html! {
        line.level x1=(x) y1=(top) x2=(x) y2=(bottom) { title { (level.label) } }
    }
}

impl Line {
    fn draw(&self, layout: &Layout, places: &Places, top: i32, width: Width) -> Markup {
        let [left, _, right, _] = places.inside;
        let (label_x, value_x) = match width {
            Width::Wide => (0, Width::Wide.pixels() as i32),
            Width::Narrow => (left, right),
        };
        let label_y = top + if self.is_heading { layout.marks + 4 } else { layout.label };
        let at = top + layout.marks;
        let (class, letters) = if self.is_heading {
            ("row heading", layout.heading)
        } else {
            ("row", ROW_LETTERS_MAX)
        };
        html! {
            text class=(class) x=(label_x) y=(label_y) {
                (shortened(&self.label, letters)) title { (self.label) }
            }
            @if !self.is_heading {
                line.rule x1=(left) y1=(at) x2=(right) y2=(at) {}
                text.row.value x=(value_x) y=(label_y) text-anchor="end" { (self.value) }
            }
            @for segment in &self.segments { (segment.draw(places, at)) }
            @for (look, of_row) in &self.marks {
                @let ends = of_row.interval.map(|(low, high)| [low, high].map(|x| (places.x(x), at)));
                (mark(*look, of_row, (places.x(of_row.x), at), ends))
            }
        }
    }
}

impl Segment {
    fn draw(&self, places: &Places, at: i32) -> Markup {
        let (from, to) = (places.x(self.from), places.x(self.to));
        html! {
            g.mark tabindex="0" role="img" aria-label=(self.title) {
                rect class={ "bar " (self.look.class()) } x=(from) y=(at - 7) width=((to - from).max(1)) height="14" {}
            }
        }
    }
}

/// A label that fits, without its middle.
fn shortened(label: &str, letters: usize) -> String {
    let all: Vec<char> = label.chars().collect();
    if all.len() <= letters {
        return label.to_owned();
    }
    let (before, after) = (letters / 2, letters - letters / 2 - 1);
    let start: String = all[..before].iter().collect();
    let end: String = all[all.len() - after..].iter().collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_label_keeps_its_ends() {
        assert_eq!(shortened("wal-full/1", 10), "wal-full/1");
        assert_eq!(shortened("wal-normal-fdatasync/400", 11), "wal-n…c/400");
        assert_eq!(shortened("ééééééé", 5).chars().count(), 5);
    }
}
