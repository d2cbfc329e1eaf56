//! A chart of named rows along one axis: a ladder of marks with intervals, or of bars in segments.

use maud::{Markup, html};
use report::table::shortened;

use super::frame::{ABOVE, BELOW, Frame, Places, Width};
use super::marks::{Look, Mark, mark};
use super::plane::Level;
use super::scale::{Axis, Scale};

/// So many letters of a row's label fit.
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
}

/// Where the parts of a row lie, in pixels.
struct Layout {
    row: i32,
    /// Room for labels at the left and the right of the coordinates.
    sides: (i32, i32),
    /// From the top of a row to the base of its label.
    label: i32,
    /// From the top of a row to its marks.
    marks: i32,
    /// So many letters of a heading fit.
    heading: usize,
    ticks: usize,
}

impl Layout {
    fn of(width: Width) -> Self {
        let (wide, narrow) = ((236, 112), (12, 16));
        match width {
            Width::Wide => {
                Self { row: 25, sides: wide, label: 17, marks: 13, heading: 90, ticks: 8 }
            }
            Width::Narrow => {
                Self { row: 42, sides: narrow, label: 14, marks: 29, heading: 44, ticks: 5 }
            }
        }
    }
}

impl Rows {
    pub(crate) fn new(axis: Axis, lines: Vec<Line>) -> Self {
        Self { axis, lines, levels: Vec::new(), shaded: None }
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
    pub(super) fn draw(&self, width: Width) -> Option<(i32, Markup)> {
        let marks = self.lines.iter().flat_map(|line| &line.marks);
        let marks = marks.flat_map(|(_, mark)| mark.reaches(mark.x));
        let segments = self.lines.iter().flat_map(|line| &line.segments);
        let segments = segments.flat_map(|segment| [segment.from, segment.to]);
        let levels = self.levels.iter().map(|level| level.value);
        let shaded = self.shaded.iter().flat_map(|(from, to)| [*from, *to]);
        let all = marks.chain(segments).chain(levels).chain(shaded);
        let x = Scale::of(all, self.axis.spacing)?;
        let layout = Layout::of(width);
        let rows = self.lines.len() as i32;
        let height = ABOVE + rows * layout.row + BELOW;
        let (x, y) = ((&self.axis, x), (None, Scale::exactly(f64::from(rows), 0.0)));
        let (sides, ticks) = (layout.sides, (layout.ticks, 0));
        let (frame, places) = Frame { width, height, x, y, sides, ticks }.draw(&[]);
        let [_, top, _, bottom] = places.inside;
        let elements = html! {
            @if let Some((from, to)) = self.shaded {
                @let (from, to) = (places.x(from), places.x(to));
                rect.shaded x=(from) y=(top) width=(to - from) height=(bottom - top) {}
            }
            (frame)
            @for level in &self.levels {
                @let x = places.x(level.value);
                line.level x1=(x) y1=(top) x2=(x) y2=(bottom) { title { (level.label) } }
            }
            @for (place, line) in (0..).zip(&self.lines) {
                (line.draw(&layout, &places, top + place * layout.row, width))
            }
        };
        Some((height, elements))
    }
}

impl Line {
    /// The row, whose heading has all of its width.
    fn draw(&self, layout: &Layout, places: &Places, top: i32, width: Width) -> Markup {
        let [left, _, right, _] = places.inside;
        let (label_x, value_x) = match width {
            Width::Wide => (0, width.pixels()),
            Width::Narrow => (left, right),
        };
        let at = top + layout.marks;
        let (class, label_y, letters) = if self.is_heading {
            ("row heading", at + 4, layout.heading)
        } else {
            ("row", top + layout.label, ROW_LETTERS_MAX)
        };
        html! {
            text class=(class) x=(label_x) y=(label_y) {
                (shortened(&self.label, letters, "…")) title { (self.label) }
            }
            @if !self.is_heading {
                line.rule x1=(left) y1=(at) x2=(right) y2=(at) {}
                text.row.value x=(value_x) y=(label_y) text-anchor="end" { (self.value) }
            }
            @for segment in &self.segments {
                @let (from, to) = (places.x(segment.from), places.x(segment.to));
                g.mark tabindex="0" role="img" aria-label=(segment.title) {
                    rect class={ "bar " (segment.look.class()) } x=(from) y=(at - 7) width=((to - from).max(1)) height="14" {}
                }
            }
            @for (look, of_row) in &self.marks {
                @let ends = of_row.interval.map(|(low, high)| [low, high].map(|x| (places.x(x), at)));
                (mark(*look, of_row, (places.x(of_row.x), at), ends))
            }
        }
    }
}
