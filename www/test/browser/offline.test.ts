import { expect, test } from "vitest";
import { useBrowser, withPage } from "./page.js";

useBrowser();

test("the page works offline once it was loaded, links and counting included", async () => {
  await withPage(async (page) => {
    await page.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.field("country").fill("FR");
    await page.page.waitForFunction(() => location.hash.startsWith("#v1."));
    await page.context.setOffline(true);
    // A request that no cache answers fails: there really is no network.
    expect(await page.page.evaluate(() => fetch("./elsewhere").then(String, () => "no network"))).toBe("no network");
    page.complaints.length = 0;
    await page.page.reload();
    await page.settled();
    expect(await page.field("country").inputValue()).toBe("FR");
    expect(Object.values(await page.shares()).reduce((sum, count) => sum + count, 0)).toBe(10_000);
    await page.example("Canary service");
    expect(await page.outcome.textContent()).toContain("canary");
    const fonts = await page.page.evaluate(() =>
      document.fonts.ready.then((set) => [...set].map(({ status }) => status)),
    );
    expect(fonts).toEqual(["loaded", "loaded"]);
  });
});

test("every file is kept under a name with a hash, but for the page and its picture", async () => {
  await withPage(async (page) => {
    await page.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const kept = await page.page.evaluate(async () => {
      const [name = ""] = await caches.keys();
      const requests = await (await caches.open(name)).keys();
      return requests.map(({ url }) => new URL(url).pathname);
    });
    expect(kept.filter((path) => !/-[\w-]{8}\.\w+$/.test(path)).sort()).toEqual(["/", "/icon.svg"]);
    expect(kept.some((path) => path.endsWith(".wasm"))).toBe(true);
  });
});
