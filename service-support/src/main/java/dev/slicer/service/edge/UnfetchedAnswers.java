package dev.slicer.service.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose other side does not fetch what was written: it would stay in memory. Nothing is asked of a connection on
 * which nothing waits to be fetched.
 */
final class UnfetchedAnswers extends ChannelDuplexHandler {
    private final long stalledNanos;
    private final Runnable whenCut;
    private int waiting;
    private boolean watched;
    private boolean allFetched;
    private long fetched;
    private long seen;

    /** @param whenCut is run before the connection is closed */
    UnfetchedAnswers(Duration stalled, Runnable whenCut) {
        this.stalledNanos = stalled.toNanos();
        this.whenCut = whenCut;
    }

    @Override
    public void write(ChannelHandlerContext connection, Object message, ChannelPromise promise) {
        long bytes = size(message);
        waiting++;
        ChannelPromise written = promise.unvoid();
        written.addListener(done -> {
            waiting--;
            fetched += bytes;
            allFetched |= waiting == 0;
        });
        connection.write(message, written);
        if (!watched) {
            watched = true;
            allFetched = false;
            seen = fetched(connection);
            connection.executor().schedule(() -> check(connection), stalledNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void check(ChannelHandlerContext connection) {
        if (waiting == 0 || !connection.channel().isActive()) {
            watched = false;
            return;
        }
        long now = fetched(connection);
        if (!allFetched && now - seen < Progress.LEAST_BYTES) {
            whenCut.run();
            connection.close();
            return;
        }
        seen = now;
        allFetched = false;
        connection.executor().schedule(() -> check(connection), stalledNanos, TimeUnit.NANOSECONDS);
    }

    /** With what was fetched of the message that is being written. */
    private long fetched(ChannelHandlerContext connection) {
        ChannelOutboundBuffer outbound = connection.channel().unsafe().outboundBuffer();
        return fetched + (outbound == null ? 0 : outbound.currentProgress());
    }

    private static long size(Object message) {
        if (message instanceof ByteBuf bytes) {
            return bytes.readableBytes();
        }
        return message instanceof FileRegion file ? file.count() : 0;
    }
}
