//! From a pattern's parts to its program.

use alloc::vec::Vec;

use super::class::{Class, Range};
use super::program::{Header, Programs, Step};
use super::tree::{Kind, Node, Tree, UNBOUNDED};

impl Tree {
    /// Bytes of its program.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Header>()
            + (self.root.steps as usize).saturating_mul(size_of::<Step>())
            + self.classes.len() * size_of::<Class>()
            + self.ranges.len() * size_of::<Range>()
    }
}

impl Programs {
    /// Adds the program of a pattern.
    pub(super) fn push(&mut self, tree: &Tree) {
        let start = self.steps.len() as u32;
        let (first_class, first_range) = (self.classes.len() as u32, self.ranges.len() as u32);
        Writer { steps: &mut self.steps, start, tree }.write(&tree.root);
        self.classes.extend_from_slice(&tree.classes);
        self.ranges.extend_from_slice(&tree.ranges);
        let end = self.steps.len() as u32;
        self.headers.push(Header { start, end, first_class, first_range, starts: tree.root.starts });
    }
}

struct Writer<'w> {
    steps: &'w mut Vec<Step>,
    /// Where the program begins among them.
    start: u32,
    tree: &'w Tree,
}

impl Writer<'_> {
    /// The number of the step that is written next.
    fn here(&self) -> u32 {
        self.steps.len() as u32 - self.start
    }

    /// Writes the steps of a part, as many as it says. Parts are nested no deeper than patterns may be.
    fn write(&mut self, part: &Node) {
        let end = self.here() + part.steps;
        match part.kind {
            Kind::Empty => {}
            Kind::Step(step) => self.steps.push(step),
            Kind::All(parts) => self.tree.parts(parts).iter().for_each(|part| self.write(part)),
            Kind::Any(parts) => {
                let Some((last, others)) = self.tree.parts(parts).split_last() else { return };
                for part in others {
                    // The next alternative comes behind the jump.
                    self.steps.push(Step::Split(self.here() + part.steps + 2));
                    self.write(part);
                    self.steps.push(Step::Jump(end));
                }
                self.write(last);
            }
            Kind::Repeat(part, min, max) => {
                // What takes no step may be repeated for a very long time.
                let Some(part) = self.tree.nodes.get(part as usize).filter(|part| part.steps > 0) else { return };
                let is_unbounded = max == UNBOUNDED;
                if is_unbounded && min == 0 {
                    self.steps.push(Step::Split(end));
                }
                for _ in 0..min.max(u32::from(is_unbounded)) {
                    self.write(part);
                }
                if is_unbounded {
                    // The last one once more.
                    self.steps.push(Step::Split(self.here() - part.steps));
                    return;
                }
                for _ in min..max {
                    self.steps.push(Step::Split(end));
                    self.write(part);
                }
            }
        }
    }
}
