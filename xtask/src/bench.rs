//! `bench`: how fast the core is natively or, with `--peers`, the npm package beside the engines that people use.

use crate::process::{process, program};
use crate::{build, project, setup};
use anyhow::{Result, ensure};
use lexopt::prelude::*;
use std::env;
use std::path::{Path, PathBuf};

/// The snapshots that the small entry of the package gets as binary rulesets.
const COMPILED: [&str; 3] = ["1000", "10000", "segment"];

/// What is to be measured.
pub(crate) enum Bench {
    Native,
    /// With options for `benches/peers/run.mjs`.
    Peers(Vec<String>),
}

impl Bench {
    /// Reads the rest of the arguments.
    pub(crate) fn parse(parser: &mut lexopt::Parser) -> Result<Self> {
        let mut peers = false;
        let mut options = Vec::new();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("peers") => peers = true,
                Long("quick") => options.push("--quick".to_owned()),
                Long(name @ ("only" | "rows" | "rounds")) => {
                    let option = format!("--{name}=");
                    options.push(option + &parser.value()?.string()?);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        ensure!(peers || options.is_empty(), "`{}` is an option of `bench --peers`", options.join(" "));
        Ok(if peers { Self::Peers(options) } else { Self::Native })
    }
}

pub(crate) fn run(bench: &Bench) -> Result<()> {
    match bench {
        Bench::Native => process("cargo bench --bench native").run(),
        Bench::Peers(options) => peers(options),
    }
}

fn peers(options: &[String]) -> Result<()> {
    let dir = project::root().join("benches/peers");
    setup::run(false)?;
    build::run()?;
    setup::npm_dependencies(&dir)?;
    process("node generate.mjs").dir(&dir).run()?;
    rulesets(&dir.join("snapshots"))?;
    process("node run.mjs").args(options).dir(&dir).run()
}

/// Compiles our snapshots with the command line, if it can.
fn rulesets(snapshots: &Path) -> Result<()> {
    process("cargo build --quiet --release -p vexil-cli").run()?;
    let vexil = project::target_dir().join("release/vexil").with_extension(env::consts::EXE_EXTENSION);
    if program(&vexil).args(["compile", "--help"]).read().is_err() {
        println!("no `vexil compile`: binary rulesets are not measured");
        return Ok(());
    }
    for size in COMPILED {
        let file = |extension| -> PathBuf { snapshots.join(format!("vexil.{size}.{extension}")) };
        program(&vexil).arg("compile").arg(file("json")).arg("-o").arg(file("ruleset")).read()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Bench> {
        Bench::parse(&mut lexopt::Parser::from_args(line.split_whitespace()))
    }

    #[test]
    fn options_are_passed_on_to_the_peers() -> Result<()> {
        let Bench::Peers(options) = parsed("--rows W1,cold --peers --quick --only=vexil")? else {
            anyhow::bail!("these are options of `--peers`");
        };
        assert_eq!(options, ["--rows=W1,cold", "--quick", "--only=vexil"]);
        Ok(())
    }

    #[test]
    fn native_benchmarks_take_no_options() {
        assert!(matches!(parsed(""), Ok(Bench::Native)));
        assert!(parsed("--quick").is_err());
        assert!(parsed("--peers --fast").is_err());
    }
}
