package sidecar.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sidecar.json.Json;
import sidecar.ledger.Usage;

/**
 * Makes chat streams that are valid answers, and as untidy as those of real providers. The same seed makes the same stream. Prose has
 * no blanks, since blocks of nothing else are left out.
 */
final class ChatScripts {

    /** What kinds of contributions there are. */
    enum Kind {
        REASONING,
        TEXT,
        REFUSAL,
        ID,
        NAME,
        ARGUMENTS,
        /** All arguments once more. */
        REPEATED
    }

    /**
     * What a chunk adds to the answer.
     *
     * @param call its number; −1 for prose
     */
    record Contribution(Kind kind, int call, String text) {}

    /** A chunk, and what it means. */
    record ScriptChunk(ObjectNode json, List<Contribution> adds, boolean finishes) {}

    /** A call of the answer. */
    record ScriptCall(String id, String name, String arguments) {}

    /**
     * A stream.
     *
     * @param finishReason that it gives
     * @param stopsAtText whether it names a text at which it stopped
     * @param usage that it ends with; empty when none is told
     */
    record ChatScript(
            List<ScriptChunk> chunks, int calls, String finishReason, boolean stopsAtText, Optional<Usage> usage) {

        /** Whether it may end in the middle. */
        boolean isCut() {
            return finishReason.equals("length") || finishReason.equals("content_filter");
        }

        /** As Messages has it. */
        String stopReason() {
            if (finishReason.equals("length")) {
                return "max_tokens";
            }
            if (!callsByName().isEmpty()) {
                return "tool_use";
            }
            return finishReason.equals("content_filter") ? "refusal" : stopsAtText ? "stop_sequence" : "end_turn";
        }

        /** All prose of one kind. */
        String prose(Kind kind) {
            return adds().stream()
                    .filter(add -> add.kind() == kind)
                    .map(Contribution::text)
                    .collect(Collectors.joining());
        }

        /**
         * The calls, in the order in which their names came; an id that came after the arguments began is empty. One without
         * arguments may be a cut one where the answer is cut, and does not count there.
         */
        List<ScriptCall> callsByName() {
            List<Contribution> adds = adds();
            return adds.stream()
                    .filter(add -> add.kind() == Kind.NAME)
                    .map(Contribution::call)
                    .distinct()
                    .map(call -> call(adds, call))
                    .filter(call -> !isCut() || !call.arguments().equals("{}"))
                    .toList();
        }

        private static ScriptCall call(List<Contribution> adds, int call) {
            List<Contribution> own =
                    adds.stream().filter(add -> add.call() == call).toList();
            List<Kind> kinds = own.stream().map(Contribution::kind).toList();
            boolean inTime = kinds.contains(Kind.ID)
                    && (!kinds.contains(Kind.ARGUMENTS) || kinds.indexOf(Kind.ID) < kinds.indexOf(Kind.ARGUMENTS));
            String arguments = first(own, Kind.ARGUMENTS, true);
            return new ScriptCall(
                    inTime ? first(own, Kind.ID, false) : "",
                    first(own, Kind.NAME, false),
                    arguments.isEmpty() ? "{}" : arguments);
        }

        private static String first(List<Contribution> own, Kind kind, boolean all) {
            return own.stream()
                    .filter(add -> add.kind() == kind)
                    .limit(all ? Long.MAX_VALUE : 1)
                    .map(Contribution::text)
                    .collect(Collectors.joining());
        }

        private List<Contribution> adds() {
            return chunks.stream().flatMap(chunk -> chunk.adds().stream()).toList();
        }

        /** Without one chunk; empty where it would not be a valid answer any more, or another one than it says. */
        Optional<ChatScript> without(int chunk) {
            ScriptChunk gone = chunks.get(chunk);
            boolean needed = gone.finishes()
                    || gone.json().hasNonNull("usage")
                    || gone.json().has("x_groq")
                    || gone.json().toString().contains("\"usage\":{")
                    || gone.adds().stream().anyMatch(add -> add.call() >= 0);
            if (needed) {
                return Optional.empty();
            }
            List<ScriptChunk> rest = new ArrayList<>(chunks);
            rest.remove(chunk);
            return Optional.of(new ChatScript(rest, calls, finishReason, stopsAtText, usage));
        }

        /** Without one call, where no chunk brings it together with another. */
        Optional<ChatScript> withoutCall(int call) {
            boolean mixed = chunks.stream()
                    .map(chunk -> chunk.adds().stream()
                            .map(Contribution::call)
                            .distinct()
                            .toList())
                    .anyMatch(of -> of.contains(call) && of.size() > 1);
            boolean ends = chunks.stream()
                    .anyMatch(chunk -> chunk.finishes() && chunk.adds().stream().anyMatch(add -> add.call() == call));
            if (mixed || ends || calls < 2) {
                return Optional.empty();
            }
            List<ScriptChunk> rest = chunks.stream()
                    .filter(chunk -> chunk.adds().stream().noneMatch(add -> add.call() == call))
                    .toList();
            return Optional.of(new ChatScript(rest, calls - 1, finishReason, stopsAtText, usage));
        }

        @Override
        public String toString() {
            return chunks.stream()
                    .map(chunk -> chunk.json().toString() + (chunk.finishes() ? "   <- finishes" : ""))
                    .collect(Collectors.joining("\n", "", "\n(stop_reason " + stopReason() + ", usage " + usage + ")"));
        }
    }

