package sidecar.it;

import sidecar.kit.RawClient;
import sidecar.kit.Reply;
import sidecar.kit.Usage;

/** What several classes need that look at what is relayed. */
abstract class RelayRequests extends RunningSidecar {

    static final String CHAT = "/v1/chat/completions";

    static final String MODEL = "canon";

    static final Usage USAGE = new Usage(9, 3);

    static final String USAGE_AT_THE_END = "\"choices\":[],\"usage\":{\"prompt_tokens\":9";

    static Reply read(RawClient client) {
        RawClient.Head head = client.head();
        byte[] body = client.body();
        return new Reply(head.status(), head.headers(), body, client.end());
    }
}
