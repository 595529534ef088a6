/**
 * Leases of providers to attempts: what is known of each provider, the choice among candidates, and what an attempt's outcome changes.
 * {@code ProviderPool} is the entrance. Waiting for a lease is {@code sidecar.admission}'s.
 */
@NullMarked
package sidecar.pool;

import org.jspecify.annotations.NullMarked;
