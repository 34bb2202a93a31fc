import { expect, test } from "vitest";
import { EXAMPLES } from "../../src/examples/examples.js";
import { fragmentOf } from "../../src/link/link.js";
import { snapshotOf } from "../support.js";
import { useBrowser, withPage } from "./page.js";

useBrowser();

test("a copied link opens as what it was copied from", async () => {
  let link = "";
  let shown: (string | null)[] = [];
  const rows = ".row";
  await withPage(async (page) => {
    await page.example("Canary service");
    await page.row("image-api").click();
    await page.field("visitor").fill("visitor-7");
    await page.page.getByRole("switch", { name: "Kill" }).click();
    await page.page.getByRole("button", { name: "Draw others" }).click();
    await page.settled();
    await page.page.getByRole("button", { name: "Copy link" }).click();
    await page.page.getByText("The link was copied").waitFor({ state: "attached" });
    link = await page.page.evaluate(() => navigator.clipboard.readText());
    shown = [
      await page.page.locator(rows).allTextContents().then(String),
      await page.outcome.textContent(),
      JSON.stringify(await page.shares()),
    ];
  });
  const fragment = new URL(link).hash;
  await withPage(
    async (page) => {
      expect([
        await page.page.locator(rows).allTextContents().then(String),
        await page.outcome.textContent(),
        JSON.stringify(await page.shares()),
      ]).toEqual(shown);
      expect(await page.field("visitor").inputValue()).toBe("visitor-7");
      expect(await page.page.locator(".crowd").getAttribute("data-crowd")).toBe("2");
    },
    { fragment },
  );
});

test("the address follows every change, so a reload loses nothing", async () => {
  await withPage(async (page) => {
    await page.field("country").fill("FR");
    await page.page.waitForFunction(() => location.hash.startsWith("#v1."));
    await page.page.reload();
    await page.settled();
    expect(await page.field("country").inputValue()).toBe("FR");
  });
});

test("a broken text goes along, with the last good one that is served instead", async () => {
  const good = snapshotOf({ default: { variant: "on" } });
  const fragment = await fragmentOf({ text: `${good} oops`, good, context: {} });
  await withPage(
    async (page) => {
      await page.page.locator('.status[data-status="held"]').waitFor();
      expect(await page.row("flag").textContent()).toContain("on");
      expect(await page.text()).toBe(`${good} oops`);
    },
    { fragment },
  );
});

test("a link with nothing that could be served says so", async () => {
  const fragment = await fragmentOf({ text: "oops", context: {} });
  await withPage(
    async (page) => {
      await page.page.locator('.status[data-status="nothing"]').waitFor();
      expect(await page.page.locator(".answers").textContent()).toContain("Nothing is served");
    },
    { fragment },
  );
});

test("a link that cannot be read gives a message and an example, and stays in the address", async () => {
  const whole = await fragmentOf((EXAMPLES[1] ?? EXAMPLES[0]).state);
  const fragment = whole.slice(0, whole.length / 2);
  await withPage(
    async (page) => {
      expect(await page.page.getByRole("alert").textContent()).toContain(
        "This link cannot be opened: it is damaged or was cut short",
      );
      expect(await page.row("checkout-redesign").count()).toBe(1);
      expect(new URL(page.page.url()).hash).toBe(fragment);
      await page.page.getByRole("button", { name: "Close" }).click();
      expect(await page.page.getByRole("alert").textContent()).toBe("");
    },
    { fragment },
  );
});

test("a link that is pasted over the page is opened, and a broken one takes nothing away", async () => {
  const fragment = await fragmentOf(EXAMPLES[2]?.state ?? EXAMPLES[0].state);
  await withPage(async (page) => {
    await page.page.evaluate((hash) => (location.hash = hash), fragment);
    await page.row("home.hero").waitFor();
    await page.page.evaluate(() => (location.hash = "#v7.newer"));
    await page.page.getByText("What you had is still here").waitFor();
    expect(await page.row("home.hero").count()).toBe(1);
  });
});
