/** A limit on how often a kind of log line is written. */
@NullMarked
package sidecar.logging;

import org.jspecify.annotations.NullMarked;
