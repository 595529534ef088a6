package sidecar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sidecar.ledger.Usage;
import sidecar.protocol.request.RequestHead;

class UsageMeterTest {

    private static final long ASKED = 41;
    private static final long MAX = 1_000;

    private static UsageMeter tap(ApiPath.PathKind kind) {
        return new UsageMeter(kind, UsageMeter.Metering.RECKONED, ASKED, MAX);
    }

    private static ResponseJson answer(String json) {
        byte[] bytes = RequestHead.bytes(json.replace('\'', '"'));
        return Objects.requireNonNull(ResponseJson.read(bytes, 0, bytes.length, "n1", "m"));
    }

    private static ResponseJson saying(int characters) {
        return answer("{'choices':[{'delta':{'content':'" + "x".repeat(characters) + "'}}]}");
    }

    private static ResponseJson reporting(int prompt, int completion) {
        return answer("{'usage':{'prompt_tokens':" + prompt + ",'completion_tokens':" + completion + "}}");
    }

    private static String metered(UsageMeter meter, boolean whole) {
        return meter.metered(whole)
                .map(used -> {
                    Usage usage = used.usage();
                    return used.certainty().wire() + " " + usage.prompt() + "/" + usage.completion() + "/"
                            + usage.cached() + "/" + usage.cacheWritten();
                })
                .orElse("nothing");
    }

