/** Requests of Sidecar's own to a provider: tests, lists of models and health probes; whose turn it is, and what a result means. */
@NullMarked
package sidecar.probe;

import org.jspecify.annotations.NullMarked;
