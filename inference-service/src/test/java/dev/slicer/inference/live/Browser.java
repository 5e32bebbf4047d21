package dev.slicer.inference.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import dev.slicer.kafka.testing.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, driven over the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/). */
final class Browser implements AutoCloseable {
    /** What a machine needs for {@link #start} to bring a browser. */
    static final String NEEDED = "needs chromium and chromedriver";

    static final String TAB = "\uE004";
    static final String ENTER = "\uE007";
    static final String ESCAPE = "\uE00C";
    static final String CONTROL = "\uE009";

    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final URI session;

    private Browser(Process driver, int port, Path chromium) {
        this.driver = driver;
        URI sessions = URI.create("http://127.0.0.1:" + port + "/session");
        Map<String, Object> options = Map.of(
                "binary",
                chromium.toString(),
                "args",
                // The only pages it sees are the service's own.
                List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
        JsonNode value = send(
                "POST",
                sessions,
                Map.of(
                        "capabilities",
                        Map.of(
                                "alwaysMatch",
                                Map.of("goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL")))));
        this.session = URI.create(sessions + "/" + value.path("sessionId").asText());
    }

    /** Empty where Chromium or its driver is not installed. */
    static Optional<Browser> start() throws IOException {
        Optional<Path> chromium = onPath("chromium").or(() -> onPath("google-chrome"));
        Optional<Path> driver = onPath("chromedriver");
        if (chromium.isEmpty() || driver.isEmpty()) {
            return Optional.empty();
        }
        Process process = new ProcessBuilder(driver.get().toString(), "--port=0")
                .redirectErrorStream(true)
                .start();
        BufferedReader said = process.inputReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return Optional.of(new Browser(process, Integer.parseInt(started.group(1)), chromium.get()));
            }
        }
        throw new IOException("chromedriver ended without having started");
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(URI page) {
        send("POST", at("/url"), Map.of("url", page.toString()));
    }

    /** What a function's body returns, given {@code arguments}. */
    JsonNode script(String body, Object... arguments) {
        return send("POST", at("/execute/sync"), Map.of("script", body, "args", List.of(arguments)));
    }

    void await(String what, String condition, Object... arguments) {
        Patience.await(what)
                .until(() ->
                        script("return Boolean(" + condition + ")", arguments).asBoolean());
    }

    /** Presses keys one after the other, wherever the focus is. */
    void press(String... keys) {
        List<Map<String, String>> actions = new ArrayList<>();
        for (String key : keys) {
            actions.add(Map.of("type", "keyDown", "value", key));
            actions.add(Map.of("type", "keyUp", "value", key));
        }
        keys(actions);
    }

    /** Presses a key while another is held. */
    void pressWith(String held, String key) {
        keys(List.of(
                Map.of("type", "keyDown", "value", held),
                Map.of("type", "keyDown", "value", key),
                Map.of("type", "keyUp", "value", key),
                Map.of("type", "keyUp", "value", held)));
    }

    void type(String text) {
        press(text.codePoints().mapToObj(Character::toString).toArray(String[]::new));
    }

    private void keys(List<Map<String, String>> actions) {
        send(
                "POST",
                at("/actions"),
                Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
    }

    void hover(String selector) {
        JsonNode at = script(
                "const r = document.querySelector(arguments[0]).getClientRects()[0];"
                        + "return [Math.round(r.x + r.width / 3), Math.round(r.y + r.height / 2)]",
                selector);
        send(
                "POST",
                at("/actions"),
                Map.of(
                        "actions",
                        List.of(Map.of(
                                "type",
                                "pointer",
                                "id",
                                "mouse",
                                "actions",
                                List.of(Map.of(
                                        "type",
                                        "pointerMove",
                                        "duration",
                                        0,
                                        "x",
                                        at.get(0).asInt(),
                                        "y",
                                        at.get(1).asInt()))))));
    }

    void resize(int width, int height) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void prefersColorScheme(String scheme) {
        devTools(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private void devTools(String command, Map<String, Object> parameters) {
        send("POST", at("/goog/cdp/execute"), Map.of("cmd", command, "params", parameters));
    }

    /** What the page complained of since the last call, violations of its security policy among it. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        send("POST", at("/se/log"), Map.of("type", "browser"))
                .forEach(entry -> complaints.add(entry.path("message").asText()));
        return complaints;
    }

    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(send("GET", at("/screenshot"), Map.of()).asText()));
    }

    private URI at(String command) {
        return URI.create(session + command);
    }

    private JsonNode send(String method, URI address, Map<String, Object> body) {
        try {
            ObjectNode json = Json.mapper().valueToTree(body);
            HttpRequest request = HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            method.equals("POST") ? BodyPublishers.ofString(json.toString()) : BodyPublishers.noBody())
                    .build();
            JsonNode answer = Json.mapper()
                    .readTree(http.send(request, BodyHandlers.ofString()).body());
            if (answer.at("/value/error").isTextual()) {
                throw new IllegalStateException(answer.at("/value/message").asText());
            }
            return answer.path("value");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        send("DELETE", session, Map.of());
        driver.destroy();
    }
}
