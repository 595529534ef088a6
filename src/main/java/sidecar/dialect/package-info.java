/**
 * The dialects in which clients ask and providers answer (chat, messages, responses), and the translation between them: of a request,
 * of a whole answer, and of a stream event by event. Pure functions: no I/O, no clock, no randomness. Which provider is asked, and
 * in which dialect, is decided elsewhere (ADR 037).
 */
@NullMarked
package sidecar.dialect;

import org.jspecify.annotations.NullMarked;
