package sidecar.connect.edge;

import java.util.Optional;
import java.util.function.Function;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;

/**
 * Small programs in the libraries that people build agents with, all asking in chat completions. Each is empty when no
 * model can be asked for so. Some of these libraries ask for responses by themselves; there the class is taken that does not.
 */
final class LibrarySnippets {

    private LibrarySnippets() {}

    private static Optional<String> chat(RecipeInput input, Function<ModelMapping, String> text) {
        return input.model(Dialect.CHAT).map(text);
    }

    /** With OpenAI's library for Python. */
    static Optional<String> python(RecipeInput input) {
        return chat(
                input,
                model -> lines(
                        pythonImports(input, "from openai import OpenAI"),
                        "",
                        "client = OpenAI(",
                        pythonClient(input),
                        ")",
                        "answer = client.chat.completions.create(",
                        "    model=" + RecipeInput.quoted(model.canonical()) + ",",
                        "    messages=[{\"role\": \"user\", \"content\": " + RecipeInput.quoted(RecipeInput.PROMPT)
                                + "}],",
                        ")",
                        "print(answer.choices[0].message.content)"));
    }

    /** With OpenAI's library for JavaScript. */
    static Optional<String> javaScript(RecipeInput input) {
        return chat(
                input,
                model -> lines(
                        "import OpenAI from \"openai\";",
                        "",
                        "const client = new OpenAI({",
                        "  baseURL: " + RecipeInput.quoted(input.base()) + ",",
                        "  apiKey: " + scriptKey(input) + ",",
                        "  " + scriptPatience() + ",",
                        "});",
                        "const answer = await client.chat.completions.create({",
                        "  model: " + RecipeInput.quoted(model.canonical()) + ",",
                        "  messages: [{ role: \"user\", content: " + RecipeInput.quoted(RecipeInput.PROMPT) + " }],",
                        "});",
                        "console.log(answer.choices[0].message.content);"));
    }

    /** With Vercel's AI SDK. Its {@code openai()} asks for responses; the compatible provider does not. */
    static Optional<String> vercel(RecipeInput input) {
        return chat(
                input,
                model -> lines(
                        "import { createOpenAICompatible } from \"@ai-sdk/openai-compatible\";",
                        "import { generateText } from \"ai\";",
                        "",
                        "const sidecar = createOpenAICompatible({",
                        "  name: \"sidecar\",",
                        "  baseURL: " + RecipeInput.quoted(input.base()) + ",",
                        "  apiKey: " + scriptKey(input) + ",",
                        "  includeUsage: true,",
                        "});",
                        "const { text } = await generateText({",
                        "  model: sidecar.chatModel(" + RecipeInput.quoted(model.canonical()) + "),",
                        "  prompt: " + RecipeInput.quoted(RecipeInput.PROMPT) + ",",
                        "  " + scriptPatience() + ",",
                        "});",
                        "console.log(text);"));
    }

    /**
     * With LangChain for JavaScript. {@code ChatOpenAI} asks for responses when "codex" is part of the model's name,
     * whatever it is told ({@code _modelPrefersResponsesAPI} of @langchain/openai 1.5.8); {@code ChatOpenAICompletions}
     * never does.
     */
    static Optional<String> langChainJs(RecipeInput input) {
        return chat(
                input,
                model -> lines(
                        "import { ChatOpenAICompletions } from \"@langchain/openai\";",
                        "",
                        "const model = new ChatOpenAICompletions({",
                        "  model: " + RecipeInput.quoted(model.canonical()) + ",",
                        "  apiKey: " + scriptKey(input) + ",",
                        "  configuration: { baseURL: " + RecipeInput.quoted(input.base()) + " },",
                        "  " + scriptPatience() + ",",
                        "});",
                        "const answer = await model.invoke(" + RecipeInput.quoted(RecipeInput.PROMPT) + ");",
                        "console.log(answer.content);"));
    }

    /** With LlamaIndex, which asks for completions and believes in 3,900 LLM tokens unless it is told otherwise. */
    static Optional<String> llamaIndex(RecipeInput input) {
        return chat(
                input,
                model -> lines(
                        pythonImports(input, "from llama_index.llms.openai_like import OpenAILike"),
                        "",
                        "llm = OpenAILike(",
                        "    model=" + RecipeInput.quoted(model.canonical()) + ",",
                        "    api_base=" + RecipeInput.quoted(input.base()) + ",",
                        "    api_key=" + pythonKey(input) + ",",
                        "    is_chat_model=True,",
                        "    is_function_calling_model=True,",
                        "    context_window=" + model.contextWindow() + ",",
                        "    timeout=" + RecipeInput.TIMEOUT_SECONDS + ",",
                        "    max_retries=" + RecipeInput.RETRIES + ",",
                        ")",
                        "print(llm.complete(" + RecipeInput.quoted(RecipeInput.PROMPT) + "))"));
    }

    /** With OpenAI's Agents SDK, which by itself asks for responses and sends traces to OpenAI. */
    static Optional<String> agentsSdk(RecipeInput input) {
        return chat(
                input,
                model -> lines(
                        pythonImports(
                                input,
                                "from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled"),
                        "from openai import AsyncOpenAI",
                        "",
                        "set_tracing_disabled(True)  # traces go to OpenAI",
                        "client = AsyncOpenAI(",
                        pythonClient(input),
                        ")",
                        "model = OpenAIChatCompletionsModel(model=" + RecipeInput.quoted(model.canonical())
                                + ", openai_client=client)",
                        "agent = Agent(name=\"Assistant\", model=model)",
                        "print(Runner.run_sync(agent, " + RecipeInput.quoted(RecipeInput.PROMPT) + ").final_output)"));
    }

    private static String pythonImports(RecipeInput input, String first) {
        return (input.tokenNeeded() ? "import os\n" : "") + first;
    }

    private static String pythonKey(RecipeInput input) {
        return input.tokenNeeded()
                ? "os.environ[\"" + RecipeInput.TOKEN + "\"]"
                : RecipeInput.quoted(RecipeInput.NO_TOKEN);
    }

    private static String pythonClient(RecipeInput input) {
        return lines(
                "    base_url=" + RecipeInput.quoted(input.base()) + ",",
                "    api_key=" + pythonKey(input) + ",",
                "    timeout=" + RecipeInput.TIMEOUT_SECONDS + ",",
                "    max_retries=" + RecipeInput.RETRIES + ",");
    }

    private static String scriptKey(RecipeInput input) {
        return input.tokenNeeded() ? "process.env." + RecipeInput.TOKEN : RecipeInput.quoted(RecipeInput.NO_TOKEN);
    }

    private static String scriptPatience() {
        return "timeout: " + RecipeInput.TIMEOUT_MILLIS + ",\n  maxRetries: " + RecipeInput.RETRIES;
    }

    private static String lines(String... lines) {
        return String.join("\n", lines);
    }
}
