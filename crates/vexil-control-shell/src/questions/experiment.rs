//! Experiments.

use vexil::analysis::experiment::power::{Answer, Request};
use vexil::analysis::experiment::{self, Analysis, Experiment, Input};

use crate::Failure;

/// What an experiment says, and what it does not.
pub(super) fn analyze(input: Input) -> Result<Analysis, Failure> {
    Ok(experiment::analyze(&Experiment::new(input)?)?)
}

/// How many units an experiment needs, or what it could find.
#[expect(clippy::needless_pass_by_value, reason = "as all questions are answered")]
pub(super) fn power(request: Request) -> Result<Answer, Failure> {
    Ok(request.answer()?)
}
