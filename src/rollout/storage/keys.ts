/** The KV key of a rollout flag's state. */
export const flagKey = (name: string): string => `feature:${name}`;
