/** What `examples/shop` is to the tests. */
declare module "*/examples/shop/host.mjs" {
  import type { Shop } from "./report.js";

  export function run<T>(
    createEngine: (document: T) => Promise<unknown>,
    document: T,
    options: { readonly visitors: number },
  ): Promise<Shop>;
}
