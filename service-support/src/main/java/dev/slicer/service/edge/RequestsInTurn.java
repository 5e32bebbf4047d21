package dev.slicer.service.edge;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets one request of a connection in at a time, however many are sent ahead: the next one when the one before it is answered and
 * its client fetches answers. Until then what follows is left with its sender. Vert.x would take all of them in, and answers
 * requests that are refused at once each within the one before it, until the stack is full and the connection is silent for ever.
 *
 * <p>Is added while a request is on its way.
 */
final class RequestsInTurn extends ChannelDuplexHandler {
    /** What was read in one go with the request that is being answered. */
    private final Queue<Object> held = new ArrayDeque<>();

    private boolean answering = true;
    private boolean moreIsWanted;
    private boolean scheduled;

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (held.isEmpty() && isItsTurn(connection, message)) {
            letIn(connection, message);
            return;
        }
        held.add(message);
        if (held.size() == 1) {
            stopReading(connection.channel().config());
        }
    }

    private boolean isItsTurn(ChannelHandlerContext connection, Object message) {
        return !(message instanceof HttpRequest)
                || !answering && connection.channel().isWritable();
    }

    private void letIn(ChannelHandlerContext connection, Object message) {
        answering |= message instanceof HttpRequest;
        connection.fireChannelRead(message);
    }

    /** Whether the connection is to be read stays Vert.x' to say, which asks for more once here: {@link #read} has it wait. */
    private static void stopReading(ChannelConfig config) {
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            config.setAutoRead(true);
        }
    }

    @Override
    public void read(ChannelHandlerContext connection) {
        if (held.isEmpty()) {
            connection.read();
        } else {
            moreIsWanted = true;
            scheduleNext(connection);
        }
    }

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise promise) {
        connection.write(message, promise);
        if (message instanceof LastHttpContent && !isInterim(message)) {
            answering = false;
            scheduleNext(connection);
        }
    }

    /** As 100, after which the answer is yet to come. */
    private static boolean isInterim(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext connection) {
        scheduleNext(connection);
        connection.fireChannelWritabilityChanged();
    }

    /** Each in a turn of the event loop of its own, so that other connections have theirs. */
    private void scheduleNext(ChannelHandlerContext connection) {
        if (!held.isEmpty() && !scheduled) {
            scheduled = true;
            connection.executor().execute(() -> letNextIn(connection));
        }
    }

    private void letNextIn(ChannelHandlerContext connection) {
        scheduled = false;
        boolean begun = false;
        while (!held.isEmpty()
                && connection.channel().config().isAutoRead()
                && isItsTurn(connection, held.peek())
                && !(begun && held.peek() instanceof HttpRequest)) {
            begun |= held.peek() instanceof HttpRequest;
            letIn(connection, held.poll());
        }
        connection.fireChannelReadComplete();
        if (held.isEmpty() && moreIsWanted) {
            moreIsWanted = false;
            connection.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        connection.fireChannelInactive();
    }
}