    /** How a stream says which call a fragment belongs to. */
    private enum Indexing {
        BY_INDEX,
        ALL_ZERO,
        NONE
    }

    /** A step of the stream before it is put into chunks: something in the delta's members, or in {@code tool_calls}. */
    private record Step(ObjectNode delta, Optional<ObjectNode> fragment, List<Contribution> adds) {}

    private static final String[] WORDS = {
        "a",
        "Hello",
        "\ud83d\ude00",
        "\"",
        "\\",
        "<think>",
        "</think>",
        "{}",
        "é",
        "\u202e",
        "data:",
        "\u0000",
        "ß\ud83c\uddea"
    };

    private final Random random;
    private final Indexing indexing;
    private final boolean bothReasonings;
    private final String reasoningMember;

    private ChatScripts(long seed) {
        random = new Random(seed);
        // near seeds have like first numbers
        random.nextLong();
        indexing = chance(3) ? Indexing.BY_INDEX : pick(Indexing.values());
        bothReasonings = chance(4);
        reasoningMember = pick("reasoning_content", "reasoning");
    }

    /** The stream of a seed. */
    static ChatScript of(long seed) {
        return new ChatScripts(seed).script();
    }

    private ChatScript script() {
        int calls = chance(3) ? 0 : random.nextInt(5);
        List<Step> prose = prose();
        List<List<Step>> lanes = new ArrayList<>();
        for (int call = 0; call < calls; call++) {
            lanes.add(call(call));
        }
        if (indexing != Indexing.BY_INDEX) {
            List<Step> all = lanes.stream().flatMap(List::stream).toList();
            lanes.clear();
            lanes.add(all);
        }
        List<Step> steps = new ArrayList<>();
        if (chance(2)) {
            lanes.add(prose);
        } else {
            steps.addAll(prose);
        }
        steps.addAll(merged(lanes));
        return finished(chunks(steps), calls);
    }

    // ---- what is said ----

    private List<Step> prose() {
        List<Step> steps = new ArrayList<>();
        for (int run = random.nextInt(5); run > 0; run--) {
            Kind kind = chance(8) ? Kind.REFUSAL : pick(Kind.REASONING, Kind.TEXT);
            for (String piece : pieces(words(1 + random.nextInt(6)))) {
                steps.add(new Step(delta(kind, piece), Optional.empty(), List.of(new Contribution(kind, -1, piece))));
            }
        }
        return steps;
    }

    private ObjectNode delta(Kind kind, String piece) {
        ObjectNode delta = Json.object();
        switch (kind) {
            case REASONING -> {
                delta.put(reasoningMember, piece);
                if (bothReasonings) {
                    delta.put("reasoning", piece).put("reasoning_content", piece);
                }
                maybeEmpty(delta, "content");
            }
            case TEXT -> {
                if (chance(6)) {
                    delta.putArray("content").addObject().put("type", "text").put("text", piece);
                } else {
                    delta.put("content", piece);
                }
                maybeEmpty(delta, "reasoning_content");
            }
            default -> {
                delta.put("refusal", piece);
                maybeEmpty(delta, "content");
            }
        }
        return delta;
    }

    private void maybeEmpty(ObjectNode object, String member) {
        switch (random.nextInt(3)) {
            case 0 -> object.put(member, "");
            case 1 -> object.putNull(member);
            default -> {}
        }
    }

