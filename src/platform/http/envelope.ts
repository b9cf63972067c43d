/** The body of a successful v1 response. */
export interface V1<Data> {
  success: true;
  data: Data;
  metadata: { timestamp: string };
}

/** Wraps the data of a v1 response, with the current time. */
export function envelope<Data>(data: Data): V1<Data> {
  return { success: true, data, metadata: { timestamp: new Date().toISOString() } };
}
