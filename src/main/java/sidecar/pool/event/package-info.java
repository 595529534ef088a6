/**
 * What the pool learns of upstreams, as events: one vocabulary for whoever writes it down, says it, or tells it to others that ask the same
 * upstreams. Knows nothing of how it is learned.
 */
@NullMarked
package sidecar.pool.event;

import org.jspecify.annotations.NullMarked;
