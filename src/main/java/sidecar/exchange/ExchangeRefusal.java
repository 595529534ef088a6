package sidecar.exchange;

import sidecar.admission.AdmissionResult;
import sidecar.protocol.ApiError;

/**
 * Why a client has no answer.
 *
 * @param error what it is told
 * @param outcome what the ledger is told
 */
record ExchangeRefusal(ApiError error, String outcome) {

    /** By the error's own code. */
    static ExchangeRefusal of(ApiError error) {
        return new ExchangeRefusal(error, error.code().orElse("refused"));
    }

    /** Nothing more is tried: what the upstreams said, where they said something. */
    static ExchangeRefusal ofAttempts(RetryState retries, ProviderAcquisition acquisition) {
        return new ExchangeRefusal(retries.verdict(acquisition.model().orElse("")), retries.lastClass());
    }

    /** No provider was to be had; where some were, and failed, that counts more. */
    static ExchangeRefusal of(
            AdmissionResult.Refused refused,
            ClientRequest request,
            RetryState retries,
            ProviderAcquisition acquisition,
            ProviderPreference preference) {
        if (preference.pinMatchesNone()) {
            return new ExchangeRefusal(
                    ApiError.notFound(
                            "No provider is called '" + request.pinned().orElse("") + "'."),
                    "not_found");
        }
        return !retries.none() && !retries.allFree() && refused.reason().another()
                ? ofAttempts(retries, acquisition)
                : of(RefusalErrors.of(refused, acquisition.model().orElse(""), request));
    }
}
