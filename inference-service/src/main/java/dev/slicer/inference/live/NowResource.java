package dev.slicer.inference.live;

import dev.slicer.access.Role;
import dev.slicer.engine.Precision;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.service.edge.ClientLimits;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** What goes on in the service, told every second to the people who watch. */
@Path("/v1/stream")
public class NowResource {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final TagFeed feed;
    private final ServingModel model;
    private final ClientLimits limits;

    @Inject
    NowResource(TagFeed feed, ServingModel model, ClientLimits limits) {
        this.feed = feed;
        this.model = model;
        this.limits = limits;
    }

    /**
     * @param model absent before the first model is loaded
     * @param documents tagged since the start, over REST and from Kafka
     * @param documentsPerSecond since the last time that this was told
     * @param texts whether the sample shows texts ({@code slicer.inference.feed-texts})
     * @param sample some of the documents since the last time, the oldest first
     */
    @Schema(requiredProperties = {"documents", "entities", "documentsPerSecond", "texts", "sample"})
    public record Now(
            Optional<Model> model,
            long documents,
            long entities,
            double documentsPerSecond,
            boolean texts,
            List<TagFeed.Sampled> sample) {}

    @Schema(
            name = "CurrentModel",
            requiredProperties = {"modelId", "precision"})
    public record Model(String modelId, Precision precision) {}

    @GET
    @RolesAllowed(Role.Name.READ)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "now",
            summary = "Counts, throughput, the model and a sample of what is being tagged, as server-sent events",
            description = "One event a second. A reader that is slow misses some; tagging never waits for readers.")
    @APIResponse(
            responseCode = "200",
            description = "One event after the other",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(implementation = Now.class)))
    public Multi<Now> now(@Context RoutingContext caller) {
        limits.openStream(caller);
        return Multi.createFrom().deferred(() -> {
            Watched watched = new Watched();
            return Multi.createFrom()
                    .ticks()
                    .every(EVERY)
                    // Asked for only when the last one has been written out.
                    .onOverflow()
                    .drop()
                    .map(tick -> watched.now())
                    .onTermination()
                    .invoke(watched.watching::cancel);
        });
    }

    private final class Watched {
        /** The newest since the last time. */
        private final Deque<TagFeed.Sampled> sample = new ArrayDeque<>();

        private final Cancellable watching = feed.watch().subscribe().with(this::show);
        private long documents = feed.documents();
        private long at = System.nanoTime();

        private Now now() {
            long counted = feed.documents();
            long time = System.nanoTime();
            double rate = (counted - documents) / Math.max(1e-3, (time - at) / 1e9);
            documents = counted;
            at = time;
            return new Now(
                    model.current().map(serving -> new Model(serving.modelId(), serving.precision())),
                    counted,
                    feed.entities(),
                    Math.round(rate * 10) / 10.0,
                    feed.showsTexts(),
                    news());
        }

        private synchronized void show(TagFeed.Sampled document) {
            if (sample.size() == TagFeed.KEPT) {
                sample.removeFirst();
            }
            sample.addLast(document);
        }

        private synchronized List<TagFeed.Sampled> news() {
            List<TagFeed.Sampled> news = List.copyOf(sample);
            sample.clear();
            return news;
        }
    }
}
