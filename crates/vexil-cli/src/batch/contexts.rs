//! Contexts from a file, one JSON object on each line.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vexil::Context;

use crate::input::{self, Source};
use crate::say;

/// How long a run may take before it shows how far it is.
const PATIENCE: Duration = Duration::from_millis(700);

/// Hands over each context of a file in order, with its line from 1; says which lines hold none, and returns how many.
pub(crate) fn each_context(
    contexts: &Source,
    mut take: impl FnMut(usize, &Context) -> io::Result<()>,
) -> Result<usize> {
    let (mut input, size) = contexts.open()?;
    let mut progress = Progress::new(size);
    let (mut bytes, mut number, mut bad_lines) = (Vec::new(), 0, 0);
    loop {
        bytes.clear();
        let length = input.read_until(b'\n', &mut bytes).with_context(|| format!("`{contexts}` cannot be read"))?;
        if length == 0 {
            break;
        }
        number += 1;
        match read_context(&bytes, number == 1) {
            Ok(Some(context)) => take(number, &context)?,
            Ok(None) => {}
            Err(problem) => {
                bad_lines += 1;
                progress.bar.suspend(|| say::error(format_args!("`{contexts}` line {number}: {problem}")));
            }
        }
        progress.advance(length);
    }
    progress.bar.finish_and_clear();
    if bad_lines > 0 {
        let lines = say::count(bad_lines, "line");
        say::error(format_args!("{lines} of {number} in `{contexts}` could not be used"));
    }
    Ok(bad_lines)
}

/// The context of a line; `None` for an empty one.
fn read_context(line: &[u8], is_first: bool) -> Result<Option<Context>> {
    let text = str::from_utf8(line).map_err(|_| anyhow!("not UTF-8"))?.trim();
    // A byte order mark is not JSON, yet editors write it and nobody sees it.
    let text = if is_first { text.trim_start_matches('\u{feff}').trim_start() } else { text };
    if text.is_empty() {
        return Ok(None);
    }
    let context = Context::from_json(text).map_err(|problem| anyhow!("{}", input::one_line(&problem.message)))?;
    Ok(Some(context))
}

/// How far a long run is, for somebody who looks at a terminal that shows nothing else.
struct Progress {
    bar: ProgressBar,
    begun: Instant,
    lines: u64,
    bytes: u64,
}

impl Progress {
    fn new(size: Option<u64>) -> Self {
        let bar = size.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_draw_target(ProgressDrawTarget::hidden());
        let template = if size.is_some() { "{bar:30} {percent} %  {msg}  {eta} left" } else { "{spinner} {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now(), lines: 0, bytes: 0 }
    }

    fn advance(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes as u64;
        if !self.lines.is_multiple_of(1024) || io::stdout().is_terminal() {
            return;
        }
        if self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(self.bytes);
        self.bar.set_message(format!("{} contexts", self.lines));
    }
}
