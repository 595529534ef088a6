/** Throttles against guessing of tokens. */
@NullMarked
package sidecar.access;

import org.jspecify.annotations.NullMarked;
