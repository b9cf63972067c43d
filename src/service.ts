import { createService, type Service } from "./app.ts";
import { platformOf } from "./platform/isolate.ts";

const services = new WeakMap<Env, Service>();

/**
 * The service of this isolate, built once per environment and shared by its Worker and its Durable Objects.
 * @throws Error when a var or secret is not valid
 */
export function serviceOf(env: Env): Service {
  let service = services.get(env);
  if (service === undefined) {
    service = createService(platformOf(env));
    services.set(env, service);
  }
  return service;
}
