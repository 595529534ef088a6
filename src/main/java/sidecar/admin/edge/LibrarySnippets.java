package sidecar.admin.edge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;
import sidecar.json.Json;
import sidecar.provider.Dialect;
import sidecar.provider.ModelMapping;

/**
 * Small programs in the libraries that people build agents with, all asking in chat completions. Each is empty when no
 * model is served so. Some of these libraries ask for responses by themselves; there the class is taken that does not.
 */
final class LibrarySnippets {

    private LibrarySnippets() {}

    private static Optional<String> chat(Front front, Function<ModelMapping, String> text) {
        return front.model(Dialect.CHAT).map(text);
    }

    /** With OpenAI's library for Python. */
    static Optional<String> python(Front front) {
        return chat(
                front,
                model -> lines(
                        pythonImports(front, "from openai import OpenAI"),
                        "",
                        "client = OpenAI(",
                        pythonClient(front),
                        ")",
                        "answer = client.chat.completions.create(",
                        "    model=" + Front.quoted(model.canonical()) + ",",
                        "    messages=[{\"role\": \"user\", \"content\": " + Front.quoted(Front.PROMPT) + "}],",
                        ")",
                        "print(answer.choices[0].message.content)"));
    }

    /** With OpenAI's library for JavaScript. */
    static Optional<String> javaScript(Front front) {
        return chat(
                front,
                model -> lines(
                        "import OpenAI from \"openai\";",
                        "",
                        "const client = new OpenAI({",
                        "  baseURL: " + Front.quoted(front.base()) + ",",
                        "  apiKey: " + scriptKey(front) + ",",
                        "  " + scriptPatience() + ",",
                        "});",
                        "const answer = await client.chat.completions.create({",
                        "  model: " + Front.quoted(model.canonical()) + ",",
                        "  messages: [{ role: \"user\", content: " + Front.quoted(Front.PROMPT) + " }],",
                        "});",
                        "console.log(answer.choices[0].message.content);"));
    }

    /** With Vercel's AI SDK. Its {@code openai()} asks for responses; the compatible provider does not. */
    static Optional<String> vercel(Front front) {
        return chat(
                front,
                model -> lines(
                        "import { createOpenAICompatible } from \"@ai-sdk/openai-compatible\";",
                        "import { generateText } from \"ai\";",
                        "",
                        "const sidecar = createOpenAICompatible({",
                        "  name: \"sidecar\",",
                        "  baseURL: " + Front.quoted(front.base()) + ",",
                        "  apiKey: " + scriptKey(front) + ",",
                        "  includeUsage: true,",
                        "});",
                        "const { text } = await generateText({",
                        "  model: sidecar.chatModel(" + Front.quoted(model.canonical()) + "),",
                        "  prompt: " + Front.quoted(Front.PROMPT) + ",",
                        "  " + scriptPatience() + ",",
                        "});",
                        "console.log(text);"));
    }

    /**
     * With LangChain for JavaScript. {@code ChatOpenAI} asks for responses when "codex" is part of the model's name,
     * whatever it is told ({@code _modelPrefersResponsesAPI} of @langchain/openai 1.5.8); {@code ChatOpenAICompletions}
     * never does.
     */
    static Optional<String> langChainJs(Front front) {
        return chat(
                front,
                model -> lines(
                        "import { ChatOpenAICompletions } from \"@langchain/openai\";",
                        "",
                        "const model = new ChatOpenAICompletions({",
                        "  model: " + Front.quoted(model.canonical()) + ",",
                        "  apiKey: " + scriptKey(front) + ",",
                        "  configuration: { baseURL: " + Front.quoted(front.base()) + " },",
                        "  " + scriptPatience() + ",",
                        "});",
                        "const answer = await model.invoke(" + Front.quoted(Front.PROMPT) + ");",
                        "console.log(answer.content);"));
    }

    /** With LlamaIndex, which asks for completions and believes in 3,900 LLM tokens unless it is told otherwise. */
    static Optional<String> llamaIndex(Front front) {
        return chat(
                front,
                model -> lines(
                        pythonImports(front, "from llama_index.llms.openai_like import OpenAILike"),
                        "",
                        "llm = OpenAILike(",
                        "    model=" + Front.quoted(model.canonical()) + ",",
                        "    api_base=" + Front.quoted(front.base()) + ",",
                        "    api_key=" + pythonKey(front) + ",",
                        "    is_chat_model=True,",
                        "    is_function_calling_model=True,",
                        "    context_window=" + model.contextWindow() + ",",
                        "    timeout=" + Front.TIMEOUT_SECONDS + ",",
                        "    max_retries=" + Front.RETRIES + ",",
                        ")",
                        "print(llm.complete(" + Front.quoted(Front.PROMPT) + "))"));
    }

    /** With OpenAI's Agents SDK, which by itself asks for responses and sends traces to OpenAI. */
    static Optional<String> agentsSdk(Front front) {
        return chat(
                front,
                model -> lines(
                        pythonImports(
                                front,
                                "from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled"),
                        "from openai import AsyncOpenAI",
                        "",
                        "set_tracing_disabled(True)  # traces go to OpenAI",
                        "client = AsyncOpenAI(",
                        pythonClient(front),
                        ")",
                        "model = OpenAIChatCompletionsModel(model=" + Front.quoted(model.canonical())
                                + ", openai_client=client)",
                        "agent = Agent(name=\"Assistant\", model=model)",
                        "print(Runner.run_sync(agent, " + Front.quoted(Front.PROMPT) + ").final_output)"));
    }

    /** On a command line. */
    static Optional<String> curl(Front front) {
        return chat(front, model -> {
            ObjectNode body = Json.object().put("model", model.canonical());
            body.putArray("messages").addObject().put("role", "user").put("content", Front.PROMPT);
            String token = front.tokenNeeded() ? " \\\n  -H \"Authorization: Bearer $" + Front.TOKEN + "\"" : "";
            return "curl -sS " + front.base() + "/chat/completions" + token
                    + " \\\n  -H 'Content-Type: application/json' \\\n  -d " + Front.shellWord(Json.write(body));
        });
    }

    private static String pythonImports(Front front, String first) {
        return (front.tokenNeeded() ? "import os\n" : "") + first;
    }

    private static String pythonKey(Front front) {
        return front.tokenNeeded() ? "os.environ[\"" + Front.TOKEN + "\"]" : Front.quoted(Front.NO_TOKEN);
    }

    private static String pythonClient(Front front) {
        return lines(
                "    base_url=" + Front.quoted(front.base()) + ",",
                "    api_key=" + pythonKey(front) + ",",
                "    timeout=" + Front.TIMEOUT_SECONDS + ",",
                "    max_retries=" + Front.RETRIES + ",");
    }

    private static String scriptKey(Front front) {
        return front.tokenNeeded() ? "process.env." + Front.TOKEN : Front.quoted(Front.NO_TOKEN);
    }

    private static String scriptPatience() {
        return "timeout: " + Front.TIMEOUT_MILLIS + ",\n  maxRetries: " + Front.RETRIES;
    }

    private static String lines(String... lines) {
        return String.join("\n", lines);
    }
}
