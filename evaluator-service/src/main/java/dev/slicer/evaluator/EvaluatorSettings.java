package dev.slicer.evaluator;

import dev.slicer.evaluator.drift.DriftSettings;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.promotion.TrialSettings;
import dev.slicer.events.Topics;
import dev.slicer.kafka.topics.Retention;
import dev.slicer.metrics.Tolerances;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.hibernate.validator.constraints.time.DurationMin;

/** What can be configured of the evaluator alone. */
@ConfigMapping(prefix = "slicer.evaluator")
@KeepGoldInBounds
public interface EvaluatorSettings {
    String MORE_THAN_NOTHING = "must be more than 0, got ${validatedValue}";
    String A_SHARE = "must be between 0 and 1, got ${validatedValue}";

    /**
     * The consumer group that shares the documents; Kafka Streams' application id. Default: {@code slicer.topics.prefix} and
     * {@code evaluator}.
     */
    Optional<@Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String> group();

    /**
     * Name of this instance in its events on {@code slicer.checkpoint-events}. Default: the host's name, {@code
     * HOSTNAME}, else {@code evaluator}.
     */
    @WithDefault("${HOSTNAME:evaluator}")
    @NotBlank
    String instance();

    /** Number of threads that share this instance's partitions. */
    @WithDefault("1")
    @Min(1)
    int threads();

    /** How long a labelled document waits for an answer. After that it counts as missed, until its answer comes. */
    @WithDefault("10m")
    @DurationMin(inclusive = false, message = MORE_THAN_NOTHING)
    Duration waitForAnswer();

    /**
     * How long a labelled document can be answered by further models since it was last published, and how long
     * a score counts. At most as long as labelled documents and scores are kept, {@code slicer.topics.retention}.
     */
    @WithDefault("90d")
    @DurationMin(inclusive = false, message = MORE_THAN_NOTHING)
    Duration keepGold();

    /**
     * Where labelled documents and scores are kept: in {@code memory}, about the size of the documents themselves and 250
     * bytes for each document and model that has been scored, or on
     * {@code disk} (RocksDB).
     */
    @WithDefault("memory")
    State state();

    /** Folder for locks, and for what is kept on disk. It may be lost. */
    @WithDefault("${java.io.tmpdir}/slicer-evaluator")
    String stateFolder();

    /**
     * Number of copies of what the join and the totals of scores remember that other instances keep up to date, so that
     * they take over at once. Each takes as much memory or disk as the first.
     */
    @WithDefault("0")
    @Min(0)
    int standbys();

    /**
     * Name under which Kafka knows this instance again when it comes back, so that its partitions wait for it instead of
     * going to others; different for each instance, the same after a restart. Default: none, so that an instance that
     * stops hands its partitions over at once.
     */
    Optional<@Pattern(regexp = "[a-zA-Z0-9._-]{1,200}", message = "must have up to 200 of a-z A-Z 0-9 . _ -") String>
            member();

    enum State {
        MEMORY,
        DISK
    }

    /** Names of known benchmarks, separated by commas. Documents of others go to the dead letters. Default: any. */
    Optional<Set<String>> benchmarks();

    /** Known entity types, separated by commas. Documents with others go to the dead letters. Default: any. */
    Optional<Set<String>> types();

    /** Whether labelled documents go out without their words, so that words are found as in all other documents. */
    @WithDefault("false")
    boolean rawText();

    Promotion promotion();

    interface Promotion {
        /** Whether this instance takes part in deciding about candidates. */
        @WithDefault("true")
        boolean enabled();

        /** Benchmarks that decide, separated by commas. Default: all. */
        Optional<Set<String>> benchmarks();

        /** Number of documents of each language of each benchmark that are tagged for a comparison. */
        @WithDefault("200")
        @Min(1)
        int maxDocuments();

        /** How long a comparison waits for the next answer. After that it is set aside. */
        @WithDefault("30m")
        @DurationMin(inclusive = false, message = MORE_THAN_NOTHING)
        Duration timeout();

        /** How long a comparison may take though answers come. After that it is set aside for others. */
        @WithDefault("1d")
        @DurationMin(inclusive = false, message = MORE_THAN_NOTHING)
        Duration limit();

        /** By how much the mean F1 of all languages may fall; 0.01 is a point. */
        @WithDefault("0.01")
        @DecimalMin(value = "0", message = A_SHARE)
        @DecimalMax(value = "1", message = A_SHARE)
        double macroTolerance();

        /** By how much the F1 of a language may fall that has no tolerance of its own. */
        @WithDefault("0.05")
        @DecimalMin(value = "0", message = A_SHARE)
        @DecimalMax(value = "1", message = A_SHARE)
        double languageTolerance();

        /** By how much the F1 of one language may fall; the name is its code. Default: {@code language-tolerance}. */
        Map<String, @DecimalMin(value = "0", message = A_SHARE) @DecimalMax(value = "1", message = A_SHARE) Double>
                /**
                 * By how much the F1 of one language may fall; the name is its code. Default: {@code
                 * language-tolerance}.
                 */
                languageTolerances();
    }

    Metrics metrics();

    interface Metrics {
        /**
         * Number of models with gauges of their scores, the promoted one and the one on trial not counted: those that
         * answered last. {@code GET /v1/report} has all.
         */
        @WithDefault("4")
        @Min(0)
        int scoredModels();

        /**
         * Number of the newest checkpoints that have gauges of their own, beside the promoted one and those on trial. REST
         * has all of them.
         */
        @WithDefault("20")
        @Min(1)
        int models();
    }

    Drift drift();

    interface Drift {
        /** Length of the window of the last documents. */
        @WithDefault("1h")
        @DurationMin(inclusive = false, message = MORE_THAN_NOTHING)
        Duration current();

        /** Length of the window before that one, which it is compared with. */
        @WithDefault("24h")
        @DurationMin(inclusive = false, message = MORE_THAN_NOTHING)
        Duration reference();

        /** Number of documents that both windows must have. */
        @WithDefault("200")
        @Min(1)
        int minDocuments();
    }

    /**
     * @param retention of topics, where it is no broker's alone
     * @throws IllegalArgumentException where a topic loses what counts still
     */
    default void requireKept(Topics topics, Function<String, Optional<Retention>> retention) {
        for (String topic : List.of(topics.scores(), topics.labelledDocuments())) {
            retention.apply(topic).filter(kept -> !kept.covers(keepGold())).ifPresent(kept -> {
                throw new IllegalArgumentException("slicer.evaluator.keep-gold must be at most " + kept + ", for which "
                        + topic + " is kept (slicer.topics.retention), got " + keepGold());
            });
        }
    }

    default String groupFor(Topics topics) {
        return group().orElse(topics.prefix() + "evaluator");
    }

    /** @param maxBytes of each record that is made of a labelled document */
    default GoldRules goldRules(IntSupplier maxBytes) {
        return new GoldRules(benchmarks().orElse(Set.of()), types().orElse(Set.of()), rawText(), maxBytes);
    }

    default TrialSettings trialSettings() {
        return new TrialSettings(
                new Tolerances(
                        promotion().macroTolerance(),
                        promotion().languageTolerance(),
                        promotion().languageTolerances()),
                promotion().benchmarks().orElse(Set.of()),
                promotion().maxDocuments(),
                promotion().timeout(),
                promotion().limit(),
                keepGold());
    }

    default DriftSettings driftSettings() {
        return new DriftSettings(drift().current(), drift().reference(), drift().minDocuments());
    }
}
