package dev.slicer.inference.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "slicer.inference")
public interface InferenceConfig {
    /** Folder of a checkpoint that is served as it is. Default: none, an announced one is served. */
    Optional<@CheckpointFolder Path> checkpoint();

    /** Which of the announced checkpoints is served: the {@code promoted} one, or the {@code newest} one, without a trial. */
    @WithDefault("promoted")
    Serve serve();

    enum Serve {
        /** The one that was found good enough, or that a person wants. */
        PROMOTED,
        /** The newest, as it is. */
        NEWEST
    }

    /**
     * What this instance is called in its events of checkpoints. Default: the host's name, {@code HOSTNAME}, or else
     * {@code inference}.
     */
    @WithDefault("${HOSTNAME:inference}")
    String instance();

    /** UTF-16 units of one text; a longer one is refused, never cut. */
    @WithDefault("200000")
    @Min(1)
    int maxTextLength();

    /** Documents in one request. */
    @WithDefault("1000")
    @Min(1)
    int maxDocuments();

    /**
     * How long a request, or a line of a stream, may take until it is answered with 504 and its work is dropped; callers ask
     * for less with {@code Request-Timeout}.
     */
    @WithDefault("30s")
    @DurationMin(inclusive = false, message = "must be more than 0, got ${validatedValue}")
    Duration requestTimeout();

    /**
     * Whether the page shows texts of the documents that are being tagged; they may be confidential, and all who reach the
     * port see them.
     */
    @WithDefault("false")
    boolean feedTexts();

    /** Texts of one request, or one batch of the stream, share the model's forward passes with others'. */
    Batching batching();

    interface Batching {
        /** How long an idle engine waits for company for the first of several requests. */
        @WithDefault("3ms")
        @DurationMin(message = "must not be negative, got ${validatedValue}")
        Duration maxWait();

        /** Sub-tokens of requests that may wait; more are refused with 429. */
        @WithDefault("4096")
        @Min(1)
        int maxQueuedTokens();
    }

    Stream stream();

    interface Stream {
        /**
         * Whether documents are read from Kafka; if not, with a fixed checkpoint and {@code slicer.topics.create=false}, no
         * Kafka is needed.
         */
        @WithDefault("true")
        boolean enabled();

        /** Consumer group; its instances share the documents. Default: the topics' prefix and {@code inference}. */
        @WithDefault("${slicer.topics.prefix:slicer.}inference")
        String group();

        /** Documents in one batch at most, which is one transaction; few of them leave forward passes half empty. */
        @WithDefault("256")
        @Min(1)
        int batchDocuments();

        /**
         * Bytes of a batch's records, unless the first alone has more; long texts make small batches and so short
         * transactions.
         */
        @WithDefault("262144")
        @Min(1)
        int batchBytes();

        /**
         * What follows the group and a hyphen in the transactional id; must differ between instances. With one that is the same
         * after a restart, an instance ends the transaction that a kill left open at once, instead of after 30 s. Default: made
         * up at each start.
         */
        Optional<String> transactionalId();

        /** How long a stop waits for the batches in flight. */
        @WithDefault("30s")
        @DurationMin(message = "must not be negative, got ${validatedValue}")
        Duration shutdownTimeout();
    }

    Trials trials();

    interface Trials {
        /**
         * Whether documents on trial are tagged with the checkpoints that they name; needs memory for a second model. Default: as
         * {@code slicer.inference.stream.enabled}, and {@code false} with a fixed checkpoint.
         */
        Optional<Boolean> enabled();

        /** Consumer group; one of its instances at a time has the trials. Default: the topics' prefix and {@code inference-trials}. */
        @WithDefault("${slicer.topics.prefix:slicer.}inference-trials")
        String group();

        /** How long a model on trial stays in memory without work. */
        @WithDefault("30s")
        @DurationMin(message = "must not be negative, got ${validatedValue}")
        Duration keepOpen();
    }

    /** A fixed checkpoint needs no store, and without the store no other can be tried. */
    default boolean takesTrials() {
        return trials().enabled().orElse(stream().enabled() && checkpoint().isEmpty());
    }
}
