/** Which provider serves an attempt: their state, the choice among them, and the lease that an attempt holds. */
@NullMarked
package sidecar.pool;

import org.jspecify.annotations.NullMarked;
