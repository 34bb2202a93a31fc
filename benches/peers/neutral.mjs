/**
 * The flags and users that every engine gets, in no engine's words. `formats/` has them in the words of each.
 *
 * Kinds of flags, of which a snapshot has a quarter each, and the rows that ask for one of them:
 *
 *   on          W1   boolean, on for everybody, no rules
 *   rollout     W2   boolean, for half of the users
 *   target      W3   boolean, three rules, of which the third matches and serves half of the users:
 *                      country in [US, CA, GB, AU, NZ] and plan = enterprise                        true, false
 *                      plan = pro and appVersion >= 9.0.0                                           true, false
 *                      country in [US, CA, GB, AU, NZ] and plan = pro and appVersion >= 2.3.0       true, true, true
 *   experiment  W4   three variants (34, 33, 33 %) with a JSON object each
 *   segment     W5   boolean, on for the users of a segment that lists 1,000 ids: a tenth of all users
 */

export const COUNTRIES = ["US", "CA", "GB", "AU", "NZ"];
export const VARIANTS = ["control", "treatment-a", "treatment-b"];
export const WEIGHTS = [34, 33, 33];
/** Where the variants end, in percent. */
export const BOUNDS = [34, 67, 100];

export const payload = (i) => ({
  variant: VARIANTS[i],
  color: ["#0000ff", "#ff0000", "#00ff00"][i],
  limit: 10 * (i + 1),
});

const USERS = 10_000;
const KINDS = ["on", "rollout", "target", "experiment"];

/** The flag of each W row, from the middle of a snapshot. */
export const FLAG = {
  W1: { key: key(500), kind: "on" },
  W2: { key: key(501), kind: "rollout" },
  W3: { key: key(502), kind: "target" },
  W4: { key: key(503), kind: "experiment" },
  W5: { key: "flag-segment", kind: "segment" },
};

/** Flags and segments; those with a segment have one flag more, which asks for it. */
export function neutral(count, { withSegment = false } = {}) {
  const flags = Array.from({ length: count }, (_, i) => ({ i, key: key(i), kind: KINDS[i % KINDS.length] }));
  if (!withSegment) return { flags, segments: [] };
  const ids = users()
    .filter((_, i) => i % 10 === 0)
    .map((user) => user.userId);
  return { flags: [...flags, { i: count, ...FLAG.W5 }], segments: [{ key: "beta-users", ids }] };
}

/** The flag of a W row alone. */
export function neutralOf(row) {
  const all = neutral(1_000, { withSegment: true });
  const flags = all.flags.filter((flag) => flag.key === FLAG[row].key);
  return { flags, segments: row === "W5" ? all.segments : [] };
}

/** 10,000 different users, the same on every run. All match the third rule of W3, and none the first two. */
export function users() {
  const random = randomNumbers(12_345);
  const users = Array.from({ length: USERS }, () => ({
    userId: uuidOf(random),
    country: COUNTRIES[Math.floor(random() * 5)],
    plan: "pro",
    appVersion: `2.${3 + Math.floor(random() * 6)}.${Math.floor(random() * 10)}`,
    age: 18 + Math.floor(random() * 60),
    beta: random() < 0.5,
  }));
  // Strings that are put together are read slowly for the first time. Those of a real request are flat.
  return JSON.parse(JSON.stringify(users));
}

/** Some UUID, the same for the same numbers. */
export function uuid(i, salt = 0) {
  return uuidOf(randomNumbers(i * 7919 + salt * 104_729 + 1));
}

/** 24 hexadecimal digits, as databases use them for ids; the same for the same numbers. */
export function objectId(i, salt = 0) {
  return hex(randomNumbers(i * 7919 + salt * 104_729 + 3), 24);
}

/** A version as one number, for engines that cannot compare versions. */
export function versionNumber(version) {
  const [major, minor, patch] = version.split(".").map(Number);
  return major * 10_000 + minor * 100 + patch;
}

function key(i) {
  return `flag-${String(i).padStart(5, "0")}`;
}

function uuidOf(random) {
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-8${hex(random, 3)}-${hex(random, 12)}`;
}

function hex(random, digits) {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Mulberry32. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A user in the form that OpenFeature has for contexts, which some engines share. */
export function withTargetingKey({ userId, country, plan, appVersion, age, beta }) {
  return { targetingKey: userId, country, plan, appVersion, age, beta };
}
