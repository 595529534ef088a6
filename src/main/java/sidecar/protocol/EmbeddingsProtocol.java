package sidecar.protocol;

/** OpenAI's embeddings: vectors, in one piece. */
final class EmbeddingsProtocol implements Protocol {

    @Override
    public boolean serves(String path) {
        return path.equals("/v1/embeddings");
    }
}
