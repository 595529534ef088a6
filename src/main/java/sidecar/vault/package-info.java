/** Secrets at rest. */
@NullMarked
package sidecar.vault;

import org.jspecify.annotations.NullMarked;
