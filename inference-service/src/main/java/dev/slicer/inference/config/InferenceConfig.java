package dev.slicer.inference.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

@ConfigMapping(prefix = "slicer.inference")
public interface InferenceConfig {
    /** Folder of a checkpoint that is served as it is; when absent, an announced one is. */
    Optional<Path> checkpoint();

    /** Which of the announced checkpoints is served. */
    @WithDefault("promoted")
    Serve serve();

    enum Serve {
        /** The one that was found good enough, or that a person wants. */
        PROMOTED,
        /** The newest, as it is. */
        NEWEST
    }

    /** What this instance is called in the events that it writes of checkpoints. */
    @WithDefault("${HOSTNAME:inference}")
    String instance();

    /** UTF-16 units of one text; longer ones are refused, never cut. */
    @WithDefault("200000")
    int maxTextLength();

    /** Documents in one request. */
    @WithDefault("1000")
    int maxDocuments();

    /** How long a request may take; a caller can ask for less. */
    @WithDefault("30s")
    Duration requestTimeout();

    /** Whether the page's view of what is being tagged shows texts; they may be confidential. */
    @WithDefault("false")
    boolean feedTexts();

    /** Texts of one request, or one batch of the stream, share the model's forward passes with others'. */
    Batching batching();

    interface Batching {
        /** How long an idle engine waits for company for the first of several requests. */
        @WithDefault("3ms")
        Duration maxWait();

        /** Sub-tokens of requests that may wait; more are refused with 429. */
        @WithDefault("4096")
        int maxQueuedTokens();
    }

    Stream stream();

    interface Stream {
        /** Whether documents are read from Kafka. */
        @WithDefault("true")
        boolean enabled();

        /** Consumer group; instances in one group share the documents. */
        @WithDefault("${slicer.topics.prefix:slicer.}inference")
        String group();

        /** Documents of one batch, which is one Kafka transaction; with fewer there is not always a full forward pass ready. */
        @WithDefault("256")
        int batchDocuments();

        /** Bytes of a batch's records, unless the first alone has more: long texts make small batches. */
        @WithDefault("262144")
        int batchBytes();

        /** With the group's name before it, the transactional id; must differ between instances, made up at start when absent. */
        Optional<String> transactionalId();

        /** How long a stop waits for the batches at hand. */
        @WithDefault("30s")
        Duration shutdownTimeout();
    }

    Trials trials();

    interface Trials {
        /** Whether documents for checkpoints on trial are read; when absent, where the announced checkpoints and documents are. */
        Optional<Boolean> enabled();

        /** Consumer group; one instance of it at a time has the documents. */
        @WithDefault("${slicer.topics.prefix:slicer.}inference-trials")
        String group();

        /** How long a model on trial stays in memory without work. */
        @WithDefault("30s")
        Duration keepOpen();
    }

    /** A fixed checkpoint needs no store, and without the store no other can be tried. */
    default boolean takesTrials() {
        return trials().enabled().orElse(stream().enabled() && checkpoint().isEmpty());
    }

    /** @throws IllegalArgumentException naming the key */
    default void validate() {
        checkpoint().ifPresent(folder -> {
            if (!Files.isRegularFile(folder.resolve("config.json"))) {
                throw new IllegalArgumentException(
                        "slicer.inference.checkpoint: " + folder.toAbsolutePath() + " has no config.json");
            }
        });
        atLeastOne("max-text-length", maxTextLength());
        atLeastOne("max-documents", maxDocuments());
        if (requestTimeout().isNegative() || requestTimeout().isZero()) {
            throw new IllegalArgumentException(
                    "slicer.inference.request-timeout must be more than 0, got " + requestTimeout());
        }
        if (batching().maxWait().isNegative()) {
            throw new IllegalArgumentException("slicer.inference.batching.max-wait must not be negative, got "
                    + batching().maxWait());
        }
        atLeastOne("batching.max-queued-tokens", batching().maxQueuedTokens());
        if (trials().keepOpen().isNegative()) {
            throw new IllegalArgumentException(
                    "slicer.inference.trials.keep-open must not be negative, got " + trials().keepOpen());
        }
        atLeastOne("stream.batch-documents", stream().batchDocuments());
        atLeastOne("stream.batch-bytes", stream().batchBytes());
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("slicer.inference." + key + " must be at least 1, got " + value);
        }
    }
}
