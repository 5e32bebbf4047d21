package dev.slicer.checkpoint.files;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/**
 * The SHA-256 of a file and of each of its chunks, of one reading: what is read again, a chunk at a time and in any order, is known
 * to be what the whole was made of.
 */
final class ChunkHashes {
    static final int CHUNK_BYTES = 1 << 18;
    private static final int CHUNKS_AT_ONCE = 16;

    private final long size;
    private final byte[][] chunks;
    private final byte[] whole;

    private ChunkHashes(long size, byte[][] chunks, byte[] whole) {
        this.size = size;
        this.chunks = chunks;
        this.whole = whole;
    }

    /** @throws CheckpointException where it cannot be read to its end */
    static ChunkHashes of(FileContent content) {
        long size = content.size();
        byte[][] chunks = new byte[Math.toIntExact((size + CHUNK_BYTES - 1) / CHUNK_BYTES)][];
        MessageDigest whole = FileDigest.newSha256();
        ByteBuffer some = ByteBuffer.allocate((int) Math.min(size, (long) CHUNK_BYTES * CHUNKS_AT_ONCE));
        for (int first = 0; first < chunks.length; first += CHUNKS_AT_ONCE) {
            long position = (long) first * CHUNK_BYTES;
            some.clear().limit((int) Math.min(some.capacity(), size - position));
            content.read(position, some);
            int bytes = some.position();
            // The whole takes one core; the chunks take another one meanwhile.
            CompletableFuture<Void> ofWhole = CompletableFuture.runAsync(() -> whole.update(some.array(), 0, bytes));
            MessageDigest chunk = FileDigest.newSha256();
            for (int begin = 0; begin < bytes; begin += CHUNK_BYTES) {
                chunk.update(some.array(), begin, Math.min(CHUNK_BYTES, bytes - begin));
                chunks[first + begin / CHUNK_BYTES] = chunk.digest();
            }
            ofWhole.join();
        }
        return new ChunkHashes(size, chunks, whole.digest());
    }

    long size() {
        return size;
    }

    /** Of all of it, in lower-case hexadecimal. */
    String sha256() {
        return HexFormat.of().formatHex(whole);
    }

    int bytesOf(int chunk) {
        return (int) Math.min(CHUNK_BYTES, size - (long) chunk * CHUNK_BYTES);
    }

    boolean isChunk(int chunk, byte[] content) {
        MessageDigest found = FileDigest.newSha256();
        found.update(content, 0, bytesOf(chunk));
        return MessageDigest.isEqual(found.digest(), chunks[chunk]);
    }
}
