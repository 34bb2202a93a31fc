/** What bundlers and runtimes of workers give for a WebAssembly file that is imported. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

/** The file as a text in base64, which `scripts/bundle.mjs` puts in its place. */
declare module "*.wasm?base64" {
  const base64: string;
  export default base64;
}
