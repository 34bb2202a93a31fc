import { expect, test } from "vitest";
import { snapshotOf } from "../support.js";
import { useBrowser, withPage } from "./page.js";

useBrowser();

test("the form asks for what the shown flag reads, and for the rest on request", async () => {
  await withPage(async (page) => {
    await page.example("Targeted beta");
    const shown = page.page.locator(".context-form > .fields label");
    expect(await shown.allTextContents()).toEqual([
      "targetingKey",
      "email",
      "appVersion",
      "tags",
      "account.plan",
      "account.sector",
    ]);
    await page.row("editor.shortcuts").click();
    expect(await shown.allTextContents()).toEqual(["targetingKey", "device.os"]);
    expect(await page.page.locator(".more-fields summary").textContent()).toBe("5 more that others read");
  });
});

test("every change of the visitor is answered at once", async () => {
  await withPage(async (page) => {
    expect(await page.outcome.textContent()).toContain("in the rule eu");
    await page.field("country").fill("BR");
    expect(await page.outcome.textContent()).toContain("Nothing applied");
    await page.field("email").fill("ada@shop.example");
    expect(await page.outcome.textContent()).toContain("The conditions of the rule staff hold");
    await page.field("email").fill("");
    expect(await page.outcome.textContent()).toContain("Nothing applied");
    expect(await page.steps.first().textContent()).toContain("is missing");
  });
});

test("the same letters as text and as a number are two values", async () => {
  await withPage(async (page) => {
    const rule = { id: "r", when: { attribute: "age", op: "eq", value: 17 }, serve: { variant: "on" } };
    await page.write(snapshotOf({ rules: [rule] }));
    await page.field("age").fill("17");
    expect(await page.row("flag").textContent()).toContain("TARGETING_MATCH");
    await page.field("Type of age").selectOption("text");
    expect(await page.row("flag").textContent()).toContain("DEFAULT");
    await page.field("Type of age").selectOption("number");
    expect(await page.row("flag").textContent()).toContain("TARGETING_MATCH");
    await page.field("age").fill("seventeen");
    expect(await page.field("age").getAttribute("aria-invalid")).toBe("true");
  });
});

test("the context as JSON is the same context, and stays as it was while it cannot be read", async () => {
  await withPage(async (page) => {
    const toggle = page.page.getByRole("button", { name: "JSON", exact: true });
    await toggle.click();
    const raw = page.page.getByRole("textbox", { name: "Context, as JSON" });
    expect(JSON.parse(await raw.inputValue())).toEqual({
      targetingKey: "user-10005",
      country: "DE",
      email: "ada@mail.example",
    });
    await raw.fill('{ "targetingKey": "user-10005", "country": "BR" }');
    expect(await page.outcome.textContent()).toContain("Nothing applied");
    await raw.fill('{ "country": ');
    expect(await page.page.locator("#raw-problem").textContent()).toContain("The last readable context still counts");
    expect(await page.outcome.textContent()).toContain("Nothing applied");
    await toggle.click();
    expect(await page.field("country").inputValue()).toBe("BR");
  });
});

test("somebody else has another id", async () => {
  await withPage(async (page) => {
    await page.page.getByRole("button", { name: "Somebody else for targetingKey" }).click();
    expect(await page.field("targetingKey").inputValue()).toMatch(/^user-1\d{4}$/);
  });
});

test("the time decides where the snapshot says so, and the next change is one click away", async () => {
  await withPage(async (page) => {
    const spring = { id: "spring", when: { after: "2026-04-01T00:00:00Z" }, serve: { variant: "off" } };
    await page.write(snapshotOf({ rules: [spring], default: { variant: "on" } }));
    await page.row("flag").waitFor();
    expect(await page.outcome.textContent()).toContain("true");
    const next = page.page.getByRole("button", { name: "2026-04-01 00:00:00 UTC" });
    await next.click();
    expect(await page.outcome.textContent()).toContain("The conditions of the rule spring hold");
    await page.field("time in UTC").fill("2026-03-31T23:59:59");
    expect(await page.outcome.textContent()).toContain("true");
    await page.page.getByLabel("follow the clock").check();
    const year = Number((await page.field("time in UTC").inputValue()).slice(0, 4));
    expect(year).toBe(new Date().getUTCFullYear());
  });
});
