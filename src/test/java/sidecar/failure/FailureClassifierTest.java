package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureClassifierTest {

    private static final FailureClassifier OPENAI = new FailureClassifier(BuiltInFailureRules.OPENAI.rules());
    private static final FailureClassifier NIM = new FailureClassifier(BuiltInFailureRules.NVIDIA_NIM.rules());

    private static Optional<FailureClass> meaning(FailureClassifier rules, int status, String body) {
        return rules.classify(status, body, "").map(Verdict::means);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {\"status\":429,\"title\":\"Too Many Requests\"} | RATE_LIMITED | RATE_LIMITED",
                "429 | ResourceExhausted: Worker local total request limit reached (71/32) | RATE_LIMITED | MODEL_BUSY",
                "500 | ResourceExhausted | OVERLOADED | MODEL_BUSY",
                "502 | resourceexhausted | OVERLOADED | MODEL_BUSY",
                "503 | All workers are busy, please retry later | OVERLOADED | MODEL_BUSY",
                "504 | ResourceExhausted | OVERLOADED | OVERLOADED",
                "401 | x | CREDENTIAL | CREDENTIAL",
                "402 | x | CREDENTIAL | CREDENTIAL",
                "403 | x | REFUSED | REFUSED",
                "403 | <html>403 Forbidden: key</html> | REFUSED | REFUSED",
                "404 | Function '0f3c': Not found for account 'abc' | CLIENT | MODEL_MISSING",
                "404 | {\"error\":{\"code\":\"model_not_found\"}} | MODEL_MISSING | MODEL_MISSING",
                "404 | The model `x` does not exist | MODEL_MISSING | MODEL_MISSING",
                "404 | No such File object: file-1 | CLIENT | CLIENT",
                "404 | <html>nginx</html> | CLIENT | CLIENT",
                "410 | x | MODEL_MISSING | MODEL_MISSING",
                "400 | DEGRADED function cannot be invoked | CLIENT | OVERLOADED",
                "400 | bad temperature | CLIENT | CLIENT",
                "400 | ResourceExhausted | CLIENT | CLIENT",
                "408 | x | CLIENT | CLIENT",
                "413 | x | CLIENT | CLIENT",
                "415 | x | CLIENT | CLIENT",
                "422 | x | CLIENT | CLIENT",
                "451 | x | CLIENT | CLIENT",
                "500 | x | OVERLOADED | OVERLOADED",
                "502 | <html> | OVERLOADED | OVERLOADED",
                "503 | x | OVERLOADED | OVERLOADED",
                "504 | x | OVERLOADED | OVERLOADED",
                "529 | overloaded_error | OVERLOADED | OVERLOADED",
                "599 | x | OVERLOADED | OVERLOADED",
                "300 | x | BAD_SUCCESS | BAD_SUCCESS",
                "301 | x | BAD_SUCCESS | BAD_SUCCESS",
                "302 | x | BAD_SUCCESS | BAD_SUCCESS",
                "307 | x | BAD_SUCCESS | BAD_SUCCESS",
                "308 | x | BAD_SUCCESS | BAD_SUCCESS",
                "600 | x | BAD_SUCCESS | BAD_SUCCESS"
            })
    void everyRowOfTheTableIsRecognisedByEachPreset(int status, String body, FailureClass openai, FailureClass nim) {
        assertThat(meaning(OPENAI, status, body)).contains(openai);
        assertThat(meaning(NIM, status, body)).contains(nim);
        assertThat(meaning(FailureClassifier.defaults(), status, body)).contains(nim);
    }

    /** field-reports.md section 1, and others of the same kinds. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "404 | {'error':{'message':'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?','type':'invalid_request_error','param':'model','code':null}} | CLIENT",
                "404 | {'error':{'message':'This model does not support embeddings'}} | CLIENT",
                "404 | <html><h1>404</h1>no model not found here</html> | CLIENT",
                "404 | {'detail':'Not Found'} | CLIENT",
                "404 | {'error':{'message':'No such File object: file-abc'}} | CLIENT",
                "404 | {'error':{'message':'Not found','input':'model_not_found'}} | CLIENT",
                "404 | {'error':{'message':'The model `x` does not exist or you do not have access to it.','code':'model_not_found'}} | MODEL_MISSING",
                "404 | {'type':'error','error':{'type':'not_found_error','message':'model: claude-x not found'}} | MODEL_MISSING",
                "404 | {'error':{'code':404,'message':'models/gemini-9 is not found for API version v1beta','status':'NOT_FOUND'}} | MODEL_MISSING",
                "404 | {'error':{'message':'No endpoints found for x/y.','code':404}} | MODEL_MISSING",
                "404 | {'detail':'Function abc: Not found for account xyz'} | MODEL_MISSING",
                "404 | {'error':'The model has been decommissioned: model x is no longer supported'} | MODEL_MISSING",
                "403 | {'error':{'code':403,'message':'Your input was flagged','metadata':{'reasons':['violence']}}} | CLIENT",
                "403 | {'error':{'message':'Blocked by content policy'}} | CLIENT",
                "403 | {'error':{'message':'Your prompt was rejected by our safety system'}} | CLIENT",
                "403 | {'error':{'message':'This user prompt was blocked'}} | REFUSED",
                "403 | {'error':{'message':'You have no access to the model llama-content-safety'}} | MODEL_MISSING",
                "403 | {'error':{'message':'No access to model omni-moderation-latest'}} | MODEL_MISSING",
                "400 | {'error':{'message':'Invalid value: arrears. Supported values are: user, system'}} | CLIENT",
                "400 | {'error':{'message':'The film says: credit balance is too low'}} | CLIENT",
                "400 | {'code':'Arrearage','message':'Access denied, please make sure your account is in good standing.'} | CREDENTIAL",
                "403 | {'error':{'message':'You are not allowed to generate embeddings from this model'}} | MODEL_MISSING",
                "403 | {'error':{'message':'Project `p` does not have access to model `m`','code':'model_not_found'}} | MODEL_MISSING",
                "403 | {'error':{'message':'You do not have access to this model'}} | MODEL_MISSING",
                "403 | {'error':{'message':'Your account has been suspended'}} | CREDENTIAL",
                "403 | {'error':{'type':'permission_error','message':'API key is disabled'}} | CREDENTIAL",
                "403 | {'detail':'Authentication failed'} | CREDENTIAL",
                "403 | {'error':{'message':'Country, region, or territory not supported','code':'unsupported_country_region_territory'}} | REFUSED",
                "403 | {} | REFUSED",
                "402 | {'error':{'message':'This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 1200','code':402}} | REFUSED",
                "402 | {'error':{'message':'Insufficient credits. Add more using https://x/y'}} | CREDENTIAL",
                "402 | {} | CREDENTIAL",
                "400 | {'detail':[{'type':'string_type','loc':['body','messages'],'msg':'Input should be a valid string','input':'the degraded one'}]} | CLIENT",
                "422 | {'detail':[{'msg':'no','input':{'error':{'message':'api key invalid'}}}]} | CLIENT",
                "400 | {'error':{'code':400,'status':'INVALID_ARGUMENT','message':'API key not valid. Please pass a valid API key.','details':[{'reason':'API_KEY_INVALID'}]}} | CREDENTIAL",
                "400 | {'type':'error','error':{'type':'invalid_request_error','message':'Your credit balance is too low to access the Anthropic API.'}} | CREDENTIAL",
                "400 | {'error':{'message':'max_tokens is invalid: the key tokens are too many'}} | CLIENT",
                "400 | {'error':{'message':'Unrecognized request argument supplied: api_key'}} | CLIENT",
                "400 | {'error':{'message':'Invalid schema for function create_api_key: it is not valid'}} | CLIENT",
                "400 | {'error':{'message':'Unknown parameter: api_key.'}} | CLIENT",
                "400 | {'error':{'message':'Invalid API key provided'}} | CREDENTIAL",
                "400 | {'error':{'message':'Incorrect API key provided: sk-****','code':'invalid_api_key'}} | CREDENTIAL",
                "400 | {'error':{'message':'The provided API key has been revoked.'}} | CREDENTIAL",
                "400 | {'error':{'message':'the degraded film is no message'}} | CLIENT",
                "403 | {'error':{'status':'PERMISSION_DENIED','message':'You do not have permission to access the File x'}} | REFUSED",
                "403 | {'error':{'message':'You have insufficient permissions for this operation. Missing scopes: api.files.write'}} | REFUSED",
                "403 | {'status':403,'title':'Forbidden','detail':'Authorization failed'} | CREDENTIAL",
                "402 | {'error':{'message':'Prompt tokens limit exceeded: 12000 > 5000','code':402}} | REFUSED",
                "400 | {'status':400,'title':'Bad Request','detail':'Function id x: DEGRADED function cannot be invoked'} | OVERLOADED"
            })
    void whatOutlivesARequestIsReadFromTheErrorsOwnWords(int status, String body, FailureClass expected) {
        assertThat(meaning(FailureClassifier.defaults(), status, body.replace('\'', '"')))
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"200", "201", "202", "204", "206", "304"})
    void successIsNoFailure(int status) {
        assertThat(meaning(NIM, status, "model ResourceExhausted DEGRADED")).isEmpty();
        assertThat(meaning(new FailureClassifier(List.of()), status, "x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "500, OVERLOADED",
        "599, OVERLOADED",
        "429, RATE_LIMITED",
        "401, CREDENTIAL",
        "418, CLIENT",
        "302, BAD_SUCCESS",
        "999, BAD_SUCCESS"
    })
    void whatNoRuleSpeaksOfIsStillAFailure(int status, FailureClass means) {
        assertThat(meaning(new FailureClassifier(List.of()), status, "ResourceExhausted"))
                .contains(means);
        assertThat(meaning(
                        new FailureClassifier(List.of(FailureRule.of(400, 599, "never said", FailureClass.CLIENT))),
                        status,
                        "ResourceExhausted"))
                .contains(means);
    }

    @Test
    void theFirstRuleThatMatchesDecidesWithItsCooldown() {
        FailureClassifier rules = new FailureClassifier(List.of(
                new FailureRule(
                        429,
                        429,
                        Optional.of(BodyPattern.of("daily")),
                        new LabelGlob("nv*"),
                        FailureClass.RATE_LIMITED,
                        Duration.ofHours(1)),
                FailureRule.of(429, 429, FailureClass.OVERLOADED)));

        assertThat(rules.classify(429, "Daily limit", "nvidia"))
                .contains(new Verdict(FailureClass.RATE_LIMITED, Duration.ofHours(1)));
        assertThat(rules.classify(429, "Daily limit", "groq")).contains(Verdict.of(FailureClass.OVERLOADED));
        assertThat(rules.classify(429, "slow down", "nvidia")).contains(Verdict.of(FailureClass.OVERLOADED));
    }

    @Test
    void presetsSpeakOfAnyLabel() {
        assertThat(NIM.classify(400, "DEGRADED", "something else")).contains(Verdict.of(FailureClass.OVERLOADED));
    }

    @Test
    void onlyTheClientsFaultIsNotTriedElsewhere() {
        for (FailureClass kind : FailureClass.values()) {
            assertThat(kind.retryElsewhere()).isEqualTo(kind != FailureClass.CLIENT);
            assertThat(kind.wire()).matches("[a-z_]+");
            assertThat(FailureClass.of(kind.wire())).contains(kind);
        }
    }
}
