/** `vexil/sources/file`: a file that is watched, and a store in a file, of Node and what is like it. */

export { fileStore } from "./sources/file-store.js";
export { file } from "./sources/file.js";
export type { FileOptions } from "./sources/file.js";
