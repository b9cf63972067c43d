import * as z from "zod";

const instant = z.iso.datetime();

/** How often one version of an app has used a deprecated feature. */
export const versionUsesSchema = z
  .object({
    clientVersion: z.string().meta({
      description:
        "Such as `ios/3.2.0`. `other` covers invalid versions and all beyond the first 100",
    }),
    uses: z.int().min(1),
    firstUsedAt: instant,
    lastUsedAt: instant,
  })
  .meta({ id: "VersionUses" });

/** A deprecated feature and the clients that still use it. */
export const deprecationSchema = z
  .object({
    id: z.string().meta({ description: "The `code` of its notice, such as LEGACY_WEBSOCKET" }),
    state: z.enum(["current", "deprecated", "gone"]),
    deprecatedAt: instant.optional(),
    sunsetAt: instant.optional(),
    successor: z.string(),
    minAppVersion: z.string(),
    uses: z.int().min(0),
    clients: z.array(versionUsesSchema).meta({ description: "Versions with the most uses first" }),
  })
  .meta({ id: "Deprecation" });

export const deprecationsSchema = z
  .object({ items: z.array(deprecationSchema), nextCursor: z.string().optional() })
  .meta({ id: "Deprecations" });

export type DeprecationView = z.infer<typeof deprecationSchema>;
