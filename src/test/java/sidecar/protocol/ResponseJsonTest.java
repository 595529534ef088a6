package sidecar.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.ledger.Usage;
import sidecar.protocol.request.RequestHead;

class ResponseJsonTest {

    private static ResponseJson read(String json) {
        byte[] bytes = RequestHead.bytes(json.replace('\'', '"'));
        return Objects.requireNonNull(ResponseJson.read(bytes, 0, bytes.length, "n1", "m"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // OpenAI, and who does as it does
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':{'cached_tokens':3},'completion_tokens_details':{'reasoning_tokens':2}}} | 9/4/3/0/2",
                "{'usage':{'prompt_tokens':9,'total_tokens':9}} | 9/0/0/0/0",
                "{'response':{'usage':{'input_tokens':9,'output_tokens':4,'input_tokens_details':{'cached_tokens':3},'output_tokens_details':{'reasoning_tokens':2}}}} | 9/4/3/0/2",
                "{'usage':{'input_tokens':9,'output_tokens':4,'input_token_details':{'text_tokens':1,'audio_tokens':8}}} | 9/4/0/0/0",
                // NIM and vLLM
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':null,'completion_tokens_details':null}} | 9/4/0/0/0",
                // Groq
                "{'usage':{'queue_time':0.1,'prompt_tokens':9,'prompt_time':0.2,'completion_tokens':4}} | 9/4/0/0/0",
                "{'x_groq':{'id':'req_1','usage':{'prompt_tokens':9,'completion_tokens':4}}} | 9/4/0/0/0",
                "{'usage':{'prompt_tokens':9,'completion_tokens':4},'x_groq':{'usage':{'prompt_tokens':9,'completion_tokens':4}}} | 9/4/0/0/0",
                "{'usage':null,'x_groq':{'usage':{'prompt_tokens':9}}} | 9/0/0/0/0",
                // DeepSeek and Moonshot
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_cache_hit_tokens':5,'prompt_cache_miss_tokens':4}} | 9/4/5/0/0",
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'cached_tokens':5}} | 9/4/5/0/0",
                "{'choices':[{'index':0,'delta':{},'usage':{'prompt_tokens':9,'completion_tokens':4}}]} | 9/4/0/0/0",
                // OpenRouter
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'cost':0.00012,'is_byok':false,'prompt_tokens_details':{'cached_tokens':3,'cache_write_tokens':2,'audio_tokens':0},'cost_details':{'upstream_inference_cost':null}}} | 9/4/3/2/0",
                // Messages, and a proxy that speaks chat before it
                "{'message':{'usage':{'input_tokens':9,'cache_read_input_tokens':20,'cache_creation_input_tokens':7,'output_tokens':1}}} | 36/1/20/7/0",
                "{'usage':{'input_tokens':9,'cache_read_input_tokens':null,'cache_creation':{'ephemeral_5m_input_tokens':3},'output_tokens':1}} | 9/1/0/0/0",
                "{'usage':{'output_tokens':12}} | 0/12/0/0/0",
                "{'usage':{'prompt_tokens':36,'cache_read_input_tokens':20,'cache_creation_input_tokens':7,'completion_tokens':1}} | 36/1/20/7/0",
                // rerank
                "{'usage':{'total_tokens':9}} | 9/0/0/0/0",
                "{'usage':{'prompt_tokens':9,'total_tokens':13}} | 9/4/0/0/0",
                // nonsense; less than nothing is told as more than anybody believes, so that it is estimated
                "{'usage':{'prompt_tokens':-9,'completion_tokens':4}} | 1000000000000/4/0/0/0",
                "{'usage':{'prompt_tokens':9.0,'completion_tokens':4.7}} | 9/4/0/0/0",
                "{'usage':{'prompt_tokens':99999999999999999999999,'completion_tokens':1e999}} | 1000000000000/1000000000000/0/0/0",
                "{'usage':{'prompt_tokens':-99999999999999999999999,'completion_tokens':4}} | 1000000000000/4/0/0/0",
                "{'usage':{'prompt_tokens':'9','completion_tokens':4,'prompt_tokens_details':{'cached_tokens':'3'}}} | 0/4/0/0/0",
                "{'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':[1],'completion_tokens_details':7}} | 9/4/0/0/0"
            })
    void usageOfEveryShapeIsRead(String json, String counts) {
        Usage usage = Objects.requireNonNull(read(json).usage);

        assertThat(usage.prompt() + "/" + usage.completion() + "/" + usage.cached() + "/" + usage.cacheWritten() + "/"
                        + usage.reasoning())
                .isEqualTo(counts);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'usage':null}",
                "{'usage':{}}",
                "{'usage':[1]}",
                "{'usage':7}",
                "{'usage':{'prompt_tokens':'9'}}",
                "{'usage':{'type':'duration','seconds':3}}",
                "{'x_groq':'x','x':{'usage':{'prompt_tokens':9}}}"
            })
    void whatIsNoUsageIsNone(String json) {
        assertThat(read(json).usage).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'choices':[{'delta':{'content':'12345'}}]} | 5",
                "{'choices':[{'delta':{'content':'1\\n3','reasoning_content':'45','refusal':'6'}}]} | 6",
                "{'choices':[{'delta':{'content':null,'reasoning':'1','reasoning_details':[{'text':'1'}]}}]} | 1",
                "{'choices':[{'delta':{'tool_calls':[{'index':0,'id':'call_1','function':{'name':'f','arguments':'{}'}}]}}]} | 2",
                "{'choices':[{'text':'12345','logprobs':{'text':['x']}}]} | 5",
                "{'choices':[{'message':{'role':'assistant','content':'1'}},{'message':{'content':[{'type':'text','text':'23'}]}}]} | 3",
                "{'choices':[{'message':{'content':null,'function_call':{'name':'f','arguments':'12'},'audio':{'data':'AAAA','transcript':'345'}}}]} | 5",
                "{'type':'response.output_text.delta','item_id':'i','delta':'12345'} | 5",
                "{'type':'response.output_text.done','text':'12345'} | 0",
                "{'type':'response.completed','response':{'output':[{'content':[{'text':'12345'}]}]}} | 0",
                "{'object':'response','output':[{'type':'reasoning','summary':[{'text':'1'}]},{'type':'message','content':[{'type':'output_text','text':'23','annotations':[{'text':'x'}]}]},{'type':'function_call','name':'f','arguments':'{}'}]} | 5",
                "{'type':'content_block_delta','delta':{'type':'text_delta','text':'12345'}} | 5",
                "{'type':'content_block_delta','delta':{'type':'thinking_delta','thinking':'123'}} | 3",
                "{'type':'content_block_delta','delta':{'type':'signature_delta','signature':'123'}} | 0",
                "{'type':'content_block_delta','delta':{'type':'input_json_delta','partial_json':'{'}} | 1",
                "{'type':'message','content':[{'type':'thinking','thinking':'12','signature':'x'},{'type':'text','text':'345'},{'type':'tool_use','id':'t','name':'f','input':{'a':[1, 2]}}]} | 17",
                "{'data':[{'embedding':[0.25,-0.5]},{'embedding':'AACAPg=='}]} | 0",
                "{'content':7,'output':null,'delta':{'content':true,'text':{'text':false}}} | 0"
            })
    void whatIsSaidIsCounted(String json, int characters) {
        assertThat(read(json).characters).isEqualTo(characters);
    }

    @Test
    void numbersBeyondMeasureDoNotMakeAnAnswerUnreadable() {
        ResponseJson answer = read("{'choices':[{'index':99999999999999999999,'finish_reason':'stop'},{'index':0.0}],"
                + "'created':1e99999,'model':'n1'}");

        assertThat(answer.choices).containsExactly(Integer.MAX_VALUE, 0);
        assertThat(answer.edits).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'choices':[],'usage':{'prompt_tokens':1}} | true",
                "{'choices':[],'usage':{}} | true",
                "{'usage':{'prompt_tokens':1},'timings':{},'choices':[]} | true",
                "{'choices':[],'usage':null} | false",
                "{'choices':[{}],'usage':{'prompt_tokens':1}} | false",
                "{'choices':[],'x_groq':{'usage':{'prompt_tokens':1}}} | false",
                "{'usage':{'prompt_tokens':1}} | false"
            })
    void onlyUsageIsUsageWithoutAChoice(String json, boolean only) {
        assertThat(read(json).onlyUsage()).isEqualTo(only);
    }

    @Test
    void theIdAmongGroqsOwnFieldsIsNotTheAnswers() {
        assertThat(read("{'id':'chatcmpl-1','x_groq':{'id':'req_1'}}").id).isEqualTo("chatcmpl-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{}x", "{\"a\":1}{}", "[DONE]", "{\"a\":01}"})
    void whatIsNotOneObjectIsNoAnswer(String text) {
        byte[] bytes = RequestHead.bytes(text);

        assertThat(ResponseJson.read(bytes, 0, bytes.length, "n1", "m")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'model':'n1','response':{'model':'n1'},'message':{'model':'n1'},'x':{'model':'n1'}} | 3",
                "{'model':'n2'} | 0",
                "{'model':'\\u006e1'} | 1",
                "{'model':null} | 0",
                "{'choices':[{'model':'n1'}]} | 0"
            })
    void onlyTheThreePlacesOfTheModelAreRenamed(String json, int edits) {
        assertThat(read(json).edits).hasSize(edits);
    }
}
