/** What bundles for more than one test. */

import { join } from "node:path";

import { type Configuration, webpack } from "webpack";

/** Bundles `main.js` of a directory with webpack into its `dist`; fails where webpack as much as warns. */
export function webpacked(directory: string, settings: Configuration = {}): Promise<void> {
  const options = { ...settings, context: directory, mode: "production", entry: "./main.js", output: { path: join(directory, "dist") } } as const;
  return new Promise((resolve, reject) => {
    webpack(options, (error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors() || stats?.hasWarnings()) reject(new Error(stats.toString("errors-warnings")));
      else resolve();
    });
  });
}
