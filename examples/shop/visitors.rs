//! The shop's visitors, the first of the two times that they are written: `visitors.mjs` has the other.
//!
//! A visitor is a function of a number alone. Everything about it is drawn from sfc32, a small generator of 32-bit
//! numbers, in whole numbers and in a fixed order, so that nothing can be rounded differently elsewhere. Both files
//! have the same functions in the same order: what is changed here must be changed there, or the digests part.
//!
//! As in life nobody is complete: some visitors are not signed in and so have no `targetingKey`, some refuse cookies
//! and have no `visitor`, some apps send a version that is none.

use vexil::{Context, Value};

const COUNTRIES: &[(u32, &str)] = &[
    (30, "DE"),
    (14, "FR"),
    (10, "NL"),
    (8, "AT"),
    (6, "PL"),
    (10, "GB"),
    (4, "CH"),
    (12, "US"),
    (4, "JP"),
    (2, "BR"),
];

const PLANS: &[(u32, &str)] = &[(68, "free"), (22, "plus"), (10, "pro")];

const SYSTEMS: &[(u32, &str)] =
    &[(30, "iOS"), (34, "Android"), (3, "android"), (20, "Windows"), (9, "macOS"), (4, "Linux")];

const MAIL_DOMAINS: &[(u32, &str)] = &[
    (50, "gmail.example"),
    (25, "mail.example"),
    (12, "web.example"),
    (6, "bücher.example"),
    (4, "uni-bremen.example"),
    (2, "Shop.Example"),
    (1, "trash-mail.example"),
];

const TAGS: &[&str] = &["newsletter", "wishlist", "gift-cards", "returns-often", "beta-tester", "big-spender"];

