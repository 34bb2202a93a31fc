/** `vexil/sources/redis`: documents and kills in Redis. */

export { redis } from "./sources/redis.js";
export type { RedisClient, RedisOptions, RedisSubscriber } from "./sources/redis.js";
