/**
 * Sources of time: a monotonic clock and a timer, both injected so that tests control them; and caches that expire by that clock.
 * Does not know the wall clock; whoever needs a date is given an {@code InstantSource}.
 */
@NullMarked
package sidecar.time;

import org.jspecify.annotations.NullMarked;
