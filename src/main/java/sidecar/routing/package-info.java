/** Explains whom a chat would go to if it came now, and why not to the others. Takes no lease. */
@NullMarked
package sidecar.routing;

import org.jspecify.annotations.NullMarked;
