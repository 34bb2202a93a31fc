/** That the page is for everybody: by keyboard, by ear, in the dark, on a phone, without motion. */

import axe from "axe-core";
import { expect, test } from "vitest";
import { EXAMPLES } from "../../src/examples/examples.js";
import { type Playground, useBrowser, withPage } from "./page.js";

useBrowser();

/** What axe finds, in short. */
async function violations({ page }: Playground): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(
      ({ id, impact, nodes }) => `${impact ?? ""} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
  });
}

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test.each(["light", "dark"] as const)("axe finds nothing, in any example, in the %s", async (colorScheme) => {
  await withPage(
    async (page) => {
      for (const { name } of EXAMPLES) {
        await page.example(name);
        expect([name, await violations(page)]).toEqual([name, []]);
      }
    },
    { colorScheme, reducedMotion: "reduce" },
  );
});

test.each(["light", "dark"] as const)(
  "axe finds nothing where something is wrong, killed, chosen or opened, in the %s",
  async (colorScheme) => {
    await withPage(
      async (page) => {
        await page.page.getByRole("switch", { name: "Kill" }).click();
        await page.page.getByRole("button", { name: "JSON", exact: true }).click();
        await page.slider.fill("80");
        await page.settled();
        expect(await violations(page)).toEqual([]);
        await page.page.getByRole("button", { name: "Examples" }).click();
        expect(await violations(page)).toEqual([]);
        await page.page.keyboard.press("Escape");
        await page.page.getByRole("textbox", { name: "Context, as JSON" }).fill("{");
        await page.write('{ "schema": "vexil/1", "flags": { "a": 1 } }');
        await page.page.locator(".problem").first().waitFor();
        expect(await violations(page)).toEqual([]);
        await page.write("{");
        await page.page.locator('.status[data-status="held"]').waitFor();
        expect(await violations(page)).toEqual([]);
      },
      { colorScheme, reducedMotion: "reduce" },
    );
  },
);

test("axe finds nothing on a phone, nor with a message", async () => {
  await withPage(async (page) => expect(await violations(page)).toEqual([]), {
    ...PHONE,
    fragment: "#broken",
    reducedMotion: "reduce",
  });
});

test.each([320, 390, 768, 1024])("nothing is wider than a window of %i pixels", async (width) => {
  await withPage(
    async (page) => {
      for (const name of ["Gradual rollout", "The shop", "Canary service"]) {
        await page.example(name);
        const { scroll, client } = await page.page.evaluate(() => ({
          scroll: document.documentElement.scrollWidth,
          client: document.documentElement.clientWidth,
        }));
        expect([name, scroll]).toEqual([name, client]);
      }
    },
    { viewport: { width, height: 844 } },
  );
});

test("a large window has no scroll bar of its own: each pane scrolls by itself", async () => {
  await withPage(async (page) => {
    await page.example("The shop");
    const { scroll, client } = await page.page.evaluate(() => ({
      scroll: document.documentElement.scrollHeight,
      client: document.documentElement.clientHeight,
    }));
    expect(scroll).toBe(client);
    const panes = await page.page
      .locator(".panes > *, .cm-scroller")
      .evaluateAll((all) => all.filter((pane) => pane.scrollHeight > pane.clientHeight).length);
    expect(panes).toBe(3);
  });
});

test("on a phone the parts of the page are one tap away", async () => {
  await withPage(async (page) => {
    await page.page.getByRole("navigation").getByRole("link", { name: "Why" }).tap();
    await expect
      .poll(() => page.page.locator("#why").evaluate((pane) => Math.abs(pane.getBoundingClientRect().top) < 60))
      .toBe(true);
    expect(new URL(page.page.url()).hash).not.toBe("#why");
  }, PHONE);
});

test("the theme follows the system, until one is chosen", async () => {
  await withPage(async (page) => {
    const light = await page.background();
    await page.page.emulateMedia({ colorScheme: "dark" });
    const dark = await page.background();
    expect(dark).not.toBe(light);
    await page.page.getByRole("button", { name: /^Theme of the system/ }).click();
    expect(await page.background()).toBe(light);
    await page.page.getByRole("button", { name: /^Light theme/ }).click();
    await page.page.emulateMedia({ colorScheme: "light" });
    expect(await page.background()).toBe(dark);
    await page.page.reload();
    await page.settled();
    expect(await page.background()).toBe(dark);
  });
});

test("nothing moves by itself for whoever does not want it", async () => {
  const transitions = (page: Playground): Promise<string[]> =>
    page.page.evaluate(() => {
      const all = [...document.querySelectorAll("*")].flatMap((element) => [
        getComputedStyle(element),
        getComputedStyle(element, "::after"),
      ]);
      return [...new Set(all.map((style) => (style.transitionProperty === "none" ? "0s" : style.transitionDuration)))];
    });
  await withPage(async (page) => expect(await transitions(page)).toEqual(["0s"]), { reducedMotion: "reduce" });
  await withPage(async (page) => expect(await transitions(page)).not.toEqual(["0s"]), {
    reducedMotion: "no-preference",
  });
});

test("the keyboard goes everywhere: past the editor, to an example, to an answer", async () => {
  await withPage(async (page) => {
    const focused = (): Promise<string> =>
      page.page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? "");
    const { keyboard } = page.page;
    await keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the answers");
    await keyboard.press("Enter");
    await keyboard.press("Tab");
    expect(await focused()).toMatch(/^checkout-redesign/);
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    expect(await page.page.locator("#why-title").textContent()).toBe("search-suggestions");
    await page.editor.focus();
    await keyboard.press("Tab");
    expect(await page.page.evaluate(() => document.activeElement?.closest(".editor") === null)).toBe(true);
    await page.page.getByRole("button", { name: "Examples" }).focus();
    await keyboard.press("Enter");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await page.settled();
    expect(await page.page.locator("#why-title").textContent()).toBe("editor.ai-assist");
  });
});

test("landmarks and headings say what is where, and changes are told", async () => {
  await withPage(async (page) => {
    for (const name of ["Snapshot", "Visitor", "Answers", "checkout-redesign"]) {
      expect([name, await page.page.getByRole("region", { name, exact: true }).count()]).toEqual([name, 1]);
    }
    expect(await page.page.getByRole("main").count()).toBe(1);
    expect(await page.page.getByRole("banner").count()).toBe(1);
    expect(await page.page.getByRole("heading", { level: 1 }).textContent()).toBe("Vexil playground");
    await page.field("country").fill("BR");
    await page.page
      .getByText("checkout-redesign is now off, free-shipping-from is now usual")
      .waitFor({ state: "attached" });
    expect(await page.page.getByRole("img", { name: /^1,000 visitors: / }).count()).toBe(1);
  });
});
