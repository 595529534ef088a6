package sidecar.exchange;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import sidecar.pool.SomeProvider;

/**
 * What a translation costs beside the same exchange without one: CPU for each event of a stream, and for a request of 60 KB and of 1 MB. No test:
 * run by {@code src/bench/dialects/run.sh}, which prints the figures. Client and upstream are played on one thread; everything between is real.
 */
class DialectsBench {

    private static final int EVENTS = 2_000;
    /** Fewer, and the compiler is at work while it is measured. */
    private static final int WARM = 400;

    private static final int READINGS = 15;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** One stream, or one request, from beginning to end. */
    private interface Run {
        void run(String path, String body);
    }

    private static ExchangeFixture chatProvider() {
        return new ExchangeFixture(SomeProvider.named("p").maps("m", "n1"));
    }

    private static void stream(String path, String body) {
        ExchangeFixture fixture = chatProvider().post(path, body);
        fixture.call().stream().data(ExchangeFixture.role("n1"));
        for (int i = 0; i < EVENTS; i++) {
            fixture.call().data(ExchangeFixture.delta("n1", "word" + i + " "));
        }
        fixture.call()
                .data(ExchangeFixture.stop("n1") + ExchangeFixture.usage("n1", 9, EVENTS) + ExchangeFixture.DONE)
                .end();
        fixture.over("ok");
    }

    private static void request(String path, String body) {
        ExchangeFixture fixture = chatProvider().post(path, body);
        fixture.exchange().disconnected();
        fixture.over("client_gone");
    }

    private static double median(Run run, String path, String body) {
        for (int i = 0; i < WARM; i++) {
            run.run(path, body);
        }
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            long begun = THREADS.getCurrentThreadCpuTime();
            run.run(path, body);
            nanos.add(THREADS.getCurrentThreadCpuTime() - begun);
        }
        Collections.sort(nanos);
        return nanos.get(READINGS / 2) / 1_000.0;
    }

    /** A conversation of so many bytes: system, tools, and turns of text and tool results. */
    private static String messages(int bytes, boolean stream) {
        StringBuilder body = new StringBuilder(
                "{\"model\":\"m\",\"max_tokens\":100,\"stream\":" + stream
                        + ",\"system\":\"" + "be brief ".repeat(100)
                        + "\",\"tools\":[{\"name\":\"read\",\"description\":\"reads\",\"input_schema\":{\"type\":\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}");
        for (int i = 0; body.length() < bytes; i++) {
            body.append(
                            ",{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"reading\"},{\"type\":\"tool_use\",\"id\":\"toolu_")
                    .append(i)
                    .append(
                            "\",\"name\":\"read\",\"input\":{\"path\":\"a.txt\"}}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_")
                    .append(i)
                    .append("\",\"content\":\"")
                    .append("line of a file\\n".repeat(100))
                    .append("\"}]}");
        }
        return body.append("]}").toString();
    }

    private static String chat(int bytes, boolean stream) {
        StringBuilder body = new StringBuilder(
                "{\"model\":\"m\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}");
        while (body.length() < bytes) {
            body.append(",{\"role\":\"user\",\"content\":\"")
                    .append("line of a file\\n".repeat(100))
                    .append("\"}");
        }
        return body.append("]}").toString();
    }

    @Test
    void figures() {
        double plain = median(DialectsBench::stream, ExchangeFixture.CHAT, chat(100, true)) / EVENTS;
        double messages = median(DialectsBench::stream, "/v1/messages", messages(100, true)) / EVENTS;
        double responses =
                median(DialectsBench::stream, "/v1/responses", "{\"model\":\"m\",\"stream\":true,\"input\":\"hi\"}")
                        / EVENTS;
        print(
                "event native %.2f us, messages>chat %.2f us (%.1f), responses>chat %.2f us (%.1f)",
                plain, messages, messages / plain, responses, responses / plain);
        for (int kilobytes : new int[] {60, 1_024}) {
            double asItIs = median(DialectsBench::request, ExchangeFixture.CHAT, chat(kilobytes * 1_024, true)) / 1_000;
            double translated =
                    median(DialectsBench::request, "/v1/messages", messages(kilobytes * 1_024, true)) / 1_000;
            print("request of %d KB native %.2f ms, messages>chat %.2f ms", kilobytes, asItIs, translated);
        }
    }

    private static void print(String format, Object... figures) {
        System.out.println("dialects: " + String.format(Locale.ROOT, format, figures));
    }
}
