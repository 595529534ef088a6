/** How often a quota group may be asked. */
@NullMarked
package sidecar.limit;

import org.jspecify.annotations.NullMarked;
