/** Exports for agents: providers as an {@code openclaw.json} block. */
@NullMarked
package sidecar.connect;

import org.jspecify.annotations.NullMarked;
