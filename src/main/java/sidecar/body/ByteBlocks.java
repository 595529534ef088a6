package sidecar.body;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes that are collected in pieces and never moved: a buffer that grows by copying needs three times its length while
 * it does. Small pieces share a block, so that a million of one byte need little more than a megabyte. Not thread-safe.
 */
public final class ByteBlocks {

    private static final int BLOCK = 16 * 1024;

    private final List<byte[]> full = new ArrayList<>();
    private byte[] last = {};
    private int filled;
    private int size;

    public void add(byte[] bytes) {
        int fits = Math.min(bytes.length, last.length - filled);
        System.arraycopy(bytes, 0, last, filled, fits);
        filled += fits;
        size += bytes.length;
        int rest = bytes.length - fits;
        if (rest > 0) {
            if (filled > 0) {
                full.add(last);
            }
            // a first piece is often all there will be
            last = size == bytes.length ? new byte[rest] : new byte[Math.max(rest, BLOCK)];
            System.arraycopy(bytes, fits, last, 0, rest);
            filled = rest;
        }
    }

    public int size() {
        return size;
    }

    /** A copy of the first bytes, {@code max} at most. */
    public byte[] first(int max) {
        byte[] all = new byte[Math.min(size, max)];
        int at = 0;
        for (byte[] block : full) {
            int some = Math.min(block.length, all.length - at);
            System.arraycopy(block, 0, all, at, some);
            at += some;
        }
        System.arraycopy(last, 0, all, at, all.length - at);
        return all;
    }

    /** All bytes as one array. */
    public byte[] joined() {
        return full.isEmpty() && filled == last.length ? last : first(size);
    }

    /** All bytes, in order, without a copy of more than the last block; nothing is held any more. */
    public List<byte[]> drain() {
        List<byte[]> blocks = new ArrayList<>(full);
        if (filled > 0) {
            blocks.add(filled == last.length ? last : Arrays.copyOf(last, filled));
        }
        full.clear();
        last = new byte[0];
        filled = 0;
        size = 0;
        return blocks;
    }
}
