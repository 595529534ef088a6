package sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sidecar.protocol.ApiPath;
import sidecar.protocol.ExpectedBody;
import sidecar.protocol.UsageMeter;
import sidecar.protocol.request.RequestHead;

/** Which successes are answers: field-reports.md section 2, and others of the same kinds. */
class AnswerTruthTest {

    private static final String GOOD = "good";

    private static RecordedSteps relayed(ApiPath.PathKind kind, int status, String type, String body) {
        RecordedSteps sink = new RecordedSteps();
        Relay relay = new RecordingRelay(
                new PlainRelay(
                        RelayFixture.ofChat(),
                        RelayFixture.head(status, type.contains("json"), new ApiPath("/v1/x", kind).expectedBody()),
                        new UsageMeter(kind, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE)),
                sink);
        relay.take(RequestHead.bytes(body));
        relay.end();
        return sink;
    }

    private static String outcome(RecordedSteps sink) {
        return sink.events.get(0).startsWith("commit") || sink.events.get(0).startsWith("issued")
                ? GOOD
                : sink.events.get(0).replace("failed ", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'x'}}]} | good",
                "CHAT | 200 | text/plain | {'choices':[{'message':{'content':'x'}}]} | good",
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'x'}}],'error':''} | good",
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'x'}}],'error':{}} | good",
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'x'}}],'error':null} | good",
                "CHAT | 200 | application/json | {'error':{'message':'half'},'choices':[{'message':{'content':'x'}}]} | good",
                "CHAT | 200 | text/html | <!doctype html><title>Sign in</title> | bad_success",
                "CHAT | 200 | application/json | <html></html> | bad_success",
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'cut sho | bad_success",
                "CHAT | 200 | application/json | {'object':'error','message':'no'} | bad_success",
                "CHAT | 200 | application/json | {'detail':'no'} | bad_success",
                "CHAT | 200 | application/json | null | bad_success",
                "CHAT | 200 | application/json | 'text' | bad_success",
                "CHAT | 200 | application/json | [] | bad_success",
                "CHAT | 200 | application/json | [{'choices':[{}]}] | bad_success",
                "CHAT | 200 | application/json | ~   ~ | bad_success",
                "CHAT | 200 | application/json | {'choices':[]} | bad_success",
                "CHAT | 200 | application/json | {'choices':null} | bad_success",
                "CHAT | 200 | application/json | {'choices':{}} | bad_success",
                "CHAT | 200 | application/json | {} | bad_success",
                "CHAT | 200 | application/json | {'id':'x','object':'chat.completion','model':'n1','usage':{'prompt_tokens':3}} | bad_success",
                "CHAT | 200 | application/json | {'error':'overloaded'} | bad_success",
                "CHAT | 200 | application/json | {'success':false,'errors':[{'message':'x'}]} | bad_success",
                "CHAT | 200 | application/json | {'error':{'code':429,'message':'Rate limit exceeded'}} | rate_limited",
                "CHAT | 200 | application/json | {'error':{'code':'429','message':'Rate limit exceeded'}} | rate_limited",
                "CHAT | 200 | application/json | {'error':{'type':'rate_limit_error','message':'x'}} | rate_limited",
                "CHAT | 200 | application/json | {'error':{'status':'RESOURCE_EXHAUSTED','message':'x'}} | rate_limited",
                "CHAT | 200 | application/json | {'object':'error','code':429,'message':'x'} | rate_limited",
                "CHAT | 200 | application/json | {'error':{'code':503,'message':'all workers are busy'}} | model_busy",
                "CHAT | 200 | application/json | {'error':{'code':500,'message':'x'}} | bad_success",
                "CHAT | 200 | application/json | {'error':{'code':401,'message':'x'}} | bad_success",
                "CHAT | 200 | application/json | {'error':{'code':400,'message':'x'}} | bad_success",
                "CHAT | 201 | application/json | {'choices':[{}]} | good",
                "CHAT | 202 | application/json | {'choices':[{}]} | bad_success",
                "CHAT | 204 | application/json | x | bad_success",
                "CHAT | 206 | application/json | {'choices':[{}]} | bad_success",
                "CHAT | 200 | application/json | \uFEFF{'choices':[{'message':{'content':'x'}}]} | good",
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'x'},'logprobs':{'a':NaN,'b':-Infinity}}]} | good",
                "CHAT | 200 | application/json | {'choices':[{'message':{'content':'x'}}],'error':{'message':null,'code':null}} | good",
                "EMBEDDINGS | 200 | application/json | {'data':[ ]} | bad_success",
                "RESPONSES | 200 | application/json | {'id':'resp_1','object':'response','status':'completed','output':[]} | good",
                "MODEL | 200 | text/html | <!DOCTYPE html><title>x</title> | bad_success",
                "MODEL | 200 | text/plain | ~~ | good",
                "MODEL | 200 | text/plain | what was said | good",
                "MODEL | 200 | application/json | {'status':'error','reason':'quota'} | bad_success",
                "COMPLETIONS | 200 | application/json | {'choices':[{'text':''}]} | good",
                "COMPLETIONS | 200 | application/json | {'text':'x'} | good",
                "COMPLETIONS | 200 | application/json | {'choices':[]} | bad_success",
                "EMBEDDINGS | 200 | application/json | {'data':[{'embedding':[1]}]} | good",
                "EMBEDDINGS | 200 | application/json | {'data':[]} | bad_success",
                "EMBEDDINGS | 200 | application/json | {'object':'list'} | bad_success",
                "RESPONSES | 200 | application/json | {'output':[{'type':'message'}],'status':'completed'} | good",
                "RESPONSES | 200 | application/json | {'output':[],'status':'queued'} | good",
                "RESPONSES | 200 | application/json | {'output':[],'status':'incomplete'} | good",
                "RESPONSES | 200 | application/json | {'output':[],'status':'failed','error':{'code':'server_error'}} | bad_success",
                "RESPONSES | 200 | application/json | {'output':[],'status':'failed','error':{'code':'rate_limit_exceeded'}} | rate_limited",
                "MESSAGES | 200 | application/json | {'content':[{'type':'text','text':'x'}]} | good",
                "MESSAGES | 200 | application/json | {'content':[],'stop_reason':'end_turn'} | good",
                "MESSAGES | 200 | application/json | {'content':[]} | bad_success",
                "MESSAGES | 200 | application/json | {'type':'error','error':{'type':'overloaded_error'}} | bad_success",
                "MODEL | 200 | application/json | {'results':[{'flagged':false}]} | good",
                "MODEL | 200 | application/json | {'text':''} | good",
                "MODEL | 200 | application/json | {'images':[{'url':'x'}]} | good",
                "MODEL | 200 | application/json | {'error':{'message':'x'}} | bad_success",
                "MODEL | 200 | application/json | {'detail':'x'} | bad_success",
                "MODEL | 200 | application/json | {} | bad_success",
                "MODEL | 200 | text/plain | a transcript | good",
                "MODEL | 200 | audio/mpeg | ID3 | good",
                "MODEL | 202 | application/json | {'id':'x'} | bad_success",
                "OTHER | 200 | application/json | {} | good",
                "OTHER | 200 | text/html | <p> | good",
                "OTHER | 202 | application/json | {} | good",
                "OTHER | 204 | text/plain | x | good"
            })
    void aSuccessIsAnAnswerOnlyWhenItHoldsOne(
            ApiPath.PathKind kind, int status, String type, String body, String expected) {
        RecordedSteps sink = relayed(kind, status, type, body.replace('\'', '"'));

        assertThat(outcome(sink)).isEqualTo(expected);
        assertThat(sink.text())
                .as("all of an answer is relayed, and nothing of what is none")
                .isEqualTo(expected.equals(GOOD) ? body.replace('\'', '"') : "");
    }

    @ParameterizedTest
    @CsvSource({"<html>, bad_success", "[1, bad_success", "'  {\"choices\":[1', good", "'{\"data\":[1', good"})
    void ofALongOneTheBeginningTells(String beginning, String expected) {
        RecordedSteps sink = relayed(
                ApiPath.PathKind.CHAT, 200, "application/json", beginning + "1,".repeat(PlainRelay.MAX_HELD_BYTES / 2));

        assertThat(outcome(sink)).isEqualTo(expected);
    }

    @Test
    void whatCannotBeReadPasses() {
        RecordedSteps sink = new RecordedSteps();
        PlainHead coded = new PlainHead(200, true, false, ExpectedBody.KNOWN, -1, true, Optional.empty());
        Relay relay = new RecordingRelay(
                new PlainRelay(
                        RelayFixture.ofChat(),
                        coded,
                        new UsageMeter(ApiPath.PathKind.CHAT, UsageMeter.Metering.RECKONED, 40, Long.MAX_VALUE)),
                sink);
        relay.take(RequestHead.bytes("brotli"));
        relay.end();

        assertThat(sink.text()).isEqualTo("brotli");
    }
}
