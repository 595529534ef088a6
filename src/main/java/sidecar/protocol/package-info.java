/**
 * The protocols below {@code /v1} (chat, completions, embeddings, responses, messages): paths, what a request's head and a response's JSON say,
 * lines of server-sent events, when a stream is complete, usage, and errors in each shape.
 */
@NullMarked
package sidecar.protocol;

import org.jspecify.annotations.NullMarked;
