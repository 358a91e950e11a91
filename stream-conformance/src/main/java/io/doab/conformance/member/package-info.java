/**
 * Members of a group that are processes of their own, for what only a process can suffer:
 * to be killed, and to be stopped in its tracks.
 */
@NullMarked
package io.doab.conformance.member;

import org.jspecify.annotations.NullMarked;
