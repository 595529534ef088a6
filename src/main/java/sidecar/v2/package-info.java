/**
 * Rows of Sidecar V2's tables: reading them, and opening its secrets. Can be deleted with {@code sidecar.v2.edge} once nobody migrates any
 * more.
 */
@NullMarked
package sidecar.v2;

import org.jspecify.annotations.NullMarked;
