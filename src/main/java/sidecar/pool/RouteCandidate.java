package sidecar.pool;

import sidecar.provider.Provider;

/**
 * What would become of a provider if a model were asked for now.
 *
 * @param chosen whether it would be asked first
 * @param reason why, or why not
 */
public record RouteCandidate(Provider provider, boolean chosen, String reason) {}
