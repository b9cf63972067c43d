import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ImportSnapshot } from "../../../../client/src/index.ts";
import { formatMoment } from "../../i18n/format.ts";
import { withApi } from "../../state/api.ts";
import { SelectField } from "../../ui/fields.tsx";
import { formatName } from "../import/formats.ts";
import { text as t } from "./text.ts";

const ALL = "";
const IMPORTS = 50;

/** Selects the import with the rows to show. Hidden unless there are several imports. */
export function ImportFilter({ jobId }: { jobId: string | undefined }) {
  const { route } = useLocation();
  const jobs = useSignal<readonly ImportSnapshot[]>([]);
  useEffect(() => {
    // If the list cannot be loaded, all rows are shown.
    void withApi((api) => api.imports.list({ limit: IMPORTS }))
      .then(({ items }) => {
        jobs.value = items.filter(({ outcomes, dryRun }) => outcomes.needsReview > 0 && !dryRun);
      })
      .catch(() => undefined);
  }, []);
  const isListed = jobs.value.some((job) => job.jobId === jobId);
  if (jobs.value.length < 2 && jobId === undefined) return null;
  return (
    <SelectField
      label={t("filter")}
      value={isListed ? (jobId ?? ALL) : ALL}
      options={[
        [ALL, t("all")],
        ...jobs.value.map(
          (job) =>
            [
              job.jobId,
              t("importOf", {
                name: formatName(job.format, { table: t("table"), archive: t("archive") }),
                date: formatMoment(job.createdAt),
              }),
            ] as const,
        ),
      ]}
      onChange={(id) =>
        route(id === ALL ? "/review" : `/review?import=${encodeURIComponent(id)}`, true)
      }
    />
  );
}
