/** Who may use the front door. */
@NullMarked
package sidecar.client;

import org.jspecify.annotations.NullMarked;
