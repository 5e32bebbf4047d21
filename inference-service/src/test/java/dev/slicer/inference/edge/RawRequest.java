package dev.slicer.inference.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A request that is written by hand, as slowly and as little of it as a test wants. */
final class RawRequest implements AutoCloseable {
    /** So that little is on its way that is not fetched. */
    private static final int SMALL_WINDOW = 4096;

    /** Through a small one megabytes take minutes on a busy machine: each time that it is full the sender asks later whether it still is. */
    private static final int LARGE_WINDOW = 1 << 20;

    private final Socket socket = new Socket();

    /** @param headers each ended by a line break */
    RawRequest(URI address, String client, String head, String headers) throws IOException {
        this(address, client, head, headers, SMALL_WINDOW);
    }

    /** As the constructor, for one who fetches large answers. */
    static RawRequest ofQuickReader(URI address, String client, String head, String headers) throws IOException {
        return new RawRequest(address, client, head, headers, LARGE_WINDOW);
    }

    private RawRequest(URI address, String client, String head, String headers, int window) throws IOException {
        socket.setReceiveBufferSize(window);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(address.getHost(), address.getPort()));
        send(head + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\nX-Forwarded-For: " + client + "\r\n" + headers
                + "\r\n");
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** As {@link #send}, of a body of chunks. */
    void sendChunk(String text) throws IOException {
        send(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /** All until the other side closes the connection. */
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Until it was answered with this. */
    String readUntil(String end) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!read.toString(StandardCharsets.UTF_8).contains(end)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection was closed after: " + read.toString(StandardCharsets.UTF_8));
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    /** Whether nothing comes for this long and the connection stays. */
    boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            int next = socket.getInputStream().read();
            throw new AssertionError(next < 0 ? "the connection was closed" : "something came");
        } catch (SocketTimeoutException silent) {
            return true;
        } finally {
            socket.setSoTimeout(20_000);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
