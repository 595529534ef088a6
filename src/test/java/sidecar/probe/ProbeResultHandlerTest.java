package sidecar.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.failure.FailureClass;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.PoolFixture;
import sidecar.pool.ProviderPool;
import sidecar.pool.SelectionCriteria;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.HealthLevel;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.ProviderProbe.Result;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusView;
import sidecar.time.FakeTime;

class ProbeResultHandlerTest {

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private final ProviderPool pool = PoolFixture.pool(time, catalog);
    private final ProbeResultHandler resultHandler = new ProbeResultHandler(pool);
    private final Provider one = SomeProvider.named("one").maps("m", "n").build();

    ProbeResultHandlerTest() {
        catalog.publish(new ProviderCatalog(List.of(one)));
    }

    private static Result result(int status, String failureClass) {
        return new Result(
                failureClass.isEmpty(), status, 5, failureClass, failureClass.isEmpty() ? "" : "HTTP " + status);
    }

    private ProviderStatusView statusView() {
        return pool.status(one);
    }

    private Lease lease() {
        SelectionCriteria criteria = SelectionCriteria.of(Optional.of("m"), Set.of(ApiProtocol.OPENAI_COMPLETIONS));
        return ((LeaseResult.Leased) pool.lease(criteria)).lease();
    }

    private void attempt(FailureClass kind, int status, String message) {
        Lease lease = lease();
        lease.failed(new Lease.Failed(kind, status, Duration.ZERO, message));
        lease.close();
    }

    private void goodAttempt() {
        Lease lease = lease();
        lease.succeeded(200);
        lease.close();
    }

    private void hostGoesDown() {
        for (int i = 0; i < 5; i++) {
            attempt(FailureClass.NETWORK, 0, "connection refused");
        }
        assertThat(statusView().health()).isEqualTo(HealthLevel.DOWN);
        assertThat(statusView().reason()).isEqualTo("down: connection refused");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 503})
    void anyAnswerEndsAHostsOutage(int status) {
        hostGoesDown();

        resultHandler.listed(one, result(status, status == 200 ? "" : "client"));

        assertThat(statusView().health()).isEqualTo(HealthLevel.HEALTHY);
        assertThat(statusView().reason()).isEmpty();
    }

    @Test
    void noAnswerChangesNothing() {
        hostGoesDown();
        resultHandler.listed(one, result(0, "network"));
        assertThat(statusView().health()).isEqualTo(HealthLevel.DOWN);

        time.advance(Duration.ofSeconds(5));
        assertThat(statusView().health()).as("half-open all the same").isEqualTo(HealthLevel.DEGRADED);
    }

    @Test
    void aListDoesNotMakeAnIllModelWell() {
        for (int i = 0; i < 5; i++) {
            attempt(FailureClass.OVERLOADED, 503, "HTTP 503");
        }

        resultHandler.listed(one, result(200, ""));

        assertThat(statusView().health()).isEqualTo(HealthLevel.DOWN);
        assertThat(statusView().reason()).isEqualTo("down: HTTP 503");
    }

    @Test
    void aRefusedKeyIsAnErrorWhenNoAttemptHasEverSucceeded() {
        resultHandler.listed(one, result(401, "credential"));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(statusView().reason()).isEqualTo("HTTP 401 to a health probe");
    }

    @Test
    void aRefusedKeyIsNotBelievedAfterASuccess() {
        goodAttempt();

        resultHandler.listed(one, result(401, "credential"));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void a403ThatSpeaksOfTheKeyIsBelieved() {
        resultHandler.listed(one, result(403, "credential"));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.ERROR);
    }

    @Test
    void theFailureRulesDecideWhatA403Means() {
        resultHandler.listed(one, result(403, "overloaded"));
        resultHandler.listed(one, result(403, "overloaded"));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    /** A chat cannot be made with a provider that names no model; the next request will tell. */
    @Test
    void aListEndsTheErrorOfOneThatNamesNoModelOnceACheckIsDue() {
        Provider any = SomeProvider.named("any").maps("*", "*").build();
        catalog.publish(new ProviderCatalog(List.of(any)));
        pool.credentialRefused(any, "HTTP 401", true);
        resultHandler.listed(any, result(200, ""));
        assertThat(pool.status(any).status()).as("not yet").isEqualTo(ProviderStatus.ERROR);

        time.advance(Duration.ofMinutes(5));
        assertThat(pool.verificationProbes().next()).isPresent();
        resultHandler.listed(any, result(503, "overloaded"));
        assertThat(pool.status(any).status()).as("that tells nothing").isEqualTo(ProviderStatus.ERROR);

        time.advance(Duration.ofMinutes(15));
        assertThat(pool.verificationProbes().next()).isPresent();
        resultHandler.listed(any, result(200, ""));
        assertThat(pool.status(any).status()).isEqualTo(ProviderStatus.HEALTHY);
    }

    @Test
    void aListNeverEndsAnErrorAndNeverRewordsIt() {
        attempt(FailureClass.CREDENTIAL, 401, "HTTP 401 by hand");

        resultHandler.listed(one, result(200, ""));
        resultHandler.listed(one, result(401, "credential"));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.ERROR);
        assertThat(statusView().reason()).isEqualTo("HTTP 401 by hand");
    }

    @Test
    void aChatThatPassesEndsAnErrorAndNothingElse() {
        attempt(FailureClass.MODEL_MISSING, 404, "HTTP 404");
        resultHandler.listed(one, result(401, "credential"));
        assertThat(statusView().status()).isEqualTo(ProviderStatus.ERROR);

        resultHandler.chatCompleted(one, "m", Optional.of(result(200, "")));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.HEALTHY);
        assertThat(pool.lease(SelectionCriteria.of(Optional.of("m"), Set.of(ApiProtocol.OPENAI_COMPLETIONS))))
                .as("it still lacks the model")
                .isInstanceOf(LeaseResult.Unavailable.class);
    }

    @Test
    void aChatThatFailedOrWasNotMadeEndsNoError() {
        resultHandler.listed(one, result(401, "credential"));

        resultHandler.chatCompleted(one, "m", Optional.empty());
        resultHandler.chatCompleted(one, "m", Optional.of(result(401, "credential")));

        assertThat(statusView().status()).isEqualTo(ProviderStatus.ERROR);
    }

    @Test
    void aHostThatIsReachableAgainIsTriedAtOnceByThoseWhoWait() {
        int[] told = {0};
        pool.onRoom(() -> told[0]++);
        hostGoesDown();
        told[0] = 0;

        resultHandler.listed(one, result(200, ""));
        resultHandler.listed(one, result(200, ""));

        assertThat(told[0]).as("told once, and not at every probe").isEqualTo(1);
    }
}
