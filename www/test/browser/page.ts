/** The playground in a browser without a window, and how tests take hold of its parts. */

import { accessSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** How long anything may take, in milliseconds. */
const PATIENCE = 20_000;

/** The first browser on PATH that understands Chromium's flags, as for the shop's demo. */
function executable(): string {
  const places = (process.env["PATH"] ?? "").split(delimiter);
  const programs = BROWSERS.flatMap((name) => places.map((place) => join(place, name)));
  const found = programs.find((program) => isThere(program));
  if (found === undefined) throw new Error("no Chromium on PATH: `cargo xtask setup --browsers` installs it");
  return found;
}

function isThere(file: string): boolean {
  try {
    accessSync(file);
    return true;
  } catch {
    return false;
  }
}

let browser: Browser;

/** Starts a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    // There is no sandbox where the tests run as root.
    browser = await chromium.launch({ executablePath: executable(), args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());
}

/** Opens the playground, runs a test on it, and fails if the page complained or asked anybody else for anything. */
export async function withPage(test: (page: Playground) => Promise<void>, options: Options = {}): Promise<void> {
  const { fragment = "", ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light", ...rest });
  context.setDefaultTimeout(PATIENCE);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  try {
    const page = new Playground(context, await context.newPage());
    await page.open(fragment);
    await test(page);
    expect(page.complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

export interface Options extends BrowserContextOptions {
  /** What is behind the address, with its `#`. */
  readonly fragment?: string;
}

/** What is counted of the dots. */
export interface Moves {
  readonly entered: number;
  readonly left: number;
  readonly moved: number;
}

export class Playground {
  readonly complaints: string[] = [];
  readonly context: BrowserContext;
  readonly page: Page;

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(inject("address")) && !request.url().startsWith("data:"))
        this.complaints.push(request.url());
    });
  }

  async open(fragment = ""): Promise<void> {
    await this.page.goto(`${inject("address")}${fragment}`);
    await this.settled();
  }

  /** Until everything has been counted for what is shown. */
  async settled(): Promise<void> {
    await this.page.locator("#why-title").waitFor();
    // A count begins within the task of the change that it follows.
    await this.page.locator('.status[data-status="pending"]').waitFor({ state: "detached" });
    await this.page.locator('.crowd[aria-busy="true"]').waitFor({ state: "detached" });
  }

  async example(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "Examples" }).click();
    await this.page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
    await this.settled();
  }

  get editor(): Locator {
    return this.page.getByRole("textbox", { name: "Snapshot, as JSON" });
  }

  /** Replaces the whole text of the snapshot, as by pasting. */
  async write(text: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(text);
  }

  /** What the editor holds: it draws only the lines that are seen, so it is asked by copying. */
  async text(): Promise<string> {
    await this.editor.click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.press("ControlOrMeta+c");
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  get status(): Locator {
    return this.page.locator("#snapshot-status");
  }

  field(attribute: string): Locator {
    return this.page.getByLabel(attribute, { exact: true });
  }

  row(key: string): Locator {
    return this.page.locator(`.row[data-key="${key}"]`);
  }

  get outcome(): Locator {
    return this.page.locator(".outcome");
  }

  get steps(): Locator {
    return this.page.locator(".why .block > .steps > .step");
  }

  get slider(): Locator {
    return this.page.locator(".exposure input[type=range]");
  }

  /** The indexes of the dots that are lit, each with the colour that it has. */
  async lit(): Promise<Map<number, string>> {
    const lit = await this.page
      .locator('.dots circle[data-place="in"]')
      .evaluateAll((dots) =>
        dots.map((dot) => [Number(dot.getAttribute("data-index")), dot.getAttribute("data-tone") ?? ""] as const),
      );
    return new Map(lit);
  }

  async moves(): Promise<Moves> {
    const {
      entered = "",
      left = "",
      moved = "",
    } = await this.page.locator(".moves[data-entered]").evaluate((line) => ({ ...(line as HTMLElement).dataset }));
    return { entered: Number(entered), left: Number(left), moved: Number(moved) };
  }

  /** How many of the crowd get each variant. */
  async shares(): Promise<Record<string, number>> {
    const shares = await this.page
      .locator(".share")
      .evaluateAll((rows) =>
        rows.map((row) => [row.getAttribute("data-variant") ?? "", Number(row.getAttribute("data-count"))] as const),
      );
    return Object.fromEntries(shares);
  }

  async background(): Promise<string> {
    return this.page.locator(".bar").evaluate((bar) => getComputedStyle(bar).backgroundColor);
  }
}
