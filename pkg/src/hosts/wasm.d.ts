/** What bundlers and runtimes of workers give for a WebAssembly file that is imported. */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
