/**
 * The measured loops. Each row imports this module anew (by another query), so that what the compiler learns of one row
 * does not speed or slow another. The answers are kept, so that the compiler cannot leave out what makes them.
 */

const KEPT = 64;

export function loop(call, contexts, kept) {
  for (let i = 0; i < contexts.length; i++) kept[i % KEPT] = call(contexts[i]);
}

export async function asyncLoop(call, contexts, kept) {
  for (let i = 0; i < contexts.length; i++) kept[i % KEPT] = await call(contexts[i]);
}
