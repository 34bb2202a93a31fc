/** Tables in Markdown, aligned so that a terminal shows them well. */

/** `columns` are titles; the first is aligned to the left, and so are those that begin with `<`. */
export function table(columns, rows) {
  const titles = columns.map((column) => column.replace("<", ""));
  const isLeft = columns.map((column, i) => i === 0 || column.startsWith("<"));
  const widths = titles.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i].length)));
  const cells = (row) => row.map((cell, i) => (isLeft[i] ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
  const line = (row) => `| ${cells(row).join(" | ")} |`;
  const rule = widths.map((width, i) => (isLeft[i] ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(titles), line(rule), ...rows.map(line)].join("\n");
}

/** Three digits, or all of the whole part in groups; nothing for what was not measured. */
export function figure(number) {
  if (number === undefined || Number.isNaN(number)) return "";
  if (number >= 100) return Math.round(number).toLocaleString("en-US");
  return number.toFixed(number >= 10 ? 1 : number >= 0.1 ? 2 : 3);
}
