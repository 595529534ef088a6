package sidecar.exchange;

import sidecar.admission.AdmissionResult;
import sidecar.protocol.ApiError;

/**
 * Why a client has no answer.
 *
 * @param error what it is told
 * @param outcome what the ledger is told
 */
record Refusal(ApiError error, String outcome) {

    /** By the error's own code. */
    static Refusal of(ApiError error) {
        return new Refusal(error, error.code().orElse("refused"));
    }

    /** Nothing more is tried: what the upstreams said, where they said something. */
    static Refusal ofAttempts(RetryState retries, ProviderAcquisition acquisition) {
        return new Refusal(retries.verdict(acquisition.model().orElse("")), retries.lastClass());
    }

    /** No provider was to be had; where some were, and failed, that counts more. */
    static Refusal of(
            AdmissionResult.Refused refused,
            ClientRequest request,
            RetryState retries,
            ProviderAcquisition acquisition,
            ProviderPreference preference) {
        if (preference.pinMatchesNone()) {
            return new Refusal(
                    ApiError.notFound(
                            "No provider is called '" + request.pinned().orElse("") + "'."),
                    "not_found");
        }
        return !retries.none() && !retries.allFree() && refused.reason().another()
                ? ofAttempts(retries, acquisition)
                : of(RefusalErrors.of(refused, acquisition.model().orElse(""), request));
    }
}
