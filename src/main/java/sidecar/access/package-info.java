/** Sign-ins as a cookie carries them, and throttles against guessing of tokens. */
@NullMarked
package sidecar.access;

import org.jspecify.annotations.NullMarked;
