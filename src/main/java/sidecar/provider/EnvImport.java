package sidecar.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sidecar.json.Json;

/** Reads providers from {@code .env} lines such as {@code NVIDIA_API_KEY_1=nvapi-…} and {@code NVIDIA_BASE_URL=…}. */
final class EnvImport {

    // possessive, and no pattern looks for the end of a run of spaces: a line of a million must not be read a million
    // times
    private static final Pattern LINE =
            Pattern.compile("\\s*+(?:export\\s++)?([A-Za-z_][A-Za-z0-9_]*+)\\s*+=\\s*+(.*)");
    private static final Pattern QUOTED = Pattern.compile("([\"'])(.*)\\1\\s*+(?:#.*)?");
    private static final Pattern KEY = Pattern.compile("(.*?)_?(?:API_?)?(?:KEY|TOKEN)(?:_?([A-Za-z0-9_]*))");
    private static final Pattern URL = Pattern.compile("(.*?)_?(?:API_)?(?:BASE_URL|BASE|ENDPOINT|URL)");

    /** Where the vendors that people name in such files are found. */
    private static final Map<String, String> KNOWN = Map.of(
            "nvidia", "https://integrate.api.nvidia.com/v1",
            "nim", "https://integrate.api.nvidia.com/v1",
            "openai", "https://api.openai.com/v1",
            "groq", "https://api.groq.com/openai/v1",
            "openrouter", "https://openrouter.ai/api/v1",
            "deepseek", "https://api.deepseek.com/v1",
            "mistral", "https://api.mistral.ai/v1",
            "cerebras", "https://api.cerebras.ai/v1",
            "together", "https://api.together.xyz/v1",
            "moonshot", "https://api.moonshot.cn/v1");

    private EnvImport() {}

    static void read(String text, ImportDrafts drafts) {
        Map<String, String> variables = variables(text, drafts);
        Map<String, String> urls = new HashMap<>(KNOWN);
        variables.forEach((name, value) -> {
            Matcher url = URL.matcher(name);
            if (url.matches() && value.matches("https?://.*")) {
                urls.put(vendor(url.group(1)), value);
            }
        });
        variables.forEach((name, value) -> draft(name, value, urls)
                .ifPresentOrElse(body -> drafts.add(name, body), () -> noteIgnored(name, drafts)));
    }

    private static void noteIgnored(String name, ImportDrafts drafts) {
        if (!URL.matcher(name).matches()) {
            drafts.warn(name + " is not named like a key and was ignored");
        }
    }

    private static Map<String, String> variables(String text, ImportDrafts drafts) {
        Map<String, String> variables = new LinkedHashMap<>();
        text.lines().filter(l -> !l.isBlank() && !l.strip().startsWith("#")).forEach(line -> {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                drafts.error("a line", "is not of the form NAME=value");
            } else if (variables.put(
                            matcher.group(1).toUpperCase(Locale.ROOT),
                            unquote(matcher.group(2).stripTrailing()))
                    != null) {
                drafts.error(matcher.group(1), "is given twice");
            }
        });
        return variables;
    }

    private static String unquote(String value) {
        Matcher quoted = QUOTED.matcher(value);
        return quoted.matches() ? quoted.group(2) : withoutComment(value);
    }

    /** A comment begins with a {@code #} after a space. */
    private static String withoutComment(String value) {
        for (int at = value.indexOf('#', 1); at > 0; at = value.indexOf('#', at + 1)) {
            if (Character.isWhitespace(value.charAt(at - 1))) {
                return value.substring(0, at).stripTrailing();
            }
        }
        return value;
    }

    private static Optional<ObjectNode> draft(String name, String value, Map<String, String> urls) {
        Matcher key = KEY.matcher(name);
        // Sidecar's own variables are secrets of another kind.
        if (value.isEmpty() || name.startsWith("SIDECAR_") || !key.matches()) {
            return Optional.empty();
        }
        String vendor = vendor(key.group(1));
        String number = key.group(2).toLowerCase(Locale.ROOT).replace('_', '-');
        ObjectNode body = Json.object();
        body.put("name", vendor + (number.isEmpty() ? "" : "-" + number));
        body.put("label", vendor);
        body.put("api_key", value);
        Optional.ofNullable(urls.get(vendor)).ifPresent(url -> body.put("api_base_url", url));
        return Optional.of(body);
    }

    private static String vendor(String name) {
        String vendor = name.toLowerCase(Locale.ROOT).replace('_', '-');
        int end = vendor.length();
        while (end > 0 && vendor.charAt(end - 1) == '-') {
            end--;
        }
        return end == 0 ? "provider" : vendor.substring(0, end);
    }
}
