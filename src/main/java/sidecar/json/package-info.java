/** JSON at the edges of the house: one strict reader, one lenient reader, and typed reading of an object's fields. */
@NullMarked
package sidecar.json;

import org.jspecify.annotations.NullMarked;
