import * as z from "zod";

/** Something that an app shows as a banner. */
const noticeSchema = z
  .object({
    code: z.string().meta({ description: "What it is about; an open set" }),
    level: z.enum(["info", "warning", "critical"]).meta({
      description:
        "`warning`: something goes soon; `critical`: it is gone, and this version needs it",
    }),
    message: z.string().meta({ description: "For people" }),
    url: z.string().optional().meta({ description: "Where to read more" }),
    minAppVersion: z.string().optional().meta({
      description: "The first version of the app that this does not concern",
    }),
    sunsetAt: z.iso.datetime().optional().meta({ description: "When it goes, or went" }),
  })
  .meta({ id: "Notice" });

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
export type Notice = z.infer<typeof noticeSchema>;
