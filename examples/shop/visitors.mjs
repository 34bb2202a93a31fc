/**
 * The shop's visitors, the second of the two times that they are written: `visitors.rs` has the other, and says why
 * they are as they are. Both files have the same functions in the same order.
 */

const COUNTRIES = [
  [30, "DE"], [14, "FR"], [10, "NL"], [8, "AT"], [6, "PL"], [10, "GB"], [4, "CH"], [12, "US"], [4, "JP"], [2, "BR"],
];

const PLANS = [[68, "free"], [22, "plus"], [10, "pro"]];

const SYSTEMS = [[30, "iOS"], [34, "Android"], [3, "android"], [20, "Windows"], [9, "macOS"], [4, "Linux"]];

const MAIL_DOMAINS = [
  [50, "gmail.example"],
  [25, "mail.example"],
  [12, "web.example"],
  [6, "bücher.example"],
  [4, "uni-bremen.example"],
  [2, "Shop.Example"],
  [1, "trash-mail.example"],
];

const TAGS = ["newsletter", "wishlist", "gift-cards", "returns-often", "beta-tester", "big-spender"];

const BROWSERS = [
  [34, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) Mobile/15E148 Safari/604.1"],
  [34, "Mozilla/5.0 (Linux; Android 16) Chrome/143.0.0.0 Mobile Safari/537.36"],
  [26, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/147.0"],
  [4, "Mozilla/5.0 (compatible; Searchbot/2.1; +https://search.example/bot)"],
  [2, "PriceCrawler/1.4"],
];

/** Everything that is known about a visitor. */
export function visitor(number) {
  const random = new Random(number);
  const visitor = {};
  const signedIn = random.percent(80);
  if (random.percent(97)) {
    const [high, low] = [random.next(), random.next()];
    visitor.visitor = `v-${hex(high, 8)}${hex(low, 8)}`;
  }
  if (signedIn) account(visitor, random, number);
  if (random.percent(96)) visitor.country = random.oneOf(COUNTRIES);
  if (random.percent(60)) visitor.appVersion = appVersion(random);
  if (random.percent(90)) visitor.device = { os: random.oneOf(SYSTEMS) };
  visitor.ip = ip(random);
  visitor.headers = headers(random);
  const [items, cents] = [random.below(9), random.below(30_000)];
  if (items > 0) visitor.cart = { items, total: cents / 100 };
  return visitor;
}

/** What only those have who are signed in. */
function account(visitor, random, number) {
  const id = 100_000 + number;
  visitor.targetingKey = random.percent(6) ? id : `u-${id}`;
  visitor.plan = random.oneOf(PLANS);
  visitor.signedUpAt = signedUpAt(random);
  if (random.percent(92)) visitor.email = `customer.${id}@${random.oneOf(MAIL_DOMAINS)}`;
  if (random.percent(70)) visitor.age = 14 + random.below(72);
  if (random.percent(15)) visitor.organisation = `org-${random.below(5_000)}`;
  if (random.percent(60)) visitor.tags = TAGS.filter(() => random.percent(20));
}

/** Releases, some with a `v`, some pre-releases, and now and then something that is no version. */
function appVersion(random) {
  if (random.percent(2)) return "nightly";
  const v = random.percent(10) ? "v" : "";
  const [major, minor, patch] = [1 + random.below(3), random.below(12), random.below(4)];
  if (random.percent(8)) return `${v}${major}.${minor}.${patch}-beta.${1 + random.below(11)}`;
  return `${v}${major}.${minor}.${patch}`;
}

/** An instant since 2019: a text, with the offset of the place where it was written, or milliseconds. */
function signedUpAt(random) {
  if (random.percent(10)) return 1_709_251_200_000 + 60_000 * random.below(1 << 20);
  const [year, month, day] = [2019 + random.below(7), 1 + random.below(12), 1 + random.below(28)];
  const [hour, minute] = [random.below(24), random.below(60)];
  const offset = random.percent(50) ? "Z" : "+01:00";
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:00${offset}`;
}

/** IPv4, IPv6, IPv4 in IPv6's clothes, and a few from the shop's own offices. */
function ip(random) {
  const kind = random.below(100);
  const [a, b] = [random.below(65_536), random.below(256)];
  if (kind === 0) return `10.20.${a >> 8}.${b}`;
  if (kind === 1) return `2001:db8:77::${hex(a)}`;
  if (kind <= 5) return `::ffff:198.51.100.${b}`;
  if (kind <= 25) return `2001:db8:${hex(a)}:${hex(b)}::1`;
  if (kind <= 30) return `203.0.113.${b}`;
  return `${11 + (a & 127)}.${a >> 12}.${(a >> 4) & 255}.${b}`;
}

function headers(random) {
  const headers = {};
  if (random.percent(98)) headers["user-agent"] = random.oneOf(BROWSERS);
  if (random.percent(7)) headers["save-data"] = "on";
  if (random.percent(1)) headers["x-track"] = "canary";
  return headers;
}

function hex(number, digits = 1) {
  return number.toString(16).padStart(digits, "0");
}

function two(number) {
  return String(number).padStart(2, "0");
}

/** Chris Doty-Humphrey's sfc32, seeded by a number. */
class Random {
  #a = 0;
  #b;
  #c = 0x5eed;
  #counter = 1;

  constructor(number) {
    this.#b = number;
    // The first rounds spread the seed over the whole state.
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A whole number from 0 to 2 ^ 32 - 1. */
  next() {
    const drawn = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }

  /** A whole number from 0 to `end - 1`. `end` is at most 2 ^ 21, so that the product is exact. */
  below(end) {
    return Math.floor((this.next() * end) / 2 ** 32);
  }

  percent(percent) {
    return this.below(100) < percent;
  }

  /** One of some texts by their relative weights. */
  oneOf(choices) {
    let left = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      if (left < weight) return choice;
      left -= weight;
    }
    return "";
  }
}
