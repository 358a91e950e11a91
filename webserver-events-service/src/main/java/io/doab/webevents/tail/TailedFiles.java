package io.doab.webevents.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one log: the one that the server writes to and those that were rotated
 * away from it and may not be read to their end. The one that was there first is read
 * first.
 *
 * <p>
 * <b>Which is which.</b> A file is the one that it was when its first line is the same
 * and it is not shorter than was read of it; where several are, the one that the file
 * system calls the same. So it is found again under another name (rename), as a copy
 * whose original was emptied (copytruncate), compressed, or on another disk. A file in
 * the log's place that is not, is new, also if its first line is the same.
 *
 * <p>
 * <b>What was missed.</b> Files between the last one known and the log, rotated while
 * nobody looked, have a name as rotated files have, an unknown first line, and were
 * modified since it was looked last. The first time there is no state, and only the log
 * itself is read. Where there is no file at all, nothing is concluded from that.
 *
 * <p>
 * What cannot be told: a file that was replaced, between two looks, by one with the same
 * first line that is longer than what was read of it. Lines have a time.
 *
 * <p>
 * Not for several threads.
 */
final class TailedFiles implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(TailedFiles.class);

	private static final int MAX_FINISHED = 32;

	/** File systems take their times from a clock that is read now and then. */
	private static final Duration CLOCK_TICK = Duration.ofMillis(10);

	private final Path log;

	private final Supplier<LineReader> readers;

	private final List<TailedFile> files = new ArrayList<>();

	private final List<String> finished;

	private Instant looked;

	private boolean isNew;

	/** Whether files came or went since the state was asked for. */
	private boolean changed;

	private @Nullable TailedFile current;

	TailedFiles(Path log, TailState state, Supplier<LineReader> readers) {
		this.log = log;
		this.readers = readers;
		this.finished = new ArrayList<>(state.finished());
		this.looked = state.looked();
		this.isNew = state.isNew();
		state.files().forEach((position) -> this.files.add(new TailedFile(position, readers.get())));
	}

	/** The files as they are to be read. */
	List<TailedFile> inOrder() {
		return Collections.unmodifiableList(this.files);
	}

	/** Whether the server writes to it, as far as is known. */
	boolean isCurrent(TailedFile file) {
		return file == this.current;
	}

	/** Whether files came or went since the state was asked for. */
	boolean isChanged() {
		return this.changed;
	}

	/** The state as it is to be saved. */
	TailState state() {
		this.changed = false;
		return new TailState(TailState.VERSION, this.files.stream().map(TailedFile::position).toList(), this.finished,
				this.looked);
	}

	/**
	 * Looks what became of the files.
	 * @return whether the log is there
	 * @throws IOException when something cannot be read that has to be
	 */
	boolean look() throws IOException {
		Instant now = Instant.now();
		for (TailedFile file : this.files) {
			if (!file.isSame()) {
				logger.info("{} was emptied or written anew after {} lines", this.log, file.position().lines());
				file.close();
			}
		}
		FoundFile found = FoundFile.at(this.log);
		if (found == null || !isCurrent(found)) {
			if (this.current != null) {
				this.current.rotated();
				this.current = null;
			}
			lookAround();
		}
		this.looked = now;
		if (this.isNew) {
			// Also when there was nothing: what is rotated from now on was missed.
			this.isNew = false;
			this.changed = true;
		}
		return found != null;
	}

	private boolean isCurrent(FoundFile found) {
		return this.current != null && this.current.isOpen() && found.fileKey() != null
				&& found.fileKey().equals(this.current.position().fileKey())
				&& this.files.stream().allMatch(TailedFile::isOpen);
	}

	private void lookAround() throws IOException {
		try (LogFolder folder = LogFolder.look(this.log)) {
			if (folder.files().isEmpty()) {
				// Not there yet, as a disk that is mounted later: nothing is given up.
				return;
			}
			List<FoundFile> unknown = new ArrayList<>(folder.files());
			for (TailedFile file : List.copyOf(this.files)) {
				if (!file.isOpen()) {
					findAgain(file, unknown);
				}
			}
			for (FoundFile found : unknown) {
				if (openAs(found) == null && isNew(found) && !isCopyOfTheLog(found, unknown)) {
					add(found);
				}
			}
			FoundFile last = folder.files().isEmpty() ? null : folder.files().getLast();
			this.current = (last != null && last.isAt(this.log)) ? openAs(last) : null;
		}
	}

	/** The file that is read from what was found, or null. */
	private @Nullable TailedFile openAs(FoundFile found) throws IOException {
		for (TailedFile file : this.files) {
			if (isOpenAs(file, found)) {
				return file;
			}
		}
		return null;
	}

	private static boolean isOpenAs(TailedFile file, FoundFile found) throws IOException {
		if (!file.isOpen()) {
			return false;
		}
		return (found.fileKey() != null) ? found.fileKey().equals(file.position().fileKey())
				: found.continues(file.position());
	}

	private void findAgain(TailedFile file, List<FoundFile> unknown) throws IOException {
		FoundFile same = null;
		for (FoundFile found : unknown) {
			if ((same == null || isBetter(found, same, file)) && openAs(found) == null
					&& found.continues(file.position())) {
				same = found;
			}
		}
		if (same != null) {
			file.open(same.take(), same.fileKey());
			unknown.remove(same);
			return;
		}
		logger.warn(
				"{}: the file of which {} lines were read is not there any more; what was added to it since, if anything, is lost",
				this.log, file.position().lines());
		finish(file);
	}

	private static boolean isBetter(FoundFile found, FoundFile than, TailedFile file) {
		return (than.isCompressed() && !found.isCompressed())
				|| Objects.equals(found.fileKey(), file.position().fileKey());
	}

	private boolean isNew(FoundFile found) throws IOException {
		if (found.isAt(this.log)) {
			return found.fingerprint() != null;
		}
		boolean since = !this.isNew && !found.modified().isBefore(this.looked.minus(CLOCK_TICK));
		String fingerprint = since ? found.fingerprint() : null;
		return fingerprint != null && !isKnown(fingerprint);
	}

	/** It is found as the log's once that was emptied. */
	private boolean isCopyOfTheLog(FoundFile found, List<FoundFile> unknown) throws IOException {
		for (FoundFile other : unknown) {
			if (other != found && other.isAt(this.log) && found.isCopyOf(other)) {
				return true;
			}
		}
		return false;
	}

	private boolean isKnown(String fingerprint) {
		return repetitions(fingerprint) > 0;
	}

	private int repetitions(String fingerprint) {
		long now = this.files.stream().filter((file) -> file.position().fingerprint().equals(fingerprint)).count();
		return (int) now + Collections.frequency(this.finished, fingerprint);
	}

	/** Files come in the order in which they were modified, and the log is the last. */
	private void add(FoundFile found) throws IOException {
		String fingerprint = Objects.requireNonNull(found.fingerprint());
		TailedFile file = new TailedFile(new FilePosition(fingerprint, repetitions(fingerprint), found.fileKey(), 0, 0),
				this.readers.get());
		file.open(found.take(), found.fileKey());
		this.files.add(file);
		this.changed = true;
		logger.info("{} is read from its beginning", found);
	}

	/** The file was read to its end. */
	void finish(TailedFile file) throws IOException {
		file.close();
		this.changed = true;
		this.files.remove(file);
		this.finished.add(file.position().fingerprint());
		if (this.finished.size() > MAX_FINISHED) {
			this.finished.removeFirst();
		}
	}

	/** How many bytes there are that were not read. */
	long lagBytes() throws IOException {
		long lag = 0;
		for (TailedFile file : this.files) {
			lag += file.lagBytes();
		}
		return lag;
	}

	@Override
	public void close() throws IOException {
		for (TailedFile file : this.files) {
			file.close();
		}
	}

}
