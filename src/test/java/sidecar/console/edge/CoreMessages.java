package sidecar.console.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sidecar.address.UpstreamAddressRules;
import sidecar.client.ClientReader;
import sidecar.client.Clients;
import sidecar.failure.FailureRulesSetting;
import sidecar.json.FieldError;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Parsed;
import sidecar.json.QueryParameters;
import sidecar.pool.SomeProvider;
import sidecar.provider.AccountIdentity;
import sidecar.provider.ModelSettings;
import sidecar.provider.Provider;
import sidecar.provider.ProviderCatalog;
import sidecar.provider.UpstreamUrl;
import sidecar.provider.importing.ImportFormat;
import sidecar.provider.importing.ImportOptions;
import sidecar.provider.importing.ImportPlan;
import sidecar.provider.importing.ImportRequest;
import sidecar.provider.model.TranslationMode;
import sidecar.provider.reader.ClientProgramReader;
import sidecar.provider.reader.ModelReader;
import sidecar.provider.reader.ProviderReader;
import sidecar.provider.reader.QuotaGroupWarnings;
import sidecar.settings.Setting;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;
import sidecar.time.FakeTime;

/** What the cores say about bad input of every kind, in their own words. */
final class CoreMessages {

    private static final ProviderReader READER = new ProviderReader(
            new ProviderReader.Defaults(40, Duration.ofMinutes(2)), new AccountIdentity(key -> "#" + key.hashCode()));

    /** What is said where a test without a server does not come. */
    static final List<String> ELSEWHERE = List.of(
            "the backup needs up to 300 MB in /data/backups, where 2 MB are free; make room there, or set backup_dir"
                    + " to another directory",
            "the backup cannot be written to /data/backups: NoSuchFileException: /data/backups; make room there, let"
                    + " this user write there, or set backup_dir to another directory",
            "the directory /data/backups cannot be read (java.nio.file.AccessDeniedException: /data/backups); let this"
                    + " user read and write there, or set backup_dir to another directory",
            "the database could not be copied: \"File corrupted\"",
            "the backup was made, but it cannot be read: \"File corrupted\". It was thrown away; look at the disk, the"
                    + " database itself may be damaged too",
            "it holds no database of Sidecar",
            "SIDECAR_ENCRYPTION_KEY opens none of the 12 provider keys in it: it was made under another encryption"
                    + " key; set the one of that time",
            "it is damaged or was cut (\"zip END header not found\")",
            "it is neither a backup nor a database of Sidecar",
            "it is a zip file without a database of Sidecar in it",
            "SIDECAR_DB_URL names a database of its own server, whose means make its backups: for PostgreSQL, pg_dump"
                    + " --format=custom",
            "this provider is gone",
            "A client named ann exists already",
            "This client's token is SIDECAR_CLIENT_TOKEN: change or unset that and start again, or disable the client",
            "This is the last client token, and Sidecar listens on 0.0.0.0: without any, every program on this machine"
                    + " may call without one. Disable it instead, or delete it with ?confirm=open",
            "This is the last client token, and Sidecar listens on 0.0.0.0: without any, everybody"
                    + " (SIDECAR_ALLOW_OPEN) may call without one. Disable it instead, or delete it with ?confirm=open",
            "the test broke off; the log says why",
            "chosen: primary, healthy, window 3/40",
            "after that: fallback, degraded, unlimited, translated",
            "after that: primary, down, bucket 3/40",
            "window 40/40, free in 12.5 s",
            "bucket 40/40, free in 0.5 s",
            "all 1000 requests of this day are used, free in 3600.0 s",
            "all 1000 requests of this day are used",
            "the 60000 LLM tokens of this minute are used or reserved, free in 12.5 s",
            "the 60000 LLM tokens of this minute are used or reserved",
            "8 attempts run already",
            "the model's workers on its host are all busy",
            "cooling 12.0 s: HTTP 429",
            "its cooldown is over; one attempt finds out",
            "the fallback pool is not used yet",
            "does not speak this protocol",
            "in error: HTTP 401",
            "has said that it does not have this model for such requests",
            "was tried",
            "disabled",
            "port can be set in the environment only",
            "value must be a string, a number or a boolean",
            "SIDECAR_QUEUE_TIMEOUT overrides the table's value",
            "the host nowhere.example cannot be resolved at the moment",
            "these keys may share one account: set quota_group",
            "down: connection refused",
            "down: Bad Gateway",
            "the upstream lists no model to test with: map one by name",
            "every request of this minute is used: try again in a minute",
            "its key is missing or cannot be read: enter it",
            "HTTP 200: the answer is not a JSON object",
            "HTTP 200: with an error object",
            "HTTP 200 with an error object",
            "HTTP 200 with an object that holds no answer",
            "HTTP 200, but what came is no list of models: check api_base_url, or map the models by name",
            "the key is accepted; what was asked to test it was not: 42",
            "HTTP 401 to a health probe",
            "no answer within 10 s",
            "the upstream fell silent for 120 s",
            "the answer took longer than 1800 s",
            "the answer is longer than 4 MiB",
            "the host nowhere.example cannot be resolved",
            "the host cannot be resolved",
            "no TLS connection: the certificate is not trusted or not for this host, or the protocol failed (PKIX"
                    + " path)",
            "no connection in time",
            "connection refused",
            "the upstream closed a kept connection under the request",
            "the upstream broke off its answer",
            "the upstream closed the connection without an answer",
            "/metrics answers everybody on the main port, and nothing listens on port 9191 (SIDECAR_METRICS_PORT): set"
                    + " metrics_auth to viewer",
            "port 8080 ends requests after 900 s, streams too: request-timeout-seconds=-1",
            "port 8080 speaks HTTP/2, which may gather the events of a stream: http2-enabled=false",
            "port 8080 compresses, so it gathers events, and unpacks requests of any size: compression=off",
            "port 8080 takes 8192 bytes for the head of a request and answers longer ones in HTML:"
                    + " header-buffer-length-bytes=131072",
            "port 8080 has 5 request threads, where the bounds on slow clients want more: max-thread-pool-size=24",
            "the heap may have 128 MB, which is little for many large requests: -Xmx256m",
            "the process goes on, unusable, when its memory is used up: -XX:+ExitOnOutOfMemoryError",
            "header values beyond ASCII are answered with an empty 400:"
                    + " -Dorg.glassfish.grizzly.http.STRICT_HEADER_VALUE_VALIDATION_RFC_9110=false",
            "other users of this machine can read the database, /data/sidecar.mv.db: chmod 600, and a umask of 077 for"
                    + " what is made later");

