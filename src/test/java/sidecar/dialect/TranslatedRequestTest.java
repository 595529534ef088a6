package sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses.Loss;
import sidecar.provider.Dialect;

/** What holds of a translation as a whole, whatever dialects it is between. */
class TranslatedRequestTest {

    private static final String USER = "{'role': 'user', 'content': [";
    private static final String PICTURE = "data:image/tiff;base64,YQ==";

    private static List<String> lost(Dialect from, Dialect to, String request) throws InvalidRequestException {
        MappingOptions options = new MappingOptions(
                "n", 4096, false, List.of("text"), false, false, "max_tokens", false, Optional.empty(), false, false);
        return TranslatedRequest.of(from, to, ChatChunks.json(request), options).losses().stream()
                .map(Loss::name)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RESPONSES | CHAT     | 'reasoning': {'effort': 'high'} | reasoning",
                "RESPONSES | MESSAGES | 'reasoning': {'effort': 'high'} | reasoning",
                "RESPONSES | MESSAGES | 'text': {'format': {'type': 'json_object'}} | text.format",
                "RESPONSES | CHAT     | 'thinking': {'type': 'enabled'} | thinking",
                "RESPONSES | CHAT     | 'response_format': {'type': 'json_object'} | response_format",
                "CHAT      | MESSAGES | 'reasoning_effort': 'high' | reasoning_effort",
                "CHAT      | MESSAGES | 'response_format': {'type': 'json_object'} | response_format",
                "MESSAGES  | CHAT     | 'thinking': {'type': 'adaptive'} | thinking"
            })
    void aLossIsNamedAsTheClientSaysIt(Dialect from, Dialect to, String member, String loss)
            throws InvalidRequestException {
        String said = from == Dialect.RESPONSES ? "'input': 'a'" : "'messages': [{'role': 'user', 'content': 'a'}]";

        assertThat(lost(from, to, "{" + said + ", " + member + "}")).containsExactly(loss);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RESPONSES | CHAT     | {'type': 'input_image', 'file_id': 'a'} | input_image",
                "RESPONSES | CHAT     | {'type': 'input_file', 'file_id': 'a'}  | input_file",
                "MESSAGES  | CHAT     | {'type': 'image', 'source': {'type': 'file', 'file_id': 'a'}} | image",
                "MESSAGES  | CHAT     | {'type': 'document', 'source': {'type': 'file', 'file_id': 'a'}} | document",
                "CHAT      | MESSAGES | {'type': 'image_url', 'image_url': {'url': '" + PICTURE + "'}} | image/tiff"
            })
    void aPartThatIsLostIsNamedByItsKind(Dialect from, Dialect to, String part, String loss)
            throws InvalidRequestException {
        String turns = from == Dialect.RESPONSES ? "input" : "messages";

        assertThat(lost(from, to, "{'" + turns + "': [" + USER + part + "]}]}")).containsExactly(loss);
    }
}
