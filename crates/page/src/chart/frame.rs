//! What plotters draws of each chart: grid, ticks, titles of axes, lines; and where a value lies in pixels.

use plotters::coord::Shift;
use plotters::coord::ranged1d::Ranged as _;
use plotters::drawing::{DrawingArea, IntoDrawingArea as _};
use plotters::prelude::{Cartesian2d, ChartBuilder, ChartContext, LineSeries, TRANSPARENT};

use super::axis::{Axis, Width};
use super::backend::ClassedSvg;
use super::ink::Ink;
use super::scale::Scale;

/// The height of ticks' and titles' text in pixels.
const TEXT: u32 = 15;

/// Where the coordinates of a chart lie, and what is written beside them.
pub(super) struct Frame<'axes> {
    pub(super) width: Width,
    pub(super) height: u32,
    pub(super) x: (&'axes Axis, Scale),
    /// None where rows have labels in the place of an axis.
    pub(super) y: (Option<&'axes Axis>, Scale),
    /// Room for labels at the left and the right, in pixels.
    pub(super) sides: (u32, u32),
    /// At most so many ticks.
    pub(super) ticks: (usize, usize),
}

/// The lines of a chart: what each is drawn with, and its points.
pub(super) type Lines = Vec<(Ink, Vec<(f64, f64)>)>;

/// Where values lie in pixels.
pub(super) struct Places {
    /// Left, top, right and bottom of the coordinates.
    pub(super) inside: [i32; 4],
    x: Scale,
    y: Scale,
}

type Chart<'area, 'out> = ChartContext<'area, ClassedSvg<'out>, Cartesian2d<Scale, Scale>>;

impl Places {
    /// The pixel of two values.
    pub(super) fn at(&self, x: f64, y: f64) -> (i32, i32) {
        (self.x(x), self.y(y))
    }

    /// The pixel of a value of the horizontal axis.
    pub(super) fn x(&self, value: f64) -> i32 {
        let [left, _, right, _] = self.inside;
        self.x.map(&value, (left, right))
    }

    /// The pixel of a value of the vertical axis.
    pub(super) fn y(&self, value: f64) -> i32 {
        let [_, top, _, bottom] = self.inside;
        self.y.map(&value, (bottom, top))
    }
}

impl Frame<'_> {
    /// The frame and the lines as SVG elements, and where further ones belong.
    ///
    /// # Panics
    /// Never: a string takes every element.
    pub(super) fn draw(&self, lines: &Lines) -> (String, Places) {
        let mut out = String::new();
        let size = (self.width.pixels(), self.height);
        let root = ClassedSvg { size, out: &mut out }.into_drawing_area();
        let places = self.on(&root, lines).expect("a string takes every element");
        drop(root);
        (out, places)
    }

    fn on(&self, root: &Root<'_>, lines: &Lines) -> Result<Places, Failure> {
        let mut builder = ChartBuilder::on(root);
        let (left, right) = self.sides;
        builder.margin_top(8).margin_right(right).x_label_area_size(2 * TEXT + 12);
        if self.y.0.is_some() {
            builder.y_label_area_size(left);
        } else {
            builder.margin_left(left);
        }
        let mut chart = builder.build_cartesian_2d(self.x.1.clone(), self.y.1.clone())?;
        self.mesh(&mut chart)?;
        for (ink, points) in lines {
            chart.draw_series(LineSeries::new(points.iter().copied(), ink.color()))?;
        }
        let area = chart.plotting_area();
        let (x, y) = area.get_pixel_range();
        Ok(Places {
            inside: [x.start, y.start, x.end, y.end],
            x: self.x.1.clone(),
            y: self.y.1.clone(),
        })
    }

    fn mesh(&self, chart: &mut Chart<'_, '_>) -> Result<(), Failure> {
        let x_tick = |value: &f64| self.x.0.unit.tick(*value);
        let y_tick = |value: &f64| self.y.0.map_or_else(String::new, |axis| axis.unit.tick(*value));
        let text = Ink::TEXT.color();
        let style = ("sans-serif", TEXT, &text);
        let mut mesh = chart.configure_mesh();
        mesh.light_line_style(TRANSPARENT)
            .bold_line_style(Ink::GRID.color())
            .axis_style(Ink::AXIS.color())
            .max_light_lines(1)
            .x_labels(self.ticks.0)
            .x_label_formatter(&x_tick)
            .x_desc(self.x.0.title.as_str())
            .label_style(style)
            .axis_desc_style(style);
        match self.y.0 {
            Some(axis) => {
                mesh.y_labels(self.ticks.1).y_label_formatter(&y_tick).y_desc(axis.title.as_str())
            }
            None => mesh.disable_y_mesh().disable_y_axis(),
        };
        mesh.draw()
    }
}

type Root<'out> = DrawingArea<ClassedSvg<'out>, Shift>;

type Failure = plotters::drawing::DrawingAreaErrorKind<std::convert::Infallible>;
