/** HTTP before the application: framing of requests (RFC 9112), bounds for each address, and paths that must not be reached. */
@NullMarked
package sidecar.door;

import org.jspecify.annotations.NullMarked;
