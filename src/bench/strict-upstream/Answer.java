package sidecar.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sidecar.kit.Json;

/**
 * What the mock answers to one request, as OpenAI writes it. Every token repeats the request's nonce, so that a token in
 * the wrong answer, or at the wrong place, is seen.
 *
 * @param usage what it says it used, as JSON
 */
record Answer(MockModel model, String nonce, String usage) {

    /** LLM tokens of the prompt and of the completion. */
    static String usage(long prompt, long completion) {
        return "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":"
                + (prompt + completion) + "}";
    }

    /** The token at that place, counted from 0. */
    static String word(String nonce, int place) {
        return nonce + "." + place + " ";
    }

    /** All the content of an answer of that many tokens. */
    static String content(String nonce, int tokens) {
        return IntStream.range(0, tokens).mapToObj(i -> word(nonce, i)).collect(Collectors.joining());
    }

    String role() {
        return event("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    }

    String token(int place) {
        return event("{\"content\":" + Json.quoted(word(nonce, place)) + "}", "null");
    }

    String end() {
        return event("{}", "\"stop\"");
    }

    String usageEvent() {
        return "data: " + start("chat.completion.chunk") + ",\"choices\":[],\"usage\":" + usage + "}\n\n";
    }

    String plain() {
        return start("chat.completion")
                + ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
                + Json.quoted(content(nonce, model.tokens())) + "},\"finish_reason\":\"stop\"}],\"usage\":" + usage
                + "}";
    }

    private String event(String delta, String reason) {
        return "data: " + start("chat.completion.chunk") + ",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":" + reason + "}]}\n\n";
    }

    private String start(String object) {
        return "{\"id\":\"chatcmpl-" + nonce + "\",\"object\":\"" + object + "\",\"created\":1700000000,\"model\":"
                + Json.quoted(model.name());
    }
}
