package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.limit.GrantRequest;
import sidecar.limit.GrantResult;
import sidecar.limit.QuotaLimits;
import sidecar.pool.RouteCandidate;
import sidecar.pool.SelectionCriteria;
import sidecar.pool.SomeProvider;
import sidecar.provider.ApiProtocol;
import sidecar.provider.CooldownScope;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.ProviderStatus;
import sidecar.provider.ProviderStatusView;
import sidecar.provider.model.TranslationMode;

/**
 * Plays one scenario of {@code flow-scenarios.txt}, whose beginning explains the language: who there is, then row by row
 * when something happens, what happens, and what must be so afterwards.
 */
final class FlowScript {

    private final FlowFixture stage = new FlowFixture();
    private final List<SomeProvider> providers = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** Plays all rows; a failure names the row. */
    void play(List<String> rows) {
        for (String row : rows) {
            try {
                row(row);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("in the row: " + row + "\n" + e.getMessage(), e);
            }
        }
        stage.clean();
    }

    private void row(String row) {
        if (row.startsWith("given ")) {
            given(row.substring("given ".length()));
        } else if (row.startsWith("set ")) {
            set(row.split(" ", 0)[1], row.split(" ", 0)[2]);
        } else if (row.startsWith("model ")) {
            model(row.substring("model ".length()));
        } else {
            String[] cells = row.split("\\|", 0);
            until(cells[0].strip());
            List.of(cells[1].split(";", 0)).forEach(happens -> happens(happens.strip()));
            for (int i = 2; i < cells.length; i++) {
                List.of(cells[i].split(";", 0)).forEach(so -> must(so.strip()));
            }
        }
    }

    // who there is

    private void given(String text) {
        providers.add(provider(text));
        names.add(text.split(":", 0)[0].strip());
        stage.providers(providers);
    }

    private static SomeProvider provider(String text) {
        String[] parts = text.split("[:,]", 0);
        SomeProvider provider = SomeProvider.named(parts[0].strip());
        for (String model : parts[1].strip().split(" ", 0)) {
            provider.maps(model, model.equals("*") ? "*" : "native-" + model);
        }
        for (int i = 2; i < parts.length; i++) {
            String[] words = parts[i].strip().split(" ", 0);
            switch (words[0]) {
                case "rpm" -> provider.rpm(Integer.parseInt(words[1]));
                case "group" -> provider.group(words[1]);
                case "host" -> provider.url("https://" + words[1] + ".example/v1");
                case "blames" -> provider.blames(CooldownScope.of(words[1]).orElseThrow());
                case "fallback" -> provider.fallback();
                default -> throw new IllegalArgumentException(parts[i]);
            }
        }
        return provider;
    }

    private void set(String what, String value) {
        switch (what) {
            case "queue_timeout" -> stage.queueTimeout = seconds(value);
            case "precheck" -> stage.precheck = seconds(value);
            case "overflow" -> stage.overflowWait = seconds(value);
            case "emergency" -> stage.emergency = Double.parseDouble(value);
            case "deadline" -> stage.deadline = seconds(value);
            default -> throw new IllegalArgumentException(what);
        }
    }

    private void model(String text) {
        Matcher m =
                Pattern.compile("(\\S+): (?:overflow (\\S+))?(?: ?then (.*))?").matcher(text);
        assertThat(m.matches()).as(text).isTrue();
        List<String> others =
                m.group(3) == null ? List.of() : List.of(m.group(3).split(" ", 0));
        stage.rules(new ModelSettings(
                m.group(1),
                List.of(),
                Optional.ofNullable(m.group(2)).map(FlowScript::seconds),
                others,
                false,
                TranslationMode.DEFAULT));
    }

    private static Duration seconds(String text) {
        return Duration.ofNanos(Math.round(Double.parseDouble(text) * 1e9));
    }

    private void until(String at) {
        Duration passed = Duration.between(sidecar.time.FakeTime.BEGIN, stage.time.instant());
        Duration more = seconds(at).minus(passed);
        assertThat(more).as("rows are in the order of time").isGreaterThanOrEqualTo(Duration.ZERO);
        stage.time.advance(more);
    }

    // what happens

    private void happens(String text) {
        Matcher ask = Pattern.compile("([A-Z ]+) asks?(?: (\\S+))?(?: pinned to (\\S+))?")
                .matcher(text);
        Matcher get = Pattern.compile("([A-Z ]+) gets? (\\d+)(.*)").matcher(text);
        Matcher broken = Pattern.compile("([A-Z ]+) (?:is|are) reset").matcher(text);
        Matcher leave = Pattern.compile("([A-Z ]+) hangs? up").matcher(text);
        Matcher used = Pattern.compile("(\\S+) has used (\\d+)").matcher(text);
        if (ask.matches()) {
            String model = Optional.ofNullable(ask.group(2)).orElse("m");
            each(ask.group(1), name -> stage.asks(name, Optional.ofNullable(ask.group(3)), body(name, model)));
        } else if (get.matches()) {
            each(
                    get.group(1),
                    name -> answer(
                            name, Integer.parseInt(get.group(2)), get.group(3).strip()));
        } else if (broken.matches()) {
            each(
                    broken.group(1),
                    name -> stage.answering(name).sent().fails(sidecar.upstream.Upstream.Cause.RESET, true));
        } else if (leave.matches()) {
            each(leave.group(1), stage::hangUp);
        } else if (used.matches()) {
            use(used.group(1), Integer.parseInt(used.group(2)));
        } else if (text.startsWith("clear ")) {
            stage.pool.clear(stage.provider(text.substring("clear ".length())).id());
        } else if (text.startsWith("delete ")) {
            int gone = names.indexOf(text.substring("delete ".length()));
            names.remove(gone);
            providers.remove(gone);
            stage.providers(providers);
        } else if (text.equals("restart")) {
            stage.restart();
        } else {
            assertThat(text).as("something that can happen").isEmpty();
        }
    }

