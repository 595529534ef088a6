package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'error':{'message':'no','type':'t','param':'p','code':'c'}} | no,t,c",
                "{'error':'no'} | no",
                "{'detail':'no'} | no",
                "{'object':'error','message':'no','code':404} | error,no,404",
                "{'status':400,'title':'Bad','detail':'DEGRADED function'} | 400,Bad,DEGRADED function",
                "{'error':{'code':400,'status':'INVALID_ARGUMENT','details':[{'reason':'API_KEY_INVALID'}]}} | 400,INVALID_ARGUMENT,API_KEY_INVALID",
                "[{'error':{'message':'no'}}] | no",
                "{'errors':[{'message':'a'},{'message':'b'}]} | a,b",
                "{'errors':['a','b']} | a,b",
                "{'type':'error','error':{'type':'overloaded_error','message':'x'}} | error,overloaded_error,x",
                "{'detail':[{'loc':['body'],'msg':'extra','type':'extra_forbidden','input':'degraded'}]} | ~~",
                "{'error':{'metadata':{'raw':'degraded'},'message':'x'}} | x",
                "{'request':{'message':'degraded'}} | ~~",
                "{'error':{'message':'cut sho | ~~",
                "{'error':{'message':'whole','type':'cut sho | whole",
                "{'error':null} | ~~",
                "<html>model not found</html> | ~~",
                "model not found | model not found",
                "~~ | ~~",
                "null | null"
            })
    void theErrorsOwnWordsCount(String body, String expected) {
        assertThat(ErrorText.of(body.replace('\'', '"')).replace('\n', ',')).isEqualTo(expected);
    }

    @Test
    void longTextAndDeepObjectsSayNothing() {
        assertThat(ErrorText.of("x".repeat(5_000))).isEmpty();
        assertThat(ErrorText.of("{\"error\":".repeat(500) + "{\"message\":\"x\"" + "}".repeat(501)))
                .isEmpty();
    }

    @Test
    void faultsAsPythonPrintsThemSayNothingSinceTheyRepeatTheInput() {
        String printed = "[{'type': 'string_type', 'loc': ('body',), 'input': 'the DEGRADED film'}]";

        assertThat(ErrorText.of("{\"message\":\"" + printed + "\",\"code\":400}"))
                .isEqualTo("400");
        assertThat(ErrorText.of("{\"error\":\"1 validation error: 'input': 'api key invalid'\"}"))
                .isEmpty();
    }
}
