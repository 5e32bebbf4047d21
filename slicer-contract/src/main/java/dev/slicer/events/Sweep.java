package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.SliceSize;
import dev.slicer.hyperparameters.Snapshots;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A grid of fine-tuning runs: every source with every h, classifier mode, learning rate and seed. An axis that is left out has
 * the one value that is the {@linkplain Hyperparameters#defaults default}.
 *
 * @param name of the sweep, with which the names of its jobs begin
 * @param sources what is trained on: corpora by the name that scores have for them, such as {@code en}
 * @param h slice sizes, {@code standard} for standard fine-tuning
 * @param hyperparameters what all runs have in common; the axes of the grid play no part in it
 * @param averageRuns whether the weights of the runs that differ in the seed alone are averaged and scored as well
 * @param snapshots as in {@link TrainingRequest}, like all that is not named here
 */
public record Sweep(
        String name,
        String baseModel,
        Map<String, List<String>> sources,
        List<SliceSize> h,

        @JsonDeserialize(contentUsing = ClassifierDeserializer.class)
        List<ClassifierMode> classifier,

        List<Double> learningRate,
        List<Long> seeds,

        @JsonIgnoreProperties({"h", "classifier", "learningRate", "seed"})
        @JsonDeserialize(using = HyperparametersDeserializer.OfGrid.class)
        Hyperparameters hyperparameters,

        Map<String, String> labelMap,
        List<String> types,

        @JsonSerialize(using = SnapshotsJson.Serializer.class)
        @JsonDeserialize(using = SnapshotsJson.Deserializer.class)
        Snapshots snapshots,

        OptionalInt averageLast,
        Optional<Boolean> averageRuns,
        Optional<Benchmark> benchmark,

        @JsonInclude(Include.NON_EMPTY) List<String> attentionOn,
        OptionalInt tagColumn) {

    /** With source, axes and seed at their longest a job's name is shorter than a checkpoint's may be. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_]{0,15}");
    private static final int MOST_RUNS = 10_000;

    /** All that a run has but the seed. */
    private record Setting(String source, SliceSize h, ClassifierMode classifier, double learningRate) {
        String id() {
            return String.join(
                    "-", source, h.id(), classifier.name().toLowerCase(Locale.ROOT), "lr" + scientific(learningRate));
        }

        Hyperparameters with(Hyperparameters common, long seed) {
            return new Hyperparameters(
                    h.h(),
                    classifier,
                    learningRate,
                    common.weightDecay(),
                    common.adamEpsilon(),
                    common.warmup(),
                    common.batchSize(),
                    common.accumulation(),
                    common.epochs(),
                    common.maxSteps(),
                    common.maxLength(),
                    common.dropout(),
                    seed,
                    common.wordUpdates(),
                    common.loraRank());
        }

        /** As {@code 2.5e-5}, which a file's name can have. */
        private static String scientific(double value) {
            BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
            String digits = exact.unscaledValue().toString();
            String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
            return digits.charAt(0) + fraction + "e" + (digits.length() - 1 - exact.scale());
        }
    }

    /** @throws IllegalArgumentException naming the field and what it may be */
    public Sweep {
        if (!NAME.matcher(Require.notBlank("name", name)).matches()) {
            throw new IllegalArgumentException("name begins the names of checkpoints, so it has up to 40 of the "
                    + "characters a-z A-Z 0-9 . _ -, got \"" + name + "\"");
        }
        baseModel = baseModel == null ? "mbert" : Require.notBlank("baseModel", baseModel);
        sources = corporaBySource(sources);
        Hyperparameters defaults = Hyperparameters.defaults();
        h = axis("h", h == null ? List.of(new SliceSize(defaults.h())) : h);
        classifier = axis("classifier", classifier == null ? List.of(defaults.classifier()) : classifier);
        hyperparameters = hyperparameters == null ? defaults : hyperparameters;
        learningRate = axis("learningRate", learningRate == null ? List.of(defaults.learningRate()) : learningRate);
        for (double rate : learningRate) {
            new Setting("any", h.get(0), classifier.get(0), rate).with(hyperparameters, 0);
        }
        seeds = axis("seeds", seeds == null ? List.of(defaults.seed()) : seeds);
        for (long seed : seeds) {
            if (seed < 0) {
                throw new IllegalArgumentException("seeds must be at least 0, got " + seed);
            }
        }
        long runs = (long) sources.size() * h.size() * classifier.size() * learningRate.size() * seeds.size();
        if (runs > MOST_RUNS) {
            throw new IllegalArgumentException("the grid has " + runs + " runs, at most " + MOST_RUNS + " are taken");
        }
        labelMap = Require.all("labelMap", labelMap);
        types = types == null ? List.of("PER", "ORG", "LOC") : Require.texts("types", types);
        Require.notEmpty("types", types);
        snapshots = snapshots == null ? new Snapshots.None() : snapshots;
        TrainingRequest.requireModelsToAverage(averageLast, snapshots);
        if (averageRuns.orElse(false) && seeds.size() < 2) {
            throw new IllegalArgumentException("averageRuns needs at least two seeds, got " + seeds);
        }
        attentionOn = Require.texts("attentionOn", attentionOn);
        tagColumn = TrainingRequest.column(tagColumn);
    }

    private static Map<String, List<String>> corporaBySource(Map<String, List<String>> sources) {
        Require.notEmpty("sources", Require.present("sources", sources).keySet());
        Map<String, List<String>> copy = new LinkedHashMap<>();
        sources.forEach((source, corpora) -> {
            if (!SOURCE.matcher(source).matches()) {
                throw new IllegalArgumentException("sources: the name of a source has up to 16 of the characters "
                        + "a-z A-Z 0-9 _, got \"" + source + "\"");
            }
            Require.notEmpty("sources." + source, corpora);
            copy.put(source, Require.texts("sources." + source, corpora));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static <T> List<T> axis(String field, List<T> values) {
        Require.notEmpty(field, values);
        values.forEach(value -> Require.present(field, value));
        if (new HashSet<>(values).size() < values.size()) {
            throw new IllegalArgumentException(field + " has a value twice: " + values);
        }
        return List.copyOf(values);
    }

    /**
     * The runs, then the averages of runs. The same grid always gives the same jobs. A seed is run in all settings before
     * the next, so that settings can be compared early.
     */
    public List<TrainingRequest> jobs() {
        List<TrainingRequest> jobs = new ArrayList<>();
        for (long seed : seeds) {
            for (Setting setting : settings()) {
                jobs.add(run(setting, seed));
            }
        }
        if (averageRuns.orElse(false)) {
            settings().forEach(setting -> jobs.add(average(setting)));
        }
        return List.copyOf(jobs);
    }

    private List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (String source : sources.keySet()) {
            for (SliceSize size : h) {
                for (ClassifierMode mode : classifier) {
                    learningRate.forEach(rate -> settings.add(new Setting(source, size, mode, rate)));
                }
            }
        }
        return settings;
    }

    private String jobId(Setting setting, long seed) {
        return name + "-" + setting.id() + "-seed" + seed;
    }

    private TrainingRequest run(Setting setting, long seed) {
        return new TrainingRequest(
                jobId(setting, seed),
                baseModel,
                sources.get(setting.source()),
                List.of(),
                labelMap,
                types,
                setting.with(hyperparameters, seed),
                snapshots,
                averageLast,
                Optional.of(setting.source()),
                Optional.of(name),
                benchmark,
                attentionOn,
                tagColumn,
                Optional.empty());
    }

    private TrainingRequest average(Setting setting) {
        return new TrainingRequest(
                name + "-" + setting.id() + "-average",
                baseModel,
                List.of(),
                seeds.stream().map(seed -> jobId(setting, seed)).toList(),
                labelMap,
                types,
                setting.with(hyperparameters, seeds.get(0)),
                new Snapshots.None(),
                OptionalInt.empty(),
                Optional.of(setting.source()),
                Optional.of(name),
                benchmark,
                attentionOn,
                tagColumn,
                Optional.empty());
    }
}
