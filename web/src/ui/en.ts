export const en = {
  errorPrefix: "Error:",
  errorSummary: "There is a problem",
  close: "Close",
  loading: "Loading …",
  retry: "Try again",
  stars: "Rating",
  noStars: "not rated",
  starsOf: { one: "{count} star of 5", other: "{count} stars of 5" },
  offlineTitle: "You are offline",
  offline: "This needs a connection. What you change now is sent later.",
  requestId: "If you report this, quote {id}.",
  coverOf: "Cover of {title}",
} as const;
