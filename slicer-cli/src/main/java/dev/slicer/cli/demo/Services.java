package dev.slicer.cli.demo;

import dev.slicer.io.Home;
import dev.slicer.kafka.access.Grantee;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The three services as processes of their own, with the broker and the store between them. */
record Services(Service trainer, Service inference, Service evaluator) {
    /** For services whose Java code has little to do: what is expensive in the trainer is native. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    /** @param installation Slicer's folder, with the services as the build leaves them */
    static Services start(LocalStack stack, DemoBroker broker, Home home, Path installation) {
        Map<String, String> environment = Map.of(
                "SLICER_CHECKPOINTS_STORE",
                home.checkpoints().toUri().toString(),
                "SLICER_TRAINER_WORK_FOLDER",
                stack.folder().resolve("training").toString(),
                // What a request to the demonstration's trainer may name, beside the samples and mbert.
                "SLICER_TRAINER_CORPORA",
                home.path().resolve("corpora").toString(),
                "SLICER_TRAINER_MODELS",
                home.models().toString(),
                "SLICER_HOME",
                home.path().toString(),
                "SLICER_EVALUATOR_STATE_FOLDER",
                stack.folder().resolve("evaluation").toString(),
                // The demonstration's texts are nobody's secrets.
                "SLICER_INFERENCE_FEED_TEXTS",
                "true",
                // Threads that wait for others of a matrix product soon sleep: the processes share the machine's cores.
                "GOMP_SPINCOUNT",
                "20000",
                // The end of a log is shown on the terminal.
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED",
                "false");
        HttpClient http = HttpClient.newHttpClient();
        return new Services(
                start(
                        stack,
                        installation,
                        "trainer",
                        8081,
                        9081,
                        List.of("-Xmx2g", QUICK_START),
                        with(environment, broker.environment(Grantee.TRAINER)),
                        http),
                start(
                        stack,
                        installation,
                        "inference",
                        8082,
                        9082,
                        List.of("-Xmx1g"),
                        with(environment, broker.environment(Grantee.INFERENCE)),
                        http),
                start(
                        stack,
                        installation,
                        "evaluator",
                        8083,
                        9083,
                        List.of("-Xmx384m", QUICK_START),
                        with(environment, broker.environment(Grantee.EVALUATOR)),
                        http));
    }

    private static Map<String, String> with(Map<String, String> all, Map<String, String> own) {
        Map<String, String> together = new HashMap<>(all);
        together.putAll(own);
        return together;
    }

    private static Service start(
            LocalStack stack,
            Path installation,
            String name,
            int port,
            int managementPort,
            List<String> own,
            Map<String, String> environment,
            HttpClient http) {
        List<String> jvmOptions = new ArrayList<>(own);
        jvmOptions.addAll(List.of("-XX:+UseSerialGC", "-Dai.djl.offline=true"));
        Path jar = installation.resolve(name + "-service/target/quarkus-app/quarkus-run.jar");
        return stack.start(() -> Service.start(
                new Service.Definition(name, jar, port, managementPort, jvmOptions),
                environment,
                stack.folder().path(),
                http));
    }

    List<Service> all() {
        return List.of(trainer, inference, evaluator);
    }
}
