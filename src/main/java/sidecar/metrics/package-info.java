/** The figures of the running process that {@code /metrics} and the dashboard show, as a port. */
@NullMarked
package sidecar.metrics;

import org.jspecify.annotations.NullMarked;
