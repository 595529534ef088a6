package sidecar.provider.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.provider.ApiProtocol;

/**
 * What the mappings of a vendor's models should say in {@code compat}, so that requests translated for it are taken. Only
 * vendors that need something are listed; a model may still want something else.
 *
 * @param vendor as people call it
 * @param hosts of its base URLs, in lower case
 * @param compat the keys and their values
 */
public record CompatPreset(String vendor, Set<String> hosts, Map<String, Object> compat) {

    private static final Map<String, Object> CARRIES_REASONING = Map.of("carryReasoning", true);

    /** All of them (read in the vendors' references, November 2026). */
    public static final List<CompatPreset> ALL = List.of(
            new CompatPreset("DeepSeek", Set.of("api.deepseek.com"), CARRIES_REASONING),
            new CompatPreset("Kimi", Set.of("api.moonshot.cn", "api.moonshot.ai"), CARRIES_REASONING),
            new CompatPreset("MiMo", Set.of("api.xiaomimimo.com"), CARRIES_REASONING),
            new CompatPreset(
                    "GLM",
                    Set.of("open.bigmodel.cn", "api.z.ai"),
                    Map.of("carryReasoning", true, "thinkingSwitch", "thinking.type")),
            new CompatPreset(
                    "Qwen",
                    Set.of("dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com"),
                    Map.of("thinkingSwitch", "enable_thinking")));

    public CompatPreset {
        hosts = Set.copyOf(hosts);
        compat = Map.copyOf(compat);
    }

    /**
     * That of the vendor at a host; empty where nothing is known to be needed.
     *
     * @param api what the provider speaks: in Anthropic's messages no vendor needs any of it
     */
    public static Optional<CompatPreset> of(ApiProtocol api, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return api == ApiProtocol.ANTHROPIC_MESSAGES
                ? Optional.empty()
                : ALL.stream().filter(preset -> preset.hosts().contains(name)).findFirst();
    }
}
