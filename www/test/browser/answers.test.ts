import { readFileSync } from "node:fs";
import { createEngine } from "vexil";
import { expect, test } from "vitest";
import { EXAMPLES } from "../../src/examples/examples.js";
import { useBrowser, withPage } from "./page.js";

useBrowser();

const shop = readFileSync(new URL("../../../examples/shop/snapshot.json", import.meta.url), "utf8");

test("every flag and service has its answer, the one that the engine gives elsewhere", async () => {
  const state = EXAMPLES.find(({ name }) => name === "The shop")?.state ?? { text: "", context: {} };
  const engine = await createEngine(shop);
  const document = JSON.parse(shop) as { flags: object; services: object };
  const options = { now: state.now as number };
  const flags = Object.keys(document.flags).map((key) => {
    const { variant, reason, value } = engine.details(key, state.context, undefined, options);
    return [key, variant, reason, JSON.stringify(value)];
  });
  const services = Object.keys(document.services).map((key) => {
    const { track, reason, version } = engine.route(key, state.context, options);
    return [key, track, reason, JSON.stringify(version)];
  });
  await withPage(async (page) => {
    await page.example("The shop");
    const shown = await page.page
      .locator(".row")
      .evaluateAll((rows) =>
        rows.map((row) =>
          [".row-key", ".row-variant", ".reason", ".row-value"].map((part) => row.querySelector(part)?.textContent),
        ),
      );
    expect(shown).toEqual([...flags, ...services]);
  });
});

test("many answers can be filtered", async () => {
  await withPage(async (page) => {
    await page.example("The shop");
    await page.page.getByRole("searchbox", { name: "Filter the answers" }).fill("checkout split");
    const keys = await page.page.locator(".row-key").allTextContents();
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.every((key) => key.startsWith("checkout"))).toBe(true);
  });
});

test("an explanation has every condition with the value and the outcome, in its groups", async () => {
  await withPage(async (page) => {
    await page.example("The shop");
    const experiment = page.steps.filter({ hasText: "Rule experiment" });
    const conditions = experiment.locator(".condition");
    expect(await conditions.allTextContents()).toEqual([
      'yes: segment "european-union" a member',
      'yes: country in ["AT","DE","FR","NL","PL"] is "DE"',
      'yes: plan in ["plus","pro"] is "pro"',
      "not looked at: cart.total gte 80 not looked at",
      'no: segment "newcomers" no member',
      'no: signedUpAt after "2025-12-01T00:00:00+01:00" is "2023-05-04T09:30:00+01:00"',
    ]);
    expect(await experiment.locator(".condition-group").allTextContents()).toEqual(["all of", "any of", "not"]);
    const nested = page.steps.first().locator(".nested .step");
    expect(await nested.count()).toBe(2);
  });
});

test("every draw shows the bucket beside its ranges", async () => {
  const engine = await createEngine(EXAMPLES[0].state.text);
  const explanation = engine.explain("checkout-redesign", EXAMPLES[0].state.context);
  const rule = explanation?.steps.find((step) => step.kind === "rule" && step.id === "eu");
  const bucket = rule?.kind === "rule" ? rule.split?.unit.bucket : undefined;
  await withPage(async (page) => {
    const draw = page.steps.filter({ hasText: "Rule eu" }).locator(".draw");
    expect(await draw.locator(".bucket-own").textContent()).toBe(`bucket ${(bucket ?? 0).toLocaleString("en")}`);
    expect(await draw.locator(".bucket-name").textContent()).toBe("on 0 to 250,000");
    const [mark, range] = await draw.evaluate((element) =>
      [".bucket-mark", ".bucket-range"].map(
        (part) => (element.querySelector(part) as HTMLElement).getBoundingClientRect().toJSON() as DOMRect,
      ),
    );
    const bar = await draw.locator(".bucket-bar").boundingBox();
    const middle = (mark?.left ?? 0) + (mark?.width ?? 0) / 2 - (bar?.x ?? 0);
    expect(middle / (bar?.width ?? 1)).toBeCloseTo((bucket ?? 0) / 1e6, 2);
    expect((range?.width ?? 0) / (bar?.width ?? 1)).toBeCloseTo(0.25, 2);
  });
});

test("a condition leads to where it stands in the snapshot", async () => {
  await withPage(async (page) => {
    await page.page.locator(".condition-text").first().click();
    expect(await page.page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "Snapshot, as JSON",
    );
    expect(await page.page.locator(".cm-activeLine").textContent()).toContain("endsWith");
  });
});
