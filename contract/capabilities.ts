import * as z from "zod";

/** Something that an app shows as a banner. */
const noticeSchema = z.object({
  code: z.string(),
  message: z.string().meta({ description: "For people" }),
  url: z.string().optional().meta({ description: "Where to read more" }),
});

/** What this deployment can do for this caller. */
export const capabilitiesSchema = z
  .object({
    version: z.string(),
    limits: z.object({
      rows: z.int().positive().meta({ description: "Rows of an import" }),
      bytes: z.int().positive().meta({ description: "Bytes of an import's file" }),
      rates: z.record(z.string(), z.int().positive()).meta({
        description: "Requests a minute by class; a class that is missing has no limit",
      }),
    }),
    formats: z.array(z.string()).meta({ description: "Files that can be imported" }),
    features: z.record(z.string(), z.boolean()).meta({
      description: "What is switched on for this caller; take a name that is missing for off",
    }),
    notices: z.array(noticeSchema).meta({
      description: "What to tell users of this `X-Client-Version`; empty: nothing",
    }),
  })
  .meta({ id: "Capabilities" });

export type Capabilities = z.infer<typeof capabilitiesSchema>;
