/* The time that the calling thread has had of a processor, in milliseconds: wall time counts other programs' turns. */

#include <node_api.h>
#include <time.h>

static napi_value now(napi_env env, napi_callback_info info) {
  (void)info;
  struct timespec time;
  napi_value milliseconds;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  napi_create_double(env, (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6, &milliseconds);
  return milliseconds;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "now", NAPI_AUTO_LENGTH, now, NULL, &function);
  return function;
}
