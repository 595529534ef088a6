/** Start-up order, wiring and the way to an orderly stop. */
@NullMarked
package sidecar.boot;

import org.jspecify.annotations.NullMarked;
