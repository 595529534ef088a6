package sidecar.probe;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import sidecar.failure.FailureClass;
import sidecar.failure.FailureClassifier;
import sidecar.failure.Verdict;
import sidecar.pool.Lease;
import sidecar.protocol.ResponseJson;
import sidecar.protocol.UpstreamError;
import sidecar.provider.Provider;
import sidecar.provider.ProviderProbe;
import sidecar.provider.Redactor;

/**
 * What an answer means.
 *
 * @param verdict empty for a good one
 * @param message for operators; empty for a good one
 */
record ProbeOutcome(ProbeRequest.ProbeResponse response, Optional<Verdict> verdict, String message) {

    /** @param chat whether it should be the answer to a chat */
    static ProbeOutcome of(
            FailureClassifier failures, Provider provider, ProbeRequest.ProbeResponse response, boolean chat) {
        Optional<Verdict> verdict = response.failure()
                .map(Verdict::of)
                .or(() -> failures.classify(response.status(), response.peek(), provider.label()));
        String fault = verdict.isEmpty() && chat ? fault(response) : "";
        if (!fault.isEmpty()) {
            return new ProbeOutcome(
                    response,
                    Optional.of(Verdict.of(FailureClass.BAD_SUCCESS)),
                    "HTTP " + response.status() + ": " + fault);
        }
        if (chat && isAboutTheContent(response, verdict)) {
            byte[] said = Redactor.of(provider.endpoint().secrets())
                    .bytes(response.peek().getBytes(StandardCharsets.UTF_8));
            return new ProbeOutcome(
                    response,
                    verdict,
                    "the key is accepted; what was asked to test it was not: "
                            + UpstreamError.of(response.status(), said).message());
        }
        String says = response.message().isEmpty() ? "HTTP " + response.status() : response.message();
        return new ProbeOutcome(response, verdict, verdict.isEmpty() ? "" : says);
    }

    /** Whether the key is good: a request whose content was found wrong has been let in before. */
    private boolean accepted() {
        return verdict.isEmpty() || isAboutTheContent(response, verdict);
    }

    private static boolean isAboutTheContent(ProbeRequest.ProbeResponse response, Optional<Verdict> verdict) {
        boolean wrong = response.status() == 400 || response.status() == 422;
        return wrong && verdict.map(Verdict::means).equals(Optional.of(FailureClass.CLIENT));
    }

    /** What keeps a 200 from being an answer; empty for a good one. */
    private static String fault(ProbeRequest.ProbeResponse response) {
        ResponseJson answer = response.answer();
        if (answer == null) {
            return "the answer is not a JSON object";
        }
        return answer.holds(ResponseJson.Finding.ANSWER)
                ? ""
                : answer.holds(ResponseJson.Finding.ERROR)
                        ? "with an error object"
                        : "with an object that holds no answer";
    }

    ProviderProbe.Result result() {
        return new ProviderProbe.Result(
                accepted(),
                response.status(),
                response.latencyMs(),
                accepted() ? "" : verdict.map(v -> v.means().wire()).orElse(""),
                message);
    }

    Lease.Failed failed(Instant now) {
        Verdict why = verdict.orElseThrow();
        Duration retryAfter = why.retryAfter(response.headers()::first, response.peek(), now);
        return new Lease.Failed(why.means(), response.status(), retryAfter, message, Lease.Asked.NOTHING_UNUSUAL);
    }
}
