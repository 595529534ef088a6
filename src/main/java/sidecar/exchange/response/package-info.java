/**
 * What one client is sent: the answer's head and bytes, heartbeats while there is nothing to say, and the stream to the client that
 * takes them.
 */
@NullMarked
package sidecar.exchange.response;

import org.jspecify.annotations.NullMarked;
