/**
 * Judges one upstream response while it arrives and shapes it for the client: plain, streamed, or of unknown type. Holds it back until it
 * is known to be an answer. Does no I/O.
 */
@NullMarked
package sidecar.relay;

import org.jspecify.annotations.NullMarked;
