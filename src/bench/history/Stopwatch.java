package sidecar.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Asks the admin REST of a gateway, and says how long the whole answer took. */
final class Stopwatch {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String adminToken;

    Stopwatch(Gateway gateway, String adminToken) {
        this.base = "http://" + gateway.host() + ":" + gateway.port() + "/api/admin";
        this.adminToken = adminToken;
    }

    /** An answer, and how long it took to its last byte. */
    record Taken(double millis, String body) {}

    Taken time(String path) {
        long start = System.nanoTime();
        byte[] answer = ask(path);
        double millis = (System.nanoTime() - start) / 1e6;
        return new Taken(millis, new String(answer, StandardCharsets.UTF_8));
    }

    private byte[] ask(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + adminToken)
                .build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        path + ": " + answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        } catch (IOException e) {
            throw new IllegalStateException(path + ": " + e, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