    private List<Step> call(int call) {
        String id = pick("call_", "functions.f:", "toolu_x", "") + "id" + call;
        String name = "tool_" + call;
        String arguments = arguments();
        boolean repeats = chance(3);
        boolean late = indexing == Indexing.BY_INDEX && chance(4);
        boolean neverId = indexing == Indexing.BY_INDEX && chance(5);
        List<String> pieces = new ArrayList<>(arguments.isEmpty() ? List.of() : pieces(arguments));
        if (pieces.size() == 1 && chance(2)) {
            return List.of(asObject(fragment(call, id, name, arguments), arguments));
        }
        List<Step> steps = new ArrayList<>();
        if (late) {
            int before = Math.min(pieces.size(), random.nextInt(3));
            for (int i = 0; i < before; i++) {
                steps.add(fragment(call, "", "", pieces.remove(0)));
            }
            if (chance(2) && !neverId) {
                steps.add(fragment(call, id, "", ""));
            }
        }
        String first = pieces.isEmpty() || chance(2) ? "" : pieces.remove(0);
        steps.add(fragment(call, neverId ? "" : id, name, first));
        for (String piece : pieces) {
            boolean again = repeats || (indexing == Indexing.NONE && chance(2));
            steps.add(fragment(
                    call, again && !neverId ? id : "", repeats && indexing == Indexing.BY_INDEX ? name : "", piece));
        }
        if (!arguments.isEmpty() && chance(4)) {
            Step last = fragment(call, neverId ? "" : id, "", arguments);
            steps.add(
                    new Step(last.delta(), last.fragment(), List.of(new Contribution(Kind.REPEATED, call, arguments))));
        }
        if (chance(4)) {
            steps.add(fragment(call, "", "", ""));
        }
        return steps;
    }

    private Step fragment(int call, String id, String name, String arguments) {
        ObjectNode fragment = Json.object();
        List<Contribution> adds = new ArrayList<>();
        if (indexing != Indexing.NONE) {
            fragment.put("index", indexing == Indexing.ALL_ZERO ? 0 : call);
        }
        add(fragment, "id", id, Kind.ID, call, adds);
        if (chance(2)) {
            fragment.put("type", "function");
        }
        ObjectNode function = fragment.putObject("function");
        add(function, "name", name, Kind.NAME, call, adds);
        add(function, "arguments", arguments, Kind.ARGUMENTS, call, adds);
        return new Step(Json.object(), Optional.of(fragment), adds);
    }

    private void add(ObjectNode object, String member, String value, Kind kind, int call, List<Contribution> adds) {
        if (value.isEmpty()) {
            maybeEmpty(object, member);
        } else {
            object.put(member, value);
            adds.add(new Contribution(kind, call, value));
        }
    }

    /** The arguments as an object instead of its text. */
    private static Step asObject(Step step, String arguments) {
        ObjectNode fragment = step.fragment().orElseThrow();
        fragment.withObject("function").set("arguments", ChatChunks.json(arguments));
        return step;
    }

