/** One client request and its response, from the first byte read to the last byte written. */
@NullMarked
package sidecar.exchange;

import org.jspecify.annotations.NullMarked;
