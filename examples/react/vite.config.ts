import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // `vexil` is a link into this repository, and has its own SDKs there. One from the registry needs no such line.
  resolve: { preserveSymlinks: true },
});