    private String arguments() {
        if (chance(6)) {
            return "";
        }
        ObjectNode object = Json.object();
        for (int i = random.nextInt(3); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> object.put("n" + i, random.nextInt());
                case 1 ->
                    object.putObject("o" + i)
                            .put("x", words(2))
                            .putArray("y")
                            .add(true)
                            .addNull();
                default -> object.put("s" + i, words(3));
            }
        }
        String json = Json.write(object);
        return chance(3) ? json.replace("\ud83d\ude00", "\\ud83d\\ude00").replace("é", "\\u00e9") : json;
    }

    private String words(int count) {
        return IntStream.range(0, count).mapToObj(i -> pick(WORDS)).collect(Collectors.joining());
    }

    /** The text whole, or cut anywhere: in the middle of an escape or of a surrogate pair too. */
    private List<String> pieces(String text) {
        if (chance(4)) {
            return List.of(text);
        }
        List<String> pieces = new ArrayList<>();
        int longest = 1 + random.nextInt(20);
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(longest));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    // ---- how it is put into chunks ----

    private List<Step> merged(List<List<Step>> lanes) {
        List<List<Step>> left =
                lanes.stream().<List<Step>>map(ArrayList::new).collect(Collectors.toCollection(ArrayList::new));
        List<Step> steps = new ArrayList<>();
        left.removeIf(List::isEmpty);
        while (!left.isEmpty()) {
            List<Step> lane = left.get(random.nextInt(left.size()));
            steps.add(lane.remove(0));
            left.removeIf(List::isEmpty);
        }
        return steps;
    }

    private List<ScriptChunk> chunks(List<Step> steps) {
        List<ScriptChunk> chunks = new ArrayList<>();
        if (chance(2)) {
            chunks.add(chunk(Json.object().put("role", "assistant").put("content", ""), List.of()));
        }
        for (int i = 0; i < steps.size(); ) {
            ObjectNode delta = steps.get(i).delta().deepCopy();
            List<Contribution> adds = new ArrayList<>(steps.get(i).adds());
            ArrayNode fragments = Json.array();
            steps.get(i).fragment().ifPresent(fragments::add);
            i++;
            while (i < steps.size() && steps.get(i).fragment().isPresent() && chance(3)) {
                fragments.add(steps.get(i).fragment().get());
                adds.addAll(steps.get(i).adds());
                i++;
            }
            if (!fragments.isEmpty()) {
                delta.set("tool_calls", fragments);
                if (!delta.has("content") && chance(3)) {
                    delta.putNull("content");
                }
            }
            if (chance(3)) {
                delta.put("role", "assistant");
            }
            chunks.add(chunk(delta, adds));
            if (chance(12)) {
                chunks.add(noise());
            }
        }
        return chunks;
    }

    private ScriptChunk chunk(ObjectNode delta, List<Contribution> adds) {
        ObjectNode json = Json.object().put("id", "chatcmpl-1").put("object", "chat.completion.chunk");
        ArrayNode choices = json.putArray("choices");
        if (chance(10)) {
            choices.addObject().put("index", 1).putObject("delta").put("content", "another choice");
        }
        ObjectNode choice = choices.addObject();
        if (!chance(8)) {
            choice.put("index", 0);
        }
        choice.set("delta", delta);
        maybeEmpty(choice, "finish_reason");
        if (chance(4)) {
            choice.putNull("logprobs");
        }
        if (chance(4)) {
            json.putNull("usage");
        }
        if (chance(6)) {
            json.putObject("x_unknown").put("content", "nothing");
            delta.put("unknown", "nothing");
        }
        return new ScriptChunk(json, List.copyOf(adds), false);
    }

    private ScriptChunk noise() {
        return switch (random.nextInt(3)) {
            case 0 -> new ScriptChunk(Json.object().set("choices", Json.array()), List.of(), false);
            case 1 -> new ScriptChunk(Json.object().put("object", "keepalive"), List.of(), false);
            default -> chunk(Json.object(), List.of());
        };
    }

    // ---- how it ends ----

    private ChatScript finished(List<ScriptChunk> said, int calls) {
        List<ScriptChunk> chunks = new ArrayList<>(said);
        String reason = chance(6)
                ? "length"
                : chance(8) ? "content_filter" : pick("stop", "tool_calls", "function_call", "eos");
        if (chunks.isEmpty() || chance(2)) {
            chunks.add(chunk(Json.object(), List.of()));
        }
        int at = chance(4) ? random.nextInt(chunks.size()) : chunks.size() - 1;
        boolean early = at < chunks.size() - 1;
        ObjectNode finishing = choice(chunks.get(at));
        finishing.put("finish_reason", reason);
        boolean sequence = chance(5);
        if (sequence) {
            finishing.put(pick("stop_reason", "stop_sequence"), "###");
        }
        chunks.set(at, new ScriptChunk(chunks.get(at).json(), chunks.get(at).adds(), true));
        if (early && chance(2)) {
            choice(chunks.get(chunks.size() - 1)).put("finish_reason", pick(reason, "stop"));
        }
        Optional<Usage> usage = usage(chunks, early);
        return new ChatScript(List.copyOf(chunks), calls, reason, sequence, usage);
    }

    private static ObjectNode choice(ScriptChunk chunk) {
        for (var choice : chunk.json().path("choices")) {
            if (choice.path("index").asInt(0) == 0) {
                return (ObjectNode) choice;
            }
        }
        // noise was chosen: it becomes a chunk with a choice
        return chunk.json().putArray("choices").addObject();
    }

    /** Puts usage somewhere; where the reason came early, only behind everything. */
    private Optional<Usage> usage(List<ScriptChunk> chunks, boolean early) {
        Usage usage =
                new Usage(1 + random.nextInt(1000), random.nextInt(100), random.nextInt(600), random.nextInt(300), 3);
        ObjectNode json =
                Json.object().put("prompt_tokens", usage.prompt()).put("completion_tokens", usage.completion());
        json.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cached())
                .put("cache_write_tokens", usage.cacheWritten());
        json.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoning());
        ScriptChunk last = chunks.get(chunks.size() - 1);
        switch (random.nextInt(early ? 3 : 8)) {
            case 0 -> {
                return Optional.empty();
            }
            case 1, 2 -> {
                ObjectNode chunk = Json.object();
                chunk.putArray("choices");
                chunk.set("usage", json);
                chunks.add(new ScriptChunk(chunk, List.of(), false));
            }
            case 3 -> last.json().set("usage", json);
            case 4 -> choice(last).set("usage", json);
            case 5 -> last.json().putObject("x_groq").set("usage", json);
            case 6 -> {
                for (int i = 0; i < chunks.size() - 1; i++) {
                    chunks.get(i)
                            .json()
                            .putObject("usage")
                            .put("prompt_tokens", usage.prompt())
                            .put("completion_tokens", 0);
                }
                last.json().set("usage", json);
            }
            default -> {
                ObjectNode chunk = Json.object();
                chunk.putArray("choices");
                chunk.set("usage", json);
                chunks.add(random.nextInt(chunks.size()), new ScriptChunk(chunk, List.of(), false));
            }
        }
        return Optional.of(usage.consistent());
    }

    private boolean chance(int oneOf) {
        return random.nextInt(oneOf) == 0;
    }

    @SafeVarargs
    private <T> T pick(T... values) {
        return values[random.nextInt(values.length)];
    }
}
