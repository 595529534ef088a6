/**
 * What a failed attempt means: the failure rules, the text of an upstream's error, and the delay that it asks for. Decides nothing
 * about providers; {@code sidecar.pool} acts on the verdict.
 */
@NullMarked
package sidecar.failure;

import org.jspecify.annotations.NullMarked;
