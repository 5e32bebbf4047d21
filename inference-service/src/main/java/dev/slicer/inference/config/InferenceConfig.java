package dev.slicer.inference.config;

import dev.slicer.kafka.clients.GroupProtocol;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "slicer.inference")
public interface InferenceConfig {
    /**
     * Folder of a checkpoint that is served as it is, whatever is announced. Default: none, an announced
     * checkpoint is served.
     */
    Optional<@CheckpointFolder Path> checkpoint();

    /**
     * Which announced checkpoint is served: the {@code promoted} one, or the {@code newest}, which nobody has
     * tried.
     */
    @WithDefault("promoted")
    Serve serve();

    enum Serve {
        /** The one that was found good enough, or that a person wants. */
        PROMOTED,
        /** The newest, as it is. */
        NEWEST
    }

    /**
     * Name of this instance in its events on {@code slicer.checkpoint-telemetry}.
     * Default: the host's name, {@code HOSTNAME}, else {@code inference}.
     */
    @WithDefault("${HOSTNAME:inference}")
    String instance();

    /** Length of one text at most, in UTF-16 units. A longer text is refused and never cut. */
    @WithDefault("200000")
    @Min(1)
    int maxTextLength();

    /** Number of documents in one request at most. */
    @WithDefault("1000")
    @Min(1)
    int maxDocuments();

    /**
     * How long a request, or a line of a stream, may take. After that it is answered with 504 and its work is
     * dropped. Callers can ask for less with {@code Request-Timeout}.
     */
    @WithDefault("30s")
    @DurationMin(inclusive = false, message = "must be more than 0, got ${validatedValue}")
    Duration requestTimeout();

    /**
     * Whether the page shows the texts of what is being tagged. They may be confidential, and everyone who can
     * reach the port sees them.
     */
    @WithDefault("false")
    boolean feedTexts();

    /** Texts of one request, or one batch of the stream, share the model's forward passes with others'. */
    Batching batching();

    interface Batching {
        /** How long an idle engine waits after the first of several requests, so that they can share a forward pass. */
        @WithDefault("3ms")
        @DurationMin(message = "must not be negative, got ${validatedValue}")
        Duration maxWait();

        /** Number of sub-tokens of requests that may wait. Further requests are refused with 429. */
        @WithDefault("4096")
        @Min(1)
        int maxQueuedTokens();
    }

    Stream stream();

    interface Stream {
        /**
         * Whether to tag {@code slicer.documents}. With {@code false}, a fixed checkpoint and {@code
         * slicer.topics.create=false} no Kafka is needed.
         */
        @WithDefault("true")
        boolean enabled();

        /**
         * Consumer group. Instances of one group share the documents. Default: {@code slicer.topics.prefix}
         * and {@code inference}.
         */
        @WithDefault("${slicer.topics.prefix:slicer.}inference")
        String group();

        /**
         * How the instances of a group agree on who has which partitions: by the {@code classic} protocol, which
         * every broker knows, or by {@code consumer}, in which the broker decides (KIP-848; brokers of Kafka 4.0 and
         * later). Instances of both can run at once, so that it can be changed one instance after the other.
         * Default: {@code kafka.group.protocol}, else {@code classic}.
         */
        @WithDefault("${kafka.group.protocol:classic}")
        GroupProtocol groupProtocol();

        /**
         * Number of documents in one batch at most; a batch is one Kafka transaction. Small batches leave
         * forward passes half empty.
         */
        @WithDefault("256")
        @Min(1)
        int batchDocuments();

        /**
         * Bytes of the records of one batch at most, unless the first record alone has more. Long texts so
         * make small batches and short transactions.
         */
        @WithDefault("262144")
        @Min(1)
        int batchBytes();

        /**
         * What follows the group and a hyphen in the transactional id that Kafka sees; must differ between
         * instances. An instance that has the same one after a restart ends the transaction that a kill
         * left open at once instead of after 30 s. Default: made up at start.
         */
        Optional<String> transactionalId();

        /** How long a stop waits for the batches that are being tagged. */
        @WithDefault("30s")
        @DurationMin(message = "must not be negative, got ${validatedValue}")
        Duration shutdownTimeout();
    }

    Trials trials();

    interface Trials {
        /**
         * Whether to tag {@code slicer.trial-documents} with the checkpoints that they name. Needs memory
         * for a second model. Default: as {@code stream.enabled}, {@code false} with a fixed checkpoint.
         */
        Optional<Boolean> enabled();

        /**
         * Consumer group of the trials. Its instances share them. Default: {@code slicer.topics.prefix} and
         * {@code inference-trials}.
         */
        @WithDefault("${slicer.topics.prefix:slicer.}inference-trials")
        String group();

        /**
         * Bytes of memory that must stay free beside a model on trial, which takes about as much as its files. An
         * instance that has less leaves trials to others until it has.
         */
        @WithDefault("268435456")
        @Min(0)
        long spareBytes();

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
