package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.FreePorts;
import sidecar.kit.Json;
import sidecar.kit.Received;
import sidecar.kit.RunScript;
import sidecar.kit.StubUpstream;

/** {@code docs/getting-started.md}, typed block after block by somebody with twelve keys. */
@Timeout(1_200)
class GettingStartedIT {

    @TempDir
    Path home;

    private final StubUpstream upstream = new StubUpstream();
    private final int port = FreePorts.next();

    /** What later blocks know from earlier ones in the same shell. */
    private String token = "";

    @AfterEach
    void stop() throws Exception {
        type("deploy/sidecar stop");
        upstream.close();
    }

    @Test
    void thePageLeadsFromTwelveKeysToOneToken() throws Exception {
        Files.createSymbolicLink(home.resolve("deploy"), Path.of("deploy").toAbsolutePath());
        Files.writeString(home.resolve("openclaw.json"), openClaw());
        List<String> said = new ArrayList<>();
        for (String block : blocks()) {
            said.add(type(block));
            if (block.contains("echo \"$SIDECAR_CLIENT_TOKEN\"")) {
                token = said.get(said.size() - 1).strip();
            }
        }

        assertThat(said).hasSize(6);
        assertThat(said.get(0)).contains("ready at http://127.0.0.1:" + port, "admin token (shown only now");
        assertThat(said.get(1)).contains("\"dry_run\":true", "\"dry_run\":false", "\"nim12\"");
        assertThat(
                        type(
                                "curl -sS http://127.0.0.1:9190/api/admin/backends -H \"Authorization: Bearer"
                                        + " $(sed -n 's/^SIDECAR_ADMIN_TOKEN=//p' data/sidecar.env)\" | grep -o '\"id\":\"bkd_' | wc -l"))
                .isEqualToIgnoringWhitespace("12");
        JsonNode answer = Json.read(said.get(2));
        assertThat(answer.path("model").asText()).isEqualTo("meta/llama-3.1-8b-instruct");
        assertThat(upstream.received().stream().map(Received::key)).allMatch(key -> key.startsWith("nvapi-"));
        assertThat(token).matches("sk-sidecar-[A-Za-z0-9]{40}");
        assertThat(Json.read(said.get(4)).at("/models/providers/sidecar/apiKey").asText())
                .isEqualTo("${SIDECAR_CLIENT_TOKEN}");
        JsonNode message = Json.read(said.get(5));
        assertThat(message.path("type").asText()).isEqualTo("message");
        assertThat(message.at("/content/0/type").asText()).isEqualTo("text");

        assertThat(type("curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:9190/v1/models"))
                .isEqualTo("401");
        String curl = Files.readString(Path.of("docs/clients.md"));
        assertThat(type(block(curl.substring(curl.indexOf("## curl"))).replace("small", "meta/llama-3.1-8b-instruct")))
                .contains("\"choices\"");
    }

    private static List<String> blocks() throws IOException {
        return Pattern.compile("(?s)```bash\\n(.*?)```")
                .matcher(Files.readString(Path.of("docs/getting-started.md")))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String block(String text) {
        return Pattern.compile("(?s)```bash\\n(.*?)```")
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    /** As people write it: comments, trailing commas, and the same list twelve times. */
    private String openClaw() {
        return "// my keys\n{ models: { providers: {\n"
                + IntStream.rangeClosed(1, 12)
                        .mapToObj(i -> "  nim" + i + ": { baseUrl: '" + upstream.baseUrl()
                                + "', apiKey: 'nvapi-of-account-"
                                + i
                                + "', api: 'openai-completions', models: [{ id: 'meta/llama-3.1-8b-instruct', name: 'Llama', input: ['text'],"
                                + " cost: { input: 0, output: 0 }, contextWindow: 128000, maxTokens: 4096, }] },\n")
                        .collect(Collectors.joining())
                + "} } }\n";
    }

    private String type(String block) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder(
                        "bash", "-euo", "pipefail", "-c", block.replace("127.0.0.1:9190", "127.0.0.1:" + port))
                .directory(home.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = shell.environment();
        environment.keySet().removeIf(name -> name.startsWith("SIDECAR_") || name.startsWith("LOG_"));
        environment.put("SIDECAR_PORT", String.valueOf(port));
        environment.put("SIDECAR_METRICS_PORT", String.valueOf(FreePorts.next()));
        environment.put("SIDECAR_DATA_DIR", home.resolve("data").toString());
        environment.put("OPENCLAW", home.resolve("openclaw.json").toString());
        environment.put("JAVA_OPTS", RunScript.QUICK_START);
        environment.put("no_proxy", "*");
        if (!token.isEmpty()) {
            environment.put("SIDECAR_CLIENT_TOKEN", token);
        }
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(block + "\n" + said).isZero();
        return said;
    }
}
