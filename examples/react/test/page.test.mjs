/** The shop in Chromium: what the server has rendered stays as it is, until something changes. */

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { start } from "../server.mjs";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Nothing of the user's, and nothing fetched from anywhere. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

/** The browser that `CHROMIUM` names, or the first one on the path. */
async function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const places = (process.env.PATH ?? "").split(delimiter);
  for (const program of BROWSERS.flatMap((name) => places.map((place) => join(place, name)))) {
    const found = await stat(program).catch(() => undefined);
    if (found?.isFile()) return program;
  }
  throw new Error(`none of ${BROWSERS.join(", ")} is on the path; CHROMIUM can name one`);
}

let directory, flags, shop, browser, page, problems;

before(async () => {
  browser = await chromium.launch({ executablePath: await findBrowser(), args: FLAGS });
});

after(() => browser?.close());

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "vexil-react-"));
  flags = join(directory, "flags.json");
  await cp(fileURLToPath(new URL("../flags.json", import.meta.url)), flags);
  shop = await start({ flags, port: 0 });
  page = await browser.newPage();
  problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  await page.addInitScript(watch);
});

afterEach(async () => {
  await page.close();
  shop.close();
  await rm(directory, { recursive: true });
});

/** Runs in the page: notes all that changes in what the server has rendered, and when React has taken it over. */
function watch() {
  window.changes = [];
  document.addEventListener("readystatechange", () => {
    const root = document.getElementById("root");
    if (document.readyState !== "interactive") return;
    const note = (mutations) => window.changes.push(...mutations.map(({ type, target }) => `${type} ${target.textContent}`));
    new MutationObserver(note).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    window.isHydrated = () => Object.keys(root).some((key) => key.startsWith("__reactContainer"));
  });
}

/** Opens the shop, with what leads to the engine held back; `release` lets it come, and waits until it has. */
async function open() {
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route("**/events", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(shop.address);
  await page.waitForFunction(() => window.isHydrated());
  const release = async () => {
    await page.evaluate(() => {
      const sdk = globalThis[Symbol.for("@openfeature/web-sdk/api")];
      window.arrived = new Promise((resolve) => sdk.addHandler("PROVIDER_CONFIGURATION_CHANGED", resolve));
    });
    go();
    await page.evaluate(() => window.arrived);
    await painted();
  };
  return release;
}

/** Until React has rendered what it has been told. */
const painted = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));

const changes = () => page.evaluate(() => window.changes);

async function edit(change) {
  const snapshot = JSON.parse(await readFile(flags, "utf8"));
  change(snapshot.flags);
  await writeFile(flags, JSON.stringify(snapshot));
}

/** What a browser without scripts shows. */
async function served() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.addCookies(await page.context().cookies(shop.address));
  const plain = await context.newPage();
  await plain.goto(shop.address);
  const text = await plain.innerText("#root");
  await context.close();
  return text;
}

test("the page shows what the server has rendered, when React takes over and when the engine comes", async () => {
  const release = await open();
  const text = await page.innerText("#root");
  assert.match(text, /Spring is here/);
  assert.match(text, /theme\s+(meadow|night)\s+SPLIT/);
  assert.equal(text, await served());
  await release();
  assert.equal(await page.innerText("#root"), text);
  assert.deepEqual(await changes(), []);
  assert.deepEqual(problems, []);
});

test("a page whose answers are not the server's would be noticed", async () => {
  await page.route(shop.address, async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    await route.fulfill({ response, body: html.replace('"text":"Spring is here', '"text":"Autumn is here') });
  });
  await open();
  await page.getByText("Autumn is here").waitFor();
  assert.notDeepEqual(await changes(), []);
  assert.notDeepEqual(problems, []);
});

test("a flag that changes is seen at once, and nothing else changes", async () => {
  const release = await open();
  await release();
  await edit((all) => (all.banner.default.variant = "sale"));
  await page.getByText("a third off all ferns").waitFor();
  assert.deepEqual([...new Set((await changes()).map((change) => change.split(" ")[0]))].sort(), ["attributes", "characterData"]);
  for (const change of await changes()) assert.match(change, /third off|sale|Spring/);
  await edit((all) => (all.banner.state = "disabled"));
  await page.getByText("DISABLED").waitFor();
  assert.deepEqual(problems, []);
});

test("a snapshot that cannot be used changes nothing", async (t) => {
  const report = t.mock.method(console, "error", () => {});
  const release = await open();
  await release();
  await writeFile(flags, "{");
  while (report.mock.callCount() === 0) await painted();
  assert.match(String(report.mock.calls[0].arguments[0]), /^flags.json is not used/);
  assert.deepEqual(await changes(), []);
  assert.match(await page.innerText("#root"), /Spring is here/);
});

test("who becomes a member gets a member's flags", async () => {
  const release = await open();
  await release();
  await page.getByRole("button", { name: "Join the club" }).click();
  await page.getByRole("button", { name: "Buy now with one click" }).waitFor();
  const text = await page.innerText("#root");
  assert.match(text, /Free shipping\n/);
  assert.match(text, /one-click-checkout\s+on\s+TARGETING_MATCH\s+members/);
  await page.getByRole("button", { name: "Leave the club" }).click();
  await page.getByRole("button", { name: "Add to basket" }).waitFor();
  assert.deepEqual(problems, []);
});

test("visitors keep their theme, and do not all have the same", async () => {
  const themeOf = async () => /"page (\w+)"/.exec(await page.content())[1];
  await open();
  const theme = await themeOf();
  await page.reload();
  assert.equal(await themeOf(), theme);
  const themes = new Set();
  for (let visitor = 0; themes.size < 2 && visitor < 64; visitor++) {
    themes.add(/"page (\w+)"/.exec(await (await fetch(shop.address)).text())[1]);
  }
  assert.deepEqual([...themes].sort(), ["meadow", "night"]);
});
