import { expect, test } from "vitest";
import { useBrowser, withPage } from "./page.js";

useBrowser();

test("a canary takes its share, a kill takes it away, and lifting the kill brings the same visitors back", async () => {
  await withPage(async (page) => {
    await page.example("Canary service");
    expect(await page.outcome.textContent()).toMatch(/v2\.1\.0.*canary.*SPLIT/);
    const [shares, lit] = [await page.shares(), await page.lit()];
    expect(shares["canary"]).toBeGreaterThan(850);
    expect(shares["canary"]).toBeLessThan(1_150);
    expect(lit.size).toBeGreaterThan(60);

    const killed = page.page.getByRole("switch", { name: "Kill" });
    await killed.click();
    await page.settled();
    expect(await killed.getAttribute("aria-checked")).toBe("true");
    expect(await page.page.locator(".kill-sent").textContent()).toBe(
      'Sent: engine.kill({ revision: 1, services: ["checkout-api"] })',
    );
    expect(await page.outcome.textContent()).toMatch(/v2\.0\.9.*stable.*DISABLED/);
    expect(await page.shares()).toEqual({ stable: 10_000, canary: 0 });
    expect((await page.lit()).size).toBe(0);

    await killed.click();
    await page.settled();
    expect(await page.page.locator(".kill-sent").textContent()).toContain("revision: 2");
    expect(await page.shares()).toEqual(shares);
    expect(await page.lit()).toEqual(lit);
  });
});

test("a request that is forced onto the canary is told from one that was drawn", async () => {
  await withPage(async (page) => {
    await page.example("Canary service");
    await page.field("headers.x-track").fill("canary");
    expect(await page.outcome.textContent()).toMatch(/canary.*TARGETING_MATCH/);
  });
});

test("a kill message replaces the set of the snapshot, and takes along what is killed there", async () => {
  await withPage(async (page) => {
    await page.example("Kill switch");
    await page.page.getByRole("switch", { name: "Kill" }).click();
    expect(await page.page.locator(".kill-sent code").textContent()).toBe(
      'engine.kill({ revision: 8, namespaces: ["tracing"], flags: ["old-search","payments-v2"] })',
    );
    for (const key of ["payments-v2", "one-click", "old-search", "tracing.output"]) {
      expect(await page.row(key).textContent()).toContain("DISABLED");
    }
    await page.row("tracing.output").click();
    expect(await page.page.getByRole("switch", { name: "Kill" }).isDisabled()).toBe(true);
  });
});

test("what is edited afterwards stays killed", async () => {
  await withPage(async (page) => {
    await page.example("Canary service");
    await page.page.getByRole("switch", { name: "Kill" }).click();
    await page.slider.fill("100");
    await page.settled();
    expect(await page.shares()).toEqual({ stable: 10_000, canary: 0 });
  });
});
