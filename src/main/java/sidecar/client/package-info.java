/** Client tokens: who may use {@code /v1}, which models, from where, and how much; the use that each client makes of its limits. */
@NullMarked
package sidecar.client;

import org.jspecify.annotations.NullMarked;
