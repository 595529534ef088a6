/**
 * Bytes of requests: read, held in memory or in a spool file within the memory budget, changed by edits instead of being rebuilt, and sent
 * again. Knows nothing of what they say, but for {@code JsonBytes}, a reader of JSON in place.
 */
@NullMarked
package sidecar.body;

import org.jspecify.annotations.NullMarked;
