/**
 * Providers and models as operators configure them: immutable values, the catalog that the request path reads, the redaction of their secrets,
 * and the ports through which other rooms tell and ask about a provider's status.
 */
@NullMarked
package sidecar.provider;

import org.jspecify.annotations.NullMarked;
