/** Says once what cannot be tested here: a run without it would look like a whole one. */
export default function setup(): void {
  if (process.env["VEXIL_OPENFEATURE"]) return;
  console.log("NOT RUN: OpenFeature's own suite. VEXIL_OPENFEATURE must name a folder that has it.");
}
