/** Who may create an account: anyone, callers with the signup code, or nobody. */
export const SIGNUP_MODES = ["open", "code", "closed"] as const;

export type SignupMode = (typeof SIGNUP_MODES)[number];

/** Who may create an account in this deployment. */
export interface SignupPolicy {
  mode: SignupMode;
  /** Whether a code is the signup code. Takes the same time for every code. */
  isCode(code: string): Promise<boolean>;
}

/** Whether a caller may create an account, and if not, why. */
export type SignupVerdict = "allowed" | "closed" | "code_missing" | "code_wrong";

/** @param code the code that the caller has sent, if any */
export async function signupVerdict(
  { mode, isCode }: SignupPolicy,
  code: string | undefined,
): Promise<SignupVerdict> {
  if (mode === "open") return "allowed";
  if (mode === "closed") return "closed";
  if (code === undefined) return "code_missing";
  return (await isCode(code)) ? "allowed" : "code_wrong";
}
