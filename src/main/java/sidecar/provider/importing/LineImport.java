package sidecar.provider.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.json.Json;
import sidecar.provider.ApiProtocol;
import sidecar.provider.UpstreamUrl;

/**
 * Reads providers from lines: keys in any arrangement, and variables such as {@code NVIDIA_API_KEYS=…} and
 * {@code NVIDIA_BASE_URL=…} as {@code .env} files, shells and YAML have them.
 */
final class LineImport {

    private static final String NAME = "([A-Za-z_][A-Za-z0-9_]{0,99}+)";

    // possessive, and no pattern looks for the end of a run of spaces: a line of a million must not be read a million
    // times
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)\\s*+(?:-\\s++)?+(?:(?:export|@?set|env|declare\\s++-x)\\s++|Environment=)?+[\"']?+(?:\\$env:)?+"
                    + NAME + "[\"']?+\\s*+(?:=|:(?!//))\\s*+(.*)",
            Pattern.DOTALL);

    /** {@code set -gx NAME value} of fish, {@code setx NAME value} of Windows, {@code setenv} of csh, {@code ENV}. */
    private static final Pattern SPACED = Pattern.compile(
            "(?i)\\s*+(?:set\\s++(?:-\\S++\\s++)++|setx\\s++|setenv\\s++|env\\s++)" + NAME + "\\s++(.*)",
            Pattern.DOTALL);

    /** Where a second assignment begins on a line. */
    private static final Pattern STATEMENTS =
            Pattern.compile("(?i)(?:;|&&)\\s*+(?=(?:export\\s|set\\s|\\$env:|[A-Za-z_][A-Za-z0-9_]{0,99}+=))");

    private static final Pattern KEY = Pattern.compile("(.*?)_?(API_?KEY|KEY|TOKEN)S?(?:_?([A-Z0-9_]*))");
    private static final Pattern URL = Pattern.compile("(.*?)_?(?:API_)?(?:BASE_URL|BASE|ENDPOINT|URL)");

    /** Names of what lets others in, or serves another end: Sidecar's own variables, and those of similar programs. */
    private static final Pattern FOREIGN = Pattern.compile(
            "(?:.*_)?(?:SIDECAR|ALLOWED|ADMIN|CLIENT|MASTER|VIEWER|SECRET|ENCRYPTION|SIGNING|SESSION|JWT)(?:_.*)?");

    /** The one vendor of these that speaks a protocol of its own. */
    private static final String ANTHROPIC = "anthropic";

    /** Where the vendors that people name in such files are found. */
    private static final Map<String, String> KNOWN = Map.ofEntries(
            Map.entry("nvidia", "https://integrate.api.nvidia.com/v1"),
            Map.entry("nim", "https://integrate.api.nvidia.com/v1"),
            Map.entry("openai", "https://api.openai.com/v1"),
            Map.entry("groq", "https://api.groq.com/openai/v1"),
            Map.entry("openrouter", "https://openrouter.ai/api/v1"),
            Map.entry("deepseek", "https://api.deepseek.com/v1"),
            Map.entry("mistral", "https://api.mistral.ai/v1"),
            Map.entry("cerebras", "https://api.cerebras.ai/v1"),
            Map.entry("together", "https://api.together.xyz/v1"),
            Map.entry(ANTHROPIC, "https://api.anthropic.com"),
            Map.entry("moonshot", "https://api.moonshot.cn/v1"));

    private record NumberedLine(int number, String text) {
        String where() {
            return "line " + number;
        }
    }

    private record Variable(String where, String name, String value) {}

    private final ImportDrafts drafts;
    private final Map<String, String> urls = new HashMap<>(KNOWN);
    private final List<Runnable> entries = new ArrayList<>();

    private LineImport(ImportDrafts drafts) {
        this.drafts = drafts;
    }

    static void read(String text, ImportDrafts drafts) {
        LineImport lines = new LineImport(drafts);
        lines.read(statements(text));
        // addresses may stand behind the keys that they are for
        lines.entries.forEach(Runnable::run);
    }

    /** The vendors that are known to be found where {@code url} leads, in upper case as variables name them. */
    static List<String> vendorsAt(String url) {
        return KNOWN.entrySet().stream()
                .filter(known -> UpstreamUrl.parse(url)
                        .toOptional()
                        .map(UpstreamUrl::host)
                        .equals(Optional.of(URI.create(known.getValue()).getHost())))
                .map(known -> known.getKey().toUpperCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    private static List<NumberedLine> statements(String text) {
        List<NumberedLine> statements = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            for (String statement : STATEMENTS.split(line, -1)) {
                if (!statement.isBlank()) {
                    statements.add(new NumberedLine(number, statement));
                }
            }
        }
        return statements;
    }

    private void read(List<NumberedLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            NumberedLine line = lines.get(i);
            Optional<Matcher> assignment = assignment(line.text());
            if (assignment.isEmpty()) {
                entries.add(() -> bareKeys(line));
                continue;
            }
            int last = lastLine(lines, i, assignment.get().group(2).strip());
            StringBuilder value = new StringBuilder(assignment.get().group(2));
            for (; i < last; i++) {
                value.append('\n').append(lines.get(i + 1).text());
            }
            variable(line, assignment.get().group(1), value.toString());
        }
    }

    private static Optional<Matcher> assignment(String line) {
        String bare = line.strip();
        if (bare.startsWith("#") || bare.startsWith("//") || KeyScanner.isKey(bare)) {
            return Optional.empty();
        }
        Matcher spaced = SPACED.matcher(line);
        Optional<Matcher> matcher = spaced.matches()
                ? Optional.of(spaced)
                : Optional.of(ASSIGNED.matcher(line)).filter(Matcher::matches);
        // base64 may end like an assignment
        return matcher.filter(found -> !KeyScanner.isKey(found.group(1)));
    }

    /** The line on which a value ends that is a list or a quoted text over several of them. */
    private static int lastLine(List<NumberedLine> lines, int first, String value) {
        if (value.isEmpty()) {
            int last = first;
            while (last + 1 < lines.size() && isItem(lines.get(last + 1).text())) {
                last++;
            }
            return last;
        }
        String end = value.startsWith("[") ? "]" : value.matches("(?s)[\"'(].*") ? closing(value.charAt(0)) : "";
        if (end.isEmpty() || value.indexOf(end, 1) >= 0) {
            return continued(lines, first);
        }
        for (int i = first + 1;
                i < lines.size() && assignment(lines.get(i).text()).isEmpty();
                i++) {
            if (lines.get(i).text().contains(end)) {
                return i;
            }
        }
        return first;
    }

    private static String closing(char open) {
        return open == '(' ? ")" : String.valueOf(open);
    }

    private static boolean isItem(String line) {
        return line.strip().startsWith("-") && assignment(line).isEmpty();
    }

    private static int continued(List<NumberedLine> lines, int first) {
        int last = first;
        while (last + 1 < lines.size() && lines.get(last).text().endsWith("\\")) {
            last++;
        }
        return last;
    }

    private void bareKeys(NumberedLine line) {
        KeyScanner.ScannedKeys found = KeyScanner.read(line.text());
        found.keys().forEach(key -> drafts.add(line.where(), Json.object().put("api_key", key)));
        found.leftOut().forEach(reason -> drafts.leaveOut(line.where(), reason));
    }

    private void variable(NumberedLine line, String given, String value) {
        String name = given.toUpperCase(Locale.ROOT);
        Matcher url = URL.matcher(name);
        Optional<String> address = KeyScanner.address(value);
        if (url.matches() && address.isPresent()) {
            urls.put(vendor(url.group(1)), address.get());
        } else {
            entries.add(() -> variable(new Variable(line.where() + ", " + given, name, value)));
        }
    }

    private void variable(Variable variable) {
        KeyScanner.ScannedKeys found = KeyScanner.read(variable.value());
        boolean certain = !found.keys().isEmpty() && found.keys().stream().allMatch(KeyScanner::isCertain);
        Matcher key = KEY.matcher(variable.name());
        boolean named = key.matches() && isProviders(key);
        if (FOREIGN.matcher(variable.name()).matches() || !(named || certain)) {
            drafts.leaveOut(variable.where(), "is not named like a provider's key");
            return;
        }
        if (found.keys().isEmpty() && found.leftOut().isEmpty()) {
            drafts.leaveOut(variable.where(), KeyScanner.NO_KEY);
        }
        boolean single = found.keys().size() == 1;
        for (String one : found.keys()) {
            drafts.add(variable.where(), draft(named ? Optional.of(key) : Optional.empty(), one, single));
        }
        found.leftOut().forEach(reason -> drafts.leaveOut(variable.where(), reason));
    }

    private boolean isProviders(Matcher key) {
        String vendor = vendor(key.group(1));
        return key.group(2).startsWith("API")
                || urls.containsKey(vendor)
                || (vendor.isEmpty() && key.group(2).equals("KEY"));
    }

    private ObjectNode draft(Optional<Matcher> name, String key, boolean single) {
        ObjectNode body = Json.object().put("api_key", key);
        String vendor = name.map(n -> vendor(n.group(1))).orElse("");
        // API_KEY belongs to BASE_URL, which names no vendor either
        Optional.ofNullable(urls.get(vendor)).ifPresent(url -> body.put("api_base_url", url));
        if (!vendor.isEmpty()) {
            body.put("label", vendor);
            if (vendor.equals(ANTHROPIC)) {
                body.put("api", ApiProtocol.ANTHROPIC_MESSAGES.wire());
            }
            if (single) {
                String number = vendor(name.orElseThrow().group(3));
                body.put("name", vendor + (number.isEmpty() ? "" : "-" + number));
            }
        }
        return body;
    }

    /** A part of a variable's name as names of providers have it. */
    private static String vendor(String part) {
        String vendor = part.toLowerCase(Locale.ROOT).replace('_', '-');
        int end = vendor.length();
        while (end > 0 && vendor.charAt(end - 1) == '-') {
            end--;
        }
        return vendor.substring(0, end);
    }
}
