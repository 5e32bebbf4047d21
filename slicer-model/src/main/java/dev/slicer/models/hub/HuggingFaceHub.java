package dev.slicer.models.hub;

import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fetches models from the HuggingFace hub, or from a mirror of it. An interrupted download is resumed, by the same call
 * or by a later one. Only safetensors are taken: other weights are Python pickles, which can run code when read.
 */
public final class HuggingFaceHub {
    static final URI DEFAULT_ENDPOINT = URI.create("https://huggingface.co");

    private static final String CONFIG = "config.json";
    private static final String SENTENCE_PIECE = "sentencepiece.bpe.model";
    private static final List<String> OPTIONAL =
            List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    /** Until the answer's headers; a body may take as long as it likes. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private static final int MAX_ATTEMPTS = 5;
    private static final int MAX_REDIRECTS = 5;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final URI endpoint;
    private final Optional<String> token;
    private final Duration pause;
    private final HttpClient http;

    /**
     * @param endpoint base address of the hub
     * @param token the user's, for models that are not public
     * @param pause between attempts after a broken connection
     */
    public HuggingFaceHub(URI endpoint, Optional<String> token, Duration pause) {
        this.endpoint = endpoint;
        this.token = token;
        this.pause = pause;
        // Redirects lead to other hosts, which must not see the token; so they are followed here and not by the client.
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** As the environment says: HF_ENDPOINT and HF_TOKEN, the names that HuggingFace's own tools use. */
    public static HuggingFaceHub ofEnvironment() {
        URI endpoint = environment("HF_ENDPOINT").map(URI::create).orElse(DEFAULT_ENDPOINT);
        return new HuggingFaceHub(endpoint, environment("HF_TOKEN"), Duration.ofSeconds(2));
    }

    /** Downloads the model into the folder, which appears when all of it is there and right. */
    public void install(ModelReference.HuggingFace model, Path folder, DownloadListener listener) {
        StagedFolder.discardAbandoned(folder);
        try (StagedFolder staged = StagedFolder.beside(folder)) {
            // What a broken download left behind stays beside the model until the model is whole.
            Path parts = Files.createDirectories(folder.resolveSibling("." + folder.getFileName() + ".parts"));
            Remote config = find(model, model.revision(), CONFIG)
                    .orElseThrow(
                            () -> new ModelException(model + " has no " + CONFIG + ": it is no transformers model"));
            // The branch may move while files are fetched: all of them come from the commit of the first.
            String revision = config.commit.orElse(model.revision());
            requirePinned(model, revision);
            Remote weights = weights(model, revision);
            download(tokenizer(model, revision), parts, staged.path(), listener);
            download(require(model, revision, CONFIG), parts, staged.path(), listener);
            for (String name : OPTIONAL) {
                Optional<Remote> remote = find(model, revision, name);
                if (remote.isPresent()) {
                    download(remote.get(), parts, staged.path(), listener);
                }
            }
            // Last, since a failure after them would throw them away.
            download(weights, parts, staged.path(), listener);
            if (weights.name.equals(ModelWeights.INDEX)) {
                for (Remote part : divided(model, revision, staged.path().resolve(ModelWeights.INDEX))) {
                    download(part, parts, staged.path(), listener);
                }
            }
            StoredModel.record(model + " (commit " + revision + ")", staged.path());
            staged.replace();
            discard(parts);
        } catch (CheckpointException | IOException failure) {
            throw new ModelException("cannot store " + model + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * A file of the hub.
     *
     * @param commit that its revision stands for
     * @param sha256 where the hub names one, which it does for large files
     */
    private record Remote(
            String name,
            URI address,
            Optional<String> commit,
            OptionalLong bytes,
            Optional<String> sha256,
            String etag) {

        /** Name of the part, which a change of the file on the hub changes too. */
        String partName() {
            String version = etag.replaceAll("[^A-Za-z0-9]", "");
            return name + "." + version.substring(0, Math.min(version.length(), 32)) + ".part";
        }
    }

    /** A commit that is named is the one that is fetched, whatever the hub makes of the name. */
    private static void requirePinned(ModelReference.HuggingFace model, String commit) {
        if (COMMIT.matcher(model.revision()).matches() && !commit.equalsIgnoreCase(model.revision())) {
            throw new ModelException(
                    model + " came from the commit " + commit + ", not from the one that was asked for");
        }
    }

    private Remote require(ModelReference.HuggingFace model, String revision, String name) {
        return find(model, revision, name)
                .orElseThrow(() -> new ModelException(model + " has no " + name + ", which Slicer needs"));
    }

    /** With the parts of files that have changed on the hub since. */
    private static void discard(Path parts) throws IOException {
        try (Stream<Path> files = Files.list(parts)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(parts);
    }

    /** The file with the weights, or the one that says which files have them. */
    private Remote weights(ModelReference.HuggingFace model, String revision) {
        return find(model, revision, ModelWeights.SINGLE)
                .or(() -> find(model, revision, ModelWeights.INDEX))
                .orElseThrow(() -> {
                    boolean pickled = find(model, revision, ModelWeights.PICKLE).isPresent();
                    return new ModelException(
                            pickled
                                    ? model + " has only " + ModelWeights.whyNotRead(ModelWeights.PICKLE)
                                            + "; or look for a revision or a copy of the model that has it"
                                    : model + " has no " + ModelWeights.SINGLE);
                });
    }

    /** All are asked for before the first is fetched. */
    private List<Remote> divided(ModelReference.HuggingFace model, String revision, Path index) {
        List<Remote> divided = new ArrayList<>();
        for (String name : ModelWeights.parts(index)) {
            divided.add(find(model, revision, name)
                    .orElseThrow(() -> new ModelException(
                            model + " has no " + name + ", which its " + ModelWeights.INDEX + " names")));
        }
        return divided;
    }

    private Remote tokenizer(ModelReference.HuggingFace model, String revision) {
        return find(model, revision, TokenizerFiles.TOKENIZER)
                .or(() -> find(model, revision, TokenizerFiles.VOCABULARY))
                .orElseThrow(() -> new ModelException(model + " has no " + TokenizerFiles.TOKENIZER + " and no "
                        + TokenizerFiles.VOCABULARY + ", one of which Slicer needs"
                        + (find(model, revision, SENTENCE_PIECE).isPresent()
                                ? "; its " + SENTENCE_PIECE + " alone is not read" + TokenizerFiles.HOW_TO_CONVERT
                                : "")));
    }

    /** Asks for a file's headers; empty when there is no such file. */
    private Optional<Remote> find(ModelReference.HuggingFace model, String revision, String name) {
        URI address = URI.create(trimSlash(endpoint.toString()) + "/" + model.repository() + "/resolve/"
                + revision.replace("/", "%2F") + "/" + name);
        HttpResponse<Void> answer = retrying(address, () -> head(address));
        HttpHeaders headers = answer.headers();
        int status = answer.statusCode();
        if (status == 404) {
            boolean modelExists = headers.firstValue("X-Error-Code")
                    .filter("EntryNotFound"::equals)
                    .isPresent();
            if (name.equals(CONFIG) && !modelExists) {
                throw new ModelException(
                        address + " is not there (404): is " + model + " spelled right?" + tokenHint());
            }
            return Optional.empty();
        }
        if (status == 401 || status == 403) {
            // The hub answers like this for a model that does not exist, too, when it does not know who asks.
            throw new ModelException(
                    address + " is refused (" + status + "): is " + model + " spelled right?" + tokenHint());
        }
        if (status / 100 != 2 && status / 100 != 3) {
            throw new ModelException(address + " answers with status " + status);
        }
        String etag = headers.firstValue("X-Linked-Etag")
                .or(() -> headers.firstValue("ETag"))
                .map(HuggingFaceHub::unquoted)
                .orElse("");
        OptionalLong bytes = headers.firstValueAsLong("X-Linked-Size");
        if (bytes.isEmpty() && status / 100 == 2) {
            bytes = headers.firstValueAsLong("Content-Length");
        }
        return Optional.of(new Remote(
                name,
                address,
                headers.firstValue("X-Repo-Commit"),
                bytes,
                Optional.of(etag).filter(value -> SHA256.matcher(value).matches()),
                etag));
    }

    /**
     * Follows redirects within the hub, as for a renamed model, but not the one to where large files are kept: the answer
     * that leads there is the one with their hash.
     */
    private HttpResponse<Void> head(URI address) throws IOException, InterruptedException {
        URI next = address;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpRequest request = request(next)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<Void> answer = http.send(request, HttpResponse.BodyHandlers.discarding());
            requireReady(answer);
            Optional<URI> target = redirect(next, answer);
            if (target.isEmpty()
                    || !isHub(target.get())
                    || answer.headers().firstValue("X-Linked-Etag").isPresent()) {
                return answer;
            }
            next = target.get();
        }
        throw tooManyRedirects(address);
    }

    private void download(Remote remote, Path parts, Path folder, DownloadListener listener) throws IOException {
        Path part = parts.resolve(remote.partName());
        retrying(remote.address, () -> {
            append(remote, part, listener);
            return part;
        });
        FileDigest found = FileDigest.of(part);
        Optional<String> wrong = remote.sha256.filter(Predicate.not(found.sha256()::equals));
        if (wrong.isPresent()) {
            Files.delete(part);
            throw new ModelException(remote.address + " came with SHA-256 " + found.sha256() + " where the hub names "
                    + wrong.get() + "; the download is thrown away");
        }
        Files.move(part, folder.resolve(remote.name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Fetches what the part lacks. */
    private void append(Remote remote, Path part, DownloadListener listener) throws IOException, InterruptedException {
        // Without an etag nobody knows whether the part belongs to the same file.
        if (remote.etag.isEmpty()) {
            Files.deleteIfExists(part);
        }
        long have = Files.exists(part) ? Files.size(part) : 0;
        if (remote.bytes.isPresent() && have == remote.bytes.getAsLong()) {
            return;
        }
        HttpResponse<InputStream> answer = get(remote.address, have);
        try (InputStream body = answer.body()) {
            requireReady(answer);
            int status = answer.statusCode();
            if (status == 416) {
                Files.delete(part);
                throw new IOException("the part fetched before does not fit the file");
            }
            if (status != 200 && status != 206) {
                throw new ModelException(remote.address + " answers with status " + status);
            }
            boolean resumed = status == 206;
            long done = resumed ? have : 0;
            String phase = "Downloading " + remote.name;
            listener.report(phase, done, remote.bytes);
            try (OutputStream out = Files.newOutputStream(
                    part,
                    StandardOpenOption.CREATE,
                    resumed ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                    out.write(buffer, 0, count);
                    done += count;
                    listener.report(phase, done, remote.bytes);
                }
            }
            if (remote.bytes.isPresent() && done < remote.bytes.getAsLong()) {
                throw new IOException("ended after " + done + " of " + remote.bytes.getAsLong() + " bytes");
            }
            if (remote.bytes.isPresent() && done > remote.bytes.getAsLong()) {
                Files.delete(part);
                throw new IOException("has more than its " + remote.bytes.getAsLong() + " bytes");
            }
        }
    }

    private HttpResponse<InputStream> get(URI address, long from) throws IOException, InterruptedException {
        URI next = address;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpRequest.Builder request = request(next).GET();
            if (from > 0) {
                request.header("Range", "bytes=" + from + "-");
            }
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            Optional<URI> target = redirect(next, answer);
            if (target.isEmpty()) {
                return answer;
            }
            answer.body().close();
            next = target.get();
        }
        throw tooManyRedirects(address);
    }

    private static Optional<URI> redirect(URI address, HttpResponse<?> answer) {
        if (answer.statusCode() / 100 != 3) {
            return Optional.empty();
        }
        Optional<URI> target = answer.headers().firstValue("Location").map(address::resolve);
        if ("https".equalsIgnoreCase(address.getScheme())
                && target.filter(to -> !"https".equalsIgnoreCase(to.getScheme()))
                        .isPresent()) {
            throw new ModelException(address + " redirects to " + target.get() + ", which is not encrypted");
        }
        return target;
    }

    private static ModelException tooManyRedirects(URI address) {
        return new ModelException(address + " redirects more than " + MAX_REDIRECTS + " times");
    }

    /** A hub that is overloaded may answer the next attempt. */
    private static void requireReady(HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() / 100 == 5 || answer.statusCode() == 429) {
            throw new IOException("status " + answer.statusCode());
        }
    }

    private HttpRequest.Builder request(URI address) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(ANSWER_TIMEOUT).header("User-Agent", "slicer");
        if (isHub(address)) {
            token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        }
        return request;
    }

    private boolean isHub(URI address) {
        return endpoint.getHost().equalsIgnoreCase(address.getHost())
                && endpoint.getScheme().equalsIgnoreCase(address.getScheme())
                && endpoint.getPort() == address.getPort();
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T retrying(URI address, Attempt<T> attempt) {
        for (int number = 1; ; number++) {
            try {
                return attempt.run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new ModelException("the download of " + address + " was interrupted", stopped);
            } catch (IOException failure) {
                if (number == MAX_ATTEMPTS) {
                    throw new ModelException(
                            address + " cannot be fetched after " + number + " attempts: " + failure
                                    + ". The next run goes on where this one stopped.",
                            failure);
                }
                sleep(address);
            }
        }
    }

    private void sleep(URI address) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ModelException("the download of " + address + " was interrupted", stopped);
        }
    }

    private String tokenHint() {
        return token.isPresent()
                ? " The token in HF_TOKEN may lack the right to read it."
                : " If the model is private or gated, set HF_TOKEN to a token that may read it.";
    }

    private static String unquoted(String etag) {
        return etag.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
    }

    private static String trimSlash(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }
}
