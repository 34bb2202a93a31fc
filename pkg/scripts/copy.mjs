// What the package carries from the repository's root.
import { copyFileSync } from "node:fs";

for (const [from, to] of [
  ["../../schemas/snapshot.schema.json", "../snapshot.schema.json"],
  ["../../LICENSE-APACHE", "../LICENSE-APACHE"],
  ["../../LICENSE-MIT", "../LICENSE-MIT"],
]) {
  copyFileSync(new URL(from, import.meta.url), new URL(to, import.meta.url));
}
