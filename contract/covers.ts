import * as z from "zod";

export const coverPathSchema = z.object({
  isbn: z.string().meta({ description: "ISBN-10 or ISBN-13", examples: ["9780441172719"] }),
});

export const coverQuerySchema = z.object({
  w: z
    .enum(["160", "320", "640"])
    .default("320")
    .meta({ description: "Width in pixels; the provider's nearest size is returned unscaled" }),
  v: z
    .string()
    .optional()
    .meta({ description: "The hash from the ETag of an image; such a response is immutable" }),
  fallback: z
    .enum(["svg"])
    .optional()
    .meta({ description: "Whether to draw a cover with title and authors if there is no image" }),
});