    private final Set<String> sentences = new LinkedHashSet<>();

    private CoreMessages() {}

    static Set<String> all() {
        CoreMessages spoken = new CoreMessages();
        spoken.providers();
        spoken.models();
        spoken.names();
        spoken.clients();
        spoken.addresses();
        spoken.settings();
        spoken.failureRules();
        spoken.imports();
        spoken.importOptions();
        spoken.parameters();
        spoken.warnings();
        spoken.sentences.addAll(ELSEWHERE);
        spoken.sentences.addAll(List.of("no response head within 120 s", "no first content within 120 s"));
        return spoken.sentences;
    }

    /** JSON with ' for ". */
    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.read(text.replace('\'', '"'));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String object(int entries, String value) {
        return IntStream.range(0, entries)
                .mapToObj(i -> "'e" + i + "':" + value)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private void clients() {
        for (String fields : List.of(
                "",
                "'name':'open'",
                "'name':'n','budget_day_usd':0",
                "'name':'n','cidrs':['10.0.0.0/40']",
                "'name':'n','cidrs':1",
                "'name':'n','models':'m'",
                "'name':'n','expires_at':'soon'",
                "'name':'n','expires_at':'2020-01-01T00:00:00Z'",
                "'name':'n','color':'red'")) {
            said(ClientReader.create(Clients.named(""), json("{" + fields + "}"), FakeTime.BEGIN));
        }
        said(ClientReader.update(Clients.named("ann"), json("{'name':'bob'}"), FakeTime.BEGIN));
    }

    private void said(Parsed<?> parsed) {
        refused(parsed.errors());
        sentences.addAll(parsed.warnings());
    }

    private void refused(List<FieldError> errors) {
        errors.forEach(error -> sentences.add(error.message()));
    }

    private void provider(String... fields) {
        for (String field : fields) {
            ObjectNode body = json("{'name':'p','api_base_url':'http://h','api_key':'sk-good-key'}");
            body.setAll(json("{" + field + "}"));
            said(READER.create("bkd_1", body, Instant.EPOCH));
        }
    }

    private void providers() {
        refused(READER.create("bkd_1", Json.object(), Instant.EPOCH).errors());
        String longText = "'" + "x".repeat(5_000) + "'";
        provider(
                "'name':" + longText,
                "'name':5",
                "'name':'a\\u0001b'",
                "'label':[]",
                "'api':'soap'",
                "'pool':'swimming'",
                "'limiter':'none','cooldown_scope':7,'source':'elsewhere'",
                "'enabled':'yes'",
                "'rpm_limit':'many'",
                "'rpm_limit':-1,'rpd_limit':1.5,'tpm_limit':'x','max_concurrency':{},'weight':0,'timeout_seconds':9999",
                "'quota_group':" + longText,
                "'notes':" + longText,
                "'metadata':[]",
                "'metadata':{'x':'" + "x".repeat(100_001) + "'}",
                "'api_key':5",
                "'api_key':'sk-****1234'",
                "'api_key':'two words'",
                "'api_base_url':5",
                "'colour':'red'",
                "'headers':5",
                "'headers':" + object(51, "'v'"),
                "'headers':{'X-A':'1','x-a':'2'}",
                "'headers':{'bad name':'v'}",
                "'headers':{'Host':'h'}",
                "'headers':{'X-A':''}",
                "'headers':{'X-A':'ab****cd'}",
                "'api_base_url':'https://h.example/v1/messages'");
        mappings(
                "null",
                "5",
                object(5_001, "{}"),
                "{' m':{}}",
                "{'m\\u0001':{}}",
                "{'m':5}",
                "{'my model v2.5':{'native_id':'','colour':1}}",
                "{'m':{'native_id':'*'}}",
                "{'m':{'reasoning':1,'reasoning_effort':'no','context_window':0,'max_tokens':'x'}}",
                "{'m':{'input_modalities':[]}}",
                "{'m':{'input_modalities':['a b']}}",
                "{'gpt-4.1':{'cost':5}}",
                "{'gpt-4.1':{'cost':{'input':-1,'output':'x','cents':1}}}",
                "{'m':{'compat':[]}}",
                "{'m':{'compat':{'x':'" + "x".repeat(20_001) + "'}}}");
        Provider old = SomeProvider.named("old").build();
        refused(READER.update(old, "healthy", json("{'status':'ill'}"), Instant.EPOCH)
                .errors());
    }

    private void mappings(String... mappings) {
        for (String mapping : mappings) {
            provider("'model_mappings':" + mapping);
        }
    }

    private void models() {
        ModelSettings big = new ModelSettings(
                "big",
                List.of("gpt", "g2", "gp-*"),
                Optional.empty(),
                List.of("gone", "gp-5"),
                false,
                TranslationMode.DEFAULT);
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(SomeProvider.named("p1")
                        .maps("big", "b")
                        .maps("small", "s")
                        .maps("gpt", "g")
                        .build()),
                Map.of("big", big, "lost", ModelSettings.of("lost")));
        ModelReader reader = new ModelReader(catalog);
        for (String body : List.of(
                "{}",
                "{'model':' x'}",
                "{'model':'*'}",
                "{'model':'gpt'}",
                "{'model':'new','aliases':5}",
                "{'model':'new','aliases':['']}",
                "{'model':'new','aliases':['*']}",
                "{'model':'new','aliases':['a','a']}",
                "{'model':'new','aliases':['new']}",
                "{'model':'new','aliases':['small']}",
                "{'model':'new','aliases':['g2']}",
                "{'model':'new','aliases':['a**']}",
                "{'model':'new','aliases':['*a*b*c*d*e*f*g*h*']}",
                "{'model':'new','fallback_models':['new']}",
                "{'model':'new','overflow_wait_seconds':-2}",
                "{'model':'new','hidden':1}",
                "{'model':'new','translation':'off'}")) {
            refused(reader.create(json(body)).errors());
        }
        refused(reader.update(big, json("{'model':'other'}")).errors());
        sentences.addAll(ModelReader.warnings(big, catalog));
        sentences.addAll(ModelReader.warnings(ModelSettings.of("lost"), catalog));
        sentences.addAll(ModelReader.warnings(ModelSettings.of("gpt"), catalog));
    }

