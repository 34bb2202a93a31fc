/** What the page and the worker that counts tell each other. */

import type { KillMessage } from "vexil";
import type { Draw, Lot, Question, Shares } from "./count.js";

/** To the worker: a question, which takes the place of the one before. */
export interface Asked {
  readonly id: number;
  readonly text: string;
  readonly kill: KillMessage | undefined;
  readonly question: Question;
}

/** From the worker: first where the dots are, then what all got, then how they were drawn. */
export type Told = { readonly id: number } & (
  | { readonly kind: "lots"; readonly lots: readonly Lot[] }
  | { readonly kind: "shares"; readonly shares: Shares; readonly took: number }
  | { readonly kind: "draws"; readonly draws: readonly Draw[]; readonly visitors: number }
);
