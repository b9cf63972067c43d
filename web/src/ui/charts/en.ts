export const en = {
  chartOf: "Chart: {title}. The table below has its numbers.",
  table: "As a table",
  total: "Total",
  all: { one: "Show {count}", other: "Show all {count}" },
  fewer: "Show fewer",
} as const;
