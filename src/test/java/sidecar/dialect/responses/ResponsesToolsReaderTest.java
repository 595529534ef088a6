package sidecar.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static sidecar.dialect.responses.ResponsesTrees.losses;
import static sidecar.dialect.responses.ResponsesTrees.read;
import static sidecar.dialect.responses.ResponsesTrees.tree;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.ReadRequest;
import sidecar.dialect.request.ToolDefinitions;
import sidecar.dialect.request.ToolDefinitions.Tool;
import sidecar.dialect.request.ToolDefinitions.ToolChoice;
import sidecar.dialect.request.ToolDefinitions.ToolChoiceMode;
import sidecar.dialect.request.ToolNames.ClientTool;
import sidecar.dialect.request.ToolNames.ToolKind;

class ResponsesToolsReaderTest {

    private static final String FREE_TEXT_SCHEMA =
            "{type: 'object', properties: {input: {type: 'string'}}, required: ['input'], additionalProperties: false}";
    private static final String FREE_TEXT = "The text goes into the string argument `input` just as it is.";

    private static ReadRequest readTools(String tools) throws InvalidRequestException {
        return read("{input: '', tools: [" + tools + "]}");
    }

    private static List<Tool> tools(String tools) throws InvalidRequestException {
        return readTools(tools).conversation().tools().tools();
    }

