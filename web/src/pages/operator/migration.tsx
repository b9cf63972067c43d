import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type {
  MigrationError,
  MigrationStatus,
  Operator,
  ValidationStatus,
} from "../../../../client/src/index.ts";
import { formatMoment, formatNumber } from "../../i18n/format.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/fields.tsx";
import { Facts, More, Shown, useAsked, usePages, type Asked } from "./asked.tsx";
import { asOperator } from "./operator-session.ts";
import { text as t } from "./text.ts";

const POLL_MS = 5000;

interface Runs {
  migration: MigrationStatus;
  validation: ValidationStatus;
}

/** The migration of the old values of KV, and its validation. */
export function Migration() {
  const asked = useAsked<Runs>(() =>
    asOperator(async (operator) => {
      const [migration, validation] = await Promise.all([
        operator.migrationStatus(),
        operator.validationStatus(),
      ]);
      return { migration, validation };
    }),
  );
  const runs = asked.value.value;
  useEffect(() => {
    if (runs?.migration.status !== "running" && runs?.validation.status !== "running") {
      return undefined;
    }
    const timer = setTimeout(() => void asked.reload(), POLL_MS);
    return () => clearTimeout(timer);
  }, [runs]);
  return (
    <Shown asked={asked}>
      {({ migration, validation }) => (
        <>
          <Run title={t("migration")} run={migration}>
            <MigrationActions status={migration.status} asked={asked} />
          </Run>
          <Run title={t("validation")} run={validation}>
            <Act asked={asked} work={(operator) => operator.validate()} text={t("validate")} />
          </Run>
          <Errors kind="migration" />
          <Errors kind="validation" />
        </>
      )}
    </Shown>
  );
}

const COUNTS = [
  "listed",
  "migrated",
  "unchanged",
  "same",
  "superseded",
  "different",
  "skipped",
  "failed",
] as const;

function Run({
  title,
  run,
  children,
}: {
  title: string;
  run: MigrationStatus | ValidationStatus;
  children: ComponentChildren;
}) {
  const counts: Readonly<Record<string, unknown>> = { ...run };
  const rows: [string, string][] = [
    [t("state"), `${t(run.status)}${"dryRun" in run && run.dryRun ? ` (${t("dryRun")})` : ""}`],
    ...COUNTS.flatMap((name): [string, string][] => {
      const value = counts[name];
      return typeof value === "number" ? [[t(name), formatNumber(value)]] : [];
    }),
  ];
  if (run.keysPerSecond !== undefined) rows.push([t("speed"), formatNumber(run.keysPerSecond)]);
  if (run.etaSeconds !== undefined) rows.push([t("eta"), formatNumber(run.etaSeconds)]);
  if (run.startedAt) rows.push([t("startedAt"), formatMoment(run.startedAt)]);
  if (run.finishedAt) rows.push([t("finishedAt"), formatMoment(run.finishedAt)]);
  if (run.error) rows.push([t("error"), run.error]);
  return (
    <section class="card stack" aria-label={title}>
      <h2>{title}</h2>
      <Facts title={title} rows={rows} />
      {children}
    </section>
  );
}

function MigrationActions({
  status,
  asked,
}: {
  status: MigrationStatus["status"];
  asked: Asked<Runs>;
}) {
  const dryRun = useSignal(true);
  const steer = (action: "pause" | "resume" | "cancel") => (
    <Act key={action} asked={asked} work={(operator) => operator.steer(action)} text={t(action)} />
  );
  if (status === "running")
    return <div class="row">{["pause" as const, "cancel" as const].map(steer)}</div>;
  return (
    <>
      {(status === "paused" || status === "failed") && (
        <div class="row">{["resume" as const, "cancel" as const].map(steer)}</div>
      )}
      <Checkbox
        label={t("dryRunLabel")}
        checked={dryRun.value}
        onChange={(checked) => (dryRun.value = checked)}
      />
      <div>
        <Act
          asked={asked}
          work={(operator) => operator.migrate({ dryRun: dryRun.value })}
          text={dryRun.value ? t("startDry") : t("start")}
        />
      </div>
    </>
  );
}

const Act = ({
  asked,
  work,
  text,
}: {
  asked: Asked<Runs>;
  work: (operator: Operator) => Promise<unknown>;
  text: string;
}) => (
  <div>
    <Button busy={asked.isBusy.value} onClick={() => void asked.act(() => asOperator(work))}>
      {text}
    </Button>
  </div>
);

function Errors({ kind }: { kind: "migration" | "validation" }) {
  const asked = usePages<MigrationError>((page) =>
    asOperator((operator) => operator.migrationErrors({ kind, limit: 50, ...page })),
  );
  const title = kind === "migration" ? t("migrationErrors") : t("validationErrors");
  return (
    <section class="card stack" aria-label={title}>
      <h2>{title}</h2>
      <Shown asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="quiet">{t("noErrors")}</p>
          ) : (
            <Facts
              title={title}
              rows={items.map(({ key, reason, differences = [] }) => [
                key,
                [reason, ...differences.map(({ field }) => field)].join(", "),
              ])}
            />
          )
        }
      </Shown>
      <More {...asked} />
    </section>
  );
}
