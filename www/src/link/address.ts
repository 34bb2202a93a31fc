/** The page's address follows the state, and the state an address that is opened in the page. */

import { effect } from "@preact/signals";
import { open } from "../serving.js";
import { current, notice, type PageState } from "../state.js";
import { fragmentOf, LinkError, stateOf } from "./link.js";

/** Browsers refuse an address that changes all the time. In milliseconds. */
const PAUSE = 250;

/** The state that the page was opened with; undefined if it was opened without one. */
export async function opened(): Promise<PageState | undefined> {
  if (location.hash.length < 2) return undefined;
  try {
    return await stateOf(location.hash);
  } catch (error) {
    const instead = "Here is an example instead; the link stays in the address bar until you change something.";
    notice.value = `This link cannot be opened: ${reasonOf(error)}. ${instead}`;
    return undefined;
  }
}

/** Writes the state into the address from the next change on, and reads what is pasted there. */
export function followAddress(): void {
  let isFirst = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const state = current();
    clearTimeout(timer);
    // A link that could not be read is left alone.
    if (!isFirst) timer = setTimeout(() => void write(state), PAUSE);
    isFirst = false;
  });
  // By the time that this is heard, the address may have been written again.
  addEventListener("hashchange", ({ newURL }) => void reopen(new URL(newURL).hash));
}

let latest: PageState | undefined;

async function write(state: PageState): Promise<void> {
  latest = state;
  const fragment = await fragmentOf(state);
  if (state === latest) history.replaceState(null, "", fragment);
}

async function reopen(fragment: string): Promise<void> {
  try {
    const state = await stateOf(fragment);
    notice.value = undefined;
    await open(state);
  } catch (error) {
    notice.value = `This link cannot be opened: ${reasonOf(error)}. What you had is still here.`;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof LinkError ? error.message : "it cannot be read";
}
