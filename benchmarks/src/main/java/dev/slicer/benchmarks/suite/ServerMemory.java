package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Measurements;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.benchmarks.servers.InferenceServer;
import dev.slicer.benchmarks.servers.Load;
import dev.slicer.benchmarks.servers.Server;
import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.benchmarks.workload.Workload;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.vocabulary.NeededSubTokens;
import dev.slicer.vocabulary.VocabularyTrim;
import dev.slicer.vocabulary.VocabularyTrim.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Resident memory of servers that have been at work, each started anew for each run. */
public final class ServerMemory {
    private static final String TRIMMED = "slicer-trimmed-bf16";
    private static final int REQUESTS = 500;
    private static final int QUICK_REQUESTS = 100;
    private static final int CLIENTS = 4;
    /** Every tenth request has a text of so many sentences. */
    private static final int LONG_TEXT = 20;

    private static final Duration SETTLING = Duration.ofSeconds(2);

    private final BenchmarkOptions options;
    private final Inputs inputs;
    private final Measurements measurements;

    public ServerMemory(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
        this.measurements = new Measurements(options.figureName());
    }

    public boolean measure() throws IOException, InterruptedException {
        Path checkpoint = inputs.checkpoint();
        List<String> texts = mixed(inputs.texts(checkpoint));
        Set<String> missing = new LinkedHashSet<>();
        try (WorkFolder folder = WorkFolder.in(inputs.folder())) {
            Path trimmed = folder.path().resolve("trimmed");
            if (options.contestants().stream()
                    .anyMatch(contestant -> contestant.name().equals(TRIMMED))) {
                trim(checkpoint, trimmed);
            }
            Servers servers = new Servers(options, folder);
            for (int run = 1; run <= options.runs(); run++) {
                for (Contestant contestant : options.contestants()) {
                    Optional<Server> started = missing.contains(contestant.name())
                            ? Optional.empty()
                            : servers.start(contestant, contestant.name().equals(TRIMMED) ? trimmed : checkpoint);
                    if (started.isEmpty()) {
                        missing.add(contestant.name());
                        continue;
                    }
                    try (Server server = started.get()) {
                        run(contestant.name(), server, texts);
                    }
                }
            }
        }
        measurements.print();
        return missing.isEmpty() || options.only().isEmpty();
    }

    private void run(String subject, Server server, List<String> texts) {
        int requests = options.isQuick() ? QUICK_REQUESTS : REQUESTS;
        Answers answers = new Load(server.address(), texts).closedLoop(CLIENTS, Load.times(requests));
        int accepted = answers.count(Answers.Answer::accepted);
        if (accepted < requests) {
            throw new IllegalStateException(subject + " answered " + accepted + " of " + requests + " requests");
        }
        InferenceServer.pause(SETTLING);
        ResidentMemory memory = server.memory();
        Progress.say(
                "  %s: %.0f MiB resident, %.0f at most; %.0f its own, %.0f of files",
                subject, memory.residentMib(), memory.peakMib(), memory.anonymousMib(), memory.mappedMib());
        measurements.add(subject, "resident-memory", "MiB", memory.residentMib());
        measurements.add(subject, "peak-memory", "MiB", memory.peakMib());
        measurements.add(subject, "anonymous-memory", "MiB", memory.anonymousMib());
        measurements.add(subject, "file-memory", "MiB", memory.mappedMib());
    }

    private static List<String> mixed(List<String> sentences) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < sentences.size(); i++) {
            texts.add(
                    i % 10 == 9
                            ? String.join(" ", sentences.subList(i, Math.min(i + LONG_TEXT, sentences.size())))
                            : sentences.get(i));
        }
        return texts;
    }

    /** As {@code ./slicer trim --corpus … --bf16} does. */
    private void trim(Path checkpoint, Path trimmed) {
        try (NeededSubTokens needed = new NeededSubTokens(ModelFiles.in(checkpoint))) {
            Workload.tests(options.data())
                    .values()
                    .forEach(corpus -> needed.addCorpus(Corpora.open(corpus, LabelMap.identity())));
            BitSet kept = needed.ids();
            Progress.say("trimmed to %d sub-tokens", kept.cardinality());
            VocabularyTrim.write(ModelFiles.in(checkpoint), kept, Storage.BF16, trimmed);
        }
    }
}
