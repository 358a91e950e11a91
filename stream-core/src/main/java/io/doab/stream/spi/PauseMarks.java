package io.doab.stream.spi;

import java.util.Map;

import io.doab.stream.GroupDescription.Pause;

/**
 * The marks by which groups are paused.
 */
public interface PauseMarks {

	/** All marks, by group. Asked for every second by every process. */
	Map<String, Pause> all();

	/** Sets a mark, in place of one that is there. */
	void set(String group, Pause pause);

	/** Takes a mark away, if it is there. */
	void clear(String group);

}