    @Test
    void whatTheUpstreamSaysIsTakenForAWholeAnswerAsItIs() {
        UsageMeter meter = tap(ApiPath.PathKind.CHAT);

        meter.read(saying(400));
        meter.read(reporting(3, 4));

        assertThat(metered(meter, true)).isEqualTo("reported 3/4/0/0");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "4, 1", "5, 2", "400, 100"})
    void withoutSuchAWordFourCharactersAreOneToken(int characters, int tokens) {
        UsageMeter meter = tap(ApiPath.PathKind.CHAT);

        meter.read(saying(characters));

        assertThat(metered(meter, true)).isEqualTo("estimated 11/" + tokens + "/0/0");
    }

    @Test
    void charactersAndBytesOfAllPiecesAreAddedUpBeforeTheyAreDivided() {
        UsageMeter meter = tap(ApiPath.PathKind.COMPLETIONS);

        meter.read(saying(1));
        meter.read(saying(1));
        meter.unread(2);

        assertThat(metered(meter, true)).isEqualTo("estimated 11/1/0/0");
    }

    @ParameterizedTest
    @CsvSource({"3, 4, 3/100", "3, 400, 3/400", "0, 4, 11/100"})
    void aPartIsAtLeastWhatCameAndAtLeastWhatWasReported(int prompt, int completion, String expected) {
        UsageMeter meter = tap(ApiPath.PathKind.CHAT);

        meter.read(reporting(prompt, completion));
        meter.read(saying(400));

        assertThat(metered(meter, false)).isEqualTo("partial " + expected + "/0/0");
    }

    @Test
    void messagesTellsThePromptAtTheStartAndTheCompletionAtTheEnd() {
        UsageMeter meter = tap(ApiPath.PathKind.MESSAGES);

        meter.read(answer("{'type':'message_start','message':{'usage':{'input_tokens':9,'cache_read_input_tokens':20,"
                + "'cache_creation_input_tokens':7,'output_tokens':1}}}"));
        meter.read(answer("{'type':'message_delta','usage':{'output_tokens':12}}"));
        meter.read(answer("{'type':'message_delta','usage':{'output_tokens':30}}"));

        assertThat(metered(meter, true)).isEqualTo("reported 36/30/20/7");
    }

    @ParameterizedTest
    @EnumSource(
            value = ApiPath.PathKind.class,
            names = {"EMBEDDINGS", "MODEL"})
    void vectorsPicturesAndSoundsAreNoWords(ApiPath.PathKind kind) {
        UsageMeter meter = tap(kind);

        meter.unread(2_000_000);

        assertThat(metered(meter, true)).isEqualTo("estimated 11/0/0/0");
        assertThat(metered(meter, false)).isEqualTo("partial 11/0/0/0");
    }

    @Test
    void aPathWithoutAModelUsesOnlyWhatIsReported() {
        UsageMeter meter = new UsageMeter(ApiPath.PathKind.OTHER, UsageMeter.Metering.TOLD, ASKED, MAX);
        meter.unread(400);
        assertThat(metered(meter, true)).isEqualTo("nothing");
        assertThat(metered(meter, false)).isEqualTo("nothing");

        meter.read(reporting(3, 4));

        assertThat(metered(meter, true)).isEqualTo("reported 3/4/0/0");
        assertThat(metered(meter, false)).isEqualTo("partial 3/4/0/0");
    }

    @Test
    void whatIsOnlyFetchedWasCountedWhenItWasMade() {
        UsageMeter meter = new UsageMeter(ApiPath.PathKind.RESPONSES, UsageMeter.Metering.NONE, 0, MAX);
        byte[] stored = RequestHead.bytes("{\"usage\":{\"input_tokens\":5,\"output_tokens\":3}}");
        meter.read(Objects.requireNonNull(ResponseJson.read(stored, 0, stored.length, "", "")));

        assertThat(meter.metered(true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'prompt_tokens':1e18,'completion_tokens':3",
                "'prompt_tokens':3,'completion_tokens':1e18",
                "'prompt_tokens':1e400,'completion_tokens':1e400",
                "'prompt_tokens':1001,'completion_tokens':0",
                "'prompt_tokens':0,'completion_tokens':1001",
                "'prompt_tokens':-1,'completion_tokens':3",
                "'prompt_tokens':3,'completion_tokens':-1",
                "'prompt_tokens':-1e400,'completion_tokens':-5",
                "'input_tokens':-9,'output_tokens':3",
                "'input_tokens':3,'output_tokens':3,'cache_read_input_tokens':1e18",
                "'input_tokens':3,'output_tokens':3,'cache_creation_input_tokens':999",
                "'total_tokens':-7",
                "'total_tokens':1e18"
            },
            quoteCharacter = '~')
    void whatNobodyCanBelieveIsReckonedInstead(String usage) {
        UsageMeter meter = tap(ApiPath.PathKind.CHAT);

        meter.read(saying(400));
        meter.read(answer("{'usage':{" + usage + "}}"));

        assertThat(metered(meter, true)).isEqualTo("estimated 11/100/0/0");
        assertThat(metered(meter, false)).isEqualTo("partial 11/100/0/0");
    }

    @Test
    void whatCanJustBeIsBelieved() {
        UsageMeter meter = tap(ApiPath.PathKind.CHAT);

        meter.read(reporting(1_000, 1_000));

        assertThat(metered(meter, true)).isEqualTo("reported 1000/1000/0/0");
        assertThat(UsageMeter.max(3_000_000_000L, 128_000)).isEqualTo(12_000_512_000L);
    }

    @Test
    void anAbsurdWordDoesNotUndoWhatWasSaidBefore() {
        UsageMeter meter = tap(ApiPath.PathKind.MESSAGES);

        meter.read(answer("{'message':{'usage':{'input_tokens':9,'output_tokens':1}}}"));
        meter.read(saying(400));
        meter.read(answer("{'usage':{'output_tokens':1e18}}"));

        assertThat(metered(meter, true)).isEqualTo("estimated 9/100/0/0");
    }

    @Test
    void whereNothingIsReckonedAnAbsurdWordIs() {
        UsageMeter meter = new UsageMeter(ApiPath.PathKind.OTHER, UsageMeter.Metering.TOLD, ASKED, MAX);

        meter.read(reporting(2_000, 0));

        assertThat(metered(meter, true)).isEqualTo("estimated 11/0/0/0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'prompt_tokens':10,'completion_tokens':2,'prompt_tokens_details':{'cached_tokens':11} | 10/2/10/0",
                "'prompt_tokens':10,'completion_tokens':2,'prompt_tokens_details':{'cached_tokens':1e18} | 10/2/10/0",
                "'prompt_tokens':10,'completion_tokens':2,'prompt_tokens_details':{'cached_tokens':-4} | 10/2/0/0",
                "'prompt_tokens':10,'completion_tokens':2,'prompt_tokens_details':{'cached_tokens':7,'cache_write_tokens':7}"
                        + " | 10/2/7/3",
                "'prompt_tokens':10,'completion_tokens':2,'prompt_tokens_details':{'cache_write_tokens':70} |"
                        + " 10/2/0/10",
                "'prompt_tokens':10,'completion_tokens':2,'cache_read_input_tokens':70 | 10/2/10/0",
                "'prompt_tokens':10,'completion_tokens':2,'prompt_cache_hit_tokens':10 | 10/2/10/0",
                "'input_tokens':10,'output_tokens':2,'cache_read_input_tokens':70,'cache_creation_input_tokens':5 |"
                        + " 85/2/70/5"
            })
    void cachesHoldNoMoreThanThePrompt(String usage, String expected) {
        UsageMeter meter = tap(ApiPath.PathKind.CHAT);

        meter.read(answer("{'usage':{" + usage + "}}"));

        assertThat(metered(meter, true)).isEqualTo("reported " + expected);
        assertThat(metered(meter, false)).isEqualTo("partial " + expected);
    }
}
