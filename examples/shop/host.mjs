/**
 * The shop on a host with the npm package: evaluates every flag and routes every service for every visitor, and
 * returns a report. `node.mjs` and `page.html` call it; `main.rs` is the same for the native host.
 */

import { visitor } from "./visitors.mjs";

const NOW = Date.parse("2026-03-10T12:00:00Z");
const VISITORS = 100_000;
/** How many visitors are generated before they are evaluated: only evaluating is timed. */
const BATCH = 2_000;
/** In the order of their keys. */
const SERVICES = ["checkout-api", "image-api"];

/**
 * `createEngine` is that of `vexil` for a snapshot, that of `vexil/slim` for a ruleset; `progress` is told the share
 * that is done, between two batches.
 */
export async function run(createEngine, document, { visitors = VISITORS, progress = () => {} } = {}) {
  const shop = new Shop(await createEngine(document));
  for (let start = 0; start < visitors; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, visitors - start) }, (_, place) => visitor(start + place));
    shop.evaluate(batch);
    await progress((start + batch.length) / visitors);
  }
  return { visitors, ...shop.report() };
}

/** The engine, and what came of asking it. */
class Shop {
  #engine;
  #digests = new Map();
  /** What is fed for an answer. Answers are the same object whenever they are the same answer. */
  #hashes = new Map();
  #milliseconds = 0;
  #evaluations = 0;

  constructor(engine) {
    this.#engine = engine;
  }

  evaluate(visitors) {
    const [engine, options] = [this.#engine, { now: NOW }];
    const started = performance.now();
    const answers = visitors.map((visitor) => engine.all(visitor, options));
    const routes = visitors.map((visitor) => SERVICES.map((service) => engine.route(service, visitor, options)));
    this.#milliseconds += performance.now() - started;
    for (const answer of answers.flat()) this.#count(answer.flagKey, answer);
    for (const some of routes) some.forEach((route, place) => this.#count(SERVICES[place], route));
  }

  #count(key, answer) {
    this.#evaluations += 1;
    this.#digestOf(key).feed(this.#hashOf(answer));
  }

  #digestOf(key) {
    const known = this.#digests.get(key);
    if (known !== undefined) return known;
    const digest = new Digest();
    this.#digests.set(key, digest);
    return digest;
  }

  #hashOf(answer) {
    const known = this.#hashes.get(answer);
    if (known !== undefined) return known;
    const hashed = hash(`${answer.variant ?? answer.track}:${answer.reason}`);
    this.#hashes.set(answer, hashed);
    return hashed;
  }

  report() {
    const digests = [...this.#digests].map(([key, digest]) => [key, String(digest)]);
    const whole = new Digest();
    for (const [key, digest] of digests) whole.feed(hash(`${key}=${digest}`));
    return {
      evaluations: this.#evaluations,
      seconds: this.#milliseconds / 1000,
      digest: String(whole),
      digests: Object.fromEntries(digests),
    };
  }
}

const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the UTF-8 of a text. */
function hash(text) {
  return new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, FNV_PRIME), FNV_START);
}

/** A digest of all answers. `digest.rs` says how, and why so. */
class Digest {
  #a = FNV_START | 0;
  #b = 0;

  feed(number) {
    this.#a = Math.imul(this.#a ^ number, FNV_PRIME);
    const mixed = this.#b ^ number;
    this.#b = (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
  }

  toString() {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
