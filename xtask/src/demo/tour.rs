//! The command line on the shop: one answer explained, and what to try next.

use super::{Built, SNAPSHOT, heading, indented, shown};
use crate::process::program;
use anyhow::{Context, Result};

/// The time at which the hosts evaluate the shop.
const NOW: &str = "2026-03-10T12:00:00Z";

/// A visitor whose answer depends on nearly everything that a flag can have.
const LINE: u32 = 779;
const FLAG: &str = "checkout.express-pay";

/// What to read, each with what it answers.
const PAGES: [(&str, &str); 4] = [
    ("docs/README.md", "a first snapshot, and where what is told"),
    ("docs/evaluation.md", "in what order a flag is decided, and what the reasons mean"),
    ("docs/bucketing.md", "how somebody comes to be among the first 10 %"),
    ("crates/vexil-cli/README.md", "the command line, with imports from other systems"),
];

pub(super) fn explain(built: &Built) -> Result<()> {
    heading("One answer explained");
    let (vexil, visitors) = (shown(&built.vexil), shown(&built.visitors));
    let command = format!(
        "{vexil} explain --snapshot {SNAPSHOT} --flag {FLAG} \\\n    --now {NOW} --context \"$(sed -n {LINE}p {visitors})\""
    );
    print!("{}\n{}", indented(&format!("$ {command}")), indented(&shell(&command)?));
    Ok(())
}

/// Prints commands that have just been run as they are printed.
pub(super) fn try_next(built: &Built) -> Result<()> {
    heading("Try next");
    let (vexil, visitors) = (shown(&built.vexil), shown(&built.visitors));
    let commands = [
        (
            "Count who gets what among the first thousand visitors:",
            format!("{vexil} eval --snapshot {SNAPSHOT} \\\n      --contexts {visitors} --now {NOW}"),
            0,
        ),
        (
            "Give the redesign to twice as many, and see what that changes for whom:",
            format!("sed 's/\"exposure\": 20,/\"exposure\": 40,/' {SNAPSHOT} \\\n      | {vexil} diff {SNAPSHOT} -"),
            0,
        ),
        ("Make a mistake:", format!("sed 's/semverGte/semverGe/' {SNAPSHOT} | {vexil} validate -"), 1),
    ];
    for (sentence, command, code) in commands {
        shell(&format!("{command}; test $? -eq {code}"))?;
        println!("  {sentence}\n    {command}");
    }
    println!("  See the shop in your own browser:\n    node examples/shop/serve.mjs");
    println!("  Play with it, and with snapshots of your own: this opens the playground.\n    cargo xtask www");
    println!("  Read:");
    PAGES.iter().for_each(|(page, about)| println!("    {page:<29}{about}"));
    Ok(())
}

fn shell(command: &str) -> Result<String> {
    let shell = program("sh").arg("-c").arg(command);
    shell.read().context("a command that the demo prints does not work")
}