    private static void each(String names, java.util.function.Consumer<String> step) {
        List.of(names.strip().split(" +", 0)).forEach(step);
    }

    private static String body(String name, String model) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"content\":\"I am " + name + "\"}]}";
    }

    private void answer(String name, int status, String more) {
        if (status == 200) {
            stage.answering(name)
                    .json(200, "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"hi\"}}]}")
                    .end();
        } else if (more.startsWith("saying ")) {
            stage.answering(name)
                    .json(status, "{\"error\":\"" + more.substring("saying ".length()) + "\"}")
                    .end();
        } else if (more.isEmpty()) {
            stage.answering(name).json(status, "{\"error\":\"no\"}").end();
        } else {
            String[] header = more.substring("with ".length()).split(": ", 2);
            stage.answering(name).sent().head(status, header).data("{}").end();
        }
    }

    private void use(String name, int times) {
        Provider provider = stage.provider(name);
        QuotaLimits limits = stage.pool.quota(provider);
        for (int i = 0; i < times; i++) {
            GrantRequest one = GrantRequest.of(provider.endpoint().identity());
            ((GrantResult.Granted) stage.rateLimiter.take(limits, one)).grant().close();
        }
    }

    // what must be so

    private void must(String text) {
        String[] words = text.split(" +", 0);
        if (words[0].matches("[A-Z]+") && words[0].length() > 0) {
            guest(words, text);
        } else if (words[0].equals("events") || words[0].equals("emergencies")) {
            long now = words[0].equals("events") ? stage.events().size() : stage.pool.emergencies();
            assertThat(now).as(text).isEqualTo(Long.parseLong(words[1]));
        } else if (words[0].contains("/")) {
            model(words, text);
        } else {
            provider(words, text);
        }
    }

    /** {@code A at p1}, {@code A B wait}, {@code A waits}, {@code A 503 all_cooling}. */
    private void guest(String[] words, String text) {
        int verb = 0;
        while (words[verb].matches("[A-Z]+")) {
            verb++;
        }
        for (int i = 0; i < verb; i++) {
            String name = words[i];
            FlowFixture.Guest guest = stage.guest(name);
            if (words[verb].equals("at")) {
                assertThat(stage.at(name).map(Provider::name)).as(text).contains(words[verb + 1]);
            } else if (words[verb].startsWith("wait")) {
                assertThat(stage.waits(name)).as(text).isTrue();
            } else {
                assertThat(guest.client.status()).as(text).isEqualTo(Integer.parseInt(words[verb]));
                if (words.length > verb + 1) {
                    assertThat(guest.client.text()).as(text).contains("\"code\":\"" + words[verb + 1] + "\"");
                }
            }
        }
    }

    private void provider(String[] words, String text) {
        ProviderStatusView statusView = stage.pool.status(stage.provider(words[0]));
        switch (words[1]) {
            case "cools" -> {
                assertThat(statusView.status()).as(text).isEqualTo(ProviderStatus.COOLING);
                assertThat(Duration.between(
                                stage.time.instant(), statusView.cooldownUntil().orElseThrow()))
                        .as(text)
                        .isEqualTo(seconds(words[2]));
            }
            case "free" -> assertThat(statusView.status()).as(text).isEqualTo(ProviderStatus.HEALTHY);
            case "n" -> assertThat(statusView.consecutive429()).as(text).isEqualTo(Integer.parseInt(words[2]));
            case "used" -> assertThat(statusView.used()).as(text).isEqualTo(Integer.parseInt(words[2]));
            case "warns" -> assertThat(statusView.warnings()).as(text).hasSize(1);
            case "quiet" -> assertThat(statusView.warnings()).as(text).isEmpty();
            default -> assertThat(statusView.health().wire()).as(text).isEqualTo(words[1]);
        }
    }

    /** {@code p1/m cools 30.0}, {@code p1/m free}. */
    private void model(String[] words, String text) {
        String[] who = words[0].split("/", 0);
        RouteCandidate step =
                stage
                        .pool
                        .route(SelectionCriteria.of(Optional.of(who[1]), Set.of(ApiProtocol.OPENAI_COMPLETIONS)))
                        .stream()
                        .filter(r -> r.provider().name().equals(who[0]))
                        .findFirst()
                        .orElseThrow();
        if (words[1].equals("cools")) {
            assertThat(step.reason()).as(text).startsWith("cooling " + words[2] + " s");
        } else {
            assertThat(step.reason()).as(text).doesNotContain("cool");
        }
    }
}
