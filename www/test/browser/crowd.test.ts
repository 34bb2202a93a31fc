import { createEngine } from "vexil";
import { expect, test } from "vitest";
import { EXAMPLES } from "../../src/examples/examples.js";
import { exampleText } from "../support.js";
import { useBrowser, withPage } from "./page.js";

useBrowser();

/** Whom the engine takes into the rule `eu` at an exposure, among the visitors that are the dots. */
async function insideAt(exposure: number): Promise<number[]> {
  const text = exampleText("gradual-rollout").replace('"exposure": 25', `"exposure": ${exposure}`);
  const engine = await createEngine(text);
  const all = Array.from({ length: 1_000 }, (_, index) => index);
  return all.filter((index) =>
    engine.boolean("checkout-redesign", { targetingKey: `user-${10_000 + index}`, country: "DE" }, false),
  );
}

test("raising the exposure lets visitors in and nobody out; lowering it takes back the last to come in", async () => {
  await withPage(async (page) => {
    const way = [25, 40, 62.5, 100, 62.5, 40, 25, 5, 0];
    const seen = new Map<number, number[]>();
    expect([...(await page.lit()).keys()]).toEqual(await insideAt(25));
    let before = (await page.lit()).size;
    for (const [step, exposure] of way.entries()) {
      if (step === 0) continue;
      await page.slider.fill(String(exposure));
      await page.settled();
      const inside = [...(await page.lit()).keys()];
      expect(inside).toEqual(await insideAt(exposure));
      const rises = exposure > (way[step - 1] ?? 0);
      const difference = inside.length - before;
      expect(await page.moves()).toEqual(
        rises ? { entered: difference, left: 0, moved: 0 } : { entered: 0, left: -difference, moved: 0 },
      );
      if (seen.has(exposure)) expect(inside).toEqual(seen.get(exposure));
      seen.set(exposure, inside);
      before = inside.length;
    }
    expect(await page.moves()).toMatchObject({ entered: 0, moved: 0 });
  });
});

test("the slider writes into the text, and leaves the rest of it alone", async () => {
  await withPage(async (page) => {
    await page.slider.fill("62.5");
    await page.settled();
    expect(await page.text()).toBe(exampleText("gradual-rollout").replace('"exposure": 25', '"exposure": 62.5'));
  });
});

test("the slider moves by keys, and tells its value", async () => {
  await withPage(async (page) => {
    await page.slider.focus();
    await page.page.keyboard.press("ArrowRight");
    await page.settled();
    expect(await page.slider.getAttribute("aria-valuetext")).toBe("25.5 percent");
    expect((await page.moves()).left).toBe(0);
    await page.page.keyboard.press("End");
    await page.settled();
    expect((await page.lit()).size).toBe(1_000);
  });
});

test("an exposure can be typed to the fourth decimal", async () => {
  await withPage(async (page) => {
    const number = page.page.getByRole("spinbutton", { name: /Exposure/ });
    await number.fill("12.3456");
    await number.press("Enter");
    await page.settled();
    expect(await page.text()).toContain('"exposure": 12.3456');
  });
});

test("nobody changes variant when the exposure of three variants rises", async () => {
  await withPage(async (page) => {
    await page.example("Experiment");
    const before = await page.lit();
    expect(new Set(before.values()).size).toBe(3);
    await page.slider.fill("90");
    await page.settled();
    const after = await page.lit();
    for (const [index, tone] of before) expect(after.get(index)).toBe(tone);
    expect(await page.moves()).toEqual({ entered: after.size - before.size, left: 0, moved: 0 });
  });
});

test("while the text is broken nothing slides", async () => {
  await withPage(async (page) => {
    await page.write("{");
    await page.page.locator('.status[data-status="held"]').waitFor();
    expect(await page.slider.isDisabled()).toBe(true);
  });
});

test("a dot that is clicked is the visitor", async () => {
  await withPage(async (page) => {
    const index = [...(await page.lit()).keys()][3] ?? 0;
    await page.page.locator(`.dots circle[data-index="${index}"]`).click();
    expect(await page.field("targetingKey").inputValue()).toBe(`user-${10_000 + index}`);
    expect(await page.outcome.textContent()).toContain("in the rule eu");
  });
});

test("ten thousand visitors get what was planned, as far as chance allows", async () => {
  await withPage(async (page) => {
    for (const { name } of EXAMPLES) {
      await page.example(name);
      const shares = Object.values(await page.shares());
      expect(shares.reduce((sum, count) => sum + count, 0)).toBe(10_000);
      const rows = page.page.locator(".draws tr[data-part]");
      expect(await rows.count()).toBeGreaterThan(1);
      expect(await page.page.locator('.draws tr[data-within="false"]').count()).toBe(0);
    }
  });
});

test("the plan is the weights times the exposure", async () => {
  await withPage(async (page) => {
    const planned = async (): Promise<string[]> =>
      page.page
        .locator(".draws tr[data-part]")
        .evaluateAll((rows) => rows.map((row) => row.querySelectorAll("th, td")[1]?.textContent ?? ""));
    expect(await planned()).toEqual(["25 %", "75 %"]);
    await page.example("Targeted beta");
    expect(await planned()).toEqual(["37.5 %", "12.5 %", "50 %"]);
  });
});

test("other visitors come out otherwise, and as planned", async () => {
  await withPage(async (page) => {
    const before = await page.shares();
    const lit = await page.lit();
    await page.page.getByRole("button", { name: "Draw others" }).click();
    await page.page.locator('.crowd[data-crowd="2"]').waitFor();
    await page.settled();
    expect(await page.shares()).not.toEqual(before);
    expect(await page.lit()).not.toEqual(lit);
    expect(await page.page.locator('.draws tr[data-within="false"]').count()).toBe(0);
  });
});

test("time moves a ramp, and lets nobody out as it rises", async () => {
  await withPage(async (page) => {
    await page.row("search-suggestions").click();
    await page.settled();
    expect(await page.page.locator(".ramp-text b").textContent()).toMatch(/^60\.\d+ %$/);
    const before = await page.lit();
    await page.slider.focus();
    await page.page.keyboard.press("PageUp");
    await page.settled();
    const after = await page.lit();
    expect(after.size).toBeGreaterThan(before.size);
    expect([...before.keys()].every((index) => after.has(index))).toBe(true);
    expect(await page.moves()).toEqual({ entered: after.size - before.size, left: 0, moved: 0 });
  });
});
