import { vi } from "vitest";
import { configureProperties } from "./properties.ts";

// A process runs many files, because starting one costs more than most files. Each file starts with
// fresh modules.
vi.resetModules();
configureProperties();
