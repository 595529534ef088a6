/**
 * Judges one upstream response while it arrives and shapes it for the client: {@code PlainRelay} holds it until it is
 * whole or long, {@code SseRelay} until its first content, {@code SniffingRelay} finds out which of them it needs. Each returns
 * {@code RelayStep}s. Does no I/O.
 */
@NullMarked
package sidecar.relay;

import org.jspecify.annotations.NullMarked;
