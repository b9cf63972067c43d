import { describe, expect, it } from "vitest";
import { signupVerdict, type SignupMode } from "./signup.ts";

const isCode = async (code: string): Promise<boolean> => code === "right";

describe("signupVerdict", () => {
  it.each<[SignupMode, string | undefined, string]>([
    ["open", undefined, "allowed"],
    ["open", "wrong", "allowed"],
    ["code", undefined, "code_missing"],
    ["code", "wrong", "code_wrong"],
    ["code", "right", "allowed"],
    ["closed", undefined, "closed"],
    ["closed", "right", "closed"],
  ])("with signup %s and the code %s is %s", async (mode, code, verdict) => {
    expect(await signupVerdict({ mode, isCode }, code)).toBe(verdict);
  });
});
