package sidecar.protocol;

/** Images, audio, rerank, moderations: a model, and nothing else that we know. */
final class GenericModelProtocol implements Protocol {

    @Override
    public boolean serves(String path) {
        return path.equals("/v1/rerank")
                || path.equals("/v1/moderations")
                || path.startsWith("/v1/images/")
                || path.startsWith("/v1/audio/");
    }

    @Override
    public ExpectedBody expectedBody() {
        return ExpectedBody.SOMETHING;
    }
}
