package dev.slicer.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slicer.models.fetching.ArtifactSource;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.hub.HuggingFaceHub;
import dev.slicer.models.hub.ModelReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that behaves as the hub does: large files by a redirect to another host, with their hash. */
class HuggingFaceHubTest {
    private static final ModelReference.HuggingFace MODEL = new ModelReference.HuggingFace("org/tiny", "main");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path root;

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer hub;
    private HttpServer storage;
    private volatile int breakAfterBytes = Integer.MAX_VALUE;
    private volatile boolean damaged;
    private volatile boolean guarded;

    @BeforeEach
    void startServers() throws IOException {
        files.put("config.json", "{\"model_type\":\"bert\"}".getBytes(StandardCharsets.UTF_8));
        files.put("tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        byte[] weights = new byte[300_000];
        new Random(7).nextBytes(weights);
        files.put("model.safetensors", weights);
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.createContext("/", this::answerAsHub);
        hub.start();
        storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        storage.createContext("/", this::answerAsStorage);
        storage.start();
    }

    @AfterEach
    void stopServers() {
        hub.stop(0);
        storage.stop(0);
    }

    @Test
    void shouldDownloadWhatASlicerModelNeeds() {
        // When
        Path folder = resolve();

        // Then
        assertThat(folder).isEqualTo(root.resolve("hf/org--tiny/main"));
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        assertThat(folder.resolve("tokenizer.json")).hasContent("{}");
        assertThat(folder.resolve("tokenizer_config.json")).doesNotExist();
    }

    @Test
    void shouldTakeAllFilesFromTheCommitOfTheFirst() {
        resolve();
        assertThat(requests).filteredOn(line -> line.startsWith("hub GET")).allMatch(line -> line.contains(COMMIT));
    }

    @Test
    void shouldRefuseAnotherCommitThanTheOneThatWasNamed() throws IOException {
        // Given
        ModelStore store = store(Optional.empty());
        String other = "f".repeat(40);

        // When and then
        assertThat(store.resolve(new ModelReference.HuggingFace("org/tiny", COMMIT), DownloadListener.none()))
                .exists();
        assertThatThrownBy(
                        () -> store.resolve(new ModelReference.HuggingFace("org/tiny", other), DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessage("hf:org/tiny@" + other + " came from the commit " + COMMIT
                        + ", not from the one that was asked for");
        assertThat(visible()).containsExactly(COMMIT);
    }

    @Test
    void shouldNotAskAgainForWhatIsThere() {
        // Given
        Path folder = resolve();
        hub.stop(0);

        // When, then
        assertThat(resolve()).isEqualTo(folder);
    }

    @Test
    void shouldResumeWhenTheConnectionBreaks() {
        // Given
        breakAfterBytes = 100_000;

        // When
        Path folder = resolve();

        // Then
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        assertThat(requests).anyMatch(line -> line.matches("storage GET .*model.safetensors Range bytes=[1-9]\\d*-.*"));
    }

    @Test
    void shouldResumeWhatAnEarlierRunLeft() throws IOException {
        // Given: every attempt of the first run breaks at once
        breakAfterBytes = 1000;
        assertThatThrownBy(this::resolve)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("cannot be fetched after 5 attempts")
                .hasMessageContaining("The next run goes on where this one stopped");
        assertThat(visible()).isEmpty();
        requests.clear();

        // When
        breakAfterBytes = Integer.MAX_VALUE;
        Path folder = resolve();

        // Then
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
        assertThat(requests).anyMatch(line -> line.matches("storage GET .*model.safetensors Range bytes=[1-9]\\d*-.*"));
        assertThat(visible()).containsExactly("main");
    }

    @Test
    void shouldDiscardThePartOfAFileThatHasChangedSince() throws IOException {
        // Given
        breakAfterBytes = 1000;
        assertThatThrownBy(this::resolve).isInstanceOf(ModelException.class);
        files.put("model.safetensors", new byte[2000]);

        // When
        breakAfterBytes = Integer.MAX_VALUE;
        Path folder = resolve();

        // Then
        assertThat(folder.resolve("model.safetensors")).hasBinaryContent(new byte[2000]);
        assertThat(root.resolve("hf/org--tiny/.main.parts")).doesNotExist();
    }

    @Test
    void shouldRefuseWeightsOfAWrongHash() throws IOException {
        // Given
        damaged = true;

        // When, then
        assertThatThrownBy(this::resolve)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("/model.safetensors came with SHA-256 ")
                .hasMessageContaining("where the hub names " + sha256(files.get("model.safetensors")));
        assertThat(visible()).isEmpty();

        // When: the damage is gone
        damaged = false;

        // Then
        assertThat(resolve().resolve("model.safetensors")).hasBinaryContent(files.get("model.safetensors"));
    }

    @Test
    void shouldNameAModelThatIsNotThere() {
        ModelReference.HuggingFace nowhere = new ModelReference.HuggingFace("org/nowhere", "v2");
        assertThatThrownBy(() -> store(Optional.empty()).resolve(nowhere, DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("/org/nowhere/resolve/v2/config.json is not there (404)")
                .hasMessageContaining("is hf:org/nowhere@v2 spelled right?");
    }

    @Test
    void shouldPointAtTheTokenWhenAModelIsGuarded() {
        // Given
        guarded = true;

        // When, then
        assertThatThrownBy(this::resolve)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is refused (401)")
                .hasMessageContaining("set HF_TOKEN");
    }

    @Test
    void shouldSendTheTokenToTheHubOnly() {
        // Given
        guarded = true;

        // When
        store(Optional.of("secret")).resolve(MODEL, DownloadListener.none());

        // Then
        assertThat(requests)
                .filteredOn(line -> line.startsWith("hub"))
                .allMatch(line -> line.endsWith("Bearer secret"));
        assertThat(requests)
                .filteredOn(line -> line.startsWith("storage"))
                .isNotEmpty()
                .noneMatch(line -> line.contains("secret"));
    }

    @Test
    void shouldRefusePickledWeights() {
        // Given
        files.put("pytorch_model.bin", files.remove("model.safetensors"));

        // When, then
        assertThatThrownBy(this::resolve)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has only pytorch_model.bin, a Python pickle");
        assertThat(requests).noneMatch(line -> line.contains("GET") && line.contains("pytorch_model.bin"));
    }

    @Test
    void shouldDownloadWeightsThatAreInSeveralFiles() {
        // Given
        divide("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        files.put("model-00001-of-00002.safetensors", files.remove("model.safetensors"));
        files.put("model-00002-of-00002.safetensors", new byte[5000]);

        // When
        Path folder = resolve();

        // Then
        for (String name : files.keySet()) {
            assertThat(folder.resolve(name)).hasBinaryContent(files.get(name));
        }
        assertThat(requests).filteredOn(line -> line.startsWith("hub GET")).allMatch(line -> line.contains(COMMIT));
    }

    @Test
    void shouldNameThePartOfTheWeightsThatIsMissingBeforeItFetchesAnother() {
        divide("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        files.put("model-00001-of-00002.safetensors", files.remove("model.safetensors"));

        assertThatThrownBy(this::resolve)
                .isInstanceOf(ModelException.class)
                .hasMessage("hf:org/tiny has no model-00002-of-00002.safetensors,"
                        + " which its model.safetensors.index.json names");
        assertThat(requests).noneMatch(line -> line.startsWith("storage"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../tokenizer.safetensors", "/tmp/x.safetensors", "model.bin"})
    void shouldFetchNothingElseOnAnIndexsWord(String part) {
        divide(part, part);
        files.remove("model.safetensors");

        assertThatThrownBy(this::resolve)
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("cannot store hf:org/tiny: ")
                .hasMessageEndingWith("model.safetensors.index.json: says that tensor 'a' is in \"" + part + "\"");
        assertThat(requests).noneMatch(line -> line.startsWith("storage"));
    }

    private void divide(String first, String second) {
        String index = "{\"weight_map\": {\"a\": \"" + first + "\", \"b\": \"" + second + "\"}}";
        files.put("model.safetensors.index.json", index.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldDownloadAVocabularyWithWhatLiesBesideItWhereThereIsNoTokenizerJson() {
        // Given
        files.put("vocab.txt", files.remove("tokenizer.json"));
        files.put("added_tokens.json", "{}".getBytes(StandardCharsets.UTF_8));
        files.put("tokenizer_config.json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8));

        // When
        Path folder = resolve();

        // Then
        for (String name : List.of("vocab.txt", "added_tokens.json", "tokenizer_config.json")) {
            assertThat(folder.resolve(name)).hasBinaryContent(files.get(name));
        }
    }

    @Test
    void shouldNameAFileThatTheModelLacks() {
        files.remove("tokenizer.json");
        assertThatThrownBy(this::resolve).hasMessageContaining("hf:org/tiny has no tokenizer.json and no vocab.txt");
        files.put("sentencepiece.bpe.model", new byte[10]);
        assertThatThrownBy(this::resolve)
                .hasMessageContaining("its sentencepiece.bpe.model alone is not read; transformers makes one");
    }

    private Path resolve() {
        return store(Optional.empty()).resolve(MODEL, DownloadListener.none());
    }

    private ModelStore store(Optional<String> token) {
        HuggingFaceHub client = new HuggingFaceHub(address(hub), token, Duration.ofMillis(1));
        ArtifactSource none = (coordinates, listener) -> {
            throw new AssertionError("no artifact is wanted");
        };
        return new ModelStore(root, none, MbertArtifact.PUBLISHED, client);
    }

    private void answerAsHub(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add("hub " + exchange.getRequestMethod() + " " + path + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        try (exchange) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (guarded && !exchange.getRequestHeaders().containsKey("Authorization")) {
                exchange.sendResponseHeaders(401, -1);
            } else if (!path.startsWith("/org/tiny/resolve/")) {
                exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
                exchange.sendResponseHeaders(404, -1);
            } else if (!files.containsKey(name)) {
                exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
                answerWithFile(exchange, name);
            }
        }
    }

    private void answerWithFile(HttpExchange exchange, String name) throws IOException {
        byte[] content = files.get(name);
        if (name.endsWith(".safetensors")) {
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + sha256(content) + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
            exchange.getResponseHeaders().set("Location", address(storage) + "/" + name);
            exchange.sendResponseHeaders(302, -1);
            return;
        }
        exchange.getResponseHeaders().set("ETag", "W/\"a1b2\"");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
    }

    private void answerAsStorage(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Optional<String> range =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"));
        requests.add("storage " + exchange.getRequestMethod() + " " + path
                + range.map(value -> " Range " + value).orElse("") + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        byte[] content = files.get(path.substring(1)).clone();
        if (damaged) {
            content[content.length / 2] ^= 1;
        }
        int from = range.map(value -> Integer.parseInt(value.replaceAll("\\D", "")))
                .orElse(0);
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        exchange.sendResponseHeaders(from == 0 ? 200 : 206, rest.length);
        exchange.getResponseBody().write(rest, 0, Math.min(rest.length, breakAfterBytes));
        exchange.getResponseBody().flush();
        // Closing before all was sent breaks the connection.
        exchange.close();
    }

    private List<String> visible() throws IOException {
        try (Stream<Path> paths = Files.list(root.resolve("hf/org--tiny"))) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }

    private static URI address(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
