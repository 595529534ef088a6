package sidecar.dialect.responses;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import sidecar.dialect.answer.AnswerBlock.ReasoningBlock;

/**
 * Reasoning of a translated answer in the form of an {@code encrypted_content}: clients send such a one back with their
 * next request without looking into it, so that nothing has to be remembered. It is not encrypted. Pure functions.
 */
public final class CarriedReasoning {

    private static final String PREFIX = ReasoningBlock.SIGNATURE + '.';

    private CarriedReasoning() {}

    /** Whether an {@code encrypted_content} is one of these, which no provider can read. */
    public static boolean isOwn(String encrypted) {
        return encrypted.startsWith(PREFIX);
    }

    /** The {@code encrypted_content} that holds a text. */
    public static String write(String text) {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text in an {@code encrypted_content}; empty for one of somebody else, and for one that was damaged. */
    public static Optional<String> read(String encrypted) {
        if (!isOwn(encrypted)) {
            return Optional.empty();
        }
        try {
            byte[] utf8 = Base64.getUrlDecoder().decode(encrypted.substring(PREFIX.length()));
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException damaged) {
            return Optional.empty();
        }
    }
}
