import * as z from "zod";

const instant = z.iso.datetime();

/** How often one version of an app has used what is on its way out. */
export const versionUsesSchema = z
  .object({
    clientVersion: z.string().meta({
      description:
        "`ios/3.2.0`; `other` for what is no version, and past the 100 versions that are told apart",
    }),
    uses: z.int().min(1),
    firstUsedAt: instant,
    lastUsedAt: instant,
  })
  .meta({ id: "VersionUses" });

/** Something that is on its way out, and who still uses it. */
export const deprecationSchema = z
  .object({
    id: z.string().meta({ description: "The `code` of its notice, such as LEGACY_WEBSOCKET" }),
    state: z.enum(["current", "deprecated", "gone"]),
    deprecatedAt: instant.optional(),
    sunsetAt: instant.optional(),
    successor: z.string(),
    minAppVersion: z.string(),
    uses: z.int().min(0),
    clients: z.array(versionUsesSchema).meta({ description: "Used most first" }),
  })
  .meta({ id: "Deprecation" });

export const deprecationsSchema = z
  .object({ items: z.array(deprecationSchema), nextCursor: z.string().optional() })
  .meta({ id: "Deprecations" });

export type DeprecationView = z.infer<typeof deprecationSchema>;
