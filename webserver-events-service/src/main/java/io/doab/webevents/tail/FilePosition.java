package io.doab.webevents.tail;

import org.jspecify.annotations.Nullable;

/**
 * How far a file was read, and how it is found again.
 *
 * @param fingerprint of its content
 * @param repetition how many files before it had the same fingerprint
 * @param fileKey what the file system calls it, or null where that has no such thing
 * @param offset the byte at which the next line begins
 * @param lines how many lines there are before it
 */
record FilePosition(String fingerprint, int repetition, @Nullable String fileKey, long offset, long lines) {

	FilePosition at(long newOffset, long newLines) {
		return new FilePosition(this.fingerprint, this.repetition, this.fileKey, newOffset, newLines);
	}

	FilePosition withFileKey(@Nullable String newFileKey) {
		return new FilePosition(this.fingerprint, this.repetition, newFileKey, this.offset, this.lines);
	}

}