const BROWSERS: &[(u32, &str)] = &[
    (34, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) Mobile/15E148 Safari/604.1"),
    (34, "Mozilla/5.0 (Linux; Android 16) Chrome/143.0.0.0 Mobile Safari/537.36"),
    (26, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/147.0"),
    (4, "Mozilla/5.0 (compatible; Searchbot/2.1; +https://search.example/bot)"),
    (2, "PriceCrawler/1.4"),
];

/// Everything that is known about a visitor.
pub(crate) fn visitor(number: u32) -> Context {
    let random = &mut Random::new(number);
    let mut visitor = Context::default();
    let signed_in = random.percent(80);
    if random.percent(97) {
        let (high, low) = (random.next(), random.next());
        visitor.set("visitor", format!("v-{high:08x}{low:08x}"));
    }
    if signed_in {
        account(&mut visitor, random, number);
    }
    if random.percent(96) {
        visitor.set("country", random.one_of(COUNTRIES));
    }
    if random.percent(60) {
        visitor.set("appVersion", app_version(random));
    }
    if random.percent(90) {
        visitor.set("device", object([("os", random.one_of(SYSTEMS).into())]));
    }
    visitor.set("ip", ip(random));
    visitor.set("headers", headers(random));
    let (items, cents) = (random.below(9), random.below(30_000));
    if items > 0 {
        let total = f64::from(cents) / 100.0;
        visitor.set("cart", object([("items", f64::from(items).into()), ("total", total.into())]));
    }
    visitor
}

/// What only those have who are signed in.
fn account(visitor: &mut Context, random: &mut Random, number: u32) {
    let id = 100_000 + number;
    // Accounts of the old shop have numbers for ids.
    if random.percent(6) {
        visitor.set("targetingKey", f64::from(id));
    } else {
        visitor.set("targetingKey", format!("u-{id}"));
    }
    visitor.set("plan", random.one_of(PLANS));
    visitor.set("signedUpAt", signed_up_at(random));
    if random.percent(92) {
        visitor.set("email", format!("customer.{id}@{}", random.one_of(MAIL_DOMAINS)));
    }
    if random.percent(70) {
        visitor.set("age", f64::from(14 + random.below(72)));
    }
    if random.percent(15) {
        visitor.set("organisation", format!("org-{}", random.below(5_000)));
    }
    if random.percent(60) {
        let tags: Vec<Value> = TAGS.iter().filter(|_| random.percent(20)).map(|tag| Value::from(*tag)).collect();
        visitor.set("tags", Value::List(tags));
    }
}

/// Releases, some with a `v`, some pre-releases, and now and then something that is no version.
fn app_version(random: &mut Random) -> String {
    if random.percent(2) {
        return "nightly".to_owned();
    }
    let v = if random.percent(10) { "v" } else { "" };
    let (major, minor, patch) = (1 + random.below(3), random.below(12), random.below(4));
    if random.percent(8) {
        return format!("{v}{major}.{minor}.{patch}-beta.{}", 1 + random.below(11));
    }
    format!("{v}{major}.{minor}.{patch}")
}

/// An instant since 2019: a text, with the offset of the place where it was written, or milliseconds.
fn signed_up_at(random: &mut Random) -> Value {
    if random.percent(10) {
        // Up to 2 ^ 20 minutes, some two years, after 2024-03-01.
        return Value::Number(1_709_251_200_000.0 + 60_000.0 * f64::from(random.below(1 << 20)));
    }
    let (year, month, day) = (2019 + random.below(7), 1 + random.below(12), 1 + random.below(28));
    let (hour, minute) = (random.below(24), random.below(60));
    let offset = if random.percent(50) { "Z" } else { "+01:00" };
    Value::from(format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00{offset}"))
}

/// IPv4, IPv6, IPv4 in IPv6's clothes, and a few from the shop's own offices.
fn ip(random: &mut Random) -> String {
    let kind = random.below(100);
    let (a, b) = (random.below(65_536), random.below(256));
    match kind {
        0 => format!("10.20.{}.{b}", a >> 8),
        1 => format!("2001:db8:77::{a:x}"),
        2..=5 => format!("::ffff:198.51.100.{b}"),
        6..=25 => format!("2001:db8:{a:x}:{b:x}::1"),
        26..=30 => format!("203.0.113.{b}"),
        _ => format!("{}.{}.{}.{b}", 11 + (a & 127), a >> 12, (a >> 4) & 255),
    }
}

fn headers(random: &mut Random) -> Value {
    let mut headers = Vec::new();
    if random.percent(98) {
        headers.push(("user-agent", Value::from(random.one_of(BROWSERS))));
    }
    if random.percent(7) {
        headers.push(("save-data", Value::from("on")));
    }
    // What testers set to be sent to the canary.
    if random.percent(1) {
        headers.push(("x-track", Value::from("canary")));
    }
    object(headers)
}

fn object<'k>(members: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Chris Doty-Humphrey's sfc32, seeded by a number.
struct Random {
    a: u32,
    b: u32,
    c: u32,
    counter: u32,
}

impl Random {
    fn new(number: u32) -> Self {
        let mut random = Self { a: 0, b: number, c: 0x5eed, counter: 1 };
        // The first rounds spread the seed over the whole state.
        for _ in 0..12 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u32 {
        let drawn = self.a.wrapping_add(self.b).wrapping_add(self.counter);
        self.counter = self.counter.wrapping_add(1);
        self.a = self.b ^ (self.b >> 9);
        self.b = self.c.wrapping_add(self.c << 3);
        self.c = self.c.rotate_left(21).wrapping_add(drawn);
        drawn
    }

    /// A whole number from 0 to `end - 1`. `end` is at most 2 ^ 21, so that JavaScript's numbers hold the product.
    fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(end)) >> 32) as u32
    }

    fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of some texts by their relative weights.
    fn one_of(&mut self, choices: &[(u32, &'static str)]) -> &'static str {
        let mut left = self.below(choices.iter().map(|(weight, _)| weight).sum());
        for &(weight, choice) in choices {
            if left < weight {
                return choice;
            }
            left -= weight;
        }
        ""
    }
}
