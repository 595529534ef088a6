package sidecar.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import sidecar.kit.Json;

/** Asks the mock directly: is it as strict as it says, and does the driver see what is wrong? */
final class SelfTest {

    private static final long SECOND = StrictFixture.SECOND;

    private final Report report = new Report("selftest");

    boolean run() {
        theWindowIsStrict();
        theMeanRateIsFair();
        try {
            theMockRefuses();
            keysOfOneAccountShareItsWindow();
            workersAreLimited();
            theDriverReadsWholeAnswers();
            theDriverSeesFaults();
            manyConnectionsAreCheap();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return report.print();
    }

    private void theWindowIsStrict() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 30 * SECOND); // nanoTime may overflow
        Account account = new Account("one", 40, clock::get);
        boolean admitted = true;
        for (int i = 0; i < 40; i++) {
            admitted &= account.admit();
            clock.addAndGet(SECOND / 100);
        }
        check(admitted, "40 requests are admitted");
        check(!account.admit(), "the 41st within 60 s is refused");
        check(account.violations().get(0).over() == 1, "as the first over the limit");
        check(close(account.violations().get(0).earlyMillis(), 59_600), "and as 59.6 s early");
        clock.addAndGet(60 * SECOND - 40 * SECOND / 100 - 1);
        check(!account.admit(), "one nanosecond before the first is 60 s old, still refused");
        check(account.violations().get(1).earlyMillis() < 0.001, "as hardly early");
        clock.addAndGet(1);
        check(account.admit(), "at 60.000 s exactly, admitted");
        check(!account.admit(), "but only one: the second is 10 ms younger");
        clock.addAndGet(SECOND / 100);
        check(account.admit(), "refused requests took no place");
        check(account.admissions().mostWithin(Account.WINDOW_NANOS) == 40, "no 60 s held more than 40 admitted");
        check(account.arrivals().mostWithin(Account.WINDOW_NANOS) == 43, "and the most that came is counted");
    }

    private void theMeanRateIsFair() {
        Stamps bursts = new Stamps();
        Stamps evenly = new Stamps();
        for (int i = 0; i < 4000; i++) {
            bursts.add(i / 40 * 61 * SECOND);
            evenly.add(i * 61 * SECOND / 40);
        }
        long end = 100 * 61 * SECOND;
        double wanted = 40 * 60 / 61.0;
        check(Math.abs(bursts.meanWithin(60 * SECOND, 60 * SECOND, end) - wanted) < 0.05, "bursts every 61 s: 98.4 %");
        check(Math.abs(evenly.meanWithin(60 * SECOND, 60 * SECOND, end) - wanted) < 0.05, "evenly spread: the same");
        Stamps one = new Stamps();
        one.add(10 * SECOND);
        check(one.busyNanos(6 * SECOND, 0, 60 * SECOND) == 6 * SECOND, "an answer of 6 s keeps a worker for 6 s");
        check(one.busyNanos(6 * SECOND, 5 * SECOND, 9 * SECOND) == 4 * SECOND, "4 s of them from 5 s to 9 s");
    }

    private static MockUpstream mock(AtomicLong warp, MockModel... models) {
        MockUpstream mock = MockUpstream.start(0, () -> System.nanoTime() + warp.get());
        List.of(models).forEach(mock::addModel);
        return mock;
    }

    private static MockModel quick() {
        return new MockModel("quick", 0, 10, 1);
    }

    private static Target target(MockUpstream mock, String key, MockModel model, int patienceMillis) {
        return new Target("127.0.0.1", mock.port(), key, Map.of(model.name(), model), patienceMillis);
    }

    private void theMockRefuses() throws IOException {
        AtomicLong warp = new AtomicLong();
        try (MockUpstream mock = mock(warp, quick())) {
            mock.addKey("key", "account", 2);
            try (Client client = new Client(target(mock, "key", quick(), 5_000), 1)) {
                check(client.ask("quick", false, false).good(), "over HTTP: the first is answered");
                check(client.ask("quick", true, true).good(), "and the second, on the same connection");
                check(kind(client.ask("quick", false, false)).equals("HTTP 429"), "the third gets a 429");
                check(mock.violations().size() == 1, "which is a violation");
                warp.set(61 * SECOND);
                check(client.ask("quick", false, false).good(), "61 s later the next is answered");
            }
            try (Client stranger = new Client(target(mock, "nobody", quick(), 5_000), 2)) {
                check(kind(stranger.ask("quick", false, false)).equals("HTTP 401"), "an unknown key gets a 401");
            }
        }
        theRefusalLooksLikeNim();
    }

    private void theRefusalLooksLikeNim() throws IOException {
        try (MockUpstream mock = mock(new AtomicLong(), quick())) {
            mock.addKey("key", "account", 1);
            mock.accountOf("key").admit();
            try (HttpConnection wire = HttpConnection.to("127.0.0.1", mock.port(), 5_000)) {
                wire.send(
                        "POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer key\r\nContent-Length: 2\r\n\r\n{}");
                HttpConnection.Head head = wire.head();
                String body = wire.answerBody(head).text();
                check(body.equals("{\"status\":429,\"title\":\"Too Many Requests\"}"), "the refusal is NIM's");
                check(head.field("retry-after").isEmpty(), "without Retry-After");
                wire.send("GET /control HTTP/1.1\r\n\r\n");
                String counters = wire.answerBody(wire.head()).text();
                check(Json.read(counters).path("violations").asInt() == 1, "/control tells it");
            }
        }
    }

    private void keysOfOneAccountShareItsWindow() {
        try (MockUpstream mock = mock(new AtomicLong(), quick())) {
            mock.addKey("a", "shared", 1);
            mock.addKey("b", "shared", 1);
            try (Client one = new Client(target(mock, "a", quick(), 5_000), 1);
                    Client other = new Client(target(mock, "b", quick(), 5_000), 2)) {
                check(one.ask("quick", false, false).good(), "two keys of one account: the first is answered");
                check(!other.ask("quick", false, false).good(), "the other key is refused");
            }
        }
    }

    private void workersAreLimited() {
        MockModel model = new MockModel("crowded", 2, 10, 30);
        try (MockUpstream mock = mock(new AtomicLong(), model)) {
            mock.addKey("key", "account", 1000);
            Load load = new Load(target(mock, "key", model, 5_000));
            load.loop(2, "crowded");
            Load.pause(150);
            List<String> kinds = new ArrayList<>();
            String detail = "";
            try (Client client = new Client(target(mock, "key", model, 5_000), 9)) {
                for (int i = 0; i < 3; i++) {
                    Outcome outcome = client.ask("crowded", true, false);
                    kinds.add(kind(outcome));
                    detail = outcome.failure().map(Outcome.Failure::detail).orElse("");
                }
                load.stop();
                load.drain(Duration.ofSeconds(5));
                check(kinds.toString().equals("[HTTP 429, HTTP 502, HTTP 503]"), "a third is one too many: " + kinds);
                check(detail.contains("ResourceExhausted: Worker local total request limit reached (3/2)"), "and why");
                check(client.ask("crowded", true, false).good(), "a free worker answers");
            }
            check(mock.violations().isEmpty() && mock.busyAnswers().get() == 3, "that is busy, not a violation");
        }
    }

    private void theDriverReadsWholeAnswers() {
        try (MockUpstream mock = mock(new AtomicLong(), quick())) {
            mock.addKey("key", "account", 1000);
            try (Client client = new Client(target(mock, "key", quick(), 5_000), 1)) {
                check(client.ask("quick", true, true).good(), "a stream with usage is whole");
                check(client.ask("quick", true, false).good(), "a stream without");
                check(client.ask("quick", false, false).good(), "a plain answer");
            }
            MockModel longer = new MockModel("quick", 0, 11, 1);
            try (Client client = new Client(target(mock, "key", longer, 5_000), 1)) {
                check(kind(client.ask("quick", true, false)).equals("wrong content"), "a missing token is seen");
            }
        }
    }

    private void theDriverSeesFaults() {
        MockModel model = quick();
        try (MockUpstream mock = mock(new AtomicLong(), model)) {
            mock.addKey("key", "account", 1000);
            try (Client client = new Client(target(mock, "key", model, 300), 1)) {
                model.setFault(MockModel.Fault.ERROR);
                check(kind(client.ask("quick", true, false)).equals("HTTP 500"), "an error is seen");
                model.setFault(MockModel.Fault.CUT);
                check(kind(client.ask("quick", true, false)).equals("connection"), "a cut stream is seen");
                check(kind(client.ask("quick", false, false)).equals("connection"), "a cut answer is seen");
                model.setFault(MockModel.Fault.HANG);
                check(kind(client.ask("quick", true, false)).equals("connection"), "silence is seen");
            }
            mock.forbid(Target.COOKIE);
            try (Client client = new Client(target(mock, "key", model, 300), 1)) {
                model.setFault(MockModel.Fault.NONE);
                client.ask("quick", true, false);
            }
            check(mock.oddities().size() == 1, "what should not reach an upstream is seen");
        }
    }

    /** Not a limit but a figure: what mock and driver add to every wait by themselves. */
    private void manyConnectionsAreCheap() {
        MockModel model = new MockModel("stream", 0, 20, 50);
        try (MockUpstream mock = mock(new AtomicLong(), model)) {
            mock.addKey("key", "account", 1_000_000);
            Load load = new Load(target(mock, "key", model, 5_000));
            load.loop(300, "stream");
            Load.pause(6_000);
            load.stop();
            load.drain(Duration.ofSeconds(10));
            Tally tally = load.tally();
            report.line(
                    "direct",
                    "300 clients, %d answers in 6 s, wait %s",
                    tally.answered().size(),
                    Tally.waits(tally.answered()));
            report.line("bench", "%s", ProcessCost.of(ProcessHandle.current().pid()));
            check(tally.failed().isEmpty() && tally.unanswered() == 0, "300 connections at once work");
        }
    }

    private static String kind(Outcome outcome) {
        return outcome.failure().map(Outcome.Failure::kind).orElse("good");
    }

    private static boolean close(double value, double wanted) {
        return Math.abs(value - wanted) < 0.001;
    }

    private void check(boolean holds, String what) {
        report.target(holds, "%s", what);
    }
}
