package sidecar.provider.reader;

import sidecar.provider.Provider;

/**
 * What an operator's JSON object makes of a provider.
 *
 * @param clear whether cooldowns and errors are to be cleared as well
 */
public record ProviderChange(Provider provider, boolean clear) {}
