//! What reaches what, as numbers: in which order everything comes after what it reaches, and what
//! reaches itself. Nothing here recurses, since the depth is the document's.

use alloc::vec::Vec;

/// Nodes `0..` and what each reaches directly.
#[derive(Default)]
pub(super) struct Graph {
    /// Where the targets of each node end.
    ends: Vec<usize>,
    targets: Vec<usize>,
}

impl Graph {
    /// Adds what the node that is being made reaches.
    pub(super) fn reach(&mut self, target: usize) {
        self.targets.push(target);
    }

    /// Ends the node that is being made.
    pub(super) fn end_node(&mut self) {
        self.ends.push(self.targets.len());
    }

    /// What a node reaches directly.
    pub(super) fn targets(&self, node: usize) -> &[usize] {
        let start = node.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(node).copied().unwrap_or(0);
        self.targets.get(start..end).unwrap_or_default()
    }

    /// The nodes, each after all that it reaches but for circles.
    pub(super) fn order(&self) -> Order {
        let count = self.ends.len();
        let walk = Walk {
            graph: self,
            state: alloc::vec![State::default(); count],
            found: 0,
            path: Vec::new(),
            open: Vec::new(),
            order: Order { nodes: Vec::with_capacity(count), circle: alloc::vec![None; count] },
        };
        walk.run()
    }
}

/// The nodes of a graph in order.
pub(super) struct Order {
    /// Each node after all that it reaches, those of one circle in any order.
    pub(super) nodes: Vec<usize>,
    /// For a node that reaches itself a number that the members of its circles share.
    circle: Vec<Option<usize>>,
}

impl Order {
    /// Whether a node reaches itself.
    pub(super) fn is_circular(&self, node: usize) -> bool {
        self.circle.get(node).is_some_and(Option::is_some)
    }

    /// Whether two nodes reach each other.
    pub(super) fn are_circular(&self, a: usize, b: usize) -> bool {
        self.is_circular(a) && self.circle.get(a) == self.circle.get(b)
    }
}

/// What is known about a node.
#[derive(Clone, Copy, Default)]
struct State {
    /// When it was found, from 1; 0 before.
    found: usize,
    /// The earliest open node that it is known to reach, by when that was found.
    low: usize,
    /// How many of its targets have been looked at.
    looked: usize,
    /// Whether it is on the open stack.
    open: bool,
}

/// Tarjan's algorithm.
struct Walk<'g> {
    graph: &'g Graph,
    state: Vec<State>,
    found: usize,
    /// From where the walk began to where it is.
    path: Vec<usize>,
    /// Nodes found whose circle is not complete yet.
    open: Vec<usize>,
    order: Order,
}

#[expect(clippy::indexing_slicing, reason = "there is a state and a circle for every node, and targets are nodes")]
impl Walk<'_> {
    fn run(mut self) -> Order {
        for node in 0..self.state.len() {
            if self.state[node].found == 0 {
                self.enter(node);
            }
            while let Some(&node) = self.path.last() {
                self.step(node);
            }
        }
        self.order
    }

    fn enter(&mut self, node: usize) {
        self.found += 1;
        self.state[node] = State { found: self.found, low: self.found, looked: 0, open: true };
        self.path.push(node);
        self.open.push(node);
    }

    /// Looks at the next target of the node at the end of the path.
    fn step(&mut self, node: usize) {
        let looked = self.state[node].looked;
        let Some(&target) = self.graph.targets(node).get(looked) else { return self.leave(node) };
        self.state[node].looked += 1;
        if self.state[target].found == 0 {
            self.enter(target);
        } else if self.state[target].open {
            self.state[node].low = self.state[node].low.min(self.state[target].found);
        }
    }

    /// Goes back from a node; it may be the first of a complete circle.
    fn leave(&mut self, node: usize) {
        self.path.pop();
        let State { found, low, .. } = self.state[node];
        if let Some(&before) = self.path.last() {
            self.state[before].low = self.state[before].low.min(low);
        }
        if low != found {
            return;
        }
        let circular = self.open.last() != Some(&node) || self.graph.targets(node).contains(&node);
        while let Some(member) = self.open.pop() {
            self.state[member].open = false;
            self.order.circle[member] = circular.then_some(node);
            self.order.nodes.push(member);
            if member == node {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[&[usize]]) -> Graph {
        let mut graph = Graph::default();
        for targets in edges {
            targets.iter().for_each(|&target| graph.reach(target));
            graph.end_node();
        }
        graph
    }

    #[test]
    fn members_of_circles_are_told_from_what_merely_reaches_or_joins_them() {
        // 0 and 1 are a circle, 2 lies between it and the circle of 3 and 4, 5 reaches itself, 6 reaches all.
        let graph = graph(&[&[1], &[0, 2], &[3], &[4], &[3], &[5], &[0, 5], &[]]);
        let order = graph.order();
        let circular: Vec<bool> = (0..8).map(|node| order.is_circular(node)).collect();
        assert_eq!(circular, [true, true, false, true, true, true, false, false]);
        assert!(order.are_circular(0, 1) && order.are_circular(3, 4) && !order.are_circular(0, 3));
    }

    #[test]
    fn everything_comes_after_what_it_reaches() {
        let graph = graph(&[&[2, 1], &[3], &[1, 3], &[]]);
        assert_eq!(graph.order().nodes, [3, 1, 2, 0]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let mut graph = Graph::default();
        for node in 0..1_000_000 {
            graph.reach(node + 1);
            graph.end_node();
        }
        graph.end_node();
        assert_eq!(graph.order().nodes.first(), Some(&1_000_000));
    }
}
