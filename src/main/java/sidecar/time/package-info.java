/**
 * Sources of time: a monotonic clock and a timer, both injected so that tests control them; and what only time changes: caches that
 * expire, backoff, rolling windows, circuit breakers.
 * Reads no clock itself.
 */
@NullMarked
package sidecar.time;

import org.jspecify.annotations.NullMarked;
