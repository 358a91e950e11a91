package io.doab.stream;

import java.time.Instant;

/**
 * A timer of a key. There is one of a name and key: to schedule it again moves it.
 *
 * @param due not fired before; and not before the events that stood in the inputs by then
 * are processed
 */
public record Timer(String name, String key, Instant due) {

}
