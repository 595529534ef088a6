package sidecar.dialect.request;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Ids of tool calls for clients that take letters, digits, dashes and underscores only, as Anthropic's do: any other id becomes
 * one that holds it, and is turned back on the next turn, so that nothing has to be remembered. Pure functions.
 */
public final class ToolCallIds {

    private static final String PREFIX = "toolu_x";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    private ToolCallIds() {}

    /** For a client that speaks Messages. */
    public static String toMessages(String providerId) {
        boolean plain = PLAIN.matcher(providerId).matches() && !providerId.startsWith(PREFIX);
        return plain
                ? providerId
                : PREFIX
                        + Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(providerId.getBytes(StandardCharsets.UTF_8));
    }

    /** For the provider that made it; an id that does not hold another one is left as it is. */
    public static String fromMessages(String clientId) {
        if (!clientId.startsWith(PREFIX)) {
            return clientId;
        }
        try {
            byte[] utf8 = Base64.getUrlDecoder().decode(clientId.substring(PREFIX.length()));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException notOurs) {
            return clientId;
        }
    }
}
