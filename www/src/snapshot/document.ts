/** The text of a snapshot as a tree that knows where everything stands. */

import { applyEdits, getNodeValue, modify, type Node, parseTree } from "jsonc-parser";

/** Steps into a document: keys of objects and indexes of arrays. */
export type Path = readonly (string | number)[];

/** A piece of text, from the first character to before the last. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** The value of a text that the engine could read. */
export function documentOf(text: string): unknown {
  const tree = treeOf(text);
  return tree && getNodeValue(tree);
}

/** The parser recurses, and text can be nested deeper than any stack. */
function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Writes a value into a text and leaves the rest of it as it is. */
export function written(text: string, path: Path, value: unknown): string {
  const edits = modify(text, [...path], value, {});
  // A member is added right behind the comma.
  const spaced = edits.map((edit) => ({ ...edit, content: edit.content.replace(/^,"/, ', "') }));
  return applyEdits(text, spaced);
}

/** The places that JSON pointers lead to in a text. */
export function placesIn(text: string): (pointer: string) => Place {
  const tree = treeOf(text);
  return (pointer) => placeOf(tree, stepsOf(pointer), text.length);
}

/** The steps of a JSON pointer, all as text. */
export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The JSON pointer of a path. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function placeOf(tree: Node | undefined, steps: readonly string[], length: number): Place {
  if (!tree) return { from: 0, to: length };
  let node = tree;
  let shown = { from: tree.offset, to: tree.offset + 1 };
  for (const step of steps) {
    const next = childOf(node, step);
    if (!next) break;
    node = next.value;
    shown = next.shown;
  }
  return shown;
}

interface Child {
  readonly value: Node;
  /** What to point at: a scalar itself, but of what has parts only the name, or where it begins. */
  readonly shown: Place;
}

function childOf(node: Node, step: string): Child | undefined {
  if (node.type === "array") {
    const value = node.children?.[Number(step)];
    return value && { value, shown: isScalar(value) ? whole(value) : { from: value.offset, to: value.offset + 1 } };
  }
  // Of two members with one name the later is the one too many.
  const member = node.children?.findLast((property) => property.children?.[0]?.value === step);
  const [key, value] = member?.children ?? [];
  return key && value && { value, shown: isScalar(value) ? whole(value) : whole(key) };
}

function isScalar(node: Node): boolean {
  return node.type !== "object" && node.type !== "array";
}

function whole(node: Node): Place {
  return { from: node.offset, to: node.offset + node.length };
}
