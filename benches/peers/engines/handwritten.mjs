/** No product: the least that JavaScript could do for these flags, with closures made at load, murmur3 and sets. */

import { COUNTRIES, WEIGHTS, payload } from "../neutral.mjs";

const HALF = 0x80000000;
const TRACKS = [Object.freeze({ track: "stable", version: "v1" }), Object.freeze({ track: "canary", version: "v2" })];

export const engine = {
  name: "Hand-written JavaScript",
  isReference: true,
  format: "neutral",
  load: () => ({}),
  create: (_, text) => compile(JSON.parse(text)),
  context: ({ userId, country, plan, appVersion, age, beta }) => ({ userId, country, plan, appVersion, age, beta }),
  boolean: (flags, key, context) => flags.get(key)(context),
  object: (flags, key, context) => flags.get(key)(context),
  all(flags, context) {
    const answers = [];
    for (const [flagKey, evaluate] of flags) answers.push({ flagKey, value: evaluate(context) });
    return answers;
  },
  route: (_, context) => TRACKS[murmur(context.userId, SERVICE) < HALF ? 0 : 1].track === "canary",
};

const SERVICE = murmur("service:api", 0);
const IN_COUNTRIES = new Set(COUNTRIES);
const NINE = version("9.0.0");
const TWO_THREE = version("2.3.0");
const PAYLOADS = WEIGHTS.map((_, i) => payload(i));
const FIRST = (WEIGHTS[0] / 100) * 2 ** 32;
const SECOND = ((WEIGHTS[0] + WEIGHTS[1]) / 100) * 2 ** 32;

function compile({ flags, segments }) {
  const segment = new Set(segments[0]?.ids);
  return new Map(flags.map(({ key, kind }) => [key, COMPILE[kind](murmur(key, 0), segment)]));
}

const COMPILE = {
  on: () => () => true,
  rollout: (salt) => (context) => murmur(context.userId, salt) < HALF,
  target(salt) {
    return (context) => {
      if (IN_COUNTRIES.has(context.country) && context.plan === "enterprise") return true;
      if (context.plan === "pro" && version(context.appVersion) >= NINE) return true;
      return IN_COUNTRIES.has(context.country) && context.plan === "pro" && version(context.appVersion) >= TWO_THREE
        ? murmur(context.userId, salt) < HALF
        : false;
    };
  },
  experiment(salt) {
    return (context) => {
      const hash = murmur(context.userId, salt);
      return hash < FIRST ? PAYLOADS[0] : hash < SECOND ? PAYLOADS[1] : PAYLOADS[2];
    };
  },
  segment: (_, segment) => (context) => segment.has(context.userId),
};

function version(text) {
  const parts = text.split(".");
  return Number(parts[0]) * 1e6 + Number(parts[1]) * 1e3 + Number(parts[2]);
}

/** Murmur3 of 32 bits, of a text in ASCII. */
function murmur(text, seed) {
  const length = text.length;
  let hash = seed;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    hash ^= scrambled(
      (text.charCodeAt(i) & 255) |
        ((text.charCodeAt(i + 1) & 255) << 8) |
        ((text.charCodeAt(i + 2) & 255) << 16) |
        ((text.charCodeAt(i + 3) & 255) << 24),
    );
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let shift = 0; i < length; i++, shift += 8) rest |= (text.charCodeAt(i) & 255) << shift;
  hash ^= scrambled(rest) ^ length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scrambled(word) {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}
