//! Intervals drawn on one axis, each metric its own.

use maud::{Markup, html};
use vexil::analysis::experiment::{Comparison, MetricResult, Ranged, Tested, Verdict, figures};

/// The drawing's own units; the page scales it.
const WIDTH: f64 = 720.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 20.0;
const ROW: f64 = 34.0;
const TOP: f64 = 12.0;
const AXIS: f64 = 30.0;

/// A line of the drawing.
struct Line<'a> {
    arm: &'a str,
    ranged: Ranged,
    verdict: Verdict,
    is_plain: bool,
}

/// The comparisons of a metric, or nothing where there is none to draw.
pub(super) fn intervals(metric: &MetricResult) -> Markup {
    let tested: Vec<&Tested> = metric.comparisons.iter().filter_map(Comparison::tested).collect();
    let is_lift = tested.iter().all(|tested| tested.lift.is_some());
    let of = |tested: &Tested| tested.lift.filter(|_| is_lift).unwrap_or(tested.difference);
    let mut lines = Vec::new();
    for comparison in &metric.comparisons {
        let line = |tested: &Tested, is_plain| Line {
            arm: &comparison.arm,
            ranged: of(tested),
            verdict: comparison.verdict,
            is_plain,
        };
        lines.extend(comparison.tested().map(|tested| line(tested, false)));
        lines.extend(comparison.plain.iter().filter(|_| comparison.adjusted.is_some()).map(|plain| line(plain, true)));
    }
    let write = |value: f64| if is_lift { figures::signed_percent(value) } else { figures::difference(metric, value) };
    if lines.is_empty() {
        html! {}
    } else {
        drawing(metric, &lines, &write)
    }
}

fn drawing(metric: &MetricResult, lines: &[Line<'_>], write: &dyn Fn(f64) -> String) -> Markup {
    let scale = Scale::of(lines);
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    let bottom = TOP + ROW * lines.len() as f64;
    let id = format!("plot-{}", metric.metric);
    let label = format!("Intervals of {} beside the control; the table below has the same figures", metric.metric);
    html! {
        svg.plot viewBox=(format!("0 0 {WIDTH} {}", bottom + AXIS)) role="img" aria-labelledby=(id) {
            title id=(id) { (label) }
            @for tick in scale.ticks() {
                @let x = place(scale.x(tick));
                line class=(if tick == 0.0 { "zero" } else { "tick" }) x1=(x) x2=(x) y1=(TOP) y2=(bottom) {}
                text.axis x=(x) y=(bottom + 20.0) { (if tick == 0.0 { "0".to_owned() } else { write(tick) }) }
            }
            @for (index, line) in lines.iter().enumerate() { (drawn(line, index, &scale, write)) }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn drawn(line: &Line<'_>, index: usize, scale: &Scale, write: &dyn Fn(f64) -> String) -> Markup {
    let y = TOP + ROW * (index as f64 + 0.5);
    let (lower, upper) = (line.ranged.interval.lower, line.ranged.interval.upper);
    let from = lower.map_or(LEFT, |value| scale.x(value));
    let to = upper.map_or(WIDTH - RIGHT, |value| scale.x(value));
    let class = if line.is_plain { "plain" } else { super::class(line.verdict) };
    let name = if line.is_plain { "not adjusted" } else { line.arm };
    html! {
        g class=(format!("interval {class}")) {
            title { (line.arm) ": " (figures::ranged(&line.ranged, write)) }
            text.arm x=(LEFT - 14.0) y=(y + 5.0) { (short(name)) }
            line.range x1=(place(from)) x2=(place(to)) y1=(y) y2=(y) {}
            @for end in [lower.map(|_| from), upper.map(|_| to)].into_iter().flatten() {
                line.end x1=(place(end)) x2=(place(end)) y1=(y - 5.0) y2=(y + 5.0) {}
            }
            circle cx=(place(scale.x(line.ranged.estimate))) cy=(y) r=(if line.is_plain { 3.5 } else { 5.5 }) {}
        }
    }
}

/// A name that fits beside the drawing.
fn short(name: &str) -> String {
    const MOST: usize = 18;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}

/// A place with one decimal.
fn place(x: f64) -> String {
    format!("{x:.1}")
}

/// Where values lie on the axis.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From the least end to the greatest, with 0 and some air.
    fn of(lines: &[Line<'_>]) -> Self {
        let ends = |line: &Line<'_>| {
            let Ranged { estimate, interval } = line.ranged;
            [Some(estimate), interval.lower, interval.upper]
        };
        let all = || lines.iter().flat_map(ends).flatten();
        let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
        let air = if high > low { 0.06 * (high - low) } else { 1.0 };
        Self { low: low - air, high: high + air }
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)
    }

    /// Round values, some six of them, 0 among them.
    fn ticks(&self) -> Vec<f64> {
        let rough = (self.high - self.low) / 6.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|round| round * power).find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let (first, last) = ((self.low / step).ceil(), (self.high / step).floor());
        let mut ticks = Vec::new();
        let mut count = first;
        while count <= last && ticks.len() < 20 {
            // -0 is 0 too.
            ticks.push(count * step + 0.0);
            count += 1.0;
        }
        ticks
    }
}
