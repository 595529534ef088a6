/**
 * The queue in front of the pool: who gets the next lease, at once, after waiting in order of arrival, or not at all; and when the fallback
 * pool may be used.
 */
@NullMarked
package sidecar.admission;

import org.jspecify.annotations.NullMarked;
