/** Who gets the next free place: at once, after waiting in arrival order, or not at all. */
@NullMarked
package sidecar.admission;

import org.jspecify.annotations.NullMarked;
