import { expect, test } from "vitest";
import { exampleText, snapshotOf } from "../support.js";
import { useBrowser, withPage } from "./page.js";

useBrowser();

const ON = snapshotOf({ default: { variant: "on" } });

test("what is written is in force as soon as it is good", async () => {
  await withPage(async (page) => {
    await page.write(ON);
    await page.row("flag").waitFor();
    expect(await page.status.textContent()).toBe("In force");
    expect(await page.row("flag").textContent()).toContain("STATIC");
  });
});

test("while the text is broken the last good snapshot is served, and the page says so", async () => {
  await withPage(async (page) => {
    await page.write(ON);
    await page.row("flag").waitFor();
    await page.write(`${ON.slice(0, -1)},}`);
    await page.page.locator('.status[data-status="held"]').waitFor();
    expect(await page.status.textContent()).toMatch(/^Broken: the last good snapshot is in force, 1 fatal problem$/);
    expect(await page.row("flag").textContent()).toContain("on");
    expect(await page.page.locator(".problem").textContent()).toContain("not-json");
    await page.write(snapshotOf({}));
    await page.page.locator('.status[data-status="served"]').waitFor();
    expect(await page.row("flag").textContent()).toContain("off");
  });
});

test("the engine's problems stand in the text, each with its severity, code and message", async () => {
  await withPage(async (page) => {
    await page.write(snapshotOf({ default: { variant: "onn" }, ruels: [] }));
    await page.page.locator(".problem").first().waitFor();
    const problems = await page.page.locator(".problem").allTextContents();
    expect(problems).toHaveLength(2);
    expect(problems.join()).toMatch(
      /error.*there is no variant `onn`; did you mean `on`\?.*unknown-variant.*\/flags\/flag\/default\/variant/,
    );
    expect(problems.join()).toMatch(/warning.*unknown-field/);
    expect(await page.page.locator(".cm-lintRange-error").textContent()).toBe('"onn"');
    expect(await page.page.locator(".cm-lintRange-warning").textContent()).toBe('"ruels"');
    expect(await page.page.locator(".cm-lint-marker").count()).toBe(2);
    // One broken flag is no reason to serve nothing.
    expect(await page.status.textContent()).toBe("In force, 1 error, 1 warning");
    expect(await page.row("flag").textContent()).toContain("ERROR");
  });
});

test("a problem that is chosen puts the cursor where it stands", async () => {
  await withPage(async (page) => {
    await page.write(snapshotOf({ default: { variant: "onn" } }));
    await page.page.locator(".problem").click();
    await page.page.keyboard.press("ControlOrMeta+c");
    expect(await page.page.evaluate(() => navigator.clipboard.readText())).toBe('"onn"');
  });
});

test("a snapshot of another language is refused, and what was served goes on", async () => {
  await withPage(async (page) => {
    await page.write('{ "schema": "vexil/2" }');
    await page.page.locator('.status[data-status="held"]').waitFor();
    expect(await page.page.locator(".problem").textContent()).toContain("unknown-schema");
    expect(await page.row("checkout-redesign").count()).toBe(1);
  });
});

test("a change of the text can be undone", async () => {
  await withPage(async (page) => {
    await page.write(ON);
    await page.row("flag").waitFor();
    await page.page.keyboard.press("ControlOrMeta+z");
    await page.row("checkout-redesign").waitFor();
    expect(await page.text()).toBe(exampleText("gradual-rollout"));
  });
});
