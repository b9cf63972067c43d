/** The package, by a path that bypasses its alias in the bundle. */
declare module "*/zod-to-openapi/dist/index.mjs" {
  export * from "@asteasolutions/zod-to-openapi";
}
