package sidecar.dialect;

import com.fasterxml.jackson.databind.JsonNode;

/** How many LLM tokens a request has, roughly: four bytes of its JSON are one, and each picture or document has as many as Anthropic's largest. Pure functions. */
public final class TokenEstimate {

    private static final int BYTES_A_TOKEN = 4;

    /** docs.anthropic.com/en/docs/build-with-claude/vision: a picture of 1.15 megapixels or more. */
    private static final int TOKENS_A_PICTURE = 1_600;

    /** Text is seldom longer without a blank; base64 always is. */
    private static final int SHORTEST_DATA = 512;

    /** Quotes, colon and comma. */
    private static final int PUNCTUATION = 4;

    private TokenEstimate() {}

    /** At least 1. */
    public static long of(JsonNode request) {
        return Math.max(1, (bytes(request) + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN);
    }

    private static long bytes(JsonNode node) {
        long sum = 0;
        if (node.isTextual()) {
            String text = node.textValue();
            return isData(text) ? (long) TOKENS_A_PICTURE * BYTES_A_TOKEN : utf8Length(text);
        }
        for (var member : node.properties()) {
            sum += member.getKey().length() + PUNCTUATION + bytes(member.getValue());
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                sum += 1 + bytes(item);
            }
        }
        return node.isContainerNode() ? sum : PUNCTUATION;
    }

    /** Whether it is base64, perhaps in a data URI. */
    private static boolean isData(String text) {
        if (text.length() < SHORTEST_DATA) {
            return false;
        }
        int from = text.startsWith("data:") ? text.indexOf(',') + 1 : 0;
        return text.chars().skip(from).limit(SHORTEST_DATA).allMatch(TokenEstimate::isBase64);
    }

    private static boolean isBase64(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "+/=-_".indexOf(c) >= 0;
    }

    private static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length;
    }
}
