/**
 * The backend over Redis Streams. All but its factory is internal.
 *
 * <p>
 * A stream is a set of Redis streams, one per partition, whose keys share a hash tag with
 * all else of that partition number, so that one script, or one transaction, can commit
 * all of it. Ownership is a lease with an epoch; reading is a plain {@code XREAD} that
 * takes nothing away from anyone; the commit is what is fenced.
 */
@NullMarked
package io.doab.stream.redis;

import org.jspecify.annotations.NullMarked;
