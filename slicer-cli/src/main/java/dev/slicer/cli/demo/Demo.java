package dev.slicer.cli.demo;

import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.demo.Stages.Outcome;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.io.Home;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.models.ModelStore;
import dev.slicer.models.hub.ModelReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The whole loop on this machine: a broker and the three services as processes of their own, a fine-tuning job sent over
 * Kafka, its checkpoint promoted by the evaluator and loaded by inference, the bundled test sets tagged as a stream and
 * scored.
 */
final class Demo {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(5);
    private static final Duration STALL_LIMIT = Duration.ofMinutes(5);
    private static final String CHECKPOINTS = "/v1/checkpoints";

    private final Terminal terminal;
    private final Home home;
    private final Path installation;
    private final Options options;
    private final Topics topics = Topics.defaults();
    private final Stages stages;

    /**
     * How to end.
     *
     * @param once whether to end after the scores instead of at Ctrl-C
     * @param keep whether to leave the run's logs and topics where they are
     * @param json whether to print the scores as JSON
     * @param secured whether the broker lets in only whom it knows
     */
    record Options(boolean once, boolean keep, boolean json, boolean secured) {}

    /** @param installation Slicer's folder, with the services as the build leaves them */
    Demo(Terminal terminal, Home home, Path installation, Options options) {
        this.terminal = terminal;
        this.home = home;
        this.installation = installation;
        this.options = options;
        this.stages = new Stages(terminal, 7);
    }

    /** @throws dev.slicer.cli.console.CommandFailedException naming the stage that did not work */
    void run() {
        RunFolder folder = RunFolder.create(home.runs(), "demo", options.keep());
        if (options.keep()) {
            terminal.note("Logs and topics are kept in " + folder.path() + " until the next run.");
        }
        try (LocalStack stack = new LocalStack(folder)) {
            try {
                run(stack);
            } catch (RuntimeException failure) {
                if (stack.isClosed()) {
                    awaitEndOfProcess();
                }
                throw failure;
            }
        }
    }

    private void run(LocalStack stack) {
        DemoBroker broker = stages.run("broker", () -> {
            DemoBroker started = options.secured() ? stack.startLockedBroker(topics) : stack.startBroker();
            return new Outcome<>(started, started.description());
        });
        Services services = stages.run("services", () -> startServices(stack, broker));
        try (Messages messages = new Messages(broker.client(Grantee.REQUESTER), topics, Clock.systemUTC());
                Messages labelled = new Messages(broker.client(Grantee.PUBLISHER), topics, Clock.systemUTC())) {
            TrainingRequest request = request();
            stages.run("base model", () -> fetchBaseModel(request));
            String checkpoint = stages.run("training", () -> train(stack, messages, request));
            stages.run("deployment", () -> deploy(stack, services, checkpoint));
            DemoResult result = stages.run("tagging", () -> tag(stack, labelled, services.evaluator(), checkpoint));
            if (options.json()) {
                terminal.printJson(result);
            } else {
                terminal.print("");
                terminal.print("F1 by language (strict IOB2, in percent) of " + checkpoint);
                terminal.print("");
                terminal.print(result.table());
                terminal.print("");
            }
            stages.run("scores", () -> {
                result.requireTransfer();
                return new Outcome<>(
                        result,
                        "mean F1 " + Figures.percent(result.meanF1()) + ", at least "
                                + Figures.percent(DemoSettings.MINIMUM_MEAN_F1) + " wanted");
            });
        }
        if (!options.once()) {
            showAddresses(broker, services);
            while (true) {
                stack.requireAlive();
                Deadline.pause();
            }
        }
    }

    private Outcome<Services> startServices(LocalStack stack, DemoBroker broker) {
        Services services = Services.start(stack, broker, home, installation);
        for (Service service : services.all()) {
            terminal.progress("  waiting for the " + service.name() + " service");
            service.awaitLive(START_LIMIT);
        }
        return new Outcome<>(services, "trainer, inference, evaluator");
    }

    private Outcome<String> fetchBaseModel(TrainingRequest request) {
        boolean trained = new FileCheckpointStore(home.checkpoints())
                .list().stream().anyMatch(checkpoint -> checkpoint.id().equals(request.jobId()));
        if (trained) {
            return new Outcome<>(request.baseModel(), "not needed, its checkpoint is in the store");
        }
        Path folder = new ModelStore(home.models())
                .resolve(
                        ModelReference.parse(request.baseModel()),
                        (phase, done, total) ->
                                terminal.progress("  " + phase + ": " + Figures.megabytes(done, total)));
        return new Outcome<>(request.baseModel(), request.baseModel() + " in " + folder);
    }