    private void names() {
        List<String> full = IntStream.range(0, 99).mapToObj(i -> "a" + i).toList();
        ProviderCatalog catalog = new ProviderCatalog(
                List.of(SomeProvider.named("p1").maps("gpt-5*", "g").build()),
                Map.of(
                        "full",
                        ModelSettings.of("full").withAliases(full),
                        "other",
                        ModelSettings.of("other").withAliases(List.of("claude-*"))));
        for (String body : List.of(
                "{}",
                "{'client':'cline','model':'m'}",
                "{'client':'claude-code','model':'m'}",
                "{'client':'codex','model':'m'}",
                "{'client':'codex','model':'codex-*'}",
                "{'client':'codex','model':'full'}")) {
            said(new ClientProgramReader(catalog).read(json(body)));
        }
    }

    private void addresses() {
        for (String url : List.of(
                "http://" + "h".repeat(3_000),
                "http://bücher.example",
                "http://h/%zz",
                "ftp://h",
                "http://user@h",
                "http://h#x",
                "http://h?api_key=x",
                "http://h:",
                "http://h:70000",
                "http://h/../x",
                "http://metadata.goog",
                "http://[::ffff:127.0.0.1]",
                "http://127.0.0.01")) {
            sentences.add("api_base_url " + UpstreamUrl.parse(url).fault().orElseThrow());
        }
        for (String address : List.of(
                "169.254.169.254",
                "192.0.0.1",
                "169.254.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "240.0.0.1",
                "64:ff9b::1",
                "2002::1",
                "2001::1",
                "::127.0.0.1",
                "127.0.0.1",
                "10.0.0.1",
                "100.64.0.1",
                "198.18.0.1",
                "fec0::1")) {
            String why = refusal(address);
            sentences.add("api_base_url must not lead to " + why + " (" + address + ")");
            sentences.add("nvidia-3: api_base_url must not lead to " + why + " (" + address + ")");
            sentences.add("example.org is at " + address + ", " + why);
        }
    }

