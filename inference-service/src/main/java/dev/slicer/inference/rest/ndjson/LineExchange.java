package dev.slicer.inference.rest.ndjson;

import dev.slicer.events.EventJson;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.rest.RequestTagging;
import dev.slicer.inference.rest.tag.LineProblem;
import dev.slicer.inference.rest.tag.TagAnswer;
import dev.slicer.inference.rest.tag.TagRequest;
import dev.slicer.inference.rest.tag.TagResource;
import dev.slicer.inference.tagging.TaggingResult;
import dev.slicer.service.edge.Client;
import dev.slicer.service.edge.ClientLimits;
import dev.slicer.service.http.Incident;
import dev.slicer.service.http.ProblemException;
import dev.slicer.tagging.TaggingOptions;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * One stream of documents and its answers, in the same order. Reading stops while enough of it waits to be tagged or to be
 * fetched by the caller, so memory is bounded whatever either side does. All state is the event loop's; texts are read and
 * answers written down on worker threads.
 */
final class LineExchange implements LineSplitter.Lines {
    /** Enough for the engine to fill its batches. */
    private static final int LINES_AHEAD = 128;

    private static final long BYTES_AHEAD = 4 * 1024 * 1024;
    private static final byte[] LINE_FEED = {'\n'};

    /** A line that is not answered yet. */
    private final class Line {
        private final long number;
        private final int bytes;
        private volatile CompletableFuture<TaggingResult> result;
        private Buffer answer;

        Line(long number, int bytes) {
            this.number = number;
            this.bytes = bytes;
        }

        /** On a worker thread. */
        private void read(byte[] content) {
            if (over) {
                return;
            }
            try {
                TagRequest request = TagRequest.line(content, number, options, config);
                result = tagging.tag(request.documents(), request.options(), Lane.BULK, limit, client);
                if (over) {
                    result.cancel(false);
                }
                result.whenComplete((tagged, failure) -> {
                    if (failure == null) {
                        answered(EventJson.write(TagAnswer.single(tagged)));
                    } else if (!over) {
                        failed(failure);
                    }
                });
            } catch (RuntimeException | Error e) {
                // A line that memory or stack did not do for is a line that is answered.
                failed(e);
            }
        }

        private void failed(Throwable failure) {
            ProblemException problem = Incident.problem(failure, "line " + number + " of a stream");
            answered(EventJson.write(LineProblem.of(problem, instance, number)));
        }

        private void answered(byte[] json) {
            Buffer line = Buffer.buffer(json.length + 1).appendBytes(json).appendBytes(LINE_FEED);
            eventLoop.runOnContext(none -> {
                answer = line;
                write();
            });
        }
    }

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RoutingContext caller;
    private final Context eventLoop;
    private final RequestTagging tagging;
    private final TaggingOptions options;
    private final Duration limit;
    private final InferenceConfig config;
    private final ClientLimits limits;
    private final Client client;
    private final URI instance;
    private final LineSplitter splitter;
    private final Deque<Line> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long lines;
    private boolean came;
    private long watch;
    private boolean read;
    private volatile boolean over;

    LineExchange(
            RoutingContext caller,
            RequestTagging tagging,
            TaggingOptions options,
            Duration limit,
            InferenceConfig config,
            ClientLimits limits) {
        this.caller = caller;
        this.request = caller.request();
        this.response = caller.response();
        this.eventLoop = caller.vertx().getOrCreateContext();
        this.tagging = tagging;
        this.options = options;
        this.limit = limit;
        this.config = config;
        this.limits = limits;
        this.client = Client.of(caller);
        this.instance = URI.create(request.path());
        this.splitter = new LineSplitter(LineStreams.maxLineBytes(config), this);
    }

    void start() {
        caller.addEndHandler(end -> stop());
        response.putHeader(HttpHeaders.CONTENT_TYPE, TagResource.NDJSON).setChunked(true);
        response.drainHandler(drained -> write());
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            response.writeContinue();
        }
        watch = caller.vertx().setPeriodic(limits.stalled().toMillis(), check -> requireProgress());
        request.exceptionHandler(failure -> stop())
                .handler(bytes -> {
                    came = true;
                    splitter.feed(bytes.getBytes());
                    if (isFull()) {
                        request.pause();
                    }
                })
                .endHandler(end -> {
                    splitter.end();
                    read = true;
                    write();
                })
                .resume();
    }

    @Override
    public void line(long number, byte[] content) {
        Line line = add(number, content.length);
        caller.vertx()
                .executeBlocking(
                        () -> {
                            line.read(content);
                            return line;
                        },
                        false);
    }

    @Override
    public void tooLong(long number) {
        add(number, 0).failed(LineStreams.tooLong(config));
    }

    private Line add(long number, int bytes) {
        lines = number;
        Line line = new Line(number, bytes);
        waiting.add(line);
        waitingBytes += bytes;
        return line;
    }

    private void write() {
        if (over) {
            return;
        }
        while (!waiting.isEmpty() && waiting.element().answer != null && !response.writeQueueFull()) {
            Line next = waiting.remove();
            waitingBytes -= next.bytes;
            response.write(next.answer);
        }
        if (read && waiting.isEmpty()) {
            end();
        } else if (!isFull()) {
            request.resume();
        }
    }

    /** A caller who sends nothing and has all answers keeps a place that others could have. */
    private void requireProgress() {
        if (!came && !read && waiting.isEmpty() && !over) {
            byte[] problem = EventJson.write(LineProblem.of(limits.slowStream(), instance, lines + 1));
            response.write(Buffer.buffer(problem).appendBytes(LINE_FEED));
            end();
            request.connection().close();
        }
        came = false;
    }

    private void end() {
        over = true;
        caller.vertx().cancelTimer(watch);
        response.end();
    }

    private boolean isFull() {
        return waiting.size() >= LINES_AHEAD || waitingBytes >= BYTES_AHEAD;
    }

    /** The caller went away. */
    private void stop() {
        if (over) {
            return;
        }
        over = true;
        caller.vertx().cancelTimer(watch);
        for (Line line : waiting) {
            CompletableFuture<TaggingResult> result = line.result;
            if (result != null) {
                result.cancel(false);
            }
        }
        waiting.clear();
    }
}
