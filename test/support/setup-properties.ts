import { vi } from "vitest";
import { configureProperties } from "./properties.ts";

// A process runs many files, as a start of it costs more than most of them: each begins with fresh modules.
vi.resetModules();
configureProperties();
