package dev.slicer.checkpoint.files;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file of which only such parts are given out as were there when it was hashed: they are hashed again, in memory that is ours. */
final class VerifiedContent implements FileContent {
    private final FileContent content;
    private final ChunkHashes hashes;
    /** The last one of each thread: what is read next mostly goes on in it. */
    private final ThreadLocal<Chunk> last = ThreadLocal.withInitial(Chunk::new);

    private static final class Chunk {
        private final byte[] bytes = new byte[ChunkHashes.CHUNK_BYTES];
        private int number = -1;
    }

    VerifiedContent(FileContent content, ChunkHashes hashes) {
        this.content = content;
        this.hashes = hashes;
    }

    @Override
    public Path file() {
        return content.file();
    }

    @Override
    public long size() {
        return hashes.size();
    }

    @Override
    public void read(long position, ByteBuffer target) {
        if (position + target.remaining() > size()) {
            throw new CheckpointException(file(), "ends at byte " + size());
        }
        long next = position;
        while (target.hasRemaining()) {
            int number = (int) (next / ChunkHashes.CHUNK_BYTES);
            int begin = (int) (next % ChunkHashes.CHUNK_BYTES);
            int count = Math.min(target.remaining(), hashes.bytesOf(number) - begin);
            target.put(chunk(number), begin, count);
            next += count;
        }
    }

    private byte[] chunk(int number) {
        Chunk chunk = last.get();
        if (chunk.number != number) {
            chunk.number = -1;
            content.read(
                    (long) number * ChunkHashes.CHUNK_BYTES, ByteBuffer.wrap(chunk.bytes, 0, hashes.bytesOf(number)));
            if (!hashes.isChunk(number, chunk.bytes)) {
                throw new CheckpointException(file(), "was changed while it was loaded");
            }
            chunk.number = number;
        }
        return chunk.bytes;
    }

    @Override
    public void close() {
        content.close();
    }
}
