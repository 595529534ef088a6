/** One wire request to one provider: the port that sends it, and which headers travel in either direction. Retries nothing. */
@NullMarked
package sidecar.upstream;

import org.jspecify.annotations.NullMarked;
