package sidecar.protocol;

/** The list of models and each of them, which Sidecar answers itself. */
final class ModelListProtocol implements Protocol {

    /** What the path of one model begins with. */
    static final String BELOW = "/v1/models/";

    @Override
    public boolean serves(String path) {
        return path.equals("/v1/models") || path.startsWith(BELOW);
    }

    @Override
    public boolean needsModel() {
        return false;
    }

    @Override
    public ExpectedBody expectedBody() {
        return ExpectedBody.ANY;
    }
}
