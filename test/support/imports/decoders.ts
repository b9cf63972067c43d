import { runtimeDecoders } from "../../../src/imports/runtime-decoders.ts";

/** The decoders of the runtime, as uploads use them. */
export const decoders = runtimeDecoders();
