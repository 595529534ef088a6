package sidecar.protocol;

/** Whatever else there is below {@code /v1}: it passes, and what comes back does too. */
final class UnknownProtocol implements Protocol {

    @Override
    public boolean serves(String path) {
        return true;
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
