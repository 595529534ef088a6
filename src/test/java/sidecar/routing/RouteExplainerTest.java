package sidecar.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sidecar.failure.FailureClass;
import sidecar.pool.Lease;
import sidecar.pool.LeaseResult;
import sidecar.pool.PoolFixture;
import sidecar.pool.ProviderPool;
import sidecar.pool.RouteCandidate;
import sidecar.pool.SelectionCriteria;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CatalogHolder;
import sidecar.provider.ModelSettings;
import sidecar.provider.PathUse;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.model.TranslationMode;
import sidecar.time.FakeTime;

class RouteExplainerTest {

    private final FakeTime time = new FakeTime();
    private final CatalogHolder catalog = new CatalogHolder();
    private final ProviderPool pool = PoolFixture.pool(time, catalog);
    private Duration overflowWait = Duration.ZERO;
    private TranslationMode translation = TranslationMode.ON;
    private final RouteExplainer explainer = new RouteExplainer(catalog, pool, () -> overflowWait, () -> translation);

    private void of(SomeProvider... providers) {
        of(Map.of(), providers);
    }

    private void of(Map<String, ModelSettings> rules, SomeProvider... providers) {
        List<Provider> built = new ArrayList<>();
        for (SomeProvider provider : providers) {
            built.add(provider.build());
        }
        catalog.publish(new ProviderCatalog(built, rules));
    }

    private static SomeProvider named(String name) {
        return SomeProvider.named(name).maps("m", "n");
    }

    private List<String> explain(String model) {
        return explainer.explain(model).orElseThrow().candidates().stream()
                .map(step -> (step.chosen() ? "* " : "- ") + step.provider().name() + ": " + step.reason())
                .toList();
    }

    private Lease lease() {
        return ((LeaseResult.Leased)
                        pool.lease(SelectionCriteria.of(Optional.of("m"), Set.of(ApiProtocol.OPENAI_COMPLETIONS))
                                .forUse(PathUse.CHAT)))
                .lease();
    }

    private void fail(FailureClass kind, int status) {
        Lease lease = lease();
        lease.failed(new Lease.Failed(kind, status, Duration.ZERO, "HTTP " + status));
        lease.close();
    }

    @Test
    void oneIsChosenAndEveryOtherHasItsReason() {
        of(
                named("refused"),
                named("cools"),
                named("full").rpm(1),
                named("good"),
                named("next"),
                named("off").disabled(),
                named("claude").api(ApiProtocol.ANTHROPIC_MESSAGES),
                SomeProvider.named("other").maps("else", "n"));
        fail(FailureClass.CREDENTIAL, 401);
        fail(FailureClass.RATE_LIMITED, 429);
        lease().sent();
        time.advance(Duration.ofSeconds(18));

        assertThat(explain("m"))
                .containsExactly(
                        "* good: chosen: primary, healthy, window 0/40",
                        "- next: after that: primary, healthy, window 0/40",
                        "- claude: after that: primary, healthy, window 0/40, translated",
                        "- refused: in error: HTTP 401",
                        "- cools: cooling 12.0 s: HTTP 429",
                        "- full: window 1/1, free in 43.0 s",
                        "- off: disabled");
    }

    @Test
    void withoutTranslationAnotherDialectIsNotSpoken() {
        of(named("a"), named("claude").api(ApiProtocol.ANTHROPIC_MESSAGES));
        translation = TranslationMode.NATIVE;

        assertThat(explain("m")).endsWith("- claude: does not speak this protocol");
    }

    @Test
    void askingTakesNothing() {
        of(named("a"));

        explain("m");
        explain("m");

        assertThat(explain("m")).containsExactly("* a: chosen: primary, healthy, window 0/40");
    }

    @Test
    void theFallbackPoolIsInTheOrderWhenThereIsNoWaitForAPrimary() {
        of(named("a"), named("f").fallback());

        assertThat(explain("m"))
                .containsExactly(
                        "* a: chosen: primary, healthy, window 0/40",
                        "- f: after that: fallback, healthy, window 0/40");
    }

    @Test
    void theFallbackPoolIsNotUsedYetWhileAPrimaryIsWaitedFor() {
        of(named("a").rpm(1), named("f").fallback());
        overflowWait = Duration.ofSeconds(10);
        lease().sent();

        assertThat(explain("m"))
                .containsExactly("- a: window 1/1, free in 61.0 s", "- f: the fallback pool is not used yet");
    }

    @Test
    void theFallbackPoolIsUsedAtOnceWhenNoPrimaryCanCome() {
        of(named("a"), named("f").fallback());
        overflowWait = Duration.ofSeconds(10);
        fail(FailureClass.CREDENTIAL, 401);

        assertThat(explain("m"))
                .containsExactly("* f: chosen: fallback, healthy, window 0/40", "- a: in error: HTTP 401");
    }

    @Test
    void theFallbackPoolIsNeverUsedWhereThatIsWanted() {
        of(named("a"), named("f").fallback());
        overflowWait = ModelSettings.NEVER;
        fail(FailureClass.CREDENTIAL, 401);

        assertThat(explain("m")).containsExactly("- a: in error: HTTP 401", "- f: the fallback pool is not used yet");
    }

    @Test
    void aModelsOwnWaitComesBeforeTheSetting() {
        ModelSettings patient = new ModelSettings(
                "m", List.of(), Optional.of(Duration.ofSeconds(5)), List.of(), false, TranslationMode.DEFAULT);
        of(Map.of("m", patient), named("a"), named("f").fallback());

        assertThat(explain("m"))
                .containsExactly(
                        "* a: chosen: primary, healthy, window 0/40", "- f: the fallback pool is not used yet");
    }

    @Test
    void anAliasLeadsToItsModel() {
        of(
                Map.of(
                        "m",
                        new ModelSettings(
                                "m", List.of("nick"), Optional.empty(), List.of(), false, TranslationMode.DEFAULT)),
                named("a"));

        RouteExplainer.Explained explained = explainer.explain("nick").orElseThrow();

        assertThat(explained.model()).isEqualTo("m");
        assertThat(explained.candidates()).singleElement().matches(RouteCandidate::chosen);
    }

    @Test
    void theModelsThatWouldTakeItsPlaceAreNamedInTheirOrder() {
        ModelSettings settings = new ModelSettings(
                "m", List.of("nick"), Optional.empty(), List.of("big", "nick", "old"), false, TranslationMode.DEFAULT);
        of(Map.of("m", settings), named("a"));

        assertThat(explainer.explain("m").orElseThrow().fallbackModels()).containsExactly("big", "old");
    }

    @Test
    void aModelThatNobodyMapsHasNoRoute() {
        of(named("a"));
        assertThat(explainer.explain("else")).isEmpty();

        of(named("a"), SomeProvider.named("any").maps("*", "*").disabled());
        assertThat(explain("else")).containsExactly("- any: disabled");
    }
}
