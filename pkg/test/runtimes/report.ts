/**
 * What every runtime is asked, with the package as the runtime itself has found it: every case of the corpus, and the
 * visitors of `examples/shop`. Needs nothing of a host.
 */

import { run } from "../../../examples/shop/host.mjs";
import { checksOf } from "../corpus/cases.js";
import { fixtureFile } from "../corpus/fixtures.js";
import { type Controlled, type ControlModule, controlOf } from "./control.js";
import { type Compiler, type Full, type Slim, waysOf } from "../corpus/ways.js";

/** Each has 52 flags and services: a quarter of a million evaluations for each artifact. */
const VISITORS = 5_000;

/** What there is to evaluate. Rulesets are texts in base64. */
export interface Material {
  /** Names and texts of the fixture files. */
  readonly fixtures: readonly (readonly [name: string, text: string])[];
  /** By the documents of the fixtures. */
  readonly rulesets: { readonly [document: string]: string };
  /** By the snapshots of the fixtures: what the slim artifact cannot evaluate. */
  readonly lacking: { readonly [snapshot: string]: readonly string[] };
  readonly shop: { readonly snapshot: string; readonly ruleset: string };
}

/** What a runtime has to say. */
export interface Report {
  /** How many cases of the corpus answered as they say. */
  readonly passed: number;
  /** The others. */
  readonly failed: readonly string[];
  readonly full: Shop;
  readonly slim: Shop;
  readonly control: Controlled;
  /** Where two errors of the package came from, one of each artifact: names the files that were loaded. */
  readonly stacks: readonly string[];
}

/** What came of evaluating the shop. */
export interface Shop {
  readonly evaluations: number;
  /** Of all answers. */
  readonly digest: string;
  /** By flag and service. */
  readonly digests: { readonly [key: string]: string };
}

export async function reportOf(full: Full, slim: Slim, control: ControlModule, material: Material): Promise<Report> {
  return {
    ...(await corpus(full, slim, material)),
    ...(await shops(full, slim, material.shop)),
    control: await controlOf(control),
    stacks: await Promise.all([stackOf(full.createEngine), stackOf(slim.createEngine)]),
  };
}

async function corpus(full: Full, slim: Slim, material: Material): Promise<Pick<Report, "passed" | "failed">> {
  const failed: string[] = [];
  let passed = 0;
  for (const { name, check } of cases(full, slim, material)) {
    try {
      await check();
      passed++;
    } catch (error) {
      failed.push(`${name}: ${String(error)}`);
    }
  }
  return { passed, failed };
}

/** A case of the corpus, by one of the ways to evaluate. */
interface Case {
  readonly name: string;
  readonly check: () => Promise<void>;
}

/** Every case of the corpus, by every way to evaluate. */
export function cases(full: Full, slim: Slim, material: Material): readonly Case[] {
  const ways = waysOf(full, slim, compilerOf(material));
  return material.fixtures.flatMap(([name, text]) => {
    const file = fixtureFile(name, text);
    return ways.flatMap((way) =>
      checksOf(file, way, full).map(({ why, check }) => ({ name: `${name}, ${way.name}, ${why}`, check })),
    );
  });
}

export async function shops(full: Full, slim: Slim, shop: Material["shop"]): Promise<Pick<Report, "full" | "slim">> {
  return {
    full: await run(full.createEngine, shop.snapshot, { visitors: VISITORS }),
    slim: await run(slim.createEngine, bytesOf(shop.ruleset), { visitors: VISITORS }),
  };
}

/** Answers what the command line has answered before. */
function compilerOf({ rulesets, lacking }: Material): Compiler {
  return {
    rulesetOf: (snapshot) => bytesOf(known(rulesets, snapshot)),
    lacking: (snapshot) => new Set(known(lacking, snapshot)),
  };
}

function known<T>(answers: { readonly [document: string]: T }, document: string): T {
  const answer = answers[document];
  if (answer === undefined) throw new Error(`not compiled: ${document}`);
  return answer;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
}

/** Nothing is no document for either artifact. */
async function stackOf(createEngine: (input: never) => Promise<unknown>): Promise<string> {
  try {
    await createEngine(undefined as never);
  } catch (error) {
    return (error as Error).stack ?? "";
  }
  return "";
}
