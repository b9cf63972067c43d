/** The body of a v1 success. */
export interface V1<Data> {
  success: true;
  data: Data;
  metadata: { timestamp: string };
}

/** Wraps what a v1 route answers. */
export function envelope<Data>(data: Data): V1<Data> {
  return { success: true, data, metadata: { timestamp: new Date().toISOString() } };
}
