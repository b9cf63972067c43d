/** The few metrics that the page shows, from the Prometheus text. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prefix of the service's metrics. */
const PREFIX = "bookstrack_";
const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** Parses the text format; lines other than samples are ignored. */
export function parseMetrics(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    if (name === undefined || line.startsWith("#") || Number.isNaN(Number(value))) return [];
    return [
      {
        name: name.replace(PREFIX, ""),
        labels: Object.fromEntries(
          [...labels.matchAll(LABEL)].map(([, key = "", content = ""]) => [
            key,
            content.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one)),
          ]),
        ),
        value: Number(value),
      },
    ];
  });
}

/**
 * One provider: the used share of its daily quota (0 to 1), the state of its breaker (0 to 1), and
 * calls by outcome.
 */
export interface ProviderLine {
  readonly provider: string;
  readonly quota: number | undefined;
  readonly breaker: number | undefined;
  readonly calls: number;
  readonly failed: number;
}

export function providersOf(samples: readonly Sample[]): ProviderLine[] {
  const names = new Set(samples.flatMap(({ labels }) => labels["provider"] ?? []));
  return [...names].toSorted().map((provider) => {
    const own = samples.filter(({ labels }) => labels["provider"] === provider);
    const one = (name: string): number | undefined =>
      own.find((sample) => sample.name === name)?.value;
    const calls = own.filter(({ name }) => name === "provider_calls_total");
    return {
      provider,
      quota: one("provider_quota_used_ratio"),
      breaker: one("breaker_open"),
      calls: sum(calls),
      failed: sum(calls.filter(({ labels }) => labels["outcome"] !== "answered")),
    };
  });
}

/** The used share of each part of the service's budget of written rows. */
export const budgetOf = (samples: readonly Sample[]): { share: string; used: number }[] =>
  samples
    .filter(({ name }) => name === "service_budget_used_ratio")
    .map(({ labels, value }) => ({ share: labels["share"] ?? "", used: value }));

/** Refused requests by quota. */
export const refusalsOf = (samples: readonly Sample[]): { quota: string; count: number }[] =>
  samples
    .filter(({ name }) => name === "quota_refusals_total")
    .map(({ labels, value }) => ({ quota: labels["quota"] ?? "", count: value }));

const sum = (samples: readonly Sample[]): number =>
  samples.reduce((total, { value }) => total + value, 0);