    /**
     * The job's id is made from all that decides its outcome. The trainer names the checkpoint by it, and answers a
     * request whose checkpoint is in the store already with that one: the second run of the demonstration trains nothing.
     */
    private static TrainingRequest request() {
        Corpus train = Corpora.open(DemoSettings.TRAIN, LabelMap.identity());
        String decides =
                DemoSettings.BASE_MODEL + DemoSettings.TYPES + DemoSettings.HYPERPARAMETERS + train.fingerprint();
        return new TrainingRequest(
                "demo-" + DemoSettings.BASE_MODEL + "-" + sha256(decides).substring(0, 12),
                DemoSettings.BASE_MODEL,
                List.of(DemoSettings.TRAIN),
                Map.of(),
                DemoSettings.TYPES,
                DemoSettings.HYPERPARAMETERS);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private Outcome<String> train(LocalStack stack, Messages messages, TrainingRequest request) {
        messages.send(topics.trainingRequests(), List.of(request));
        int[] steps = {0};
        TrainingStatus end = messages.follow(
                request.jobId(),
                status -> {
                    steps[0] = Math.max(steps[0], status.step());
                    terminal.progress("  " + describe(status));
                },
                stack::requireAlive);
        String checkpoint = end.checkpointId()
                .filter(id -> end.state() == TrainingStatus.State.SUCCEEDED)
                .orElseThrow(() -> new DemoException(end.message()));
        return new Outcome<>(
                checkpoint,
                steps[0] > 0
                        ? steps[0] + " steps on " + DemoSettings.TRAIN + ", published " + checkpoint
                        : "checkpoint " + checkpoint + " of an earlier run is in the store");
    }

    private static String describe(TrainingStatus status) {
        if (status.state() != TrainingStatus.State.RUNNING) {
            return status.message();
        }
        return Figures.training(
                status.step(), status.totalSteps(), status.loss(), status.tokensPerSecond(), status.remainingSeconds());
    }

    private Outcome<Service> deploy(LocalStack stack, Services services, String checkpoint) {
        terminal.progress("  waiting for the evaluator to promote " + checkpoint + " and for inference to load it");
        services.inference().awaitReady(LOAD_LIMIT);
        stack.requireAlive();
        return new Outcome<>(
                services.inference(),
                "promoted by the evaluator, loaded by inference; its history: "
                        + services.evaluator().at(CHECKPOINTS + "/" + checkpoint));
    }

    private Outcome<DemoResult> tag(LocalStack stack, Messages messages, Service evaluator, String checkpoint) {
        List<LabelledDocument> documents = documents();
        messages.send(topics.labelledDocuments(), documents);
        Deadline stalled = Deadline.in(STALL_LIMIT);
        int scored = 0;
        while (true) {
            stack.requireAlive();
            EvaluatorReport.Result result = evaluator
                    .get(EvaluatorReport.path(DemoSettings.BENCHMARK, checkpoint))
                    .map(EvaluatorReport::read)
                    .map(report -> report.of(DemoSettings.BENCHMARK, checkpoint))
                    .orElse(new EvaluatorReport.Result(DemoSettings.BENCHMARK, checkpoint, List.of()));
            if (result.documents() > scored) {
                scored = result.documents();
                stalled = Deadline.in(STALL_LIMIT);
            }
            terminal.progress("  " + Figures.bar(scored, documents.size()) + " " + scored + " of " + documents.size()
                    + " documents tagged and scored");
            if (scored >= documents.size()) {
                DemoResult summary = DemoResult.of(result);
                return new Outcome<>(
                        summary, scored + " documents in " + summary.languages().size() + " languages");
            }
            if (stalled.passed()) {
                throw new DemoException(
                        "only " + scored + " of " + documents.size() + " documents were scored, and none in "
                                + STALL_LIMIT.toMinutes() + " minutes; see " + evaluator.at(EvaluatorReport.PATH));
            }
            Deadline.pause();
        }
    }

    private static List<LabelledDocument> documents() {
        List<LabelledDocument> documents = new ArrayList<>();
        for (String language : SampleCorpus.languages()) {
            List<Sentence> sentences = SampleCorpus.test(language).sentences();
            for (int i = 0; i < sentences.size(); i++) {
                documents.add(new LabelledDocument(
                        language + "-" + (i + 1),
                        DemoSettings.BENCHMARK,
                        language,
                        sentences.get(i).words(),
                        sentences.get(i).tags()));
            }
        }
        return documents;
    }

    private void showAddresses(DemoBroker broker, Services services) {
        terminal.note("");
        terminal.note("Open to you now:");
        terminal.note(
                "  tag a text       curl -H 'content-type: application/json' -d '{\"text\":\"Wangari Maathai alizaliwa"
                        + " Nyeri.\"}' " + services.inference().at("/v1/tag"));
        terminal.note("  scores           " + services.evaluator().at(EvaluatorReport.PATH));
        terminal.note("  checkpoints      " + services.evaluator().at(CHECKPOINTS));
        terminal.note("  training jobs    " + services.trainer().at("/v1/training-jobs"));
        for (Service service : services.all()) {
            terminal.note(
                    String.format("  %-16s metrics %s   API %s", service.name(), service.metrics(), service.openApi()));
        }
        terminal.note("  Kafka            " + broker.bootstrapServers());
        terminal.note("");
        terminal.note("Ctrl-C stops everything.");
    }

    /** Ctrl-C has ended the other processes and is about to end this one: no failure needs to be shown. */
    private static void awaitEndOfProcess() {
        while (true) {
            LockSupport.park();
        }
    }
}
