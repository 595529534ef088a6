/**
 * JSON for everything but the request path: a strict reader and writer, a lenient reader for JSON5, typed reading of an object's
 * fields with one message for each bad field, attributes that are declared once for reading and writing, and the shapes of admin errors. Bodies of {@code /v1} are read in place by
 * {@code sidecar.body} and {@code sidecar.protocol} instead.
 */
@NullMarked
package sidecar.json;

import org.jspecify.annotations.NullMarked;
