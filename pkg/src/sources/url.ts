/** URLs as text. */

import type { Url } from "./options.js";

export function hrefOf(url: Url): string {
  return typeof url === "string" ? url : url.href;
}
