package dev.slicer.inference.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.QueueMetrics;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.live.AnsweredDocuments;
import dev.slicer.inference.live.TagFeed;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.UntoldLoads;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.inference.tagging.TaggingMetrics;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.inference.tagging.TaggingResult;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.FreeSlot;
import dev.slicer.inference.testing.Hold;
import dev.slicer.service.edge.Client;
import dev.slicer.service.testing.Settings;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestTaggingTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchingQueue queue =
            new BatchingQueue(new BatchingLimits(512, Duration.ZERO, 8192, 1), new QueueMetrics(registry));
    private final ExecutorService decoding = Executors.newSingleThreadExecutor();
    private final ServingModel models = new ServingModel(
            (checkpoint, modelId) -> new FakeTagger(modelId),
            new WarmUp(queue),
            new FreeSlot(),
            new UntoldLoads(),
            Clock.systemUTC(),
            registry);

    @AfterEach
    void stop() {
        queue.close();
        decoding.shutdown();
    }

    private static final class FullRegistry extends SimpleMeterRegistry {
        @Override
        protected Counter newCounter(Meter.Id id) {
            throw new IllegalStateException("no room for " + id.getName());
        }
    }

    @BeforeEach
    void load() {
        models.load("model", () -> ModelFiles.in(Path.of("checkpoints")));
    }

    private RequestTagging tagging(MeterRegistry counting) {
        return new RequestTagging(
                new TaggingPipeline(queue, new TaggingMetrics(registry), decoding),
                models,
                new AnsweredDocuments(new TaggingMetrics(counting), TagFeed.unwatched()),
                Settings.of(InferenceConfig.class, Map.of()));
    }

    @Test
    void shouldTellTheCallerWhereWhatWasAnsweredCannotBeCounted() {
        // When
        CompletableFuture<TaggingResult> told = tagging(new FullRegistry())
                .tag(
                        List.of(Document.of("1", "Maathai")),
                        TaggingOptions.defaults(),
                        Lane.INTERACTIVE,
                        Duration.ofSeconds(5),
                        new Client("somebody"));

        // Then
        assertThatThrownBy(() -> told.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("no room for slicer.documents");
    }

    @Test
    void shouldNotComputeForACallerWhoWentAwayWhileTheTextsWereRead() throws Exception {
        // Given: of whose end nothing tells any more
        HttpServerResponse closed = answering(HttpServerResponse.class, Map.of("closed", true));
        HttpServerRequest request = answering(HttpServerRequest.class, Map.of());
        RoutingContext gone =
                answering(RoutingContext.class, Map.of("request", request, "response", closed, "addEndHandler", 1));

        Hold hold = Hold.begin();
        try {
            CompletableFuture<TaggingResult> computing = tag("hold the engine");
            hold.awaitReached();

            // When
            CompletableFuture<TaggingResult> told =
                    tagging(registry).tag(gone, List.of(Document.of("1", "Maathai")), TaggingOptions.defaults());

            // Then
            assertThatThrownBy(() -> told.get(20, TimeUnit.SECONDS)).hasRootCauseMessage("the caller went away");
            assertThat(queue.queuedTokens(Lane.INTERACTIVE)).isZero();
            hold.close();
            computing.get();
        } finally {
            hold.close();
        }
    }

    private CompletableFuture<TaggingResult> tag(String text) {
        return tagging(registry)
                .tag(
                        List.of(Document.of("1", text)),
                        TaggingOptions.defaults(),
                        Lane.INTERACTIVE,
                        Duration.ofSeconds(20),
                        new Client("somebody"));
    }

    /** @param answers by method; null of all others */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }
}
