/**
 * Which provider belongs to what a request speaks of: {@code IssuedIds} to an id that it issued, {@code SessionAffinity} to a conversation
 * that it served last. Whether a request must follow that, or only may, is decided in {@code exchange}.
 */
@NullMarked
package sidecar.affinity;

import org.jspecify.annotations.NullMarked;
