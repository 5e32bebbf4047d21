package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.servers.KafkaSubject;
import dev.slicer.benchmarks.subjects.TaggingSubject;
import dev.slicer.benchmarks.subjects.TrainingStepSubject;
import java.util.Arrays;
import java.util.List;

/** The benchmarks by name, and who runs them. */
public enum Benchmark {
    TRAINING_STEP(
            "training-step",
            own("slicer", TrainingStepSubject.class),
            setting("slicer-lora-8", TrainingStepSubject.class, "8"),
            setting("slicer-lora-16", TrainingStepSubject.class, "16"),
            peer("transformers", "transformers_training_step.py", "fp32"),
            peer("transformers-bf16", "transformers_training_step.py", "bf16")),
    TAGGING(
            "tagging",
            own("slicer", TaggingSubject.class),
            setting("slicer-fp32", TaggingSubject.class, "fp32"),
            setting("slicer-bf16", TaggingSubject.class, "bf16"),
            setting("slicer-int8", TaggingSubject.class, "int8"),
            peer("transformers", "transformers_tagging.py"),
            peer("onnxruntime", "onnxruntime_tagging.py", "fp32"),
            peer("onnxruntime-int8", "onnxruntime_tagging.py", "int8"),
            peer("openvino-bf16-latency", "openvino_tagging.py", "bf16", "latency"),
            peer("openvino-bf16-throughput", "openvino_tagging.py", "bf16", "throughput"),
            peer("openvino-int8-latency", "openvino_tagging.py", "int8", "latency"),
            peer("openvino-int8-throughput", "openvino_tagging.py", "int8", "throughput")),
    KAFKA_PATH("kafka-path", own("offline", TaggingSubject.class, "served"), own("kafka", KafkaSubject.class)),
    REST_LATENCY(
            "rest-latency",
            new Service("slicer"),
            peer("transformers", "transformers_server.py"),
            peer("onnxruntime-int8", "onnxruntime_server.py")),
    REST_FAIRNESS("rest-fairness", new Service("slicer")),
    MEMORY(
            "memory",
            new Service("slicer"),
            new Service("slicer-trimmed-bf16"),
            peer("transformers", "transformers_server.py"),
            peer("onnxruntime-int8", "onnxruntime_server.py")),
    SWAP("swap", new Service("slicer")),
    SOAK("soak", new Service("slicer"));

    private final String name;
    private final List<Contestant> contestants;

    /** A subject of the benchmark. */
    sealed interface Contestant {
        String name();
    }

    /**
     * One that is part of Slicer and so must be measured.
     *
     * @param settings arguments of its own
     * @param byDefault whether it is measured where no subject is named
     */
    record Own(String name, Class<?> main, List<String> settings, boolean byDefault) implements Contestant {}

    /** The inference service, which must be measured too. */
    record Service(String name) implements Contestant {}

    /**
     * One that is measured where it can be had.
     *
     * @param settings arguments of its own
     */
    record Peer(String name, String script, List<String> settings) implements Contestant {}

    Benchmark(String name, Contestant... contestants) {
        this.name = name;
        this.contestants = List.of(contestants);
    }

    private static Contestant own(String name, Class<?> main, String... settings) {
        return new Own(name, main, List.of(settings), true);
    }

    /** Another setting of Slicer's, measured where it is asked for. */
    private static Contestant setting(String name, Class<?> main, String... settings) {
        return new Own(name, main, List.of(settings), false);
    }

    private static Contestant peer(String name, String script, String... settings) {
        return new Peer(name, script, List.of(settings));
    }

    static Benchmark named(String name) {
        return Arrays.stream(values())
                .filter(benchmark -> benchmark.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no benchmark is named '" + name + "'"));
    }

    /**
     * The subjects of these names; where none is named, all but Slicer's other settings.
     *
     * @throws IllegalArgumentException naming one that there is not
     */
    List<Contestant> contestants(List<String> names) {
        List<String> known = contestants.stream().map(Contestant::name).toList();
        names.stream().filter(one -> !known.contains(one)).findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException(
                    "no subject of " + name + " is named '" + unknown + "': " + String.join(", ", known));
        });
        return contestants.stream()
                .filter(contestant -> names.isEmpty()
                        ? !(contestant instanceof Own own) || own.byDefault()
                        : names.contains(contestant.name()))
                .toList();
    }

    @Override
    public String toString() {
        return name;
    }
}