    private static String refusal(String address) {
        try {
            return UpstreamAddressRules.refusal(InetAddress.getByName(address), false)
                    .orElseThrow();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private void settings() {
        for (Setting<?> setting : SettingsCatalog.all()) {
            for (String bad : List.of("", "x?!\u0001", "99999999999999", "x".repeat(5_000))) {
                setting.refusal(bad).ifPresent(sentences::add);
            }
            // what may be any line is always the same rule
            sentences.add(setting.kind().rule());
        }
        Settings settings = new Settings(Map.of("SIDECAR_COLOUR", "red"));
        sentences.addAll(settings.warnings());
        sentences.addAll(settings.table(Map.of("colour", "red", "queue_max_depth", "x", "failure_rules", "[5]")));
        sentences.addAll(settings.table(Map.of("failure_rules", rule("a++").replace('\'', '"'))));
    }

    private void failureRules() {
        for (String table : List.of(
                "other",
                "[" + " ".repeat(200_000) + "]",
                "[",
                "[01]",
                "[1e",
                "[" + "1".repeat(1_001) + "]",
                "[" + "'openai',".repeat(100) + "'openai']",
                "[5]",
                "[{'colour':1}]",
                "[{'status':200,'class':'client'}]",
                "[{'class':'client'}]",
                "[{'status':429}]",
                "[{'status':429,'class':'funny'}]",
                "[{'status':429,'class':'client','label':5}]",
                "[{'status':429,'class':'client','cooldown_seconds':-1}]",
                rule("("),
                rule("["),
                rule("*"),
                rule(")"),
                rule("a{3,1}"),
                rule("a++"),
                rule("[z-a]"),
                rule("\\\\i"),
                rule("a\\\\"),
                rule("(?z)"),
                rule("(?<a b>c)"),
                rule("(?<n>a)(?<n>b)"),
                rule("(?=a)"),
                rule("[a-z&&[b]]"),
                rule("(a{1000}){1000}"),
                "[" + (rule("x{400}").replaceAll("[\\[\\]]", "") + ",").repeat(12) + "'openai']")) {
            FailureRulesSetting.parse(table.replace('\'', '"'))
                    .fault()
                    .ifPresent(why -> sentences.add("failure_rules " + why));
        }
    }

    private static String rule(String body) {
        return "[{'status':429,'class':'client','body':'" + body + "'}]";
    }

    private static ImportPlan planned(String text, Optional<ImportFormat> format) {
        ImportOptions options = new ImportOptions(format, Json.object(), "", Optional.empty());
        return ImportPlan.of(text, options, ProviderCatalog.EMPTY, READER, () -> "bkd_1", Instant.EPOCH);
    }

    private void plan(String... texts) {
        for (String text : texts) {
            ImportPlan plan = planned(text, Optional.empty());
            refused(plan.errors());
            sentences.addAll(plan.warnings());
            plan.skipped().forEach(entry -> sentences.add(entry.where()));
            plan.leftOut().forEach(entry -> sentences.add(entry.reason()));
            // a path in the text is the same in all languages
            plan.leftOut().stream()
                    .map(ImportPlan.LeftOut::where)
                    .filter(where -> where.startsWith("line "))
                    .forEach(sentences::add);
        }
    }

    private void imports() {
        plan(
                "",
                "short",
                "nvapi-aaaa1",
                "api_key,rpm_limit,base_url\nsk-one-11,abc,http://h\nsk-two-22,5,ftp://h,more\nsk-three-33,5,ftp://h\n",
                "api_key;headers;base_url\nsk-one-11;tru;http://h\nsk-one-11;-;http://h\n",
                "api_key,base_url,colour\nsk-one-11,http://h,red\nsk-one-11,http://h,red\n",
                "ACME_API_KEY=sk-acme-key-1\nDEBUG=1\nNIM_API_KEY=\nA_API_KEY=${B}\nB_API_KEY=your-key-here",
                "nvapi-****1234 http://h me@example.com 2025-01-01 prose\n# nvapi-aaaa1",
                "prose\n".repeat(1_002),
                "{",
                "{\"a\":-",
                "{\"a\":\"a",
                "{}",
                "[{}, 5]",
                "[{\"api_key\":\"sk-****1234\",\"api_base_url\":\"http://h\"}]",
                "{\"providers\":{\"a\":5,\"b\":{},\"c\":{\"apiKey\":\"sk-cc-123\",\"models\":[{}]},"
                        + "\"d\":{\"apiKey\":\"sk-dd-123\",\"models\":5}}}");
        String same = "{\"api_key\":\"k-aaaaaaaa\",\"api_base_url\":\"http://h\"}";
        plan("[" + same + "," + same + "]");
        // the last of very many
        String many = "api_key,name\nsk-one-11,x\n" + "sk-two-22,x\n".repeat(2_001);
        List<FieldError> tooMany = planned(many, Optional.empty()).errors();
        refused(tooMany.stream().filter(error -> error.field().isEmpty()).toList());
        for (String text : List.of(
                "{",
                "[1 2]",
                "[1",
                "\"a",
                "[}",
                "tru",
                "\"\\x\"",
                "{\"a\":1,\"a\":1}",
                "\"\u0001\"",
                "[".repeat(70),
                "1 2",
                "")) {
            try {
                Json.read(text);
            } catch (MalformedJsonException e) {
                sentences.add("failure_rules is not valid JSON: " + e.reason());
            }
        }
    }

    private void importOptions() {
        for (String body : List.of(
                "{'text':'x','dry_run':'maybe'}",
                "{'text':'x','format':'zip'}",
                "{'text':'x','models':[1]}",
                "{'text':'x','defaults':[]}",
                "{'text':'x','name_prefix':'" + "x".repeat(81) + "'}",
                "{'text':'x','colour':1}")) {
            refused(ImportRequest.read(body.replace('\'', '"'), name -> null).errors());
        }
    }

    private void parameters() {
        QueryParameters parameters = new QueryParameters();
        parameters.integer("days", "many", 1, 1, 400);
        parameters.instant("from", "yesterday");
        parameters.choice("by", "colour", List.of("model", "provider"));
        refused(parameters.errors());
    }

    private void warnings() {
        Provider one = SomeProvider.named("one").group("team").rpm(10).build();
        Provider two = SomeProvider.named("two").group("team").rpm(20).bucket().build();
        sentences.addAll(QuotaGroupWarnings.warnings(one, new ProviderCatalog(List.of(one, two))));
        Provider three = SomeProvider.named("three").url("http://h").key("k").build();
        Provider four =
                SomeProvider.named("four").url("http://h").key("k").rpm(5).build();
        sentences.addAll(QuotaGroupWarnings.warnings(three, new ProviderCatalog(List.of(three, four))));
    }
}
