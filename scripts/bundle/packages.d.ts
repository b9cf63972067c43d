/** The package under the path by which the bundle bypasses its own alias. */
declare module "*/zod-to-openapi/dist/index.mjs" {
  export * from "@asteasolutions/zod-to-openapi";
}