    @Test
    void aFunctionIsAsItIs() throws InvalidRequestException {
        List<Tool> tools = tools("{type: 'function', name: 'ls', description: 'Lists.', strict: true,"
                + " parameters: {type: 'object', properties: {dir: {type: 'string'}}}}");

        assertThat(tools)
                .containsExactly(new Tool(
                        "ls",
                        Optional.of("Lists."),
                        tree("{type: 'object', properties: {dir: {type: 'string'}}}"),
                        Optional.of(true)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", parameters: null, description: null, strict: null", ", defer_loading: true"})
    void aFunctionMayHaveNoParameters(String members) throws InvalidRequestException {
        ReadRequest read = readTools("{type: 'function', name: 'now'" + members + "}");

        assertThat(read.conversation().tools().tools())
                .containsExactly(
                        new Tool("now", Optional.empty(), tree("{type: 'object', properties: {}}"), Optional.empty()));
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void aCustomToolIsAFunctionOfOneStringThatTellsItsGrammar() throws InvalidRequestException {
        ReadRequest read = readTools("{type: 'custom', name: 'apply_patch', description: 'Edits files.',"
                + " format: {type: 'grammar', syntax: 'lark', definition: 'start: \"x\"'}}");

        assertThat(read.conversation().tools().tools())
                .containsExactly(new Tool(
                        "apply_patch",
                        Optional.of("Edits files.\n\n" + FREE_TEXT
                                + "\n\nFormat of `input`: grammar, syntax lark\nstart: \"x\""),
                        tree(FREE_TEXT_SCHEMA),
                        Optional.empty()));
        assertThat(read.names().clientTool("apply_patch").kind()).isEqualTo(ToolKind.CUSTOM);
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void aCustomToolMayHaveNoFormatOrPlainText() throws InvalidRequestException {
        assertThat(tools("{type: 'custom', name: 'a'}, {type: 'custom', name: 'b', format: {type: 'text'}}"))
                .extracting(tool -> tool.description().orElseThrow())
                .containsExactly(FREE_TEXT, FREE_TEXT + "\n\nFormat of `input`: text");
    }

    @Test
    void toolsOfANamespaceStandBesideTheOthers() throws InvalidRequestException {
        ReadRequest read = readTools("{type: 'namespace', name: 'mcp__fs', description: 'Files.', tools: ["
                + "{type: 'web_search'},"
                + "{type: 'function', name: 'ls', description: 'Lists.'}, {type: 'custom', name: 'write'}]},"
                + "{type: 'function', name: 'ls'}");

        assertThat(read.conversation().tools().tools())
                .extracting(Tool::name, tool -> tool.description().orElse("-"))
                .containsExactly(
                        tuple("mcp__fs__ls", "All tools of mcp__fs: Files.\n\nLists."),
                        tuple("mcp__fs__write", FREE_TEXT),
                        tuple("ls", "-"));
        assertThat(read.names().clientTool("mcp__fs__ls"))
                .isEqualTo(new ClientTool(ToolKind.FUNCTION, "ls", Optional.of("mcp__fs")));
        assertThat(read.names().clientTool("mcp__fs__write"))
                .isEqualTo(new ClientTool(ToolKind.CUSTOM, "write", Optional.of("mcp__fs")));
        assertThat(losses(read)).containsExactly("web_search");
    }

    @Test
    void aLongNameIsShortenedAndTurnedBack() throws InvalidRequestException {
        String name = "read_".repeat(20);
        ReadRequest read = readTools("{type: 'function', name: '" + name + "'}");

        String given = read.conversation().tools().tools().get(0).name();

        assertThat(given).hasSize(64).startsWith("read_read_");
        assertThat(read.names().clientTool(given)).isEqualTo(ClientTool.function(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local_shell", "shell", "apply_patch", "web_search", "web_search_preview", "file_search",
                "code_interpreter", "image_generation", "computer_use_preview", "computer", "mcp", "tool_search"
            })
    void hostedToolsAreLostByTheirKind(String type) throws InvalidRequestException {
        ReadRequest read = readTools("{type: '" + type + "', whatever: {}}, {type: 'function', name: 'f'}");

        assertThat(read.conversation().tools().tools()).extracting(Tool::name).containsExactly("f");
        assertThat(losses(read)).containsExactly(type);
    }

    @Test
    void aToolIsDeclaredOnce() throws InvalidRequestException {
        assertThat(
                        tools(
                                "{type: 'function', name: 'f', description: 'one'}, {type: 'function', name: 'f', description: 'one'}"))
                .extracting(tool -> tool.description().orElse("-"))
                .containsExactly("one");
    }

    @Test
    void anotherToolOfTheSameNameIsRefused() {
        assertThatThrownBy(
                        () -> tools("{type: 'function', name: 'f', description: 'one'}, {type: 'function', name: 'f'}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("tools[1].name: must be another one than that of every other tool");
    }

    @Test
    void anUnknownMemberOfAToolIsNamed() throws InvalidRequestException {
        ReadRequest read = readTools("{type: 'function', name: 'f', allowed_callers: ['programmatic']}");

        assertThat(losses(read)).containsExactly("tools.allowed_callers");
    }

    @Test
    void itemsOfTheInputMayDeclareTools() throws InvalidRequestException {
        ReadRequest read = read("{tools: [{type: 'function', name: 'a'}], input: ["
                + "{type: 'additional_tools', role: 'developer', tools: [{type: 'function', name: 'b'}]},"
                + "{type: 'tool_search_output', call_id: 'c', tools: [{type: 'namespace', name: 'n', tools: ["
                + "{type: 'function', name: 'c'}]}]}]}");

        assertThat(read.conversation().tools().tools()).extracting(Tool::name).containsExactly("a", "b", "n__c");
        assertThat(losses(read)).containsExactly("tool_search_output");
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "required, REQUIRED", "none, NONE"})
    void aWordChoosesAmongAll(String word, ToolChoiceMode mode) throws InvalidRequestException {
        ReadRequest read = read("{input: '', tools: [{type: 'function', name: 'f'}], tool_choice: '" + word
                + "', parallel_tool_calls: false}");

        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.of(mode));
        assertThat(read.conversation().tools().parallel()).contains(false);
        assertThat(losses(read)).isEmpty();
    }

    private static final String SOME = "{type: 'function', name: 'f'}, {type: 'custom', name: 'c'},"
            + " {type: 'namespace', name: 'n', tools: [{type: 'function', name: 'f'}, {type: 'function', name: 'g'}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: 'function', name: 'f'}                 | f",
                "{type: 'custom', name: 'c'}                   | c",
                "{type: 'function', name: 'g'}                 | n__g",
                "{type: 'function', name: 'f', namespace: 'n'} | n__f",
            })
    void oneToolMayBeNamed(String choice, String name) throws InvalidRequestException {
        ReadRequest read = read("{input: '', tools: [" + SOME + "], tool_choice: " + choice + "}");

        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.named(name));
        assertThat(losses(read)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: 'function', name: 'unknown'}",
                "{type: 'custom', name: 'f'}",
                "{type: 'function', name: 'f', namespace: 'm'}",
                "{type: 'web_search'}",
                "{type: 'mcp', server_label: 's'}"
            })
    void aChoiceOfALostToolIsLost(String choice) throws InvalidRequestException {
        ReadRequest read = read("{input: '', tools: [" + SOME + "], tool_choice: " + choice + "}");

        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.of(ToolChoiceMode.AUTO));
        assertThat(losses(read)).containsExactly("tool_choice");
    }

    @Test
    void nobodyCanBeMadeToCallOneOfNoTools() throws InvalidRequestException {
        ReadRequest read = read("{input: '', tools: [{type: 'web_search'}], tool_choice: 'required'}");

        assertThat(read.conversation().tools())
                .isEqualTo(new ToolDefinitions(List.of(), ToolChoice.of(ToolChoiceMode.AUTO), Optional.empty()));
        assertThat(losses(read)).containsExactly("web_search", "tool_choice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode: 'auto', tools: [{type: 'function', name: 'g'}]                             | AUTO     | n__g",
                "mode: 'required', tools: [{type: 'custom', name: 'c'}, {type: 'web_search'}]      | REQUIRED | c",
                "tools: [{type: 'namespace', name: 'n'}, {type: 'custom', name: 'c'}]              | AUTO     | c n__f n__g",
                "mode: 'auto', tools: [{type: 'function', name: 'f'}]                             | AUTO     | f n__f",
                "mode: 'auto', tools: [{type: 'mcp', server_label: 's'}]                          | NONE     | f c n__f n__g",
            })
    void onlyAllowedToolsAreLeft(String choice, ToolChoiceMode mode, String names) throws InvalidRequestException {
        ReadRequest read =
                read("{input: '', tools: [" + SOME + "], tool_choice: {type: 'allowed_tools', " + choice + "}}");

        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.of(mode));
        assertThat(read.conversation().tools().tools()).extracting(Tool::name).containsExactly(names.split(" "));
        assertThat(losses(read)).isEmpty();
    }

    @Test
    void aCallThatIsRequiredAmongLostToolsIsALoss() throws InvalidRequestException {
        ReadRequest read = read("{input: '', tools: [" + SOME
                + "], tool_choice: {type: 'allowed_tools', mode: 'required', tools: [{type: 'web_search'}]}}");

        assertThat(read.conversation().tools().choice()).isEqualTo(ToolChoice.of(ToolChoiceMode.NONE));
        assertThat(losses(read)).containsExactly("tool_choice");
    }
}
