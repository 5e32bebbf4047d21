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
            peer("transformers", "transformers_training_step.py")),
    TAGGING(
            "tagging",
            own("slicer", TaggingSubject.class),
            peer("transformers", "transformers_tagging.py"),
            peer("onnxruntime", "onnxruntime_tagging.py")),
    KAFKA_PATH("kafka-path", own("offline", TaggingSubject.class), own("kafka", KafkaSubject.class)),
    REST_LATENCY("rest-latency", new Service("slicer"), peer("transformers", "transformers_server.py")),
    MEMORY(
            "memory",
            new Service("slicer"),
            new Service("slicer-trimmed-bf16"),
            peer("transformers", "transformers_server.py")),
    SWAP("swap", new Service("slicer")),
    SOAK("soak", new Service("slicer"));

    private final String name;
    private final List<Contestant> contestants;

    /** A subject of the benchmark. */
    sealed interface Contestant {
        String name();
    }

    /** One that is part of Slicer and so must be measured. */
    record Own(String name, Class<?> main) implements Contestant {}

    /** The inference service, which must be measured too. */
    record Service(String name) implements Contestant {}

    /** One that is measured where it can be had. */
    record Peer(String name, String script) implements Contestant {}

    Benchmark(String name, Contestant... contestants) {
        this.name = name;
        this.contestants = List.of(contestants);
    }

    private static Contestant own(String name, Class<?> main) {
        return new Own(name, main);
    }

    private static Contestant peer(String name, String script) {
        return new Peer(name, script);
    }

    static Benchmark named(String name) {
        return Arrays.stream(values())
                .filter(benchmark -> benchmark.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no benchmark is named '" + name + "'"));
    }

    List<Contestant> contestants() {
        return contestants;
    }

    @Override
    public String toString() {
        return name;
    }
}
