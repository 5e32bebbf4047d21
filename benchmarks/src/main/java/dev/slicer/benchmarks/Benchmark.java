package dev.slicer.benchmarks;

import java.util.Arrays;

/** The benchmarks by name, and who runs them. */
enum Benchmark {
    TRAINING_STEP("training-step", TrainingStepSubject.class, "transformers_training_step.py"),
    TAGGING("tagging", TaggingSubject.class, "transformers_tagging.py");

    private final String name;
    private final Class<?> slicer;
    private final String peerScript;

    Benchmark(String name, Class<?> slicer, String peerScript) {
        this.name = name;
        this.slicer = slicer;
        this.peerScript = peerScript;
    }

    static Benchmark named(String name) {
        return Arrays.stream(values())
                .filter(benchmark -> benchmark.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no benchmark is named '" + name + "'"));
    }

    /** Main class of Slicer's subject. */
    Class<?> slicer() {
        return slicer;
    }

    String peerScript() {
        return peerScript;
    }

    @Override
    public String toString() {
        return name;
    }
}
