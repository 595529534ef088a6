/**
 * The form in which a client's request goes to one provider, and in which its answer comes back: as it is, or translated into the
 * provider's dialect. One {@code WireFormat} for each attempt.
 */
@NullMarked
package sidecar.exchange.format;

import org.jspecify.annotations.NullMarked;
