package sidecar.protocol;

/** OpenAI's chat completions, and the completions before them: choices that come piece by piece. */
record ChatProtocol(String path) implements Protocol {

    @Override
    public boolean serves(String asked) {
        return asked.equals(path);
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public boolean injectsUsage() {
        return true;
    }

    @Override
    public boolean answersInWords() {
        return true;
    }

    @Override
    public StreamEnd streamEnd() {
        return StreamEnd.CHOICES_FINISHED;
    }

    @Override
    public boolean isContent(ResponseJson event) {
        return event.content || event.usage != null;
    }
}
