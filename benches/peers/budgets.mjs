/**
 * What Vexil must reach. Ratios are of one run: `ofPeer` to the best peer (or to the best of those in `among`),
 * `ofReference` to the hand-written JavaScript. `most` is in the row's own unit.
 */
export const BUDGETS = [
  { row: "W1", ofPeer: 0.4 },
  { row: "W2", ofPeer: 0.25 },
  { row: "W3", ofPeer: 0.12, ofReference: 0.6 },
  { row: "W4", ofPeer: 0.25 },
  { row: "W5", ofPeer: 0.3 },
  { row: "W6", ofPeer: 0.05, ofReference: 0.2 },
  { row: "request", ofReference: 0.4 },
  { row: "cold", engine: "vexil-slim", ofPeer: 0.8 },
  { row: "cold", engine: "vexil", ofPeer: 4 },
  { row: "cold", engine: "vexil", ofPeer: 1, among: ["flagd-compiled", "flagd-interpreted", "launchdarkly"] },
  { row: "heap", engine: "vexil-slim", most: 10 },
  { row: "size", engine: "vexil-slim", most: 20 },
  { row: "size", engine: "vexil", most: 60 },
];
