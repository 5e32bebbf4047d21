package dev.slicer.service.edge;

import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Has each connection watched for answers that are not fetched, and its requests come in one by one. */
@Singleton
class Connections {
    /** With the first request, before it could be answered. */
    private static final int PRIORITY = 30_500;

    private final Duration stalled;
    private final RefusedRequests refused;

    @Inject
    Connections(LimitsConfig limits, RefusedRequests refused) {
        this.stalled = limits.stalled();
        this.refused = refused;
    }

    void register(@Observes Filters filters) {
        filters.register(this::watch, PRIORITY);
    }

    private void watch(RoutingContext context) {
        if (context.request().connection() instanceof ConnectionBase connection) {
            ChannelPipeline pipeline = connection.channel().pipeline();
            if (pipeline.get(UnfetchedAnswers.class) == null) {
                pipeline.addFirst(
                        new UnfetchedAnswers(stalled, () -> refused.count(RefusedRequests.Reason.SLOW_READER)));
                pipeline.addBefore(connection.channelHandlerContext().name(), null, new RequestsInTurn());
            }
        }
        context.next();
    }
}
