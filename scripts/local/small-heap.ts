import { setFlagsFromString } from "node:v8";

// A launcher works for a second and then waits for hours: imported before all else, this makes V8 favour a small heap over speed.
setFlagsFromString("--optimize-for-size");
setFlagsFromString("--semi-space-growth-factor=1");
