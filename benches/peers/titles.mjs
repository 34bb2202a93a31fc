/** What is measured, by the tables of the report: what each row is called and means, and its unit. */

import { ROWS } from "./rows.mjs";

export const WORKLOAD = ["W1", "W2", "W3", "W4", "W5", "W6"];
export const USE = ["fresh", "request", "page", "route", "explain", "context"];
export const START = ["import", "load", "cold", "load10", "heap", "resident", "size"];

export const TITLES = {
  ...Object.fromEntries(ROWS.map(({ id, title, unit = "ns" }) => [id, { name: id, title, unit }])),
  import: { name: "import", title: "importing the package", unit: "ms" },
  load: { name: "load", title: "loading 1,000 flags", unit: "ms" },
  cold: { name: "cold", title: "importing, loading 1,000 flags, and the first answer", unit: "ms" },
  load10: { name: "load 10,000", title: "loading 10,000 flags", unit: "ms" },
  heap: { name: "heap", title: "what 10,000 flags take of the heap and of WebAssembly's memory", unit: "MB" },
  resident: { name: "resident", title: "by how much they make the whole process grow", unit: "MB" },
  size: { name: "size", title: "the download: minified, `gzip -9`, WebAssembly included", unit: "kB" },
};
