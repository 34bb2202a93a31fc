//! `bench`: how fast the core is. Times tell what users will feel; counted instructions tell of a regression.

mod instructions;
mod native;

use anyhow::{Result, ensure};
use lexopt::prelude::*;

/// What is measured.
enum What {
    Times,
    Instructions { is_recording: bool },
}

pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<()> {
    match asked(parser)? {
        What::Times => native::run(),
        What::Instructions { is_recording } => instructions::run(is_recording),
    }
}

fn asked(parser: &mut lexopt::Parser) -> Result<What> {
    let (mut is_counting, mut is_recording) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("instructions") => is_counting = true,
            Long("record") => is_recording = true,
            other => return Err(other.unexpected().into()),
        }
    }
    ensure!(is_counting || !is_recording, "only counted instructions are recorded: `bench --instructions --record`");
    Ok(if is_counting { What::Instructions { is_recording } } else { What::Times })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_instructions_are_recorded() {
        let of = |args: &[&str]| asked(&mut lexopt::Parser::from_args(args));
        assert!(matches!(of(&[]), Ok(What::Times)));
        assert!(matches!(of(&["--instructions"]), Ok(What::Instructions { is_recording: false })));
        assert!(matches!(of(&["--record", "--instructions"]), Ok(What::Instructions { is_recording: true })));
        assert!(of(&["--record"]).is_err() && of(&["--peer"]).is_err());
    }
}
